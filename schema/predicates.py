"""What the operators of a filter mean: each filter of the API becomes a condition on stored properties."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final, TypeAlias

from directory.dates import PartialDate, asked_day
from directory.stored import EVER, SCALE
from directory.text import fold
from graph.query import And, AnyItem, Attribute, Compare, Condition, IsNull, Not, OneOf, Operator, Or, Shares, Within
from schema.ids import own_id
from schema.plan import Env, refuse

MOST_NESTED: Final = 100  # filters in a filter, empty ones too
Given: TypeAlias = Mapping[str, Any]
NEVER: Final = Or(())
ALWAYS: Final = And(())
_ORDERED: Final = {"gt": Operator.GT, "gte": Operator.GTE, "lt": Operator.LT, "lte": Operator.LTE}
_PARTS: Final = {"eq": Operator.EQ, "contains": Operator.CONTAINS, "startsWith": Operator.STARTS_WITH}


@dataclass(slots=True)
class Spent:
    """How many predicates a filter has used so far, and how many filters lie in it."""

    predicates: int = 0
    nested: int = 0


@dataclass(frozen=True, slots=True)
class Asking:
    """A filter being read: where in it we are, how deep, and what is known around it."""

    env: Env
    path: tuple[str, ...]
    spent: Spent
    depth: int = 1

    def at(self, *keys: str) -> "Asking":
        """The same, further in."""
        return replace(self, path=(*self.path, *keys))

    def deeper(self, *keys: str) -> "Asking":
        """The same inside a nested filter; refused when it is too deep."""
        most = self.env.limits.where_depth
        if self.depth >= most:
            raise refuse(f"A filter is at most {most} levels deep.", *self.path, *keys)
        self.spent.nested += 1
        if self.spent.nested > MOST_NESTED:
            raise refuse(f"A filter holds at most {MOST_NESTED} others.", *self.path, *keys)
        return replace(self, path=(*self.path, *keys), depth=self.depth + 1)

    def predicate(self) -> None:
        """Count a predicate; refused when there are too many."""
        self.spent.predicates += 1
        most = self.env.limits.where_predicates
        if self.spent.predicates > most:
            raise refuse(f"A filter has at most {most} predicates.", *self.path)

    def listed(self, values: list[Any]) -> tuple[Any, ...]:
        """The values of a list; refused when there are too many."""
        most = self.env.limits.in_list
        if len(values) > most:
            raise refuse(f"A list has at most {most} values.", *self.path)
        return tuple(values)


Predicate: TypeAlias = Callable[[Any, Asking], Condition]


def code(value: Any) -> Any:
    """The stored code of an enum value; other values as they are."""
    return getattr(value, "value", value)


def all_of(conditions: list[Condition]) -> Condition:
    """That all of them hold."""
    return conditions[0] if len(conditions) == 1 else And(tuple(conditions))


def any_of(conditions: list[Condition]) -> Condition:
    """That one of them holds."""
    return conditions[0] if len(conditions) == 1 else Or(tuple(conditions))


def operators(given: Given, asking: Asking, say: Callable[[str, Any, Asking], Condition]) -> Condition:
    """Every operator given, each said by the function; null ones are as if they were not there."""
    found: list[Condition] = []
    for name, value in given.items():
        if value is not None and name not in ("exact", "orBelow"):
            asking.predicate()
            found.append(say(name, value, asking.at(name)))
    return all_of(found) if found else ALWAYS


def known(attributes: tuple[Attribute, ...], null: bool) -> Condition:
    """That all of the attributes are unknown, or that one is known."""
    unknown = all_of([IsNull(each) for each in attributes])
    return unknown if null else Not(unknown)


# Text ----------------------------------------------------------------------------------------------------------------


def text(exact: tuple[Attribute, ...], folded: Attribute | None, lists: bool, exact_lists: bool = False) -> Predicate:
    """On text: `exact` attributes hold it as written (one a language), `folded` without case and accents."""

    def one(attributes: tuple[Attribute, ...], is_list: bool, operator: Operator, value: str) -> Condition:
        kind = AnyItem if is_list else Compare
        return any_of([kind(each, operator, value) for each in attributes])

    def among(attributes: tuple[Attribute, ...], is_list: bool, values: tuple[str, ...]) -> Condition:
        kind = Shares if is_list else OneOf
        return any_of([kind(each, values) for each in attributes])

    def predicate(given: Given, asking: Asking) -> Condition:
        plainly = folded is None or bool(given.get("exact"))
        attributes, is_list = (exact, exact_lists) if plainly or folded is None else ((folded,), lists)

        def said(value: str) -> str:
            return value if plainly else fold(value)

        def say(name: str, value: Any, here: Asking) -> Condition:
            if name == "isNull":
                return known(exact, value)
            if name == "in":
                return among(attributes, is_list, tuple(said(each) for each in here.listed(value)))
            asked = said(value)
            if value.strip() and not asked:  # of signs that nobody sees: they are in no text, rather than in all
                return NEVER
            return one(attributes, is_list, _PARTS[name], asked)

        return operators(given, asking, say)

    return predicate


# Values --------------------------------------------------------------------------------------------------------------


def scalar(attribute: Attribute, several: bool = False, keep: Callable[[Any], Any] = code) -> Predicate:
    """On one value or a list of values, which `keep` gives as they are stored."""

    def say(name: str, value: Any, here: Asking) -> Condition:
        if name == "isNull":
            return IsNull(attribute, value)
        if name == "in":
            values = tuple(keep(each) for each in here.listed(value))
            return Shares(attribute, values) if several else OneOf(attribute, values)
        operator = _ORDERED.get(name, Operator.EQ)
        return AnyItem(attribute, operator, keep(value)) if several else Compare(attribute, operator, keep(value))

    return lambda given, asking: operators(given, asking, say)


def term(attribute: Attribute, vocabulary: str, several: bool) -> Predicate:
    """On the code of an open vocabulary; with `orBelow`, on that term and all narrower ones."""

    def predicate(given: Given, asking: Asking) -> Condition:
        terms = asking.env.vocabularies[vocabulary]

        def spread(codes: tuple[str, ...]) -> tuple[str, ...]:
            if not given.get("orBelow"):
                return codes
            return tuple(dict.fromkeys(below for each in codes for below in (terms.below(each) or (each,))))

        def say(name: str, value: Any, here: Asking) -> Condition:
            if name == "isNull":
                return IsNull(attribute, value)
            codes = spread(here.listed(value) if name == "in" else (value,))
            return Shares(attribute, codes) if several else OneOf(attribute, codes)

        return operators(given, asking, say)

    return predicate


def partial_date(value: Attribute, first: Attribute) -> Predicate:
    """On a date that may be a year or a month: equal as written, else compared by first days."""

    def say(name: str, given: Any, here: Asking) -> Condition:
        match name:
            case "isNull":
                return IsNull(value, given)
            case "eq":
                return Compare(value, Operator.EQ, given)
            case "in":
                return OneOf(value, here.listed(given))
            case _:
                return Compare(first, _ORDERED[name], PartialDate(given).first)

    return lambda given, asking: operators(given, asking, say)


def instant(attribute: Attribute) -> Predicate:
    """On an instant; where a stored one stands for none, that one is unknown."""
    sentinel = EVER.get(attribute.name)
    plain = scalar(attribute)

    def predicate(given: Given, asking: Asking) -> Condition:
        if sentinel is None:
            return plain(given, asking)
        rest = {name: value for name, value in given.items() if name != "isNull"}
        found = [plain(rest, asking)] if rest else []
        unknown = Compare(attribute, Operator.EQ, sentinel)
        null = given.get("isNull")
        found.append(unknown if null else Not(unknown))
        return all_of(found)

    return predicate


def scaled(value: str) -> int:
    """A decimal as it is stored."""
    return int(Decimal(value) * SCALE)


def compound(parts: Mapping[str, Predicate], first: Attribute) -> Predicate:
    """On a value of several parts, each with a filter of its own."""

    def predicate(given: Given, asking: Asking) -> Condition:
        found: list[Condition] = []
        for name, value in given.items():
            if value is None:
                continue
            if name == "isNull":
                asking.predicate()
                found.append(IsNull(first, value))
            else:
                found.append(parts[name](value, asking.at(name)))
        return all_of(found) if found else ALWAYS

    return predicate


def place(name: str) -> Predicate:
    """On a place: within a circle, within a box, or known at all."""
    lat, lon = Attribute(f"{name}_lat"), Attribute(f"{name}_lon")

    def predicate(given: Given, asking: Asking) -> Condition:
        asking.predicate()
        [(way, value)] = given.items()
        if way == "isNull":
            return IsNull(lat, value)
        if way == "within":
            south_west, north_east = value["southWest"], value["northEast"]
            corners = (
                south_west["latitude"],
                south_west["longitude"],
                north_east["latitude"],
                north_east["longitude"],
            )
            return Within(lat, lon, *corners)
        return _near(lat, lon, value, asking)

    return predicate


LARGEST_RADIUS: Final = 500_000.0


def _near(lat: Attribute, lon: Attribute, given: Given, asking: Asking) -> Condition:
    radius = given["radius"]
    if not 0 < radius <= LARGEST_RADIUS:
        raise refuse("A radius is above 0 and at most 500,000 metres.", *asking.path, "near", "radius")
    centre = degrees(given["center"], *asking.path, "near", "center")
    return Within(lat, lon, -90.0, -180.0, 90.0, 180.0, centre, radius)


def degrees(given: Mapping[str, float], *path: str) -> tuple[float, float]:
    """The latitude and the longitude of a point, when there is such a place."""
    found = (given["latitude"], given["longitude"])
    if not (-90 <= found[0] <= 90 and -180 <= found[1] <= 180):
        raise refuse("A latitude is from -90 to 90, a longitude from -180 to 180.", *path)
    return found


def identity(label: str | None) -> Predicate:
    """On global ids; one of another type, or that is none, is the id of no item."""

    def ids(values: tuple[str, ...]) -> tuple[str, ...]:
        pairs = [own_id(each) for each in values]
        return tuple(pair[1] for pair in pairs if pair and label in (None, pair[0]))

    def say(name: str, value: Any, here: Asking) -> Condition:
        found = ids(here.listed(value) if name == "in" else (value,))
        return OneOf(Attribute("id"), found) if found else NEVER

    return lambda given, asking: operators(given, asking, say)


def during(start: str, until: str) -> Predicate:
    """On what takes place or holds for a time: some day of it lies between the two days, both included."""

    def predicate(given: Given, asking: Asking) -> Condition:
        found: list[Condition] = []
        for name, value in given.items():
            if value is not None:
                asking.predicate()
                last = name == "to"
                attribute, operator = (start, Operator.LTE) if last else (until, Operator.GT)
                found.append(Compare(Attribute(attribute), operator, asked_day(value)))
        return all_of(found) if found else ALWAYS

    return predicate
