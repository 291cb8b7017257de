"""The ways of `directory.links` as questions follow them: with the argument of a shortcut, and `at` where it counts."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Final

from directory.fields import ANY
from directory.item import Family
from directory.links import Way, link_facts, relationship, ways
from directory.types import CONTENT_TYPES
from graph.query import And, Attribute, Compare, Hop, Operator, Path

GENERAL: Final = frozenset({"pages", "news", "observations"})
"""Inverses of links that may lead to anything."""


@cache
def shown_ways(owner: str) -> Mapping[str, Way]:
    """The ways that the API shows: pages, news and figures are asked of what people look up by its slug.

    They may be about a partnership or a mandate as well, but thirty types times three lists that nobody asks for would
    be a tenth of the schema.
    """
    about = CONTENT_TYPES[owner].declared
    hidden: frozenset[str] = frozenset() if about.slug_is_unique else GENERAL
    if about.family is Family.EDITORIAL:
        hidden |= {"open_questions"}
    return {name: way for name, way in ways(owner).items() if name not in hidden or not _is_of_anything(way)}


def _is_of_anything(way: Way) -> bool:
    """Whether the way comes back from a link that leads to items of any type."""
    return way.inverse and way.fact is not None and way.fact.to == ANY


@cache
def path_of(owner: str, name: str) -> Path:
    """The path of a way, on which a day is asked of all items but those that a link to one names.

    What an item says of itself stays: the Cité of a partnership of 2018 is named even if nothing is known of it then.
    """
    return tuple(replace(hop, timed=()) if _names_one(hop) else hop for hop in ways(owner)[name].path)


def narrowed(path: Path, attribute: str | None, value: str | None) -> Path:
    """The path, whose first items have this value when one is asked."""
    if attribute is None or value is None:
        return path
    first = path[0]
    asked = Compare(Attribute(attribute), Operator.EQ, value)
    where = asked if first.where is None else And((first.where, asked))
    return (replace(first, where=where), *path[1:])


def is_dated(way: Way, path: Path) -> bool:
    """Whether a day makes a difference on the way."""
    return any(hop.timed for hop in path)


def _names_one(hop: Hop) -> bool:
    return hop.outgoing and hop.most == 1 and not any(_several()[each] for each in hop.types)


@cache
def _several() -> dict[str, bool]:
    """Whether an item may have several relationships of a type, by its name."""
    return {
        relationship(label, fact): fact.several
        for label, cls in CONTENT_TYPES.items()
        for fact in link_facts(cls).values()
    }
