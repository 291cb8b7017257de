"""Facets of root lists: how many of the items there are for each value of a dimension, its own filter apart."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from directory.fields import facts
from graph.query import Condition, Tally
from schema.aggregates import Counting, labels_of, shown, words_of
from schema.columns import Leaf, Many, Slot
from schema.connection import Beside, ConnectionPlan, ListAsked
from schema.dimensions import YEARS, Dimension
from schema.making import Argument, FieldSpec, bare, fill_object, list_of
from schema.naming import camel, upper
from schema.paths import shown_ways
from schema.plan import Asked, Reader, refuse
from schema.predicates import code
from schema.roots import both
from schema.values import cell, list_cell

FACET, BUCKET = "Facet", "FacetBucket"
MOST_FACETS: Final = 8  # of one list
DEFAULT_TOP, MOST_TOP = 10, 100


@dataclass(frozen=True)
class Faceting:
    """How the lists of a type are counted by the dimensions of its aggregate."""

    counting: Counting

    def read(self, here: ConnectionPlan, asked: Asked) -> Many:
        """The counts are asked for beside the items."""
        number = asked.number()
        here.facets.append(Beside(number, lambda listed: self._counted(asked, listed)))
        return Many((Slot(0),), asked.select(None), make=lambda run, items: run.arguments[number])

    async def _counted(self, asked: Asked, listed: ListAsked) -> list[Any]:
        given = asked.arguments(listed.env)
        names = list(dict.fromkeys(code(each) for each in given["of"]))
        if not 1 <= len(names) <= MOST_FACETS:
            raise refuse(f"From 1 to {MOST_FACETS} facets at once.", "facets", "of")
        top = given.get("top")
        top = DEFAULT_TOP if top is None else top
        if not 1 <= top <= MOST_TOP:
            raise refuse(f"From 1 to {MOST_TOP} values.", "facets", "top")
        return [(name, await self._values(name, top, listed)) for name in names]

    async def _values(self, name: str, top: int, listed: ListAsked) -> list[Any]:
        dimension = self.counting.dimensions[name]
        label, lists = self.counting.label, self.counting.lists
        tally = Tally(
            label,
            listed.context.sight,
            self._condition(name, listed),
            (dimension.group,),
            at=listed.env.at,
            timed=bool(lists.timed((label,))),
            limit=top,
            search=listed.search,
        )
        rows: list[Any] = await listed.context.tally(tally)
        labels = await labels_of([dimension], rows, listed.env, listed.context)
        return [self._bucket(dimension, key, count, labels) for key, count in rows]

    def _bucket(self, dimension: Dimension, key: Any, count: int, labels: Mapping[str, tuple[str, str]]) -> Any:
        return (*shown(dimension, key, labels), dimension, count)

    def _condition(self, name: str, listed: ListAsked) -> Condition | None:
        """What the items meet, without what they are asked in this dimension."""
        where = without(listed.given.get("where") or {}, self._keys(name))
        lists = self.counting.lists
        asked = lists.wheres.condition(self.counting.label, where, listed.env, ("where",)) if where else None
        return both(listed.kept, asked)

    def _keys(self, name: str) -> frozenset[str]:
        """The keys of the filter that ask about a dimension."""
        known = (*facts(self.counting.lists.kit.content_types[self.counting.label]), *shown_ways(self.counting.label))
        if name == "YEAR":
            return frozenset({camel(next(each for each in YEARS if each in known)), "during"})
        return frozenset(camel(each) for each in known if name in (upper(each), f"{upper(each)}_YEAR"))


def without(where: Mapping[str, Any], keys: frozenset[str]) -> Mapping[str, Any]:
    """The filter without these keys, also where all of several filters must hold.

    >>> without({"kind": 1, "and": [{"kind": 2, "role": 3}], "or": [{"kind": 4}]}, frozenset({"kind"}))
    {'and': [{'role': 3}], 'or': [{'kind': 4}]}
    """
    kept = {name: value for name, value in where.items() if name not in keys}
    if kept.get("and"):
        kept["and"] = [without(each, keys) for each in kept["and"]]
    return kept


def declare_facets(countings: Mapping[str, Counting]) -> Mapping[str, Mapping[str, Reader]]:
    """Make the types of facets; how their fields are read, by type and name."""
    if not countings:
        return {}
    parts = next(iter(countings.values())).lists.kit.parts
    parts[FACET], parts[BUCKET] = bare(FACET), bare(BUCKET)
    fill_object(parts[BUCKET], "A value, and how many items have it.", [
        FieldSpec("key", str | None, "What to filter by: enum value, code, year or global id; null = unknown."),
        FieldSpec("label", str | None, "Text to show."),
        FieldSpec("count", int, "How many items."),
    ])  # fmt: skip
    words = "All that a root list finds, counted by one dimension; the filter on that dimension is not asked."
    fill_object(parts[FACET], words, [
        FieldSpec("dimension", str, "The dimension, as it was asked for."),
        FieldSpec("values", list_of(parts[BUCKET]), "The values that most items have, most items first."),
    ])  # fmt: skip
    return {
        FACET: {"dimension": cell(0), "values": list_cell(1)},
        BUCKET: {"key": cell(0), "label": _label, "count": cell(3)},
    }


def _label(here: Any, asked: Asked) -> Leaf:
    slots = (Slot(0), Slot(1), Slot(2))
    return Leaf(slots, asked.finish, lambda run, *row: words_of(run, row))


def facet_field(counting: Counting, dimension: Any) -> tuple[FieldSpec, Reader]:
    """The field of a connection that counts its items, and how it is read."""
    facet = counting.lists.kit.parts[FACET]
    arguments = (
        Argument("of", list_of(dimension), "Dimensions."),
        Argument("top", int | None, "At most."),
    )
    return FieldSpec("facets", list_of(facet), "Counts.", arguments), Faceting(counting).read
