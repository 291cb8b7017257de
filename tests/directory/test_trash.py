"""To the trash and back, with all that sits below and all that leads there."""

from dataclasses import replace

import pytest

from directory import deleting, editing, grants, placing, reading
from directory.actor import Actor
from directory.desk import Desk
from directory.enums import Role
from directory.errors import Conflict, InUse, NotAllowed, NotFound
from directory.item import Item
from directory.values import Ref
from graph import Statement


def ref(item: Item) -> Ref:
    return Ref(type(item).__name__, item.id)


async def count_of(desk: Desk, label: str) -> int:
    [count] = await desk.graph.read(Statement(f"MATCH (n:{label}) RETURN count(*)"))
    return count


async def a_cite_with_a_channel_and_a_partner(desk: Desk) -> tuple[Item, Item, Item, Item]:
    cite = await editing.create(desk, "Cite", {"title": "Lille", "keys": ("network:lille",)})
    channel = await editing.create(desk, "Channel", {"title": "Bus", "cite": ref(cite)})
    partner = await editing.create(desk, "Organisation", {"title": "Afpa"})
    values = {"cite": ref(cite), "organisation": ref(partner), "channel": ref(channel), "role": "partner"}
    return cite, channel, partner, await editing.create(desk, "Partnership", values)


async def test_what_is_deleted_leaves_with_all_below_and_comes_back_as_it_was(desk: Desk) -> None:
    before = await a_cite_with_a_channel_and_a_partner(desk)
    cite, channel, partner, partnership = before

    await editing.delete(desk, ref(cite), 1)

    assert [await reading.get(desk, ref(each)) for each in before] == [None, None, partner, None]
    assert await reading.by_keys(desk, ["network:lille"]) == {}
    assert await reading.by_path(desk, "/cites/lille") is None

    back = await editing.undelete(desk, cite.id)

    assert (back.id, back.state, back.path, back.keys) == (cite.id, "private", "/cites/lille", ("network:lille",))
    again = await reading.get(desk, ref(partnership))
    assert (again.organisation, again.channel, again.cite) == (ref(partner), ref(channel), ref(cite))
    assert await reading.by_keys(desk, ["network:lille"]) == {"network:lille": ref(cite)}
    assert await count_of(desk, "Trash") == 0


async def test_what_others_lead_to_is_in_use_unless_a_manager_forces(desk: Desk) -> None:
    _, _, partner, partnership = await a_cite_with_a_channel_and_a_partner(desk)
    editor = desk.for_actor(Actor("u", "Editor", roles={placing.SITE.id: Role.EDITOR}))

    with pytest.raises(InUse) as refused:
        await editing.delete(editor, ref(partner), 1)
    with pytest.raises(NotAllowed):
        await editing.delete(editor, ref(partner), 1, force=True)

    assert (refused.value.count, refused.value.sample) == (1, (partnership.id,))
    await editing.delete(desk, ref(partner), 1, force=True)
    assert (await reading.get(desk, ref(partnership))).organisation is None
    await editing.undelete(desk, partner.id)
    assert (await reading.get(desk, ref(partnership))).organisation == ref(partner)


async def an_editor_of(desk: Desk, item: Item) -> Desk:
    """Somebody who edits this item and, unpublished, sees nothing else."""
    if item.scope != item.id:
        await grants.add_user(desk, "Ann", id="ann")
        await grants.grant(desk, ref(item), "ann", Role.EDITOR)
    return desk.for_actor(Actor("ann", "Ann", roles={item.id: Role.EDITOR}))


@pytest.mark.parametrize("hidden", [0, 1, 2])
async def test_hidden_items_that_lead_there_change_nothing_in_a_refusal(desk: Desk, hidden: int) -> None:
    partner = await editing.create(desk, "Organisation", {"title": "Afpa"})
    values = {"branch_of": ref(partner)}
    seen = await editing.create(desk, "Organisation", {"title": "Afpa Lille", "slug": "lille", **values}, id="seen")
    await editing.move(desk, ref(seen), "publish", 1)
    for number in range(hidden):
        await editing.create(desk, "Organisation", {"title": f"Afpa {number}", **values})
    ann = await an_editor_of(desk, partner)

    with pytest.raises(InUse) as refused:
        await editing.delete(ann, ref(partner), 1)

    said = (refused.value.count, refused.value.sample, str(refused.value))
    assert said == (1, ("seen",), "1 other item needs this one.")


