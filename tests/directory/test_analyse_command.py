"""`directory analyse --csv`: rows for programs, with titles in place of ids and every cell under a name."""

import pytest

from directory.analyse_command import _show_csv
from directory.analysis import Lens, coverage
from directory.analysis.snapshot import from_rows


def test_a_need_of_several_types_has_its_title_and_its_codes(capsys: pytest.CaptureFixture[str]) -> None:
    need = {"id": "net:n1", "cite_id": "X", "types": "events;fairs", "title_en": "Meet"}
    town = from_rows({"needs": [need]})

    _show_csv(coverage.measure(town, Lens("cite:X", "2024")), town, "en")

    assert 'uncovered,"Meet (events, all); Meet (fairs, all)"' in capsys.readouterr().out.splitlines()
