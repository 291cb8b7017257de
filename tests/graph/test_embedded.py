"""The embedded engine: how it starts, who may join it, what it leaves behind."""

import asyncio
import contextlib
import gc
import json
import os
import re
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path

import pytest
from filelock import FileLock

from graph import Graph, NewNode, NodeShape, Property, Shape, Statement, TooLong, Unreachable, open_graph

SHAPE = Shape((NodeShape("Note", (Property("id", "string"), Property("text", "string")), ("id",), ("text",)),), ())
COUNT = Statement("MATCH (n:Note) RETURN count(*)")

OPENING = """
import asyncio, sys
from graph import *
SHAPE = Shape((NodeShape("Note", (Property("id", "string"), Property("text", "string")), ("id",), ("text",)),), ())
def note(id):
    return lambda transaction: transaction.create([NewNode("Note", {"id": id})])
async def main():
    graph = await open_graph("embedded:" + sys.argv[1], memory="256m")
"""


def program(folder: Path, text: str, **options) -> "subprocess.Popen[str]":
    """A process of its own, that opens the graph of the folder and goes on as the text says."""
    whole = OPENING + textwrap.indent(textwrap.dedent(text), "    ") + "\nasyncio.run(main())\n"
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen([sys.executable, "-c", whole, str(folder)], **pipes, **options)


def said(running: "subprocess.Popen[str]") -> str:
    """All that a process printed, once it has ended well."""
    out, err = running.communicate(timeout=60)
    assert (running.returncode, err) == (0, "")
    return out.strip()


Opening = Callable[[Path], Awaitable[Graph]]


@pytest.fixture
async def opening() -> AsyncIterator[Opening]:
    """Opens the graph of a folder, and closes it after the test."""
    opened: list[Graph] = []

    async def open_here(folder: Path) -> Graph:
        opened.append(await open_graph(f"embedded:{folder}", memory="512m"))
        return opened[-1]

    yield open_here
    for each in opened:
        await each.close()


@pytest.fixture
async def here(opening: Opening, tmp_path: Path) -> Graph:
    opened = await opening(tmp_path / "graph")
    await opened.shape(SHAPE)
    return opened


def folder_of(graph: Graph) -> Path:
    assert graph.embedded is not None
    return graph.embedded.folder


async def test_only_we_can_read_the_password_and_the_address(here: Graph) -> None:
    folder = folder_of(here)

    modes = {name: oct((folder / name).stat().st_mode & 0o777) for name in ("password", "engine.json")}

    assert modes == {"password": "0o600", "engine.json": "0o600"}
    assert oct(folder.stat().st_mode & 0o777) == "0o700"


async def test_every_commit_is_flushed_and_no_statement_goes_on_for_ever(here: Graph) -> None:
    [database] = here.embedded.sql("SELECT settings FROM schema:database")

    said = {each["key"]: each["value"] for each in database["settings"]}
    assert (said["arcadedb.txWalFlush"], said["arcadedb.command.timeout"]) == (2, 5000)


async def test_another_process_joins_reads_and_writes_and_declares(here: Graph) -> None:
    await here.write(lambda transaction: transaction.create([NewNode("Note", {"id": "ours"})]))

    told = program(
        folder_of(here),
        """
        await graph.shape(SHAPE)
        await graph.shape(Shape((NodeShape("Other", (Property("id", "string"),), ("id",), ()),), ("SEES",)))
        await graph.write(note("theirs"))
        print(graph.embedded.ours, await graph.read(Statement("MATCH (n:Note) RETURN count(*)")))
        await graph.close()
        """,
    )

    assert said(told) == "False [2]"
    assert await here.read(COUNT) == [2]
    assert here.embedded.sql("SELECT name FROM schema:types WHERE name = 'Other'") == [{"name": "Other"}]


def test_of_four_that_start_at_once_one_runs_the_engine(tmp_path: Path) -> None:
    text = """
    await graph.shape(SHAPE)
    await graph.write(note(sys.argv[2] if len(sys.argv) > 2 else str(__import__("os").getpid())))
    print(graph.embedded.ours, flush=True)
    sys.stdin.read()
    await graph.close()
    """
    running = [program(tmp_path, text) for _ in range(4)]

    first_lines = sorted(each.stdout.readline().strip() for each in running)
    for each in running:
        assert said(each) == ""

    assert first_lines == ["False", "False", "False", "True"]


async def test_when_the_engine_is_killed_those_who_joined_take_its_place(opening: Opening, tmp_path: Path) -> None:
    owner = program(
        tmp_path, "await graph.shape(SHAPE)\nawait graph.write(note('a'))\nprint('up', flush=True)\nsys.stdin.read()"
    )
    assert await asyncio.to_thread(owner.stdout.readline) == "up\n"
    joined = await opening(tmp_path)
    assert (joined.embedded.ours, await joined.read(COUNT)) == (False, [1])

    owner.kill()
    owner.communicate()

    assert await joined.read(COUNT) == [1]
    await joined.write(lambda transaction: transaction.create([NewNode("Note", {"id": "b"})]))
    assert (joined.embedded.ours, await joined.read(COUNT)) == (True, [2])


async def test_when_the_first_opening_ends_the_second_in_the_same_process_goes_on(
    opening: Opening, tmp_path: Path
) -> None:
    first = await opening(tmp_path)
    second = await opening(tmp_path)
    await first.shape(SHAPE)

    await first.close()

    assert await second.read(COUNT) == [0]


