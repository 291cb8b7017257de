"""The filters of the API: an input type for each kind of value, and what a field is filtered by."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import strawberry

from directory.fields import Fact, Kind
from directory.stored import is_folded, names
from graph.query import Attribute
from schema.kit import Kit
from schema.making import FieldSpec, bare, fill_input
from schema.predicates import Predicate, compound, instant, partial_date, place, scalar, scaled, term, text
from schema.scalars import CurrencyCode, Date, DateTime, Decimal, PartialDate

LIST: Final = "One of, at most 100."
NULL: Final = "Is unknown."
UNFILLED: Final = frozenset(
    {Kind.RICH_TEXT, Kind.GEOMETRY, Kind.POINT, Kind.FILE, Kind.STORED_QUESTION, Kind.LINK, Kind.CITATION}
)
"""Kinds that no filter asks about."""


UNFILTERED: Final = frozenset({"folder_order", "layout", "publication_basis"})
"""Vocabularies of fields that say how something is shown or kept."""


@dataclass(frozen=True)
class Filter:
    """How a field is filtered: the input type of its operators, and what they mean."""

    type: Any
    predicate: Predicate


def equal(kind: Any, *others: str) -> list[FieldSpec]:
    """The operators of a type of value: equality, lists, null, and the others named."""
    words = {
        "contains": "A part of it.",
        "startsWith": "Its beginning.",
        "gt": "More than.",
        "gte": "At least.",
        "lt": "Less than.",
        "lte": "At most.",
    }
    fields = [FieldSpec("eq", kind | None, "Equal."), FieldSpec("in", list[kind] | None, LIST)]
    fields += [FieldSpec(name, kind | None, words[name]) for name in others]
    return [*fields, FieldSpec("isNull", bool | None, NULL)]


ORDERED: Final = ("gt", "gte", "lt", "lte")


def declare_filters(kit: Kit) -> None:
    """Make the filter types, by name in `kit.parts`."""
    exact = FieldSpec("exact", bool | None, "Mind case and accents.")
    below = FieldSpec("orBelow", bool | None, "Narrower terms too.")
    code = FieldSpec("code", str | None, "Equal; reads well with orBelow.")
    declare(kit, "StringFilter", "On text; ignores case and accents unless exact is set.",
            [*equal(str, "contains", "startsWith"), exact])  # fmt: skip
    declare(kit, "IDFilter", "On references, by global id.", equal(strawberry.ID)[:2])
    declare(kit, "IntFilter", "On whole numbers.", equal(int, *ORDERED))
    declare(kit, "FloatFilter", "On numbers.", equal(float, *ORDERED))
    declare(kit, "BooleanFilter", "On yes or no.", [equal(bool)[0], equal(bool)[-1]])
    declare(kit, "DecimalFilter", "On exact amounts.", equal(Decimal, *ORDERED)[:-1])
    declare(kit, "DateFilter", "On days.", equal(Date, *ORDERED))
    declare(kit, "DateTimeFilter", "On instants.", equal(DateTime, *ORDERED))
    declare(kit, "PartialDateFilter", "On dates of which a year may be all that is known: "
            "equal as written, else compared by first days.", equal(PartialDate, *ORDERED))  # fmt: skip
    declare(kit, "TermFilter", "On terms of a vocabulary, by code.", [code, *equal(str), below])
    declare(kit, "Between", "On what takes place or holds for a time: some day of it lies between the two.",
            [FieldSpec("from", Date | None, "First day."), FieldSpec("to", Date | None, "Last day.")])  # fmt: skip
    _declare_compounds(kit)
    _declare_places(kit)


def declare(kit: Kit, name: str, description: str, fields: list[FieldSpec], one_of: bool = False) -> Any:
    """A new input type, kept in `kit.parts`."""
    made = bare(name)
    fill_input(made, description, fields, one_of)
    kit.parts[name] = made
    return made


def _declare_compounds(kit: Kit) -> None:
    null = FieldSpec("isNull", bool | None, NULL)
    decimal, words = kit.parts["DecimalFilter"], kit.parts["TermFilter"]
    qualifier = FieldSpec("qualifier", enum_filter(kit, "qualifier") | None, "How exact it is.")
    value = FieldSpec("value", decimal | None, "The number; compare within one unit.")
    unit = FieldSpec("unit", words | None, "Its unit.")
    declare(kit, "QuantityFilter", "On quantities.", [value, unit, qualifier, null])
    amount = FieldSpec("amount", decimal | None, "The number; compare within one currency.")
    currency = FieldSpec("currency", kit.parts["CurrencyFilter"] | None, "Its currency.")
    declare(kit, "MoneyFilter", "On amounts of money.", [amount, currency, null])


def _declare_places(kit: Kit) -> None:
    point = declare(kit, "GeoPointInput", "WGS 84.", [
        FieldSpec("latitude", float, "Degrees north."), FieldSpec("longitude", float, "Degrees east.")])  # fmt: skip
    circle = declare(kit, "GeoCircle", "A circle; at most 500 km.", [
        FieldSpec("center", point, "Middle."), FieldSpec("radius", float, "Radius in metres.")])  # fmt: skip
    box = declare(kit, "GeoBox", "A box; west may be more than east, across the 180th meridian.", [
        FieldSpec("southWest", point, "South-west corner."),
        FieldSpec("northEast", point, "North-east corner.")])  # fmt: skip
    near = FieldSpec("near", circle | None, "Within a circle.")
    within = FieldSpec("within", box | None, "Within a box.")
    declare(kit, "GeoFilter", "On places.", [near, within, FieldSpec("isNull", bool | None, NULL)], one_of=True)


def enum_filter(kit: Kit, vocabulary: str) -> Any:
    """The filter on an enum, made when first asked for."""
    kind = kit.enums[vocabulary]
    name = f"{kind.__name__}Filter"
    if name not in kit.parts:
        declare(kit, name, f"On {kind.__name__} values.", equal(kind))
    return kit.parts[name]


def filters_of(kit: Kit, fact: Fact) -> Iterator[tuple[str, Filter]]:
    """The filter on a field that is no link, with the field's name; none for kinds that cannot be asked about."""
    if (
        fact.kind in UNFILLED
        or fact.vocabulary in UNFILTERED
        or fact.kind in (Kind.LINK, Kind.CITATION)
        or (fact.several and fact.kind in _NO_LISTS)
    ):
        return
    yield fact.name, _filter(kit, fact)


