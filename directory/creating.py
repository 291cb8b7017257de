"""New items: their place, their title, their address, and what they may not be."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import orjson

from directory import placing
from directory.checking import as_given, check, content_type, read_values
from directory.desk import Desk, now
from directory.enums import State
from directory.errors import Conflict, Duplicate, Fault, Invalid, NotAllowed, NotFound
from directory.item import Item
from directory.links import link_facts, parent_fields, targets
from directory.permissions import may, needed
from directory.structure import MISSING
from directory.surroundings import leads_to
from directory.text import slug as slug_of
from directory.titling import titled
from directory.types import CONTENT_TYPES
from directory.validate import REQUIRED
from directory.values import Ref
from directory.writing import Entry, found, keep_new, path_below, seen_id, tell, transact, with_values
from directory.written import parent_values, ref
from graph import NewNode, Transaction

TRIES: Final = 20
"""Slugs looked up at once when the plain one is taken."""
Child = tuple[str, str, Mapping[str, Any]]
"""A type, the field of it that leads to the item above, its other values."""


@dataclass(frozen=True, slots=True)
class New:
    """An item to make: its type, its values as its fields hold them, its id, other faults; its place if told."""

    cls: type[Item]
    values: Mapping[str, Any]
    id: str
    wrong: tuple[Fault, ...] = ()
    place: Ref | None = None


async def create(
    desk: Desk,
    type_name: str,
    values: Mapping[str, Any],
    *,
    id: str | None = None,
    idempotency_key: str | None = None,
) -> Item:
    """The new item, private. With the key of an earlier create, the item that one made.

    Values are by field name. Without a `parent`, or a field that names it, it sits where its type does. Without a slug
    it gets one from its title. Raises Invalid, NotAllowed, NotFound (the parent), Duplicate, Conflict.
    """
    return await _create(desk, type_name, values, (), id, idempotency_key)


async def create_nested(
    desk: Desk,
    type_name: str,
    values: Mapping[str, Any],
    children: Sequence[Child],
    *,
    id: str | None = None,
    idempotency_key: str | None = None,
) -> Item:
    """The new item, made together with others that link to it by the field each names: all of them or none.

    The path of a fault in the child number n starts with `children`, n.
    """
    return await _create(desk, type_name, values, children, id, idempotency_key)


async def replay(desk: Desk, idempotency_key: str, type_name: str, values: Mapping[str, Any]) -> Ref | None:
    """The item that a create with this key has made already, None when there was none.

    Raises Conflict when the key was used with other values.
    """
    told = _told(type_name, values, ())
    return await desk.graph.write(lambda tx: _replayed(tx, _replay_id(desk, idempotency_key), told))


async def _create(
    desk: Desk,
    type_name: str,
    values: Mapping[str, Any],
    children: Sequence[Child],
    id: str | None,
    key: str | None,
) -> Item:
    root = _new(desk, content_type(type_name), values, id)
    below = [_child(desk, Ref(type_name, root.id), child, place) for place, child in enumerate(children)]
    at = now(desk)
    replay_id, told = (_replay_id(desk, key), _told(type_name, values, children)) if key else ("", "")

    async def work(tx: Transaction) -> Item:
        if key and (earlier := await _replayed(tx, replay_id, told)):
            return (await found(tx, desk, earlier)).item
        made = await _all_made(tx, desk, at, root, below)
        if key:
            await tx.create([NewNode("Replay", _replay(replay_id, told, made[0], at))])
        await tell(tx, desk, at, [Entry("create", None, each) for each in made])
        return made[0]

    return await transact(desk, work)


async def _all_made(tx: Transaction, desk: Desk, at: str, root: New, below: Sequence[New]) -> list[Item]:
    """The items, written, the root first. Raises Invalid with the faults of all of them."""
    made: list[Item] = []
    faults: list[Fault] = []
    try:
        made.append(await make(tx, desk, at, root))
    except Invalid as error:
        faults += error.faults
    refused = root if faults else None
    for place, new in enumerate(below):
        try:
            made.append(await _at_place(("children", str(place)), make, tx, desk, at, new, refused=refused))
        except Invalid as error:
            faults += error.faults
        except NotFound as error:
            faults.append(Fault(error.code, error.path, str(error)))
    if faults:
        raise Invalid(tuple(faults))
    return made


def _child(desk: Desk, above: Ref, child: Child, place: int) -> New:
    type_name, field, values = child
    cls = content_type(type_name)
    fact = link_facts(cls).get(field)
    if fact is None:
        raise Invalid((Fault("INVALID", ("children", str(place)), f"{type_name} has no link {field!r}."),))
    return _new(desk, cls, {**values, field: (above,) if fact.several else above})


def _new(desk: Desk, cls: type[Item], values: Mapping[str, Any], id: str | None = None) -> New:
    read, wrong = read_values(desk, cls, values)
    place = placing.parent(cls, as_given(desk, cls, values)[0])
    return New(cls, read, id or desk.new_id(), wrong, place)


async def _at_place(place: tuple[str, ...], verb: Callable[..., Any], *arguments: Any, **more: Any) -> Any:
    """What the verb gives; the paths of its faults start with the place."""
    try:
        return await verb(*arguments, **more)
    except Invalid as error:
        raise _moved(error, place) from None
    except (NotFound, Duplicate, NotAllowed) as error:
        error.path = (*place, *error.path)
        raise


def _moved(error: Invalid, place: tuple[str, ...]) -> Invalid:
    return Invalid(tuple(Fault(each.code, place + each.path, each.message, each.near) for each in error.faults))


# One item ------------------------------------------------------------------------------------------------------------


async def make(
    tx: Transaction, desk: Desk, at: str, new: New, state: State | None = None, refused: New | None = None
) -> Item:
    """The new item, written; the change is not told yet. Only what is allowed otherwise is made in another `state`.

    Below an item that was `refused`, it is judged as if that one were there, and nothing is written.
    """
    above = await _above(tx, desk, new, state is None, refused)
    place = placed(new.cls, ref(above) if above else None)
    new = replace(new, wrong=(*new.wrong, *_elsewhere(new, place)))
    values = {**new.values, **place}
    if not values.get("title"):
        values["title"] = await titled(tx, new.cls, values)
    draft = new.cls(**{**values, **_born(desk, at, new, above), **({"state": state.value} if state else {})})
    if refused or (above is None and new.cls.declared.sits_in):
        await _judge(tx, desk, with_values(draft, {"slug": draft.slug or automatic_slug(draft)}), new, refused)
        return draft
    slug = await free_slug(tx, desk, draft, above, values.get("slug"))
    item = with_values(draft, {"slug": slug, "path": path_of(above, slug)})
    await _judge(tx, desk, item, new)
    await keep_new(tx, desk, [item])
    return item


async def _judge(tx: Transaction, desk: Desk, item: Item, new: New, refused: New | None = None) -> None:
    """Nothing when the item may be made. Raises Invalid; that the one above it was refused is no fault of its own."""
    try:
        await check(tx, desk, item, wrong=new.wrong)
    except Invalid as error:
        there = Ref(refused.cls.__name__, refused.id) if refused else None
        absent = [path for path, target in leads_to(item) if target == there]
        others = [each for each in error.faults if each.code != MISSING or each.path not in absent]
        told = tuple(_as_given(new.cls, others, there is not None))
        if told:
            raise Invalid(told) from None


def _as_given(cls: type[Item], faults: Sequence[Fault], below: bool) -> Iterator[Fault]:
    """The faults without those that others bring about: a title made of what is missing, a place named by a field.

    A missing place is told of the field that names it, where one always does. `below` an item that was refused, that
    one may be what the title is made of.
    """
    owners = parent_fields(cls)
    named = {each for name in owners for each in targets(cls.__name__, link_facts(cls)[name])}
    is_told = any(each.path[:1] in [(name,) for name in owners] for each in faults)
    is_made = cls.declared.title_pattern is not None and (below or len(faults) > 1)
    for fault in faults:
        if is_made and (fault.path, fault.message) == (("title",), REQUIRED):
            continue
        if fault.path != ("parent",) or not named >= set(cls.declared.sits_in):
            yield fault
        elif not is_told:
            yield replace(fault, path=(owners[0],))


async def _above(tx: Transaction, desk: Desk, new: New, asks: bool, refused: New | None = None) -> Item | None:
    """The parent, which nobody moves or deletes meanwhile; None for the root of the tree, and where none is named."""
    place = new.place or placing.parent(new.cls, new.values)
    if place is None:
        if not new.cls.declared.sits_in and not desk.actor.site_admin:
            raise NotAllowed
        return None
    if refused and place == Ref(refused.cls.__name__, refused.id):
        return refused.cls(id=refused.id)
    try:
        above = (await found(tx, desk, place)).item
    except NotFound:
        named = next((name for name in parent_fields(new.cls) if new.values.get(name) == place), "parent")
        raise NotFound((named,)) from None
    if asks:
        require(desk, "create", above)
    return above


def require(desk: Desk, action: str, item: Item) -> None:
    """Nothing when the actor may do this to the item. Raises NotAllowed with the role it asks for."""
    if not may(desk.actor, action, item):
        who = needed(action, item)
        raise NotAllowed(required_role=who.role if who else None)


def placed(cls: type[Item], above: Ref | None) -> dict[str, Any]:
    """The values of `parent` and of the fields that name it."""
    return {"parent": above, **parent_values(cls.__name__, above)}


def _elsewhere(new: New, place: Mapping[str, Any]) -> tuple[Fault, ...]:
    """A fault for each field that names another place than the one where the item is put."""
    named = [name for name in place if new.values.get(name) not in (None, place[name])]
    return tuple(Fault("INVALID", (name,), "It sits elsewhere: name one place.") for name in named)


def _born(desk: Desk, at: str, new: New, above: Item | None) -> dict[str, Any]:
    """What the system sets on a new item."""
    directory_wide = {} if "language" in new.values or new.cls.declared.family == "editorial" else {"language": "und"}
    return {
        **directory_wide,
        "id": new.id,
        "translation_group": new.values.get("translation_group") or new.id,
        "state": State.PRIVATE.value,
        "version": 1,
        "created": at,
        "created_by": desk.actor.id,
        "modified": at,
        "modified_by": desk.actor.id,
        "verified_by": desk.actor.id if new.values.get("verified_on") else None,
        "scope": above.scope if above else new.id,
    }


# Slugs ---------------------------------------------------------------------------------------------------------------


def path_of(above: Item | None, slug: str) -> str:
    """The path of an item with this slug; the root's is a single slash."""
    return path_below(above.path, slug) if above else "/"


