"""The live side: committed changes as they come, in the order of commits, as far as the listener may know of them."""

import asyncio
import time
from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, Final

import strawberry
from graphql import GraphQLSchema

from directory.changes import REMOVED, Change, latest, some_after
from directory.desk import Desk
from directory.errors import BadInput
from directory.reading import kept_rows, paths
from directory.types import CONTENT_TYPES
from directory.values import Ref
from directory.workflow import MOVES
from directory.written import from_json
from graph import GraphError
from graph.query import And, Attribute, Compare, OneOf, Operator, Sort
from schema.context import Context
from schema.cursors import sealed, unsealed
from schema.executor import read_item
from schema.ids import global_id, own_id
from schema.kit import ITEM, Kit
from schema.listening import INTERVAL, watch_of
from schema.making import Argument, FieldSpec, Member, bare, enum_type, fill_object, list_of
from schema.naming import camel, upper
from schema.payloads import Info
from schema.predicates import code
from schema.scalars import DateTime

MOST_IDS: Final = 100
FRESH: Final = 1.0
"""Seconds for which what a listener may see is believed; then it is looked at again before the next change is sent."""
ACTIONS: Final[Mapping[str, str]] = {
    "create": "It was created.",
    "load": "It was loaded, with others.",
    "update": "Values changed.",
    "draft": "Editors changed it; visitors do not see that yet.",
    "link": "Links were added.",
    "unlink": "Links were taken away.",
    "relocate": "It has another path.",
    "restore_version": "It has the values of an earlier version.",
    "delete": "It went to the trash.",
    "undelete": "It came back from the trash.",
    **{name: f"It went from {' or '.join(move.sources)} to {move.target}." for name, move in MOVES.items()},
    REMOVED: "The listener does not see it any more.",
}


class Subscriptions:
    """The fields of Subscription."""

    def __init__(self, kit: Kit) -> None:
        self.kit = kit

    def declare(self) -> type:
        """The Subscription type."""
        kinds = list_of(self.kit.enums["content_type"]) | None
        arguments = (
            Argument("kinds", kinds, "Only items of these types."),
            Argument("ids", list[strawberry.ID] | None, f"Only these items, at most {MOST_IDS}."),
            Argument("under", strawberry.ID | None, "Only this item and what sits below it."),
            Argument("after", str | None, "The cursor of the last change heard: goes on from there, else from now."),
        )
        words = "Committed changes that the caller may know of, each once, in the order of commits."
        subscription = bare("Subscription")
        field = FieldSpec("changes", self._change(), words, arguments)
        fill_object(subscription, "What can be listened to, over WebSockets or server-sent events.", [field])
        return subscription

    def _change(self) -> type:
        actions = [Member(upper(name), name, words) for name, words in ACTIONS.items()]
        made = bare("Change")
        fields = [
            FieldSpec("cursor", str, "Give it back as after, to go on from here."),
            FieldSpec("at", DateTime, "When."),
            FieldSpec("action", enum_type("ChangeAction", "What was done to an item.", actions), "What was done."),
            FieldSpec("kind", self.kit.enums["content_type"], "Type of the item."),
            FieldSpec("id", strawberry.ID, "Global id of the item."),
            FieldSpec("item", self.kit[ITEM].object | None, "The item now; null when it is gone or hidden."),
            FieldSpec("path", str | None, "Where it is."),
            FieldSpec("version", int | None, "Its version after the change."),
            FieldSpec("fields", list[str], "Which fields changed."),
            FieldSpec("by", str | None, "Who did it; for the team."),
            FieldSpec("comment", str | None, "Why; for the team."),
        ]
        fill_object(made, "One committed change of an item.", fields)
        return made

    def bind(self, schema: GraphQLSchema) -> None:
        """Have changes told by the functions below."""
        subscription: Any = schema.subscription_type
        subscription.fields["changes"].subscribe = changes
        subscription.fields["changes"].resolve = lambda change, info, **given: change
        made: Any = schema.type_map["Change"]
        for name, resolve in FIELDS.items():
            made.fields[name].resolve = resolve


async def _item(change: Change, info: Info) -> Any:
    context: Context = info.context
    asked = (id(info.operation), info.path.key, repr(info.variable_values), context.locale, context.desk.actor)
    question = read_item(info, change.item.type, change.item.id)
    return await watch_of(context.desk).together((change.number, *asked), question)


FIELDS: Final[Mapping[str, Any]] = {
    "cursor": lambda change, info: sealed(info.context.secret, change.number),
    "at": lambda change, info: change.at,
    "action": lambda change, info: change.action,
    "kind": lambda change, info: change.item.type,
    "id": lambda change, info: global_id(change.item.type, change.item.id),
    "item": _item,
    "path": lambda change, info: change.path,
    "version": lambda change, info: change.version,
    "fields": lambda change, info: [camel(each) for each in change.fields],
    "by": lambda change, info: change.by,
    "comment": lambda change, info: change.comment,
}


# Cursors -------------------------------------------------------------------------------------------------------------


async def start(desk: Desk, secret: bytes, text: str | None) -> int:
    """The number of the last change that was heard. Raises BadInput for a cursor that this directory did not give."""
    now = await latest(desk)
    if text is None:
        return now
    found = unsealed(secret, text)
    if found is None or found > now:
        raise BadInput("This is no cursor of a change here.", ("after",))
    return found


