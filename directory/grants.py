"""Users, the roles they are granted on items, and how far these reach down the tree."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from directory import actor as actors
from directory.actor import Actor
from directory.checking import content_type
from directory.desk import Desk
from directory.enums import Role
from directory.errors import BadInput, Conflict, Fault, Invalid, NotAllowed, NotFound
from directory.item import Item
from directory.reading import get, get_many, kept_rows
from directory.trash import taken_from
from directory.values import Ref
from directory.writing import by_type, found, locked_below, nodes, transact
from graph import NewNode, Transaction
from graph.query import Attribute, Compare, OneOf, Operator

ROLES: Final[Mapping[str, Role]] = {role.value: role for role in Role if role is not Role.SITE_ADMIN}
"""The roles that are granted on items, by code; site admin is said of a user."""


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who may sign in."""

    id: str
    name: str
    site_admin: bool = False


@dataclass(frozen=True, slots=True)
class Granted:
    """A role of a user on an item."""

    user: str
    role: Role


@dataclass(frozen=True, slots=True)
class Holder:
    """A user, and the roles granted to them, by the path of the item they are held on."""

    user: User
    roles: Mapping[str, Role]


@dataclass(frozen=True, slots=True)
class Scope:
    """An item with grants of its own, the scope above it, and whether roles come down from there."""

    id: str
    above: str | None
    inherits: bool


# Users ---------------------------------------------------------------------------------------------------------------


async def add_user(desk: Desk, name: str, *, id: str | None = None, site_admin: bool = False) -> User:
    """The new user. For site admins. Raises Conflict for an id that is taken, Invalid for a blank id or name."""
    _require_admin(desk)
    _refuse_blank(id, name)
    user = User(id or desk.new_id(), name, site_admin)

    async def work(tx: Transaction) -> User:
        if await tx.find("User", "id", [user.id]):
            raise Conflict(message=f"There is a user {user.id!r} already.", path=("id",))
        await tx.create([NewNode("User", {"id": user.id, "name": name, "site_admin": site_admin})])
        return user

    return await transact(desk, work)


def _refuse_blank(id: str | None, name: str) -> None:
    wrong = [Fault("INVALID", ("id",), "A user has an id.")] if id is not None and not id.strip() else []
    wrong += [] if name.strip() else [Fault("INVALID", ("name",), "A user has a name.")]
    if wrong:
        raise Invalid(tuple(wrong))


async def users(desk: Desk) -> list[Holder]:
    """Every user, in order of their ids. For site admins."""
    _require_admin(desk)
    people = await kept_rows(desk, "User", ("id", "name", "site_admin"), None)
    granted = await kept_rows(desk, "Grant", ("type", "item", "user", "role"), None)
    paths: dict[str, str] = {}
    for label in {row[0] for row in granted}:
        items = await get_many(desk, label, (row[1] for row in granted if row[0] == label))
        paths |= {item.id: item.path for item in items}
    held: dict[str, dict[str, Role]] = {}
    for _, item, user, role in sorted(granted, key=lambda row: paths.get(row[1], row[1])):
        held.setdefault(user, {})[paths.get(item, item)] = ROLES[role]
    return [Holder(User(id, name, bool(admin)), held.get(id, {})) for id, name, admin in sorted(people)]


async def set_site_admin(desk: Desk, user_id: str, site_admin: bool) -> None:
    """Nothing, once the user is a site admin, or is none any more. The last one stays. For site admins."""
    _require_admin(desk)

    async def work(tx: Transaction) -> None:
        if await tx.lock("User", user_id) is None:
            raise NotFound(("user",))
        everybody = await tx.between("User", "id", "", "\uffff")
        if not site_admin and not any(each.get("site_admin") and each["id"] != user_id for each in everybody):
            raise Conflict(message="The last site admin stays.")
        await tx.update("User", user_id, {"site_admin": site_admin})

    await transact(desk, work)


