"""Components, articulation points and betweenness of a map of links, faster when `rustworkx` is installed."""

import importlib
import importlib.util
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any

Links = Mapping[str, Sequence[str]]

LARGEST = 5_000
LARGEST_PLAIN = 500


def fast() -> Any | None:
    """The optional library `rustworkx`, None when it is not installed."""
    return importlib.import_module("rustworkx") if importlib.util.find_spec("rustworkx") else None


def components(links: Links) -> tuple[frozenset[str], ...]:
    """The separate pieces of a map, largest first.

    >>> [sorted(piece) for piece in components({"a": ["b"], "b": ["a"], "c": []})]
    [['a', 'b'], ['c']]
    """
    seen: set[str] = set()
    pieces = []
    for start in sorted(links):
        if start not in seen:
            piece = _reached(links, start)
            seen |= piece
            pieces.append(frozenset(piece))
    return tuple(sorted(pieces, key=lambda piece: (-len(piece), min(piece))))


def _reached(links: Links, start: str) -> set[str]:
    reached, waiting = {start}, [start]
    while waiting:
        for other in links[waiting.pop()]:
            if other not in reached:
                reached.add(other)
                waiting.append(other)
    return reached


def articulation(links: Links) -> frozenset[str]:
    """The points whose removal splits a piece of the map.

    >>> sorted(articulation({"a": ["b"], "b": ["a", "c"], "c": ["b"]}))
    ['b']
    """
    found: set[str] = set()
    entered: dict[str, int] = {}
    for root in links:
        if root not in entered:
            _walk(links, root, entered, found)
    return frozenset(found)


def _walk(links: Links, root: str, entered: dict[str, int], found: set[str]) -> None:
    """One depth-first walk (Tarjan 1972) without recursion, so that a long chain does not exhaust the stack."""
    lowest = {root: len(entered)}
    entered[root] = len(entered)
    branches = 0
    trail = [(root, "", iter(links[root]))]
    while trail:
        here, parent, others = trail[-1]
        other = next(others, None)
        if other is None:
            trail.pop()
            if not parent:
                continue
            lowest[parent] = min(lowest[parent], lowest[here])
            if parent == root:
                branches += 1
            elif lowest[here] >= entered[parent]:
                found.add(parent)
        elif other not in entered:
            entered[other] = lowest[other] = len(entered)
            trail.append((other, here, iter(links[other])))
        elif other != parent:
            lowest[here] = min(lowest[here], entered[other])
    if branches > 1:
        found.add(root)


def betweenness(links: Links) -> Mapping[str, float] | None:
    """How many shortest paths pass through each point, each pair once; None when the map is too large.

    >>> betweenness({"a": ["b"], "b": ["a", "c"], "c": ["b"]})
    {'a': 0.0, 'b': 1.0, 'c': 0.0}
    """
    library = fast()
    if len(links) > (LARGEST if library else LARGEST_PLAIN):
        return None
    return fast_betweenness(library, links) if library else plain_betweenness(links)


def fast_betweenness(library: Any, links: Links) -> Mapping[str, float]:
    """Betweenness by `rustworkx`."""
    points = sorted(links)
    place = {point: n for n, point in enumerate(points)}
    graph = library.PyGraph(multigraph=False)
    graph.add_nodes_from(points)
    graph.add_edges_from_no_data([(place[a], place[b]) for a in points for b in links[a] if a < b])
    found = library.betweenness_centrality(graph, normalized=False)
    return {point: float(found[place[point]]) for point in points}


def plain_betweenness(links: Links) -> Mapping[str, float]:
    """Betweenness in plain Python (Brandes 2001)."""
    found = dict.fromkeys(sorted(links), 0.0)
    for source in found:
        for point, through in _dependencies(links, source).items():
            if point != source:
                found[point] += through / 2
    return found


def _dependencies(links: Links, source: str) -> dict[str, float]:
    distance, paths = {source: 0}, {source: 1.0}
    before: dict[str, list[str]] = {source: []}
    order = []
    waiting = deque([source])
    while waiting:
        here = waiting.popleft()
        order.append(here)
        for other in links[here]:
            if other not in distance:
                distance[other], paths[other], before[other] = distance[here] + 1, 0.0, []
                waiting.append(other)
            if distance[other] == distance[here] + 1:
                paths[other] += paths[here]
                before[other].append(here)
    through = dict.fromkeys(order, 0.0)
    for point in reversed(order):
        for earlier in before[point]:
            through[earlier] += paths[earlier] / paths[point] * (1 + through[point])
    return through


def two_mode_maximum(n: int, m: int) -> float:
    """The largest betweenness of a point of a set of n that faces a set of m (Borgatti & Everett 1997).

    >>> two_mode_maximum(6, 3), two_mode_maximum(3, 6)
    (21.0, 26.0)
    """
    s, t = divmod(n - 1, m)
    return (m * m * (s + 1) ** 2 + m * (s + 1) * (2 * t - s - 1) - t * (2 * s - t + 3)) / 2
