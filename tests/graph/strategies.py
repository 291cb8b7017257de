"""Random small graphs of a made-up schema, random askers and random questions about them.

Five labels hold the same attributes, so that any condition can be asked anywhere; six kinds of link lead between them.
Values come from short lists, so that ties, nulls, empty lists and exact bounds are met often.
"""

from dataclasses import dataclass
from itertools import chain
from typing import Any

from hypothesis import strategies as st

from graph.query import Attribute, Audience, Sight
from graph.shape import Kind, NodeShape, Property, Shape
from graph.transaction import NewLink, NewNode
from tests.truth import Small

LABELS = ("A", "B", "C", "D", "E")
TIMED = ("C", "D")
NOW = "2026-03-01T12:00:00Z"
PAST, FUTURE, ALWAYS, NEVER = (
    "2020-01-01T00:00:00Z",
    "2030-01-01T00:00:00Z",
    "0001-01-01T00:00:00Z",
    "9999-12-31T00:00:00Z",
)
SCOPES = ("s1", "s2", "s3")
USERS = ("u1", "u2")
DAYS = ("2019-12-31", "2020-01-01", "2023-06-30", "2024-01-01", "2026-03-01")
NAMES = ("a", "ab", "b", "b c", "é", "L'\"`$p\\", "")
TAGS = ("x", "y", "z")
PLACES = ((50.6329, 3.0581), (48.8566, 2.3522), (50.6329, 2.3522), (-17.5, 179.9), (-17.4, -179.8), (90.0, 0.0))


@dataclass(frozen=True)
class Kept:
    """An attribute of the made-up schema: how it is stored, the values it has, and who may see it."""

    name: str
    kind: Kind
    values: tuple[Any, ...]
    audience: Audience = Audience.PUBLIC

    @property
    def attribute(self) -> Attribute:
        """The attribute as questions name it."""
        return Attribute(self.name, self.audience)


KEPT = (
    Kept("name", "string", NAMES),
    Kept("alias", "string", NAMES[:3]),
    Kept("day", "string", DAYS),
    Kept("unit", "string", ("EUR", "TND")),
    Kept("note", "string", NAMES[:3], Audience.TEAM),
    Kept("size", "integer", (-1, 0, 1, 2, 10)),
    Kept("score", "float", (0.5, 1.0, 2.25, -3.5)),
    Kept("secret", "integer", (0, 1, 2), Audience.EDITORS),
    Kept("open", "boolean", (False, True)),
    Kept("tags", "strings", TAGS),
    Kept("hints", "strings", TAGS, Audience.TEAM),
)
ID = Kept("id", "string", tuple(f"n{number}" for number in range(20)))  # n18 and n19 are never there: deleted ones
TEXTS = tuple(each for each in KEPT if each.kind == "string")
NUMBERS = tuple(each for each in KEPT if each.kind in ("integer", "float"))
TRUTHS = tuple(each for each in KEPT if each.kind == "boolean")
LISTS = tuple(each for each in KEPT if each.kind == "strings")
SCALARS = (*TEXTS, *NUMBERS, *TRUTHS, ID)
MOST_NODES = 18


@dataclass(frozen=True)
class Kin:
    """A kind of link: where it starts and ends; `one` when each source has at most one, `simple` to each target."""

    type: str
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    one: bool = False
    simple: bool = False

    @property
    def walked(self) -> bool:
        """Whether it leads from a label to itself, so that several steps can be walked."""
        return bool(set(self.sources) & set(self.targets))


KINS = (
    Kin("OWNS", ("A",), ("B", "C")),
    Kin("SERVES", ("C",), ("A", "B", "D", "E"), simple=True),
    Kin("KNOWS", ("A",), ("A",)),
    Kin("UNDER", ("B",), ("B",), one=True),
    Kin("WITHIN", ("B", "D", "E"), ("B", "E"), one=True),
    Kin("HEAD", ("A", "B"), ("D",), one=True),
)
LINK_COLUMNS = ("since", "role")

_SYSTEM = (
    "id",
    "state",
    "scope",
    "created_by",
    "effective",
    "expires",
    "open",
    "valid_from",
    "valid_until",
    "name_up",
    "name_down",
)
SHAPE = Shape(
    tuple(
        NodeShape(
            label,
            (
                *(Property(name, "boolean" if name == "open" else "string") for name in _SYSTEM),
                *(Property(each.name, each.kind) for each in KEPT),
                Property("lat", "float"),
                Property("lon", "float"),
            ),
            unique=("id",),
            indexed=("name_up", "name_down", "size", "name"),
        )
        for label in LABELS
    ),
    tuple(kin.type for kin in KINS),
)

# Graphs --------------------------------------------------------------------------------------------------------------

_SEEN = ("published", ALWAYS, NEVER)
_STATES = (
    *(_SEEN,) * 10,  # so that about 35 % are hidden from visitors
    ("published", PAST, FUTURE),
    ("published", NOW, FUTURE),
    ("published", FUTURE, NEVER),
    ("published", PAST, NOW),
    ("published", None, NEVER),
    *(("private", ALWAYS, NEVER), ("pending", ALWAYS, NEVER)) * 2,
    ("archived", ALWAYS, NEVER),
    (None, ALWAYS, NEVER),
)
_VALIDITIES = (
    ("0001-01-01", "9999-12-31"),
    ("2020-01-01", "2024-01-01"),
    ("2024-01-01", "9999-12-31"),
    ("2023-06-30", "2023-06-30"),
    (None, "9999-12-31"),
)


