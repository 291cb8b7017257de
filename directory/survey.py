"""What the actor sees, as tables of text cells: the input of analyses, one question a table or a few for a whole Cité.

Sight holds as everywhere: what the actor may not see has no row, and a value that is not for them an empty cell.
"""

import asyncio
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain
from typing import Any, Final, TypeAlias, cast

from directory.columns import Columns
from directory.desk import Desk, now
from directory.item import Shortcut, Step
from directory.links import shortcut_way, stored_ways, ways
from directory.permissions import sight
from directory.reading import in_ranges
from directory.tables import (
    ID,
    TABLES,
    Row,
    columns,
    completed,
    finished,
    links,
    read_row,
    shape,
    value_columns,
    ways_shown,
)
from graph.ends import Ends
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
    Path,
    Quantifier,
    Question,
    Related,
    Sight,
    Tally,
)

Table: TypeAlias = Sequence[Row] | Columns
Tables: TypeAlias = dict[str, Table]
Turns: TypeAlias = asyncio.Semaphore
PART: Final = 5_000
"""Rows that are asked for at once: others are answered meanwhile, and no statement takes long."""
AT_ONCE: Final = 2
"""Parts asked for side by side, so that the engine reads while we do."""


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of a table that hang below an item by a way of its type; in `column` they name that item and no other.

    Without a column they may name several. What hangs below them in turn has its own parts.
    """

    way: str
    table: str
    column: str = ""
    parts: tuple["Part", ...] = ()


_RECEIVED: Final = Part("contributions", "contributions", "beneficiary_id")
_ENABLING: Final = Part("enabled_by", "contributions")
"""Who gives the staff that a service cannot be held without runs it, whichever Cité the staff is given to."""
OF_A_CITE: Final = (
    (
        Part("life_events", "life_events", "subject_id"),
        Part("needs", "needs", "cite_id"),
        Part("charter_evidence", "charter_evidence", "cite_id"),
    ),
    (Part("channels", "channels", "cite_id", (_RECEIVED,)),),
    (Part("services", "services", "cite_id", (_RECEIVED, _ENABLING)),),
    (Part("partnerships", "partnerships", "cite_id"),),
    (_RECEIVED,),
    (Part("contributions_made", "contributions", "contributor_id"),),
)
"""The parts that are about a Cité, by question: together they would take an engine many seconds to plan."""
PARTNERS: Final = Shortcut("", (Step(("partnerships",)), Step(("organisation",))))
_WHOLES: Final = ("branch_of", "part_of", "same_as")
_PARTS: Final = ("branches", "parts", "duplicates")
"""The links to the wholes with which an organisation may count as one, and back."""


# Asking --------------------------------------------------------------------------------------------------------------


async def of_network(desk: Desk, tables: Iterable[str] = tuple(TABLES), most: int = PART) -> Tables:
    """All rows of these tables that the actor sees, at most so many asked for at once; and the vocabularies."""
    wanted = list(tables)
    turns = Turns(AT_ONCE)
    found = await asyncio.gather(*(whole(desk, name, turns, most) for name in wanted))
    return {**vocabularies(desk), **dict(zip(wanted, found, strict=True))}


async def whole(desk: Desk, name: str, turns: Turns, most: int = PART) -> Table:
    """All rows of a table that the actor sees; those of a large one by column, its values in parts, then its links.

    The links come after the values, so that an item that appears meanwhile is not there without its links.
    """
    table = TABLES[name]
    if table.led_to:
        label, way = table.led_to
        ids = sorted(reached for reached, _ in await desk.graph.ends(Ends(label, way, sight(desk))))
        some = [OneOf(ID, tuple(ids[first : first + most])) for first in range(0, len(ids), most)]
        return finished(name, [row for where in some for row in await _rows(desk, name, where)])
    [[count]] = await desk.graph.tally(Tally(table.type, Sight(now(desk), everything=True)))
    if count <= most:
        return finished(name, await _rows(desk, name, table.where))

    async def part(where: Condition) -> dict[str, list[str]]:
        async with turns:
            level = Level((Branch(table.type, columns(name)),), where)
            return value_columns(name, await desk.graph.all_rows(Question(level, sight(desk))))

    async def link(path: Path) -> list[tuple[str, list[str]]]:
        async with turns:
            return await desk.graph.ends(Ends(table.type, path, sight(desk)))

    parts = await asyncio.gather(*map(part, in_ranges(-(-count // most), table.where)))
    cells = {column: list(chain.from_iterable(each[column] for each in parts)) for column in parts[0]}
    shown = ways_shown(name) if cells["id"] else {}
    ends = await asyncio.gather(*map(link, shown.values()))
    linked = {column: _link_column(cells["id"], each) for column, each in zip(shown, ends, strict=True)}
    return Columns(len(cells["id"]), completed(name, {**cells, **linked}))


def _link_column(ids: Sequence[str], ends: Iterable[tuple[str, list[str]]]) -> list[str]:
    """What each item leads to, the ids of several in order."""
    found: dict[str, str] = {}
    for reached, sources in sorted(ends):
        for id in sources:
            found[id] = f"{found[id]};{reached}" if id in found else reached
    return [found.get(id, "") for id in ids]


async def of_cite(desk: Desk, cite: str, named: Collection[str] = (), beside: Collection[str] = ()) -> Tables:
    """The rows about one Cité: its own, the organisations in them, and the territories that they name or lie in.

    `named` are organisations to be known as well, with what they hold; `beside` are tables to be had whole.
    """
    return await of_cites(desk, (cite,), named, beside)


async def of_cites(
    desk: Desk,
    cites: Sequence[str],
    named: Collection[str] = (),
    beside: Collection[str] = (),
    tables: Collection[str] = tuple(TABLES),
) -> Tables:
    """The rows about some Cités, as those about one; of these tables only.

    Some questions at once find their rows; a few more, whatever their number, what these lead to.
    """
    wanted = [(parts is OF_A_CITE[0], _of_tables(parts, tables)) for parts in OF_A_CITE]
    (besides, partners, held), answers = await asyncio.gather(
        asyncio.gather(
            of_network(desk, beside), _partners(desk, cites if "organisations" in tables else ()), _held_by(desk, named)
        ),
        asyncio.gather(*(_below(desk, cites, itself, parts) for itself, parts in wanted if itself or parts)),
    )
    below: dict[str, list[Row]] = {"cites": [], "partnerships": held}
    for name, row in (pair for pairs in answers for pair in pairs):
        below.setdefault(name, []).append(row)
    if not below["cites"]:
        return vocabularies(desk)
    found: Tables = {**{name: finished(name, _each_once(rows)) for name, rows in below.items()}, **besides}
    led_to = {
        "organisations": (_named(found, _ORGANISATIONS) | set(named), _ONWARDS, partners),
        "territories": (_named(found, _TERRITORIES), ("parent_id", "area_ids"), ()),
    }
    asked = [name for name in led_to if name not in besides]  # a table that is there whole has all that is led to
    reached = await asyncio.gather(*(_reached(desk, name, *led_to[name]) for name in asked))
    return {**found, **dict(zip(asked, reached, strict=True))}


def _of_tables(parts: Sequence[Part], tables: Collection[str]) -> tuple[Part, ...]:
    """Those of the parts that are in these tables."""
    return tuple(replace(part, parts=_of_tables(part.parts, tables)) for part in parts if part.table in tables)


_ORGANISATIONS: Final = (
    "organisation_id", "contributor_id", "beneficiary_id", "via_id", "provider_ids", "candidate_id",
)  # fmt: skip
_ONWARDS: Final = ("branch_id", "part_id", "same_as_id", "succeeds_id")
"""What leads from an organisation to those it counts as one with, or comes after."""
_TERRITORIES: Final = ("territory_id", "territory_ids")


async def _below(desk: Desk, cites: Sequence[str], itself: bool, parts: Sequence[Part]) -> list[tuple[str, Row]]:
    """The rows of these parts of some Cités, each with the name of its table; those of the Cités when `itself`."""
    follows = (*(links("cites") if itself else ()), *(_follow("Cite", part) for part in parts))
    values = columns("cites") if itself else (Column((ID,)),)
    level = Level((Branch("Cite", values, follows),), _one_of(cites))
    answer = await desk.graph.rows(Question(level, sight(desk)))
    found: list[tuple[str, Row]] = []
    for row in answer.rows:
        cells: list[Any] = list(row)
        width = len(cells) - len(parts)
        if itself:
            found.append(("cites", read_row(shape("cites"), cells[:width])))
        found += _told(parts, str(cells[0]), cells[width:])
    return found


def _one_of(ids: Sequence[str]) -> Condition:
    return Compare(ID, Operator.EQ, ids[0]) if len(ids) == 1 else OneOf(ID, tuple(ids))


async def _partners(desk: Desk, cites: Sequence[str]) -> list[Row]:
    """The organisations of the partnerships of some Cités: most of those that rows name, faster so than by id."""
    if not cites:
        return []
    way = shortcut_way("Cite", "partners", PARTNERS)
    branch = Branch("Organisation", columns("organisations"), links("organisations"))
    follow = Follow(way.path, Level((branch,)))
    level = Level((Branch("Cite", (), (follow,)),), _one_of(cites))
    answer = await desk.graph.rows(Question(level, sight(desk)))
    form = shape("organisations")
    found: list[Any] = [each for [below] in answer.rows for each in cast(list[Any], below)]
    return [read_row(form, cells) for cells in found]


@cache
def _follow(owner: str, part: Part) -> Follow:
    """The rows of a part below items of a type, with those of its own parts."""
    label = TABLES[part.table].type
    below = tuple(_follow(label, each) for each in part.parts)
    branch = Branch(label, columns(part.table), (*links(part.table, part.column), *below))
    return Follow(stored_ways(owner)[part.way].path, Level((branch,)))


def _told(parts: Sequence[Part], owner: str, cells: Sequence[Any]) -> Iterator[tuple[str, Row]]:
    """The rows in the cells of the parts of an item, each with the name of its table."""
    for part, below in zip(parts, cells, strict=True):
        form = shape(part.table, part.column)
        for each in below:
            width = len(each) - len(part.parts)
            row = read_row(form, each[:width])
            yield part.table, {**row, part.column: owner} if part.column else row
            yield from _told(part.parts, row["id"], each[width:])


async def _held_by(desk: Desk, organisations: Collection[str]) -> list[Row]:
    """The partnerships in which one of these organisations, or one that may count as one with it, holds a Cité."""
    if not organisations:
        return []
    family = await _led_to(desk, await _led_to(desk, {*organisations}, _WHOLES), _PARTS)
    way = ways("Partnership")["organisation"].path
    holding = Related(Quantifier.SOME, way, OneOf(ID, tuple(sorted(family))))
    return await _rows(desk, "partnerships", And((Compare(Attribute("role"), Operator.EQ, "holder"), holding)))


async def _led_to(desk: Desk, organisations: set[str], links: tuple[str, ...]) -> set[str]:
    """These organisations and those that they lead to by these links, as far as it goes."""
    way = shortcut_way("Organisation", "", Shortcut("", (Step(links),)))
    follow = Follow(way.path, Level((Branch("Organisation", (Column((ID,)),)),)))
    found, waiting = set(organisations), organisations
    while waiting:
        level = Level((Branch("Organisation", (), (follow,)),), _one_of(sorted(waiting)))
        answered = await desk.graph.all_rows(Question(level, sight(desk)))
        waiting = {str(id) for [below] in answered for [id] in cast(list[Any], below)} - found
        found |= waiting
    return found


def _each_once(rows: Iterable[Row]) -> list[Row]:
    return list({row["id"]: row for row in rows}.values())


async def _reached(
    desk: Desk, name: str, ids: set[str], onwards: Sequence[str], known: Iterable[Row] = ()
) -> list[Row]:
    """The rows with these ids, and those that they lead to by these columns, as far as it goes; some may be known."""
    found = {row["id"]: row for row in known}
    asked: set[str] = set()
    waiting = (ids | _named({name: found.values()}, onwards)) - set(found)
    while waiting:
        rows = await _rows(desk, name, OneOf(ID, tuple(sorted(waiting))))
        asked |= waiting
        found |= {row["id"]: row for row in rows}
        waiting = _named({name: rows}, onwards) - set(found) - asked
    return finished(name, list(found.values()))


def _named(tables: Mapping[str, Iterable[Row]], columns: Sequence[str]) -> set[str]:
    cells = (row.get(column, "") for rows in tables.values() for row in rows for column in columns)
    return {id for cell in cells for id in cell.split(";") if id}


async def _rows(desk: Desk, name: str, where: Condition | None) -> list[Row]:
    level = Level((Branch(TABLES[name].type, columns(name), links(name)),), where)
    answered = await desk.graph.all_rows(Question(level, sight(desk)))
    form = shape(name)
    return [read_row(form, cells) for cells in answered]


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
