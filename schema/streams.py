"""Server-sent events by the graphql-sse protocol, one connection an operation."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import Any

import orjson
from starlette.types import Send

from schema.answering import Answer, Caller, Prepared, Service, log, opened, prepare
from schema.bodies import Ask, bad
from schema.callers import caller_of, until_revoked
from schema.refusals import Refused, Why
from schema.requests import Request, left, stop, watched

KEEP_ALIVE = 12.0
"""Seconds of silence after which a comment is sent, so that no proxy closes the connection."""
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"private, no-store"),
    (b"vary", b"Accept"),
    (b"x-accel-buffering", b"no"),
]
COMPLETE = b"event: complete\ndata:\n\n"


async def stream(service: Service, request: Request, send: Send, ask: Ask | list[Ask]) -> None:
    """Send the events of an operation until it completes or the client leaves; raises Refused before the first."""
    if isinstance(ask, list):
        raise bad("A stream answers one operation.")
    request.report.transport = "sse"
    caller = await caller_of(service, request)
    prepared = prepare(service, ask, caller, request.report)
    if request.method == "GET" and prepared.operation.kind.value == "mutation":
        raise Refused(Why.METHOD, "A mutation must be sent by POST.", headers={"Allow": "POST"})
    most = service.settings.limits.socket_subscriptions
    place = f"stream {caller.purse}"
    if not service.presence.enter(place, most):
        raise Refused(Why.BUDGET, f"You hold {most} streams open: close one.", headers={"Retry-After": "60"})
    try:
        await deliver(service, request, send, caller, prepared)
    finally:
        service.presence.leave(place)


async def deliver(service: Service, request: Request, send: Send, caller: Caller, prepared: Prepared) -> None:
    """Send the events until they end, the client leaves or the token is revoked; raises Refused before the first."""
    source = await watched(opened(service, prepared, caller, request.report), request)
    request.report.status = 200
    headers = [*HEADERS, (b"x-request-id", request.report.request_id.encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    talking = asyncio.create_task(talk(source, send))
    leaving = asyncio.create_task(left(request.receive))
    revoked = asyncio.create_task(until_revoked(service, caller))
    try:
        await asyncio.wait({talking, leaving, revoked}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        await stop(talking, leaving, revoked)
    broken = None if talking.cancelled() else talking.exception()
    if broken:
        log.error("a stream broke off", exc_info=broken)
    if leaving.cancelled():
        await send({"type": "http.response.body", "body": COMPLETE})


async def talk(source: AsyncGenerator[Answer, None], send: Send) -> None:
    """Send each answer as an event, and a comment when there is nothing to say."""
    async with aclosing(source):
        coming = next_of(source)
        try:
            while (content := await awaited(coming, send)) is not None:
                await send(chunk(event(content)))
                coming = next_of(source)
        finally:
            await stop(coming)


def next_of(source: AsyncGenerator[Answer, None]) -> asyncio.Task[Mapping[str, Any] | None]:
    """The next content of a stream, on its way."""
    return asyncio.create_task(content_of(source))


async def content_of(source: AsyncGenerator[Answer, None]) -> Mapping[str, Any] | None:
    """The next content of a stream; the errors of one that breaks; None at its end."""
    try:
        answered = await anext(source, None)
    except Refused as refused:
        return {"errors": refused.errors}
    return answered.content() if answered else None


async def awaited(coming: asyncio.Task[Mapping[str, Any] | None], send: Send) -> Mapping[str, Any] | None:
    """What the task gives, with a comment now and then while it takes its time."""
    while not (await asyncio.wait({coming}, timeout=KEEP_ALIVE))[0]:
        await send(chunk(b":\n\n"))
    return coming.result()


def event(content: Mapping[str, Any]) -> bytes:
    """The event that carries some content."""
    return b"event: next\ndata: " + orjson.dumps(content) + b"\n\n"


def chunk(body: bytes) -> dict[str, Any]:
    """A part of the response, with more to come."""
    return {"type": "http.response.body", "body": body, "more_body": True}
