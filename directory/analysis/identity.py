"""Which organisations count as one, at each level of identity."""

from collections.abc import Mapping

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


class Identities(dict[str, str]):
    """Who is who at one level: an id becomes the id of the whole that it belongs to; an unknown id is its own.

    A dictionary that fills itself, because each row of a table asks it.
    """

    def __init__(self, steps: Mapping[str, str]) -> None:
        super().__init__()
        self.steps = steps
        self.looped: set[str] = set()

    def __missing__(self, id: str) -> str:
        found, loop = follow(id, self.steps)
        self[id] = found
        if loop:
            self.looped.add(found)
        return found


def identities(organisations: tuple[Organisation, ...], level: str) -> Identities:
    """The identities of organisations at a level: `branch`, `organisation` or `parent`.

    >>> town = Organisation(id="town-hall-north", parent_id="town-hall", parent_relation="branch")
    >>> [identities((town,), level)["town-hall-north"] for level in ("branch", "organisation")]
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
