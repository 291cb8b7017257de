import pytest

from directory.analysis import Lens, overlap, snapshot
from directory.analysis.overlap import Pair
from tests.directory.analysis.bundled import network
from tests.directory.analysis.toy import toy

AT = "2024-06-30"
ALL = Lens("network", AT)
THEN = "2018-12-31"
AGENCY = "org-public-employment-agency"


def test_pairs_of_the_toy():
    found = overlap.pairs(toy(), ALL)

    assert found.pairs == (
        Pair("Y", "Z", ("E",), 0.3333, 0.5),
        Pair("X", "Y", ("A",), 0.2, 0.5),
        Pair("X", "Z", (), 0.0, 0.0),
    )
    assert (found.no_partner_recorded, found.reason) == (("N",), None)


def test_a_branch_is_not_its_organisation_at_the_level_of_branches():
    found = overlap.pairs(toy(), Lens("network", AT, identity_level="branch"))

    assert Pair("X", "Y", (), 0.0, 0.0) in found.pairs


def test_the_text_says_when_another_level_would_change_the_answer():
    explanation = overlap.compare(toy(), ALL, "X", "Y").basis.explanation

    assert "(0 at level branch)" in explanation.text_en
    assert "(0 au niveau agence)" in explanation.text_fr


@pytest.mark.parametrize(
    ("roles", "expected"),
    [
        (
            "all",
            {"cdm-grand-geneve cdm-sqy": 0.0556, "cdm-reunion cdm-sqy": 0.0909, "cdm-grand-geneve cdm-reunion": 0.125},
        ),
        (
            "partner",
            {"cdm-grand-geneve cdm-sqy": 0.0667, "cdm-reunion cdm-sqy": 0.125, "cdm-grand-geneve cdm-reunion": 0.125},
        ),
    ],
)
def test_pairs_of_the_published_data(roles, expected):
    found = overlap.pairs(network(), Lens("network", THEN, roles=roles))
    sharing = [pair for pair in found.pairs if pair.shared]

    assert {f"{pair.a} {pair.b}": pair.jaccard for pair in sharing} == expected
    assert {pair.shared for pair in sharing} == {(AGENCY,)}


def test_pairs_of_one_cite_are_those_it_is_in():
    found = overlap.pairs(toy(), Lens("cite:Z", AT))

    assert [(pair.a, pair.b) for pair in found.pairs] == [("Y", "Z"), ("X", "Z")]


def test_one_cite_with_partners_makes_no_pair():
    town = snapshot.from_rows({"partnerships": [{"id": "p", "organisation_id": "A", "cite_id": "X"}]})

    assert overlap.pairs(town, ALL).reason == "fewer_than_two_cites_with_partners"


def test_a_cite_whose_partners_are_complete_is_not_silent():
    town = snapshot.from_rows(
        {
            "cites": [{"id": "X"}, {"id": "Y", "partners_complete": "yes"}, {"id": "Z", "partners_complete": "yes"}],
            "partnerships": [{"id": "p", "organisation_id": "A", "cite_id": "X"}],
        }
    )

    found = overlap.pairs(town, ALL)

    assert (found.no_partner_recorded, len(found.pairs)) == ((), 3)
    assert found.pairs[-1] == Pair("Y", "Z", (), None, None)
    assert overlap.cohesion(town, ALL).isolated_cites == ("Y", "Z")


def test_connectors_of_the_toy():
    found = overlap.brokers(toy(), ALL)

    assert [(each.id, each.cites, each.pairs, each.exclusive_pairs) for each in found.brokers] == [
        ("A", ("X", "Y"), 1, 1),
        ("E", ("Y", "Z"), 1, 1),
    ]
    assert (found.articulation_organisations, found.articulation_cites) == (("A", "E"), ("X", "Y", "Z"))
    assert [each for each in found.betweenness if each.raw] == [
        ("X", 18.0, 0.6923),
        ("A", 16.0, 0.7619),
        ("Y", 15.0, 0.5769),
        ("E", 12.0, 0.5714),
        ("Z", 7.0, 0.2692),
    ]


