"""Columns that are not named like their field fill it all the same, or the row says why not."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from directory.values import Money, Quantity
from importers.bundle import drafts
from importers.plan import parsed
from tests.importers.tables import tables


def read(folder: Path, stem: str, head: str, row: str) -> tuple[dict[str, Any], list[str]]:
    """The values of a row, and what is wrong in it."""
    [draft] = drafts(tables(folder, **{stem: f"id,{head}\na,{row}\n"}))[0]
    values, faults = parsed(draft)
    return values, list(map(str, faults))


@pytest.mark.parametrize(
    ("stem", "head", "row", "field", "value"),
    [
        ("contributions", "etp", "1.5", "quantity", Quantity(Decimal("1.5"), "fte", "exact")),
        ("contributions", "heures", "3", "quantity", Quantity(Decimal("3"), "hour", "exact")),
        ("contributions", "jours", "2", "quantity", Quantity(Decimal("2"), "day", "exact")),
        ("contributions", "m2", "80", "quantity", Quantity(Decimal("80"), "square_metre", "exact")),
        ("contributions", "montant,currency", "90,EUR", "money", Money(Decimal("90"), "EUR")),
        ("services", "tarif,fee_currency", "5,CHF", "fee", Money(Decimal("5"), "CHF")),
        ("services", "fee_currency,frais", "CHF,5", "fee", Money(Decimal("5"), "CHF")),
        ("events", "place", "Lille", "place", "Lille"),
    ],
)
def test_a_column_fills_its_field(tmp_path: Path, stem: str, head: str, row: str, field: str, value: object) -> None:
    values, faults = read(tmp_path, stem, head, row)

    assert (values[field], faults) == (value, [])


@pytest.mark.parametrize(
    ("stem", "head", "row", "fault"),
    [
        ("services", "tarif", "5", "column tarif: needs a currency, in a column fee_currency"),
        ("contributions", "quantity", "5", "column quantity: needs a unit, in a column quantity_unit"),
        ("contributions", "etp,heures", "1,2", "column heures: fills quantity, as etp does: one of them is enough"),
        ("contributions", "quantity,etp", "1,2", "column etp: fills quantity, as quantity does: one of them is enough"),
        ("services", "location,lat", "here,50", "column lat: is not a field of Service"),
        ("organisations", "location,lat", "here,50", "column lat: fills location, as location does: one of them is"),
        ("events", "place,place_fr", "Lille,Lille", "column place_fr: is not a field of Event"),
    ],
)
def test_a_column_that_cannot_be_used_is_said(tmp_path: Path, stem: str, head: str, row: str, fault: str) -> None:
    assert any(fault in each for each in read(tmp_path, stem, head, row)[1])


@pytest.mark.parametrize(
    ("relation", "field"), [("", "branch_of"), ("branch", "branch_of"), ("part", "part_of"), ("member", "part_of")]
)
def test_the_parent_of_an_organisation_is_what_its_relation_says(tmp_path: Path, relation: str, field: str) -> None:
    table = f"id,title_en,parent_id,parent_relation\na,A,b,{relation}\nb,B,,\n"

    first, second = drafts(tables(tmp_path, organisations=table))[0]

    assert {name: value for name, value in first.values.items() if value == second.ref} == {field: second.ref}
    assert (first.faults, second.faults) == ((), ())
