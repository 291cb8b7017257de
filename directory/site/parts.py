"""What the endpoint is made of: the schema, who is who, what resolvers are given. The one place that joins them."""

from dataclasses import dataclass
from functools import partial

import strawberry

from directory.opening import Directory
from directory.tokens import Door
from schema.answering import Authenticate, Caller, MakeContext
from schema.build import built
from schema.context import Context


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of one endpoint."""

    schema: strawberry.Schema
    authenticate: Authenticate
    context: MakeContext


async def parts(directory: Directory) -> Parts:
    """The parts for an open directory."""

    door = Door(directory.desk())

    def context(caller: Caller) -> Context:
        again = partial(door.authenticate, caller.token) if caller.token else None
        return Context(directory.desk(caller.actor), caller.language, again=again)

    return Parts(built(directory.settings.plans), door.authenticate, context)
