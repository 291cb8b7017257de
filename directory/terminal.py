"""Answers as tables for a terminal: lists become rows, what is nested becomes text in a cell."""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from threading import Timer
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

UNKNOWN = "—"
"""What is shown for null."""


def tables(data: Mapping[str, Any]) -> list[Table]:
    """One table for each root field of an answer, in order."""
    return [_table(name, value) for name, value in data.items()]


def _table(name: str, value: Any) -> Table:
    rows = rows_of(value)
    extra = _extra(value)
    table = Table(title=f"{name} {extra}".strip(), title_justify="left", title_style="bold")
    names = list(dict.fromkeys(column for row in rows for column in row))
    for column in names:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(row.get(column, "") for column in names))
    return table


def rows_of(value: Any) -> list[dict[str, str]]:
    """The rows of an answer: one for each item of a list, one for a single item, each cell as text.

    >>> rows_of({"nodes": [{"slug": "sqy", "territory": {"slug": "yvelines"}}], "totalCount": 1})
    [{'slug': 'sqy', 'territory.slug': 'yvelines'}]
    >>> rows_of(None)
    [{'': '—'}]
    """
    return [dict(_cells("", each)) for each in _items(value)]


def _items(value: Any) -> list[Any]:
    if isinstance(value, Mapping):
        if "edges" in value:
            return [{**edge.get("node", {}), **_but(edge, "node", "cursor")} for edge in value["edges"]]
        return list(value["nodes"]) if "nodes" in value else [value]
    return list(value) if isinstance(value, list) else [value]


def _but(mapping: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in mapping.items() if name not in names}


def _extra(value: Any) -> str:
    """What a connection says beside its items: the total, whether more follow."""
    if not isinstance(value, Mapping) or not {"nodes", "edges", "totalCount"} & set(value):
        return ""
    found = [f"{value['totalCount']} in all"] if "totalCount" in value else []
    if (value.get("pageInfo") or {}).get("hasNextPage"):
        found.append(f"more after {value['pageInfo'].get('endCursor', 'this page')}")
    return f"({', '.join(found)})" if found else ""


def _cells(name: str, value: Any) -> Iterable[tuple[str, str]]:
    if isinstance(value, Mapping) and not {"nodes", "edges"} & set(value):
        for part, each in value.items():
            yield from _cells(f"{name}.{part}" if name else part, each)
    else:
        yield name, said(value)


def said(value: Any) -> str:
    """A value as text: lists one item after the other, null as unknown.

    >>> said([{"slug": "a", "holds": "CERTAIN"}, {"slug": "b", "holds": None}]), said(True)
    ('a CERTAIN; b —', 'yes')
    """
    match value:
        case None:
            return UNKNOWN
        case bool():
            return "yes" if value else "no"
        case Mapping():
            if {"nodes", "edges"} & set(value):
                return " ".join(filter(None, (said(_items(value)), _extra(value))))
            return " ".join(said(each) for each in value.values())
        case list():
            return "; ".join(said(each) for each in value)
        case _:
            return str(value)


@contextmanager
def progress(words: str, total: int) -> Iterator[Callable[[int], None]]:
    """A progress bar on standard error, gone when done; the function given is told how many more are done."""
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(words, total=total)
        yield lambda more: bar.advance(task, more)


@contextmanager
def patience(
    words: str, total: int, after: float = 2.0, console: Console | None = None
) -> Iterator[Callable[[str, int], None]]:
    """A progress bar for what may be quick: it comes after so many seconds, on standard error, and is gone when done.

    There is none unless a person looks at both outputs. The function given is told what is done now, and how many more
    things are done.
    """
    shown = console or Console(stderr=True)
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    watched = shown.is_terminal and (console is not None or sys.stdout.isatty())
    bar = Progress(*columns, console=shown, transient=True, disable=not watched)
    task = bar.add_task(words, total=total)
    begin = Timer(after, bar.start)
    begin.daemon = True
    begin.start()
    try:
        yield lambda now, more: bar.update(task, description=now, advance=more)
    finally:
        begin.cancel()
        begin.join()  # or it might begin after the end
        bar.stop()
