import csv
import json

import pytest

from directory.analysis import Lens, ScenarioError, snapshot, whatif
from directory.analysis.sheets import shown
from tests.directory.analysis.bundled import DATA, network
from tests.directory.analysis.toy import UNWEIGHTED, toy

X = Lens("cite:X", "2024-06-30")
SQY = Lens("cite:cdm-sqy", "2018-12-31")
A_LEAVES = {"op": "remove_organisation", "id": "A"}
G_COMES = [
    {"op": "add_organisation", "row": {"id": "G"}},
    {"op": "add_provider", "service": "s1", "organisation": "G"},
    {"op": "add_service", "row": {"id": "s9", "types": "events", "publics": "all", "provider_ids": "G"}},
]
WRITTEN = """{"format": "scenario/1", "name": "A leaves, G comes", "scope": "cite:X", "at": "2024-06-30", "changes": [
 {"op": "remove_organisation", "id": "A"}, {"op": "add_organisation", "row": {"id": "G"}},
 {"op": "add_partnership", "row": {}}, {"op": "add_contribution", "row": {}}, {"op": "add_service", "row": {}},
 {"op": "add_provider", "service": "s1", "organisation": "G"},
 {"op": "set_quantity", "contribution": "c01", "quantity": "3"}, {"op": "end_contribution", "contribution": "c02"},
 {"op": "close_channel", "id": "ch-xb"}]}"""


def tried(facts, lens, *changes):
    return whatif.measure(facts, lens, {"format": "scenario/1", "name": "a try", "changes": list(changes)})


def after(found):
    return {row.metric: row.after for row in found.rows}


def before(found):
    return {row.metric: row.before for row in found.rows}


def test_what_if_a_leaves_the_toy():
    found = tried(toy(), X, A_LEAVES)
    then = after(found)

    assert (before(found)["coverage"], then["coverage"]) == (0.8, 0.4)
    assert (before(found)["total:human:fte"], then["total:human:fte"]) == (4.0, 2.0)
    assert (then["redundancy"], then["diversity"], then["partners"], then["kinds_covered"]) == (1.3333, 0.0, 3, 1)
    assert (found.needs_lost, found.needs_gained, found.blocked) == (("x1", "x2"), (), ())


def test_what_if_a_leaves_the_toy_without_weights():
    found = tried(toy(UNWEIGHTED), X, A_LEAVES)

    assert (before(found)["coverage"], after(found)["coverage"]) == (0.8333, 0.5)


def test_what_if_g_comes_to_the_toy():
    found = tried(toy(), X, *G_COMES)

    assert (after(found)["coverage"], after(found)["redundancy"]) == (1.0, 1.5)
    assert (before(found)["fragility"], after(found)["fragility"]) == (0.5, 0.2)
    assert found.needs_gained == ("x6",)
    assert after(tried(toy(UNWEIGHTED), X, *G_COMES))["fragility"] == 0.1667


def test_what_if_the_network_leaves():
    found = tried(network(), SQY, {"op": "remove_organisation", "id": "org-network"})

    assert after(found)["coverage"] == 1.0
    assert (before(found)["kinds_covered"], after(found)["kinds_covered"]) == (3, 2)
    assert (before(found)["diversity"], after(found)["diversity"]) == (0.86, 0.8395)


def test_what_if_the_employment_agency_leaves():
    found = tried(network(), SQY, {"op": "remove_organisation", "id": "org-public-employment-agency"})

    assert (before(found)["redundancy"], after(found)["redundancy"]) == (8.0, 7.0)


