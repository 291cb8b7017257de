"""The rows about one Cité, or a few, are enough for the methods that say so: they answer as with the whole network."""

from itertools import islice
from typing import Any

import pytest

from directory import editing, survey
from directory.actor import anonymous
from directory.analysis import Lens, Snapshot
from directory.analysis.methods import METHODS, Options
from directory.analysis.snapshot import from_rows
from directory.analysis.taking import take_for
from directory.desk import Desk
from importers.run import synthesise
from tests import world
from tests.directory.analysis.conftest import published  # noqa: F401  # a fixture

OF_ONE_CITE = [name for name, method in METHODS.items() if method.one_cite]
AMONG_OTHERS = [method for method in METHODS.values() if method.others]
BESIDE = [table for method in METHODS.values() for table in method.beside]
AT = ("2018-12-31", "2024-06-30")


def answers(snapshot: Snapshot, cite: str, at: str, leaving: str) -> dict[str, Any]:
    """What the methods that need the rows of one Cité only say of it."""
    changes = [{"op": "remove_organisation", "id": leaving}]
    options = Options(to="2024-12-31", by="family", scenario={"format": "scenario/1", "changes": changes})
    return {name: METHODS[name].call(snapshot, Lens(f"cite:{cite}", at), options) for name in OF_ONE_CITE}


async def differing(desk: Desk) -> list[tuple[str, str, str]]:
    """The Cité, the day and the method of each answer that is another one by the rows of the Cité alone."""
    network = from_rows(await survey.of_network(desk))
    found = []
    for cite in network.cites:
        alone = from_rows(await survey.of_cite(desk, cite.id, beside=BESIDE))
        leaving = next((each.organisation_id for each in alone.partnerships if each.organisation_id), "nobody")
        for at in AT:
            whole, part = (answers(each, cite.id, at, leaving) for each in (network, alone))
            found += [(cite.title_en, at, name) for name in OF_ONE_CITE if whole[name] != part[name]]
    return found


async def test_one_cite_of_the_published_data_is_answered_by_its_own_rows(published: Desk) -> None:  # noqa: F811
    assert await differing(published) == []


@pytest.mark.parametrize("who", ["admin", "visitor"])
async def test_one_cite_of_a_small_town_is_answered_by_its_own_rows(desk: Desk, who: str) -> None:
    await world.build(desk)

    assert await differing(desk if who == "admin" else desk.for_actor(anonymous)) == []


async def test_a_service_may_be_run_by_who_contributes_to_another_cite(desk: Desk) -> None:
    await world.build(desk)
    lent = world.made(
        "Contribution",
        "c-lent",
        "Staff lent to Mont",
        contributor=world.org("foundation"),
        beneficiary=world.MONT,
        kind="human",
        enables=(world.service("fairs"),),
    )
    await editing.load(desk, [lent])

    rows = await survey.of_cite(desk, world.RIVE.id)

    assert await differing(desk) == []
    assert "c-lent" in {row["id"] for row in rows["contributions"]}


@pytest.mark.parametrize("tie", ["branch_of", "part_of", "same_as"])
@pytest.mark.parametrize(("whole", "leaving"), [("jobs", "jobs"), ("jobs", "jobs-mont"), ("jobs-mont", "jobs")])
async def test_who_leaves_may_hold_another_cite_by_its_branch(desk: Desk, tie: str, whole: str, leaving: str) -> None:
    await world.build(desk)
    held = {"organisation": world.org("held"), "cite": world.MONT, "role": "holder", "start": world.day("2015")}
    await editing.load(desk, [world.made("Organisation", "held", "Held", **{tie: world.org(whole)})])
    await editing.load(desk, [world.made("Partnership", "p-held", "Held", **held)])

    rows = await survey.of_cite(desk, world.RIVE.id, [leaving])

    lens = Lens(f"cite:{world.RIVE.id}", "2018-12-31", identity_level="parent")
    options = Options(scenario={"changes": [{"op": "remove_organisation", "id": leaving}]})
    [blocked] = METHODS["what-if"].call(from_rows(rows), lens, options).blocked
    assert blocked.reason == "holder_of_the_cite"


