"""`directory ask`: a GraphQL question answered in the terminal."""

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from directory.actor import Actor, anonymous
from directory.at_desk import OPERATOR, at_desk, user
from directory.desk import Desk
from directory.doing import ERR, OUT, Parsers, text_of
from directory.errors import BadInput, Unauthenticated
from directory.reaching import over_graph
from directory.settings import Settings
from directory.terminal import tables
from schema.answering import Caller, Report, answer, prepare, service
from schema.bodies import Ask
from schema.build import built
from schema.context import Context
from schema.refusals import Refused

EXAMPLES: Final = """examples:
  directory ask '{ cites(first: 3) { nodes { slug title } totalCount } }'
  directory ask --file question.graphql --variables '{"slug": "sqy"}' --json
  directory ask '{ persons { nodes { title } } }' --as operator"""

OBJECT: Final = """Write it as '{"slug": "sqy"}'."""


def add_words(command: argparse.ArgumentParser) -> None:
    """Nothing, once the command can be taught and run."""
    command.epilog = EXAMPLES
    over_graph(command, run_ask)
    command.add_argument("question", nargs="?", help="the GraphQL text; `-` reads it from standard input")
    command.add_argument("--file", type=Path, help="a file with the GraphQL text")
    command.add_argument(
        "--variables", type=_variables, default="{}", metavar="JSON", help="the variables, as a JSON object"
    )
    command.add_argument(
        "--as", dest="who", metavar="USER", help="whose sight: a user's id, or `operator`; a visitor's else"
    )
    command.add_argument("--json", action="store_true", help="the answer as JSON, not as tables")


def run_ask(given: argparse.Namespace, settings: Settings) -> int:
    """Answer a question, as tables or as JSON."""
    text = text_of(given.file) if given.file else given.question
    text = _standard_input() if text == "-" else text
    if not text:
        ERR.print("Give a question, or --file: `directory ask --help` shows examples.")
        return 2

    async def asked(desk: Desk) -> int:
        asking = desk.for_actor(await _actor(desk, given.who))
        return _show(await answered(asking, Ask(query=text, variables=given.variables)), as_json=given.json)

    return at_desk(settings, asked)


def _standard_input() -> str:
    try:
        return sys.stdin.read()
    except UnicodeDecodeError as error:
        raise BadInput(f"What stands on standard input is not {error.encoding.upper()}.") from None


def _variables(written: str) -> dict[str, Any]:
    """The variables of a question, as words give them; argparse says when they are no JSON object."""
    try:
        variables = json.loads(written)
    except (ValueError, RecursionError) as error:
        raise argparse.ArgumentTypeError(f"is not JSON: {error}. {OBJECT}") from None
    if not isinstance(variables, dict):
        raise argparse.ArgumentTypeError(f"is JSON, but no object. {OBJECT}")
    return variables


async def answered(desk: Desk, ask: Ask) -> Mapping[str, Any]:
    """The answer as a client of the API gets it, limits included."""
    settings = desk.settings
    serving = service(built(settings.plans), settings, nobody, lambda caller: Context(desk))
    caller, report = Caller(desk.actor, None, None, "terminal"), Report("terminal", "terminal")
    try:
        return (await answer(serving, prepare(serving, ask, caller, report), caller, report)).content()
    except Refused as refused:
        return {"errors": refused.errors}


async def nobody(_: str) -> Actor:
    """Nobody: tokens are for the web."""
    raise Unauthenticated


async def _actor(desk: Desk, who: str | None) -> Actor:
    if who is None:
        return anonymous
    return OPERATOR if who == OPERATOR.id else await user(desk, who)


def _show(answer: Mapping[str, Any], as_json: bool) -> int:
    if as_json:
        print(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        for table in tables(answer.get("data") or {}):
            OUT.print(table)
        for error in answer.get("errors") or ():
            ERR.print(
                f"{error.get('extensions', {}).get('code', 'ERROR')}: {error['message']}", style="red", markup=False
            )
    return 1 if answer.get("errors") else 0


WORDS: Final[Parsers] = {"ask": add_words}
