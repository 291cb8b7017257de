"""The network's published data, as tables of a folder: each row becomes a draft of an item.

A table says its type and the columns that do not follow the general rules: a column is named like its field, with
`_en` or `_fr` for one language, with `_id` or `_ids` for links; several values stand between semicolons; an empty cell
is unknown.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Final

from directory.fields import Fact, Kind, facts
from directory.fields import columns as import_columns
from directory.item import Family, Item
from directory.placing import id_of
from directory.types import CONTENT_TYPES
from directory.values import Citation, Ref
from importers.row import Draft, Row, RowFault
from importers.source import tables

SCHEME: Final = "network"
UNIT_OF_COLUMN: Final = {"etp": "fte", "heures": "hour", "jours": "day", "m2": "square_metre"}
"""The unit that a quantity has when it stands in one of these columns."""
RELATION: Final = "parent_relation"
LANGUAGE_OF_COLUMN: Final = re.compile(r"(.+)_(en|fr|it|pt|es|nl|de)")


@dataclass(frozen=True, slots=True)
class Table:
    """A file of the folder: the type of its rows, columns that fill another field, and fixed parts of quantities."""

    stem: str
    type: str
    renamed: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)  # unit of a quantity that has no unit column
    copied: Mapping[str, str] = field(default_factory=dict)  # field that takes the links of another one
    unlike: Mapping[str, str] = field(default_factory=dict)  # as `renamed`, of rows with another RELATION than branch


TABLES: Final = (
    Table("sources", "Source", {"language": "written_in"}),
    Table("territories", "Territory", {"parent_id": "within"}),
    Table("organisations", "Organisation", {"parent_id": "branch_of"}, unlike={"parent_id": "part_of"}),
    Table("cites", "Cite", copied={"serves": "territory"}),
    Table("channels", "Channel", units={"surface": "square_metre"}),
    Table("services", "Service"),
    Table("needs", "Need"),
    Table("partnerships", "Partnership"),
    Table("contributions", "Contribution"),
    Table("life_events", "LifeEvent"),
    Table("bodies", "Body"),
    Table("persons", "Person"),
    Table("mandates", "Mandate"),
    Table("projects", "Project"),
    Table("project_memberships", "ProjectMembership"),
    Table("deliverables", "Deliverable"),
    Table("events", "Event", units={"participants": "person"}),
    Table("newsletters", "Newsletter"),
    Table("news", "NewsItem"),
    Table("indicators", "Indicator"),
    Table("observations", "Observation"),
    Table("open_questions", "OpenQuestion"),
)
BUNDLED: Final[Traversable] = files("directory") / "data"


def drafts(folder: Path | Traversable = BUNDLED) -> tuple[list[Draft], list[RowFault]]:
    """What the tables of the folder describe, and the rows that could not be read."""
    rows, faults = tables(folder, [table.stem for table in TABLES])
    known = {row.cells.get("id", ""): table.type for table in TABLES for row in rows.get(table.stem, ())}
    found: list[Draft] = []
    for table in TABLES:
        for row in rows.get(table.stem, ()):
            found += _Reading(table, row, known).drafts()
    return _led(found), faults


def _led(drafts: list[Draft]) -> list[Draft]:
    """The drafts, with links to editorial items in their own language where there is one; else in English, in any."""
    told: dict[str, dict[str, Ref]] = defaultdict(dict)
    for draft in drafts:
        if draft.cls.declared.family is Family.EDITORIAL:
            told[draft.values["translation_group"]].setdefault(draft.values["language"], draft.ref)

    def led(value: Any, language: str) -> Any:
        if isinstance(value, tuple):
            return tuple(led(each, language) for each in value)
        if isinstance(value, Ref) and (ways := told.get(value.id)):
            return next((ways[each] for each in (language, "en") if each in ways), next(iter(ways.values())))
        return value

    def drafted(draft: Draft) -> Draft:
        language = draft.values.get("language") or "en"
        return replace(draft, values={name: led(value, language) for name, value in draft.values.items()})

    return [drafted(draft) for draft in drafts] if told else drafts


@dataclass(slots=True)
class _Reading:
    """One row being read: what was found so far."""

    table: Table
    row: Row
    known: Mapping[str, str]  # the type of each id of the tables
    values: dict[str, Any] = field(default_factory=dict)
    columns: dict[str, str] = field(default_factory=dict)
    filled: dict[tuple[str, str | None], str] = field(default_factory=dict)  # the column of each part of a field
    faults: list[RowFault] = field(default_factory=list)

    @property
    def cls(self) -> type[Item]:
        return CONTENT_TYPES[self.table.type]

    def drafts(self) -> list[Draft]:
        for column, cell in self.row.cells.items():
            if cell and column not in ("id", "source", *((RELATION,) if self.table.unlike else ())):
                self._take(column, cell)
        for name, other in self.table.copied.items():
            self.values[name] = (self.values[other],) if other in self.values else ()
        for name, unit in self.table.units.items():
            if name in self.values:
                self.values[name] = {"unit": unit, **self.values[name]}
        self._demand_units()
        self.values["sources"] = tuple(self._citations(self.row.cells.get("source", "")))
        return self._translations() if self.cls.declared.family is Family.EDITORIAL else [self._draft("")]

    def _demand_units(self) -> None:
        """Refuse an amount without a currency, and a quantity of a field that has no unit of its own without one."""
        for name, value in [*self.values.items()]:
            fact = facts(self.cls)[name]
            part = {Kind.MONEY: "currency", Kind.QUANTITY: "unit"}.get(fact.kind)
            if part and not fact.unit and part not in value:
                self.fault(self.columns[name], f"needs a {part}, in a column {name}_{part}")
                del self.values[name]

    def fault(self, column: str, message: str) -> None:
        """Note what is wrong in a column."""
        self.faults.append(RowFault(self.row.file, self.row.number, column, message))

    def _draft(self, suffix: str) -> Draft:
        id = self.row.cells.get("id", "")
        if not id:
            self.fault("id", "is empty: every row needs one")
        key = f"{SCHEME}:{id}{suffix}"
        ref = Ref(self.table.type, id_of(key))
        return Draft(self.cls, key, ref, self.values, self.row, self.columns, tuple(self.faults))

    def _translations(self) -> list[Draft]:
        """One draft a language that has a title."""
        titles: Mapping[str, str] = self.values.get("title") or {}
        group = id_of(f"{SCHEME}:{self.row.cells.get('id', '')}")
        made = []
        for language, title in titles.items() or [("en", "")]:
            suffix = "" if language == "en" else f":{language}"
            values = {**self.values, "title": title or None, "language": language, "translation_group": group}
            if language != "en" and values.get("slug"):
                values["slug"] += f"-{language}"
            made.append(replace(self._draft(suffix), values=values))
        return made

    def _take(self, column: str, cell: str) -> None:
        name, part = self._field_of(column)
        if name is None:
            self.fault(column, f"is not a field of {self.table.type}: known are {', '.join(sorted(facts(self.cls)))}")
            return
        if other := self._rival(name, part):
            self.fault(column, f"fills {name}, as {other} does: one of them is enough")
            return
        self.filled[name, part] = column
        self.columns.setdefault(name, column)
        value = self._value(column, facts(self.cls)[name], cell)
        if part is None:
            self.values[name] = value
        else:
            unit = {"unit": UNIT_OF_COLUMN[column]} if column in UNIT_OF_COLUMN else {}
            self.values[name] = {**self.values.get(name, {}), **unit, part: value}

    def _rival(self, name: str, part: str | None) -> str | None:
        """The column that fills the same already: the field, or this part of it."""
        whole = self.filled.get((name, None))
        return whole or (self.columns.get(name) if part is None else self.filled.get((name, part)))

    def _field_of(self, column: str) -> tuple[str | None, str | None]:
        """The field that a column fills, and the part of it: a language, or a part of a quantity."""
        known = import_columns(self.cls)
        is_branch = self.row.cells.get(RELATION, "") in ("", "branch")
        renamed = (self.table.renamed if is_branch else self.table.unlike or self.table.renamed).get(column)
        if renamed:
            return renamed, None
        parts = _parts(self.cls)
        if column in parts:
            return parts[column]
        if column in known:
            fact = facts(self.cls)[known[column]]
            return fact.name, "en" if self._has_languages(fact) else None
        return self._suffixed(column, known)

    def _suffixed(self, column: str, known: Mapping[str, str]) -> tuple[str | None, str | None]:
        language = LANGUAGE_OF_COLUMN.fullmatch(column)
        if language and language[1] in known and self._has_languages(facts(self.cls)[known[language[1]]]):
            return known[language[1]], language[2]
        for suffix, plural in (("_ids", "s"), ("_ids", ""), ("_ids", "ies"), ("_id", "")):
            stem = column.removesuffix(suffix)
            stem = stem.removesuffix("y") if plural == "ies" else stem
            if column.endswith(suffix) and stem + plural in known:
                return known[stem + plural], None
        return None, None

    def _has_languages(self, fact: Fact) -> bool:
        is_editorial = self.cls.declared.family is Family.EDITORIAL
        return fact.localised or (is_editorial and fact.name in ("title", "description"))

    def _value(self, column: str, fact: Fact, cell: str) -> Any:
        if fact.several and fact.kind is not Kind.LINK:
            return tuple(part.strip() for part in cell.split(";") if part.strip())
        if fact.kind is Kind.LINK:
            refs = tuple(ref for part in cell.split(";") if (ref := self._ref(column, part.strip())))
            return refs if fact.several else next(iter(refs), None)
        if fact.kind is Kind.BOOLEAN:
            return {"yes": True, "no": False}.get(cell, cell)
        return cell

    def _ref(self, column: str, id: str) -> Ref | None:
        if id not in self.known:
            self.fault(column, f"{id!r} is not the id of a row of these tables")
            return None
        return Ref(self.known[id], id_of(f"{SCHEME}:{id}"))

    def _citations(self, cell: str) -> Iterator[Citation]:
        for part in filter(None, (each.strip() for each in cell.split(";"))):
            column, at, rest = part.rpartition("@")
            document, _, locator = rest.partition("#")
            ref = self._ref("source", document)
            name = self._field_of(column)[0] if at else None
            if at and name is None:
                self.fault("source", f"{column!r} is not a column of this table")
            if ref:
                yield Citation(ref, locator or None, name)


def _parts(cls: type[Item]) -> dict[str, tuple[str, str]]:
    """The columns that hold a part of a quantity, an amount or a place, each with its field and part."""
    found: dict[str, tuple[str, str]] = {}
    for name, fact in facts(cls).items():
        if fact.kind is Kind.QUANTITY:
            found |= dict.fromkeys((name, *fact.columns), (name, "value"))
            found |= {f"{name}_qualifier": (name, "qualifier"), f"{name}_unit": (name, "unit")}
            found |= {"unit": (name, "unit")} if name == "quantity" else {}
        elif fact.kind is Kind.MONEY:
            found |= dict.fromkeys((name, *fact.columns), (name, "amount"))
            found |= {f"{name}_currency": (name, "currency")}
            found |= {"amount": (name, "amount"), "currency": (name, "currency")} if name == "money" else {}
        elif fact.kind is Kind.PLACE and name == "location":
            found |= {"lat": (name, "lat"), "lon": (name, "lon")}
    return found
