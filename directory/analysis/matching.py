"""What residents need, what is offered, and which services answer which need."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import product

from directory.analysis.basis import Excluded, Ground
from directory.analysis.cells import as_number
from directory.analysis.lens import Lens
from directory.analysis.records import Need, Service
from directory.analysis.selection import loops, places, providers, services, sift
from directory.analysis.snapshot import Snapshot
from directory.analysis.wording import Both, name, term

EVERYONE = "all"
ANY = "any"
BAD_WEIGHT = "bad_quantity"
DEFAULT = "default"
"""The need of those that stand in where none is declared."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One type of service wanted for one public in one territory; blank type or territory means any."""

    id: str
    need_id: str
    type: str
    public: str
    themes: frozenset[str]
    territory: str
    weight: float


@dataclass(frozen=True, slots=True)
class Offering:
    """What somebody offers: types with their broader ones, publics, themes, places."""

    types: frozenset[str]
    publics: frozenset[str]
    themes: frozenset[str]
    places: frozenset[str]


@dataclass(frozen=True, slots=True)
class Answer:
    """A need with the services that answer it and who runs them."""

    wanted: Wanted
    services: tuple[Service, ...]
    providers: frozenset[str]
    providers_unknown: bool


@dataclass(frozen=True, slots=True)
class Study:
    """The needs of a Cité, each with its answer, and the services that were looked at."""

    answers: tuple[Answer, ...]
    services: tuple[Service, ...]
    providers: Mapping[str, frozenset[str]]
    unspecified: tuple[str, ...]
    default_needs: bool
    complete: bool
    ground: Ground

    @property
    def covered(self) -> tuple[Answer, ...]:
        """The needs that some recorded service answers."""
        return tuple(each for each in self.answers if each.services)

    def share(self, keep: Callable[[Answer], bool]) -> float | None:
        """The weight of the answered needs that are kept, over the weight of all; None when all weigh nothing."""
        total = sum(each.wanted.weight for each in self.answers)
        return sum(each.wanted.weight for each in self.covered if keep(each)) / total if total else None


def study(snapshot: Snapshot, lens: Lens) -> Study:
    """The needs of a Cité and their answers, by need id and then in the order of the need's own types and publics."""
    wanted, of_needs = wanted_by(snapshot, lens)
    offered = services(snapshot, lens)
    offerings = {service.id: of_service(snapshot, service) for service in offered.rows}
    run = {service.id: providers(snapshot, lens, service) for service in offered.rows}
    known = {id: who for id, (who, _) in run.items()}
    answers = tuple(_answer(snapshot, each, offered.rows, offerings, known) for each in wanted)
    ground = of_needs + offered.ground
    for who, of_providers in run.values():
        ground = ground + of_providers + loops(snapshot, lens, who)
    return Study(
        answers=answers,
        services=offered.rows,
        providers=known,
        unspecified=tuple(service.id for service in offered.rows if not service.publics),
        default_needs=not of_needs.used and all(each.reason != BAD_WEIGHT for each in of_needs.excluded),
        complete=snapshot.cite(lens.cite).services_complete,
        ground=ground + _territory_loops(snapshot, wanted),
    )


def wanted_by(snapshot: Snapshot, lens: Lens) -> tuple[tuple[Wanted, ...], Ground]:
    """What the residents of a Cité want; without a declared need, every main type of service for everyone."""
    sifted = sift(snapshot.needs_of.get(lens.cite, ()), lens)
    weights = {need.id: weight(need) for need in sifted.rows}
    bad = tuple(Excluded(id, BAD_WEIGHT) for id, each in weights.items() if each is None)
    rows = [need for need in sifted.rows if weights[need.id] is not None]
    ground = Ground(tuple(need.id for need in rows), sifted.ground.excluded + bad, sifted.ground.warnings)
    if not sifted.rows:
        return default_needs(snapshot, lens.cite), ground
    return tuple(each for need in rows for each in _cells(need, weights[need.id] or 0.0)), ground


def weight(need: Need) -> float | None:
    """What a need weighs: 1 when blank, None when it is not a number or is negative."""
    value = as_number(need.weight) if need.weight else 1.0
    return value if value is not None and value >= 0 else None


