"""The printable report of a year, for the network or one Cité: its parts as values, then one HTML page.

What is published stays as published, with its qualifier and its sources; what is computed stands beside it. The page
says the methods, the filters, what was left out and why. The same data give the same bytes.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, Final, TypeVar

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from directory import reading
from directory.analysis.basis import Basis
from directory.analysis.change import OF_TWO_DATES
from directory.analysis.dates import counted_at, dated
from directory.analysis.lens import Lens
from directory.analysis.levels import NAMES
from directory.analysis.methods import METHODS, Options
from directory.analysis.selection import contributions, services
from directory.analysis.snapshot import Snapshot
from directory.analysis.taking import Listener, nobody, take
from directory.analysis.wording import code_name
from directory.codes import label
from directory.desk import Desk
from directory.enums import ReportSection
from directory.export import ecosystem, picture
from directory.export.heatmap import HeatMap, heat_map
from directory.export.words import QUALIFIERS, VERDICTS, WORDS, decimal, located, percentage, spaced
from directory.fields import facts
from directory.item import Item
from directory.stored import best
from directory.types.figures import Indicator, Observation, Source
from directory.values import Ref

PAGE: Final = "report.html"
PERCENT: Final = "percent"
SECTIONS: Final = tuple(each.value for each in ReportSection)
BOX: Final = re.compile(r'viewBox="0 0 (\d+) (\d+)"')
TALL: Final = 0.75
"""A picture that is higher than this part of its width stands on a page in portrait."""
TOLD: Final = ("coverage", "fragility", "concentration", "mix", "quality")
"""The methods whose sentence the report of a Cité tells; that of the network tells the others below."""
TOLD_OF_NETWORK: Final = ("concentration", "bridges", "cohesion", "mix", "quality")


@dataclass(frozen=True, slots=True)
class Figure:
    """A published figure as it is shown: what, of whom, the value with its qualifier, what it counts, its sources."""

    section: str
    indicator: str
    subject: str
    value: str
    unit: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """A line of the reconciliation: what is published, what the records say, and the verdict in words."""

    section: str
    indicator: str
    subject: str
    published: str
    recomputed: str
    gap: str
    verdict: str
    code: str
    questions: tuple[str, ...]


Row = TypeVar("Row", Figure, Compared)


@dataclass(frozen=True, slots=True)
class Told:
    """A method's question, its sentence, and what it rests on."""

    question: str
    sentence: str
    basis: str
    excluded: str


@dataclass(frozen=True, slots=True)
class Report:
    """Everything the page shows, in the order in which it shows it."""

    locale: str
    title: str
    year: int
    at: str
    before: str
    figures: tuple[Figure, ...]
    told: tuple[Told, ...]
    compared: tuple[Compared, ...]
    reconciliation: Told | None
    change: Told
    filters: str
    ecosystem: str
    map: str

    def in_sections(self, rows: Iterable[Row]) -> list[tuple[str, list[Row]]]:
        """Figures, or lines of the reconciliation, below the sections of the yearly report, which they follow."""
        return [(section, list(held)) for section, held in groupby(rows, lambda row: row.section)]

    @property
    def rests(self) -> tuple[Told, ...]:
        """Every answer of which the page says what it rests on."""
        return (*self.told, self.change, *((self.reconciliation,) if self.reconciliation else ()))


async def report(desk: Desk, year: int, scope: str = "network", locale: str = "en", told: Listener = nobody) -> Report:
    """The report of a year as the actor may see it; `scope` is `network` or `cite:ID`. `told` hears of tables read."""
    snapshot = await take(desk, told=told)
    at = f"{year}-12-31"
    lens = Lens(scope, at)
    cite = scope.partition(":")[2]
    published = await _published(desk, year, cite, snapshot)
    compared = () if cite else tuple(_compared(snapshot, year, locale, published))
    reconciled, of_year = METHODS["activity-report"], Options(year=year)
    before = f"{year - 1:04}-12-31"
    change = METHODS["change"].call(snapshot, Lens(scope, before), Options(to=at))
    return Report(
        locale=locale,
        title=ecosystem.title(snapshot, cite, locale) if cite else WORDS[locale]["network"],
        year=year,
        at=dated(at, locale),
        before=dated(before, locale),
        figures=tuple(_figures(published, locale)),
        told=tuple(_told(snapshot, lens, name, locale) for name in (TOLD if cite else TOLD_OF_NETWORK)),
        compared=compared,
        reconciliation=None if cite else _told_of(reconciled, reconciled.call(snapshot, lens, of_year).basis, locale),
        change=_told_of(METHODS["change"], change.change.basis, locale),
        filters=_filters(lens, locale),
        ecosystem=picture.ecosystem(ecosystem.take(snapshot, lens, locale), locale) if cite else "",
        map=heat_map(_map(snapshot, lens, locale), locale),
    )


