"""The name of a person goes when it may not be kept any longer."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from directory import deleting, editing, placing, reading, retention, versions
from directory.actor import Actor
from directory.desk import Desk
from directory.errors import NotAllowed
from directory.item import Item
from directory.site import upkeep
from directory.values import Ref
from graph import Statement


def ref(item: Item) -> Ref:
    return Ref(type(item).__name__, item.id)


async def told_anywhere(desk: Desk, words: tuple[str, ...]) -> list[str]:
    """The labels of all nodes that hold one of the words in any property."""
    rows = await desk.graph.read(Statement("MATCH (n) RETURN [labels(n)[0], properties(n)]"))
    return sorted({label for label, values in rows if any(word in str(values).lower() for word in words)})


async def a_person_and_a_mandate(desk: Desk, until: str) -> tuple[Item, Item]:
    values = {"title": "Ada Example", "retention_until": until, "publication_basis": "consent"}
    person = await editing.create(desk, "Person", values)
    body = await editing.create(desk, "Organisation", {"title": "Body"})
    mandate = await editing.create(desk, "Mandate", {"person": ref(person), "held_in": ref(body), "role": "Chair"})
    await editing.update(desk, ref(person), 1, {"title": "Ada B. Example"})
    await editing.relocate(desk, ref(person), None, 2, slug="ada")
    return person, mandate


async def test_a_name_that_is_due_is_nowhere_any_more(desk: Desk) -> None:
    person, mandate = await a_person_and_a_mandate(desk, "2024-12-31")

    assert await retention.forget(desk) == [person.id]

    now = await reading.get(desk, ref(person))
    assert (now.title, now.slug, now.path) == (retention.REMOVED, person.id, f"/people/{person.id}")
    assert (await reading.get(desk, ref(mandate))).path.startswith(f"/people/{person.id}/")
    assert (await versions.at_version(desk, ref(person), 1)).title == retention.REMOVED
    assert await told_anywhere(desk, ("example", "/ada")) == []
    assert await retention.forget(desk) == []


async def test_a_name_that_is_due_goes_from_the_trash_too(desk: Desk) -> None:
    person, _ = await a_person_and_a_mandate(desk, "2024-12-31")
    await editing.delete(desk, ref(person), 3)

    assert await retention.forget(desk) == [person.id]

    assert await told_anywhere(desk, ("example", "/ada")) == []


async def test_a_name_that_is_due_goes_from_a_folder_in_the_trash_which_comes_back_without(desk: Desk) -> None:
    folder = await editing.create(desk, "Folder", {"title": "Board", "parent": placing.SITE})
    values = {"parent": ref(folder), "retention_until": "2024-12-31", "publication_basis": "consent"}
    person = await editing.create(desk, "Person", {**values, "title": "Ada Example"})
    other = await editing.create(desk, "Person", {**values, "title": "Bob", "retention_until": "2099-12-31"})
    body = await editing.create(desk, "Organisation", {"title": "Body"})
    await editing.create(desk, "Mandate", {"person": ref(person), "held_in": ref(body), "role": "Chair"})
    await editing.create(desk, "Project", {"title": "Reset", "contact_person": ref(person)})
    await editing.delete(desk, ref(folder), 1, force=True)

    assert await retention.due(desk) == retention.Due((), (person.id,))
    assert await retention.forget(desk) == [person.id]

    assert await told_anywhere(desk, ("example", "/ada")) == []
    assert (await retention.due(desk)).ids == []
    await editing.undelete(desk, folder.id)
    assert [each.id async for each in reading.all_of(desk, "Person")] == [other.id]
    assert [each async for each in reading.all_of(desk, "Mandate")] == []


@pytest.mark.parametrize("is_there", [True, False])
async def test_a_name_that_is_due_goes_from_mandates_that_were_deleted_earlier(desk: Desk, is_there: bool) -> None:
    values = {"title": "Ada Example", "retention_until": "2024-12-31", "publication_basis": "consent"}
    person = await editing.create(desk, "Person", values)
    body = await editing.create(desk, "Organisation", {"title": "Body"})
    for number in range(2):
        given = {"person": ref(person), "held_in": ref(body), "role": f"Chair {number}"}
        mandate = await editing.create(desk, "Mandate", given)
        await editing.delete(desk, ref(mandate), 1)
        await editing.relocate(desk, ref(person), None, number + 1, slug=f"ada-{number}")
    if not is_there:
        await editing.delete(desk, ref(person), 3)

    assert await retention.forget(desk) == [person.id]

    assert await told_anywhere(desk, ("example", "/ada")) == []
    assert await deleting.in_trash(desk) == []


async def test_a_name_that_is_due_goes_from_keys_remarks_and_drafts(desk: Desk) -> None:
    values = {"title": "Ada Example", "retention_until": "2024-12-31", "publication_basis": "consent"}
    own = {"keys": ("hr:ada-example",), "note": "Ada Example prefers calls"}
    person = await editing.create(desk, "Person", {**values, **own})
    body = await editing.create(desk, "Organisation", {"title": "Body"})
    given = {"person": ref(person), "held_in": ref(body), "kind": "office", "role": "Chair"}
    mandate = await editing.create(desk, "Mandate", given)
    for each in (body, person, mandate):
        await editing.move(desk, ref(each), "publish", 1)
    await editing.update(desk, ref(mandate), 2, {"role": "President"})

    await retention.forget(desk)

    assert await told_anywhere(desk, ("example", "/ada")) == []
    assert (await editing.move(desk, ref(mandate), "publish_draft", 3)).role == {"en": "President"}


async def test_a_name_that_is_due_goes_from_a_mandate_that_others_hold_now(desk: Desk) -> None:
    person, mandate = await a_person_and_a_mandate(desk, "2024-12-31")
    known = {"title": "Bob Other", "retention_until": "2099-12-31", "publication_basis": "consent"}
    other = await editing.create(desk, "Person", known)
    await editing.update(desk, ref(mandate), 1, {"note": "elected"})
    await editing.relocate(desk, ref(mandate), ref(other), 2)
    await editing.update(desk, ref(mandate), 3, {"note": "again"})

    assert await reading.moved_from(desk, "Mandate", "/people/ada/chair-body") is None
    assert await retention.forget(desk) == [person.id]

    assert await told_anywhere(desk, ("example", "/ada")) == []
    assert (await versions.at_version(desk, ref(mandate), 3)).path == "/people/bob-other/chair-body"


async def test_a_name_that_is_due_goes_from_a_mandate_that_was_loaded_and_that_others_hold_now(desk: Desk) -> None:
    person, mandate = await a_person_and_a_mandate(desk, "2024-12-31")
    other = await editing.create(desk, "Person", {"title": "Bob Other", "retention_until": "2099-12-31"})
    await editing.load(desk, [replace(mandate, id="loaded", slug="loaded", translation_group=None)])
    await editing.relocate(desk, Ref("Mandate", "loaded"), ref(other), 1)

    assert await retention.forget(desk) == [person.id]

    assert await told_anywhere(desk, ("example", "/ada")) == []
    assert (await versions.at_version(desk, Ref("Mandate", "loaded"), 1)).path == f"/people/{person.id}/loaded"


async def test_what_sat_in_a_person_is_known_of_changes_made_meanwhile(desk: Desk) -> None:
    person, mandate = await a_person_and_a_mandate(desk, "2024-12-31")
    other = await editing.create(desk, "Person", {"title": "Bo", "publication_basis": "consent"})
    await editing.relocate(desk, ref(mandate), ref(other), 1)

    looked_before = retention.Sitters({}, 0)

    assert await desk.graph.write(lambda tx: looked_before.sat(tx, person)) == {mandate.id}
    assert await desk.graph.write(lambda tx: looked_before.sat(tx, other)) == set()


@pytest.mark.parametrize("gone", [False, True])
async def test_a_name_that_is_due_goes_from_below_a_folder_that_has_another_name_now(desk: Desk, gone: bool) -> None:
    folder = await editing.create(desk, "Folder", {"title": "Board", "parent": placing.SITE})
    known = {"title": "Ada Example", "retention_until": "2024-12-31", "parent": ref(folder)}
    person = await editing.create(desk, "Person", known)
    body = await editing.create(desk, "Organisation", {"title": "Body"})
    mandate = await editing.create(desk, "Mandate", {"person": ref(person), "held_in": ref(body), "role": "Chair"})
    await editing.update(desk, ref(mandate), 1, {"note": "elected"})
    await editing.relocate(desk, ref(folder), None, 1, slug="council")
    if gone:
        await editing.delete(desk, ref(person), 1)

    assert await retention.forget(desk) == [person.id]

    assert await told_anywhere(desk, ("example", "/ada")) == []


async def test_an_observation_of_a_person_does_not_tell_the_name(desk: Desk) -> None:
    person, _ = await a_person_and_a_mandate(desk, "2024-12-31")
    indicator = await editing.create(desk, "Indicator", {"title": "Hours", "unit": "hour"})
    values = {"indicator": ref(indicator), "subject": ref(person), "period": "2024"}
    made = await editing.create(desk, "Observation", values)

    assert (made.title["en"], made.slug) == ("Hours, 2024", "hours-2024")
    await retention.forget(desk)
    assert await told_anywhere(desk, ("example", "/ada")) == []


@pytest.mark.parametrize("gone", ["", "observation", "person", "both"])
async def test_a_name_that_is_due_goes_from_what_people_named_after_the_person(desk: Desk, gone: str) -> None:
    person, _ = await a_person_and_a_mandate(desk, "2024-12-31")
    indicator = await editing.create(desk, "Indicator", {"title": "Hours", "unit": "hour"})
    values = {"indicator": ref(indicator), "subject": ref(person), "period": "2024"}
    named = {"title": {"en": "Hours of Ada B. Example"}, "slug": "of-ada-example"}
    seen = await editing.create(desk, "Observation", {**values, **named})
    seen = await editing.relocate(desk, ref(seen), None, 1, slug="of-ada-b-example")
    await editing.update(desk, ref(seen), 2, {"value": 3, "qualifier": "exact"})
    if gone in ("observation", "both"):
        await editing.delete(desk, ref(seen), 3)
    if gone in ("person", "both"):
        await editing.delete(desk, ref(person), 3, force=True)

    assert await retention.forget(desk) == [person.id]

    assert await told_anywhere(desk, ("example", "/ada")) == []
    back = await reading.get(desk, ref(seen)) or await editing.undelete(desk, seen.id)
    assert (back.title["en"], back.slug) == ("Hours, 2024", seen.id)
    assert (await reading.by_path(desk, f"/indicators/hours/{seen.id}")) == back


async def test_the_version_before_a_name_went_is_there_without_it(desk: Desk) -> None:
    person, _ = await a_person_and_a_mandate(desk, "2024-12-31")
    await retention.forget(desk)

    told = await versions.history(desk, ref(person))

    kept = [await versions.at_version(desk, ref(person), each.version) for each in told]
    assert [(each.version, each.title) for each in kept] == [(n, retention.REMOVED) for n in (4, 3, 2, 1)]


async def test_the_day_that_is_only_a_draft_keeps_no_name_in_the_trash(desk: Desk) -> None:
    person, _ = await a_person_and_a_mandate(desk, "2024-12-31")
    await editing.move(desk, ref(person), "publish", 3)
    await editing.update(desk, ref(person), 4, {"retention_until": "2099-12-31"})
    await editing.delete(desk, ref(person), 5)

    assert await retention.forget(desk) == [person.id]

    assert await told_anywhere(desk, ("example", "/ada")) == []


async def test_a_name_that_was_only_a_draft_goes_too(desk: Desk) -> None:
    person, _ = await a_person_and_a_mandate(desk, "2024-12-31")
    await editing.move(desk, ref(person), "publish", 3)
    await editing.update(desk, ref(person), 4, {"title": "Lovelace"})
    indicator = await editing.create(desk, "Indicator", {"title": "Hours", "unit": "hour"})
    values = {"indicator": ref(indicator), "subject": ref(person), "period": "2024"}
    await editing.create(desk, "Observation", {**values, "title": {"en": "Hours of Lovelace"}})

    assert await retention.forget(desk) == [person.id]

    assert await told_anywhere(desk, ("example", "/ada", "lovelace")) == []


async def test_a_name_that_may_be_kept_stays(desk: Desk) -> None:
    person, _ = await a_person_and_a_mandate(desk, f"{datetime.now(UTC).year + 5}-01-01")

    assert await retention.forget(desk) == []
    assert (await reading.get(desk, ref(person))).title == "Ada B. Example"


async def test_what_is_due_is_counted_without_any_change(desk: Desk) -> None:
    person, _ = await a_person_and_a_mandate(desk, "2024-12-31")
    other = await editing.create(
        desk, "Person", {"title": "Bob", "retention_until": "2024-12-31", "publication_basis": "consent"}
    )
    await editing.delete(desk, ref(other), 1)

    first, second = await retention.due(desk), await retention.due(desk)

    assert first == second == retention.Due((person.id,), (other.id,))
    assert (await reading.get(desk, ref(person))).title == "Ada B. Example"
    assert await retention.forget(desk) == first.ids
    assert (await retention.due(desk)).ids == []


async def test_several_processes_forget_a_name_once(desk: Desk) -> None:
    person, _ = await a_person_and_a_mandate(desk, "2024-12-31")

    await asyncio.gather(*(retention.forget(desk) for _ in range(3)))

    assert (await reading.get(desk, ref(person))).version == 4


async def test_a_site_that_runs_forgets_by_itself(desk: Desk) -> None:
    person, _ = await a_person_and_a_mandate(desk, "2024-12-31")
    running = asyncio.create_task(upkeep.keep_up(desk, first=0, every=0.05))

    async with asyncio.timeout(20):
        while (await reading.get(desk, ref(person))).title != retention.REMOVED:  # noqa: ASYNC110 # nobody rings
            await asyncio.sleep(0.05)
    running.cancel()


async def test_forgetting_is_for_managers(desk: Desk) -> None:
    with pytest.raises(NotAllowed):
        await retention.forget(desk.for_actor(Actor("u", "Nobody")))
