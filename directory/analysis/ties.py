"""Who links the Cités to each other, and is the network one piece."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import NamedTuple

from directory.analysis.basis import Basis, Explanation, basis, explain, rounded, share
from directory.analysis.graphs import articulation, betweenness, components, two_mode_maximum
from directory.analysis.lens import Lens
from directory.analysis.levels import note, other_lenses, pairs_said
from directory.analysis.maps import Map, focus_of, network_map, shared_by_pair, whole
from directory.analysis.silences import silent
from directory.analysis.snapshot import Snapshot
from directory.analysis.wording import Both, name, plural, scope_name

BROKERS_METHOD = "brokers/1"
COHESION_METHOD = "cohesion/1"


class Centrality(NamedTuple):
    """How many shortest paths pass through a Cité or an organisation, raw and over the largest possible."""

    id: str
    raw: float
    normalised: float | None


@dataclass(frozen=True, slots=True)
class Broker:
    """An organisation that is partner of several Cités."""

    id: str
    cites: tuple[str, ...]
    pairs: int
    exclusive_pairs: int


@dataclass(frozen=True, slots=True)
class BrokersResult:
    """Who links Cités to each other: the only common partners first."""

    brokers: tuple[Broker, ...]
    articulation_organisations: tuple[str, ...]
    articulation_cites: tuple[str, ...]
    betweenness: tuple[Centrality, ...] | None
    reason: str | None
    basis: Basis


def brokers(snapshot: Snapshot, lens: Lens) -> BrokersResult:
    """The organisations that link Cités, and the points without which the map falls apart.

    >>> from directory.analysis.snapshot import from_rows
    >>> two = from_rows({"partnerships": [
    ...     {"id": f"{who}{cite}", "organisation_id": who, "cite_id": cite} for who, cite in ("AX", "BX", "AY")]})
    >>> found = brokers(two, Lens("network", "2024"))
    >>> found.brokers, found.articulation_organisations, found.articulation_cites
    ((Broker(id='A', cites=('X', 'Y'), pairs=1, exclusive_pairs=1),), ('A',), ('X',))
    """
    found = network_map(snapshot, whole(lens))
    links = found.links
    cut = articulation(links)
    between = betweenness(links) if found.cites else None
    focus = focus_of(snapshot, lens)
    reason = None if between is not None else "scope_too_large"
    if not found.cites or found.silent_on(focus):
        reason = "no_partner_recorded"
    rows = _brokers(found, focus, between or {})
    told = (
        silent("brokers", reason, snapshot, lens) if reason and not rows else _tell_brokers(snapshot, lens, found, rows)
    )
    return BrokersResult(
        brokers=rows,
        articulation_organisations=_marked("o:", cut),
        articulation_cites=_marked("c:", cut),
        betweenness=None if between is None else _centralities(found, between),
        reason=reason,
        basis=basis(BROKERS_METHOD, lens, found.ground, found.known_share, told),
    )


def _marked(mark: str, points: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(point.removeprefix(mark) for point in points if point.startswith(mark)))


def _brokers(found: Map, focus: frozenset[str], between: Mapping[str, float]) -> tuple[Broker, ...]:
    exclusive = _exclusive(found)
    rows = [
        Broker(id, cites, len(cites) * (len(cites) - 1) // 2, exclusive[id])
        for id, cites in found.cites.items()
        if len(cites) > 1 and (not focus or not focus.isdisjoint(cites))
    ]
    ranked = sorted(
        rows, key=lambda row: (-row.exclusive_pairs, -row.pairs, -round(between.get(f"o:{row.id}", 0.0), 4), row.id)
    )
    return tuple(ranked)


def _centralities(found: Map, between: Mapping[str, float]) -> tuple[Centrality, ...]:
    n, m = len(found.cites), len(found.partners)
    largest = {"o:": two_mode_maximum(n, m), "c:": two_mode_maximum(m, n)}
    rows = [
        Centrality(point[2:], round(raw, 4), rounded(share(raw, largest[point[:2]]))) for point, raw in between.items()
    ]
    return tuple(sorted(rows, key=lambda row: (-row.raw, row.id)))


def _exclusive(found: Map, focus: frozenset[str] = frozenset()) -> Counter[str]:
    """Of how many pairs of Cités in focus each is the only common partner."""
    return Counter(shared[0] for shared in shared_by_pair(found, focus).values() if len(shared) == 1)


def _tell_brokers(snapshot: Snapshot, lens: Lens, found: Map, rows: Sequence[Broker]) -> Explanation:
    focus = focus_of(snapshot, lens)
    of_all = Counter({row.id: row.exclusive_pairs for row in rows if row.exclusive_pairs})
    exclusive = _exclusive(found, focus) if focus else of_all  # counted before; large networks take a second
    others = {other: _exclusive(network_map(snapshot, whole(other)), focus) for other in other_lenses(snapshot, lens)}
    cite = scope_name(snapshot, f"cite:{min(focus, default='')}")
    if not exclusive:
        totals = {other: there.total() for other, there in others.items()}
        elsewhere = note((other, pairs_said(n)) for other, n in totals.items() if n)
        return explain("brokers.none", NONE_OF_CITE if focus else NONE, cite=cite, level_note=elsewhere)
    first = max(rows, key=lambda row: exclusive[row.id]).id  # of equals the first
    n = exclusive[first]
    counts = {other: _of_same(snapshot, lens, first, other, there) for other, there in others.items()}
    elsewhere = note((other, pairs_said(m)) for other, m in counts.items() if m != n)
    sentence = _only(n, bool(focus))
    return explain("brokers.exclusive", sentence, p=name(snapshot, first), n=n, cite=cite, level_note=elsewhere)


def _of_same(snapshot: Snapshot, lens: Lens, id: str, other: Lens, pairs: Counter[str]) -> int:
    """The pairs that those connect at another level who are one with an organisation, at that level or at this one."""
    who, there = snapshot.identities(lens.identity_level), snapshot.identities(other.identity_level)
    return sum(n for each, n in pairs.items() if id in (each, who[each]) or each == there[id])


NONE = Both(
    "No organisation is the only recorded common partner of two Cités{level_note}.",
    "Aucun organisme n'est le seul partenaire commun enregistré de deux Cités{level_note}.",
)
NONE_OF_CITE = Both(
    "No organisation is the only recorded common partner of {cite} and another Cité{level_note}.",
    "Aucun organisme n'est le seul partenaire commun enregistré de {cite} et d'une autre Cité{level_note}.",
)


def _only(n: int, of_cite: bool) -> Both:
    many = (
        Both("{cite} and {n} other Cités", "{cite} et de {n} autres Cités")
        if of_cite
        else Both("{n} pairs of Cités", "{n} paires de Cités")
    )
    one = (
        Both("{cite} and another Cité", "{cite} et d'une autre Cité")
        if of_cite
        else Both("{n} pair of Cités", "{n} paire de Cités")
    )
    of = plural(n, one, many)
    return Both(
        f"{{p}} is the only recorded common partner of {of.en}{{level_note}}.",
        f"{{p}} est le seul partenaire commun enregistré de {of.fr}{{level_note}}.",
    )


@dataclass(frozen=True, slots=True)
class CohesionResult:
    """How tightly Cités and partners hold together, in three readings: community, network, participant."""

    n_partners: int
    n_cites: int
    n_links: int
    density: float | None
    components: tuple[int, ...]
    isolated_cites: tuple[str, ...]
    mean_partners: float | None
    share_multi: float | None
    centralisation: float | None
    no_partner_recorded: tuple[str, ...]
    reason: str | None
    basis: Basis


def cohesion(snapshot: Snapshot, lens: Lens) -> CohesionResult:
    """How tightly the Cités and partners of a scope hold together; never one score (Provan & Milward 2001).

    >>> from directory.analysis.snapshot import from_rows
    >>> two = from_rows({"partnerships": [
    ...     {"id": f"{who}{cite}", "organisation_id": who, "cite_id": cite} for who, cite in ("AX", "BX", "AY")]})
    >>> found = cohesion(two, Lens("network", "2024"))
    >>> found.density, found.components, found.mean_partners, found.share_multi
    (0.75, (4,), 1.5, 0.5)
    """
    found = network_map(snapshot, whole(lens))
    n, m = len(found.cites), len(found.partners)
    n_links = sum(len(who) for who in found.partners.values())
    pieces = tuple(len(piece) for piece in components(found.links))
    reason = None if n else "no_partner_recorded"
    multi = sum(len(cites) > 1 for cites in found.cites.values())
    return CohesionResult(
        n_partners=n,
        n_cites=m,
        n_links=n_links,
        density=rounded(share(n_links, n * m)),
        components=pieces,
        isolated_cites=tuple(cite for cite, who in found.partners.items() if not who),
        mean_partners=rounded(share(n_links, m)) if n else None,
        share_multi=rounded(share(multi, n)),
        centralisation=_centralisation(found),
        no_partner_recorded=found.silent,
        reason=reason,
        basis=basis(
            COHESION_METHOD,
            lens,
            found.ground,
            found.known_share,
            silent("cohesion", reason, snapshot, lens) if reason else _tell_cohesion(n, m, len(pieces)),
        ),
    )


def _centralisation(found: Map) -> float | None:
    """How much one partner stands in the middle of those it shares a Cité with (Freeman 1979)."""
    n = len(found.cites)
    if n < 3:
        return None
    degrees = _degrees(found)
    most = max(degrees)
    return rounded(sum(most - degree for degree in degrees) / ((n - 1) * (n - 2)))


def _degrees(found: Map) -> list[int]:
    """How many others each partner shares a Cité with.

    Those of one Cité only are counted; those of several are bits of an integer, so that a hub of a thousand Cités
    does not join a thousand sets.
    """
    shared = {id: 1 << n for n, id in enumerate(id for id, cites in found.cites.items() if len(cites) > 1)}
    local = {cite: sum(id not in shared for id in who) for cite, who in found.partners.items()}
    bits = {cite: sum(shared[id] for id in who if id in shared) for cite, who in found.partners.items()}
    met: dict[tuple[str, ...], int] = {}
    for cites in found.cites.values():
        if cites not in met:
            union = reduce(or_, (bits[cite] for cite in cites), 0)
            met[cites] = sum(local[cite] for cite in cites) + union.bit_count() - 1
    return [met[cites] for cites in found.cites.values()]


def _tell_cohesion(n: int, m: int, k: int) -> Explanation:
    sentence = Both(
        "{m} Cités and {n} recorded partners form {k} separate groups.",
        "{m} Cités et {n} partenaires enregistrés forment {k} groupes séparés.",
    )
    if k == 1:
        sentence = Both(
            "{m} Cités and {n} recorded partners form one group.",
            "{m} Cités et {n} partenaires enregistrés forment un seul groupe.",
        )
    return explain("cohesion.groups", sentence, m=m, n=n, k=k)