# Listening -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which changes a listener asked for: an absent list keeps everything."""

    kinds: frozenset[str] | None
    items: frozenset[Ref] | None
    under: Ref | None

    def keeps(self, change: Change) -> bool:
        """Whether it is one of them, as far as the change itself tells."""
        kind = self.kinds is None or change.item.type in self.kinds
        return kind and (self.items is None or change.item in self.items)


def wanted(given: Mapping[str, Any]) -> Wanted:
    """What the arguments ask for; an id that is none stands for an item that there is not. Raises BadInput."""
    kinds, ids, under = given.get("kinds"), given.get("ids"), given.get("under")
    for name in ("kinds", "ids"):
        if given.get(name) == []:
            raise BadInput("Name one, or none at all for all of them.", (name,))
    if ids is not None and len(ids) > MOST_IDS:
        raise BadInput(f"At most {MOST_IDS} ids at once.", ("ids",))
    return Wanted(
        None if kinds is None else frozenset(code(each) for each in kinds),
        None if ids is None else frozenset(_named(each) for each in ids),
        None if under is None else _named(under),
    )


def _named(id: str) -> Ref:
    found = own_id(id)
    return Ref(*found) if found and found[0] in CONTENT_TYPES else Ref("Site", "-")


async def changes(source: Any, info: Info, **given: Any) -> AsyncGenerator[Change, None]:
    """The changes asked for, for ever. Raises BadInput, and Unauthenticated once the listener's token is no good."""
    context: Context = info.context
    asked = wanted(given)
    number = await start(context.desk, context.secret, given.get("after"))
    return told(context, asked, number)


async def told(context: Context, asked: Wanted, number: int) -> AsyncGenerator[Change, None]:
    """The changes after that number, as they come; an engine that is away for a while is waited for."""
    watch = watch_of(context.desk)
    async with watch.listening(context.desk):
        while True:
            reached = await watch.beyond(number)
            try:
                async with aclosing(batch(context, number, reached)) as found:
                    async for change in found:
                        number = change.number
                        if asked.keeps(change) and await lies_under(context.desk, asked.under, change):
                            context.renew()
                            yield change
                    number = max(number, reached)
            except Stale:
                continue
            except GraphError:
                await asyncio.sleep(INTERVAL)


class Stale(Exception):
    """What the listener may see has to be looked at again."""


async def batch(context: Context, number: int, reached: int) -> AsyncGenerator[Change, None]:
    """The changes there are after that number, to who the listener is now. Raises Stale when they are taken slowly.

    Nobody is told of fewer than there were when `reached` was the last one.
    """
    if context.again is not None:
        context.renew(await context.again())
    looked: float | None = None
    going_on: int | None = number
    while going_on is not None:
        key = ("changes", context.desk.actor, going_on, reached)
        found, going_on = await watch_of(context.desk).together(key, some_after(context.desk, going_on))
        for change in found:
            looked = looked or time.monotonic()
            if time.monotonic() - looked > FRESH:
                raise Stale
            yield change


async def lies_under(desk: Desk, under: Ref | None, change: Change) -> bool:
    """Whether the item of the change was, or came, below that item, or is it; below one that is hidden there is none.

    Where both were then counts: a listener who comes back hears the same as one who stayed.
    """
    if under is None or change.item == under:
        return True
    here = (await paths(desk, [under])).get(under)
    if here is None:
        return False
    moves = await _moves_after(desk, change.number)
    root = _before(here, moves).rstrip("/") + "/"
    return any(path.startswith(root) for path in await _paths(desk, change, moves))


async def _moves_after(desk: Desk, number: int) -> list[tuple[str, str]]:
    """The moves and renamings after that change, latest first: to which path, from which."""
    later = And((Compare(Attribute("number"), Operator.GT, number), OneOf(Attribute("action"), ("relocate",))))
    order = (Sort(Attribute("number"), descending=True),)
    rows = await kept_rows(desk, "Change", ("path", "before"), later, order)
    return [(path, from_json(before).path) for path, before in rows if path and before]


def _before(path: str, moves: Iterable[tuple[str, str]]) -> str:
    """Where what is at this path was before these moves, latest first.

    >>> _before("/a/c", [("/a", "/b")]), _before("/ab", [("/a", "/b")])
    ('/b/c', '/ab')
    """
    for new, old in moves:
        if path == new or path.startswith(f"{new}/"):
            path = old + path[len(new) :]
    return path


async def _paths(desk: Desk, change: Change, moves: Iterable[tuple[str, str]]) -> list[str]:
    """Where the item of a change was after it; where it came from, too, when it moved."""
    this = OneOf(Attribute("id"), (str(change.number),))
    rows = await kept_rows(desk, "Change", ("path", "before"), this)
    found = [path for path, _ in rows if path]
    found += [from_json(before).path for _, before in rows if before and change.action == "relocate"]
    if found:
        return found
    # One of many that were loaded together: of each, the feed keeps the name only.
    at = OneOf(Attribute("id"), (change.item.id,))
    return [_before(path, moves) for (path,) in await kept_rows(desk, change.item.type, ("path",), at)]
