"""The command line as people use it: a real folder, real answers; real processes where one must end well."""

import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection, IncompleteRead
from pathlib import Path

import httpx
import pytest

from directory import editing
from directory.actor import Actor
from directory.cli import COMMANDS, parser
from directory.opening import open_directory
from directory.placing import id_of
from directory.settings import described, read_settings
from directory.values import Ref
from directory.writing import transact
from graph import NewNode
from tests.commanding import directory


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the network's data."""
    made = tmp_path_factory.mktemp("cli") / "graph"
    loaded = directory("load", folder=made)
    assert loaded.returncode == 0, loaded.stderr
    assert "491 create" in loaded.stdout
    return made


@pytest.fixture
def served(folder: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A running demo and its address."""
    environment = {**os.environ, "DIRECTORY_GRAPH": f"embedded:{folder}"}
    port = _free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "directory", "demo", "--port", str(port)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment,
    )  # fmt: skip
    try:
        yield process, f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.communicate()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def ask(address: str, query: str) -> dict:
    request = urllib.request.Request(
        f"{address}/graphql", json.dumps({"query": query}).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.load(answer)


def wait_for(address: str) -> None:
    for _ in range(240):
        try:
            with urllib.request.urlopen(f"{address}/readyz", timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.25)
    raise TimeoutError(address)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_teaches_by_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parser(command).parse_args([command, "--help"])

    assert f"  directory {command}" in capsys.readouterr().out.partition("examples:")[2]


@pytest.mark.parametrize(
    ("words", "heavy"),
    [
        (("--help",), {"graph", "graphql", "neo4j", "pydantic", "rich"}),
        (("settings",), {"graph", "graphql", "neo4j", "starlette"}),
        (("ask", "--help"), {"directory.site.app", "importers", "jinja2", "uvicorn"}),
        (("demo", "--help"), {"directory.analyse_command", "jinja2"}),
    ],
)
def test_a_command_loads_only_what_it_needs(words: tuple[str, ...], heavy: set[str]) -> None:
    told = f"""
import atexit, sys
from directory.cli import main
atexit.register(lambda: print(*sys.modules))
main({words})"""

    said = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, timeout=60, check=True).stdout

    assert heavy & set(said.splitlines()[-1].split()) == set()


def test_a_second_load_changes_nothing(folder: Path) -> None:
    assert "0 create, 0 update, 491 same, 0 refused" in directory("load", folder=folder).stdout


def test_a_question_is_answered_as_a_table_or_as_json(folder: Path) -> None:
    question = '{ cite(by: {slug: "sqy"}) { title partners(first: 1) { totalCount } } }'

    table = directory("ask", question, folder=folder)
    answer = directory("ask", question, "--json", folder=folder)

    assert "Cité des métiers of Saint-Quentin-en-Yvelines" in table.stdout
    assert json.loads(answer.stdout)["data"]["cite"]["partners"] == {"totalCount": 11}


def test_what_was_deleted_is_listed_and_comes_back_and_names_that_are_due_are_counted(tmp_path: Path) -> None:
    async def deleted() -> str:
        opened = await open_directory(read_settings({"DIRECTORY_GRAPH": f"embedded:{tmp_path}"}))
        desk = opened.desk(Actor("u-admin", "Admin", site_admin=True))
        await editing.found_site(desk)
        person = {"title": "Ada Example", "retention_until": "2024-12-31", "publication_basis": "consent"}
        await editing.create(desk, "Person", person)
        made = await editing.create(desk, "Organisation", {"title": "Afpa"})
        await editing.delete(desk, Ref("Organisation", made.id), 1)
        await opened.close()
        return made.id

    id = asyncio.run(deleted())

    listed = directory("trash", folder=tmp_path).stdout
    back = directory("trash", "--restore", id, folder=tmp_path).stdout
    empty = directory("trash", folder=tmp_path).stdout
    counted = directory("forget", folder=tmp_path).stdout
    removed = directory("forget", "--yes", folder=tmp_path).stdout
    nothing = directory("forget", folder=tmp_path).stdout

    assert id in listed
    assert "/organisations/afpa" in listed
    assert (back, empty) == ("Back at /organisations/afpa, private.\n", "The trash is empty.\n")
    assert "1 in the directory, 0 in the trash.\nNothing was changed" in counted
    assert removed == "Names removed: 1.\n"
    assert "There is nothing to do." in nothing


def test_users_are_made_granted_roles_and_listed_with_them(tmp_path: Path) -> None:
    none = directory("user", "list", folder=tmp_path).stdout
    added = directory("user", "add", "ada", "Ada Lovelace", "--grant", "reader:/", folder=tmp_path).stdout
    directory("user", "add", "root", "Grace Hopper", "--site-admin", folder=tmp_path)
    granted = directory("user", "grant", "ada", "editor:/", folder=tmp_path).stdout
    listed = directory("user", "list", folder=tmp_path).stdout
    revoked = directory("user", "revoke", "ada", "/", folder=tmp_path).stdout
    after = directory("user", "list", folder=tmp_path).stdout

    assert "There is no user" in none
    assert (added, granted, revoked) == ("Added ada.\n", "Granted.\n", "Revoked.\n")
    assert cells(listed) == [["ada", "Ada Lovelace", "editor:/"], ["root", "Grace Hopper", "site admin"]]
    assert cells(after)[0] == ["ada", "Ada Lovelace", "none"]


def cells(table: str) -> list[list[str]]:
    """The rows of a table as it is shown."""
    return [[cell.strip() for cell in line.strip("│").split("│")] for line in table.splitlines() if line[:1] == "│"]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("user", "grant", "ada", "tsar:/"), "'tsar:/' is no ROLE:PATH, such as editor:/cites/lille. Roles: reader"),
        (("user", "add", "ada", "Ada", "--grant", "editor:/nowhere"), "There is nothing at '/nowhere'."),
        (("user", "grant", "nobody", "editor:/"), "There is no user 'nobody': `directory user list` shows all."),
        (("user", "revoke", "nobody", "/"), "'nobody' has no role of their own on /."),
    ],
)
def test_a_wrong_role_place_or_user_is_said(words: tuple[str, ...], why: str, folder: Path) -> None:
    asked = directory(*words, folder=folder)

    assert (asked.returncode, "Traceback" in asked.stderr) == (1, False)
    assert why in " ".join(asked.stderr.split())


def test_a_visitor_sees_no_person_and_the_operator_all(folder: Path) -> None:
    question = "{ persons { totalCount } }"

    visitor = json.loads(directory("ask", question, "--json", folder=folder).stdout)
    operator = json.loads(directory("ask", question, "--json", "--as", "operator", folder=folder).stdout)

    assert visitor["data"]["persons"]["totalCount"] == 0
    assert operator["data"]["persons"]["totalCount"] == 17


def test_a_wrong_question_names_its_fault_and_fails(folder: Path) -> None:
    asked = directory("ask", "{ cites { nodes { nme } } }", folder=folder)

    assert asked.returncode == 1
    assert re.search(r"GRAPHQL_VALIDATION_FAILED: .*nme", asked.stderr)


@pytest.mark.parametrize(("ending", "code"), [(signal.SIGTERM, -signal.SIGTERM), (signal.SIGINT, 0)])
def test_demo_serves_and_ends_cleanly(
    served: tuple[subprocess.Popen[str], str], folder: Path, ending: signal.Signals, code: int
) -> None:
    process, address = served
    wait_for(address)

    total = ask(address, "{ organisations { totalCount } }")["data"]["organisations"]["totalCount"]
    running = (folder / "engine.json").exists()
    process.send_signal(ending)
    said, errors = process.communicate(timeout=20)

    assert (total, process.returncode) == (51, code)
    assert (running, (folder / "engine.json").exists()) == (True, False)  # the engine was stopped, not dropped
    assert f"GraphQL at {address}/graphql" in said
    assert "Traceback" not in errors


def test_a_server_that_ends_cuts_its_streams_off_and_says_nothing(served: tuple[subprocess.Popen[str], str]) -> None:
    process, address = served
    wait_for(address)
    host, port = address.removeprefix("http://").split(":")
    reading = HTTPConnection(host, int(port), timeout=20)
    body = json.dumps({"query": "subscription { changes { cursor } }"})
    reading.request("POST", "/graphql", body, {"Content-Type": "application/json", "Accept": "text/event-stream"})
    stream = reading.getresponse()

    process.send_signal(signal.SIGTERM)
    asked = time.monotonic()
    with closing(reading), pytest.raises(IncompleteRead):
        stream.read()
    _, errors = process.communicate(timeout=20)

    assert time.monotonic() - asked < 4
    assert "error" not in errors


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_port_that_is_taken_is_said_before_anything_is_done(tmp_path: Path, workers: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        environment = {"DIRECTORY_SECRET": "a secret of the tests", "DIRECTORY_WORKERS": workers}
        said = directory("demo", "--port", str(port), folder=tmp_path / "graph", environment=environment)

    assert (said.returncode, said.stdout, (tmp_path / "graph").exists()) == (1, "", False)
    assert f"Nothing can listen on port {port} of 127.0.0.1 (address already in use)" in " ".join(said.stderr.split())


PAGE = "{ organisations(first: 2 AFTER) { nodes { slug } pageInfo { endCursor } } }"


@pytest.mark.parametrize("workers", ["1", "2"])
def test_any_free_port_is_told_and_cursors_are_good_in_every_process(folder: Path, workers: str) -> None:
    after, seen = "", []
    for _ in range(2):  # a second server: what the first one gave is good there
        environment = {**os.environ, "DIRECTORY_GRAPH": f"embedded:{folder}", "DIRECTORY_SECRET": ""}
        process = subprocess.Popen(
            [sys.executable, "-u", "-m", "directory", "serve", "--port", "0", "--workers", workers],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment,
        )  # fmt: skip
        try:
            assert process.stdout is not None
            found = re.search(r"http://127\.0\.0\.1:[1-9]\d*", process.stdout.readline())
            assert found
            wait_for(found[0])
            for _ in range(5):  # each on a connection of its own, so that both processes are met
                text = PAGE.replace("AFTER", f'after: "{after}"' if after else "")
                answer = httpx.post(f"{found[0]}/graphql", json={"query": text}).json()["data"]["organisations"]
                seen += [each["slug"] for each in answer["nodes"]]
                after = answer["pageInfo"]["endCursor"]
        finally:
            process.terminate()
            process.communicate(timeout=20)

    assert len(seen) == len(set(seen)) == 20


@pytest.mark.parametrize(
    "words", [("ask", "{ cites { totalCount } }"), ("serve",), ("demo",), ("serve", "--workers", "2")]
)
def test_an_unreachable_server_is_one_clear_sentence(words: tuple[str, ...]) -> None:
    environment = {"DIRECTORY_SECRET": "a secret of the tests", "DIRECTORY_PORT": "0"}
    asked = directory(*words, "--graph", "bolt://127.0.0.1:1", environment=environment)

    assert asked.returncode == 1
    assert asked.stdout == ""
    assert "127.0.0.1:1" in asked.stderr
    assert "Traceback" not in asked.stderr


def test_settings_are_named_and_given_whole_in_a_narrow_terminal() -> None:
    environment = {**os.environ, "COLUMNS": "80"}
    words = [sys.executable, "-m", "directory", "settings"]

    said = subprocess.run(words, env=environment, capture_output=True, text=True, check=True, timeout=60).stdout

    assert [each.name for each in described() if each.name not in said] == []
    assert "…" not in said


def test_a_typo_in_a_setting_is_pointed_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIRECTORY_PROT", "8080")

    said = directory("settings")

    assert "DIRECTORY_PROT is no setting: is DIRECTORY_PORT meant?" in said.stderr
    assert "DIRECTORY_STATEMENT_TIMEOUT" in said.stdout


def test_a_kept_scenario_that_is_read_no_more_is_listed_with_its_fault(folder: Path, tmp_path: Path) -> None:
    old = json.dumps({"format": "scenario/0", "changes": []})
    leaves = {"format": "scenario/1", "changes": [{"op": "remove_organisation", "id": "network"}]}
    (tmp_path / "leaves.json").write_text(json.dumps(leaves), "utf-8")

    async def keep_old() -> None:
        made = await open_directory(read_settings({"DIRECTORY_GRAPH": f"embedded:{folder}"}))
        desk = made.desk(Actor("operator", "Operator", site_admin=True))
        values = {"id": "old", "name": "Old [/b]", "owner": "ada", "text": old, "at": "2024-01-01T00:00:00.000Z"}
        await transact(desk, lambda tx: tx.create([NewNode("Scenario", values)]))
        await made.close()

    asyncio.run(keep_old())
    directory("scenario", "save", str(tmp_path / "leaves.json"), folder=folder)

    said = directory("scenario", "list", folder=folder)

    assert "format must be scenario/1, not 'scenario/0'" in said.stdout
    assert "remove_organisation network" in said.stdout
    assert "Old [/b]" in said.stdout
    for name in ("Old [/b]", "leaves"):
        assert directory("scenario", "remove", name, folder=folder).returncode == 0


def test_a_scenario_without_a_cite_is_tried_on_the_network(folder: Path, tmp_path: Path) -> None:
    leaves = {"format": "scenario/1", "changes": [{"op": "remove_organisation", "id": "adecco-foundation"}]}
    (tmp_path / "leaves.json").write_text(json.dumps(leaves), "utf-8")

    said = directory(
        "analyse", "what-if", "--at", "2018-12-31", "--scenario", str(tmp_path / "leaves.json"), folder=folder
    )

    assert "Recorded partners go from 20 to 19." in said.stdout


def test_a_scenario_is_tried_on_the_cite_and_the_day_it_was_written_for(folder: Path, tmp_path: Path) -> None:
    service = {"op": "add_service", "row": {"types": "counselling", "publics": "all", "provider_ids": "centre-inffo"}}
    written = {"format": "scenario/1", "scope": "cite:paris", "at": "2018-12-31", "changes": [service]}
    (tmp_path / "desk.json").write_text(json.dumps(written), "utf-8")
    words = ("analyse", "what-if", "--scenario", str(tmp_path / "desk.json"), "--json")

    alone = json.loads(directory(*words, folder=folder).stdout)
    elsewhere = json.loads(directory(*words, "--cite", "sqy", "--at", "2024", folder=folder).stdout)

    assert (alone["basis"]["at"], alone["basis"]["scope"]) == ("2018-12-31", f"cite:{id_of('network:cdm-paris')}")
    assert elsewhere["basis"]["scope"] == f"cite:{id_of('network:cdm-sqy')}"
