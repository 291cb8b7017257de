"""What a small graph holds for an asker: sight, time, paths and conditions, by plain loops. See `oracle.py`."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import assert_never

from graph.query import (
    And,
    AnyItem,
    Attribute,
    Audience,
    Compare,
    Condition,
    Counted,
    Foremost,
    Hop,
    IsNull,
    Labelled,
    Not,
    OneOf,
    Operator,
    Or,
    Path,
    Quantifier,
    Related,
    Shares,
    Sight,
    Twins,
    Within,
)
from graph.transaction import NewLink, NewNode

EARTH = 6_371_008.8  # metres, the sphere that `Within` speaks of


@dataclass(frozen=True)
class Small:
    """A graph small enough to look at every node for every question."""

    nodes: tuple[NewNode, ...]
    links: tuple[NewLink, ...]

    @cached_property
    def ends(self) -> tuple[tuple[NewNode, NewNode], ...]:
        """The source and the target of each link."""
        known = {identity(node): node for node in self.nodes}
        return tuple(
            (known[link.source_label, link.source], known[link.target_label, link.target]) for link in self.links
        )


@dataclass(frozen=True)
class View:
    """The graph and the sight of who asks."""

    graph: Small
    sight: Sight


@dataclass(frozen=True)
class End:
    """Where a path led, and the numbers of the relationships it took."""

    node: NewNode
    trail: tuple[int, ...] = ()


# Sight and time ------------------------------------------------------------------------------------------------------


def seen(node: NewNode, sight: Sight) -> bool:
    """Whether the asker may know that the node exists."""
    properties = node.properties
    state = properties.get("state")
    if sight.everything:
        return True
    if state == "published" and during(properties.get("effective"), sight.now, properties.get("expires")):
        return True
    if properties.get("scope") in sight.reading:
        return True
    return sight.user is not None and properties.get("created_by") == sight.user and state in ("private", "pending")


def during(start: object, instant: str, end: object) -> bool:
    """Whether start <= instant < end; never when one of them is unknown."""
    return isinstance(start, str) and isinstance(end, str) and start <= instant < end


def allowed(node: NewNode, audience: Audience, sight: Sight) -> bool:
    """Whether the asker belongs to the audience on this node."""
    scope = node.properties.get("scope")
    match audience:
        case Audience.PUBLIC:
            return True
        case Audience.TEAM:
            return sight.everything or scope in sight.reading
        case Audience.EDITORS:
            return sight.everything or scope in sight.editing
    assert_never(audience)


def value(node: NewNode, attribute: Attribute, sight: Sight) -> object:
    """The value as the asker reads it: null when it is not for them."""
    return node.properties.get(attribute.name) if allowed(node, attribute.audience, sight) else None


def holds(node: NewNode, at: str | None, timed: tuple[str, ...]) -> bool:
    """Whether the node is there that day."""
    if at is None or node.label not in timed:
        return True
    return during(node.properties.get("valid_from"), at, node.properties.get("valid_until"))


# Paths ---------------------------------------------------------------------------------------------------------------


def steps(view: View, start: End, hop: Hop, at: str | None) -> Iterator[End]:
    """The visible nodes one relationship further, whatever their labels."""
    for number, (link, (source, target)) in enumerate(zip(view.graph.links, view.graph.ends, strict=True)):
        here, there = (source, target) if hop.outgoing else (target, source)
        if link.type not in hop.types or here is not start.node or number in start.trail:
            continue
        if allowed(source, hop.audience, view.sight) and seen(there, view.sight) and holds(there, at, hop.timed):
            yield End(there, (*start.trail, number))


def walks(view: View, start: End, hop: Hop, at: str | None) -> Iterator[End]:
    """The ends of all walks of the hop, one for each way."""
    met = [start] if holds(start.node, at, hop.timed) or hop.least > 0 else []
    for length in range(hop.most + 1):
        if length >= hop.least:
            yield from (
                end
                for end in met
                if end.node.label in hop.labels and (hop.where is None or meets(view, end.node, hop.where))
            )
        passed = [end for end in met if length == 0 or end.node.label in hop.labels + hop.through]
        met = [further for end in passed for further in steps(view, end, hop, at)]


def ways(view: View, node: NewNode, path: Path, at: str | None) -> list[End]:
    """The ends of a path, one for each way that leads there."""
    reached = [End(node)]
    for hop in path:
        reached = [end for start in reached for end in walks(view, start, hop, at)]
    return reached


def ends(view: View, node: NewNode, path: Path, at: str | None) -> list[NewNode]:
    """The distinct nodes at the end of a path."""
    return list({identity(end.node): end.node for end in ways(view, node, path, at)}.values())


def identity(node: NewNode) -> tuple[str, object]:
    """What tells a node from all others."""
    return node.label, node.properties["id"]


# Conditions ----------------------------------------------------------------------------------------------------------


def meets(view: View, node: NewNode, condition: Condition) -> bool:
    """Whether the condition holds of the node, for this asker."""
    match condition:
        case Compare(attribute, operator, other):
            return compares(value(node, attribute, view.sight), operator, other)
        case OneOf(attribute, values):
            return any(compares(value(node, attribute, view.sight), Operator.EQ, each) for each in values)
        case IsNull(attribute, null):
            return (value(node, attribute, view.sight) is None) == null
        case AnyItem(attribute, operator, other):
            return any(compares(each, operator, other) for each in elements(view, node, attribute))
        case Shares():
            return shares(view, node, condition)
        case Within():
            return within(view, node, condition)
        case Labelled(labels):
            return node.label in labels
        case And(of):
            return all(meets(view, node, each) for each in of)
        case Or(of):
            return any(meets(view, node, each) for each in of)
        case Not(of):
            return not meets(view, node, of)
        case Related():
            return related(view, node, condition)
        case Counted(path, operator, number, where, at):
            found = [end for end in ends(view, node, path, at) if where is None or meets(view, end, where)]
            return compares(len(found), operator, number)
        case Foremost(twins):
            return best_twin(view, node, twins) is node
    assert_never(condition)


def best_twin(view: View, node: NewNode, twins: Twins) -> NewNode:
    """The best of the visible nodes of the node's label and group; itself when it has no group, or no such label."""
    group = node.properties.get(twins.group)
    if node.label not in twins.labels or group is None:
        return node
    alike = [each for each in view.graph.nodes if each.label == node.label and seen(each, view.sight)]

    def rank(each: NewNode) -> tuple[object, ...]:
        language = each.properties.get(twins.language)
        place = twins.preferred.index(language) if language in twins.preferred else len(twins.preferred)
        return place, language is None, language or "", each.properties["id"]

    return min((each for each in alike if each.properties.get(twins.group) == group), key=rank, default=node)


