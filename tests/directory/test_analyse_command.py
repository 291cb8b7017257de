"""`directory analyse`: options are read, and rows for programs have titles in place of ids and a name to each cell."""

import argparse

import pytest

from directory.analyse_command import _hours, _show_csv
from directory.analysis import Lens, change, coverage
from directory.analysis.snapshot import from_rows


def test_a_need_of_several_types_has_its_title_and_its_codes(capsys: pytest.CaptureFixture[str]) -> None:
    need = {"id": "net:n1", "cite_id": "X", "types": "events;fairs", "title_en": "Meet"}
    town = from_rows({"needs": [need]})

    _show_csv(coverage.measure(town, Lens("cite:X", "2024")), town, "en")

    assert 'uncovered,"Meet (events, all); Meet (fairs, all)"' in capsys.readouterr().out.splitlines()


def test_a_result_inside_a_result_has_its_own_rows(capsys: pytest.CaptureFixture[str]) -> None:
    partnership = {"id": "p", "organisation_id": "A", "cite_id": "X", "start": "2020"}
    given = {"id": "c", "contributor_id": "A", "beneficiary_id": "X", "kind": "human", "quantity": "2", "unit": "fte"}
    town = from_rows({"partnerships": [partnership], "contributions": [given]})

    _show_csv(change.compare(town, Lens("cite:X", "2024"), "2021", "2024"), town, "en")

    lines = capsys.readouterr().out.splitlines()
    assert {"stayed,A", "retention_low,1.0", "comparable,no"} <= {*lines}
    assert "flows,human,fte,2.0,2.0,0.0,0.0,0.0,0.0,0.0," in lines
    assert "rows,partners,1,1,0.0" in lines


def test_hours_are_a_number_above_0() -> None:
    assert _hours("151.67") == 151.67
    for wrong in ("0", "-1", "many", "nan"):
        with pytest.raises(argparse.ArgumentTypeError):
            _hours(wrong)
