"""Answers for managers and new Cités: pure functions of a snapshot, each with what its answer rests on."""

from directory.analysis import (
    candidates,
    change,
    concentration,
    coverage,
    fragility,
    overlap,
    peers,
    readiness,
    report,
    snapshot,
    whatif,
)
from directory.analysis.basis import Basis, Excluded, Explanation
from directory.analysis.lens import Lens, LensError
from directory.analysis.rules import Rules, RulesError
from directory.analysis.scenario import Scenario, ScenarioError
from directory.analysis.snapshot import Snapshot

__all__ = [
    "Basis",
    "Excluded",
    "Explanation",
    "Lens",
    "LensError",
    "Rules",
    "RulesError",
    "Scenario",
    "ScenarioError",
    "Snapshot",
    "candidates",
    "change",
    "concentration",
    "coverage",
    "fragility",
    "overlap",
    "peers",
    "readiness",
    "report",
    "snapshot",
    "whatif",
]