_NO_LISTS: Final = frozenset({Kind.PARTIAL_DATE, Kind.DATE, Kind.DATETIME, Kind.MONEY, Kind.QUANTITY})


def _filter(kit: Kit, fact: Fact) -> Filter:
    attribute = Attribute(fact.name, fact.audience)
    parts = kit.parts
    match fact.kind:
        case Kind.CHOICE:
            return Filter(enum_filter(kit, fact.vocabulary or ""), scalar(attribute, fact.several))
        case Kind.TERM:
            return Filter(parts["TermFilter"], term(attribute, fact.vocabulary or "", fact.several))
        case Kind.INTEGER:
            return Filter(parts["IntFilter"], scalar(attribute, fact.several))
        case Kind.NUMBER:
            return Filter(parts["FloatFilter"], scalar(attribute, fact.several, float))
        case Kind.BOOLEAN:
            return Filter(parts["BooleanFilter"], scalar(attribute))
        case Kind.DATE:
            return Filter(parts["DateFilter"], scalar(attribute))
        case Kind.DATETIME:
            return Filter(parts["DateTimeFilter"], instant(attribute))
        case Kind.PARTIAL_DATE:
            first = Attribute(f"{fact.name}_first", fact.audience)
            return Filter(parts["PartialDateFilter"], partial_date(attribute, first))
        case Kind.QUANTITY | Kind.MONEY:
            return _compound(kit, fact)
        case Kind.PLACE:
            return Filter(parts["GeoFilter"], place(fact.name))
        case _:
            return Filter(parts["StringFilter"], _text(fact))


def _text(fact: Fact) -> Predicate:
    exact = tuple(Attribute(name, fact.audience) for name in names(fact))
    folded = Attribute(f"{fact.name}_folded", fact.audience) if is_folded(fact) else None
    return text(exact, folded, fact.localised or fact.several, fact.several)


def _compound(kit: Kit, fact: Fact) -> Filter:
    def part(name: str) -> Attribute:
        return Attribute(f"{fact.name}_{name}", fact.audience)

    if fact.kind is Kind.MONEY:
        amount, currency = scalar(part("amount"), keep=scaled), scalar(part("currency"))
        return Filter(kit.parts["MoneyFilter"], compound({"amount": amount, "currency": currency}, part("amount")))
    parts = {
        "value": scalar(part("value"), keep=scaled),
        "unit": term(part("unit"), "unit", several=False),
        "qualifier": scalar(part("qualifier")),
    }
    return Filter(kit.parts["QuantityFilter"], compound(parts, part("value")))


def declare_currency(kit: Kit) -> None:
    """Make the filter on currencies, which amounts of money need."""
    declare(kit, "CurrencyFilter", "On ISO 4217 codes.", equal(CurrencyCode)[:2])
