from datetime import date

import pytest

from directory.analysis import Lens, LensError, coverage, snapshot
from directory.analysis.coverage import TerritoryReach
from tests.directory.analysis.bundled import network
from tests.directory.analysis.toy import UNWEIGHTED, toy

AT = "2024-06-30"
THEN = "2018-12-31"

TOY = [  # Cité, value, upper, reason
    ("X", 0.8, 0.8, None),
    ("Y", 0.25, 1.0, None),
    ("Z", None, None, "no_need_matched_by_a_record"),
    ("N", 0.5, 0.5, None),
]
BUNDLED = [
    ("cdm-sqy", 1.0, 1.0, None),
    ("cdm-marseille-paca", 0.25, 1.0, None),
    ("cdm-reunion", None, None, "no_service_recorded"),
    ("cdm-grand-geneve", None, None, "no_service_recorded"),
    ("cdm-paris", None, None, "no_service_recorded"),
]


def cover(needs, services, cite=None, **tables):
    cites = [{"id": "X", "territory_id": "t", **(cite or {})}]
    rows = [{"cite_id": "X", "start": "2020", **row} for row in services]
    wanted = [{"cite_id": "X", "date": "2020", **row} for row in needs]
    town = snapshot.from_rows({"cites": cites, "needs": wanted, "services": rows, **tables})
    return coverage.measure(town, Lens("cite:X", AT))


@pytest.mark.parametrize(("cite", "value", "upper", "reason"), TOY)
def test_coverage_of_the_toy(cite, value, upper, reason):
    found = coverage.measure(toy(), Lens(f"cite:{cite}", AT))

    assert (found.value, found.upper, found.reason) == (value, upper, reason)


def test_each_need_of_the_toy_has_its_answer():
    found = coverage.measure(toy(), Lens("cite:X", AT))

    assert found.uncovered == ("x6",)
    assert found.cells[0] == coverage.Cell("x1", True, 1, 1, False, date(2024, 1, 15))
    assert [(cell.need_id, cell.n_partners) for cell in found.cells] == [
        ("x1", 1), ("x2", 1), ("x3", 2), ("x4", 2), ("x5", 1), ("x6", 0),
    ]  # fmt: skip
    assert (found.basis.known_share, found.default_needs, found.unspecified_services) == (1.0, False, ())


def test_coverage_without_weights_counts_needs():
    assert coverage.measure(toy(UNWEIGHTED), Lens("cite:X", AT)).value == 0.8333


def test_without_declared_needs_the_main_types_of_service_stand_in():
    found = coverage.measure(toy(), Lens("cite:Y", AT))

    assert (found.default_needs, len(found.cells), found.basis.known_share) == (True, 4, 0.25)


def test_a_service_without_a_public_answers_nothing_and_is_listed():
    assert coverage.measure(toy(), Lens("cite:Z", AT)).unspecified_services == ("sz",)


@pytest.mark.parametrize(("cite", "value", "upper", "reason"), BUNDLED)
def test_coverage_of_the_published_data(cite, value, upper, reason):
    found = coverage.measure(network(), Lens(f"cite:{cite}", THEN))

    assert (found.value, found.upper, found.reason) == (value, upper, reason)


def test_the_text_says_how_many_needs_are_declared():
    found = coverage.measure(network(), Lens("cite:cdm-sqy", THEN))

    assert found.cells == (coverage.Cell("nd-sqy-digital", True, 1, 8, False, None),)
    assert "1 need declared" in found.basis.explanation.text_en
    assert "1 besoin déclaré" in found.basis.explanation.text_fr


def test_unknown_providers_are_said_to_be_unknown():
    cells = coverage.measure(network(), Lens("cite:cdm-marseille-paca", THEN)).cells

    assert [cell.providers_unknown for cell in cells if cell.covered] == [True]


def test_none_is_a_fact_only_where_services_are_complete():
    need = [{"id": "n", "types": "events"}]

    assert cover(need, []).reason == "no_service_recorded"
    assert cover(need, [], {"services_complete": "yes"}).value == 0.0


