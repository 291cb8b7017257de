"""A snapshot of what an actor sees: the tables of a survey, read as records."""

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, TypeAlias

from directory import reading, survey
from directory.analysis.lens import Lens, LensError
from directory.analysis.methods import Method, Options, Others
from directory.analysis.snapshot import Snapshot, from_rows, records
from directory.desk import Desk
from directory.errors import NotFound
from directory.garbage import sought_seldom
from directory.tables import TABLES
from directory.values import Ref

TYPES: Final = {"cite": "Cite", "channel": "Channel", "territory": "Territory"}
"""The types of items that a scope may name."""
Listener: TypeAlias = Callable[[str], None]
"""Told the name of a table once it is read."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Tables of the network that are read or being read, by turns, for those who ask for several snapshots at once."""

    tables: dict[str, "asyncio.Future[tuple[Any, ...]]"] = field(default_factory=dict)
    turns: survey.Turns = field(default_factory=partial(survey.Turns, survey.AT_ONCE))


def nobody(name: str) -> None:
    """Hears of a table, and does nothing."""


async def take(
    desk: Desk,
    scope: str = "network",
    named: Collection[str] = (),
    tables: Collection[str] = tuple(TABLES),
    beside: Collection[str] = (),
    told: Listener = nobody,
    kept: Kept | None = None,
) -> Snapshot:
    """What the actor sees, as a snapshot: of one Cité when the scope is `cite:ID`, else of these tables of the network.

    `named` are organisations that a scenario names: they are known too, wherever they are. `beside` are tables to be
    had whole beside the rows of one Cité. `told` hears of each table of the network that is read; those in `kept` are
    not read again.
    """
    kind, _, id = scope.partition(":")
    if kind != "cite":
        return await _of_network(desk, tables, told, kept or Kept())
    return await asyncio.to_thread(from_rows, await survey.of_cite(desk, id, named, beside))


async def _of_network(desk: Desk, tables: Collection[str], told: Listener, kept: Kept) -> Snapshot:
    """The snapshot of these tables, and the vocabularies. Records are made of one table while others are read.

    A large network takes seconds: others are served meanwhile.
    """

    async def made(name: str) -> tuple[Any, ...]:
        found = await asyncio.to_thread(records, name, await survey.whole(desk, name, kept.turns))
        told(name)
        return found

    for name in tables:
        if name not in kept.tables:
            kept.tables[name] = asyncio.ensure_future(made(name))
    with sought_seldom():
        taken = await asyncio.gather(*(kept.tables[name] for name in tables))
    terms = {name: records(name, rows) for name, rows in survey.vocabularies(desk).items()}
    return Snapshot(**terms, **dict(zip(tables, taken, strict=True)))


async def take_for(
    desk: Desk,
    method: Method,
    scope: str,
    named: Collection[str] = (),
    lens: Lens | None = None,
    options: Options | None = None,
    told: Listener = nobody,
) -> Snapshot:
    """The snapshot that a method needs to answer for a scope, and no more.

    A method that looks at some other Cités tells by the lens and the options at which; without a lens it gets all.
    """
    if not scope.startswith("cite:"):
        return await take(desk, "network", named, method.tables, told=told)
    if method.one_cite:
        return await take(desk, scope, named, method.tables, method.beside)
    if method.others is None or lens is None:
        return await take(desk, "network", named, method.tables, told=told)
    return await _with_others(desk, method, method.others, lens, options or Options())


async def _with_others(desk: Desk, method: Method, others: Others, lens: Lens, options: Options) -> Snapshot:
    """The rows of one Cité, with those of the other ones that the method finds it must look at, a few at a time."""
    known = frozenset({lens.cite})
    snapshot = await take(desk, lens.scope, beside=method.beside)
    while more := await asyncio.to_thread(others, snapshot, lens, options, known):
        rows = await survey.of_cites(desk, more, tables=method.of_others)
        snapshot = snapshot.joined(await asyncio.to_thread(from_rows, rows))
        known |= {*more}
    return snapshot


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
