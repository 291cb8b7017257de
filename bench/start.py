"""From starting the program to its first answer, on the embedded graph with the network's data in it."""

import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

QUESTION = json.dumps({"query": "{ cites(first: 3) { nodes { title } } }"}).encode()


async def run(engines: Sequence[str], organisations: int, rounds: int) -> None:
    """Print the median of a few starts; the very first one, which also makes and loads the graph, apart."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        first = _seconds_to_answer(Path(folder) / "graph")
        later = [_seconds_to_answer(Path(folder) / "graph") for _ in range(5)]
    table = Table("start of the embedded graph", "seconds", title="Start to first answer", title_justify="left")
    table.add_row("first ever: declared, loaded, served", f"{first:.2f}")
    table.add_row("every later one (median of 5)", f"{statistics.median(later):.2f}")
    Console().print(table)


def _seconds_to_answer(folder: Path) -> float:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    ours = {"DIRECTORY_GRAPH": f"embedded:{folder}", "DIRECTORY_PORT": str(port)}
    # Modules are kept compiled, as on the machines of people, whatever the one that measures is told.
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    begin = time.perf_counter()
    command = [sys.executable, "-m", "directory", "demo"]
    with subprocess.Popen(
        command, env={**kept, **ours}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            while not _answered(port):
                time.sleep(0.02)
            return time.perf_counter() - begin
        finally:
            process.terminate()


def _answered(port: int) -> bool:
    request = urllib.request.Request(f"http://127.0.0.1:{port}/graphql", QUESTION, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return b"title" in answer.read()
    except OSError:
        return False
