"""What older code wrote is brought to what the code expects, on both engines."""

from directory import editing, migrations, reading
from directory.desk import Desk
from directory.stored import properties
from directory.values import Ref
from graph.migrate import migrate, steps

STEPS = steps(migrations)
TITLES = [{"en": "Employment"}, {"fr": "Emploi"}, {"en": "School", "fr": "École"}, {"it": "Città"}]


async def test_items_of_before_get_what_they_are_ordered_by_in_french(desk: Desk) -> None:
    graph = desk.graph
    await migrate(graph, STEPS[:1])
    made = [Ref("Organisation", (await editing.create(desk, "Organisation", {"title": each})).id) for each in TITLES]
    made += [Ref("Folder", item.id) async for item in reading.all_of(desk, "Folder")]
    for at in made:
        await graph.write(lambda tx, at=at: tx.update_all(at.type, {at.id: {"title_order_fr": None}}))

    assert await migrate(graph, STEPS) == STEPS[1:]

    for at in made:
        item = await reading.get(desk, at)
        assert item
        [row] = await graph.write(lambda tx, at=at: tx.find(at.type, "id", [at.id]))
        assert row["title_order_fr"] == properties(item)["title_order_fr"]