def test_needs_that_weigh_nothing_give_no_share():
    found = cover([{"id": "n", "types": "events", "weight": "0"}], [{"id": "s", "types": "events", "publics": "all"}])

    assert (found.value, found.reason) == (None, "no_weight")


def test_a_need_with_an_impossible_weight_is_left_out():
    found = cover(
        [{"id": "a", "types": "events", "weight": "much"}, {"id": "b", "types": "events"}],
        [{"id": "s", "types": "events", "publics": "all"}],
    )

    assert (found.value, [cell.need_id for cell in found.cells]) == (1.0, ["b"])
    assert ("a", "bad_quantity") in found.basis.excluded


def test_a_need_of_several_types_and_publics_is_several_cells_in_its_own_order():
    found = cover(
        [{"id": "n", "types": "workshops;events", "publics": "women;all", "weight": "2"}],
        [{"id": "s", "types": "events", "publics": "all"}],
    )

    ids = ("n:workshops:women", "n:workshops:all", "n:events:women", "n:events:all")
    assert tuple(cell.need_id for cell in found.cells) == ids
    assert (found.value, found.uncovered) == (0.5, ids[:2])


@pytest.mark.parametrize(
    ("need", "service", "answered"),
    [
        ({"types": "events"}, {"types": "fairs"}, True),
        ({"types": "fairs"}, {"types": "events"}, False),
        ({}, {"types": "fairs"}, True),
        ({"publics": "pupils"}, {"publics": "young"}, True),
        ({"publics": "young"}, {"publics": "pupils"}, False),
        ({"publics": "young"}, {"publics": "all"}, True),
        ({}, {"publics": "young"}, False),
        ({"themes": "health"}, {"themes": "jobs"}, False),
        ({"themes": "health"}, {"themes": "jobs;health"}, True),
        ({"themes": "health"}, {}, True),
        ({"territory_id": "t"}, {}, True),
        ({"territory_id": "t"}, {"territory_ids": "region"}, True),
        ({"territory_id": "region"}, {"territory_ids": "t"}, False),
        ({"territory_id": "t"}, {"territory_ids": "area"}, True),
        ({"territory_id": "elsewhere"}, {"territory_ids": "t"}, False),
        ({}, {"territory_ids": "elsewhere"}, True),
        ({"territory_id": "elsewhere"}, {"channel_ids": "ch"}, True),
    ],
)
def test_a_service_answers_a_need_by_type_public_theme_and_place(need, service, answered):
    found = cover(
        [{"id": "n", "types": "events", **need} if "types" in need or need else {"id": "n"}],
        [{"id": "s", "types": "fairs" if not service.get("types") else "", "publics": "all", **service}],
        {"services_complete": "yes"},
        vocabularies=[
            {"vocabulary": "service_type", "code": "events"},
            {"vocabulary": "service_type", "code": "fairs", "parent": "events"},
            {"vocabulary": "public", "code": "young"},
            {"vocabulary": "public", "code": "pupils", "parent": "young"},
        ],
        territories=[{"id": "t", "parent_id": "region", "area_ids": "area"}, {"id": "region"}, {"id": "elsewhere"}],
        channels=[{"id": "ch", "cite_id": "X", "territory_id": "elsewhere"}],
    )

    assert found.cells[0].covered is answered


def test_the_staff_without_whom_a_service_could_not_be_held_run_it_and_its_funders_do_not():
    contributions = [
        {"id": "c1", "contributor_id": "A", "kind": "human", "enables_ids": "s", "start": "2020"},
        {"id": "c2", "contributor_id": "B", "kind": "financial", "enables_ids": "s", "start": "2020"},
        {"id": "c3", "contributor_id": "C", "kind": "human", "enables_ids": "s", "start": "2020", "end": "2021"},
    ]

    found = cover([{"id": "n"}], [{"id": "s", "types": "events", "publics": "all"}], contributions=contributions)

    assert found.cells[0].n_partners == 1


