"""Reads, writes, subscriptions and people who leave, for minutes: what a site holds at the end is what it held before.

The site is in this process and its engine in another one, so that the memory measured is the site's. It is warmed up by
the same load until its caches are full, then comes to rest and is measured; after the load it rests again.
"""

import asyncio
import contextlib
import ctypes
import gc
import json
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from rich.console import Console
from rich.table import Table
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from bench.answers import QUESTIONS
from bench.engines import OPERATOR, address
from directory.grants import add_user
from directory.settings import read_settings
from directory.site.app import Site
from directory.tokens import create_token
from importers.run import synthesise
from schema.documents import MOST_DOCUMENTS
from tests.schema.running import ROOMY, running
from tests.schema.served import served

SECRET = "the same in all processes"
CLIENTS = 8
LISTENERS = 4
WARM = 0.25  # as long as this share of the time, at least as many seconds as below
LEAST_WARM = 30.0
PEACE = 15.0  # seconds for a site to come to rest
MORE = {
    "memory, MB": (1.12, 20.0),
    "of it allocated, MB": (1.05, 4.0),
    "Python blocks": (1.03, 20_000),
}  # how much may be added: a share, or so much
MAKE = "mutation($input: OrganisationInput!) { organisationCreate(input: $input) { item { id version } } }"
CHANGE = "mutation($input: OrganisationInput!) { organisationUpdate(input: $input) { item { id version } } }"
DELETE = "mutation($input: ItemDeleteInput!) { itemDelete(input: $input) { item { id } } }"
Held = dict[str, float]
"""What a process holds, by name."""
LISTEN = "subscription { changes { cursor kind id item { title } } }"


