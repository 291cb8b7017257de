"""Questions to the graph as frozen values: no behaviour, no Cypher, no engine.

A `Question` is a tree of levels. Each level says which labels, which condition, which order and page, which columns,
and which links lead to the next levels. `graph/cypher.py` says it in Cypher; `tests/oracle.py` answers it naively.
Truth is two-valued: a comparison with an unknown value is false, and `Not` is the complement.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from graph.twins import Foremost as Foremost
from graph.twins import Twins as Twins

Scalar: TypeAlias = str | int | float | bool
Value: TypeAlias = Scalar | tuple[Scalar, ...] | None


class Audience(StrEnum):
    """Who may see the value of an attribute, or a link, of an item that they can see."""

    PUBLIC = "public"
    TEAM = "team"  # reader or above on the item's scope
    EDITORS = "editors"  # editor or above on the item's scope


@dataclass(frozen=True, slots=True)
class Sight:
    """What the asker may see.

    A published item within [effective, expires) is seen by all; an unpublished one by readers of its scope, and by
    its creator while private or pending. `now` is an ISO instant in UTC. `everything` is the site admin. Where
    `open` is stored as true, the item is published for all time.
    """

    now: str
    user: str | None = None
    reading: tuple[str, ...] = ()
    editing: tuple[str, ...] = ()
    everything: bool = False


@dataclass(frozen=True, slots=True)
class Attribute:
    """A stored property, and who may see it. To all others it is null in columns, conditions and orders."""

    name: str
    audience: Audience = Audience.PUBLIC


@dataclass(frozen=True, slots=True)
class Column:
    """One value of a row: the first attribute that is not null; with `rank`, its place in the list instead.

    Places count from 0; null when all are null.
    """

    attributes: tuple[Attribute, ...]
    rank: bool = False


# Links ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Hop:
    """One step along relationships, to nodes with one of `labels`, that the asker sees and that meet `where`.

    `most` > 1 walks `least` (0 or 1) to `most` steps of the same relationships, through visible nodes only: those
    passed on the way are of `labels` or `through`, the last one is of `labels` and meets `where`. With `least` 0 it may
    be the first node itself. `timed` lists the labels whose validity is asked when the level has an `at`, on the way
    too. `audience` is asked of every step. No relationship is walked twice in one path.
    """

    types: tuple[str, ...]
    outgoing: bool
    labels: tuple[str, ...]
    where: "Condition | None" = None
    least: int = 1
    most: int = 1
    through: tuple[str, ...] = ()
    audience: Audience = Audience.PUBLIC  # read on the node where the relationship starts (its source)
    timed: tuple[str, ...] = ()
    simple: bool = False  # no two of its relationships join the same two nodes


Path: TypeAlias = tuple[Hop, ...]

# Conditions ----------------------------------------------------------------------------------------------------------


class Operator(StrEnum):
    """How an attribute is compared with a value."""

    EQ = "="
    LT = "<"
    LTE = "<="
    GT = ">"
    GTE = ">="
    CONTAINS = "CONTAINS"
    STARTS_WITH = "STARTS WITH"


@dataclass(frozen=True, slots=True)
class Compare:
    """The attribute stands in this relation to the value; false when it is null."""

    attribute: Attribute
    operator: Operator
    value: Value


@dataclass(frozen=True, slots=True)
class OneOf:
    """The attribute is one of the values."""

    attribute: Attribute
    values: tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class IsNull:
    """The attribute is unknown (`null`) or known (not `null`). Of a list: absent."""

    attribute: Attribute
    null: bool = True


@dataclass(frozen=True, slots=True)
class AnyItem:
    """An element of the list attribute stands in this relation to the value."""

    attribute: Attribute
    operator: Operator
    value: Scalar


@dataclass(frozen=True, slots=True)
class Shares:
    """The list attribute and the values have an element in common (`every`: it holds all of them).

    False when the list is unknown.
    """

    attribute: Attribute
    values: tuple[Scalar, ...]
    every: bool = False


@dataclass(frozen=True, slots=True)
class Within:
    """The place (attributes `lat`, `lon` in degrees) is inside a box, and inside a circle when `radius` is given.

    The box is given by its edges; the circle by its middle and radius in metres (great-circle distance on a sphere of
    6,371,008.8 m). A box with west > east crosses the 180th meridian.
    """

    lat: Attribute
    lon: Attribute
    south: float
    west: float
    north: float
    east: float
    centre: tuple[float, float] | None = None
    radius: float | None = None


@dataclass(frozen=True, slots=True)
class Labelled:
    """The node has one of these labels."""

    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class And:
    """All of them hold; true when empty."""

    of: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """One of them holds; false when empty."""

    of: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """It does not hold."""

    of: "Condition"


class Quantifier(StrEnum):
    """How many of the visible linked items must meet the condition."""

    SOME = "some"
    EVERY = "every"  # true without any linked item
    NONE = "none"
    SINGLE = "single"


@dataclass(frozen=True, slots=True)
class Related:
    """Some, every, none or one of the visible items at the end of the path meet the condition."""

    quantifier: Quantifier
    path: Path
    where: "Condition | None" = None
    at: str | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """The number of distinct visible items at the end of the path stands in this relation to the value."""

    path: Path
    operator: Operator
    value: int
    where: "Condition | None" = None
    at: str | None = None


Condition: TypeAlias = (
    Compare | OneOf | IsNull | AnyItem | Shares | Within | Labelled | And | Or | Not | Related | Counted | Foremost
)

# Orders and pages ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sort:
    """One key of an order: an attribute, at the end of a to-one path or on the item itself. Nulls come last always.

    `index` names a stored string that orders as (attribute, id) does in this direction, nulls last, and is never
    null; with it a page of a single key is read from an index in order (another key beside it: not used; nor when
    the attribute is not public and the asker does not see everything).
    At the end of a path: the least value when there are several. With `count`, the key is the number of distinct
    visible items at the end of the path. With `near` (a longitude beside this latitude, a point in degrees) it is a
    whole number that grows with the distance from there.
    """

    attribute: Attribute
    descending: bool = False
    path: Path = ()
    index: str | None = None
    count: bool = False
    at: str | None = None
    near: tuple[Attribute, float, float] | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """The first (or, `backward`, the last) `limit` items after (before) a boundary.

    A boundary holds the value of each sort key and the id, in that order; the index string alone where the order has
    is by one `index`. One item more than the limit is fetched when `more`, so that the caller knows whether others
    follow: the last row, or the first one of a `backward` page, as rows are always in the order asked for.
    The id ends every order, in the direction of its last key; with no key at all, pages are by id.
    """

    limit: int
    after: tuple[Value, ...] | None = None
    before: tuple[Value, ...] | None = None
    backward: bool = False
    more: bool = True


# Levels --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Branch:
    """What is read of the items of one label: columns, then links."""

    label: str
    columns: tuple[Column, ...] = ()
    follows: tuple["Follow", ...] = ()


@dataclass(frozen=True, slots=True)
class Level:
    """A list of items: which ones, in which order, which page of them, and what is read of each.

    Its rows are lists: the number of the branch when there are several, the columns, the cells of each follow, the
    link columns of the follow that led here, and the boundary (a list) when `boundaries`. Items have the label of a
    branch: on a path, the last hop's labels and the branches' are the same.
    `order` may be empty only when at most one item can be found or order does not matter.
    `at` (ISO day) keeps what holds that day, of the labels in `timed`. `page` None: all (bounded lists only).
    """

    branches: tuple[Branch, ...]
    where: Condition | None = None
    order: tuple[Sort, ...] = ()
    page: Page | None = None
    total: bool = False
    rows: bool = True
    boundaries: bool = False
    at: str | None = None
    timed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Follow:
    """The items at the end of a path from the item above, each once.

    With `link_columns` (properties of the last relationship, walked as one step) once per relationship; the rows of
    one item are then in the order of the link columns.

    Its cells in the row above: the total when `level.total`, then the list of rows when `level.rows`.
    `level.at` is asked of the nodes on the way too. With `twins` (then no `link_columns`): the best twin of each, once.
    """

    path: Path
    level: Level
    link_columns: tuple[str, ...] = ()
    twins: Twins | None = None


@dataclass(frozen=True, slots=True)
class Search:
    """Words to find in the full-text index of each branch, all of them, and phrases, all of them; folded.

    A word is also found in its `forms` (of each word in turn), and with `prefix` the last one as the beginning of a
    word. A phrase is words side by side in this order, in one field. `fields` are the properties searched, each with
    its weight, the one that names an item first; all that the index has when empty, and then without phrases.
    Rows start with the score: by `fields`, a whole number made of the item alone, so that nothing hidden shows in it;
    else that of the index. Without an order: best first, then by id; boundaries hold score and id.
    """

    words: tuple[str, ...]
    prefix: bool = False
    fields: tuple[tuple[str, int], ...] = ()
    forms: tuple[tuple[str, ...], ...] = ()
    phrases: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """A level asked from the root of the graph, with the sight of the asker."""

    level: Level
    sight: Sight
    search: Search | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """A dimension to count by: an attribute of the items, or of the items at the end of a path.

    `leading` keeps the first characters (4 = the year of a date). `several`: the attribute is a list, each element
    counts once. With a path and the attribute `id`, groups are the linked items. Items without a value are counted
    under null, and so are those without a linked item, and without a list or with an empty one.
    """

    attribute: Attribute
    path: Path = ()
    leading: int | None = None
    several: bool = False


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure over the numbers of an attribute: how many are known, their sum, least and greatest.

    `per` are attributes that keep kinds apart (currency, unit): one figure for each combination.
    """

    attribute: Attribute
    per: tuple[Attribute, ...] = ()


@dataclass(frozen=True, slots=True)
class Tally:
    """Distinct items counted by groups; a single group, be it empty, without any. Rows: [keys..., count].

    With `measure`: [keys..., per..., count of known values, sum, least, greatest], known values only.
    `at_least` keeps groups of that many items or more. Largest groups first, then by keys; nulls last.
    """

    label: str
    sight: Sight
    where: Condition | None = None
    groups: tuple[Group, ...] = ()
    measure: Measure | None = None
    at: str | None = None
    timed: bool = False
    at_least: int = 1
    limit: int = 50
    search: Search | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """Rows of a question, and the total when it was asked."""

    rows: list[list[object]]
    total: int | None = None
