"""Small tables as people write them, loaded as the command line does."""

from pathlib import Path

from directory.desk import Desk
from importers.plan import Plan
from importers.run import apply, plan

ORGANISATIONS = "id,slug,title_en,type,country\norg-1,first,First,school,FR\n"


def tables(folder: Path, **files: str) -> Path:
    """The folder, with these files in it, each given by its stem."""
    for stem, text in files.items():
        (folder / f"{stem}.csv").write_text(text, encoding="utf-8")
    return folder


async def load(desk: Desk, folder: Path, *, keep_good: bool = False) -> Plan:
    """The plan of the folder's tables, once it is done."""
    made = await plan(desk, folder)
    await apply(desk, made, keep_good=keep_good)
    return made
