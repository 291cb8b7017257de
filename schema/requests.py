"""One HTTP request: what of it is checked before anything is read, its body, and the work done for it."""

import asyncio
import time
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from starlette.datastructures import Headers
from starlette.types import Receive, Scope

from directory.settings import Limits, Settings
from schema.answering import AFTER_OUTAGE, Report
from schema.negotiation import is_json
from schema.refusals import Refused, Why

T = TypeVar("T")

METHODS = "GET, HEAD, POST, OPTIONS"
PREFLIGHT = ("apollo-require-preflight", "graphql-require-preflight", "x-apollo-operation-name", "x-requested-with")
"""Headers that no page may send to another site without asking first."""
SETTLING = 5.0
"""Seconds that cancelled work may take to close its transaction."""


class Gone(Exception):
    """The client left: there is nobody to answer."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes out: a status, bytes, headers."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request: its headers, how its body arrives, what is told of it, when it must be done."""

    scope: Scope
    receive: Receive
    headers: Headers
    report: Report
    until: float

    @classmethod
    def of(cls, scope: Scope, receive: Receive, report: Report, until: float) -> "Request":
        """The request of an ASGI call."""
        return cls(scope, receive, Headers(scope=scope), report, until)

    @property
    def method(self) -> str:
        """GET, HEAD, POST..."""
        return str(self.scope["method"])

    @property
    def seconds(self) -> float:
        """What is left of the time that a request may take."""
        return max(0.0, self.until - time.monotonic())


def check_sizes(scope: Scope, limits: Limits) -> None:
    """Nothing, when URL and headers are within the limits; raises Refused."""
    path = scope.get("raw_path") or scope["path"].encode()
    query = scope.get("query_string", b"")
    if len(path) + len(query) + bool(query) > limits.url:
        raise Refused(Why.LONG_URL, f"The URL is longer than {limits.url} bytes: send the operation by POST.")
    if sum(len(name) + len(value) for name, value in scope["headers"]) > limits.headers:
        raise Refused(Why.LARGE_HEADERS, f"The headers are larger than {limits.headers} bytes.")


def check_method(request: Request) -> None:
    """Nothing, when the method is one of ours; raises Refused."""
    if request.method not in ("GET", "HEAD", "POST"):
        raise Refused(Why.METHOD, f"{request.method} is not answered here.", headers={"Allow": METHODS})


def check_foreign(request: Request, settings: Settings) -> None:
    """Nothing, unless another site's page made this GET, which its visitor may know nothing of; raises Refused."""
    if settings.welcomes(request.headers.get("origin")):
        return
    asked_first = any(name in request.headers for name in PREFLIGHT) or is_json(request.headers.get("content-type"))
    if request.headers.get("sec-fetch-site") == "cross-site" and not asked_first:
        raise Refused(Why.FOREIGN_PAGE, "A page of another site must send the header GraphQL-Require-Preflight.")


def check_content_type(request: Request) -> None:
    """Nothing, when the body is JSON and not compressed; raises Refused."""
    if not is_json(request.headers.get("content-type")):
        raise Refused(Why.MEDIA_TYPE, "The Content-Type must be application/json, in UTF-8.")
    if request.headers.get("content-encoding", "identity") != "identity":
        raise Refused(Why.MEDIA_TYPE, "A compressed body is not read.")


async def body_of(request: Request, most: int) -> bytes:
    """The body; raises Refused when it is too large or does not come."""
    announced = request.headers.get("content-length", "0")
    if not announced.isascii() or not announced.isdigit() or int(announced[:20]) > most:
        raise too_large(most)
    try:
        async with asyncio.timeout(request.seconds):
            return await read(request.receive, most)
    except TimeoutError:
        pass
    raise Refused(Why.SLOW_BODY, "The body did not arrive in time.", headers={"Connection": "close"})


async def read(receive: Receive, most: int) -> bytes:
    """The bytes of a body, up to so many; raises Refused or Gone."""
    chunks: list[bytes] = []
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Gone
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
        if size > most:
            raise too_large(most)
        more = message.get("more_body", False)
    return b"".join(chunks)


def too_large(most: int) -> Refused:
    """The refusal of a body; the rest of it is not read, so the connection cannot serve again."""
    return Refused(Why.LARGE_BODY, f"The body is larger than {most} bytes.", headers={"Connection": "close"})


async def watched(work: Coroutine[Any, Any, T], request: Request) -> T:
    """What the work gives; it is cancelled when the client leaves (raises Gone) or time is up (raises Refused)."""
    task = asyncio.create_task(work)
    leaving = asyncio.create_task(left(request.receive))
    try:
        await asyncio.wait({task, leaving}, timeout=request.seconds, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            return task.result()
        if leaving.done():
            raise Gone
    finally:
        await stop(task, leaving)
    raise Refused(Why.TOO_LONG, "The request took too long and was stopped: ask for less.", headers=AFTER_OUTAGE)


async def left(receive: Receive) -> None:
    """Nothing, once the client has left."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def stop(*tasks: asyncio.Task[Any]) -> None:
    """Nothing, once these tasks have ended; those that still run are cancelled first."""
    running = {task for task in tasks if not task.done()}
    for task in running:
        task.cancel()
    if running:
        await asyncio.wait(running, timeout=SETTLING)
