"""Ours beside the Node servers one would otherwise pick, over HTTP, on one Neo4j with the same data.

Apollo Server and yoga, both with @neo4j/graphql. Answers must be equal. What counts is CPU for each request, of the web
process and of the database together, 8 clients, warm: it is steadier than requests per second, which stand beside it.
Warm means that a question has become no cheaper for a while: the database compiles for tens of seconds.
"""

import asyncio
import math
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from rich.console import Console
from rich.table import Table

from bench.clients import Client
from bench.ecosystems import crowded
from bench.engines import opened, reaching, server
from bench.pairs import PAIRS, Pair, plain
from tests.neo4j.server import Running

HERE = Path(__file__).parent
FOLDER = HERE / "peers"
CLIENTS = 8
SECONDS = 3.0
"""How long each server is asked each question in each round."""
ROUNDS = 5
WARM = 12
"""At most so many spells warm up a server for a question."""
CHEAPER = 0.95
"""A spell that costs less than this part of the cheapest one so far shows that it was not warm."""
LIMIT = 25.0
"""Seconds after which a question counts as not answered."""
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Server:
    """A web server over the graph: its name, its process, where it answers."""

    name: str
    pid: int
    port: int
    path: str

    def query(self, pair: Pair) -> str:
        """The question in its words."""
        return pair.ours if self.name == "ours" else pair.theirs


@dataclass(frozen=True)
class Spell:
    """What some seconds of one question cost: CPU for each request in milliseconds, and requests a second."""

    web: float
    database: float
    rate: float

    @property
    def all(self) -> float:
        """Web process and database together."""
        return self.web + self.database


async def run(engines: Sequence[str], organisations: int, rounds: int) -> None:
    """Print the table; nothing where there is no Node, or when Neo4j is not asked for."""
    if "neo4j" not in engines:
        return
    if not shutil.which("node") or not shutil.which("npm"):
        print("The peers are not measured: node and npm are needed (nodejs 20 or newer).")
        return
    installed()
    with server() as running:
        async with opened(reaching(running)) as directory:
            await crowded(directory, max(organisations, 2_400))
        await beside(running, min(rounds, ROUNDS))


def installed() -> None:
    """Nothing, once the Node servers are there."""
    if not (FOLDER / "node_modules").exists():
        command = ["npm", "install", "--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error"]
        subprocess.run(command, cwd=FOLDER, check=True)


async def beside(running: Running, rounds: int) -> None:
    """Start all three, compare their answers, measure, print."""
    table = Table(
        "question", "ours, ms (web + database)", "Apollo", "yoga", "share of Apollo's", "at most", "web alone",
        "requests/s", title="CPU for each request, 8 clients", title_justify="left",
    )  # fmt: skip
    with ExitStack() as stack:
        servers = [stack.enter_context(ours(running)), *(stack.enter_context(node(running, each)) for each in PEERS)]
        for pair in PAIRS:
            table.add_row(pair.name, *await row(servers, pair, running, rounds))
    Console(width=150).print(table)


PEERS = ("apollo", "yoga")


async def row(servers: list[Server], pair: Pair, running: Running, rounds: int) -> list[str]:
    """The cells of one question."""
    answers = {each.name: await once(each, pair) for each in servers}
    for name, answer in answers.items():
        assert answer is None or answer == answers["ours"], f"{pair.name}: {name} gives another answer"
    answering = [each for each in servers if answers[each.name] is not None]
    spells: dict[str, list[Spell]] = {each.name: [] for each in answering}
    for each in answering:
        await warm(each, pair, running)
    for _ in range(rounds):
        for each in answering:
            spells[each.name].append(await spell(each, pair, running))
    return cells(spells, pair)


def cells(spells: dict[str, list[Spell]], pair: Pair) -> list[str]:
    """What the table says of the spells; medians, and ratios of the same round."""
    said = [cost(spells.get(name)) for name in ("ours", *PEERS)]
    rates = " / ".join(rate(spells.get(name)) for name in ("ours", *PEERS))
    if "apollo" not in spells:
        return [*said, "-", at_most(pair), "-", rates]
    both = list(zip(spells["ours"], spells["apollo"], strict=True))
    shares, webs = sorted(a.all / b.all for a, b in both), [a.web / b.web for a, b in both]
    share = f"{statistics.median(shares):.2f} ({shares[0]:.2f}-{shares[-1]:.2f})"
    return [*said, share, at_most(pair), f"{statistics.median(webs):.2f}", rates]


def at_most(pair: Pair) -> str:
    """The gate of the question, if it has one."""
    return "-" if pair.most is None else f"{pair.most}"


def cost(spells: list[Spell] | None) -> str:
    """The median cost of a request."""
    if not spells:
        return f"no answer in {LIMIT:.0f} s"
    web, database = (statistics.median(getattr(each, name) for each in spells) for name in ("web", "database"))
    return f"{web + database:.2f} ({web:.2f} + {database:.2f})"


