"""The writing verbs that take many nodes at once, on both engines."""

import pytest

from graph import Graph, NewLink, NewNode, NodeShape, OldLink, Property, Shape, StoredLink, Transaction

YARD = Shape(
    (NodeShape("Shrub", (Property("id", "string"), Property("height", "integer")), ("id",), ("height",)),), ("SHADES",)
)


@pytest.fixture
async def yard(graph: Graph) -> Graph:
    await graph.shape(YARD)

    async def build(tx: Transaction) -> None:
        await tx.create([NewNode("Shrub", {"id": f"t{n}", "height": n}) for n in range(4)])
        await tx.connect([NewLink("SHADES", "Shrub", "t1", "Shrub", "t2", {"how": "much"})])
        await tx.connect([NewLink("SHADES", "Shrub", "t3", "Shrub", "t2")])

    await graph.write(build)
    return graph


async def test_several_nodes_are_locked_and_those_absent_left_out(yard: Graph) -> None:
    found = await yard.write(lambda tx: tx.lock_all("Shrub", ["t2", "nowhere", "t0", "t2"]))

    assert found == [{"id": "t0", "height": 0}, {"id": "t2", "height": 2}]


async def test_several_nodes_are_changed_each_in_its_way(yard: Graph) -> None:
    async def work(tx: Transaction) -> int:
        return await tx.update_all("Shrub", {"t0": {"height": None}, "t1": {"name": "Oak"}, "nowhere": {"height": 1}})

    assert await yard.write(work) == 2
    found = await yard.write(lambda tx: tx.find("Shrub", "id", ["t0", "t1"]))
    assert sorted(found, key=lambda each: each["id"]) == [{"id": "t0"}, {"id": "t1", "height": 1, "name": "Oak"}]


async def test_links_of_several_nodes_are_told_one_way_at_a_time(yard: Graph) -> None:
    outgoing = await yard.write(lambda tx: tx.links_of("Shrub", ["t1", "t2"]))
    incoming = await yard.write(lambda tx: tx.links_of("Shrub", ["t1", "t2"], outgoing=False))

    assert outgoing == [("t1", StoredLink("SHADES", True, "Shrub", "t2", {"how": "much"}))]
    assert sorted(incoming, key=lambda pair: pair[1].other) == [
        ("t2", StoredLink("SHADES", False, "Shrub", "t1", {"how": "much"})),
        ("t2", StoredLink("SHADES", False, "Shrub", "t3", {})),
    ]
    assert await yard.links_of("Shrub", ["t1", "t2"]) == outgoing


async def test_a_range_has_its_lower_end_and_not_its_upper_one(yard: Graph) -> None:
    found = await yard.write(lambda tx: tx.between("Shrub", "height", 1, 3))

    assert [each["id"] for each in found] == ["t1", "t2"]


async def test_several_numbers_are_given_at_once(yard: Graph) -> None:
    assert await yard.write(lambda tx: tx.next("leaves", 5)) == 5
    assert await yard.write(lambda tx: tx.next("leaves")) == 6


@pytest.mark.parametrize("outgoing", [True, False])
async def test_hundreds_of_links_of_one_node_go_at_once_and_no_others(yard: Graph, outgoing: bool) -> None:
    many = [f"m{number}" for number in range(300)]
    ends = [("t0", id) if outgoing else (id, "t0") for id in many]

    async def build(tx: Transaction) -> None:
        await tx.create([NewNode("Shrub", {"id": id}) for id in many])
        await tx.connect([NewLink("SHADES", "Shrub", source, "Shrub", target) for source, target in ends])

    await yard.write(build)
    gone = [OldLink("SHADES", "Shrub", source, "Shrub", target) for source, target in ends[1:]]

    assert await yard.write(lambda tx: tx.disconnect([*gone, *gone[:3]])) == 299
    assert await yard.write(lambda tx: tx.disconnect(gone)) == 0
    left = await yard.write(lambda tx: tx.links_of("Shrub", many, outgoing=not outgoing))
    assert [(id, link.other) for id, link in left] == [("m0", "t0")]
