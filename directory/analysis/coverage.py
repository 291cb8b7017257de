"""Which needs of our residents does nobody answer, and which places have fewer services for their people."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from directory.analysis.basis import Basis, Explanation, Ground, basis, explain, ordered, rounded, share
from directory.analysis.dates import last_day
from directory.analysis.lens import Lens
from directory.analysis.matching import Answer, Study, label, study
from directory.analysis.selection import cites_in, places, services
from directory.analysis.silences import silent
from directory.analysis.snapshot import Snapshot
from directory.analysis.wording import Both, Param, listing, name, plural, scope_name

METHOD = "coverage/1"
REACH_METHOD = "reach/1"


@dataclass(frozen=True, slots=True)
class Cell:
    """One need and its recorded answer."""

    need_id: str
    covered: bool
    n_services: int
    n_partners: int
    providers_unknown: bool
    oldest_verified: date | None


@dataclass(frozen=True, slots=True)
class CoverageResult:
    """The share of needs with a recorded service: `value` at least, `upper` at most."""

    value: float | None
    upper: float | None
    default_needs: bool
    cells: tuple[Cell, ...]
    uncovered: tuple[str, ...]
    unspecified_services: tuple[str, ...]
    reason: str | None
    basis: Basis


def measure(snapshot: Snapshot, lens: Lens) -> CoverageResult:
    """The share of the needs of a Cité that a recorded service answers, by weight of the needs.

    >>> from directory.analysis.snapshot import from_rows
    >>> town = from_rows({
    ...     "needs": [{"id": "advice", "cite_id": "X", "types": "counselling", "weight": "3"},
    ...               {"id": "fair", "cite_id": "X", "types": "events"}],
    ...     "services": [{"id": "desk", "cite_id": "X", "types": "counselling", "publics": "all"}]})
    >>> found = measure(town, Lens(scope="cite:X", at="2024-06-30"))
    >>> found.value, found.upper, found.uncovered
    (0.75, 1.0, ('fair',))
    """
    return of_study(snapshot, lens, study(snapshot, lens))


def of_study(snapshot: Snapshot, lens: Lens, found: Study) -> CoverageResult:
    """The coverage that a study of needs says."""
    reason = silence(found)
    value = None if reason else rounded(found.share(lambda _: True))
    uncovered = tuple(each for each in found.answers if not each.services)
    known = 1.0 if found.complete and found.answers else share(len(found.covered), len(found.answers))
    told = silent("coverage", reason, snapshot, lens) if reason else _tell(snapshot, lens, found, uncovered)
    return CoverageResult(
        value=value,
        upper=None if reason else value if found.complete else 1.0,
        default_needs=found.default_needs,
        cells=tuple(map(_cell, found.answers)),
        uncovered=tuple(each.wanted.id for each in uncovered),
        unspecified_services=found.unspecified,
        reason=reason,
        basis=basis(METHOD, lens, found.ground, known, told),
    )


def silence(found: Study) -> str | None:
    """Why coverage cannot be known, if it cannot."""
    if found.share(lambda _: True) is None:
        return "no_weight"
    if found.complete or found.covered:
        return None
    return "no_need_matched_by_a_record" if found.services else "no_service_recorded"


def _cell(answer: Answer) -> Cell:
    verified = [day for service in answer.services if (day := last_day(service.verified_at))]
    return Cell(
        need_id=answer.wanted.id,
        covered=bool(answer.services),
        n_services=len(answer.services),
        n_partners=len(answer.providers),
        providers_unknown=answer.providers_unknown,
        oldest_verified=min(verified, default=None),
    )


def _tell(snapshot: Snapshot, lens: Lens, found: Study, uncovered: Sequence[Answer]) -> Explanation:
    params: dict[str, Param] = {
        "n": len(uncovered),
        "total": len(found.answers),
        "cite": scope_name(snapshot, lens.scope),
        "list": listing([label(snapshot, each.wanted) for each in uncovered]),
        "declared": declared(found),
    }
    if not uncovered:
        every = Both(
            "Every need of {cite} has a recorded service ({declared}).",
            "Chaque besoin de {cite} a un service enregistré ({declared}).",
        )
        return explain("coverage.covered", every, **params)
    if len(uncovered) == 1:
        some = Both(
            "{n} of {total} needs of {cite} has no recorded service: {list} ({declared}).",
            "{n} besoin sur {total} de {cite} n'a aucun service enregistré : {list} ({declared}).",
        )
    else:
        some = Both(
            "{n} of {total} needs of {cite} have no recorded service: {list} ({declared}).",
            "{n} besoins sur {total} de {cite} n'ont aucun service enregistré : {list} ({declared}).",
        )
    return explain("coverage.uncovered", some, **params)


def declared(found: Study) -> Both:
    """How many needs are declared, in words."""
    if found.default_needs:
        return Both(
            "no need declared: the main types of service stand in",
            "aucun besoin déclaré : les grands types en font foi",
        )
    n = len({each.wanted.need_id for each in found.answers})
    words = plural(n, Both("need declared", "besoin déclaré"), Both("needs declared", "besoins déclarés"))
    return Both(f"{n} {words.en}", f"{n} {words.fr}")


class TerritoryReach(NamedTuple):
    """The services that people of a territory can use."""

    id: str
    offers: int
    population: float | None
    per_10000: float | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class ReachResult:
    """Services per 10,000 people in each territory asked about, in the order asked."""

    territories: tuple[TerritoryReach, ...]
    reached_share: float | None
    territory_cycles: tuple[str, ...]
    reason: str | None
    basis: Basis


def reach(snapshot: Snapshot, lens: Lens, territories: Iterable[str]) -> ReachResult:
    """The recorded services that hold in each territory or above it, per 10,000 people.

    >>> from directory.analysis.snapshot import from_rows
    >>> town = from_rows({"territories": [{"id": "town", "population": "20000"}],
    ...                   "services": [{"id": "desk", "territory_ids": "town"}]})
    >>> reach(town, Lens(scope="network", at="2024"), ["town"]).territories[0].per_10000
    0.5
    """
    asked = tuple(dict.fromkeys([territories] if isinstance(territories, str) else territories))
    offered = services(snapshot, lens)
    by_place: dict[str, set[str]] = defaultdict(set)
    for service in offered.rows:
        for place in places(snapshot, service):
            by_place[place].add(service.id)
    complete = frozenset(
        cite.territory_id for cite in map(snapshot.cite, cites_in(snapshot, lens)) if cite.services_complete
    )
    rows = tuple(_reach_of(snapshot, id, by_place, complete) for id in asked)
    reached, reason = _reached_share(snapshot, rows)
    cycles = ordered(loop for id in asked for loop in snapshot.territory_tree.loops(id))
    ground = offered.ground + Ground(asked, warnings=frozenset({"territory_cycle"} if cycles else ()))
    known = share(sum(row.per_10000 is not None for row in rows), len(rows))
    told = _tell_reach(snapshot, lens, rows)
    return ReachResult(rows, reached, cycles, reason, basis(REACH_METHOD, lens, ground, known, told))


def _reach_of(snapshot: Snapshot, id: str, by_place: dict[str, set[str]], complete: frozenset[str]) -> TerritoryReach:
    territory = snapshot.territory_by_id.get(id)
    if territory is None:
        return TerritoryReach(id, 0, None, None, "unknown_territory")
    above = snapshot.territory_tree.above(id)
    offers = len(set().union(*(by_place.get(place, set()) for place in above)))
    population = territory.population
    if not offers and complete.isdisjoint(above):
        return TerritoryReach(id, 0, population, None, "none_recorded")
    if population is None or population < 0:
        return TerritoryReach(id, offers, None, None, "population_unknown")
    if population == 0:
        return TerritoryReach(id, offers, population, None, "population_zero")
    return TerritoryReach(id, offers, population, rounded(offers / population * 10_000), None)


def _reached_share(snapshot: Snapshot, rows: Sequence[TerritoryReach]) -> tuple[float | None, str | None]:
    if not rows:
        return None, "no_territory_given"
    ids = {row.id for row in rows}
    if any(len(ids & snapshot.territory_tree.above(row.id)) > 1 for row in rows):
        return None, "territories_overlap"
    known = sum(row.population or 0 for row in rows)
    reached = sum(row.population or 0 for row in rows if row.offers)
    return (rounded(reached / known), None) if known else (None, "population_unknown")


def _tell_reach(snapshot: Snapshot, lens: Lens, rows: Sequence[TerritoryReach]) -> Explanation:
    scope = scope_name(snapshot, lens.scope)
    of = Both("", "") if lens.kind == "network" else Both(f" of {scope.en}", f" de {scope.fr}")
    said = [_tell_territory(snapshot, row, of) for row in rows]
    text = Both(" ".join(each.en for each in said), " ".join(each.fr for each in said))
    return explain("reach.per_10000", Both("{text}", "{text}"), text=text)


def _tell_territory(snapshot: Snapshot, row: TerritoryReach, of: Both) -> Both:
    told = explain("", REACHED[row.reason], t=name(snapshot, row.id), x=row.per_10000, of=of)
    return Both(told.text_en, told.text_fr)


REACHED: Mapping[str | None, Both] = {
    None: Both(
        "{t} has {x} recorded services{of} per 10,000 people.",
        "{t} compte {x} services enregistrés{of} pour 10 000 habitants.",
    ),
    "unknown_territory": Both("{t} is not a recorded territory.", "{t} n'est pas un territoire enregistré."),
    "none_recorded": Both(
        "No service{of} is recorded for {t}: add one.",
        "Aucun service{of} n'est enregistré pour {t} : ajoutez-en un.",
    ),
    "population_unknown": Both(
        "The population of {t} is not recorded: add it.",
        "La population de {t} n'est pas enregistrée : ajoutez-la.",
    ),
    "population_zero": Both("{t} has no recorded inhabitant.", "{t} n'a aucun habitant enregistré."),
}
