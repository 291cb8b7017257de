"""The whole product as people run it: web processes of their own, over a graph, with the token of a site admin."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

START_LIMIT = 120.0  # seconds, on a machine with much else to do
ROOMY = {
    "DIRECTORY_LIMIT_COST_PER_MINUTE": "1000000000",
    "DIRECTORY_LIMIT_COST_PER_MINUTE_ANONYMOUS": "1000000000",
    "DIRECTORY_EMBEDDED_MEMORY": "512m",
}
"""Tests ask faster than people."""


@dataclass(frozen=True)
class Web:
    """A web process that answers: where, and where its log is."""

    address: str
    process: "subprocess.Popen[bytes]"
    log: Path
    settings: Mapping[str, str]

    @property
    def graphql(self) -> str:
        return f"{self.address}/graphql"

    def token(self) -> str:
        """A new token of a site admin, made by the command line while the web process runs."""
        words = ("token", "create", "tests", "--user", f"admin-{time.monotonic_ns()}", "--new-user", "Admin")
        made = subprocess.run(
            [sys.executable, "-m", "directory", *words, "--site-admin"],
            env={**os.environ, **self.settings}, capture_output=True, text=True, timeout=START_LIMIT, check=True,
        )  # fmt: skip
        return made.stdout.strip()

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        self.process.kill()
        self.process.wait()


@contextmanager
def running(folder: Path, settings: Mapping[str, str], command: str = "demo") -> Iterator[Web]:
    """`directory demo` or `directory serve` with these settings; its log is in the folder. Killed at the end."""
    web = launched(folder, settings, command)
    try:
        wait_until_ready(web)
        yield web
    finally:
        web.kill()


def launched(folder: Path, settings: Mapping[str, str], command: str = "serve") -> Web:
    """A web process that starts."""
    port = free_port()
    given = {**ROOMY, **settings}
    log = folder / f"{command}-{port}.log"
    with open(log, "ab") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "directory", command, "--port", str(port)],
            env={**os.environ, **given}, stdin=subprocess.DEVNULL, stdout=said, stderr=said,
        )  # fmt: skip
    return Web(f"http://127.0.0.1:{port}", process, log, given)


def wait_until_ready(web: Web) -> None:
    """Nothing, once it answers from its graph."""
    deadline = time.monotonic() + START_LIMIT
    while time.monotonic() < deadline and web.process.poll() is None:
        try:
            if httpx.get(f"{web.address}/readyz", timeout=3).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise TimeoutError(f"{web.address} does not answer: {web.log.read_text()[-2000:]}")


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
