"""Analyses through the graph: the numbers of the published data on both engines, and nothing that is not to be seen."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest

from directory import editing, survey
from directory.actor import anonymous
from directory.analysis import Lens
from directory.analysis.lens import LensError
from directory.analysis.methods import METHODS, Options
from directory.analysis.scenario import parse
from directory.analysis.taking import Kept, found, resolved, take, take_for
from directory.desk import Desk
from directory.errors import NotFound
from directory.placing import id_of
from directory.scenarios import named
from directory.values import Ref
from tests import world

AT = "2018-12-31"
LATER = "2024-12-31"


def org(name: str) -> str:
    return id_of(f"network:org-{name}")


def cite(slug: str) -> str:
    return id_of(f"network:cdm-{slug}")


async def asked(desk: Desk, name: str, scope: str = "network", at: str = AT, roles: str = "all", **given: Any) -> Any:
    """What a method answers of the graph, as every face asks it."""
    method = METHODS[name]
    where = await resolved(desk, scope)
    tried = named(parse(given["scenario"])) if "scenario" in given else ()
    lens, options = Lens(where, at, roles=roles), Options(**given)
    return method.call(await take_for(desk, method, where, tried, lens, options), lens, options)


def shown(result: Any, *names: str) -> tuple[Any, ...]:
    return tuple(getattr(result, name) for name in names)


# The published numbers -----------------------------------------------------------------------------------------------


async def test_one_need_is_declared_and_answered_by_one_service_of_eight_partners(published: Desk) -> None:
    found = await asked(published, "coverage", "sqy")

    [cell] = found.cells
    assert shown(found, "value", "upper", "default_needs", "uncovered") == (1.0, 1.0, False, ())
    assert (cell.need_id, cell.n_services, cell.n_partners) == (id_of("network:nd-sqy-digital"), 1, 8)
    assert "1 need declared" in found.basis.explanation.text_en


COVERAGE = [
    ("marseille-paca", 0.25, 1.0, None),
    ("reunion", None, None, "no_service_recorded"),
    ("grand-geneve", None, None, "no_service_recorded"),
    ("paris", None, None, "no_service_recorded"),
]


@pytest.mark.parametrize(("slug", "value", "upper", "reason"), COVERAGE)
async def test_what_is_not_recorded_is_not_known(
    published: Desk, slug: str, value: float | None, upper: float | None, reason: str | None
) -> None:
    found = await asked(published, "coverage", slug)

    assert shown(found, "value", "reason") == (value, reason)
    assert value is None or found.upper == upper


async def test_no_partner_alone_carries_the_answer(published: Desk) -> None:
    found = await asked(published, "fragility", "sqy")

    assert shown(found, "value", "redundancy") == (0.0, 8.0)
    assert [kind.n for kind in found.kinds] == [8, 2, 1, 0]
    assert shown(found, "single_kinds", "missing_kinds") == (("expertise",), ("material",))
    assert {(each.kind, each.organisation_id) for each in found.sole_supports} == {
        ("expertise", org("network")),
        ("via", org("effervescence")),
    }


async def test_contributions_are_counted_where_no_amount_is_known(published: Desk) -> None:
    found = await asked(published, "concentration", "sqy")

    count, *others = found.rows
    assert shown(count, "n", "total", "hhi", "hhi_normalised", "effective", "band") == (
        10, 11, 0.1074, 0.0083, 9.3077, "moderate",
    )  # fmt: skip
    assert [row.reason for row in others] == ["no_amount_known"] * 3


@pytest.mark.parametrize(("at", "n", "hhi"), [("2018", 16, 0.0781), ("2024", 22, 0.0537)])
async def test_contributions_of_the_network_are_counted(published: Desk, at: str, n: int, hhi: float) -> None:
    found = await asked(published, "concentration", at=at)

    assert shown(found.rows[0], "total", "hhi") == (n, hhi)


PAIRS = [("all", 0.0556, 0.0909, 0.125), ("partner", 0.0667, 0.125, 0.125)]


@pytest.mark.parametrize(("roles", "geneva", "reunion", "both"), PAIRS)
async def test_cites_share_the_public_employment_agency(
    published: Desk, roles: str, geneva: float, reunion: float, both: float
) -> None:
    found = await asked(published, "overlap", roles=roles)

    shared = {frozenset((each.a, each.b)): each for each in found.pairs if each.shared}
    sqy, gg, re = cite("sqy"), cite("grand-geneve"), cite("reunion")
    assert {pair: each.jaccard for pair, each in shared.items()} == {
        frozenset((sqy, gg)): geneva,
        frozenset((sqy, re)): reunion,
        frozenset((gg, re)): both,
    }
    assert len({each.shared for each in shared.values()}) == 1


@pytest.mark.parametrize(("at", "normalised"), [(AT, (0.4652, 0.5331, 0.4118)), (LATER, (0.3808, 0.4531, 0.35))])
async def test_one_organisation_links_three_pairs(published: Desk, at: str, normalised: tuple[float, ...]) -> None:
    found = await asked(published, "bridges", at=at)

    [agency] = found.brokers
    assert (agency.pairs, agency.exclusive_pairs) == (3, 3)
    assert found.articulation_organisations == (agency.id,)
    assert set(found.articulation_cites) == {cite("sqy"), cite("grand-geneve")}
    known = {each.id: each.normalised for each in found.betweenness}
    assert tuple(known[id] for id in (agency.id, cite("sqy"), cite("grand-geneve"))) == normalised


COHESION = [(AT, (20, 5, 22, 0.22, (21, 2, 2), 0.5088), 18), (LATER, (21, 6, 23, 0.1825, (21, 2, 2, 2), 0.5026), 17)]


@pytest.mark.parametrize(("at", "numbers", "silent"), COHESION)
async def test_the_network_is_several_pieces(published: Desk, at: str, numbers: tuple[Any, ...], silent: int) -> None:
    found = await asked(published, "cohesion", at=at)

    names = ("n_partners", "n_cites", "n_links", "density", "components", "centralisation")
    assert shown(found, *names) == numbers
    assert len(found.no_partner_recorded) == silent


MIX = [
    ("sqy", "type", "all", (0.86, 0.843, 0.876)),
    ("sqy", "family", "all", (0.8, 0.7769, 0.8264)),
    ("sqy", "family", "partner", (0.7755, 0.75, 0.8125)),
]


@pytest.mark.parametrize(("slug", "by", "roles", "numbers"), MIX)
async def test_partners_come_from_different_worlds(
    published: Desk, slug: str, by: str, roles: str, numbers: tuple[float, ...]
) -> None:
    found = await asked(published, "mix", slug, roles=roles, by=by)

    assert shown(found, "value", "lower", "upper") == numbers


async def test_nothing_confirms_the_partners_of_2018_in_2024(published: Desk) -> None:
    found = await asked(published, "change", to=LATER)

    assert (len(found.change.unconfirmed), len(found.change.first_seen)) == (20, 1)
    assert shown(found.change, "retention_low", "retention_high", "churn_low", "churn_high") == (0.0, 1.0, 0.0, 1.0)
    assert (await asked(published, "change", "sqy", to=LATER)).comparable is False


async def test_two_cites_compare(published: Desk) -> None:
    found = await asked(published, "compare", "sqy", other=cite("grand-geneve"))

    assert (len(found.shared), len(found.only_a), len(found.only_b), found.jaccard) == (1, 10, 7, 0.0556)
    rows = {row.metric: row for row in found.rows}
    assert (rows["diversity"].a, rows["diversity"].b) == (0.86, 0.8438)
    assert (rows["partners"].a, rows["partners"].b, rows["partners"].comparable) == (11, 8, True)


async def test_peers_need_features_on_both_sides(published: Desk) -> None:
    lonely = await asked(published, "peers", "saint-omer", at=LATER)
    found = await asked(published, "peers", "sambre-avesnois", at=LATER)

    assert (len(lonely.peers), len(lonely.not_comparable)) == (0, 22)
    assert {each.id: each.similarity for each in found.peers} == {
        cite("sqy"): 0.6667, cite("val-de-marne"): 0.6667, cite("liege"): 0.3333,
    }  # fmt: skip
    assert found.suggestions == ()


async def test_the_whole_charter_is_to_be_shown(published: Desk) -> None:
    found = await asked(published, "readiness", "sqy")

    assert (found.gate, len(found.missing), found.reason) == ("unknown", 8, "no_evidence_recorded")
    assert [step.kind for step in (await asked(published, "path", "sqy")).steps] == ["principle"] * 4 + ["missing_kind"]
    assert (await asked(published, "candidates", "sqy")).reason == "no_open_need"


def leaving(id: str) -> Mapping[str, Any]:
    return {"format": "scenario/1", "changes": [{"op": "remove_organisation", "id": id}]}


async def test_the_ecosystem_goes_on_without_one_partner(published: Desk) -> None:
    found = await asked(published, "what-if", "sqy", scenario=leaving(org("network")))

    rows = {row.metric: (row.before, row.after) for row in found.rows}
    assert (rows["kinds_covered"], rows["diversity"], rows["coverage"]) == ((3, 2), (0.86, 0.8395), (1.0, 1.0))


@pytest.mark.parametrize(
    ("id", "slug", "reason"),
    [("mef-mulhouse", "mulhouse", "holder_of_the_cite"), ("universcience", "sqy", "label_authority")],
)
async def test_who_holds_a_cite_or_the_label_does_not_leave(published: Desk, id: str, slug: str, reason: str) -> None:
    found = await asked(published, "what-if", slug, scenario=leaving(org(id)))

    assert [each.reason for each in found.blocked] == [reason]


async def test_nobody_ever_verified_these_data(published: Desk) -> None:
    found = await asked(published, "quality", "sqy")

    assert found.reason == "never_verified"
    assert [(each.table, each.n) for each in found.completeness] == [
        ("services", 1), ("organisations", 11), ("contributions", 11),
    ]  # fmt: skip


VERDICTS = {
    "match": 3, "within_rounding": 1, "ambiguous": 1, "records_incomplete": 4, "part": 8, "no_records": 16,
    "not_readable": 1,
}  # fmt: skip


async def test_the_report_of_2024_is_reconciled(published: Desk) -> None:
    found = await asked(published, "activity-report", year=2024)

    assert Counter(line.verdict for line in found.lines) == VERDICTS
    members = next(line for line in found.lines if line.id == id_of("network:in-01"))
    assert shown(members, "published", "recomputed", "gap", "gap_percent") == (24, 16, -8, -33.3333)
    assert {each.name: each.value for each in found.recomputed_only}["delegations"] == 5


# Sight ---------------------------------------------------------------------------------------------------------------


async def test_of_several_snapshots_each_table_is_read_once(published: Desk) -> None:
    heard: list[str] = []
    kept = Kept()

    first = await take(published, tables=("cites", "organisations"), told=heard.append, kept=kept)
    second = await take(published, tables=("cites", "services"), told=heard.append, kept=kept)

    assert sorted(heard) == ["cites", "organisations", "services"]
    assert second.cites is first.cites
    assert (len(first.cites), first.services, second.organisations) == (23, (), ())
    assert second.services


async def test_of_several_snapshots_the_parts_take_turns_together(
    published: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, turns = survey.whole, []

    async def watched(desk: Desk, name: str, taken: survey.Turns) -> survey.Table:
        turns.append(taken)
        return await whole(desk, name, taken)

    monkeypatch.setattr(survey, "whole", watched)
    kept = Kept()
    wanted = (("cites", "organisations"), ("cites", "services"))
    await asyncio.gather(*(take(published, tables=tables, kept=kept) for tables in wanted))

    assert len(turns) == 3
    assert {id(each) for each in turns} == {id(kept.turns)}


async def test_a_visitor_gets_no_persons(published: Desk) -> None:
    snapshot = await take(published.for_actor(anonymous))

    assert snapshot.mandates == ()
    assert (await take(published)).mandates != ()


async def test_a_visitor_gets_the_numbers_of_what_they_see(desk: Desk) -> None:
    built = await world.build(desk)
    visitor, reader = desk.for_actor(anonymous), desk.for_actor(built.reader)

    told = await asked(visitor, "mix", "rive", at="2020-01-01")
    whole = await asked(reader, "mix", "rive", at="2020-01-01")

    assert "draft-org" in whole.basis.inputs_used or "p-draft" in whole.basis.inputs_used
    assert "draft-org" not in str(told)
    assert sum(group.n for group in whole.groups) + whole.n_unknown == 3
    assert sum(group.n for group in told.groups) + told.n_unknown == 2


async def test_hidden_items_change_nothing(desk: Desk) -> None:
    await world.build(desk)
    visitor = desk.for_actor(anonymous)
    before = {name: await asked(visitor, name, "rive", at="2024-06-30") for name in ("coverage", "fragility", "mix")}

    secret = await editing.create(desk, "Organisation", {"title": "Secret", "type": "school"})
    tie = {"organisation": Ref("Organisation", secret.id), "cite": world.RIVE, "role": "partner"}
    await editing.create(desk, "Partnership", tie)

    assert {name: await asked(visitor, name, "rive", at="2024-06-30") for name in before} == before
    assert await asked(desk, "mix", "rive", at="2024-06-30") != before["mix"]


# Names ---------------------------------------------------------------------------------------------------------------


async def test_a_scope_is_named_by_slug_or_id(published: Desk) -> None:
    assert await resolved(published, "network") == "network"
    assert await resolved(published, "sqy") == f"cite:{cite('sqy')}"
    assert await resolved(published, f"cite:{cite('sqy')}") == f"cite:{cite('sqy')}"


async def test_what_is_hidden_or_absent_has_no_name(desk: Desk) -> None:
    await world.build(desk)

    with pytest.raises(NotFound):
        await found(desk.for_actor(anonymous), "Organisation", "draft-org")
    with pytest.raises(NotFound):
        await resolved(desk, "nowhere")
    with pytest.raises(LensError):
        await resolved(desk, "person:ada")