OPERATORS: dict[Operator, Callable[..., bool]] = {
    Operator.EQ: lambda mine, other: mine == other,
    Operator.LT: lambda mine, other: mine < other,
    Operator.LTE: lambda mine, other: mine <= other,
    Operator.GT: lambda mine, other: mine > other,
    Operator.GTE: lambda mine, other: mine >= other,
    Operator.CONTAINS: lambda mine, other: other in mine,
    Operator.STARTS_WITH: lambda mine, other: mine.startswith(other),
}


def compares(mine: object, operator: Operator, other: object) -> bool:
    """Whether the two stand in this relation; false when one is unknown or they are of different kinds."""
    if mine is None or other is None or kind(mine) != kind(other):
        return False
    if isinstance(mine, list | tuple):
        return OPERATORS[operator](list(mine), list(other))  # type: ignore[call-overload]  # of one kind, so a list too
    return OPERATORS[operator](mine, other)


def kind(of: object) -> str:
    """Text, number, boolean or list: values of one kind can be compared."""
    if isinstance(of, bool):
        return "boolean"
    if isinstance(of, int | float):
        return "number"
    return "text" if isinstance(of, str) else "list"


def elements(view: View, node: NewNode, attribute: Attribute) -> list[object]:
    """The elements of a list attribute; none when it is absent."""
    found = value(node, attribute, view.sight)
    return list(found) if isinstance(found, list | tuple) else []


def shares(view: View, node: NewNode, asked: Shares) -> bool:
    """Whether the list has one, or all, of the values; an absent list has not even none of them."""
    if value(node, asked.attribute, view.sight) is None:
        return False
    mine = elements(view, node, asked.attribute)
    return all(each in mine for each in asked.values) if asked.every else any(each in mine for each in asked.values)


def within(view: View, node: NewNode, box: Within) -> bool:
    """Whether the place is in the box, edges included, and in the circle."""
    lat, lon = value(node, box.lat, view.sight), value(node, box.lon, view.sight)
    if not isinstance(lat, int | float) or not isinstance(lon, int | float):
        return False
    if not box.south <= lat <= box.north:
        return False
    if box.west <= box.east and not box.west <= lon <= box.east:
        return False
    if box.west > box.east and box.east < lon < box.west:
        return False
    return box.centre is None or box.radius is None or metres(box.centre, (lat, lon)) <= box.radius


def nearness(one: tuple[float, float], other: tuple[float, float]) -> int:
    """A whole number that grows with the distance of two places: the haversine of their angle, times 1e15."""
    (lat, lon), (mid_lat, mid_lon) = one, other  # in the order of the engine, as the last digit shows it
    straight = math.sin(math.radians(lat - mid_lat) / 2) ** 2
    across = math.sin(math.radians(lon - mid_lon) / 2) ** 2
    return round((straight + math.cos(math.radians(lat)) * math.cos(math.radians(mid_lat)) * across) * 1e15)


def metres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """The great-circle distance of two places in degrees (haversine).

    >>> round(metres((50.6329, 3.0581), (48.8566, 2.3522)))  # Lille, Paris
    203922
    """
    (south, west), (north, east) = (map(math.radians, place) for place in (one, other))
    half = math.sin((north - south) / 2) ** 2
    half += math.cos(south) * math.cos(north) * math.sin((east - west) / 2) ** 2
    return 2 * EARTH * math.asin(min(1.0, math.sqrt(half)))


def related(view: View, node: NewNode, asked: Related) -> bool:
    """Whether so many of the ends meet the condition."""
    found = [asked.where is None or meets(view, end, asked.where) for end in ends(view, node, asked.path, asked.at)]
    match asked.quantifier:
        case Quantifier.SOME:
            return any(found)
        case Quantifier.EVERY:
            return all(found)
        case Quantifier.NONE:
            return not any(found)
        case Quantifier.SINGLE:
            return found.count(True) == 1
    assert_never(asked.quantifier)
