"""`make bench`: every measurement, as ratios taken in one run.

make bench                                   small sizes, both engines
make bench ARGS='answers --organisations 10000 --engine neo4j'
make bench ARGS='load --organisations 100000'
make bench ARGS='soak --minutes 10'          what a site holds after minutes of load; not part of everything
"""

import argparse
import asyncio
import sys
from functools import partial
from pathlib import Path

import uvloop

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench import (  # the bench runs from a checkout, without installing
    answers,
    crowd,
    forms,
    insight,
    load,
    peers,
    replay,
    soak,
    start,
)

BENCHES = {
    "start": start.run,
    "load": load.run,
    "answers": answers.run,
    "forms": forms.run,
    "crowd": crowd.run,
    "replay": replay.run,
    "peers": peers.run,
    "insight": insight.run,
}
MINUTES = {"soak": soak.run}  # asked by name only


def main() -> None:
    """Run what is asked, else everything."""
    words = argparse.ArgumentParser(
        prog="make bench", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    words.add_argument(
        "which", nargs="*", choices=[*BENCHES, *MINUTES, []], help="what to measure; everything when absent"
    )
    words.add_argument("--organisations", type=int, default=2_000, help="size of the made-up ecosystem (2000)")
    words.add_argument("--engine", choices=("embedded", "neo4j", "both"), default="both")
    words.add_argument("--rounds", type=int, default=15, help="rounds of each question (15)")
    words.add_argument("--minutes", type=float, default=10.0, help="how long a soak takes (10)")
    words.add_argument(
        "--keep", metavar="WHERE", help="a folder, or bolt://… of a running server, whose ecosystem `insight` keeps"
    )
    given = words.parse_args()
    engines = ("embedded", "neo4j") if given.engine == "both" else (given.engine,)
    if given.keep:
        kept = ("neo4j",) if "://" in given.keep else ("embedded",)
        BENCHES["insight"] = partial(insight.run, keep=given.keep)
        given.which, engines = given.which or ["insight"], kept
    for name in given.which or BENCHES:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:  # as the server does
            if name in MINUTES:
                runner.run(MINUTES[name](engines, given.organisations, given.minutes))
            else:
                runner.run(BENCHES[name](engines, given.organisations, given.rounds))


main()