async def actor_of(desk: Desk, user_id: str) -> Actor:
    """The user with all their roles, wherever they reach. Raises NotFound."""
    users = await kept_rows(desk, "User", ("id", "name", "site_admin"), OneOf(Attribute("id"), (user_id,)))
    if not users:
        raise NotFound(("user",))
    [[id, name, site_admin]] = users
    mine = await kept_rows(desk, "Grant", ("item", "role"), Compare(Attribute("user"), Operator.EQ, user_id))
    granted = actors.highest(actors.Grant(item, ROLES[role]) for item, role in mine)
    return Actor(id, name, bool(site_admin), reaching(granted, await scopes(desk)))


async def scopes(desk: Desk) -> list[Scope]:
    """Every scope there is."""
    rows = await kept_rows(desk, "Scope", ("id", "above", "inherits"), None)
    return [Scope(id, above, inherits is not False) for id, above, inherits in rows]


def reaching(granted: Mapping[str, Role], every: Iterable[Scope]) -> dict[str, Role]:
    """The role held on each scope, with these granted: the highest of its own and those that come down.

    >>> tree = [Scope("site", None, True), Scope("lille", "site", True), Scope("metz", "site", False)]
    >>> [(scope, role.value) for scope, role in reaching({"site": Role.READER, "lille": Role.EDITOR}, tree).items()]
    [('site', 'reader'), ('lille', 'editor')]
    """
    by_id = {each.id: each for each in every}
    roles: dict[str, Role] = {}
    for scope in by_id.values():
        held = [granted[at] for at in _chain(scope.id, by_id) if at in granted]
        if held:
            roles[scope.id] = max(held, key=lambda role: role.rank)
    return roles


def _chain(start: str, by_id: Mapping[str, Scope]) -> list[str]:
    """The scope and those whose roles come down to it."""
    chain = [start]
    here = by_id.get(start)
    while here is not None and here.inherits and here.above is not None and here.above not in chain:
        chain.append(here.above)
        here = by_id.get(here.above)
    return chain


# Grants --------------------------------------------------------------------------------------------------------------


async def granted_on(desk: Desk, ref: Ref) -> list[Granted]:
    """The roles granted on the item itself. For its managers. Raises NotFound, NotAllowed."""
    _require_manager(desk, await get(desk, ref))
    rows = await kept_rows(desk, "Grant", ("user", "role"), Compare(Attribute("item"), Operator.EQ, ref.id))
    return sorted((Granted(user, ROLES[role]) for user, role in rows), key=lambda each: (each.user, each.role.rank))


async def grant(desk: Desk, ref: Ref, user_id: str, role: Role) -> None:
    """Nothing, once the user has this role on the item and below, instead of the one they had there.

    For managers, who grant no role above their own.
    """

    async def work(tx: Transaction) -> None:
        item = await _for_manager(tx, desk, ref)
        if role.value not in ROLES:
            raise BadInput("This role is not granted on items.", ("role",))
        if not desk.actor.at_least(role, item.scope):
            raise NotAllowed("Nobody grants a role that they do not hold.", required_role=role)
        if not await tx.find("User", "id", [user_id]):
            raise NotFound(("user",))
        await _become_scope(tx, item)
        held = await tx.find("Grant", "item", [ref.id])
        if role is not Role.MANAGER:
            await _refuse_last_manager(tx, ref.id, held, user_id)
        await tx.remove("Grant", [each["id"] for each in held if each["user"] == user_id])
        values = {"id": f"{ref.id} {user_id}", "item": ref.id, "type": ref.type, "user": user_id, "role": role.value}
        await tx.create([NewNode("Grant", values)])

    await transact(desk, work)


async def revoke(desk: Desk, ref: Ref, user_id: str) -> None:
    """Nothing, once the user has no role of their own on the item. The last manager stays. For managers."""

    async def work(tx: Transaction) -> None:
        item = await _for_manager(tx, desk, ref)
        held = await tx.find("Grant", "item", [ref.id])
        gone = [each for each in held if each["user"] == user_id]
        if not gone:
            raise NotFound(("user",))
        if not all(desk.actor.at_least(ROLES[each["role"]], item.scope) for each in gone):
            raise NotAllowed("Nobody takes away a role that they do not hold.")
        await _refuse_last_manager(tx, ref.id, held, user_id)
        await tx.remove("Grant", [each["id"] for each in gone])
        if len(held) == len(gone):
            await _cease_scope(tx, item)

    await transact(desk, work)


