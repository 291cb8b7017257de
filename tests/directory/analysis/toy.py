"""Toy T: a made-up ecosystem small enough to be counted by hand; for tests only, never shown as data."""

from collections.abc import Iterable
from pathlib import Path

from directory.analysis.snapshot import Snapshot, from_rows

Rows = dict[str, list[dict[str, str]]]

TOY = Path(__file__).with_name("toy.txt")
HEADS = (
    "vocabularies territories cites life_events channels organisations partnerships contributions services needs "
    "candidates candidate_offers charter_evidence"
).split()


def rows() -> Rows:
    """The tables of Toy T, as text cells."""
    tables: Rows = {}
    columns: list[str] = []
    table = ""
    for line in TOY.read_text().splitlines():
        head, _, tail = line.partition(": ")
        if head in HEADS and "|" not in head:
            table, columns = head, [column.strip() for column in tail.split(",")]
            tables[table] = []
        else:
            tables[table] += [dict(zip(columns, row.strip().split("|"), strict=True)) for row in line.split(" & ")]
    return tables


def toy(without: Iterable[tuple[str, str]] = (), **more: list[dict[str, str]]) -> Snapshot:
    """Toy T, without some (table, column), with more rows in some tables."""
    tables = rows()
    for table, column in without:
        for row in tables[table]:
            del row[column]
    for table, extra in more.items():
        tables[table] = tables.get(table, []) + extra
    return from_rows(tables)


UNWEIGHTED = [("needs", "weight")]
