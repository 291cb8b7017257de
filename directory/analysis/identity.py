"""Which organisations count as one, at each level of identity."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from directory.analysis.records import Organisation


def follow(start: str, steps: Mapping[str, str]) -> tuple[str, bool]:
    """Where a chain of steps ends, and whether it ran into a loop, which ends at its smallest id.

    >>> follow("a", {"a": "b", "b": "c"}), follow("a", {"a": "c", "b": "c", "c": "b"})
    (('c', False), ('b', True))
    """
    trail: dict[str, None] = {}
    here = start
    while here in steps and here not in trail:
        trail[here] = None
        here = steps[here]
    if here not in trail:
        return here, False
    order = list(trail)
    return min(order[order.index(here) :]), True


@dataclass(frozen=True, slots=True)
class Identities:
    """Who is who at one level: an id becomes the id of the whole that it belongs to."""

    steps: Mapping[str, str]
    known: dict[str, str] = field(default_factory=dict, compare=False, repr=False)
    looped: set[str] = field(default_factory=set, compare=False, repr=False)

    def of(self, id: str) -> str:
        """The identity of an organisation; an unknown id is its own."""
        found = self.known.get(id)
        if found is None:
            found, loop = follow(id, self.steps)
            self.known[id] = found
            if loop:
                self.looped.add(found)
        return found


def identities(organisations: tuple[Organisation, ...], level: str) -> Identities:
    """The identities of organisations at a level: `branch`, `organisation` or `parent`.

    >>> town = Organisation(id="town-hall-north", parent_id="town-hall", parent_relation="branch")
    >>> [identities((town,), level).of("town-hall-north") for level in ("branch", "organisation")]
    ['town-hall-north', 'town-hall']
    """
    same = {each.id: each.same_as_id for each in organisations if each.same_as_id}
    if level == "branch":
        return Identities(same)
    above = {
        each.id: each.parent_id
        for each in organisations
        if each.parent_id and (level == "parent" or each.parent_relation in ("", "branch"))
    }
    return Identities(above | same)
