"""Moves of the workflow, and the drafts of what is published."""

from typing import Any

import pytest

from directory import editing, grants, placing, reading, versions
from directory.actor import Actor, anonymous
from directory.desk import Desk
from directory.enums import Role
from directory.errors import Conflict, Invalid, NotAllowed, NotFound
from directory.item import Item
from directory.values import Citation, Ref


def ref(item: Item) -> Ref:
    return Ref(type(item).__name__, item.id)


def as_role(desk: Desk, role: Role) -> Desk:
    return desk.for_actor(Actor(f"u-{role}", role.value, roles={placing.SITE.id: role}))


async def a_published_territory(desk: Desk) -> Item:
    made = await editing.create(desk, "Territory", {"title": "Lille", "population": 1})
    return await editing.move(desk, ref(made), "publish", 1)


async def test_a_published_item_is_seen_by_visitors_and_a_retired_one_is_not(desk: Desk) -> None:
    visitor = desk.for_actor(anonymous)
    published = await a_published_territory(desk)

    assert (await reading.get(visitor, ref(published))).title == {"en": "Lille"}

    await editing.move(desk, ref(published), "retire", 2)
    assert await reading.get(visitor, ref(published)) is None


async def test_what_is_needed_to_publish_is_asked_for(desk: Desk) -> None:
    cite = await editing.create(desk, "Cite", {"title": "Lille"})

    with pytest.raises(Invalid) as refused:
        await editing.move(desk, ref(cite), "publish", 1)

    assert [fault.path for fault in refused.value.faults] == [("territory",)]


async def test_a_move_that_is_not_offered_says_which_are(desk: Desk) -> None:
    made = await editing.create(desk, "Territory", {"title": "Lille"})
    editor = as_role(desk, Role.EDITOR)

    with pytest.raises(NotAllowed) as refused:
        await editing.move(editor, ref(made), "publish", 1)

    assert (refused.value.moves, refused.value.required_role) == (("submit",), Role.REVIEWER)


async def test_a_rejection_says_why(desk: Desk) -> None:
    made = await editing.create(desk, "Territory", {"title": "Lille"})
    await editing.move(desk, ref(made), "submit", 1)

    with pytest.raises(Invalid):
        await editing.move(desk, ref(made), "reject", 2)
    after = await editing.move(desk, ref(made), "reject", 2, comment="No source.")

    assert after.state == "private"
    assert (await versions.history(desk, ref(made)))[0].comment == "No source."


async def test_visitors_keep_the_published_version_until_the_draft_is_published(desk: Desk) -> None:
    published = await a_published_territory(desk)
    editor, visitor = as_role(desk, Role.EDITOR), desk.for_actor(anonymous)

    changed = await editing.update(editor, ref(published), 2, {"population": 2})
    again = await editing.update(editor, ref(published), changed.version, {"rurality": "urban"})

    seen = await reading.get(visitor, ref(published))
    assert (seen.population, seen.version, seen.modified) == (1, 2, published.modified)
    assert (again.population, again.rurality, again.version) == (2, "urban", 4)
    assert await versions.draft(editor, ref(published)) == again
    with pytest.raises(NotAllowed):
        await versions.draft(visitor, ref(published))

    with pytest.raises(NotAllowed):
        await editing.move(editor, ref(published), "publish_draft", 4)
    await editing.move(desk, ref(published), "publish_draft", 4)

    seen = await reading.get(visitor, ref(published))
    assert (seen.population, seen.rurality, seen.version) == (2, "urban", 5)
    assert await versions.draft(editor, ref(published)) is None


async def test_a_draft_has_versions_like_any_change(desk: Desk) -> None:
    published = await a_published_territory(desk)
    await editing.update(desk, ref(published), 2, {"population": 2})

    with pytest.raises(Conflict) as refused:
        await editing.update(desk, ref(published), 2, {"population": 3})

    assert refused.value.current_version == 3
    assert await versions.current_version(desk, ref(published)) == 3


async def test_a_discarded_draft_leaves_the_published_version(desk: Desk) -> None:
    published = await a_published_territory(desk)
    await editing.update(desk, ref(published), 2, {"population": 2})

    await editing.move(as_role(desk, Role.EDITOR), ref(published), "discard_draft", 3)

    assert await reading.get(desk, ref(published)) == published
    assert await versions.draft(desk, ref(published)) is None
    assert (await editing.update(desk, ref(published), 4, {"population": 5})).version == 5
    with pytest.raises(Conflict):
        await editing.move(desk, ref(published), "publish_draft", 4)


