"""Changing items: each verb is one transaction with permission, validation, the item, its version and the change feed.

The only way to change the directory. What editors change of a published item is kept as a draft until it is published.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from directory.checking import accepted, can_join, check, content_type, read_values
from directory.creating import Child, create, create_nested, replay, require
from directory.deleting import delete, undelete
from directory.desk import Desk, now
from directory.enums import Role, State
from directory.errors import BadInput, Conflict, Fault, Invalid, NotAllowed
from directory.founding import found_site
from directory.item import Item
from directory.labels import move_label
from directory.links import link_facts, parent_fields
from directory.loading import load
from directory.permissions import may, moves, needed, sees, sight
from directory.pouring import load_all
from directory.relocating import relocate
from directory.surroundings import leads_to
from directory.titling import (
    as_edited,
    drop_telling_redirects,
    lock_named,
    refuse_hidden,
    retitled,
    titles_follow,
    with_made_titles,
)
from directory.translations import in_all_languages
from directory.values import Citation, Ref
from directory.versions import kept_version
from directory.workflow import LABEL_MOVES, MOVES
from directory.writing import (
    Entry,
    Found,
    found,
    items,
    keep_changed,
    keep_draft,
    tell,
    transact,
    with_values,
)
from directory.written import changed_fields, in_order, kept_links
from graph import Transaction

__all__ = [
    "Child",
    "create",
    "create_nested",
    "delete",
    "found_site",
    "link",
    "load",
    "load_all",
    "move",
    "move_label",
    "relocate",
    "replay",
    "restore_version",
    "undelete",
    "unlink",
    "update",
]
PLACE: Final = ("parent", "slug")
"""What only `relocate` changes, beside the fields that name the parent."""


async def update(desk: Desk, ref: Ref, expected_version: int, values: Mapping[str, Any]) -> Item:
    """The item with these values, as editors see it: fields that are not named keep theirs, None clears one.

    So do the languages of a text that is given by language. Links are replaced as given, but those that the actor does
    not see stay. Raises Conflict with the current version when the expected one is stale; nothing is then written.
    """

    async def work(tx: Transaction) -> Item:
        here = await ready(tx, desk, ref, expected_version)
        read, wrong = read_values(desk, type(here.item), in_all_languages(values, await as_edited(tx, here)), here.view)
        wrong += _elsewhere(here.view, read)
        return await changed(tx, desk, here, await _with_unseen(tx, desk, here.view, read), "update", wrong)

    return await transact(desk, work)


async def link(desk: Desk, ref: Ref, field: str, targets: Sequence[Ref | Citation], expected_version: int) -> Item:
    """The item with these links, or citations of sources, added to those of the field."""

    async def work(tx: Transaction) -> Item:
        here = await ready(tx, desk, ref, expected_version)
        read = accepted(desk, type(here.item), {field: _several(ref, field, targets)}, here.view)
        values = {field: in_order((*getattr(here.view, field), *read[field]))}
        return await changed(tx, desk, here, values, "link")

    return await transact(desk, work)


async def unlink(desk: Desk, ref: Ref, field: str, targets: Sequence[Ref], expected_version: int) -> Item:
    """The item without these links of the field."""
    _several(ref, field, targets)

    async def work(tx: Transaction) -> Item:
        here = await ready(tx, desk, ref, expected_version)
        kept = tuple(each for each in getattr(here.view, field) if _end(each) not in targets)
        return await changed(tx, desk, here, {field: kept}, "unlink")

    return await transact(desk, work)


async def restore_version(desk: Desk, ref: Ref, version: int, expected_version: int | None = None) -> Item:
    """The item with the values of an earlier version: neither its place, nor its state, nor its roles change.

    Links to what is gone meanwhile, or not seen, stay away; a title that is made by a pattern now is made anew. A
    translation group that is gone, or has another item of the language, is not joined again. Without an expected
    version, whatever it is now is changed.
    """
    earlier = await kept_version(desk, ref, version)

    async def work(tx: Transaction) -> Item:
        here = await found(tx, desk, ref)
        here = await ready(tx, desk, ref, here.version if expected_version is None else expected_version)
        names = [name for name in changed_fields(here.view, earlier) if name not in _place_fields(here.item)]
        names += ["verified_by"] if "verified_on" in names else []
        if "title" in names and await with_made_titles(tx, [await as_edited(tx, here)]):
            names.remove("title")  # made anew of what is restored
        values = await _remaining(tx, desk, {name: getattr(earlier, name) for name in names}, here.view)
        if "translation_group" in values and not await can_join(tx, desk, with_values(here.view, values), here.view):
            del values["translation_group"]
        return await changed(tx, desk, here, await _with_unseen(tx, desk, here.view, values), "restore_version")

    return await transact(desk, work)


async def move(
    desk: Desk,
    ref: Ref,
    move: str,
    expected_version: int,
    *,
    comment: str | None = None,
    effective: str | None = None,
) -> Item:
    """The item after a move of the workflow (`workflow.MOVES`); the moves of the label are made by `move_label`.

    Raises NotAllowed with the moves offered instead, Invalid when fields are missing, Conflict when stale.
    """
    if move not in MOVES:
        label = " It is a move of the label." if move in LABEL_MOVES else ""
        raise BadInput(f"There is no move {move!r}.{label}", ("move",))
    if MOVES[move].comment and not (comment and comment.strip()):
        raise Invalid((Fault("INVALID", ("comment",), "Say why."),))

    async def work(tx: Transaction) -> Item:
        here = await found(tx, desk, ref)
        _offer(desk, move, here.item)
        here.refuse_stale(expected_version)
        return await _moved(tx, desk, here, move, comment, effective)

    return await transact(desk, work)


# Steps ---------------------------------------------------------------------------------------------------------------


async def ready(tx: Transaction, desk: Desk, ref: Ref, expected_version: int) -> Found:
    """The item, locked, which the actor may edit and nobody has changed since that version."""
    content_type(ref.type)
    here = await found(tx, desk, ref)
    require(desk, "edit", here.item)
    here.refuse_stale(expected_version)
    return here


async def changed(
    tx: Transaction,
    desk: Desk,
    here: Found,
    values: Mapping[str, Any],
    action: str,
    wrong: tuple[Fault, ...] = (),
) -> Item:
    """The item with these values, written as it stands or as a draft; as it was when nothing differs."""
    at = now(desk)
    before = await as_edited(tx, here)
    [after] = await retitled(tx, [(before, with_values(before, values))])
    fields = changed_fields(before, after)
    if not fields and not wrong:
        return before
    stamp = {"version": here.version + 1, "modified": at, "modified_by": desk.actor.id}
    if "verified_on" in fields and "verified_by" not in values:
        stamp |= {"verified_by": desk.actor.id if after.verified_on else None}
    after = with_values(after, stamp)
    await check(tx, desk, after, before, wrong)
    if here.item.state == State.PUBLISHED:
        names = tuple(dict.fromkeys((*here.draft_fields, *fields)))
        if "title" in names and all([await with_made_titles(tx, [each]) for each in (here.item, after)]):
            names = tuple(name for name in names if name != "title")  # it is made anew when it is published
        await keep_draft(tx, desk, at, here, after, names)
        await tell(tx, desk, at, [Entry("draft", before, after, fields, secret=True)])
    else:
        await keep_changed(tx, desk, here, after)
        await titles_follow(tx, desk, [(here.item, after)])
        await tell(tx, desk, at, [Entry(action, before, after, fields)])
    return after


async def _moved(
    tx: Transaction, desk: Desk, here: Found, move: str, comment: str | None, effective: str | None
) -> Item:
    """The item after the move, written."""
    at = now(desk)
    if move in ("publish_draft", "discard_draft") and here.draft is None:
        raise Conflict(here.version, "There is no draft.")
    before = await as_edited(tx, here)
    kept = here.item if move == "discard_draft" else await _led_on(tx, desk, here, before)
    stamp = {"version": here.version + 1, "modified": at, "modified_by": desk.actor.id}
    if move == "discard_draft":
        discarded = with_values(kept, {"version": here.version + 1})
        await keep_draft(tx, desk, at, here, discarded, ())
        await tell(tx, desk, at, [Entry(move, before, discarded, here.draft_fields, comment, secret=True)])
        return discarded
    state: dict[str, Any] = {"state": MOVES[move].target.value}
    if effective is not None:
        state |= accepted(desk, type(kept), {"effective": effective}, kept)
    after = with_values(kept, {**state, **stamp})
    if MOVES[move].complete:
        await lock_named(tx, [after])
        await check(tx, desk, after, here.item, draft=here.draft)
    await refuse_hidden(tx, [(here.item, after)])
    if after.state == State.PUBLISHED:
        await drop_telling_redirects(tx, after)
    await keep_changed(tx, desk, here, after)
    await titles_follow(tx, desk, [(here.item, after)])
    if here.draft is not None:
        await keep_draft(tx, desk, at, here, after, ())
    retold = ("title",) if after.title != here.item.title else ()
    fields = tuple(dict.fromkeys((*here.draft_fields, *retold)))
    await tell(tx, desk, at, [Entry(move, before, after, fields, comment, kept=here.item)])
    return after


def _offer(desk: Desk, move: str, item: Item) -> None:
    if may(desk.actor, move, item):
        return
    who = needed(move, item)
    role: Role | None = who.role if who else None
    message = "" if who else f"An item that is {item.state} cannot {move.replace('_', ' ')}."
    raise NotAllowed(message, moves(desk.actor, item), role)


def _place_fields(item: Item) -> tuple[str, ...]:
    return (*PLACE, *parent_fields(type(item)))


def _elsewhere(before: Item, values: dict[str, Any]) -> tuple[Fault, ...]:
    """Takes out what names the place, and gives a fault where it is another one than the item's."""
    named = [name for name in _place_fields(before) if name in values]
    moved = [name for name in named if values.pop(name) != getattr(before, name)]
    return tuple(Fault("INVALID", (name,), "Move or rename the item to change this.") for name in moved)


