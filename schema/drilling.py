"""How analyses are read: rows and ids in pages, and from every id to its item, many in one question."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial
from itertools import islice
from math import isfinite
from operator import attrgetter
from typing import Any, Final, TypeAlias

from graphql import GraphQLResolveInfo, is_list_type
from graphql.type import get_nullable_type
from strawberry.dataloader import DataLoader

from directory.analysis.snapshot import Snapshot
from directory.tables import TABLES
from directory.values import Ref
from schema.columns import Reading
from schema.context import Context
from schema.findings import EXPANDED, ROWS, How, Named, Told
from schema.ids import global_id
from schema.plan import refuse
from schema.several import read_items

Info: TypeAlias = GraphQLResolveInfo[Any]
Given: TypeAlias = Mapping[str, Any]
AT_ONCE: Final = 100
OFFERS: Final = "candidate_offers"
"""The table whose rows have no ids: they are known by whom they are of."""


@dataclass(frozen=True)
class Taken:
    """A snapshot, and the type of the item of each of its ids."""

    snapshot: Snapshot

    @cached_property
    def labels(self) -> Mapping[str, str]:
        """The type of the item of each id."""
        with_ids = [(table.type, getattr(self.snapshot, name)) for name, table in TABLES.items() if name != OFFERS]
        return {row.id: type for type, rows in with_ids for row in rows}

    def ref(self, key: str) -> Ref | None:
        """The item of a key: an id, or the id of a need with its type and public; None for a code."""
        for id in (key, key.partition(":")[0]):
            if id in self.labels:
                return Ref(self.labels[id], id)
        return None


@dataclass(frozen=True, slots=True)
class Row:
    """A value of a result, and the snapshot that its ids are from."""

    value: Any
    taken: Taken

    @property
    def key(self) -> str:
        """What it is, among the rows of its list."""
        shape = ROWS[type(self.value)]
        return " ".join(str(getattr(self.value, name)) for name in ((shape.own,) if shape.own else shape.key))

    @property
    def ref(self) -> Ref | None:
        """The item that it is about."""
        return self.taken.ref(self.key)


def resolver(name: str, known: Mapping[type, Mapping[str, Told]], type: Any) -> Callable[..., Any]:
    """What tells the field of that name of any value that has it."""
    empty: list[Any] | None = [] if is_list_type(get_nullable_type(type)) else None

    def resolve(row: Row, info: Info, **given: Any) -> Any:
        told = known[row.value.__class__].get(name)
        return empty if told is None else tell(row, told, info.context, given)

    return resolve


def tell(row: Row, told: Told, context: Context, given: Given) -> Any:
    """The value of a field of a result or a row, as the schema has it."""
    value = attrgetter(told.attribute)(row.value)
    match told.how:
        case How.ITEM:
            return Row(Named(value), row.taken) if value else None
        case How.ITEMS | How.ROWS if value is not None:
            rows = [Row(each, row.taken) for each in expanded(value)]
            return paged(rows, context, given) if told.is_paged else rows
        case How.DAY if value is not None:
            return value.isoformat() if isinstance(value, date) else value
        case How.NUMBERS if value is not None:
            return [each if isfinite(each) else None for each in value]
    return list(value) if isinstance(value, tuple) else value


def expanded(values: Sequence[Any]) -> list[Any]:
    """The rows of a list: plain ids as such, and several where one is told so."""
    found: list[Any] = []
    for each in values:
        if isinstance(each, str):
            found.append(Named(each))
        else:
            several = EXPANDED.get(type(each))
            found += several[1](each) if several else [each]
    return found


def paged(rows: Sequence[Row], context: Context, given: Given) -> Sequence[Row]:
    """The page asked for: so many rows after the one of that key."""
    size, after = given.get("first"), given.get("after")
    limits = context.limits
    if size is None:
        size = limits.default_page
    if not 1 <= size <= limits.page:
        raise refuse(f"A page has 1 to {limits.page} items.", "first")
    if after is None:
        return rows[:size]
    left = iter(rows)
    if not any(row.key == after for row in left):
        raise refuse("No row of this list has this key.", "after")
    return list(islice(left, size))


# Items ---------------------------------------------------------------------------------------------------------------


def item_id(row: Row, info: Info) -> str | None:
    """The global id of the item of a row."""
    ref = row.ref
    return global_id(ref.type, ref.id) if ref else None


async def item(row: Row, info: Info) -> Reading | None:
    """The item of a row as the caller sees it now; those of a whole list are asked for together."""
    ref = row.ref
    return await _loader(info).load(ref) if ref else None


def _loader(info: Info) -> DataLoader[Ref, Reading | None]:
    """What gathers the items that the same field asks for: those of one selection, in this request."""
    key = ("items", *(id(node) for node in info.field_nodes))
    shared: dict[Any, Any] = info.context.shared
    if key not in shared:
        shared[key] = DataLoader(load_fn=partial(_load, info), max_batch_size=AT_ONCE)
    found: DataLoader[Ref, Reading | None] = shared[key]
    return found


async def _load(info: Info, refs: list[Ref]) -> list[Reading | None]:
    """The items, one question a type."""
    found: dict[Ref, Reading | None] = {}
    for label in dict.fromkeys(ref.type for ref in refs):
        ids = [ref.id for ref in refs if ref.type == label]
        found |= zip((Ref(label, id) for id in ids), await read_items(info, label, ids), strict=True)
    return [found[ref] for ref in refs]


ITEM_FIELDS: Final[Mapping[str, Callable[..., Any]]] = {"key": lambda row, info: row.key, "id": item_id, "item": item}
"""How rows lead to items."""
