"""What a node of the trash holds: the items, what led to them, their old paths, their drafts."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import orjson

from directory.item import Item
from directory.types.figures import Observation
from directory.values import Ref
from directory.written import from_json, ref, to_json
from graph import NewLink, Transaction


@dataclass(frozen=True, slots=True)
class Whole:
    """The items, the first above the others; the links to them; the paths that led to each by its id; their drafts.

    `made` are the ids of those whose title their pattern made: it is made anew when they come back.
    """

    items: tuple[Item, ...]
    incoming: tuple[NewLink, ...]
    redirects: tuple[tuple[str, str], ...]
    drafts: tuple[dict[str, Any], ...]
    made: tuple[str, ...] = ()


def written(whole: Whole) -> str:
    """The text that is kept in the trash."""
    data = {
        "items": [orjson.Fragment(to_json(each)) for each in whole.items],
        "incoming": [_link_row(link) for link in whole.incoming],
        "redirects": whole.redirects,
        "drafts": whole.drafts,
        "made": whole.made,
    }
    return orjson.dumps(data).decode()


def kept(whole: Whole) -> dict[str, Any]:
    """What a node of the trash says of these items: what they are, and by what others find them.

    An import does by their keys, their parent by itself, and a person by the observations `about` them.
    """
    subjects = [each.subject for each in whole.items if isinstance(each, Observation)]
    return {
        "items": [each.id for each in whole.items],
        "about": [at.id for at in subjects if at and at.type == "Person"],
        "keys": [key for each in whole.items for key in each.keys],
        "parent": whole.items[0].parent.id if whole.items[0].parent else None,
        "data": written(whole),
    }


def _link_row(link: NewLink) -> list[Any]:
    return [link.type, link.source_label, link.source, link.target_label, link.target, dict(link.properties)]


def read(text: str) -> Whole:
    """What `written` wrote. Texts of before kept only the old paths of the first item, without its id; or no `made`."""
    data = orjson.loads(text)
    found = tuple(from_json(orjson.dumps(each).decode()) for each in data["items"])
    incoming = tuple(NewLink(*row) for row in data["incoming"])
    paths = ((each, found[0].id) if isinstance(each, str) else each for each in data["redirects"])
    redirects = tuple((path, id) for path, id in paths)
    return Whole(found, incoming, redirects, tuple(data["drafts"]), tuple(data.get("made", ())))


def without(whole: Whole, gone: Collection[Ref]) -> Whole | None:
    """The rest when these items are taken out; None when nothing remains that could come back."""
    if ref(whole.items[0]) in gone:
        return None
    ids = {at.id for at in gone}
    return Whole(
        tuple(each for each in whole.items if each.id not in ids),
        tuple(link for link in whole.incoming if link.target not in ids),
        tuple((path, id) for path, id in whole.redirects if id not in ids),
        tuple(row for row in whole.drafts if row["id"] not in ids),
        whole.made,
    )


async def taken_from(tx: Transaction, path: str, places: Collection[Ref]) -> dict[str, tuple[dict[str, Any], Whole]]:
    """What lies in the trash that sat below a path, in one of these items, or in what else is given here.

    Its nodes and what they hold, by id.
    """
    # "0" is the character after "/": what lies between begins with the path and a slash.
    rows = await tx.between("Trash", "path", f"{path.rstrip('/')}/", f"{path.rstrip('/')}0")
    found = {row["id"]: (row, read(row["data"])) for row in rows}
    taken: dict[str, tuple[dict[str, Any], Whole]] = {}
    above = set(places)
    while more := {id: each for id, each in found.items() if id not in taken and each[1].items[0].parent in above}:
        taken |= more
        above = {ref(item) for _, whole in more.values() for item in whole.items}
    return taken


def moved(path: str, scope: str, old: tuple[str, str], new: tuple[str, str]) -> dict[str, str]:
    """The path and scope of what has these, below an item that had the old ones and has the new ones."""
    return {"path": new[0] + path[len(old[0]) :], "scope": new[1] if scope == old[1] else scope}