async def test_what_is_published_may_be_changed_as_it_is_read_once_its_draft_is_discarded(desk: Desk) -> None:
    territory = await a_published_territory(desk)
    await editing.update(desk, ref(territory), 2, {"population": 2})
    discarded = await editing.move(desk, ref(territory), "discard_draft", 3)

    read = await reading.get(desk, ref(territory))

    assert (read.version, await versions.current_version(desk, ref(territory))) == (2, 4)
    assert await versions.at_version(desk, ref(territory), 4) == discarded
    with pytest.raises(Conflict):
        await editing.update(desk, ref(territory), 3, {"population": 5})
    assert (await editing.update(desk, ref(territory), read.version, {"population": 5})).version == 5
    with pytest.raises(Conflict):
        await editing.update(desk, ref(territory), read.version, {"population": 6})


async def test_each_version_is_kept_and_can_come_back(desk: Desk) -> None:
    made = await editing.create(desk, "Territory", {"title": "Lille", "population": 1})
    second = await editing.update(desk, ref(made), 1, {"population": 2, "kind": "commune"})
    third = await editing.move(desk, ref(made), "submit", 2)

    assert await versions.at_version(desk, ref(made), 1) == made
    assert await versions.at_version(desk, ref(made), 2) == second
    assert await versions.at_version(desk, ref(made), 3) == third
    with pytest.raises(NotFound):
        await versions.at_version(desk, ref(made), 9)

    back = await editing.restore_version(desk, ref(made), 1)

    assert (back.population, back.kind, back.state, back.version) == (1, None, "pending", 4)
    assert [each.action for each in await versions.history(desk, ref(made))] == [
        "restore_version",
        "submit",
        "update",
        "create",
    ]


async def test_a_draft_is_a_version_of_what_moved_meanwhile_too(desk: Desk) -> None:
    territory = await a_published_territory(desk)
    drafted = await editing.update(desk, ref(territory), 2, {"population": 2})

    await editing.relocate(desk, ref(territory), None, 3, "lille-city")

    assert await versions.at_version(desk, ref(territory), 3) == drafted
    assert (await versions.at_version(desk, ref(territory), 4)).population == 2


@pytest.mark.parametrize("is_there", [True, False])
async def test_a_version_comes_back_without_links_to_what_one_does_not_see(desk: Desk, is_there: bool) -> None:
    hidden = await editing.create(desk, "Territory", {"title": "Nord"})
    cite = await editing.create(desk, "Cite", {"title": "Lille", "serves": (ref(hidden),)})
    await editing.update(desk, ref(cite), 1, {"serves": (), "description": {"en": "Old"}})
    if not is_there:
        await editing.delete(desk, ref(hidden), 1)
    await grants.add_user(desk, "Ann", id="ann")
    await grants.grant(desk, ref(cite), "ann", Role.EDITOR)
    ann = desk.for_actor(await grants.actor_of(desk, "ann"))

    back = await editing.restore_version(ann, ref(cite), 1)

    assert (back.version, back.description, back.serves) == (3, None, ())


async def test_a_version_that_comes_back_leaves_links_to_what_one_does_not_see(desk: Desk) -> None:
    hidden = await editing.create(desk, "Territory", {"title": "Nord"})
    cite = await editing.create(desk, "Cite", {"title": "Lille"})
    await editing.update(desk, ref(cite), 1, {"serves": (ref(hidden),)})
    await grants.add_user(desk, "Ann", id="ann")
    await grants.grant(desk, ref(cite), "ann", Role.EDITOR)
    ann = desk.for_actor(await grants.actor_of(desk, "ann"))

    await editing.restore_version(ann, ref(cite), 1)

    assert (await reading.get(desk, ref(cite))).serves == (ref(hidden),)


async def test_a_draft_is_a_version_too(desk: Desk) -> None:
    published = await a_published_territory(desk)
    drafted = await editing.update(desk, ref(published), 2, {"population": 2})
    await editing.move(desk, ref(published), "publish_draft", 3)

    assert (await versions.at_version(desk, ref(published), 2)).population == 1
    assert await versions.at_version(desk, ref(published), 3) == drafted


async def published(desk: Desk, type_name: str, values: dict[str, Any]) -> Item:
    made = await editing.create(desk, type_name, values)
    return await editing.move(desk, ref(made), "publish", 1)


