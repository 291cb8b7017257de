from collections import Counter

import pytest

from directory.analysis import Lens, report, snapshot
from directory.analysis.figures import Interval, published
from tests.directory.analysis.bundled import network
from tests.directory.analysis.toy import toy

LINES_2024 = {  # recomputed, gap, gap in per cent, verdict, questions
    "in-01": (16, -8, -33.3333, "records_incomplete", ("g-15",)),
    "in-02": (6, 0, 0, "match", ()),
    "in-03": (2, 1, 100, "ambiguous", ("cf-7", "g-05")),
    "in-07": (6690, -10, -0.1493, "within_rounding", ("cf-3",)),
    "in-08": (None, None, None, "part", ("cf-3",)),
    "in-09": (None, None, None, "part", ("cf-3",)),
    "in-10": (None, None, None, "part", ("cf-3",)),
    "in-20": (7, 0, 0, "match", ()),
    "in-21": (1, -10, -90.9091, "records_incomplete", ()),
    "in-26": (1, -18, -94.7368, "records_incomplete", ()),
    "in-27": (5, 0, 0, "match", ()),
    "in-29": (1, -5, -83.3333, "records_incomplete", ()),
    "in-56": (None, None, None, "part", ()),
    "in-57": (None, None, None, "part", ()),
    "in-58": (None, None, None, "part", ()),
    "in-59": (None, None, None, "part", ()),
    "in-60": (None, None, None, "part", ()),
    "in-61": (None, None, None, "not_readable", ("g-04",)),
}
NO_RECORDS_2024 = {f"in-{n:02}" for n in (4, 5, 6, 11, 12, 13, 14, 15, 16, 17, 18, 19, 22, 24, 25, 28)}


def test_quality_of_the_toy():
    found = report.quality(toy(), Lens("cite:X", "2024-06-30"))

    assert (found.freshness, found.mean_age_months, found.basis.known_share) == (0.7333, 9.2, 0.5556)
    assert found.completeness == (("services", 5, 0.925), ("organisations", 4, 0.625), ("contributions", 7, 0.9286))


def test_quality_of_the_published_data():
    sqy = report.quality(network(), Lens("cite:cdm-sqy", "2018-12-31"))
    geneva = report.quality(network(), Lens("cite:cdm-grand-geneve", "2018-12-31"))

    assert (sqy.freshness, sqy.mean_age_months, sqy.reason) == (None, None, "never_verified")
    assert sqy.completeness == (("services", 1, 0.625), ("organisations", 11, 0.3636), ("contributions", 11, 0.5))
    assert geneva.completeness[1] == ("organisations", 8, 0.5625)


def test_quality_of_nothing_is_unknown():
    found = report.quality(network(), Lens("cite:cdm-nimes", "2018-12-31"))

    assert (found.reason, [each.value for each in found.completeness]) == ("nothing_recorded", [None] * 3)


@pytest.mark.parametrize("cells", [{"quantity": "3"}, {"unit": "fte"}, {"amount": "5"}, {"currency": "EUR"}])
def test_an_amount_without_its_unit_lacks_the_unit_only(cells):
    row = {"id": "c1", "contributor_id": "A", "beneficiary_id": "X", "kind": "human", "start": "2020"}
    town = snapshot.from_rows({"contributions": [row | cells]})

    found = report.quality(town, Lens("cite:X", "2024-06-30"))

    assert found.completeness[2] == ("contributions", 1, 0.75)


def test_what_is_verified_later_than_the_day_does_not_count():
    rows = [{"id": "a", "cite_id": "X", "verified_at": "2025"}, {"id": "b", "cite_id": "X", "verified_at": "2024-06"}]

    found = report.quality(snapshot.from_rows({"services": rows}), Lens("cite:X", "2024-06-15"))

    assert (found.freshness, found.mean_age_months) == (1.0, 0.0)
    assert ("a", "verified_in_future") in found.basis.excluded


