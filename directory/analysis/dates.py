"""Written dates as spans of days, and the time during which a record holds."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

WRITTEN = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


class Span(NamedTuple):
    """The days from `first` up to, but not including, `after`."""

    first: date
    after: date

    @property
    def last(self) -> date:
        """The last day inside."""
        return self.after - timedelta(days=1) if self.after > date.min else date.min

    def meets(self, other: "Span") -> bool:
        """Whether the two have a day in common."""
        return max(self.first, other.first) < min(self.after, other.after)


ALWAYS = Span(date.min, date.max)


def day_after(day: date) -> date:
    """The next day; the last day of all stays where it is."""
    return day + timedelta(days=1) if day < date.max else day


@lru_cache(maxsize=65536)
def span(written: str) -> Span | None:
    """The days that a written date covers; None when it cannot be read.

    >>> span("2018-09").first, span("2018-09").last
    (datetime.date(2018, 9, 1), datetime.date(2018, 9, 30))
    >>> span("last autumn") is None
    True
    """
    parts = WRITTEN.fullmatch(written.strip())
    if parts is None:
        return None
    year, month, day = (int(part) if part else None for part in parts.groups())
    try:
        first = date(year or 0, month or 1, day or 1)
    except ValueError:
        return None
    if day:
        return Span(first, day_after(first))
    last_month = month or 12
    return Span(first, day_after(date(first.year, last_month, monthrange(first.year, last_month)[1])))


def last_day(written: str) -> date | None:
    """The last day of a written date; None when it is blank or cannot be read."""
    days = span(written) if written else None
    return days.last if days else None


@dataclass(frozen=True, slots=True)
class Validity:
    """When a record holds: `[first, after)`, with what is unknown about it."""

    first: date = date.min
    after: date = date.max
    start_known: bool = False
    last_seen: date | None = None
    warning: str | None = None
    fault: str | None = None


@lru_cache(maxsize=65536)
def validity(start: str, end: str, as_of: tuple[str, ...] = ()) -> Validity:
    """The time during which a record with these written dates holds.

    Without a start it is known from the earliest day it was seen; without any
    date it always holds.

    >>> validity("", "", ("2018-09",)).first, validity("", "", ("2018-09",)).warning
    (datetime.date(2018, 9, 1), 'start_unknown')
    >>> validity("2019", "2018-03").fault
    'bad_interval'
    """
    written = [start, end] if start else [end, *as_of]
    if any(span(each) is None for each in written if each):
        return Validity(fault="bad_date")
    seen = [days.first for days in map(span, as_of) if days]
    begun = span(start) if start else None
    first = begun.first if begun else min(seen, default=date.min)
    ended = span(end) if end else None
    after = ended.after if ended else date.max
    if first >= after:
        return Validity(fault="bad_interval")
    warning = None if begun else "start_unknown" if seen else "undated"
    return Validity(first, after, begun is not None, max(seen, default=None), warning)


def full_months(earlier: date, later: date) -> int:
    """The number of full months from one day to another; negative when `later` comes first.

    >>> full_months(date(2024, 1, 15), date(2024, 6, 30)), full_months(date(2024, 1, 31), date(2024, 2, 29))
    (5, 0)
    """
    if later < earlier:
        return -full_months(later, earlier)
    months = (later.year - earlier.year) * 12 + later.month - earlier.month
    return months if later.day >= earlier.day else months - 1


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or the last day of a shorter month."""
    years, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    if years < 1:
        return date.min
    return date(years, month + 1, min(day.day, monthrange(years, month + 1)[1]))


def french(day: date) -> str:
    """A day as French readers write it.

    >>> french(date(2018, 9, 3))
    '03/09/2018'
    """
    return f"{day.day:02}/{day.month:02}/{day.year:04}"


def dated(at: str, locale: str, *, two: bool = False) -> str:
    """The day or the period of a basis as readers of the language write it; with `two`, the two of a comparison.

    >>> dated("2018-12-31", "fr"), dated("2030-01-01/2031-01-01", "en"), dated("2018-05-01/2018-06-01", "fr")
    ('31/12/2018', '2030', '05/2018')
    >>> dated("2018-01-01/2018-04-01", "en"), dated("2018-12-31/2024-01-01/2025-01-01", "fr", two=True)
    ('2018-01-01 – 2018-03-31', '31/12/2018 – 2024')
    """
    parts = at.split("/")
    pairs = [parts]
    if two:
        days_first = len(parts) == 2 or (len(parts) == 3 and _whole(parts[:2]) is None)
        pairs = [parts[:1], parts[1:]] if days_first else [parts[:2], parts[2:]]
    said = " – ".join(_period(pair) for pair in pairs)
    return WRITTEN.sub(_in_french, said) if locale == "fr" else said


def counted_at(at: str, locale: str, *, two: bool = False) -> str:
    """When the things of a basis were counted, in words: on a day, or in a period, on any of its days.

    >>> counted_at("2018-12-31", "en"), counted_at("2018-01-01/2019-01-01", "fr"), counted_at("2024", "en")
    ('on 2018-12-31', 'en 2018', 'in 2024')
    >>> counted_at("2018-01-01/2018-04-01", "fr"), counted_at("2018-12-31/2024-12-31", "en", two=True)
    ('du 01/01/2018 au 31/03/2018', '2018-12-31 – 2024-12-31')
    """
    said = dated(at, locale, two=two)
    if two:
        return said
    first, dash, last = said.partition(" – ")
    french = locale == "fr"
    if dash:
        return f"du {first} au {last}" if french else f"from {first} to {last}"
    is_day = "/" not in at and len(at) == len("2018-12-31")
    return f"{('le' if is_day else 'en') if french else ('on' if is_day else 'in')} {said}"


def _in_french(written: re.Match[str]) -> str:
    return "/".join(part for part in reversed(written.groups()) if part)


def _period(pair: list[str]) -> str:
    if len(pair) == 1:
        return pair[0]
    days = span(pair[1])
    return _whole(pair) or f"{pair[0]} – {days.first - timedelta(days=1) if days else pair[1]}"


def _whole(pair: list[str]) -> str | None:
    """The year or the month that a period is; None when it is neither."""
    first, after = span(pair[0]), span(pair[1])
    for text in (pair[0][:4], pair[0][:7]):
        days = span(text)
        if first and after and days == Span(first.first, after.first):
            return text
    return None