async def test_two_drafts_do_not_publish_one_siret_twice(desk: Desk) -> None:
    both = [await published(desk, "Organisation", {"title": title}) for title in ("Afpa", "Mission")]
    for each in both:
        await editing.update(desk, ref(each), 2, {"siret": "73282932000074"})
    await editing.move(desk, ref(both[0]), "publish_draft", 3)

    with pytest.raises(Invalid) as refused:
        await editing.move(desk, ref(both[1]), "publish_draft", 3)

    assert [(fault.code, fault.path) for fault in refused.value.faults] == [("DUPLICATE", ("siret",))]


async def test_two_drafts_do_not_publish_a_cycle(desk: Desk) -> None:
    one, other = [await published(desk, "Territory", {"title": title}) for title in ("Lille", "Nord")]
    await editing.update(desk, ref(one), 2, {"within": ref(other)})
    await editing.update(desk, ref(other), 2, {"within": ref(one)})
    await editing.move(desk, ref(one), "publish_draft", 3)

    with pytest.raises(Invalid) as refused:
        await editing.move(desk, ref(other), "publish_draft", 3)

    assert [fault.path for fault in refused.value.faults] == [("within",)]


async def test_two_drafts_do_not_publish_two_items_of_one_language(desk: Desk) -> None:
    page = {"title": "Welcome", "text": "<p>Welcome</p>"}
    first = await published(desk, "Page", {**page, "language": "en"})
    both = [
        await published(desk, "Page", {**page, "language": language, "translation_group": first.id})
        for language in ("it", "nl")
    ]
    for each in both:
        await editing.update(desk, ref(each), 2, {"language": "fr"})
    await editing.move(desk, ref(both[0]), "publish_draft", 3)

    with pytest.raises(Conflict) as refused:
        await editing.move(desk, ref(both[1]), "publish_draft", 3)

    assert refused.value.path == ("language",)


async def test_a_draft_with_a_link_that_its_publisher_does_not_see_is_published(desk: Desk) -> None:
    cite = await editing.create(desk, "Cite", {"title": "Lille"})
    shown = await published(desk, "Territory", {"title": "Lille"})
    hidden = await editing.create(desk, "Territory", {"title": "Nord"})
    await editing.update(desk, ref(cite), 1, {"territory": ref(shown)})
    await editing.move(desk, ref(cite), "publish", 2)
    await editing.update(desk, ref(cite), 3, {"serves": (ref(hidden),)})
    await grants.add_user(desk, "Ann", id="ann")
    await grants.grant(desk, ref(cite), "ann", Role.REVIEWER)
    ann = desk.for_actor(await grants.actor_of(desk, "ann"))

    await editing.move(ann, ref(cite), "publish_draft", 4)

    assert (await reading.get(desk, ref(cite))).serves == (ref(hidden),)


@pytest.mark.parametrize("move", ["publish_draft", "retire", "archive"])
async def test_a_link_of_a_draft_to_what_is_gone_is_gone(desk: Desk, move: str) -> None:
    page = {"text": "<p>Welcome</p>", "language": "en"}
    here, kept, gone = [await published(desk, "Page", {**page, "title": title}) for title in ("A", "B", "C")]
    await editing.update(desk, ref(here), 2, {"title": "Welcome", "related": (ref(kept), ref(gone))})
    await editing.delete(desk, ref(gone), 2)

    after = await editing.move(desk, ref(here), move, 3)

    assert (after.title, after.related) == ("Welcome", (ref(kept),))
    assert await reading.get(desk, ref(here)) == after


async def test_what_a_draft_is_left_without_is_asked_for(desk: Desk) -> None:
    one, other = [await published(desk, "Territory", {"title": title}) for title in ("Lille", "Nord")]
    cite = await published(desk, "Cite", {"title": "Lille", "territory": ref(one)})
    await editing.update(desk, ref(cite), 2, {"territory": ref(other)})
    await editing.delete(desk, ref(other), 2)

    with pytest.raises(Invalid) as refused:
        await editing.move(desk, ref(cite), "publish_draft", 3)

    assert [fault.path for fault in refused.value.faults] == [("territory",)]


async def test_a_person_is_published_with_a_basis_and_by_a_manager(desk: Desk) -> None:
    person = await editing.create(desk, "Person", {"title": "Ada Example"})

    with pytest.raises(Invalid) as refused:
        await editing.move(as_role(desk, Role.MANAGER), ref(person), "publish", 1)
    assert {fault.path for fault in refused.value.faults} == {("publication_basis",), ("retention_until",)}
    with pytest.raises(NotAllowed):
        await editing.move(as_role(desk, Role.REVIEWER), ref(person), "publish", 1)


