"""Does the published report agree with our records: each figure as published, beside what can be counted."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import NamedTuple

from directory.analysis.basis import Basis, Excluded, Explanation, Ground, basis, explain, ordered, share
from directory.analysis.cells import as_number
from directory.analysis.dates import Span, span
from directory.analysis.figures import Derived, Interval, Trend, derived_of, published, trends_of
from directory.analysis.lens import Lens
from directory.analysis.records import Event, Indicator, Observation
from directory.analysis.silences import silent
from directory.analysis.snapshot import Snapshot, group
from directory.analysis.wording import Both, plural, titles

METHOD = "reconciliation/1"

# A body whose members are those that each Cité says it sends.
SENT_BY_CITES = {"tcg": "trainer_counsellors"}
LABELLED = ("label_decided", "joined_network")
# What the records count that no published line says: kinds of event held in the year.
COUNTED_EVENTS = {"delegation": "delegations", "intervention": "interventions", "external_event": "external_events"}


class Count(NamedTuple):
    """What the records say for a line: how much, between what bounds, how far to trust it, by which lines or rows."""

    value: float
    interval: Interval
    completeness: str
    how: str
    parts: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A published figure beside its recomputation; nothing is corrected."""

    id: str
    subject_id: str
    indicator: str
    published: float | None
    qualifier: str
    recomputed: float | None
    gap: float | None
    gap_percent: float | None
    verdict: str
    how: str | None
    questions: tuple[str, ...]
    interval: tuple[float, float] | None


class Recomputed(NamedTuple):
    """Something the records count that the report does not say."""

    name: str
    value: int


@dataclass(frozen=True, slots=True)
class ReportResult:
    """The lines of a year by id, how they follow from earlier years, and what else can be counted or derived."""

    lines: tuple[Line, ...]
    trends: tuple[Trend, ...]
    recomputed_only: tuple[Recomputed, ...]
    derived: tuple[Derived, ...]
    reason: str | None
    basis: Basis


@dataclass(frozen=True, slots=True)
class Year:
    """A snapshot in a year: its days, its lines, the names of its indicators."""

    snapshot: Snapshot
    year: str
    days: Span
    lines: tuple[Observation, ...]
    names: Mapping[str, str]
    network: frozenset[str]

    def named(self, name: str) -> list[Observation]:
        """The lines of the year on one indicator."""
        return [line for line in self.lines if self.names.get(line.indicator_id) == name]

    def holds(self, written: str) -> bool:
        """Whether a written date begins in the year."""
        return written[:4] == self.year


def reconcile(snapshot: Snapshot, year: int | str) -> ReportResult:
    """The published figures of a year beside what the records say; each stays as it was published.

    >>> from directory.analysis.snapshot import from_rows
    >>> two = from_rows({
    ...     "indicators": [{"id": "ind-network_members"}], "cites": [{"id": "X", "as_of": "2024"}],
    ...     "observations": [{"id": "in-1", "indicator_id": "ind-network_members", "subject_id": "net",
    ...                       "period": "2024", "value": "2", "qualifier": "exact"}]})
    >>> line = reconcile(two, 2024).lines[0]
    >>> line.published, line.recomputed, line.gap, line.gap_percent, line.verdict
    (2.0, 1.0, -1.0, -50.0, 'records_incomplete')
    """
    text = str(year).strip()[:4]
    days = span(text) or Span(date.min, date.min)
    names = {each.id: indicator_name(each) for each in snapshot.indicators}
    rows = tuple(sorted((row for row in snapshot.observations if row.period[:4] == text), key=lambda row: row.id))
    network = {each.id for each in snapshot.organisations if each.type == "network"}
    members = {row.subject_id for row in snapshot.observations if names.get(row.indicator_id) == "network_members"}
    about = Year(snapshot, text, days, rows, names, frozenset(network | members))
    counts = {row.id: _count(about, row) for row in rows}
    used = {part for count in counts.values() if count for part in count.parts}
    lines = tuple(_line(about, row, counts[row.id], row.id in used) for row in rows)
    reason = None if lines else "nothing_published_for_year"
    lens = Lens(scope="network", at=text if span(text) else "2000")
    told = silent("report", reason, snapshot, lens) if reason else _tell(about, lines)
    known = share(sum(line.recomputed is not None for line in lines), len(lines))
    only = _recomputed_only(about) if lines else {}
    of_lines = (id for count in counts.values() if count for id in count.rows)
    ground = Ground(
        (*(row.id for row in rows), *of_lines, *chain.from_iterable(only.values())),
        tuple(Excluded(row.id, "not_readable") for row in rows if as_number(row.value) is None),
    )
    return ReportResult(
        lines=lines,
        trends=() if reason else trends_of(snapshot, rows, names, about.network),
        recomputed_only=tuple(Recomputed(name, len(counted)) for name, counted in only.items()),
        derived=() if reason else derived_of(rows, names, about.network),
        reason=reason,
        basis=basis(METHOD, lens, ground, known, told, at=text),
    )