async def free_slug(tx: Transaction, desk: Desk, item: Item, above: Item | None, given: str | None) -> str:
    """The slug given, when it is free; else the first free one of those made from the title.

    Raises Duplicate when the one given is taken.
    """
    if given:
        taken = await _taken(tx, item, above, [given])
        if given in taken:
            raise Duplicate("slug", given, await seen_id(tx, desk, taken[given]))
        return given
    plain = automatic_slug(item)
    for start in range(0, 50 * TRIES, TRIES):
        tries = [f"{plain[:74]}-{n}" if n else plain for n in range(start, start + TRIES)]
        taken = await _taken(tx, item, above, tries)
        free = next((each for each in tries if each not in taken), None)
        if free is not None:
            return free
    return item.id


def automatic_slug(item: Item) -> str:
    """The slug made from the item's title, in English when there is one; else from its type."""
    title: Any = item.title
    texts = [title.get("en"), *title.values()] if isinstance(title, Mapping) else [title]
    made = next((slug for text in texts if text and (slug := slug_of(text))), "")
    return made if made not in ("", "api", "graphql") else type(item).__name__.lower()


async def _taken(tx: Transaction, item: Item, above: Item | None, slugs: Sequence[str]) -> dict[str, Ref]:
    """Those of the slugs that another item has where it must be the only one."""
    type_name = type(item).__name__
    paths = {path_of(above, slug): slug for slug in slugs}
    rows = await tx.find("Address", "id", list(paths))
    found = {paths[row["id"]]: Ref(row["type"], row["item"]) for row in rows if row["current"]}
    if CONTENT_TYPES[type_name].declared.slug_is_unique:
        found |= {row["slug"]: Ref(type_name, row["id"]) for row in await tx.find(type_name, "slug", list(slugs))}
    return {slug: at for slug, at in found.items() if at.id != item.id}


# Once only -----------------------------------------------------------------------------------------------------------


def _replay_id(desk: Desk, key: str) -> str:
    return f"{desk.actor.id or ''}:{key}"


def _told(type_name: str, values: Mapping[str, Any], children: Sequence[Child]) -> str:
    """A fingerprint of what a create was given."""
    options = orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_NON_STR_KEYS
    told = [type_name, dict(values), [[name, field, dict(below)] for name, field, below in children]]
    return hashlib.sha256(orjson.dumps(told, default=repr, option=options)).hexdigest()


def _replay(id: str, told: str, made: Item, at: str) -> dict[str, Any]:
    return {"id": id, "input": told, "item": made.id, "type": type(made).__name__, "at": at}


async def _replayed(tx: Transaction, id: str, told: str) -> Ref | None:
    rows = await tx.find("Replay", "id", [id])
    if not rows:
        return None
    if rows[0]["input"] != told:
        raise Conflict(message="This idempotency key was used with other values.", path=("idempotencyKey",))
    return Ref(rows[0]["type"], rows[0]["item"])
