"""The name of a person goes when it may not be kept any longer."""

import asyncio
from datetime import UTC, datetime

import pytest

from directory import editing, reading, retention, versions
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
