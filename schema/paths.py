"""The ways of `directory.links` as questions follow them: with the argument of a shortcut, and `at` where it counts."""

from dataclasses import replace
from functools import cache

from directory.links import Way, link_facts, relationship, ways
from directory.types import CONTENT_TYPES
from graph.query import And, Attribute, Compare, Hop, Operator, Path


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