def test_what_the_records_count_is_among_the_inputs():
    town = network()
    found = report.reconcile(town, 2024)
    used = set(found.basis.inputs_used)

    published = {row.id for row in town.observations if row.period.startswith("2024")}
    seen = {cite.id for cite in town.cites if any(day.startswith("2024") for day in cite.as_of)}
    events = {row.id: row.kind for row in town.events if row.id in used}
    assert published | seen <= used
    assert len(used & {row.id for row in town.territories if row.kind == "country"}) == 6
    assert [list(events.values()).count(kind) for kind in ("delegation", "intervention", "external_event")] == [5, 2, 2]
    assert len(used & {row.id for row in town.mandates}) == 5
    assert not used & {row.person_id for row in town.mandates}


def test_whom_one_may_not_see_is_not_counted_as_one_more():
    town = snapshot.from_rows(
        {
            "indicators": [{"id": "ind-project_partners"}],
            "observations": [
                {"id": "in", "indicator_id": "ind-project_partners", "subject_id": "p", "period": "2024", "value": "3"}
            ],
            "project_memberships": [
                {"id": f"m{n}", "project_id": "p", "member_id": member} for n, member in enumerate(["A", "", ""])
            ],
            "bodies": [{"id": "board", "kind": "executive"}],
            "mandates": [{"id": "m", "in_id": "board", "person_id": "", "start": "2020"}],
        }
    )

    found = report.reconcile(town, 2024)

    assert (found.lines[0].recomputed, found.recomputed_only) == (1.0, ())


def test_reconciliation_of_2024_line_by_line():
    found = report.reconcile(network(), 2024)
    lines = {
        line.id: (line.recomputed, line.gap, line.gap_percent, line.verdict, line.questions)
        for line in found.lines
        if line.verdict != "no_records"
    }

    assert lines == LINES_2024
    assert {line.id for line in found.lines if line.verdict == "no_records"} == NO_RECORDS_2024
    assert len(found.lines) == 34


def test_verdicts_of_2024():
    assert Counter(line.verdict for line in report.reconcile(network(), "2024").lines) == {
        "match": 3,
        "within_rounding": 1,
        "ambiguous": 1,
        "records_incomplete": 4,
        "part": 8,
        "no_records": 16,
        "not_readable": 1,
    }


def test_a_recomputed_sum_keeps_what_its_parts_leave_open():
    line = next(each for each in report.reconcile(network(), 2024).lines if each.id == "in-07")

    assert (line.published, line.qualifier, line.interval) == (6700.0, "more_than", (6556.2, 6823.8))


def test_trends_to_2024():
    trends = report.reconcile(network(), 2024).trends

    assert [(each.indicator, [p[:2] for p in each.points], each.delta, each.percent) for each in trends] == [
        ("countries", [("2013", 9.0), ("2016", 9.0), ("2024", 6.0)], -3.0, -33.3333),
        ("network_members", [("2016", 34.0), ("2024", 24.0)], -10.0, -29.4118),
    ]
    assert "counted as spaces" in trends[1].points[0].note


def test_what_only_the_records_say_of_2024():
    assert report.reconcile(network(), 2024).recomputed_only == (
        ("delegations", 5),
        ("interventions", 2),
        ("external_events", 2),
        ("executive_committee_members", 5),
    )


def test_what_follows_from_the_figures_of_2024():
    derived = report.reconcile(network(), 2024).derived

    assert [(each.name, each.value, each.qualifier) for each in derived] == [
        ("visitors_per_member", 23125.0, "more_than"),
        ("workshops_per_member", 279.1667, "more_than"),
        ("computers_and_tablets_per_member", 22.9167, "more_than"),
        ("cites_attending_share", 0.7917, "exact"),
        ("cites_attending_share", 0.4583, "exact"),
        ("share_with_free_digital_space_count", 24.0, "exact"),
        ("share_with_vr_count", 14.4, "exact"),
    ]
    assert (derived[-1].attainable, derived[-1].possible_bases) == (False, (5, 10, 15, 20))


