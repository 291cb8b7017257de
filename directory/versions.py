"""What an item was: its history, each version of it, and what editors have not published yet. For its team."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from directory.desk import Desk
from directory.enums import Role
from directory.errors import NotAllowed, NotFound
from directory.fields import facts
from directory.item import Item
from directory.permissions import hears
from directory.reading import get, kept_rows, visible
from directory.stored import own
from directory.surroundings import leads_to
from directory.titling import as_edited
from directory.values import Citation, Ref
from directory.writing import Found, drafted, with_values
from directory.written import from_json, kept_links
from graph.query import And, Attribute, Compare, OneOf, Operator, Page, Sort

_NAMES = ("number", "at", "by", "action", "version", "fields", "comment")


@dataclass(frozen=True, slots=True)
class Version:
    """One change of an item: which version it made, when, who, what was done, to which fields, and why."""

    version: int
    at: str
    by: str | None
    action: str
    fields: tuple[str, ...] = ()
    comment: str | None = None


async def history(desk: Desk, ref: Ref) -> list[Version]:
    """Every change of the item, newest first. Raises NotFound, and NotAllowed for those who are not of its team."""
    here = await _of_team(desk, ref)
    where = Compare(Attribute("item"), Operator.EQ, ref.id)
    rows = await kept_rows(desk, "Change", _NAMES, where, (Sort(Attribute("number"), descending=True),))
    told = [
        Version(version, at, by, action, tuple(fields or ()), why) for _, at, by, action, version, fields, why in rows
    ]
    if here is not None and not any(each.version == 1 for each in told):
        told.append(Version(1, here.created, here.created_by, "load"))
    return told


async def at_version(desk: Desk, ref: Ref, version: int) -> Item:
    """The item as it was in that version, as editors saw it; without links to what the actor does not see now."""
    await _of_team(desk, ref)
    return await _told(desk, await kept_version(desk, ref, version))


async def draft(desk: Desk, ref: Ref) -> Item | None:
    """The published item with what editors changed and nobody published yet; None without such changes.

    Its version is the one that the next change must name. Raises NotFound, and NotAllowed as `history` does.
    """
    here = await _of_team(desk, ref)
    found = None if here is None else await _found(desk, ref, here)
    return None if found is None or found.draft is None else await _told(desk, await _view(desk, found))


async def current_version(desk: Desk, ref: Ref) -> int:
    """The version that the next change of the item must name: that of the draft, when there is one. For its team."""
    here = await _of_team(desk, ref)
    if here is None:
        raise NotFound
    return (await _found(desk, ref, here)).version


async def kept_version(desk: Desk, ref: Ref, version: int) -> Item:
    """The item as it was in that version, with all its links, whoever asks. Raises NotFound."""
    after = And(
        (
            Compare(Attribute("item"), Operator.EQ, ref.id),
            Compare(Attribute("version"), Operator.GT, version),
        )
    )
    first = (Sort(Attribute("number")),)
    rows = await kept_rows(desk, "Change", ("before",), after, first, Page(1, more=False))
    if rows and rows[0][0]:
        found = from_json(rows[0][0])
        if found.version == version:
            return found
    now = await get(desk, ref)
    view = await _view(desk, await _found(desk, ref, now)) if now else None
    if rows or view is None or view.version != version:
        raise NotFound(("version",))
    return view


async def _of_team(desk: Desk, ref: Ref) -> Item | None:
    """The item, for those who read its scope or created it; None when it is in the trash."""
    here = await get(desk, ref)
    if here is None:
        await _in_trash(desk, ref)
        return None
    own_item = desk.actor.creator is not None and here.created_by == desk.actor.creator
    if not own_item and not desk.actor.at_least(Role.READER, here.scope):
        raise NotAllowed(required_role=Role.READER)
    return here


async def _in_trash(desk: Desk, ref: Ref) -> None:
    """Nothing when the item was deleted from a scope that the actor reads. Raises NotFound."""
    where = And(
        (
            Compare(Attribute("item"), Operator.EQ, ref.id),
            Compare(Attribute("action"), Operator.EQ, "delete"),
        )
    )
    rows = await kept_rows(desk, "Change", ("scope",), where)
    if not any(desk.actor.at_least(Role.READER, scope) for (scope,) in rows):
        raise NotFound


async def _found(desk: Desk, ref: Ref, here: Item) -> Found:
    """The item with what editors made of it."""
    names = ("version", "fields", "data")
    rows = await kept_rows(desk, "Draft", names, OneOf(Attribute("id"), (ref.id,)))
    return drafted(here, dict(zip(names, rows[0], strict=False))) if rows else Found(here, {})


async def _view(desk: Desk, found: Found) -> Item:
    return await desk.graph.write(lambda tx: as_edited(tx, found)) if found.draft else found.view


async def _told(desk: Desk, found: Item) -> Item:
    """What the actor may be told of an item that does not come from a question."""
    cls, actor = type(found), desk.actor
    audiences = {name: fact.audience for name, fact in facts(cls).items()}
    silent: dict[str, Any] = {
        name: () if facts(cls)[name].several else None
        for name, audience in audiences.items()
        if not hears(actor, audience, found.scope) and (own(facts(cls)[name]) or getattr(found, name))
    }
    seen = await visible(desk, [to for _, to in leads_to(found)])
    return with_values(found, {**_links_to(found, seen), **silent})


def _links_to(found: Item, seen: set[Ref]) -> Mapping[str, Any]:
    """The links of the item that lead to these."""
    values: dict[str, Any] = {}
    for kept in kept_links(type(found).__name__):
        value = getattr(found, kept.name)
        if isinstance(value, tuple):
            values[kept.name] = tuple(
                each for each in value if (each.document if isinstance(each, Citation) else each) in seen
            )
        elif value is not None and value not in seen:
            values[kept.name] = None
    return values
