"""To the trash and back: an item with all that sits below it leaves the graph as one node, with its links."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson

from directory.checking import content_type
from directory.creating import free_slug, path_of, require
from directory.desk import Desk, now
from directory.enums import Role
from directory.errors import Conflict, InUse, NotAllowed, NotFound
from directory.founding import founded
from directory.item import Item
from directory.permissions import sees, sight
from directory.reading import kept_rows
from directory.values import Ref
from directory.writing import (
    Entry,
    by_type,
    found,
    items,
    keep_new,
    locked_below,
    tell,
    transact,
    with_values,
)
from directory.written import from_json, link_values, links, ref, to_json
from graph import NewLink, NewNode, StoredLink, Transaction

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
        incoming = await _incoming(tx, gone)
        needing = await _seen(tx, desk, incoming)
        if needing and not force:
            raise InUse(len(needing), tuple(needing[:SAMPLE]))
        if needing:
            require(desk, "force", here.item)
        await _put_away(tx, desk, gone, incoming)

    await transact(desk, work)


async def undelete(desk: Desk, id: str) -> Item:
    """The item that was deleted, back with all that was deleted with it, in the state it had.

    Links to and from what is gone meanwhile stay away. A path that is taken gets a number. For managers. Raises
    Conflict when something of it was loaded again meanwhile.
    """

    async def work(tx: Transaction) -> Item:
        trash = await tx.lock("Trash", id)
        if trash is None:
            raise NotFound
        whole = _read(trash["data"])
        if not sees(sight(desk), whole.items[0]) and not desk.actor.site_admin:
            raise NotFound
        require(desk, "undelete", whole.items[0])
        if await items(tx, map(ref, whole.items), links=False):
            raise Conflict(message="What was deleted is there again.", path=("id",))
        back = await _back_in_place(tx, desk, whole.items)
        await _take_out(tx, desk, back, whole)
        return back[0]

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


async def _incoming(tx: Transaction, gone: Sequence[Item]) -> list[NewLink]:
    """The links to these items from others."""
    inside = {ref(each) for each in gone}
    found = []
    for label, ids in by_type(inside).items():
        for id, link in await tx.links_of(label, ids, outgoing=False):
            if Ref(link.other_label, link.other) not in inside:
                found.append(NewLink(link.type, link.other_label, link.other, label, id, link.properties))
    return found


async def _seen(tx: Transaction, desk: Desk, incoming: Sequence[NewLink]) -> list[str]:
    """The ids of the items that lead there and that the actor sees, in one order."""
    sources = {Ref(link.source_label, link.source) for link in incoming}
    eyes = sight(desk)
    there = await items(tx, sources, links=False)
    return sorted(at.id for at, each in there.items() if sees(eyes, each))


async def _put_away(tx: Transaction, desk: Desk, gone: Sequence[Item], incoming: Sequence[NewLink]) -> None:
    at = now(desk)
    root = gone[0]
    ids = [each.id for each in gone]
    redirects = await tx.find("Address", "item", ids)
    drafts = await tx.find("Draft", "id", ids)
    data = {
        "items": [orjson.Fragment(to_json(each)) for each in gone],
        "incoming": [_link_row(link) for link in incoming],
        "redirects": [row["id"] for row in redirects if not row["current"] and row["item"] == root.id],
        "drafts": drafts,
    }
    kept = {"type": type(root).__name__, "path": root.path, "scope": root.scope, "at": at, "by": desk.actor.id}
    await tx.remove("Trash", [root.id])  # an earlier one, of what was loaded again since
    await tx.create([NewNode("Trash", {"id": root.id, **kept, "data": orjson.dumps(data).decode()})])
    await tx.remove("Address", [row["id"] for row in redirects])
    if keys := [key for each in gone for key in each.keys]:
        await tx.remove("Key", keys)
    if drafts:
        await tx.remove("Draft", [row["id"] for row in drafts])
    for label, members in by_type(map(ref, gone)).items():
        await tx.remove(label, members)
    await tell(tx, desk, at, [Entry("delete", each, None) for each in gone])


def _link_row(link: NewLink) -> list[Any]:
    return [link.type, link.source_label, link.source, link.target_label, link.target, dict(link.properties)]


# And back ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Whole:
    """What a node of the trash holds: the items, the first above the others, and what led to them."""

    items: tuple[Item, ...]
    incoming: tuple[NewLink, ...]
    redirects: tuple[str, ...]
    drafts: tuple[dict[str, Any], ...]


def _read(text: str) -> Whole:
    data = orjson.loads(text)
    found = tuple(from_json(orjson.dumps(each).decode()) for each in data["items"])
    incoming = tuple(NewLink(*row) for row in data["incoming"])
    return Whole(found, incoming, tuple(data["redirects"]), tuple(data["drafts"]))


async def _back_in_place(tx: Transaction, desk: Desk, gone: Sequence[Item]) -> list[Item]:
    """The items with the paths and scopes that they have now: their parent may have moved meanwhile."""
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
    path = path_of(above, slug)
    own_scopes = {row["id"] for row in await tx.find("Scope", "id", [each.id for each in gone])}
    scopes: dict[str, str] = {}
    back = []
    for each in gone:
        parent_scope = above.scope if each is root or each.parent is None else scopes[each.parent.id]
        scopes[each.id] = each.id if each.id in own_scopes else parent_scope
        values = {"path": path + each.path[len(root.path) :], "scope": scopes[each.id], "version": each.version + 2}
        back.append(with_values(each, {**values, "modified": at, "modified_by": desk.actor.id}))
    return [with_values(back[0], {"slug": slug}), *back[1:]]


async def _is_taken(tx: Transaction, desk: Desk, root: Item, above: Item) -> bool:
    rows = await tx.find("Address", "id", [path_of(above, root.slug)])
    if any(row["current"] for row in rows):
        return True
    return root.declared.slug_is_unique and bool(await tx.find(type(root).__name__, "slug", [root.slug]))


async def _take_out(tx: Transaction, desk: Desk, back: Sequence[Item], whole: Whole) -> None:
    at = now(desk)
    inside = {ref(each) for each in back}
    ends = {Ref(link.target_label, link.target) for each in back for link in links(each)}
    ends |= {Ref(link.source_label, link.source) for link in whole.incoming}
    there = inside | set(await items(tx, ends - inside, links=False))
    keys = {row["id"] for row in await tx.find("Key", "id", [key for each in back for key in each.keys])}
    whole_again = [_remaining(each, there, keys) for each in back]
    await keep_new(tx, desk, whole_again)
    await tx.connect([link for link in whole.incoming if Ref(link.source_label, link.source) in there])
    free = {path: ref(back[0]) for path in whole.redirects}
    for row in await tx.find("Address", "id", list(free)):
        del free[row["id"]]
    rows = [
        NewNode("Address", {"id": path, "item": to.id, "type": to.type, "current": False}) for path, to in free.items()
    ]
    await tx.create([*rows, *(NewNode("Draft", row) for row in whole.drafts)])
    await tx.remove("Trash", [back[0].id])
    await tell(tx, desk, at, [Entry("undelete", None, each) for each in whole_again])


def _remaining(item: Item, there: set[Ref], taken: set[str]) -> Item:
    """The item without links to what is gone, and without keys that others have now."""
    stored = [
        StoredLink(link.type, True, link.target_label, link.target, dict(link.properties))
        for link in links(item)
        if Ref(link.target_label, link.target) in there
    ]
    values = link_values(type(item).__name__, stored)
    return with_values(item, {**values, "keys": tuple(key for key in item.keys if key not in taken)})
