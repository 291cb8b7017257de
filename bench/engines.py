"""Each engine, empty and shaped, for one measurement; gone afterwards."""

import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from directory.actor import Actor
from directory.editing import found_site
from directory.opening import Directory, open_directory
from directory.settings import read_settings
from tests.neo4j.server import Running, new_folder, start

OPERATOR = Actor("bench", "Bench", site_admin=True)


@contextmanager
def address(engine: str, keep: str | None = None) -> Iterator[dict[str, str]]:
    """The settings that reach a fresh engine: a folder, or a Neo4j server started for it; or the one that is kept.

    A server that is kept is named with DIRECTORY_GRAPH_USER and DIRECTORY_GRAPH_PASSWORD.
    """
    if keep:
        whose = {name: value for name, value in os.environ.items() if name.startswith("DIRECTORY_GRAPH_")}
        yield {
            "DIRECTORY_EMBEDDED_MEMORY": "2g",
            **whose,
            "DIRECTORY_GRAPH": keep if "://" in keep else f"embedded:{keep}",
        }
    elif engine == "embedded":
        folder = Path(tempfile.mkdtemp(prefix="bench-"))
        try:
            yield {"DIRECTORY_GRAPH": f"embedded:{folder / 'graph'}", "DIRECTORY_EMBEDDED_MEMORY": "2g"}
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    else:
        with server() as running:
            yield reaching(running)


@contextmanager
def server() -> Iterator[Running]:
    """A fresh Neo4j server, warmed up by nothing yet."""
    running = start(new_folder(), options=("-Xms1g", "-Xmx2g"))
    try:
        yield running
    finally:
        running.forget()


def reaching(running: Running) -> dict[str, str]:
    """The settings that reach a server."""
    return {
        "DIRECTORY_GRAPH": running.url,
        "DIRECTORY_GRAPH_USER": running.user,
        "DIRECTORY_GRAPH_PASSWORD": running.password,
    }


@asynccontextmanager
async def opened(settings: dict[str, str]) -> AsyncIterator[Directory]:
    """The directory of these settings, founded."""
    limits = {"DIRECTORY_LIMIT_COST": "10000000", "DIRECTORY_LIMIT_COST_PER_MINUTE": "1000000000"}
    long = {"DIRECTORY_STATEMENT_TIMEOUT": "60", "DIRECTORY_LIMIT_COST_PER_MINUTE_ANONYMOUS": "1000000000"}
    directory = await open_directory(read_settings({**settings, **limits, **long}))
    try:
        await found_site(directory.desk(OPERATOR))
        yield directory
    finally:
        await directory.close()
