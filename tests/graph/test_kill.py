"""Whatever is killed, and whenever: no acknowledged change is lost, and none is there by half."""

import asyncio
import random
import subprocess
import sys
from pathlib import Path

import pytest

from graph import Graph, GraphError, NewLink, NewNode, NodeShape, Property, Shape, Statement, Transaction, open_graph
from graph.bulk import load
from tests.neo4j.server import Running, start

pytestmark = pytest.mark.slow

ROUNDS = 5
PARTS = 3
SHAPE = Shape(
    (NodeShape("Part", (Property("id", "string"), Property("whole", "string")), ("id",), ("whole",)),), ("NEXT",)
)


def chain(whole: str) -> tuple[list[NewNode], list[NewLink]]:
    """One change: nodes that belong together, in a ring of links."""
    ids = [f"{whole}-{number}" for number in range(PARTS)]
    nodes = [NewNode("Part", {"id": id, "whole": whole, "text": "x" * 200}) for id in ids]
    return nodes, [NewLink("NEXT", "Part", ids[number - 1], "Part", ids[number]) for number in range(PARTS)]


async def make(graph: Graph, whole: str) -> None:
    nodes, links = chain(whole)

    async def work(transaction: Transaction) -> None:
        await transaction.create(nodes)
        await transaction.connect(links)
        await transaction.next("changes")

    await graph.write(work)


async def keep_writing(graph: Graph, name: str) -> None:
    """Make one thing after the other, and say each once it is acknowledged: what the killed process runs."""
    await graph.shape(SHAPE)
    for number in range(1_000_000):
        await make(graph, f"{name}.{number}")
        print(f"{name}.{number}", flush=True)


async def keep_loading(graph: Graph) -> None:
    """Load much into an empty graph, and say so when it begins and when it is done."""
    await graph.shape(SHAPE)
    chains = [chain(str(number)) for number in range(10_000)]
    print("begun", flush=True)
    await load(graph, (node for nodes, _ in chains for node in nodes), (link for _, links in chains for link in links))
    print("done", flush=True)
    await asyncio.sleep(60)


async def wholes(graph: Graph) -> set[str]:
    """All that is there, once it is sure that nothing is there by half, however one looks for it."""
    counted = await graph.read(Statement("MATCH (n:Part) WITH n.whole AS w, count(*) AS c RETURN [w, c]"))
    found = dict(counted)
    assert set(found.values()) <= {PARTS}
    for arrow in ("-[:NEXT]->", "<-[:NEXT]-"):
        text = f"MATCH (n:Part){arrow}(m:Part) WITH n.whole AS w, count(*) AS c RETURN [w, c]"
        assert dict(await graph.read(Statement(text))) == found
    named = graph.engine.parameter("ids")
    ids = [f"{whole}-{number}" for whole in list(found)[-300:] for number in range(PARTS)]
    by_index = await graph.read(Statement(f"UNWIND {named} AS id MATCH (n:Part {{id: id}}) RETURN n.id", {"ids": ids}))
    assert sorted(by_index) == sorted(ids)
    return set(found)


# The embedded engine: it dies with its process -----------------------------------------------------------------------


def child(folder: Path, what: str) -> "subprocess.Popen[str]":
    text = (
        "import asyncio\nfrom graph import open_graph\nfrom tests.graph.test_kill import keep_loading, keep_writing\n"
        f"async def main():\n    graph = await open_graph('embedded:{folder}', memory='512m')\n    await {what}\n"
        "asyncio.run(main())\n"
    )
    return subprocess.Popen([sys.executable, "-c", text], stdout=subprocess.PIPE, text=True)


def acknowledged(killed: "subprocess.Popen[str]") -> list[str]:
    """The whole lines that a process printed before it was killed."""
    said, _ = killed.communicate()
    return said[: said.rfind("\n") + 1].split()


async def test_a_killed_process_loses_no_acknowledged_change(tmp_path: Path) -> None:
    kept: set[str] = set()
    for turn in range(ROUNDS):
        writer = child(tmp_path, f"asyncio.gather(*(keep_writing(graph, f'{turn}.{{n}}') for n in range(3)))")
        first = await asyncio.to_thread(writer.stdout.readline)
        await asyncio.sleep(random.uniform(0.1, 1.0))
        writer.kill()
        kept |= {first.strip(), *acknowledged(writer)}

        graph = await open_graph(f"embedded:{tmp_path}", memory="512m")
        try:
            there = await wholes(graph)
        finally:
            await graph.close()

        assert kept <= there
        assert len(there) <= len(kept) + 3 * (turn + 1)  # what was committed but not yet acknowledged


@pytest.mark.parametrize("wait", [0.0, 0.2, 0.5, 1.0, 2.0])
async def test_a_load_killed_half_way_is_there_wholly_or_not_at_all(tmp_path: Path, wait: float) -> None:
    loader = child(tmp_path, "keep_loading(graph)")
    assert await asyncio.to_thread(loader.stdout.readline) == "begun\n"
    await asyncio.sleep(wait)
    loader.kill()
    done = "done" in acknowledged(loader)

    graph = await open_graph(f"embedded:{tmp_path}", memory="512m")
    try:
        await graph.shape(SHAPE)
        assert len(await wholes(graph)) in ({10_000} if done else {0, 10_000})
        await make(graph, "after")
    finally:
        await graph.close()


async def test_a_load_that_was_acknowledged_survives_a_kill(tmp_path: Path) -> None:
    loader = child(tmp_path, "keep_loading(graph)")
    assert await asyncio.to_thread(loader.stdout.readline) == "begun\n"
    assert await asyncio.to_thread(loader.stdout.readline) == "done\n"
    loader.kill()
    loader.communicate()

    graph = await open_graph(f"embedded:{tmp_path}", memory="512m")
    try:
        assert len(await wholes(graph)) == 10_000
    finally:
        await graph.close()


# Neo4j: the server dies, and we go on --------------------------------------------------------------------------------


class Writers:
    """Some who make one thing after the other until they are told to stop, through whatever happens to the server."""

    def __init__(self, graph: Graph, name: str) -> None:
        self.kept: set[str] = set()
        self.in_doubt: set[str] = set()
        self.begun = asyncio.Event()
        self._stopped = False
        self._tasks = [asyncio.create_task(self._write(graph, f"{name}.{number}")) for number in range(4)]

    async def stop(self) -> None:
        self._stopped = True
        await asyncio.gather(*self._tasks)

    async def _write(self, graph: Graph, name: str) -> None:
        number = 0
        while not self._stopped:
            number += 1
            whole = f"{name}.{number}"
            try:
                await make(graph, whole)
                self.kept.add(whole)
                self.begun.set()
            except GraphError:
                self.in_doubt.add(whole)


@pytest.mark.neo4j
async def test_a_killed_server_loses_no_acknowledged_change_and_writers_outlive_it(own_server: list[Running]) -> None:
    first = own_server[0]
    graph = await open_graph(first.url, user=first.user, password=first.password)
    kept: set[str] = set()
    in_doubt: set[str] = set()
    try:
        await graph.shape(SHAPE)
        for turn in range(ROUNDS):
            writers = Writers(graph, f"{turn}")
            await writers.begun.wait()
            await asyncio.sleep(random.uniform(0.0, 1.0))
            own_server[-1].kill()
            own_server.append(await asyncio.to_thread(start, first.folder, first.password, first.port))
            await writers.stop()
            kept |= writers.kept
            in_doubt |= writers.in_doubt

            there = await wholes(graph)

            assert kept <= there <= kept | in_doubt
    finally:
        await graph.close()
