"""What a client costs, without the database: CPU of this process for each operation, on answers given from memory.

The driver is the real one and reads the bytes that Neo4j sent (see `bolt`). Four ways are run in turn, round by round:
ours with plans, ours with plans off (graphql-core walks every field), and a floor written by hand for each question,
that sends the same statement by the bare driver and makes the same JSON in comprehensions of its own.
"""

import gc
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import orjson
from neo4j import AsyncDriver
from rich.console import Console
from rich.table import Table

from bench.answers import Statements, asked, recorded, serving
from bench.bolt import remembering
from bench.ecosystems import crowded
from bench.engines import OPERATOR, address, opened
from directory import Directory
from graph import Statement
from schema.ids import encoder

KINDS = {None: None, "human": "HUMAN", "financial": "FINANCIAL", "expertise": "EXPERTISE", "material": "MATERIAL"}
CERTAINTIES = {None: None, "stated": "STATED", "implied": "IMPLIED"}
STATES = {"private": "PRIVATE", "pending": "PENDING", "published": "PUBLISHED"}

SMALL = '{ cite(by: {slug: "synthetic-cite-0"}) { id slug title } }'
BIG = """{ organisations(first: 100) { nodes { slug title contributions(first: 30) { nodes {
    id slug path title kind certainty version state modified } } } } }"""


@dataclass(frozen=True)
class Replay:
    """One question, the JSON that its rows make, how often it is run in a round, and what it should cost at most."""

    name: str
    query: str
    floor: Callable[[list[Any]], Any]
    times: int
    most: float


def small(rows: list[Any]) -> Any:
    """The answer to the small question, by hand."""
    [[id, slug, title]] = rows
    return {"cite": {"id": encoder("Cite")(id), "slug": slug, "title": title}}


def big(rows: list[Any]) -> Any:
    """The answer to the big question, by hand."""
    encode = encoder("Contribution")
    return {"organisations": {"nodes": [
        {"slug": slug, "title": title, "contributions": {"nodes": [
            {"id": encode(id), "slug": own, "path": path, "title": name, "kind": KINDS[kind],
             "certainty": CERTAINTIES[certainty], "version": version, "state": STATES[state], "modified": modified}
            for id, own, path, name, kind, certainty, version, state, modified in brought
        ]}}
        for slug, title, brought in rows
    ]}}  # fmt: skip


REPLAYS = (Replay("small: one Cité, 3 fields", SMALL, small, 300, 1.6), Replay("big: 100 x 30 x 9", BIG, big, 8, 1.25))


async def run(engines: Sequence[str], organisations: int, rounds: int) -> None:
    """Print a table; only a server can be replayed, so the embedded engine has none."""
    if "neo4j" not in engines:
        return
    with address("neo4j") as settings:
        async with opened(settings) as directory:
            await crowded(directory, organisations)
        with remembering(urlsplit(settings["DIRECTORY_GRAPH"]).port or 7687) as port:
            async with opened({**settings, "DIRECTORY_GRAPH": f"bolt://127.0.0.1:{port}"}) as directory:
                await _measure(directory, rounds)


async def _measure(directory: Directory, rounds: int) -> None:
    table = Table(
        "question", "bytes", "floor, ms", "ours, ms", "graphql-core, ms", "ours / floor", "at most", "core / floor",
        title="CPU for each operation, answers replayed", title_justify="left",
    )  # fmt: skip
    fast, slow = serving(directory, OPERATOR, plans=True), serving(directory, OPERATOR, plans=False)
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)  # as the server does
    for each in REPLAYS:
        statements = await recorded(directory.graph, lambda each=each: asked(fast, each.query))
        ways = {
            "floor": lambda each=each, statements=statements: _floor(directory, each, statements),
            "ours": lambda each=each: asked(fast, each.query),
            "core": lambda each=each: asked(slow, each.query),
        }
        answers = {name: orjson.loads(await way())["data"] for name, way in ways.items()}
        assert answers["floor"] == answers["ours"] == answers["core"], f"{each.name}: the answers differ"
        took = await _rounds(ways, each.times, rounds)
        table.add_row(
            each.name, f"{len(await ways['ours']()):,}", *(f"{statistics.median(took[name]) * 1000:.3f}" for name in ways),
            _ratio(took, "ours"), f"{each.most}", _ratio(took, "core"),
        )  # fmt: skip
    Console(width=140).print(table)


def _ratio(took: dict[str, list[float]], name: str) -> str:
    """The median of the ratios of all rounds, with the lowest and the highest."""
    found = sorted(one / floor for one, floor in zip(took[name], took["floor"], strict=True))
    return f"{statistics.median(found):.2f} ({found[0]:.2f}-{found[-1]:.2f})"


async def _rounds(ways: dict[str, Callable[[], Awaitable[bytes]]], times: int, rounds: int) -> dict[str, list[float]]:
    """Seconds of CPU for the median operation of each round.

    The ways take turns at every operation: as on a server that is asked many things, none has the caches to itself.
    """
    took: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(times):  # warms up
        for way in ways.values():
            await way()
    for _ in range(rounds):
        spent: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(times):
            for name, way in ways.items():
                begin = time.process_time()
                await way()
                spent[name].append(time.process_time() - begin)
        for name, seconds in spent.items():
            took[name].append(statistics.median(seconds))
    return took


async def _floor(directory: Directory, replay: Replay, statements: Statements) -> bytes:
    reached = directory.graph._reached
    [statement] = statements
    rows = await _rows(reached.driver, reached.database, statement)
    return orjson.dumps({"data": replay.floor(rows)})


async def _rows(driver: AsyncDriver, database: str | None, statement: Statement) -> list[Any]:
    async with driver.session(database=database, default_access_mode="READ") as session:
        result = await session.run(statement.text, statement.parameters)
        return [record[0] async for record in result]
