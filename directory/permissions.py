"""Who may do what, and who sees what: read from the tables of `workflow`, for an actor and an item."""

from collections.abc import Mapping
from typing import Final

from directory.actor import Actor
from directory.desk import Desk, now
from directory.enums import Role, State
from directory.item import Item
from directory.workflow import CREATE, DELETE, EDIT, FORCE, MOVES, PUBLISH_PRIVATE_TYPES, UNDELETE, Move, Who
from graph.query import Audience, Sight

STATES: Final[Mapping[str, State]] = {state.value: state for state in State}


def sight(desk: Desk) -> Sight:
    """What the asker may see now."""
    actor = desk.actor
    if actor.site_admin:
        return Sight(now(desk), actor.id, everything=True)
    return Sight(now(desk), actor.creator, actor.scopes(Role.READER), actor.scopes(Role.EDITOR))


def sees(asked: Sight, item: Item) -> bool:
    """Whether the item is seen: what the graph answers for the stored item, said of one in hand."""
    if asked.everything or item.scope in asked.reading or is_public(item, asked.now):
        return True
    own = asked.user is not None and item.created_by == asked.user
    return own and item.state in (State.PRIVATE, State.PENDING)


def is_public(item: Item, instant: str) -> bool:
    """Whether visitors see the item at that instant."""
    begun = item.effective is None or item.effective <= instant
    return item.state == State.PUBLISHED and begun and (item.expires is None or instant < item.expires)


def hears(actor: Actor, audience: Audience, scope: str) -> bool:
    """Whether the actor is told values and links of this audience, of items of the scope."""
    match audience:
        case Audience.PUBLIC:
            return True
        case Audience.TEAM:
            return actor.at_least(Role.READER, scope)
        case Audience.EDITORS:
            return actor.at_least(Role.EDITOR, scope)


def may(actor: Actor, action: str, item: Item) -> bool:
    """Whether the actor may do this to the item in its present state.

    `action` is the name of a move, or `edit`, `delete`, `undelete`, `force`, or `create` (below the item).
    """
    who = needed(action, item)
    return who is not None and holds(actor, who, item)


def needed(action: str, item: Item) -> Who | None:
    """Who may do this to the item in its present state; None when nobody may."""
    state = STATES[item.state]
    match action:
        case "create":
            return CREATE
        case "edit":
            return EDIT[state]
        case "delete":
            return DELETE[state]
        case "undelete":
            return UNDELETE
        case "force":
            return FORCE
        case _:
            move = MOVES[action]
            return _mover(move, item) if state in move.sources else None


def _mover(move: Move, item: Item) -> Who:
    is_published = move.target is State.PUBLISHED and State.PUBLISHED not in move.sources
    return PUBLISH_PRIVATE_TYPES if is_published and item.declared.private else move.who


def holds(actor: Actor, who: Who, item: Item) -> bool:
    """Whether the actor is one of these, for this item."""
    if actor.at_least(who.role, item.scope):
        return True
    own = actor.id is not None and item.created_by == actor.id
    return who.creator and own and actor.at_least(Role.CONTRIBUTOR, item.scope)


def moves(actor: Actor, item: Item) -> tuple[str, ...]:
    """The moves of the workflow that the actor may make with the item now."""
    return tuple(name for name in MOVES if may(actor, name, item))
