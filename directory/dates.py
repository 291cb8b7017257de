"""Dates as sources give them: a year, a month or a day; and what they say about when something holds."""

import re
from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import total_ordering

from directory.enums import Holds, Precision

ALWAYS = "0001-01-01"
"""The first day of what has no known beginning."""

OPEN_END = "9999-12-31"
"""The day after the last one of what has no known end."""

LAST_DAY = "9999-12-30"
"""The last day that is asked about: no source names a later one, and what has no end would not hold on OPEN_END."""

WRITTEN = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)


@total_ordering
@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date of which the year, the month or the day is known; ordered by its first day.

    Raises ValueError with a sentence when the text is no such date.

    >>> PartialDate("2024-02")
    PartialDate(value='2024-02', precision=<Precision.MONTH: 'month'>, first='2024-02-01', last='2024-02-29')
    >>> sorted([PartialDate("2024-06-04"), PartialDate("2024"), PartialDate("2023-11")])[0].value
    '2023-11'
    """

    value: str
    precision: Precision = field(init=False, compare=False)
    first: str = field(init=False, compare=False)
    last: str = field(init=False, compare=False)

    def __post_init__(self) -> None:
        precision, first, last = bounds(self.value)
        object.__setattr__(self, "precision", precision)
        object.__setattr__(self, "first", first)
        object.__setattr__(self, "last", last)

    def __lt__(self, other: "PartialDate") -> bool:
        # Of two dates that begin on one day, the less precise comes first: an order without ties.
        return (self.first, self.value) < (other.first, other.value)

    def __str__(self) -> str:
        return self.value


def bounds(text: str) -> tuple[Precision, str, str]:
    """How much of the date is known, its first day, its last day.

    >>> bounds("2023")
    (<Precision.YEAR: 'year'>, '2023-01-01', '2023-12-31')
    """
    written = WRITTEN.fullmatch(text)
    if written is None:
        raise ValueError(f"{text!r} is not a date: write YYYY, YYYY-MM or YYYY-MM-DD")
    year, month, day = (int(part) if part else None for part in written.groups())
    # The last year is kept for the sentinel: the day after an end must exist.
    if not year or year > 9998:
        raise ValueError(f"{text!r} is not a date: the year goes from 0001 to 9998")
    if month is None:
        return Precision.YEAR, f"{text}-01-01", f"{text}-12-31"
    if not 1 <= month <= 12:
        raise ValueError(f"{text!r} is not a date: the month goes from 01 to 12")
    days = monthrange(year, month)[1]
    if day is None:
        return Precision.MONTH, f"{text}-01", f"{text}-{days}"
    if not 1 <= day <= days:
        raise ValueError(f"{text!r} is not a date: that month has {days} days")
    return Precision.DAY, text, text


def day_after(day: str) -> str:
    """The next day, both as YYYY-MM-DD.

    >>> day_after("2024-02-28"), day_after("2023-12-31")
    ('2024-02-29', '2024-01-01')
    """
    return (date.fromisoformat(day) + timedelta(days=1)).isoformat()


def asked_day(day: str) -> str:
    """The day to ask about when somebody asks about this one.

    >>> asked_day("2024-02-28"), asked_day("9999-12-31")
    ('2024-02-28', '9999-12-30')
    """
    return min(day, LAST_DAY)


def valid_interval(
    start: PartialDate | None, end: PartialDate | None, as_of: tuple[PartialDate, ...]
) -> tuple[str, str]:
    """The first day, and the day after the last one, on which an item may hold; ALWAYS and OPEN_END when unknown.

    >>> valid_interval(PartialDate("2018-09"), PartialDate("2019"), ())
    ('2018-09-01', '2020-01-01')
    >>> valid_interval(None, None, (PartialDate("2024"), PartialDate("2018-10")))
    ('2018-10-01', '9999-12-31')
    """
    begins = start or min(as_of, default=None)
    return (begins.first if begins else ALWAYS), (day_after(end.last) if end else OPEN_END)


def holds(start: PartialDate | None, end: PartialDate | None, as_of: tuple[PartialDate, ...], day: str) -> Holds:
    """Whether an item holds on that day (YYYY-MM-DD): for sure, perhaps, or not.

    >>> holds(PartialDate("2018-10-08"), None, (), "2018-10-08").value  # known to begin then
    'CERTAIN'
    >>> holds(PartialDate("2018-10-08"), None, (), "2018-11-01").value  # not confirmed later
    'POSSIBLE'
    >>> holds(PartialDate("2018-10-08"), None, (), "2018-10-01").value
    'NO'
    """
    valid_from, valid_until = valid_interval(start, end, as_of)
    if not valid_from <= asked_day(day) < valid_until:
        return Holds.NO
    surely = has_surely_begun(start, as_of, day) and has_surely_not_ended(start, end, as_of, day)
    return Holds.CERTAIN if surely else Holds.POSSIBLE


def has_surely_begun(start: PartialDate | None, as_of: tuple[PartialDate, ...], day: str) -> bool:
    """Whether the day is not before the last day of `start`; without it, the first day of the earliest `as_of`."""
    if start:
        return day >= start.last
    return bool(as_of) and day >= min(as_of).first


def has_surely_not_ended(
    start: PartialDate | None, end: PartialDate | None, as_of: tuple[PartialDate, ...], day: str
) -> bool:
    """Whether the day is before `end` begins; without it, not after the last moment that a source speaks of."""
    if end:
        return day <= end.first if end.precision is Precision.DAY else day < end.first
    return day <= max((known.last for known in (start, *as_of) if known), default="")
