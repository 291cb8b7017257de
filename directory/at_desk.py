"""What the commands of this machine share: who runs them, which graph they are for, and a desk to work at."""

import argparse
import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from directory import open_directory
from directory.actor import Actor
from directory.desk import Desk
from directory.settings import Settings

OPERATOR: Final = Actor("operator", "Operator of this machine", site_admin=True)
"""Who runs a command on the machine that holds the graph can do everything with it."""


def add_graph(command: argparse.ArgumentParser) -> None:
    """Nothing, once the command takes `--graph`."""
    command.add_argument("--graph", metavar="WHERE", help="embedded:FOLDER or neo4j://HOST:PORT (DIRECTORY_GRAPH)")


def at_desk(settings: Settings, work: Callable[[Desk], Awaitable[int]]) -> int:
    """The exit code of work done at the operator's desk, over a graph that is open meanwhile."""

    async def run() -> int:
        directory = await open_directory(settings)
        try:
            return await work(directory.desk(OPERATOR))
        finally:
            await directory.close()

    return asyncio.run(run())
