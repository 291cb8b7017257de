"""The items that lead to what is deleted: they change when it goes, and again when it comes back."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from directory.checking import allows
from directory.desk import Desk
from directory.item import Item
from directory.titling import retitled, titles_follow
from directory.values import Ref
from directory.writing import Entry, Found, by_type, keep_all_changed, locked, with_values
from directory.written import changed_fields, kept_links, link_values, links, ref
from graph import NewLink, StoredLink, Transaction


async def leading_to(tx: Transaction, gone: Sequence[Item]) -> list[NewLink]:
    """The links to these items from others, in one order: engines have none."""
    inside = {ref(each) for each in gone}
    found = []
    for label, ids in by_type(inside).items():
        for id, link in await tx.links_of(label, ids, outgoing=False):
            if Ref(link.other_label, link.other) not in inside:
                own = dict(sorted(link.properties.items()))
                found.append(NewLink(link.type, link.other_label, link.other, label, id, own))
    return sorted(found, key=_rank)


def _rank(link: NewLink) -> tuple[str, ...]:
    return link.source_label, link.source, link.type, link.target, *map(str, link.properties.values())


async def let_go(tx: Transaction, desk: Desk, at: str, incoming: Sequence[NewLink]) -> list[Entry]:
    """The changes of the items that lead there, written: they do no longer."""
    gone = {target(link) for link in incoming}
    changes = [
        (each, relinked(each.item, (link for link in links(each.item) if target(link) not in gone)))
        for each in (await locked(tx, map(source, incoming))).values()
    ]
    return await _changed(tx, desk, at, "unlink", changes)


async def lead_back(tx: Transaction, desk: Desk, at: str, incoming: Sequence[NewLink]) -> list[Entry]:
    """The changes of the items that lead there again, written.

    What was chosen in their place meanwhile stays, and so does what a rule would refuse now.
    """
    from_each: dict[Ref, list[NewLink]] = defaultdict(list)
    for link in incoming:
        from_each[source(link)].append(link)
    changes = []
    for source_ref, before in (await locked(tx, from_each)).items():
        after = _led_again(before.item, from_each[source_ref])
        if after != before.item and not await allows(tx, desk, after, before.item):
            after = before.item
            for link in from_each[source_ref]:  # one by one, for those that may come back
                again = _led_again(after, [link])
                if again != after and await allows(tx, desk, again, after):
                    after = again
        if after is not before.item:
            changes.append((before, after))
    return await _changed(tx, desk, at, "link", changes)


async def _changed(
    tx: Transaction, desk: Desk, at: str, action: str, changes: Sequence[tuple[Found, Item]]
) -> list[Entry]:
    stamp = {"modified": at, "modified_by": desk.actor.id}
    ordered = sorted(changes, key=lambda change: (ref(change[1]).type, change[1].id))
    titled = await retitled(tx, [(old.item, after) for old, after in ordered])
    stamped = [
        (old, with_values(after, {**stamp, "version": old.version + 1}))
        for (old, _), after in zip(ordered, titled, strict=True)
    ]
    await keep_all_changed(tx, desk, stamped)
    await titles_follow(tx, desk, [(old.item, after) for old, after in stamped])
    return [Entry(action, old.view, after, changed_fields(old.item, after), kept=old.item) for old, after in stamped]


def _led_again(item: Item, found: Iterable[NewLink]) -> Item:
    """The item with those of the links whose field is still there, and does not lead elsewhere now."""
    fields = {each.relationship: each for each in kept_links(type(item).__name__)}
    led = {each.relationship for each in fields.values() if not each.several and getattr(item, each.name)}
    again = []
    for link in found:
        if link.type in fields and link.type not in led:
            again.append(link)
            led |= set() if fields[link.type].several else {link.type}
    return relinked(item, [*links(item), *again]) if again else item


def relinked(item: Item, found: Iterable[NewLink]) -> Item:
    """The item with these links instead of its own."""
    stored = [StoredLink(link.type, True, link.target_label, link.target, dict(link.properties)) for link in found]
    return with_values(item, link_values(type(item).__name__, stored))


def source(link: NewLink) -> Ref:
    """The item that a link starts from."""
    return Ref(link.source_label, link.source)


def target(link: NewLink) -> Ref:
    """The item that a link leads to."""
    return Ref(link.target_label, link.target)
