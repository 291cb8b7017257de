"""The graph: reads, units of work, retries, time limits. The driver's own exceptions stop here."""

import asyncio
import contextlib
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any, TypeVar

from neo4j import READ_ACCESS, WRITE_ACCESS, AsyncSession, Query
from neo4j.exceptions import ConstraintError, DriverError, IncompleteCommit, Neo4jError

from graph.cypher import decode, say, say_bundled, say_ends, say_tally
from graph.embedded import Embedded
from graph.ends import Ends
from graph.engines import Engine
from graph.errors import DifferentShape, GraphError, Unreachable
from graph.query import Answer, Question, Tally
from graph.reaching import Reached, Severity, Terms, has_gone, reach_folder, reach_server
from graph.refusals import said_by_us, vanished
from graph.shape import Shape
from graph.statement import Statement
from graph.transaction import StoredLink, Transaction, linked, links_statement
from graph.walking import Step, Tying, walking_statement

T = TypeVar("T")

_SCHEMES = ("neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc")
_RETRYING = 30.0  # seconds a unit of work is tried again
_READS = 4  # how often a read is tried
_DECLARING = 5  # how often a shape is tried
_WRITING = 300.0  # seconds for a unit of work: a load of many items, each statement planned for the first time


async def open_graph(
    url: str,
    *,
    user: str = "neo4j",
    password: str = "",
    database: str | None = None,
    memory: str = "1g",
    pool: int = 32,
    statement_timeout: float = 5.0,
    notifications: Severity = "OFF",
    pool_wait: float = 15.0,
) -> "Graph":
    """The graph at neo4j://…, bolt://… (also +s, +ssc) or embedded:FOLDER, once it answers. Raises Unreachable.

    Nothing is blocked meanwhile: start it as a task, prepare whatever else is needed, then await it.
    `notifications` is what the server may tell of doubtful statements: deprecations are worth it in tests only.
    """
    terms = Terms(pool, statement_timeout, notifications, pool_wait)
    scheme, _, rest = url.partition(":")
    if scheme == "embedded" and rest:
        folder = Path(rest)

        async def reach() -> Reached:
            return await reach_folder(folder, memory, terms)

        return Graph(str(folder), reach, await reach(), terms)
    if scheme not in _SCHEMES or not rest.startswith("//"):
        raise Unreachable(
            f"{url!r} is no address of a graph: write embedded:FOLDER, or neo4j://HOST:7687 for a Neo4j server."
        )

    async def reach_again() -> Reached:
        return await reach_server(url, (user, password), database, terms)

    return Graph(url, reach_again, await reach_again(), terms)


