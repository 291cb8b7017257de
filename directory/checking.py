"""Whether an item may be written: values read, links that lead somewhere the actor sees, every rule of validation."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from directory.desk import Desk
from directory.errors import BadInput, Conflict, Fault, Invalid
from directory.item import Family, Item
from directory.links import link_facts, relationship
from directory.permissions import sees, sight
from directory.surroundings import LOOKED_AT, Chain, Needs, Surroundings, leads_to, led_to, needs
from directory.types import CONTENT_TYPES
from directory.types.editorial import Folder
from directory.types.organisations import Organisation
from directory.validate import Local, faults, parse
from directory.values import Ref
from directory.writing import by_type, items
from directory.written import in_order, kept_links, ref
from graph import Transaction


def content_type(name: str) -> type[Item]:
    """The content type of that name. Raises BadInput."""
    if name not in CONTENT_TYPES:
        raise BadInput(f"There is no type {name!r}.", ("type",))
    return CONTENT_TYPES[name]


Read = tuple[dict[str, Any], tuple[Fault, ...]]
"""Values that could be read, and the faults of those that could not."""


def read_values(desk: Desk, cls: type[Item], values: Mapping[str, Any], before: Item | None = None) -> Read:
    """The values as the fields of the type hold them, links in their one order; and every fault in them."""
    read, wrong = as_given(desk, cls, values, before)
    several = [kept.name for kept in kept_links(cls.__name__) if kept.several and kept.name in read]
    return read | {name: in_order(read[name]) for name in several}, wrong


def as_given(desk: Desk, cls: type[Item], values: Mapping[str, Any], before: Item | None = None) -> Read:
    """As `read_values`, links in the order in which they are given."""
    return parse(cls, values, Local(vocabularies=desk.vocabularies, before=before))


def accepted(desk: Desk, cls: type[Item], values: Mapping[str, Any], before: Item | None = None) -> dict[str, Any]:
    """The values as the fields of the type hold them. Raises Invalid with every fault in them."""
    read, wrong = read_values(desk, cls, values, before)
    if wrong:
        raise Invalid(wrong)
    return read


async def check(
    tx: Transaction,
    desk: Desk,
    after: Item,
    before: Item | None = None,
    wrong: tuple[Fault, ...] = (),
    draft: Item | None = None,
) -> None:
    """Nothing when the item may be written as `after`. Raises Invalid with every fault; Conflict for a translation.

    `wrong` are faults of values that could not be read: what follows from their absence is not told beside them.
    `draft` is what editors made of it: links were judged when they were put there.
    """
    unread = {fault.path[:1] for fault in wrong}
    found = faults(after, await surroundings(tx, desk, after, before, draft))
    beside = (*await _unknown_group(tx, desk, after, before), *await _relied_on(tx, desk, after, before))
    told = (*wrong, *(fault for fault in (*found, *beside) if fault.path[:1] not in unread))
    if told:
        raise Invalid(told)
    await _refuse_language(tx, after, before)


async def _relied_on(tx: Transaction, desk: Desk, after: Item, before: Item | None) -> tuple[Fault, ...]:
    """A fault for what changes of an item though others, which the actor sees, may lead there only as it was."""
    looked = LOOKED_AT.get(after.declared.name, ()) if not isinstance(after, Folder) else ()  # what sits there may stay
    names = [name for name in looked if before and getattr(before, name) != getattr(after, name)]
    if before is None or not names:
        return ()
    me, eyes = ref(after), sight(desk)
    ends = await tx.links_of(me.type, [me.id], outgoing=False)
    there = await items(tx, [Ref(end.other_label, end.other) for _, end in ends])
    leading = [each for each in there.values() if sees(eyes, each)]
    around = await looked_at(tx, [at for each in leading for at in led_to(each)])

    def wrong(each: Item, known: Item) -> set[Fault]:
        return set(faults(each, Surroundings({**around, me: known}, before=each, vocabularies=desk.vocabularies)))

    if all(wrong(each, after) <= wrong(each, before) for each in leading):
        return ()
    return (Fault("INVALID", (names[0],), "Other items may lead here only as it was: change them first."),)


async def check_again(tx: Transaction, desk: Desk, back: Sequence[Item]) -> None:
    """Nothing when these items, which are back from the trash, may stay. Raises Invalid; Conflict for a translation.

    What they are left without is not asked for, nor whether an item among them allows those that sit in it.
    """
    there = await looked_at(tx, [at for each in back for at in led_to(each)])
    inside = set(map(ref, back))
    for each in back:
        same = await _same_siret(tx, each, each.siret if isinstance(each, Organisation) else None, None)
        before = each if each.parent in inside else None
        found = faults(each, Surroundings(there, {}, same, before, desk.vocabularies))
        if wrong := tuple(fault for fault in found if getattr(each, fault.path[0]) not in (None, "", (), {})):
            raise Invalid(wrong)
        await _refuse_language(tx, each, None)


async def allows(tx: Transaction, desk: Desk, after: Item, before: Item) -> bool:
    """Whether the item, as `after`, breaks no rule that it did not break before; its links are not asked about."""
    found = faults(after, await surroundings(tx, desk, after, before, after))
    return not found or set(found) <= set(faults(before, await surroundings(tx, desk, before, before)))


async def surroundings(
    tx: Transaction, desk: Desk, after: Item, before: Item | None, draft: Item | None = None
) -> Surroundings:
    """What validation must know of other items: what is hidden from the actor is not there, unless it was linked."""
    asked = needs(after)
    old = {target for each in (before, draft) if each for _, target in leads_to(each)}
    there = await looked_at(tx, asked.items)
    eyes = sight(desk)
    linked = {at: each for at, each in there.items() if at in old or sees(eyes, each)}
    beyond = {chain.fields: await _beyond(tx, chain) for chain in _open_chains(asked, after, before)}
    return Surroundings(linked, beyond, await _same_siret(tx, after, asked.siret, before), before, desk.vocabularies)


async def looked_at(tx: Transaction, refs: Iterable[Ref]) -> dict[Ref, Item]:
    """The items that are there, whoever may see them, with their links only where a rule looks at them."""
    wanted = list(dict.fromkeys(refs))
    bound = {
        name for name, names in LOOKED_AT.items() if any(each in link_facts(CONTENT_TYPES[name]) for each in names)
    }
    whole = await items(tx, [at for at in wanted if at.type in bound])
    return whole | await items(tx, [at for at in wanted if at.type not in bound], links=False)


def _open_chains(asked: Needs, after: Item, before: Item | None) -> list[Chain]:
    """The chains that may lead back: nothing leads to a new item, and what has not changed has been judged."""
    if before is None:
        return []
    return [
        chain for chain in asked.chains if any(getattr(before, name) != getattr(after, name) for name in chain.fields)
    ]


async def _beyond(tx: Transaction, chain: Chain) -> frozenset[Ref]:
    """Everything met along a chain, its starts included."""
    seen: set[Ref] = set()
    waiting = set(chain.starts)
    while waiting:
        seen |= waiting
        met: set[Ref] = set()
        for label, ids in by_type(waiting).items():
            kinds = {
                relationship(label, fact)
                for name, fact in link_facts(CONTENT_TYPES[label]).items()
                if name in chain.fields
            }
            ends = await tx.links_of(label, ids)
            met |= {Ref(link.other_label, link.other) for _, link in ends if link.type in kinds}
        waiting = met - seen
    return frozenset(seen)


async def _same_siret(tx: Transaction, after: Item, siret: str | None, before: Item | None) -> tuple[Organisation, ...]:
    """The other organisations with the SIRET, when it has changed, or whose branch the organisation is."""
    if siret is None or (
        isinstance(before, Organisation)
        and isinstance(after, Organisation)
        and (before.siret, before.branch_of) == (siret, after.branch_of)
    ):
        return ()
    rows = await tx.find("Organisation", "siret", [siret])
    others = await items(tx, [Ref("Organisation", row["id"]) for row in rows if row["id"] != after.id])
    return tuple(each for each in others.values() if isinstance(each, Organisation))


async def can_join(tx: Transaction, desk: Desk, after: Item, before: Item) -> bool:
    """Whether the translation group of the item is there, and has no other item of its language."""
    return not await _unknown_group(tx, desk, after, before) and not await same_language(tx, [(before, after)])


async def _unknown_group(tx: Transaction, desk: Desk, after: Item, before: Item | None) -> tuple[Fault, ...]:
    """A fault when a translation joins a group in which the actor sees no item of its type."""
    group = after.translation_group
    if group == after.id or (before and group == before.translation_group):
        return ()
    type_name, eyes = ref(after).type, sight(desk)
    rows = await tx.find(type_name, "translation_group", [group])
    others = await items(tx, [Ref(type_name, row["id"]) for row in rows if row["id"] != after.id], links=False)
    if any(sees(eyes, each) for each in others.values()):
        return ()
    return (Fault("INVALID", ("translation_group",), "There is no such group of items of this type."),)


async def _refuse_language(tx: Transaction, after: Item, before: Item | None) -> None:
    """Refuses a second item of one language among translations."""
    if await same_language(tx, [(before, after)]):
        raise Conflict(message=f"The group has an item in {after.language} already.", path=("language",))


async def same_language(tx: Transaction, changes: Iterable[tuple[Item | None, Item]]) -> list[Item]:
    """Those of these items that have, or will have, a language that another one has in their translation group."""
    new = [
        after
        for before, after in changes
        if after.declared.family is Family.EDITORIAL and (before is None or _place(before) != _place(after))
    ]
    found = []
    for label, ids in by_type(map(ref, new)).items():
        mine = {each.id: each for each in new if ref(each).type == label}
        rows = await tx.find(label, "translation_group", sorted({each.translation_group for each in mine.values()}))
        has = {(row["translation_group"], row["language"]): row["id"] for row in rows if row["id"] not in mine}
        found += [mine[id] for id in ids if has.setdefault(_place(mine[id]), id) != id]
    return found


def _place(item: Item) -> tuple[str | None, str]:
    return item.translation_group, item.language