def indicator_name(indicator: Indicator) -> str:
    """The name of an indicator, wherever its id comes from.

    >>> indicator_name(Indicator(id="7f3a", slug="network-members"))
    'network_members'
    """
    return (indicator.slug or indicator.id.removeprefix("ind-")).replace("-", "_")


def _line(about: Year, row: Observation, count: Count | None, is_part: bool) -> Line:
    value = as_number(row.value)
    found = count if value is not None else None
    gap = None if found is None or value is None else round(found.value - value, 4)
    questions = (each.id for each in about.snapshot.open_questions if row.id in each.about_ids and not each.settled_on)
    exact = found is None or found.interval.low == found.interval.high
    return Line(
        id=row.id,
        subject_id=row.subject_id,
        indicator=about.names.get(row.indicator_id, row.indicator_id),
        published=value,
        qualifier=row.qualifier,
        recomputed=found.value if found else None,
        gap=gap,
        gap_percent=None if gap is None or not value else round(gap / value * 100, 4),
        verdict=verdict(value, row.qualifier, found, is_part),
        how=found.how if found else None,
        questions=ordered(questions),
        interval=None if exact or found is None else (round(found.interval.low, 4), round(found.interval.high, 4)),
    )


def verdict(value: float | None, qualifier: str, count: Count | None, is_part: bool) -> str:
    """Whether a published figure and the records agree.

    >>> verdict(6700, "more_than", Count(6690, Interval(6556.2, 6823.8), "complete", "sum_of_parts"), False)
    'within_rounding'
    """
    if value is None:
        return "not_readable"
    if count is None:
        return "part" if is_part else "no_records"
    if count.completeness == "candidates":
        return "match" if count.value == value else "ambiguous" if count.value > value else "records_incomplete"
    said = published(value, qualifier)
    if said.holds(count.interval):
        return "match"
    if said.meets(count.interval):
        return "within_rounding"
    return "records_incomplete" if count.completeness == "partial" and count.value < value else "differs"


# What the records say for each indicator.


def _count(about: Year, row: Observation) -> Count | None:
    """What the records say for a line, None when there is nothing to count."""
    counter = COUNTERS.get(about.names.get(row.indicator_id, ""))
    return (counter(about, row) if counter else None) or _sum_of_parts(about, row)


def _exactly(rows: Collection[str], completeness: str, how: str, value: int | None = None) -> Count | None:
    """The count of some rows, or a number that they say; None when it is 0."""
    n = len(rows) if value is None else value
    return Count(float(n), Interval(n, n), completeness, how, rows=tuple(rows)) if n else None


def _members(about: Year, row: Observation) -> Count | None:
    if row.subject_id not in about.network:
        return None
    seen = [cite.id for cite in about.snapshot.cites if any(map(about.holds, cite.as_of))]
    return _exactly(seen, "partial", "cites_seen_in_year")


def _countries(about: Year, row: Observation) -> Count | None:
    if row.subject_id in about.network:
        territories = about.snapshot.territories
        held = [each.id for each in territories if each.kind == "country" and about.year in each.network_years]
        return _exactly(held, "complete", "countries_of_the_network")
    event = _event(about, row)
    return _exactly((event.id,), "complete", "countries_of_the_event", len(event.countries)) if event else None


def _newly_labelled(about: Year, row: Observation) -> Count | None:
    cites = {
        event.subject_id
        for event in about.snapshot.life_events
        if event.kind in LABELLED and about.holds(event.date) and event.subject_id in about.snapshot.cite_by_id
    }
    return _exactly(cites, "candidates", "label_decided_or_joined") if row.subject_id in about.network else None


def _body_members(about: Year, row: Observation) -> Count | None:
    body = next((each for each in about.snapshot.bodies if each.id == row.subject_id), None)
    slug = (body.slug if body else "") or row.subject_id.removeprefix("body-")
    sent = about.named(SENT_BY_CITES[slug]) if slug in SENT_BY_CITES else []
    return _sum(sent, "sum_over_cites")


def _meetings(about: Year, row: Observation) -> Count | None:
    held = [event.id for event in _held(about) if event.body_id == row.subject_id]
    return _exactly(held, "partial", "meetings_held")


def _attending(about: Year, row: Observation) -> Count | None:
    event = _event(about, row)
    if event is None:
        return None
    named = {*event.cite_ids, *event.organiser_ids, *event.host_ids, *event.attendee_ids}
    return _exactly(named & about.snapshot.cite_by_id.keys(), "partial", "cites_named_on_the_event")


