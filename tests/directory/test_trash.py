"""To the trash and back, with all that sits below and all that leads there."""

from dataclasses import replace

import pytest

from directory import deleting, editing, grants, placing, reading, trash, versions
from directory.actor import Actor
from directory.desk import Desk
from directory.enums import Role
from directory.errors import Conflict, Duplicate, InUse, Invalid, NotAllowed, NotFound
from directory.item import Item
from directory.types import Page
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


# What changed meanwhile ----------------------------------------------------------------------------------------------


async def territories(desk: Desk, *titles: str) -> list[Item]:
    return [await editing.create(desk, "Territory", {"title": title}) for title in titles]


async def test_what_was_chosen_meanwhile_stays_when_a_link_would_come_back(desk: Desk) -> None:
    old, new = await territories(desk, "Lille", "Nord")
    cite = await editing.create(desk, "Cite", {"title": "Lille", "territory": ref(old), "serves": (ref(old),)})
    await editing.delete(desk, ref(old), 1, force=True)
    await editing.update(desk, ref(cite), 2, {"territory": ref(new), "serves": (ref(new),)})

    await editing.undelete(desk, old.id)

    back = await reading.get(desk, ref(cite))
    assert (back.territory, set(back.serves)) == (ref(new), {ref(old), ref(new)})
    [[count]] = [await desk.graph.read(Statement("MATCH (:Cite)-[r:CITE_TERRITORY]->() RETURN count(r)"))]
    assert count == 1


async def test_a_link_that_would_lead_back_to_its_item_stays_away(desk: Desk) -> None:
    [large] = await territories(desk, "France")
    middle = await editing.create(desk, "Territory", {"title": "Nord", "within": ref(large)})
    small = await editing.create(desk, "Territory", {"title": "Lille", "within": ref(middle)})
    await editing.delete(desk, ref(middle), 1, force=True)
    await editing.update(desk, ref(large), 1, {"within": ref(small)})

    await editing.undelete(desk, middle.id)

    found = [await reading.get(desk, ref(each)) for each in (small, middle, large)]
    assert [each.within for each in found] == [None, ref(large), ref(small)]


async def test_a_siret_taken_meanwhile_refuses_what_had_it(desk: Desk) -> None:
    values = {"title": "Afpa", "siret": "73282932000074"}
    made = await editing.create(desk, "Organisation", values)
    await editing.delete(desk, ref(made), 1)
    await editing.create(desk, "Organisation", values)

    with pytest.raises(Invalid) as refused:
        await editing.undelete(desk, made.id)

    assert [(fault.code, fault.path) for fault in refused.value.faults] == [("DUPLICATE", ("siret",))]


async def test_a_head_comes_back_beside_the_branch_that_has_its_siret(desk: Desk) -> None:
    values = {"title": "Afpa", "siret": "73282932000074"}
    head = await editing.create(desk, "Organisation", values)
    branch = await editing.create(desk, "Organisation", {**values, "branch_of": ref(head)})
    await editing.delete(desk, ref(head), 1, force=True)

    await editing.undelete(desk, head.id)

    assert (await reading.get(desk, ref(branch))).branch_of == ref(head)


async def test_a_language_taken_meanwhile_refuses_what_had_it(desk: Desk) -> None:
    page = await editing.create(desk, "Page", {"title": "Welcome", "language": "en"})
    french = {"title": "Bienvenue", "language": "fr", "translation_group": page.id}
    made = await editing.create(desk, "Page", french)
    await editing.delete(desk, ref(made), 1)
    await editing.create(desk, "Page", french)

    with pytest.raises(Conflict) as refused:
        await editing.undelete(desk, made.id)

    assert refused.value.path == ("language",)


async def test_nothing_comes_back_into_a_folder_that_does_not_allow_it_any_more(desk: Desk) -> None:
    values = {"title": "Papers", "language": "en", "parent": placing.SITE}
    folder = await editing.create(desk, "Folder", values)
    made = await editing.create(desk, "Organisation", {"title": "Afpa", "parent": ref(folder)})
    await editing.delete(desk, ref(made), 1)
    await editing.update(desk, ref(folder), 1, {"allowed_types": ("Page",)})

    with pytest.raises(Invalid) as refused:
        await editing.undelete(desk, made.id)

    assert [fault.path for fault in refused.value.faults] == [("parent",)]


async def test_a_slug_taken_meanwhile_refuses_what_brings_it_back_from_below(desk: Desk) -> None:
    cite, *_ = await a_cite_with_a_channel_and_a_partner(desk)
    other = await editing.create(desk, "Cite", {"title": "Metz"})
    await editing.delete(desk, ref(cite), 1)
    taken = await editing.create(desk, "Channel", {"title": "Bus", "cite": ref(other)})

    with pytest.raises(Duplicate) as refused:
        await editing.undelete(desk, cite.id)

    assert (refused.value.field, refused.value.value, refused.value.existing) == ("slug", "bus", taken.id)


async def test_what_it_is_left_without_is_not_asked_for(desk: Desk) -> None:
    [territory] = await territories(desk, "Lille")
    cite = await editing.create(desk, "Cite", {"title": "Lille", "territory": ref(territory)})
    await editing.move(desk, ref(cite), "publish", 1)
    await editing.delete(desk, ref(cite), 2)
    await editing.delete(desk, ref(territory), 1)

    back = await editing.undelete(desk, cite.id)

    assert (back.state, back.territory) == ("published", None)


