"""Loads many nodes and links fast: into an empty embedded graph by the engine's own door, else batch by batch."""

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any, TypeVar

from graph.embedded import Embedded
from graph.errors import NotFound
from graph.statement import Statement
from graph.store import Graph
from graph.transaction import NewLink, NewNode, Transaction, grouped, known, stored

E = TypeVar("E")
Progress = Callable[[int, int], None]
BATCH = 2000  # larger ones are no faster on either engine, and links even slower
TOGETHER = 1000  # in one transaction of the embedded engine's batch, where more only make its memory harder to clean
AHEAD = 5 * BATCH  # prepared while that engine is busy with as many: some of these it only puts aside
TAKEN = 2 * AHEAD  # links it keeps before it stores some; with more, nearly all are stored when it is closed
SAFELY = {"use_wal": True, "wal_flush": "yes_full", "commit_every": TOGETHER, "batch_size": TAKEN}


@dataclass(frozen=True, slots=True)
class Rate:
    """How fast something was loaded, in nodes and in links a second."""

    nodes: float
    links: float


async def load(
    graph: Graph,
    nodes: Iterable[NewNode],
    links: Iterable[NewLink],
    progress: Progress | None = None,
    *,
    alone: Collection[str] = (),
) -> None:
    """Store all nodes, then all links between them or to older nodes. Its types must be declared before.

    The links are asked for when no more nodes come. None may lead to or from nodes whose label is one of `alone`: where
    these are is not remembered. `progress` is told how many nodes and how many links the engine was given. This is no
    transaction: when it fails, whole batches may be there; but what is loaded into an empty embedded graph is there
    wholly or not at all. One loader at a time: two are no faster. Raises Conflict for an id that is taken and NotFound
    for a link to nowhere.
    """
    told = progress or (lambda nodes, links: None)
    embedded = graph.embedded
    if embedded is not None and embedded.ours and await _empty(graph):
        await _pour(graph, embedded, nodes, links, told, alone)
    else:
        await _send(graph, nodes, links, told)


async def raw_rate(graph: Graph, nodes: Sequence[NewNode], links: Sequence[NewLink]) -> Rate:
    """The rate of the engine's own fastest loading, all data prepared beforehand: what `load` is measured against.

    On the embedded engine that is its in-process batch, without the log that makes it safe; on a server, plain UNWIND
    statements. The graph must be empty, and is left loaded.
    """
    embedded = graph.embedded
    if embedded is None or not embedded.ours:
        return await _raw_statements(graph, nodes, links)
    return await asyncio.to_thread(_raw_pouring, embedded, nodes, links)


async def _empty(graph: Graph) -> bool:
    text = "MATCH (n) WHERE NOT (n:Counter OR n:Migration) WITH n LIMIT 1 RETURN count(*)"
    return await graph.read(Statement(text)) == [0]


# Batch by batch ------------------------------------------------------------------------------------------------------


async def _send(graph: Graph, nodes: Iterable[NewNode], links: Iterable[NewLink], progress: Progress) -> None:
    arrived = 0

    async def create(batch: Sequence[NewNode]) -> None:
        await graph.write(lambda transaction: transaction.create(batch))

    async def connect(batch: Sequence[NewLink]) -> None:
        await graph.write(lambda transaction: transaction.connect(batch))

    async for arrived in _in_flight(nodes, create):
        progress(arrived, 0)
    async for joined in _in_flight(links, connect):
        progress(arrived, joined)


async def _in_flight(
    values: Iterable[E], send: Callable[[Sequence[E]], Awaitable[None]], size: int = BATCH
) -> AsyncIterator[int]:
    """Send batches one after the other, each prepared while the one before is on its way; how many have arrived."""
    arrived = 0
    batches = _batches(values, size)
    batch = next(batches, None)
    while batch is not None:
        sending = asyncio.ensure_future(send(batch))
        try:
            await asyncio.sleep(0)  # let it leave before the next one takes the processor
            following = next(batches, None)
            await sending
        finally:
            sending.cancel()  # nothing, unless we were stopped
        arrived += len(batch)
        yield arrived
        batch = following


def _batches(values: Iterable[E], size: int = BATCH) -> Iterator[list[E]]:
    source = iter(values)
    while batch := list(islice(source, size)):
        yield batch


# By the embedded engine's own door -----------------------------------------------------------------------------------


