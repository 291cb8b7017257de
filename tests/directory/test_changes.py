"""The change feed: in order, whole, and only what the actor may know."""

import asyncio

import pytest

from directory import changes, editing, placing, reading
from directory.actor import Actor, anonymous
from directory.desk import Desk
from directory.enums import Role
from directory.item import Item
from directory.types import CONTENT_TYPES
from directory.values import Ref


def ref(item: Item) -> Ref:
    return Ref(type(item).__name__, item.id)


async def actions(desk: Desk, start: int) -> list[tuple[str, str]]:
    return [(each.action, each.item.id) for each in await changes.since(desk, start)]


async def test_changes_are_numbered_in_order_and_resume_without_gap_or_repeat(desk: Desk) -> None:
    start = await changes.latest(desk)
    made = await editing.create(desk, "Territory", {"title": "Lille"})
    await editing.update(desk, ref(made), 1, {"population": 3})
    await editing.move(desk, ref(made), "publish", 2)
    await editing.delete(desk, ref(made), 3)

    whole = await changes.since(desk, start)
    parts = await changes.since(desk, start, limit=1)
    while parts[-1].number < whole[-1].number:
        parts += await changes.since(desk, parts[-1].number, limit=2)

    assert [each.action for each in whole] == ["create", "update", "publish", "delete"]
    assert [each.number for each in whole] == [start + 1, start + 2, start + 3, start + 4]
    assert parts == whole
    assert whole[1].fields == ("population",)


async def test_a_load_is_told_item_by_item(desk: Desk) -> None:
    start = await changes.latest(desk)
    cls = CONTENT_TYPES["Territory"]
    loaded = [
        cls(id=f"t{n}", title={"en": f"T{n}"}, language="und", parent=placing.folder(cls), state="published")
        for n in range(5)
    ]

    await editing.load(desk, loaded)

    told = await changes.since(desk.for_actor(anonymous), start)
    assert [(each.number, each.item.id, each.action) for each in told] == [
        (start + 1 + n, f"t{n}", "load") for n in range(5)
    ]
    assert (await changes.since(desk, start + 3)) == (await changes.since(desk, start))[3:]


async def test_a_visitor_hears_of_what_is_published_and_of_what_goes(desk: Desk) -> None:
    start = await changes.latest(desk)
    visitor = desk.for_actor(anonymous)
    secret = await editing.create(desk, "Territory", {"title": "Secret"})
    shown = await editing.create(desk, "Territory", {"title": "Shown"})
    await editing.move(desk, ref(shown), "publish", 1)
    published = await changes.since(visitor, start)
    await editing.update(desk, ref(shown), 2, {"population": 2})
    drafted = await changes.since(visitor, start)
    await editing.move(desk, ref(shown), "retire", 3)
    gone = await changes.since(visitor, start)
    await editing.delete(desk, ref(secret), 1)

    assert [(each.action, each.item, each.by) for each in published] == [("publish", ref(shown), None)]
    assert drafted == published
    assert [(each.action, each.item, each.path) for each in gone] == [("removed", ref(shown), None)]
    assert await changes.since(visitor, start) == gone
    reader = desk.for_actor(Actor("u", "Reader", roles={placing.SITE.id: Role.READER}))
    assert len(await changes.since(reader, start)) == 6


YESTERDAY = "2024-12-31T00:00:00Z"


async def a_territory_with_a_draft(desk: Desk, values: dict[str, object]) -> Item:
    made = await editing.create(desk, "Territory", {"title": "Lille"})
    await editing.move(desk, ref(made), "publish", 1)
    return await editing.update(desk, ref(made), 2, values)


@pytest.mark.parametrize("move", ["publish_draft", "retire", "archive"])
async def test_a_visitor_hears_that_what_a_draft_ends_goes(desk: Desk, move: str) -> None:
    visitor = desk.for_actor(anonymous)
    drafted = await a_territory_with_a_draft(desk, {"expires": YESTERDAY})
    start = await changes.latest(desk)

    await editing.move(desk, ref(drafted), move, 3)

    assert await actions(visitor, start) == [("removed", drafted.id)]


async def test_a_visitor_hears_that_what_had_a_draft_goes(desk: Desk) -> None:
    visitor = desk.for_actor(anonymous)
    drafted = await a_territory_with_a_draft(desk, {"expires": YESTERDAY})
    start = await changes.latest(desk)

    await editing.delete(desk, ref(drafted), 3)

    assert await actions(visitor, start) == [("removed", drafted.id)]


async def test_a_visitor_does_not_hear_that_what_a_draft_begins_goes(desk: Desk) -> None:
    visitor = desk.for_actor(anonymous)
    made = await editing.create(desk, "Territory", {"title": "Lille", "effective": "2099-01-01T00:00:00Z"})
    await editing.move(desk, ref(made), "publish", 1)
    await editing.update(desk, ref(made), 2, {"effective": None})
    start = await changes.latest(desk)

    await editing.move(desk, ref(made), "archive", 3)

    assert await actions(visitor, start) == []


async def test_what_led_to_what_goes_is_told_in_the_order_of_ids(desk: Desk) -> None:
    partner = await editing.create(desk, "Organisation", {"title": "Afpa"}, id="partner")
    land = await editing.create(desk, "Territory", {"title": "Nord"})
    cite = await editing.create(desk, "Cite", {"title": "Lille", "territory": ref(land)})
    for id in ("d", "b", "e"):
        await editing.create(desk, "Organisation", {"title": id, "branch_of": ref(partner)}, id=id)
    for id in ("c", "a"):
        await editing.create(desk, "Partnership", {"cite": ref(cite), "organisation": ref(partner)}, id=id)
    start = await changes.latest(desk)

    await editing.delete(desk, ref(partner), 1, force=True)
    await editing.undelete(desk, partner.id)

    gone = [("unlink", id) for id in "bdeac"]
    back = [("link", id) for id in "bdeac"]
    assert await actions(desk, start) == [*gone, ("delete", "partner"), ("undelete", "partner"), *back]


async def test_who_follows_is_woken_by_a_commit(desk: Desk) -> None:
    start = await changes.latest(desk)
    heard: list[str] = []

    async def listen() -> None:
        async for change in changes.follow(desk, start, patience=30):
            heard.append(change.item.id)
            if len(heard) == 2:
                return

    async with asyncio.timeout(20):
        listening = asyncio.create_task(listen())
        one = await editing.create(desk, "Territory", {"title": "One"})
        two = await editing.create(desk, "Territory", {"title": "Two"})
        await listening

    assert heard == [one.id, two.id]


async def test_concurrent_commits_are_heard_once_each_in_the_order_of_their_numbers(desk: Desk) -> None:
    start = await changes.latest(desk)
    heard: list[changes.Change] = []

    async def listen() -> None:
        async for change in changes.follow(desk, start, patience=0.05):
            heard.append(change)
            if len(heard) == 12:
                return

    async def write(name: str) -> None:
        for turn in range(3):
            await editing.create(desk, "Territory", {"title": f"{name} {turn}"})

    async with asyncio.timeout(60):
        await asyncio.gather(listen(), *(write(f"w{n}") for n in range(4)))

    assert [each.number for each in heard] == list(range(start + 1, start + 13))
    assert {each.item.id for each in heard} == {
        item.id for item in [each async for each in reading.all_of(desk, "Territory")]
    }
