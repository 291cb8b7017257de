"""Each method names the tables that it reads: with no other one it gives the same answer."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from directory.analysis import Snapshot
from directory.analysis.lens import Lens, LensError
from directory.analysis.methods import METHODS, Method, Options
from directory.analysis.snapshot import RECORDS, from_rows
from directory.tables import TABLES
from tests.directory.analysis.bundled import network
from tests.directory.analysis.toy import toy

TOWNS = {"toy": toy(), "bundled": network()}
AT = ("2018-12-31", "2024-06-30")


def scopes(town: Snapshot) -> Iterator[str]:
    yield "network"
    yield from (f"cite:{each.id}" for each in town.cites)
    yield from (f"territory:{each.id}" for each in town.territories[:5])
    yield from (f"channel:{each.id}" for each in town.channels[:5])


def options(town: Snapshot) -> Options:
    return Options(
        to="2024-12-31",
        other=town.cites[-1].id,
        year=2024,
        scenario={
            "format": "scenario/1",
            "changes": [{"op": "remove_organisation", "id": town.organisations[0].id}],
        },
        territories=tuple(each.id for each in town.territories),
    )


def asked(method: Method, town: Snapshot, lens: Lens, given: Options) -> Any:
    try:
        return method.call(town, lens, given)
    except LensError as refused:
        return str(refused)


@pytest.mark.parametrize("name", METHODS)
@pytest.mark.parametrize("town", TOWNS.values(), ids=TOWNS)
def test_the_tables_of_a_method_are_enough(name: str, town: Snapshot) -> None:
    method = METHODS[name]
    others = {table: () for table in RECORDS if table not in (*method.tables, "vocabularies")}
    narrow, given = replace(town, **others), options(town)

    for scope in scopes(town):
        for at in AT:
            lens = Lens(scope, at)
            assert asked(method, narrow, lens, given) == asked(method, town, lens, given), (scope, at)


def test_the_tables_of_methods_are_those_that_are_surveyed() -> None:
    for method in METHODS.values():
        assert {*method.tables, *method.beside} <= set(TABLES)
        assert set(method.beside) <= set(method.tables)
        assert method.one_cite or method.others or not method.beside


def test_full_time_staff_counts_in_hours_when_told_how_many() -> None:
    town = from_rows(
        {
            "channels": [{"id": "desk", "cite_id": "X", "desks": "1", "open_hours_month": "100"}],
            "contributions": [
                {"id": "c", "contributor_id": "A", "beneficiary_id": "desk", "kind": "human", "quantity": "0.5",
                 "unit": "fte"}
            ],
        }
    )  # fmt: skip

    plain, told = (
        METHODS["balance"].call(town, Lens("cite:X", "2024"), Options(hours_per_fte_month=hours))
        for hours in (None, 150)
    )

    assert (plain.capacity[0].provided_hours, told.capacity[0].provided_hours) == (None, 75.0)
