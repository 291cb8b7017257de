"""`directory analyse`: a method asked in the terminal, its sentence first, then its numbers and what they rest on."""

import argparse
import asyncio
import csv
import dataclasses
import json
import os
import sys
from collections.abc import Awaitable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final, TypeVar

from rich.markup import escape
from rich.table import Table

from directory import scenarios
from directory.analysis import LensError, RulesError, ScenarioError, rules
from directory.analysis.basis import Basis
from directory.analysis.cells import as_number
from directory.analysis.change import OF_TWO_DATES
from directory.analysis.dates import counted_at
from directory.analysis.lens import CERTAINTIES, LEVELS, ROLES, Lens, moment
from directory.analysis.matching import parts_of
from directory.analysis.methods import METHODS, Method, Options
from directory.analysis.scenario import Scenario, parse
from directory.analysis.sheets import Sheet, Words, fields_of, flat, is_record, is_rows, left_out, shown
from directory.analysis.snapshot import Snapshot
from directory.analysis.taking import found, resolved, take_for
from directory.at_desk import at_desk
from directory.desk import Desk
from directory.doing import OUT, Parsers, a_year, text_of
from directory.errors import BadInput, NotFound
from directory.reaching import over_graph
from directory.settings import Settings
from directory.terminal import UNKNOWN, patience, said

EXAMPLES: Final = """examples:
  directory analyse coverage --cite sqy --at 2018-12-31
  directory analyse fragility --cite sqy --at 2018-12-31 --locale fr
  directory analyse cohesion --at 2018-12-31
  directory analyse activity-report --year 2024 --csv"""
WIDE: Final = 60  # characters of a cell, from which rows are parted by lines
WORD: Final = 14  # characters of a word that may not be broken
SLUGS: Final = "To list the names: directory ask '{{ {root}(first: 100) {{ nodes {{ slug title }} }} }}'"
OF_ONE_CITE: Final = (
    "coverage fragility balance compare readiness peers candidates path".split()  # the others: of any scope
)
OF_SOME: Final[Mapping[str, tuple[str, ...]]] = {
    "to": ("change",),
    "other": ("compare",),
    "year": ("activity-report",),
    "by": ("mix",),
    "territory": ("reach",),
    "hours_per_fte": ("balance",),
    "scenario": ("what-if",),
    "rules": ("readiness", "path"),
}
"""The methods that an option is of: to any other it would say nothing."""
DEMANDED: Final[Mapping[str, tuple[str, str]]] = {
    "change": ("to", "DATE, the second date; --at is the first one."),
    "compare": ("other", "SLUG, the second Cité."),
    "what-if": ("scenario", "FILE; directory/analysis/README.md says how to write one."),
    "reach": ("territory", f"SLUG, as often as you like. {SLUGS.format(root='territories')}"),
    "activity-report": ("year", "YEAR, such as 2024."),
}
T = TypeVar("T")
Result = Any
BASED: Final[Mapping[str, str]] = {
    "en": "{method}, {scope}, {at}. Inputs used: {used}. Left out: {out}. Known share: {share}.",
    "fr": "{method}, {scope}, {at}. Données utilisées : {used}. Écartées : {out}. Part connue : {share}.",
}


