"""What stays true of any snapshot: small random ecosystems, with blanks and mistakes as people make them."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from directory.analysis import Lens, change, concentration, coverage, fragility, overlap, snapshot, whatif
from directory.analysis.concentration import shares
from directory.analysis.selection import partners
from tests.directory.analysis.questions import NO_CHANGE, answers

AT = "2024-06-30"
CITES, PEOPLE, TYPES, PUBLICS = "XYZ", "ABCDE", ("events", "fairs", "workshops", ""), ("all", "young", "pupils", "")
DAYS = st.sampled_from(["", "2010", "2018-09", "2020-05-01", "2024-12", "2030", "someday"])
UNTIL = st.sampled_from(["", "", "", "2019", "2024-12-31"])
SURE = st.sampled_from(["", "stated", "implied", "not_stated"])
TERMS = [
    {"vocabulary": "service_type", "code": "events"},
    {"vocabulary": "service_type", "code": "fairs", "parent": "events"},
    {"vocabulary": "service_type", "code": "workshops"},
    {"vocabulary": "public", "code": "young"},
    {"vocabulary": "public", "code": "pupils", "parent": "young"},
]


def table(most, **columns):
    rows = st.lists(st.fixed_dictionaries(columns), max_size=most)
    return rows.map(lambda found: [{"id": f"r{n}", **row} for n, row in enumerate(found)])


def some(values):
    return st.lists(st.sampled_from(values), max_size=2, unique=True).map(";".join)


PLACES = st.sampled_from(["", "t", "u", "region"])
COMPLETE = st.sampled_from(["", "yes"])
TABLES = st.fixed_dictionaries({
    "vocabularies": st.just(TERMS),
    "territories": st.just([
        {"id": "t", "parent_id": "region", "population": "1000", "kind": "commune", "rurality": "rural"},
        {"id": "u", "parent_id": "region", "population": "", "kind": "commune", "country": "FR"},
        {"id": "region", "parent_id": "", "population": "9000", "kind": "region", "country": "FR"},
    ]),
    "cites": st.tuples(*(
        st.fixed_dictionaries(
            {"id": st.just(cite), "territory_id": PLACES, "services_complete": COMPLETE, "partners_complete": COMPLETE}
        )
        for cite in CITES
    )).map(list),
    "channels": table(3, cite_id=st.sampled_from(CITES), kind=st.sampled_from(["main_site", "itinerant"]), start=DAYS),
    "organisations": st.tuples(*(
        st.fixed_dictionaries({
            "id": st.just(id),
            "type": st.sampled_from(["", "school", "library", "fund"]),
            "parent_id": st.sampled_from(["", "", *PEOPLE]),
            "same_as_id": st.sampled_from(["", "", "", *PEOPLE]),
            "verified_at": DAYS,
        })
        for id in PEOPLE
    )).map(list),
    "partnerships": table(
        8,
        organisation_id=st.sampled_from(PEOPLE),
        cite_id=st.sampled_from(CITES),
        start=DAYS,
        end=UNTIL,
        certainty=SURE,
    ),
    "contributions": table(
        8,
        contributor_id=st.sampled_from(PEOPLE),
        beneficiary_id=st.sampled_from(CITES),
        kind=st.sampled_from(["human", "financial", "material", ""]),
        quantity=st.sampled_from(["", "0", "1", "2.5", "lots", "-1"]),
        unit=st.sampled_from(["fte", "hour", ""]),
        enables_ids=st.sampled_from(["", "r0", "r1"]),
        start=DAYS,
        end=UNTIL,
        certainty=SURE,
    ),
    "services": table(
        6, cite_id=st.sampled_from(CITES), types=some(TYPES), publics=some(PUBLICS), territory_ids=PLACES,
        provider_ids=some(PEOPLE), start=DAYS, verified_at=DAYS,
    ),
    "needs": table(
        5, cite_id=st.sampled_from(CITES), types=some(TYPES), publics=some(PUBLICS), territory_id=PLACES,
        weight=st.sampled_from(["", "0", "1", "3", "heavy"]), date=DAYS,
    ),
    "candidates": st.just([{"id": "G", "verified_at": "2024-05-01"}]),
    "candidate_offers": table(2, candidate_id=st.just("G"), types=some(TYPES), publics=some(PUBLICS)),
})  # fmt: skip


def tries(n):
    return settings(max_examples=n, deadline=None)


@given(TABLES)
@tries(80)
def test_removing_a_partner_never_raises_coverage(tables):
    town = snapshot.from_rows(tables)
    for cite in CITES:
        lens = Lens(f"cite:{cite}", AT)
        for id in PEOPLE:
            found = whatif.measure(town, lens, {"changes": [{"op": "remove_organisation", "id": id}]})
            before, after = found.rows[0].before, found.rows[0].after

            assert found.needs_gained == ()
            assert after is None or (before is not None and after <= before)


@given(TABLES)
@tries(80)
def test_a_what_if_without_a_change_is_the_same(tables):
    town = snapshot.from_rows(tables)
    for cite in CITES:
        found = whatif.measure(town, Lens(f"cite:{cite}", AT), NO_CHANGE)

        assert [row.before for row in found.rows] == [row.after for row in found.rows]
        assert {row.delta for row in found.rows} <= {0.0, None}
        assert (found.needs_lost, found.needs_gained, found.blocked) == ((), (), ())


@given(TABLES, st.randoms(use_true_random=False))
@tries(40)
def test_the_order_of_rows_does_not_matter(tables, chance):
    shuffled = {name: random.Random(chance.random()).sample(rows, len(rows)) for name, rows in tables.items()}

    assert list(answers(snapshot.from_rows(tables), AT)) == list(answers(snapshot.from_rows(shuffled), AT))


@given(TABLES)
@tries(40)
def test_a_number_is_unknown_exactly_when_a_reason_says_why(tables):
    for name, scope, found in answers(snapshot.from_rows(tables), AT):
        if hasattr(found, "value"):
            assert (found.value is None) is (found.reason is not None), (name, scope)
        if found.basis.known_share == 0 and name == "coverage":
            assert found.value is None


@given(st.dictionaries(st.text(max_size=3), st.floats(0, 1e6), max_size=12))
def test_shares_sum_to_one(values):
    parts = shares(values)

    assert not parts or abs(sum(parts.values()) - 1) < 1e-9
    assert bool(parts) is any(value > 0 for value in values.values())


@given(TABLES)
@tries(80)
def test_concentration_lies_between_equal_parts_and_one(tables):
    for row in concentration.measure(snapshot.from_rows(tables), Lens("network", AT)).rows:
        assert row.hhi is None or round(1 / row.n, 4) <= row.hhi <= 1
        assert (row.hhi is None) is (row.reason is not None)
        assert row.known_share is None or 0 <= row.known_share <= 1


@given(TABLES)
@tries(80)
def test_the_mix_lies_between_its_bounds_and_counts_every_partner(tables):
    town = snapshot.from_rows(tables)
    for cite in CITES:
        lens = Lens(f"cite:{cite}", AT)
        found = concentration.mix(town, lens)

        assert sum(n for _, n in found.groups) + found.n_unknown == len(partners(town, lens).ids)
        assert found.value is None or found.lower <= found.value <= max(found.upper, found.value)


@given(TABLES)
@tries(80)
def test_flows_explain_the_difference(tables):
    for flow in change.measure(snapshot.from_rows(tables), Lens("network", AT), "2018-12-31", AT).flows:
        if flow.unit:
            assert abs(flow.delta - (flow.new + flow.expanded - flow.reduced - flow.lost)) < 1e-6


@given(TABLES)
@tries(80)
def test_partners_are_each_counted_once_in_a_change(tables):
    town = snapshot.from_rows(tables)
    found = change.measure(town, Lens("network", AT), "2018-12-31", AT)
    parts = [found.stayed, found.unconfirmed, found.joined, found.left, found.first_seen]

    assert sum(map(len, parts)) == len({id for part in parts for id in part})
    assert found.reason or 0 <= found.retention_low <= found.retention_high <= 1
    assert found.reason or 0 <= found.churn_low <= found.churn_high <= 1


@given(TABLES)
@tries(80)
def test_what_is_around_a_cite_answers_for_it(tables):
    town = snapshot.from_rows(tables)
    for cite in CITES:
        lens = Lens(f"cite:{cite}", AT)
        near = town.around(cite)

        assert coverage.measure(near, lens) == coverage.measure(town, lens)
        assert fragility.measure(near, lens) == fragility.measure(town, lens)
        assert concentration.measure(near, lens) == concentration.measure(town, lens)


@given(TABLES)
@tries(80)
def test_pairs_agree_with_the_sets_of_partners(tables):
    town = snapshot.from_rows(tables)
    lens = Lens("network", AT)
    for pair in overlap.pairs(town, lens).pairs:
        a, b = (partners(town, Lens(f"cite:{cite}", AT)).ids for cite in (pair.a, pair.b))

        assert set(pair.shared) == a & b
        assert pair.jaccard == (round(len(a & b) / len(a | b), 4) if a | b else None)
