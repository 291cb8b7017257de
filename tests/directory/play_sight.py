"""What people are told, against what is kept: visitors hear of nothing hidden; every version of a history is there."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from directory import changes, reading, versions
from directory.actor import Actor, anonymous
from directory.desk import Desk
from directory.errors import DirectoryError
from directory.fields import facts
from directory.item import Item
from directory.permissions import hears, sees, sight
from directory.types import CONTENT_TYPES
from directory.values import Ref
from directory.written import to_json
from tests.directory.dumped import Dump
from tests.directory.play_rules import leading

MOVED = ("path", "scope", "title")
"""What changes of an item, without a version, when what is above it or what it is named after changes."""
SECRET = re.compile("[qdn]z[a-z0-9]+")


async def seen(desk: Desk, now: Dump) -> list[str]:
    """What is wrong with all that visitors are told of all items, and of what happened."""
    visitor = desk.for_actor(anonymous)
    told = await everything(visitor, now)
    wrong = list(expected(visitor, now, told))
    hidden = [each for at, each in now.found.items() if not sees(sight(visitor), each.item)]
    secret = {word for each in hidden for of in (each.item, each.view) for word in _names(of)}
    open_ = {word for each in now.items.values() if sees(sight(visitor), each) for word in _names(each)}
    for each in told:
        here = {*SECRET.findall(to_json(replace(each, path="")).lower())}
        if found := {word for word in here if word in secret - open_ or word.startswith("nz")}:
            wrong.append(f"visitors read {found} in {type(each).__name__} {each.id}")
    heard = {str(replace(each, path=None)) for each in await changes.since(visitor, 0, 10_000)}
    return wrong + [f"visitors hear {word} of {each}" for each in heard for word in secret - open_ if word in each]


async def everything(desk: Desk, now: Dump) -> list[Item]:
    """Every item that the actor is told of."""
    return [each for name in CONTENT_TYPES if now.all(name) async for each in reading.all_of(desk, name)]


def _names(of: Item) -> set[str]:
    """The words that only this item has in its title and its description, where these are its own."""
    if of.declared.title_pattern:
        return set()
    return set(SECRET.findall(f"{of.title} {of.description}".lower()))


def expected(desk: Desk, now: Dump, told: list[Item]) -> Iterator[str]:
    """What is wrong with all that the actor is told: what they may not know, and what they may and do not."""
    eyes = sight(desk)
    public = {at: each for at, each in now.items.items() if sees(eyes, each)}
    heard = {Ref(type(each).__name__, each.id): each for each in told}
    if set(public) != set(heard):
        yield f"seen are {set(heard) - set(public)}, not {set(public) - set(heard)}"
    for at, each in heard.items():
        if at in public and (wanted := _as_told(desk.actor, public[at], set(public))) != each:
            differ = [name for name, value in vars(wanted).items() if value != vars(each)[name]]
            yield f"{at}: {differ} are told otherwise than they may be"


def _as_told(actor: Actor, each: Item, public: set[Ref]) -> Item:
    """The item without what the actor may not know."""
    values = {}
    for name, fact in facts(type(each)).items():
        value = getattr(each, name)
        if not hears(actor, fact.audience, each.scope):
            value = () if fact.several else None
        values[name] = value
    return leading(replace(each, **values), public)


async def history(desk: Desk, now: Dump, of: Iterable[Ref], seen: Mapping[tuple[Ref, int], Item]) -> list[str]:
    """What is wrong with the history of these items: each version is there as editors saw it, the last is now."""
    wrong = []
    for at in of:
        found = now.found[at]
        told = await versions.history(desk, at)
        numbers = [each.version for each in told]
        if numbers != sorted(set(numbers), reverse=True):
            wrong.append(f"{at}: its versions are {numbers}")
        if numbers and numbers[0] != found.version:
            wrong.append(f"{at}: its last version is {numbers[0]}, it is {found.version}")
        gone = {each.version for each in told if each.action == "delete"}
        for number in numbers:
            try:
                held = await versions.at_version(desk, at, number)
                saw = leading(seen.get((at, number), held), set(now.items))
                if differ := [
                    name for name, value in vars(saw).items() if name not in MOVED and value != vars(held)[name]
                ]:
                    wrong.append(f"{at}: of its version {number}, {differ} are not as they were")
            except DirectoryError as error:
                if number not in gone:
                    wrong.append(f"{at}: its version {number} is {error!r}")
    return wrong
