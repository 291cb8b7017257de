"""Random questions on random graphs: each engine answers what the oracle does."""

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, note
from hypothesis import strategies as st

from graph import Graph
from graph.query import Question, Tally
from tests.graph.questions import questions, tallies
from tests.graph.strategies import alike, graphs
from tests.graph.trials import load, trials
from tests.oracle import answer, tallied
from tests.truth import Small

GRAPHS = 24
QUESTIONS, TALLIES = 8, 3  # on each graph
ASKERS = 4  # of each question, alike, as it is the first one who makes Neo4j plan it (a fifth of a second)
LEAST = 1_000  # questions an engine; there are two
asked: Counter[str] = Counter()


def plain(found: Any) -> Any:
    """The answer with its truths told from its numbers, which Python takes for equal."""
    if isinstance(found, list):
        return [plain(each) for each in found]
    return str(found) if isinstance(found, bool) else found


async def agree(graph: Graph, small: Small, question: Question | Tally) -> None:
    """The engine's answer is the oracle's."""
    asked[graph.engine.name] += 1
    note(repr(question))
    if isinstance(question, Tally):
        assert plain(await graph.tally(question)) == plain(tallied(small, question))
        return
    found, expected = await graph.rows(question), answer(small, question)
    assert plain(found.rows) == plain(expected.rows)
    assert found.total == expected.total


@trials(GRAPHS)
@given(data=st.data())
async def test_engine_and_oracle_agree(made_up: Graph, data: st.DataObject) -> None:
    small = data.draw(graphs())
    await load(made_up, small)
    kinds: list[st.SearchStrategy[Any]] = [questions()] * QUESTIONS + [tallies()] * TALLIES
    for kind in kinds:
        question = data.draw(kind)
        others = [data.draw(alike(question.sight)) for _ in range(ASKERS - 1)]
        for sight in (question.sight, *others):
            await agree(made_up, small, replace(question, sight=sight))


async def test_many_questions_were_asked(graph: Graph) -> None:
    if not asked[graph.engine.name]:
        pytest.skip("no question was asked in this run")

    assert asked[graph.engine.name] >= LEAST
