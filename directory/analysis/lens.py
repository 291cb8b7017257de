"""How one looks at a snapshot: whose rows, when, at which level of identity, how certain."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from directory.analysis.dates import Span, day_after, span

LEVELS = ("branch", "organisation", "parent")
SCOPES = ("cite", "channel", "territory")
ROLES = ("all", "partner")
CERTAINTIES = ("stated", "implied", "not_stated")

Day = str | date
Moment = Day | tuple[Day, ...] | list[Day]


class LensError(ValueError):
    """A lens that cannot be looked through; the message says which part and what would do."""

    code = "BAD_LENS"


@dataclass(frozen=True, slots=True)
class Lens:
    """What part of the snapshot is looked at, and how.

    `at` is a day, a written date such as `2018-09`, or a period `(from, to)` whose `to` is outside.

    >>> Lens(scope="cite:X", at=("2018-01-01", "2019-01-01")).day
    datetime.date(2018, 12, 31)
    """

    scope: str
    at: Moment
    identity_level: str = "organisation"
    certainty: Collection[str] = frozenset({"stated", "implied"})
    roles: str = "all"

    def __post_init__(self) -> None:
        object.__setattr__(self, "certainty", _certainties(self.certainty))
        if isinstance(self.at, list):
            object.__setattr__(self, "at", tuple(self.at))
        _check_scope(self.scope)
        _check("identity_level", self.identity_level, LEVELS)
        _check("roles", self.roles, ROLES)
        moment(self.at)

    @property
    def kind(self) -> str:
        """`network`, `cite`, `channel` or `territory`."""
        return self.scope.partition(":")[0]

    @property
    def target(self) -> str:
        """The id in the scope; blank for the network."""
        return self.scope.partition(":")[2]

    @property
    def cite(self) -> str:
        """The id of the Cité looked at; raises LensError for another scope."""
        if self.kind != "cite":
            raise LensError(f"this question is asked of one Cité: scope must be cite:ID, not {self.scope!r}")
        return self.target

    @property
    def span(self) -> Span:
        """The days looked at."""
        return moment(self.at)

    @property
    def day(self) -> date:
        """The day looked at; of a period, its last day."""
        return self.span.last

    @property
    def text(self) -> str:
        """`at` as written in a basis: a day, or `from/to`."""
        first, after = self.span
        return str(first) if day_after(first) == after else f"{first}/{after}"


def moment(at: Moment) -> Span:
    """The days that `at` names; raises LensError when it cannot be read.

    >>> moment("2018").first, moment("2018").last
    (datetime.date(2018, 1, 1), datetime.date(2018, 12, 31))
    >>> moment("9999-12-31").first
    datetime.date(9999, 12, 30)
    """
    return _moment(tuple(at) if isinstance(at, list) else at)


@lru_cache(maxsize=1024)
def _moment(at: Day | tuple[Day, ...]) -> Span:
    if isinstance(at, str) and "/" in at:
        start, _, end = at.partition("/")
        if span(start) is None or span(end) is None:
            raise LensError(f"{at!r} is not a date: write YYYY, YYYY-MM or YYYY-MM-DD; a period is FROM/TO")
        at = (start, end)
    if not isinstance(at, tuple):
        return _days(at)
    if len(at) != 2:
        raise LensError("a period has two dates, (from, to)")
    first, after = _days(at[0]).first, _days(at[1]).first
    if first >= after:
        raise LensError(f"the period from {at[0]} to {at[1]} holds no day")
    return Span(first, after)


def _days(at: Day) -> Span:
    if isinstance(at, date):
        day = at.date() if isinstance(at, datetime) else at
        return _some_day(Span(day, day_after(day)))
    days = span(at)
    if days is None:
        raise LensError(f"{at!r} is not a date: write YYYY, YYYY-MM or YYYY-MM-DD")
    return _some_day(days)


def _some_day(days: Span) -> Span:
    """The days; for the last one that can be written, on which nothing would hold, the one before."""
    return days if days.first < days.after else Span(days.after - timedelta(days=1), days.after)


def _certainties(given: Collection[str]) -> frozenset[str]:
    codes = frozenset({given} if isinstance(given, str) else given)
    if not codes:
        raise LensError(f"certainty names none, so that nothing would count: name some of {', '.join(CERTAINTIES)}")
    for code in sorted(codes):
        _check("certainty", code, CERTAINTIES)
    return codes


def _check_scope(scope: str) -> None:
    kind, _, target = scope.partition(":")
    if scope != "network" and not (kind in SCOPES and target):
        raise LensError(f"{scope!r} is not a scope: write network, cite:ID, channel:ID or territory:ID")


def _check(name: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise LensError(f"{name} is {value!r}: it must be one of {', '.join(allowed)}")
