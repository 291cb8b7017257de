"""The `where` inputs: what items of a type are filtered by, and the condition that a filter says."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any, Final

from directory.fields import Kind, facts
from directory.links import Way
from directory.stored import spans
from graph.query import (
    And,
    Attribute,
    Compare,
    Condition,
    Counted,
    Labelled,
    Not,
    OneOf,
    Operator,
    Or,
    Path,
    Quantifier,
    Related,
)
from schema.filters import Filter, filters_of
from schema.kit import ITEM, Kit
from schema.making import FieldSpec, fill_input, list_of
from schema.naming import camel, root
from schema.paths import path_of, shown_ways
from schema.plan import Env
from schema.predicates import ALWAYS, NEVER, Asking, Given, Spent, all_of, any_of, during, identity
from schema.scalars import Slug

UNASKED: Final = frozenset(
    {"id", "slug", "parent", "position", "effective", "expires", "scope", "sources", "as_of"}
    | {"verified_by", "created_by", "modified_by", "note", "translation_group", "version", "certainty_basis"}
)
"""Fields of every item that have no filter, or another one than their kind has."""
COMMON: Final = ("path", "title", "description", "language", "state", "created", "modified", "verified_on")
"""Fields that items of all types are filtered by."""
COUNTS: Final = {"eq": "=", "gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
BELOW: Final = "Territory"  # the type whose items lie in one another, so that a filter may say `orBelow`


class Wheres:
    """What every type is filtered by."""

    def __init__(self, kit: Kit) -> None:
        self.kit = kit
        self._filters: dict[str, Mapping[str, Filter]] = {}
        self._links: dict[str, Mapping[str, Way]] = {}

    def declare(self) -> None:
        """Fill the input types."""
        for label in self.kit.content_types:
            self._declare(label)
            self._declare_many(label)
        self._declare_item()
        self._declare_many(ITEM)

    # What a filter says ----------------------------------------------------------------------------------------------

    def condition(self, target: str, given: Given, env: Env, path: tuple[str, ...]) -> Condition:
        """The condition that a filter of the type says; raises BAD_USER_INPUT when it is too large."""
        return self._all(target, given, Asking(env, path, Spent()))

    def _all(self, target: str, given: Given, asking: Asking) -> Condition:
        if target == BELOW and given.get("orBelow"):
            return self._or_below(given, asking)
        found = [
            self._one(target, name, value, asking)
            for name, value in given.items()
            if value is not None and name != "orBelow"
        ]
        return all_of(found) if found else ALWAYS

    def _one(self, target: str, name: str, value: Any, asking: Asking) -> Condition:
        match name:
            case "and" | "or":
                parts = [
                    self._all(target, each, asking.deeper(name, str(index)))
                    for index, each in enumerate(asking.at(name).listed(value))
                ]
                return And(tuple(parts)) if name == "and" else Or(tuple(parts))
            case "not":
                return Not(self._all(target, value, asking.deeper(name)))
            case "slug":
                asking.predicate()
                return Compare(Attribute("slug"), Operator.EQ, value)
            case "slugs":
                asking.predicate()
                return OneOf(Attribute("slug"), asking.at(name).listed(value))
            case "id":
                return identity(None if target == ITEM else target)(value, asking.at(name))
        if target == ITEM:
            return self._of_item(name, value, asking)
        if name in self._links[target]:
            return self._linked(target, self._links[target][name], value, asking.at(name))
        return self._filters[target][name].predicate(value, asking.at(name))

    def _or_below(self, given: Given, asking: Asking) -> Condition:
        rest = {name: value for name, value in given.items() if name != "orBelow"}
        [hop] = path_of(BELOW, "ancestors")
        return Related(Quantifier.SOME, (replace(hop, least=0),), self._all(BELOW, rest, asking))

    def _linked(self, owner: str, way: Way, given: Given, asking: Asking) -> Condition:
        path, target, day = path_of(owner, way.name), self.kit.target(way.targets), asking.env.at
        if not way.many:
            inner = self._all(target, given, asking.deeper())
            return Related(Quantifier.SOME, path, None if inner == ALWAYS else inner, day)
        found: list[Condition] = []
        for name, value in given.items():
            if value is None:
                continue
            if name == "count":
                found += self._counted(path, value, asking.at(name))
            else:
                inner = self._all(target, value, asking.deeper(name))
                found.append(Related(Quantifier(name), path, None if inner == ALWAYS else inner, day))
        return all_of(found) if found else ALWAYS

    def _counted(self, path: Path, given: Given, asking: Asking) -> Iterator[Condition]:
        for name, value in given.items():
            if value is None:
                continue
            asking.predicate()
            if name == "in":
                each = [Counted(path, Operator.EQ, number, at=asking.env.at) for number in asking.listed(value)]
                yield any_of(list(each)) if each else NEVER
            elif name == "isNull":
                yield NEVER if value else ALWAYS
            else:
                yield Counted(path, Operator(COUNTS[name]), value, at=asking.env.at)

    def _of_item(self, name: str, value: Any, asking: Asking) -> Condition:
        if name == "type":
            asking.predicate()
            return Labelled(tuple(each.value for each in asking.at(name).listed(value)))
        if name in self._narrowings:
            label = self._narrowings[name]
            return And((Labelled((label,)), self._all(label, value, asking.deeper(name))))
        return self._of_all_types(name, value, asking.at(name))

    def _of_all_types(self, name: str, value: Any, asking: Asking) -> Condition:
        """A field that types may store in different ways: each way is asked of the types that have it."""
        spent = asking.spent.predicates
        said: dict[Condition, list[str]] = {}
        for label in self.kit.content_types:
            asking.spent.predicates = spent  # one filter, however many types it is said for
            said.setdefault(self._filters[label][name].predicate(value, asking), []).append(label)
        if len(said) == 1:
            return next(iter(said))
        return Or(tuple(And((Labelled(tuple(labels)), each)) for each, labels in said.items()))

    # Declaring -------------------------------------------------------------------------------------------------------

    @cached_property
    def _narrowings(self) -> Mapping[str, str]:
        """The type that a filter on items of any type narrows them to, by the name of its key."""
        return {root(label): label for label in self.kit.content_types}

    def _declare(self, label: str) -> None:
        cls = self.kit.content_types[label]
        filters = {
            camel(name): found
            for name, fact in facts(cls).items()
            if name not in UNASKED
            for name, found in filters_of(self.kit, fact)
        }
        span = spans(cls)
        if span:
            between = Filter(self.kit.parts["Between"], during(*span))
            filters["during"] = between
        self._filters[label] = filters
        self._links[label] = {camel(name): way for name, way in shown_ways(label).items() if is_asked(way)}
        fields = [FieldSpec(name, found.type | None, "Filter.") for name, found in filters.items()]
        fields += [self._link_field(name, way) for name, way in self._links[label].items() if name not in filters]
        if label == BELOW:
            fields.append(FieldSpec("orBelow", bool | None, "Areas below those too."))
        description = f"Which {label}: all keys hold."
        fill_input(self.kit[label].where, description, [*self._general(label), *fields])

    def _link_field(self, name: str, way: Way) -> FieldSpec:
        family = self.kit[self.kit.target(way.targets)]
        return FieldSpec(name, (family.many if way.many else family.where) | None, "Filter.")

    def _general(self, target: str) -> list[FieldSpec]:
        where = self.kit[target].where
        return [
            FieldSpec("and", list_of(where) | None, "All hold."),
            FieldSpec("or", list_of(where) | None, "Any holds."),
            FieldSpec("not", where | None, "Does not hold."),
            FieldSpec("id", self.kit.parts["IDFilter"] | None, "Global id."),
            FieldSpec("slug", Slug | None, "Equal."),
            FieldSpec("slugs", list[Slug] | None, "One of."),
        ]

    def _declare_item(self) -> None:
        first = next(iter(self.kit.content_types))
        common = [camel(name) for name in COMMON]
        descriptions = {camel(name): fact.description for name, fact in facts(self.kit.content_types[first]).items()}
        fields = [FieldSpec(each, self._filters[first][each].type | None, descriptions[each]) for each in common]
        kinds = list_of(self.kit.enums["content_type"]) | None
        fields.append(FieldSpec("type", kinds, "Of one of these types."))
        fields += [
            FieldSpec(name, self.kit[label].where | None, "Such ones.") for name, label in self._narrowings.items()
        ]
        fill_input(self.kit[ITEM].where, "Items to keep: every given key must hold.", [*self._general(ITEM), *fields])

    def _declare_many(self, target: str) -> None:
        where = self.kit[target].where | None
        fields = [
            FieldSpec("some", where, "At least one."),
            FieldSpec("every", where, "All; true of none."),
            FieldSpec("none", where, "Not one."),
            FieldSpec("single", where, "Exactly one."),
            FieldSpec("count", self.kit.parts["IntFilter"] | None, "How many."),
        ]
        fill_input(self.kit[target].many, f"A list of {target} items.", fields)


def is_asked(way: Way) -> bool:
    """Whether items are filtered by what the way leads to."""
    return way.fact is None or way.fact.kind is Kind.LINK or (way.fact.kind is Kind.CITATION and not way.inverse)
