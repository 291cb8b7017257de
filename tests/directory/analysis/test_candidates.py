import pytest

from directory.analysis import Lens, candidates, snapshot
from tests.directory.analysis.bundled import network
from tests.directory.analysis.toy import toy

AT = "2024-06-30"
X = Lens("cite:X", AT)


def test_candidates_of_the_toy():
    found = candidates.measure(toy(), X)

    assert found.needs == (
        ("x1", 0.5, "single_provider"),
        ("x2", 0.5, "single_provider"),
        ("x5", 0.5, "single_provider"),
        ("x6", 1.0, "uncovered"),
    )
    assert found.candidates == (("G", 0.6, ("x1", "x6")), ("H", 0.6, ("x1", "x2", "x5")))
    assert found.rejected == (("J", "verified_too_long_ago"), ("K", "no_need_matched"))
    assert (found.cover, found.cover_share, found.reason) == (("G", "H"), 1.0, None)


def test_nothing_is_open_where_many_provide():
    found = candidates.measure(network(), Lens("cite:cdm-sqy", "2018-12-31"))

    assert (found.needs, found.cover_share, found.reason) == ((), None, "no_open_need")


def test_without_a_directory_of_candidates_nothing_is_said_of_cover():
    found = candidates.measure(network(), Lens("cite:cdm-marseille-paca", "2018-12-31"))

    assert {need.why for need in found.needs} == {"not_recorded"}
    assert (found.cover_share, found.reason) == (None, "no_candidate_recorded")


@pytest.mark.parametrize(
    ("candidate", "reason"),
    [
        ({"organisation_id": "A"}, "already_partner"),
        ({"refused": "yes"}, "refused"),
        ({"active": "no"}, "inactive"),
        ({"active": ""}, None),
        ({"verified_at": ""}, "not_verified"),
        ({"verified_at": "2024-07-01"}, "verified_in_future"),
        ({"verified_at": "2022-06-29"}, "verified_too_long_ago"),
        ({"verified_at": "2022-06-30"}, None),
    ],
)
def test_a_candidate_is_refused_with_its_reason(candidate, reason):
    town = snapshot.from_rows(
        {
            "needs": [{"id": "n", "cite_id": "X", "types": "events"}],
            "partnerships": [{"id": "p", "organisation_id": "A", "cite_id": "X"}],
            "candidates": [{"id": "G", "active": "yes", "verified_at": "2024-05-01", **candidate}],
            "candidate_offers": [{"candidate_id": "G", "types": "events", "publics": "all"}],
        }
    )

    found = candidates.measure(town, X)

    assert found.rejected == ((("G", reason),) if reason else ())
    assert [fit.id for fit in found.candidates] == ([] if reason else ["G"])


def test_path_of_the_toy():
    found = candidates.path(toy(), Lens("cite:N", AT))

    assert [(step.order, step.kind, step.ref, step.typical_month) for step in found.steps] == [
        (1, "principle", "anonymity", None),
        (2, "principle", "free_of_charge", None),
        (3, "principle", "open_to_all", None),
        (4, "principle", "no_appointment", None),
        (5, "uncovered_need", "n2", None),
        (6, "missing_kind", "expertise", 6),
        (7, "missing_kind", "human", None),
        (8, "missing_kind", "financial", None),
        (9, "missing_kind", "material", None),
    ]
    assert found.steps[4].candidates == ("K",)
    assert found.typical_months[0] == ("expertise", 6, 3)


def test_path_of_the_published_data():
    found = candidates.path(network(), Lens("cite:cdm-sqy", "2018-12-31"))

    assert [(step.kind, step.typical_month) for step in found.steps] == [("principle", None)] * 4 + [
        ("missing_kind", None)
    ]
    assert found.steps[-1].ref == "material"


def test_needs_that_weigh_nothing_are_not_all_answered():
    town = snapshot.from_rows({"needs": [{"id": "n", "cite_id": "X", "types": "events", "weight": "heavy"}]})

    assert candidates.measure(town, Lens("cite:X", AT)).reason == "no_weight"
