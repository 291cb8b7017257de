"""Scenarios are kept under a name for whoever saved them, tried on the data of the day, and never become facts."""

import json
from typing import Any

import pytest

from directory import scenarios
from directory.actor import Actor, anonymous
from directory.analysis import Lens, ScenarioError
from directory.analysis.methods import METHODS, Options
from directory.analysis.taking import take
from directory.changes import latest
from directory.desk import Desk
from directory.editing import move, update
from directory.enums import Role
from directory.errors import BadInput, Invalid, NotFound, Unauthenticated
from directory.placing import SITE
from directory.reading import all_of
from directory.types import CONTENT_TYPES
from directory.values import Ref
from tests import world

ADA = Actor("ada", "Ada", roles={SITE.id: Role.READER})
BEN = Actor("ben", "Ben", roles={SITE.id: Role.EDITOR})
EVE = Actor("eve", "Eve", roles={SITE.id: Role.MANAGER})


def text(*changes: dict[str, Any], **more: Any) -> str:
    return json.dumps({"format": "scenario/1", "changes": changes, **more})


LEAVES = text({"op": "remove_organisation", "id": "jobs"})
COMES = text({"op": "add_provider", "service": "advice", "organisation": "school"})


async def tried(desk: Desk, name: str) -> Any:
    scenario = await scenarios.read(desk, name)
    snapshot = await take(desk, "cite:rive", scenarios.named(scenario))
    return METHODS["what-if"].call(snapshot, Lens("cite:rive", "2020-06-30"), Options(scenario=scenario))


async def everything(desk: Desk) -> list[Any]:
    return [item for name in CONTENT_TYPES async for item in all_of(desk, name)]


# Kept ----------------------------------------------------------------------------------------------------------------


async def test_a_saved_scenario_comes_back_as_it_was_written(desk: Desk) -> None:
    kept = await scenarios.save(desk.for_actor(ADA), " Jobs leave ", LEAVES)

    assert (kept.name, kept.owner, kept.text) == ("Jobs leave", "ada", LEAVES)
    assert await scenarios.get(desk.for_actor(ADA), "Jobs leave") == kept


async def test_saving_again_replaces_it(desk: Desk) -> None:
    ada = desk.for_actor(ADA)
    await scenarios.save(ada, "Plan", LEAVES)
    await scenarios.save(ada, "Plan", COMES)

    assert [each.text for each in await scenarios.saved(ada)] == [COMES]


async def test_everybody_has_their_own_and_managers_see_all(desk: Desk) -> None:
    await scenarios.save(desk.for_actor(ADA), "Plan", LEAVES)
    await scenarios.save(desk.for_actor(BEN), "Plan", COMES)

    seen = {who.id: [each.owner for each in await scenarios.saved(desk.for_actor(who))] for who in (ADA, BEN, EVE)}
    assert seen == {"ada": ["ada"], "ben": ["ben"], "eve": ["ada", "ben"]}
    assert (await scenarios.get(desk.for_actor(BEN), "Plan")).text == COMES
    assert await scenarios.saved(desk.for_actor(anonymous)) == []


async def test_nobody_but_managers_removes_those_of_others(desk: Desk) -> None:
    await scenarios.save(desk.for_actor(ADA), "Plan", LEAVES)

    with pytest.raises(NotFound):
        await scenarios.remove(desk.for_actor(BEN), "Plan")
    await scenarios.remove(desk.for_actor(EVE), "Plan")

    assert await scenarios.saved(desk.for_actor(ADA)) == []


async def test_of_several_of_one_name_that_of_the_owner_named_is_removed(desk: Desk) -> None:
    eve = desk.for_actor(EVE)
    for who in (ADA, BEN):
        await scenarios.save(desk.for_actor(who), "Plan", LEAVES)

    with pytest.raises(BadInput, match="'Plan' is kept by ada, ben: say whose is meant"):
        await scenarios.remove(eve, "Plan")
    await scenarios.remove(eve, "Plan", owner="ben")
    with pytest.raises(NotFound):
        await scenarios.remove(desk.for_actor(BEN), "Plan", owner="ada")

    assert [each.owner for each in await scenarios.saved(eve)] == ["ada"]
    await scenarios.save(eve, "Plan", LEAVES)
    await scenarios.remove(eve, "Plan")
    assert [each.owner for each in await scenarios.saved(eve)] == ["ada"]


