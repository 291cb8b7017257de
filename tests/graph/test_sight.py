"""A hidden node changes nothing in any answer, byte for byte, against the same graph without it."""

from dataclasses import replace
from typing import Any

import orjson
from hypothesis import given
from hypothesis import strategies as st

from graph import Graph
from graph.query import Question, Sight, Tally
from tests.graph.questions import questions, tallies
from tests.graph.strategies import alike, graphs, sights
from tests.graph.trials import load, trials
from tests.truth import Small, seen

GRAPHS, QUESTIONS, TALLIES = 8, 4, 2
ASKERS = 2  # of the same questions, alike, as it is the first one who makes Neo4j plan them


def without(small: Small, hidden: set[object]) -> Small:
    """The graph without these nodes and their links."""
    return Small(
        tuple(node for node in small.nodes if node.properties["id"] not in hidden),
        tuple(link for link in small.links if not {link.source, link.target} & hidden),
    )


async def answers(graph: Graph, small: Small, asked: list[Question | Tally]) -> list[bytes]:
    """What is answered to each question about this graph, as bytes."""
    await load(graph, small)
    return [orjson.dumps(await told(graph, each)) for each in asked]


async def told(graph: Graph, question: Question | Tally) -> Any:
    """The answer as lists."""
    if isinstance(question, Tally):
        return await graph.tally(question)
    found = await graph.rows(question)
    return [found.rows, found.total]


@st.composite
def asked_of(draw: st.DrawFn) -> list[Question | Tally]:
    """Questions of all kinds."""
    found: list[Question | Tally] = [draw(questions()) for _ in range(QUESTIONS)]
    return [*found, *(draw(tallies()) for _ in range(TALLIES))]


@st.composite
def hidden_from(draw: st.DrawFn, small: Small, sight: Sight) -> set[object]:
    """All nodes that the asker does not see, or some of them."""
    hidden = [node.properties["id"] for node in small.nodes if not seen(node, sight)]
    return set(hidden) if not hidden or draw(st.booleans()) else draw(st.sets(st.sampled_from(hidden), min_size=1))


@trials(GRAPHS)
@given(data=st.data())
async def test_a_hidden_node_changes_nothing(made_up: Graph, data: st.DataObject) -> None:
    first = data.draw(sights())
    asked = data.draw(asked_of())
    for sight in (first, *(data.draw(alike(first)) for _ in range(ASKERS - 1))):
        small = data.draw(graphs())
        hidden = data.draw(hidden_from(small, sight))
        by_them = [replace(each, sight=sight) for each in asked]

        with_them = await answers(made_up, small, by_them)
        without_them = await answers(made_up, without(small, hidden), by_them)

        assert with_them == without_them
