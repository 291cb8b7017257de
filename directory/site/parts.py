"""What the endpoint is made of: the schema, who is who, what resolvers are given. The one place that joins them."""

from dataclasses import dataclass

import strawberry

from directory import Directory
from directory.tokens import Door
from schema.answering import Authenticate, Caller, MakeContext
from schema.build import build
from schema.context import Context


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of one endpoint."""

    schema: strawberry.Schema
    authenticate: Authenticate
    context: MakeContext


async def parts(directory: Directory) -> Parts:
    """The parts for an open directory."""

    def context(caller: Caller) -> Context:
        return Context(directory.desk(caller.actor), caller.language)

    return Parts(build(plans=directory.settings.plans), Door(directory.desk()).authenticate, context)
