"""Names of persons taken out of what is about them: titles, slugs, paths, drafts and versions."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from directory.desk import Desk
from directory.item import Item
from directory.placing import texts
from directory.text import holds
from directory.titling import titled_anew
from directory.values import Ref
from directory.writing import Found, address_node, keep_changed, locked, path_below, with_values
from directory.written import from_json, ref, to_json
from graph import Transaction

UNNAMED: Final = {"en": "Name removed"}
"""The title, in versions, of what told a name; of what is there the pattern makes another."""


async def unname(tx: Transaction, desk: Desk, about: Iterable[Ref], names: Sequence[str]) -> None:
    """None of these items, be they there or in the trash, tells one of the names, nor does a version of it."""
    every = list(about)
    for here in (await locked(tx, every)).values():
        await _unname(tx, desk, here, names)
    rows = await tx.find("Change", "item", [at.id for at in every])
    await tx.update_all("Change", {row["id"]: _scrubbed(row, names) for row in rows})


async def _unname(tx: Transaction, desk: Desk, here: Found, names: Sequence[str]) -> None:
    after = unnamed(here.item, names)
    if after.title != here.item.title:
        [after] = await titled_anew(tx, [after], [after.id])
    await keep_changed(tx, desk, here, after)
    paths = [row["id"] for row in await tx.find("Address", "item", [after.id])]
    await tx.remove("Address", [path for path in paths if _tells([path], names)])
    if after.path not in paths:
        await tx.create([address_node(after.path, ref(after))])
    if here.draft:
        await tx.update("Draft", after.id, {"data": to_json(unnamed(here.draft, names))})


def unnamed(item: Item, names: Sequence[str]) -> Item:
    """A version of the item that tells none of the names."""
    title = UNNAMED if _tells(texts(item.title).values(), names) else item.title
    slug = item.id if _tells([item.slug], names) else item.slug
    return with_values(item, {"title": title, "slug": slug, "path": path_below(item.path.rpartition("/")[0], slug)})


def _scrubbed(row: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    before = row.get("before") and to_json(unnamed(from_json(row["before"]), names))
    return {"before": before, **{name: None for name in ("path", "comment") if _tells([row.get(name) or ""], names)}}


def _tells(said: Iterable[str], names: Sequence[str]) -> bool:
    return any(holds(text, name) for text in said for name in names)