def _project_partners(about: Year, row: Observation) -> Count | None:
    members = {each.member_id for each in about.snapshot.project_memberships if each.project_id == row.subject_id}
    return _exactly(members - {""}, "partial", "members_of_the_project")


def _sum_of_parts(about: Year, row: Observation) -> Count | None:
    """The sum of the parts of an indicator; None where one of them is not published."""
    indicator = next((each for each in about.snapshot.indicators if each.id == row.indicator_id), None)
    wanted = indicator.part_ids if indicator else ()
    parts = [
        each
        for each in about.lines
        if each.indicator_id in wanted and each.subject_id == row.subject_id and each.period == row.period
    ]
    all_there = {each.indicator_id for each in parts} == {*wanted}
    return _sum(parts, "sum_of_parts") if all_there else None


def _sum(lines: Iterable[Observation], how: str) -> Count | None:
    """The sum of some published figures, with the bounds that their qualifiers leave; None if one is not readable."""
    rows = list(lines)
    values = [as_number(line.value) for line in rows]
    known = [value for value in values if value is not None]
    if not rows or len(known) < len(rows):
        return None
    bounds = [published(value, line.qualifier) for value, line in zip(known, rows, strict=True)]
    interval = Interval(sum(each.low for each in bounds), sum(each.high for each in bounds))
    return Count(sum(known), interval, "complete", how, tuple(line.id for line in rows))


COUNTERS: Mapping[str, Callable[[Year, Observation], Count | None]] = {
    "network_members": _members,
    "countries": _countries,
    "newly_labelled_cites": _newly_labelled,
    "body_members": _body_members,
    "meetings": _meetings,
    "cites_attending": _attending,
    "project_partners": _project_partners,
}


def _event(about: Year, row: Observation) -> Event | None:
    return next((each for each in about.snapshot.events if each.id == row.subject_id), None)


def _held(about: Year) -> list[Event]:
    return [event for event in about.snapshot.events if event.stage == "held" and about.holds(event.start)]


def _recomputed_only(about: Year) -> dict[str, tuple[str, ...]]:
    """The rows of what is counted that no line says; nothing for what they do not hold."""
    held = group(_held(about), lambda event: event.kind)
    found = {name: tuple(event.id for event in held[kind]) for kind, name in COUNTED_EVENTS.items() if kind in held}
    committees = {each.id for each in about.snapshot.bodies if each.kind == "executive"}
    members = {  # by person, though named by a mandate of theirs
        mandate.person_id: mandate.id
        for mandate in about.snapshot.mandates
        if mandate.in_id in committees
        and mandate.person_id
        and not mandate.when.fault
        and about.days.meets(Span(mandate.when.first, mandate.when.after))
    }
    return {**found, "executive_committee_members": tuple(members.values())} if members else found


VERDICTS = {
    "match": Both("in agreement", "concordant{s}"),
    "within_rounding": Both("in agreement within rounding", "concordant{s} à l'arrondi près"),
    "ambiguous": Both("open to several readings", "à plusieurs lectures"),
    "records_incomplete": Both("above our incomplete records", "au-dessus de nos fiches incomplètes"),
    "differs": Both("in disagreement", "en désaccord"),
    "part": Both("part of another line", "compris dans une autre ligne"),
    "no_records": Both("with nothing recorded to compare", "sans rien d'enregistré à comparer"),
    "not_readable": Both("not readable", "illisible{s}"),
}

FIGURES = (Both("figure published", "chiffre publié"), Both("figures published", "chiffres publiés"))


def _tell(about: Year, lines: Sequence[Line]) -> Explanation:
    tally = Counter(line.verdict for line in lines)
    said = [(tally[code], words) for code, words in VERDICTS.items() if tally[code]]
    text = Both(
        ", ".join(f"{n} {words.en}" for n, words in said),
        ", ".join(f"{n} {words.fr.format(s='s' if n > 1 else '')}" for n, words in said),
    )
    sentence = Both(
        "Of {n} {figures} for {year}: {verdicts}. Nothing is corrected.",
        "Sur {n} {figures} pour {year} : {verdicts}. Rien n'est corrigé.",
    )
    return explain(
        "report.verdicts", sentence, n=len(lines), year=about.year, verdicts=text, figures=plural(len(lines), *FIGURES)
    )


def indicator_title(snapshot: Snapshot, indicator: str) -> Both:
    """The title of an indicator, by its name."""
    named = next((each for each in snapshot.indicators if indicator_name(each) == indicator), None)
    return titles(named, indicator.replace("_", " "))
