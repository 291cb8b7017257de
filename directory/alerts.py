"""What is written though it looks wrong: rules over items, whose violations people read and settle."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Any, Final

from directory import reading
from directory.dates import holds
from directory.desk import Desk, now
from directory.enums import Appointment, Holds, LabelState, Role, State
from directory.errors import BadInput
from directory.fields import Kind, facts
from directory.item import Family, Item
from directory.rules import named
from directory.surroundings import Surroundings, ref
from directory.text import fold, plain
from directory.types import CONTENT_TYPES
from directory.types.cites import Service
from directory.types.editorial import Site
from directory.types.figures import LifeEvent, Source
from directory.types.organisations import Contribution, Partnership
from directory.types.people import Mandate, Person
from directory.values import Ref
from directory.workflow import LABEL_MOVES, label_target
from graph.query import Audience


class Code(StrEnum):
    """The kinds of alerts."""

    LABEL_SAME_DAY = "LABEL_SAME_DAY"
    LABEL_ORDER = "LABEL_ORDER"
    OUTSIDE_PARTNERSHIP = "OUTSIDE_PARTNERSHIP"
    CHARTER_FEE = "CHARTER_FEE"
    CHARTER_APPOINTMENT = "CHARTER_APPOINTMENT"
    NO_SOURCE = "NO_SOURCE"
    PERSON_NAMED = "PERSON_NAMED"
    HIDDEN_NAMED = "HIDDEN_NAMED"


HOLDS_LABEL: Final = frozenset({LabelState.LABELLED, LabelState.OPERATING_LABEL})
NEEDS_NO_SOURCE: Final = (Source, Site)
"""A source is one itself; the site as a whole says nothing."""
READ: Final[Mapping[Code, tuple[type[Item], ...]]] = {
    Code.LABEL_SAME_DAY: (LifeEvent,),
    Code.LABEL_ORDER: (LifeEvent,),
    Code.OUTSIDE_PARTNERSHIP: (Contribution, Partnership),
    Code.CHARTER_FEE: (Service, LifeEvent),
    Code.CHARTER_APPOINTMENT: (Service, LifeEvent),
    Code.NO_SOURCE: tuple(CONTENT_TYPES.values()),
    Code.PERSON_NAMED: tuple(CONTENT_TYPES.values()),
    Code.HIDDEN_NAMED: tuple(CONTENT_TYPES.values()),
}
"""The types whose items each rule looks at."""


@dataclass(frozen=True, slots=True)
class Alert:
    """Something to look at: what kind, which item, a sentence, and the path of the field."""

    code: Code
    item: Ref
    message: str
    path: tuple[str, ...] = ()


async def alerts(desk: Desk, code: str | None = None, under: str | None = None) -> list[Alert]:
    """The alerts of the items whose team the asker belongs to, of one kind or all, by code, then by item.

    `under` is the path of an item: only alerts on it, and on what lies below it. Raises BadInput for another kind.
    """
    codes = list(Code) if code is None else [_code(code)]
    types = dict.fromkeys(cls for each in codes for cls in READ[each])
    items = [item for cls in types async for item in reading.all_of(desk, cls.__name__)]
    mine = {ref(item) for item in items if desk.actor.at_least(Role.READER, item.scope) and is_under(item, under)}
    found = [alert for alert in raised(items, now(desk)[:10]) if alert.code in codes and alert.item in mine]
    return sorted(found, key=lambda alert: (alert.code, alert.item.type, alert.item.id, alert.path))


def _code(written: str) -> Code:
    try:
        return Code(written.upper())
    except ValueError:
        raise BadInput(f"{written!r} is no kind of alert: {', '.join(Code)}.", ("code",)) from None


def is_under(item: Item, path: str | None) -> bool:
    """Whether the item has that path, or lies below it."""
    return path is None or item.path == path or item.path.startswith(f"{path.rstrip('/')}/")


def raised(items: Iterable[Item], today: str) -> Iterator[Alert]:
    """Every alert about these items, which are all that is known, on that day (YYYY-MM-DD)."""
    by_type: dict[type[Item], list[Any]] = defaultdict(list)
    known = {ref(item): item for item in items}
    for item in known.values():
        # What is archived is not shown: it is only looked at to keep the name of its person.
        if item.state != State.ARCHIVED or isinstance(item, Person):
            by_type[type(item)].append(item)
    histories = label_histories(by_type[LifeEvent])
    every = [item for found in by_type.values() for item in found]
    for history in histories.values():
        yield from label_days(history)
        yield from label_order(history)
    yield from outside_partnership(by_type[Contribution], by_type[Partnership])
    for service in by_type[Service]:
        yield from charter(service, label_on(histories.get(service.cite, ()) if service.cite else (), today), today)
    yield from without_source(every)
    hidden = (each for each in by_type[Person] if each.state != State.PUBLISHED or _is_over(each, today))
    shown = [each for each in every if not _is_over(each, today)]
    yield from persons_named(shown, hidden)
    yield from hidden_named(shown, known)


# Labels --------------------------------------------------------------------------------------------------------------


def label_histories(events: Iterable[LifeEvent]) -> dict[Ref, tuple[LifeEvent, ...]]:
    """The life events that set a state of the label, by Cité, oldest first; those without a date say nothing."""
    found: dict[Ref, list[LifeEvent]] = defaultdict(list)
    for event in events:
        if event.subject is not None and event.label_state is not None and event.date is not None:
            found[event.subject].append(event)
    return {cite: tuple(sorted(history, key=_place)) for cite, history in found.items()}


def _place(event: LifeEvent) -> tuple[str, str, str, str]:
    written = event.date.value if event.date else ""
    return _first(event), written, event.created or "", event.id


def _first(event: LifeEvent) -> str:
    return event.date.first if event.date else ""


def _state(event: LifeEvent) -> LabelState:
    return next(each for each in LabelState if each == event.label_state)


def label_on(history: Iterable[LifeEvent], day: str) -> LabelState | None:
    """The state of the label on a day, of a history with the oldest first; None when no event had set it."""
    states = [_state(event) for event in history if _first(event) <= day]
    return states[-1] if states else None


def label_days(history: tuple[LifeEvent, ...]) -> Iterator[Alert]:
    """Two life events set different states of one label on one date."""
    for one, other in pairwise(history):
        if _first(one) == _first(other) and one.label_state != other.label_state:
            words = f"sets the label to {other.label_state} on a date when another life event sets it to"
            yield Alert(Code.LABEL_SAME_DAY, ref(other), f"{words} {one.label_state}", ("label_state",))


def label_order(history: tuple[LifeEvent, ...]) -> Iterator[Alert]:
    """A state of the label follows one from which no move leads to it; a state that is said again is no step."""
    states: tuple[LabelState, ...] = ()
    for event in history:
        state = _state(event)
        if states and states[-1] is state:
            continue
        if state not in {label_target(move, states) for move in LABEL_MOVES.values()}:
            before = states[-1].value if states else "no state"
            words = f"sets the label to {state.value} after {before}, which no move does"
            yield Alert(Code.LABEL_ORDER, ref(event), words, ("label_state",))
        states = (*states, state)


# Contributions and services ------------------------------------------------------------------------------------------


def outside_partnership(contributions: Iterable[Contribution], partnerships: Iterable[Partnership]) -> Iterator[Alert]:
    """A contribution of an organisation to a Cité without a partnership of the two around it, where dates are known."""
    known: dict[tuple[Ref | None, Ref | None], list[Partnership]] = defaultdict(list)
    for partnership in partnerships:
        known[partnership.organisation, partnership.cite].append(partnership)
    for each in contributions:
        giver, cite = each.contributor, each.beneficiary
        if giver is None or cite is None or (giver.type, cite.type) != ("Organisation", "Cite"):
            continue
        if not any(_may_hold(partnership, each) for partnership in known[giver, cite]):
            why = "their partnership has other dates" if known[giver, cite] else "they have no partnership"
            words = f"is made by an organisation to a Cité, and {why}"
            yield Alert(Code.OUTSIDE_PARTNERSHIP, ref(each), words, ("contributor",))


def _may_hold(outer: Partnership, inner: Contribution) -> bool:
    """Whether the partnership may start no later, and end no earlier, as far as the days are known."""
    begins, finishes = inner.start or inner.end, inner.end or inner.start
    too_late = outer.start is not None and begins is not None and outer.start.first > begins.last
    too_soon = outer.end is not None and finishes is not None and outer.end.last < finishes.first
    return not too_late and not too_soon


def charter(service: Service, label: LabelState | None, today: str) -> Iterator[Alert]:
    """A service of a Cité that holds the label has a price, or asks for an appointment: the charter wants neither."""
    if label not in HOLDS_LABEL or holds(service.start, service.end, service.as_of, today) is Holds.NO:
        return
    if service.fee is not None and service.fee.amount > 0:
        words = f"costs {service.fee.amount} {service.fee.currency}, and the charter wants services free of charge"
        yield Alert(Code.CHARTER_FEE, ref(service), words, ("fee",))
    if service.appointment == Appointment.REQUIRED:
        words = "asks for an appointment, and the charter wants none required"
        yield Alert(Code.CHARTER_APPOINTMENT, ref(service), words, ("appointment",))


# Sources and persons -------------------------------------------------------------------------------------------------


def without_source(items: Iterable[Item]) -> Iterator[Alert]:
    """A published item of the directory has neither a source nor anybody who verified it."""
    for item in items:
        is_told = isinstance(item, NEEDS_NO_SOURCE) or item.sources or item.verified_by
        if item.declared.family is Family.DIRECTORY and item.state == State.PUBLISHED and not is_told:
            words = "is published without a source, and nobody has verified it"
            yield Alert(Code.NO_SOURCE, ref(item), words, ("sources",))


def _is_over(item: Item, today: str) -> bool:
    """Whether the item expired on an earlier day."""
    return item.expires is not None and item.expires[:10] < today


def persons_named(items: Iterable[Item], persons: Iterable[Person]) -> Iterator[Alert]:
    """A title, slug, text or place of a published item holds the name of one of these persons, who are not shown.

    The sentence does not repeat the name. Names are found whatever their case, accents and hyphens, in either order.
    """
    names = {words: ref(person) for person in persons for words in _names(person)}
    firsts = {words[0] for words in names}
    longest = max(map(len, names), default=0)
    for item in items:
        if item.state == State.PUBLISHED and names:
            for path, text in texts(item):
                if _named(words_of(text), names, firsts, longest):
                    words = "holds the name of a person who is not published"
                    yield Alert(Code.PERSON_NAMED, ref(item), words, path)


def hidden_named(items: Iterable[Item], known: Mapping[Ref, Item]) -> Iterator[Alert]:
    """A published item tells the name of what it links to, which is not shown: nobody could publish it so today.

    Names of persons are found by `persons_named`, wherever they stand.
    """
    around = Surroundings(known)
    for item in items:
        for wrong in named(item, around) if not isinstance(item, Mandate) else ():
            yield Alert(Code.HIDDEN_NAMED, ref(item), wrong.message, wrong.path[:1])


def _names(person: Person) -> Iterator[tuple[str, ...]]:
    """The name as written, and with the last word first."""
    words = words_of(person.title or "")
    if words:
        yield words
        yield (words[-1], *words[:-1])


def _named(words: tuple[str, ...], names: Mapping[tuple[str, ...], Ref], firsts: set[str], longest: int) -> bool:
    starts = (start for start, word in enumerate(words) if word in firsts)
    return any(words[start : start + size] in names for start in starts for size in range(1, longest + 1))


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text or a slug, so that both compare.

    >>> words_of("Présidente : Olivia P'tito"), words_of("olivia-p-tito")
    (('presidente', 'olivia', 'p', 'tito'), ('olivia', 'p', 'tito'))
    """
    return tuple(re.findall(r"\w+", fold(text).replace("_", " ")))


def texts(item: Item) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every text of the item that visitors read, with its path; of its own path, what lies above it."""
    if "/" in (item.path or ""):
        yield ("path",), item.path.rpartition("/")[0]
    for name, fact in facts(type(item)).items():
        if fact.kind in (Kind.TEXT, Kind.RICH_TEXT) and fact.audience is Audience.PUBLIC and name != "path":
            for path, text in _each(getattr(item, name)):
                yield (name, *path), plain(text) if fact.kind is Kind.RICH_TEXT else text


def _each(value: Any) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(value, str):
        yield (), value
    elif isinstance(value, Mapping):
        yield from (((language, *path), text) for language, each in value.items() for path, text in _each(each))
    elif isinstance(value, tuple):
        yield from (((str(rank), *path), text) for rank, each in enumerate(value) for path, text in _each(each))