@pytest.mark.parametrize(
    ("year", "verdicts"),
    [
        (2013, {"in-34": "match"}),
        (2016, dict.fromkeys(["in-30", "in-31", "in-32", "in-33"], "no_records")),
    ],
)
def test_other_years(year, verdicts):
    assert {line.id: line.verdict for line in report.reconcile(network(), year).lines} == verdicts


def test_the_partners_of_a_project_are_those_recorded():
    lines = {line.id: line for line in report.reconcile(network(), 2018).lines}

    assert (lines["in-50"].recomputed, lines["in-50"].verdict) == (9.0, "match")


def test_a_year_without_figures_says_so():
    found = report.reconcile(network(), 1999)

    assert (found.lines, found.derived, found.reason) == ((), (), "nothing_published_for_year")


@pytest.mark.parametrize(
    ("qualifier", "value", "inside", "outside"),
    [
        ("exact", 7, [7], [6, 8]),
        ("more_than", 600, [601, 10**9], [600, 599]),
        ("around", 100, [98, 100, 102], [97, 103]),
        ("nearly", 100, [95, 99.9], [94, 100]),
    ],
)
def test_a_qualifier_says_what_a_figure_may_be(qualifier, value, inside, outside):
    said = published(value, qualifier)

    assert all(said.holds(Interval(each, each)) for each in inside)
    assert not any(said.holds(Interval(each, each)) or said.meets(Interval(each, each)) for each in outside)


def test_indicators_are_known_by_their_slug_wherever_their_id_comes_from():
    rows = {
        "indicators": [{"id": "7f3a", "slug": "network-members"}],
        "cites": [{"id": "X", "as_of": "2024"}],
        "observations": [
            {"id": "o", "indicator_id": "7f3a", "subject_id": "n", "period": "2024", "value": "1", "qualifier": "exact"}
        ],
    }

    assert report.reconcile(snapshot.from_rows(rows), 2024).lines[0].verdict == "match"


def test_a_sum_of_parts_needs_a_figure_of_each():
    line = {"subject_id": "n", "period": "2024", "qualifier": "exact"}
    indicators = [{"id": "whole", "part_ids": "a;b"}, {"id": "a"}, {"id": "b"}]
    published = [
        {"id": "1", "indicator_id": "whole", "value": "10", **line},
        {"id": "2", "indicator_id": "a", "value": "4", **line},
    ]

    found = report.reconcile(snapshot.from_rows({"indicators": indicators, "observations": published}), 2024)

    assert [(each.recomputed, each.verdict) for each in found.lines] == [(None, "no_records")] * 2


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (["2024-06", "", ""], "verified 0 months ago on average; 2 never verified."),
        (["2024-06", "2025", "", "soon"], "verified 0 months ago on average; 1 never verified, 1 verified later, "
         "1 at an unreadable date."),
        (["2025", "2026"], "No recorded service or partner of X was verified by then; some were later: "
         "ask about a later day."),
    ],
)  # fmt: skip
def test_what_is_verified_later_is_not_never_verified(days, said):
    rows = [{"id": f"s{n}", "cite_id": "X", "verified_at": day} for n, day in enumerate(days)]

    found = report.quality(snapshot.from_rows({"services": rows}), Lens("cite:X", "2024-06-15"))

    assert found.basis.explanation.text_en.endswith(said)


def test_a_figure_that_is_no_number_is_left_out():
    line = {"id": "o", "indicator_id": "ind-v", "subject_id": "n", "period": "2024", "value": "about 5"}

    found = report.reconcile(snapshot.from_rows({"indicators": [{"id": "ind-v"}], "observations": [line]}), 2024)

    assert [each.verdict for each in found.lines] == ["not_readable"]
    assert found.basis.excluded == (("o", "not_readable"),)
