"""Many complete items at once, for imports: one transaction a batch, each as whole as a single change."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from directory.checking import looked_at, same_language
from directory.creating import automatic_slug, placed
from directory.desk import Desk, now
from directory.enums import Role, State
from directory.errors import Conflict, Duplicate, Fault, Invalid, NotAllowed
from directory.item import Item
from directory.surroundings import Surroundings, leads_to, needs
from directory.titling import lock_named, refuse_hidden, retitled, titles_follow
from directory.types.organisations import Organisation
from directory.validate import faults
from directory.values import Ref
from directory.writing import (
    Entry,
    Found,
    items,
    keep_all_changed,
    keep_new,
    locked,
    path_below,
    tell,
    tell_load,
    transact,
    with_values,
)
from directory.written import changed_fields, in_order, kept_links, ref
from graph import Transaction

BATCH: Final = 2_000
"""Items written in one transaction: a bundle fits in one, a long load does not hold everybody else up."""
TRIES: Final = 6
"""Slugs made from one title that are looked up beyond those needed, at first."""
Place = tuple[str, str]
"""The path and the scope of a parent."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What values were made from: the `version` of each item, 0 of what was not there, and the `fields` that change.

    `titled` are the items whose titles are given: they keep these, also where a pattern would make others.
    """

    versions: Mapping[Ref, int] = field(default_factory=dict)
    fields: Mapping[Ref, Collection[str]] = field(default_factory=dict)
    titled: Collection[Ref] = ()


NOTHING: Final = Seen()


async def load(
    desk: Desk,
    loaded: Sequence[Item],
    *,
    batch: int = BATCH,
    progress: Callable[[int], None] | None = None,
    seen: Seen = NOTHING,
) -> None:
    """Nothing, once these items are kept: new ones are created, those whose id is known get the values given.

    Ids, parents and links are decided by the caller; a new item without a slug gets one from its title. What the system
    sets is set here: paths, scopes, versions, dates. A known item keeps its place, its state and its slug. New ones
    have the state given; persons and mandates are private. For managers of the scopes written to. Links may lead to
    items of the same load. Up to `batch` items are one transaction; beyond, each batch is one. `progress` is told how
    many more are kept. `seen` is what the values were made from: raises Conflict when a version is another now, and of
    an item that it names changes only these fields. Raises Invalid with every fault of a batch, each path starting with
    the item's id.
    """
    whole = {ref(each): tidy(each) for each in loaded}
    if len(whole) < len(loaded):
        raise Conflict(message="An item is given twice.")
    batches = list(_batches(whole, batch))
    for part in batches:
        await _load(desk, whole, part, seen)
        if progress:
            progress(len(part.items))
    again = [each for part in batches for each in part.later]
    for start in range(0, len(again), batch):
        await _load(desk, whole, Part(tuple(again[start : start + batch]), ()), replace(seen, versions={}))


# Batches -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Part:
    """The items of one transaction; `later` are those that link to what only a later one brings."""

    items: tuple[Item, ...]
    later: tuple[Item, ...]


def _batches(whole: Mapping[Ref, Item], size: int) -> Iterator[Part]:
    """The items in parts, each item after those that it leads to; where links go round, without those ahead."""
    order = list(_ordered(whole))
    place = {at: rank // size for rank, at in enumerate(order)}
    for start in range(0, len(order), size):
        kept, later = [], []
        for at in order[start : start + size]:
            item = whole[at]
            ahead = {to for _, to in leads_to(item) if place.get(to, 0) > start // size}
            kept.append(_without(item, ahead) if ahead else item)
            later += [item] if ahead else []
        yield Part(tuple(kept), tuple(later))


def _ordered(whole: Mapping[Ref, Item]) -> Iterator[Ref]:
    """The references, each after its parent, and after the ends of its links where these do not go round."""
    begun: set[Ref] = set()
    open_: set[Ref] = set()
    for root in whole:
        stack = [(root, False)]
        while stack:
            at, is_ready = stack.pop()
            if is_ready:
                open_.discard(at)
                yield at
            elif at not in begun and not _is_below(whole, at, open_):
                begun.add(at)
                open_.add(at)
                stack.append((at, True))
                stack.extend((to, False) for _, to in leads_to(whole[at]) if to in whole and to not in begun)


def _is_below(whole: Mapping[Ref, Item], at: Ref, open_: set[Ref]) -> bool:
    """Whether something above is still to come: the item then has its turn after it."""
    above = whole[at].parent
    while above is not None and above in whole:
        if above in open_:
            return True
        above = whole[above].parent
    return False


def _without(item: Item, ahead: set[Ref]) -> Item:
    """The item without its links to these, the parent apart."""
    values: dict[str, Any] = {}
    for kept in kept_links(type(item).__name__):
        value = getattr(item, kept.name)
        if kept.cites:
            values[kept.name] = tuple(each for each in value if each.document not in ahead)
        elif kept.several:
            values[kept.name] = tuple(each for each in value if each not in ahead)
        elif value in ahead and kept.name != "parent":
            values[kept.name] = None
    return with_values(item, values)


def tidy(item: Item) -> Item:
    """The item with its links each once, in their one order."""
    several = [kept.name for kept in kept_links(type(item).__name__) if kept.several]
    tidy = {name: in_order(value) for name in several if len(value := getattr(item, name)) > 1}
    return with_values(item, tidy) if any(getattr(item, name) != value for name, value in tidy.items()) else item


# One batch -----------------------------------------------------------------------------------------------------------


async def _load(desk: Desk, whole: Mapping[Ref, Item], part: Part, seen: Seen = NOTHING) -> None:
    async def work(tx: Transaction) -> None:
        at = now(desk)
        known = await locked(tx, map(ref, part.items))
        places = await _places(tx, part.items, known)
        own = [each.item.scope for each in known.values()]
        _require_manager(desk, [*own, *(scope for _, scope in places.values())])
        _refuse_stale(part.items, known, seen.versions)
        slugs = await _slugs(tx, [each for each in part.items if ref(each) not in known], places)
        new = _created(desk, at, [each for each in part.items if ref(each) not in known], places, slugs)
        given = [_only(known[ref(each)].item, each, seen) for each in part.items if ref(each) in known]
        changed = [_updated(desk, at, known[ref(each)], each) for each in given]
        titled = await retitled(tx, [(before.item, after) for before, after in changed])
        both = zip((before for before, _ in changed), titled, strict=True)
        changes = [(before, after, fields) for before, after in both if (fields := _differing(before, after))]
        await lock_named(tx, [*new, *(after for _, after, _ in changes)])
        await _check(tx, whole, [*((None, each) for each in new), *((old.item, after) for old, after, _ in changes)])
        pairs = [(old.item, after) for old, after, _ in changes]
        await refuse_hidden(tx, pairs)
        await keep_new(tx, desk, new)
        await keep_all_changed(tx, desk, [(before, after) for before, after, _ in changes])
        await titles_follow(tx, desk, pairs, seen.titled)
        if new:
            await tell_load(tx, desk, at, new)
        if changes:
            told = (Entry("update", old.view, after, fields, kept=old.item) for old, after, fields in changes)
            await tell(tx, desk, at, [*told])

    await transact(desk, work)


def _only(known: Item, given: Item, seen: Seen) -> Item:
    """The item with the values given, of the fields that are to change: a title, say, has followed others meanwhile."""
    names = seen.fields.get(ref(given))
    return given if names is None else with_values(known, {name: getattr(given, name) for name in names})


def _refuse_stale(part: Iterable[Item], known: Mapping[Ref, Found], seen: Mapping[Ref, int]) -> None:
    for at in map(ref, part):
        current = known[at].item.version if at in known else 0
        if seen.get(at, current) != current:
            raise Conflict(current, path=(at.id,))


async def _places(tx: Transaction, part: Iterable[Item], known: Mapping[Ref, Found]) -> dict[Ref, Place]:
    """The path and scope of every parent that is in the graph already."""
    parents = {each.parent for each in part if each.parent}
    there = {at: found.item for at, found in known.items() if at in parents}
    there |= await items(tx, [at for at in parents if at not in there], links=False)
    return {at: (each.path, each.scope) for at, each in there.items()}


def _require_manager(desk: Desk, scopes: Iterable[str]) -> None:
    actor = desk.actor
    if not all(actor.at_least(Role.MANAGER, scope) for scope in scopes) or not (actor.site_admin or actor.roles):
        raise NotAllowed(required_role=Role.MANAGER)


def _created(
    desk: Desk, at: str, new: Sequence[Item], places: dict[Ref, Place], slugs: Mapping[str, str]
) -> list[Item]:
    """The new items with what the system sets; their own places are added to `places`."""
    made = []
    for each in new:
        if each.parent is not None and each.parent not in places:
            raise Invalid((Fault("NOT_FOUND", (each.id, "parent"), "There is no such parent."),))
        place = places[each.parent] if each.parent else ("/", each.id)
        values = {**_state(each), "slug": slugs[each.id]}
        made.append(born(desk, at, each, values, place))
        places[ref(each)] = (made[-1].path, made[-1].scope)
    return made


def _state(item: Item) -> dict[str, Any]:
    return {"state": State.PRIVATE.value} if item.declared.private else {}


def born(desk: Desk, at: str, item: Item, values: Mapping[str, Any], place: Place) -> Item:
    """The new item with what the system sets, and these values."""
    path = "/" if item.parent is None else path_below(place[0], values.get("slug") or item.slug)
    return with_values(
        item,
        {
            "path": path,
            "scope": place[1],
            "version": 1,
            "created": at,
            "created_by": desk.actor.id,
            "modified": at,
            "modified_by": desk.actor.id,
            "translation_group": item.translation_group or item.id,
            **placed(type(item), item.parent),
            **values,
        },
    )


def _updated(desk: Desk, at: str, before: Found, given: Item) -> tuple[Found, Item]:
    """The known item with the values given: what is the system's, its place and its state stay as they are."""
    old = before.item
    names = ("id", "slug", "path", "state", "created", "created_by", "scope")
    kept = {name: getattr(old, name) for name in names}
    checked = given.verified_on is not None and given.verified_on != old.verified_on
    kept["verified_by"] = desk.actor.id if checked else old.verified_by
    group = given.translation_group or old.translation_group
    stamp = {"version": before.version + 1, "modified": at, "modified_by": desk.actor.id, "translation_group": group}
    return before, with_values(given, {**kept, **stamp, **placed(type(old), old.parent)})


