"""Reads tables: CSV files of a folder, in UTF-8, with a header row."""

import csv
from collections.abc import Iterable, Mapping
from importlib.resources.abc import Traversable
from io import StringIO
from pathlib import Path

from importers.row import Row, RowFault


def tables(folder: Path | Traversable, stems: Iterable[str]) -> tuple[dict[str, list[Row]], list[RowFault]]:
    """The rows of the folder's files `stem.csv`, by stem, and what could not be read. A missing file has no rows."""
    found: dict[str, list[Row]] = {}
    faults: list[RowFault] = []
    for stem in stems:
        file = folder / f"{stem}.csv"
        if file.is_file():
            found[stem], wrong = table(file)
            faults += wrong
    return found, faults


def table(file: Path | Traversable) -> tuple[list[Row], list[RowFault]]:
    """The rows of a CSV file, and the faults of those that cannot be read."""
    data = file.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        return [], [RowFault(file.name, line, "", "is not UTF-8: save the file with that encoding")]
    rows: list[Row] = []
    faults: list[RowFault] = []
    reader = csv.DictReader(StringIO(text, newline=""))
    for cells in reader:
        fault = _shape_fault(file.name, reader.line_num, cells)
        if fault:
            faults.append(fault)
        else:
            rows.append(Row(file.name, reader.line_num, {name: (cell or "").strip() for name, cell in cells.items()}))
    return rows, faults


def _shape_fault(file: str, number: int, cells: Mapping[str | None, object]) -> RowFault | None:
    if None in cells:
        return RowFault(file, number, "", "has more cells than the header: is a comma in a text without quotes?")
    missing = [name for name, cell in cells.items() if cell is None]
    return RowFault(file, number, str(missing[0]), "is missing: the row ends too early") if missing else None
