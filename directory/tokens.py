"""API tokens: what a program shows to be let in as somebody, with as many of their rights as they chose to give it.

A token is 32 random bytes, and SHA-256 of it is kept: nobody guesses 256 random bits, so a slow hash, which is there to
protect words that people choose, would cost time at every request and add nothing.
"""

import asyncio
import contextlib
import hashlib
import secrets
import time
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import orjson

from directory.actor import Actor
from directory.desk import Desk, instant, now
from directory.enums import Role
from directory.errors import Fault, Invalid, NotAllowed, NotFound, Unauthenticated
from directory.grants import ROLES, Scope, actor_of, reaching, scopes
from directory.reading import kept_rows
from directory.writing import transact
from graph import GraphError, NewNode, Transaction
from graph.query import Attribute, Compare, Condition, OneOf, Operator, Sort

PREFIX: Final = "cdm_"
"""How tokens begin: those who look for leaked secrets in public code find them by it."""
LONGEST_NAME: Final = 100
TOUCHED: Final = timedelta(minutes=1)
"""The last use of a token is noted at most so often."""
REMEMBERED: Final = 1.0
"""Seconds for which a process lets a token in without asking the graph again."""
MOST_REMEMBERED: Final = 1_000
NAMES: Final = ("id", "user", "name", "roles", "created", "expires", "revoked", "used")


@dataclass(frozen=True, slots=True)
class Token:
    """What is kept of a token. `roles` are by the id of the scope; None: all that its user has."""

    id: str
    user: str
    name: str
    roles: Mapping[str, Role] | None
    created: str
    expires: str | None = None
    revoked: str | None = None
    used: str | None = None

    def is_good(self, at: str) -> bool:
        """Whether it lets somebody in at that instant."""
        return self.revoked is None and (self.expires is None or at < self.expires)


@dataclass(frozen=True, slots=True)
class Issued:
    """A new token; its text is shown this once and kept nowhere."""

    token: Token
    text: str


def hash_of(text: str) -> str:
    """What is kept of the text of a token.

    >>> hash_of("cdm_x")[:8]
    '2fb383c7'
    """
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()


# Made, listed, revoked -----------------------------------------------------------------------------------------------


async def create_token(
    desk: Desk,
    name: str,
    *,
    user: str | None = None,
    roles: Mapping[str, Role] | None = None,
    expires: datetime | None = None,
) -> Issued:
    """A new token of the actor; of another `user` when a site admin asks.

    `roles` are by the id of an item that has role grants of its own; None gives all that the user has, now and later.
    Raises Invalid, NotFound (the user), NotAllowed for more than the actor has.
    """
    owner = user or desk.actor.id
    if owner is None or not (desk.actor.site_admin or owner == desk.actor.id):
        raise NotAllowed("Only site admins make tokens for others.")
    whole = await actor_of(desk, owner)
    await _refuse_wrong(desk, name, roles, expires)
    _refuse_more(desk, whole, roles)
    text = PREFIX + secrets.token_urlsafe(32)
    until = instant(expires) if expires else None
    token = Token(desk.new_id(), owner, name.strip(), roles, now(desk), until)
    codes = None if roles is None else orjson.dumps({at: role.value for at, role in roles.items()}).decode()
    kept = {"id": token.id, "user": owner, "name": token.name, "hash": hash_of(text), "roles": codes}
    node = NewNode("Token", {**kept, "created": token.created, "expires": until})

    async def work(tx: Transaction) -> None:
        await tx.create([node])

    await transact(desk, work)
    return Issued(token, text)


async def tokens(desk: Desk, user: str | None = None) -> list[Token]:
    """The tokens of the actor, newest first; those of anybody, or of one user, when a site admin asks."""
    if not desk.actor.site_admin and (desk.actor.id is None or user not in (None, desk.actor.id)):
        raise NotAllowed
    whose = user if desk.actor.site_admin else desk.actor.id
    where = None if whose is None else Compare(Attribute("user"), Operator.EQ, whose)
    found = await _kept(desk, where)
    return sorted(found, key=lambda each: (each.created, each.id), reverse=True)


async def revoke_token(desk: Desk, id: str) -> None:
    """Nothing, once the token lets nobody in. For its user and for site admins; others are told NotFound."""

    async def work(tx: Transaction) -> None:
        here = await tx.lock("Token", id)
        own = here is not None and here["user"] == desk.actor.id
        if here is None or not (desk.actor.site_admin or own):
            raise NotFound(("id",))
        if "revoked" not in here:
            await tx.update("Token", id, {"revoked": now(desk)})

    await transact(desk, work)


def refuse_name(name: str) -> None:
    """Nothing, when a token may have this name. Raises Invalid."""
    if wrong := _wrong_name(name):
        raise Invalid(tuple(wrong))


def _wrong_name(name: str) -> list[Fault]:
    if 0 < len(name.strip()) <= LONGEST_NAME:
        return []
    return [Fault("INVALID", ("name",), f"A token has a name of at most {LONGEST_NAME} signs.")]


