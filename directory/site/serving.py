"""`directory serve` and `directory demo`: the application behind its web server, until it is stopped."""

import argparse
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import uvicorn

from directory.at_desk import at_desk, over_graph
from directory.desk import Desk
from directory.doing import OUT, Parsers
from directory.load_command import loaded
from directory.settings import Settings
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
    with ThreadPoolExecutor(max_workers=1) as aside:
        aside.submit(built, settings.plans)  # while the engine starts and compares what it holds
        code = at_desk(settings, load_bundle)
    return code or run_serve(given, settings)


async def load_bundle(desk: Desk) -> int:
    """The exit code of loading the network's data where it is not there yet."""
    return await loaded(desk, await plan(desk), keep_good=False)


def run_serve(given: argparse.Namespace, settings: Settings) -> int:
    """Serve until stopped."""
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
