"""Items that are taken away while they are read: whole in an answer, or not in it."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest
import strawberry

from directory import editing
from directory.desk import Desk
from directory.shaped import shape
from graph import Graph, NewLink, NewNode, Transaction
from graph.query import Answer, Question
from schema.context import Context
from tests.schema.conftest import ADMIN, SETTINGS

SECONDS = 2.0  # on Neo4j one answer in a hundred met an item that went away
ASKED = """{ organisations(first: 20) { totalCount nodes { id title path state language } }
             search(query: "Guest", first: 20) { nodes { id title path } } }"""


async def guests(desk: Desk, count: int) -> tuple[list[NewNode], list[NewLink]]:
    """What is stored of some new organisations."""
    made = [await editing.create(desk, "Organisation", {"title": f"Guest {number}"}) for number in range(count)]
    ids = [each.id for each in made]

    async def read(transaction: Transaction) -> tuple[list[NewNode], list[NewLink]]:
        nodes = [NewNode("Organisation", each) for each in await transaction.find("Organisation", "id", ids)]
        links = [
            NewLink(link.type, "Organisation", id, link.other_label, link.other, link.properties)
            for id, link in await transaction.links_of("Organisation", ids)
        ]
        return nodes, links

    return await desk.graph.write(read)


Happens = Callable[[Transaction], Awaitable[object]]


@dataclass
class Meanwhile(Context):
    """A request during which something is written, once: after the graph has answered for the first time."""

    happens: Happens | None = None

    async def rows(self, question: Question) -> Answer:
        answer = await super().rows(question)
        happens, self.happens = self.happens, None
        if happens:
            await self.graph.write(happens)
        return answer


@pytest.mark.parametrize(
    ("meanwhile", "seen", "errors"),
    [
        ("comes back", ["UND", "UND"], []),
        ("goes", ["UND"], []),
        ("stays as it is", None, [["organisations", "nodes", 0, "language"]]),
    ],
)
async def test_a_row_with_a_hole_is_asked_for_once_more(
    meanwhile: str, seen: list[str] | None, errors: list[list[object]], graph: Graph, schema: strawberry.Schema
) -> None:
    await graph.shape(shape())
    desk = Desk(graph, ADMIN, settings=SETTINGS)
    await editing.found_site(desk)
    nodes, _ = await guests(desk, 2)
    holed = str(nodes[0].properties["id"])
    happening: dict[str, Happens] = {
        "comes back": lambda transaction: transaction.update("Organisation", holed, {"language": "und"}),
        "goes": lambda transaction: transaction.remove("Organisation", [holed]),
    }
    # What Neo4j answers of a node that is taken away at that moment: the row is there, a property is not.
    await graph.write(lambda transaction: transaction.update("Organisation", holed, {"language": None}))
    context = Meanwhile(desk, happens=happening.get(meanwhile))

    found = await schema.execute("{ organisations { nodes { language } } }", context_value=context)

    assert [error.path for error in found.errors or ()] == errors
    assert found.data == {"organisations": seen and {"nodes": [{"language": each} for each in seen]}}
    assert context.round_trips == 2


async def test_an_item_that_is_taken_away_while_it_is_read_breaks_no_answer(
    graph: Graph, schema: strawberry.Schema
) -> None:
    await graph.shape(shape())
    desk = Desk(graph, ADMIN, settings=SETTINGS)
    await editing.found_site(desk)
    nodes, links = await guests(desk, 20)
    until = time.monotonic() + SECONDS

    async def come_back(transaction: Transaction) -> None:
        await transaction.create(nodes)
        await transaction.connect(links)

    async def come_and_go() -> None:
        ids = [str(each.properties["id"]) for each in nodes]
        while time.monotonic() < until:
            await graph.write(lambda transaction: transaction.remove("Organisation", ids))
            await graph.write(come_back)

    async def ask() -> list[object]:
        wrong: list[object] = []
        while time.monotonic() < until:
            found = await schema.execute(ASKED, context_value=Context(desk))
            wrong += found.errors or ()
        return wrong

    _, *wrong = await asyncio.gather(come_and_go(), *(ask() for _ in range(6)))

    assert wrong == [[]] * 6
