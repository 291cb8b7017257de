"""The rows that analyses read, as frozen values whose fields are the columns of the tables.

Those that a large network has hundreds of thousands of are named tuples, which are made several times faster.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar, get_type_hints

from directory.analysis.cells import Amount, amount, as_number, several, yes
from directory.analysis.dates import Validity, validity
from directory.columns import Columns

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


class Organisation(NamedTuple):
    """A body that is not a Cité, and which other one it is part of, the same as or after."""

    id: str
    title_en: str = ""
    title_fr: str = ""
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


class Partnership(NamedTuple):
    """A dated relation of one organisation with one Cité, in one role."""

    id: str
    organisation_id: str
    cite_id: str
    channel_id: str
    role: str
    certainty: str
    when: Validity


class Contribution(NamedTuple):
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


Reader = Callable[[Columns, str], Iterable[Any]]


def texts(table: Columns, column: str) -> Iterable[str]:
    """The cells of a column."""
    return table.of(column)


def sure(table: Columns, column: str) -> Iterable[str]:
    """How sure each row is: blank counts as stated."""
    return [cell or "stated" for cell in table.of(column)]


def titles(table: Columns, column: str) -> Iterable[str]:
    """The titles in one language, or the one title that a row has."""
    if "title" not in table.cells and "name" not in table.cells:
        return table.of(column)
    return map(_first, table.of(column), table.of("title"), table.of("name"))


def held(table: Columns, _column: str) -> Iterable[Validity]:
    """When each row holds, by its columns `start` (or `date`), `end` and `as_of`."""
    starts = table.of("start")
    if "date" in table.cells:
        starts = [*map(_first, starts, table.of("date"))]
    return map(validity, starts, table.of("end"), map(several, table.of("as_of")))


def amounts(table: Columns, _column: str) -> Iterable[Amount]:
    """How much each row is."""
    return map(amount, *map(table.of, ("amount", "currency", "quantity", "unit", "recurrence")))


def _first(*cells: str) -> str:
    return next((cell for cell in cells if cell), "")


def _each(read: Callable[[str], Any]) -> Reader:
    return lambda table, column: map(read, table.of(column))


BY_TYPE: dict[Any, Reader] = {
    str: texts,
    bool: _each(yes),
    float | None: _each(as_number),
    tuple[str, ...]: _each(several),
    Validity: held,
    Amount: amounts,
}
BY_NAME: dict[str, Reader] = {"certainty": sure, "title_en": titles, "title_fr": titles}

R = TypeVar("R")


def read(record: type[R], table: Columns) -> tuple[R, ...]:
    """The records that a table says, ordered by their ids so that the order of rows does not matter.

    >>> [term.code for term in read(Term, Columns(2, {"code": ["events", "advice"]}))]
    ['advice', 'events']
    """
    values = [(BY_NAME.get(name) or BY_TYPE[kind])(table, name) for name, kind in get_type_hints(record).items()]
    return tuple(sorted(map(record, *values), key=order(record)))


def order(record: type[Any]) -> Callable[[Any], Any]:
    """The key that puts records of a type in order: their id, then everything else."""
    if record is Offer:
        return repr
    if record is Term:
        return lambda term: (term.vocabulary, term.code)
    return lambda each: each.id