def stored_values(kept: Kept) -> st.SearchStrategy[Any]:
    """A value that a node may have, or None."""
    if kept.kind == "strings":
        return st.one_of(st.none(), st.lists(st.sampled_from(kept.values), max_size=3))
    return st.sampled_from((None, *kept.values))


def index_strings(name: str | None, id: str) -> tuple[str, str]:
    """The stored strings that order as (name, id), upwards and downwards, nulls last both ways."""
    return (f"1 {id}", f"0 {id}") if name is None else (f"0{name} {id}", f"1{name} {id}")


@st.composite
def nodes(draw: st.DrawFn, id: str) -> NewNode:
    """A node with this id."""
    label = draw(st.sampled_from((*LABELS, "A", "B")))
    properties: dict[str, Any] = {each.name: draw(stored_values(each)) for each in KEPT}
    properties["id"] = id
    state = draw(st.sampled_from(_STATES))
    properties["state"], properties["effective"], properties["expires"] = state
    properties["open"] = (
        draw(st.sampled_from((True, True, None))) if state == _SEEN else draw(st.sampled_from((None, False)))
    )
    properties["scope"] = draw(st.sampled_from((*SCOPES, None)))
    properties["created_by"] = draw(st.sampled_from((*USERS, None)))
    if label in TIMED:
        properties["valid_from"], properties["valid_until"] = draw(st.sampled_from(_VALIDITIES))
    properties["lat"], properties["lon"] = draw(st.sampled_from(((None, None), *PLACES)))
    properties["name_up"], properties["name_down"] = index_strings(properties["name"], id)
    return NewNode(label, {name: value for name, value in properties.items() if value is not None})


@st.composite
def graphs(draw: st.DrawFn) -> Small:
    """A graph of a few nodes: cycles, links to itself and several links between the same two are met."""
    count = draw(st.integers(8, MOST_NODES))
    found = tuple(draw(nodes(f"n{number}")) for number in range(count))
    made: list[NewLink] = []
    for kin in KINS:
        least, most = (3, 9) if kin.walked else (2, 8)
        made += chain.from_iterable(draw(st.lists(links(kin, found), min_size=least, max_size=most)))
    return Small(found, tuple(only_ones(made)))


@st.composite
def links(draw: st.DrawFn, kin: Kin, among: tuple[NewNode, ...]) -> list[NewLink]:
    """A link of this kind, or two between the same nodes, if there is a node for each of its ends."""
    sources = [node for node in among if node.label in kin.sources]
    targets = [node for node in among if node.label in kin.targets]
    if not sources or not targets:
        return []
    source, target = draw(st.sampled_from(sources)), draw(st.sampled_from(targets))
    ends = (source.label, source.properties["id"], target.label, target.properties["id"])
    years = draw(st.sampled_from(((None,), (2001,), (2002,), (2002, 2001), (2001, None))))
    role = {"role": f"{kin.type} {target.properties['id']}"}
    return [NewLink(kin.type, *ends, role | ({"since": year} if year else {})) for year in years]


def only_ones(made: list[NewLink]) -> list[NewLink]:
    """The links without the second ones of a kind that has at most one, and those twice to the same target."""
    ones = {kin.type for kin in KINS if kin.one}
    several = {kin.type for kin in KINS if not (kin.one or kin.simple)}
    first = {_place(each, ones): each for each in reversed(made)}
    return [each for each in made if each.type in several or first[_place(each, ones)] is each]


def _place(link: NewLink, ones: set[str]) -> tuple[str, ...]:
    return (link.type, link.source) if link.type in ones else (link.type, link.source, link.target)


@st.composite
def sights(draw: st.DrawFn) -> Sight:
    """Somebody: a visitor, somebody with a few scopes, a creator, the site admin."""
    if draw(st.integers(0, 7)) == 7:
        return Sight(NOW, "admin", everything=True)
    reading = tuple(sorted(draw(st.sets(st.sampled_from(SCOPES)))))
    editing = tuple(scope for scope in reading if draw(st.booleans()))
    return Sight(NOW, draw(st.sampled_from((None, *USERS))), reading, editing)


@st.composite
def alike(draw: st.DrawFn, sight: Sight) -> Sight:
    """Somebody else of the same sort, at another time: a question is then said in the same words."""
    reading = some_scopes(draw, SCOPES) if sight.reading else ()
    editing = some_scopes(draw, SCOPES) if sight.editing else ()
    user = sight.user and draw(st.sampled_from(USERS))
    return Sight(draw(st.sampled_from((NOW, PAST, FUTURE))), user, reading, editing, sight.everything)


def some_scopes(draw: st.DrawFn, among: tuple[str, ...]) -> tuple[str, ...]:
    """One or more of the scopes."""
    return tuple(sorted(draw(st.sets(st.sampled_from(among), min_size=1))))
