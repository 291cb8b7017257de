"""What tests of the graph share: an empty graph of the made-up schema."""

import pytest

from graph import Graph
from tests.graph.strategies import SHAPE


@pytest.fixture
async def made_up(graph: Graph) -> Graph:
    """An empty graph that knows the made-up schema."""
    await graph.shape(SHAPE)
    return graph
