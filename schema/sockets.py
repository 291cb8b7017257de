"""WebSockets by the graphql-transport-ws protocol, with its close codes and our limits."""

import asyncio
import contextlib
import time
from collections.abc import Mapping
from contextlib import aclosing
from typing import Any
from urllib.parse import urlsplit

import orjson
from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from graph import TooLong, Unreachable
from schema.answering import Caller, Report, Service, codes, log, opened, prepare
from schema.bodies import ask_of, strict_json
from schema.callers import as_now, bearer, caller, request_id, until_revoked
from schema.refusals import Refused, Why, internal
from schema.requests import stop

PROTOCOL = "graphql-transport-ws"


class Closing(Exception):
    """The socket is closed by us, with a code of the protocol and a reason."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class Sockets:
    """The endpoint for WebSockets."""

    def __init__(self, service: Service) -> None:
        self.service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one socket until either side closes it."""
        websocket = WebSocket(scope, receive, send)
        headers = Headers(scope=scope)
        if foreign(headers) and not self.service.settings.welcomes(headers.get("origin")):
            # Closing before accepting is answered as HTTP 403.
            await websocket.close()
            return
        if PROTOCOL not in scope.get("subprotocols", ()):
            await websocket.accept()
            await websocket.close(4406, "Subprotocol not acceptable")
            return
        await websocket.accept(PROTOCOL)
        socket = Socket(self.service, websocket, request_id(scope))
        try:
            await socket.serve()
        except Closing as closing:
            await close(websocket, closing)
        except WebSocketDisconnect:
            pass
        except Exception as error:
            # Here a socket ends: the client learns nothing, the log everything.
            log.error("a socket broke off", exc_info=error)
            await close(websocket, Closing(1011, "Internal error"))


async def close(websocket: WebSocket, closing: Closing) -> None:
    """Close the socket, unless the client was faster."""
    if websocket.client_state is WebSocketState.CONNECTED:
        with contextlib.suppress(RuntimeError, OSError):
            await websocket.close(closing.code, closing.reason)


def foreign(headers: Headers) -> bool:
    """Whether a page of another site opens the socket; programs send no Origin."""
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc.lower() != headers.get("host", "").lower()


