"""Walks from item to item: what lies around one, and a shortest way between two. One statement a label and a step.

Neither engine is asked for whole paths: ArcadeDB looks for a shortest one before it asks who may see it, and both
enumerate all paths near hubs. So the client keeps what it met, and asks for one step more from there.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TypeAlias

from graph.engines import Engine
from graph.phrases import Words, allowed, holds, labels, seen, where
from graph.query import Audience, Sight
from graph.statement import Statement

SHAPES = 2_000  # texts kept

Spot: TypeAlias = tuple[str, str]
"""A node: its label and its id."""


@dataclass(frozen=True, slots=True)
class Tie:
    """A kind of relationship: where it starts and ends, and who may know of it, asked of the node where it starts."""

    type: str
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    audience: Audience = Audience.PUBLIC


@dataclass(frozen=True, slots=True)
class Ground:
    """What is walked on: along these ties either way, over what the asker sees that has one of these labels.

    `at` (ISO day) keeps what holds that day, of the labels in `timed`.
    """

    ties: tuple[Tie, ...]
    labels: tuple[str, ...]
    sight: Sight
    at: str | None = None
    timed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """Asks what is one relationship away from nodes of a label. Rows: [label, id, the least id it was reached from].

    With `limit`, so many at most, by label and id, besides the nodes in `known`.
    """

    ground: Ground
    label: str
    ids: tuple[str, ...]
    limit: int | None = None
    known: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tying:
    """Asks for the relationships from nodes of a label to those with one of the ids `among`.

    Rows: [type, source id, target label, target id], each once.
    """

    ground: Ground
    label: str
    ids: tuple[str, ...]
    among: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tied:
    """Two nodes that a relationship of this type leads from and to."""

    type: str
    source: Spot
    target: Spot


Asker: TypeAlias = Callable[[Step | Tying], Awaitable[list[list[str]]]]
"""What asks the graph: `Graph.walk`."""


# What is found -------------------------------------------------------------------------------------------------------


async def around(ask: Asker, ground: Ground, start: Spot, depth: int, limit: int) -> tuple[list[Spot], bool]:
    """The nodes at most so many steps away, the start first, nearest first, then by label and id; whether more are.

    At most `limit` nodes, the start included.
    """
    found = {start: None}
    frontier = [start]
    for _ in range(depth):
        met = set()
        for label, ids in by_label(frontier):
            # One more than there is room for, so that it is known whether some are left out.
            step = Step(ground, label, ids, limit - len(found) + 1, tuple(id for _, id in found))
            met |= {(row[0], row[1]) for row in await ask(step)}
        frontier = sorted(met - found.keys())
        room = limit - len(found)
        found |= dict.fromkeys(frontier[:room])
        if len(frontier) > room:
            return list(found), True
    return list(found), False


async def shortest(ask: Asker, ground: Ground, start: Spot, end: Spot, most: int) -> list[Spot] | None:
    """The nodes of a shortest way of at most so many steps, both ends included; None when there is none.

    Always the same one of several, whatever there is that the asker does not see. Both ends are walked from, a step at
    a time where fewer nodes were met last, until one node is met from both.
    """
    if start == end:
        return [start]
    sides: list[dict[Spot, Spot | None]] = [{start: None}, {end: None}]
    frontiers = [[start], [end]]
    for _ in range(most):
        if not all(frontiers):
            return None
        side = 0 if len(frontiers[0]) <= len(frontiers[1]) else 1
        here, there = sides[side], sides[1 - side]
        met = await _further(ask, ground, frontiers[side], (start, end))
        new = {spot: parent for spot, parent in met.items() if spot not in here}
        here |= new
        frontiers[side] = sorted(new)
        if common := [spot for spot in frontiers[side] if spot in there]:
            return _joined(sides, common[0])
    return None


async def ties(ask: Asker, ground: Ground, found: Iterable[Spot]) -> list[Tied]:
    """All relationships between these nodes, by source, then type, then target."""
    spots = list(found)
    among = tuple(sorted({id for _, id in spots}))
    there = set(spots)
    wider = _with(ground, spots)
    tied = []
    for label, ids in by_label(spots):
        for type, source, target_label, target in await ask(Tying(wider, label, ids, among)):
            if (target_label, target) in there:
                tied.append(Tied(type, (label, source), (target_label, target)))
    return sorted(tied, key=lambda each: (each.source, each.type, each.target))


def by_label(spots: Iterable[Spot]) -> list[tuple[str, tuple[str, ...]]]:
    """The ids of the nodes of each label.

    >>> by_label([("B", "2"), ("A", "3"), ("B", "1")])
    [('A', ('3',)), ('B', ('1', '2'))]
    """
    found: dict[str, list[str]] = {}
    for label, id in sorted(spots):
        found.setdefault(label, []).append(id)
    return [(label, tuple(ids)) for label, ids in found.items()]


async def _further(ask: Asker, ground: Ground, frontier: Sequence[Spot], ends: tuple[Spot, Spot]) -> dict[Spot, Spot]:
    """What is met one step further, each with the first node that led there; of other labels, only the ends."""
    wider = _with(ground, ends)
    found: dict[Spot, Spot] = {}
    for label, ids in by_label(frontier):
        for row in await ask(Step(wider, label, ids)):
            spot = (row[0], row[1])
            if spot[0] in ground.labels or spot in ends:
                found[spot] = min(found.get(spot, (label, row[2])), (label, row[2]))
    return found


def _with(ground: Ground, spots: Iterable[Spot]) -> Ground:
    """The ground with the labels of these nodes too."""
    return replace(ground, labels=tuple(dict.fromkeys((*ground.labels, *sorted({label for label, _ in spots})))))


def _joined(sides: Sequence[Mapping[Spot, Spot | None]], middle: Spot) -> list[Spot]:
    """The way over a node that was met from both ends."""
    halves: list[list[Spot]] = []
    for side in sides:
        half, here = [], side[middle]
        while here is not None:
            half.append(here)
            here = side[here]
        halves.append(half)
    return [*reversed(halves[0]), middle, *halves[1]]


# What is said --------------------------------------------------------------------------------------------------------


def walking_statement(asked: Step | Tying, engine: Engine) -> Statement | None:
    """The statement of a step, or of the ties between nodes; None when no tie leads there, so nothing is found."""
    values: list[object] = []
    ground = _lifted(asked.ground, values)
    ids = _number(list(asked.ids), values)
    if isinstance(asked, Tying):
        shape: Step | Tying = Tying(ground, asked.label, (ids,), (_number(list(asked.among), values),))
    elif asked.limit is None:
        shape = Step(ground, asked.label, (ids,))
    else:
        limit, known = _number(asked.limit, values), _number(list(asked.known), values)
        shape = Step(ground, asked.label, (ids,), int(limit), (known,))
    text = _text(shape, engine)
    return Statement(text, {f"p{number}": value for number, value in enumerate(values)}) if text else None


def _number(value: object, values: list[object]) -> str:
    values.append(value)
    return str(len(values) - 1)


def _lifted(ground: Ground, values: list[object]) -> Ground:
    """The ground with numbers in place of values, as in `graph.lifting`."""
    sight = ground.sight
    now = _number(sight.now, values)
    if sight.everything:
        lifted = Sight(now, everything=True)
    else:
        user = None if sight.user is None else _number(sight.user, values)
        reading = (_number(list(sight.reading), values),) if sight.reading else ()
        editing = (_number(list(sight.editing), values),) if sight.editing else ()
        lifted = Sight(now, user, reading, editing)
    at = None if ground.at is None else _number(ground.at, values)
    return Ground(ground.ties, ground.labels, lifted, at, ground.timed)


@lru_cache(SHAPES)
def _text(shape: Step | Tying, engine: Engine) -> str:
    words = Words(engine, shape.ground.sight)
    parts = [_part(words, shape, *pattern) for pattern in _patterns(words, shape)]
    return "\nUNION ALL\n".join(parts)


def _patterns(words: Words, shape: Step | Tying) -> list[tuple[str, str]]:
    """The relationships that lead on from the nodes, `x`, to others, `y`; and who may know of them."""
    ground = shape.ground
    out = [tie for tie in ground.ties if shape.label in tie.sources and set(tie.targets) & set(ground.labels)]
    into = [tie for tie in ground.ties if shape.label in tie.targets and set(tie.sources) & set(ground.labels)]
    if isinstance(shape, Tying):
        into = []
    found = []
    for audience in Audience:
        outward, inward = ([tie.type for tie in some if tie.audience is audience] for some in (out, into))
        asked = {at: allowed(words, at, audience) for at in "xy"}
        if not asked["x"] and not isinstance(shape, Tying) and (outward or inward):
            found.append((f"-[r:{_types(outward + inward)}]-", ""))
            continue
        if outward and asked["x"] != "false":
            found.append((f"-[r:{_types(outward)}]->", asked["x"]))
        if inward and asked["y"] != "false":
            found.append((f"<-[r:{_types(inward)}]-", asked["y"]))
    return found


def _types(names: Sequence[str]) -> str:
    return labels(tuple(sorted(set(names))))


def _part(words: Words, shape: Step | Tying, arrow: str, known: str) -> str:
    ground = shape.ground
    asked = [seen(words, "x"), holds(words, "x", (shape.label,), ground.timed, ground.at), known]
    asked += [seen(words, "y"), holds(words, "y", ground.labels, ground.timed, ground.at)]
    start = f"UNWIND {words.value(shape.ids[0])} AS i MATCH (x:{labels((shape.label,))} {{id: i}})"
    pattern = f"{arrow}(y:{labels(ground.labels)})"
    if isinstance(shape, Tying):
        among = f"y.id IN {words.value(shape.among[0])}"
        return f"{start}{pattern}{where(among, *asked)} RETURN DISTINCT [type(r), i, labels(y)[0], y.id] AS row"
    if shape.limit is not None:
        asked.insert(0, f"NOT y.id IN {words.value(shape.known[0])}")
    text = f"{start}{pattern}{where(*asked)} WITH y, min(i) AS f"
    if shape.limit is not None:
        text += f" ORDER BY labels(y)[0], y.id LIMIT {words.value(shape.limit)}"
    return f"{text} RETURN [labels(y)[0], y.id, f] AS row"
