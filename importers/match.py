"""Finds the items that drafts describe: by their keys, whoever made them and whatever their ids."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from directory import reading
from directory.desk import Desk
from directory.values import Citation, Ref
from importers.row import Draft, RowFault


async def matched(desk: Desk, drafts: list[Draft]) -> list[Draft]:
    """The drafts, each with the reference of the item that has its key already, and linked to such items."""
    found = await reading.by_keys(desk, [draft.key for draft in drafts])
    ours = {draft.ref: at for draft in drafts if (at := found.get(draft.key, draft.ref)) != draft.ref}
    return [_matched(draft, ours) for draft in drafts] if ours else drafts


def _matched(draft: Draft, ours: Mapping[Ref, Ref]) -> Draft:
    at = ours.get(draft.ref, draft.ref)
    if at.type != draft.ref.type:
        fault = RowFault(draft.row.file, draft.row.number, "id", f"is the key of an item of type {at.type}")
        return replace(draft, faults=(*draft.faults, fault))
    return replace(draft, ref=at, values={name: _linked(value, ours) for name, value in draft.values.items()})


def _linked(value: Any, ours: Mapping[Ref, Ref]) -> Any:
    """The value, with the references in it to items that are there."""
    match value:
        case Ref():
            return ours.get(value, value)
        case Citation():
            return replace(value, document=ours.get(value.document, value.document))
        case tuple():
            return tuple(_linked(each, ours) for each in value)
        case _:
            return value
