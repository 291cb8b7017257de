"""The GraphQL endpoint over HTTP: an ASGI application that reads strictly and answers by the status table."""

import contextlib
import time
from typing import Any

import orjson
from graphql import OperationType
from starlette.types import Receive, Scope, Send

from graph import TooLong, Unreachable
from schema.answering import Answer, Prepared, Report, Service, answer, codes, prepare
from schema.bodies import Ask, asked_by_body, asked_by_url, bad, strict_json
from schema.callers import caller_of, outage, request_id
from schema.negotiation import EVENTS, JSON, accepted, already_has, compressed, encoding_for, etag, preferred_language
from schema.refusals import Refused, Why, internal
from schema.requests import (
    METHODS,
    Gone,
    Reply,
    Request,
    body_of,
    check_content_type,
    check_foreign,
    check_method,
    check_sizes,
    watched,
)
from schema.streams import COMPLETE, event, stream

LARGEST_BATCH = 10
STATUS_OF_GONE = 499
"""What the log says when the client left before the answer; nginx made it usual."""
PRIVATE = "private, no-store"


class Endpoint:
    """The GraphQL endpoint for HTTP requests, server-sent events included."""

    def __init__(self, service: Service) -> None:
        self.service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, whatever it is, and report on it."""
        started = time.monotonic()
        report = Report(request_id(scope), "http")
        request = Request.of(scope, receive, report, started + self.service.settings.request_timeout)
        # Somebody who left can be told nothing more.
        with contextlib.suppress(Gone, OSError):
            report.status = STATUS_OF_GONE
            await self.answer(request, send)
        report.seconds = time.monotonic() - started
        self.service.report(report)

    async def answer(self, request: Request, send: Send) -> None:
        """Send the reply, or the stream of events."""
        media_type = accepted(request.headers.get("accept"))
        if media_type == EVENTS and request.method not in ("GET", "POST"):
            media_type = JSON
        try:
            check_sizes(request.scope, self.service.settings.limits)
            if media_type == EVENTS:
                await stream(self.service, request, send, await self.ask(request))
                return
            reply = await self.reply(request, media_type)
        except Refused as refused:
            reply = refusal(refused, media_type, request)
        except (Unreachable, TooLong) as error:
            reply = refusal(outage(error), media_type, request)
        except Gone:
            raise
        except Exception as error:
            # Here a request ends: whatever it was, the client gets a clean answer and the log gets the rest.
            reply = refusal(internal(error), media_type, request)
        await put(request, reply, send)

    async def reply(self, request: Request, media_type: str | None) -> Reply:
        """The reply to a request for one answer; raises Refused."""
        if request.method == "OPTIONS":
            return Reply(204, headers={"allow": METHODS})
        if media_type is None:
            check_method(request)
            raise Refused(Why.NOT_ACCEPTABLE, f"We answer with application/graphql-response+json or {JSON}.")
        asked = await self.ask(request)
        caller = await caller_of(self.service, request)
        if isinstance(asked, list):
            contents = [await self.one_of_many(request, each, caller) for each in asked]
            return Reply(200, orjson.dumps(contents), plain(media_type))
        prepared = prepare(self.service, asked, caller, request.report)
        check_transport(prepared, request.method)
        work = answer(self.service, prepared, caller, request.report)
        answered = await watched(work, request)
        return reply_of(answered, request, media_type, cacheable=asked.sha256 is not None)

    async def ask(self, request: Request) -> Any:
        """What is asked: an Ask, or a list of them where batches are on; raises Refused."""
        check_method(request)
        limits = self.service.settings.limits
        if request.method != "POST":
            check_foreign(request, self.service.settings)
            return asked_by_url(request.scope.get("query_string", b""), limits)
        check_content_type(request)
        value = strict_json(await body_of(request, limits.body))
        if not isinstance(value, list):
            return asked_by_body(value, limits)
        if not self.service.settings.batch:
            raise bad("Several operations in one request are not answered here: send them one by one.")
        if not 0 < len(value) <= LARGEST_BATCH:
            raise bad(f"A batch has 1 to {LARGEST_BATCH} operations.")
        return [asked_by_body(each, limits) for each in value]

    async def one_of_many(self, request: Request, ask: Ask, caller: Any) -> dict[str, Any]:
        """The content for one operation of a batch."""
        try:
            prepared = prepare(self.service, ask, caller, request.report)
            check_transport(prepared, request.method)
            answered = await watched(answer(self.service, prepared, caller, request.report), request)
        except Refused as refused:
            return {"errors": refused.said_in(caller.language)}
        return answered.content()


def check_transport(prepared: Prepared, method: str) -> None:
    """Nothing, when the kind of the operation may come by that method; raises Refused."""
    if prepared.operation.kind is OperationType.SUBSCRIPTION:
        raise bad("Subscriptions are answered over graphql-transport-ws, or as text/event-stream.")
    if prepared.operation.kind is OperationType.MUTATION and method != "POST":
        raise Refused(Why.METHOD, "A mutation must be sent by POST.", headers={"Allow": "POST"})


def reply_of(answered: Answer, request: Request, media_type: str, cacheable: bool) -> Reply:
    """The reply that carries an answer; for a persisted GET of a visitor, one that caches may keep."""
    body = orjson.dumps(answered.content())
    status = 200 if answered.data is not None or media_type == JSON else Why.INTERNAL.status(legacy=False)
    headers = plain(media_type)
    public = cacheable and request.method != "POST" and "authorization" not in request.headers
    if not public or answered.errors:
        return Reply(status, body, headers)
    encoding = encoding_for(request.headers.get("accept-encoding"), len(body))
    headers |= {"cache-control": "public, max-age=30", "etag": etag(body, encoding)}
    headers["vary"] = "Accept, Accept-Encoding, Accept-Language, Authorization"
    if already_has(request.headers.get("if-none-match"), headers["etag"]):
        return Reply(304, headers={name: headers[name] for name in ("cache-control", "etag", "vary")})
    return Reply(status, body, headers)


def plain(media_type: str) -> dict[str, str]:
    """The headers of an answer that no cache may keep."""
    return {
        "content-type": f"{media_type}; charset=utf-8",
        "cache-control": PRIVATE,
        "vary": "Accept, Accept-Encoding",
        "x-content-type-options": "nosniff",
    }


def refusal(refused: Refused, media_type: str | None, request: Request) -> Reply:
    """The reply that says why a request is refused."""
    request.report.codes = codes(list(refused.errors))
    content = {"errors": refused.said_in(preferred_language(request.headers.get("accept-language")))}
    if media_type == EVENTS and refused.why.status(legacy=True) == 200:
        # Clients of streams read what is wrong with a document as an event, as its results would be.
        return Reply(200, event(content) + COMPLETE, plain(EVENTS))
    media_type = JSON if media_type in (EVENTS, None) else media_type
    body = orjson.dumps(content)
    return Reply(refused.why.status(media_type == JSON), body, {**plain(media_type), **refused.headers})


async def put(request: Request, reply: Reply, send: Send) -> None:
    """Send a reply, compressed when that is wanted and worth it."""
    request.report.status = reply.status
    encoding = encoding_for(request.headers.get("accept-encoding"), len(reply.body))
    body = compressed(reply.body, encoding)
    headers = [(name.lower().encode(), value.encode()) for name, value in reply.headers.items()]
    headers.append((b"x-request-id", request.report.request_id.encode()))
    if encoding:
        headers.append((b"content-encoding", encoding.encode()))
    if reply.status not in (204, 304):
        headers.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if request.method == "HEAD" else body})