@pytest.mark.parametrize("cite", ["cdm-sqy", "cdm-mulhouse"])
def test_who_holds_a_cite_or_the_label_does_not_leave(cite):
    changes = [{"op": "remove_organisation", "id": id} for id in ("org-mef-mulhouse", "org-universcience")]

    found = tried(network(), Lens(f"cite:{cite}", "2018-12-31"), *changes)

    assert [each.reason for each in found.blocked] == ["holder_of_the_cite", "label_authority"]
    assert before(found) == after(found)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"op": "teleport", "id": "A"}, "unknown_op"),
        ({"op": "remove_organisation", "id": "nobody"}, "not_found"),
        ({"op": "close_channel", "id": "nowhere"}, "not_found"),
        ({"op": "close_channel", "id": "ch-y"}, "not_found"),
        ({"op": "add_organisation", "row": {"id": "A"}}, "already_exists"),
        ({"op": "add_partnership", "row": {}}, "incomplete_row"),
        ({"op": "add_contribution", "row": {"kind": "human"}}, "incomplete_row"),
        ({"op": "add_service", "row": {}}, "incomplete_row"),
        ({"op": "add_partnership", "row": {"organisation_id": "nobody"}}, "unknown_organisation"),
        ({"op": "add_contribution", "row": {"contributor_id": "nobody", "kind": "human"}}, "unknown_organisation"),
        (
            {"op": "add_contribution", "row": {"contributor_id": "B", "kind": "human", "quantity": "a lot"}},
            "bad_quantity",
        ),
        ({"op": "add_provider", "service": "s1", "organisation": "nobody"}, "unknown_organisation"),
        ({"op": "add_partnership", "row": {"organisation_id": "G", "start": "soon"}}, "bad_date"),
        ({"op": "add_provider", "service": "none", "organisation": "G"}, "not_found"),
        ({"op": "set_quantity", "contribution": "c01", "quantity": "-1"}, "bad_quantity"),
        ({"op": "set_quantity", "contribution": "c09", "quantity": "1"}, "unit_unknown"),
        ({"op": "end_contribution", "contribution": "none"}, "not_found"),
        ({"op": "add_partnership", "row": {"organisation_id": "E", "cite_id": "nowhere"}}, "not_in_scope"),
        ({"op": "add_partnership", "row": {"organisation_id": "E", "cite_id": "Y"}}, "not_in_scope"),
        ({"op": "add_service", "row": {"cite_id": "Y", "types": "events"}}, "not_in_scope"),
        (
            {"op": "add_contribution", "row": {"contributor_id": "E", "kind": "human", "beneficiary_id": "ch-y"}},
            "not_in_scope",
        ),
        ({"op": "add_service", "row": {"types": "events;evnts"}}, "unknown_code:evnts"),
        ({"op": "add_service", "row": {"types": "events", "publics": "youth"}}, "unknown_code:youth"),
        ({"op": "add_organisation", "row": {"id": "G", "type": "schol"}}, "unknown_code:schol"),
    ],
)
def test_a_change_that_cannot_be_made_is_named_and_the_rest_is_applied(change, reason):
    found = tried(toy(), X, change, {"op": "end_contribution", "contribution": "c01"})

    assert [each.reason for each in found.blocked] == [reason]
    assert after(found)["total:human:fte"] == 2.0


def test_a_code_that_is_none_is_named_where_the_change_is_not_applied():
    found = tried(toy(), X, {"op": "add_service", "row": {"title_en": "Fairs", "types": "evnts"}})

    assert "Not applied: add the service Fairs (no such code: evnts)." in found.basis.explanation.text_en
    assert shown(found, toy(), "fr").sheets[0].rows == (("ajouter le service Fairs", "code inconnu : evnts"),)


def test_staff_given_elsewhere_may_run_a_service_here():
    given = {"contributor_id": "E", "kind": "human", "beneficiary_id": "Y", "enables_ids": "s1", "start": "2020"}

    found = tried(toy(), X, {"op": "add_contribution", "row": given})

    assert found.blocked == ()
    assert after(found)["redundancy"] > before(found)["redundancy"]


def test_a_cite_may_run_a_service():
    found = tried(toy(), X, {"op": "add_provider", "service": "s1", "organisation": "X"})

    assert found.blocked == ()
    assert after(found)["redundancy"] > before(found)["redundancy"]


def test_a_cite_that_nobody_knows_gets_no_partner_in_the_network():
    change = {"op": "add_partnership", "row": {"organisation_id": "E", "cite_id": "nowhere"}}

    [blocked] = tried(toy(), Lens("network", X.at), change).blocked

    assert blocked.reason == "not_in_scope"


def test_quantities_and_amounts_are_set_in_their_own_unit():
    more = tried(toy(), X, {"op": "set_quantity", "contribution": "c01", "quantity": 3})
    money = tried(toy(), Lens("cite:Y", X.at), {"op": "set_quantity", "contribution": "c10", "quantity": "10000"})

    assert after(more)["total:human:fte"] == 5.0
    assert (after(money)["total:financial:EUR"], after(money)["hhi:financial:EUR"]) == (20000.0, 0.5)


