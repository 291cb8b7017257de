"""Titles that the pattern of a type makes: they follow when what they are made of changes."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Final

from directory import placing
from directory.desk import Desk
from directory.enums import State
from directory.errors import Fault, Invalid
from directory.fields import facts
from directory.item import Item
from directory.links import ways
from directory.rules import named
from directory.surroundings import Surroundings, led_to
from directory.types import CONTENT_TYPES
from directory.types.people import Mandate
from directory.values import Ref
from directory.writing import Found, by_type, items, keep_all_changed, nodes, with_values
from directory.written import ref
from graph import Transaction

Titles = Mapping[Ref, Mapping[str, str]]
LONGEST: Final = 20
"""Titles that are made of each other in a row: what was loaded when it might still go round must end too."""


async def titled(tx: Transaction, cls: type[Item], values: Mapping[str, Any]) -> Any:
    """The title that the type's pattern makes; None without a pattern."""
    await _lock(tx, _named(cls, values))
    return _made(cls, values, await _titles(tx, _named(cls, values)))


async def retitled(tx: Transaction, changes: Sequence[tuple[Item, Item]]) -> list[Item]:
    """The items as changed; with the title that the pattern makes now, where it was one that the pattern made."""
    open_ = [(before, after) for before, after in changes if _may_change(before, after)]
    said = {at for pair in open_ for each in pair for at in _named_by(each)}
    await _lock(tx, said)
    titles = await _titles(tx, said) if said else {}
    return [
        _remade(before, after, titles, titles) if _may_change(before, after) else after for before, after in changes
    ]


def _may_change(before: Item, after: Item) -> bool:
    """Whether what its title is made of has changed, and nobody gave it another title."""
    said = placing.named_in_title(type(after))
    return before.title == after.title and any(getattr(before, name) != getattr(after, name) for name in said)


async def lock_named(tx: Transaction, of: Iterable[Item]) -> None:
    """Nobody renames or hides what titles or paths of these tell, where they are published, until the end."""
    public = [each for each in of if each.state == State.PUBLISHED]
    above = [each.parent for each in public if isinstance(each, Mandate) and each.parent]
    await _lock(tx, [*(at for each in public for at in _named_by(each)), *above])


async def _lock(tx: Transaction, named: Iterable[Ref]) -> None:
    for label, ids in by_type(named).items():
        await tx.lock_all(label, ids)


async def as_edited(tx: Transaction, here: Found) -> Item:
    """The item as editors see it: its title is made of what their draft holds, unless they chose one there."""
    if here.draft is None or "title" in here.draft_fields:
        return here.view
    return (await retitled(tx, [(here.item, here.view)]))[0]


async def with_made_titles(tx: Transaction, of: Sequence[Item]) -> set[str]:
    """The ids of those whose pattern makes the title that they have."""
    patterned = [each for each in of if each.declared.title_pattern is not None]
    titles = await _titles(tx, [at for each in patterned for at in _named_by(each)]) if patterned else {}
    return {each.id for each in patterned if _has_made(each, titles)}


async def titled_anew(tx: Transaction, of: Sequence[Item], ids: Collection[str]) -> list[Item]:
    """The items; those with these ids with the title that their pattern makes now, of them and of what is there."""
    made = [each for each in of if each.id in ids]
    titles = await _titles(tx, [at for each in made for at in _named_by(each)]) if made else {}
    titles |= {ref(each): placing.texts(each.title) for each in of}
    return [_titled(each, titles) if each.id in ids else each for each in of]


async def refuse_hidden(tx: Transaction, changes: Iterable[tuple[Item, Item]]) -> None:
    """Nothing, unless one of these would be shown less than what is published and tells its name. Raises Invalid."""
    less = {ref(after): (before, after, field) for before, after in changes if (field := _hidden_by(before, after))}
    if not less:
        return
    telling = await items(tx, [*await _titled_after(tx, list(less)), *await _mandates(tx, list(less))])
    there = await items(tx, {at for each in telling.values() for at in led_to(each)}, links=False)
    old = Surroundings({**there, **{at: before for at, (before, _, _) in less.items()}})
    new = {at: after for at, (_, after, _) in less.items()}
    as_told = {at: with_values(after, {"title": before.title}) for at, (before, after, _) in less.items()}
    for each in telling.values():
        wrong = {fault for hidden in (new, as_told) for fault in named(each, Surroundings({**there, **hidden}))}
        if not wrong <= set(named(each, old)):
            field = next(less[at][2] for at in led_to(each) if at in less)
            raise Invalid((Fault("INVALID", (field,), "Retire first what is published and tells its name."),))