class Socket:
    """One open socket: who it belongs to, and its operations by the ids that the client gave."""

    def __init__(self, service: Service, websocket: WebSocket, name: str) -> None:
        self.service = service
        self.limits = service.settings.limits
        self.websocket = websocket
        self.name = name
        self.operations: dict[str, asyncio.Task[None]] = {}

    async def serve(self) -> None:
        """Read messages until the end; raises Closing or WebSocketDisconnect."""
        caller = await self.greeted()
        if not self.service.presence.enter(caller.purse, self.limits.sockets_per_user):
            raise Closing(4429, "Too many sockets")
        try:
            await self.say({"type": "connection_ack"})
            await self.listen_until_revoked(caller)
        finally:
            self.service.presence.leave(caller.purse)
            await stop(*self.operations.values())

    async def listen_until_revoked(self, caller: Caller) -> None:
        """Do what messages ask, as long as the token is good; raises Closing or WebSocketDisconnect."""
        listening = asyncio.create_task(self.listen(caller))
        revoked = asyncio.create_task(until_revoked(self.service, caller))
        try:
            await asyncio.wait({listening, revoked}, return_when=asyncio.FIRST_COMPLETED)
            if listening.done():
                listening.result()
        finally:
            await stop(listening, revoked)
        raise Closing(4403, "Forbidden")

    async def listen(self, caller: Caller) -> None:
        """Do what messages ask; raises Closing or WebSocketDisconnect."""
        while True:
            await self.heard(await self.message(), caller)

    async def greeted(self) -> Caller:
        """The caller, once they have said connection_init; raises Closing."""
        try:
            async with asyncio.timeout(self.limits.socket_init_wait):
                message = await self.message()
                while message["type"] in ("ping", "pong"):
                    await self.pong(message)
                    message = await self.message()
        except TimeoutError:
            raise Closing(4408, "Connection initialisation timeout") from None
        if message["type"] != "connection_init":
            raise Closing(4401, "Unauthorized")
        payload = message.get("payload") or {}
        if not isinstance(payload, dict):
            raise Closing(4400, "The payload of connection_init must be an object")
        return await self.let_in(payload)

    async def let_in(self, payload: Mapping[str, Any]) -> Caller:
        """The caller by the token in the payload, else in the header of the handshake; raises Closing."""
        given = [value for name, value in payload.items() if name.lower() == "authorization"]
        said = [str(value) for value in given if value is not None]
        try:
            token = bearer(said or self.websocket.headers.getlist("authorization"))
            return await caller(self.service, token, self.websocket.scope, self.name)
        except Refused:
            raise Closing(4403, "Forbidden") from None
        except (Unreachable, TooLong):
            raise Closing(1013, "Try again later") from None

    async def message(self) -> dict[str, Any]:
        """The next message; raises Closing for what is none."""
        frame = await self.websocket.receive()
        if frame["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(frame.get("code", 1005))
        text = frame.get("text")
        if text is None:
            raise Closing(4400, "Messages are text")
        data = text.encode("utf-8", "surrogatepass")
        if len(data) > self.limits.socket_frame:
            raise Closing(1009, "Message too big")
        try:
            value = strict_json(data)
        except Refused:
            raise Closing(4400, "Messages are JSON") from None
        if not isinstance(value, dict) or not isinstance(value.get("type"), str):
            raise Closing(4400, "Messages are objects with a type")
        return value

    async def heard(self, message: Mapping[str, Any], caller: Caller) -> None:
        """Do what a message asks; raises Closing."""
        match message:
            case {"type": "ping" | "pong"}:
                await self.pong(message)
            case {"type": "connection_init"}:
                raise Closing(4429, "Too many initialisation requests")
            case {"type": "subscribe", "id": str(name), "payload": dict(payload)} if name:
                self.subscribe(name, payload, caller)
            case {"type": "complete", "id": str(name)}:
                if task := self.operations.pop(name, None):
                    task.cancel()
            case _:
                raise Closing(4400, "This message is none of graphql-transport-ws")

    async def pong(self, message: Mapping[str, Any]) -> None:
        """Answer a ping."""
        if message["type"] == "ping":
            await self.say({"type": "pong"})

    def subscribe(self, name: str, payload: Mapping[str, Any], caller: Caller) -> None:
        """Start an operation; raises Closing."""
        if name in self.operations:
            raise Closing(4409, f"Subscriber for {name[:60]} already exists")
        if len(self.operations) >= self.limits.socket_subscriptions:
            raise Closing(4429, "Too many subscriptions")
        self.operations[name] = asyncio.create_task(self.operate(name, payload, caller))

    async def operate(self, name: str, payload: Mapping[str, Any], caller: Caller) -> None:
        """Send the answers of an operation, then that it is complete, or why it is refused."""
        report = Report(self.name, "websocket", 200, caller.actor.id)
        started = time.monotonic()
        try:
            await self.answers(name, payload, await as_now(self.service, caller), report)
            last: dict[str, Any] = {"id": name, "type": "complete"}
        except Refused as refused:
            report.status, report.codes = refused.why.status(legacy=False), codes(list(refused.errors))
            last = {"id": name, "type": "error", "payload": refused.said_in(caller.language)}
        except Exception as error:
            # Here an operation ends: the client gets a reference, the log the rest.
            failure = internal(error)
            report.status, report.codes = 500, codes(list(failure.errors))
            last = {"id": name, "type": "error", "payload": failure.said_in(caller.language)}
        finally:
            report.seconds = time.monotonic() - started
            self.service.report(report)
        # The id is free again before the client can know it.
        self.operations.pop(name, None)
        await self.say(last)

    async def answers(self, name: str, payload: Mapping[str, Any], caller: Caller, report: Report) -> None:
        """Send each answer of an operation; raises Refused."""
        prepared = prepare(self.service, ask_of(payload, self.limits), caller, report)
        try:
            async with asyncio.timeout(self.service.settings.request_timeout):
                source = await opened(self.service, prepared, caller, report)
        except TimeoutError:
            raise Refused(Why.TOO_LONG, "The operation took too long and was stopped: ask for less.") from None
        async with aclosing(source):
            async for answered in source:
                await self.say({"id": name, "type": "next", "payload": answered.content()})

    async def say(self, message: Mapping[str, Any]) -> None:
        """Send a message; nothing to somebody who left."""
        with contextlib.suppress(WebSocketDisconnect, RuntimeError, OSError):
            await self.websocket.send_text(orjson.dumps(message).decode())
