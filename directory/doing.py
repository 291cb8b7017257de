"""How a command is done: with the settings of its words and of the environment, refusals said in one sentence."""

import argparse
import os
from collections.abc import Callable, Mapping
from typing import Final

from rich.console import Console

from directory.errors import DirectoryError
from directory.settings import Settings, read_settings, unknown_variables

OUT: Final = Console()
ERR: Final = Console(stderr=True)
Run = Callable[[argparse.Namespace, Settings], int]
Parsers = Mapping[str, Callable[[argparse.ArgumentParser], None]]
"""By the name of a command, what gives its parser its words, and says what to run."""


def doing(run: Run, *refusals: type[Exception]) -> Callable[[argparse.Namespace], int]:
    """What does a command: its exit code, 1 when the directory or one of these other errors refuses."""

    known: tuple[type[Exception], ...] = (DirectoryError, *refusals)

    def done(given: argparse.Namespace) -> int:
        try:
            return run(given, _settings(given))
        except known as error:
            ERR.print(str(error), style="red", markup=False, highlight=False)
            return 1

    return done


def _settings(given: argparse.Namespace) -> Settings:
    """The settings of the environment, with those given as words; both reach the web processes by the environment."""
    for name in ("graph", "host", "port", "workers"):
        if getattr(given, name, None) is not None:
            os.environ[f"DIRECTORY_{name.upper()}"] = str(getattr(given, name))
    for name, meant in unknown_variables(os.environ).items():
        ERR.print(f"{name} is no setting{f': is {meant} meant?' if meant else ''}", style="yellow")
    return read_settings(os.environ)


def above_0(written: str) -> int:
    """A whole number above 0, as words give it; argparse says which word is none."""
    if not (written.isascii() and written.isdigit() and int(written)):
        raise argparse.ArgumentTypeError(f"{written!r} is not a whole number above 0")
    return int(written)
