"""The graph: reads, units of work, retries, time limits. The driver's own exceptions stop here."""

import asyncio
import contextlib
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar

from neo4j import (
    READ_ACCESS,
    WRITE_ACCESS,
    AsyncDriver,
    AsyncGraphDatabase,
    AsyncSession,
    NotificationDisabledClassification,
    NotificationMinimumSeverity,
    Query,
)
from neo4j.api import AsyncBookmarkManager
from neo4j.exceptions import (
    AuthError,
    ConstraintError,
    DriverError,
    IncompleteCommit,
    Neo4jError,
    ServiceUnavailable,
    SessionExpired,
)

from graph.cypher import decode, say, say_tally
from graph.embedded import DATABASE, USER, Embedded, open_folder
from graph.engines import ARCADEDB, NEO4J, Engine
from graph.errors import DifferentShape, GraphError, Unreachable
from graph.query import Answer, Question, Tally
from graph.refusals import said_by_us
from graph.shape import Shape
from graph.statement import Statement
from graph.transaction import StoredLink, Transaction, linked, links_statement
from graph.walking import Step, Tying, walking_statement

T = TypeVar("T")
Severity = Literal["OFF", "WARNING", "INFORMATION"]

_SCHEMES = ("neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc")
_OLDEST = (5, 23)  # the first Neo4j that understands every form we say
_RETRYING = 30.0  # seconds a unit of work is tried again
_DECLARING = 5  # how often a shape is tried
_GONE = (ServiceUnavailable, SessionExpired, AuthError)  # a stopped engine says that it knows nobody any more
_WRITING = 300.0  # seconds for a unit of work: a load of many items, each statement planned for the first time


@dataclass(frozen=True, slots=True)
class Terms:
    """How the graph is talked to, whichever engine it is."""

    pool: int
    statement_timeout: float
    notifications: Severity
    pool_wait: float = 15.0


@dataclass(frozen=True, slots=True)
class Reached:
    """An engine that answers, and the driver that it answers to."""

    engine: Engine
    driver: AsyncDriver
    database: str | None
    bookmarks: AsyncBookmarkManager | None = None
    embedded: Embedded | None = None


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
            return await _reach_folder(folder, memory, terms)

        return Graph(str(folder), reach, await reach(), terms)
    if scheme not in _SCHEMES or not rest.startswith("//"):
        raise Unreachable(
            f"{url!r} is no address of a graph: write embedded:FOLDER, or neo4j://HOST:7687 for a Neo4j server."
        )

    async def reach_server() -> Reached:
        return await _reach_server(url, (user, password), database, terms)

    return Graph(url, reach_server, await reach_server(), terms)


