"""Answers for managers and new Cités: pure functions of a snapshot, each with what its answer rests on."""

from directory.analysis import concentration, coverage, fragility, overlap, snapshot
from directory.analysis.basis import Basis, Excluded, Explanation
from directory.analysis.lens import Lens, LensError
from directory.analysis.snapshot import Snapshot

__all__ = [
    "Basis",
    "Excluded",
    "Explanation",
    "Lens",
    "LensError",
    "Snapshot",
    "concentration",
    "coverage",
    "fragility",
    "overlap",
    "snapshot",
]
