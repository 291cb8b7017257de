"""The change feed: what happened, in the order of commits, as far as the actor may know it."""

from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from directory.desk import Desk
from directory.enums import Role
from directory.fields import facts
from directory.reading import kept_rows, paths
from directory.types import CONTENT_TYPES
from directory.values import Ref
from graph.query import Attribute, Audience, Compare, Operator, Page, Sort

NAMES: Final = (
    *("number", "at", "by", "action", "item", "type", "scope", "path", "version", "fields", "comment"),
    *("items", "was_public", "is_public"),
)
WINDOW: Final = 200
"""Nodes of the feed read at once."""
REMOVED: Final = "removed"
"""What those are told who saw an item and do not any more, whatever was done."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change. `number` grows by the order of commits: give it back to hear what came after.

    `by`, `comment` and `scope` are for the team; `path`, `version` and `fields` are not said of what is `removed`.
    """

    number: int
    at: str
    action: str
    item: Ref
    path: str | None = None
    version: int | None = None
    fields: tuple[str, ...] = ()
    by: str | None = None
    comment: str | None = None
    scope: str | None = None
    was_public: bool = False
    is_public: bool = False


async def since(desk: Desk, number: int = 0, limit: int = 100) -> list[Change]:
    """Up to `limit` changes after that number that the actor may know of, oldest first."""
    found: list[Change] = []
    async for change in after(desk, number):
        found.append(change)
        if len(found) == limit:
            break
    return found


async def follow(desk: Desk, number: int, patience: float = 2.0) -> AsyncIterator[Change]:
    """Changes after that number, for ever: those of this process at once, others' within `patience` seconds.

    Raises what the graph raises; whoever stops listening closes the iterator.
    """
    while True:
        ringing = desk.bell.next()
        reached = await latest(desk)
        async for change in after(desk, number):
            number = change.number
            yield change
        number = max(number, reached)
        await desk.bell.wait(ringing, patience)


async def latest(desk: Desk) -> int:
    """The number of the last change, 0 when nothing ever happened."""
    order = (Sort(Attribute("number"), descending=True),)
    rows = await kept_rows(desk, "Change", ("number",), None, order, Page(1, more=False))
    return int(rows[0][0]) if rows else 0


async def after(desk: Desk, number: int) -> AsyncGenerator[Change, None]:
    """The changes that the actor may know of, after that number, oldest first, until there are no more."""
    going_on: int | None = number
    while going_on is not None:
        found, going_on = await some_after(desk, going_on)
        for change in found:
            yield change


async def some_after(desk: Desk, number: int) -> tuple[list[Change], int | None]:
    """The next changes that the actor may know of, and the number after which to go on; None when there are no more."""
    later = Compare(Attribute("number"), Operator.GT, number)
    rows = await kept_rows(desk, "Change", NAMES, later, (Sort(Attribute("number")),), Page(WINDOW, more=False))
    told = [each for row in rows for each in _each(row) if each.number > number]
    return await _known(desk, told), None if len(rows) < WINDOW else int(rows[-1][0])


def _each(row: Sequence[Any]) -> list[Change]:
    """The changes that a node stands for: a load is as many as it made items."""
    kept = dict(zip(NAMES, row, strict=False))
    shared = {"at": kept["at"], "by": kept["by"], "action": kept["action"], "is_public": bool(kept["is_public"])}
    if kept["items"]:
        refs = [Ref(*each.split(" ", 1)) for each in kept["items"]]
        first = kept["number"] - len(refs) + 1
        return [Change(first + place, item=at, version=1, **shared) for place, at in enumerate(refs)]
    told = {name: kept[name] for name in ("number", "path", "version", "comment", "scope")}
    fields, was_public = tuple(kept["fields"] or ()), bool(kept["was_public"])
    return [Change(item=Ref(kept["type"], kept["item"]), fields=fields, was_public=was_public, **told, **shared)]


async def _known(desk: Desk, changes: Iterable[Change]) -> list[Change]:
    """The changes that the actor may know of, as far as they may."""
    every = list(changes)
    if desk.actor.site_admin:
        return every
    seen = await paths(desk, {each.item for each in every})
    return [known for each in every if (known := _as_told(desk, each, seen.get(each.item)))]


def _as_told(desk: Desk, change: Change, path: str | None) -> Change | None:
    """The change as the actor, who sees the item at this path, is told of it; None when they are not.

    Where it was then is for the team: the name of somebody who is hidden since may stand there.
    """
    actor = desk.actor
    if change.scope is not None and actor.at_least(Role.READER, change.scope):
        return change
    own = actor.creator is not None and change.by == actor.creator
    if path is not None and (change.is_public or own):
        public = tuple(name for name in change.fields if _is_public_field(change.item.type, name))
        here = path if change.path else None
        return change if own else replace(change, by=None, comment=None, scope=None, fields=public, path=here)
    if change.was_public and not change.is_public:
        return Change(change.number, change.at, REMOVED, change.item, was_public=True)
    return None


def _is_public_field(type_name: str, name: str) -> bool:
    fact = facts(CONTENT_TYPES[type_name]).get(name)
    return fact is not None and fact.audience is Audience.PUBLIC
