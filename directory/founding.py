"""The root of the tree, and the folders where a site keeps what sits in no other item."""

from collections.abc import Mapping
from typing import Final

from directory import placing
from directory.desk import Desk, now
from directory.enums import State
from directory.item import Item
from directory.loading import born
from directory.types import CONTENT_TYPES
from directory.types.editorial import Folder, Site
from directory.values import Ref
from directory.writing import items, keep_new, tell_load, transact
from directory.written import ref
from graph import NewNode, Transaction

TITLES: Final[Mapping[str, str]] = {"cites": "Cités", "questions": "Open questions"}
"""Titles of folders that are more than their slug."""


async def found_site(desk: Desk, title: str = "Cités des métiers") -> Ref:
    """The root of the tree, made with the folder of each type when they are not there yet, whoever asks."""
    wanted = founded(title)

    async def work(tx: Transaction) -> None:
        there = await items(tx, [ref(each) for each in wanted], links=False)
        missing = [each for each in wanted if ref(each) not in there]
        if not missing:
            return
        at = now(desk)
        place = ("/", placing.SITE.id)
        made = [born(desk, at, each, {"state": State.PUBLISHED.value}, place) for each in missing]
        await keep_new(tx, desk, made)
        if placing.SITE not in there:
            await tx.create([NewNode("Scope", {"id": placing.SITE.id, "type": "Site", "inherits": True})])
        await tell_load(tx, desk, at, made)

    if len(await _present(desk, wanted)) < len(wanted):
        await transact(desk, work)
    return placing.SITE


def founded(title: str = "Cités des métiers") -> list[Item]:
    """The site and its folders, as they are before the system sets what it does."""
    return [_site(title), *_folders()]


async def _present(desk: Desk, wanted: list[Item]) -> dict[Ref, Item]:
    return await desk.graph.write(lambda tx: items(tx, [ref(each) for each in wanted], links=False))


def _site(title: str) -> Item:
    return Site(id=placing.SITE.id, slug="site", title={"en": title}, language="und")


def _folders() -> list[Item]:
    """One folder for each place that content types name."""
    slugs = {cls.declared.folder: placing.folder(cls) for cls in CONTENT_TYPES.values()}
    return [
        Folder(id=at.id, slug=slug, title=TITLES.get(slug, slug.capitalize()), parent=placing.SITE)
        for slug, at in slugs.items()
        if slug and at
    ]
