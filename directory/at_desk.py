"""What the commands that open the graph share: who runs them, and a desk to work at."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from directory.actor import Actor
from directory.desk import Desk
from directory.errors import BadInput, NotFound
from directory.grants import actor_of
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


async def user(desk: Desk, id: str) -> Actor:
    """The user with that id, and all their roles. Raises BadInput, which says how to list users, when there is none."""
    try:
        return await actor_of(desk, id)
    except NotFound:
        raise BadInput(f"There is no user {id!r}: `directory user list` shows all.") from None
