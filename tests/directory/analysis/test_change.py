import pytest

from directory.analysis import Lens, LensError, change, snapshot
from directory.analysis.change import Flow
from tests.directory.analysis.bundled import network
from tests.directory.analysis.toy import toy

X = Lens("cite:X", "2024-06-30")
BEFORE, AFTER = "2024-06-30", "2025-06-30"
THEN, NOW = "2018-12-31", "2024-12-31"


def flow(found, kind, unit):
    return next(each for each in found.flows if (each.kind, each.unit) == (kind, unit))


def partnerships(*rows, **tables):
    held = [{"id": f"p{n}", "cite_id": "X", **row} for n, row in enumerate(rows)]
    return snapshot.from_rows({"partnerships": held, **tables})


def test_change_of_the_toy():
    found = change.measure(toy(), X, BEFORE, AFTER)

    assert (found.stayed, found.joined, found.left) == (("A", "B", "D"), ("E",), ("C",))
    assert (found.first_seen, found.unconfirmed, found.renamed) == (("F",), (), ())
    assert (found.retention_low, found.retention_high) == (0.75, 0.75)
    assert (found.churn_low, found.churn_high) == (0.3333, 0.5)
    assert flow(found, "human", "fte") == Flow("human", "fte", 4.0, 4.5, 1.0, 0.5, 0.5, 0.5, 0.5, ())
    assert flow(found, "expertise", None).unknown == ("A",)


def test_change_of_the_published_data_is_that_nothing_confirms_it():
    found = change.measure(network(), Lens("network", NOW), THEN, NOW)

    assert (len(found.unconfirmed), found.first_seen) == (20, ("org-centre-inffo",))
    assert (found.stayed, found.joined, found.left) == ((), (), ())
    assert (found.retention_low, found.retention_high) == (0.0, 1.0)
    assert (found.churn_low, found.churn_high) == (0.0, 1.0)


def test_a_row_left_out_at_both_dates_is_left_out_once():
    town = partnerships(
        {"organisation_id": "A", "role": "partner", "start": "2010"},
        {"organisation_id": "B", "role": "funder", "start": "2020"},
        {"organisation_id": "C", "role": "partner", "start": "2020", "certainty": "not_stated"},
        {"organisation_id": "D", "role": "partner", "start": "2030"},
    )

    found = change.compare(town, Lens("cite:X", NOW, roles="partner"), THEN, NOW)

    reasons = (("p1", "role"), ("p2", "certainty:not_stated"), ("p3", "not_valid_at"))
    assert found.basis.excluded == found.change.basis.excluded == reasons


def test_dates_the_wrong_way_round_are_said_as_they_are_written():
    with pytest.raises(LensError, match="the first date, 2018-12-31/2019-12-31, lies after the second one, 2018-12-31"):
        change.measure(network(), Lens("network", NOW), ("2018-12-31", "2019-12-31"), "2018-12-31")


def test_countries_of_the_network():
    found = change.countries(network(), 2013, 2024)

    assert (len(found.first), len(found.second), len(found.kept), found.retention) == (9, 6, 6, 0.6667)
    assert found.gone == ("CL", "DE", "MU")


def test_a_later_sighting_confirms_a_partner():
    town = partnerships({"organisation_id": "A", "as_of": "2018;2024"}, {"organisation_id": "B", "as_of": "2018"})

    found = change.measure(town, X, THEN, NOW)

    assert (found.stayed, found.unconfirmed) == (("A",), ("B",))


def test_an_organisation_that_succeeds_another_stayed():
    town = partnerships(
        {"organisation_id": "old", "start": "2010", "end": "2020"},
        {"organisation_id": "new", "start": "2021"},
        organisations=[{"id": "new", "succeeds_id": "middle"}, {"id": "middle", "succeeds_id": "old"}],
    )

    found = change.measure(town, X, THEN, NOW)

    assert (found.stayed, found.joined, found.left) == (("new",), (), ())
    assert (found.renamed, found.retention_low, found.churn_high) == ((("old", "new"),), 1.0, 0.0)