async def _with_unseen(tx: Transaction, desk: Desk, before: Item, values: dict[str, Any]) -> dict[str, Any]:
    """The values, with the links to what the actor does not see as they were: nobody takes away what they ignore."""
    names = [kept.name for kept in kept_links(type(before).__name__) if kept.several and kept.name in values]
    old = {name: [each for each in getattr(before, name) if each not in values[name]] for name in names}
    there = await items(tx, [_end(each) for gone in old.values() for each in gone], links=False)
    asked = sight(desk)
    unseen = {at for at, each in there.items() if not sees(asked, each)}
    kept_back = {name: [each for each in gone if _end(each) in unseen] for name, gone in old.items()}
    return values | {name: in_order((*values[name], *back)) for name, back in kept_back.items() if back}


def _several(ref: Ref, field: str, targets: Sequence[Ref | Citation]) -> tuple[Ref | Citation, ...]:
    fact = link_facts(content_type(ref.type)).get(field)
    if fact is None or not fact.several:
        raise BadInput(f"{ref.type} has no links {field!r}.", ("field",))
    return tuple(targets)


def _links(value: Any) -> list[Ref | Citation]:
    return [each for each in (value if isinstance(value, tuple) else (value,)) if isinstance(each, Ref | Citation)]


def _end(value: Ref | Citation) -> Ref:
    return value.document if isinstance(value, Citation) else value


async def _led_on(tx: Transaction, desk: Desk, here: Found, view: Item) -> Item:
    """The item as editors see it, without the links of its draft to what is gone meanwhile."""
    drafted = {name: getattr(view, name) for name in here.draft_fields}
    [led] = await retitled(tx, [(view, with_values(view, await _remaining(tx, desk, drafted, view)))])
    return led


async def _remaining(tx: Transaction, desk: Desk, values: Mapping[str, Any], known: Item) -> dict[str, Any]:
    """The values; of their links, those that lead to what is there, and is seen unless the known item leads there."""
    asked, old = sight(desk), {at for _, at in leads_to(known)}
    found = await items(tx, [_end(each) for value in values.values() for each in _links(value)], links=False)
    there = {at for at, each in found.items() if at in old or sees(asked, each)}
    return {name: _leading(value, there) for name, value in values.items()}


def _leading(value: Any, there: set[Ref]) -> Any:
    """The links of the value that lead to one of these; any other value as it is."""
    if isinstance(value, Ref):
        return value if value in there else None
    if isinstance(value, tuple) and _links(value):
        return tuple(each for each in value if _end(each) in there)
    return value
