"""A small schema that misbehaves on demand, and the endpoint around it: the props for the tests of the transport."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import strawberry

from directory.actor import Actor
from directory.errors import BadInput, Unauthenticated
from directory.settings import Limits, Settings
from graph import TooLong, Unreachable
from schema.answering import Caller, Report, Service, service
from schema.http import Endpoint

ADA = Actor("u-1", "Ada")
GOOD = "good-token"


@strawberry.type
class Row:
    name: str = "row"
    number: int = 7

    @strawberry.field
    def me(self) -> "Row":
        return Row()

    @strawberry.field
    def rows(self, first: int | None = None, last: int | None = None) -> "list[Row]":
        return [Row() for _ in range(first or last or 2)]


@strawberry.type
class Query:
    @strawberry.field
    def hello(self, name: str = "you") -> str:
        return f"hello {name}"

    @strawberry.field
    def me(self) -> Row:
        return Row()

    @strawberry.field
    def rows(self, first: int | None = None, last: int | None = None) -> list[Row]:
        return [Row() for _ in range(first or last or 2)]

    @strawberry.field
    def who(self, info: strawberry.Info) -> str:
        return info.context.caller.actor.name

    @strawberry.field
    def many(self, count: int) -> list[int]:
        return list(range(count))

    @strawberry.field
    def ratio(self, value: float) -> float:
        return value

    @strawberry.field
    def boom(self) -> str | None:
        raise RuntimeError("MATCH (n) RETURN n.secret")

    @strawberry.field
    def booms(self) -> list[Row | None]:
        return [None] * 3

    @strawberry.field
    def wrong(self) -> str | None:
        raise BadInput("first is 1 to 100.", ("first",))

    @strawberry.field
    def away(self) -> str | None:
        raise Unreachable("bolt://10.0.0.1 does not answer")

    @strawberry.field
    def mine(self) -> str | None:
        raise Unauthenticated

    @strawberry.field
    def late(self) -> str | None:
        raise TooLong("The graph took too long to answer: ask for less at once.")

    @strawberry.field
    async def slow(self, info: strawberry.Info, seconds: float) -> str:
        info.context.world.started.set()
        try:
            await asyncio.sleep(seconds)
        except asyncio.CancelledError:
            info.context.world.cancelled.set()
            raise
        return "done"


@strawberry.type
class Mutation:
    @strawberry.mutation
    def add(self, info: strawberry.Info, number: int = 1) -> int:
        info.context.world.sum += number
        return info.context.world.sum


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def count(self, info: strawberry.Info, to: int, every: float = 0.0) -> AsyncIterator[int]:
        info.context.world.listening += 1
        try:
            for number in range(to):
                await asyncio.sleep(every)
                yield number
        finally:
            info.context.world.listening -= 1

    @strawberry.subscription
    async def broken(self) -> AsyncIterator[int]:
        yield 1
        raise RuntimeError("secret")

    @strawberry.subscription
    async def unheard(self) -> AsyncIterator[int]:
        raise BadInput("The cursor is not one of ours.", ("after",))
        yield 1

    @strawberry.subscription
    async def away(self) -> AsyncIterator[int]:
        raise Unreachable("bolt://10.0.0.1 does not answer")


SCHEMA = strawberry.Schema(Query, Mutation, Subscription)


@dataclass
class World:
    """What the resolvers of the small schema touch, and what the endpoint reported."""

    sum: int = 0
    listening: int = 0
    revoked: bool = False
    ada: Actor = ADA
    away: bool = False
    started: asyncio.Event = field(default_factory=asyncio.Event)
    cancelled: asyncio.Event = field(default_factory=asyncio.Event)
    reports: list[Report] = field(default_factory=list)


@dataclass
class Context:
    caller: Caller
    world: World
    round_trips: int = 0
    fallbacks: int = 0


def small_service(world: World, limits: dict[str, Any] | None = None, **settings: Any) -> Service:
    async def authenticate(token: str) -> Actor:
        if world.away:
            raise Unreachable("bolt://10.0.0.1 does not answer")
        if token != GOOD or world.revoked:
            raise Unauthenticated
        return world.ada

    # Tests ask faster than people: only those of the budgets have small ones.
    roomy = {"cost_per_minute": 10**9, "cost_per_minute_anonymous": 10**9}
    given = Settings(limits=Limits(**{**roomy, **(limits or {})}), **settings)
    return service(SCHEMA, given, authenticate, lambda caller: Context(caller, world), world.reports.append)


def client(world: World | None = None, limits: dict[str, Any] | None = None, **settings: Any) -> httpx.AsyncClient:
    endpoint = Endpoint(small_service(world or World(), limits, **settings))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=endpoint), base_url="http://test/graphql")
