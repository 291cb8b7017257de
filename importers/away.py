"""What is left out of an import because people want it to stay away, and what its links are without that."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from directory import placing
from directory.fields import Need, facts
from directory.links import link_facts
from directory.values import Citation, Ref
from importers.row import Draft, RowFault

Read = tuple[Draft, dict[str, Any], tuple[RowFault, ...]]
"""A draft, its values as fields hold them, and its faults."""
Notes = Mapping[Ref, tuple[RowFault, ...]]


def without_away(read: Iterable[Read], existing: Collection[Ref]) -> tuple[list[Read], Notes]:
    """The drafts without links to those that are left out; and which links these were, by draft.

    A new item that cannot be without such a link is left out too.
    """
    drafts = list(read)
    away = {draft.ref: draft.key for draft, _, _ in drafts if draft.away}
    while away:
        needing = [_needing(*each, away) if each[0].ref not in existing else each[0] for each in drafts]
        more = {draft.ref: draft.key for draft in needing if draft.away} | away
        drafts = [(draft, values, wrong) for draft, (_, values, wrong) in zip(needing, drafts, strict=True)]
        if len(more) == len(away):
            break
        away = more
    notes = {draft.ref: found for draft, values, _ in drafts if (found := _notes(draft, values, away))}
    return [(draft, {**values, **_left(draft, values, away)}, wrong) for draft, values, wrong in drafts], notes


def _needing(draft: Draft, values: Mapping[str, Any], _: object, away: Mapping[Ref, str]) -> Draft:
    """The draft, left out when its item would have no place, or not what it must have."""
    if draft.away:
        return draft
    known = facts(draft.cls)
    lost = [
        name for name, left in _left(draft, values, away).items() if not left and known[name].need is not Need.NEVER
    ]
    parent = placing.parent(draft.cls, values)
    if not lost and parent not in away:
        return draft
    field = lost[0] if lost else "parent"
    gone = next((each for each in _ends(values.get(field)) if each in away), parent)
    why = f"{draft.key} needs {away.get(gone) if gone else ''}, whose row is left out"
    return replace(draft, away=_note(draft, field, why))


def _notes(draft: Draft, values: Mapping[str, Any], away: Mapping[Ref, str]) -> tuple[RowFault, ...]:
    """Which links are left out of a draft that is not."""
    if draft.away:
        return ()
    return tuple(
        _note(draft, name, f"the link to {away[each]} is left out, as its row is")
        for name in _left(draft, values, away)
        for each in dict.fromkeys(_ends(values[name]))
        if each in away
    )


def _left(draft: Draft, values: Mapping[str, Any], away: Mapping[Ref, str]) -> dict[str, Any]:
    """The links that are left of each field of which some are not."""
    found: dict[str, Any] = {}
    for name, fact in link_facts(draft.cls).items():
        value = values.get(name)
        if any(each in away for each in _ends(value)):
            found[name] = tuple(each for each in value or () if _end(each) not in away) if fact.several else None
    return found


def _ends(value: Any) -> list[Ref]:
    return [_end(each) for each in (value if isinstance(value, tuple) else (value,)) if each]


def _end(value: Ref | Citation) -> Ref:
    return value.document if isinstance(value, Citation) else value


def _note(draft: Draft, field: str, message: str) -> RowFault:
    return RowFault(draft.row.file, draft.row.number, draft.columns.get(field, field), message)
