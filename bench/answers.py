"""Questions answered by the whole product in this process, against the same Cypher sent by the bare driver.

Both ways are run in turn, round by round; figures are medians. What the first run of a question costs, when the engine
must plan it, is told apart.
"""

import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from rich.console import Console
from rich.table import Table

from bench.engines import OPERATOR, address, opened
from directory.actor import Actor, anonymous
from directory.ask_command import nobody
from directory.enums import Role
from directory.opening import Directory
from graph import Graph, Statement
from importers.run import synthesise
from schema.answering import Caller, Report, Service, answer, prepare, service
from schema.bodies import Ask
from schema.build import build
from schema.context import Context

QUESTIONS = {
    "small": '{ cite(by: {slug: "synthetic-cite-0"}) { slug title labelState } }',
    "page: 24 Cités x 5 partners x 5 contributions": """{ cites(first: 24) { nodes { slug title
        partners(first: 5) { nodes { slug title contributions(first: 5) { nodes { title kind } } } } } } }""",
    "three levels": """{ organisations(first: 20) { nodes { slug title contributions(first: 5) { totalCount nodes { kind
        quantity { value unit { code } } beneficiary { __typename ... on Cite { slug title } ... on Service { slug title } } } } } } }""",
    "big: 100 x 30 x 9": """{ organisations(first: 100) { nodes { slug title contributions(first: 30) { nodes { id slug
        title kind start { value } end { value } certainty version state } } } } }""",
    "filtered page and total": """{ organisations(first: 20, where: {contributions: {some: {kind: {eq: FINANCIAL}},
        none: {kind: {eq: EXPERTISE}}}}) { totalCount nodes { slug title } } }""",
}


Serving = tuple[Service, Caller]
Statements = Sequence[Statement]


@dataclass(frozen=True)
class Way:
    """One question answered: by us, and by the driver alone."""

    ours: Callable[[], Awaitable[Any]]
    bare: Callable[[], Awaitable[Any]]


async def run(engines: Sequence[str], organisations: int, rounds: int) -> None:
    """Print a table for each engine."""
    for engine in engines:
        with address(engine) as settings:
            async with opened(settings) as directory:
                await synthesise(directory.desk(OPERATOR), organisations)
                await _measure(engine, directory, organisations, rounds)


async def _measure(engine: str, directory: Directory, organisations: int, rounds: int) -> None:
    table = Table(
        "question", "first run, ms", "ours, ms", "bare driver, ms", "ratio", "reader / admin",
        title=f"{engine}, {organisations} organisations", title_justify="left",
    )  # fmt: skip
    visitor = serving(directory, anonymous)
    reader = serving(directory, Actor("r", "Reader", roles={f"scope-{n}": Role.READER for n in range(3)}))
    admin = serving(directory, OPERATOR)
    for name, query in QUESTIONS.items():
        begin = time.perf_counter()
        statements = await recorded(directory.graph, lambda query=query: asked(visitor, query))
        first = time.perf_counter() - begin
        ways = {
            "ours": lambda query=query: asked(visitor, query),
            "bare": lambda statements=statements: _bare(directory.graph, statements),
            "reader": lambda query=query: asked(reader, query),
            "admin": lambda query=query: asked(admin, query),
        }
        took = await _medians(ways, rounds)
        table.add_row(
            name, f"{first * 1000:.1f}", f"{took['ours'] * 1000:.2f}", f"{took['bare'] * 1000:.2f}",
            f"{took['ours'] / took['bare']:.2f}", f"{took['reader'] / took['admin']:.2f}",
        )  # fmt: skip
    Console(width=140).print(table)


async def _medians(ways: dict[str, Callable[[], Awaitable[Any]]], rounds: int) -> dict[str, float]:
    took: dict[str, list[float]] = {name: [] for name in ways}
    for round in range(rounds + 2):
        for name, way in ways.items():
            begin = time.perf_counter()
            await way()
            if round >= 2:  # the first ones warm up
                took[name].append(time.perf_counter() - begin)
    return {name: statistics.median(each) for name, each in took.items()}


def serving(directory: Directory, actor: Actor, plans: bool = True) -> Serving:
    """The whole service in this process, for that actor."""
    schema = build(plans=plans)
    desk = directory.desk(actor)
    return service(schema, directory.settings, nobody, lambda caller: Context(desk)), Caller(actor, None, None, "bench")


async def asked(serving: Serving, query: str) -> bytes:
    """The answer as bytes; it must be without errors."""
    how, caller = serving
    report = Report("bench", "bench")
    answered = await answer(how, prepare(how, Ask(query=query), caller, report), caller, report)
    assert not answered.errors, answered.errors
    return orjson.dumps(answered.content())


async def recorded(graph: Graph, work: Callable[[], Awaitable[Any]]) -> list[Statement]:
    """The statements that the work sends."""
    sent: list[Statement] = []
    read = graph.read

    async def recording(statement: Statement) -> list[Any]:
        sent.append(statement)
        return await read(statement)

    graph.read = recording  # type: ignore[method-assign]  # to see what is sent, and only here
    try:
        await work()
    finally:
        del graph.read
    return sent


async def _bare(graph: Graph, statements: Sequence[Statement]) -> bytes:
    """The same Cypher by the driver alone, its records as JSON."""
    reached = graph._reached
    found = []
    for statement in statements:
        async with reached.driver.session(database=reached.database, default_access_mode="READ") as session:
            result = await session.run(statement.text, reached.engine.parameters(statement.parameters))
            found.append([record[0] async for record in result])
    return orjson.dumps(found)
