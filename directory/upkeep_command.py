"""What keeps a directory in order: `migrate`, `check`, `forget` (names kept too long), `trash` (what was deleted)."""

import argparse
from typing import Final

from rich.table import Column, Table

from directory.alerts import Code, alerts
from directory.at_desk import at_desk
from directory.deleting import in_trash, undelete
from directory.desk import Desk
from directory.doing import OUT, Parsers
from directory.reaching import over_graph
from directory.retention import due, forget
from directory.settings import Settings

CHECK: Final = """examples:
  directory check
  directory check --code NO_SOURCE"""
FORGET: Final = """A person's name may be kept until the day written in `retention_until`. After that day it goes: from
the item, its addresses, every earlier version, the change feed and the trash. This cannot be undone. `directory serve`
does it once a day; without --yes this command only counts.

examples:
  directory forget
  directory forget --yes"""
TRASH: Final = """examples:
  directory trash
  directory trash --restore 7d0d5f1e-..."""


def add_migrate(command: argparse.ArgumentParser) -> None:
    """Nothing, once `migrate` can be taught and run."""
    command.epilog = "examples:\n  directory migrate"
    over_graph(command, run_migrate)


def add_check(command: argparse.ArgumentParser) -> None:
    """Nothing, once `check` can be taught and run."""
    command.epilog = CHECK
    over_graph(command, run_check)
    command.add_argument("--code", help=f"only alerts with this code: {', '.join(Code)}")


def add_forget(command: argparse.ArgumentParser) -> None:
    """Nothing, once `forget` can be taught and run."""
    command.epilog = FORGET
    over_graph(command, run_forget)
    command.add_argument("--yes", action="store_true", help="remove them")


def add_trash(command: argparse.ArgumentParser) -> None:
    """Nothing, once `trash` can be taught and run."""
    command.epilog = TRASH
    over_graph(command, run_trash)
    command.add_argument("--restore", metavar="ID", help="id of what comes back, as the list shows it")


def run_migrate(given: argparse.Namespace, settings: Settings) -> int:
    """Opening the directory shapes and migrates its graph."""

    async def done(desk: Desk) -> int:
        OUT.print("The graph is up to date.")
        return 0

    return at_desk(settings, done)


def run_check(given: argparse.Namespace, settings: Settings) -> int:
    """List alerts; the exit code is 0 whether there are any or not."""

    async def checked(desk: Desk) -> int:
        found = await alerts(desk, given.code)
        table = Table("code", "type", "id", "what")
        for alert in found:
            table.add_row(alert.code, alert.item.type, alert.item.id, alert.message)
        OUT.print(table if found else "Nothing doubtful.")
        return 0

    return at_desk(settings, checked)


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


WORDS: Final[Parsers] = {
    "migrate": add_migrate,
    "check": add_check,
    "forget": add_forget,
    "trash": add_trash,
}
