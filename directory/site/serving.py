"""The application behind its web server, over a graph that is opened once, until it is stopped."""

import asyncio
import socket
from collections.abc import Awaitable
from contextlib import suppress
from functools import partial
from typing import Any, Final

import uvicorn
from uvicorn.config import STARTUP_FAILURE
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.supervisors import Multiprocess

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


async def serve_over(reaching: Awaitable[Graph], settings: Settings, loading: bool, door: socket.socket) -> int:
    """The exit code of a server in this process, at that door, over the graph once it is reached.

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
    await _serve(directory, door)
    return 0


async def load(desk: Desk, drafts: list[Draft], unread: list[RowFault]) -> int:
    """The exit code of loading the data where there is none of it yet: what is there belongs to who changes it."""
    planned = await plan_of(desk, drafts, unread)
    return 0 if planned.of(Action.SAME, Action.UPDATE) else await loaded(desk, planned, keep_good=False)


async def _serve(directory: Directory, door: socket.socket) -> None:
    async def handed_over(_: Settings) -> Directory:
        return directory

    _say(door)
    config = uvicorn.Config(partial(create, handed_over), **_options(directory.settings))
    await uvicorn.Server(config).serve([door])
    with suppress(asyncio.CancelledError):
        await asyncio.sleep(0)  # a Ctrl-C that stopped the server is handed on by it, and was heard


def serve_by_workers(settings: Settings, loading: bool, door: socket.socket) -> int:
    """The exit code of a server with several processes, which each open the graph: one that is there, and in order."""

    async def begin(desk: Desk) -> int:
        return await load(desk, *bundle.drafts()) if loading else 0

    code = at_desk(settings, begin)
    if code:
        return code
    _say(door)
    workers = Multiprocess(uvicorn.Config(APP, workers=settings.workers, **_options(settings)), sockets=[door])
    workers.run()
    return int(any(each.exitcode == STARTUP_FAILURE for each in workers.processes))


class Ending(HttpToolsProtocol):
    """HTTP whose streams end with the server: who reads one comes back, and goes on from the last cursor."""

    def shutdown(self) -> None:
        """Let an answer be sent, and cut off one that has begun and would go on."""
        super().shutdown()
        if not self.transport.is_closing() and self.cycle.response_started:
            self.transport.close()


def _say(door: socket.socket) -> None:
    host, port = door.getsockname()[:2]
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    OUT.print(f"GraphQL at {address}/graphql", highlight=False)
    OUT.print(f"Try it at  {address}/graphiql    (stop with Ctrl-C)", highlight=False)


def _options(settings: Settings) -> dict[str, Any]:
    """What the web server is told."""
    return {
        "factory": True,
        "http": Ending,
        "log_level": "warning",
        "access_log": False,
        "server_header": False,
        "timeout_graceful_shutdown": 5,
        "ws_max_size": settings.limits.socket_frame,
        "h11_max_incomplete_event_size": settings.limits.headers + settings.limits.url,
    }