class Graph:
    """An open graph. Safe to share between tasks of one event loop."""

    def __init__(self, where: str, reach: Callable[[], Awaitable[Reached]], reached: Reached, terms: Terms) -> None:
        self.round_trips = 0  # reads asked so far: tests count them
        self._where = where
        self._reach = reach
        self._reached = reached
        self._terms = terms
        self._moving: asyncio.Task[None] | None = None
        self._turn: AbstractAsyncContextManager[Any] = contextlib.nullcontext()
        if reached.engine.one_writer:
            self._turn = asyncio.Lock()

    @property
    def engine(self) -> Engine:
        """Which engine keeps the graph."""
        return self._reached.engine

    @property
    def embedded(self) -> Embedded | None:
        """The embedded engine, when it is one."""
        return self._reached.embedded

    async def close(self) -> None:
        """Let go of the graph; an embedded engine that runs in this process ends."""
        if self._moving is not None:
            await asyncio.wait({self._moving})
        await self._reached.driver.close()
        if self._reached.embedded is not None:
            await asyncio.to_thread(self._reached.embedded.stop)

    async def read(self, statement: Statement) -> list[Any]:
        """The first column of every record. One round trip; tried again when the engine was busy or moved.

        What is committed meanwhile may be seen: the properties of a node that is taken away at that moment can be null.
        """
        self.round_trips += 1
        with said_by_us(self._where):
            for _ in range(_READS - 1):
                reached = self._reached
                try:
                    return await self._read(reached, statement)
                except (DriverError, Neo4jError) as error:
                    if not await self._helps_to_try_again(reached, error):
                        raise
            return await self._read(self._reached, statement)

    async def rows(self, question: Question) -> Answer:
        """The answer to a question, in one round trip."""
        return decode(question, await self.read(say(question, self.engine)))

    async def all_rows(self, question: Question) -> list[list[Any]]:
        """All rows of a question without order or page, in one round trip.

        They come many in a record: to read a record takes longer than all that a row holds.
        """
        bundles = await self.read(say_bundled(question, self.engine))
        return [row for bundle in bundles for row in bundle]

    async def ends(self, ends: Ends) -> list[tuple[str, list[str]]]:
        """The ends of a path, each with the items it is reached from, in one round trip.

        For all items of a label this is many times faster than to ask each of them for its ends.
        """
        bundles = await self.read(say_ends(ends, self.engine))
        return [(reached, ids) for bundle in bundles for reached, ids in bundle]

    async def links_of(self, label: str, ids: Sequence[str]) -> list[tuple[str, StoredLink]]:
        """The links from several nodes of one label, each with the id of its node, whoever may see their ends."""
        rows = await self.read(links_statement(self.engine, label, ids, outgoing=True))
        return [linked(row, outgoing=True) for row in rows]

    async def tally(self, tally: Tally) -> list[list[Any]]:
        """The rows of a tally, in one round trip."""
        return await self.read(say_tally(tally, self.engine))

    async def walk(self, asked: Step | Tying) -> list[list[str]]:
        """The rows of a step, or of the ties between nodes, in one round trip; `graph.walking` makes walks of them."""
        statement = walking_statement(asked, self.engine)
        return [] if statement is None else await self.read(statement)

    async def write(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        """What the unit of work gives back, once all it wrote is kept; nothing is kept when it raises.

        The work is run again when others were in the way, and once more when two made the same new node.
        """
        async with self._turn:
            with said_by_us(self._where):
                try:
                    return await self._write(work)
                except ConstraintError:
                    return await self._write(work)

    async def shape(self, shape: Shape) -> None:
        """Declare what is stored, before any of it is. What is already declared is left as it is."""
        wanted = self.engine.declarations(shape)
        for attempt in range(_DECLARING):
            present = await self._declared()
            for each in wanted:
                known = present.get(each.name)
                if known is not None and each.kind and known != each.kind:
                    raise DifferentShape(f"{each.name} is stored as {known} and declared as {each.kind}: migrate it.")
            try:
                return await self._declare([each.text for each in wanted if each.name not in present])
            except GraphError:  # two who start at once are in each other's way, IF NOT EXISTS or not
                if attempt == _DECLARING - 1:
                    raise
                await asyncio.sleep(random.uniform(0.05, 0.3))

    async def wipe(self) -> None:
        """Take away every node and link; what is declared stays."""
        text = "MATCH (n) WITH n LIMIT 2000 DETACH DELETE n RETURN count(*)"
        while (await self.write(lambda transaction: transaction.read(Statement(text)))) != [0]:
            pass

    async def healthy(self) -> bool:
        """Whether the graph answers now."""
        try:
            async with asyncio.timeout(min(2.0, self._terms.statement_timeout)):
                return await self.read(Statement("RETURN 1")) == [1]
        except (GraphError, TimeoutError):
            return False

    async def _read(self, reached: Reached, statement: Statement) -> list[Any]:
        limit = self._terms.statement_timeout
        query = Query(statement.text, timeout=limit)
        # The engine stops the statement; a second more is for one that cannot even say so.
        async with asyncio.timeout(limit + 1), _session(reached, READ_ACCESS) as session:
            result = await session.run(query, reached.engine.parameters(statement.parameters))
            return [record[0] async for record in result]

    async def _write(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        delay = self.engine.first_retry
        deadline = time.monotonic() + _RETRYING
        while True:
            reached = self._reached
            try:
                return await self._attempt(reached, work)
            except (DriverError, Neo4jError) as error:
                late = time.monotonic() + delay > deadline
                if late or not await self._helps_to_try_again(reached, error):
                    raise
            await asyncio.sleep(delay * random.uniform(0.5, 1.5))
            delay = min(delay * 2, 2.0)

    async def _attempt(self, reached: Reached, work: Callable[[Transaction], Awaitable[T]]) -> T:
        async with (
            _session(reached, WRITE_ACCESS) as session,
            await session.begin_transaction(timeout=_WRITING) as transaction,
        ):
            found = await work(Transaction(transaction, reached.engine))
            await transaction.commit()
            return found

    async def _command(self, text: str) -> list[dict[str, Any]]:
        """The records of a statement about the schema, which takes as long as it takes."""
        with said_by_us(self._where):
            async with _session(self._reached, WRITE_ACCESS) as session:
                return [record.data() async for record in await session.run(text)]

    async def _declared(self) -> dict[str, str]:
        """What the engine's schema holds, by name, each with its type if it has one."""
        if self._reached.embedded is None:
            return {row["name"]: "" for row in await self._command("SHOW INDEXES YIELD name")}
        types = await self._sql("SELECT name, properties.name AS names, properties.type AS types FROM schema:types")
        indexes = await self._sql("SELECT name FROM schema:indexes")
        found = {row["name"]: "" for row in (*types, *indexes)}
        for row in types:
            found |= {f"{row['name']}.{name}": kind for name, kind in zip(row["names"], row["types"], strict=True)}
        return found

    async def _declare(self, texts: list[str]) -> None:
        """Declare all of it at once: one by one, the engines write their whole schema again each time."""
        if self._reached.embedded is not None and texts:
            await self._sql(";\n".join(texts) + ";", "sqlscript")
        elif texts:
            with said_by_us(self._where):
                async with (
                    _session(self._reached, WRITE_ACCESS) as session,
                    await session.begin_transaction() as transaction,
                ):
                    for text in texts:
                        await transaction.run(text)
                    await transaction.commit()
            await self._command("CALL db.awaitIndexes(300)")

    async def _sql(self, text: str, language: str = "sql") -> list[dict[str, Any]]:
        """The rows of a statement in the embedded engine's own language."""
        reached = self._reached
        assert reached.embedded is not None
        try:
            return await asyncio.to_thread(reached.embedded.sql, text, language)
        except Unreachable:
            if reached.embedded.ours:
                raise
            await self._find_anew(reached)
        assert self._reached.embedded is not None
        return await asyncio.to_thread(self._reached.embedded.sql, text, language)

    async def _helps_to_try_again(self, reached: Reached, error: DriverError | Neo4jError) -> bool:
        """Whether what failed may succeed now. Where another process ran the engine, and is gone, it is found anew."""
        if isinstance(error, IncompleteCommit):
            return False
        if reached is self._reached and has_gone(reached.embedded, error):
            await self._find_anew(reached)
        return reached is not self._reached or error.is_retryable() or vanished(error)

    async def _find_anew(self, lost: Reached) -> None:
        """Nothing, once the engine is found where it is now: in this process, or in the one that was faster.

        It is one task for all who wait: an engine that starts must not be forgotten because a client has left.
        """
        if self._moving is None:
            self._moving = asyncio.create_task(self._move(lost))
            self._moving.add_done_callback(_has_ended)
        await asyncio.shield(self._moving)

    async def _move(self, lost: Reached) -> None:
        try:
            self._reached = await self._reach()
            await lost.driver.close()
        finally:
            self._moving = None


def _has_ended(task: asyncio.Task[None]) -> None:
    """Nothing; asyncio need not complain of an error that nobody waited for."""
    if not task.cancelled():
        task.exception()


def _session(reached: Reached, access: str) -> AsyncSession:
    return reached.driver.session(
        database=reached.database, default_access_mode=access, bookmark_manager=reached.bookmarks
    )
