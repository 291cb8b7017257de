"""Published figures: what their qualifiers leave open, how they follow each other, what derives from them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import NamedTuple

from directory.analysis.cells import as_number
from directory.analysis.records import Observation
from directory.analysis.snapshot import Snapshot

AROUND, NEARLY = 0.02, 0.05

PER_MEMBER = ("visitors", "workshops", "computers_and_tablets")
SHARES = "share_"


class Interval(NamedTuple):
    """What a figure may be: from `low` to `high`, an open end when it cannot be reached."""

    low: float
    high: float
    low_open: bool = False
    high_open: bool = False

    def holds(self, other: "Interval") -> bool:
        """Whether all of another interval lies inside."""
        above = other.low > self.low or (other.low == self.low and (not self.low_open or other.low_open))
        below = other.high < self.high or (other.high == self.high and (not self.high_open or other.high_open))
        return above and below

    def meets(self, other: "Interval") -> bool:
        """Whether the two have a value in common."""
        low, high = max(self.low, other.low), min(self.high, other.high)
        if low != high:
            return low < high
        shut = (self.low == low and self.low_open) or (other.low == low and other.low_open)
        return not shut and not ((self.high == high and self.high_open) or (other.high == high and other.high_open))


def published(value: float, qualifier: str) -> Interval:
    """What a published figure says, by its qualifier: more than 600 is not 600.

    >>> published(460, "around")[:2], published(600, "more_than")[:2]
    ((450.8, 469.2), (600, inf))
    """
    if qualifier == "more_than":
        return Interval(value, inf, low_open=True)
    if qualifier == "around":
        return Interval(round(value * (1 - AROUND), 9), round(value * (1 + AROUND), 9))
    if qualifier == "nearly":
        return Interval(round(value * (1 - NEARLY), 9), value, high_open=True)
    return Interval(value, value)


class Point(NamedTuple):
    """A figure of one year, with what was said about it."""

    period: str
    value: float
    qualifier: str
    note: str


@dataclass(frozen=True, slots=True)
class Trend:
    """A figure over the years: from the first to the last."""

    indicator: str
    subject_id: str
    points: tuple[Point, ...]
    delta: float
    percent: float | None


def trends_of(
    snapshot: Snapshot, lines: Sequence[Observation], names: Mapping[str, str], network: frozenset[str]
) -> tuple[Trend, ...]:
    """How the network's figures of a year follow from those of earlier years, by indicator."""
    latest = max((line.period for line in lines), default="")
    asked = {(line.indicator_id, line.subject_id) for line in lines if line.subject_id in network}
    points: dict[tuple[str, str], list[Point]] = defaultdict(list)
    for row in sorted(snapshot.observations, key=lambda row: (row.period, row.id)):
        value = as_number(row.value)
        if (row.indicator_id, row.subject_id) in asked and value is not None and row.period[:4] <= latest[:4]:
            points[row.indicator_id, row.subject_id].append(Point(row.period, value, row.qualifier, row.note))
    found = [_trend(names.get(key[0], key[0]), key[1], held) for key, held in points.items() if len(held) > 1]
    return tuple(sorted(found, key=lambda trend: (trend.indicator, trend.subject_id)))


def _trend(indicator: str, subject: str, points: Sequence[Point]) -> Trend:
    first, last = points[0].value, points[-1].value
    delta = round(last - first, 4)
    return Trend(indicator, subject, tuple(points), delta, round(delta / first * 100, 4) if first else None)


@dataclass(frozen=True, slots=True)
class Derived:
    """A figure that follows from published ones; never published as such.

    For the number of Cités behind a percentage, `attainable` says whether a whole number of the members rounds to
    it, and `possible_bases` how many Cités may have answered.
    """

    name: str
    subject_id: str
    value: float
    qualifier: str
    attainable: bool | None = None
    possible_bases: tuple[int, ...] = ()


def derived_of(lines: Sequence[Observation], names: Mapping[str, str], network: frozenset[str]) -> tuple[Derived, ...]:
    """What follows from the figures of a year and its exact number of members; nothing without that number."""
    named = [(names.get(line.indicator_id, ""), line, as_number(line.value)) for line in lines]
    members = next(
        (
            value
            for name, line, value in named
            if name == "network_members" and line.subject_id in network and line.qualifier in ("exact", "")
        ),
        None,
    )
    if not members:
        return ()
    per_member = [
        Derived(f"{name}_per_member", line.subject_id, round(value / members, 4), line.qualifier)
        for name, line, value in named
        if name in PER_MEMBER and line.subject_id in network and value is not None
    ]
    attending = [
        Derived("cites_attending_share", line.subject_id, round(value / members, 4), line.qualifier)
        for name, line, value in named
        if name == "cites_attending" and value is not None
    ]
    attending.sort(key=lambda each: -each.value)
    counts = [
        _count_behind(name, line, value, int(members))
        for name, line, value in named
        if name.startswith(SHARES) and line.subject_id in network and value is not None
    ]
    return (*per_member, *attending, *counts)


def _count_behind(name: str, line: Observation, percent: float, members: int) -> Derived:
    bases = tuple(n for n in range(1, members + 1) if rounds_to(percent, n))
    value = round(percent * members / 100, 4)
    return Derived(f"{name}_count", line.subject_id, value, line.qualifier, members in bases, bases)


def rounds_to(percent: float, n: int) -> bool:
    """Whether a whole number out of n rounds to this whole percentage.

    >>> rounds_to(60, 24), rounds_to(60, 20), [n for n in range(1, 25) if rounds_to(60, n)]
    (False, True, [5, 10, 15, 20])
    """
    near = int(percent * n / 100)
    return any(abs(each / n * 100 - percent) <= 0.5 for each in (near, near + 1) if each <= n)
