"""A hidden node changes nothing in any answer, byte for byte, against the same graph without it."""

from dataclasses import replace
from typing import Any

import orjson
from hypothesis import given
from hypothesis import strategies as st

from graph import Graph
from graph.query import Question, Sight, Tally
from tests.graph.questions import questions, tallies
from tests.graph.strategies import graphs, sights
from tests.graph.trials import load, trials
from tests.truth import Small, seen

GRAPHS, QUESTIONS, TALLIES = 8, 9, 3


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
def asked_by(draw: st.DrawFn, sight: Sight) -> list[Question | Tally]:
    """Questions of all kinds by one asker."""
    found: list[Question | Tally] = [draw(questions()) for _ in range(QUESTIONS)]
    found += [draw(tallies()) for _ in range(TALLIES)]
    return [replace(each, sight=sight) for each in found]


@st.composite
def hidden_from(draw: st.DrawFn, small: Small, sight: Sight) -> set[object]:
    """All nodes that the asker does not see, or some of them."""
    hidden = [node.properties["id"] for node in small.nodes if not seen(node, sight)]
    return set(hidden) if not hidden or draw(st.booleans()) else draw(st.sets(st.sampled_from(hidden), min_size=1))


@trials(GRAPHS)
@given(data=st.data())
async def test_a_hidden_node_changes_nothing(made_up: Graph, data: st.DataObject) -> None:
    small, sight = data.draw(graphs()), data.draw(sights())
    hidden = data.draw(hidden_from(small, sight))
    asked = data.draw(asked_by(sight))

    with_them = await answers(made_up, small, asked)
    without_them = await answers(made_up, without(small, hidden), asked)

    assert with_them == without_them