class Graph:
    """An open graph. Safe to share between tasks of one event loop."""

    def __init__(self, where: str, reach: Callable[[], Awaitable[Reached]], reached: Reached, terms: Terms) -> None:
        self.round_trips = 0  # reads asked so far: tests count them
        self._where = where
        self._reach = reach
        self._reached = reached
        self._terms = terms
        self._reaching = asyncio.Lock()
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
        await self._reached.driver.close()
        if self._reached.embedded is not None:
            await asyncio.to_thread(self._reached.embedded.stop)

    async def read(self, statement: Statement) -> list[Any]:
        """The first column of every record. One round trip; tried once more when the engine was busy or moved."""
        self.round_trips += 1
        with said_by_us(self._where):
            try:
                return await self._read(statement)
            except (DriverError, Neo4jError) as error:
                if not await self._reached_again(error) and not error.is_retryable():
                    raise
            return await self._read(statement)

    async def rows(self, question: Question) -> Answer:
        """The answer to a question, in one round trip."""
        return decode(question, await self.read(say(question, self.engine)))

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

    async def _read(self, statement: Statement) -> list[Any]:
        engine = self._reached.engine
        limit = self._terms.statement_timeout
        query = Query(statement.text, timeout=limit)
        # The engine stops the statement; a second more is for one that cannot even say so.
        async with asyncio.timeout(limit + 1), self._session(READ_ACCESS) as session:
            result = await session.run(query, engine.parameters(statement.parameters))
            return [record[0] async for record in result]

    async def _write(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        delay = self.engine.first_retry
        deadline = time.monotonic() + _RETRYING
        while True:
            try:
                return await self._attempt(work)
            except (DriverError, Neo4jError) as error:
                late = time.monotonic() + delay > deadline
                if late or not (await self._reached_again(error) or error.is_retryable()):
                    raise
            await asyncio.sleep(delay * random.uniform(0.5, 1.5))
            delay = min(delay * 2, 2.0)

    async def _attempt(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        async with (
            self._session(WRITE_ACCESS) as session,
            await session.begin_transaction(timeout=_WRITING) as transaction,
        ):
            found = await work(Transaction(transaction, self.engine))
            await transaction.commit()
            return found

    def _session(self, access: str) -> AsyncSession:
        reached = self._reached
        return reached.driver.session(
            database=reached.database, default_access_mode=access, bookmark_manager=reached.bookmarks
        )

    async def _command(self, text: str) -> list[dict[str, Any]]:
        """The records of a statement about the schema, which takes as long as it takes."""
        with said_by_us(self._where):
            async with self._session(WRITE_ACCESS) as session:
                return [record.data() async for record in await session.run(text)]

    async def _declared(self) -> dict[str, str]:
        """What the engine's schema holds, by name, each with its type if it has one."""
        embedded = self._reached.embedded
        if embedded is None:
            return {row["name"]: "" for row in await self._command("SHOW INDEXES YIELD name")}
        asked = "SELECT name, properties.name AS names, properties.type AS types FROM schema:types"
        types = await asyncio.to_thread(embedded.sql, asked)
        indexes = await asyncio.to_thread(embedded.sql, "SELECT name FROM schema:indexes")
        found = {row["name"]: "" for row in (*types, *indexes)}
        for row in types:
            found |= {f"{row['name']}.{name}": kind for name, kind in zip(row["names"], row["types"], strict=True)}
        return found

    async def _declare(self, texts: list[str]) -> None:
        """Declare all of it at once: one by one, the engines write their whole schema again each time."""
        embedded = self._reached.embedded
        if embedded is not None and texts:
            await asyncio.to_thread(embedded.sql, ";\n".join(texts) + ";", "sqlscript")
        elif texts:
            with said_by_us(self._where):
                async with self._session(WRITE_ACCESS) as session, await session.begin_transaction() as transaction:
                    for text in texts:
                        await transaction.run(text)
                    await transaction.commit()
            await self._command("CALL db.awaitIndexes(300)")

    async def _reached_again(self, error: Exception) -> bool:
        """Whether the engine that another process ran has gone, and its place is now taken, by us or somebody else."""
        lost = self._reached
        if lost.embedded is None or lost.embedded.ours or not isinstance(error, _GONE):
            return False
        async with self._reaching:
            if self._reached is lost:
                self._reached = await self._reach()
                await lost.driver.close()
        return not isinstance(error, IncompleteCommit)


async def _reach_folder(folder: Path, memory: str, terms: Terms) -> Reached:
    embedded = await asyncio.to_thread(open_folder, folder, memory, terms.statement_timeout)
    driver = _driver(embedded.url, (USER, embedded.password), ARCADEDB, terms)
    try:
        with said_by_us(str(folder)):
            await _agent(driver, DATABASE)
    except BaseException:
        await driver.close()
        await asyncio.to_thread(embedded.stop)
        raise
    return Reached(ARCADEDB, driver, DATABASE, embedded=embedded)


async def _reach_server(url: str, auth: tuple[str, str], database: str | None, terms: Terms) -> Reached:
    with said_by_us(url):
        driver = _driver(url, auth if auth[1] else None, NEO4J, terms)
        try:
            agent = await _agent(driver, database)
        except BaseException:
            await driver.close()
            raise
    if fault := _unfit(agent):
        await driver.close()
        raise Unreachable(f"{url} is {agent}: {fault}.")
    bookmarks = AsyncGraphDatabase.bookmark_manager() if url.startswith("neo4j") else None
    return Reached(NEO4J, driver, database, bookmarks)


def _driver(url: str, auth: tuple[str, str] | None, engine: Engine, terms: Terms) -> AsyncDriver:
    return AsyncGraphDatabase.driver(
        url,
        auth=auth,
        max_connection_pool_size=terms.pool,
        connection_timeout=5.0,
        connection_acquisition_timeout=terms.pool_wait,
        notifications_min_severity=NotificationMinimumSeverity(terms.notifications),
        # An empty graph has none of our names yet: that a statement uses them is no news.
        notifications_disabled_classifications=[NotificationDisabledClassification.UNRECOGNIZED],
        warn_notification_severity=NotificationMinimumSeverity(terms.notifications),
        telemetry_disabled=True,
        user_agent="cite-directory",
    )


async def _agent(driver: AsyncDriver, database: str | None) -> str:
    """What the server says it is, once it has let us into the database."""
    async with driver.session(database=database, default_access_mode=READ_ACCESS) as session:
        summary = await (await session.run("RETURN 1")).consume()
        return summary.server.agent


def _unfit(agent: str) -> str:
    """Why we cannot use a server that says it is `agent`; empty when we can.

    >>> _unfit("Neo4j/5.26.30"), _unfit("Neo4j/2026.08.1"), _unfit("Neo4j/4.4.0")
    ('', '', 'Neo4j 5.26 or newer is needed')
    """
    if "ArcadeDB" in agent:
        return "only its embedded form is supported, write embedded:FOLDER"
    version = agent.removeprefix("Neo4j/").split(".")
    numbers = tuple(int(part) for part in version[:2] if part.isdecimal())
    return "" if numbers >= _OLDEST else "Neo4j 5.26 or newer is needed"
