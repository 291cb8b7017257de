"""What an import would do, for a person to read before it is done: create, update, same or refused, line by line."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from directory import placing
from directory.creating import automatic_slug
from directory.enums import State
from directory.errors import Fault
from directory.fields import facts
from directory.item import Family, Item
from directory.links import link_facts, parent_fields
from directory.retention import is_nameless
from directory.stored import best
from directory.surroundings import among
from directory.types import CONTENT_TYPES
from directory.validate import faults, parse
from directory.values import Citation, Ref, Texts
from importers.away import without_away
from importers.match import GROUP, KEYS, Held
from importers.row import Draft, RowFault

NOBODY: Final[Mapping[Held, Ref]] = MappingProxyType({})
STALE: Final = "was changed by somebody since the plan was made: plan again"


class Action(StrEnum):
    """What happens to an item."""

    CREATE = "create"
    UPDATE = "update"
    SAME = "same"
    REFUSED = "refused"
    AWAY = "left out"


@dataclass(frozen=True, slots=True)
class Line:
    """One item of the plan. `item` is what it will be, None when refused or left out; `fields` those that change.

    `faults` are why it is refused, `notes` why it, or a link of it, is left out: those stop nothing.
    `seen` is the version of the item that the plan was made from, 0 of one that was not there.
    """

    action: Action
    draft: Draft
    title: str
    item: Item | None = None
    seen: int = 0
    fields: tuple[str, ...] = ()
    faults: tuple[RowFault, ...] = ()
    notes: tuple[RowFault, ...] = ()

    @property
    def type(self) -> str:
        """The name of the item's type."""
        return self.draft.ref.type

    @property
    def key(self) -> str:
        """The key by which imports know the item."""
        return self.draft.key

    def __str__(self) -> str:
        said = f"{self.action:8} {self.type:17} {self.key}  {self.title}"
        said += f"  ({', '.join(self.fields)})" if self.fields else ""
        return "\n".join((said, *(f"         {each}" for each in (*self.faults, *self.notes))))


@dataclass(frozen=True, slots=True)
class Plan:
    """The lines, in the order of the rows; `unread` are rows that could not be read at all."""

    lines: tuple[Line, ...]
    unread: tuple[RowFault, ...] = ()

    @property
    def faults(self) -> tuple[RowFault, ...]:
        """Everything that is wrong, in the order of the rows."""
        return (*self.unread, *(fault for line in self.lines for fault in line.faults))

    @property
    def notes(self) -> tuple[RowFault, ...]:
        """Everything that is left out because people deleted it or may not keep it, in the order of the rows."""
        return tuple(note for line in self.lines for note in line.notes)

    def of(self, *actions: Action) -> list[Line]:
        """The lines with one of these actions."""
        return [line for line in self.lines if line.action in actions]

    def summary(self) -> str:
        """How many items are created, updated, the same, refused and, where there are such, left out; in one line."""
        counts = Counter(line.action for line in self.lines)
        counts[Action.REFUSED] += len(self.unread)
        return ", ".join(f"{counts[action]} {action}" for action in Action if action != Action.AWAY or counts[action])

    def __str__(self) -> str:
        shown = [line for line in self.lines if line.action is not Action.SAME or line.notes]
        return "\n".join((*map(str, shown), *map(str, self.unread), self.summary()))


def parsed(draft: Draft) -> tuple[dict[str, Any], tuple[RowFault, ...]]:
    """The draft's values as fields hold them, and its faults, each with the column it stands in."""
    values, wrong = parse(draft.cls, draft.values)
    return values, draft.faults + tuple(_at(draft, fault) for fault in wrong)


def _at(draft: Draft, fault: Fault) -> RowFault:
    name = fault.path[0] if fault.path else ""
    near = f" Near it: {', '.join(fault.near)}." if fault.near else ""
    return _of_row(draft, name, fault.message + near)


def _of_row(draft: Draft, field: str, message: str) -> RowFault:
    """A fault of the row, at the column that fills the field."""
    return RowFault(draft.row.file, draft.row.number, draft.columns.get(field, field), message)


