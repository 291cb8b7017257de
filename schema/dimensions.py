"""What items are counted by, and which figures are summed: enums of the API and what they mean to the graph."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from directory.fields import Fact, Kind, facts
from directory.links import Way
from graph.query import Attribute, Group, Measure
from schema.kit import Kit
from schema.making import Member, enum_type
from schema.naming import upper
from schema.orders import GENERAL
from schema.paths import path_of, shown_ways
from schema.wheres import UNASKED, is_asked
from schema.words import by

YEARS: Final = ("date", "period", "start", "issue_date", "published")
"""The date that YEAR means, the first of these that a type has."""
NUMBERS: Final[Mapping[str, tuple[str, ...]]] = {
    "Channel": ("desks", "open_hours_month"),
    "Territory": ("population",),
    "Project": ("partner_count",),
}
"""Plain numbers that may be added up: each counts one thing. Figures of observations may not, nor years."""
UNCOUNTED: Final = UNASKED | GENERAL | {"observations", "open_questions", "verified_on"}
SITE: Final = frozenset({"Site", "Folder", "File", "Image", "Link", "Collection"})
"""Types whose items make the site, and say nothing about the ecosystem: they are not counted."""
DATES: Final = frozenset({Kind.PARTIAL_DATE, Kind.DATE, Kind.DATETIME})
CODES: Final = frozenset({Kind.CHOICE, Kind.TERM, Kind.COUNTRY, Kind.LANGUAGE, Kind.BOOLEAN})


@dataclass(frozen=True)
class Dimension:
    """A way to count: the group of the graph, and what its values are shown by: a field's codes, an enum, or items."""

    description: str
    group: Group
    vocabulary: str | None = None  # of terms
    enum: Any = None
    targets: tuple[str, ...] = ()  # types of items
    fact: Fact | None = None  # whose codes have titles


def dimensions(kit: Kit, label: str) -> dict[str, Dimension]:
    """The dimensions of a type, by the name of their enum value."""
    found = dict(_of_fields(kit, label))
    for name, way in shown_ways(label).items():
        if name not in UNCOUNTED and is_asked(way) and upper(name) not in found and not _is_own(way):
            group = Group(Attribute("id"), path_of(label, name))
            found[upper(name)] = Dimension(way.description, group, targets=way.targets)
    return found


def _is_own(way: Way) -> bool:
    """Whether each item at the other end belongs to one item only, so that groups would be of one."""
    return way.inverse and way.fact is not None and not way.fact.several


def _of_fields(kit: Kit, label: str) -> Iterator[tuple[str, Dimension]]:
    known = facts(kit.content_types[label])
    for name, fact in known.items():
        if name in UNCOUNTED:
            continue
        if fact.kind in CODES:
            yield upper(name), _by_code(kit, fact)
        elif fact.kind in DATES and not fact.several:
            yield f"{upper(name)}_YEAR", _by_year(fact)
    main = next((name for name in YEARS if name in known and known[name].kind in DATES), None)
    if main:
        yield "YEAR", _by_year(known[main])


def _by_code(kit: Kit, fact: Fact) -> Dimension:
    group = Group(Attribute(fact.name, fact.audience), several=fact.several)
    enum = kit.enums[fact.vocabulary or ""] if fact.kind is Kind.CHOICE else None
    vocabulary = fact.vocabulary if fact.kind is Kind.TERM else None
    return Dimension(fact.description, group, vocabulary, enum, fact=fact)


def _by_year(fact: Fact) -> Dimension:
    name = f"{fact.name}_first" if fact.kind is Kind.PARTIAL_DATE else fact.name
    return Dimension("Year of it.", Group(Attribute(name, fact.audience), leading=4))


@dataclass(frozen=True)
class Summed:
    """A figure that is summed: what the graph measures, and whether it is kept scaled."""

    description: str
    measure: Measure
    scaled: bool
    per: str | None = None  # unit or currency


def measures(kit: Kit, label: str) -> dict[str, Summed]:
    """The figures of a type, by the name of their enum value."""
    found: dict[str, Summed] = {}
    for name, fact in facts(kit.content_types[label]).items():
        if fact.kind is Kind.QUANTITY:
            found[upper(name)] = _summed(fact, "value", "unit")
        elif fact.kind is Kind.MONEY:
            found[upper(name)] = _summed(fact, "amount", "currency")
        elif name in NUMBERS.get(label, ()):
            measure = Measure(Attribute(name, fact.audience))
            found[upper(name)] = Summed(fact.description, measure, scaled=False)
    return found


def _summed(fact: Fact, number: str, per: str) -> Summed:
    def part(name: str) -> Attribute:
        return Attribute(f"{fact.name}_{name}", fact.audience)

    return Summed(fact.description, Measure(part(number), (part(per),)), scaled=True, per=per)


def declare_enum(name: str, words: str, members: Mapping[str, Dimension | Summed]) -> Any:
    """The enum of these dimensions or figures."""
    return enum_type(name, words, [Member(key, key, by(key)) for key in members])