def add_words(command: argparse.ArgumentParser) -> None:
    """Nothing, once the command can be taught, with its methods and their questions, and run."""
    command.epilog = f"{EXAMPLES}\n\nmethods:\n{listed()}"
    over_graph(command, run_analyse, LensError, RulesError, ScenarioError)
    command.add_argument("method", choices=METHODS, metavar="METHOD", help="one of those listed below")
    command.add_argument("--cite", metavar="SLUG", help="the Cité asked about; the whole network when absent")
    command.add_argument("--scope", metavar="SCOPE", help="instead of --cite: channel:SLUG or territory:SLUG")
    command.add_argument(
        "--at",
        metavar="DATE",
        help="the day asked about; a month or year: what holds on any of its days, ages on its last; today when absent",
    )
    command.add_argument("--to", metavar="DATE", help="the second date, of `change`")
    command.add_argument("--other", metavar="SLUG", help="the second Cité, of `compare`")
    command.add_argument("--year", type=a_year, help="the whole year of `activity-report`")
    command.add_argument("--by", choices=("type", "family", "country"), help="of `mix`; type when absent")
    command.add_argument("--territory", action="append", default=[], metavar="SLUG", help="of `reach`; may be repeated")
    command.add_argument(
        "--hours-per-fte", type=_hours, metavar="HOURS", help="hours a month of full-time staff, of `balance`"
    )
    command.add_argument("--scenario", metavar="FILE|NAME", help="the scenario of `what-if`: a file, else a saved one")
    command.add_argument("--rules", type=Path, metavar="FILE", help="the rules, of `readiness` and `path`")
    command.add_argument("--level", choices=LEVELS, default="organisation", help="which organisations count as one")
    command.add_argument("--certainty", action="append", choices=CERTAINTIES, help="stated and implied when absent")
    command.add_argument("--roles", choices=ROLES, default="all", help="all partnerships, or those in the role partner")
    command.add_argument("--locale", choices=("en", "fr"), default="en", help="language of the words")
    shape = command.add_mutually_exclusive_group()
    shape.add_argument("--json", action="store_true", help="the whole result as JSON")
    shape.add_argument("--csv", action="store_true", help="the result's rows as CSV")


def _hours(text: str) -> float:
    """The hours that a text says; ArgumentTypeError when they are not a number above 0."""
    hours = as_number(text)
    if hours is None or hours <= 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of hours above 0")
    return hours


def listed() -> str:
    """The methods, one a line, each with its question."""
    return "\n".join(f"  {method.name:16} {method.question_en}" for method in METHODS.values())


def run_analyse(given: argparse.Namespace, settings: Settings) -> int:
    """Answer by a method, with the sight of the operator."""
    return at_desk(settings, lambda desk: analyse(desk, given))


async def analyse(desk: Desk, given: argparse.Namespace) -> int:
    """The method's answer on standard output; 0 also when it is that nothing is known."""
    method = METHODS[given.method]
    today = desk.clock().date()
    scenario = await _scenario(desk, given.scenario) if given.scenario else None
    given = _as_written(given, scenario) if scenario else given
    _demand(given, today)
    scope = await _known(resolved(desk, given.scope or given.cite or "network"), given.scope or given.cite, "cites")
    lens = Lens(
        scope,
        given.at or today,
        given.level,
        frozenset(given.certainty or ("stated", "implied")),
        given.roles,
    )
    options = await _options(desk, given, scenario)
    tried = scenarios.named(scenario) if scenario else ()
    with patience("Reading", len(method.tables) + 1) as told:
        snapshot = await take_for(desk, method, scope, tried, lens, options, told=lambda name: told(f"Read: {name}", 1))
        told(f"Asking: {method.name}", 0)
        result = await asyncio.to_thread(method.call, snapshot, lens, options)
    _show(result, snapshot, method, given)
    return 0


def _as_written(given: argparse.Namespace, scenario: Scenario) -> argparse.Namespace:
    """What is given, with the scope and the date that the scenario was written for where none is."""
    scope = given.scope or (None if given.cite else scenario.scope)
    return argparse.Namespace(**{**vars(given), "scope": scope or None, "at": given.at or scenario.at or None})


def _demand(given: argparse.Namespace, today: date) -> None:
    """Nothing, when the method is told all that it must know; else BadInput, with the option to add or to change."""
    _refuse_idle(given)
    if given.method in OF_ONE_CITE and not given.cite and not (given.scope or "").startswith("cite:"):
        raise BadInput(f"{given.method} is asked of one Cité: add --cite SLUG. {SLUGS.format(root='cites')}")
    option, example = DEMANDED.get(given.method, ("", ""))
    if option and not getattr(given, option):
        raise BadInput(f"{given.method} must be told more: add --{option} {example}")
    at = given.at or today
    if given.method == "change" and moment(given.to).last < moment(at).last:
        raise BadInput(f"--to {given.to} lies before --at {at}: the first date is the earlier one.")