async def test_a_process_that_is_ending_is_waited_for(opening: Opening, tmp_path: Path) -> None:
    other = await opening(tmp_path / "other")  # for an engine that has forgotten its users already
    (folder := tmp_path / "graph").mkdir()
    (folder / "password").write_text("not known any more")
    (folder / "engine.json").write_text(json.dumps(asdict(other.embedded.address)))

    with FileLock(folder / "engine.lock", is_singleton=False):
        asked = asyncio.create_task(opening(folder))
        await asyncio.sleep(0.5)
        assert not asked.done()

    assert (await asked).embedded.ours


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
async def test_an_engine_that_starts_here_is_kept_when_who_asked_has_left(opening: Opening, tmp_path: Path) -> None:
    owner = program(tmp_path, "await graph.shape(SHAPE)\nprint('up', flush=True)\nsys.stdin.read()")
    assert await asyncio.to_thread(owner.stdout.readline) == "up\n"
    joined = await opening(tmp_path)
    owner.kill()
    owner.communicate()

    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(joined.read(COUNT), 0.05)
    await asyncio.sleep(2)  # an engine that nobody waits for has started
    started = json.loads((tmp_path / "engine.json").read_text())

    assert (await joined.read(COUNT), joined.embedded.ours) == ([0], True)
    assert asdict(joined.embedded.address) == started
    gc.collect()  # the driver leaves a socket open when it is cancelled while it connects: told here, not later


async def test_a_folder_left_by_a_killed_process_opens_again(opening: Opening, tmp_path: Path) -> None:
    killed = program(
        tmp_path, "await graph.shape(SHAPE)\nawait graph.write(note('a'))\nprint('up', flush=True)\nsys.stdin.read()"
    )
    assert await asyncio.to_thread(killed.stdout.readline) == "up\n"
    killed.kill()
    killed.communicate()
    assert json.loads((tmp_path / "engine.json").read_text())["pid"] == killed.pid

    opened = await opening(tmp_path)

    assert (opened.embedded.ours, await opened.read(COUNT)) == (True, [1])
    await opened.close()
    assert not (tmp_path / "engine.json").exists()


async def test_a_lost_password_is_made_anew(opening: Opening, tmp_path: Path) -> None:
    opened = await opening(tmp_path)
    await opened.close()
    (tmp_path / "password").unlink()

    opened = await opening(tmp_path)

    assert await opened.healthy()


def test_the_engine_keeps_to_its_memory_and_prints_nothing_of_a_refused_change(tmp_path: Path) -> None:
    told = program(
        tmp_path,
        """
        await graph.shape(SHAPE)
        await graph.write(note("a"))
        try:
            await graph.write(note("a"))
        except Conflict as error:
            print(error.code)
        await graph.close()
        """,
    )

    assert said(told) == "CONFLICT"
    assert "MAXRAM=256.00MB" in (tmp_path / "log" / "arcadedb.log.0").read_text()


def test_a_first_answer_comes_soon(tmp_path: Path) -> None:
    start = time.monotonic()
    told = program(tmp_path, "await graph.shape(SHAPE)\nprint(await graph.read(Statement('MATCH (n:Note) RETURN 1')))")

    assert said(told) == "[]"
    assert time.monotonic() - start < 20  # a second on a calm machine, see the bench


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_the_engine_does_not_keep_a_process_from_ending(tmp_path: Path, how: signal.Signals) -> None:
    # A shell tells what it starts in the background to ignore Ctrl-C.
    heard = partial(signal.signal, how, signal.SIG_DFL)
    running = program(tmp_path, "print('up', flush=True)\nawait asyncio.sleep(60)", preexec_fn=heard)
    assert running.stdout.readline() == "up\n"

    running.send_signal(how)
    running.communicate(timeout=10)

    assert running.returncode in (-how, 128 + how, 1)


def test_importing_the_package_does_not_load_the_engine() -> None:
    text = "import sys, graph; sys.exit('arcadedb' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", text], check=False).returncode == 0


def test_where_the_engine_is_not_made_for_the_system_a_server_is_asked_for(tmp_path: Path) -> None:
    text = f"""
import asyncio, sys
sys.modules["arcadedb"] = None
from graph import Unreachable, open_graph
try:
    asyncio.run(open_graph("embedded:{tmp_path}"))
except Unreachable as error:
    print(error)
"""

    told = subprocess.run([sys.executable, "-c", text], check=True, capture_output=True, text=True)

    assert "give the address of a Neo4j server such as neo4j://localhost:7687" in told.stdout


async def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(Unreachable, match="cannot hold the graph"):
        await open_graph(f"embedded:{tmp_path}/file")


async def test_a_process_that_holds_the_folder_but_never_answers_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("graph.embedded._PATIENCE", 0.3)

    with FileLock(tmp_path / "engine.lock", is_singleton=False), pytest.raises(Unreachable, match="does not answer"):
        await open_graph(f"embedded:{tmp_path}")


async def test_the_engine_itself_stops_what_takes_too_long(tmp_path: Path) -> None:
    graph = await open_graph(f"embedded:{tmp_path}", statement_timeout=0.5)
    endless = Statement("UNWIND range(1, 1000000) AS a UNWIND range(1, 1000000) AS b WITH a + b AS c RETURN sum(c)")
    try:
        with pytest.raises(TooLong, match="stopped a statement"):
            await graph.read(endless)

        before = time.process_time()
        await asyncio.sleep(0.5)
        assert time.process_time() - before < 0.25
    finally:
        await graph.close()


def test_the_example_of_the_readme_prints_what_it_says(tmp_path: Path) -> None:
    words = Path("graph/README.md").read_text()
    [program_text] = re.findall(r"```python\n(.*?)```", words, re.DOTALL)[:1]
    [printed] = re.findall(r"```text\n(.*?)```", words, re.DOTALL)[:1]
    (tmp_path / "town").mkdir()

    told = subprocess.run(
        [sys.executable, "-c", program_text],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.getcwd()},
        capture_output=True,
        text=True,
        check=True,
    )

    assert told.stdout == printed
