"""To the trash and back: an item with all that sits below it leaves the graph as one node, with its links."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from directory import trash
from directory.checking import check_again, content_type
from directory.creating import free_slug, path_of, require
from directory.desk import Desk, now
from directory.enums import Role
from directory.errors import Conflict, Duplicate, InUse, NotAllowed, NotFound
from directory.founding import founded
from directory.incoming import lead_back, leading_to, let_go, relinked, source, target
from directory.item import Item
from directory.permissions import sees, sight
from directory.reading import kept_rows
from directory.titling import as_edited, titled_anew, titles_follow, with_made_titles
from directory.values import Ref
from directory.writing import (
    Entry,
    Found,
    by_type,
    found,
    items,
    keep_new,
    locked_below,
    seen_id,
    tell,
    transact,
    with_drafts,
    with_values,
)
from directory.written import links, ref
from graph import NewLink, NewNode, Transaction

SAMPLE: Final = 10
FOUNDED: Final = frozenset(map(ref, founded()))
"""What every site has: it would be made anew, empty."""


async def delete(desk: Desk, ref: Ref, expected_version: int, force: bool = False) -> None:
    """Nothing, once the item and everything below it is in the trash.

    Raises InUse when items outside lead to one of them, unless a manager says `force`: these links go too, and come
    back with `undelete`. Items that the actor does not see change nothing in that: their links go, and come back.
    Raises NotAllowed for what every site is founded with.
    """

    async def work(tx: Transaction) -> None:
        content_type(ref.type)
        here = await found(tx, desk, ref)
        require(desk, "delete", here.item)
        here.refuse_stale(expected_version)
        gone = await _subtree(tx, here.item)
        for each in gone:
            require(desk, "delete", each)
        _refuse_founded(gone)
        incoming = await leading_to(tx, gone)
        needing = await _seen(tx, desk, incoming)
        if needing and not force:
            raise InUse(len(needing), tuple(needing[:SAMPLE]))
        if needing:
            require(desk, "force", here.item)
        await _put_away(tx, desk, gone, incoming)

    await transact(desk, work)


async def undelete(desk: Desk, id: str) -> Item:
    """The item that was deleted, back with all that was deleted with it, in the state it had.

    Links to and from what is gone meanwhile stay away, and so do those in whose place others were chosen. A path that
    is taken gets a number. For managers. Raises Conflict when something of it was loaded again meanwhile, Invalid,
    Duplicate or Conflict when it may not be there any more beside what is new.
    """

    async def work(tx: Transaction) -> Item:
        kept = await tx.lock("Trash", id)
        if kept is None:
            raise NotFound
        whole = trash.read(kept["data"])
        root = with_values(whole.items[0], {"scope": kept["scope"]})
        if not sees(sight(desk), root) and not desk.actor.site_admin:
            raise NotFound
        require(desk, "undelete", root)
        if await items(tx, map(ref, whole.items), links=False):
            raise Conflict(message="What was deleted is there again.", path=("id",))
        back = await _back_in_place(tx, desk, with_drafts(whole.items, whole.drafts))
        await _take_along(tx, kept, back)
        return await _take_out(tx, desk, back, whole)

    return await transact(desk, work)


@dataclass(frozen=True, slots=True)
class Trashed:
    """What lies in the trash: the item that was deleted, where it was, when and by whom it went."""

    id: str
    type: str
    path: str
    at: str
    by: str | None


async def in_trash(desk: Desk) -> list[Trashed]:
    """What the actor, as a manager, may bring back; latest first."""
    rows = await kept_rows(desk, "Trash", ("id", "type", "path", "at", "by", "scope"), None)
    mine = [Trashed(*row[:-1]) for row in rows if desk.actor.at_least(Role.MANAGER, row[-1])]
    return sorted(mine, key=lambda each: (each.at, each.id), reverse=True)


# To the trash --------------------------------------------------------------------------------------------------------


async def _subtree(tx: Transaction, item: Item) -> list[Item]:
    """The item and everything below it, locked, each after its parent."""
    known = await locked_below(tx, item.path)
    there = await items(tx, known)
    return [item, *(there[at] for at in known if at in there)]


def _refuse_founded(gone: Sequence[Item]) -> None:
    if any(ref(each) in FOUNDED for each in gone):
        raise NotAllowed("The site and the folders that it is founded with stay.")


async def _seen(tx: Transaction, desk: Desk, incoming: Sequence[NewLink]) -> list[str]:
    """The ids of the items that lead there and that the actor sees, in one order."""
    eyes = sight(desk)
    there = await items(tx, map(source, incoming), links=False)
    return sorted(at.id for at, each in there.items() if sees(eyes, each))


async def _put_away(tx: Transaction, desk: Desk, gone: Sequence[Item], incoming: Sequence[NewLink]) -> None:
    at = now(desk)
    root = gone[0]
    ids = [each.id for each in gone]
    redirects = await tx.find("Address", "item", ids)
    drafts = await tx.find("Draft", "id", ids)
    old_paths = tuple((row["id"], row["item"]) for row in redirects if not row["current"])
    made = sorted(await with_made_titles(tx, gone))
    whole = trash.Whole(tuple(gone), tuple(incoming), old_paths, tuple(drafts), tuple(made))
    seen = [await as_edited(tx, each) for each in with_drafts(gone, drafts)]
    left = await let_go(tx, desk, at, incoming)
    kept = {"type": type(root).__name__, "path": root.path, "scope": root.scope, "at": at, "by": desk.actor.id}
    await tx.remove("Trash", [root.id])  # an earlier one, of what was loaded again since
    await tx.create([NewNode("Trash", {"id": root.id, **kept, **trash.kept(whole)})])
    await tx.remove("Address", [row["id"] for row in redirects])
    if keys := [key for each in gone for key in each.keys]:
        await tx.remove("Key", keys)
    if drafts:
        await tx.remove("Draft", [row["id"] for row in drafts])
    for label, members in by_type(map(ref, gone)).items():
        await tx.remove(label, members)
    told = (Entry("delete", was, None, kept=each) for was, each in zip(seen, gone, strict=True))
    await tell(tx, desk, at, [*left, *told])


# And back ------------------------------------------------------------------------------------------------------------


async def _back_in_place(tx: Transaction, desk: Desk, deleted: Sequence[Found]) -> list[Item]:
    """The items with the paths and scopes that they have now: their parent may have moved meanwhile.

    Their versions come after that of the deletion, which came after those of their drafts.
    """
    gone = [each.item for each in deleted]
    root, at = gone[0], now(desk)
    if root.parent is None:
        raise Conflict(message="The root of the tree cannot come back.")
    try:
        above = (await found(tx, desk, root.parent)).item
    except NotFound:
        raise Conflict(message="What it sat in is gone: bring that back first.", path=("parent",)) from None
    wanted = root.slug
    taken = await _is_taken(tx, desk, root, above)
    slug = await free_slug(tx, desk, with_values(root, {"title": {"en": wanted}}), above, None if taken else wanted)
    await _refuse_taken(tx, desk, gone[1:])
    path = path_of(above, slug)
    scopes = await _scopes(tx, gone, above)
    back = []
    for was in deleted:
        each = was.item
        values = {"path": path + each.path[len(root.path) :], "scope": scopes[each.id], "version": was.version + 2}
        back.append(with_values(each, {**values, "modified": at, "modified_by": desk.actor.id}))
    return [with_values(back[0], {"slug": slug}), *back[1:]]


async def _take_along(tx: Transaction, kept: dict[str, Any], back: Sequence[Item]) -> None:
    """Gives what sat in these items, and was deleted before them, the place where they come back."""
    old, new = (kept["path"], kept["scope"]), (back[0].path, back[0].scope)
    nested = await trash.taken_from(tx, kept["path"], list(map(ref, back)))
    rows = {id: trash.moved(row["path"], row["scope"], old, new) for id, (row, _) in nested.items()}
    await tx.update_all("Trash", rows)
    gone = [each.id for _, whole in nested.values() for each in whole.items]
    scopes = [row["id"] for row in await tx.find("Scope", "id", gone) if row.get("above") == old[1]]
    await tx.update_all("Scope", {id: {"above": new[1]} for id in scopes})


async def _scopes(tx: Transaction, gone: Sequence[Item], above: Item) -> dict[str, str]:
    """The scope of each item where it comes back, by its id; roles of the new place come down to those of their own."""
    own = {row["id"] for row in await tx.find("Scope", "id", [each.id for each in gone])}
    scopes: dict[str, str] = {}
    inherited: dict[str, str] = {}
    for each in gone:
        inherited[each.id] = scopes.get(each.parent.id if each.parent else "", above.scope)
        scopes[each.id] = each.id if each.id in own else inherited[each.id]
    await tx.update_all("Scope", {id: {"above": inherited[id]} for id in own})
    return scopes


async def _refuse_taken(tx: Transaction, desk: Desk, below: Sequence[Item]) -> None:
    """Raises Duplicate when an item has the slug of one of these, which must be the only one in its type."""
    slugs = {ref(each): each.slug for each in below if each.declared.slug_is_unique}
    for label, ids in by_type(slugs).items():
        for row in await tx.find(label, "slug", [slugs[Ref(label, id)] for id in ids]):
            raise Duplicate("slug", row["slug"], await seen_id(tx, desk, Ref(label, row["id"])))


async def _is_taken(tx: Transaction, desk: Desk, root: Item, above: Item) -> bool:
    rows = await tx.find("Address", "id", [path_of(above, root.slug)])
    if any(row["current"] for row in rows):
        return True
    return root.declared.slug_is_unique and bool(await tx.find(type(root).__name__, "slug", [root.slug]))


async def _take_out(tx: Transaction, desk: Desk, back: Sequence[Item], whole: trash.Whole) -> Item:
    """The first of the items, written with the others, and with what led to them."""
    at = now(desk)
    inside = {ref(each) for each in back}
    ends = {target(link) for each in back for link in links(each)}
    there = inside | set(await items(tx, ends - inside, links=False))
    keys = {row["id"] for row in await tx.find("Key", "id", [key for each in back for key in each.keys])}
    remaining = [_remaining(each, there, keys) for each in back]
    whole_again = await titled_anew(tx, remaining, whole.made)
    await keep_new(tx, desk, whole_again)
    await titles_follow(tx, desk, list(zip(remaining, whole_again, strict=True)))
    free = {path: to for path, id in whole.redirects for to in inside if to.id == id}
    for row in await tx.find("Address", "id", list(free)):
        del free[row["id"]]
    rows = [
        NewNode("Address", {"id": path, "item": to.id, "type": to.type, "current": False}) for path, to in free.items()
    ]
    await tx.create([*rows, *(NewNode("Draft", row) for row in whole.drafts)])
    led = await lead_back(tx, desk, at, whole.incoming)
    await check_again(tx, desk, whole_again)
    await tx.remove("Trash", [back[0].id])
    await tell(tx, desk, at, [*(Entry("undelete", None, each) for each in whole_again), *led])
    return whole_again[0]


def _remaining(item: Item, there: set[Ref], taken: set[str]) -> Item:
    """The item without links to what is gone, and without keys that others have now."""
    led = relinked(item, (link for link in links(item) if target(link) in there))
    return with_values(led, {"keys": tuple(key for key in item.keys if key not in taken)})
