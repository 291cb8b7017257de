"""The rows that analyses read, as frozen values whose fields are the columns of the tables."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, TypeVar

from directory.analysis.cells import Amount, Row, amount, number, several, text, yes
from directory.analysis.dates import Validity, validity

UNDATED = Validity(warning="undated")


@dataclass(frozen=True, slots=True)
class Named:
    """A row with an id and its titles."""

    id: str
    title_en: str = ""
    title_fr: str = ""


@dataclass(frozen=True, slots=True)
class Term(Named):
    """A code of a vocabulary, perhaps under a broader one."""

    vocabulary: str = ""
    code: str = ""
    parent: str = ""


@dataclass(frozen=True, slots=True)
class Territory(Named):
    """An area, what it lies in and who lives there."""

    kind: str = ""
    country: str = ""
    parent_id: str = ""
    area_ids: tuple[str, ...] = ()
    population: float | None = None
    rurality: str = ""
    network_years: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cite(Named):
    """A Cité des métiers, and whether its records are declared complete."""

    territory_id: str = ""
    as_of: tuple[str, ...] = ()
    services_complete: bool = False
    partners_complete: bool = False


@dataclass(frozen=True, slots=True)
class LifeEvent:
    """A dated fact in the life of a Cité."""

    id: str
    subject_id: str
    kind: str
    date: str
    label_state: str
    certainty: str
    when: Validity


@dataclass(frozen=True, slots=True)
class Channel(Named):
    """A way a Cité meets people."""

    cite_id: str = ""
    kind: str = ""
    territory_id: str = ""
    desks: float | None = None
    open_hours_month: float | None = None
    certainty: str = "stated"
    when: Validity = UNDATED


@dataclass(frozen=True, slots=True)
class Organisation(Named):
    """A body that is not a Cité, and which other one it is part of, the same as or after."""

    type: str = ""
    type_certainty: str = ""
    country: str = ""
    country_certainty: str = ""
    territory_id: str = ""
    parent_id: str = ""
    parent_relation: str = ""
    same_as_id: str = ""
    succeeds_id: tuple[str, ...] = ()
    verified_at: str = ""


@dataclass(frozen=True, slots=True)
class Partnership:
    """A dated relation of one organisation with one Cité, in one role."""

    id: str
    organisation_id: str
    cite_id: str
    channel_id: str
    role: str
    certainty: str
    when: Validity


@dataclass(frozen=True, slots=True)
class Contribution:
    """One thing brought by an organisation or a Cité."""

    id: str
    contributor_id: str
    beneficiary_id: str
    via_id: str
    kind: str
    amount: Amount
    enables_ids: tuple[str, ...]
    certainty: str
    when: Validity


@dataclass(frozen=True, slots=True)
class Service(Named):
    """What a Cité offers, to whom and where."""

    cite_id: str = ""
    channel_ids: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    publics: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    modes: tuple[str, ...] = ()
    territory_ids: tuple[str, ...] = ()
    provider_ids: tuple[str, ...] = ()
    fee: str = ""
    appointment: str = ""
    verified_at: str = ""
    certainty: str = "stated"
    when: Validity = UNDATED


@dataclass(frozen=True, slots=True)
class Need(Named):
    """A need of the residents of a Cité."""

    cite_id: str = ""
    types: tuple[str, ...] = ()
    publics: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    territory_id: str = ""
    weight: str = ""
    certainty: str = "stated"
    when: Validity = UNDATED


@dataclass(frozen=True, slots=True)
class Evidence:
    """What shows that a Cité keeps an item of the charter."""

    id: str
    cite_id: str
    item_id: str
    level: str
    date: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Candidate(Named):
    """An organisation known from elsewhere that might be asked."""

    organisation_id: str = ""
    active: str = ""
    verified_at: str = ""
    refused: bool = False
    source: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """What a candidate offers elsewhere."""

    candidate_id: str
    types: tuple[str, ...]
    publics: tuple[str, ...]
    themes: tuple[str, ...]
    territory_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Indicator(Named):
    """Something that is counted."""

    slug: str = ""
    unit: str = ""
    part_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Observation:
    """A published figure."""

    id: str
    indicator_id: str
    subject_id: str
    period: str
    value: str
    qualifier: str
    note: str


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """What sources do not say, or say in two ways."""

    id: str
    about_ids: tuple[str, ...]
    settled_on: str


@dataclass(frozen=True, slots=True)
class Event(Named):
    """Something held at a time: a meeting, a fair, a delegation."""

    kind: str = ""
    stage: str = ""
    start: str = ""
    end: str = ""
    body_id: str = ""
    cite_ids: tuple[str, ...] = ()
    organiser_ids: tuple[str, ...] = ()
    host_ids: tuple[str, ...] = ()
    attendee_ids: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    when: Validity = UNDATED


@dataclass(frozen=True, slots=True)
class Membership:
    """A member of a project."""

    id: str
    project_id: str
    member_id: str


@dataclass(frozen=True, slots=True)
class Body(Named):
    """A committee, an assembly, a group."""

    slug: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Mandate:
    """A person's place in a body, for a time."""

    id: str
    person_id: str
    in_id: str
    when: Validity


def held(row: Row, _column: str) -> Validity:
    """When a row holds, by its columns `start` (or `date`), `end` and `as_of`."""
    return validity(text(row, "start") or text(row, "date"), text(row, "end"), several(row, "as_of"))


def certainty(row: Row, column: str) -> str:
    """How sure a row is: blank counts as stated."""
    return text(row, column) or "stated"


def title(row: Row, column: str) -> str:
    """A title in one language, or the one title that the row has."""
    return text(row, column) or text(row, "title") or text(row, "name")


Reader = Callable[[Row, str], Any]
BY_TYPE: dict[Any, Reader] = {
    str: text,
    bool: yes,
    float | None: number,
    tuple[str, ...]: several,
    Validity: held,
    Amount: amount,
}
BY_NAME: dict[str, Reader] = {"certainty": certainty, "title_en": title, "title_fr": title}

R = TypeVar("R")


def readers(record: type[Any]) -> tuple[tuple[Reader, str], ...]:
    """How each field of a record is read from a row, in the order of its fields."""
    return tuple((BY_NAME.get(field.name) or BY_TYPE[field.type], field.name) for field in fields(record))


def read(record: type[R], rows: list[Row]) -> tuple[R, ...]:
    """The records that some rows say, ordered by their cells so that the order of rows does not matter.

    >>> [term.code for term in read(Term, [{"code": "events"}, {"code": "advice"}])]
    ['advice', 'events']
    """
    reading = readers(record)
    records = [record(*[reader(row, column) for reader, column in reading]) for row in rows]
    return tuple(sorted(records, key=order(record)))


def order(record: type[Any]) -> Callable[[Any], Any]:
    """The key that puts records of a type in order: their id, then everything else."""
    if record is Offer:
        return repr
    if record is Term:
        return lambda term: (term.vocabulary, term.code)
    return lambda each: each.id
