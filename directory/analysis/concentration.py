"""Do we lean on one contributor, and do our partners come from different worlds."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import fsum
from typing import NamedTuple

from directory.analysis.basis import (
    FEW,
    LITTLE,
    Basis,
    Excluded,
    Explanation,
    Ground,
    basis,
    explain,
    rounded,
    share,
)
from directory.analysis.lens import Lens
from directory.analysis.records import Contribution
from directory.analysis.selection import Sifted, contributions, loops
from directory.analysis.silences import silent
from directory.analysis.snapshot import Snapshot
from directory.analysis.wording import KINDS, Both, Param, code_name, listing, means, name, names, percent, say, term
from directory.analysis.worlds import Group, MixResult, blau, mix

__all__ = [
    "ConcentrationResult",
    "Given",
    "Group",
    "MixResult",
    "Row",
    "amounts_by_unit",
    "band",
    "blau",
    "by_contributor",
    "measure",
    "mix",
    "shares",
    "spread",
]

METHOD = "concentration/1"

# Under the first low, to the second included moderate, above high: a convention borrowed from competition
# policy (US merger guidelines, 2023), not a rule for partnerships.
BANDS = (0.10, 0.18)


class Given(NamedTuple):
    """Contributions, and who gives each: two lists in one order, lighter than as many pairs."""

    who: list[str]
    rows: list[Contribution]


@dataclass(frozen=True, slots=True)
class Row:
    """How evenly a kind of means is given, in one unit; or how evenly contributions are (`count`)."""

    measure: str
    kind: str | None
    unit: str | None
    n: int
    total: float | None
    hhi: float | None
    hhi_normalised: float | None
    effective: float | None
    top_share: float | None
    top_ids: tuple[str, ...]
    band: str | None
    known_share: float | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class ConcentrationResult:
    """The count of contributions first, then each kind and unit, then the kinds without a known amount."""

    rows: tuple[Row, ...]
    reason: str | None
    basis: Basis


class Spread(NamedTuple):
    """How evenly values are spread: Herfindahl-Hirschman index (Hirschman 1964), as if of how many equal parts."""

    n: int
    total: float
    hhi: float | None
    hhi_normalised: float | None
    effective: float | None
    top_share: float | None
    top_ids: tuple[str, ...]


def shares(values: Mapping[str, float]) -> dict[str, float]:
    """The share of each value above zero in their total; nothing when there is none.

    >>> shares({"a": 3, "b": 1, "c": 0})
    {'a': 0.75, 'b': 0.25}
    """
    total = fsum(values.values())
    return {id: value / total for id, value in values.items() if value > 0}


def spread(values: Mapping[str, float]) -> Spread:
    """How evenly values are spread; only the total is known when it is 0.

    >>> spread({"a": 2, "b": 2, "c": 1, "d": 1, "e": 1})[2:5]
    (0.2245, 0.0306, 4.4545)
    >>> spread({"a": 5}).hhi_normalised is None
    True
    """
    parts = shares(values)
    if not parts:
        return Spread(0, 0.0, None, None, None, None, ())
    hhi = fsum([part * part for part in parts.values()])
    n, most = len(parts), max(parts.values())
    return Spread(
        n=n,
        total=round(fsum(values.values()), 4),
        hhi=rounded(hhi),
        hhi_normalised=rounded((hhi - 1 / n) / (1 - 1 / n)) if n > 1 else None,
        effective=rounded(1 / hhi),
        top_share=rounded(most),
        top_ids=tuple(sorted([id for id, part in parts.items() if part == most])),
    )


def band(hhi: float | None, bands: tuple[float, float] = BANDS) -> str | None:
    """`low`, `moderate` or `high`, by convention.

    >>> band(0.18), band(0.1801)
    ('moderate', 'high')
    """
    if hhi is None:
        return None
    return "low" if hhi < bands[0] else "moderate" if hhi <= bands[1] else "high"


def measure(snapshot: Snapshot, lens: Lens, bands: tuple[float, float] = BANDS) -> ConcentrationResult:
    """How evenly contributions are spread over contributors, per kind and unit.

    >>> from directory.analysis.snapshot import from_rows
    >>> staff = {"beneficiary_id": "X", "kind": "human", "unit": "fte"}
    >>> town = from_rows({"contributions": [
    ...     {"id": "a", "contributor_id": "A", "quantity": "3", **staff},
    ...     {"id": "b", "contributor_id": "B", "quantity": "1", **staff}]})
    >>> [(row.measure, row.unit, row.hhi) for row in measure(town, Lens(scope="cite:X", at="2024")).rows]
    [('count', None, 0.5), ('quantity', 'fte', 0.625)]
    """
    sifted = contributions(snapshot, lens)
    given = by_contributor(snapshot, lens, sifted.rows)
    reason = None if given.rows else "no_contribution_recorded"
    table = () if reason else _table(given, len(sifted.rows), bands)
    ground = sifted.ground + faults(sifted) + overlaps(given) + loops(snapshot, lens, given.who)
    known = share(sum(row.amount.value is not None for row in given.rows), len(given.rows))
    told = silent("concentration", reason, snapshot, lens) if reason else _tell(snapshot, table, given)
    return ConcentrationResult(table, reason, basis(METHOD, lens, ground, known, told))


def by_contributor(snapshot: Snapshot, lens: Lens, rows: Iterable[Contribution]) -> Given:
    """Contributions with who gives them, at the level of identity asked; those of nobody are left out."""
    who = snapshot.identities(lens.identity_level)
    named = [row for row in rows if row.contributor_id]
    return Given([who[row.contributor_id] for row in named], named)


def _table(given: Given, n_all: int, bands: tuple[float, float]) -> tuple[Row, ...]:
    counts = Counter(given.who)
    amounts = amounts_by_unit(given)
    known, unknown = quantified(given.rows)
    quantities = [
        _row("quantity", kind, unit, spread(values), share(known[kind, unit], known[kind, unit] + unknown[kind]), bands)
        for (kind, unit), values in sorted(amounts.items())
    ]
    measured = {kind for kind, _ in amounts}
    silences = [_silent_row(kind) for kind in sorted({row.kind for row in given.rows} - measured - {""})]
    return (_row("count", None, None, spread(counts), share(len(given.rows), n_all), bands), *quantities, *silences)


def _row(
    measure: str, kind: str | None, unit: str | None, found: Spread, known: float | None, bands: tuple[float, float]
) -> Row:
    reason = "sum_zero" if found.hhi is None else None
    return Row(measure, kind, unit, *found, band(found.hhi, bands), rounded(known), reason)


def _silent_row(kind: str) -> Row:
    return Row("quantity", kind, None, 0, None, None, None, None, None, (), None, 0.0, "no_amount_known")


def amounts_by_unit(given: Given) -> dict[tuple[str, str], dict[str, float]]:
    """What each contributor gives, by kind and unit; units are never added to each other."""
    amounts: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
    for who, row in zip(*given, strict=True):
        amount = row.amount
        if amount.value is not None and amount.unit and row.kind:
            held = amounts[row.kind, amount.unit]
            held[who] = held.get(who, 0.0) + amount.value
    return amounts


def quantified(rows: Sequence[Contribution]) -> tuple[Counter[tuple[str, str]], Counter[str]]:
    """How many contributions have a known amount, by kind and unit, and how many have not, by kind."""
    known = Counter([(row.kind, row.amount.unit or "") for row in rows if row.amount.value is not None])
    return known, Counter([row.kind for row in rows if row.amount.value is None])


def faults(sifted: Sifted[Contribution]) -> Ground:
    """The contributions that count but cannot be added up, and those of nobody."""
    unnamed = [Excluded(row.id, "contributor_unknown") for row in sifted.rows if not row.contributor_id]
    amounts = [Excluded(row.id, row.amount.fault) for row in sifted.rows if row.amount.fault]
    kinds = [Excluded(row.id, "kind_unknown") for row in sifted.rows if not row.kind]
    return Ground(excluded=(*unnamed, *amounts, *kinds))


def overlaps(given: Given) -> Ground:
    """The warning that one organisation gives the same kind twice at a time, in whatever unit; both are counted."""
    seen: dict[tuple[str, str, str], list[Contribution]] = defaultdict(list)
    for who, row in zip(*given, strict=True):
        key = (who, row.beneficiary_id, row.kind)
        others = seen[key]
        if any(row.when.first < other.when.after and other.when.first < row.when.after for other in others):
            return Ground(warnings=frozenset({"overlapping_contributions"}))
        others.append(row)
    return Ground()


def _tell(snapshot: Snapshot, rows: Sequence[Row], given: Given) -> Explanation:
    if len(given.rows) < FEW:
        each = listing([_contribution(snapshot, who, row) for who, row in zip(*given, strict=True)])
        return explain("concentration.few", Both("Recorded: {list}.", "Enregistré : {list}."), list=each)
    amounts = [row for row in rows if row.measure == "quantity" and row.hhi is not None]
    first = next((row for row in amounts if (row.known_share or 0.0) >= LITTLE), None)
    if first is None:
        sentence = Both(
            "{top} {gives} {top_share} of the {total} recorded contributions; it is as if {as_if}. {amounts}",
            "{top} {gives} {top_share} des {total} contributions enregistrées ; c'est comme si {as_if}. {amounts}",
        )
        zero = any(row.reason == "sum_zero" for row in rows)
        said = TOO_FEW_AMOUNTS if amounts else ALL_ZERO if zero else NO_AMOUNT
        about = _about(snapshot, rows[0])
        return explain("concentration.count", sentence, total=rows[0].total, amounts=said, **about)
    sentence = Both(
        "{top} {gives} {top_share} of the recorded {kind} ({unit}); it is as if {as_if}.",
        "{top} {gives} {top_share} des {kind} enregistrés ({unit}) ; c'est comme si {as_if}.",
    )
    kind, unit = means(_kind(snapshot, first.kind or "")), _unit(snapshot, first.unit)
    return explain("concentration.top", sentence, kind=kind, unit=unit, **_about(snapshot, first))


NO_AMOUNT = Both("No amount is recorded.", "Aucun montant n'est enregistré.")
ALL_ZERO = Both("The recorded amounts are all 0.", "Les montants enregistrés sont tous nuls.")
TOO_FEW_AMOUNTS = Both(
    "Too few amounts are recorded to share them out.", "Trop peu de montants sont enregistrés pour les répartir."
)


def _about(snapshot: Snapshot, row: Row) -> dict[str, Param]:
    alone = len(row.top_ids) == 1
    effective = say(round(row.effective or 0.0, 1))
    return {
        "top": names(snapshot, row.top_ids),
        "gives": Both("gives", "apporte") if alone else Both("each give", "apportent chacun"),
        "top_share": percent(row.top_share),
        "as_if": Both("one partner alone gave them", "un seul partenaire les apportait")
        if effective.en == "1"
        else Both(f"{effective.en} equal partners gave them", f"{effective.fr} partenaires égaux les apportaient"),
    }


def _contribution(snapshot: Snapshot, who: str, row: Contribution) -> Both:
    """Who gives what, in words."""
    giver, kind, unit = name(snapshot, who), _kind(snapshot, row.kind), _unit(snapshot, row.amount.unit)
    what = means(kind) if row.kind else Both("kind not recorded", "nature non enregistrée")
    if row.amount.value is None:
        return Both(f"{giver.en} ({what.en})", f"{giver.fr} ({what.fr})")
    amount = say(row.amount.value)
    return Both(f"{giver.en} ({what.en}: {amount.en} {unit.en})", f"{giver.fr} ({what.fr} : {amount.fr} {unit.fr})")


def _kind(snapshot: Snapshot, kind: str) -> Both:
    return KINDS.get(kind) or term(snapshot, "contribution_kind", kind)


def _unit(snapshot: Snapshot, unit: str | None) -> Both:
    plain, _, recurrence = (unit or "").partition("/")
    said, often = term(snapshot, "unit", plain), code_name(recurrence)
    return Both(f"{said.en}, {often.en}", f"{said.fr}, {often.fr}") if recurrence else said
