"""`directory analyse`: a method asked in the terminal, its sentence first, then its numbers and what they rest on."""

import argparse
import csv
import dataclasses
import json
import sys
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from directory import scenarios
from directory.analysis.basis import Basis
from directory.analysis.lens import CERTAINTIES, LEVELS, ROLES, Lens
from directory.analysis.methods import METHODS, Method, Options
from directory.analysis.scenario import Scenario, parse
from directory.analysis.snapshot import Snapshot
from directory.analysis.taking import found, resolved, take_for
from directory.desk import Desk
from directory.terminal import said

OUT: Final = Console()
Result = Any
BASED: Final[Mapping[str, str]] = {
    "en": "{method}, {scope}, {at}. Inputs used: {used}. Left out: {out}. Known share: {share}.",
    "fr": "{method}, {scope}, {at}. Données prises : {used}. Écartées : {out}. Part connue : {share}.",
}


def add_words(command: argparse.ArgumentParser) -> None:
    """The words of the command, with the methods and their questions."""
    command.add_argument("method", choices=METHODS, metavar="METHOD", help="one of those listed below")
    command.add_argument("--cite", metavar="SLUG", help="the Cité asked about; the whole network when absent")
    command.add_argument("--scope", metavar="SCOPE", help="instead of --cite: channel:SLUG or territory:SLUG")
    command.add_argument("--at", metavar="DATE", help="the day, month or year asked about; today when absent")
    command.add_argument("--to", metavar="DATE", help="the second date, of `change`")
    command.add_argument("--other", metavar="SLUG", help="the second Cité, of `compare`")
    command.add_argument("--year", type=int, help="the year, of `activity-report`")
    command.add_argument("--by", choices=("type", "family", "country"), default="type", help="of `mix`")
    command.add_argument("--territory", action="append", default=[], metavar="SLUG", help="of `reach`; may be repeated")
    command.add_argument("--scenario", metavar="FILE|NAME", help="the scenario of `what-if`: a file, else a saved one")
    command.add_argument("--rules", type=Path, metavar="FILE", help="the rules, of `readiness` and `path`")
    command.add_argument("--level", choices=LEVELS, default="organisation", help="which organisations count as one")
    command.add_argument("--certainty", action="append", choices=CERTAINTIES, help="stated and implied when absent")
    command.add_argument("--roles", choices=ROLES, default="all", help="all partnerships, or those in the role partner")
    command.add_argument("--locale", choices=("en", "fr"), default="en", help="language of the words")
    shape = command.add_mutually_exclusive_group()
    shape.add_argument("--json", action="store_true", help="the whole result as JSON")
    shape.add_argument("--csv", action="store_true", help="the result's rows as CSV")


def listed() -> str:
    """The methods, one a line, each with its question."""
    return "\n".join(f"  {method.name:16} {method.question_en}" for method in METHODS.values())


async def analyse(desk: Desk, given: argparse.Namespace) -> int:
    """The method's answer on standard output; 0 also when it is that nothing is known."""
    method = METHODS[given.method]
    scope = await resolved(desk, given.scope or given.cite or "network")
    lens = Lens(
        scope,
        given.at or desk.clock().date(),
        given.level,
        frozenset(given.certainty or ("stated", "implied")),
        given.roles,
    )
    options = await _options(desk, given)
    tried = scenarios.named(options.scenario) if isinstance(options.scenario, Scenario) else ()
    snapshot = await take_for(desk, method, scope, tried)
    result = method.call(snapshot, lens, options)
    _show(result, snapshot, method, given)
    return 0


async def _options(desk: Desk, given: argparse.Namespace) -> Options:
    return Options(
        to=given.to,
        other=(await found(desk, "Cite", given.other)).id if given.other else None,
        year=given.year,
        by=given.by,
        rules=json.loads(given.rules.read_text("utf-8")) if given.rules else None,
        scenario=await _scenario(desk, given.scenario) if given.scenario else None,
        territories=tuple([(await found(desk, "Territory", each)).id for each in given.territory]),
    )


async def _scenario(desk: Desk, name: str) -> Scenario:
    """The scenario of a file, else the saved one of that name."""
    text = _text(Path(name))
    return await (scenarios.read(desk, name) if text is None else scenarios.settled(desk, parse(text)))


def _text(file: Path) -> str | None:
    return file.read_text("utf-8") if file.is_file() else None


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
    figures = Table(show_header=False)
    for name, value in _fields(result):
        if not _is_rows(value):
            figures.add_row(name, _cell(value, snapshot, locale))
    OUT.print(figures)
    for name, value in _fields(result):
        if _is_rows(value):
            OUT.print(_table(name, value, snapshot, locale))
    if basis:
        OUT.print(_based(basis, locale), style="dim", markup=False, highlight=False)


def _show_csv(result: Result, snapshot: Snapshot, locale: str) -> None:
    writer = csv.writer(sys.stdout)
    for name, value in _fields(result):
        if not _is_rows(value):
            writer.writerow([name, _cell(value, snapshot, locale)])
    for name, value in _fields(result):
        if _is_rows(value):
            writer.writerow([])
            writer.writerow([name, *_names(value[0])])
            for row in value:
                writer.writerow([name, *(_cell(cell, snapshot, locale) for _, cell in _fields(row))])


def _based(basis: Basis, locale: str) -> str:
    reasons: dict[str, int] = {}
    for excluded in basis.excluded:
        reasons[excluded.reason] = reasons.get(excluded.reason, 0) + 1
    out = ", ".join(f"{count} {reason}" for reason, count in sorted(reasons.items())) or "0"
    return BASED[locale].format(
        method=basis.method, scope=basis.scope, at=basis.at, used=len(basis.inputs_used), out=out,
        share=said(basis.known_share),
    )  # fmt: skip


def _fields(value: Any) -> Iterator[tuple[str, Any]]:
    """The fields of a frozen value or a named tuple, but what it rests on."""
    if dataclasses.is_dataclass(value):
        yield from (
            (each.name, getattr(value, each.name)) for each in dataclasses.fields(value) if each.name != "basis"
        )
    else:
        yield from zip(value._fields, value, strict=True)


def _names(value: Any) -> list[str]:
    return [name for name, _ in _fields(value)]


def _is_rows(value: Any) -> bool:
    return isinstance(value, tuple) and bool(value) and _is_record(value[0])


def _is_record(value: Any) -> bool:
    return dataclasses.is_dataclass(value) or hasattr(value, "_fields")


def _table(name: str, rows: tuple[Any, ...], snapshot: Snapshot, locale: str) -> Table:
    table = Table(title=name, title_justify="left", title_style="bold")
    for column in _names(rows[0]):
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(_cell(cell, snapshot, locale) for _, cell in _fields(row)))
    return table


def _cell(value: Any, snapshot: Snapshot, locale: str) -> str:
    """A value as text, ids by the titles of what they name."""
    if isinstance(value, str):
        named = snapshot.organisation_by_id.get(value) or snapshot.titled.get(value)
        return (named.title_fr if locale == "fr" else named.title_en) or value if named else value
    if isinstance(value, date):
        return value.isoformat()
    if _is_record(value):
        return ", ".join(_cell(each, snapshot, locale) for _, each in _fields(value))
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