async def test_old_paths_below_lead_on_again(desk: Desk) -> None:
    cite, channel, *_ = await a_cite_with_a_channel_and_a_partner(desk)
    await editing.relocate(desk, ref(channel), None, 1, "coach")
    await editing.delete(desk, ref(cite), 1)

    await editing.undelete(desk, cite.id)

    found = await reading.by_path(desk, "/cites/lille/bus")
    assert found is not None
    assert found.id == channel.id


async def head_and_drafted_branch(desk: Desk) -> tuple[Item, Item]:
    """An organisation, and a published branch of it that has a draft, version 3."""
    head = await editing.create(desk, "Organisation", {"title": "Afpa"})
    branch = await editing.create(desk, "Organisation", {"title": "Afpa Lille", "branch_of": ref(head)})
    await editing.move(desk, ref(branch), "publish", 1)
    await editing.update(desk, ref(branch), 2, {"country": "FR"})
    return head, branch


async def test_what_led_to_something_changes_when_it_goes_and_when_it_is_back(desk: Desk) -> None:
    head, branch = await head_and_drafted_branch(desk)

    await editing.delete(desk, ref(head), 1, force=True)
    await editing.undelete(desk, head.id)

    told = [(each.version, each.action, each.fields) for each in await versions.history(desk, ref(branch))]
    assert told[:2] == [(5, "link", ("branch_of",)), (4, "unlink", ("branch_of",))]
    before = [(await versions.at_version(desk, ref(branch), version)).branch_of for version in (2, 3, 4)]
    assert before == [ref(head), ref(head), None]
    after = await editing.move(desk, ref(branch), "publish_draft", 5)
    assert (after.country, after.branch_of, after.version) == ("FR", ref(head), 6)
    assert await reading.get(desk, ref(branch)) == after


async def test_a_draft_is_published_without_what_went_meanwhile(desk: Desk) -> None:
    head, branch = await head_and_drafted_branch(desk)
    await editing.delete(desk, ref(head), 1, force=True)

    after = await editing.move(desk, ref(branch), "publish_draft", 4)

    assert (after.country, after.branch_of) == ("FR", None)


def test_old_paths_that_were_kept_without_an_item_are_those_of_the_first() -> None:
    whole = trash.Whole((Page(id="page", slug="page", title="Page"),), (), (("/old", "page"),), ())

    kept = trash.written(whole).replace('[["/old","page"]]', '["/old"]')

    assert '["/old"]' in kept
    assert trash.read(kept).redirects == whole.redirects


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


# What was deleted in what was deleted --------------------------------------------------------------------------------


@pytest.mark.parametrize("deeper", [False, True])
async def test_what_lay_in_the_trash_before_its_parent_comes_along_when_that_moves(desk: Desk, deeper: bool) -> None:
    async def folder(title: str, parent: Ref) -> Item:
        return await editing.create(desk, "Folder", {"title": title, "language": "en", "parent": parent})

    top, elsewhere = await folder("Top", placing.SITE), await folder("Elsewhere", placing.SITE)
    outer = await folder("Outer", ref(top))
    inner = await folder("Inner", ref(outer))
    page = await editing.create(desk, "Page", {"title": "Page", "language": "en", "parent": ref(inner)})
    await grants.add_user(desk, "Ann", id="ann")
    await grants.grant(desk, ref(elsewhere), "ann", Role.MANAGER)
    for each in (page, inner, outer) if deeper else (page, outer):
        await editing.delete(desk, ref(each), 1)
    await editing.relocate(desk, ref(top), ref(elsewhere), 1, "moved")
    await folder("Outer", ref(top))

    ann = desk.for_actor(Actor("ann", "Ann", roles={elsewhere.id: Role.MANAGER}))
    before = {each.id: each.path for each in await deleting.in_trash(ann)}
    back = await editing.undelete(ann, outer.id)
    after = {each.id: each.path for each in await deleting.in_trash(ann)}

    assert before[page.id] == "/elsewhere/moved/outer/inner/page"
    assert (back.path, after[page.id]) == ("/elsewhere/moved/outer-1", "/elsewhere/moved/outer-1/inner/page")
    if deeper:
        await editing.undelete(ann, inner.id)
    assert (await editing.undelete(ann, page.id)).path == after[page.id]


async def test_one_item_that_led_to_much_of_what_went_leads_there_again(desk: Desk) -> None:
    folder = await editing.create(desk, "Folder", {"title": "Areas", "language": "en", "parent": placing.SITE})
    areas = [
        await editing.create(desk, "Territory", {"title": f"T{number}", "parent": ref(folder)}) for number in range(5)
    ]
    values = {"title": "Lille", "territory": ref(areas[0]), "serves": tuple(map(ref, areas))}
    cite = await editing.create(desk, "Cite", values)
    await editing.delete(desk, ref(folder), 1, force=True)

    await editing.undelete(desk, folder.id)

    back = await reading.get(desk, ref(cite))
    assert (back.territory, set(back.serves)) == (ref(areas[0]), set(map(ref, areas)))