@pytest.mark.parametrize(
    ("at", "normalised"), [(THEN, (0.4652, 0.5331, 0.4118)), ("2024-12-31", (0.3808, 0.4531, 0.35))]
)
def test_connectors_of_the_published_data(at, normalised):
    found = overlap.brokers(network(), Lens("network", at))
    between = {each.id: each for each in found.betweenness}

    assert [(each.id, each.pairs, each.exclusive_pairs) for each in found.brokers] == [(AGENCY, 3, 3)]
    assert found.articulation_organisations == (AGENCY,)
    assert found.articulation_cites == ("cdm-grand-geneve", "cdm-sqy")
    assert [between[id].raw for id in (AGENCY, "cdm-sqy", "cdm-grand-geneve")] == [107.0, 145.0, 112.0]
    assert tuple(between[id].normalised for id in (AGENCY, "cdm-sqy", "cdm-grand-geneve")) == normalised


def test_a_map_too_large_has_no_betweenness_but_still_its_connectors():
    rows = [{"id": f"p{n}", "organisation_id": f"o{n % 5200}", "cite_id": f"c{n % 20}"} for n in range(10400)]

    found = overlap.brokers(snapshot.from_rows({"partnerships": rows}), ALL)

    assert (found.betweenness, found.reason) == (None, "scope_too_large")
    assert found.brokers == () or found.brokers[0].pairs


def test_a_network_without_partners_says_so():
    town = snapshot.from_rows({"cites": [{"id": "X"}]})

    assert overlap.brokers(town, ALL).reason == "no_partner_recorded"
    assert overlap.cohesion(town, ALL).reason == "no_partner_recorded"


def test_cohesion_of_the_toy():
    found = overlap.cohesion(toy(), ALL)

    assert (found.n_partners, found.n_cites, found.n_links, found.density) == (6, 3, 8, 0.4444)
    assert (found.components, found.mean_partners, found.share_multi) == ((9,), 2.6667, 0.3333)
    assert (found.centralisation, found.no_partner_recorded) == (0.4, ("N",))


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (THEN, (20, 5, 22, 0.22, (21, 2, 2), 0.5088, 18)),
        ("2024-12-31", (21, 6, 23, 0.1825, (21, 2, 2, 2), 0.5026, 17)),
    ],
)
def test_cohesion_of_the_published_data(at, expected):
    found = overlap.cohesion(network(), Lens("network", at))

    assert (
        found.n_partners, found.n_cites, found.n_links, found.density, found.components, found.centralisation,
        len(found.no_partner_recorded),
    ) == expected  # fmt: skip


def test_two_partners_have_no_centralisation():
    rows = [{"id": id, "organisation_id": id, "cite_id": "X"} for id in "AB"]

    assert overlap.cohesion(snapshot.from_rows({"partnerships": rows}), ALL).centralisation is None


def test_two_cites_of_the_toy_compare_only_by_their_kinds_of_means():
    found = overlap.compare(toy(), ALL, "X", "Y")

    assert (found.shared, found.only_a, found.only_b, found.jaccard) == (("A",), ("B", "C", "D"), ("E",), 0.2)
    assert [row for row in found.rows if row.comparable] == [("kinds_covered", 2, 2, True)]


def test_two_cites_of_the_published_data():
    found = overlap.compare(network(), Lens("network", THEN), "cdm-sqy", "cdm-grand-geneve")

    assert (found.shared, len(found.only_a), len(found.only_b), found.jaccard) == ((AGENCY,), 10, 7, 0.0556)
    assert [row for row in found.rows if row.comparable] == [
        ("diversity", 0.86, 0.8438, True),
        ("partners", 11, 8, True),
    ]


def test_nothing_is_said_shared_with_a_silent_cite():
    found = overlap.compare(network(), Lens("network", THEN), "cdm-sqy", "cdm-paris")

    assert (found.shared, found.only_a, found.only_b, found.jaccard) == (None, None, None, None)
    assert found.reason == "no_partner_recorded"


def test_pairs_asked_of_a_silent_cite_say_what_to_enter():
    found = overlap.pairs(toy(), Lens("cite:N", AT))

    assert (found.pairs, found.reason) == ((), "no_partner_recorded")
    assert found.basis.explanation.text_en == "No partner is recorded for N: add a partnership."


