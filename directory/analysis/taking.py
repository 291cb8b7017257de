"""A snapshot of what an actor sees: the tables of a survey, read as records."""

import asyncio
from collections.abc import Callable, Collection
from typing import Any, Final, TypeAlias

from directory import reading, survey
from directory.analysis.lens import LensError
from directory.analysis.methods import Method
from directory.analysis.snapshot import Snapshot, from_rows, records
from directory.desk import Desk
from directory.errors import NotFound
from directory.tables import TABLES
from directory.values import Ref

TYPES: Final = {"cite": "Cite", "channel": "Channel", "territory": "Territory"}
"""The types of items that a scope may name."""
Told: TypeAlias = Callable[[str], None]
"""Told the name of a table once it is read."""


def nobody(name: str) -> None:
    """Hears of a table, and does nothing."""


async def take(
    desk: Desk,
    scope: str = "network",
    named: Collection[str] = (),
    tables: Collection[str] = tuple(TABLES),
    beside: Collection[str] = (),
    told: Told = nobody,
) -> Snapshot:
    """What the actor sees, as a snapshot: of one Cité when the scope is `cite:ID`, else of these tables of the network.

    `named` are organisations that a scenario names: they are known too, wherever they are. `beside` are tables to be
    had whole beside the rows of one Cité. `told` hears of each table of the network that is read.
    """
    kind, _, id = scope.partition(":")
    if kind != "cite":
        return await _of_network(desk, tables, told)
    return await asyncio.to_thread(from_rows, await survey.of_cite(desk, id, named, beside))


async def _of_network(desk: Desk, tables: Collection[str], told: Told) -> Snapshot:
    """The snapshot of these tables, and the vocabularies. Records are made of one table while others are read.

    A large network takes seconds: others are served meanwhile.
    """
    turns = survey.Turns(survey.AT_ONCE)

    async def made(name: str) -> tuple[Any, ...]:
        found = await asyncio.to_thread(records, name, await survey.whole(desk, name, turns))
        told(name)
        return found

    taken = await asyncio.gather(*map(made, tables))
    terms = {name: records(name, rows) for name, rows in survey.vocabularies(desk).items()}
    return Snapshot(**terms, **dict(zip(tables, taken, strict=True)))


async def take_for(desk: Desk, method: Method, scope: str, named: Collection[str] = ()) -> Snapshot:
    """The snapshot that a method needs to answer for a scope, and no more."""
    enough = scope if method.one_cite and scope.startswith("cite:") else "network"
    return await take(desk, enough, named, method.tables, method.beside)


async def resolved(desk: Desk, scope: str) -> str:
    """The scope with the id of an item, where a person wrote its slug. Raises NotFound, and LensError for no scope.

    `network` stays as it is; `sqy` alone is the Cité of that slug.
    """
    if scope == "network":
        return scope
    kind, _, name = scope.rpartition(":")
    if (kind or "cite") not in TYPES:
        raise LensError(f"{scope!r} is no scope: write network, cite:…, channel:… or territory:…")
    ref = await found(desk, TYPES[kind or "cite"], name)
    return f"{kind or 'cite'}:{ref.id}"


async def found(desk: Desk, type_name: str, name: str) -> Ref:
    """The item of that type with this slug or id. Raises NotFound."""
    item = await reading.by_slug(desk, type_name, name) or await reading.get(desk, Ref(type_name, name))
    if item is None:
        raise NotFound((name,))
    return Ref(type_name, item.id)
