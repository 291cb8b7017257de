"""Analyses as a manager waits for them: the snapshot out of the graph, then the method; and what memory that takes.

What is asked of one Cité promises half a second, what is asked of the network ten, snapshot included in both; that of
the network holds the tables that the method reads. An ecosystem that is kept is loaded once, as that takes long.
"""

import resource
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from bench.engines import OPERATOR, address, opened
from directory.analysis import Lens
from directory.analysis.methods import METHODS, Method, Options
from directory.analysis.taking import resolved, take, take_for
from directory.desk import Desk
from directory.permissions import sight
from graph.query import Tally
from importers import synthetic
from importers.run import synthesise

AT: Final = "2020-06-30"
BUSIEST: Final = f"{synthetic.SCHEME}-cite-0"  # partners grow fewer with the number
LARGER: Final = 20  # one in so many is as large as the large Cité, or larger: of a thousand, it has 600 partners
INTERACTIVE, PATIENT = 0.5, 10.0
RUNS: Final = 3


async def run(engines: Sequence[str], organisations: int, rounds: int, keep: str | None = None) -> None:
    """Print a table for each engine; every figure of a Cité is the median of a few runs, as analyses take long."""
    for engine in engines:
        with address(engine, keep) as settings:
            async with opened(settings) as directory:
                desk = directory.desk(OPERATOR)
                await _load(desk, organisations)
                await _measure(engine, desk, organisations, min(rounds, RUNS))


async def _load(desk: Desk, organisations: int) -> None:
    """Nothing, once the ecosystem is there."""
    [[found]] = await desk.graph.tally(Tally("Organisation", sight(desk)))
    if not found:
        await synthesise(desk, organisations)
    elif found != organisations:
        raise SystemExit(f"The graph that is kept holds {found:,} organisations: ask for as many, or name another.")


async def _measure(engine: str, desk: Desk, organisations: int, runs: int) -> None:
    table = Table(
        "asked", "seconds", "promised", "", title=f"{engine}, {organisations} organisations", title_justify="left"
    )
    cites = max(2, organisations // synthetic.PER_CITE)
    usual, large = (f"{synthetic.SCHEME}-cite-{number}" for number in (cites // 2, cites // LARGER))
    for which, slug in (("a usual Cité", usual), ("a large Cité", large), ("the busiest Cité", BUSIEST)):
        lens = Lens(await resolved(desk, slug), AT)
        options = await _options(desk, lens, usual)
        await _measure_cite(table, which, desk, lens, options, runs)
    for name in OF_NETWORK:
        await _measure_network(table, desk, METHODS[name], options)
    begin = time.perf_counter()
    whole = await take(desk)
    _add(table, "snapshot of all tables", time.perf_counter() - begin, PATIENT)
    Console(width=130).print(table)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{len(whole.cites):,} Cités, {len(whole.organisations):,} organisations, {len(whole.partnerships):,} "
          f"partnerships, {len(whole.contributions):,} contributions; peak memory of our process {memory:,} MiB")  # fmt: skip


async def _measure_cite(table: Table, which: str, desk: Desk, lens: Lens, options: Options, runs: int) -> None:
    """What is asked of the rows of one Cité, the snapshot taken anew each time."""
    here = await take(desk, lens.scope)
    size = f"{len(here.partnerships):,} partnerships, {len(here.contributions):,} contributions"
    _add(table, f"{which} ({size}): snapshot", await _median(partial(take, desk, lens.scope), runs), INTERACTIVE)
    for method in METHODS.values():
        if method.one_cite or method.others:
            took = await _median(partial(_asked, desk, method, lens, options), runs)
            _add(table, f"{which}: {method.name}, snapshot included", took, INTERACTIVE)


OF_NETWORK: Final = ("concentration", "mix", "overlap", "bridges", "cohesion", "change", "quality", "reach")


async def _options(desk: Desk, lens: Lens, other: str) -> Options:
    """What the methods must be told; the scenario takes away a partner."""
    here = await take(desk, lens.scope)
    leaving = {"op": "remove_organisation", "id": here.partnerships[0].organisation_id}
    return Options(
        to="2024-06-30",
        other=(await resolved(desk, other)).partition(":")[2],
        scenario={"format": "scenario/1", "changes": [leaving]},
        territories=tuple(each.id for each in here.territories),
    )


async def _asked(desk: Desk, method: Method, lens: Lens, options: Options) -> Any:
    return method.call(await take_for(desk, method, lens.scope, (), lens, options), lens, options)


async def _measure_network(table: Table, desk: Desk, method: Method, options: Options) -> None:
    """Once, as it takes long."""
    begin = time.perf_counter()
    snapshot = await take_for(desk, method, "network")
    taken = time.perf_counter()
    method.call(snapshot, Lens("network", AT), options)
    ended = time.perf_counter()
    told = f"{method.name} of the network: snapshot {taken - begin:.2f}, method {ended - taken:.2f}"
    _add(table, told, ended - begin, PATIENT)


async def _median(work: Callable[[], Awaitable[Any]], runs: int) -> float:
    took = []
    for _ in range(runs):
        begin = time.perf_counter()
        await work()
        took.append(time.perf_counter() - begin)
    return statistics.median(took)


def _add(table: Table, name: str, took: float, promised: float) -> None:
    table.add_row(name, f"{took:.3f}", f"{promised:.1f}", "" if took <= promised else "TOO SLOW")