def html(drawn: Report) -> str:
    """The report as one HTML page, its pictures inside, nothing outside."""
    template = _templates(drawn.locale).get_template(PAGE)
    pictures = {"ecosystem": Markup(drawn.ecosystem), "map": Markup(drawn.map)}  # escaped where they are made
    return template.render(report=drawn, words=WORDS[drawn.locale], tall=_is_tall, **pictures)


def _templates(locale: str) -> Environment:
    def said(value: Any) -> Any:
        return spaced(value, locale) if isinstance(value, str) and not isinstance(value, Markup) else value

    return Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, finalize=said,
    )  # fmt: skip


def _is_tall(picture: str) -> bool:
    width, height = map(int, BOX.findall(picture)[0])
    return height > TALL * width


# Published figures ---------------------------------------------------------------------------------------------------


async def _published(desk: Desk, year: int, cite: str, snapshot: Snapshot) -> dict[str, Item]:
    """The observations of the year that the report shows, and all that they cite and name, by id."""
    rows = [row for row in snapshot.observations if row.period[:4] == str(year) and cite in ("", row.subject_id)]
    observations = await reading.get_many(desk, "Observation", [row.id for row in rows])
    wanted: dict[str, set[str]] = {}
    for each in observations:
        for ref in _leads_to(each):
            wanted.setdefault(ref.type, set()).add(ref.id)
    wanted["OpenQuestion"] = {each.id for each in snapshot.open_questions}
    found: dict[str, Item] = {each.id: each for each in observations}
    for type_name, ids in sorted(wanted.items()):
        found |= {each.id: each for each in await reading.get_many(desk, type_name, sorted(ids))}
    return found


def _leads_to(item: Item) -> Iterable[Ref]:
    if isinstance(item, Observation):
        yield from (each for each in (item.indicator, item.subject) if each)
    yield from (citation.document for citation in item.sources)


def _figures(items: Mapping[str, Item], locale: str) -> Iterable[Figure]:
    observations = [each for each in items.values() if isinstance(each, Observation)]
    for each in sorted(observations, key=lambda row: (_place(items, row), _named(items, row.subject, locale), row.id)):
        yield Figure(
            _section(items, each, locale),
            _named(items, each.indicator, locale),
            _named(items, each.subject, locale),
            _value(each, items, locale),
            "" if _unit(each, items) in ("", PERCENT) else label(facts(Indicator)["unit"], _unit(each, items), locale),
            tuple(_cited(items, each, locale)),
        )


def _indicator(items: Mapping[str, Item], row: Observation) -> Indicator | None:
    found = items.get(row.indicator.id) if row.indicator else None
    return found if isinstance(found, Indicator) else None


def _place(items: Mapping[str, Item], row: Observation) -> tuple[int, str]:
    """Where a figure stands: by section, in their order, then by indicator; last what is in no section."""
    indicator = _indicator(items, row)
    section = indicator.section if indicator else None
    return (SECTIONS.index(section) if section else len(SECTIONS)), (indicator and indicator.slug) or ""


def _section(items: Mapping[str, Item], row: Observation, locale: str) -> str:
    indicator = _indicator(items, row)
    section = indicator.section if indicator else None
    return label(facts(Indicator)["section"], section, locale) if section else WORDS[locale]["other_figures"]


def _named(items: Mapping[str, Item], ref: Ref | None, locale: str) -> str:
    item = items.get(ref.id) if ref else None
    return _title(item, locale) if item else "—"


def _title(item: Item, locale: str) -> str:
    title: Any = item.title
    return str(best(title, locale)[0] if isinstance(title, Mapping) else title)


def _value(row: Observation, items: Mapping[str, Item], locale: str) -> str:
    qualifier = QUALIFIERS[locale].get(row.qualifier or "", "")
    return f"{qualifier} {_amount(row.value, _unit(row, items), locale)}".strip()


def _unit(row: Observation, items: Mapping[str, Item]) -> str:
    indicator = _indicator(items, row)
    return (indicator and indicator.unit) or ""


def _amount(value: float | None, unit: str, locale: str) -> str:
    """A published number; a percentage with its sign."""
    if value is None:
        return WORDS[locale]["unreadable"]
    return percentage(value, locale) if unit == PERCENT else decimal(value, locale)


def _cited(items: Mapping[str, Item], row: Observation, locale: str) -> Iterable[str]:
    for citation in row.sources:
        source = items.get(citation.document.id)
        if isinstance(source, Source):
            yield ", ".join(filter(None, (_title(source, locale), located(citation.locator or "", locale))))


# Reconciliation and analyses -----------------------------------------------------------------------------------------


