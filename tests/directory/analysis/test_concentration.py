import pytest

from directory.analysis import Lens, concentration, snapshot
from tests.directory.analysis.bundled import network
from tests.directory.analysis.toy import toy

AT = "2024-06-30"
X = Lens("cite:X", AT)
SQY = Lens("cite:cdm-sqy", "2018-12-31")


def row(found, kind, unit):
    return next(each for each in found.rows if (each.kind, each.unit) == (kind, unit))


def given(*amounts, **more):
    staff = {"beneficiary_id": "X", "kind": "human", "unit": "fte", **more}
    rows = [{"id": f"c{n}", "contributor_id": who, "quantity": much, **staff} for n, (who, much) in enumerate(amounts)]
    return concentration.measure(snapshot.from_rows({"contributions": rows}), X)


def test_concentration_of_the_toy():
    found = concentration.measure(toy(), X)
    fte, hours, count = row(found, "human", "fte"), row(found, "human", "hour/monthly"), found.rows[0]

    assert (fte.hhi, fte.hhi_normalised, fte.effective, fte.top_share) == (0.3438, 0.125, 2.9091, 0.5)
    assert (fte.n, fte.total, fte.top_ids, fte.band, fte.known_share) == (4, 4.0, ("A",), "high", 1.0)
    assert (hours.hhi, count.measure, count.n, count.total, count.hhi) == (0.5062, "count", 4, 7, 0.3061)
    assert row(found, "expertise", None).reason == "no_amount_known"
    assert [(each.measure, each.kind, each.unit) for each in found.rows] == [
        ("count", None, None),
        ("quantity", "human", "fte"),
        ("quantity", "human", "hour/monthly"),
        ("quantity", "expertise", None),
    ]


def test_money_of_the_toy():
    euros = row(concentration.measure(toy(), Lens("cite:Y", AT)), "financial", "EUR")

    assert (euros.hhi, euros.hhi_normalised, euros.effective) == (0.68, 0.36, 1.4706)


def test_concentration_of_the_published_data():
    count, *others = concentration.measure(network(), SQY).rows

    assert (count.n, count.total, count.hhi, count.hhi_normalised) == (10, 11, 0.1074, 0.0083)
    assert (count.effective, count.band) == (9.3077, "moderate")
    assert [(each.kind, each.unit, each.reason) for each in others] == [
        (kind, None, "no_amount_known") for kind in ("expertise", "financial", "human")
    ]


@pytest.mark.parametrize(
    ("at", "total", "hhi"), [(("2018-01-01", "2019-01-01"), 16, 0.0781), (("2024-01-01", "2025-01-01"), 22, 0.0537)]
)
def test_concentration_of_the_network(at, total, hhi):
    count = concentration.measure(network(), Lens("network", at)).rows[0]

    assert (count.total, count.hhi) == (total, hhi)


def test_concentration_of_the_trainer_counsellors():
    found = concentration.spread({"brussels": 2, "paris": 2, "bellinzona": 1, "barcelona": 1, "geneva": 1})

    assert (found.hhi, found.hhi_normalised, found.effective) == (0.2245, 0.0306, 4.4545)


def test_a_sum_of_zero_has_no_shares():
    fte = row(given(("A", "0")), "human", "fte")

    assert (fte.total, fte.hhi, fte.reason, fte.n) == (0.0, None, "sum_zero", 0)


def test_one_contributor_alone_has_no_normalised_index():
    fte = row(given(("A", "2")), "human", "fte")

    assert (fte.hhi, fte.hhi_normalised, fte.effective, fte.reason) == (1.0, None, 1.0, None)


def test_what_is_not_quantified_lowers_what_is_known():
    found = given(("A", "2"), ("B", ""), ("C", "some"))

    assert row(found, "human", "fte").known_share == 0.3333
    assert set(found.basis.excluded) == {("c1", "quantity_unknown"), ("c2", "bad_quantity")}


def test_the_same_thing_given_twice_at_a_time_is_counted_twice_and_warned_of():
    found = given(("A", "2"), ("A", "1"))

    assert (found.rows[0].total, row(found, "human", "fte").total) == (2, 3.0)
    assert "overlapping_contributions" in found.basis.warnings


