"""Titles that the pattern of a type makes: they follow when what they are made of changes."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from directory import placing
from directory.desk import Desk
from directory.enums import State
from directory.fields import facts
from directory.item import Item
from directory.links import link_facts, ways
from directory.types import CONTENT_TYPES
from directory.values import Ref
from directory.writing import Found, by_type, items, keep_all_changed, nodes, with_values
from directory.written import ref
from graph import Transaction

Titles = Mapping[Ref, Mapping[str, str]]


async def titled(tx: Transaction, cls: type[Item], values: Mapping[str, Any]) -> Any:
    """The title that the type's pattern makes; None without a pattern."""
    return _made(cls, values, await _titles(tx, _named(cls, values)))


async def retitled(tx: Transaction, before: Item, after: Item) -> Item:
    """The item as changed; with the title that its pattern makes now, if it had the one that it made before."""
    named = placing.named_in_title(type(after))
    if before.title != after.title or all(getattr(before, name) == getattr(after, name) for name in named):
        return after
    titles = await _titles(tx, [at for each in (before, after) for at in _named(type(each), _values(each))])
    return _remade(before, after, titles, titles)


async def has_made_title(tx: Transaction, item: Item) -> bool:
    """Whether its pattern makes the title that it has."""
    if item.declared.title_pattern is None:
        return False
    title: Any = item.title
    return bool(title == await titled(tx, type(item), _values(item)))


async def titles_follow(tx: Transaction, desk: Desk, changes: Iterable[tuple[Item, Item]]) -> None:
    """Once these items are written: what has a title made of theirs has the new one. As a path, without a version.

    What is published does not tell the new name of what is not.
    """
    renamed = {ref(after): (before, after) for before, after in changes if before.title != after.title}
    old = {at: _texts(before) for at, (before, _) in renamed.items()}
    secret = {at for at, (_, after) in renamed.items() if after.state != State.PUBLISHED}
    there = await nodes(tx, await _titled_after(tx, list(old)))
    now = await _titles(tx, [at for each in there.values() for at in _named(type(each.item), _values(each.item))])
    made = [(each, _remade(each.item, each.item, {**now, **old}, now)) for each in there.values()]
    new: list[tuple[Found, Item]] = [
        (each, item)
        for each, item in made
        if item != each.item
        and not (item.state == State.PUBLISHED and secret.intersection(_named(type(item), _values(item))))
    ]
    if new:
        await keep_all_changed(tx, desk, new)


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
        for field in _links(name)
        if label in ways(name)[field].targets
    )
    return frozenset(kind for hop in hops for kind in hop.types)


@cache
def _links(type_name: str) -> tuple[str, ...]:
    """The links that the pattern of a type names."""
    cls = CONTENT_TYPES[type_name]
    return tuple(name for name in placing.named_in_title(cls) if name in link_facts(cls))


def _named(cls: type[Item], values: Mapping[str, Any]) -> list[Ref]:
    return [values[name] for name in _links(cls.__name__) if isinstance(values.get(name), Ref)]


async def _titles(tx: Transaction, at: Iterable[Ref]) -> dict[Ref, Mapping[str, str]]:
    return {each: _texts(item) for each, item in (await items(tx, set(at), links=False)).items()}


def _remade(before: Item, after: Item, old: Titles, new: Titles) -> Item:
    """The item with its title made anew, if it was made by its pattern."""
    title: Any = before.title
    if title != _made(type(before), _values(before), old):
        return after
    return with_values(after, {"title": _made(type(after), _values(after), new)})


def _made(cls: type[Item], values: Mapping[str, Any], titles: Titles) -> dict[str, str] | None:
    return placing.title(cls, values, lambda at: titles.get(at, {}))


def _values(item: Item) -> dict[str, Any]:
    return {name: getattr(item, name) for name in facts(type(item))}


def _texts(item: Item) -> Mapping[str, str]:
    title: Any = item.title
    return title if isinstance(title, Mapping) else {"en": title} if title else {}
