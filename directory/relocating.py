"""Moving in the tree and renaming: paths below follow, old ones lead on, scopes are those of the new place."""

from dataclasses import dataclass

from directory import trash
from directory.checking import check, content_type
from directory.creating import free_slug, path_of, placed, require
from directory.desk import Desk, now
from directory.errors import Conflict, NotFound
from directory.item import Item
from directory.titling import retitled, titles_follow
from directory.values import Ref
from directory.writing import (
    Entry,
    Found,
    by_type,
    claim_addresses,
    found,
    keep_changed,
    keep_draft,
    leave_redirects,
    locked_below,
    nodes,
    tell,
    transact,
    with_values,
)
from directory.written import changed_fields, ref
from graph import Transaction


@dataclass(frozen=True, slots=True)
class Below:
    """What sits below an item that moves: the items, as they are, and the old and new scope of those that inherit."""

    refs: tuple[Ref, ...]
    old_path: str
    new_path: str
    old_scope: str
    new_scope: str


async def relocate(desk: Desk, ref: Ref, parent: Ref | None, expected_version: int, slug: str | None = None) -> Item:
    """The item in another place, or under another slug (None: as it is); visitors see the move at once.

    Every old path, its own and those below, leads to the new one until something new sits there; but no path with the
    name of a person leads to what sits in another one. Raises Conflict for a move into itself or below, Duplicate for
    a slug that a sibling has.
    """

    async def work(tx: Transaction) -> Item:
        content_type(ref.type)
        here = await found(tx, desk, ref)
        require(desk, "edit", here.item)
        here.refuse_stale(expected_version)
        above = await _above(tx, desk, here.item, parent)
        return await _relocated(tx, desk, here, above, slug)

    return await transact(desk, work)


async def _above(tx: Transaction, desk: Desk, item: Item, parent: Ref | None) -> Item | None:
    """The parent to be, locked; who moves an item there must be one who creates there."""
    at = parent or item.parent
    if at is None:
        return None
    if at == ref(item):
        raise Conflict(message="An item cannot sit in itself.", path=("parent",))
    try:
        above = (await found(tx, desk, at)).item
    except NotFound:
        raise NotFound(("parent",)) from None
    if at != item.parent:
        require(desk, "create", above)
    if above.path.startswith(f"{item.path.rstrip('/')}/"):
        raise Conflict(message="An item cannot sit below itself.", path=("parent",))
    return above


async def _relocated(tx: Transaction, desk: Desk, here: Found, above: Item | None, slug: str | None) -> Item:
    at = now(desk)
    before = here.item
    place = placed(type(before), ref(above) if above else None)
    free = await free_slug(tx, desk, with_values(before, place), above, slug or before.slug)
    path = path_of(above, free)
    scope = before.scope if before.scope == before.id or above is None else above.scope
    there = {**place, "slug": free, "path": path, "scope": scope}
    [moved] = await retitled(tx, [(before, with_values(before, there))])
    fields = changed_fields(before, moved)
    if not fields:
        return before
    after = with_values(moved, {"version": here.version + 1, "modified": at, "modified_by": desk.actor.id})
    await check(tx, desk, after, before)
    beneath = await locked_below(tx, before.path) if before.parent else []
    below = Below(tuple(beneath), before.path, path, before.scope, scope)
    await _write(tx, desk, here, after, below)
    if above and before.scope == before.id:
        await tx.update_all("Scope", {before.id: {"above": above.scope}})
    if here.draft_version:
        shown = with_values(here.view, {**there, "version": after.version})
        await keep_draft(tx, desk, at, here, shown, here.draft_fields if here.draft else ())
    await titles_follow(tx, desk, [(before, after)])
    await tell(tx, desk, at, [Entry("relocate", here.view, after, fields, kept=before)])
    return after


async def _write(tx: Transaction, desk: Desk, here: Found, after: Item, below: Below) -> None:
    there = [each.item for each in (await nodes(tx, below.refs, links=False)).values()]
    places = {ref(each): _place(each.path, each.scope, below) for each in there}
    old = [each.path for each in (here.item, *there)]
    new = {after.path: ref(after), **{each["path"]: at for at, each in places.items()}}
    if below.old_path != below.new_path:
        if after.parent != here.item.parent and here.item.parent and here.item.parent.type == "Person":
            # Who holds it now is not told by the name of who held it.
            await tx.remove("Address", [row["id"] for row in await tx.find("Address", "item", [after.id])])
        await leave_redirects(tx, old)
        await claim_addresses(tx, desk, new)
    await keep_changed(tx, desk, here, after)
    for label, ids in by_type(places).items():
        await tx.update_all(label, {id: places[Ref(label, id)] for id in ids})
    trashed = await trash.taken_from(tx, below.old_path, {ref(here.item), *below.refs})
    await tx.update_all("Trash", {id: _place(row["path"], row["scope"], below) for id, (row, _) in trashed.items()})
    if below.old_scope != below.new_scope:
        gone = [each for _, whole in trashed.values() for each in whole.items]
        scopes = await _under(tx, [each.id for each in (*there, *gone)], below)
        await tx.update_all("Scope", {id: {"above": below.new_scope} for id in scopes})


def _place(path: str, scope: str, below: Below) -> dict[str, str]:
    """The path and scope after the move of what has these, below."""
    return trash.moved(path, scope, (below.old_path, below.old_scope), (below.new_path, below.new_scope))


async def _under(tx: Transaction, scopes: list[str], below: Below) -> list[str]:
    """Those of the scopes that took their roles from where the item was."""
    rows = await tx.find("Scope", "id", scopes)
    return [row["id"] for row in rows if row.get("above") == below.old_scope]
