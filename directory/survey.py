"""What the actor sees, as tables of text cells: the input of analyses, one question a table or one for a whole Cité.

A table has the columns of the published tables; ids are those of items. Sight holds as everywhere: what the actor may
not see has no row, and a value that is not for them an empty cell.
"""

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from directory.desk import Desk
from directory.fields import Fact, Kind, facts
from directory.item import Shortcut, Step
from directory.links import shortcut_way, ways
from directory.permissions import sight
from directory.stored import names, unscaled
from directory.types import CONTENT_TYPES
from graph.query import (
    And,
    Attribute,
    Branch,
    Column,
    Compare,
    Condition,
    Follow,
    Level,
    OneOf,
    Operator,
    Quantifier,
    Question,
    Related,
)

Row = Mapping[str, str]
Tables = dict[str, list[Row]]
ID: Final = Attribute("id")
TITLES: Final = {"title_en": "title.en", "title_fr": "title.fr"}
HELD: Final = {"start": "start", "end": "end", "as_of": "as_of"}


@dataclass(frozen=True, slots=True)
class Table:
    """The items of one type as rows: each column with the field it shows, or a part of one (`money.amount`)."""

    type: str
    columns: Mapping[str, str]
    where: Condition | None = None


def _same(*columns: str) -> dict[str, str]:
    return {column: column for column in columns}


_OFFERED_ELSEWHERE: Final = Related(Quantifier.SOME, ways("Service")["organisation"].path)
_OFFERING: Final = Related(Quantifier.SOME, ways("Organisation")["services"].path)
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
        "Organisation", {**TITLES, **_same("active"), "verified_at": "verified_on", "refused": "no_approach"}, _OFFERING
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
    "project_memberships": Table("ProjectMembership", {"project_id": "project", "member_id": "member"}),
    "bodies": Table("Body", {**TITLES, **_same("slug", "kind")}),
    "mandates": Table("Mandate", {**HELD, "person_id": "person", "in_id": "held_in"}),
}
OF_A_CITE: Final[Mapping[str, Shortcut]] = {
    name: Shortcut("", steps)
    for name, steps in {
        "life_events": (Step(("life_events",)),),
        "channels": (Step(("channels",)),),
        "services": (Step(("services",)),),
        "needs": (Step(("needs",)),),
        "charter_evidence": (Step(("charter_evidence",)),),
        "partnerships": (Step(("partnerships",)),),
        "contributions": (Step(("channels", "services"), least=0), Step(("contributions",))),
        "given": (Step(("contributions_made",)),),
    }.items()
}
"""The ways from a Cité to the rows that are about it; what it gives is a part of the contributions too."""


# Asking --------------------------------------------------------------------------------------------------------------


async def of_network(desk: Desk, tables: Iterable[str] = tuple(TABLES)) -> Tables:
    """All rows of these tables that the actor sees, and the vocabularies."""
    wanted = list(tables)
    found = await asyncio.gather(*(_rows(desk, TABLES[name], TABLES[name].where) for name in wanted))
    return {**vocabularies(desk), **{name: _finished(name, rows) for name, rows in zip(wanted, found, strict=True)}}


async def of_cite(desk: Desk, cite: str, named: Collection[str] = ()) -> Tables:
    """The rows about one Cité: its own, the organisations in them, and the territories that they name or lie in.

    One question finds its rows; a few more, whatever their number, what these lead to. `named` are organisations to be
    known as well, with what they hold.
    """
    branch = Branch("Cite", _columns(TABLES["cites"]), (*_links(TABLES["cites"]), *_about_cite()))
    answer = await desk.graph.rows(Question(Level((branch,), Compare(ID, Operator.EQ, cite)), sight(desk)))
    if not answer.rows:
        return vocabularies(desk)
    [row] = answer.rows
    whole: list[Any] = list(row)
    width = len(whole) - len(OF_A_CITE)
    found: Tables = {"cites": [_row(TABLES["cites"], whole[:width])]}
    for (name, _), cell in zip(OF_A_CITE.items(), whole[width:], strict=True):
        table = "contributions" if name == "given" else name
        found.setdefault(table, []).extend(_row(TABLES[table], each) for each in cell)
    if named:
        found["partnerships"] += await _rows(desk, TABLES["partnerships"], _held_by(named))
    found = {name: _finished(name, _each_once(rows)) for name, rows in found.items()}
    known = _named(found, _ORGANISATIONS) | set(named)
    organisations, territories = await asyncio.gather(
        _reached(desk, "organisations", known, ("branch_id", "part_id", "same_as_id")),
        _reached(desk, "territories", _named(found, _TERRITORIES), ("parent_id", "area_ids")),
    )
    return {**vocabularies(desk), **found, "organisations": organisations, "territories": territories}


_ORGANISATIONS: Final = ("organisation_id", "contributor_id", "beneficiary_id", "via_id", "provider_ids")
_TERRITORIES: Final = ("territory_id", "territory_ids")