def make(
    drafts: Iterable[Draft],
    existing: Mapping[Ref, Item],
    unread: Iterable[RowFault] = (),
    holders: Mapping[Held, Ref] = NOBODY,
) -> Plan:
    """The plan for these drafts. A row that links to a refused one is refused too; to one left out, it does not.

    `existing` are the items that are there already and that drafts describe, sit in or share a SIRET with; `holders`
    those that have a key of a draft, or a slug that one gives to a new item.
    """
    read, notes = without_away([(draft, *parsed(draft)) for draft in drafts], frozenset(existing))
    title_of = _titles({draft.ref: values for draft, values, _ in reversed(read)}, existing)
    lines: dict[Ref, Line] = {}
    for draft, values, wrong in read:
        if draft.ref in lines:
            again = RowFault(draft.row.file, draft.row.number, "id", "is the id of an earlier row too")
            lines[draft.ref] = _refused(lines[draft.ref], (again,))
        elif draft.away:
            lines[draft.ref] = Line(Action.AWAY, draft, draft.key, notes=(draft.away,))
        else:
            line = _line(draft, values, wrong, existing.get(draft.ref), title_of)
            lines[draft.ref] = replace(line, notes=notes.get(draft.ref, ()))
    _refuse_dangling(lines, frozenset(existing))
    _refuse_taken(lines, holders)
    _refuse_faulty(lines, existing)
    _refuse_dangling(lines, frozenset(existing))
    return Plan(tuple(lines.values()), tuple(unread))


def current(planned: Plan, existing: Mapping[Ref, Item]) -> Plan:
    """The plan, with the lines refused whose items are no longer as it saw them. `existing` are those there now."""
    lines = {line.draft.ref: line for line in planned.lines}
    for ref, line in lines.items():
        version = existing[ref].version if ref in existing else 0
        if line.item and line.action is not Action.SAME and version != line.seen:
            lines[ref] = _refused(line, (_of_row(line.draft, "", STALE),))
    _refuse_dangling(lines, frozenset(existing))
    return Plan(tuple(lines.values()), planned.unread)


def _line(
    draft: Draft,
    values: dict[str, Any],
    wrong: tuple[RowFault, ...],
    known: Item | None,
    title_of: placing.TitleOf,
) -> Line:
    if not values.get("title") and known is None:
        values = {**values, "title": placing.title(draft.cls, values, title_of)}
    shown = _shown(values.get("title") or (known.title if known else "")) or draft.key
    if wrong:
        return Line(Action.REFUSED, draft, shown, faults=wrong)
    item = _updated(known, values, draft.key) if known else _created(draft, values)
    changed = _changed(known, item) if known else ()
    if changed and item.state == State.ARCHIVED:
        why = f"is archived: restore it to change it ({', '.join(changed)})"
        return Line(Action.REFUSED, draft, shown, faults=(_of_row(draft, "", why),))
    action = Action.CREATE if known is None else Action.UPDATE if changed else Action.SAME
    return Line(action, draft, shown, item, known.version if known else 0, changed)


def _refuse_taken(lines: dict[Ref, Line], holders: Mapping[Held, Ref]) -> None:
    """Refuse items with a key, or a language in a group, and new ones with a slug, that another item or row has."""
    used: dict[Held, str] = {}
    for ref, line in lines.items():
        if line.item is None or line.action is Action.SAME:
            continue
        held = _held(line.item, line.action is Action.CREATE)
        wrong = [
            _of_row(line.draft, field, f"{used.get(at, 'another item')} has the {what.format(at[1])} already")
            for field, what, at in held
            if at in used or holders.get(at, ref) != ref
        ]
        if wrong:
            lines[ref] = _refused(line, tuple(dict.fromkeys(wrong)))
        else:
            used |= dict.fromkeys((at for _, _, at in held), line.key)


def _held(item: Item, is_new: bool) -> list[tuple[str, str, Held]]:
    """What only this item may have: the field that tells it, how that is said, and what it is."""
    held = [("keys", "key {!r}", (KEYS, key)) for key in item.keys]
    held += [("slug", "slug {!r}", place) for place in _slug_places(item)] if is_new else []
    if item.declared.family is Family.EDITORIAL and item.translation_group and item.language:
        place = (GROUP.format(item.translation_group), item.language)
        held.append(("language", "language {!r} in its translation group", place))
    return held


def _slug_places(item: Item) -> list[Held]:
    """Where only one item may have the slug that is given: in its parent, and in the whole type of some."""
    places = [item.parent.id if item.parent else "", *([type(item).__name__] if item.declared.slug_is_unique else [])]
    return [(place, item.slug) for place in places if item.slug]


