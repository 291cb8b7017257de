"""With which Cités do we share partners, who links us to them, and is our network one piece."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import NamedTuple

from directory.analysis.basis import Basis, Explanation, basis, explain, ordered, rounded, share
from directory.analysis.headline import Headline, close, headline, metric_name
from directory.analysis.lens import Lens
from directory.analysis.levels import note, other_lenses, pairs_said
from directory.analysis.maps import Map, focus_of, network_map, shared_by_pair, whole
from directory.analysis.selection import Partners, partners
from directory.analysis.silences import silent
from directory.analysis.snapshot import Snapshot
from directory.analysis.ties import Broker, BrokersResult, Centrality, CohesionResult, brokers, cohesion
from directory.analysis.wording import Both, listing, name, names, plural, scope_name

__all__ = [
    "Broker",
    "BrokersResult",
    "Centrality",
    "CitesResult",
    "CohesionResult",
    "Compared",
    "OverlapResult",
    "Pair",
    "brokers",
    "cohesion",
    "compare",
    "pairs",
]

METHOD = "overlap/1"
COMPARE_METHOD = "compare-cites/1"

BY_KNOWN_SHARE = ("coverage", "fragility", "redundancy")
BY_COMPLETENESS = ("partners", "diversity")


class Pair(NamedTuple):
    """Two Cités and the partners that they share (Jaccard 1912)."""

    a: str
    b: str
    shared: tuple[str, ...]
    jaccard: float | None
    overlap: float | None


@dataclass(frozen=True, slots=True)
class OverlapResult:
    """Every pair of Cités with recorded partners, the closest first."""

    pairs: tuple[Pair, ...]
    no_partner_recorded: tuple[str, ...]
    reason: str | None
    basis: Basis


def pairs(snapshot: Snapshot, lens: Lens) -> OverlapResult:
    """The partners that Cités share, two by two; for one Cité, its pairs.

    >>> from directory.analysis.snapshot import from_rows
    >>> two = from_rows({"partnerships": [
    ...     {"id": f"{who}{cite}", "organisation_id": who, "cite_id": cite} for who, cite in ("AX", "BX", "AY")]})
    >>> pairs(two, Lens("network", "2024")).pairs
    (Pair(a='X', b='Y', shared=('A',), jaccard=0.5, overlap=1.0),)
    """
    found = network_map(snapshot, whole(lens))
    # Pairs come in the order of their Cités, which a stable sort keeps among equals.
    focus = focus_of(snapshot, lens)
    rows = tuple(sorted(_pairs(found, focus), key=_closest))
    reason = None if len(found.partners) > 1 else "fewer_than_two_cites_with_partners"
    if found.silent_on(focus):
        reason = "no_partner_recorded"
    told = silent("overlap", reason, snapshot, lens) if reason else _tell(snapshot, lens, found, rows)
    return OverlapResult(rows, found.silent, reason, basis(METHOD, lens, found.ground, found.known_share, told))


def _closest(pair: Pair) -> float:
    return 1.0 if pair.jaccard is None else -pair.jaccard


def _pairs(found: Map, focus: frozenset[str]) -> Iterator[Pair]:
    shared = shared_by_pair(found)
    sizes = {cite: len(ids) for cite, ids in found.partners.items()}
    for a, b in combinations(sizes, 2):
        if not focus or a in focus or b in focus:
            yield _pair(a, b, shared.get((a, b), ()), sizes[a], sizes[b])


def _pair(a: str, b: str, shared: Sequence[str], size_a: int, size_b: int) -> Pair:
    both, least = len(shared), min(size_a, size_b)
    if not both and least:
        return Pair(a, b, (), 0.0, 0.0)
    union = size_a + size_b - both
    jaccard = round(both / union, 4) if union else None
    return Pair(a, b, tuple(shared), jaccard, round(both / least, 4) if least else None)


def _tell(snapshot: Snapshot, lens: Lens, found: Map, rows: Sequence[Pair]) -> Explanation:
    first = rows[0] if rows else None
    if first is None or not first.shared:
        return _tell_none(snapshot, lens, found)
    sentence = Both(
        "{a} and {b} share {n} of {m} recorded partners: {list}{level_note}.",
        "{a} et {b} partagent {n} {partners} sur {m} : {list}{level_note}.",
    )
    return explain(
        "overlap.shared",
        sentence,
        a=scope_name(snapshot, f"cite:{first.a}"),
        b=scope_name(snapshot, f"cite:{first.b}"),
        n=len(first.shared),
        partners=plural(len(first.shared), *PARTNERS),
        m=len(found.partners[first.a] | found.partners[first.b]),
        list=names(snapshot, first.shared),
        level_note=level_note(snapshot, lens, first),
    )


def _tell_none(snapshot: Snapshot, lens: Lens, found: Map) -> Explanation:
    focus = focus_of(snapshot, lens)
    others = {other: network_map(snapshot, whole(other)) for other in other_lenses(snapshot, lens)}
    counts = {other: len(shared_by_pair(there, focus)) for other, there in others.items()}
    elsewhere = note((other, pairs_said(n)) for other, n in counts.items() if n)
    if focus:
        n = len(found.partners.keys() - focus)
        alone = Both(
            "{cite} shares no recorded partner with {others}{level_note}.",
            "{cite} ne partage aucun partenaire enregistré avec {others}{level_note}.",
        )
        cite = scope_name(snapshot, f"cite:{min(focus)}")
        return explain("overlap.none_of_cite", alone, cite=cite, others=_others(n), level_note=elsewhere)
    none = Both(
        "No two Cités among the {n} with recorded partners share one{level_note}.",
        "Parmi les {n} Cités aux partenaires enregistrés, aucune n'en partage avec une autre{level_note}.",
    )
    return explain("overlap.none", none, n=len(found.partners), level_note=elsewhere)


def _others(n: int) -> Both:
    if n == 1:
        return Both("the other Cité with recorded partners", "l'autre Cité à partenaires enregistrés")
    return Both(f"the {n} other Cités with recorded partners", f"les {n} autres Cités à partenaires enregistrés")


def level_note(snapshot: Snapshot, lens: Lens, pair: Pair) -> Both:
    """Which other level of identity changes the answer for a pair, in words; blank when none does."""
    others = []
    for other in other_lenses(snapshot, lens):
        a, b = (partners(snapshot, replace(other, scope=f"cite:{cite}")).ids for cite in (pair.a, pair.b))
        if len(a & b) != len(pair.shared):
            others.append((other, Both(f"{len(a & b)}", f"{len(a & b)}")))
    return note(others)


PARTNERS = (Both("recorded partner", "partenaire enregistré"), Both("recorded partners", "partenaires enregistrés"))


class Compared(NamedTuple):
    """One figure of two Cités, and whether it compares them."""

    metric: str
    a: float | None
    b: float | None
    comparable: bool


@dataclass(frozen=True, slots=True)
class CitesResult:
    """The partners that two Cités share or not, and their figures side by side; never a rank."""

    shared: tuple[str, ...] | None
    only_a: tuple[str, ...] | None
    only_b: tuple[str, ...] | None
    jaccard: float | None
    rows: tuple[Compared, ...]
    reason: str | None
    basis: Basis


def compare(snapshot: Snapshot, lens: Lens, a: str, b: str) -> CitesResult:
    """Two Cités side by side: their partners, and their figures with whether these compare.

    >>> from directory.analysis.snapshot import from_rows
    >>> two = from_rows({"partnerships": [
    ...     {"id": f"{who}{cite}", "organisation_id": who, "cite_id": cite} for who, cite in ("AX", "BX", "AY")]})
    >>> found = compare(two, Lens("network", "2024"), "X", "Y")
    >>> found.shared, found.only_a, found.jaccard, [row.metric for row in found.rows if row.comparable]
    (('A',), ('B',), 0.5, ['partners'])
    """
    lenses = [replace(lens, scope=f"cite:{cite}") for cite in (a, b)]
    of_a, of_b = (partners(snapshot, each) for each in lenses)
    head_a, head_b = (headline(snapshot, each) for each in lenses)
    known = [bool(who.ids) or snapshot.cite(cite).partners_complete for cite, who in ((a, of_a), (b, of_b))]
    complete = [snapshot.cite(cite).partners_complete for cite in (a, b)]
    jaccard = share(len(of_a.ids & of_b.ids), len(of_a.ids | of_b.ids))
    reason = (None if jaccard is not None else "no_partner") if all(known) else "no_partner_recorded"
    rows = tuple(_compared(metric, head_a, head_b, complete[0] == complete[1]) for metric in _metrics(head_a, head_b))
    ground = of_a.ground + of_b.ground + head_a.ground + head_b.ground
    first_silent = lenses[0 if all(known) else known.index(False)]
    told = (
        silent("compare", reason, snapshot, first_silent)
        if reason
        else _tell_compare(snapshot, lens, (a, of_a), (b, of_b), rows)
    )
    return CitesResult(
        shared=ordered(of_a.ids & of_b.ids) if all(known) else None,
        only_a=ordered(of_a.ids - of_b.ids) if all(known) else None,
        only_b=ordered(of_b.ids - of_a.ids) if all(known) else None,
        jaccard=rounded(jaccard) if all(known) else None,
        rows=rows,
        reason=reason,
        basis=basis(COMPARE_METHOD, lens, ground, sum(known) / 2, told),
    )


def _metrics(a: Headline, b: Headline) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*a.figures, *b.figures]))


def _compared(metric: str, a: Headline, b: Headline, as_complete: bool) -> Compared:
    one, other = a.value(metric), b.value(metric)
    comparable = one is not None and other is not None
    if metric in BY_KNOWN_SHARE:
        comparable = comparable and close(a.known_share("coverage"), b.known_share("coverage"))
        comparable = comparable and close(a.known_share(metric), b.known_share(metric))
    if metric in BY_COMPLETENESS:
        comparable = comparable and as_complete
    return Compared(metric, one, other, comparable)


def _tell_compare(
    snapshot: Snapshot, lens: Lens, a: tuple[str, Partners], b: tuple[str, Partners], rows: Sequence[Compared]
) -> Explanation:
    shared = ordered(a[1].ids & b[1].ids)
    pair = Pair(a[0], b[0], shared, None, None)
    sentence = Both(
        "{a} and {b} share {n} of {m} recorded partners: {list}{level_note}. Comparable: {metrics}.",
        "{a} et {b} partagent {n} {partners} sur {m} : {list}{level_note}. Comparables : {metrics}.",
    )
    return explain(
        "compare.cites",
        sentence,
        a=name(snapshot, a[0]),
        b=name(snapshot, b[0]),
        n=len(shared),
        partners=plural(len(shared), *PARTNERS),
        m=len(a[1].ids | b[1].ids),
        list=names(snapshot, shared),
        level_note=level_note(snapshot, lens, pair),
        metrics=listing([metric_name(row.metric) for row in rows if row.comparable]),
    )
