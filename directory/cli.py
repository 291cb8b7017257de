"""The command line: which commands there are. Each has a module of its own, loaded only when it is called.

`directory COMMAND --help` teaches each.
"""

import argparse
import gc
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Final


@dataclass(frozen=True, slots=True)
class Command:
    """A command: the module that has its words and does it, and what it does in a sentence."""

    module: str
    help: str


COMMANDS: Final[Mapping[str, Command]] = {
    "demo": Command(
        "directory.site.starting", "Load the network's published data where there is none yet, and serve it."
    ),
    "serve": Command("directory.site.starting", "Serve what is in the graph."),
    "load": Command(
        "directory.load_command",
        "Load tables: the network's published data, those of a folder, or a made-up ecosystem.",
    ),
    "ask": Command("directory.ask_command", "Answer a GraphQL question in the terminal."),
    "migrate": Command("directory.upkeep_command", "Bring the graph up to this version."),
    "check": Command(
        "directory.upkeep_command",
        "List what is doubtful in the data: dates, charter, sources, names of persons.",
    ),
    "settings": Command("directory.settings_command", "List every setting with its default and meaning."),
    "analyse": Command("directory.analyse_command", "Answer a manager's question with its reasons."),
    "report": Command(
        "directory.report_command",
        "Write the report of a year: figures, pictures, what changed, what the answers rest on.",
    ),
    "token": Command(
        "directory.token_command", "Make, list and revoke the tokens by which programs write through the API."
    ),
    "user": Command("directory.user_command", "Make and list users, grant them roles and take these away."),
    "scenario": Command(
        "directory.scenario_command", "Keep scenarios for `analyse what-if`; they never touch the facts."
    ),
    "forget": Command(
        "directory.upkeep_command",
        "Count the names of persons that may be kept no longer; with --yes, remove them for good.",
    ),
    "trash": Command(
        "directory.upkeep_command",
        "List what was deleted, latest first; bring an item back with all that went with it.",
    ),
}
"""The modules are named, not imported: `directory settings` needs no graph, and `directory demo` no analyses.

Each of them has WORDS: by the name of a command, what gives a parser its words and says what to run.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 0 done, 1 refused, 2 wrong words, 130 interrupted, 141 when nobody reads on."""
    words = sys.argv[1:] if arguments is None else list(arguments)
    try:
        given = _understood(words)
        run: Callable[[argparse.Namespace], int] = given.run
        code = run(given)
        if sys.stdout is not None:  # closed by who called
            sys.stdout.flush()
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # What is still to be written goes nowhere, or Python would complain of it at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    return code


def _understood(words: Sequence[str]) -> argparse.Namespace:
    """The words of a command. What is loaded for it stays: to look for garbage in it took a sixth of the time."""
    gc.disable()
    given = parser(words[0] if words else "").parse_args(words)
    gc.freeze()
    gc.enable()
    return given


def parser(called: str) -> argparse.ArgumentParser:
    """All commands, that which is called with its words."""
    top = argparse.ArgumentParser(
        prog="directory",
        description="The ecosystem directory of the Cités des métiers: who contributes what to which Cité.",
        epilog="Start with `directory demo`. Every setting is an environment variable: `directory settings`.",
    )
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    for name, command in COMMANDS.items():
        made = commands.add_parser(
            name,
            help=command.help,
            description=command.help,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        if name == called:
            import_module(command.module).WORDS[name](made)
    return top
