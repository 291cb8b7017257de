"""A result as tables that a person reads: plain headings, titles in place of ids, words in place of codes.

What is blank in a whole result or column is left out; programs read all of it from the result itself.
"""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from directory.analysis.basis import DIGITS, FEW, LITTLE, Basis
from directory.analysis.dates import french
from directory.analysis.figures import Interval
from directory.analysis.headline import metric_name
from directory.analysis.matching import DEFAULT, need_name, parts_of
from directory.analysis.reconciliation import indicator_name
from directory.analysis.records import Named
from directory.analysis.snapshot import Snapshot
from directory.analysis.whatif import Change, change_name
from directory.analysis.wording import Both, about_what, code_name, counted, others, scope_name, words_of

YES, NO, BLANK = Both("yes", "oui"), Both("no", "non"), "—"
MOST: Final = 40
"""Rows of a table that are shown, and names in a cell; whoever wants all asks for CSV or JSON."""
UNSHOWN: Final = frozenset(
    f"{owner}.{column}"
    for owner, columns in {
        "Row": "hhi_normalised effective top_share",
        "Line": "id interval gap_percent how",
        "Derived": "possible_bases",
    }.items()
    for column in columns.split()
)
"""Columns that make a table too wide for what they say."""
KEPT: Final = frozenset({"Delta.before", "Delta.after", "Compared.a", "Compared.b"})
"""Columns that are shown though nothing in them is known: the other one says little without them."""


