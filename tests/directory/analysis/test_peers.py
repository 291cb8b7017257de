import pytest

from directory.analysis import Lens, peers, snapshot
from tests.directory.analysis.bundled import network
from tests.directory.analysis.toy import toy

N = Lens("cite:N", "2024-06-30")
NOW = "2024-12-31"


def test_peers_of_the_toy():
    found = peers.measure(toy(), N)

    assert [(peer.id, peer.similarity) for peer in found.peers] == [("X", 0.725), ("Z", 0.525), ("Y", 0.4625)]
    assert [(each.item, each.n_have, each.n_data, each.share) for each in found.suggestions] == [
        ("main_site", 2, 3, 0.6667),
        ("peer_exchange", 2, 3, 0.6667),
        ("workshops", 2, 3, 0.6667),
    ]
    assert {(each.low, each.high) for each in found.suggestions} == {(0.2077, 0.9385)}
    assert found.abstained == (
        ("contribution_kind", "own_data_missing"),
        ("organisation_type", "own_data_missing"),
    )


def test_a_cite_of_which_little_is_known_has_no_peer():
    found = peers.measure(network(), Lens("cite:cdm-saint-omer", NOW))

    assert (found.peers, len(found.not_comparable), found.suggestions) == ((), 22, ())
    assert found.reason == "fewer_than_3_peers"


def test_peers_of_the_published_data():
    found = peers.measure(network(), Lens("cite:cdm-sambre-avesnois", NOW))

    assert [(peer.id, peer.similarity) for peer in found.peers] == [
        ("cdm-sqy", 0.6667),
        ("cdm-val-de-marne", 0.6667),
        ("cdm-liege", 0.3333),
    ]
    assert (len(found.not_comparable), found.suggestions, found.reason) == (19, (), None)


def test_too_few_peers_with_data_give_no_advice():
    found = peers.measure(toy(), N, k=2)

    assert ("service_type", "fewer_than_3_peers_with_data") in found.abstained
    assert found.suggestions == ()


@pytest.mark.parametrize(("n", "total", "bounds"), [(4, 5, (0.3755, 0.9638)), (2, 3, (0.2077, 0.9385))])
def test_the_bounds_of_a_share(n, total, bounds):
    assert peers.wilson(n, total) == bounds


def test_the_latest_event_sets_the_state_of_the_label():
    rows = [
        {"id": "a", "subject_id": "X", "date": "2020", "label_state": "en_projet"},
        {"id": "b", "subject_id": "X", "date": "2022", "label_state": "operating_label"},
        {"id": "c", "subject_id": "X", "date": "2023", "kind": "inaugurated"},
        {"id": "d", "subject_id": "X", "date": "2025", "label_state": "ended"},
    ]
    town = snapshot.from_rows({"life_events": rows})

    states = [peers.label_state(town, Lens("cite:X", at), "X") for at in ("2019", "2021", "2024", "2026")]

    assert states == ["", "en_projet", "operating_label", "ended"]


def test_a_place_in_a_cross_border_area_crosses_the_border():
    crossing = {id: peers.crosses_border(network(), id) for id in ("t-annemasse", "t-grand-geneve", "t-sqy", "t-paca")}

    assert crossing == {"t-annemasse": True, "t-grand-geneve": True, "t-sqy": False, "t-paca": None}
