"""What the endpoint is made of: the schema, who is who, what resolvers are given. The one place that joins them."""

from dataclasses import dataclass

import strawberry

from directory import CONTENT_TYPES, Actor, Desk, Directory
from directory.errors import Unauthenticated
from schema.answering import Authenticate, Caller, MakeContext


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of one endpoint."""

    schema: strawberry.Schema
    authenticate: Authenticate
    context: MakeContext


@dataclass(slots=True)
class Context:
    """The desk of the caller, and what an operation cost the graph."""

    desk: Desk
    round_trips: int = 0
    fallbacks: int = 0


@strawberry.type(description="Questions.")
class Query:
    """Questions."""

    @strawberry.field(description="The names of the content types.")  # type: ignore[untyped-decorator]  # its own types
    def content_types(self) -> list[str]:
        """The names of the content types."""
        return list(CONTENT_TYPES)


async def parts(directory: Directory) -> Parts:
    """The parts for an open directory."""

    async def authenticate(token: str) -> Actor:
        raise Unauthenticated

    def context(caller: Caller) -> Context:
        return Context(directory.desk(caller.actor))

    return Parts(strawberry.Schema(Query), authenticate, context)