@dataclasses.dataclass(frozen=True, slots=True)
class Sheet:
    """A table: its title, its columns and its rows, all as text."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Shown:
    """A result as shown: the single figures, each with its name, then its tables."""

    figures: tuple[tuple[str, str], ...]
    sheets: tuple[Sheet, ...]


def shown(result: Any, snapshot: Snapshot, locale: str = "en") -> Shown:
    """The figures and the tables of a result, without what it rests on.

    >>> from directory.analysis.report import Completeness, QualityResult
    >>> found = QualityResult(0.5, None, (Completeness("services", 2, 0.75),), None, None)
    >>> shown(found, Snapshot(), "fr").figures
    (('Fraîcheur (0 ancien, 1 récent)', '0,5'),)
    >>> shown(found, Snapshot()).sheets[0].rows
    (('services', '2', '0.75'),)
    """
    words = Words(snapshot, locale)
    figures: list[tuple[str, str]] = []
    sheets: list[Sheet] = []
    for owner, name, value in _as_known(result, snapshot):
        if is_rows(value):
            sheets.append(_sheet(words, owner, name, value))
        elif not _is_blank(value):
            figures.append((words.heading(owner, name), words.cell(value, name)))
    return Shown(tuple(figures), tuple(each for each in sheets if each.rows))


def left_out(result: Any, locale: str = "en") -> str:
    """Why rows were left out and how many, most first; "0" when none was."""
    counts: dict[str, int] = {}
    for each in result.basis.excluded:
        counts[each.reason] = counts.get(each.reason, 0) + 1
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    french = locale == "fr"
    return ", ".join(f"{count} ({code_name(reason)[french]})" for reason, count in ordered) or "0"


def fields_of(value: Any) -> Iterator[tuple[str, Any]]:
    """The fields of a frozen value or a named tuple, but what it rests on."""
    if dataclasses.is_dataclass(value):
        found = dataclasses.fields(value)
        yield from ((each.name, getattr(value, each.name)) for each in found if each.name != "basis")
    else:
        yield from zip(value._fields, value, strict=True)


def is_rows(value: Any) -> bool:
    """Whether a value is a list of records, which makes a table."""
    return isinstance(value, tuple) and bool(value) and is_record(value[0])


def is_record(value: Any) -> bool:
    """Whether a value has fields of its own."""
    return dataclasses.is_dataclass(value) or hasattr(value, "_fields")


def flat(result: Any) -> Iterator[tuple[str, str, Any]]:
    """The fields with the name of their owner, those of a result inside a result among them."""
    for name, value in fields_of(result):
        if is_record(value):
            yield from flat(value)
        else:
            yield type(result).__name__, name, value


def _as_known(result: Any, snapshot: Snapshot) -> Iterator[tuple[str, str, Any]]:
    """The fields as they may be shown: of what is hardly known the bounds, of few inputs these and no share."""
    rests: Basis | None = getattr(result, "basis", None)
    fields = list(flat(result))
    if rests is None:
        yield from fields
    elif len(rests.inputs_used) < FEW:
        kept = [each for each in fields if not isinstance(each[2], float)]
        yield from kept
        if len(kept) < len(fields):
            yield "", "inputs_used", inputs(snapshot, rests.inputs_used)
    elif rests.known_share is not None and rests.known_share < LITTLE:
        yield from _within_bounds(fields, rests.known_share)
    else:
        yield from fields


def _within_bounds(fields: Sequence[tuple[str, str, Any]], known: float) -> Iterator[tuple[str, str, Any]]:
    """The fields, points replaced by their bounds; a mean of shares of 0 to 1 may be any of these for the unknown."""
    given = {name: value for _, name, value in fields if value is not None}
    has_bounds = {"value", "upper"} <= given.keys()
    for owner, name, value in fields:
        if has_bounds and name == "value":
            yield owner, name, Interval(given.get("lower", value), given["upper"])
        elif name == "freshness" and value is not None:
            yield owner, name, Interval(round(value * known, DIGITS), round(value * known + 1 - known, DIGITS))
        elif not has_bounds or name not in ("lower", "upper", "normalised"):
            yield owner, name, value


def inputs(snapshot: Snapshot, ids: Sequence[str]) -> tuple[str, ...]:
    """What stands for the rows of these ids, each once: of a partnership or a contribution who is in it.

    >>> from directory.analysis.snapshot import from_rows
    >>> inputs(from_rows({"partnerships": [{"id": "p", "organisation_id": "A", "cite_id": "X"}]}), ("p", "A", "need"))
    ('A', 'need')
    """
    wanted = frozenset(ids)
    who = {row.id: row.organisation_id for row in snapshot.partnerships if row.id in wanted}
    who |= {row.id: row.contributor_id for row in snapshot.contributions if row.id in wanted}
    return tuple(dict.fromkeys(who.get(id) or id for id in ids))


def _is_blank(value: Any) -> bool:
    return value is None or value in ("", ())


def _sheet(words: "Words", owner: str, name: str, rows: tuple[Any, ...]) -> Sheet:
    kind = type(rows[0]).__name__
    told = [dict(fields_of(row)) for row in rows if not _is_idle(row)]
    if kind == "KindCount" and not any(row["n"] for row in told):
        told = []  # no contribution at all is recorded: four zeros would say that there is none
    columns = [
        column
        for column in (dict(fields_of(rows[0])))
        if f"{kind}.{column}" in KEPT
        or (f"{kind}.{column}" not in UNSHOWN and not all(_is_blank(row[column]) for row in told))
    ]
    lines = [tuple(_cell(words, row, column) for column in columns) for row in told[:MOST]]
    if kind == "Line":
        lines.sort()  # their own order is that of ids, which are not shown
    if len(told) > MOST:
        lines.append((words.pick(others(len(told) - MOST)), *("" for _ in columns[1:])))
    return Sheet(words.heading(owner, name), tuple(words.heading(kind, each) for each in columns), tuple(lines))


def _cell(words: "Words", row: Mapping[str, Any], column: str) -> str:
    said = words.cell(row[column], column)
    is_share = column == "published" and row[column] is not None and words.is_percent(row["indicator"])
    return words.pick(Both(f"{said}%", f"{said} %")) if is_share else said


def _is_idle(row: Any) -> bool:
    """Whether a row says nothing that anybody would miss: a pair that shares nobody, a point that nothing passes."""
    return getattr(row, "shared", None) == () or getattr(row, "raw", None) == 0


@dataclasses.dataclass(frozen=True, slots=True)
class Words:
    """What names things: the snapshot's titles and vocabularies, and the words of the analyses, in one language."""

    snapshot: Snapshot
    locale: str

    def pick(self, both: Both) -> str:
        """The text in the language."""
        return both.fr if self.locale == "fr" else both.en

    def heading(self, owner: str, name: str) -> str:
        """The heading of a field, as its owner calls it."""
        found = words_of("headings.csv")
        return self.pick(found.get(f"{owner}.{name}") or found.get(name) or Both(name, name))

    def cell(self, value: Any, column: str) -> str:
        """A value as text."""
        match value:
            case None:
                return BLANK
            case bool():
                return self.pick(YES if value else NO)
            case str():
                return self.name(value, column)
            case date():
                return french(value) if self.locale == "fr" else value.isoformat()
            case int() | float():
                return self.pick(counted(float(value)))
            case Change():
                return self.pick(change_name(self.snapshot, value))
            case Interval():
                return f"{self.cell(value.low, column)} – {self.cell(value.high, column)}"
            case tuple() if column == "questions":
                return str(len(value)) if value else ""
            case Mapping():
                return "; ".join(f"{name} {self.cell(each, name)}" for name, each in value.items())
        if is_record(value):
            return " ".join(self.cell(each, name) for name, each in fields_of(value) if not _is_blank(each))
        return self._several(tuple(value), column)

    def _several(self, values: tuple[Any, ...], column: str) -> str:
        names = [self.cell(each, column) for each in values[:MOST]]
        if len(values) > MOST:
            names.append(self.pick(others(len(values) - MOST)))
        return "; ".join(names)

    def name(self, text: str, column: str) -> str:
        """What an id or a code stands for; the text itself when nothing is known of it."""
        if column == "scope":
            return self.pick(scope_name(self.snapshot, text))
        if column == "metric":
            return self.pick(metric_name(text))
        town = self.snapshot
        named = town.organisation_by_id.get(text) or town.titled.get(text) or self._counted.get(text)
        if named:
            return self.pick(Both(named.title_en, named.title_fr)) or text
        parts = parts_of(town, text)
        if parts:
            told = (self._term(each) for each in parts[1:])
            return ", ".join(told) if parts[0] == DEFAULT else self.pick(need_name(town, text))
        kind, about = about_what(text)
        if kind:
            return f"{self.pick(kind)} {self.name(about, column)}"
        known = words_of("codes.csv").get(text)
        return self.pick(known) if known else self._term(text)

    def is_percent(self, indicator: str) -> bool:
        """Whether an indicator, by its name, counts out of a hundred."""
        return any(each.unit == "percent" and indicator_name(each) == indicator for each in self.snapshot.indicators)

    @property
    def _counted(self) -> Mapping[str, Named]:
        return {each.slug.replace("-", "_"): each for each in self.snapshot.indicators}

    def _term(self, code: str) -> str:
        """The title of a code in whatever vocabulary has it; a unit keeps its recurrence."""
        unit, slash, recurrence = code.partition("/")
        for vocabulary in ("organisation_type", "service_type", "public", "unit", "charter_item"):
            term = self.snapshot.term_by_code.get((vocabulary, unit))
            if term:
                often = f"{slash}{self.pick(code_name(recurrence))}" if slash else ""
                return f"{self.pick(Both(term.title_en, term.title_fr)) or unit}{often}"
        return code