def _differing(before: Found, after: Item) -> tuple[str, ...]:
    """The fields that the load changes. Raises NotAllowed when there are some, and the item is archived."""
    fields = changed_fields(before.item, after)
    if fields and before.item.state == State.ARCHIVED:
        raise NotAllowed(f"{before.item.path} is archived: nobody changes it.")
    return fields


# Slugs and rules -----------------------------------------------------------------------------------------------------


async def _slugs(tx: Transaction, new: Sequence[Item], places: Mapping[Ref, Place]) -> dict[str, str]:
    """A slug for each new item, by id: the one it has, else one from its title that no sibling has.

    Slugs of types where they are unique are kept apart in the whole type. Of those made from one title in one place,
    the last is looked up with some that follow, each time with twice as many.
    """
    wanted = {each.id: each.slug or automatic_slug(each) for each in new}
    taken: set[tuple[str, str]] = set()
    asked: set[tuple[str, str]] = set()
    following = TRIES
    while True:
        numbers = _free(new, wanted, taken)
        slugs = {id: _with_number(wanted[id], number) for id, number in numbers.items()}
        tries = {each.id: [slugs[each.id]] for each in new if not asked.issuperset(_keys(each, slugs[each.id]))}
        if not tries:
            return slugs
        last = {_group(each, wanted): each.id for each in new if each.id in tries and not each.slug}
        for id in last.values():
            beyond = range(numbers[id] + 1, numbers[id] + following)
            tries[id] += [_with_number(wanted[id], number) for number in beyond]
        taken |= await _taken(tx, [each for each in new if each.id in tries], tries, places)
        asked |= {key for each in new for slug in tries.get(each.id, ()) for key in _keys(each, slug)}
        following *= 2


