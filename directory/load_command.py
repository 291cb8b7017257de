"""`directory load`: tables of a folder, the network's published data, or a made-up ecosystem."""

import argparse
from pathlib import Path
from typing import Final

from directory.at_desk import at_desk
from directory.desk import Desk
from directory.doing import ERR, OUT, Parsers, above_0
from directory.reaching import over_graph
from directory.settings import Settings
from directory.terminal import progress
from importers import bundle, synthetic
from importers.plan import Action, Plan
from importers.run import apply, checked, plan, synthesise

EXAMPLES: Final = """examples:
  directory load --plan            show what would change, change nothing
  directory load                   the network's published data
  directory load my-tables/        CSV files with the same names and columns
  directory load my-tables/ --keep-good    leave out the rows with faults, load the rest
  directory load --big 10000 --graph embedded:/tmp/big     10,000 made-up organisations"""


def add_words(command: argparse.ArgumentParser) -> None:
    """Nothing, once the command can be taught and run."""
    command.epilog = EXAMPLES
    over_graph(command, run_load)
    command.add_argument("folder", nargs="?", type=Path, help="folder of CSV files; the bundled data when absent")
    command.add_argument("--plan", action="store_true", help="only show the plan")
    command.add_argument("--keep-good", action="store_true", help="load the rows without faults; else all or nothing")
    command.add_argument("--big", type=above_0, metavar="N", help="a made-up ecosystem of N organisations, marked so")
    command.add_argument("--seed", type=int, default=1, help="chooses another made-up ecosystem (1)")


def run_load(given: argparse.Namespace, settings: Settings) -> int:
    """Load tables or a made-up ecosystem."""
    if given.folder and not given.folder.is_dir():
        ERR.print(f"{given.folder} is not a folder: name one that holds CSV files such as organisations.csv")
        return 2

    async def big(desk: Desk) -> int:
        with progress("Loading", synthetic.count(given.big)) as advance:
            done = await synthesise(desk, given.big, given.seed, advance)
        OUT.print(f"{done} made-up items loaded.")
        return 0

    async def tables_of(desk: Desk) -> int:
        planned = await plan(desk, given.folder or bundle.BUNDLED)
        if given.plan:
            OUT.print(str(planned), markup=False, highlight=False)
            return 1 if planned.faults else 0
        return await loaded(desk, planned, keep_good=given.keep_good)

    return at_desk(settings, tables_of if given.big is None else big)


async def loaded(desk: Desk, planned: Plan, keep_good: bool) -> int:
    """The exit code of doing what is planned; faults and what was done are said."""
    planned = await checked(desk, planned)
    for fault in planned.faults:
        ERR.print(str(fault), style="red", markup=False, highlight=False)
    for note in planned.notes:
        ERR.print(str(note), style="yellow", markup=False, highlight=False)
    with progress("Loading", len(planned.of(Action.CREATE, Action.UPDATE))) as advance:
        await apply(desk, planned, advance, keep_good=keep_good)
    if planned.faults and not keep_good:
        ERR.print("Nothing was loaded. Mend these rows, or leave them out with --keep-good.")
        return 1
    OUT.print(planned.summary())
    return 0


WORDS: Final[Parsers] = {"load": add_words}
