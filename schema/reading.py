"""How a field that is kept is read: its GraphQL type, the columns it needs, and what is made of them."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

import strawberry

from directory.dates import PartialDate as Partial
from directory.fields import Fact, Kind
from directory.stored import EVER, chain, own, unscaled
from graph.query import Attribute, Column
from schema.columns import Leaf, Many, One, Run
from schema.ids import encoder
from schema.kit import Kit
from schema.making import list_of
from schema.plan import Asked, BranchPlan, Env, Reader
from schema.scalars import URL, Date, DateTime, Locale, Slug

KNOWN: Final = 20_000  # values whose form is remembered: the same few dates and numbers come again and again
Type = Any
Make = Callable[..., Any]


def column(name: str, fact: Fact) -> Column:
    """The column of one stored property of a field."""
    return Column((Attribute(name, fact.audience),))


# Types ---------------------------------------------------------------------------------------------------------------

_SCALARS: Final[dict[Kind, Any]] = {
    Kind.URL: URL,
    Kind.LANGUAGE: Locale,
    Kind.INTEGER: int,
    Kind.NUMBER: float,
    Kind.BOOLEAN: bool,
    Kind.DATE: Date,
    Kind.DATETIME: DateTime,
}
_OBJECTS: Final[dict[Kind, str]] = {
    Kind.PARTIAL_DATE: "DatePeriod",
    Kind.QUANTITY: "Quantity",
    Kind.MONEY: "Money",
    Kind.PLACE: "GeoPoint",
    Kind.POINT: "FocalPoint",
    Kind.FILE: "StoredFile",
    Kind.TERM: "Term",
}
_ALWAYS: Final = frozenset({"id", "slug", "path", "title", "language", "state", "version", "created", "modified"})
"""Fields that every item has: never null."""


def type_of(kit: Kit, fact: Fact) -> Type:
    """The GraphQL type of a field that is no link. A list is null when nothing is known, like any other value."""
    kind = _one(kit, fact)
    if fact.several:
        return list_of(kind) | None
    return kind if fact.name in _ALWAYS else kind | None


def _one(kit: Kit, fact: Fact) -> Type:
    if fact.name == "id":
        return strawberry.ID
    if fact.name == "slug":
        return Slug
    if fact.kind is Kind.CHOICE:
        return kit.enums[fact.vocabulary or ""]
    if fact.kind in _OBJECTS:
        return kit.parts[_OBJECTS[fact.kind]]
    return _SCALARS.get(fact.kind, str)


# Readers -------------------------------------------------------------------------------------------------------------


def reader_of(fact: Fact, label: str) -> Reader:
    """How a field that is no link is read."""
    if fact.name == "id":
        return _identity(label)
    if fact.localised:
        return _localised(fact)
    if fact.kind in _OBJECTS:
        return _object_of(fact)
    return _leaf(fact)


def _identity(label: str) -> Reader:
    encode = encoder(label)

    def read(here: BranchPlan, asked: Asked) -> Leaf:
        return Leaf((here.column(Column((Attribute("id"),))),), asked.finish, each=encode)

    return read


def _leaf(fact: Fact) -> Reader:
    make = _without(EVER[fact.name]) if fact.name in EVER else None

    def read(here: BranchPlan, asked: Asked) -> Leaf:
        return Leaf((here.column(column(fact.name, fact)),), asked.finish, make)

    return read


def _without(sentinel: str) -> Make:
    """What gives null for the instant that stands for none."""
    return lambda run, value: None if value == sentinel else value


def best_of(fact: Fact, rank: bool = False) -> Callable[[Env], Column]:
    """The text of a field in the best language there is for the one asked; with `rank`, which one that is."""

    def build(env: Env) -> Column:
        return Column(tuple(Attribute(f"{fact.name}_{each}", fact.audience) for each in chain(env.locale)), rank)

    return build


def _localised(fact: Fact) -> Reader:
    best = best_of(fact)

    def read(here: BranchPlan, asked: Asked) -> Leaf:
        return Leaf((here.column_by(("text", fact.name), best),), asked.finish)

    return read


def resolved_locale(fact: Fact) -> Reader:
    """The language that a field is answered in; `fact` is the title, that every item has."""
    ranked = best_of(fact, rank=True)

    def read(here: BranchPlan, asked: Asked) -> Leaf:
        if not fact.localised:
            return Leaf((here.column(Column((Attribute("language"),))),), asked.finish)
        slot = here.column_by(("rank", fact.name), ranked)
        return Leaf((slot,), asked.finish, lambda run, rank: None if rank is None else run.languages[rank])

    return read


def _object_of(fact: Fact) -> Reader:
    make = _ROWS[fact.kind](fact)
    names = [each.name for each in own(fact)]

    def read(here: BranchPlan, asked: Asked) -> One | Many:
        slots = tuple(here.column(column(name, fact)) for name in names)
        if fact.several:
            return Many(slots, asked.select(here), False, lambda run, values: _each(make, run, values))
        return One(slots, asked.select(here), make=make)

    return read


def _each(make: Make, run: Run, values: list[Any] | None) -> list[Any] | None:
    return None if values is None else [make(run, each) for each in values]


# Rows of values ------------------------------------------------------------------------------------------------------


def date_row(run: Run, value: str | None) -> tuple[Any, ...] | None:
    """The row of a date of some precision."""
    return None if value is None else _date_cells(value)


@lru_cache(KNOWN)
def _date_cells(value: str) -> tuple[str, str, str, str]:
    date = Partial(value)
    return date.value, date.precision.value, date.first, date.last


@lru_cache(KNOWN)
def decimal(kept: Any) -> str | None:
    """A decimal as it is answered, of the whole number that is kept.

    >>> decimal(25000), decimal(None)
    ('2.5', None)
    """
    return None if kept is None else f"{unscaled(kept):f}"


def _date(fact: Fact) -> Make:
    return date_row


def _quantity(fact: Fact) -> Make:
    def make(run: Run, value: Any, qualifier: Any, unit: Any) -> tuple[Any, ...] | None:
        if value is None:
            return None
        return decimal(value), qualifier, None if unit is None else ("unit", unit)

    return make


def _money(fact: Fact) -> Make:
    def make(run: Run, amount: Any, currency: Any) -> tuple[Any, ...] | None:
        return None if amount is None else (decimal(amount), currency)

    return make


def _parts(fact: Fact) -> Make:
    def make(run: Run, *values: Any) -> tuple[Any, ...] | None:
        return None if values[0] is None else values

    return make


def _term(fact: Fact) -> Make:
    vocabulary = fact.vocabulary or ""

    def make(run: Run, code: Any) -> tuple[str, Any] | None:
        return None if code is None else (vocabulary, code)

    return make


_ROWS: Final[dict[Kind, Callable[[Fact], Make]]] = {
    Kind.PARTIAL_DATE: _date,
    Kind.QUANTITY: _quantity,
    Kind.MONEY: _money,
    Kind.PLACE: _parts,
    Kind.POINT: _parts,
    Kind.FILE: _parts,
    Kind.TERM: _term,
}
