"""Many nodes and links are loaded fast, on both engines; into an empty embedded graph all of them or none."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from graph import Conflict, Graph, NewLink, NewNode, NodeShape, NotFound, Property, Shape, Statement, open_graph
from graph.bulk import BATCH, Rate, load, raw_rate

SHAPE = Shape(
    nodes=(
        NodeShape(
            "Leaf", (Property("id", "string"), Property("size", "float"), Property("tags", "strings")), ("id",), ()
        ),
        NodeShape("Twig", (Property("id", "string"), Property("name", "string")), ("id",), ("name",)),
    ),
    links=("GROWS_ON", "TOUCHES"),
)
COUNT = BATCH + 500


def nodes(count: int = COUNT) -> Iterator[NewNode]:
    for number in range(count):
        yield NewNode("Twig", {"id": f"t{number}", "name": f"Twig {number}", "note": None})
        yield NewNode("Leaf", {"id": f"l{number}", "size": number / 2, "tags": ["green", f"n{number % 3}"]})


def links(count: int = COUNT) -> Iterator[NewLink]:
    for number in range(count):
        yield NewLink("GROWS_ON", "Leaf", f"l{number}", "Twig", f"t{number % 100}", {"since": number})
        yield NewLink("TOUCHES", "Leaf", f"l{number}", "Leaf", f"l{(number + 1) % count}")


async def totals(graph: Graph) -> list[int]:
    """Nodes, links followed forwards, links followed backwards."""
    texts = ("MATCH (n) RETURN count(*)", "MATCH (n)-[r]->(m) RETURN count(*)", "MATCH (n)<-[r]-(m) RETURN count(*)")
    return [total for text in texts for total in await graph.read(Statement(text))]


@pytest.fixture
async def wood(graph: Graph) -> Graph:
    await graph.shape(SHAPE)
    return graph


async def test_everything_loaded_is_there_with_its_types(wood: Graph) -> None:
    await load(wood, nodes(), links())

    assert await totals(wood) == [2 * COUNT, 2 * COUNT, 2 * COUNT]
    assert await wood.write(lambda transaction: transaction.lock("Leaf", "l7")) == {
        "id": "l7",
        "size": 3.5,
        "tags": ["green", "n1"],
    }
    touching = await wood.write(lambda transaction: transaction.links("Leaf", "l7"))
    assert sorted((link.type, link.outgoing, link.other, link.properties.get("since")) for link in touching) == [
        ("GROWS_ON", True, "t7", 7),
        ("TOUCHES", False, "l6", None),
        ("TOUCHES", True, "l8", None),
    ]


async def test_what_is_loaded_is_found_by_its_indexes_and_can_be_changed(wood: Graph) -> None:
    await load(wood, nodes(10), links(10))

    await wood.write(lambda transaction: transaction.update("Twig", "t3", {"name": "Third"}))
    await wood.write(lambda transaction: transaction.remove("Twig", ["t4"]))

    named = wood.engine.parameter("name")
    text = f"MATCH (n:Twig) WHERE n.name = {named} RETURN n.id"
    assert await wood.read(Statement(text, {"name": "Third"})) == ["t3"]
    assert await totals(wood) == [19, 19, 19]


async def test_more_can_be_loaded_later_and_linked_to_what_was_there(wood: Graph) -> None:
    await load(wood, nodes(10), links(10))

    await load(
        wood, [NewNode("Leaf", {"id": "late"})], [NewLink("GROWS_ON", "Leaf", "late", "Twig", "t1", {"since": 1})]
    )

    assert await totals(wood) == [21, 21, 21]


async def test_progress_is_told_and_ends_at_the_totals(wood: Graph) -> None:
    told: list[tuple[int, int]] = []

    await load(wood, nodes(), links(), lambda nodes, links: told.append((nodes, links)))

    assert told == sorted(told)
    assert told[0][1] == 0 < told[0][0]
    assert told[-1] == (2 * COUNT, 2 * COUNT)


async def test_an_id_that_is_taken_is_a_conflict(wood: Graph) -> None:
    with pytest.raises(Conflict):
        await load(wood, [*nodes(5), NewNode("Leaf", {"id": "l3"})], ())


async def test_a_link_to_nowhere_is_refused(wood: Graph) -> None:
    with pytest.raises(NotFound, match="nowhere"):
        await load(wood, nodes(5), [NewLink("GROWS_ON", "Leaf", "l1", "Twig", "nowhere")])


async def test_the_raw_rate_is_a_rate(wood: Graph) -> None:
    rate = await raw_rate(wood, list(nodes()), list(links()))

    assert isinstance(rate, Rate)
    assert rate.nodes > 0
    assert rate.links > 0
    assert await totals(wood) == [2 * COUNT, 2 * COUNT, 2 * COUNT]


async def test_the_first_load_of_an_embedded_graph_is_all_or_nothing(tmp_path: Path) -> None:
    graph = await open_graph(f"embedded:{tmp_path}", memory="512m")
    try:
        await graph.shape(SHAPE)
        with pytest.raises(NotFound):
            await load(graph, nodes(), [*links(), NewLink("TOUCHES", "Leaf", "l1", "Leaf", "nowhere")])

        assert await totals(graph) == [0, 0, 0]

        await load(graph, nodes(), links())

        assert await totals(graph) == [2 * COUNT, 2 * COUNT, 2 * COUNT]
        assert not (tmp_path / "loading").exists()
    finally:
        await graph.close()


async def test_nobody_joins_while_the_first_load_runs(tmp_path: Path) -> None:
    graph = await open_graph(f"embedded:{tmp_path}", memory="512m")
    seen: list[bool] = []
    try:
        await graph.shape(SHAPE)
        await load(graph, nodes(), links(), lambda nodes, links: seen.append((tmp_path / "engine.json").exists()))

        assert set(seen) == {False}
        assert (tmp_path / "engine.json").exists()
    finally:
        await graph.close()


async def test_a_load_that_is_stopped_stops(wood: Graph) -> None:
    loading = asyncio.create_task(load(wood, nodes(20 * BATCH), ()))
    await asyncio.sleep(0.3)
    loading.cancel()

    with pytest.raises(asyncio.CancelledError):
        await loading

    before = await totals(wood)
    await asyncio.sleep(0.3)
    assert await totals(wood) == before
    assert before[0] < 40 * BATCH