def _compared(snapshot: Snapshot, year: int, locale: str, items: Mapping[str, Item]) -> Iterable[Compared]:
    result = METHODS["activity-report"].call(snapshot, Lens("network", str(year)), Options(year=year))
    names = {id: _title(item, locale) for id, item in items.items()}
    rows = {id: item for id, item in items.items() if isinstance(item, Observation)}
    lines = [line for line in result.lines if line.id in rows]
    for line in sorted(lines, key=lambda each: (_place(items, rows[each.id]), names.get(each.subject_id, ""), each.id)):
        row = rows[line.id]
        qualifier = QUALIFIERS[locale].get(line.qualifier, "")
        published = _amount(line.published, _unit(row, items), locale)
        yield Compared(
            _section(items, row, locale),
            _named(items, row.indicator, locale),
            names.get(line.subject_id, line.subject_id),
            f"{qualifier} {published}".strip(),
            decimal(line.recomputed, locale) if line.recomputed is not None else "—",
            decimal(line.gap, locale, sign=True) if line.gap is not None else "—",
            VERDICTS[locale].get(line.verdict, line.verdict),
            line.verdict,
            tuple(names[id] for id in line.questions if id in names),
        )


def _told(snapshot: Snapshot, lens: Lens, name: str, locale: str) -> Told:
    method = METHODS[name]
    return _told_of(method, method.call(snapshot, lens, Options()).basis, locale)


def _told_of(method: Any, basis: Basis, locale: str) -> Told:
    question = method.question_fr if locale == "fr" else method.question_en
    reasons = Counter(each.reason for each in basis.excluded)
    excluded = ", ".join(f"{code_name(reason)[locale == 'fr']} ({count})" for reason, count in sorted(reasons.items()))
    rests = WORDS[locale]["rests"].format(
        method=basis.method, at=counted_at(basis.at, locale, two=basis.method in OF_TWO_DATES),
        used=len(basis.inputs_used),
        known="—" if basis.known_share is None else percentage(100 * basis.known_share, locale),
    )  # fmt: skip
    return Told(question, _said(basis, locale), rests, excluded or WORDS[locale]["nothing"])


def _filters(lens: Lens, locale: str) -> str:
    """Which organisations count as one, how certain the rows are that count, and in which roles."""
    return WORDS[locale]["filters"].format(
        level=NAMES[lens.identity_level][locale == "fr"],
        certainty=", ".join(code_name(code)[locale == "fr"] for code in sorted(lens.certainty, reverse=True)),
        roles=WORDS[locale]["all_roles" if lens.roles == "all" else "partner_role"],
    )


def _said(basis: Basis, locale: str) -> str:
    return basis.explanation.text_fr if locale == "fr" else basis.explanation.text_en


# The map -------------------------------------------------------------------------------------------------------------


def _map(snapshot: Snapshot, lens: Lens, locale: str) -> HeatMap:
    """Of one Cité, its services by type and public; of the network, each Cité's contributions by kind."""
    return _services_map(snapshot, lens, locale) if lens.kind == "cite" else _kinds_map(snapshot, lens, locale)


def _services_map(snapshot: Snapshot, lens: Lens, locale: str) -> HeatMap:
    offered = services(snapshot, lens).rows
    complete = snapshot.cite(lens.target).services_complete
    types = [term for term in snapshot.vocabularies if term.vocabulary == "service_type" and not term.parent]
    publics = [term for term in snapshot.vocabularies if term.vocabulary == "public" and not term.parent]
    tree, people = snapshot.vocabulary("service_type"), snapshot.vocabulary("public")
    counts = [
        [
            sum(
                any(kind.code in tree.above(code) for code in each.types)
                and any(public.code in people.above(code) for code in each.publics)
                for each in offered
            )
            for kind in types
        ]
        for public in publics
    ]
    known = tuple(tuple(count if count or complete else None for count in row) for row in counts)
    return HeatMap(
        _map_title("services_map", lens, locale),
        tuple(_term(each, locale) for each in publics),
        tuple(_term(each, locale) for each in types),
        known,
    )


def _kinds_map(snapshot: Snapshot, lens: Lens, locale: str) -> HeatMap:
    used = {row.id for row in contributions(snapshot, lens).rows}
    rows = sorted((ecosystem.title(snapshot, id, locale), id) for id in snapshot.cite_ids)
    kinds = ecosystem.KINDS[:-1]
    counts = []
    for _, id in rows:
        held = [row.kind for row in snapshot.contributions_of.get(id, ()) if row.id in used]
        counts.append(tuple(held.count(kind) or None for kind in kinds))
    words = picture.WORDS[locale]
    return HeatMap(
        _map_title("kinds_map", lens, locale),
        tuple(name for name, _ in rows),
        tuple(words[kind] for kind in kinds),
        tuple(counts),
    )


def _map_title(name: str, lens: Lens, locale: str) -> str:
    return WORDS[locale][name].format(at=dated(lens.text, locale))


def _term(term: Any, locale: str) -> str:
    return str((term.title_fr if locale == "fr" else term.title_en) or term.code)
