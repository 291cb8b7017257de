"""How items lead to other items: stored links, their inverses, shortcuts; each as a path that questions can follow.

A link is kept as one relationship. The parent link of a type is one kind of relationship for the whole type, so fields
that name the parent (`Channel.cite`, `Contribution.beneficiary`) are the same relationship seen by their own name.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache

from directory.fields import ANY, Fact, Kind, facts, once_a_type
from directory.item import Shortcut, Step, is_timed
from directory.types import CONTENT_TYPES
from graph.query import And, Attribute, Compare, Condition, Hop, Operator, Path


@dataclass(frozen=True, slots=True)
class Way:
    """A named way from the items of one type to others.

    `fact` is the field that stores it (seen from either side), None for a shortcut. `argument` names a choice field of
    the first items met, offered as an argument. `order` as in `About.order`.
    """

    name: str
    description: str
    targets: tuple[str, ...]
    path: Path
    many: bool
    fact: Fact | None = None
    inverse: bool = False
    argument: str | None = None
    order: tuple[str, ...] = ()


def snake(name: str) -> str:
    """The name with small letters and underscores.

    >>> snake("ProjectMembership")
    'project_membership'
    """
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def relationship(owner: str, fact: Fact) -> str:
    """The relationship type that keeps this link of items of type `owner`.

    >>> relationship("Channel", facts(CONTENT_TYPES["Channel"])["cite"])
    'CHANNEL_IN'
    """
    return f"{snake(owner)}_{'in' if fact.parent else fact.name}".upper()


def targets(owner: str, fact: Fact) -> tuple[str, ...]:
    """The types a link may lead to, in the order of `CONTENT_TYPES`."""
    if fact.parent and fact.to == ANY:
        return tuple(name for name in CONTENT_TYPES if name in CONTENT_TYPES[owner].declared.sits_in)
    return tuple(name for name in CONTENT_TYPES if fact.to == ANY or name in fact.to)


@once_a_type
def link_facts(cls: type) -> Mapping[str, Fact]:
    """The facts of the type's fields that are kept as relationships: links and citations."""
    return {name: fact for name, fact in facts(cls).items() if fact.kind in (Kind.LINK, Kind.CITATION)}


@once_a_type
def parent_fields(cls: type) -> tuple[str, ...]:
    """The fields that name the parent, `parent` itself apart."""
    return tuple(name for name, fact in link_facts(cls).items() if fact.parent and name != "parent")


def timed(labels: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the types whose items hold for a time."""
    return tuple(label for label in labels if is_timed(CONTENT_TYPES[label]))


@cache
def stored_ways(owner: str) -> Mapping[str, Way]:
    """The ways that are kept as relationships: own links, and inverses of others' links where no field has the name."""
    return _inverses(owner) | {way.name: way for way in _own(owner)}


@cache
def ways(owner: str) -> Mapping[str, Way]:
    """All ways from items of a type, by name: own links, inverses of others' links, shortcuts."""
    shortcuts = CONTENT_TYPES[owner].declared.shortcuts
    return {**stored_ways(owner), **{name: shortcut_way(owner, name, each) for name, each in shortcuts.items()}}


def _own(owner: str) -> Iterator[Way]:
    for name, fact in link_facts(CONTENT_TYPES[owner]).items():
        to = targets(owner, fact)
        if to:
            yield Way(name, fact.description, to, (_step(owner, fact, True, to),), fact.several, fact)


def _step(owner: str, fact: Fact, outgoing: bool, to: tuple[str, ...]) -> Hop:
    """The hop along a link field of a type, which leads to each item once; a citation may lead to a source twice."""
    simple = fact.kind is Kind.LINK
    return Hop((relationship(owner, fact),), outgoing, to, audience=fact.audience, timed=timed(to), simple=simple)


def _inverses(owner: str) -> dict[str, Way]:
    """An inverse that names the type wins over one that leads to any type; equal names from several types are one."""
    found: dict[str, tuple[int, Way]] = {}
    for source, cls in CONTENT_TYPES.items():
        for fact in link_facts(cls).values():
            name = _inverse_name(source, fact, owner)
            if name is None:
                continue
            rank = 0 if fact.to == ANY else 1
            way = _inverse(name, source, fact)
            known = found.get(name)
            if known is None or known[0] < rank:
                found[name] = (rank, way)
            elif known[0] == rank:
                found[name] = (rank, _joined(known[1], way))
    return {name: way for name, (_, way) in found.items()}


def _inverse_name(source: str, fact: Fact, owner: str) -> str | None:
    if fact.inverse is None or owner not in targets(source, fact):
        return None
    return fact.inverse.get(owner, fact.inverse.get("*"))


def _inverse(name: str, source: str, fact: Fact) -> Way:
    to = (source,)
    path = (_step(source, fact, False, to),)
    return Way(name, _inverse_words(name, fact), to, path, True, fact, inverse=True)


def _inverse_words(name: str, fact: Fact) -> str:
    return {"children": "Items that sit in it.", "supports": "Items that cite it."}.get(
        name, f"{name.replace('_', ' ').capitalize()}: where this is “{fact.name.replace('_', ' ')}”."
    )


def _joined(one: Way, other: Way) -> Way:
    a, b = one.path[0], other.path[0]
    to = tuple(dict.fromkeys(a.labels + b.labels))
    simple = a.simple and b.simple and not {*a.labels} & {*b.labels}
    hop = replace(a, types=tuple(dict.fromkeys(a.types + b.types)), labels=to, timed=timed(to), simple=simple)
    return replace(one, targets=to, path=(hop,))


def shortcut_way(owner: str, name: str, shortcut: Shortcut) -> Way:
    """The way that some steps make from items of a type."""
    path: list[Hop] = []
    here: tuple[str, ...] = (owner,)
    for step in shortcut.steps:
        path.append(
            _hop(
                [
                    stored_ways(label)[link].path[0]
                    for label in here
                    for link in step.links
                    if link in stored_ways(label)
                ],
                step,
                here,
            )
        )
        here = path[-1].labels if step.least else tuple(dict.fromkeys(here + path[-1].labels))
    return Way(
        name,
        shortcut.description,
        path[-1].labels,
        tuple(path),
        shortcut.many,
        argument=shortcut.argument,
        order=shortcut.order,
    )


def _hop(hops: list[Hop], step: Step, here: tuple[str, ...]) -> Hop:
    labels = tuple(dict.fromkeys(label for hop in hops for label in hop.labels))
    kept = tuple(label for label in labels if not step.only or label in step.only)
    return Hop(
        tuple(dict.fromkeys(each for hop in hops for each in hop.types)),
        hops[0].outgoing,
        # Without a step one stays where one is: that item may end the hop too.
        kept if step.least else tuple(dict.fromkeys(here + kept)),
        where=_fixed(step),
        least=step.least,
        most=step.most,
        through=kept if step.most > 1 else (),
        timed=timed(kept),
    )


def _fixed(step: Step) -> Condition | None:
    if not step.where:
        return None
    tests = tuple(Compare(Attribute(name), Operator.EQ, value) for name, value in step.where.items())
    return tests[0] if len(tests) == 1 else And(tests)
