"""The command line's `forget` and `trash`: names that may be kept no longer, and what was deleted."""

import argparse
from collections.abc import Callable
from typing import Any, Final

from rich.console import Console
from rich.table import Column, Table

from directory.at_desk import add_graph, at_desk
from directory.deleting import in_trash, undelete
from directory.desk import Desk
from directory.retention import due, forget
from directory.settings import Settings

OUT: Final = Console()
FORGET: Final = """A person's name may be kept until the day written in `retention_until`. After that day it goes: from
the item, its addresses, every earlier version, the change feed and the trash. This cannot be undone. `directory serve`
does it once a day; without --yes this command only counts.

examples:
  directory forget
  directory forget --yes"""
TRASH: Final = """examples:
  directory trash
  directory trash --restore 7d0d5f1e-..."""


def add_upkeep_commands(commands: Any) -> None:
    """Nothing, once `forget` and `trash` are among the commands."""
    words = "Count the names of persons that may be kept no longer; with --yes, remove them for good."
    forgetting = _command(commands, "forget", run_forget, words, FORGET)
    forgetting.add_argument("--yes", action="store_true", help="remove them")
    words = "List what was deleted, latest first; bring an item back with all that went with it."
    trash = _command(commands, "trash", run_trash, words, TRASH)
    trash.add_argument("--restore", metavar="ID", help="id of what comes back, as the list shows it")


def _command(commands: Any, name: str, run: Callable[..., int], help: str, more: str) -> argparse.ArgumentParser:
    made: argparse.ArgumentParser = commands.add_parser(
        name, help=help, description=help, epilog=more, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    made.set_defaults(run=run)
    add_graph(made)
    return made


def run_forget(given: argparse.Namespace, settings: Settings) -> int:
    """Count the names that are due, or remove them."""

    async def work(desk: Desk) -> int:
        if given.yes:
            OUT.print(f"Names removed: {len(await forget(desk))}.", highlight=False)
            return 0
        found = await due(desk)
        OUT.print(
            f"Names that may be kept no longer: {len(found.kept)} in the directory, {len(found.trashed)} in the trash.",
            "Nothing was changed; --yes removes them." if found.ids else "There is nothing to do.",
            sep="\n",
            highlight=False,
        )
        return 0

    return at_desk(settings, work)


def run_trash(given: argparse.Namespace, settings: Settings) -> int:
    """List the trash, or bring an item back from it."""

    async def work(desk: Desk) -> int:
        if given.restore:
            back = await undelete(desk, given.restore)
            OUT.print(f"Back at {back.path}, {back.state}.", markup=False, highlight=False)
            return 0
        found = await in_trash(desk)
        table = Table(Column("id", min_width=36), "type", Column("path", overflow="fold"), "deleted", "by")
        for each in found:
            table.add_row(each.id, each.type, each.path, each.at[:16].replace("T", " "), each.by or "")
        OUT.print(table if found else "The trash is empty.")
        return 0

    return at_desk(settings, work)
