"""`directory settings`: every setting, its default, its meaning."""

import argparse
from typing import Final

from rich.table import Column, Table

from directory.doing import OUT, Parsers, doing
from directory.settings import Settings, described


def add_words(command: argparse.ArgumentParser) -> None:
    """Nothing, once the command can be taught and run."""
    command.epilog = "examples:\n  directory settings"
    command.set_defaults(run=doing(run_settings))


def run_settings(given: argparse.Namespace, settings: Settings) -> int:
    """List the settings."""
    folded = [Column(name, overflow="fold") for name in ("default", "meaning")]
    table = Table(Column("variable", no_wrap=True), *folded)
    for each in described():
        table.add_row(each.name, each.default, each.meaning)
    OUT.print(table)
    return 0


WORDS: Final[Parsers] = {"settings": add_words}
