"""Whom could we ask, and in which order could a new Cité build."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from statistics import median
from typing import Any, NamedTuple

from directory.analysis import peers, readiness
from directory.analysis.basis import Basis, Excluded, Explanation, Ground, basis, explain, rounded, share
from directory.analysis.cells import says_no
from directory.analysis.dates import french, full_months, months_before, span
from directory.analysis.fragility import contributors_by_kind
from directory.analysis.lens import Lens
from directory.analysis.matching import Answer, Offering, Study, Wanted, label, matches, need_name, offering, study
from directory.analysis.records import Candidate, Offer
from directory.analysis.rules import Rules
from directory.analysis.selection import contributions, partners
from directory.analysis.silences import silent
from directory.analysis.snapshot import Snapshot
from directory.analysis.wording import KINDS, Both, listing, means, name, scope_name, term

METHOD = "candidates/1"
PATH_METHOD = "path/1"

# What was last verified longer ago than this is too old to approach somebody about.
VERIFIED_MONTHS = 24
OPEN, SINGLE = 1.0, 0.5


class OpenNeed(NamedTuple):
    """A need without a recorded service (1.0) or with a single known provider (0.5)."""

    need_id: str
    weight: float
    why: str


class Fit(NamedTuple):
    """A candidate, the share of open needs that it matches, and which."""

    id: str
    score: float
    matched: tuple[str, ...]


class Rejected(NamedTuple):
    """A candidate that is not proposed, and why."""

    id: str
    reason: str


@dataclass(frozen=True, slots=True)
class CandidatesResult:
    """The open needs of a Cité, who could answer them, and the fewest to ask."""

    needs: tuple[OpenNeed, ...]
    candidates: tuple[Fit, ...]
    rejected: tuple[Rejected, ...]
    cover: tuple[str, ...]
    cover_share: float | None
    reason: str | None
    basis: Basis


def measure(snapshot: Snapshot, lens: Lens) -> CandidatesResult:
    """Who, among organisations known from other directories, could answer the open needs of a Cité.

    >>> from directory.analysis.snapshot import from_rows
    >>> town = from_rows({
    ...     "needs": [{"id": "fair", "cite_id": "X", "types": "events"}],
    ...     "candidates": [{"id": "G", "verified_at": "2024-05-01"}, {"id": "H", "verified_at": "2020-05-01"}],
    ...     "candidate_offers": [{"candidate_id": id, "types": "events", "publics": "all"} for id in "GH"]})
    >>> found = measure(town, Lens("cite:X", "2024-06-30"))
    >>> found.candidates, found.rejected, found.cover
    ((Fit(id='G', score=1.0, matched=('fair',)),), (Rejected(id='H', reason='verified_too_long_ago'),), ('G',))
    """
    found = study(snapshot, lens)
    needs = open_needs(found)
    fits, rejected, of_partners = _sort_out(snapshot, lens, found, needs)
    weights = {need.need_id: need.weight for need in needs}
    cover = _cover(fits, weights)
    answered = {id for fit in fits if fit.id in cover for id in fit.matched}
    reason = None if snapshot.candidates else "no_candidate_recorded"
    if not needs:
        reason = "no_open_need" if found.answers or found.default_needs else "no_weight"
    total = sum(weights.values())
    ground = found.ground + of_partners
    ground = ground + Ground(tuple(fit.id for fit in fits), tuple(Excluded(*each) for each in rejected))
    return CandidatesResult(
        needs=needs,
        candidates=fits,
        rejected=rejected,
        cover=cover,
        cover_share=None if reason else rounded(share(sum(weights[id] for id in sorted(answered)), total)),
        reason=reason,
        basis=basis(METHOD, lens, ground, _known(found), _tell(snapshot, lens, found, fits, reason)),
    )


def _known(found: Study) -> float | None:
    known = len(found.answers) if found.complete else len(found.covered)
    return share(known, len(found.answers))


def open_needs(found: Study) -> tuple[OpenNeed, ...]:
    """The needs that nobody answers, or that rest on one known provider."""
    return tuple(need for need in (_open(answer, found.complete) for answer in found.answers) if need)


def _open(answer: Answer, complete: bool) -> OpenNeed | None:
    id = answer.wanted.id
    if not answer.services:
        return OpenNeed(id, OPEN, "uncovered" if complete else "not_recorded")
    single = len(answer.providers) == 1 and not answer.providers_unknown
    return OpenNeed(id, SINGLE, "single_provider") if single else None


def _sort_out(
    snapshot: Snapshot, lens: Lens, found: Study, needs: Sequence[OpenNeed]
) -> tuple[tuple[Fit, ...], tuple[Rejected, ...], Ground]:
    """Those who match an open need, best first, and those who are not proposed."""
    present = partners(snapshot, replace(lens, roles="all"))
    wanted = {answer.wanted.id: answer.wanted for answer in found.answers}
    weights = {need.need_id: need.weight for need in needs}
    total = sum(weights.values())
    fits, rejected = [], []
    for candidate in snapshot.candidates:
        refusal = _refusal(snapshot, lens, candidate, present.ids)
        matched = () if refusal else _matched(snapshot, candidate, [wanted[id] for id in weights])
        if refusal or not matched:
            rejected.append(Rejected(candidate.id, refusal or "no_need_matched"))
        else:
            fit = Fit(candidate.id, round(sum(weights[id] for id in matched) / total, 4), matched)
            n_open = sum(weights[id] == OPEN for id in matched)
            fits.append((-fit.score, -n_open, -_verified(candidate).toordinal(), fit.id, fit))
    return tuple(each[-1] for each in sorted(fits)), tuple(sorted(rejected)), present.ground


def _verified(candidate: Candidate) -> date:
    days = span(candidate.verified_at)
    return days.last if days else date.min


def _refusal(snapshot: Snapshot, lens: Lens, candidate: Candidate, present: frozenset[str]) -> str | None:
    """Why a candidate is not to be asked, the first reason that holds."""
    who = snapshot.identities(lens.identity_level)
    days = span(candidate.verified_at) if candidate.verified_at else None
    if who[candidate.organisation_id or candidate.id] in present:
        return "already_partner"
    if candidate.refused:
        return "refused"
    if says_no(candidate.active):
        return "inactive"
    if days is None:
        return "not_verified"
    if days.first > lens.day:
        return "verified_in_future"
    return "verified_too_long_ago" if days.last < months_before(lens.day, VERIFIED_MONTHS) else None


def _matched(snapshot: Snapshot, candidate: Candidate, wanted: Iterable[Wanted]) -> tuple[str, ...]:
    offers = [_offering(snapshot, candidate, offer) for offer in snapshot.offers_of.get(candidate.id, ())]
    return tuple(each.id for each in wanted if any(matches(snapshot, each, offer) for offer in offers))


def _offering(snapshot: Snapshot, candidate: Candidate, offer: Offer) -> Offering:
    """What a candidate offers; where it does not say, at its seat."""
    organisation = snapshot.organisation_by_id.get(candidate.organisation_id or candidate.id)
    seat = (organisation.territory_id,) if organisation and organisation.territory_id else ()
    return offering(snapshot, offer.types, offer.publics, offer.themes, offer.territory_ids or seat)


def _cover(fits: Sequence[Fit], weights: Mapping[str, float]) -> tuple[str, ...]:
    """The fewest to ask, found greedily by remaining weight (Chvátal 1979); ties in the order of the candidates."""
    left, chosen = dict(weights), []
    waiting = list(fits)
    while waiting:
        best = max(waiting, key=lambda fit: sum(left.get(id, 0.0) for id in fit.matched))
        if not any(id in left for id in best.matched):
            break
        chosen.append(best.id)
        waiting.remove(best)
        for id in best.matched:
            left.pop(id, None)
    return tuple(chosen)


def _tell(snapshot: Snapshot, lens: Lens, found: Study, fits: Sequence[Fit], reason: str | None) -> Explanation:
    if reason:
        return silent("candidates", reason, snapshot, lens)
    if not fits:
        nobody = Both(
            "No recorded candidate could answer an open need of {cite}.",
            "Aucun candidat enregistré ne pourrait répondre à un besoin ouvert de {cite}.",
        )
        return explain("candidates.nobody", nobody, cite=scope_name(snapshot, lens.scope))
    first = fits[0]
    candidate = next(each for each in snapshot.candidates if each.id == first.id)
    sentence = Both(
        "{o} could answer {list}; known because {source}, verified {date}.",
        "{o} pourrait répondre à {list} ; connu par {source}, vérifié le {date}.",
    )
    return explain(
        "candidates.could",
        sentence,
        o=candidate_name(snapshot, candidate),
        list=listing([label(snapshot, each.wanted) for each in found.answers if each.wanted.id in first.matched]),
        source=candidate.source or Both("its record says so", "sa fiche"),
        date=Both(candidate.verified_at, french(_verified(candidate))),
    )


def candidate_name(snapshot: Snapshot, candidate: Candidate) -> Both:
    """The name of a candidate: its own, else that of its organisation."""
    if candidate.title_en or candidate.title_fr:
        return Both(candidate.title_en or candidate.title_fr, candidate.title_fr or candidate.title_en)
    return name(snapshot, candidate.organisation_id or candidate.id)


class Step(NamedTuple):
    """One step of the path: what to do, about what, whom to ask, when peers did it."""

    order: int
    kind: str
    ref: str
    candidates: tuple[str, ...]
    typical_month: float | None
    reason: str | None


class TypicalMonth(NamedTuple):
    """How many full months after opening peers first received a kind of means; null under three peers."""

    kind: str
    median: float | None
    n_peers: int


@dataclass(frozen=True, slots=True)
class PathResult:
    """The steps, in order, and the calendar of peers that orders the kinds of contribution."""

    steps: tuple[Step, ...]
    typical_months: tuple[TypicalMonth, ...]
    basis: Basis


def path(
    snapshot: Snapshot,
    lens: Lens,
    rules: Rules | str | Mapping[str, Any] | None = None,
    k: int = 5,
    min_peers: int = 3,
) -> PathResult:
    """The order in which a Cité could build: principles, needs without service, missing means, single providers.

    >>> from directory.analysis.snapshot import from_rows
    >>> town = from_rows({"needs": [{"id": "fair", "cite_id": "X", "types": "events"}]})
    >>> [(step.kind, step.ref) for step in path(town, Lens("cite:X", "2024")).steps][3:6]
    [('principle', 'no_appointment'), ('not_recorded_need', 'fair'), ('missing_kind', 'human')]
    """
    shown = readiness.measure(snapshot, lens, rules)
    asked = measure(snapshot, lens)
    given = contributions(snapshot, lens)
    received = contributors_by_kind(snapshot, lens, given.rows)
    missing = [kind for kind in KINDS if not received[kind]]
    ranked, not_comparable = peers.compared(snapshot, lens)
    months = [_typical(snapshot, lens, kind, ranked, k, min_peers) for kind in missing]
    months.sort(key=lambda each: (each.median is None, each.median or 0.0))
    principles = readiness.parse(rules).principles
    steps = [
        *(("principle", item, (), None, why) for item, why in shown.missing if item in principles),
        *(_need_step(need, asked) for need in asked.needs if need.weight == OPEN),
        *(("missing_kind", each.kind, (), each.median, _no_calendar(each, min_peers)) for each in months),
        *(_need_step(need, asked) for need in asked.needs if need.weight == SINGLE),
    ]
    numbered = tuple(Step(n, *step) for n, step in enumerate(steps, 1))
    ground = Ground(
        (*shown.basis.inputs_used, *asked.basis.inputs_used, *given.ground.used, *(peer.id for peer in ranked)),
        (*asked.basis.excluded, *given.ground.excluded, *(Excluded(id, "not_comparable") for id in not_comparable)),
        given.ground.warnings | frozenset(asked.basis.warnings),
    )
    told = _tell_path(snapshot, lens, numbered)
    return PathResult(numbered, tuple(months), basis(PATH_METHOD, lens, ground, asked.basis.known_share, told))


def others(snapshot: Snapshot, lens: Lens, known: frozenset[str], k: int = 5) -> tuple[str, ...]:
    """The Cités of which contributions are still to be known before `path` has the calendar of peers; none when it has.

    `known` are those of which they are. What peers are compared by, and when they opened, is known of all.
    """
    received = contributors_by_kind(snapshot, lens, contributions(snapshot, lens).rows)
    ranked, _ = peers.compared(snapshot, lens)
    ids = [peer.id for peer in ranked if _opened(snapshot, lens, peer.id)]

    def dated(kind: str) -> Callable[[str], bool]:
        return lambda id: _months_to(snapshot, lens, id, kind) is not None

    needed = [peers.lacking(ids, known, k, dated(kind)) for kind in KINDS if not received[kind]]
    return peers.next_nearest(ids, known, max(needed, default=0))


def _need_step(need: OpenNeed, asked: CandidatesResult) -> tuple[str, str, tuple[str, ...], None, None]:
    kind = need.why if need.why == "single_provider" else f"{need.why}_need"
    return kind, need.need_id, tuple(fit.id for fit in asked.candidates if need.need_id in fit.matched), None, None


def _no_calendar(month: TypicalMonth, min_peers: int) -> str | None:
    return None if month.median is not None else f"fewer_than_{min_peers}_peers_with_dates"


def _typical(
    snapshot: Snapshot, lens: Lens, kind: str, ranked: Sequence[peers.Peer], k: int, min_peers: int
) -> TypicalMonth:
    dated = (_months_to(snapshot, lens, peer.id, kind) for peer in ranked)
    months = list(islice((each for each in dated if each is not None), k))
    return TypicalMonth(kind, float(median(months)) if len(months) >= min_peers else None, len(months))


def _months_to(snapshot: Snapshot, lens: Lens, cite: str, kind: str) -> int | None:
    """The full months from the opening of a Cité to its first dated contribution of a kind; 0 when it came earlier."""
    opened = _opened(snapshot, lens, cite)
    first = [
        row.when.first
        for row in snapshot.contributions_of.get(cite, ())
        if row.kind == kind and _began(row.when.start_known, row.when.first, row.certainty, lens)
    ]
    return max(0, full_months(min(opened), min(first))) if opened and first else None


def _opened(snapshot: Snapshot, lens: Lens, cite: str) -> list[date]:
    """When a Cité was set up and opened, as far as it is dated."""
    return [
        row.when.first
        for row in snapshot.life_of.get(cite, ())
        if row.kind in ("set_up", "opened") and _began(row.when.start_known, row.when.first, row.certainty, lens)
    ]


def _began(known: bool, first: date, certainty: str, lens: Lens) -> bool:
    return known and first <= lens.day and certainty in lens.certainty


STEP_NAMES = {
    "principle": Both("show “{what}”", "montrer « {what} »"),
    "uncovered_need": Both("open a service for “{what}”", "ouvrir un service pour « {what} »"),
    "not_recorded_need": Both(
        "record or open a service for “{what}”", "enregistrer ou ouvrir un service pour « {what} »"
    ),
    "missing_kind": Both("look for {what}", "rechercher des {what}"),
    "single_provider": Both("find a second provider for “{what}”", "trouver un second intervenant pour « {what} »"),
}


def _tell_path(snapshot: Snapshot, lens: Lens, steps: Sequence[Step]) -> Explanation:
    if not steps:
        done = Both("No step is left for {cite} by its records.", "Aucune étape ne reste à {cite} d'après ses fiches.")
        return explain("path.done", done, cite=scope_name(snapshot, lens.scope))
    lines = [step_text(snapshot, step) for step in steps]
    text = Both(" ".join(line.en for line in lines), " ".join(line.fr for line in lines))
    return explain("path.steps", Both("{text}", "{text}"), text=text)


def step_text(snapshot: Snapshot, step: Step) -> Both:
    """A step in words."""
    what = _step_ref(snapshot, step)
    said = explain("", STEP_NAMES[step.kind], what=what)
    month = Both("", "")
    if step.typical_month is not None:
        months = explain("", Both(" (month {m} at peers)", " (mois {m} chez les pairs)"), m=step.typical_month)
        month = Both(months.text_en, months.text_fr)
    sentence = Both("Step {n}: {what}{month}.", "Étape {n} : {what}{month}.")
    told = explain("path.step", sentence, n=step.order, what=Both(said.text_en, said.text_fr), month=month)
    return Both(told.text_en, told.text_fr)


def _step_ref(snapshot: Snapshot, step: Step) -> Both:
    if step.kind == "principle":
        return term(snapshot, "charter_item", step.ref)
    if step.kind == "missing_kind":
        return means(KINDS[step.ref])
    return need_name(snapshot, step.ref)