def test_nothing_recorded_is_not_zero():
    found = concentration.measure(network(), Lens("cite:cdm-paris", "2018-12-31"))

    assert (found.rows, found.reason) == ((), "no_contribution_recorded")


def test_bands_are_a_setting():
    found = concentration.measure(network(), SQY, bands=(0.2, 0.5))

    assert found.rows[0].band == "low"


MIXES = [  # Cité, by, roles; value, lower, upper
    ("cdm-sqy", "type", "all", (0.86, 0.843, 0.876)),
    ("cdm-sqy", "family", "all", (0.8, 0.7769, 0.8264)),
    ("cdm-sqy", "type", "partner", (0.7755, 0.75, 0.8125)),
    ("cdm-grand-geneve", "type", "all", (0.8438, 0.8438, 0.8438)),
    ("cdm-grand-geneve", "family", "all", (0.5312, 0.5312, 0.5312)),
]


@pytest.mark.parametrize(("cite", "by", "roles", "expected"), MIXES)
def test_mix_of_the_published_data(cite, by, roles, expected):
    found = concentration.mix(network(), Lens(f"cite:{cite}", "2018-12-31", roles=roles), by)

    assert (found.value, found.lower, found.upper) == expected


def test_mix_of_the_toy():
    found = concentration.mix(toy(), X)

    assert (found.value, found.lower, found.upper, found.normalised) == (0.4444, 0.375, 0.625, 0.8889)
    assert (found.groups, found.n_unknown) == ((("training_body", 2), ("public_employment_service", 1)), 1)


def test_mix_of_the_trainer_counsellors_leaves_the_cross_border_cite_unknown():
    found = concentration.blau({"BE": 2, "FR": 2, "CH": 1, "ES": 1}, n_unknown=1)

    assert found[:3] == (0.7222, 0.6939, 0.7755)


def test_one_world_has_no_normalised_mix():
    found = concentration.mix(network(), Lens("cite:cdm-grand-geneve", "2018-12-31"), "country")

    assert (found.value, found.normalised, found.reason) == (0.0, None, None)


def test_unknown_types_and_no_partner_are_said():
    assert concentration.mix(network(), Lens("cite:cdm-paris", "2024-12-31")).reason == "no_type_known"
    assert concentration.mix(network(), Lens("cite:cdm-nimes", "2024-12-31")).reason == "no_partner_recorded"


def test_one_contributor_is_not_several_equal_ones():
    told = given(("A", "1"), ("A", "1"), ("A", "2")).basis.explanation

    assert (
        told.text_en == "A gives 100% of the recorded human resources (fte); it is as if one partner alone gave them."
    )
    assert told.text_fr == (
        "A apporte 100 % des moyens humains enregistrés (fte) ; c'est comme si un seul partenaire les apportait."
    )


def test_under_three_contributions_are_listed():
    told = given(("A", "1"), ("B", ""), recurrence="monthly").basis.explanation

    assert told.text_en == "Recorded: A (human resources: 1 fte, monthly) and B (human resources)."
    assert told.text_fr == "Enregistré : A (moyens humains : 1 fte, par mois) et B (moyens humains)."


def test_amounts_of_which_under_half_are_known_are_not_shared_out():
    told = given(("A", "1"), ("B", ""), ("C", "")).basis.explanation

    assert told.text_en == (
        "A, B and C each give 33.3% of the 3 recorded contributions; it is as if 3 equal partners gave them. "
        "Too few amounts are recorded to share them out."
    )


@pytest.mark.parametrize("second", [{"unit": "hour"}, {"unit": "", "quantity": ""}])
def test_what_is_given_twice_at_a_time_is_warned_of_in_whatever_unit(second):
    staff = {"contributor_id": "A", "beneficiary_id": "X", "kind": "human", "quantity": "1", "unit": "fte"}
    rows = [{"id": "a", **staff}, {"id": "b", **staff, **second}]

    found = concentration.measure(snapshot.from_rows({"contributions": rows}), X)

    assert "overlapping_contributions" in found.basis.warnings


def test_no_partner_in_a_complete_list_is_a_fact():
    town = snapshot.from_rows({"cites": [{"id": "X", "partners_complete": "yes"}]})

    found = concentration.mix(town, X)

    assert (found.value, found.reason) == (None, "no_partner")
    assert found.basis.explanation.text_en == "X has no partner: its list is declared complete."