def _refuse_faulty(lines: dict[Ref, Line], existing: Mapping[Ref, Item]) -> None:
    """Refuse what breaks a rule among all the others as they would be."""
    around = among({**existing, **{ref: line.item for ref, line in lines.items() if line.item}})
    for ref, line in lines.items():
        if line.item and line.action is not Action.SAME:
            item = line.item if line.item.slug else replace(line.item, slug=automatic_slug(line.item))
            wrong = faults(item, around(item, existing.get(ref)))
            if wrong:
                lines[ref] = _refused(line, tuple(_at(line.draft, fault) for fault in wrong))


def _created(draft: Draft, values: Mapping[str, Any]) -> Item:
    declared = draft.cls.declared
    keys = tuple(dict.fromkeys((draft.key, *values.get("keys", ()))))
    own = {"parent": placing.parent(draft.cls, values), "id": draft.ref.id, "keys": keys}
    state = {"state": "private" if declared.private else "published"}
    language = {} if "language" in values or declared.family == "editorial" else {"language": "und"}
    return draft.cls(**{**language, **values, **own, **state})


def _updated(known: Item, values: Mapping[str, Any], key: str) -> Item:
    """The known item with the values given: what a table does not say is left as it is, and so are its place and slug.

    A name that was removed from a person does not come back, nor the keys. Keys and citations are added: people add
    some too.
    """
    removed = ("title", "description", "note", "keys") if is_nameless(known) else ()
    kept = ("slug", "parent", "translation_group", *parent_fields(type(known)), *removed)
    told = {name: value for name, value in values.items() if value not in (None, (), {}) and name not in kept}
    merged: dict[str, Any] = {
        name: {**getattr(known, name), **value} if isinstance(getattr(known, name), dict) else value
        for name, value in told.items()
    }
    merged["keys"] = known.keys if removed else tuple(dict.fromkeys((*known.keys, key, *values.get("keys", ()))))
    merged["sources"] = tuple(dict.fromkeys((*known.sources, *values.get("sources", ()))))
    return replace(known, **merged)


def _changed(known: Item, item: Item) -> tuple[str, ...]:
    return tuple(name for name in facts(type(item)) if _same(getattr(known, name)) != _same(getattr(item, name)))


def _same(value: Any) -> Any:
    """The value without the order of what is kept as links."""
    if isinstance(value, tuple) and value and isinstance(value[0], Ref | Citation):
        return frozenset(value)
    return value


def _titles(read: Mapping[Ref, Mapping[str, Any]], existing: Mapping[Ref, Item]) -> placing.TitleOf:
    """What gives the title that an item has once the plan is done; a made one may be made of others."""
    found: dict[Ref, Texts] = {}

    def title_of(at: Ref) -> Texts:
        if at not in found:
            found[at] = {}  # of what goes round, which is refused elsewhere
            found[at] = told(existing.get(at), at)
        return found[at]

    def told(known: Item | None, at: Ref) -> Texts:
        values = read.get(at, {})
        if known and is_nameless(known):
            return placing.texts(known.title)
        said = {**placing.texts(known.title if known else None), **placing.texts(values.get("title"))}
        return said or placing.title(CONTENT_TYPES[at.type], values, title_of) or {}

    return title_of


def _shown(title: Any) -> str:
    return str(best(title, "en")[0]) if isinstance(title, dict) and title else str(title or "")


def _refuse_dangling(lines: dict[Ref, Line], existing: frozenset[Ref]) -> None:
    """Refuse what links to a refused item that is not there yet, until nothing more falls."""
    falling = True
    while falling:
        refused = {ref for ref, line in lines.items() if line.action is Action.REFUSED} - existing
        falling = False
        for ref, line in lines.items():
            if line.item and (broken := _broken(line.item, refused)):
                name, other = broken
                fault = _of_row(line.draft, name, f"links to {lines[other].key}, which is refused")
                lines[ref], falling = _refused(line, (fault,)), True


def _broken(item: Item, refused: set[Ref]) -> tuple[str, Ref] | None:
    for name in link_facts(type(item)):
        value = getattr(item, name)
        for each in value if isinstance(value, tuple) else (value,):
            target = each.document if isinstance(each, Citation) else each
            if target in refused:
                return name, target
    return None


def _refused(line: Line, faults: tuple[RowFault, ...]) -> Line:
    return Line(Action.REFUSED, line.draft, line.title, faults=line.faults + faults, notes=line.notes)