def _refuse_idle(given: argparse.Namespace) -> None:
    """Nothing; BadInput for an option that would change nothing in the answer."""
    for option, methods in OF_SOME.items():
        if getattr(given, option) and given.method not in methods:
            raise BadInput(f"--{option.replace('_', '-')} is of {' and '.join(methods)}, not of {given.method}.")
    idle = [option for option in ("cite", "scope", "at") if getattr(given, option)]
    if given.method == "activity-report" and idle:
        whole = "activity-report is of the whole network and of the year that --year names"
        raise BadInput(f"{whole}: leave --{idle[0]} out.")


async def _known(finding: Awaitable[T], name: str | None, root: str) -> T:
    """What is found by a name; BadInput where there is none, with how to list the names."""
    try:
        return await finding
    except NotFound:
        raise BadInput(f"There is no {name!r}. {SLUGS.format(root=root)}") from None


async def _options(desk: Desk, given: argparse.Namespace, scenario: Scenario | None) -> Options:
    return Options(
        to=given.to,
        other=(await _known(found(desk, "Cite", given.other), given.other, "cites")).id if given.other else None,
        year=given.year,
        by=given.by or "type",
        rules=rules.parse(text_of(given.rules)) if given.rules else None,
        scenario=scenario,
        territories=tuple(
            [(await _known(found(desk, "Territory", each), each, "territories")).id for each in given.territory]
        ),
        hours_per_fte_month=given.hours_per_fte,
    )


async def _scenario(desk: Desk, name: str) -> Scenario:
    """The scenario of a file, else the saved one of that name."""
    text = _text(name)
    if text is not None:
        return await scenarios.settled(desk, parse(text))
    try:
        return await scenarios.read(desk, name)
    except NotFound:
        listed = "`directory scenario list` shows those that are kept."
        raise BadInput(f"There is neither a file nor a kept scenario {name!r}. {listed}") from None


def _text(name: str) -> str | None:
    return text_of(Path(name)) if os.path.isfile(name) else None


def _show(result: Result, snapshot: Snapshot, method: Method, given: argparse.Namespace) -> None:
    if given.json:
        print(json.dumps(plain(result), ensure_ascii=False, indent=2))
    elif given.csv:
        _show_csv(result, snapshot, given.locale)
    else:
        _show_tables(result, snapshot, method, given.locale)


def _show_tables(result: Result, snapshot: Snapshot, method: Method, locale: str) -> None:
    OUT.print(method.question_fr if locale == "fr" else method.question_en, style="bold", markup=False)
    basis: Basis | None = getattr(result, "basis", None)
    if basis:
        text = basis.explanation.text_fr if locale == "fr" else basis.explanation.text_en
        OUT.print(text, markup=False, highlight=False)
    told = shown(result, snapshot, locale)
    if told.figures:
        figures = Table(show_header=False)
        for row in told.figures:
            figures.add_row(*map(escape, row))
        OUT.print(figures)
    for sheet in told.sheets:
        OUT.print(_table(sheet, OUT.width))
    if basis:
        OUT.print(_based(result, snapshot, locale), style="dim", markup=False, highlight=False)


def _show_csv(result: Result, snapshot: Snapshot, locale: str) -> None:
    writer = csv.writer(sys.stdout)
    fields = [(name, value) for _, name, value in flat(result)]
    for name, value in fields:
        if not is_rows(value):
            writer.writerow([name, _cell(value, snapshot, locale)])
    for name, value in fields:
        if is_rows(value):
            writer.writerow([])
            writer.writerow([name, *_names(value[0])])
            for row in value:
                writer.writerow([name, *(_cell(cell, snapshot, locale) for _, cell in fields_of(row))])


