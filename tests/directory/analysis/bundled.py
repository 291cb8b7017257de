"""The network's own published data, as analyses see it."""

import csv
from functools import cache
from pathlib import Path

from directory.analysis.snapshot import Snapshot, from_rows

DATA = Path(__file__).parents[3] / "directory" / "data"


@cache
def network() -> Snapshot:
    """The snapshot of the bundled data."""
    tables = {}
    for path in sorted(DATA.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            tables[path.stem] = list(csv.DictReader(file))
    return from_rows(tables)