def _cells(need: Need, weighs: float) -> Iterable[Wanted]:
    pairs = list(product(need.types or ("",), need.publics or (EVERYONE,)))
    for type, public in pairs:
        id = need.id if len(pairs) == 1 else f"{need.id}:{type or ANY}:{public}"
        yield Wanted(id, need.id, type, public, frozenset(need.themes), need.territory_id, weighs)


def default_needs(snapshot: Snapshot, cite: str) -> tuple[Wanted, ...]:
    """One need for each main type of service, for everyone in the territory of the Cité."""
    tree = snapshot.vocabulary("service_type")
    territory = snapshot.cite(cite).territory_id
    tops = sorted({tree.top(code) for code in tree.parents})
    return tuple(
        Wanted(f"{DEFAULT}:{type}:{EVERYONE}", "", type, EVERYONE, frozenset(), territory, 1.0) for type in tops
    )


def of_service(snapshot: Snapshot, service: Service) -> Offering:
    """What a service offers."""
    return offering(snapshot, service.types, service.publics, service.themes, places(snapshot, service))


def offering(
    snapshot: Snapshot, types: Iterable[str], publics: Iterable[str], themes: Iterable[str], where: Iterable[str]
) -> Offering:
    """An offer of some types, for some publics, on some themes, in some places."""
    tree = snapshot.vocabulary("service_type")
    broad = frozenset(above for type in types for above in tree.above(type))
    return Offering(broad, frozenset(publics), frozenset(themes), frozenset(where))


def matches(snapshot: Snapshot, wanted: Wanted, offered: Offering) -> bool:
    """Whether an offer answers what is wanted.

    The offered type is the wanted one or narrower; the offered public is everyone, the wanted one or broader;
    themes meet when both have some; the offer holds in the wanted territory or above it.
    """
    if wanted.type and wanted.type not in offered.types:
        return False
    publics = snapshot.vocabulary("public").above(wanted.public) | {EVERYONE}
    if offered.publics.isdisjoint(publics):
        return False
    if wanted.themes and offered.themes and wanted.themes.isdisjoint(offered.themes):
        return False
    above = snapshot.territory_tree.above(wanted.territory)
    return not wanted.territory or not offered.places.isdisjoint(above)


def _answer(
    snapshot: Snapshot,
    wanted: Wanted,
    rows: tuple[Service, ...],
    offerings: Mapping[str, Offering],
    known: Mapping[str, frozenset[str]],
) -> Answer:
    answering = tuple(service for service in rows if matches(snapshot, wanted, offerings[service.id]))
    who = frozenset(provider for service in answering for provider in known[service.id])
    return Answer(wanted, answering, who, any(not known[service.id] for service in answering))


def _territory_loops(snapshot: Snapshot, wanted: Iterable[Wanted]) -> Ground:
    tree = snapshot.territory_tree
    looped = any(tree.loops(each.territory) for each in wanted if each.territory)
    return Ground(warnings=frozenset({"territory_cycle"})) if looped else Ground()


def label(snapshot: Snapshot, wanted: Wanted) -> Both:
    """The name of a need, with its type and public where one declared need has several."""
    return need_name(snapshot, wanted.id)


def need_name(snapshot: Snapshot, id: str) -> Both:
    """The name of a need by the id that answers give it, or one of its parts; of a default need that of its type."""
    parts = parts_of(snapshot, id)
    if parts is None:
        return name(snapshot, id)
    type, public = term(snapshot, "service_type", parts[1]), term(snapshot, "public", parts[2])
    if parts[0] == DEFAULT:
        return type
    need = name(snapshot, parts[0])
    return Both(f"{need.en} ({type.en}, {public.en})", f"{need.fr} ({type.fr}, {public.fr})")


def parts_of(snapshot: Snapshot, id: str) -> tuple[str, str, str] | None:
    """The need, the type and the public that an id names; None for the id of a whole need, and of anything else.

    >>> from directory.analysis.snapshot import from_rows
    >>> town = from_rows({"needs": [{"id": "net:n1", "types": "events;fairs"}]})
    >>> parts_of(town, "net:n1:fairs:all"), parts_of(town, "net:n1")
    (('net:n1', 'fairs', 'all'), None)
    """
    if id in snapshot.titled or id.count(":") < 2:
        return None
    need, type, public = id.rsplit(":", 2)
    return (need, type, public) if need == DEFAULT or need in snapshot.titled else None