def _free(new: Sequence[Item], wanted: Mapping[str, str], taken: Collection[tuple[str, str]]) -> dict[str, int]:
    """The first number with which each slug is free, 0 for the slug itself, by id. Raises Duplicate for one given."""
    used: dict[tuple[str, str], str] = {}
    numbers: dict[str, int] = {}
    follows: dict[tuple[str, str], int] = {}
    for each in sorted(new, key=lambda item: not item.slug):
        group = _group(each, wanted)
        number = 0 if each.slug else follows.get(group, 0)
        slug = _with_number(wanted[each.id], number)
        while any(key in used or key in taken for key in _keys(each, slug)):
            if each.slug:
                raise Duplicate("slug", slug, next((used[key] for key in _keys(each, slug) if key in used), None))
            number += 1
            slug = _with_number(wanted[each.id], number)
        used |= dict.fromkeys(_keys(each, slug), each.id)
        numbers[each.id] = number
        follows[group] = number + 1
    return numbers


def _group(item: Item, wanted: Mapping[str, str]) -> tuple[str, str]:
    """What slugs that are made from one title are counted on in: the type where they are unique, else the parent."""
    parent = item.parent.id if item.parent else ""
    return type(item).__name__ if item.declared.slug_is_unique else parent, wanted[item.id]