async def drop_telling_redirects(tx: Transaction, item: Item) -> None:
    """No old path leads to the item, which is published, that tells the name of something that is not."""
    if not placing.links_in_title(type(item)):
        return
    around = Surroundings(await items(tx, _named_by(item), links=False))
    old = [row["id"] for row in await tx.find("Address", "item", [item.id]) if not row["current"]]
    await tx.remove("Address", [path for path in old if any(named(_under(item, path), around))])


def _under(item: Item, path: str) -> Item:
    return with_values(item, {"slug": path.rpartition("/")[2]})


def _hidden_by(before: Item, after: Item) -> str | None:
    """The field by which something published is shown for less time than it was."""
    if before.state != State.PUBLISHED:
        return None
    fields = ("state", "effective", "expires")
    return next((name for name in fields if getattr(after, name) not in (None, getattr(before, name))), None)


async def _mandates(tx: Transaction, of: Sequence[Ref]) -> list[Ref]:
    """The mandates of those that are persons: their paths hold the name."""
    ends = await tx.links_of("Person", [at.id for at in of if at.type == "Person"], outgoing=False)
    return [Ref("Mandate", end.other) for _, end in ends if end.other_label == "Mandate"]


async def titles_follow(
    tx: Transaction, desk: Desk, changes: Iterable[tuple[Item, Item]], titled: Collection[Ref] = ()
) -> None:
    """Once these items are written: what has a title made of theirs has the new one, and what has one made of that.

    As a path, without a version. What is published does not tell the new name of what is not; `titled` keep theirs.
    """
    renamed = [(before, after) for before, after in changes if before.title != after.title]
    for _ in range(LONGEST):
        new = [each for each in await _following(tx, renamed) if ref(each[1]) not in titled] if renamed else []
        if not new:
            break
        await keep_all_changed(tx, desk, new)
        renamed = [(before.item, after) for before, after in new]


async def _following(tx: Transaction, renamed: Sequence[tuple[Item, Item]]) -> list[tuple[Found, Item]]:
    """The items whose titles are made of those of the renamed ones, each as it was and with its new title."""
    old = {ref(after): placing.texts(before.title) for before, after in renamed}
    secret = {ref(after) for _, after in renamed if after.state != State.PUBLISHED}
    there = await nodes(tx, await _titled_after(tx, list(old)))
    now = await _titles(tx, [at for each in there.values() for at in _named_by(each.item)])
    made = [(each, _remade(each.item, each.item, {**now, **old}, now)) for each in there.values()]
    return [
        (each, item)
        for each, item in made
        if item != each.item and not (item.state == State.PUBLISHED and secret.intersection(_named_by(item)))
    ]


async def _titled_after(tx: Transaction, changed: Sequence[Ref]) -> list[Ref]:
    """The items whose pattern names one of these."""
    found = [
        Ref(link.other_label, link.other)
        for label, ids in by_type(at for at in changed if _naming(at.type)).items()
        for _, link in await tx.links_of(label, ids, outgoing=False)
        if link.type in _naming(label)
    ]
    return list(dict.fromkeys(found))


@cache
def _naming(label: str) -> frozenset[str]:
    """The relationships that lead to items of this label from those whose titles are made of theirs."""
    hops = (
        ways(name)[field].path[-1]
        for name in CONTENT_TYPES
        for field in placing.links_in_title(CONTENT_TYPES[name])
        if label in ways(name)[field].targets
    )
    return frozenset(kind for hop in hops for kind in hop.types)


def _named(cls: type[Item], values: Mapping[str, Any]) -> list[Ref]:
    return [values[name] for name in placing.links_in_title(cls) if isinstance(values.get(name), Ref)]


async def _titles(tx: Transaction, at: Iterable[Ref]) -> dict[Ref, Mapping[str, str]]:
    return {each: placing.texts(item.title) for each, item in (await items(tx, set(at), links=False)).items()}


def _named_by(item: Item) -> list[Ref]:
    return _named(type(item), _values(item))


def _has_made(item: Item, titles: Titles) -> bool:
    title: Any = item.title
    return bool(title == _made(type(item), _values(item), titles))


def _remade(before: Item, after: Item, old: Titles, new: Titles) -> Item:
    """The item with its title made anew, if it was made by its pattern."""
    return _titled(after, new) if _has_made(before, old) else after


def _titled(item: Item, titles: Titles) -> Item:
    """The item with the title that its pattern makes; with the one it has when nothing of the pattern is known."""
    made = _made(type(item), _values(item), titles)
    return with_values(item, {"title": made}) if made else item


def _made(cls: type[Item], values: Mapping[str, Any], titles: Titles) -> dict[str, str] | None:
    return placing.title(cls, values, lambda at: titles.get(at, {}))


def _values(item: Item) -> dict[str, Any]:
    return {name: getattr(item, name) for name in facts(type(item))}
