from directory.analysis import Lens, fragility, snapshot
from directory.analysis.fragility import Capacity, Provider
from tests.directory.analysis.bundled import network
from tests.directory.analysis.toy import UNWEIGHTED, toy

X = Lens("cite:X", "2024-06-30")
SQY = Lens("cite:cdm-sqy", "2018-12-31")


def test_dependence_of_the_toy_without_weights():
    found = fragility.measure(toy(UNWEIGHTED), X)

    assert found.providers == (
        Provider("A", ("x1", "x2"), 0.4, 0.5),
        Provider("D", ("x5",), 0.2, 0.6667),
        Provider("B", (), 0.0, 0.8333),
        Provider("C", (), 0.0, 0.8333),
    )
    assert (found.value, found.redundancy, found.basis.known_share) == (0.4, 1.4, 1.0)


def test_dependence_of_the_toy_by_weight():
    found = fragility.measure(toy(), X)

    assert {each.id: each.coverage_without for each in found.providers} == {"A": 0.4, "B": 0.8, "C": 0.8, "D": 0.6}
    assert (found.value, found.redundancy) == (0.5, 1.4)


def test_kinds_of_means_of_the_toy():
    found = fragility.measure(toy(), X)

    assert {kind: n for kind, n in found.kinds if n} == {"human": 4, "expertise": 1}
    assert (found.single_kinds, found.missing_kinds) == (("expertise",), ("financial", "material"))


def test_dependence_of_the_published_data():
    found = fragility.measure(network(), SQY)

    assert (found.value, found.redundancy) == (0.0, 8.0)
    assert [n for _, n in found.kinds] == [8, 2, 1, 0]
    assert (found.single_kinds, found.missing_kinds) == (("expertise",), ("material",))
    assert found.sole_supports == (
        ("svc-sqy-digital", "expertise", "org-network"),
        ("svc-sqy-digital", "via", "org-effervescence"),
    )


def test_unknown_providers_keep_a_need_alive():
    services = [
        {"id": "s", "cite_id": "X", "types": "events", "publics": "all", "provider_ids": "A"},
        {"id": "r", "cite_id": "X", "types": "events", "publics": "all"},
    ]
    town = snapshot.from_rows({"needs": [{"id": "n", "cite_id": "X"}], "services": services})

    found = fragility.measure(town, X)

    assert (found.providers, found.value, found.basis.known_share) == ((Provider("A", (), 0.0, 1.0),), 0.0, 0.0)


def test_when_the_only_provider_of_everything_leaves_nothing_stays():
    service = {"id": "s", "cite_id": "X", "types": "events", "publics": "all", "provider_ids": "A"}
    town = snapshot.from_rows({"needs": [{"id": "n", "cite_id": "X"}], "services": [service]})

    found = fragility.measure(town, X)

    assert (found.value, found.providers) == (1.0, (Provider("A", ("n",), 1.0, 0.0),))


def test_nothing_covered_and_no_provider_known_are_said():
    need = [{"id": "n", "cite_id": "X", "types": "events"}]
    service = [{"id": "s", "cite_id": "X", "types": "events", "publics": "all"}]

    bare = fragility.measure(snapshot.from_rows({"needs": need}), X)
    run = fragility.measure(snapshot.from_rows({"needs": need, "services": service}), X)

    assert (bare.value, bare.reason, bare.missing_kinds) == (None, "nothing_covered", None)
    assert (run.value, run.reason, run.redundancy) == (None, "no_provider_known", None)


def test_balance_of_the_toy():
    found = fragility.balance(toy(), X)

    assert found.capacity == (
        Capacity("ch-xb", None, None, None, None, (), "desks_or_hours_unknown"),
        Capacity("ch-xm", 240.0, 180.0, 60.0, 0.75, (), None),
    )
    assert (found.giving, found.receiving) == (("A", "B", "C", "D"), ("A", "B", "C"))
    assert (found.reciprocity, found.reason) == (0.75, None)


def test_balance_of_the_published_data_is_unknown_everywhere():
    for cite in network().cite_ids:
        found = fragility.balance(network(), Lens(f"cite:{cite}", "2024-12-31"))

        assert {row.cover for row in found.capacity} <= {None}
        assert (found.reciprocity, found.reason) == (None, "nothing_given_back_recorded")


def test_full_time_staff_counts_in_hours_only_when_told_how_many():
    channel = {"id": "ch", "cite_id": "X", "desks": "1", "open_hours_month": "100"}
    staff = {"id": "c", "contributor_id": "A", "beneficiary_id": "ch", "kind": "human", "quantity": "1", "unit": "fte"}
    town = snapshot.from_rows({"channels": [channel], "contributions": [staff]})

    assert fragility.balance(town, X).capacity == (Capacity("ch", 100.0, None, None, None, ("c",), "no_hours_known"),)
    assert fragility.balance(town, X, hours_per_fte_month=140).capacity == (
        Capacity("ch", 100.0, 140.0, -40.0, 1.4, (), None),
    )


def test_a_closed_desk_needs_nothing():
    channel = {"id": "ch", "cite_id": "X", "desks": "0", "open_hours_month": "100"}

    found = fragility.balance(snapshot.from_rows({"channels": [channel]}), X)

    assert found.capacity == (Capacity("ch", 0.0, None, None, None, (), "nothing_needed"),)