async def test_who_stayed_may_have_been_renamed_by_way_of_who_was_no_partner(desk: Desk) -> None:
    await world.build(desk)
    between = world.made("Organisation", "between", "Between", succeeds=(world.org("school"),))
    heir = world.made("Organisation", "heir", "Heir", succeeds=(world.org("between"),))
    ends = {"cite": world.RIVE, "role": "partner"}
    before = {"organisation": world.org("school"), "start": world.day("2016"), "end": world.day("2019")}
    after = {"organisation": world.org("heir"), "start": world.day("2020")}
    await editing.load(desk, [between])
    await editing.load(desk, [heir])
    await editing.load(desk, [world.made("Partnership", "p-before", "Before", **ends, **before)])
    await editing.load(desk, [world.made("Partnership", "p-after", "After", **ends, **after)])

    rows = await survey.of_cite(desk, world.RIVE.id)

    found = METHODS["change"].call(from_rows(rows), Lens(f"cite:{world.RIVE.id}", "2018"), Options(to="2024-12-31"))
    assert [(each.before, each.after) for each in found.change.renamed] == [("school", "heir")]


async def test_one_cite_of_a_made_up_ecosystem_is_answered_by_its_own_rows(desk: Desk) -> None:
    await synthesise(desk, 60)

    assert await differing(desk) == []


async def differing_among_others(desk: Desk, step: int = 1) -> list[tuple[str, str]]:
    """The Cité and the method of each answer that is another one when only the Cités that it looks at are known."""
    network = from_rows(await survey.of_network(desk))
    found = []
    pairs = zip(network.cites, (*network.cites[1:], network.cites[0]), strict=True)
    for cite, other in islice(pairs, 0, None, step):
        lens, options = Lens(f"cite:{cite.id}", "2024-12-31"), Options(other=other.id)
        for method in AMONG_OTHERS:
            some = await take_for(desk, method, lens.scope, (), lens, options)
            if method.call(some, lens, options) != method.call(network, lens, options):
                found.append((cite.title_en, method.name))
    return found


async def test_a_cite_of_the_published_data_is_set_beside_others_by_their_rows(published: Desk) -> None:  # noqa: F811
    assert await differing_among_others(published, step=5) == []


@pytest.mark.parametrize("who", ["admin", "visitor"])
async def test_a_cite_of_a_small_town_is_set_beside_others_by_their_rows(desk: Desk, who: str) -> None:
    await world.build(desk)

    assert await differing_among_others(desk if who == "admin" else desk.for_actor(anonymous)) == []


@pytest.mark.parametrize("who", ["admin", "visitor"])
async def test_a_large_table_is_the_same_by_column(desk: Desk, who: str) -> None:
    await world.build(desk)
    asking = desk if who == "admin" else desk.for_actor(anonymous)

    assert from_rows(await survey.of_network(asking, most=3)) == from_rows(await survey.of_network(asking))


async def test_the_tables_of_a_made_up_ecosystem_are_the_same_by_column(desk: Desk) -> None:
    await synthesise(desk, 60)

    assert from_rows(await survey.of_network(desk, most=10)) == from_rows(await survey.of_network(desk))


async def test_a_cite_that_is_hidden_or_absent_has_no_rows(published: Desk) -> None:  # noqa: F811
    tables = await survey.of_cite(published, "nowhere")

    assert {name for name, rows in tables.items() if rows} == {"vocabularies"}


async def test_one_cite_is_surveyed_in_a_few_questions(published: Desk) -> None:  # noqa: F811
    tables = await survey.of_network(published)
    [sqy] = [row["id"] for row in tables["cites"] if "Yvelines" in row["title_en"]]
    published.graph.round_trips = 0

    await survey.of_cite(published, sqy)

    assert published.graph.round_trips <= 12
