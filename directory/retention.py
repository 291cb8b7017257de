"""Names of persons that may be kept no longer: they go from items, addresses, versions and the trash."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from directory import trash
from directory.desk import Desk, now
from directory.enums import Role
from directory.errors import NotAllowed, NotFound
from directory.item import Item
from directory.placing import SITE, id_of
from directory.reading import get_many, in_parts, kept_rows, matching, visible
from directory.types.people import Person
from directory.values import Ref
from directory.writing import (
    Entry,
    address_node,
    by_type,
    found,
    items,
    keep_changed,
    locked_below,
    path_below,
    tell,
    transact,
    with_values,
)
from directory.written import from_json, ref, to_json
from graph import NewNode, Transaction
from graph.query import And, Attribute, Compare, Not, OneOf, Operator, Sort

REMOVED: Final = "Name removed"
"""The title of a person whose name was removed."""


@dataclass(frozen=True, slots=True)
class Due:
    """The ids of the persons whose name may be kept no longer: those in the directory, those in the trash."""

    kept: tuple[str, ...]
    trashed: tuple[str, ...]

    @property
    def ids(self) -> list[str]:
        """All of them."""
        return sorted({*self.kept, *self.trashed})


def is_nameless(item: Item) -> bool:
    """Whether it is a person whose name was removed."""
    return isinstance(item, Person) and item.title == REMOVED


async def due(desk: Desk) -> Due:
    """The persons whose name may be kept no longer; nothing is changed. For managers of the site."""
    if not desk.actor.at_least(Role.MANAGER, SITE.id):
        raise NotAllowed(required_role=Role.MANAGER)
    day = now(desk)[:10]
    over = And(
        (
            Compare(Attribute("retention_until"), Operator.LT, day),
            Not(Compare(Attribute("title"), Operator.EQ, REMOVED)),
        )
    )
    kept = tuple(each.id for each in await matching(desk, "Person", over))
    return Due(kept, await _deleted(desk, day))


async def _deleted(desk: Desk, day: str) -> tuple[str, ...]:
    """The ids of the persons who were deleted, and are not back, whose name may be kept no longer."""
    deleted = And(
        (
            Compare(Attribute("type"), Operator.EQ, "Person"),
            Compare(Attribute("action"), Operator.EQ, "delete"),
        )
    )
    rows = await kept_rows(desk, "Change", ("before",), deleted, (Sort(Attribute("number")),))
    persons = {each.id: each for (before,) in rows if isinstance(each := from_json(before), Person)}
    there = {each.id for each in await get_many(desk, "Person", persons)}
    over = (each.id for each in persons.values() if each.title != REMOVED and (each.retention_until or day) < day)
    return tuple(sorted(id for id in over if id not in there))


async def forget(desk: Desk) -> list[str]:
    """The ids of the persons whose name has gone, because the day until which it may be kept is over.

    Those in the trash do not come back, and no import brings a name back. For managers of the site.
    """
    found = await due(desk)
    await _empty_trash(desk, {Ref("Person", id) for id in found.ids})
    gone = [id for id in found.trashed if await _purge(desk, Ref("Person", id))]
    gone += [id for id in found.kept if await _forget(desk, Ref("Person", id))]
    return sorted(gone)


async def gone_for_good(desk: Desk, ids: Iterable[str]) -> dict[str, Ref | None]:
    """Which of the ids that imports make of their keys no import brings back; with the person who has no name now."""
    found: dict[str, Ref | None] = {}
    for some in in_parts(ids):
        rows = await kept_rows(desk, "Gone", ("id", "type", "item"), OneOf(Attribute("id"), some))
        found |= {id: Ref(type_name, item) if item else None for id, type_name, item in rows}
    seen = await visible(desk, [at for at in found.values() if at])
    return {id: at if at in seen else None for id, at in found.items()}


async def _forget(desk: Desk, at: Ref) -> bool:
    """Whether the person has no name any more, and had one."""

    async def work(tx: Transaction) -> bool:
        try:
            here = await found(tx, desk, at)
        except NotFound:
            return False  # deleted meanwhile: the trash is next
        if here.item.title == REMOVED:
            return False  # another process was faster
        moment = now(desk)
        below = await locked_below(tx, here.item.path)
        nameless = _nameless(here.item, here.item)
        stamp = {"version": here.version + 1, "modified": moment, "modified_by": desk.actor.id}
        after = with_values(nameless, stamp)
        await _move(tx, here.item, after, below)
        await keep_changed(tx, desk, here, after)
        if here.draft_version:
            await tx.update("Draft", at.id, {"data": None, "fields": None, "version": after.version})
        await _empty_of_children(tx, at)
        await _keep_away(tx, [here.item, *await _scrub(tx, below, here.item)], at)
        await tell(tx, desk, moment, [Entry("forget", None, after, ("title", "slug"))])
        return True

    return await transact(desk, work)


def _nameless(item: Item, person: Item) -> Item:
    """A version of the person, or of what sits below, with neither the name nor a path that tells it."""
    slug = person.id
    new = path_below(person.path.rsplit("/", 1)[0] or "/", slug)
    if item.id == person.id:
        emptied = {"description": None, "note": None, "keys": ()}
        return with_values(item, {**emptied, "title": REMOVED, "slug": slug, "path": new})
    return with_values(item, {"path": f"{new}/{item.path.rsplit('/', 1)[-1]}"})


async def _move(tx: Transaction, before: Item, after: Item, below: Sequence[Ref]) -> None:
    """Gives the person and what sits below their new addresses, and takes away every old one."""
    there = await items(tx, below, links=False)
    paths = {at: after.path + each.path[len(before.path) :] for at, each in there.items()}
    old = await tx.find("Address", "item", [before.id, *(at.id for at in there)])
    await tx.remove("Address", [row["id"] for row in old])
    await tx.create([address_node(path, at) for at, path in {ref(after): after.path, **paths}.items()])
    for label, ids in by_type(there).items():
        await tx.update_all(label, {id: {"path": paths[Ref(label, id)]} for id in ids})
    drafts = [row for row in await tx.find("Draft", "id", [at.id for at in there]) if row.get("data")]
    nameless = {row["id"]: to_json(_nameless(from_json(row["data"]), before)) for row in drafts}
    await tx.update_all("Draft", {id: {"data": data} for id, data in nameless.items()})


async def _scrub(tx: Transaction, below: Sequence[Ref], person: Item) -> list[Item]:
    """Takes the name out of the feed and every kept version: of the person, these items, and what ever sat there.

    Gives the versions of the person, as they were.
    """
    rows = await tx.find("Change", "item", [person.id])
    versions = _versions(rows)
    paths = {each.path for each in (person, *versions)}
    told = [row for path in sorted(paths) for row in await tx.between("Change", "path", f"{path}/", f"{path}0")]
    beside = await tx.find("Change", "item", sorted({row["item"] for row in told} | {each.id for each in below}))
    # Somebody else may have had the path before.
    sat = {each.id for each in _versions(beside) if each.parent == ref(person)} | {each.id for each in below}
    rows += [row for row in beside if row["item"] in sat]
    starts = tuple(f"{path}/" for path in paths)
    await tx.update_all("Change", {row["id"]: _scrubbed(row, person, starts) for row in rows})
    return versions


def _versions(rows: Sequence[dict[str, Any]]) -> list[Item]:
    return [from_json(row["before"]) for row in rows if row.get("before")]


def _scrubbed(row: dict[str, Any], person: Item, starts: tuple[str, ...]) -> dict[str, Any]:
    """What changes of a row: what it tells of an item that sits, or sat, in another person stays."""
    before = from_json(row["before"]) if row.get("before") else None
    is_here = row["item"] == person.id or (row.get("path") or "").startswith(starts)
    was_here = before is not None and (before.id == person.id or before.path.startswith(starts))
    scrubbed = {"before": to_json(_nameless(before, person))} if before and was_here else {}
    return {**scrubbed, **({"path": None} if is_here else {}), "comment": None}


async def _purge(desk: Desk, at: Ref) -> bool:
    """Whether the person, who was deleted, is gone for good."""

    async def work(tx: Transaction) -> bool:
        last = max(_versions(await tx.find("Change", "item", [at.id])), key=lambda each: each.version)
        if last.title == REMOVED or await items(tx, [at], links=False):
            return False  # another process was faster, or somebody brought the person back
        await _empty_of_children(tx, at)
        await _keep_away(tx, await _scrub(tx, [], last))
        return True

    return await transact(desk, work)


async def _keep_away(tx: Transaction, gone: Iterable[Item], at: Ref | None = None) -> None:
    """Makes imports know that these do not come back, by their ids and keys, of which nothing else is told.

    `at` is the person who is there without the name.
    """
    ids = {id for each in gone for id in (each.id, *map(id_of, each.keys))}
    told = {"type": at.type if at else None, "item": at.id if at else None}
    known = [row["id"] for row in await tx.find("Gone", "id", sorted(ids))]
    await tx.update_all("Gone", dict.fromkeys(known, told))
    await tx.create([NewNode("Gone", {"id": id, **told}) for id in sorted(ids.difference(known))])


async def _empty_trash(desk: Desk, persons: Collection[Ref]) -> None:
    """Takes the persons, and what sat below them, out of all that lies in the trash with one of them."""
    ids = {at.id for at in persons}
    rows = await kept_rows(desk, "Trash", ("id", "items"), None) if ids else []
    for id in [id for id, inside in rows if not ids.isdisjoint(inside or ())]:
        await transact(desk, partial(_empty, id=id, persons=persons))


async def _empty_of_children(tx: Transaction, person: Ref) -> None:
    """Takes what sat in the person, and was deleted by itself, out of the trash."""
    for row in await tx.find("Trash", "parent", [person.id]):
        await _empty(tx, row["id"], {person})


async def _empty(tx: Transaction, id: str, persons: Collection[Ref]) -> None:
    """Takes the persons, and what sat in them, out of one node of the trash."""
    row = await tx.lock("Trash", id)
    if row is None:
        return  # brought back, or emptied by another process
    whole = trash.read(row["data"])
    gone = [each for each in whole.items if ref(each) in persons or each.parent in persons]
    left = trash.without(whole, set(map(ref, gone)))
    if left is None:
        await tx.remove("Trash", [id])
    elif left != whole:
        await tx.update("Trash", id, trash.kept(left))
    await _keep_away(tx, gone)
