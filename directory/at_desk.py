"""What the commands that open the graph share: who runs them, and a desk to work at."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from directory.actor import Actor
from directory.desk import Desk
from directory.opening import open_directory
from directory.settings import Settings

OPERATOR: Final = Actor("operator", "Operator of this machine", site_admin=True)
"""Who runs a command on the machine that holds the graph can do everything with it."""


def at_desk(settings: Settings, work: Callable[[Desk], Awaitable[int]]) -> int:
    """The exit code of work done at the operator's desk, over a graph that is open meanwhile."""

    async def run() -> int:
        directory = await open_directory(settings)
        try:
            return await work(directory.desk(OPERATOR))
        finally:
            await directory.close()

    return asyncio.run(run())