def test_closing_a_channel_takes_what_hangs_on_it_alone():
    facts = toy(
        services=[
            {
                "id": "only",
                "cite_id": "X",
                "types": "events",
                "publics": "all",
                "channel_ids": "ch-xm",
                "start": "2020",
            },
            {"id": "both", "cite_id": "X", "types": "events", "publics": "all", "channel_ids": "ch-xm;ch-xb"},
        ]
    )

    after_one, _ = whatif.applied(facts, facts, X, whatif.parse(json.dumps({
        "format": "scenario/1", "changes": [{"op": "close_channel", "id": "ch-xm"}]})).changes)  # fmt: skip

    assert {row.id for row in after_one.services} & {"only", "both"} == {"both"}
    assert not {row.id for row in after_one.contributions} & {"c14", "c15"}


def test_a_service_stops_when_the_last_of_its_channels_closes():
    facts = snapshot.from_rows(
        {
            "cites": [{"id": "X"}],
            "channels": [{"id": "one", "cite_id": "X"}, {"id": "two", "cite_id": "X"}],
            "services": [{"id": "s", "cite_id": "X", "channel_ids": "one;two", "types": "events", "publics": "all"}],
            "needs": [{"id": "n", "cite_id": "X", "types": "events"}],
        }
    )

    found = tried(facts, X, {"op": "close_channel", "id": "one"}, {"op": "close_channel", "id": "two"})

    assert found.needs_lost == ("n",)


def test_new_rows_count_as_recorded_ones():
    found = tried(
        toy(), X,
        {"op": "add_partnership", "row": {"organisation_id": "E"}},
        {"op": "add_contribution", "row": {"contributor_id": "E", "kind": "material", "quantity": 10, "unit": "item"}},
    )  # fmt: skip

    assert (after(found)["partners"], after(found)["kinds_covered"]) == (5, 3)
    assert (before(found).get("total:material:item"), after(found)["total:material:item"]) == (None, 10.0)


def test_nothing_of_a_scenario_reaches_the_facts():
    facts = toy()
    kept = toy()

    tried(facts, X, A_LEAVES, *G_COMES)

    assert facts == kept


def test_the_file_of_the_manual_is_read():
    scenario = whatif.parse(WRITTEN)

    assert (scenario.name, scenario.scope, scenario.at, len(scenario.changes)) == (
        "A leaves, G comes", "cite:X", "2024-06-30", 9,
    )  # fmt: skip


def test_a_wrong_file_is_refused_whole_with_every_fault():
    with pytest.raises(ScenarioError) as refused:
        whatif.parse(
            {
                "format": "scenario/2",
                "name": 3,
                "colour": "red",
                "changes": [
                    {"op": "set_quantity", "contribution": "c01"},
                    {"id": "A"},
                    "leave",
                    {"op": "add_service", "row": ["s1"]},
                    {"op": "add_service", "row": {"types": {"a": 1}}},
                    A_LEAVES,
                ],
            }
        )

    assert refused.value.faults == (
        "format must be scenario/1, not 'scenario/2'",
        "name must be a text",
        "colour is not known here",
        "changes[0].quantity is missing",
        "changes[1].op is missing",
        "changes[2] must be an object",
        "changes[3].row must be an object with the columns of the table",
        "changes[4].row.types must be a text",
    )


@pytest.mark.parametrize("text", ["", "[]", "nothing", "3", "[" * 100_000, "1" * 5_000])
def test_what_is_not_a_scenario_at_all_is_refused(text):
    with pytest.raises(ScenarioError):
        whatif.parse(text)


def test_an_organisation_is_taken_out_of_a_whole_snapshot():
    rest, blocked = whatif.without(
        network(), Lens("network", "2018-12-31"), ["org-adecco-foundation", "org-universcience"]
    )

    assert "org-adecco-foundation" not in {row.organisation_id for row in rest.partnerships}
    assert [each.reason for each in blocked] == ["label_authority"]


def test_without_a_coverage_the_text_says_why_and_what_to_enter():
    told = tried(network(), Lens("cite:cdm-grand-geneve", "2018-12-31"), {"op": "remove_organisation", "id": "nobody"})

    assert told.basis.explanation.text_en == (
        "No service is recorded for Cité des métiers of Greater Geneva: add one. "
        "Recorded partners go from 8 to 8. Not applied: remove nobody (not found)."
    )


