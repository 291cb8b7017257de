import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.analysis.graphs import articulation, components, fast, fast_betweenness, plain_betweenness

POINTS = "abcdefgh"
EDGES = st.sets(st.tuples(st.sampled_from(POINTS), st.sampled_from(POINTS)).filter(lambda edge: edge[0] < edge[1]))


def links(edges):
    found = {point: [] for point in POINTS}
    for a, b in sorted(edges):
        found[a].append(b)
        found[b].append(a)
    return found


def without(found, gone):
    return {point: [other for other in others if other != gone] for point, others in found.items() if point != gone}


@given(EDGES)
@settings(deadline=None)
def test_a_point_is_an_articulation_exactly_when_its_removal_makes_more_pieces(edges):
    found = links(edges)

    splitting = {
        point for point in POINTS if found[point] and len(components(without(found, point))) > len(components(found))
    }

    assert articulation(found) == splitting


def test_a_long_chain_does_not_exhaust_the_stack():
    chain = {f"{n:05}": [f"{other:05}" for other in (n - 1, n + 1) if 0 <= other < 20000] for n in range(20000)}

    assert len(articulation(chain)) == 19998
    assert [len(piece) for piece in components(chain)] == [20000]


def test_betweenness_of_a_star_and_of_a_ring():
    star = {"a": ["b", "c", "d"], "b": ["a"], "c": ["a"], "d": ["a"]}
    ring = {"a": ["b", "d"], "b": ["a", "c"], "c": ["b", "d"], "d": ["a", "c"]}

    assert plain_betweenness(star) == {"a": 3.0, "b": 0.0, "c": 0.0, "d": 0.0}
    assert plain_betweenness(ring) == dict.fromkeys("abcd", 0.5)


@pytest.mark.skipif(fast() is None, reason="rustworkx is not installed")
@given(EDGES)
@settings(deadline=None)
def test_rustworkx_gives_the_same_betweenness(edges):
    found = links(edges)

    quick = fast_betweenness(fast(), found)

    assert {point: round(raw, 4) for point, raw in quick.items()} == {
        point: round(raw, 4) for point, raw in plain_betweenness(found).items()
    }