async def test_visitors_keep_nothing(desk: Desk) -> None:
    with pytest.raises(Unauthenticated):
        await scenarios.save(desk.for_actor(anonymous), "Plan", LEAVES)


async def test_a_file_with_faults_is_refused_as_a_whole(desk: Desk) -> None:
    faulty = json.dumps({"format": "scenario/9", "changes": [{"op": "close_channel"}, "leave"]})

    with pytest.raises(ScenarioError) as refused:
        await scenarios.save(desk, "Plan", faulty)

    assert refused.value.faults == (
        "format must be scenario/1, not 'scenario/9'",
        "changes[0].id is missing",
        "changes[1] must be an object",
    )
    assert await scenarios.saved(desk) == []


@pytest.mark.parametrize("name", ["", "   ", "x" * 101, "{}"])
async def test_a_name_is_short_and_no_json(desk: Desk, name: str) -> None:
    with pytest.raises(Invalid):
        await scenarios.save(desk, name, LEAVES)


# Tried ---------------------------------------------------------------------------------------------------------------


async def test_a_scenario_names_items_by_slug_or_id(desk: Desk) -> None:
    built = await world.build(desk)
    by_slug = await scenarios.read(desk, text({"op": "remove_organisation", "id": "jobs"}))
    there = built.items["jobs"]

    assert scenarios.named(by_slug) == (there.id,)
    assert scenarios.named(await scenarios.read(desk, text({"op": "remove_organisation", "id": there.id}))) == (
        there.id,
    )


async def test_what_is_hidden_is_not_named(desk: Desk) -> None:
    await world.build(desk)
    visitor = desk.for_actor(anonymous)
    scenario = text({"op": "remove_organisation", "id": "draft-org"})

    hidden = await tried(visitor, scenario)
    absent = await tried(visitor, scenario.replace("draft-org", "no-such-org"))

    assert [each.reason for each in (*hidden.blocked, *absent.blocked)] == ["not_found", "not_found"]
    assert (await tried(desk, scenario)).blocked == ()


async def test_a_saved_scenario_is_tried_on_the_data_of_the_day(desk: Desk) -> None:
    await world.build(desk)
    await scenarios.save(desk, "Jobs leave", LEAVES)
    before = await tried(desk, "Jobs leave")

    at = Ref("Partnership", "p-jobs")
    changed = await update(desk, at, 1, {"end": "2019"})
    await move(desk, at, "publish_draft", changed.version)

    after = await tried(desk, "Jobs leave")
    partners = [next(row for row in each.rows if row.metric == "partners") for each in (before, after)]
    assert [(row.before, row.after) for row in partners] == [(3, 2), (2, 2)]


async def test_nothing_of_a_scenario_is_ever_written_to_the_facts(desk: Desk) -> None:
    await world.build(desk)
    facts, number = await everything(desk), await latest(desk)
    changes = (
        {"op": "remove_organisation", "id": "jobs"},
        {"op": "add_organisation", "row": {"id": "G"}},
        {"op": "add_partnership", "row": {"organisation_id": "G", "cite_id": "rive"}},
        {"op": "add_contribution", "row": {"contributor_id": "G", "beneficiary_id": "rive", "kind": "human"}},
        {"op": "set_quantity", "contribution": "c-grant", "quantity": "9"},
        {"op": "close_channel", "id": "rive-bus"},
    )

    await scenarios.save(desk, "Everything at once", text(*changes))
    found = await tried(desk, "Everything at once")
    await scenarios.remove(desk, "Everything at once")

    assert found.blocked == ()
    assert any(row.delta for row in found.rows)
    assert (await everything(desk), await latest(desk)) == (facts, number)
