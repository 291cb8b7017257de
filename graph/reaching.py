"""Reaching an engine: its address, its process and its password become a driver that has been answered to."""

import asyncio
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from neo4j import (
    READ_ACCESS,
    AsyncDriver,
    AsyncGraphDatabase,
    NotificationDisabledClassification,
    NotificationMinimumSeverity,
)
from neo4j.api import AsyncBookmarkManager
from neo4j.exceptions import AuthError, ServiceUnavailable, SessionExpired

from graph.embedded import DATABASE, USER, Embedded, open_folder
from graph.engines import ARCADEDB, NEO4J, Engine
from graph.errors import Unreachable
from graph.refusals import said_by_us

Severity = Literal["OFF", "WARNING", "INFORMATION"]

_OLDEST = (5, 23)  # the first Neo4j that understands every form we say
_JOINING = 20.0  # seconds in which the process that runs an embedded engine may end, and another one start it
_GONE = (ServiceUnavailable, SessionExpired, AuthError)  # a stopped engine says that it knows nobody any more


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


def has_gone(embedded: Embedded | None, error: BaseException) -> bool:
    """Whether an error says that the process has gone that ran the engine for us."""
    return embedded is not None and not embedded.ours and isinstance(error, _GONE)


async def reach_folder(folder: Path, memory: str, terms: Terms) -> Reached:
    """The engine of a folder. The process found there may be about to end: then it is looked for again."""
    deadline = time.monotonic() + _JOINING
    with said_by_us(str(folder)):
        while True:
            embedded = await asyncio.to_thread(open_folder, folder, memory, terms.statement_timeout)
            driver = _driver(embedded.url, (USER, embedded.password), ARCADEDB, terms)
            try:
                await _agent(driver, DATABASE, ARCADEDB)
                return Reached(ARCADEDB, driver, DATABASE, embedded=embedded)
            except BaseException as error:
                await driver.close()
                await asyncio.to_thread(embedded.stop)
                if time.monotonic() > deadline or not has_gone(embedded, error):
                    raise
            await asyncio.sleep(0.1)


async def reach_server(url: str, auth: tuple[str, str], database: str | None, terms: Terms) -> Reached:
    """The server at an address, once it has let us into the database. Raises Unreachable."""
    with said_by_us(url):
        driver = _driver(url, auth if auth[1] else None, NEO4J, terms)
        try:
            agent = await _agent(driver, database, NEO4J)
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
        connection_timeout=engine.patience,
        connection_acquisition_timeout=terms.pool_wait,
        notifications_min_severity=NotificationMinimumSeverity(terms.notifications),
        # An empty graph has none of our names yet: that a statement uses them is no news.
        notifications_disabled_classifications=[NotificationDisabledClassification.UNRECOGNIZED],
        warn_notification_severity=NotificationMinimumSeverity(terms.notifications),
        telemetry_disabled=True,
        user_agent="cite-directory",
    )


async def _agent(driver: AsyncDriver, database: str | None, engine: Engine) -> str:
    """What the server says it is, once it has let us into the database.

    An engine that has just started may greet later than requests wait for a connection.
    """
    async with driver.session(
        database=database, default_access_mode=READ_ACCESS, connection_acquisition_timeout=engine.patience
    ) as session:
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
