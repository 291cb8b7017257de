"""Every question that can be asked of a snapshot, by name."""

from collections.abc import Callable, Iterator
from typing import Any

from directory.analysis import (
    Lens,
    Snapshot,
    candidates,
    change,
    concentration,
    coverage,
    fragility,
    overlap,
    peers,
    readiness,
    report,
    whatif,
)

NO_CHANGE = {"format": "scenario/1", "changes": []}

OF_A_CITE: dict[str, Callable[[Snapshot, Lens], Any]] = {
    "coverage": coverage.measure,
    "fragility": fragility.measure,
    "balance": fragility.balance,
    "readiness": readiness.measure,
    "peers": peers.measure,
    "candidates": candidates.measure,
    "path": candidates.path,
    "what_if": lambda snapshot, lens: whatif.measure(snapshot, lens, NO_CHANGE),
}
OF_A_SCOPE: dict[str, Callable[[Snapshot, Lens], Any]] = {
    "concentration": concentration.measure,
    "mix": concentration.mix,
    "family": lambda snapshot, lens: concentration.mix(snapshot, lens, "family"),
    "quality": report.quality,
    "change": lambda snapshot, lens: change.measure(snapshot, lens, "2018-12-31", "2024-06-30"),
    "dates": lambda snapshot, lens: change.compare(snapshot, lens, "2018-12-31", "2024-06-30"),
    "pairs": overlap.pairs,
    "brokers": overlap.brokers,
    "cohesion": overlap.cohesion,
}


def answers(snapshot: Snapshot, at: str) -> Iterator[tuple[str, str, Any]]:
    """The name, the scope and the answer of every question, of every Cité and of the network."""
    for cite in snapshot.cite_ids:
        lens = Lens(f"cite:{cite}", at)
        for name, ask in {**OF_A_CITE, **OF_A_SCOPE}.items():
            yield name, lens.scope, ask(snapshot, lens)
    network = Lens("network", at)
    for name, ask in OF_A_SCOPE.items():
        yield name, "network", ask(snapshot, network)
    pair = (*snapshot.cite_ids, "X", "Y")[:2]
    yield "cites", "network", overlap.compare(snapshot, network, *pair)
    yield "reach", "network", coverage.reach(snapshot, network, [each.id for each in snapshot.territories])
    yield "report", "network", report.reconcile(snapshot, at[:4])
