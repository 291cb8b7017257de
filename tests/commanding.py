"""Commands as people type them. They run in this process: as one of its own, each would load all modules anew."""

import io
import os
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from directory.cli import main
from directory.doing import ERR, OUT

WIDE = 160
"""Columns of the terminal."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a command printed, and how it ended."""

    returncode: int
    stdout: str
    stderr: str


def directory(*words: str, folder: Path | None = None, environment: Mapping[str, str] | None = None) -> Said:
    """What a command says, about the graph in a folder or that of the settings."""
    given = {**({"DIRECTORY_GRAPH": f"embedded:{folder}"} if folder else {}), **(environment or {})}
    OUT.width = ERR.width = WIDE
    with (
        patch.dict(os.environ, given),
        redirect_stdout(io.StringIO()) as out,
        redirect_stderr(io.StringIO()) as errors,
    ):
        try:
            code = main(words)
        except SystemExit as ended:  # of argparse
            code = int(ended.code or 0)
    return Said(code, out.getvalue(), errors.getvalue())