async def inherit(desk: Desk, ref: Ref, inherits: bool) -> None:
    """Nothing, once roles from above come down to the item, or do not any more. For managers.

    Who stops the inheritance must have granted somebody manager there first.
    """

    async def work(tx: Transaction) -> None:
        item = await _for_manager(tx, desk, ref)
        held = await tx.find("Grant", "item", [ref.id])
        if not inherits and not any(each["role"] == Role.MANAGER for each in held):
            raise Conflict(message="Grant somebody manager here first: nobody would be left.")
        await _become_scope(tx, item)
        await tx.update("Scope", ref.id, {"inherits": inherits})
        if inherits and not held:
            await _cease_scope(tx, item)

    await transact(desk, work)


async def _for_manager(tx: Transaction, desk: Desk, ref: Ref) -> Item:
    content_type(ref.type)
    item = (await found(tx, desk, ref)).item
    _require_manager(desk, item)
    return item


def _require_manager(desk: Desk, item: Item | None) -> None:
    if item is None:
        raise NotFound
    if not desk.actor.at_least(Role.MANAGER, item.scope):
        raise NotAllowed(required_role=Role.MANAGER)


def _require_admin(desk: Desk) -> None:
    if not desk.actor.site_admin:
        raise NotAllowed(required_role=Role.SITE_ADMIN)


async def _refuse_last_manager(tx: Transaction, item_id: str, held: Sequence[Mapping[str, Any]], user_id: str) -> None:
    """Raises Conflict when nobody else manages the item, here or from above, and the user does."""
    is_manager = any(each["user"] == user_id and each["role"] == Role.MANAGER for each in held)
    if not is_manager:
        return
    every = {row["id"]: Scope(row["id"], row.get("above"), row.get("inherits") is not False) for row in await _all(tx)}
    reached = await tx.find("Grant", "item", _chain(item_id, every))
    if not any(each["role"] == Role.MANAGER and each["user"] != user_id for each in reached):
        raise Conflict(message="The last manager stays.")


async def _all(tx: Transaction) -> list[dict[str, Any]]:
    return await tx.between("Scope", "id", "", "\uffff")


# Scopes --------------------------------------------------------------------------------------------------------------


async def _become_scope(tx: Transaction, item: Item) -> None:
    """Makes the item its own scope, and that of what sits below it under the same scope."""
    if await tx.find("Scope", "id", [item.id]):
        return
    above = None if item.scope == item.id else item.scope
    await _hand_over(tx, item, item.scope, item.id)
    type_name = type(item).__name__
    await tx.create([NewNode("Scope", {"id": item.id, "type": type_name, "above": above, "inherits": True})])


async def _cease_scope(tx: Transaction, item: Item) -> None:
    """Gives the item, and what it is the scope of, back to the scope above; the root stays one, and a stop too."""
    [scope] = await tx.find("Scope", "id", [item.id])
    if scope.get("above") is None or scope.get("inherits") is False:
        return
    await _hand_over(tx, item, item.id, scope["above"])
    # What lies in the trash has the scope too, or is a scope below it.
    trashed = await tx.find("Trash", "scope", [item.id])
    await tx.update_all("Trash", {row["id"]: {"scope": scope["above"]} for row in trashed})
    inside = await tx.find("Scope", "above", [item.id])
    await tx.update_all("Scope", {row["id"]: {"above": scope["above"]} for row in inside})
    await tx.remove("Scope", [item.id])


async def _hand_over(tx: Transaction, item: Item, old: str, new: str) -> None:
    """Everything from the item down that has the old scope gets the new one; scopes below follow."""
    own = Ref(type(item).__name__, item.id)
    below = await locked_below(tx, item.path)
    there = await nodes(tx, [own, *below], links=False)
    held = [at for at, each in there.items() if each.item.scope == old]
    for label, ids in by_type(held).items():
        await tx.update_all(label, {id: {"scope": new} for id in ids})
    inside = await tx.find("Scope", "id", [at.id for at in below])
    await tx.update_all("Scope", {row["id"]: {"above": new} for row in inside if row.get("above") == old})
    trashed = [row for row, _ in (await taken_from(tx, item.path, set(held))).values() if row["scope"] == old]
    await tx.update_all("Trash", {row["id"]: {"scope": new} for row in trashed})
