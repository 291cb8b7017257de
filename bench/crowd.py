"""How long readers wait when many ask at once: 8 clients over HTTP who never rest, first alone, then beside one writer.

The site is a process of its own, with the embedded engine in it or Neo4j beside it. Clients take the questions of
`answers` in turn, but for the big one; the writer makes an organisation, changes it, and begins anew.
"""

import asyncio
import json
import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from rich.console import Console
from rich.table import Table

from bench.answers import QUESTIONS
from bench.clients import Client
from bench.engines import OPERATOR, address, opened
from bench.soak import CHANGE, MAKE
from importers.run import synthesise
from tests.schema.running import running

CLIENTS: Final = 8
SECONDS: Final = 20.0
WARM: Final = 10.0
ASKED: Final = tuple(query for name, query in QUESTIONS.items() if not name.startswith("big"))


@dataclass
class Waits:
    """How long each answer took, in seconds; how many answers had errors; how much was written."""

    readers: list[float] = field(default_factory=list)
    writer: list[float] = field(default_factory=list)
    errors: int = 0


async def run(engines: Sequence[str], organisations: int, rounds: int) -> None:
    """Print a table; the number of rounds is of no account here."""
    table = Table(
        "engine", "beside", "answers/s", "median, ms", "p99, ms", "writes/s", "write: median, ms", "p99, ms", "errors",
        title=f"{CLIENTS} clients who ask all the time, {organisations} organisations", title_justify="left",
    )  # fmt: skip
    for engine in engines:
        with address(engine) as settings, tempfile.TemporaryDirectory() as logs:
            async with opened(settings) as directory:
                await synthesise(directory.desk(OPERATOR), organisations)
            with running(Path(logs), {**settings, "DIRECTORY_LIMIT_COST": "10000000"}, "serve") as web:
                port, token = urlsplit(web.address).port or 80, await asyncio.to_thread(web.token)
                await together(port, "", WARM)
                for beside, by in (("nobody", ""), ("a writer", token)):
                    waits = await together(port, by, SECONDS)
                    table.add_row(engine, beside, *cells(waits))
    Console(width=140).print(table)


async def together(port: int, token: str, seconds: float) -> Waits:
    """What the clients waited, beside a writer when there is a token."""
    waits, until = Waits(), time.monotonic() + seconds
    async with asyncio.TaskGroup() as tasks:
        for number in range(CLIENTS):
            tasks.create_task(read(port, number, until, waits))
        if token:
            tasks.create_task(write(port, token, until, waits))
    return waits


async def read(port: int, number: int, until: float, waits: Waits) -> None:
    """Ask one question after the other, each client beginning with another one."""
    async with Client.at(port, "/graphql") as client:
        while time.monotonic() < until:
            await timed(client, waits.readers, waits, ASKED[number % len(ASKED)])
            number += 1


async def write(port: int, token: str, until: float, waits: Waits) -> None:
    """Make an organisation, change it, begin anew."""
    async with Client.at(port, "/graphql", token) as client:
        while time.monotonic() < until:
            title = {"en": f"Crowd {time.monotonic_ns()}"}
            made = await timed(client, waits.writer, waits, MAKE, title=title)
            item = ((made.get("data") or {}).get("organisationCreate") or {}).get("item")
            if item:
                named = {"id": item["id"], "expectedVersion": item["version"]}
                await timed(client, waits.writer, waits, CHANGE, **named, note="changed")


async def timed(client: Client, waited: list[float], waits: Waits, query: str, **input: object) -> dict[str, Any]:
    """The answer, its time noted."""
    begin = time.perf_counter()
    answer: dict[str, Any] = json.loads(await client.ask(query, {"input": input} if input else None))
    waited.append(time.perf_counter() - begin)
    payloads = (each for each in (answer.get("data") or {}).values() if isinstance(each, dict))
    waits.errors += "errors" in answer or (bool(input) and not all(each.get("item") for each in payloads))
    return answer


def cells(waits: Waits) -> list[str]:
    """What the table says of the waits."""
    writes = [f"{len(waits.writer) / SECONDS:.1f}", *quantiles(waits.writer)] if waits.writer else ["-", "-", "-"]
    return [f"{len(waits.readers) / SECONDS:.0f}", *quantiles(waits.readers), *writes, str(waits.errors)]


def quantiles(seconds: list[float]) -> list[str]:
    """The median and the 99th percentile, in milliseconds."""
    found = statistics.quantiles(seconds, n=100, method="inclusive")
    return [f"{found[49] * 1000:.0f}", f"{found[98] * 1000:.0f}"]
