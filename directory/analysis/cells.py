"""Text cells of a table as values: what is blank stays unknown."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

Row = Mapping[str, object]

NOTHING: tuple[str, ...] = ()
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


def several(row: Row, column: str) -> tuple[str, ...]:
    """The texts of a cell that holds a list, in order and none twice.

    >>> several({"types": "events; fairs;;events"}, "types")
    ('events', 'fairs')
    """
    cell = text(row, column)
    return _parts(cell) if cell else NOTHING


@lru_cache(maxsize=16384)
def _parts(cell: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in cell.split(";") if part.strip()))


def yes(row: Row, column: str) -> bool:
    """Whether a cell says yes; blank is not yes."""
    return text(row, column).lower() in YES


def says_no(cell: str) -> bool:
    """Whether a text says no; blank does not."""
    return cell.lower() in NO


def number(row: Row, column: str) -> float | None:
    """The finite number in a cell, None when blank or unreadable."""
    return as_number(text(row, column))


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


def amount(row: Row, _column: str = "") -> Amount:
    """The amount of a contribution.

    >>> amount({"quantity": "100", "unit": "hour", "recurrence": "monthly"})
    Amount(value=100.0, unit='hour/monthly', fault=None)
    >>> amount({"quantity": "-1", "unit": "fte"}).fault, amount({}).fault
    ('bad_quantity', 'quantity_unknown')
    """
    money = text(row, "amount")
    if money:
        return _amount(money, text(row, "currency"), text(row, "recurrence"))
    return _amount(text(row, "quantity"), text(row, "unit") or text(row, "currency"), text(row, "recurrence"))


@lru_cache(maxsize=16384)
def _amount(written: str, unit: str, recurrence: str) -> Amount:
    full = (f"{unit}/{recurrence}" if recurrence else unit) if unit else None
    if not written:
        return Amount(unit=full, fault="quantity_unknown")
    return measured(as_number(written), full)


def measured(value: float | None, unit: str | None) -> Amount:
    """An amount of this value, or its fault."""
    if value is None or value < 0:
        return Amount(unit=unit, fault="bad_quantity")
    return Amount(value, unit) if unit else Amount(unit=None, fault="unit_unknown")
