"""Counts and sums over the items of a type: what is asked of the graph, and how its groups are answered.

Distinct items are counted. Figures are summed for one unit or currency at a time, over the values that are known.
"""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal as Number
from typing import Any, Final

from directory.codes import label
from directory.stored import chain, unscaled
from graph.query import Attribute, Branch, Column, Level, OneOf, Question, Tally
from schema.columns import Leaf, Many, Slot
from schema.connection import Lists
from schema.context import Context
from schema.dimensions import Dimension, Summed
from schema.ids import global_id
from schema.kit import Kit
from schema.making import Argument, FieldSpec, bare, fill_input, fill_object, list_of
from schema.plan import Asked, Env, Reader, refuse
from schema.predicates import code
from schema.roots import Composed, Settled, both
from schema.scalars import CurrencyCode, Date, Decimal, Locale
from schema.values import cell, list_cell, object_cell

MOST_GROUPS: Final = 100  # answered
MOST_SIFTED: Final = 10_000  # fetched, when groups are kept by more than a least count
MOST_DIMENSIONS: Final = 4
GROUP, KEY, FIGURE, HAVING = "Aggregate", "AggregateKey", "Figure", "AggregateHaving"


@dataclass(frozen=True)
class Counting(Composed):
    """A root field that counts the items of a type."""

    lists: Lists
    label: str
    dimensions: Mapping[str, Dimension]
    measures: Mapping[str, Summed]

    async def answered(self, asked: Asked, given: Mapping[str, Any], env: Env, context: Context) -> Settled:
        """The groups, largest first."""
        inner = env.since(given.get("at"))
        names = [code(each) for each in given.get("groupBy") or ()]
        if len(names) > MOST_DIMENSIONS:
            raise refuse(f"At most {MOST_DIMENSIONS} dimensions at once.", "groupBy")
        groups = [self.dimensions[name] for name in names]
        limit = _limit(given)
        having = (given.get("having") or {}).get("count") or {}
        where = given.get("where")
        condition = self.lists.wheres.condition(self.label, where, inner, ("where",)) if where else None
        condition = both(env.foremost((self.label,)), condition)
        tally = Tally(
            self.label,
            context.sight,
            condition,
            tuple(each.group for each in groups),
            at=inner.at,
            timed=bool(self.lists.timed((self.label,))),
            at_least=least(having),
            limit=MOST_SIFTED if set(having) - {"gte", "gt"} else limit,
        )
        found: list[list[Any]] = await context.tally(tally)
        rows = [row for row in found if meets(row[-1], having)][:limit]
        labels = await labels_of(groups, rows, env, context)
        figures = await self._figures(given, tally, len(groups), context)
        made = [self._group(row, groups, labels, figures) for row in rows]
        return Settled(Many((Slot(1),), asked.select(None), required=False), made)

    def _group(
        self, row: list[Any], groups: list[Dimension], labels: Mapping[str, tuple[str, str]], figures: "Figures | None"
    ) -> tuple[Any, ...]:
        keys = [(*shown(each, value, labels), each) for each, value in zip(groups, row, strict=False)]
        found = figures.of(tuple(row[:-1])) if figures else []
        unknown = row[-1] - sum(each[2] for each in found) if figures else None
        return keys, row[-1], unknown, found

    async def _figures(self, given: Mapping[str, Any], tally: Tally, width: int, context: Context) -> "Figures | None":
        """The figures asked for, by group."""
        name = code(given.get("measure"))
        if name is None:
            return None
        summed = self.measures[name]
        measured = Tally(
            tally.label, tally.sight, tally.where, tally.groups, summed.measure, tally.at, tally.timed,
            limit=MOST_SIFTED,
        )  # fmt: skip
        found = Figures({}, summed)
        for row in await context.tally(measured):
            found.by_group.setdefault(tuple(row[:width]), []).append(figure(row[width:], summed))
        return found


async def labels_of(
    groups: list[Dimension], rows: list[list[Any]], env: Env, context: Context
) -> Mapping[str, tuple[str, str]]:
    """The type and title of the items that are keys, by own id."""
    ids: dict[str, None] = {}
    targets: dict[str, None] = {}
    for place, each in enumerate(groups):
        if each.targets:
            targets |= dict.fromkeys(each.targets)
            ids |= {row[place]: None for row in rows if row[place] is not None}
    if not ids:
        return {}
    found: dict[str, tuple[str, str]] = {}
    title = (*(Attribute(f"title_{each}") for each in chain(env.locale)), Attribute("title"))
    columns = (Column((Attribute("id"),)), Column(title))
    branches = tuple(Branch(label, columns) for label in targets)
    answer = await context.rows(Question(Level(branches, OneOf(Attribute("id"), tuple(ids))), context.sight))
    for row in answer.rows:
        number: Any = row[0] if len(branches) > 1 else 0
        id, said = row[-2:]
        found[str(id)] = (branches[number].label, str(said))
    return found