def _based(result: Result, snapshot: Snapshot, locale: str) -> str:
    basis: Basis = result.basis
    words = Words(snapshot, locale)
    return BASED[locale].format(
        method=basis.method, scope=words.name(basis.scope, "scope"),
        at=counted_at(basis.at, locale, two=basis.method in OF_TWO_DATES),
        used=len(basis.inputs_used), out=left_out(result, locale), share=words.cell(basis.known_share, "known_share"),
    )  # fmt: skip


def _names(value: Any) -> list[str]:
    return [name for name, _ in fields_of(value)]


def _table(sheet: Sheet, width: int) -> Table:
    """A sheet for the terminal; where its columns are too many for the width, one line a cell."""
    widths = _widths(sheet, width - 3 * len(sheet.columns) - 1)
    if not widths:
        return _long(sheet)
    wide = any(len(cell) > WIDE for row in sheet.rows for cell in row)
    table = Table(title=sheet.title, title_justify="left", title_style="bold", show_lines=wide)
    for column, fit in zip(sheet.columns, widths, strict=True):
        table.add_column(escape(column), width=fit, overflow="fold")
    for row in sheet.rows:
        table.add_row(*map(escape, row))
    return table


def _widths(sheet: Sheet, room: int) -> list[int]:
    """The width of each column in so much room: its longest word at least, more for long texts; none if too narrow.

    >>> _widths(Sheet("", ("Kind", "n"), (("human means", "3"),)), 20), _widths(Sheet("", ("Kind", "n"), ()), 3)
    ([11, 1], [])
    """
    columns = list(zip(sheet.columns, *sheet.rows, strict=True))
    least = [min(WORD, max(len(word) for cell in cells for word in f"{cell} ".split(" "))) for cells in columns]
    most = [max(map(len, cells)) for cells in columns]
    if sum(least) > room:
        return []
    while sum(least) < room and least != most:
        _, narrow = min((width, n) for n, width in enumerate(least) if width < most[n])
        least[narrow] += 1
    return least


def _long(sheet: Sheet) -> Table:
    """A sheet with a line for each cell that says something, and a line between its rows."""
    table = Table(title=sheet.title, title_justify="left", title_style="bold", show_header=False)
    for row in sheet.rows:
        told = [pair for pair in zip(sheet.columns, row, strict=True) if pair[1] not in ("", UNKNOWN)]
        for number, pair in enumerate(told, 1):
            table.add_row(*map(escape, pair), end_section=number == len(told))
    return table


def _cell(value: Any, snapshot: Snapshot, locale: str) -> str:
    """A value as text, ids by the titles of what they name and codes as they are: for programs."""
    if isinstance(value, str):
        need, *codes = parts_of(snapshot, value) or (value,)
        named = snapshot.organisation_by_id.get(need) or snapshot.titled.get(need)
        title = (named.title_fr if locale == "fr" else named.title_en) or need if named else need
        return f"{title} ({', '.join(codes)})" if codes and named else value if codes else title
    if isinstance(value, date):
        return value.isoformat()
    if is_record(value):
        return ", ".join(_cell(each, snapshot, locale) for _, each in fields_of(value))
    if isinstance(value, tuple | frozenset):
        return "; ".join(_cell(each, snapshot, locale) for each in value)
    if isinstance(value, Mapping):
        return "; ".join(f"{name} {_cell(each, snapshot, locale)}" for name, each in value.items())
    return said(value)


def plain(value: Any) -> Any:
    """A result as JSON has it."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {each.name: plain(getattr(value, each.name)) for each in dataclasses.fields(value)}
    if hasattr(value, "_asdict"):
        return {name: plain(each) for name, each in value._asdict().items()}
    if isinstance(value, Mapping):
        return {str(name): plain(each) for name, each in value.items()}
    if isinstance(value, tuple | list | frozenset | set):
        return [plain(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value


WORDS: Final[Parsers] = {"analyse": add_words}
