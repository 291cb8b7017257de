"""Names of persons that may be kept no longer: they go from items, addresses, versions and the trash."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from directory import trash
from directory.changes import latest
from directory.desk import Desk, now
from directory.enums import Role
from directory.errors import NotAllowed, NotFound
from directory.incoming import source, target
from directory.item import Item
from directory.placing import SITE, id_of
from directory.reading import ID, get_many, in_parts, kept_rows, matching, visible
from directory.types import CONTENT_TYPES
from directory.types.figures import Observation
from directory.types.people import Person
from directory.unnaming import unname, unnamed
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
ENDLESS: Final = 2**62
"""More changes than there will ever be."""
HELD: Final = tuple(name for name, cls in CONTENT_TYPES.items() if "Person" in cls.declared.sits_in)
"""The types of what sits in a person: their paths hold the name."""


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
    persons |= {each.id: each for each in await _trashed(desk, persons)}
    there = {each.id for each in await get_many(desk, "Person", persons)}
    over = (each.id for each in persons.values() if each.title != REMOVED and (each.retention_until or day) < day)
    return tuple(sorted(id for id in over if id not in there))


async def _trashed(desk: Desk, ids: Collection[str]) -> list[Person]:
    """Those of the persons who lie in the trash, as they were kept: what editors drafted of them does not count."""
    nodes = {node for some in (await _in_trash(desk, ids)).values() for node in some}
    rows = [row for some in in_parts(nodes) for row in await kept_rows(desk, "Trash", ("data",), OneOf(ID, some))]
    return [each for (data,) in rows for each in trash.read(data).items if isinstance(each, Person)]


async def forget(desk: Desk) -> list[str]:
    """The ids of the persons whose name has gone, because the day until which it may be kept is over.

    Those in the trash do not come back, and no import brings a name back. For managers of the site.
    """
    found = await due(desk)
    trashed, sitters = await _in_trash(desk, found.ids), await _sitters(desk, found.ids)
    gone = [id for id in found.trashed if await _purge(desk, Ref("Person", id), trashed.get(id, []), sitters)]
    gone += [id for id in found.kept if await _forget(desk, Ref("Person", id), trashed.get(id, []), sitters)]
    return sorted(gone)


async def gone_for_good(desk: Desk, ids: Iterable[str]) -> dict[str, Ref | None]:
    """Which of the ids that imports make of their keys no import brings back; with the person who has no name now."""
    found: dict[str, Ref | None] = {}
    for some in in_parts(ids):
        rows = await kept_rows(desk, "Gone", ("id", "type", "item"), OneOf(Attribute("id"), some))
        found |= {id: Ref(type_name, item) if item else None for id, type_name, item in rows}
    seen = await visible(desk, [at for at in found.values() if at])
    return {id: at if at in seen else None for id, at in found.items()}


@dataclass(frozen=True, slots=True)
class Sitters:
    """What ever sat in persons, by the id of each, as changes up to this number tell.

    Where it sat is not asked by paths: what was loaded has none in the feed, and folders above are renamed.
    """

    of: Mapping[str, Collection[str]]
    number: int

    async def sat(self, tx: Transaction, person: Item) -> set[str]:
        """The ids of what ever sat in the person."""
        later = [
            row for row in await tx.between("Change", "number", self.number + 1, ENDLESS) if row.get("type") in HELD
        ]
        return {*self.of.get(person.id, ()), *(each.id for each in _versions(later) if each.parent == ref(person))}


async def _forget(desk: Desk, at: Ref, trashed: Collection[str], sitters: Sitters) -> bool:
    """Whether the person, of whom these nodes of the trash tell, has no name any more, and had one."""

    async def work(tx: Transaction) -> bool:
        try:
            here = await found(tx, desk, at)
        except NotFound:
            return False  # deleted meanwhile: the trash is next
        if here.item.title == REMOVED:
            return False  # another process was faster
        moment = now(desk)
        below = await locked_below(tx, here.item.path)
        was, nameless = _nameless(here.view, here.item), _nameless(here.item, here.item)
        stamp = {"version": here.version + 1, "modified": moment, "modified_by": desk.actor.id}
        after = with_values(nameless, stamp)
        await _move(tx, here.item, after, below)
        await keep_changed(tx, desk, here, after)
        if here.draft_version:
            await tx.update("Draft", at.id, {"data": None, "fields": None, "version": after.version})
        versions = [here.item, here.view, *await _scrub(tx, sitters, below, here.item)]
        ends = await tx.links_of(at.type, [at.id], outgoing=False)
        about = [Ref(end.other_label, end.other) for _, end in ends if end.other_label == "Observation"]
        await _unname(tx, desk, at, versions, trashed, about)
        await _keep_away(tx, versions, at)
        await tell(tx, desk, moment, [Entry("forget", was, after, ("title", "slug"), kept=here.item)])
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


async def _sitters(desk: Desk, ids: Collection[str]) -> Sitters:
    number = await latest(desk)
    rows = await kept_rows(desk, "Change", ("before",), OneOf(Attribute("type"), HELD)) if ids else []
    found: defaultdict[str, set[str]] = defaultdict(set)
    for each in (from_json(before) for (before,) in rows if before):
        if each.parent is not None and each.parent.id in ids:
            found[each.parent.id].add(each.id)
    return Sitters(found, number)


async def _scrub(tx: Transaction, sitters: Sitters, below: Sequence[Ref], person: Item) -> list[Item]:
    """Takes the name out of the feed and every kept version: of the person, these items, and what ever sat there.

    Gives the versions of the person, as they were.
    """
    rows = await tx.find("Change", "item", [person.id])
    versions = _versions(rows)
    rows += await tx.find("Change", "item", sorted({each.id for each in below} | await sitters.sat(tx, person)))
    slugs = {each.slug for each in (person, *versions)}
    await tx.update_all("Change", {row["id"]: _scrubbed(row, person, slugs) for row in rows})
    return versions


def _versions(rows: Sequence[dict[str, Any]]) -> list[Item]:
    return [from_json(row["before"]) for row in rows if row.get("before")]


def _scrubbed(row: dict[str, Any], person: Item, slugs: set[str]) -> dict[str, Any]:
    """What changes of a row: what it tells of an item that sits, or sat, in another person stays."""
    before = from_json(row["before"]) if row.get("before") else None
    is_here = row["item"] == person.id or bool(slugs.intersection((row.get("path") or "").split("/")[-2:-1]))
    was_here = before is not None and (before.id == person.id or before.parent == ref(person))
    scrubbed = {"before": to_json(_nameless(before, person))} if before and was_here else {}
    return {**scrubbed, **({"path": None} if is_here else {}), "comment": None}


async def _purge(desk: Desk, at: Ref, trashed: Collection[str], sitters: Sitters) -> bool:
    """Whether the person, who was deleted and of whom these nodes of the trash tell, is gone for good."""

    async def work(tx: Transaction) -> bool:
        last = max(_versions(await tx.find("Change", "item", [at.id])), key=lambda each: each.version)
        if last.title == REMOVED or await items(tx, [at], links=False):
            return False  # another process was faster, or somebody brought the person back
        versions = await _scrub(tx, sitters, [], last)
        await _unname(tx, desk, at, [last, *versions], trashed)
        await _keep_away(tx, versions)
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


async def _unname(
    tx: Transaction,
    desk: Desk,
    at: Ref,
    versions: Iterable[Item],
    trashed: Collection[str],
    about: Iterable[Ref] = (),
) -> None:
    """Takes the person out of these nodes of the trash; and the names from observations, those in the trash too."""
    names = sorted({str(each.title) for each in versions})
    await unname(tx, desk, [*about, *await _empty_trash(tx, at, names, trashed)], names)


async def _in_trash(desk: Desk, ids: Collection[str]) -> Mapping[str, list[str]]:
    """The nodes of the trash that hold each of these persons, or an observation of theirs."""
    rows = await kept_rows(desk, "Trash", ("id", "items", "about"), None) if ids else []
    found: defaultdict[str, list[str]] = defaultdict(list)
    for node, inside, about in rows:
        for id in {*(inside or ()), *(about or ())}.intersection(ids):
            found[id].append(node)
    return found


async def _empty_trash(tx: Transaction, at: Ref, names: Sequence[str], trashed: Collection[str]) -> list[Ref]:
    """The observations of the person, who is taken, with what sat below, out of these nodes of the trash.

    So they are out of what was deleted by itself and sat in the person. Those that lie there themselves tell none of
    the names any more.
    """
    about: list[Ref] = []
    children = await tx.find("Trash", "parent", [at.id])
    for row in await tx.lock_all("Trash", [*trashed, *(each["id"] for each in children if each["id"] not in trashed)]):
        whole = trash.read(row["data"])
        mine = [each for each in whole.items if isinstance(each, Observation) and each.subject == at]
        about += [ref(each) for each in mine]
        about += [source(link) for link in whole.incoming if target(link) == at and link.source_label == "Observation"]
        gone = [each for each in whole.items if at in (ref(each), each.parent)]
        left = trash.without(whole, set(map(ref, gone)))
        if left is None:
            await tx.remove("Trash", [row["id"]])
        elif mine or gone:
            left = _unnamed(left, {each.id for each in mine}, names)
            await tx.update("Trash", row["id"], {**trash.kept(left), "path": left.items[0].path})
        await _keep_away(tx, gone)
    return about


def _unnamed(whole: trash.Whole, ids: Collection[str], names: Sequence[str]) -> trash.Whole:
    """What lies in the trash, with these items without the names; their titles are made anew when they come back."""
    told = [unnamed(each, names) if each.id in ids else each for each in whole.items]
    retold = [new.id for old, new in zip(whole.items, told, strict=True) if new.title != old.title]
    paths = tuple((path, id) for path, id in whole.redirects if id not in ids)
    drafts = tuple(row for row in whole.drafts if row["id"] not in ids)
    return replace(whole, items=tuple(told), redirects=paths, drafts=drafts, made=(*whole.made, *retold))
