from datetime import date

import pytest

from directory.analysis import Lens, LensError
from directory.analysis.dates import full_months, months_before, span, validity

WRITTEN = [
    ("2018", date(2018, 1, 1), date(2018, 12, 31)),
    ("2018-02", date(2018, 2, 1), date(2018, 2, 28)),
    ("2018-12", date(2018, 12, 1), date(2018, 12, 31)),
    ("2018-09-18", date(2018, 9, 18), date(2018, 9, 18)),
]
UNREADABLE = ["18/09/2018", "2018-13", "2018-02-30", "autumn", "2018-9", "0000"]
MOMENTS = [
    ("2018-12-31", date(2018, 12, 31), "2018-12-31"),
    (date(2018, 12, 31), date(2018, 12, 31), "2018-12-31"),
    (("2018-01-01", "2019-01-01"), date(2018, 12, 31), "2018-01-01/2019-01-01"),
    (["2018-01-01", "2019-01-01"], date(2018, 12, 31), "2018-01-01/2019-01-01"),
    ("2018-01-01/2019-01-01", date(2018, 12, 31), "2018-01-01/2019-01-01"),
    ("2018", date(2018, 12, 31), "2018-01-01/2019-01-01"),
]
BAD = [
    {"scope": "town:X"},
    {"scope": "cite:"},
    {"at": "yesterday"},
    {"at": ("2019", "2018")},
    {"identity_level": "galaxy"},
    {"certainty": {"guessed"}},
    {"roles": "holder"},
]
HELD = [  # start, end, as_of; from, until, warning, fault
    ("2018", "2018-09", (), date(2018, 1, 1), date(2018, 10, 1), None, None),
    ("", "", ("2018-09", "2016"), date(2016, 1, 1), date.max, "start_unknown", None),
    ("", "", (), date.min, date.max, "undated", None),
    ("2018", "2018", (), date(2018, 1, 1), date(2019, 1, 1), None, None),
]


@pytest.mark.parametrize(("written", "first", "last"), WRITTEN)
def test_a_written_date_is_a_span_of_days(written, first, last):
    days = span(written)

    assert (days.first, days.last) == (first, last)


@pytest.mark.parametrize("written", UNREADABLE)
def test_what_is_no_date_is_not_guessed(written):
    assert span(written) is None


@pytest.mark.parametrize(("at", "day", "text"), MOMENTS)
def test_a_lens_takes_a_day_or_a_period_and_needs_one_day_of_it(at, day, text):
    lens = Lens(scope="network", at=at)

    assert (lens.day, lens.text) == (day, text)


@pytest.mark.parametrize("wrong", BAD)
def test_a_lens_that_cannot_be_looked_through_is_refused(wrong):
    with pytest.raises(LensError):
        Lens(**{"scope": "network", "at": "2024", **wrong})


def test_a_lens_is_a_value():
    one = Lens("cite:X", ["2018", "2019"], certainty=["stated"])

    assert {one, Lens("cite:X", ("2018", "2019"), certainty={"stated"})} == {one}


@pytest.mark.parametrize(("start", "end", "as_of", "first", "after", "warning", "fault"), HELD)
def test_a_record_holds_from_its_first_day_to_its_last_included(start, end, as_of, first, after, warning, fault):
    held = validity(start, end, as_of)

    assert (held.first, held.after, held.warning, held.fault) == (first, after, warning, fault)


@pytest.mark.parametrize(
    ("start", "end", "as_of", "fault"),
    [
        ("then", "", (), "bad_date"),
        ("2018", "soon", (), "bad_date"),
        ("", "", ("once",), "bad_date"),
        ("2019", "2018", (), "bad_interval"),
    ],
)
def test_a_record_whose_dates_cannot_be_is_named_with_its_fault(start, end, as_of, fault):
    assert validity(start, end, as_of).fault == fault


def test_months_are_full_months():
    assert full_months(date(2024, 1, 31), date(2024, 2, 29)) == 0
    assert full_months(date(2022, 6, 30), date(2024, 6, 30)) == 24
    assert months_before(date(2024, 3, 31), 1) == date(2024, 2, 29)
