from directory.analysis import Lens, concentration, overlap, snapshot
from directory.analysis.cells import Amount
from directory.analysis.selection import cites_in, contributions, partners
from tests.directory.analysis.toy import toy

AT = "2024-06-30"


def test_missing_tables_columns_and_cells_mean_not_recorded():
    town = snapshot.from_rows({"cites": [{"id": "X"}], "services": None, "needs": [{"id": None, "cite_id": "X"}]})

    assert (town.cites[0].services_complete, town.services, town.needs[0].types) == (False, (), ())


def test_unknown_tables_and_columns_are_left_aside():
    town = snapshot.from_rows(
        {"weather": [{"id": "w"}], "cites": [{"id": "X", "colour": "red", None: ["left", "over"]}]}
    )

    assert [cite.id for cite in town.cites] == ["X"]


def test_amounts_keep_their_unit_and_their_fault():
    rows = [
        {"id": "1", "quantity": "2", "unit": "fte"},
        {"id": "2", "quantity": "2", "unit": "hour", "recurrence": "monthly"},
        {"id": "3", "amount": "10", "currency": "EUR", "quantity": "2", "unit": "fte"},
        {"id": "4"},
        {"id": "5", "quantity": "nan", "unit": "fte"},
        {"id": "6", "quantity": "-1", "unit": "fte"},
        {"id": "7", "quantity": "2"},
        {"id": "8", "quantity": "0", "unit": "fte"},
        {"id": "9", "quantity": "5", "currency": "EUR"},
    ]

    amounts = [row.amount for row in snapshot.from_rows({"contributions": rows}).contributions]

    assert amounts == [
        Amount(2.0, "fte"),
        Amount(2.0, "hour/monthly"),
        Amount(10.0, "EUR"),
        Amount(fault="quantity_unknown"),
        Amount(unit="fte", fault="bad_quantity"),
        Amount(unit="fte", fault="bad_quantity"),
        Amount(fault="unit_unknown"),
        Amount(0.0, "fte"),
        Amount(fault="unit_unknown"),
    ]


def test_what_is_around_a_cite_has_the_channels_that_its_services_are_held_on():
    channels = [{"id": "bus", "cite_id": "Y", "territory_id": "t"}, {"id": "desk", "cite_id": "Y"}]
    services = [{"id": "s", "cite_id": "X", "channel_ids": "bus"}]

    near = snapshot.from_rows({"channels": channels, "services": services}).around("X")

    assert [each.id for each in near.channels] == ["bus"]


def test_identity_follows_same_as_then_branches_then_any_parent():
    rows = [
        {"id": "a", "same_as_id": "b"},
        {"id": "b", "parent_id": "c", "parent_relation": "branch"},
        {"id": "c", "parent_id": "d", "parent_relation": "part"},
        {"id": "e", "parent_id": "c"},
    ]
    town = snapshot.from_rows({"organisations": rows})

    levels = {level: [town.identities(level)[id] for id in "abcde"] for level in ("branch", "organisation", "parent")}

    assert levels == {
        "branch": ["b", "b", "c", "d", "e"],
        "organisation": ["c", "c", "c", "d", "c"],
        "parent": ["d", "d", "d", "d", "d"],
    }


def test_a_loop_of_identities_is_its_smallest_id_and_is_warned_of():
    town = snapshot.from_rows(
        {
            "organisations": [{"id": "b", "same_as_id": "c"}, {"id": "c", "same_as_id": "b"}],
            "partnerships": [{"id": "p", "organisation_id": "c", "cite_id": "X", "start": "2020"}],
        }
    )

    found = partners(town, Lens("cite:X", AT))

    assert (found.ids, found.ground.warnings) == ({"b"}, {"identity_cycle"})


def test_contributions_belong_to_the_cite_of_their_channel_or_service():
    lens = Lens("cite:X", AT)

    of_cite = {row.id for row in contributions(toy(), lens).rows}
    of_channel = {row.id for row in contributions(toy(), Lens("channel:ch-xm", AT)).rows}

    assert of_cite == {"c01", "c02", "c03", "c04", "c09", "c14", "c15"}
    assert of_channel == {"c14", "c15"}


def test_contributions_to_projects_and_events_belong_to_the_network_only():
    rows = [{"id": "c", "contributor_id": "A", "beneficiary_id": "prj", "kind": "human", "start": "2020"}]
    town = snapshot.from_rows({"contributions": rows, "cites": [{"id": "X"}]})

    assert concentration.measure(town, Lens("cite:X", AT)).reason == "no_contribution_recorded"
    assert concentration.measure(town, Lens("network", AT)).rows[0].n == 1


def test_a_territory_looks_at_the_cites_in_it():
    assert cites_in(toy(), Lens("territory:tx", AT)) == ("X",)
    assert cites_in(toy(), Lens("territory:nowhere", AT)) == ()


def test_what_is_left_out_is_named_with_its_reason():
    bad = [
        {"id": "q1", "organisation_id": "A", "cite_id": "X", "start": "some day"},
        {"id": "q2", "organisation_id": "A", "cite_id": "X", "start": "2020", "end": "2019"},
        {"id": "q3", "organisation_id": "A", "cite_id": "X", "start": "2020", "certainty": "not_stated"},
        {"id": "q4", "organisation_id": "A", "cite_id": "X", "start": "2020", "role": "holder"},
        {"id": "q5", "organisation_id": "A", "cite_id": "X", "start": "2030"},
    ]

    found = overlap.cohesion(toy(partnerships=bad), Lens("network", AT, roles="partner"))

    assert {each for each in found.basis.excluded if each.id.startswith("q")} == {
        ("q1", "bad_date"),
        ("q2", "bad_interval"),
        ("q3", "certainty:not_stated"),
        ("q4", "role"),
        ("q5", "not_valid_at"),
    }