async def _refuse_wrong(desk: Desk, name: str, roles: Mapping[str, Role] | None, expires: datetime | None) -> None:
    wrong = _wrong_name(name)
    if expires is not None and expires <= desk.clock():
        wrong.append(Fault("INVALID", ("expires",), "The token would be too old already."))
    known = {each.id for each in await scopes(desk)} if roles else set()
    for at, role in (roles or {}).items():
        if role.value not in ROLES:
            wrong.append(Fault("INVALID", ("roles", at), f"{role} is not a role on items."))
        if at not in known:
            wrong.append(Fault("INVALID", ("roles", at), "The item has no roles of its own: grant one there first."))
    if wrong:
        raise Invalid(tuple(wrong))


def _refuse_more(desk: Desk, whole: Actor, roles: Mapping[str, Role] | None) -> None:
    """Raises NotAllowed when the token could do more than who makes it: a token may not make a stronger one."""
    actor = desk.actor
    if actor.site_admin:
        return
    if roles is None and (whole.site_admin or actor.limited or dict(whole.roles) != dict(actor.roles)):
        raise NotAllowed("Name the roles of the token: you have not all rights of its user here.")
    for at, role in (roles or {}).items():
        if not actor.at_least(role, at):
            raise NotAllowed("Nobody gives a role that they do not hold.", required_role=role)


async def _kept(desk: Desk, where: Condition | None) -> list[Token]:
    rows = await kept_rows(desk, "Token", NAMES, where, (Sort(Attribute("id")),))
    return [_token(dict(zip(NAMES, row, strict=False))) for row in rows]


def _token(kept: Mapping[str, Any]) -> Token:
    codes = orjson.loads(kept["roles"]) if kept["roles"] else None
    roles = None if codes is None else {at: ROLES[code] for at, code in codes.items()}
    return Token(**{**kept, "roles": roles})


# Let in --------------------------------------------------------------------------------------------------------------


async def authenticate(desk: Desk, text: str) -> Actor | None:
    """The user of the token with the rights that both have now; None for a token that is not good, whatever the reason.

    One look at the graph tells whether it is good: wrong, expired and revoked ones cannot be told apart by the time.
    """
    found = await _good(desk, text)
    return None if found is None else await _actor(desk, found)


async def _good(desk: Desk, text: str) -> Token | None:
    found = next(iter(await _kept(desk, OneOf(Attribute("hash"), (hash_of(text),)))), None)
    return found if found and found.is_good(now(desk)) else None


async def _actor(desk: Desk, token: Token) -> Actor | None:
    try:
        whole = await actor_of(desk, token.user)
    except NotFound:
        return None
    await _touch(desk, token)
    return whole if token.roles is None else limited(whole, token.roles, await scopes(desk))


def limited(whole: Actor, roles: Mapping[str, Role], every: Iterable[Scope]) -> Actor:
    """The actor with no more than these roles: on each scope the lower of theirs and the one that reaches it.

    What they created elsewhere is not theirs any more.

    >>> from directory.enums import Role
    >>> tree = [Scope("site", None, True), Scope("lille", "site", True)]
    >>> ada = Actor("u-1", "Ada", roles={"site": Role.READER, "lille": Role.MANAGER})
    >>> {at: role.value for at, role in limited(ada, {"site": Role.EDITOR}, tree).roles.items()}
    {'site': 'reader', 'lille': 'editor'}
    """
    reach = reaching(roles, every)
    pairs = {scope: (role, whole.role_on(scope)) for scope, role in reach.items()}
    held = {at: min(role, own, key=lambda each: each.rank) for at, (role, own) in pairs.items() if own is not None}
    return Actor(whole.id, whole.name, roles=held, limited=True)


async def _touch(desk: Desk, token: Token) -> None:
    """Note that the token is used, unless that was done within the minute. Nobody is refused when it cannot be."""
    at = desk.clock()
    since = instant(at - TOUCHED)
    if token.used is not None and token.used > since:
        return

    async def work(tx: Transaction) -> None:
        here = await tx.lock("Token", token.id)
        if here is not None and (here.get("used") or "") <= since:
            await tx.update("Token", token.id, {"used": instant(at)})

    with contextlib.suppress(GraphError):
        await desk.graph.write(work)


@dataclass(frozen=True, slots=True)
class Seen:
    """A token that was let in: who it is, until when that is believed, and the ring that ends it earlier."""

    actor: Actor
    token: Token
    until: float
    ringing: asyncio.Event


class Door:
    """Lets tokens in, and remembers for a moment whom it let in; any commit of this process makes it look again."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._seen: OrderedDict[str, Seen] = OrderedDict()

    async def authenticate(self, text: str) -> Actor:
        """The actor of the token. Raises Unauthenticated, in the same words for every token that is not good."""
        key = hash_of(text)
        seen = self._seen.get(key)
        if seen is not None and self._is_fresh(seen):
            return seen.actor
        ringing = self._desk.bell.next()
        token = await _good(self._desk, text)
        actor = await _actor(self._desk, token) if token else None
        if token is None or actor is None:
            self._seen.pop(key, None)
            raise Unauthenticated
        self._seen[key] = Seen(actor, token, time.monotonic() + REMEMBERED, ringing)
        if len(self._seen) > MOST_REMEMBERED:
            self._seen.popitem(last=False)
        return actor

    def _is_fresh(self, seen: Seen) -> bool:
        young = time.monotonic() < seen.until and not seen.ringing.is_set()
        return young and seen.token.is_good(now(self._desk))
