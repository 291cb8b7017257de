"""A made-up ecosystem loaded as an import does it, against the same nodes and links given to the engine as fast as it can."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from bench.engines import OPERATOR, address, opened
from directory.item import Item
from directory.stored import properties
from directory.written import kept_links
from graph import NewLink, NewNode, Statement
from graph.bulk import raw_rate
from importers.run import synthesise
from importers.synthetic import ecosystem


@dataclass(frozen=True, slots=True)
class Loaded:
    """How long a load took, in seconds, and the nodes and links that it stored."""

    seconds: float
    stored: int


async def run(engines: Sequence[str], organisations: int, rounds: int) -> None:
    """Print, for each engine, items a second by both ways and their ratio, then all that was stored a second.

    The ratio is of items. An import stores more for each: its address, its keys, and what the system sets.
    """
    columns = (
        "engine",
        "items",
        "import, items/s",
        "raw, items/s",
        "import / raw",
        "import, stored/s",
        "raw, stored/s",
    )
    table = Table(*columns, title="Load", title_justify="left")
    for engine in engines:
        ours, count = await _imported(engine, organisations)
        raw = await _raw(engine, organisations)
        rates = [f"{count / each.seconds:.0f}" for each in (ours, raw)]
        stored = [f"{each.stored / each.seconds:.0f}" for each in (ours, raw)]
        table.add_row(engine, str(count), *rates, f"{raw.seconds / ours.seconds:.2f}", *stored)
    Console().print(table)


async def _imported(engine: str, organisations: int) -> tuple[Loaded, int]:
    with address(engine) as settings:
        async with opened(settings) as directory:
            begin = time.perf_counter()
            count = await synthesise(directory.desk(OPERATOR), organisations)
            seconds = time.perf_counter() - begin
            texts = ("MATCH (n) RETURN count(*)", "MATCH ()-[r]->() RETURN count(*)")
            return Loaded(seconds, sum([(await directory.graph.read(Statement(text)))[0] for text in texts])), count


async def _raw(engine: str, organisations: int) -> Loaded:
    """A load of the same nodes and links, prepared beforehand, with nothing else beside them."""
    items = list(ecosystem(organisations))
    nodes = [NewNode(type(item).__name__, properties(item)) for item in items]
    ids = {item.id for item in items}
    links = [link for item in items for link in _links(item) if link.target in ids]
    with address(engine) as settings:
        async with opened(settings) as directory:
            await directory.graph.wipe()
            rate = await raw_rate(directory.graph, nodes, links)
    return Loaded(len(nodes) / rate.nodes + len(links) / rate.links, len(nodes) + len(links))


def _links(item: Item) -> list[NewLink]:
    label = type(item).__name__
    found = []
    for kept in kept_links(label):
        value = getattr(item, kept.name)
        for end in value if isinstance(value, tuple) else (value,):
            if end is not None:
                ref = getattr(end, "document", end)
                found.append(NewLink(kept.relationship, label, item.id, ref.type, ref.id))
    return found
