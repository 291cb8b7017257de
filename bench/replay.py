"""What a client costs, without the database: CPU of this process for each operation, on answers given from memory.

The driver is the real one and reads the bytes that Neo4j sent (see `bolt`). Three ways are run in turn, round by round:
ours with plans, ours with plans off (graphql-core walks every field), and a floor written by hand for each question,
that sends the same statement by the bare driver and makes the same JSON in comprehensions of its own. Beside them
stands what @neo4j/graphql needs in Node for the same answers, without a web server around it either: both are then asked
one question over and over, as often to warm up as to be measured, and all their CPU is shared out among the answers.
"""

import asyncio
import gc
import statistics
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import orjson
from neo4j import AsyncDriver
from rich.console import Console
from rich.table import Table

from bench.answers import Serving, Statements, asked, recorded, serving
from bench.bolt import remembering
from bench.ecosystems import crowded
from bench.engines import address, opened
from bench.pairs import PAIRS, Pair, plain
from bench.peers import replayed
from directory.actor import anonymous
from directory.opening import Directory
from graph import Statement
from schema.ids import encoder

KINDS = {None: None, "human": "HUMAN", "financial": "FINANCIAL", "expertise": "EXPERTISE", "material": "MATERIAL"}
CERTAINTIES = {None: None, "stated": "STATED", "implied": "IMPLIED"}
STATES = {"private": "PRIVATE", "pending": "PENDING", "published": "PUBLISHED"}

ALONE = 10
"""How many rounds' worth of a question are asked of ours, and of @neo4j/graphql, to compare these two."""
Ways = dict[str, Callable[[], Awaitable[bytes]]]


@dataclass(frozen=True)
class Replay:
    """One question, the JSON that its rows make, how often it is run in a round, and at most how many times the floor."""

    pair: Pair
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


ASKED = tuple(each for each in PAIRS if each.replayed)
REPLAYS = tuple(Replay(pair, *how) for pair, how in zip(ASKED, ((small, 300, 1.6), (big, 8, 1.25)), strict=True))


async def run(engines: Sequence[str], organisations: int, rounds: int) -> None:
    """Print a table; only a server can be replayed, so the embedded engine has none."""
    if "neo4j" not in engines:
        return
    with address("neo4j") as settings:
        async with opened(settings) as directory:
            await crowded(directory, organisations)
        port = urlsplit(settings["DIRECTORY_GRAPH"]).port or 7687
        with remembering(port) as ours, remembering(port, transactions=True) as theirs:
            peer = {**settings, "DIRECTORY_GRAPH": f"bolt://127.0.0.1:{theirs}"}
            async with opened({**settings, "DIRECTORY_GRAPH": f"bolt://127.0.0.1:{ours}"}) as directory:
                await measure(directory, peer, rounds)


async def measure(directory: Directory, peer: Mapping[str, str], rounds: int) -> None:
    """Print the table."""
    table = Table(
        "question", "bytes", "floor, ms", "ours, ms", "graphql-core, ms", "ours alone, ms", "@neo4j/graphql alone, ms",
        "ours / floor", "at most",
        "core / floor", "ours / @neo4j", "at most", title="CPU for each operation, answers replayed", title_justify="left",
    )  # fmt: skip
    fast, slow = serving(directory, anonymous, plans=True), serving(directory, anonymous, plans=False)
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)  # as the server does
    times = {each.pair.name: each.times * ALONE for each in REPLAYS}
    theirs = await asyncio.to_thread(replayed, peer, ASKED, times)
    for each in REPLAYS:
        ways = await _ways(directory, each, fast, slow)
        answers = {name: orjson.loads(await way())["data"] for name, way in ways.items()}
        assert answers["floor"] == answers["ours"] == answers["core"], f"{each.pair.name}: the answers differ"
        took = await _rounds(ways, each.times, rounds)
        other = theirs.get(each.pair.name)
        assert other is None or other.answer == plain(answers["ours"]), f"{each.pair.name}: theirs differs"
        told = {name: f"{statistics.median(seconds) * 1000:.3f}" for name, seconds in took.items()}
        alone = await _alone(ways["ours"], times[each.pair.name])
        share = f"{alone / other.seconds:.2f}" if other else "-"
        table.add_row(
            each.pair.name, f"{len(await ways['ours']()):,}", *told.values(), f"{alone * 1000:.3f}",
            f"{other.seconds * 1000:.3f}" if other else "-", _ratio(took, "ours"), f"{each.most}", _ratio(took, "core"), share, f"{each.pair.replayed}",
        )  # fmt: skip
    Console(width=170).print(table)


async def _ways(directory: Directory, each: Replay, fast: Serving, slow: Serving) -> Ways:
    query = each.pair.ours
    statements = await recorded(directory.graph, lambda: asked(fast, query))
    return {
        "floor": lambda: _floor(directory, each, statements),
        "ours": lambda: asked(fast, query),
        "core": lambda: asked(slow, query),
    }


def _ratio(took: dict[str, list[float]], name: str) -> str:
    """The median of the ratios of all rounds, with the lowest and the highest."""
    found = sorted(one / floor for one, floor in zip(took[name], took["floor"], strict=True))
    return f"{statistics.median(found):.2f} ({found[0]:.2f}-{found[-1]:.2f})"


async def _rounds(ways: Ways, times: int, rounds: int) -> dict[str, list[float]]:
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


async def _alone(way: Callable[[], Awaitable[bytes]], times: int) -> float:
    """Seconds of CPU for each operation of one way asked over and over, once it is warm."""
    for _ in range(times):
        await way()
    begin = time.process_time()
    for _ in range(times):
        await way()
    return (time.process_time() - begin) / times


async def _floor(directory: Directory, replay: Replay, statements: Statements) -> bytes:
    reached = directory.graph._reached
    [statement] = statements
    rows = await _rows(reached.driver, reached.database, statement)
    return orjson.dumps({"data": replay.floor(rows)})


async def _rows(driver: AsyncDriver, database: str | None, statement: Statement) -> list[Any]:
    async with driver.session(database=database, default_access_mode="READ") as session:
        result = await session.run(statement.text, statement.parameters)
        [rows] = await result.value()
    return rows["rows"] if isinstance(rows, dict) else [rows]
