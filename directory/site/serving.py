"""The application behind its web server, over a graph that is opened once, until it is stopped."""

import asyncio
from collections.abc import Awaitable
from contextlib import suppress
from functools import partial
from typing import Any, Final

import uvicorn

from directory.at_desk import OPERATOR, at_desk
from directory.desk import Desk
from directory.doing import OUT
from directory.load_command import loaded
from directory.opening import Directory, directory_on
from directory.settings import Settings
from directory.site.app import create
from graph import Graph
from importers import bundle
from importers.plan import Action
from importers.row import Draft, RowFault
from importers.run import plan_of
from schema.build import built

APP: Final = "directory.site.app:create"


async def serve_over(reaching: Awaitable[Graph], settings: Settings, loading: bool) -> int:
    """The exit code of a server in this process, over the graph once it is reached.

    The schema is made and the tables are read while an engine starts and declares: it lets other threads run.
    """
    making = asyncio.create_task(asyncio.to_thread(built, settings.plans))
    reading = asyncio.create_task(asyncio.to_thread(bundle.drafts)) if loading else None
    directory = await directory_on(await reaching, settings)
    try:
        code = await load(directory.desk(OPERATOR), *await reading) if reading else 0
        await making
    except BaseException:
        await directory.close()
        raise
    if code:
        await directory.close()
        return code
    await _serve(directory)
    return 0


async def load(desk: Desk, drafts: list[Draft], unread: list[RowFault]) -> int:
    """The exit code of loading the data where there is none of it yet: what is there belongs to who changes it."""
    planned = await plan_of(desk, drafts, unread)
    return 0 if planned.of(Action.SAME, Action.UPDATE) else await loaded(desk, planned, keep_good=False)


async def _serve(directory: Directory) -> None:
    async def handed_over(_: Settings) -> Directory:
        return directory

    _say(directory.settings)
    await uvicorn.Server(uvicorn.Config(partial(create, handed_over), **_options(directory.settings))).serve()
    with suppress(asyncio.CancelledError):
        await asyncio.sleep(0)  # a Ctrl-C that stopped the server is handed on by it, and was heard


def serve_by_workers(settings: Settings, loading: bool) -> int:
    """The exit code of a server with several processes, which each open the graph."""
    code = at_desk(settings, lambda desk: load(desk, *bundle.drafts())) if loading else 0
    if code == 0:
        _say(settings)
        uvicorn.run(APP, workers=settings.workers, **_options(settings))
    return code


def _say(settings: Settings) -> None:
    address = f"http://{settings.host}:{settings.port}"
    OUT.print(f"GraphQL at {address}/graphql", highlight=False)
    OUT.print(f"Try it at  {address}/graphiql    (stop with Ctrl-C)", highlight=False)


def _options(settings: Settings) -> dict[str, Any]:
    """What the web server is told."""
    return {
        "factory": True,
        "host": settings.host,
        "port": settings.port,
        "log_level": "warning",
        "access_log": False,
        "server_header": False,
        "timeout_graceful_shutdown": 5,
        "ws_max_size": settings.limits.socket_frame,
        "h11_max_incomplete_event_size": settings.limits.headers + settings.limits.url,
    }
