"""What a change is made of, inside one transaction: items found and locked, addresses and keys claimed, changes told.

Nothing here decides: who may and what is valid is asked in `editing` and `checking` first.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from directory.desk import Desk
from directory.errors import Conflict, Duplicate, NotFound
from directory.item import Item
from directory.permissions import is_public, sees, sight
from directory.values import Ref
from directory.written import changed_links, changed_properties, from_json, item, links, node, ref, to_json
from graph import Conflict as Collision
from graph import NewNode, StoredLink, Transaction
from graph import NotFound as Missing

T = TypeVar("T")
AT_ONCE: Final = 1_000
"""Items sent to the engine in one statement."""
PATIENCE: Final = 5.0
"""Seconds after which work that keeps colliding with others is not begun again."""


async def transact(desk: Desk, work: Callable[[Transaction], Awaitable[T]]) -> T:
    """What the work gives back, once it is kept as a whole; whoever waits for changes is then woken.

    The work is begun again when somebody took the same new path, key or number first: it then sees who did.
    """
    until = time.monotonic() + PATIENCE
    while True:
        try:
            done = await desk.graph.write(work)
        except Collision as error:
            if time.monotonic() > until:
                raise Conflict(message="Others keep changing the same items: try again.") from error
        except Missing as error:
            raise NotFound from error
        else:
            desk.bell.ring()
            return done


# Items found ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Found:
    """A locked item: what is published or stored of it, its properties as they are, and what editors made of it."""

    item: Item
    stored: Mapping[str, Any]
    draft: Item | None = None
    draft_fields: tuple[str, ...] = ()
    draft_version: int = 0

    @property
    def view(self) -> Item:
        """The item as editors see it: with the changes that are not published yet."""
        if self.draft is None:
            return self.item if self.version == self.item.version else with_values(self.item, {"version": self.version})
        own = ("modified", "modified_by", *(("verified_by",) if "verified_on" in self.draft_fields else ()))
        changes = {name: getattr(self.draft, name) for name in (*self.draft_fields, *own)}
        return with_values(self.item, {**changes, "version": self.version})

    @property
    def version(self) -> int:
        """The version that a change must name."""
        return max(self.item.version, self.draft_version)

    def refuse_stale(self, expected_version: int) -> None:
        """Nothing when this is the version, or the one that readers see while no draft differs. Raises Conflict."""
        as_read = self.draft is None and expected_version == self.item.version
        if expected_version != self.version and not as_read:
            raise Conflict(self.version, path=("expectedVersion",))


def with_values(of: Item, values: Mapping[str, Any]) -> Item:
    """The item with these values instead of its own."""
    return type(of)(**{**vars(of), **values})


async def found(tx: Transaction, desk: Desk, at: Ref) -> Found:
    """The item, which nobody else can change until the transaction ends. Raises NotFound when absent or not seen."""
    stored = await tx.lock(at.type, at.id)
    if stored is None:
        raise NotFound
    ends = await tx.links_of(at.type, [at.id])
    here = item(at.type, stored, [link for _, link in ends])
    if not sees(sight(desk), here):
        raise NotFound
    drafts = await tx.find("Draft", "id", [at.id]) if here.state == "published" or here.version > 1 else []
    return drafted(here, drafts[0], stored) if drafts else Found(here, stored)


def drafted(here: Item, draft: Mapping[str, Any], stored: Mapping[str, Any] | None = None) -> Found:
    """The item with what its `Draft` node holds."""
    content = from_json(draft["data"]) if draft.get("data") else None
    return Found(here, stored or {}, content, tuple(draft.get("fields") or ()), draft["version"])


def with_drafts(of: Iterable[Item], drafts: Iterable[Mapping[str, Any]]) -> list[Found]:
    """The items with what those of the `Draft` nodes that are theirs hold."""
    rows = {row["id"]: row for row in drafts}
    return [drafted(each, rows[each.id]) if each.id in rows else Found(each, {}) for each in of]


async def items(tx: Transaction, refs: Iterable[Ref], links: bool = True) -> dict[Ref, Item]:
    """The items that are there, whoever may see them; without their links when these do not matter."""
    return {at: each.item for at, each in (await nodes(tx, refs, links)).items()}


async def nodes(tx: Transaction, refs: Iterable[Ref], links: bool = True) -> dict[Ref, Found]:
    """The items that are there, whoever may see them, and their properties as they are; no drafts, nothing locked."""
    gathered: dict[Ref, Found] = {}
    for label, ids in by_type(refs).items():
        ends: dict[str, list[StoredLink]] = defaultdict(list)
        rows = await tx.find(label, "id", ids)
        for id, link in await tx.links_of(label, [row["id"] for row in rows]) if rows and links else []:
            ends[id].append(link)
        for row in rows:
            gathered[Ref(label, row["id"])] = Found(item(label, row, ends[row["id"]]), row)
    return gathered


async def locked(tx: Transaction, refs: Iterable[Ref]) -> dict[Ref, Found]:
    """The items that are there, whoever may see them, with their drafts; nobody else changes them until the end."""
    wanted = by_type(refs)
    for label, ids in wanted.items():
        await tx.lock_all(label, ids)
    there = await nodes(tx, (Ref(label, id) for label, ids in wanted.items() for id in ids))
    drafts = {row["id"]: row for row in await tx.find("Draft", "id", [at.id for at in there])} if there else {}
    return {
        at: drafted(each.item, drafts[at.id], each.stored) if at.id in drafts else each for at, each in there.items()
    }


async def seen_id(tx: Transaction, desk: Desk, at: Ref) -> str | None:
    """The id of the item when the actor sees it, None otherwise."""
    there = (await items(tx, [at], links=False)).get(at)
    return at.id if there and sees(sight(desk), there) else None


def by_type(refs: Iterable[Ref]) -> dict[str, list[str]]:
    """The ids of the references, by type, each once."""
    groups: dict[str, dict[str, None]] = defaultdict(dict)
    for each in refs:
        groups[each.type][each.id] = None
    return {type_name: list(ids) for type_name, ids in groups.items()}


# Addresses and keys --------------------------------------------------------------------------------------------------


def path_below(parent: str, slug: str) -> str:
    """The path of an item in its parent.

    >>> path_below("/", "cites"), path_below("/cites", "paris")
    ('/cites', '/cites/paris')
    """
    return f"{parent.rstrip('/')}/{slug}"


async def claim_addresses(tx: Transaction, desk: Desk, wanted: Mapping[str, Ref]) -> None:
    """Make these paths lead to these items. A path that only led elsewhere (a redirect) is taken over.

    Raises Duplicate for a path where another item is.
    """
    known = {row["id"]: row for row in await tx.find("Address", "id", list(wanted))}
    for path, row in known.items():
        if row["current"] and row["item"] != wanted[path].id:
            raise Duplicate("slug", path.rsplit("/", 1)[-1], await seen_id(tx, desk, Ref(row["type"], row["item"])))
    rows = {path: address_node(path, at) for path, at in wanted.items()}
    if known:
        await tx.update_all("Address", {path: rows[path].properties for path in known})
    await tx.create([row for path, row in rows.items() if path not in known])


def address_node(path: str, at: Ref) -> NewNode:
    """The node that says which item is at a path."""
    return NewNode("Address", {"id": path, "item": at.id, "type": at.type, "current": True})


async def leave_redirects(tx: Transaction, paths: Sequence[str]) -> None:
    """Make these paths lead to where their items are now."""
    await tx.update_all("Address", {path: {"current": False} for path in paths})


async def descendants(tx: Transaction, path: str) -> list[Ref]:
    """The items below a path, in the order of their paths: each after its parent."""
    # "0" is the character after "/": what lies between begins with the path and a slash.
    rows = await tx.between("Address", "id", f"{path.rstrip('/')}/", f"{path.rstrip('/')}0")
    return [Ref(row["type"], row["item"]) for row in rows if row["current"] and row["id"] != path]


async def locked_below(tx: Transaction, path: str) -> list[Ref]:
    """The items below a path, which nobody changes, and to which nobody adds, until the transaction ends."""
    known: list[Ref] = []
    while (met := await descendants(tx, path)) != known:
        known = met
        for label, ids in by_type(known).items():
            await tx.lock_all(label, ids)
    return known


async def claim_keys(tx: Transaction, desk: Desk, wanted: Mapping[str, Ref]) -> None:
    """Make these keys name these items. Raises Duplicate for a key of another one."""
    if not wanted:
        return
    known = {row["id"]: row for row in await tx.find("Key", "id", list(wanted))}
    for key, row in known.items():
        if row["item"] != wanted[key].id:
            raise Duplicate("keys", key, await seen_id(tx, desk, Ref(row["type"], row["item"])))
    await tx.create([key_node(key, at) for key, at in wanted.items() if key not in known])


def key_node(key: str, at: Ref) -> NewNode:
    """The node that says which item has a key."""
    return NewNode("Key", {"id": key, "item": at.id, "type": at.type})


# Items written -------------------------------------------------------------------------------------------------------


async def keep_new(tx: Transaction, desk: Desk, made: Sequence[Item]) -> None:
    """Write new items with their addresses, keys and links."""
    await claim_addresses(tx, desk, {each.path: ref(each) for each in made})
    await claim_keys(tx, desk, {key: ref(each) for each in made for key in each.keys})
    await _in_turn(made, node, tx.create)
    await _in_turn(made, links, lambda found: tx.connect([link for some in found for link in some]))


async def _in_turn(
    made: Sequence[Item], prepare: Callable[[Item], T], send: Callable[[Sequence[T]], Awaitable[None]]
) -> None:
    """Prepare and send items some at a time: the next ones are prepared while the engine is busy with those before."""
    sending: asyncio.Future[None] | None = None
    try:
        for start in range(0, len(made), AT_ONCE):
            prepared = [prepare(each) for each in made[start : start + AT_ONCE]]
            if sending is not None:
                await sending
            sending = asyncio.ensure_future(send(prepared))
            await asyncio.sleep(0)  # let it leave before the next ones take the processor
        if sending is not None:
            await sending
    finally:
        if sending is not None:
            sending.cancel()  # nothing, unless we were stopped


async def keep_changed(tx: Transaction, desk: Desk, before: Found, after: Item) -> None:
    """Write what differs of an item: its properties, its keys, its links. Its address is not among them."""
    at = ref(after)
    gone, new = changed_links(before.item, after)
    await tx.disconnect(gone)
    await tx.connect(new)
    await tx.update(at.type, at.id, changed_properties(before.stored, after))
    lost = [key for key in before.item.keys if key not in after.keys]
    if lost:
        await tx.remove("Key", lost)
    await claim_keys(tx, desk, {key: at for key in after.keys if key not in before.item.keys})


async def keep_all_changed(tx: Transaction, desk: Desk, changes: Sequence[tuple[Found, Item]]) -> None:
    """As `keep_changed`, for many items in few statements."""
    gone, new, lost = [], [], []
    rows: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
    keys: dict[str, Ref] = {}
    for before, after in changes:
        old_links, new_links = changed_links(before.item, after)
        gone += old_links
        new += new_links
        rows[ref(after).type][after.id] = changed_properties(before.stored, after)
        lost += [key for key in before.item.keys if key not in after.keys]
        keys |= {key: ref(after) for key in after.keys if key not in before.item.keys}
    await tx.disconnect(gone)
    await tx.connect(new)
    for label, properties in rows.items():
        await tx.update_all(label, properties)
    if lost:
        await tx.remove("Key", lost)
    await claim_keys(tx, desk, keys)


async def keep_draft(tx: Transaction, desk: Desk, at: str, before: Found, after: Item, fields: Sequence[str]) -> None:
    """Keep what editors changed of a published item, apart from it; `after` bears the draft's version."""
    kept = {
        "type": type(after).__name__,
        "version": after.version,
        "at": at,
        "by": desk.actor.id,
        "fields": list(fields) or None,
        "data": to_json(after) if fields else None,
    }
    if before.draft_version:
        await tx.update("Draft", after.id, kept)
    else:
        await tx.create([NewNode("Draft", {"id": after.id, **kept})])


