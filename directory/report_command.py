"""`directory report`: the report of a year, or its picture, written to a file."""

import argparse
import asyncio
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from directory.analysis import LensError
from directory.analysis.taking import resolved
from directory.at_desk import at_desk
from directory.desk import Desk
from directory.doing import Parsers, a_year, write_to
from directory.export.printing import pdf, png
from directory.export.report import Report, html, report
from directory.reaching import over_graph
from directory.settings import Settings
from directory.tables import TABLES
from directory.terminal import patience

FORMATS: Final[Mapping[str, Callable[[Report], bytes]]] = {
    "html": lambda made: html(made).encode(),
    "pdf": lambda made: pdf(html(made)),
    "svg": lambda made: _picture(made).encode(),
    "png": lambda made: png(_picture(made)),
}


EXAMPLES: Final = """examples:
  directory report 2024
  directory report 2018 --cite sqy --locale fr --output sqy.html
  directory report 2018 --cite sqy --format svg"""


def add_words(command: argparse.ArgumentParser) -> None:
    """Nothing, once the command can be taught and run."""
    command.epilog = EXAMPLES
    over_graph(command, run_report, LensError)
    command.add_argument("year", type=a_year, help="the year reported on")
    command.add_argument("--cite", metavar="SLUG", help="the Cité; the whole network when absent")
    command.add_argument(
        "--format", choices=FORMATS, default="html", help="html or pdf: the report; svg or png: its picture"
    )
    command.add_argument("--locale", choices=("en", "fr"), default="en", help="language of the words")
    command.add_argument(
        "--output", type=Path, metavar="FILE", help="the file to write; report-YEAR.FORMAT when absent"
    )


def run_report(given: argparse.Namespace, settings: Settings) -> int:
    """Write a report, with the sight of the operator."""
    return at_desk(settings, lambda desk: write_report(desk, given))


async def write_report(desk: Desk, given: argparse.Namespace) -> int:
    """0 once the report is written; its path is on standard output."""
    scope = await resolved(desk, given.cite or "network")
    with patience("Reading", len(TABLES) + 1) as told:
        drawn = await report(desk, given.year, scope, given.locale, lambda name: told(f"Read: {name}", 1))
        told(f"Making the {given.format}", 0)
        made = await asyncio.to_thread(FORMATS[given.format], drawn)
    name = f"report-{given.cite + '-' if given.cite else ''}{given.year}.{given.format}"
    file: Path = given.output or Path(name)
    await asyncio.to_thread(write_to, file, made)
    sys.stdout.write(f"{file}\n")
    return 0


def _picture(made: Report) -> str:
    """The picture of the partners of a Cité; of the network, what each Cité has recorded."""
    return made.ecosystem or made.map


WORDS: Final[Parsers] = {"report": add_words}