def test_coverage_is_asked_of_one_cite():
    with pytest.raises(LensError):
        coverage.measure(toy(), Lens("network", AT))


def test_a_loop_of_territories_is_followed_once_and_warned_of():
    found = cover(
        [{"id": "n", "territory_id": "t"}],
        [{"id": "s", "types": "events", "publics": "all", "territory_ids": "u"}],
        territories=[{"id": "t", "parent_id": "u"}, {"id": "u", "parent_id": "t"}],
    )

    assert (found.value, found.basis.warnings) == (1.0, ("territory_cycle",))


# Reach.


def test_reach_of_the_toy():
    both = coverage.reach(toy(), Lens("network", AT), ["tx", "tx-north"])
    apart = coverage.reach(toy(), Lens("network", AT), ["tx-north", "ty"])

    assert [(row.offers, row.per_10000) for row in both.territories] == [(4, 0.4), (5, 2.5)]
    assert (both.reached_share, both.reason) == (None, "territories_overlap")
    assert (apart.reached_share, apart.reason) == (1.0, None)


def test_reach_of_the_published_data_says_what_is_not_recorded():
    found = coverage.reach(network(), Lens("network", THEN), ["t-paca", "t-annemasse", "t-atlantis"])

    assert [row.reason for row in found.territories] == ["population_unknown", "none_recorded", "unknown_territory"]
    assert (found.reached_share, found.reason) == (None, "population_unknown")


def test_no_service_is_a_fact_where_a_cite_is_complete():
    town = snapshot.from_rows(
        {
            "cites": [{"id": "X", "territory_id": "t", "services_complete": "yes"}],
            "territories": [{"id": "t", "population": "1000"}, {"id": "u", "population": "0"}],
            "services": [{"id": "s", "territory_ids": "u"}],
        }
    )

    found = coverage.reach(town, Lens("network", AT), ["t", "u"])

    assert found.territories == (
        TerritoryReach("t", 0, 1000.0, 0.0, None),
        TerritoryReach("u", 1, 0.0, None, "population_zero"),
    )


def test_reach_of_one_cite_is_no_fact_by_the_complete_list_of_another():
    found = coverage.reach(toy(), Lens("cite:Y", AT), ["tn", "ty"])

    assert found.territories == (
        TerritoryReach("tn", 0, 120_000.0, None, "none_recorded"),
        TerritoryReach("ty", 1, 150_000.0, 0.0667, None),
    )
    assert found.basis.explanation.text_en == (
        "No service of Y is recorded for tn: add one. Ty has 0.0667 recorded services of Y per 10,000 people."
    )
    assert found.basis.explanation.text_fr == (
        "Aucun service de Y n'est enregistré pour tn : ajoutez-en un. "
        "Ty compte 0,0667 services enregistrés de Y pour 10 000 habitants."
    )


def test_a_loop_in_the_hierarchy_is_reported():
    town = snapshot.from_rows({"territories": [{"id": "t", "parent_id": "u"}, {"id": "u", "parent_id": "t"}]})

    found = coverage.reach(town, Lens("network", AT), ["t"])

    assert (found.territory_cycles, found.basis.warnings) == (("t", "u"), ("territory_cycle",))


def test_a_need_of_an_unreadable_weight_is_declared_all_the_same():
    town = snapshot.from_rows(
        {
            "vocabularies": [{"vocabulary": "service_type", "code": "events"}],
            "needs": [{"id": "n", "cite_id": "X", "types": "events", "weight": "heavy"}],
            "services": [{"id": "s", "cite_id": "X", "types": "events", "publics": "all"}],
        }
    )

    found = coverage.measure(town, Lens("cite:X", AT))

    assert (found.value, found.default_needs, found.reason) == (None, False, "no_weight")
    assert found.cells == ()
    assert ("n", "bad_quantity") in found.basis.excluded
