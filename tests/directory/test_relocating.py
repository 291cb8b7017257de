"""Renaming and moving in the tree."""

import pytest

from directory import editing, placing, reading
from directory.desk import Desk
from directory.errors import Conflict, Duplicate, Invalid
from directory.item import Item
from directory.values import Ref


def ref(item: Item) -> Ref:
    return Ref(type(item).__name__, item.id)


async def a_page_below_a_page(desk: Desk) -> tuple[Item, Item]:
    folder = await editing.create(desk, "Folder", {"title": "News", "slug": "newsroom", "parent": placing.SITE})
    page = await editing.create(desk, "Page", {"title": "One", "parent": ref(folder)})
    return folder, page


async def test_a_rename_leaves_one_redirect_for_each_path_below(desk: Desk) -> None:
    folder, page = await a_page_below_a_page(desk)

    after = await editing.relocate(desk, ref(folder), None, 1, slug="press")

    assert (after.path, after.version) == ("/press", 2)
    for path in ("/newsroom/one", "/press/one"):
        assert (await reading.by_path(desk, path)).path == "/press/one"
    assert (await reading.get(desk, ref(page))).version == 1


async def test_going_back_makes_the_redirect_the_other_way(desk: Desk) -> None:
    folder, _ = await a_page_below_a_page(desk)

    await editing.relocate(desk, ref(folder), None, 1, slug="press")
    await editing.relocate(desk, ref(folder), None, 2, slug="newsroom")

    assert (await reading.by_path(desk, "/newsroom")).path == "/newsroom"
    assert (await reading.by_path(desk, "/press/one")).path == "/newsroom/one"


async def test_new_content_on_an_old_path_wins(desk: Desk) -> None:
    folder, _ = await a_page_below_a_page(desk)
    await editing.relocate(desk, ref(folder), None, 1, slug="press")

    new = await editing.create(desk, "Folder", {"title": "New", "slug": "newsroom", "parent": placing.SITE})

    assert await reading.by_path(desk, "/newsroom") == new
    assert (await reading.by_path(desk, "/newsroom/one")).path == "/press/one"


async def test_a_move_takes_all_below_along(desk: Desk) -> None:
    folder, page = await a_page_below_a_page(desk)
    target = await editing.create(desk, "Folder", {"title": "Target", "parent": placing.SITE})

    after = await editing.relocate(desk, ref(folder), ref(target), 1)

    assert (after.parent, after.path) == (ref(target), "/target/newsroom")
    assert (await reading.get(desk, ref(page))).path == "/target/newsroom/one"
    assert await reading.get(desk, ref(folder)) == after


async def test_nothing_moves_below_itself(desk: Desk) -> None:
    folder, _ = await a_page_below_a_page(desk)
    inner = await editing.create(desk, "Folder", {"title": "Inner", "parent": ref(folder)})

    for place in (ref(folder), ref(inner)):
        with pytest.raises(Conflict):
            await editing.relocate(desk, ref(folder), place, 1)


async def test_a_type_moves_only_where_it_may_sit(desk: Desk) -> None:
    cite = await editing.create(desk, "Cite", {"title": "Lille"})
    channel = await editing.create(desk, "Channel", {"title": "Bus", "cite": ref(cite)})

    with pytest.raises(Invalid):
        await editing.relocate(desk, ref(channel), placing.SITE, 1)


@pytest.mark.parametrize("type_name", ["Partnership", "Service"])
async def test_a_channel_that_others_of_its_cite_use_does_not_move_to_another(desk: Desk, type_name: str) -> None:
    lille, metz = [await editing.create(desk, "Cite", {"title": title}) for title in ("Lille", "Metz")]
    channel = await editing.create(desk, "Channel", {"title": "Bus", "cite": ref(lille)})
    partner = await editing.create(desk, "Organisation", {"title": "Afpa"})
    own = {
        "Partnership": {"organisation": ref(partner), "channel": ref(channel), "role": "partner"},
        "Service": {"title": "Advice", "channels": (ref(channel),)},
    }
    user = await editing.create(desk, type_name, {"cite": ref(lille), **own[type_name]})

    with pytest.raises(Invalid) as refused:
        await editing.relocate(desk, ref(channel), ref(metz), 1)
    assert [(fault.code, fault.path) for fault in refused.value.faults] == [("INVALID", ("parent",))]

    await editing.delete(desk, ref(user), 1)
    assert (await editing.relocate(desk, ref(channel), ref(metz), 1)).parent == ref(metz)


async def test_a_slug_of_a_sibling_is_refused(desk: Desk) -> None:
    folder, _ = await a_page_below_a_page(desk)

    with pytest.raises(Duplicate):
        await editing.relocate(desk, ref(folder), None, 1, slug="pages")


async def test_an_update_does_not_move(desk: Desk) -> None:
    folder, _ = await a_page_below_a_page(desk)

    with pytest.raises(Invalid) as refused:
        await editing.update(desk, ref(folder), 1, {"slug": "press", "title": "Press"})

    assert refused.value.path == ("slug",)
