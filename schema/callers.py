"""Who sends a request, by its Authorization header."""

import asyncio
import re
import secrets
from dataclasses import replace

from starlette.datastructures import Headers
from starlette.types import Scope

from directory.actor import anonymous
from directory.errors import Unauthenticated
from graph import TooLong, Unreachable
from schema.answering import AFTER_OUTAGE, Caller, Service
from schema.negotiation import preferred_language
from schema.refusals import AWAY, CHALLENGE, Refused, Why
from schema.requests import Request

REQUEST_ID = re.compile(r"[\w.-]{1,64}", re.ASCII)
RECHECKED = 3.0
"""Seconds between two looks at the token of somebody who listens: a revoked one stops within five."""


def request_id(scope: Scope) -> str:
    """The name of a request in the log: the one that a proxy gave, when it is short and plain, else a new one."""
    given = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"x-request-id"), "")
    return given if REQUEST_ID.fullmatch(given) else secrets.token_hex(16)


async def caller_of(service: Service, request: Request) -> Caller:
    """Who sends the request; raises Refused, in the same words for every token that is not good."""
    given = request.headers.getlist("authorization")
    found = await caller(service, bearer(given), request.scope, request.report.request_id)
    request.report.actor = found.actor.id
    return found


def bearer(given: list[str]) -> str | None:
    """The token of an Authorization header; None without one, or with an empty one; raises Refused for others."""
    if not any(each.strip() for each in given):
        return None
    scheme, _, token = given[0].strip().partition(" ")
    if len(given) > 1 or scheme.lower() != "bearer" or not token.strip():
        raise not_let_in()
    return token.strip()


async def caller(service: Service, token: str | None, scope: Scope, name: str) -> Caller:
    """The caller with that token, or a visitor without one; raises Refused."""
    address = (scope.get("client") or (None,))[0]
    actor, language = anonymous, preferred_language(Headers(scope=scope).get("accept-language"))
    if token is not None:
        try:
            actor = await service.authenticate(token)
        except Unauthenticated:
            raise not_let_in() from None
    return Caller(actor, token, address, name, language)


def not_let_in() -> Refused:
    """The one answer to wrong, expired and revoked tokens."""
    return Refused(Why.CREDENTIALS, "The token is not valid: sign in again.", headers=CHALLENGE)


async def as_now(service: Service, caller: Caller) -> Caller:
    """The caller with the roles of this moment; raises Refused when their token is no longer good, or none can tell."""
    if caller.token is None:
        return caller
    try:
        return replace(caller, actor=await service.authenticate(caller.token))
    except Unauthenticated:
        raise not_let_in() from None
    except (Unreachable, TooLong) as error:
        raise outage(error) from None


def outage(error: Unreachable | TooLong) -> Refused:
    """The refusal while nobody can be let in, because the graph is away or too slow."""
    why = Why.OUTAGE if isinstance(error, Unreachable) else Why.TOO_LONG
    return Refused(why, AWAY, headers=AFTER_OUTAGE)


async def until_revoked(service: Service, caller: Caller) -> None:
    """Nothing, once the caller's token is no longer good; never for a visitor."""
    token = caller.token
    if token is None:
        await asyncio.Event().wait()
        return
    while True:
        await asyncio.sleep(RECHECKED)
        try:
            await service.authenticate(token)
        except Unauthenticated:
            return
        except (Unreachable, TooLong):
            # Nobody can tell while the graph is away, and no event comes either.
            continue
