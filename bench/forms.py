"""What the database does for each form of filter, apart from all else: what PROFILE counts, and the time of the statement.

A page and its total are asked apart. What reads the graph without an index is named, in the total; a page is read from
the index of its order, as far as it goes.
"""

import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from neo4j import AsyncDriver
from rich.console import Console
from rich.table import Table

from bench.answers import asked, recorded, serving
from bench.ecosystems import crowded
from bench.engines import address, opened
from directory import Directory
from directory.actor import anonymous
from graph import Statement

SCANS: Final = frozenset(
    {"AllNodesScan", "NodeByLabelScan", "UnionNodeByLabelsScan", "NodeIndexScan", "DirectedRelationshipTypeScan"}
)


@dataclass(frozen=True)
class Form:
    """A filter of organisations, its name, and whether an index serves its total: some part of it can be sought."""

    name: str
    where: str
    sought: bool = False
    arguments: str = ""

    @property
    def in_order(self) -> bool:
        """Whether its page is read in the order of titles: not where few items, or the best hits, are found first."""
        return self.name not in ("identity", "search")

    def page(self) -> str:
        """The question for its page."""
        return f"{{ organisations(first: 20, where: {self.where}{self.arguments}) {{ nodes {{ slug title }} }} }}"

    def total(self) -> str:
        """The question for its total."""
        return f"{{ organisations(where: {self.where}{self.arguments}) {{ totalCount }} }}"


FORMS: Final = (
    Form("identity", '{slug: "synthetic-organisation-0"}', sought=True),
    Form("eq", '{type: {eq: "training_body"}}', sought=True),
    Form("in", '{type: {in: ["training_body", "endowment_fund"]}}', sought=True),
    Form("orBelow", '{type: {code: "training_body", orBelow: true}}', sought=True),
    Form("contains", '{title: {contains: "or"}}'),
    Form("startsWith", '{title: {startsWith: "a"}}'),
    Form("range", '{modified: {gte: "2020-01-01T00:00:00Z", lt: "2099-01-01T00:00:00Z"}}'),
    Form("isNull", "{siret: {isNull: true}}"),
    Form("some", "{contributions: {some: {kind: {eq: FINANCIAL}}}}", sought=True),
    Form("every", "{contributions: {every: {kind: {eq: FINANCIAL}}}}"),
    Form("none", "{contributions: {none: {kind: {eq: FINANCIAL}}}}"),
    Form("single", "{contributions: {single: {kind: {eq: FINANCIAL}}}}", sought=True),
    Form("count", "{contributions: {count: {gte: 3}}}"),
    Form("to one", '{territory: {country: {eq: "FR"}}}', sought=True),
    Form("and", '{and: [{type: {eq: "training_body"}}, {title: {contains: "or"}}]}', sought=True),
    Form("or", '{or: [{type: {eq: "training_body"}}, {title: {contains: "or"}}]}'),
    Form("not", '{not: {type: {eq: "training_body"}}}'),
    Form("near", "{location: {near: {center: {latitude: 48.8, longitude: 2.3}, radius: 50000}}}"),
    Form(
        "within",
        "{location: {within: {southWest: {latitude: 43, longitude: 0}, northEast: {latitude: 48, longitude: 5}}}}",
    ),
    Form("search", "{}", sought=True, arguments=', search: "mission"'),
)


@dataclass(frozen=True)
class Profile:
    """What the database did for some statements: db hits, operators, milliseconds of the median run."""

    hits: int
    operators: tuple[str, ...]
    took: float

    @property
    def scans(self) -> list[str]:
        """What reads nodes without seeking them."""
        return sorted({*self.operators} & SCANS)


async def run(engines: Sequence[str], organisations: int, rounds: int) -> None:
    """Print the table; the embedded engine tells no plans."""
    if "neo4j" not in engines:
        return
    table = Table(
        "form", "page: db hits", "ms", "total: db hits", "ms", "scans in the total",
        title="Forms of filter, the database alone", title_justify="left",
    )  # fmt: skip
    with address("neo4j") as settings:
        async with opened(settings) as directory:
            await crowded(directory, organisations)
            for form in FORMS:
                page, total = [await profiled(directory, each, rounds) for each in (form.page(), form.total())]
                cells = [f"{page.hits:,}", f"{page.took:.1f}", f"{total.hits:,}", f"{total.took:.1f}"]
                table.add_row(form.name, *cells, ", ".join(total.scans) or "-")
    Console(width=140).print(table)


async def profiled(directory: Directory, query: str, rounds: int) -> Profile:
    """What the database does for a visitor's question; timed in so many rounds, if any."""
    visitor = serving(directory, anonymous)
    statements = await recorded(directory.graph, lambda: asked(visitor, query))
    driver = directory.graph._reached.driver
    plans = [await _plan(driver, each, directory) for each in statements]
    parts = [part for plan in plans for part in walked(plan)]
    took = [await _time(driver, statements, directory) for _ in range(rounds)]
    operators = tuple(str(part["operatorType"]).partition("@")[0] for part in parts)
    hits = sum(part.get("dbHits", 0) for part in parts)
    return Profile(hits, operators, statistics.median(took) * 1000 if took else 0.0)


def walked(part: Any) -> Iterator[Any]:
    """Each part of a plan."""
    yield part
    for child in part.get("children", ()):
        yield from walked(child)


async def _plan(driver: AsyncDriver, statement: Statement, directory: Directory) -> Any:
    said = Statement(f"PROFILE {statement.text}", statement.parameters)
    async with driver.session(default_access_mode="READ") as session:
        result = await session.run(said.text, directory.graph.engine.parameters(said.parameters))
        return (await result.consume()).profile


async def _time(driver: AsyncDriver, statements: Sequence[Statement], directory: Directory) -> float:
    begin = time.perf_counter()
    async with driver.session(default_access_mode="READ") as session:
        for each in statements:
            result = await session.run(each.text, directory.graph.engine.parameters(each.parameters))
            await result.consume()
    return time.perf_counter() - begin