@pytest.mark.parametrize("hidden", [0, 1])
async def test_only_hidden_items_that_lead_there_refuse_nothing_and_their_links_come_back(
    desk: Desk, hidden: int
) -> None:
    partner = await editing.create(desk, "Organisation", {"title": "Afpa"})
    branches = [
        await editing.create(desk, "Organisation", {"title": f"Branch {number}", "branch_of": ref(partner)})
        for number in range(hidden)
    ]
    ann = await an_editor_of(desk, partner)

    await editing.delete(ann, ref(partner), 1)

    assert await reading.get(desk, ref(partner)) is None
    await editing.undelete(desk, partner.id)
    assert [(await reading.get(desk, ref(each))).branch_of for each in branches] == [ref(partner)] * hidden


async def test_a_stale_delete_deletes_nothing(desk: Desk) -> None:
    made = await editing.create(desk, "Organisation", {"title": "Afpa"})
    await editing.update(desk, ref(made), 1, {"country": "FR"})

    with pytest.raises(Conflict):
        await editing.delete(desk, ref(made), 1)

    assert await reading.get(desk, ref(made)) is not None


async def test_only_a_manager_takes_out_of_the_trash_and_others_do_not_find_it(desk: Desk) -> None:
    made = await editing.create(desk, "Organisation", {"title": "Afpa"})
    await editing.delete(desk, ref(made), 1)
    editor = desk.for_actor(Actor("u", "Editor", roles={placing.SITE.id: Role.EDITOR}))

    with pytest.raises(NotAllowed):
        await editing.undelete(editor, made.id)
    with pytest.raises(NotFound):
        await editing.undelete(desk.for_actor(Actor("v", "Visitor")), made.id)


async def test_a_manager_lists_what_may_come_back_latest_first(desk: Desk) -> None:
    first = await editing.create(desk, "Organisation", {"title": "Afpa"})
    second = await editing.create(desk, "Cite", {"title": "Lille"})
    for each in (first, second):
        await editing.delete(desk, ref(each), 1)
    editor = desk.for_actor(Actor("u", "Editor", roles={placing.SITE.id: Role.EDITOR}))

    found = await deleting.in_trash(desk)

    said = [(each.id, each.type, each.path, each.by) for each in found]
    assert said == [(second.id, "Cite", "/cites/lille", "u-admin"), (first.id, "Organisation", first.path, "u-admin")]
    assert await deleting.in_trash(editor) == []
    await editing.undelete(desk, second.id)
    assert [each.id for each in await deleting.in_trash(desk)] == [first.id]


async def test_a_path_taken_meanwhile_gets_a_number(desk: Desk) -> None:
    made = await editing.create(desk, "Organisation", {"title": "Afpa"})
    await editing.delete(desk, ref(made), 1)
    await editing.create(desk, "Organisation", {"title": "Afpa"})

    back = await editing.undelete(desk, made.id)

    assert (back.slug, back.path) == ("afpa-1", "/organisations/afpa-1")


async def test_nothing_comes_back_into_a_parent_that_is_gone(desk: Desk) -> None:
    cite, channel, *_ = await a_cite_with_a_channel_and_a_partner(desk)
    await editing.delete(desk, ref(channel), 1, force=True)
    await editing.delete(desk, ref(cite), 1)

    with pytest.raises(Conflict):
        await editing.undelete(desk, channel.id)

    await editing.undelete(desk, cite.id)
    assert (await editing.undelete(desk, channel.id)).path == "/cites/lille/bus"


# Again and again -----------------------------------------------------------------------------------------------------


async def test_what_was_loaded_again_after_its_deletion_is_deleted_again(desk: Desk) -> None:
    made = await editing.create(desk, "Organisation", {"title": "Afpa"}, id="afpa")
    await editing.delete(desk, ref(made), 1)
    await editing.load(desk, [replace(made, state="published", country="FR")])

    with pytest.raises(Conflict) as refused:
        await editing.undelete(desk, "afpa")
    await editing.delete(desk, ref(made), 1)

    assert str(refused.value) == "What was deleted is there again."
    assert [each.id for each in await deleting.in_trash(desk)] == ["afpa"]
    assert (await editing.undelete(desk, "afpa")).country == "FR"


@pytest.mark.parametrize("at", [placing.SITE, Ref("Folder", placing.id_of("site:organisations"))])
async def test_what_a_site_is_founded_with_stays(desk: Desk, at: Ref) -> None:
    with pytest.raises(NotAllowed):
        await editing.delete(desk, at, 1, force=True)

    assert await reading.get(desk, at) is not None


async def test_a_folder_that_a_site_is_founded_with_stays_in_another_too(desk: Desk) -> None:
    folder = await editing.create(desk, "Folder", {"title": "Old", "language": "en", "parent": placing.SITE})
    at = Ref("Folder", placing.id_of("site:newsletters"))
    await editing.relocate(desk, at, ref(folder), 1)

    with pytest.raises(NotAllowed):
        await editing.delete(desk, ref(folder), 1)