def _keys(item: Item, slug: str) -> list[tuple[str, str]]:
    """Where the slug must be the only one: among siblings, and in the type for some."""
    parent = item.parent.id if item.parent else ""
    return [(parent, slug), *([(type(item).__name__, slug)] if item.declared.slug_is_unique else [])]


async def _taken(
    tx: Transaction, new: Sequence[Item], tries: Mapping[str, Sequence[str]], places: Mapping[Ref, Place]
) -> set[tuple[str, str]]:
    """Of the keys of these slugs, by id, those that other items have."""
    paths: dict[str, tuple[str, str]] = {}
    slugs: dict[str, dict[str, None]] = {}
    for each in new:
        if each.parent and each.parent in places:
            parent = each.parent
            paths |= {path_below(places[parent][0], slug): (parent.id, slug) for slug in tries[each.id]}
        if each.declared.slug_is_unique:
            slugs.setdefault(type(each).__name__, {}).update(dict.fromkeys(tries[each.id]))
    rows = await tx.find("Address", "id", list(paths)) if paths else []
    taken = {paths[row["id"]] for row in rows if row["current"]}
    for type_name, names in slugs.items():
        taken |= {(type_name, row["slug"]) for row in await tx.find(type_name, "slug", list(names))}
    return taken


def _with_number(slug: str, number: int) -> str:
    return f"{slug[:72]}-{number}" if number else slug


async def _check(tx: Transaction, whole: Mapping[Ref, Item], pairs: Sequence[tuple[Item | None, Item]]) -> None:
    """Nothing when all may be kept. Raises Invalid with every fault, each path starting with the item's id."""
    asked = [needs(after) for _, after in pairs]
    outside = {at for each in asked for at in each.items if at not in whole}
    there = await looked_at(tx, outside)
    sirets = await _sirets(tx, whole, [each.siret for each in asked if each.siret])
    wrong: list[Fault] = []
    for (before, after), need in zip(pairs, asked, strict=True):
        linked = {at: found for at in need.items if (found := whole.get(at) or there.get(at))}
        same = tuple(each for each in sirets.get(need.siret or "", ()) if each.id != after.id)
        reasons = faults(after, Surroundings(linked, {}, same, before))
        wrong += [Fault(each.code, (after.id, *each.path), each.message, each.near) for each in reasons]
    if wrong:
        raise Invalid(tuple(wrong))
    for each in await same_language(tx, pairs):
        raise Conflict(message=f"The group has an item in {each.language} already.", path=(each.id, "language"))


async def _sirets(
    tx: Transaction, whole: Mapping[Ref, Item], sirets: Sequence[str]
) -> dict[str, tuple[Organisation, ...]]:
    """The organisations with these SIRET, in the graph and in the load, by SIRET."""
    if not sirets:
        return {}
    rows = await tx.find("Organisation", "siret", sirets)
    stored = await items(tx, [at for row in rows if (at := Ref("Organisation", row["id"])) not in whole])
    found: dict[str, tuple[Organisation, ...]] = {}
    for each in (*stored.values(), *whole.values()):
        if isinstance(each, Organisation) and each.siret:
            found[each.siret] = (*found.get(each.siret, ()), each)
    return found
