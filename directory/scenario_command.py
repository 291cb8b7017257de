"""The command line's `scenario`: what-ifs kept under a name, to be tried again on new data."""

import argparse
from pathlib import Path
from typing import Final

from rich.markup import escape
from rich.table import Table

from directory import scenarios
from directory.analysis.scenario import ScenarioError, parse
from directory.at_desk import at_desk
from directory.desk import Desk
from directory.doing import OUT, Parsers, text_of
from directory.reaching import verb
from directory.settings import Settings

EXAMPLES: Final = """examples:
  directory scenario save a-leaves.json
  directory scenario save a-leaves.json --name "A leaves"
  directory scenario list
  directory analyse what-if --cite sqy --at 2018-12-31 --scenario "A leaves"
  directory scenario remove "A leaves" """


def add_words(command: argparse.ArgumentParser) -> None:
    """Nothing, once the command can be taught and run."""
    command.epilog = EXAMPLES
    verbs = command.add_subparsers(required=True, metavar="VERB")
    kept = verb(verbs, "save", run_save, "Keep a scenario; one of the same name is replaced.", ScenarioError)
    kept.add_argument("file", type=Path, help="the file, JSON of the format scenario/1")
    kept.add_argument("--name", help="its name; the one in the file, else that of the file, when absent")
    verb(verbs, "list", run_list, "List the scenarios that are kept.", ScenarioError)
    gone = verb(verbs, "remove", run_remove, "Forget a scenario.", ScenarioError)
    gone.add_argument("name", help="its name, as `scenario list` shows it")
    gone.add_argument("--owner", metavar="ID", help="whose, where several people keep one of that name")


# What they do --------------------------------------------------------------------------------------------------------


def run_save(given: argparse.Namespace, settings: Settings) -> int:
    """Keep the scenario of a file. A file with faults is refused as a whole, each of them said."""
    text = text_of(given.file)
    name = given.name or parse(text).name or given.file.stem

    async def work(desk: Desk) -> int:
        kept = await scenarios.save(desk, name, text)
        OUT.print(f"Kept as {kept.name}.", highlight=False, markup=False)
        return 0

    return at_desk(settings, work)


def run_list(given: argparse.Namespace, settings: Settings) -> int:
    """List scenarios."""

    async def work(desk: Desk) -> int:
        table = Table("name", "owner", "saved", "changes")
        for each in await scenarios.saved(desk):
            told = map(escape, (each.name, each.owner, each.at[:16].replace("T", " "), _changes(each.text)))
            table.add_row(*told)
        OUT.print(table)
        return 0

    return at_desk(settings, work)


def _changes(text: str) -> str:
    """The changes of a kept scenario; of one that was kept by older rules, why it is not tried any more."""
    try:
        return "; ".join(map(str, parse(text).changes))
    except ScenarioError as error:
        return f"not read any more: {error}"


def run_remove(given: argparse.Namespace, settings: Settings) -> int:
    """Forget a scenario."""

    async def work(desk: Desk) -> int:
        await scenarios.remove(desk, given.name, given.owner)
        OUT.print("Removed.")
        return 0

    return at_desk(settings, work)


WORDS: Final[Parsers] = {"scenario": add_words}