async def test_a_mandate_is_published_only_as_long_as_its_person_is(desk: Desk) -> None:
    values = {"title": "Ada Example", "publication_basis": "consent", "retention_until": "2099-01-01"}
    person = await editing.create(desk, "Person", values)
    body = await editing.create(desk, "Organisation", {"title": "Body"})
    body = await editing.move(desk, ref(body), "publish", 1)
    given = {"person": ref(person), "held_in": ref(body), "kind": "office", "role": "Chair"}
    mandate = await editing.create(desk, "Mandate", given)

    with pytest.raises(Invalid) as refused:
        await editing.move(desk, ref(mandate), "publish", 1)
    assert [fault.path for fault in refused.value.faults] == [("person", "state")]

    await editing.move(desk, ref(person), "publish", 1)
    await editing.move(desk, ref(mandate), "publish", 1)
    for move in ("retire", "archive"):
        with pytest.raises(Invalid) as refused:
            await editing.move(desk, ref(person), move, 2)
        assert [fault.path for fault in refused.value.faults] == [("state",)]

    await editing.move(desk, ref(mandate), "retire", 2)
    assert (await editing.move(desk, ref(person), "retire", 2)).state == "private"


async def test_the_label_moves_by_life_events(desk: Desk) -> None:
    cite = await editing.create(desk, "Cite", {"title": "Lille"})
    source = await editing.create(desk, "Source", {"title": "Report", "kind": "report"})
    sources = (Citation(ref(source), "L1"),)

    with pytest.raises(NotAllowed) as refused:
        await editing.move_label(desk, ref(cite), "suspend", 1, date="2024", sources=sources)
    assert refused.value.moves == ("announce", "prefigure", "award", "operate")
    with pytest.raises(NotAllowed):
        await editing.move_label(as_role(desk, Role.REVIEWER), ref(cite), "award", 1, date="2024", sources=sources)

    first = await editing.move_label(desk, ref(cite), "operate", 1, date="2024", sources=sources)
    await editing.move_label(desk, ref(cite), "suspend", 1, date="2025-02", sources=sources)
    last = await editing.move_label(desk, ref(cite), "reinstate", 1, date="2025-03", sources=sources)

    assert (first.kind, first.label_state, first.state) == ("label_decided", "operating_label", "published")
    assert (last.label_state, last.parent) == ("operating_label", ref(cite))


@pytest.mark.parametrize("date", ["2023", "2024-05-31", "2024"])
async def test_no_decision_on_the_label_precedes_the_last_one(desk: Desk, date: str) -> None:
    cite = await editing.create(desk, "Cite", {"title": "Lille"})
    source = await editing.create(desk, "Source", {"title": "Report", "kind": "report"})
    sources = (Citation(ref(source), "L1"),)
    await editing.move_label(desk, ref(cite), "award", 1, date="2024-06", sources=sources)

    with pytest.raises(Invalid) as refused:
        await editing.move_label(desk, ref(cite), "suspend", 1, date=date, sources=sources)

    assert [(fault.code, fault.path) for fault in refused.value.faults] == [("INVALID", ("date",))]
    await editing.move_label(desk, ref(cite), "suspend", 1, date="2024-06-01", sources=sources)


async def test_a_manager_of_the_label_authority_decides_on_the_label(desk: Desk) -> None:
    cite = await editing.create(desk, "Cite", {"title": "Lille"})
    source = await editing.create(desk, "Source", {"title": "Report", "kind": "report"})
    await editing.create(desk, "Organisation", {"title": "Authority", "type": "label_authority"})

    made = await editing.move_label(
        as_role(desk, Role.MANAGER), ref(cite), "award", 1, date="2024", sources=(Citation(ref(source)),)
    )

    assert made.label_state == "labelled"


async def test_versions_go_on_after_those_of_a_draft_that_was_deleted_and_came_back(desk: Desk) -> None:
    made = await a_published_territory(desk)
    for version in (2, 3, 4):
        await editing.update(desk, ref(made), version, {"population": version})

    await editing.delete(desk, ref(made), 5)
    back = await editing.undelete(desk, made.id)

    told = [(each.version, each.action) for each in await versions.history(desk, ref(made))]
    assert told[:3] == [(7, "undelete"), (6, "delete"), (5, "draft")]
    assert (back.version, await versions.current_version(desk, ref(made))) == (7, 7)
    assert (await versions.at_version(desk, ref(made), 5)).population == 4
    assert (await versions.draft(desk, ref(made))).population == 4
    with pytest.raises(Conflict):
        await editing.update(desk, ref(made), 5, {"population": 6})