@cache
def _about_cite() -> tuple[Follow, ...]:
    return tuple(_follow(name) for name in OF_A_CITE)


def _follow(name: str) -> Follow:
    table = TABLES["contributions" if name == "given" else name]
    branch = Branch(table.type, _columns(table), _links(table))
    return Follow(shortcut_way("Cite", name, OF_A_CITE[name]).path, Level((branch,)))


def _held_by(organisations: Collection[str]) -> Condition:
    way = ways("Partnership")["organisation"].path
    holding = Related(Quantifier.SOME, way, OneOf(ID, tuple(sorted(organisations))))
    return And((Compare(Attribute("role"), Operator.EQ, "holder"), holding))


def _each_once(rows: Iterable[Row]) -> list[Row]:
    return list({row["id"]: row for row in rows}.values())


async def _reached(desk: Desk, name: str, ids: set[str], onwards: Sequence[str]) -> list[Row]:
    """The rows with these ids, and those that they lead to by these columns, as far as it goes."""
    found: dict[str, Row] = {}
    waiting = ids - {""}
    while waiting:
        rows = await _rows(desk, TABLES[name], OneOf(ID, tuple(sorted(waiting))))
        found |= {row["id"]: row for row in rows}
        waiting = _named({name: rows}, onwards) - set(found) - waiting
    return _finished(name, list(found.values()))


def _named(tables: Mapping[str, Iterable[Row]], columns: Sequence[str]) -> set[str]:
    cells = (row.get(column, "") for rows in tables.values() for row in rows for column in columns)
    return {id for cell in cells for id in cell.split(";") if id}


async def _rows(desk: Desk, table: Table, where: Condition | None) -> list[Row]:
    level = Level((Branch(table.type, _columns(table), _links(table)),), where)
    answer = await desk.graph.rows(Question(level, sight(desk)))
    return [_row(table, row) for row in answer.rows]


def vocabularies(desk: Desk) -> Tables:
    """The open vocabularies as a table."""
    terms = (term for each in desk.vocabularies.values() for term in each.terms)
    return {
        "vocabularies": [
            {
                "vocabulary": term.vocabulary,
                "code": term.code,
                "parent": term.parent or "",
                "title_en": term.title_en,
                "title_fr": term.title_fr,
            }
            for term in terms
        ]
    }


# Columns and cells ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Shown:
    """A column: the field it shows, and the stored property; None for a link."""

    column: str
    fact: Fact
    property: str | None


@cache
def _shown(type_name: str, columns: tuple[tuple[str, str], ...]) -> tuple[Shown, ...]:
    found = []
    for column, said in columns:
        name, _, part = said.partition(".")
        fact = facts(CONTENT_TYPES[type_name])[name]
        if fact.kind is Kind.LINK:
            found.append(Shown(column, fact, None))
        else:
            found.append(Shown(column, fact, f"{name}_{part}" if part and _has_parts(fact) else names(fact)[0]))
    return tuple(found)


def _has_parts(fact: Fact) -> bool:
    return fact.localised or fact.kind in (Kind.QUANTITY, Kind.MONEY)


def _of(table: Table, links: bool) -> list[Shown]:
    shown = _shown(table.type, tuple(table.columns.items()))
    return [each for each in shown if (each.property is None) == links]


def _columns(table: Table) -> tuple[Column, ...]:
    shown = _of(table, links=False)
    return (
        Column((ID,)),
        *(Column((Attribute(each.property, each.fact.audience),)) for each in shown if each.property),
    )


def _links(table: Table) -> tuple[Follow, ...]:
    found = []
    for each in _of(table, links=True):
        known = ways(table.type)[each.fact.name]
        ends = tuple(Branch(label, (Column((ID,)),)) for label in known.targets)
        found.append(Follow(known.path, Level(ends)))
    return tuple(found)


def _row(table: Table, cells: Sequence[Any]) -> Row:
    plain, links = _of(table, links=False), _of(table, links=True)
    row = {"id": str(cells[0])}
    for each, value in zip(plain, cells[1:], strict=False):
        row[each.column] = _text(each, value)
    for each, ends in zip(links, cells[1 + len(plain) :], strict=False):
        row[each.column] = ";".join(str(end[-1]) for end in ends)
    return row


def _text(shown: Shown, value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case list():
            return ";".join(map(str, value))
        case int() if shown.fact.kind in (Kind.QUANTITY, Kind.MONEY):
            return str(unscaled(value))
        case _:
            return str(value)


def _finished(name: str, rows: list[Row]) -> list[Row]:
    """The rows with columns that are made of others: the parent of an organisation, evidence in either language."""
    if name == "organisations":
        return [_with_parent(row) for row in rows]
    if name == "charter_evidence":
        return [{**row, "evidence": row["evidence"] or row["evidence_fr"]} for row in rows]
    return rows


def _with_parent(row: Row) -> Row:
    parent, relation = (row["branch_id"], "branch") if row["branch_id"] else (row["part_id"], "part")
    return {**row, "parent_id": parent, "parent_relation": relation if parent else ""}
