"""Reads tables: CSV files of a folder, in UTF-8, with a header row."""

import csv
import difflib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.resources.abc import Traversable
from io import StringIO
from pathlib import Path
from typing import Final

from importers.row import Row, RowFault

ELSEWHERE: Final = "vocabularies"
"""A file of the bundled folder that is no table of items."""


def tables(folder: Path | Traversable, stems: Iterable[str]) -> tuple[dict[str, list[Row]], list[RowFault]]:
    """The rows of the folder's files `stem.csv`, by stem, and what could not be read. A missing file has no rows."""
    known = [f"{stem}.csv" for stem in stems]
    found: dict[str, list[Row]] = {}
    faults = list(_strangers(folder, known))
    for name in known:
        file = folder / name
        if file.is_file():
            found[name.removesuffix(".csv")], wrong = table(file)
            faults += wrong
        elif file.is_dir():
            faults.append(RowFault(name, 0, "", "is no file"))
    if not found and not faults:
        faults.append(RowFault(folder.name, 0, "", f"holds no table. Known are {', '.join(known)}"))
    return found, faults


def _strangers(folder: Path | Traversable, known: Sequence[str]) -> Iterator[RowFault]:
    """A fault for each CSV file that is no table: its name may be misspelt."""
    for name in sorted(each.name for each in folder.iterdir() if each.name.lower().endswith(".csv")):
        if name not in (*known, f"{ELSEWHERE}.csv"):
            near = difflib.get_close_matches(name.lower(), known, n=1, cutoff=0.8)
            meant = f", is {near[0]} meant?" if near else "."
            yield RowFault(name, 0, "", f"is no table{meant} Known are {', '.join(known)}")


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
    try:
        faults += _header_faults(file.name, reader.fieldnames or ())
        for cells in () if faults else reader:
            fault = _shape_fault(file.name, reader.line_num, cells)
            if fault:
                faults.append(fault)
            else:
                rows.append(
                    Row(file.name, reader.line_num, {name: (cell or "").strip() for name, cell in cells.items()})
                )
    except csv.Error as error:
        faults.append(RowFault(file.name, reader.line_num + 1, "", f"cannot be read, nor what follows: {error}"))
    return rows, faults


def _header_faults(file: str, names: Sequence[str]) -> list[RowFault]:
    if len(names) == 1 and ";" in names[0]:
        return [RowFault(file, 1, "", "has semicolons between its columns: save the file with commas")]
    twice = [name for name, count in Counter(filter(None, names)).items() if count > 1]
    return [RowFault(file, 1, name, "stands twice in the header") for name in twice]


def _shape_fault(file: str, number: int, cells: Mapping[str | None, object]) -> RowFault | None:
    if None in cells:
        return RowFault(file, number, "", "has more cells than the header: is a comma in a text without quotes?")
    missing = [name for name, cell in cells.items() if cell is None]
    return RowFault(file, number, str(missing[0]), "is missing: the row ends too early") if missing else None