# What happened -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Entry:
    """A change to tell: of `before` (None: it is new), into `after` (None: it is gone).

    `secret` changes what editors see only. `kept` is what visitors saw, where `before` is what editors made of it.
    """

    action: str
    before: Item | None
    after: Item | None
    fields: tuple[str, ...] = ()
    comment: str | None = None
    secret: bool = False
    kept: Item | None = None

    @property
    def item(self) -> Item:
        """The item as it is, or was."""
        found = self.after or self.before
        assert found is not None
        return found


async def tell(tx: Transaction, desk: Desk, at: str, entries: Sequence[Entry]) -> None:
    """Append changes to the history, numbered in the order of commits: the last thing a transaction does."""
    last = await tx.next("change", len(entries))
    first = last - len(entries) + 1
    await tx.create([_change(desk, at, first + place, entry) for place, entry in enumerate(entries)])


def _change(desk: Desk, at: str, number: int, entry: Entry) -> NewNode:
    here, seen = entry.item, entry.kept or entry.before
    properties: dict[str, Any] = {
        "id": str(number),
        "number": number,
        "at": at,
        "by": desk.actor.id,
        "action": entry.action,
        "item": here.id,
        "type": type(here).__name__,
        "scope": here.scope,
        "path": here.path,
        "version": entry.after.version if entry.after else here.version + 1,
        "fields": list(entry.fields) or None,
        "before": to_json(entry.before) if entry.before else None,
        "comment": entry.comment,
        "was_public": seen is not None and is_public(seen, at) and not entry.secret,
        "is_public": entry.after is not None and is_public(entry.after, at) and not entry.secret,
    }
    return NewNode("Change", properties)


async def tell_load(tx: Transaction, desk: Desk, at: str, made: Sequence[Item]) -> None:
    """Append the creation of many items as one node that stands for them all."""
    last = await tx.next("change", len(made))
    await tx.create([load_node(desk, at, last, made)])


def load_node(desk: Desk, at: str, last: int, made: Sequence[Item]) -> NewNode:
    """The node that stands for the creation of these items; `last` is the number of the last of these changes."""
    properties = {
        "id": str(last),
        "number": last,
        "at": at,
        "by": desk.actor.id,
        "action": "load",
        "items": [f"{type(each).__name__} {each.id}" for each in made],
        "was_public": False,
        "is_public": True,
    }
    return NewNode("Change", properties)
