"""Names of persons that may be kept no longer: they go from items, addresses, versions and the trash."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from directory.desk import Desk, now
from directory.enums import Role
from directory.errors import NotAllowed
from directory.item import Item
from directory.placing import SITE
from directory.reading import kept_rows, matching
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
from graph import Transaction
from graph.query import And, Attribute, Compare, Not, Operator

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
    trashed = [id for id in await _in_trash(desk) if await _is_due(desk, id, day)]
    return Due(kept, tuple(trashed))


async def _is_due(desk: Desk, id: str, day: str) -> bool:
    return await desk.graph.write(lambda tx: _last_due(tx, id, day)) is not None


async def forget(desk: Desk) -> list[str]:
    """The ids of the persons whose name has gone, because the day until which it may be kept is over.

    Those in the trash do not come back. For managers of the site.
    """
    found, day = await due(desk), now(desk)[:10]
    gone = [id for id in found.trashed if await _purge(desk, id, day)]
    for id in found.kept:
        await _forget(desk, Ref("Person", id))
    return sorted({*found.kept, *gone})


async def _forget(desk: Desk, at: Ref) -> None:
    async def work(tx: Transaction) -> None:
        here = await found(tx, desk, at)
        if here.item.title == REMOVED:
            return  # another process was faster
        moment = now(desk)
        below = await locked_below(tx, here.item.path)
        nameless = _nameless(here.item, here.item)
        stamp = {"version": here.version + 1, "modified": moment, "modified_by": desk.actor.id}
        after = with_values(nameless, stamp)
        await _move(tx, here.item, after, below)
        await keep_changed(tx, desk, here, after)
        if here.draft_version:
            await tx.update("Draft", at.id, {"data": None, "fields": None, "version": after.version})
        await _scrub(tx, [at, *below], here.item)
        await tell(tx, desk, moment, [Entry("forget", None, after, ("title", "slug"))])

    await transact(desk, work)


def _nameless(item: Item, person: Item) -> Item:
    """A version of the person, or of what sits below, with neither the name nor a path that tells it."""
    slug = person.id
    new = path_below(person.path.rsplit("/", 1)[0] or "/", slug)
    if item.id == person.id:
        return with_values(item, {"title": REMOVED, "description": None, "slug": slug, "path": new})
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


async def _scrub(tx: Transaction, refs: Sequence[Ref], person: Item) -> None:
    """Takes the name out of every kept version of these items, and out of the feed."""
    rows = await tx.find("Change", "item", [at.id for at in refs])
    await tx.update_all("Change", {row["id"]: _scrubbed(row, person) for row in rows})


def _scrubbed(row: dict[str, Any], person: Item) -> dict[str, Any]:
    before = from_json(row["before"]) if row.get("before") else None
    kept = to_json(_nameless(before, person)) if before else None
    return {"before": kept, "path": None, "comment": None}


async def _in_trash(desk: Desk) -> list[str]:
    """The ids of the persons in the trash."""
    rows = await kept_rows(desk, "Trash", ("id",), Compare(Attribute("type"), Operator.EQ, "Person"))
    return [id for (id,) in rows]


async def _purge(desk: Desk, id: str, day: str) -> bool:
    """Whether the person in the trash was due, and is gone for good."""

    async def work(tx: Transaction) -> bool:
        last = await _last_due(tx, id, day)
        if last is None:
            return False
        await tx.remove("Trash", [id])
        below = [Ref(row["type"], row["item"]) for row in await _deleted_with(tx, last)]
        await _scrub(tx, [ref(last), *below], last)
        return True

    return await transact(desk, work)


async def _last_due(tx: Transaction, id: str, day: str) -> Person | None:
    """The last version of a person in the trash, when its name may be kept no longer."""
    rows = await tx.find("Change", "item", [id])
    versions = [from_json(row["before"]) for row in rows if row.get("before")]
    last = max(versions, key=lambda each: each.version, default=None)
    if not isinstance(last, Person) or last.retention_until is None or last.retention_until >= day:
        return None
    return last


async def _deleted_with(tx: Transaction, person: Item) -> list[dict[str, Any]]:
    """The changes that deleted what sat below the person: mandates."""
    rows = await tx.between("Change", "path", f"{person.path}/", f"{person.path}0")
    return [row for row in rows if row["action"] == "delete"]
