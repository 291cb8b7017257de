"""The command line's `token`: keys that programs show to the API; made, listed and revoked by who runs this machine."""

import argparse
from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from rich.table import Column, Table

from directory.at_desk import at_desk, user
from directory.desk import Desk, now
from directory.doing import ERR, OUT, Parsers
from directory.enums import Role
from directory.errors import BadInput
from directory.founding import found_site
from directory.grants import add_user, grant, scopes
from directory.reaching import verb
from directory.settings import Settings
from directory.tokens import Token, create_token, refuse_name, revoke_token, tokens
from directory.user_command import place

DAYS: Final = 90
MOST_DAYS: Final = 36_525  # a hundred years
EXAMPLES: Final = """examples:
  directory token create "Front page" --user ada --new-user "Ada Lovelace" --grant editor:/
  directory token create "Import" --user ada --role editor:/ --days 30
  directory token list
  directory token revoke 7d0d5f1e-..."""


def add_words(command: argparse.ArgumentParser) -> None:
    """Nothing, once the command can be taught and run."""
    command.epilog = EXAMPLES
    verbs = command.add_subparsers(required=True, metavar="VERB")
    _create(verbs)
    listed = verb(verbs, "list", run_list, "List tokens: what they may do, until when, when they were last used.")
    listed.add_argument("--user", help="only tokens of this user")
    revoked = verb(verbs, "revoke", run_revoke, "Revoke a token: it lets nobody in any more.")
    revoked.add_argument("id", help="its id, as `token list` shows it")


def _create(verbs: Any) -> None:
    made = verb(verbs, "create", run_create, "Make a token, and show it this once.")
    made.add_argument("name", help="what it is for")
    made.add_argument("--user", required=True, help="id of the user it stands for")
    made.add_argument("--new-user", metavar="NAME", help="make that user first, with this name")
    made.add_argument("--site-admin", action="store_true", help="the new user may do everything")
    place: dict[str, Any] = {"action": "append", "default": [], "metavar": "ROLE:PATH"}
    made.add_argument("--grant", **place, help="grant the user a role on an item first, such as editor:/cites/lille")
    made.add_argument("--role", **place, help="limit the token to this role there; all that the user has when absent")
    made.add_argument("--days", type=_days, default=DAYS, help=f"how long it is good; 0 for ever ({DAYS})")


def _days(written: str) -> int:
    days = int(written) if written.isascii() and written.isdigit() and len(written) < 9 else MOST_DAYS + 1
    if days > MOST_DAYS:
        raise argparse.ArgumentTypeError(f"{written!r} is not a number of days from 0 to {MOST_DAYS}")
    return days


# What they do --------------------------------------------------------------------------------------------------------


def run_create(given: argparse.Namespace, settings: Settings) -> int:
    """Make a token; its text alone is on standard output, so that it can be piped. All is looked up before."""
    if given.site_admin and given.new_user is None:
        raise BadInput("--site-admin is said of a new user: add --new-user NAME.")
    refuse_name(given.name)

    async def work(desk: Desk) -> int:
        await found_site(desk)  # in a new graph, there is something to hold roles on
        grants = [await place(desk, each) for each in given.grant]
        roles = await _limits(desk, given.role, {at.id for _, at in grants})
        if given.new_user is None:
            await user(desk, given.user)
        else:
            await add_user(desk, given.new_user, id=given.user, site_admin=given.site_admin)
        for role, at in grants:
            await grant(desk, at, given.user, role)
        expires = desk.clock() + timedelta(days=given.days) if given.days else None
        issued = await create_token(desk, given.name, user=given.user, roles=roles, expires=expires)
        ERR.print(f"Token {issued.token.id} of {given.user}. Keep it now: it is not shown again.", highlight=False)
        print(issued.text)
        return 0

    return at_desk(settings, work)


async def _limits(desk: Desk, given: Sequence[str], granted: Collection[str]) -> dict[str, Role] | None:
    """The roles that the token is limited to, by the ids of items where somebody has, or is granted, one; or none."""
    known = {*granted, *(each.id for each in await scopes(desk))}
    roles = {}
    for each in given:
        role, at = await place(desk, each)
        if at.id not in known:
            path = each.partition(":")[2]
            raise BadInput(f"Nobody has a role of their own on {path!r}: grant one with --grant.")
        roles[at.id] = role
    return roles or None


def run_list(given: argparse.Namespace, settings: Settings) -> int:
    """List tokens."""

    async def work(desk: Desk) -> int:
        table = Table(Column("id", min_width=36), "user", "name", "roles", "expires", "last used", "state")
        for each in await tokens(desk, given.user):
            table.add_row(*_row(each, desk))
        OUT.print(table)
        return 0

    return at_desk(settings, work)


def _row(token: Token, desk: Desk) -> Sequence[str]:
    roles = "all of the user's" if token.roles is None else _said(token.roles)
    state = "revoked" if token.revoked else "good" if token.is_good(now(desk)) else "expired"
    days = [(moment or "")[:16].replace("T", " ") for moment in (token.expires, token.used)]
    return (token.id, token.user, token.name, roles, days[0] or "never", days[1] or "never", state)


def _said(roles: Mapping[str, Role]) -> str:
    return ", ".join(f"{role.value} on {at}" for at, role in roles.items())


def run_revoke(given: argparse.Namespace, settings: Settings) -> int:
    """Revoke a token."""

    async def work(desk: Desk) -> int:
        await revoke_token(desk, given.id)
        OUT.print("Revoked.")
        return 0

    return at_desk(settings, work)


WORDS: Final[Parsers] = {"token": add_words}
