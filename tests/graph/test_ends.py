"""The ends of a path, asked of all items of a label at once, are those that the oracle finds below each item."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from graph import Graph
from graph.ends import Ends
from graph.query import Attribute, Branch, Column, Follow, Level, Question
from tests.graph.questions import paths
from tests.graph.strategies import LABELS, graphs, sights
from tests.graph.trials import load, trials
from tests.oracle import answer
from tests.truth import Small

GRAPHS = 12
PATHS = 6  # on each graph
IDS = (Column((Attribute("id"),)),)


@trials(GRAPHS)
@given(data=st.data())
async def test_the_ends_of_all_are_those_of_each(made_up: Graph, data: st.DataObject) -> None:
    small = data.draw(graphs())
    await load(made_up, small)
    for _ in range(PATHS):
        label = data.draw(st.sampled_from(LABELS))
        asked = Ends(label, data.draw(paths((label,), 1)), data.draw(sights()))

        found = await made_up.ends(asked)

        assert len(found) == len({reached for reached, _ in found})
        assert sorted((id, reached) for reached, ids in found for id in ids) == one_by_one(small, asked)


def one_by_one(small: Small, asked: Ends) -> list[tuple[Any, Any]]:
    """The pairs of an item and an end."""
    below = Level(tuple(Branch(label, IDS) for label in asked.path[-1].labels))
    level = Level((Branch(asked.label, IDS, (Follow(asked.path, below),)),))
    rows: list[Any] = answer(small, Question(level, asked.sight)).rows
    return sorted((id, end[-1]) for id, ends in rows for end in ends)
