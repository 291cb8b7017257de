"""Analyses as a manager waits for them: the snapshot out of the graph, then the method; and what memory that takes.

What is asked of one Cité promises half a second, snapshot included; what is asked of the network ten seconds, and as
much for its snapshot, which holds the tables that the method reads.
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
from importers import synthetic
from importers.run import synthesise

AT: Final = "2020-06-30"
BUSIEST: Final = f"{synthetic.SCHEME}-cite-0"  # partners grow fewer with the number
INTERACTIVE, PATIENT = 0.5, 10.0
RUNS: Final = 3


async def run(engines: Sequence[str], organisations: int, rounds: int) -> None:
    """Print a table for each engine; every figure is the median of a few runs, as analyses take long."""
    for engine in engines:
        with address(engine) as settings:
            async with opened(settings) as directory:
                desk = directory.desk(OPERATOR)
                await synthesise(desk, organisations)
                await _measure(engine, desk, organisations, min(rounds, RUNS))


async def _measure(engine: str, desk: Desk, organisations: int, runs: int) -> None:
    table = Table(
        "asked", "seconds", "promised", "", title=f"{engine}, {organisations} organisations", title_justify="left"
    )
    usual = f"{synthetic.SCHEME}-cite-{max(2, organisations // synthetic.PER_CITE) // 2}"
    for which, slug in (("a usual Cité", usual), ("the busiest Cité", BUSIEST)):
        lens = Lens(await resolved(desk, slug), AT)
        options = await _options(desk, lens, usual)
        await _measure_cite(table, which, desk, lens, options, runs)
    for name, asked, of in _of_network(lens):
        await _measure_network(table, name, desk, asked, of, options)
    begin = time.perf_counter()
    whole = await take(desk)
    _add(table, "snapshot of all tables", time.perf_counter() - begin, PATIENT)
    Console(width=130).print(table)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{len(whole.cites):,} Cités, {len(whole.organisations):,} organisations, {len(whole.partnerships):,} "
          f"partnerships, {len(whole.contributions):,} contributions; peak memory {memory:,} MiB")  # fmt: skip


async def _measure_cite(table: Table, which: str, desk: Desk, lens: Lens, options: Options, runs: int) -> None:
    """What is asked of the rows of one Cité, the snapshot taken anew each time."""
    here = await take(desk, lens.scope)
    size = f"{len(here.partnerships):,} partnerships, {len(here.contributions):,} contributions"
    _add(table, f"{which} ({size}): snapshot", await _median(partial(take, desk, lens.scope), runs), INTERACTIVE)
    for method in METHODS.values():
        if method.one_cite:
            took = await _median(partial(_asked, desk, method, lens, options), runs)
            _add(table, f"{which}: {method.name}, snapshot included", took, INTERACTIVE)


def _of_network(one: Lens) -> list[tuple[str, Method, Lens]]:
    """What is asked of the rows of the network: of one Cité among the others, or of all of them."""
    network = Lens("network", AT)
    among = [(f"{name} of one Cité", METHODS[name], one) for name in ("peers", "path", "compare")]
    names = ("concentration", "mix", "overlap", "bridges", "cohesion", "change", "quality", "reach")
    return among + [(f"{name} of the network", METHODS[name], network) for name in names]


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
    return method.call(await take_for(desk, method, lens.scope), lens, options)


async def _measure_network(table: Table, name: str, desk: Desk, method: Method, lens: Lens, options: Options) -> None:
    """The snapshot and the method apart, once each: they are kept apart where several are asked of one snapshot."""
    begin = time.perf_counter()
    snapshot = await take_for(desk, method, "network")
    taken = time.perf_counter()
    method.call(snapshot, lens, options)
    _add(table, f"{name}: its snapshot", taken - begin, PATIENT)
    _add(table, f"{name}: the method", time.perf_counter() - taken, PATIENT)


async def _median(work: Callable[[], Awaitable[Any]], runs: int) -> float:
    took = []
    for _ in range(runs):
        begin = time.perf_counter()
        await work()
        took.append(time.perf_counter() - begin)
    return statistics.median(took)


def _add(table: Table, name: str, took: float, promised: float) -> None:
    table.add_row(name, f"{took:.3f}", f"{promised:.1f}", "" if took <= promised else "TOO SLOW")
