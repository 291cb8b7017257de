"""What the README of the analyses shows of the bundled data: tables as the terminal prints them, and pictures.

`python -m tests.directory.analysis.illustrated` makes them again; a test compares.
"""

import argparse
import asyncio
import re
import shlex
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Final

from directory.actor import Actor
from directory.analyse_command import OUT, add_words, analyse
from directory.analysis.taking import resolved
from directory.desk import Desk
from directory.editing import found_site
from directory.export.report import report
from directory.opening import open_directory
from directory.settings import read_settings
from importers import run

FOLDER: Final = Path(__file__).parents[3] / "directory" / "analysis"
README: Final = FOLDER / "README.md"
WIDTH: Final = 100
BLOCK: Final = re.compile(r"```text\n\$ directory analyse (?P<words>[^\n]+)\n(?P<shown>.*?)```\n", re.DOTALL)


def commands(text: str) -> list[str]:
    """What the README has answered by `directory analyse`."""
    return [found["words"] for found in BLOCK.finditer(text)]


async def printed(desk: Desk, words: str) -> str:
    """What the terminal shows, as wide as the README's tables."""
    parser = argparse.ArgumentParser()
    add_words(parser)
    OUT.width = WIDTH
    with OUT.capture() as shown:
        await analyse(desk, parser.parse_args(shlex.split(words)))
    return "".join(f"{line.rstrip()}\n" for line in shown.get().splitlines())


async def written(desk: Desk, text: str) -> str:
    """The README with what is true of the desk's data."""
    answers = {words: await printed(desk, words) for words in commands(text)}
    return BLOCK.sub(
        lambda found: f"```text\n$ directory analyse {found['words']}\n{answers[found['words']]}```\n", text
    )


async def _partners(desk: Desk) -> str:
    return (await report(desk, 2018, await resolved(desk, "sqy"))).ecosystem


async def _services(desk: Desk) -> str:
    return (await report(desk, 2018, await resolved(desk, "sqy"))).map


async def _kinds(desk: Desk) -> str:
    return (await report(desk, 2018)).map


async def _partners_in_french(desk: Desk) -> str:
    return (await report(desk, 2018, await resolved(desk, "grand-geneve"), "fr")).ecosystem


PICTURES: Final[Mapping[str, Callable[[Desk], Awaitable[str]]]] = {
    "partners.svg": _partners,
    "services.svg": _services,
    "kinds.svg": _kinds,
    "partenaires.svg": _partners_in_french,
}


async def main() -> None:
    """Write the README and the pictures anew."""
    with tempfile.TemporaryDirectory() as folder:
        directory = await open_directory(read_settings({"DIRECTORY_GRAPH": f"embedded:{folder}/graph"}))
        try:
            desk = directory.desk(Actor("writer", "Writer", site_admin=True))
            await found_site(desk)
            await run.apply(desk, await run.plan(desk))
            text = await written(desk, README.read_text("utf-8"))
            drawn = {name: await draw(desk) for name, draw in PICTURES.items()}
        finally:
            await directory.close()
    README.write_text(text, "utf-8")
    for name, picture in drawn.items():
        (FOLDER / "pictures" / name).write_text(picture, "utf-8")


if __name__ == "__main__":
    asyncio.run(main())
