"""The tables that analyses read: which fields of which items their columns show, and how an answer becomes a row.

A table has the columns of the published tables; ids are those of items, and every cell is text.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from sys import intern
from typing import Any, Final

from directory.fields import Fact, Kind, facts
from directory.links import ways
from directory.stored import names, unscaled
from directory.types import CONTENT_TYPES
from graph.query import Attribute, Branch, Column, Condition, Follow, Level, Path, Quantifier, Related

Row = Mapping[str, str]
ID: Final = Attribute("id")
TITLES: Final = {"title_en": "title.en", "title_fr": "title.fr"}
HELD: Final = {"start": "start", "end": "end", "as_of": "as_of"}


@dataclass(frozen=True, slots=True)
class Table:
    """The items of one type as rows: each column with the field it shows, or a part of one (`money.amount`).

    Those that meet `where`; or those that this way leads to from the items of another type: of few it finds them
    without a look at all others.
    """

    type: str
    columns: Mapping[str, str]
    where: Condition | None = None
    led_to: tuple[str, Path] | None = None


def _same(*columns: str) -> dict[str, str]:
    return {column: column for column in columns}


_OFFERED_ELSEWHERE: Final = Related(Quantifier.SOME, ways("Service")["organisation"].path)
_OFFERING: Final = ("Service", ways("Service")["organisation"].path)
_OFFER: Final = {
    **_same("types", "publics", "themes"),
    "candidate_id": "organisation",
    "territory_ids": "territories",
}
TABLES: Final[Mapping[str, Table]] = {
    "territories": Table(
        "Territory",
        {
            **TITLES,
            **_same("kind", "country", "population", "rurality", "network_years"),
            "parent_id": "within",
            "area_ids": "areas",
        },
    ),
    "cites": Table(
        "Cite",
        {**TITLES, **_same("as_of", "services_complete", "partners_complete"), "territory_id": "territory"},
    ),
    "life_events": Table("LifeEvent", {**_same("kind", "date", "label_state", "certainty"), "subject_id": "subject"}),
    "channels": Table(
        "Channel",
        {
            **TITLES,
            **HELD,
            **_same("kind", "desks", "open_hours_month"),
            "cite_id": "cite",
            "territory_id": "territory",
        },
    ),
    "organisations": Table(
        "Organisation",
        {
            **TITLES,
            **_same("type", "type_certainty", "country", "country_certainty"),
            "territory_id": "territory",
            "branch_id": "branch_of",
            "part_id": "part_of",
            "same_as_id": "same_as",
            "succeeds_id": "succeeds",
            "verified_at": "verified_on",
        },
    ),
    "partnerships": Table(
        "Partnership",
        {
            **HELD,
            **_same("role", "certainty"),
            "organisation_id": "organisation",
            "cite_id": "cite",
            "channel_id": "channel",
        },
    ),
    "contributions": Table(
        "Contribution",
        {
            **HELD,
            **_same("kind", "certainty", "recurrence"),
            "contributor_id": "contributor",
            "beneficiary_id": "beneficiary",
            "via_id": "via",
            "enables_ids": "enables",
            "quantity": "quantity.value",
            "unit": "quantity.unit",
            "amount": "money.amount",
            "currency": "money.currency",
        },
    ),
    "services": Table(
        "Service",
        {
            **TITLES,
            **HELD,
            **_same("types", "publics", "themes", "modes", "appointment"),
            "cite_id": "cite",
            "channel_ids": "channels",
            "territory_ids": "territories",
            "provider_ids": "providers",
            "fee": "fee.amount",
            "verified_at": "verified_on",
        },
    ),
    "needs": Table(
        "Need",
        {
            **TITLES,
            **_same("types", "publics", "themes", "weight", "date", "certainty"),
            "cite_id": "cite",
            "territory_id": "territory",
        },
    ),
    "charter_evidence": Table(
        "CharterEvidence",
        {
            **_same("level", "date"),
            "cite_id": "cite",
            "item_id": "item",
            "evidence": "text.en",
            "evidence_fr": "text.fr",
        },
    ),
    "candidates": Table(
        "Organisation",
        {**TITLES, **_same("active"), "verified_at": "verified_on", "refused": "no_approach"},
        led_to=_OFFERING,
    ),
    "candidate_offers": Table("Service", _OFFER, _OFFERED_ELSEWHERE),
    "indicators": Table("Indicator", {**TITLES, **_same("slug", "unit"), "part_ids": "parts"}),
    "observations": Table(
        "Observation",
        {**_same("period", "value", "qualifier", "note"), "indicator_id": "indicator", "subject_id": "subject"},
    ),
    "open_questions": Table("OpenQuestion", {**_same("settled_on"), "about_ids": "about"}),
    "events": Table(
        "Event",
        {
            **TITLES,
            **_same("kind", "stage", "start", "end", "countries"),
            "body_id": "body",
            "cite_ids": "cites",
            "organiser_ids": "organisers",
            "host_ids": "hosts",
            "attendee_ids": "attendees",
        },
    ),
    "projects": Table("Project", {**TITLES}),
    "project_memberships": Table("ProjectMembership", {"project_id": "project", "member_id": "member"}),
    "bodies": Table("Body", {**TITLES, **_same("slug", "kind")}),
    "mandates": Table("Mandate", {**HELD, "person_id": "person", "in_id": "held_in"}),
}


# Columns and cells ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Shown:
    """A column: the field it shows, and the stored property; None for a link."""

    column: str
    fact: Fact
    property: str | None


@dataclass(frozen=True, slots=True)
class Shape:
    """How the cells of an answer become a row: the columns of values, each with how a value is said, then the links."""

    values: tuple[tuple[str, Callable[[Any], str]], ...]
    links: tuple[str, ...]


@cache
def _shown(table: str) -> tuple[Shown, ...]:
    found = []
    for column, said in TABLES[table].columns.items():
        name, _, part = said.partition(".")
        fact = facts(CONTENT_TYPES[TABLES[table].type])[name]
        if fact.kind is Kind.LINK:
            found.append(Shown(column, fact, None))
        else:
            found.append(Shown(column, fact, f"{name}_{part}" if part and _has_parts(fact) else names(fact)[0]))
    return tuple(found)


def _has_parts(fact: Fact) -> bool:
    return fact.localised or fact.kind in (Kind.QUANTITY, Kind.MONEY)


@cache
def shape(table: str, without: str = "") -> Shape:
    """How the cells of this table's rows are read, one link column perhaps left out."""
    shown = _shown(table)
    return Shape(
        tuple((each.column, _in_full if _is_scaled(each.fact) else _plain) for each in shown if each.property),
        tuple(each.column for each in shown if not each.property and each.column != without),
    )


