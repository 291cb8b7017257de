"""A progress bar comes when something takes long, for those who look at a terminal."""

import time
from io import StringIO

from rich.console import Console

from directory.terminal import patience


def shown(terminal: bool, after: float) -> str:
    out = StringIO()
    with patience("Reading", 3, after, Console(file=out, force_terminal=terminal, width=80)) as told:
        told("Read: channels", 1)
        time.sleep(0.3)
        told("Asking: overlap", 1)
    return out.getvalue()


def test_what_takes_long_is_told_of_in_a_terminal() -> None:
    told = shown(terminal=True, after=0.05)

    assert "Read: channels" in told
    assert "1/3" in told


def test_nothing_is_told_of_what_is_quick_or_read_by_a_program() -> None:
    assert shown(terminal=True, after=60).strip("\n") == ""
    assert shown(terminal=False, after=0.05) == ""
