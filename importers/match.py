"""Finds what is there already of what drafts describe: items by their keys, whoever has a slug or a SIRET of theirs."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from directory import placing, reading
from directory.desk import Desk, now
from directory.item import Item
from directory.retention import gone_for_good
from directory.surroundings import ref
from directory.types.people import Person
from directory.validate import parse
from directory.values import Citation, Ref
from directory.writing import path_below
from graph.query import Attribute, OneOf
from importers.row import Draft, RowFault

Held = tuple[str, str]
"""What only one item may have: a slug in the parent with that id or in that type, a key, a language in a group."""
KEYS: Final = "keys"
GROUP: Final = "group {}"
_DELETED: Final = "{} was deleted by people on {}; undelete it to have it again: `directory trash --restore {}`"
_GONE: Final = "{} was removed for good with a person's name: give another id if it is something else"
_OVER: Final = "{} is a name that may be kept no longer, since {}"


async def matched(desk: Desk, drafts: list[Draft]) -> list[Draft]:
    """The drafts, each with the reference of the item that has its key already, and linked to such items.

    A person whose name was removed had it.
    """
    found = await reading.by_keys(desk, [draft.key for draft in drafts])
    persons = {draft.ref.id: draft.key for draft in drafts if draft.cls is Person and draft.key not in found}
    found |= {persons[id]: at for id, at in (await gone_for_good(desk, persons)).items() if at}
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


def together(drafts: list[Draft], there: Mapping[Ref, Item]) -> list[Draft]:
    """The drafts; of new items, in the group of the other languages of their row where those are now."""
    groups: dict[str, str] = {}
    for draft in drafts:
        if "translation_group" in draft.values and draft.ref in there:
            known = there[draft.ref]
            groups.setdefault(draft.values["translation_group"], known.translation_group or known.id)

    def joined(draft: Draft) -> Draft:
        group = groups.get(draft.values.get("translation_group", ""))
        if group is None or draft.ref in there:
            return draft
        return replace(draft, values={**draft.values, "translation_group": group})

    return [joined(draft) for draft in drafts] if groups else drafts


async def without_gone(desk: Desk, drafts: list[Draft], there: Mapping[Ref, Item]) -> list[Draft]:
    """The drafts; those of new items that people deleted, or whose name may not be kept, with why they are left out."""
    new = {draft.ref: _ids(draft) for draft in drafts if draft.ref not in there}
    if not new:
        return drafts
    deleted = await _deleted(desk)
    gone = await gone_for_good(desk, [id for ids in new.values() for id in ids])
    day = now(desk)[:10]

    def judged(draft: Draft) -> Draft:
        ids = new.get(draft.ref, ())
        trashed = next((deleted[id] for id in ids if id in deleted), None)
        if trashed:
            return _away(draft, "id", _DELETED.format(draft.key, *trashed))
        if not gone.keys().isdisjoint(ids):
            return _away(draft, "id", _GONE.format(draft.key))
        until = _kept_until(draft) if ids else None
        return _away(draft, "retention_until", _OVER.format(draft.key, until)) if until and until < day else draft

    return [judged(draft) for draft in drafts]


def _ids(draft: Draft) -> tuple[str, ...]:
    """The ids by which the draft's item may have been known: its own, and those of the keys given."""
    return (draft.ref.id, *map(placing.id_of, (draft.key, *map(str, draft.values.get("keys", ())))))


async def _deleted(desk: Desk) -> dict[str, tuple[str, str]]:
    """The day on which each item in the trash went, and what brings it back; by its id, and by those of its keys."""
    found: dict[str, tuple[str, str]] = {}
    for id, at, items, keys in await reading.kept_rows(desk, "Trash", ("id", "at", "items", "keys"), None):
        found |= dict.fromkeys((*(items or ()), *map(placing.id_of, keys or ())), (at[:10], id))
    return found


def _kept_until(draft: Draft) -> str | None:
    """The day until which the name of a person may be kept, when the draft tells it."""
    given = {name: value for name, value in draft.values.items() if name == "retention_until"}
    until: str | None = parse(draft.cls, given)[0].get("retention_until") if given else None
    return until


def _away(draft: Draft, column: str, why: str) -> Draft:
    return replace(draft, away=RowFault(draft.row.file, draft.row.number, column, why))


async def holders(desk: Desk, drafts: list[Draft], there: Mapping[Ref, Item]) -> dict[Held, Ref]:
    """Who has the keys of these drafts already, the languages of their groups, the slugs given to new items."""
    new = [draft for draft in drafts if draft.ref not in there and draft.values.get("slug")]
    paths: dict[str, Held] = {}
    slugs: dict[str, list[str]] = defaultdict(list)
    for draft in new:
        slug, parent = draft.values["slug"], placing.parent(draft.cls, draft.values)
        if parent and parent in there and there[parent].path:
            paths[path_below(there[parent].path, slug)] = (parent.id, slug)
        if draft.cls.declared.slug_is_unique:
            slugs[draft.ref.type].append(slug)
    keys = [key for draft in drafts for key in draft.values.get("keys", ())]
    found: dict[Held, Ref] = {(KEYS, key): at for key, at in (await reading.by_keys(desk, keys)).items()}
    found |= await _languages(desk, drafts, there)
    for some in reading.in_parts(paths):
        rows = await reading.kept_rows(desk, "Address", ("id", "type", "item", "current"), OneOf(Attribute("id"), some))
        found |= {paths[path]: Ref(type_name, id) for path, type_name, id, current in rows if current}
    for type_name, names in slugs.items():
        for some in reading.in_parts(names):
            rows = await reading.kept_rows(desk, type_name, ("slug", "id"), OneOf(Attribute("slug"), some))
            found |= {(type_name, slug): Ref(type_name, id) for slug, id in rows}
    return found


async def _languages(desk: Desk, drafts: Iterable[Draft], there: Mapping[Ref, Item]) -> dict[Held, Ref]:
    """Who has which language in the translation groups of these drafts."""
    groups: dict[str, list[str]] = defaultdict(list)
    for draft in drafts:
        if group := draft.values.get("translation_group"):
            known = there.get(draft.ref)
            groups[draft.ref.type].append((known and known.translation_group) or group)
    found: dict[Held, Ref] = {}
    for type_name, ids in groups.items():
        for some in reading.in_parts(ids):
            where = OneOf(Attribute("translation_group"), some)
            rows = await reading.kept_rows(desk, type_name, ("translation_group", "language", "id"), where)
            found |= {(GROUP.format(group), language): Ref(type_name, id) for group, language, id in rows}
    return found


async def with_sirets(desk: Desk, drafts: Iterable[Draft]) -> dict[Ref, Item]:
    """The organisations that have the SIRET of one of these drafts already."""
    given = (parse(draft.cls, {"siret": siret})[0] for draft in drafts if (siret := draft.values.get("siret")))
    found: dict[Ref, Item] = {}
    for some in reading.in_parts(values["siret"] for values in given if values.get("siret")):
        rows = await reading.matching(desk, "Organisation", OneOf(Attribute("siret"), some))
        found |= {ref(item): item for item in rows}
    return found
