"""More items than one holds in memory, into a new directory or a used one."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from directory import changes, editing, placing, reading, scenarios, versions
from directory.desk import Desk
from directory.errors import DirectoryError
from directory.item import Item
from directory.types import CONTENT_TYPES
from directory.values import Ref
from importers import synthetic

MOMENT = {"created": "", "modified": ""}


async def everything(desk: Desk) -> dict[str, Item]:
    found = [item for name in CONTENT_TYPES for item in [each async for each in reading.all_of(desk, name)]]
    return {item.id: replace(item, **MOMENT) for item in found}


def ecosystem() -> list[Item]:
    return list(synthetic.ecosystem(12))


async def loaded_in_batches(desk: Desk) -> int:
    await editing.load(desk, ecosystem())
    return len(ecosystem())


async def loaded_as_a_whole(desk: Desk) -> int:
    return await editing.load_all(desk, ecosystem())


async def test_both_ways_keep_the_same_and_tell_the_same(desk: Desk) -> None:
    ways: list[Callable[[Desk], object]] = [loaded_in_batches, loaded_as_a_whole]
    kept, told = [], []
    for way in ways:
        await desk.graph.wipe()
        await editing.found_site(desk)
        assert await way(desk) == len(ecosystem())
        kept.append(await everything(desk))
        heard = await changes.since(desk, 0, limit=10_000)
        told.append({(each.action, each.item) for each in heard})
        assert [each.number for each in heard] == list(range(1, len(heard) + 1))

    assert kept[0] == kept[1]
    assert told[0] == told[1]


async def test_a_whole_load_can_be_edited_and_loaded_again(desk: Desk) -> None:
    await editing.load_all(desk, ecosystem())
    before = await everything(desk)

    await editing.load_all(desk, ecosystem())
    made = await editing.create(desk, "Organisation", {"title": "Afpa"})

    assert made.path == "/organisations/afpa"
    assert {id: item for id, item in (await everything(desk)).items() if id != made.id} == before
    key = next(item.keys[0] for item in before.values() if item.keys)
    assert list(await reading.by_keys(desk, [key])) == [key]


@pytest.mark.parametrize("damage", ["twice", "dangling", "invalid"])
async def test_a_whole_load_with_a_fault_leaves_the_site_and_nothing_else(desk: Desk, damage: str) -> None:
    before = await everything(desk)
    items = ecosystem()
    last = items[-1]
    wrong = {
        "twice": replace(last, slug="another"),
        "dangling": replace(last, id="x", keys=(), slug="x", via=Ref("Organisation", "nowhere")),
        "invalid": replace(last, id="x", keys=(), slug="x", parent=placing.SITE),
    }[damage]

    with pytest.raises(DirectoryError):
        await editing.load_all(desk, [*items, wrong])

    assert await everything(desk) == before


async def test_progress_never_goes_back_and_ends_at_the_number_of_items(desk: Desk) -> None:
    told: list[int] = []

    count = await editing.load_all(desk, ecosystem(), told.append)

    assert sum(told) == count
    assert min(told) >= 0


async def a_scenario(desk: Desk) -> None:
    await scenarios.save(desk, "A leaves", '{"format": "scenario/1", "changes": []}')


async def another_title(desk: Desk) -> None:
    site = await reading.get(desk, placing.SITE)
    await editing.update(desk, placing.SITE, site.version, {"title": {"en": "Ours"}})


@pytest.mark.parametrize("keep", [a_scenario, another_title])
async def test_a_whole_load_takes_away_nothing_that_people_made(
    desk: Desk, keep: Callable[[Desk], Awaitable[None]]
) -> None:
    await keep(desk)
    before = (await scenarios.saved(desk), await versions.draft(desk, placing.SITE))

    await editing.load_all(desk, ecosystem())

    assert (await scenarios.saved(desk), await versions.draft(desk, placing.SITE)) == before
