"""Do we lean on one contributor, and do our partners come from different worlds."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import fsum
from typing import NamedTuple

from directory.analysis.basis import Basis, Excluded, Explanation, Ground, basis, explain, rounded, share, silent
from directory.analysis.lens import Lens
from directory.analysis.records import Contribution, Organisation
from directory.analysis.selection import Sifted, contributions, loops, partners
from directory.analysis.snapshot import Snapshot
from directory.analysis.wording import KINDS, Both, Param, names, percent, plural, term

METHOD = "concentration/1"
MIX_METHOD = "mix/1"

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
    told = silent("concentration", reason, snapshot, lens) if reason else _tell(snapshot, table)
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
    """The warning that one organisation gives the same thing twice at a time; both are counted."""
    seen: dict[tuple[str, ...], list[Contribution]] = defaultdict(list)
    for who, row in zip(*given, strict=True):
        key = (who, row.beneficiary_id, row.kind, row.amount.unit or "")
        others = seen[key]
        if any(row.when.first < other.when.after and other.when.first < row.when.after for other in others):
            return Ground(warnings=frozenset({"overlapping_contributions"}))
        others.append(row)
    return Ground()


def _tell(snapshot: Snapshot, rows: Sequence[Row]) -> Explanation:
    first = next((row for row in rows if row.measure == "quantity" and row.hhi is not None), None)
    if first is None:
        count = rows[0]
        sentence = Both(
            "{top} {gives} {top_share} of the {total} recorded contributions; it is as if {effective} equal partners "
            "gave them. No amount is recorded.",
            "{top} {gives} {top_share} des {total} contributions enregistrées ; c'est comme si {effective} "
            "partenaires égaux les apportaient. Aucun montant n'est enregistré.",
        )
        return explain("concentration.count", sentence, total=count.total, **_about(snapshot, count))
    sentence = Both(
        "{top} {gives} {top_share} of the recorded {kind} means ({unit}); it is as if {effective} equal partners "
        "gave it.",
        "{top} {gives} {top_share} des moyens {kind} enregistrés ({unit}) ; c'est comme si {effective} partenaires "
        "égaux les apportaient.",
    )
    kind = KINDS.get(first.kind or "") or term(snapshot, "contribution_kind", first.kind or "")
    return explain(
        "concentration.top", sentence, kind=kind, unit=_unit(snapshot, first.unit), **_about(snapshot, first)
    )


def _about(snapshot: Snapshot, row: Row) -> dict[str, Param]:
    alone = len(row.top_ids) == 1
    return {
        "top": names(snapshot, row.top_ids),
        "gives": Both("gives", "apporte") if alone else Both("each give", "apportent chacun"),
        "top_share": percent(row.top_share),
        "effective": round(row.effective or 0.0, 1),
    }


def _unit(snapshot: Snapshot, unit: str | None) -> Both:
    plain, _, recurrence = (unit or "").partition("/")
    said = term(snapshot, "unit", plain)
    return Both(f"{said.en}, {recurrence}", f"{said.fr}, {recurrence}") if recurrence else said


class Group(NamedTuple):
    """How many partners share a code."""

    code: str
    n: int


@dataclass(frozen=True, slots=True)
class MixResult:
    """The chance that two partners drawn at random differ (Blau 1977), and its bounds if all were known."""

    value: float | None
    lower: float | None
    upper: float | None
    normalised: float | None
    groups: tuple[Group, ...]
    n_unknown: int
    reason: str | None
    basis: Basis


class Blau(NamedTuple):
    """Heterogeneity of known groups, with its bounds when some members are of no known group."""

    value: float | None
    lower: float | None
    upper: float | None
    normalised: float | None


def blau(groups: Mapping[str, int], n_unknown: int = 0) -> Blau:
    """The heterogeneity of some groups.

    At least as if all the unknown were in the largest group, at most as if each were a group of its own.

    >>> blau({"BE": 2, "FR": 2, "CH": 1, "ES": 1}, n_unknown=1)[:3]
    (0.7222, 0.6939, 0.7755)
    """
    sizes = sorted((n for n in groups.values() if n > 0), reverse=True)
    if not sizes:
        return Blau(None, None, None, None)
    value = _unlike(sizes)
    k = len(sizes)
    return Blau(
        value=rounded(value),
        lower=rounded(_unlike([sizes[0] + n_unknown, *sizes[1:]])),
        upper=rounded(_unlike(sizes + [1] * n_unknown)),
        normalised=rounded(value / (1 - 1 / k)) if k > 1 else None,
    )


def _unlike(sizes: Sequence[int]) -> float:
    total = sum(sizes)
    return 1 - sum(size * size for size in sizes) / (total * total)


def mix(snapshot: Snapshot, lens: Lens, by: str = "type") -> MixResult:
    """How different the partners in a scope are, by `type`, `family` of types or `country`.

    >>> from directory.analysis.snapshot import from_rows
    >>> town = from_rows({
    ...     "organisations": [{"id": "A", "type": "school"}, {"id": "B", "type": "library"}, {"id": "C"}],
    ...     "partnerships": [{"id": id, "organisation_id": id, "cite_id": "X"} for id in "ABC"]})
    >>> found = mix(town, Lens(scope="cite:X", at="2024"))
    >>> found.value, found.lower, found.upper, found.n_unknown
    (0.5, 0.4444, 0.6667, 1)
    """
    found = partners(snapshot, lens)
    codes = {id: code_of(snapshot, id, BY[by]) for id in found.ids}
    groups = Counter(code for code in codes.values() if code)
    n_unknown = sum(not code for code in codes.values())
    reason = "no_partner_recorded" if not codes else None if groups else "no_type_known"
    known = share(len(codes) - n_unknown, len(codes))
    told = silent("mix", reason, snapshot, lens) if reason else _tell_mix(len(codes), len(groups), n_unknown, by)
    unknown = tuple(Excluded(id, f"{by}_unknown") for id, code in codes.items() if not code)
    return MixResult(
        *blau(groups, n_unknown),
        groups=tuple(Group(code, n) for code, n in sorted(groups.items(), key=lambda each: (-each[1], each[0]))),
        n_unknown=n_unknown,
        reason=reason,
        basis=basis(MIX_METHOD, lens, found.ground + Ground(excluded=unknown), known, told),
    )


Coder = Callable[[Snapshot, Organisation], str]


def type_of(_: Snapshot, organisation: Organisation) -> str:
    """The type of an organisation; blank when not stated."""
    return "" if organisation.type_certainty == "not_stated" else organisation.type


def family_of(snapshot: Snapshot, organisation: Organisation) -> str:
    """The broadest type of an organisation."""
    type = type_of(snapshot, organisation)
    return snapshot.vocabulary("organisation_type").top(type) if type else ""


def country_of(_: Snapshot, organisation: Organisation) -> str:
    """The country of an organisation; blank when not stated."""
    return "" if organisation.country_certainty == "not_stated" else organisation.country


BY: dict[str, Coder] = {"type": type_of, "family": family_of, "country": country_of}


def code_of(snapshot: Snapshot, id: str, coder: Coder) -> str:
    """The code of an organisation, blank when it is unknown."""
    organisation = snapshot.organisation_by_id.get(id)
    return coder(snapshot, organisation) if organisation else ""


WORLDS = {
    "type": (Both("type", "type"), Both("types", "types")),
    "family": (Both("family", "famille"), Both("families", "familles")),
    "country": (Both("country", "pays"), Both("countries", "pays")),
}


def _tell_mix(n: int, k: int, unknown: int, by: str) -> Explanation:
    sentence = Both(
        "{n} recorded {partners} in {k} {families}; {u} of unknown {family}.",
        "{n} {partners} de {k} {families} ; {u} de {family} inconnu.",
    )
    if by == "family":
        sentence = Both(sentence.en, sentence.fr.replace("{family} inconnu", "{family} inconnue"))
    who = plural(n, Both("partner", "partenaire enregistré"), Both("partners", "partenaires enregistrés"))
    return explain(
        "mix.families",
        sentence,
        n=n,
        partners=who,
        k=k,
        families=plural(k, *WORLDS[by]),
        u=unknown,
        family=WORLDS[by][0],
    )
