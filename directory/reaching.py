"""The graph that the settings name, reached before the directory on it is known: an engine takes a while to start.

So nothing of the directory is imported here but its settings.
"""

import argparse
from typing import Any

from directory.doing import Run, doing
from directory.settings import Settings
from graph import Graph, GraphError, open_graph


async def reach(settings: Settings) -> Graph:
    """The graph; an embedded engine is started or joined. Raises graph.Unreachable, a sentence that says what to do."""
    password = settings.graph_password
    return await open_graph(
        settings.graph,
        user=settings.graph_user,
        password=password.get_secret_value() if password else "",
        database=settings.graph_database,
        memory=settings.embedded_memory,
        pool=settings.pool,
        statement_timeout=settings.statement_timeout,
        pool_wait=settings.pool_wait,
    )


def over_graph(command: argparse.ArgumentParser, run: Run, *refusals: type[Exception]) -> None:
    """Nothing, once the command takes `--graph` and is done by `run`."""
    command.add_argument("--graph", metavar="WHERE", help="embedded:FOLDER or neo4j://HOST:PORT (DIRECTORY_GRAPH)")
    command.set_defaults(run=doing(run, GraphError, *refusals))


def verb(verbs: Any, name: str, run: Run, help: str, *refusals: type[Exception]) -> argparse.ArgumentParser:
    """The parser of a verb of a command, over a graph: `list` of `directory user list`."""
    made: argparse.ArgumentParser = verbs.add_parser(name, help=help, description=help)
    over_graph(made, run, *refusals)
    return made
