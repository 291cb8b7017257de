"""Text cells of a table as values: what is blank stays unknown."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from directory.columns import Columns

Row = Mapping[str, object]

YES = frozenset({"yes", "true", "1", "oui"})
NO = frozenset({"no", "false", "0", "non"})


def text(row: Row, column: str) -> str:
    """The tidied text of a cell; blank when it is missing.

    >>> text({"kind": " human "}, "kind"), text({}, "kind"), text({"kind": None}, "kind")
    ('human', '', '')
    """
    cell = row.get(column)
    if isinstance(cell, str):
        return cell.strip()
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, (list, tuple, set, frozenset)):
        return ";".join(str(each).strip() for each in cell)
    return str(cell).strip()


def columns_of(rows: Iterable[Row]) -> Columns:
    """Rows by column; a cell that a row has not is blank.

    >>> columns_of([{"id": "a"}, {"id": "b", "kind": " human "}])
    Columns(size=2, cells={'id': ['a', 'b'], 'kind': ['', 'human']})
    """
    held = list(rows)
    names = dict.fromkeys(name for row in held for name in row)
    return Columns(len(held), {name: [text(row, name) for row in held] for name in names})


@lru_cache(maxsize=16384)
def several(cell: str) -> tuple[str, ...]:
    """The texts of a cell that holds a list, in order and none twice.

    >>> several("events; fairs;;events"), several("")
    (('events', 'fairs'), ())
    """
    return tuple(dict.fromkeys(part.strip() for part in cell.split(";") if part.strip()))


def yes(cell: str) -> bool:
    """Whether a cell says yes; blank is not yes."""
    return cell.lower() in YES


def says_no(cell: str) -> bool:
    """Whether a text says no; blank does not."""
    return cell.lower() in NO


@lru_cache(maxsize=16384)
def as_number(written: str) -> float | None:
    """The finite number that a text says, else None.

    >>> as_number("2.5"), as_number("two"), as_number("nan"), as_number("")
    (2.5, None, None, None)
    """
    try:
        value = float(written) if "_" not in written else math.nan
    except ValueError:
        return None
    return value if math.isfinite(value) else None


@dataclass(frozen=True, slots=True)
class Amount:
    """A quantity or a sum of money with its unit, or the reason why it is unknown."""

    value: float | None = None
    unit: str | None = None
    fault: str | None = None


@lru_cache(maxsize=16384)
def amount(money: str, currency: str, quantity: str, unit: str, recurrence: str) -> Amount:
    """The amount of a contribution, by its cells.

    >>> amount("", "", "100", "hour", "monthly")
    Amount(value=100.0, unit='hour/monthly', fault=None)
    >>> amount("", "", "-1", "fte", "").fault, amount("", "", "", "", "").fault
    ('bad_quantity', 'quantity_unknown')
    """
    if money:
        written, of = money, currency
    else:
        written, of = quantity, unit if quantity else unit or currency  # a sum still to be written has its currency
    full = (f"{of}/{recurrence}" if recurrence else of) if of else None
    if not written:
        return Amount(unit=full, fault="quantity_unknown")
    return measured(as_number(written), full)


def measured(value: float | None, unit: str | None) -> Amount:
    """An amount of this value, or its fault."""
    if value is None or value < 0:
        return Amount(unit=unit, fault="bad_quantity")
    return Amount(value, unit) if unit else Amount(unit=None, fault="unit_unknown")
