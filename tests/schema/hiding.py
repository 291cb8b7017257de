"""Items that nobody but the admin sees, put into the network's data for a while."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from directory.fields import facts
from directory.links import relationship
from directory.stored import properties
from directory.types import CONTENT_TYPES
from graph import Graph, NewLink, NewNode, Transaction
from schema.ids import own_id


def hidden_link(type_name: str, field: str, source: str, target: str) -> NewLink:
    """A link of a hidden item to an item that everybody sees, given by its global id."""
    known = own_id(target)
    assert known is not None
    name = relationship(type_name, facts(CONTENT_TYPES[type_name])[field])
    return NewLink(name, type_name, source, *known)


@asynccontextmanager
async def hidden(
    graph: Graph, type_name: str, links: list[NewLink], id: str = "00000000-0000-4000-8000-00000000dead", **values: Any
) -> AsyncIterator[str]:
    """The id of a private item, there while the block runs."""
    item = CONTENT_TYPES[type_name](id=id, state="private", scope="elsewhere", **values)

    async def put(transaction: Transaction) -> None:
        await transaction.create([NewNode(type_name, properties(item))])
        await transaction.connect(links)

    async def take(transaction: Transaction) -> None:
        await transaction.remove(type_name, [id])

    await graph.write(put)
    try:
        yield id
    finally:
        await graph.write(take)
