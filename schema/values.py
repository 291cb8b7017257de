"""The values that fields hold, as GraphQL object types: dates of some precision, quantities, money, places, terms...

Each type is a row of a table here, and its fields are cells of that row; what makes the row stands in `reading.py`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from schema.columns import Leaf, Many, One, Slot
from schema.kit import Kit
from schema.making import FieldSpec, bare, fill_object, list_of
from schema.plan import Asked, Here, Reader
from schema.scalars import CurrencyCode, Date, Decimal, PartialDate


def cell(index: int, make: Callable[..., Any] | None = None) -> Reader:
    """The cell of a row made here, as a leaf."""

    def read(here: Here, asked: Asked) -> Leaf:
        return Leaf((Slot(index),), asked.finish, make)

    return read


def object_cell(index: int, make: Callable[..., Any] | None = None) -> Reader:
    """The cell of a row made here, as an object or null; the cell, or what is made of it, is its row."""

    def read(here: Here, asked: Asked) -> One:
        return One((Slot(index),), asked.select(here), make=make)

    return read


def list_cell(index: int, make: Callable[..., Any] | None = None) -> Reader:
    """The cell of a row made here, as a list of objects."""

    def read(here: Here, asked: Asked) -> Many:
        return Many((Slot(index),), asked.select(here), make=make)

    return read


@dataclass(frozen=True)
class Part:
    """A field of a value type: its name, type and meaning, and how it is read from the row of the value."""

    name: str
    type: Any
    description: str
    read: Reader


@dataclass(frozen=True)
class ValueType:
    """A value type: what it is and its fields."""

    name: str
    description: str
    parts: tuple[Part, ...]


PLAIN: Final = (
    ValueType(
        "GeoPoint",
        "A place, WGS 84.",
        (
            Part("latitude", float, "Degrees north.", cell(0)),
            Part("longitude", float, "Degrees east.", cell(1)),
        ),
    ),
    ValueType(
        "FocalPoint",
        "A point of a picture.",
        (
            Part("x", float, "From the left, 0 to 1.", cell(0)),
            Part("y", float, "From the top, 0 to 1.", cell(1)),
        ),
    ),
    ValueType(
        "StoredFile",
        "A kept file.",
        (
            Part("name", str, "Its name.", cell(0)),
            Part("type", str, "Its media type.", cell(1)),
            Part("bytes", int, "Its size.", cell(2)),
            Part("sha256", str, "Its SHA-256, in hexadecimal.", cell(3)),
        ),
    ),
)
"""Places, and files."""


def value_types(kit: Kit) -> tuple[ValueType, ...]:
    """All value types."""
    term = kit.parts.setdefault("Term", bare("Term"))
    return (*_said_by_sources(kit, term), *PLAIN, _term(term))


def _said_by_sources(kit: Kit, term: Any) -> tuple[ValueType, ...]:
    """Dates, quantities and amounts, as exact as sources are."""
    qualifier, precision = kit.enums["qualifier"], kit.enums["precision"]
    return (
        ValueType(
            "DatePeriod",
            "A date as a source has it: the year, the month or the day is known.",
            (
                Part("value", PartialDate, "As written.", cell(0)),
                Part("precision", precision, "How much is known.", cell(1)),
                Part("first", Date, "The first day it may be.", cell(2)),
                Part("last", Date, "The last day it may be.", cell(3)),
            ),
        ),
        ValueType(
            "Quantity",
            "A number of a unit, with what the source says of its precision.",
            (
                Part("value", Decimal, "The number.", cell(0)),
                Part("qualifier", qualifier, "How the number is to be read.", cell(1)),
                Part("unit", term | None, "What is counted.", object_cell(2)),
            ),
        ),
        ValueType(
            "Money",
            "An amount in one currency.",
            (
                Part("amount", Decimal, "How much.", cell(0)),
                Part("currency", CurrencyCode, "ISO 4217.", cell(1)),
            ),
        ),
    )


def _term(term: Any) -> ValueType:
    """A term; its row holds the vocabulary and the code, the rest is known without asking the graph."""
    return ValueType(
        "Term",
        "A value of an open vocabulary.",
        (
            Part("code", str, "What filters and inputs name it by.", cell(1)),
            Part("title", str, "Its name.", _of_term(lambda run, found: found.title(run.locale))),
            Part("description", str | None, "What it means; null when nothing more is kept.", cell(0, _unkept)),
            Part("broader", term | None, "The term above it.", _term_object(_broader)),
            Part("narrower", list_of(term), "The terms below it.", _term_list(_narrower)),
        ),
    )


def _unkept(run: Any, name: str) -> None:
    """Vocabularies keep a title and no description yet."""


def _known(run: Any, vocabulary: str, code: str) -> Any:
    return KnownTerm(run.vocabularies.get(vocabulary), code)


@dataclass(frozen=True, slots=True)
class KnownTerm:
    """A code, and what its vocabulary says of it; a code that was taken away speaks for itself."""

    vocabulary: Any
    code: str

    @property
    def term(self) -> Any:
        """The term, when the vocabulary has it."""
        return self.vocabulary.term(self.code) if self.vocabulary else None

    def title(self, locale: str) -> str:
        """The name in the language, English when there is none."""
        term = self.term
        return self.code if term is None else (term.title_fr if locale == "fr" else term.title_en)


def _of_term(make: Callable[[Any, KnownTerm], Any]) -> Reader:
    def read(here: Here, asked: Asked) -> Leaf:
        return Leaf((Slot(0), Slot(1)), asked.finish, lambda run, name, code: make(run, _known(run, name, code)))

    return read


def _term_object(make: Callable[..., Any]) -> Reader:
    def read(here: Here, asked: Asked) -> One:
        return One((Slot(0), Slot(1)), asked.select(here), make=make)

    return read


def _term_list(make: Callable[..., Any]) -> Reader:
    def read(here: Here, asked: Asked) -> Many:
        return Many((Slot(0), Slot(1)), asked.select(here), make=make)

    return read


def _broader(run: Any, name: str, code: str) -> tuple[str, str] | None:
    vocabulary = run.vocabularies.get(name)
    above = vocabulary.broader(code) if vocabulary else None
    # The forms of contribution lie below kinds, which are an enum and no terms.
    return (name, above) if above is not None and above in vocabulary else None


def _narrower(run: Any, name: str, code: str) -> list[tuple[str, str]]:
    vocabulary = run.vocabularies.get(name)
    return [(name, below) for below in vocabulary.narrower(code)] if vocabulary else []


def declare_values(kit: Kit) -> Mapping[str, Mapping[str, Reader]]:
    """Fill the value types; how their fields are read, by type and name."""
    found: dict[str, Mapping[str, Reader]] = {}
    for each in value_types(kit):
        made = kit.parts.setdefault(each.name, bare(each.name))
        fill_object(made, each.description, [FieldSpec(part.name, part.type, part.description) for part in each.parts])
        found[each.name] = {part.name: part.read for part in each.parts}
    return found