class _Pouring:
    """The engine's batch, and where it put each node. All calls on one thread, which owns the transactions."""

    def __init__(self, embedded: Embedded, alone: Collection[str] = (), **options: Any) -> None:
        self._batch = embedded.database.graph_batch(**options)
        self._alone = alone
        self._places: dict[str, dict[str, str]] = defaultdict(dict)
        self._waiting: dict[str, list[dict[str, Any]]] = defaultdict(list)

    def create(self, nodes: Sequence[NewNode]) -> None:
        """Store nodes, of one label in each transaction: those that do not fill one wait for others of their label."""
        for node in nodes:
            rows = self._waiting[node.label]
            rows.append(stored(node))
            if len(rows) == TOGETHER:
                self._store(node.label)

    def create_rest(self) -> None:
        """Store the nodes that wait."""
        for label in list(self._waiting):
            self._store(label)

    def _store(self, label: str) -> None:
        rows = self._waiting.pop(label)
        places = self._batch.create_vertices(label, rows)
        if label not in self._alone:
            self._places[label].update((row["id"], place) for row, place in zip(rows, places, strict=True))

    def connect(self, links: Sequence[NewLink]) -> None:
        """Store links, once all nodes are."""
        for kind, group in grouped(links, lambda link: link.type).items():
            sources = [self._place(link.source_label, link.source) for link in group]
            targets = [self._place(link.target_label, link.target) for link in group]
            own = [known(link.properties) for link in group] if any(link.properties for link in group) else None
            self._batch.new_edges(sources, kind, targets, own)

    def close(self) -> None:
        self._batch.close()

    def _place(self, label: str, id: str) -> str:
        try:
            return self._places[label][id]
        except KeyError:
            raise NotFound(label, [id]) from None


async def _pour(
    graph: Graph,
    embedded: Embedded,
    nodes: Iterable[NewNode],
    links: Iterable[NewLink],
    progress: Progress,
    alone: Collection[str],
) -> None:
    """All or nothing: a link is stored at its two ends at different times, so a load that stops half-way is undone."""
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(1) as thread:
        async with _undone_when_it_fails(graph, embedded):
            run = partial(loop.run_in_executor, thread)
            arrived = 0
            pouring = await run(partial(_Pouring, embedded, alone, **SAFELY))
            try:
                with embedded.refusals():
                    async for arrived in _in_flight(nodes, partial(run, pouring.create), AHEAD):
                        progress(arrived, 0)
                    await run(pouring.create_rest)
                    async for joined in _in_flight(links, partial(run, pouring.connect), AHEAD):
                        progress(arrived, joined)
            finally:
                with embedded.refusals():
                    await run(pouring.close)


@asynccontextmanager
async def _undone_when_it_fails(graph: Graph, embedded: Embedded) -> AsyncIterator[None]:
    embedded.begin_load()
    try:
        yield
    except BaseException:
        await graph.wipe()
        raise
    finally:
        embedded.end_load()


# The rates to compare with -------------------------------------------------------------------------------------------


def _raw_pouring(embedded: Embedded, nodes: Sequence[NewNode], links: Sequence[NewLink]) -> Rate:
    with embedded.refusals():
        pouring = _Pouring(embedded)
        node_batches, link_batches = list(_batches(nodes)), list(_batches(links))
        start = time.perf_counter()
        for batch in node_batches:
            pouring.create(batch)
        pouring.create_rest()
        middle = time.perf_counter()
        for some in link_batches:
            pouring.connect(some)
        pouring.close()
        end = time.perf_counter()
    return Rate(len(nodes) / (middle - start), len(links) / (end - middle))


async def _raw_statements(graph: Graph, nodes: Sequence[NewNode], links: Sequence[NewLink]) -> Rate:
    rows = graph.engine.parameter("rows")
    creating, connecting = [], []
    for label, group in grouped(nodes, lambda node: node.label).items():
        text = f"UNWIND {rows} AS row CREATE (n:{label}) SET n = row"
        creating += [Statement(text, {"rows": [dict(x.properties) for x in batch]}) for batch in _batches(group)]
    ends = grouped(links, lambda link: (link.type, link.source_label, link.target_label))
    for (kind, source, target), joined in ends.items():
        text = (
            f"UNWIND {rows} AS row MATCH (a:{source} {{id: row.s}}) MATCH (b:{target} {{id: row.t}}) "
            f"CREATE (a)-[r:{kind}]->(b) SET r = row.p"
        )
        for some in _batches(joined):
            each = [{"s": x.source, "t": x.target, "p": dict(x.properties)} for x in some]
            connecting.append(Statement(text, {"rows": each}))
    start = time.perf_counter()
    for statement in creating:
        await graph.write(_reading(statement))
    middle = time.perf_counter()
    for statement in connecting:
        await graph.write(_reading(statement))
    return Rate(len(nodes) / (middle - start), len(links) / (time.perf_counter() - middle))


def _reading(statement: Statement) -> Callable[[Transaction], Awaitable[list[Any]]]:
    return lambda transaction: transaction.read(statement)
