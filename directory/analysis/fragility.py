"""If this partner leaves, what stops; and do we have the hands we need, and give back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from directory.analysis.basis import (
    Basis,
    Excluded,
    Explanation,
    Ground,
    basis,
    explain,
    ordered,
    rounded,
    share,
)
from directory.analysis.lens import Lens
from directory.analysis.matching import Answer, Study, label, study
from directory.analysis.records import Channel, Contribution, Service
from directory.analysis.selection import contributions, loops, sift
from directory.analysis.silences import silent
from directory.analysis.snapshot import Snapshot, group
from directory.analysis.wording import KINDS, Both, listing, name, names, scope_name

METHOD = "fragility/1"
BALANCE_METHOD = "balance/1"
VIA = "via"


@dataclass(frozen=True, slots=True)
class Provider:
    """Who runs services, and the needs that would be left without one if they stopped."""

    id: str
    critical: tuple[str, ...]
    spi: float | None
    coverage_without: float | None


class KindCount(NamedTuple):
    """How many recorded contributors give a kind of means."""

    kind: str
    n: int


class SoleSupport(NamedTuple):
    """A service that one organisation alone supports in a kind, or whose money one fund carries (`via`)."""

    service_id: str
    kind: str
    organisation_id: str


@dataclass(frozen=True, slots=True)
class DependenceResult:
    """How much coverage falls when the worst one leaves (`value`), and on whom each thing rests."""

    value: float | None
    providers: tuple[Provider, ...]
    redundancy: float | None
    kinds: tuple[KindCount, ...]
    single_kinds: tuple[str, ...]
    missing_kinds: tuple[str, ...] | None
    sole_supports: tuple[SoleSupport, ...]
    reason: str | None
    basis: Basis


def measure(snapshot: Snapshot, lens: Lens) -> DependenceResult:
    """How the coverage of a Cité falls when one provider stops, the heaviest first.

    >>> from directory.analysis.snapshot import from_rows
    >>> town = from_rows({
    ...     "needs": [{"id": "advice", "cite_id": "X", "types": "counselling"},
    ...               {"id": "fair", "cite_id": "X", "types": "events"}],
    ...     "services": [
    ...         {"id": "desk", "cite_id": "X", "types": "counselling", "publics": "all", "provider_ids": "A"},
    ...         {"id": "hall", "cite_id": "X", "types": "events", "publics": "all", "provider_ids": "A;B"}]})
    >>> found = measure(town, Lens(scope="cite:X", at="2024-06-30"))
    >>> found.value, found.redundancy, [(each.id, each.critical) for each in found.providers]
    (0.5, 1.5, [('A', ('advice',)), ('B', ())])
    """
    found = study(snapshot, lens)
    given = contributions(snapshot, lens)
    supports, of_supports = _supports(snapshot, lens, found.services)
    kinds = contributors_by_kind(snapshot, lens, given.rows)
    known = [each for each in found.covered if each.providers]
    reason = _silence(found)
    providers = () if reason else _providers(found, known)
    complete = sum(bool(each.providers) and not each.providers_unknown for each in found.covered)
    told = silent("fragility", reason, snapshot, lens) if reason else _tell(snapshot, found, providers)
    ground = found.ground + given.ground + of_supports
    return DependenceResult(
        value=None if reason else _fragility(found, providers),
        providers=providers,
        redundancy=rounded(share(sum(len(each.providers) for each in known), len(known))),
        kinds=tuple(KindCount(kind, len(who)) for kind, who in kinds.items()),
        single_kinds=tuple(kind for kind, who in kinds.items() if len(who) == 1),
        missing_kinds=tuple(kind for kind, who in kinds.items() if not who) if given.rows else None,
        sole_supports=supports,
        reason=reason,
        basis=basis(METHOD, lens, ground, share(complete, len(found.covered)), told),
    )


def _silence(found: Study) -> str | None:
    """Why dependence cannot be known, if it cannot."""
    if not found.covered:
        return "nothing_covered"
    coverage = found.share(lambda _: True)
    if not coverage:
        return "no_weight" if coverage is None else "nothing_covered"
    return None if any(each.providers for each in found.covered) else "no_provider_known"


def _providers(found: Study, known: Sequence[Answer]) -> tuple[Provider, ...]:
    who = ordered(id for each in known for id in each.providers)
    rows = [_provider(found, id, len(known)) for id in who]
    return tuple(sorted(rows, key=lambda row: (-(row.spi or 0), row.coverage_without or 0, row.id)))


def _provider(found: Study, id: str, n_known: int) -> Provider:
    critical = {each.wanted.id for each in found.covered if not _survives(found, each, id)}
    return Provider(
        id=id,
        critical=ordered(critical),
        spi=rounded(share(len(critical), n_known)),
        coverage_without=rounded(_share_without(found, frozenset(critical))),
    )


def _survives(found: Study, answer: Answer, leaving: str) -> bool:
    return any(found.providers[service.id] != {leaving} for service in answer.services)


def _fragility(found: Study, providers: Sequence[Provider]) -> float | None:
    coverage = found.share(lambda _: True)
    least = min(_share_without(found, frozenset(provider.critical)) for provider in providers)
    return rounded(1 - least / coverage) if coverage else None


def _share_without(found: Study, lost: frozenset[str]) -> float:
    return found.share(lambda each: each.wanted.id not in lost) or 0.0


def contributors_by_kind(snapshot: Snapshot, lens: Lens, rows: Iterable[Contribution]) -> Mapping[str, frozenset[str]]:
    """Who gives each kind of means; the four kinds, though nobody gives one."""
    who = snapshot.identities(lens.identity_level)
    given = group((row for row in rows if row.contributor_id), lambda row: row.kind)
    return {kind: frozenset(who[row.contributor_id] for row in given.get(kind, ())) for kind in KINDS}


def _supports(snapshot: Snapshot, lens: Lens, services: Sequence[Service]) -> tuple[tuple[SoleSupport, ...], Ground]:
    alone: list[SoleSupport] = []
    ground = Ground()
    for service in services:
        direct = (row for row in snapshot.contributions_of.get(service.cite_id, ()) if row.beneficiary_id == service.id)
        named = {row.id: row for row in (*snapshot.enabling.get(service.id, ()), *direct)}
        sifted = sift(named.values(), lens)
        ground = ground + sifted.ground
        kinds = contributors_by_kind(snapshot, lens, sifted.rows)
        alone += [SoleSupport(service.id, kind, *who) for kind, who in kinds.items() if len(who) == 1]
        funds = {row.via_id for row in sifted.rows if row.kind == "financial"}
        if len(funds) == 1 and "" not in funds:
            alone.append(SoleSupport(service.id, VIA, snapshot.identities(lens.identity_level)[funds.pop()]))
    return tuple(sorted(alone)), ground


def _tell(snapshot: Snapshot, found: Study, providers: Sequence[Provider]) -> Explanation:
    worst = providers[0]
    if not worst.critical:
        safe = Both(
            "No need loses its last recorded provider when one of the {n} recorded providers leaves.",
            "Aucun besoin ne perd son dernier intervenant enregistré si l'un des {n} intervenants enregistrés part.",
        )
        return explain("fragility.none_critical", safe, n=len(providers))
    lost = [label(snapshot, each.wanted) for each in found.answers if each.wanted.id in worst.critical]
    one = len(lost) == 1
    sentence = Both(
        "Without {p}, {n} need loses its only recorded provider: {list}."
        if one
        else "Without {p}, {n} needs lose their only recorded provider: {list}.",
        "Sans {p}, {n} besoin perd son seul intervenant enregistré : {list}."
        if one
        else "Sans {p}, {n} besoins perdent leur seul intervenant enregistré : {list}.",
    )
    return explain("fragility.critical", sentence, p=name(snapshot, worst.id), n=len(lost), list=listing(lost))


class Capacity(NamedTuple):
    """The hours a channel needs and is given in a month."""

    channel_id: str
    needed_hours: float | None
    provided_hours: float | None
    gap_hours: float | None
    cover: float | None
    not_counted: tuple[str, ...]
    reason: str | None


@dataclass(frozen=True, slots=True)
class BalanceResult:
    """Hours needed and given at each channel, and the share of organisations that both give and receive."""

    capacity: tuple[Capacity, ...]
    giving: tuple[str, ...]
    receiving: tuple[str, ...]
    reciprocity: float | None
    reason: str | None
    basis: Basis


def balance(snapshot: Snapshot, lens: Lens, hours_per_fte_month: float | None = None) -> BalanceResult:
    """The hours that each channel of a Cité needs and is given in a month, and what the Cité gives back.

    >>> from directory.analysis.snapshot import from_rows
    >>> town = from_rows({
    ...     "channels": [{"id": "desk", "cite_id": "X", "desks": "1", "open_hours_month": "100"}],
    ...     "contributions": [{"id": "c", "contributor_id": "A", "beneficiary_id": "desk", "kind": "human",
    ...                        "quantity": "75", "unit": "hour", "recurrence": "monthly"}]})
    >>> found = balance(town, Lens(scope="cite:X", at="2024-06-30"))
    >>> found.capacity[0].gap_hours, found.capacity[0].cover, found.reciprocity
    (25.0, 0.75, None)
    """
    channels = sift(snapshot.channels_of.get(lens.cite, ()), lens)
    given = contributions(snapshot, lens)
    back = sift(_given_back(snapshot, lens.cite), lens)
    by_channel = group(given.rows, lambda row: row.beneficiary_id)
    capacity = tuple(
        _capacity(channel, by_channel.get(channel.id, ()), hours_per_fte_month) for channel in channels.rows
    )
    who = snapshot.identities(lens.identity_level)
    giving = {who[row.contributor_id] for row in given.rows if row.contributor_id} - {*snapshot.cite_ids}
    receiving = {who[row.beneficiary_id] for row in back.rows}
    known = share(sum(row.cover is not None for row in capacity), len(capacity))
    ground = channels.ground + given.ground + back.ground + loops(snapshot, lens, giving | receiving)
    not_counted = tuple(Excluded(id, "not_in_hours") for row in capacity for id in row.not_counted)
    return BalanceResult(
        capacity=capacity,
        giving=ordered(giving),
        receiving=ordered(receiving),
        reciprocity=rounded(len(giving & receiving) / len(giving | receiving)) if receiving else None,
        reason=None if receiving else "nothing_given_back_recorded",
        basis=basis(
            BALANCE_METHOD, lens, ground + Ground(excluded=not_counted), known, _tell_balance(snapshot, lens, capacity)
        ),
    )


def _given_back(snapshot: Snapshot, cite: str) -> Iterable[Contribution]:
    """What a Cité gives to organisations: not to itself, another Cité, a project or an event."""
    known = {row.organisation_id for row in snapshot.partnerships_of.get(cite, ())}
    rows = snapshot.contributions_by.get(cite, ())
    return [row for row in rows if row.beneficiary_id in known or row.beneficiary_id in snapshot.organisation_by_id]


def _capacity(channel: Channel, rows: Sequence[Contribution], hours_per_fte_month: float | None) -> Capacity:
    hours = {row.id: _hours(row, hours_per_fte_month) for row in rows}
    counted = [each for each in hours.values() if each is not None]
    not_counted = ordered(id for id, each in hours.items() if each is None)
    desks, opened = channel.desks, channel.open_hours_month
    unusable = desks is None or opened is None or desks < 0 or opened < 0
    needed = None if unusable else (desks or 0.0) * (opened or 0.0)
    provided = sum(counted) if counted else None
    reason = (
        "desks_or_hours_unknown"
        if needed is None
        else "nothing_needed"
        if needed == 0
        else "no_hours_known"
        if provided is None
        else None
    )
    gap = None if needed is None or provided is None else needed - provided
    cover = provided / needed if needed and provided is not None else None
    return Capacity(channel.id, rounded(needed), rounded(provided), rounded(gap), rounded(cover), not_counted, reason)


def _hours(row: Contribution, hours_per_fte_month: float | None) -> float | None:
    if row.kind != "human" or row.amount.value is None:
        return None
    if row.amount.unit == "hour/monthly":
        return row.amount.value
    if row.amount.unit in ("fte", "fte/monthly", "fte/permanent") and hours_per_fte_month is not None:
        return row.amount.value * hours_per_fte_month
    return None


def _tell_balance(snapshot: Snapshot, lens: Lens, capacity: Sequence[Capacity]) -> Explanation:
    short = [row for row in capacity if row.gap_hours is not None and row.gap_hours > 0]
    if short:
        lines = [_lacks(snapshot, row) for row in short]
        text = Both(" ".join(line.text_en for line in lines), " ".join(line.text_fr for line in lines))
        return explain("balance.lacks", Both("{text}", "{text}"), text=text)
    unknown = [row.channel_id for row in capacity if row.cover is None]
    if unknown or not capacity:
        ask = Both(
            "The hours needed or given are not recorded for {list}: add desks, open hours and hours given.",
            "Les heures nécessaires ou apportées ne sont pas enregistrées pour {list} : ajoutez postes et heures.",
        )
        where = names(snapshot, unknown) if unknown else scope_name(snapshot, lens.scope)
        return explain("balance.unknown", ask, list=where)
    enough = Both(
        "No channel of {cite} lacks recorded hours.", "Aucun canal de {cite} ne manque d'heures enregistrées."
    )
    return explain("balance.enough", enough, cite=scope_name(snapshot, lens.scope))


def _lacks(snapshot: Snapshot, row: Capacity) -> Explanation:
    sentence = Both(
        "{channel} lacks {gap} recorded hours a month.", "Il manque {gap} heures enregistrées par mois à {channel}."
    )
    return explain("balance.lacks", sentence, channel=name(snapshot, row.channel_id), gap=row.gap_hours)
