"""The small town is what it says it is, on both engines."""

from dataclasses import replace

from directory import editing, reading
from directory.actor import anonymous
from directory.desk import Desk
from directory.types import CONTENT_TYPES
from directory.values import Ref
from tests import world


async def test_the_town_has_every_type_and_comes_back_as_it_was_written(desk: Desk) -> None:
    built = await world.build(desk)

    kept = {item.id: item for item in world.town()}
    of_type = [type(item).__name__ for item in built.items.values()]
    assert set(of_type) == set(CONTENT_TYPES)
    assert [of_type.count(name) for name in ("Cite", "Organisation", "Service")] == [2, 9, 14]
    for id, item in kept.items():
        system = ("path", "scope", "created", "created_by", "modified", "modified_by", "version", "translation_group")
        now = built.items[id]
        links = {
            name: getattr(now, name) for name in ("serves", "providers", "about", "channels") if hasattr(now, name)
        }
        assert replace(item, **{name: getattr(now, name) for name in system}, **links) == now


async def test_visitors_see_all_but_what_is_hidden(desk: Desk) -> None:
    built = await world.build(desk)
    visitor = desk.for_actor(anonymous)

    seen = {item.id for name in CONTENT_TYPES for item in [each async for each in reading.all_of(visitor, name)]}

    assert set(built.items) - seen == world.HIDDEN
    assert (await reading.get(visitor, Ref("Project", "river"))).contact_person is None
    assert (await reading.get(visitor, Ref("Project", "river"))).budget is None
    assert (await reading.get(desk.for_actor(built.reader), Ref("Project", "river"))).budget is not None


async def test_loading_the_town_twice_changes_nothing(desk: Desk) -> None:
    built = await world.build(desk)

    await editing.load(desk, world.town())

    again = {item.id: item for name in CONTENT_TYPES for item in [each async for each in reading.all_of(desk, name)]}
    assert again == built.items
