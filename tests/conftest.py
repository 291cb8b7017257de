"""What tests share: the graph, on each engine."""

import inspect
import os
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from directory import editing
from directory.actor import Actor
from directory.desk import Desk
from directory.shaped import shape
from graph import Graph, open_graph
from tests.neo4j.server import ELSEWHERE, Running, lacking, new_folder, server, start


def _frames() -> list[inspect.FrameInfo]:
    """The stack, from here outwards; without the lines of its source, and files as their code names them."""
    frame, found = inspect.currentframe(), []
    while frame := frame and frame.f_back:
        code = frame.f_code
        found.append(inspect.FrameInfo(frame, code.co_filename, frame.f_lineno, code.co_name, None, None))
    return found


# To say where a doubtful statement was sent, the driver looks at the stack at each one: three quarters of what tests of
# the graph do in Python, done as the library does it.
inspect.stack = _frames

ENGINES = ["embedded", pytest.param("neo4j", marks=pytest.mark.neo4j)]


# Files whose tests need Neo4j though their names do not say so.
OF_NEO4J = (
    "tests/graph/test_plans.py",
    "tests/graph/test_store.py",
    "tests/schema/test_forms.py",
    "tests/schema/test_outage.py",
)


def _part(nodeid: str) -> str:
    """Tests are shared out by file, but those that need Neo4j in two parts: a server is dear to start and to warm.

    The package `graph` asks of labels of its own, so neither server plans what the other one has planned.
    """
    if "neo4j" in nodeid or nodeid.startswith(OF_NEO4J):
        return "neo4j, graph" if nodeid.startswith("tests/graph/") else "neo4j"
    return nodeid.split("::")[0]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long comes first, so that no process is left alone with it at the end."""
    items.sort(key=lambda item: (not _part(item.nodeid).startswith("neo4j"), item.get_closest_marker("slow") is None))


class ByPart(LoadScopeScheduling):
    """Shares the parts out in their order."""

    def _split_scope(self, nodeid: str) -> str:
        return _part(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByPart:
    """How the processes share the tests. `--dist loadgroup` does nothing with pytest 9.2."""
    config.option.loadscopereorder = False
    return ByPart(config, log)


@pytest.fixture(scope="session")
def neo4j_possible() -> None:
    """Where no Neo4j can be had the test is skipped, except in CI."""
    if reason := lacking():
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)


@pytest.fixture(scope="session")
def neo4j_server(neo4j_possible: None) -> Iterator[Running]:
    """A real Neo4j, one for the whole run."""
    running = server()
    yield running
    running.forget()


@pytest.fixture
def own_server(neo4j_possible: None) -> Iterator[list[Running]]:
    """A server of our own, that may be killed and started again. The last of the list is the one that runs."""
    if ELSEWHERE:
        pytest.skip("a server that somebody else started is not ours to kill")
    servers = [start(new_folder())]
    yield servers
    servers[-1].forget()


@pytest.fixture(scope="session", params=ENGINES)
def graph_address(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What `open_graph` must be told to reach each engine."""
    if request.param == "embedded":
        return {"url": f"embedded:{tmp_path_factory.mktemp('graph')}"}
    running: Running = request.getfixturevalue("neo4j_server")
    return {"url": running.url, "user": running.user, "password": running.password}


@pytest.fixture(scope="session")
async def shared_graph(graph_address: dict[str, str]) -> AsyncIterator[Graph]:
    """The graph of each engine, as the last test left it."""
    # On a busy machine Neo4j can take many seconds to plan a long question that it has not met before.
    opened = await open_graph(**graph_address, memory="512m", statement_timeout=60, notifications="WARNING")
    yield opened
    await opened.close()


@pytest.fixture
async def graph(shared_graph: Graph) -> Graph:
    """The graph of each engine, empty. What earlier tests declared stays declared."""
    await shared_graph.wipe()
    shared_graph.round_trips = 0
    return shared_graph


class Clock:
    """Time that moves by one second at each look, so that what comes later is later."""

    def __init__(self) -> None:
        self.seconds = 0

    def __call__(self) -> datetime:
        self.seconds += 1
        return datetime(2025, 1, 1, tzinfo=UTC) + timedelta(seconds=self.seconds)


@pytest.fixture(scope="session")
async def declared(shared_graph: Graph) -> None:
    """What the directory keeps is declared, once: that stays when the graph is emptied."""
    await shared_graph.shape(shape())


@pytest.fixture
async def desk(graph: Graph, declared: None) -> Desk:
    """The desk of a site admin, over a graph that holds an empty site."""
    made = Desk(graph, Actor("u-admin", "Admin", site_admin=True), Clock())
    await editing.found_site(made)
    return made
