"""`directory serve` and `directory demo`: the embedded engine starts while the rest is loaded, which serves."""

import argparse
import asyncio
import gc
import os
import socket
from importlib import import_module
from typing import Any, Final

from uvicorn.loops.auto import auto_loop_factory

from directory.doing import Parsers
from directory.errors import BadSetting
from directory.reaching import over_graph, reach
from directory.settings import Settings

REST: Final = "directory.site.serving"
"""The module that serves. It is named, not imported: it takes as long to load as the engine to start."""

DEMO: Final = """examples:
  directory demo
  directory demo --port 8080 --graph embedded:/tmp/graph"""
SERVE: Final = """examples:
  directory serve
  directory serve --workers 4 --graph neo4j://localhost:7687"""


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
    return _serve(settings, loading=True)


def run_serve(given: argparse.Namespace, settings: Settings) -> int:
    """Serve until stopped."""
    return _serve(settings, loading=False)


def _serve(settings: Settings, loading: bool) -> int:
    """The exit code of a server; one of a single process opens the graph once, for the load and for the site."""
    with door(settings.host, settings.port) as opened:
        if settings.workers > 1:
            code: int = import_module(REST).serve_by_workers(settings, loading, opened)
            return code
        gc.disable()  # until the application runs: nearly all that is made at start stays
        with asyncio.Runner(loop_factory=auto_loop_factory()) as runner:
            return runner.run(_serve_here(settings, loading, opened))


async def _serve_here(settings: Settings, loading: bool, opened: socket.socket) -> int:
    reaching = asyncio.create_task(reach(settings))
    rest: Any = await asyncio.to_thread(import_module, REST)
    code: int = await rest.serve_over(reaching, settings, loading, opened)
    return code


def door(host: str, port: int) -> socket.socket:
    """A socket with that address, where nobody is let in yet. Raises BadSetting when the address cannot be had."""
    opened = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        if os.name == "posix":  # an address whose last server has just ended; elsewhere it means something else
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind((host, port))
    except OSError as error:
        opened.close()
        why = f"Nothing can listen on port {port} of {host} ({(error.strerror or str(error)).lower()})"
        raise BadSetting("DIRECTORY_PORT", f"{why}: name others by --port and --host.") from None
    return opened


WORDS: Final[Parsers] = {"demo": add_demo, "serve": add_serve}
