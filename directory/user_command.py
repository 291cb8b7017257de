"""`directory user`: who may sign in, and their roles; made, granted and listed by who runs this machine."""

import argparse
from collections.abc import Mapping
from typing import Final

from rich.table import Column, Table

from directory.at_desk import at_desk, user
from directory.desk import Desk
from directory.doing import OUT, Parsers
from directory.enums import Role
from directory.errors import BadInput, NotFound
from directory.founding import found_site
from directory.grants import ROLES, add_user, grant, revoke, users
from directory.item import Item
from directory.reaching import verb
from directory.reading import by_path
from directory.settings import Settings
from directory.values import Ref

EXAMPLES: Final = """A role reaches from its item down: editor:/ edits everything. `directory token create` lets one in.

examples:
  directory user list
  directory user add ada "Ada Lovelace" --grant editor:/cites
  directory user grant ada manager:/
  directory user revoke ada /cites"""
PLACE: Final = "ROLE:PATH"


def add_words(command: argparse.ArgumentParser) -> None:
    """Nothing, once the command can be taught and run."""
    command.epilog = EXAMPLES
    verbs = command.add_subparsers(required=True, metavar="VERB")
    verb(verbs, "list", run_list, "List users with the roles granted to them.")
    made = verb(verbs, "add", run_add, "Make a user.")
    made.add_argument("id", help="the id, by which tokens and roles name them")
    made.add_argument("name", help="the name that people read")
    made.add_argument("--site-admin", action="store_true", help="they may do everything")
    made.add_argument("--grant", action="append", default=[], metavar=PLACE, help="a role, such as editor:/cites/lille")
    granted = verb(verbs, "grant", run_grant, "Grant a user a role on an item, instead of the one they had there.")
    granted.add_argument("id", help="the user's id, as `user list` shows it")
    granted.add_argument("place", metavar=PLACE, help=f"such as editor:/cites/lille; roles: {', '.join(ROLES)}")
    revoked = verb(verbs, "revoke", run_revoke, "Take away the role that a user has on an item.")
    revoked.add_argument("id", help="the user's id, as `user list` shows it")
    revoked.add_argument("path", metavar="PATH", help="the item's path, such as /cites/lille")


# What they do --------------------------------------------------------------------------------------------------------


def run_list(given: argparse.Namespace, settings: Settings) -> int:
    """List users."""

    async def work(desk: Desk) -> int:
        found = await users(desk)
        table = Table("id", "name", Column("roles", overflow="fold"))
        for each in found:
            table.add_row(each.user.id, each.user.name, _said(each.user.site_admin, each.roles))
        OUT.print(table if found else "There is no user: `directory user add --help` shows how to make one.")
        return 0

    return at_desk(settings, work)


def _said(site_admin: bool, roles: Mapping[str, Role]) -> str:
    held = [f"{role.value}:{path}" for path, role in roles.items()]
    return ", ".join(["site admin", *held] if site_admin else held) or "none"


def run_add(given: argparse.Namespace, settings: Settings) -> int:
    """Make a user, with roles. All roles are looked up before anything is made."""

    async def work(desk: Desk) -> int:
        await found_site(desk)  # in a new graph, there is something to hold roles on
        places = [await place(desk, each) for each in given.grant]
        await add_user(desk, given.name, id=given.id, site_admin=given.site_admin)
        for role, at in places:
            await grant(desk, at, given.id, role)
        OUT.print(f"Added {given.id}.", markup=False, highlight=False)
        return 0

    return at_desk(settings, work)


def run_grant(given: argparse.Namespace, settings: Settings) -> int:
    """Grant a role."""

    async def work(desk: Desk) -> int:
        role, at = await place(desk, given.place)
        await user(desk, given.id)
        await grant(desk, at, given.id, role)
        OUT.print("Granted.")
        return 0

    return at_desk(settings, work)


def run_revoke(given: argparse.Namespace, settings: Settings) -> int:
    """Take a role away."""

    async def work(desk: Desk) -> int:
        item = await _at(desk, given.path)
        try:
            await revoke(desk, Ref(type(item).__name__, item.id), given.id)
        except NotFound:
            raise BadInput(f"{given.id!r} has no role of their own on {given.path}.") from None
        OUT.print("Revoked.")
        return 0

    return at_desk(settings, work)


async def place(desk: Desk, given: str) -> tuple[Role, Ref]:
    """The role and the item of ROLE:PATH."""
    code, _, path = given.partition(":")
    if code not in ROLES or not path.startswith("/"):
        raise BadInput(f"{given!r} is no ROLE:PATH, such as editor:/cites/lille. Roles: {', '.join(ROLES)}.")
    item = await _at(desk, path)
    return ROLES[code], Ref(type(item).__name__, item.id)


async def _at(desk: Desk, path: str) -> Item:
    item = await by_path(desk, path)
    if item is None:
        raise BadInput(f"There is nothing at {path!r}.")
    return item


WORDS: Final[Parsers] = {"user": add_words}