@dataclass
class Load:
    """Clients of the site at an address; each ends at the time given."""

    address: str
    token: str
    told: Counter[str] = field(default_factory=Counter)

    async def fill(self) -> None:
        """Nothing, once the site knows as many documents, and plans of them, as it ever keeps."""
        chance = random.Random(0)
        async with (
            httpx.AsyncClient(base_url=f"http://{self.address}", timeout=60) as http,
            asyncio.TaskGroup() as together,
        ):
            for _ in range(CLIENTS):
                together.create_task(self._read_many(http, chance, MOST_DOCUMENTS // CLIENTS + 1))

    async def _read_many(self, http: httpx.AsyncClient, chance: random.Random, count: int) -> None:
        for _ in range(count):
            await self._read_anew(http, chance)

    async def run(self, seconds: float) -> None:
        """Nothing, once all have asked for so long."""
        until = time.monotonic() + seconds
        async with asyncio.TaskGroup() as together:
            for number in range(CLIENTS):
                together.create_task(self._ask(number, until))
            for number in range(LISTENERS):
                together.create_task(self._listen(number, until))

    async def _ask(self, number: int, until: float) -> None:
        chance = random.Random(number)
        headers = {"Authorization": f"Bearer {self.token}"} if number % 2 else {}
        kinds = [self._read, self._read_anew, self._leave, self._write if number % 2 else self._read]
        async with httpx.AsyncClient(base_url=f"http://{self.address}", headers=headers, timeout=60) as http:
            while time.monotonic() < until:
                [kind] = chance.choices(kinds, (6, 2, 1, 3))
                await kind(http, chance)

    async def _read(self, http: httpx.AsyncClient, chance: random.Random) -> None:
        await self._post(http, chance.choice(list(QUESTIONS.values())))

    async def _read_anew(self, http: httpx.AsyncClient, chance: random.Random) -> None:
        """A document that was never seen."""
        await self._post(http, f"# {chance.random()}\n{QUESTIONS['small']}")

    async def _leave(self, http: httpx.AsyncClient, chance: random.Random) -> None:
        with contextlib.suppress(httpx.TimeoutException):
            await http.post("/graphql", json={"query": QUESTIONS["three levels"]}, timeout=chance.uniform(0.001, 0.02))
        self.told["left"] += 1

    async def _write(self, http: httpx.AsyncClient, chance: random.Random) -> None:
        made = await self._post(http, MAKE, title={"en": f"Soak {chance.random()}"})
        if item := made.get("item"):
            named = {"id": item["id"], "expectedVersion": item["version"]}
            changed = await self._post(http, CHANGE, **named, note="changed")
            await self._post(http, DELETE, id=item["id"], expectedVersion=(changed["item"] or item)["version"])

    async def _post(self, http: httpx.AsyncClient, query: str, **input: object) -> dict[str, dict[str, str]]:
        answer = await http.post("/graphql", json={"query": query, "variables": {"input": input} if input else {}})
        said = answer.json()
        self.told[
            " ".join([str(answer.status_code), *(each["extensions"]["code"] for each in said.get("errors", ()))])
        ] += 1
        return next(iter((said.get("data") or {}).values()), None) or {}

    async def _listen(self, number: int, until: float) -> None:
        """Listen for a while, leave with or without a word, and come again."""
        chance = random.Random(1_000 + number)
        while time.monotonic() < until:
            async with connect(
                f"ws://{self.address}/graphql", subprotocols=[Subprotocol("graphql-transport-ws")]
            ) as socket:
                await socket.send(
                    json.dumps({"type": "connection_init", "payload": {"authorization": f"Bearer {self.token}"}})
                )
                await socket.recv()
                await socket.send(json.dumps({"id": "1", "type": "subscribe", "payload": {"query": LISTEN}}))
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(min(chance.uniform(0.5, 5), max(0.1, until - time.monotonic()))):
                        async for message in socket:
                            self.told[json.loads(message)["type"]] += 1
                if chance.random() < 0.5:
                    await socket.send(json.dumps({"id": "1", "type": "complete"}))
                if chance.random() < 0.3:
                    socket.transport.abort()


async def run(engines: Sequence[str], organisations: int, minutes: float) -> None:
    """Print a table for each engine; ends the program with an error when something grew."""
    grew: list[str] = []
    for engine in engines:
        with apart(engine) as settings:
            grew += await _soak(engine, settings, organisations, minutes * 60)
    if grew:
        sys.exit(f"What a site holds grew: {', '.join(grew)}.")


@contextmanager
def apart(engine: str) -> Iterator[dict[str, str]]:
    """The settings that reach a fresh engine which runs in another process."""
    with address(engine) as reached:
        settings = {**ROOMY, **reached, "DIRECTORY_SECRET": SECRET, "DIRECTORY_LIMIT_COST": "10000000"}
        settings["DIRECTORY_LIMIT_SOCKETS_PER_USER"] = str(10 * LISTENERS)  # those who left are let go a little later
        if engine == "neo4j":
            yield settings
        else:
            with tempfile.TemporaryDirectory() as logs, running(Path(logs), settings, "serve"):
                yield settings


async def _soak(engine: str, given: dict[str, str], organisations: int, seconds: float) -> list[str]:
    site = Site(read_settings({**given, "DIRECTORY_REQUEST_TIMEOUT": "60", "DIRECTORY_STATEMENT_TIMEOUT": "50"}))
    async with site.lifespan(site.pages), served(site) as host:
        load = Load(host, await _prepared(site, organisations))
        await load.fill()
        await load.run(max(LEAST_WARM, WARM * seconds))
        before = await at_rest(site)
        load.told.clear()
        await load.run(seconds)
        after = await at_rest(site)
    _show(engine, seconds, load, before, after)
    wrong = [each for each in load.told if each.split()[0].isdecimal() and each not in ("200", "200 CONFLICT")]
    return [f"{engine}: {each}" for each in (*grown(before, after), *wrong)]


async def _prepared(site: Site, organisations: int) -> str:
    """The token of a site admin, over made-up data."""
    assert site.running is not None
    desk = site.running.directory.desk(OPERATOR)
    await synthesise(desk, organisations)
    user = await add_user(desk, "Soak", site_admin=True)
    return (await create_token(desk, "soak", user=user.id)).text


async def at_rest(site: Site) -> Held:
    """What the process holds, once it holds no more than a moment ago."""
    last, until = await _held(site), time.monotonic() + PEACE
    while time.monotonic() < until:
        await asyncio.sleep(1)
        last = min(await _held(site), last, key=lambda each: sum(each[name] for name in ("tasks", "sockets")))
    return last


async def _held(site: Site) -> Held:
    assert site.running is not None
    gc.collect()
    _give_back()
    pool = site.running.directory.graph._reached.driver._pool
    used = sum(connection.in_use for each in pool.connections.values() for connection in each)
    kept = sum(map(len, pool.connections.values()))
    return {
        "memory, MB": _resident(),
        "of it allocated, MB": _allocated(),
        "Python blocks": float(sys.getallocatedblocks()),
        "tasks": float(len(asyncio.all_tasks())),
        "sockets": float(_sockets() - kept),
        "graph sessions": float(used),
        "graph connections kept": float(kept),
    }


def _give_back() -> None:
    """Nothing, once the C library has given what is free back to the system, where it can."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").malloc_trim(0)


class _Allocations(ctypes.Structure):
    """What `mallinfo2` of the C library tells."""

    _fields_ = [
        (name, ctypes.c_size_t) for name in "arena ordblks smblks hblks hblkhd usmblks fsmblks uordblks".split()
    ]
    _fields_ += [(name, ctypes.c_size_t) for name in ("fordblks", "keepcost")]


def _allocated() -> float:
    """What C code and large Python objects hold, without the gaps between; 0 where the C library cannot tell."""
    with contextlib.suppress(OSError, AttributeError):
        tell = ctypes.CDLL("libc.so.6").mallinfo2
        tell.restype = _Allocations
        told = tell()
        return float(told.uordblks + told.hblkhd) / 2**20
    return 0.0


def _resident() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def _sockets() -> int:
    found = 0
    for each in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(OSError):
            found += os.readlink(each).startswith("socket:")
    return found


def grown(before: Held, after: Held) -> list[str]:
    """What there is more of than there was, beyond what is allowed. Connections to the graph may be kept."""
    names = [name for name in before if name != "graph connections kept"]
    return [name for name in names if after[name] > _most(name, before[name])]


def _most(name: str, before: float) -> float:
    share, much = MORE.get(name, (1.0, 0.0))
    return max(before * share, before + much)


def _show(engine: str, seconds: float, load: Load, before: Held, after: Held) -> None:
    table = Table("at rest", "before", "after", title=f"{engine}, {seconds / 60:g} minutes", title_justify="left")
    for name, figure in before.items():
        table.add_row(name, f"{figure:,.0f}", f"{after[name]:,.0f}")
    console = Console(width=100)
    console.print(table)
    console.print(f"answers: {dict(load.told.most_common())}")
