"""Walks on random graphs: what is around, and shortest ways, as the oracle says."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from graph import Graph
from graph.query import Audience
from graph.walking import Ground, Spot, Tie, around, shortest, ties
from tests.graph.strategies import DAYS, KINS, LABELS, TIMED, graphs, sights
from tests.graph.trials import load, trials
from tests.oracle import distances, spot, surroundings, tied
from tests.truth import Small

GRAPHS = 16
GROUNDS, WALKS = 3, 3  # on each graph and each ground: Neo4j plans a ground once
TIES = tuple(Tie(kin.type, kin.sources, kin.targets) for kin in KINS)
AUDIENCES = {"HEAD": Audience.TEAM, "UNDER": Audience.EDITORS}


@st.composite
def grounds(draw: st.DrawFn) -> Ground:
    """Some ties and labels, for somebody, on some day or ever."""
    secret = draw(st.booleans())
    chosen = [
        Tie(each.type, each.sources, each.targets, AUDIENCES.get(each.type, each.audience) if secret else each.audience)
        for each in TIES
    ]
    labels = draw(st.sampled_from((LABELS, LABELS, LABELS, ("A", "B"), ("C", "B"))))
    at = draw(st.sampled_from((None, None, *DAYS[1:3])))
    return Ground(tuple(chosen), labels, draw(sights()), at, TIMED)


@trials(GRAPHS)
@given(data=st.data())
async def test_walks_lead_where_the_oracle_says(made_up: Graph, data: st.DataObject) -> None:
    small = data.draw(graphs())
    await load(made_up, small)
    spots = [spot(node) for node in small.nodes]
    for ground in [data.draw(grounds()) for _ in range(GROUNDS)]:
        for _ in range(WALKS):
            start, end = data.draw(st.sampled_from(spots)), data.draw(st.sampled_from(spots))
            depth, limit = data.draw(st.integers(1, 3)), data.draw(st.integers(1, 12))
            await agree_around(made_up, small, ground, start, depth, limit)
            await agree_shortest(made_up, small, ground, start, end, data.draw(st.integers(1, 8)))


async def agree_around(graph: Graph, small: Small, ground: Ground, start: Spot, depth: int, limit: int) -> None:
    """What is around, and the ties in it."""
    found, truncated = await around(graph.walk, ground, start, depth, limit)

    assert (found, truncated) == surroundings(small, ground, start, depth, limit)
    inside = {each for each in tied(small, ground) if each.source in found and each.target in found}
    by_source = sorted(inside, key=lambda each: (each.source, each.type, each.target))
    assert await ties(graph.walk, ground, found) == by_source


async def agree_shortest(graph: Graph, small: Small, ground: Ground, start: Spot, end: Spot, most: int) -> None:
    """A way that can be walked, as short as any; none when there is none."""
    found = await shortest(graph.walk, ground, start, end, most)

    length = distances(small, ground, start, (start, end)).get(end)
    if length is None or length > most:
        assert found is None
        return
    assert found is not None
    assert (found[0], found[-1], len(found)) == (start, end, length + 1)
    walked = {frozenset((each.source, each.target)) for each in tied(small, ground)}
    assert all(frozenset(pair) in walked for pair in pairwise(found))
    assert all(each[0] in ground.labels for each in found[1:-1])
    backward = await shortest(graph.walk, ground, end, start, most)
    assert backward is not None
    assert len(backward) == len(found)
