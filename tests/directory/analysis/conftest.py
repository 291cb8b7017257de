"""The network's own published data on each engine, as analyses reach it through the graph."""

import pytest

from directory.actor import Actor
from directory.desk import Desk
from directory.shaped import shape
from graph import Graph
from importers import run
from tests.schema.conftest import is_loaded

ADMIN = Actor("u-admin", "Admin", site_admin=True)


@pytest.fixture
async def published(shared_graph: Graph) -> Desk:
    """The desk of a site admin over the bundled data, which is loaded again when another test took it away."""
    desk = Desk(shared_graph, ADMIN)
    if not await is_loaded(shared_graph):
        await shared_graph.wipe()
        await shared_graph.shape(shape())
        await run.apply(desk, await run.plan(desk))
    return desk
