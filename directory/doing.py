"""How a command is done: with the settings of its words and of the environment, refusals said in one sentence."""

import argparse
import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from rich.console import Console

from directory.errors import BadInput, DirectoryError
from directory.settings import Settings, read_settings, unknown_variables


class Terminal(Console):
    """A terminal, or a pipe whose reader may leave: `cli.main` ends quietly then."""

    def on_broken_pipe(self) -> None:
        """What rich does, without its own end of the program."""
        raise BrokenPipeError


OUT: Final = Terminal()
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


def text_of(file: Path) -> str:
    """The text of a file that somebody named. Raises BadInput when there is none, or it cannot be read as text."""
    try:
        return file.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise BadInput(f"{str(file)!r} is not UTF-8: save the file with that encoding.") from None
    except (OSError, ValueError) as error:
        raise BadInput(f"{str(file)!r} cannot be read: {_why(error)}.") from None


def write_to(file: Path, data: bytes) -> None:
    """Nothing, once the file holds these bytes. Raises BadInput when it cannot be written."""
    try:
        file.write_bytes(data)
    except (OSError, ValueError) as error:
        raise BadInput(f"{str(file)!r} cannot be written: {_why(error)}.") from None


def _why(error: OSError | ValueError) -> str:
    """What the system says, such as `no such file or directory`."""
    said = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return said[:1].lower() + said[1:]


def a_year(written: str) -> int:
    """A year of four digits, as words give it."""
    if not re.fullmatch("[1-9][0-9]{3}", written):
        raise argparse.ArgumentTypeError(f"{written!r} is not a year, such as 2024")
    return int(written)


def above_0(written: str) -> int:
    """A whole number above 0, as words give it; argparse says which word is none."""
    if not (written.isascii() and written.isdigit() and int(written)):
        raise argparse.ArgumentTypeError(f"{written!r} is not a whole number above 0")
    return int(written)
