"""The command line: translates words into calls and answers into text. `directory COMMAND --help` teaches each."""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import uvicorn
from rich.console import Console
from rich.table import Table

from directory import Directory, open_directory, report_command
from directory.actor import Actor, anonymous
from directory.alerts import alerts
from directory.analyse_command import add_words, analyse, listed
from directory.analysis import LensError, RulesError, ScenarioError
from directory.at_desk import OPERATOR, add_graph
from directory.desk import Desk
from directory.errors import DirectoryError, Unauthenticated
from directory.grants import actor_of
from directory.scenario_command import add_scenario_command
from directory.settings import Settings, described, read_settings, unknown_variables
from directory.terminal import progress, tables
from directory.token_command import add_token_command
from directory.upkeep_command import add_upkeep_commands
from graph import GraphError
from importers import bundle, synthetic
from importers.plan import Action, Plan
from importers.run import apply, plan, synthesise
from schema.answering import Caller, Report, answer, prepare, service
from schema.bodies import Ask
from schema.build import built
from schema.context import Context
from schema.refusals import Refused

APP: Final = "directory.site.app:create"
OUT: Final = Console()
ERR: Final = Console(stderr=True)
Run = Callable[[argparse.Namespace, Settings], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 0 done, 1 refused, 2 wrong words."""
    given = parser().parse_args(arguments)
    try:
        settings = _settings(given)
        run: Run = given.run
        return run(given, settings)
    except (DirectoryError, GraphError, LensError, RulesError, ScenarioError) as error:
        ERR.print(str(error), style="red", markup=False, highlight=False)
        return 1
    except KeyboardInterrupt:
        return 130


def parser() -> argparse.ArgumentParser:
    """All commands with their words."""
    top = argparse.ArgumentParser(
        prog="directory",
        description="The ecosystem directory of the Cités des métiers: who contributes what to which Cité.",
        epilog="Start with `directory demo`. Every setting is an environment variable: `directory settings`.",
    )
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    _demo(commands)
    _load(commands)
    _ask(commands)
    _look(commands)
    _analyse(commands)
    add_token_command(commands)
    add_scenario_command(commands)
    add_upkeep_commands(commands)
    return top


def _command(commands: Any, name: str, run: Run, help: str, examples: str) -> argparse.ArgumentParser:
    made: argparse.ArgumentParser = commands.add_parser(
        name,
        help=help,
        description=help,
        epilog=f"examples:\n{examples}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.set_defaults(run=run)
    add_graph(made)
    return made


def _demo(commands: Any) -> None:
    demo = _command(
        commands,
        "demo",
        run_demo,
        "Load the network's published data where there is none yet, and serve it.",
        "  directory demo\n  directory demo --port 8080 --graph embedded:/tmp/graph",
    )
    serve = _command(
        commands,
        "serve",
        run_serve,
        "Serve what is in the graph.",
        "  directory serve\n  DIRECTORY_SECRET=… directory serve --workers 4 --graph neo4j://localhost:7687",
    )
    for each in (demo, serve):
        each.add_argument("--host", help="address to listen on (DIRECTORY_HOST)")
        each.add_argument("--port", help="port to listen on (DIRECTORY_PORT)")
    serve.add_argument("--workers", help="web processes (DIRECTORY_WORKERS)")


def _load(commands: Any) -> None:
    load = _command(
        commands,
        "load",
        run_load,
        "Load tables: the network's published data, those of a folder, or a made-up ecosystem.",
        "  directory load --plan            show what would change, change nothing\n"
        "  directory load                   the network's published data\n"
        "  directory load my-tables/        CSV files with the same names and columns\n"
        "  directory load my-tables/ --keep-good    leave out the rows with faults, load the rest\n"
        "  directory load --big 10000 --graph embedded:/tmp/big     10,000 made-up organisations",
    )
    load.add_argument("folder", nargs="?", type=Path, help="folder of CSV files; the bundled data when absent")
    load.add_argument("--plan", action="store_true", help="only show the plan")
    load.add_argument("--keep-good", action="store_true", help="load the rows without faults; else all or nothing")
    load.add_argument("--big", type=int, metavar="N", help="a made-up ecosystem of N organisations, marked as such")
    load.add_argument("--seed", type=int, default=1, help="chooses another made-up ecosystem (1)")


def _ask(commands: Any) -> None:
    ask = _command(
        commands,
        "ask",
        run_ask,
        "Answer a GraphQL question in the terminal.",
        "  directory ask '{ cites(first: 3) { nodes { slug title } totalCount } }'\n"
        '  directory ask --file question.graphql --variables \'{"slug": "sqy"}\' --json\n'
        "  directory ask '{ persons { nodes { title } } }' --as operator",
    )
    ask.add_argument("question", nargs="?", help="the GraphQL text; `-` reads it from standard input")
    ask.add_argument("--file", type=Path, help="a file with the GraphQL text")
    ask.add_argument("--variables", default="{}", metavar="JSON", help="the variables, as a JSON object")
    ask.add_argument(
        "--as", dest="who", metavar="USER", help="whose sight: a user's id, or `operator`; a visitor's else"
    )
    ask.add_argument("--json", action="store_true", help="the answer as JSON, not as tables")


def _analyse(commands: Any) -> None:
    analyse = _command(
        commands,
        "analyse",
        run_analyse,
        "Answer a manager's question with its reasons.",
        "  directory analyse coverage --cite sqy --at 2018-12-31\n"
        "  directory analyse fragility --cite sqy --at 2018-12-31 --locale fr\n"
        "  directory analyse cohesion --at 2018-12-31\n"
        "  directory analyse activity-report --year 2024 --csv\n"
        f"\nmethods:\n{listed()}",
    )
    add_words(analyse)

    report = _command(
        commands,
        "report",
        run_report,
        "Write the report of a year: figures, pictures, what changed, what the answers rest on.",
        "  directory report 2024\n"
        "  directory report 2018 --cite sqy --locale fr --output sqy.html\n"
        "  directory report 2018 --cite sqy --format svg",
    )
    report_command.add_words(report)


def _look(commands: Any) -> None:
    _command(commands, "migrate", run_migrate, "Bring the graph up to this version.", "  directory migrate")
    check = _command(
        commands,
        "check",
        run_check,
        "List what is doubtful in the data: dates, charter, sources, names of persons.",
        "  directory check\n  directory check --code NO_SOURCE",
    )
    check.add_argument("--code", help="only alerts with this code")
    _command(
        commands,
        "settings",
        run_settings,
        "List every setting with its default and meaning.",
        "  directory settings",
    )


# Commands ------------------------------------------------------------------------------------------------------------


def run_demo(given: argparse.Namespace, settings: Settings) -> int:
    """Load the bundled data unless it is there, then serve."""

    async def prepare(directory: Directory) -> int:
        planned = await plan(directory.desk(OPERATOR))
        return await _apply(directory, planned, keep_good=False)

    with ThreadPoolExecutor(max_workers=1) as aside:
        aside.submit(built, settings.plans)  # while the engine starts and compares what it holds
        code = _with_directory(settings, prepare)
    return code or run_serve(given, settings)


def run_serve(given: argparse.Namespace, settings: Settings) -> int:
    """Serve until stopped."""
    address = f"http://{settings.host}:{settings.port}"
    OUT.print(f"GraphQL at {address}/graphql", highlight=False)
    OUT.print(f"Try it at  {address}/graphiql    (stop with Ctrl-C)", highlight=False)
    uvicorn.run(
        APP,
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=5,
        ws_max_size=settings.limits.socket_frame,
        h11_max_incomplete_event_size=settings.limits.headers + settings.limits.url,
    )
    return 0


def run_load(given: argparse.Namespace, settings: Settings) -> int:
    """Load tables or a made-up ecosystem."""
    if given.folder and not given.folder.is_dir():
        ERR.print(f"{given.folder} is not a folder: name one that holds CSV files such as organisations.csv")
        return 2

    async def big(directory: Directory) -> int:
        with progress("Loading", synthetic.count(given.big)) as advance:
            done = await synthesise(directory.desk(OPERATOR), given.big, given.seed, advance)
        OUT.print(f"{done} made-up items loaded.")
        return 0

    async def tables_of(directory: Directory) -> int:
        planned = await plan(directory.desk(OPERATOR), given.folder or bundle.BUNDLED)
        if given.plan:
            OUT.print(str(planned), markup=False, highlight=False)
            return 1 if planned.faults else 0
        return await _apply(directory, planned, keep_good=given.keep_good)

    return _with_directory(settings, big if given.big else tables_of)


async def _apply(directory: Directory, planned: Plan, keep_good: bool) -> int:
    for fault in planned.faults:
        ERR.print(str(fault), style="red", markup=False, highlight=False)
    with progress("Loading", len(planned.of(Action.CREATE, Action.UPDATE))) as advance:
        await apply(directory.desk(OPERATOR), planned, advance, keep_good=keep_good)
    if planned.faults and not keep_good:
        ERR.print("Nothing was loaded. Mend these rows, or leave them out with --keep-good.")
        return 1
    OUT.print(planned.summary())
    return 0


def run_ask(given: argparse.Namespace, settings: Settings) -> int:
    """Answer a question, as tables or as JSON."""
    text = given.file.read_text(encoding="utf-8") if given.file else given.question
    text = sys.stdin.read() if text == "-" else text
    if not text:
        ERR.print("Give a question, or --file: `directory ask --help` shows examples.")
        return 2
    try:
        variables = json.loads(given.variables)
    except json.JSONDecodeError as error:
        ERR.print(f'--variables is not JSON: {error}. Write it as \'{{"slug": "sqy"}}\'.')
        return 2

    async def asked(directory: Directory) -> int:
        desk = directory.desk(await _actor(directory, given.who))
        return _show(await answered(desk, Ask(query=text, variables=variables)), as_json=given.json)

    return _with_directory(settings, asked)


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


async def _actor(directory: Directory, who: str | None) -> Actor:
    if who is None:
        return anonymous
    return OPERATOR if who == OPERATOR.id else await actor_of(directory.desk(OPERATOR), who)


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


def run_analyse(given: argparse.Namespace, settings: Settings) -> int:
    """Answer by a method, with the sight of the operator."""
    return _with_directory(settings, lambda directory: analyse(directory.desk(OPERATOR), given))


def run_report(given: argparse.Namespace, settings: Settings) -> int:
    """Write a report, with the sight of the operator."""
    return _with_directory(settings, lambda directory: report_command.write_report(directory.desk(OPERATOR), given))


def run_migrate(given: argparse.Namespace, settings: Settings) -> int:
    """Opening the directory shapes and migrates its graph."""

    async def done(directory: Directory) -> int:
        OUT.print("The graph is up to date.")
        return 0

    return _with_directory(settings, done)


def run_check(given: argparse.Namespace, settings: Settings) -> int:
    """List alerts; the exit code is 0 whether there are any or not."""

    async def checked(directory: Directory) -> int:
        found = await alerts(directory.desk(OPERATOR), given.code)
        table = Table("code", "type", "id", "what")
        for alert in found:
            table.add_row(alert.code, alert.item.type, alert.item.id, alert.message)
        OUT.print(table if found else "Nothing doubtful.")
        return 0

    return _with_directory(settings, checked)


def run_settings(given: argparse.Namespace, settings: Settings) -> int:
    """List the settings."""
    table = Table("variable", "default", "meaning")
    for each in described():
        table.add_row(each.name, each.default, each.meaning)
    OUT.print(table)
    return 0


# Shared --------------------------------------------------------------------------------------------------------------


def _settings(given: argparse.Namespace) -> Settings:
    """The settings of the environment, with those given as words; both reach the web processes by the environment."""
    for name in ("graph", "host", "port", "workers"):
        if getattr(given, name, None) is not None:
            os.environ[f"DIRECTORY_{name.upper()}"] = str(getattr(given, name))
    for name, meant in unknown_variables(os.environ).items():
        ERR.print(f"{name} is no setting{f': is {meant} meant?' if meant else ''}", style="yellow")
    return read_settings(os.environ)


def _with_directory(settings: Settings, work: Callable[[Directory], Awaitable[int]]) -> int:
    async def run() -> int:
        async with _opened(settings) as directory:
            return await work(directory)

    return asyncio.run(run())


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[Directory]:
    directory = await open_directory(settings)
    try:
        yield directory
    finally:
        await directory.close()
