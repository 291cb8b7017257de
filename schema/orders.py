"""The `orderBy` inputs: what lists of a type are ordered by, and the sort keys that an order says."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, TypeAlias

from directory.fields import Fact, Kind, facts
from directory.links import Way
from directory.stored import order_index
from graph.query import Attribute, Audience, Path, Sort
from schema.kit import ITEM, Kit
from schema.making import FieldSpec, fill_input
from schema.naming import camel
from schema.paths import path_of, shown_ways
from schema.plan import Env, refuse
from schema.predicates import degrees
from schema.wheres import is_asked

Key: TypeAlias = Callable[[bool, str], Sort]  # whether it descends, the language of who reads; the sort

MOST: Final = 8  # keys of one order
MOST_STEPS: Final = 4  # links that a key may lead over
PLACE, DISTANCE = "location", "distanceFrom"
PLAIN: Final = frozenset({Kind.INTEGER, Kind.NUMBER, Kind.DATE, Kind.DATETIME})
UNORDERED: Final = frozenset({"id", "path", "effective", "expires", "scope", "version", "note", "verified_on"})
GENERAL: Final = frozenset({"children", "pages", "news", "sources", "parent"})
"""Links of items of every type, whose number says little."""
RANKED: Final[Mapping[str, tuple[str, ...]]] = {
    "Channel": ("services",),
    "Cite": ("channels", "services", "partnerships", "partners", "contributions", "events", "projects"),
    "Organisation": ("partnerships", "partner_of", "contributions", "services_run"),
    "Project": ("members", "cites", "events"),
    "Service": ("providers", "channels", "contributions"),
    "Territory": ("cites", "organisations", "services"),
}
"""Lists whose length is a sort key, by type: those that people rank by. Each would cost the schema a line."""
DEFAULT_OF_ITEMS: Final = ("position", "title")  # of lists of several types


class Orders:
    """What every type is ordered by."""

    def __init__(self, kit: Kit) -> None:
        self.kit = kit
        self._keys: dict[str, Mapping[str, Key]] = {}
        self._links: dict[str, Mapping[str, Way]] = {}

    def declare(self) -> None:
        """Fill the input types."""
        for label in self.kit.content_types:
            self._declare(label)
        first = next(iter(self.kit.content_types))
        common = ("title", "position", "created", "modified")
        self._keys[ITEM] = {name: self._keys[first][name] for name in common}
        self._links[ITEM] = {}
        self._fill(ITEM, [self._direction(name) for name in common])

    def sorts(self, target: str, given: Sequence[Mapping[str, Any]] | None, env: Env, path: Path = ()) -> list[Sort]:
        """The sort keys of an order of the type."""
        if given and len(given) > MOST:
            raise refuse(f"An order has at most {MOST} keys.", "orderBy")
        return [self._sort(target, each, env, path) for each in given or ()]

    def default(self, labels: tuple[str, ...], names: tuple[str, ...], locale: str) -> tuple[Sort, ...]:
        """The order of a list when none is asked: of the way that leads there, or of the type."""
        if len(labels) > 1:
            return tuple(self._by_name(ITEM, name, locale) for name in DEFAULT_OF_ITEMS)
        order = names or self.kit.content_types[labels[0]].declared.order
        return tuple(self._by_name(labels[0], name, locale) for name in order)

    def has(self, target: str, name: str) -> bool:
        """Whether items of the type have the sort key of that name, which may have a minus before it."""
        return camel(name.removeprefix("-")) in self._keys[target]

    def names(self, target: str) -> tuple[str, ...]:
        """The names of the sort keys of the type, those of links left out."""
        return tuple(self._keys[target])

    def _by_name(self, target: str, name: str, locale: str) -> Sort:
        return self._keys[target][camel(name.lstrip("-"))](name.startswith("-"), locale)

    def _sort(self, target: str, given: Mapping[str, Any], env: Env, path: Path) -> Sort:
        [(name, value)] = given.items()
        if name == DISTANCE:
            return self._nearest(value, path)
        if len(path) > MOST_STEPS:
            raise refuse(f"An order leads over at most {MOST_STEPS} links.", "orderBy")
        if name in self._links[target]:
            way = self._links[target][name]
            further = path + path_of(target, way.name)
            if way.many:
                return Sort(Attribute("id"), value.value == "desc", further, count=True, at=env.at)
            [found] = self.sorts(self.kit.target(way.targets), [value], env, further)
            return found
        sort = self._keys[target][name](value.value == "desc", env.locale)
        return replace(sort, path=path, index=None, at=env.at) if path else sort

    def _nearest(self, given: Mapping[str, float], path: Path) -> Sort:
        if path:
            raise refuse("The distance orders the items of the list, not what they lead to.", "orderBy", DISTANCE)
        point = degrees(given, "orderBy", DISTANCE)
        return Sort(Attribute(f"{PLACE}_lat"), near=(Attribute(f"{PLACE}_lon"), *point))

    # Declaring -------------------------------------------------------------------------------------------------------

    def _declare(self, label: str) -> None:
        found = facts(self.kit.content_types[label])
        keys = {camel(name): key for name, fact in found.items() if (key := key_of(fact)) and name not in UNORDERED}
        self._keys[label] = keys
        self._links[label] = dict(self._linked(label))
        fields = [self._direction(name) for name in keys]
        fields += [self._link_field(name, way) for name, way in self._links[label].items()]
        if PLACE in found:
            fields.append(FieldSpec(DISTANCE, self.kit.parts["GeoPointInput"] | None, "Nearest first."))
        self._fill(label, fields)

    def _linked(self, label: str) -> Iterable[tuple[str, Way]]:
        for name, way in shown_ways(label).items():
            if not is_asked(way) or name in GENERAL:
                continue
            if way.many and name in RANKED.get(label, ()):
                yield f"{camel(name)}Count", way
            if not way.many and len(way.targets) == 1 and way.fact is not None:
                yield camel(name), way

    def _link_field(self, name: str, way: Way) -> FieldSpec:
        if way.many:
            return self._direction(name)
        return FieldSpec(name, self.kit[self.kit.target(way.targets)].order | None, "Rank.")

    def _direction(self, name: str) -> FieldSpec:
        return FieldSpec(name, self.kit.direction | None, "Rank.")

    def _fill(self, target: str, fields: list[FieldSpec]) -> None:
        fill_input(self.kit[target].order, "One sort key.", fields, one_of=True)


def key_of(fact: Fact) -> Key | None:
    """What orders by the field; None when it has no order.

    A field that is declared with one has a string that orders as it does, kept for an index. Other texts have none.
    """
    if fact.several:
        return None
    if fact.sort:
        return _indexed(fact)
    if fact.kind in PLAIN:
        return _plain(fact.name, fact.audience)
    if fact.kind is Kind.PARTIAL_DATE:
        return _plain(f"{fact.name}_first", fact.audience)
    return None


def _plain(attribute: str, audience: Audience) -> Key:
    return lambda descending, locale: Sort(Attribute(attribute, audience), descending)


def _indexed(fact: Fact) -> Key:
    """By the value, or by its kept string itself where there is no single value: texts in several languages."""
    attribute = f"{fact.name}_first" if fact.kind is Kind.PARTIAL_DATE else fact.name

    def key(descending: bool, locale: str) -> Sort:
        index = order_index(fact, descending, locale)
        is_text = fact.localised or fact.kind is Kind.TEXT
        return Sort(Attribute(index if is_text else attribute, fact.audience), descending, index=index)

    return key
