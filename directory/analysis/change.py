"""What changed between two dates."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain
from typing import NamedTuple

from directory.analysis.basis import Basis, Explanation, basis, explain, ordered, rounded, share
from directory.analysis.concentration import Given, amounts_by_unit, by_contributor
from directory.analysis.dates import french
from directory.analysis.headline import Delta, close, deltas, headline
from directory.analysis.lens import Lens, LensError, Moment
from directory.analysis.records import Contribution, Partnership
from directory.analysis.selection import Partners, contributions, partners
from directory.analysis.silences import silent
from directory.analysis.snapshot import Snapshot
from directory.analysis.wording import Both

__all__ = [
    "ChangeResult",
    "CountriesResult",
    "DatesResult",
    "Delta",
    "Flow",
    "Renamed",
    "compare",
    "countries",
    "measure",
]

METHOD = "change/1"
COMPARE_METHOD = "compare-dates/1"

# Two dates compare when at most this share of the partners of the first one is unconfirmed at the second.
UNCONFIRMED_AT_MOST = 0.5


class Renamed(NamedTuple):
    """An organisation of the first date, and the one that succeeds it at the second."""

    before: str
    after: str


class Flow(NamedTuple):
    """How what is given in one kind and unit changed; contributors with an unknown amount are only named."""

    kind: str
    unit: str | None
    before: float | None
    after: float | None
    new: float | None
    expanded: float | None
    reduced: float | None
    lost: float | None
    delta: float | None
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChangeResult:
    """Who stayed, came and went, as far as the records say, and how contributions changed."""

    stayed: tuple[str, ...]
    unconfirmed: tuple[str, ...]
    joined: tuple[str, ...]
    left: tuple[str, ...]
    first_seen: tuple[str, ...]
    renamed: tuple[Renamed, ...]
    retention_low: float | None
    retention_high: float | None
    churn_low: float | None
    churn_high: float | None
    flows: tuple[Flow, ...]
    reason: str | None
    basis: Basis


def measure(snapshot: Snapshot, lens: Lens, a: Moment, b: Moment) -> ChangeResult:
    """What changed among partners and contributions from a date to another; `at` of the lens is left aside.

    Raises LensError when the first date is the later one.

    >>> from directory.analysis.snapshot import from_rows
    >>> town = from_rows({"partnerships": [
    ...     {"id": "p", "organisation_id": "A", "cite_id": "X", "start": "2020", "end": "2023"},
    ...     {"id": "q", "organisation_id": "B", "cite_id": "X", "start": "2020"},
    ...     {"id": "r", "organisation_id": "C", "cite_id": "X", "start": "2024"}]})
    >>> found = measure(town, Lens("cite:X", "2024"), "2022-01-01", "2024-06-30")
    >>> found.stayed, found.left, found.joined, found.retention_low, found.churn_low
    (('B',), ('A',), ('C',), 0.5, 0.6667)
    """
    first, second = replace(lens, at=a), replace(lens, at=b)
    if first.day > second.day:
        raise LensError(f"the first date, {first.text}, lies after the second one, {second.text}")
    before, after = partners(snapshot, first), partners(snapshot, second)
    renamed = _renamed(snapshot, lens, before, after)
    heirs = {each.before: each.after for each in renamed}
    came = after.ids - before.ids - {each.after for each in renamed}
    unconfirmed = {id for id in before.ids & after.ids if not any(_confirmed(row, first.day) for row in after.rows[id])}
    first_seen = {id for id in came if not any(row.when.start_known for row in after.rows[id])}
    stayed, joined, left = after.ids - came - unconfirmed, came - first_seen, before.ids - after.ids - heirs.keys()
    n_first, n_kept, n_all = len(before.ids), len(before.ids) - len(left), len(before.ids) + len(came)
    n_doubted = sum(heirs.get(id, id) in unconfirmed for id in before.ids)
    reason = None if n_first else "no_partner_recorded_at_first_date"
    given_a, given_b = contributions(snapshot, first), contributions(snapshot, second)
    counts = {"j": len(joined), "l": len(left), "s": n_kept - n_doubted, "u": n_doubted, "f": len(first_seen)}
    since = Both(str(first.day), french(first.day))
    told = silent("change", reason, snapshot, lens, date=since) if reason else _tell(counts, first.day)
    ground = (before.ground + after.ground + given_a.ground + given_b.ground).settled()
    surely = len(joined) + len(left)
    return ChangeResult(
        stayed=ordered(stayed),
        unconfirmed=ordered(unconfirmed),
        joined=ordered(joined),
        left=ordered(left),
        first_seen=ordered(first_seen),
        renamed=renamed,
        retention_low=rounded(share(n_kept - n_doubted, n_first)),
        retention_high=rounded(share(n_kept, n_first)),
        churn_low=rounded(share(surely, n_all)) if n_first else None,
        churn_high=rounded(share(surely + len(first_seen) + n_doubted, n_all)) if n_first else None,
        flows=_flows(_given(snapshot, lens, given_a.rows, heirs), _given(snapshot, lens, given_b.rows, heirs)),
        reason=reason,
        basis=basis(
            METHOD, lens, ground, share(n_kept - n_doubted + surely, n_all), told, at=f"{first.text}/{second.text}"
        ),
    )


def _confirmed(row: Partnership, since: date) -> bool:
    """Whether a record says more than that the partner was there at the first date."""
    return row.when.start_known or (row.when.last_seen is not None and row.when.last_seen > since)


def _renamed(snapshot: Snapshot, lens: Lens, before: Partners, after: Partners) -> tuple[Renamed, ...]:
    gone = before.ids - after.ids
    pairs = {
        Renamed(earlier, id)
        for id in (after.ids if gone else ())
        for earlier in _predecessors(snapshot, lens, {id, *(row.organisation_id for row in after.rows[id])})
        if earlier in gone
    }
    return tuple(sorted(pairs))


def _predecessors(snapshot: Snapshot, lens: Lens, ids: Iterable[str]) -> frozenset[str]:
    """Who came before some organisations, however many times they changed."""
    seen, waiting = set(ids), list(ids)
    while waiting:
        organisation = snapshot.organisation_by_id.get(waiting.pop())
        for earlier in organisation.succeeds_id if organisation else ():
            if earlier not in seen:
                seen.add(earlier)
                waiting.append(earlier)
    who = snapshot.identities(lens.identity_level)
    return frozenset(map(who.__getitem__, seen))


def _given(snapshot: Snapshot, lens: Lens, rows: Sequence[Contribution], heirs: Mapping[str, str]) -> Given:
    """Contributions with who gives them, under its later name."""
    given = by_contributor(snapshot, lens, rows)
    return Given([heirs.get(who, who) for who in given.who], given.rows) if heirs else given


def _flows(given_a: Given, given_b: Given) -> tuple[Flow, ...]:
    unknown: dict[str, set[str]] = defaultdict(set)
    for who, row in chain(zip(*given_a, strict=True), zip(*given_b, strict=True)):
        if row.amount.value is None and row.kind:
            unknown[row.kind].add(who)
    before, after = amounts_by_unit(given_a), amounts_by_unit(given_b)
    flows = []
    for kind, unit in sorted(before.keys() | after.keys()):
        left_out = unknown.get(kind, set())
        a, b = before.get((kind, unit), {}), after.get((kind, unit), {})
        known = sorted((a.keys() | b.keys()) - left_out)
        if known:
            flows.append(_flow(kind, unit, {id: (a.get(id), b.get(id)) for id in known}, ordered(left_out)))
    measured = {flow.kind for flow in flows}
    silent_kinds = [_silent_flow(kind, ordered(ids)) for kind, ids in sorted(unknown.items()) if kind not in measured]
    return (*flows, *silent_kinds)


def _flow(
    kind: str, unit: str, values: Mapping[str, tuple[float | None, float | None]], unknown: tuple[str, ...]
) -> Flow:
    before = round(sum(a or 0.0 for a, _ in values.values()), 4)
    after = round(sum(b or 0.0 for _, b in values.values()), 4)
    both = [b - a for a, b in values.values() if a is not None and b is not None]
    return Flow(
        kind=kind,
        unit=unit,
        before=before,
        after=after,
        new=rounded(sum(b or 0.0 for a, b in values.values() if a is None)),
        expanded=rounded(sum(each for each in both if each > 0)),
        reduced=rounded(-sum(each for each in both if each < 0)),
        lost=rounded(sum(a or 0.0 for a, b in values.values() if b is None)),
        delta=rounded(after - before),
        unknown=unknown,
    )


def _silent_flow(kind: str, unknown: tuple[str, ...]) -> Flow:
    return Flow(kind, None, None, None, None, None, None, None, None, unknown)


def _tell(counts: Mapping[str, int], since: date) -> Explanation:
    sentence = Both(
        "{j} joined, {l} left, {s} stayed; {u} not confirmed since {date}; {f} first seen, arrival not recorded.",
        "{j} arrivé{js}, {l} parti{ls}, {s} resté{ss} ; {u} non confirmé{us} depuis le {date} ; {f} vu{fs} pour la "
        "première fois, arrivée non enregistrée.",
    )
    endings = {f"{name}s": Both("", "s" if count > 1 else "") for name, count in counts.items()}
    return explain("change.partners", sentence, date=Both(str(since), french(since)), **counts, **endings)


OF_TWO_DATES = frozenset({METHOD, COMPARE_METHOD})
"""The methods of which a basis has two days, or two periods, in `at`."""


@dataclass(frozen=True, slots=True)
class DatesResult:
    """What changed, the figures at both dates, and whether they compare."""

    change: ChangeResult
    rows: tuple[Delta, ...]
    comparable: bool
    basis: Basis


def compare(snapshot: Snapshot, lens: Lens, a: Moment, b: Moment) -> DatesResult:
    """The figures of a scope at two dates, and whether enough is confirmed to compare them.

    >>> from directory.analysis.snapshot import from_rows
    >>> town = from_rows({"partnerships": [{"id": "p", "organisation_id": "A", "cite_id": "X", "as_of": "2018"}]})
    >>> found = compare(town, Lens("cite:X", "2024"), "2018-12-31", "2024-12-31")
    >>> found.comparable, [row for row in found.rows if row.metric == "partners"]
    (False, [Delta(metric='partners', before=1, after=1, delta=0.0)])
    """
    change = measure(snapshot, lens, a, b)
    before, after = headline(snapshot, replace(lens, at=a)), headline(snapshot, replace(lens, at=b))
    doubted = rounded((change.retention_high or 0.0) - (change.retention_low or 0.0)) or 0.0
    as_known = close(before.known_share("coverage"), after.known_share("coverage"))
    comparable = as_known and doubted <= UNCONFIRMED_AT_MOST
    told = change.basis.explanation
    verdict = (
        Both("The two dates compare.", "Les deux dates sont comparables.")
        if comparable
        else Both("The two dates do not compare.", "Les deux dates ne sont pas comparables.")
    )
    sentence = Both("{said} {verdict}", "{said} {verdict}")
    said = explain("compare.dates", sentence, said=Both(told.text_en, told.text_fr), verdict=verdict)
    ground = (before.ground + after.ground).settled()
    return DatesResult(
        change=change,
        rows=deltas(before, after),
        comparable=comparable,
        basis=basis(COMPARE_METHOD, lens, ground, change.basis.known_share, said, at=change.basis.at),
    )


@dataclass(frozen=True, slots=True)
class CountriesResult:
    """The countries where a source says that Cités work, in two years."""

    first: tuple[str, ...]
    second: tuple[str, ...]
    kept: tuple[str, ...]
    gone: tuple[str, ...]
    come: tuple[str, ...]
    retention: float | None


def countries(snapshot: Snapshot, a: int | str, b: int | str) -> CountriesResult:
    """The countries of the network in two years, by `network_years`.

    >>> from directory.analysis.snapshot import from_rows
    >>> two = from_rows({"territories": [
    ...     {"id": "be", "kind": "country", "country": "BE", "network_years": "2013;2024"},
    ...     {"id": "cl", "kind": "country", "country": "CL", "network_years": "2013"}]})
    >>> found = countries(two, 2013, 2024)
    >>> found.kept, found.gone, found.retention
    (('BE',), ('CL',), 0.5)
    """
    first, second = (frozenset(countries_of(snapshot, str(year))) for year in (a, b))
    kept = rounded(share(len(first & second), len(first)))
    return CountriesResult(
        ordered(first), ordered(second), ordered(first & second), ordered(first - second), ordered(second - first), kept
    )


def countries_of(snapshot: Snapshot, year: str) -> tuple[str, ...]:
    """The countries of the network in a year."""
    rows = (each for each in snapshot.territories if each.kind == "country" and year in each.network_years)
    return ordered(each.country or each.id for each in rows)
