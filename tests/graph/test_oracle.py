"""Random questions on random graphs: each engine answers what the oracle does."""

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, note
from hypothesis import strategies as st

from graph import Graph, NewLink, NewNode
from graph.query import (
    And,
    AnyItem,
    Attribute,
    Branch,
    Column,
    Compare,
    Condition,
    Follow,
    Hop,
    Level,
    Not,
    Operator,
    Or,
    Quantifier,
    Question,
    Related,
    Shares,
    Sight,
    Sort,
    Tally,
)
from tests.graph.questions import questions, tallies
from tests.graph.strategies import alike, graphs
from tests.graph.trials import load, trials
from tests.oracle import answer, tallied
from tests.truth import Small

GRAPHS, MORE_GRAPHS = 8, 20  # on both engines; on the embedded one, which plans nothing beforehand
QUESTIONS, TALLIES = 8, 3  # on each graph
ASKERS = 6  # of each question, alike, as it is the first one who makes Neo4j plan it (a fifth of a second)
LEAST = {"neo4j": 500, "arcadedb": 1_500}  # questions that are asked of each engine
asked: Counter[str] = Counter()


def plain(found: Any) -> Any:
    """The answer with its truths told from its numbers, which Python takes for equal."""
    if isinstance(found, list):
        return [plain(each) for each in found]
    return str(found) if isinstance(found, bool) else found


async def agree(graph: Graph, small: Small, question: Question | Tally) -> None:
    """The engine's answer is the oracle's."""
    asked[graph.engine.name] += 1
    if isinstance(question, Tally):
        assert plain(await graph.tally(question)) == plain(tallied(small, question))
        return
    found, expected = await graph.rows(question), answer(small, question)
    assert settled(question.level, plain(found.rows)) == settled(question.level, plain(expected.rows))
    assert found.total == expected.total


def settled(level: Level, rows: list[list[Any]]) -> list[list[Any]]:
    """The rows with what hangs below them in no order put in one."""
    several = len(level.branches) > 1
    for row in rows:
        branch = level.branches[int(row[0])] if several else level.branches[0]
        place = several + len(branch.columns)
        for follow in branch.follows:
            place += follow.level.total
            if follow.level.rows:
                below = settled(follow.level, row[place])
                row[place] = below if follow.level.order or follow.level.page else sorted(below, key=repr)
                place += 1
    return rows


async def ask(graph: Graph, data: st.DataObject) -> None:
    """Put random questions on a random graph to the engine and to the oracle."""
    small = data.draw(graphs())
    await load(graph, small)
    kinds: list[st.SearchStrategy[Any]] = [questions()] * QUESTIONS + [tallies()] * TALLIES
    for kind in kinds:
        question = data.draw(kind)
        others = [data.draw(alike(question.sight)) for _ in range(ASKERS - 1)]
        for sight in (question.sight, *others):
            note(repr(sight))
            await agree(graph, small, replace(question, sight=sight))


@trials(GRAPHS)
@given(data=st.data())
async def test_engine_and_oracle_agree(made_up: Graph, data: st.DataObject) -> None:
    await ask(made_up, data)


@pytest.mark.parametrize("graph_address", ["embedded"], indirect=True)
@trials(MORE_GRAPHS)
@given(data=st.data())
async def test_the_embedded_engine_and_the_oracle_agree_on_more(made_up: Graph, data: st.DataObject) -> None:
    await ask(made_up, data)


async def test_many_questions_were_asked(graph: Graph) -> None:
    if not asked[graph.engine.name]:
        pytest.skip("no question was asked in this run")

    assert asked[graph.engine.name] >= LEAST[graph.engine.name]


ID, NAME, TAGS = Attribute("id"), Attribute("name"), Attribute("tags")
LISTED = Small(
    (
        NewNode("A", {"id": "absent"}),
        NewNode("A", {"id": "both", "tags": ["x", "y"], "name": "a"}),
        NewNode("A", {"id": "empty", "tags": []}),
        NewNode("A", {"id": "other", "tags": ["z"]}),
    ),
    tuple(NewLink("KNOWS", "A", source, "A", "absent") for source in ("both", "empty", "other")),
)
HAS, HAS_ALL = AnyItem(TAGS, Operator.EQ, "x"), Shares(TAGS, ("x", "y"), every=True)
NAMED = Compare(NAME, Operator.EQ, "a")
ONCE_WRONG: list[Condition] = [  # on ArcadeDB, when the complement of an unknown any() was said in another way
    Not(HAS),
    Not(HAS_ALL),
    Not(Shares(TAGS, ("x",))),
    Not(Not(HAS)),
    Not(And((NAMED, HAS))),
    Not(Or((NAMED, HAS_ALL))),
    Or((NAMED, Not(HAS))),
    Related(Quantifier.EVERY, (Hop(("KNOWS",), True, ("A",)),), HAS),
    Related(Quantifier.SOME, (Hop(("KNOWS",), True, ("A",), Not(HAS)),)),
]


async def test_the_complement_of_the_unknown_is_true(made_up: Graph) -> None:
    await load(made_up, LISTED)

    for condition in ONCE_WRONG:
        level = Level((Branch("A", (Column((ID,)),)),), condition, (Sort(ID),), total=True)
        await agree(made_up, LISTED, Question(level, Sight("2026", everything=True)))


async def test_the_least_value_is_an_order_below_an_order(made_up: Graph) -> None:
    known = (Hop(("KNOWS",), True, ("A",)),)
    below = Level((Branch("A", (Column((ID,)),)),), None, (Sort(NAME, path=known),))  # Neo4j refuses a min() here
    level = Level((Branch("A", (Column((ID,)),), (Follow(known, below),)),), None, (Sort(ID, path=known),))
    await load(made_up, LISTED)

    await agree(made_up, LISTED, Question(level, Sight("2026", everything=True)))