def test_a_scenario_of_the_network_speaks_of_its_partners():
    told = tried(toy(), Lens("network", "2024-06-30"), A_LEAVES).basis.explanation
    nothing = tried(snapshot.from_rows({}), Lens("network", "2024"), A_LEAVES).basis.explanation

    assert told.text_en == "Recorded partners go from 6 to 5."
    assert told.text_fr == "Les partenaires enregistrés passent de 6 à 5."
    assert nothing.text_en.startswith("Nothing is recorded for the network that could change: add ")


TITLED = {
    "cites": [{"id": "X"}],
    "organisations": [{"id": "A", "title_en": "Agency", "title_fr": "Agence", "type": "label_authority"}],
    "channels": [{"id": "bus", "cite_id": "Y", "title_en": "The bus"}],
    "services": [{"id": "s", "cite_id": "X", "title_en": "Fairs"}],
    "contributions": [{"id": "c", "contributor_id": "A", "beneficiary_id": "X", "kind": "human"}],
}


@pytest.mark.parametrize(
    ("change", "en", "fr"),
    [
        ({"op": "remove_organisation", "id": "A"}, "remove Agency", "retirer Agence"),
        ({"op": "add_organisation", "row": {"id": "A"}}, "add Agency", "ajouter Agence"),
        ({"op": "add_partnership", "row": {"organisation_id": "A", "start": "soon"}},
         "add a partnership with Agency", "ajouter un partenariat avec Agence"),
        ({"op": "add_contribution", "row": {"contributor_id": "A"}},
         "add a contribution of Agency", "ajouter une contribution de Agence"),
        ({"op": "add_service", "row": {}}, "add the service (not named)", "ajouter le service (sans nom)"),
        ({"op": "set_quantity", "contribution": "c", "quantity": "-1"},
         "set the contribution of Agency to -1", "porter à -1 la contribution de Agence"),
        ({"op": "close_channel", "id": "bus"}, "close The bus", "fermer The bus"),
        ({"op": "teleport", "id": "A"}, "teleport A", "teleport A"),
    ],
)  # fmt: skip
def test_what_is_not_applied_is_named_by_its_title(change, en, fr):
    town = snapshot.from_rows(TITLED)

    found = tried(town, X, change)

    told = found.basis.explanation
    assert f"Not applied: {en} (" in told.text_en
    assert f"Non appliqué : {fr} (" in told.text_fr
    assert shown(found, town, "fr").sheets[0].rows[0][0] == fr


def test_a_column_or_a_kind_that_no_table_has_is_a_fault():
    with pytest.raises(ScenarioError) as refused:
        whatif.parse(
            {
                "format": "scenario/1",
                "changes": [
                    {"op": "add_service", "row": {"typs": "events", "colour": "red"}},
                    {"op": "add_contribution", "row": {"contributor_id": "A", "kind": "humain"}},
                ],
            }
        )

    said = str(refused.value)
    assert "changes[0].row.typs is no column here, is it types?" in said
    assert "changes[0].row.colour is no column here; there are cite_id, channel_ids, types" in said
    assert "changes[1].row.kind must be one of human, financial, expertise, material, not 'humain'" in said


def test_a_row_may_be_copied_from_the_tables():
    for op, file in (
        ("partnership", "partnerships"),
        ("contribution", "contributions"),
        ("service", "services"),
        ("organisation", "organisations"),
    ):
        with (DATA / f"{file}.csv").open(encoding="utf-8", newline="") as lines:
            row = next(csv.DictReader(lines))
        assert whatif.parse({"format": "scenario/1", "changes": [{"op": f"add_{op}", "row": row}]}).changes


def test_what_was_unknown_before_is_said_in_good_french_and_keeps_its_column():
    town = snapshot.from_rows(
        {
            "cites": [{"id": "P"}],
            "organisations": [{"id": "A"}],
            "needs": [{"id": "n", "cite_id": "P", "types": "events"}],
        }
    )
    service = {"op": "add_service", "row": {"types": "events", "publics": "all", "provider_ids": "A"}}
    found = whatif.measure(town, Lens("cite:P", "2024"), {"changes": [service]})

    assert "La couverture passe d'inconnue à" in found.basis.explanation.text_fr
    assert shown(found, town, "fr").sheets[-1].columns == ("Chiffre", "Avant", "Après")
