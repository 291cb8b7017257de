from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.dates import ALWAYS, OPEN_END, PartialDate, holds, valid_interval
from directory.enums import Holds, Precision

VALUES = st.dates(min_value=date(1, 1, 1), max_value=date(9998, 12, 31)).flatmap(
    lambda day: st.sampled_from([day.isoformat(), day.isoformat()[:7], day.isoformat()[:4]])
)
DATES = st.builds(PartialDate, VALUES)
DAYS = st.dates(max_value=date(9998, 12, 31)).map(date.isoformat)


def moment(text: str | None) -> PartialDate | None:
    return PartialDate(text) if text else None


def moments(text: str) -> tuple[PartialDate, ...]:
    return tuple(map(PartialDate, text.split()))


@pytest.mark.parametrize(
    ("value", "precision", "first", "last"),
    [
        ("2024", Precision.YEAR, "2024-01-01", "2024-12-31"),
        ("2024-02", Precision.MONTH, "2024-02-01", "2024-02-29"),
        ("2023-02", Precision.MONTH, "2023-02-01", "2023-02-28"),
        ("2024-06-04", Precision.DAY, "2024-06-04", "2024-06-04"),
        ("0001", Precision.YEAR, "0001-01-01", "0001-12-31"),
    ],
)
def test_a_partial_date_knows_its_first_and_last_day(value: str, precision: Precision, first: str, last: str) -> None:
    read = PartialDate(value)

    assert (read.value, read.precision, read.first, read.last) == (value, precision, first, last)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "write YYYY"),
        ("24", "write YYYY"),
        ("2024-1", "write YYYY"),
        ("2024-01-01T00:00", "write YYYY"),
        ("04/06/2024", "write YYYY"),
        ("２０２４", "write YYYY"),
        (" 2024", "write YYYY"),
        ("2024\n", "write YYYY"),
        ("0000", "from 0001 to 9998"),
        ("9999", "from 0001 to 9998"),
        ("2024-13", "from 01 to 12"),
        ("2024-00-01", "from 01 to 12"),
        ("2023-02-29", "28 days"),
        ("2024-02-00", "29 days"),
    ],
)
def test_what_is_no_date_is_refused_with_the_reason(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        PartialDate(text)


@given(DATES, DATES)
def test_order_is_by_first_day_and_without_ties(one: PartialDate, other: PartialDate) -> None:
    assert (one < other) + (other < one) + (one == other) == 1
    assert one.first <= other.first or other < one


@pytest.mark.parametrize(
    ("start", "end", "as_of", "valid_from", "valid_until"),
    [
        (None, None, "", ALWAYS, OPEN_END),
        ("2018", None, "", "2018-01-01", OPEN_END),
        ("2018-09-18", "2018-09-18", "", "2018-09-18", "2018-09-19"),
        (None, "2019-12", "", ALWAYS, "2020-01-01"),
        (None, None, "2024 2018-09", "2018-09-01", OPEN_END),
        ("2020", None, "2018", "2020-01-01", OPEN_END),
        (None, "9998", "", ALWAYS, "9999-01-01"),
    ],
)
def test_the_interval_is_from_the_first_day_to_the_day_after_the_last(
    start: str | None, end: str | None, as_of: str, valid_from: str, valid_until: str
) -> None:
    assert valid_interval(moment(start), moment(end), moments(as_of)) == (valid_from, valid_until)


@pytest.mark.parametrize(
    ("start", "end", "as_of", "day", "expected"),
    [
        # nothing known: perhaps, on any day
        (None, None, "", "2024-01-01", Holds.POSSIBLE),
        (None, None, "", "9999-12-31", Holds.POSSIBLE),
        # a full start: certain that day, then perhaps
        ("2018-10-08", None, "", "2018-10-07", Holds.NO),
        ("2018-10-08", None, "", "2018-10-08", Holds.CERTAIN),
        ("2018-10-08", None, "", "2018-10-09", Holds.POSSIBLE),
        # a year: it has surely begun on its last day only
        ("2018", None, "", "2017-12-31", Holds.NO),
        ("2018", None, "", "2018-01-01", Holds.POSSIBLE),
        ("2018", None, "", "2018-12-31", Holds.CERTAIN),
        ("2018", None, "", "2019-01-01", Holds.POSSIBLE),
        # a start, confirmed later
        ("2013", None, "2018-09-18", "2013-12-30", Holds.POSSIBLE),
        ("2013", None, "2018-09-18", "2016-01-01", Holds.CERTAIN),
        ("2013", None, "2018-09-18", "2018-09-18", Holds.CERTAIN),
        ("2013", None, "2018-09-18", "2018-09-19", Holds.POSSIBLE),
        # a confirmation before the last day of the start does not shorten it
        ("2018", None, "2018-03", "2018-12-31", Holds.CERTAIN),
        # seen at some moments only
        (None, None, "2018-09", "2018-08-31", Holds.NO),
        (None, None, "2018-09", "2018-09-01", Holds.CERTAIN),
        (None, None, "2018-09", "2018-09-30", Holds.CERTAIN),
        (None, None, "2018-09", "2018-10-01", Holds.POSSIBLE),
        (None, None, "2024 1993 2018", "2000-01-01", Holds.CERTAIN),
        (None, None, "2024 1993 2018", "2024-12-31", Holds.CERTAIN),
        (None, None, "2024 1993 2018", "2025-01-01", Holds.POSSIBLE),
        # a full end is the last day
        ("2020-01-01", "2024-06-30", "", "2024-06-30", Holds.CERTAIN),
        ("2020-01-01", "2024-06-30", "", "2024-07-01", Holds.NO),
        # an end of which the year is known: perhaps during that year
        ("2020", "2024", "", "2020-12-30", Holds.POSSIBLE),
        ("2020", "2024", "", "2020-12-31", Holds.CERTAIN),
        ("2020", "2024", "", "2023-12-31", Holds.CERTAIN),
        ("2020", "2024", "", "2024-01-01", Holds.POSSIBLE),
        ("2020", "2024", "", "2024-12-31", Holds.POSSIBLE),
        ("2020", "2024", "", "2025-01-01", Holds.NO),
        # an end without a start
        (None, "2024-06", "", "2024-05-31", Holds.POSSIBLE),
        (None, "2024-06", "2023", "2024-05-31", Holds.CERTAIN),
        (None, "2024-06", "2023", "2024-06-01", Holds.POSSIBLE),
        # one day
        ("2024-06-04", "2024-06-04", "", "2024-06-04", Holds.CERTAIN),
        # within one year, both by the year: perhaps
        ("2024", "2024", "", "2024-06-01", Holds.POSSIBLE),
    ],
)
def test_holds_says_certain_possible_or_no(
    start: str | None, end: str | None, as_of: str, day: str, expected: Holds
) -> None:
    assert holds(moment(start), moment(end), moments(as_of), day) is expected


@given(st.none() | DATES, st.none() | DATES, st.lists(DATES, max_size=3).map(tuple), DAYS)
def test_holds_agrees_with_the_interval(
    start: PartialDate | None, end: PartialDate | None, as_of: tuple[PartialDate, ...], day: str
) -> None:
    valid_from, valid_until = valid_interval(start, end, as_of)

    assert (holds(start, end, as_of, day) is not Holds.NO) == (valid_from <= day < valid_until)