@cache
def columns(table: str) -> tuple[Column, ...]:
    """The id and the values that are asked of the items of this table."""
    shown = _shown(table)
    return (
        Column((ID,)),
        *(Column((Attribute(each.property, each.fact.audience),)) for each in shown if each.property),
    )


@cache
def links(table: str, without: str = "") -> tuple[Follow, ...]:
    """The links that are asked of the items of this table, one column perhaps left out."""
    found = []
    for each in _shown(table):
        if each.property or each.column == without:
            continue
        known = ways(TABLES[table].type)[each.fact.name]
        ends = tuple(Branch(label, (Column((ID,)),)) for label in known.targets)
        found.append(Follow(known.path, Level(ends)))
    return tuple(found)


@cache
def ways_shown(table: str) -> Mapping[str, Path]:
    """The way that each link column of this table shows the ends of."""
    known = ways(TABLES[table].type)
    return {each.column: known[each.fact.name].path for each in _shown(table) if not each.property}


def value_columns(table: str, rows: Sequence[Sequence[Any]]) -> dict[str, list[str]]:
    """The columns of the id and the values that an answer's rows hold.

    Cells that say the same are one text: codes and dates come hundreds of thousands of times.
    """
    saying: tuple[tuple[str, Callable[[Any], str]], ...] = (("id", str), *shape(table).values)
    columns = zip(*rows, strict=True) if rows else [()] * len(saying)
    return {
        column: [intern(value) if type(value) is str else "" if value is None else said(value) for value in values]
        for (column, said), values in zip(saying, columns, strict=True)
    }


def read_row(shape: Shape, cells: Sequence[Any]) -> Row:
    """The row that the cells of an item say."""
    row = {"id": str(cells[0])}
    width = 1 + len(shape.values)
    for (column, said), value in zip(shape.values, cells[1:width], strict=True):
        row[column] = value if type(value) is str else "" if value is None else said(value)
    for column, ends in zip(shape.links, cells[width:], strict=True):
        row[column] = "" if not ends else ends[0][-1] if len(ends) == 1 else ";".join(sorted(end[-1] for end in ends))
    return row


def _is_scaled(fact: Fact) -> bool:
    return fact.kind in (Kind.QUANTITY, Kind.MONEY)


@lru_cache(4096)
def _in_full(value: Any) -> str:
    return str(unscaled(value)) if isinstance(value, int) else _plain(value)


def _plain(value: Any) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case list():
            return ";".join(map(str, value))
        case _:
            return str(value)


def completed(name: str, cells: Mapping[str, Sequence[str]]) -> Mapping[str, Sequence[str]]:
    """The columns of a table with those that are made of others, as `finished` makes them row by row."""
    if name == "organisations":
        pairs = [_parent(*each) for each in zip(cells["branch_id"], cells["part_id"], strict=True)]
        return {**cells, "parent_id": [id for id, _ in pairs], "parent_relation": [relation for _, relation in pairs]}
    if name == "charter_evidence":
        return {**cells, "evidence": [en or fr for en, fr in zip(cells["evidence"], cells["evidence_fr"], strict=True)]}
    return cells


def finished(name: str, rows: list[Row]) -> list[Row]:
    """The rows with columns that are made of others: the parent of an organisation, evidence in either language."""
    if name == "organisations":
        return [_with_parent(row) for row in rows]
    if name == "charter_evidence":
        return [{**row, "evidence": row["evidence"] or row["evidence_fr"]} for row in rows]
    return rows


def _with_parent(row: Row) -> Row:
    parent, relation = _parent(row["branch_id"], row["part_id"])
    return {**row, "parent_id": parent, "parent_relation": relation}


def _parent(branch: str, part: str) -> tuple[str, str]:
    if branch:
        return branch, "branch"
    return part, "part" if part else ""