def test_pairs_asked_of_one_cite_speak_of_that_cite():
    town = snapshot.from_rows(
        {
            "partnerships": [
                {"id": f"{who}{cite}", "organisation_id": who, "cite_id": cite} for who, cite in ("AX", "BY", "BZ")
            ]
        }
    )

    told = [overlap.pairs(town, Lens(scope, AT)).basis.explanation for scope in ("cite:X", "cite:Y")]

    assert told[0].text_en == "X shares no recorded partner with the 2 other Cités with recorded partners."
    assert (
        told[0].text_fr == "X ne partage aucun partenaire enregistré avec les 2 autres Cités à partenaires enregistrés."
    )
    assert told[1].text_en == "Y and Z share 1 of 1 recorded partners: B."


BRANCHES = {
    "organisations": [{"id": "A"}, {"id": "A-north", "parent_id": "A", "parent_relation": "branch"}],
    "partnerships": [
        {"id": "1", "organisation_id": "A", "cite_id": "X"},
        {"id": "2", "organisation_id": "A-north", "cite_id": "Y"},
    ],
}


@pytest.mark.parametrize("scope", ["network", "cite:X"])
def test_the_text_says_when_only_another_level_has_a_shared_partner(scope):
    town = snapshot.from_rows(BRANCHES)

    told = overlap.pairs(town, Lens(scope, AT, identity_level="branch")).basis.explanation

    assert told.text_en.endswith(" (1 pair at level organisation, 1 pair at level parent).")
    assert told.text_fr.endswith(" (1 paire au niveau organisme, 1 paire au niveau maison mère).")


@pytest.mark.parametrize(
    ("scope", "level", "said"),
    [
        ("network", "branch", "No organisation is the only recorded common partner of two Cités"
         " (1 pair at level organisation, 1 pair at level parent)."),
        ("cite:X", "branch", "No organisation is the only recorded common partner of X and another Cité"
         " (1 pair at level organisation, 1 pair at level parent)."),
        ("network", "organisation", "A is the only recorded common partner of 1 pair of Cités (none at level branch)."),
        ("cite:X", "organisation", "A is the only recorded common partner of X and another Cité"
         " (none at level branch)."),
    ],
)  # fmt: skip
def test_connectors_say_when_another_level_would_change_the_answer(scope, level, said):
    told = overlap.brokers(snapshot.from_rows(BRANCHES), Lens(scope, AT, identity_level=level)).basis.explanation

    assert told.text_en == said


def test_connectors_asked_of_one_cite_speak_of_that_cite():
    toy_x, toy_z, silent = (overlap.brokers(toy(), Lens(f"cite:{cite}", AT)) for cite in "XZN")

    assert toy_x.basis.explanation.text_en.startswith("A is the only recorded common partner of X and another Cité")
    assert toy_z.basis.explanation.text_en == "E is the only recorded common partner of Z and another Cité."
    assert (silent.brokers, silent.reason) == ((), "no_partner_recorded")
    assert silent.basis.explanation.text_fr == "Aucun partenaire n'est enregistré pour N : ajoutez un partenariat."


def test_the_connector_told_of_a_cite_is_one_of_its_own():
    ties = ("AX", "AY", "AZ", "BX", "BY", "CX", "CZ", "DX", "DV")
    town = snapshot.from_rows(
        {"partnerships": [{"id": each, "organisation_id": each[0], "cite_id": each[1]} for each in ties]}
    )

    told = overlap.brokers(town, Lens("cite:X", AT)).basis.explanation

    assert told.text_en == "D is the only recorded common partner of X and another Cité."


def test_two_cites_that_have_no_partner_share_none_and_have_no_index():
    town = snapshot.from_rows({"cites": [{"id": id, "partners_complete": "yes"} for id in "XY"]})

    found = overlap.compare(town, ALL, "X", "Y")

    assert (found.shared, found.jaccard, found.reason) == ((), None, "no_partner")
    assert found.basis.explanation.text_fr == "X n'a aucun partenaire : sa liste est déclarée complète."
