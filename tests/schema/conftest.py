"""The network's own published data, loaded once an engine, and questions asked of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest
import strawberry
from strawberry.extensions import ParserCache, ValidationCache

from directory import placing
from directory.actor import Actor, anonymous
from directory.desk import Desk
from directory.enums import Role
from directory.settings import read_settings
from directory.shaped import shape
from graph import Graph
from graph.query import Sight, Tally
from importers import run
from schema.build import build
from schema.context import Context

SETTINGS = read_settings({"DIRECTORY_SECRET": "the same for all requests"})
ADMIN = Actor("u-admin", "Admin", site_admin=True)
READER = Actor("u-reader", "Reader", roles={placing.SITE.id: Role.READER})


@dataclass(frozen=True)
class Network:
    """Asks the schema about the network's data."""

    schema: strawberry.Schema
    graph: Graph

    async def ask(self, text: str, actor: Actor = anonymous, **variables: Any) -> Any:
        """The data of an answer without errors."""
        found = await self.schema.execute(text, variables, context_value=self.context(actor))
        assert not found.errors, found.errors
        return found.data

    async def refused(self, text: str, **variables: Any) -> list[tuple[str, list[Any]]]:
        """The code and the path in the input of each error of an answer."""
        found = await self.schema.execute(text, variables, context_value=self.context(anonymous))
        said: list[Mapping[str, Any]] = [error.extensions or {} for error in found.errors or ()]
        return [(each.get("code", ""), each.get("path", [])) for each in said]

    def context(self, actor: Actor) -> Context:
        return Context(Desk(self.graph, actor, settings=SETTINGS))


@pytest.fixture(scope="session")
def schema() -> strawberry.Schema:
    """The schema, which reads and validates a document once, as the server does."""
    made = build()
    made.extensions = [ParserCache, ValidationCache]
    return made


@pytest.fixture
async def network(shared_graph: Graph, schema: strawberry.Schema) -> Network:
    """The schema over the bundled data, which is loaded again when another test took it away."""
    if not await is_loaded(shared_graph):
        await shared_graph.wipe()
        await shared_graph.shape(shape())
        desk = Desk(shared_graph, ADMIN)
        await run.apply(desk, await run.plan(desk))
    shared_graph.round_trips = 0
    return Network(schema, shared_graph)


async def is_loaded(graph: Graph) -> bool:
    sight = Sight("2025-01-01T00:00:00.000Z", everything=True)
    counts = [await graph.tally(Tally(label, sight)) for label in ("Cite", "OpenQuestion", "Folder")]
    return counts == [[[23]], [[29]], [[12]]]
