"""The Neo4j of the tests outlives nobody, and says in one sentence what it lacks."""

import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.neo4j import server

RUN = """
import sys
import time
from pathlib import Path
from tests.neo4j.server import start
print(start(Path(sys.argv[1])).port, flush=True)
time.sleep(600)
"""


@pytest.mark.neo4j
@pytest.mark.slow
def test_no_server_outlives_a_run_that_is_killed(neo4j_possible: None, tmp_path: Path) -> None:
    run = subprocess.Popen([sys.executable, "-c", RUN, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    port = int(run.stdout.readline())
    assert listens(port)

    run.kill()
    run.communicate()

    deadline = time.monotonic() + 15
    while listens(port) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not listens(port)


def listens(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False


def test_a_missing_java_is_said_with_both_ways_out(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    monkeypatch.setattr(server, "ELSEWHERE", "")
    monkeypatch.setattr(server, "LIBRARIES", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))

    assert server.lacking() == (
        "Java 17 and Maven not found, so nothing is tried on a real Neo4j: install openjdk-17-jdk-headless and maven, "
        "or name a server that may be wiped (DIRECTORY_TEST_NEO4J=bolt://user:password@host:7687)."
    )


def test_with_a_server_elsewhere_nothing_is_lacking(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    monkeypatch.setattr(server, "ELSEWHERE", "bolt://neo4j:secret@example.org:7777")
    monkeypatch.setenv("PATH", str(tmp_path))

    assert server.lacking() == ""
    assert server.server() == server.Running("bolt://example.org:7777", "neo4j", "secret")