@dataclass(frozen=True)
class Figures:
    """The figures of each group, by its keys."""

    by_group: dict[tuple[Any, ...], list[tuple[Any, ...]]]
    summed: Summed

    def of(self, keys: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        """Those of a group; where nothing is known, one that says so, unless each is of a unit or currency."""
        nothing = [] if self.summed.per else [figure([0, None, None, None], self.summed)]
        return self.by_group.get(keys, nothing)


def figure(cells: list[Any], summed: Summed) -> tuple[Any, ...]:
    """The row of a figure: unit, currency, how many are known, sum, least, greatest, mean; null where none is known."""
    *per, known, total, lowest, highest = cells
    kind = per[0] if per else None

    def said(value: Any) -> str | None:
        if value is None:
            return None
        return f"{unscaled(value):f}" if summed.scaled else f"{Number(repr(value)):f}"

    mean = None
    if known:
        exact = Number(repr(total)) / known / (10_000 if summed.scaled else 1)
        mean = f"{exact.quantize(Number('0.0001')).normalize():f}"
    unit = ("unit", kind) if summed.per == "unit" and kind is not None else None
    currency = kind if summed.per == "currency" else None
    return unit, currency, known, said(total if known else None), said(lowest), said(highest), mean


def shown(dimension: Dimension, value: Any, labels: Mapping[str, tuple[str, str]]) -> tuple[str | None, Any]:
    """What a group is filtered by, and its words; the code instead where the reader has a title for it."""
    if value is None:
        return None, None
    if dimension.targets:
        label, title = labels.get(value, ("", ""))
        return (global_id(label, value), title) if label else (None, None)
    if dimension.enum is not None:
        known = {each.value: each.name for each in dimension.enum}
        return known.get(value, str(value)), value
    return str(value).lower() if isinstance(value, bool) else str(value), value


def least(having: Mapping[str, Any]) -> int:
    """The least count that can meet the filter."""
    found = [1]
    for name, more in (("gte", 0), ("gt", 1), ("eq", 0)):
        if having.get(name) is not None:
            found.append(int(having[name]) + more)
    return max(found)


TESTS: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "eq": operator.eq,
    "in": lambda count, values: count in values,
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
    "isNull": lambda count, null: not null,
}


def meets(count: int, having: Mapping[str, Any]) -> bool:
    """Whether a count meets the filter.

    >>> meets(3, {"gte": 2, "lt": 4}), meets(3, {"in": [1, 2]}), meets(3, {})
    (True, False, True)
    """
    return all(TESTS[name](count, value) for name, value in having.items() if value is not None)


def _limit(given: Mapping[str, Any]) -> int:
    limit = given.get("limit")
    found = 50 if limit is None else int(limit)
    if not 1 <= found <= MOST_GROUPS:
        raise refuse(f"From 1 to {MOST_GROUPS} groups.", "limit")
    return found


# Types ---------------------------------------------------------------------------------------------------------------


def words_of(run: Any, row: Any) -> str | None:
    """The words for a key: a code is called as its vocabulary has it, in the language asked."""
    key, words, dimension = row
    if key is None or words is None:
        return None
    if dimension.vocabulary is None:
        return label(dimension.fact, words, run.locale) if dimension.fact else str(words)
    term = run.vocabularies[dimension.vocabulary].term(key)
    return str(key) if term is None else str(term.title_fr if run.locale == "fr" else term.title_en)


def declare_aggregates(kit: Kit) -> Mapping[str, Mapping[str, Reader]]:
    """Fill the types of groups; how their fields are read, by type and name."""
    parts = kit.parts
    for name in (GROUP, KEY, FIGURE, HAVING):
        parts[name] = bare(name)
    term = parts["Term"]
    count = FieldSpec("count", parts["IntFilter"] | None, "How many items.")
    fill_input(parts[HAVING], "Groups to keep.", [count])
    fill_object(parts[KEY], "What the items of a group have in common, in one dimension.", [
        FieldSpec("key", str | None, "What to filter by: enum value, code, year or global id; null = unknown."),
        FieldSpec("label", str | None, "Text to show."),
    ])  # fmt: skip
    fill_object(parts[FIGURE], "A figure over the known values, for one unit or currency.", [
        FieldSpec("unit", term | None, "Unit; null for money and plain numbers."),
        FieldSpec("currency", CurrencyCode | None, "Currency; null for anything but money."),
        FieldSpec("known", int, "How many items have a value."),
        FieldSpec("sum", Decimal | None, "Their sum."),
        FieldSpec("least", Decimal | None, "The smallest."),
        FieldSpec("greatest", Decimal | None, "The largest."),
        FieldSpec("average", Decimal | None, "Their mean, to four decimals."),
    ])  # fmt: skip
    fill_object(parts[GROUP], "A group of items; a single one when nothing is grouped by.", [
        FieldSpec("keys", list_of(parts[KEY]), "One for each groupBy, in the same order."),
        FieldSpec("count", int, "How many items."),
        FieldSpec("unknown", int | None, "How many of them have no value to measure; null without a measure."),
        FieldSpec("figures", list_of(parts[FIGURE]), "The measure asked for, one for each unit or currency."),
    ])  # fmt: skip
    return {
        GROUP: {"keys": list_cell(0), "count": cell(1), "unknown": cell(2), "figures": list_cell(3)},
        KEY: {"key": cell(0), "label": _label},
        FIGURE: {"unit": object_cell(0), "currency": cell(1), "known": cell(2), "sum": cell(3), "least": cell(4),
                 "greatest": cell(5), "average": cell(6)},
    }  # fmt: skip


def _label(here: Any, asked: Asked) -> Any:
    slots = (Slot(0), Slot(1), Slot(2))
    return Leaf(slots, asked.finish, lambda run, *row: words_of(run, row))


def aggregate_field(counting: Counting, name: str, dimension: Any, measure: Any | None) -> FieldSpec:
    """The root field that counts the items of a type."""
    kit = counting.lists.kit
    arguments = [
        Argument("where", kit[counting.label].where | None, "Filter."),
        Argument("groupBy", list_of(dimension) | None, "Dimensions."),
        Argument("having", kit.parts[HAVING] | None, "Kept."),
        Argument("limit", int | None, "At most."),
        Argument("at", Date | None, "As of."),
        Argument("locale", Locale | None, "Language."),
    ]
    if measure is not None:
        arguments.insert(2, Argument("measure", measure | None, "Summed."))
    words = f"{counting.label} items counted."
    return FieldSpec(name, list_of(kit.parts[GROUP]) | None, words, tuple(arguments))