def rate(spells: list[Spell] | None) -> str:
    """The median of requests a second."""
    return f"{statistics.median(each.rate for each in spells):.0f}" if spells else "-"


async def once(server: Server, pair: Pair) -> Any:
    """The answer in the common form; None when none comes in time."""
    try:
        async with asyncio.timeout(LIMIT), Client.at(server.port, server.path) as client:
            answer = orjson.loads(await client.ask(server.query(pair)))
    except TimeoutError:
        return None
    assert not answer.get("errors"), f"{server.name}: {answer['errors']}"
    return plain(answer["data"])


async def spell(server: Server, pair: Pair, running: Running) -> Spell:
    """What a few seconds of the question cost, all clients asking all the time."""
    assert running.process is not None
    until = time.monotonic() + SECONDS
    web, database = spent(server.pid), spent(running.process.pid)
    begin = time.monotonic()
    counts = await asyncio.gather(*(asking(server, pair, until) for _ in range(CLIENTS)))
    took, asked = time.monotonic() - begin, sum(counts)
    web, database = spent(server.pid) - web, spent(running.process.pid) - database
    return Spell(web / asked * 1000, database / asked * 1000, asked / took)


async def warm(server: Server, pair: Pair, running: Running) -> None:
    """Nothing, once two spells one after the other were no cheaper than those before."""
    least, calm = math.inf, 0
    for _ in range(WARM):
        cost = (await spell(server, pair, running)).all
        calm = 0 if cost < least * CHEAPER else calm + 1
        least = min(least, cost)
        if calm == 2:
            return


async def asking(server: Server, pair: Pair, until: float) -> int:
    """How many answers one client got until then."""
    count = 0
    async with Client.at(server.port, server.path) as client:
        while time.monotonic() < until:
            await client.ask(server.query(pair))
            count += 1
    return count


def spent(pid: int) -> float:
    """Seconds of CPU that a process has taken, all its threads together."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


# Servers -------------------------------------------------------------------------------------------------------------


@contextmanager
def ours(running: Running) -> Iterator[Server]:
    """Our server as it is served, with limits that let a bench pass."""
    limits = {"COST": "10000000", "COST_PER_MINUTE_ANONYMOUS": "1000000000"}
    settings = {f"DIRECTORY_LIMIT_{name}": value for name, value in limits.items()}
    settings |= {**reaching(running), "DIRECTORY_PORT": str(free_port()), "DIRECTORY_LOG_LEVEL": "warning"}
    command = [sys.executable, "-m", "directory", "serve"]
    with subprocess.Popen(command, cwd=HERE.parent, env={**os.environ, **settings}, stdout=subprocess.DEVNULL) as web:
        try:
            port = int(settings["DIRECTORY_PORT"])
            wait_until_ready(web, f"http://127.0.0.1:{port}/readyz")
            yield Server("ours", web.pid, port, "/graphql")
        finally:
            web.terminate()


@contextmanager
def node(running: Running, name: str) -> Iterator[Server]:
    """One of the Node servers, as in production."""
    with subprocess.Popen(
        ["node", "server.mjs", name],
        cwd=FOLDER,
        env=environment(reaching(running)),
        stdout=subprocess.PIPE,
        text=True,
    ) as web:
        try:
            assert web.stdout is not None
            port = int(web.stdout.readline())
            yield Server(name, web.pid, port, "/" if name == "apollo" else "/graphql")
        finally:
            web.terminate()


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    """What the Node servers are told."""
    told = {"BOLT": "", "BOLT_USER": "_USER", "BOLT_PASSWORD": "_PASSWORD"}
    reached = {name: settings[f"DIRECTORY_GRAPH{ours}"] for name, ours in told.items()}
    return {**os.environ, **reached, "NODE_ENV": "production"}


@dataclass(frozen=True)
class Replayed:
    """What one operation cost @neo4j/graphql, in seconds of CPU, and its answer in the common form."""

    seconds: float
    answer: Any


def replayed(settings: Mapping[str, str], pairs: Sequence[Pair], times: Mapping[str, int]) -> dict[str, Replayed]:
    """What @neo4j/graphql needs for each question, asked so often by itself, without HTTP; nothing without Node."""
    if not shutil.which("node") or not shutil.which("npm"):
        return {}
    installed()
    with tempfile.NamedTemporaryFile("wb", suffix=".json") as file:
        asked = [{"name": each.name, "query": each.theirs, "times": times[each.name]} for each in pairs]
        file.write(orjson.dumps(asked))
        file.flush()
        command = ["node", "server.mjs", "replay", file.name]
        found = subprocess.run(command, cwd=FOLDER, env=environment(settings), stdout=subprocess.PIPE, check=True)
    costs = orjson.loads(found.stdout)
    return {name: Replayed(each["seconds"], plain(each["answer"]["data"])) for name, each in costs.items()}


def free_port() -> int:
    """A port that nobody has."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def wait_until_ready(web: "subprocess.Popen[Any]", address: str) -> None:
    """Nothing, once the server is ready."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and web.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("our server did not start")
