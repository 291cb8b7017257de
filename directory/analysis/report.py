"""Can we trust what we see, and does the published report agree with our records."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from directory.analysis.basis import Basis, Excluded, Explanation, Ground, basis, explain, rounded, share
from directory.analysis.dates import full_months, span
from directory.analysis.figures import Derived, Interval, Point, Trend
from directory.analysis.lens import Lens
from directory.analysis.reconciliation import Line, Recomputed, ReportResult, reconcile
from directory.analysis.records import Contribution, Organisation, Service
from directory.analysis.selection import contributions, partners, places, providers, services
from directory.analysis.silences import silent
from directory.analysis.snapshot import Snapshot
from directory.analysis.wording import Both

__all__ = [
    "Completeness",
    "Derived",
    "Interval",
    "Line",
    "Point",
    "QualityResult",
    "Recomputed",
    "ReportResult",
    "Trend",
    "quality",
    "reconcile",
]

METHOD = "quality/1"

T = TypeVar("T")

# Fresh to this many months, stale from that many on, falling evenly between.
FRESH, STALE = 6, 24


class Completeness(NamedTuple):
    """The mean share of what is filled in over the rows of a table; null when there is no row."""

    table: str
    n: int
    value: float | None


@dataclass(frozen=True, slots=True)
class QualityResult:
    """How fresh the verified records are, and how complete the records of each table."""

    freshness: float | None
    mean_age_months: float | None
    completeness: tuple[Completeness, ...]
    reason: str | None
    basis: Basis


def freshness(age: int) -> float:
    """How fresh something verified so many full months ago is: 1 to six months, 0 from twenty-four on.

    >>> freshness(6), round(freshness(12), 4), freshness(24)
    (1.0, 0.6667, 0.0)
    """
    return min(1.0, max(0.0, (STALE - age) / (STALE - FRESH)))


def quality(snapshot: Snapshot, lens: Lens) -> QualityResult:
    """How fresh and how complete the records in a scope are: its services, partners and contributions.

    >>> from directory.analysis.snapshot import from_rows
    >>> town = from_rows({"services": [
    ...     {"id": "a", "cite_id": "X", "types": "events", "publics": "all", "verified_at": "2023-06-30"},
    ...     {"id": "b", "cite_id": "X"}]})
    >>> found = quality(town, Lens("cite:X", "2024-06-30"))
    >>> found.freshness, found.mean_age_months, found.basis.known_share, found.completeness[0]
    (0.6667, 12.0, 0.5, Completeness(table='services', n=2, value=0.1875))
    """
    offered, given, present = services(snapshot, lens), contributions(snapshot, lens), partners(snapshot, lens)
    bodies = [snapshot.organisation_by_id.get(id) or Organisation(id=id) for id in sorted(present.ids)]
    verified = {row.id: row.verified_at for row in offered.rows} | {body.id: body.verified_at for body in bodies}
    ages, left_out = _ages(verified, lens)
    later = any(each.reason == "verified_in_future" for each in left_out)
    never = "verified_in_future" if later else "never_verified"
    reason = "nothing_recorded" if not verified else None if ages else never
    completeness = (
        _completeness("services", offered.rows, lambda row: _service(snapshot, lens, row)),
        _completeness("organisations", bodies, _organisation),
        _completeness("contributions", given.rows, _contribution),
    )
    ground = offered.ground + present.ground + given.ground + Ground(tuple(row.id for row in bodies), left_out)
    mean_age = share(sum(ages), len(ages))
    return QualityResult(
        freshness=rounded(share(sum(map(freshness, ages)), len(ages))),
        mean_age_months=rounded(mean_age),
        completeness=completeness,
        reason=reason,
        basis=basis(
            METHOD,
            lens,
            ground,
            share(len(ages), len(verified)),
            silent("quality", reason, snapshot, lens) if reason else _tell(mean_age, left_out),
        ),
    )


def _ages(verified: Mapping[str, str], lens: Lens) -> tuple[list[int], tuple[Excluded, ...]]:
    """How many full months ago each was verified, and those of which it cannot be said."""
    ages, left_out = [], []
    for id, written in verified.items():
        days = span(written) if written else None
        if days is None:
            left_out.append(Excluded(id, "bad_date" if written else "never_verified"))
        elif days.first > lens.day:
            left_out.append(Excluded(id, "verified_in_future"))
        else:
            ages.append(full_months(min(days.last, lens.day), lens.day))
    return ages, tuple(left_out)


def _completeness(table: str, rows: Sequence[T], filled: Callable[[T], Iterable[bool]]) -> Completeness:
    shares = [sum(criteria) / len(criteria) for criteria in (list(filled(row)) for row in rows)]
    return Completeness(table, len(rows), rounded(share(sum(shares), len(shares))))


def _service(snapshot: Snapshot, lens: Lens, row: Service) -> Iterable[bool]:
    who, _ = providers(snapshot, lens, row)
    cells = (row.types, row.publics, row.modes, places(snapshot, row), who, row.fee, row.appointment, row.verified_at)
    return map(bool, cells)


def _organisation(row: Organisation) -> Iterable[bool]:
    type = "" if row.type_certainty == "not_stated" else row.type
    return map(bool, (type, row.country, row.territory_id, row.verified_at))


def _contribution(row: Contribution) -> Iterable[bool]:
    dated = row.when.start_known or row.when.last_seen is not None
    written = row.amount.value is not None or row.amount.fault == "unit_unknown"  # a number that lacks its unit only
    return (bool(row.kind), written, bool(row.amount.unit), dated)


def _tell(mean_age: float | None, left_out: Sequence[Excluded]) -> Explanation:
    sentence = Both(
        "Based on recorded data verified {n} months ago on average; {u} never verified{others}.",
        "D'après des données enregistrées, vérifiées il y a {n} mois en moyenne ; {u} jamais vérifiées{others}.",
    )
    tally = Counter(each.reason for each in left_out)
    said = [(tally[reason], words) for reason, words in UNDATED.items() if tally[reason]]
    others = Both("".join(f", {n} {words.en}" for n, words in said), "".join(f", {n} {words.fr}" for n, words in said))
    return explain("quality.age", sentence, n=round(mean_age or 0.0, 1), u=tally["never_verified"], others=others)


UNDATED = {
    "verified_in_future": Both("verified later", "vérifiées plus tard"),
    "bad_date": Both("at an unreadable date", "à une date illisible"),
}