def test_all_those_that_merged_into_a_new_one_stayed():
    ended = {"start": "2010", "end": "2020"}
    town = partnerships(
        {"organisation_id": "A", **ended}, {"organisation_id": "B", **ended}, {"organisation_id": "D", **ended},
        {"organisation_id": "C", "start": "2021"},
        organisations=[{"id": "C", "succeeds_id": "A;B"}],
    )  # fmt: skip

    found = change.measure(town, X, THEN, NOW)

    assert (found.stayed, found.joined, found.left) == (("C",), (), ("D",))
    assert (found.renamed, found.retention_low, found.churn_low) == ((("A", "C"), ("B", "C")), 0.6667, 0.3333)
    assert found.basis.explanation.text_en.startswith("0 joined, 1 left, 2 stayed;")


def test_who_joined_another_partner_stayed():
    town = partnerships(
        {"organisation_id": "A", "start": "2010", "end": "2020"}, {"organisation_id": "C", "start": "2010"},
        organisations=[{"id": "C", "succeeds_id": "A"}],
    )  # fmt: skip

    found = change.measure(town, X, THEN, NOW)

    assert (found.stayed, found.left, found.renamed) == (("C",), (), (("A", "C"),))
    assert (found.retention_low, found.churn_high) == (1.0, 0.0)


def test_the_parts_of_who_was_divided_stayed():
    town = partnerships(
        {"organisation_id": "A", "start": "2010", "end": "2020"},
        {"organisation_id": "B", "start": "2021"}, {"organisation_id": "C", "start": "2021"},
        organisations=[{"id": "B", "succeeds_id": "A"}, {"id": "C", "succeeds_id": "A"}],
    )  # fmt: skip

    found = change.measure(town, X, THEN, NOW)

    assert (found.stayed, found.joined, found.left) == (("B", "C"), (), ())
    assert (found.retention_low, found.retention_high, found.churn_low) == (1.0, 1.0, 0.0)


def test_an_unknown_amount_at_one_date_is_neither_new_nor_lost():
    human = {"beneficiary_id": "X", "kind": "human", "unit": "fte"}
    rows = [
        {"id": "a", "contributor_id": "A", "quantity": "2", "start": "2010", "end": "2020", **human},
        {"id": "b", "contributor_id": "A", "start": "2021", **human},
        {"id": "c", "contributor_id": "B", "quantity": "1", "start": "2010", **human},
    ]

    found = change.measure(snapshot.from_rows({"contributions": rows}), X, THEN, NOW)

    assert found.flows == (Flow("human", "fte", 1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, ("A",)),)


def test_without_a_partner_at_the_first_date_nothing_is_compared():
    found = change.measure(partnerships({"organisation_id": "A", "start": "2024"}), X, THEN, NOW)

    assert (found.retention_low, found.churn_low, found.joined) == (None, None, ("A",))
    assert found.reason == "no_partner_recorded_at_first_date"


def test_two_dates_of_the_toy_compare():
    found = change.compare(toy(), X, BEFORE, AFTER)
    rows = {row.metric: row[1:] for row in found.rows}

    assert found.comparable
    assert rows["coverage"] == (0.8, 0.8, 0.0)
    assert rows["diversity"] == (0.4444, 0.625, 0.1806)
    assert rows["partners"] == (4, 5, 1)
    assert rows["hhi:human:fte"] == (0.3438, 0.3827, 0.0389)
    assert rows["total:human:fte"] == (4.0, 4.5, 0.5)


def test_two_dates_of_the_published_data_are_equal_and_do_not_compare():
    found = change.compare(network(), Lens("cite:cdm-sqy", NOW), THEN, NOW)

    assert not found.comparable
    assert {row.delta for row in found.rows} == {0.0}
    assert [row.metric for row in found.rows] == [
        "coverage", "fragility", "redundancy", "diversity", "partners", "kinds_covered",
    ]  # fmt: skip


def test_a_row_used_at_one_of_the_dates_is_not_left_out():
    found = change.measure(toy(), X, BEFORE, AFTER)

    assert not {each.id for each in found.basis.excluded if each.reason == "not_valid_at"} & {*found.basis.inputs_used}
    assert found.basis.at == "2024-06-30/2025-06-30"


def test_change_is_asked_forwards():
    with pytest.raises(LensError, match="the first date, 2025-06-30, lies after the second one, 2024-06-30"):
        change.measure(toy(), X, AFTER, BEFORE)
