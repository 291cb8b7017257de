"""A row of somebody's table, what is wrong in it, and the item it describes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from directory.item import Item
from directory.values import Ref


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of one row by column; `number` is its line in the file, the header being line 1."""

    file: str
    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RowFault:
    """Why a row is refused, or left out: where, and what is wrong; `number` is 0 for a file as a whole."""

    file: str
    number: int
    column: str
    message: str

    def __str__(self) -> str:
        place = f"{self.file}, row {self.number}" if self.number else self.file
        return f"{place}, column {self.column}: {self.message}" if self.column else f"{place}: {self.message}"


@dataclass(frozen=True, slots=True)
class Draft:
    """An item that a row describes: values as they are written, links as references, by field; and what is wrong."""

    cls: type[Item]
    key: str
    ref: Ref
    values: Mapping[str, Any]
    row: Row
    columns: Mapping[str, str] = field(default_factory=dict)  # the column that filled each field
    faults: tuple[RowFault, ...] = ()
    away: RowFault | None = None  # why the item is left out: people want it to stay away
