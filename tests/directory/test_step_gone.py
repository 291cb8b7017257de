"""What older code deleted and removed is known to imports once the step was applied."""

from directory import editing, migrations, retention
from directory.desk import Desk
from graph import Statement
from graph.migrate import migrate, steps
from tests.directory.test_retention import a_person_and_a_mandate
from tests.directory.test_trash import a_cite_with_a_channel_and_a_partner, ref


async def stepped(desk: Desk) -> None:
    """The step is applied to a graph that had all those before."""
    known = steps(migrations)
    place = next(step.number for step in known if step.name == "gone")
    await migrate(desk.graph, known[: place - 1])
    assert await migrate(desk.graph, known[:place]) == known[place - 1 : place]


async def test_what_was_deleted_before_tells_its_items_keys_and_parent_after_a_step(desk: Desk) -> None:
    cite, *_ = await a_cite_with_a_channel_and_a_partner(desk)
    body = await editing.create(desk, "LifeEvent", {"title": "Opened", "subject": ref(cite), "kind": "opened"})
    await editing.delete(desk, ref(body), 1)
    await editing.delete(desk, ref(cite), 1)
    told = Statement("MATCH (n:Trash) RETURN [n.id, n.items, n.keys, n.parent]")
    wanted = sorted(await desk.graph.read(told))
    nothing = {"items": None, "keys": None, "parent": None}
    await desk.graph.write(lambda tx: tx.update_all("Trash", {id: nothing for id, *_ in wanted}))

    await stepped(desk)

    assert sorted(await desk.graph.read(told)) == wanted
    assert [["network:lille"] if id == cite.id else [] for id, *_ in wanted] == [keys for _, _, keys, _ in wanted]


async def test_persons_whose_name_was_removed_before_are_known_to_imports_after_a_step(desk: Desk) -> None:
    person, _ = await a_person_and_a_mandate(desk, "2024-12-31")
    await retention.forget(desk)
    await desk.graph.write(lambda tx: tx.remove("Gone", [person.id]))

    await stepped(desk)

    assert await retention.gone_for_good(desk, [person.id, "somebody else"]) == {person.id: None}
