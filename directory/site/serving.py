"""`directory serve` and `directory demo`: the application behind its web server, until it is stopped."""

import argparse
import asyncio
import gc
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import Any, Final

import uvicorn
from uvicorn.loops.auto import auto_loop_factory

from directory.at_desk import OPERATOR, at_desk, over_graph
from directory.desk import Desk
from directory.doing import OUT, Parsers
from directory.load_command import loaded
from directory.opening import Directory, open_directory
from directory.settings import Settings
from directory.site.app import create
from importers.run import plan
from schema.build import built

APP: Final = "directory.site.app:create"
DEMO: Final = """examples:
  directory demo
  directory demo --port 8080 --graph embedded:/tmp/graph"""
SERVE: Final = """examples:
  directory serve
  DIRECTORY_SECRET=… directory serve --workers 4 --graph neo4j://localhost:7687"""


def add_demo(command: argparse.ArgumentParser) -> None:
    """Nothing, once `demo` can be taught and run."""
    command.epilog = DEMO
    over_graph(command, run_demo)
    _add_address(command)


def add_serve(command: argparse.ArgumentParser) -> None:
    """Nothing, once `serve` can be taught and run."""
    command.epilog = SERVE
    over_graph(command, run_serve)
    _add_address(command)
    command.add_argument("--workers", help="web processes (DIRECTORY_WORKERS)")


def _add_address(command: argparse.ArgumentParser) -> None:
    command.add_argument("--host", help="address to listen on (DIRECTORY_HOST)")
    command.add_argument("--port", help="port to listen on (DIRECTORY_PORT)")


def run_demo(given: argparse.Namespace, settings: Settings) -> int:
    """Load the bundled data unless it is there, then serve."""
    if settings.workers == 1:
        return _serve_here(settings, load_bundle)
    return at_desk(settings, load_bundle) or _serve_by_workers(settings)


def run_serve(given: argparse.Namespace, settings: Settings) -> int:
    """Serve until stopped."""
    return _serve_here(settings) if settings.workers == 1 else _serve_by_workers(settings)


async def load_bundle(desk: Desk) -> int:
    """The exit code of loading the network's data where it is not there yet."""
    return await loaded(desk, await plan(desk), keep_good=False)


async def _nothing(_: Desk) -> int:
    return 0


def _serve_here(settings: Settings, first: Callable[[Desk], Awaitable[int]] = _nothing) -> int:
    """The exit code of a server in this process, over a graph that is opened once and in which work is done first."""
    gc.disable()  # until the application runs: nearly all that is made at start stays
    with asyncio.Runner(loop_factory=auto_loop_factory()) as runner:
        return runner.run(_served(settings, first))


async def _served(settings: Settings, first: Callable[[Desk], Awaitable[int]]) -> int:
    making = asyncio.create_task(asyncio.to_thread(built, settings.plans))  # while the engine starts
    directory = await open_directory(settings)
    try:
        code = await first(directory.desk(OPERATOR))
        await making
    except BaseException:
        await directory.close()
        raise
    if code:
        await directory.close()
        return code

    async def handed_over(_: Settings) -> Directory:
        return directory

    _say(settings)
    await uvicorn.Server(uvicorn.Config(partial(create, handed_over), **_options(settings))).serve()
    with suppress(asyncio.CancelledError):
        await asyncio.sleep(0)  # a Ctrl-C that stopped the server is handed on by it, and was heard
    return 0


def _serve_by_workers(settings: Settings) -> int:
    """The exit code of a server with several processes, which each open the graph."""
    _say(settings)
    uvicorn.run(APP, workers=settings.workers, **_options(settings))
    return 0


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


WORDS: Final[Parsers] = {"demo": add_demo, "serve": add_serve}
