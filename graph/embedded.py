"""Starts ArcadeDB inside this process, or finds the process that already runs it in the same folder.

The folder holds a lock (who runs the engine), a password and an address (only we can read them), and the engine's log.
"""

import importlib
import json
import os
import secrets
import shutil
import socket
import time
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from filelock import FileLock, Timeout

from graph.errors import Conflict, GraphError, Unreachable

DATABASE = "app"
USER = "root"
_ADDRESS = "engine.json"
_LOADING = "loading"  # stands in the folder while a load runs that is worth nothing before it ends
_ENDING = (401, 403, 503)  # what an engine says that forgets its users, since it is being stopped
_PATIENCE = 20.0  # seconds for another process to have its engine started


@dataclass(frozen=True, slots=True)
class Address:
    """Where the engine of a folder listens, on loopback, and in which process."""

    pid: int
    bolt: int
    http: int


class Embedded:
    """The engine of a folder, running in this process or in another one."""

    def __init__(self, folder: Path, address: Address, password: str, stop: Callable[[], None], database: Any) -> None:
        self.folder = folder
        self.address = address
        self.password = password
        self.database = database  # the engine's own handle; None when the engine runs in another process
        self._stop = stop

    @property
    def url(self) -> str:
        """Where a driver reaches it."""
        return f"bolt://127.0.0.1:{self.address.bolt}"

    @property
    def ours(self) -> bool:
        """Whether the engine runs in this process, by this opening of the folder."""
        return self.database is not None

    def sql(self, text: str, language: str = "sql") -> list[dict[str, Any]]:
        """The rows of one statement in the engine's own SQL, which alone can declare types and full-text indexes.

        The language "sqlscript" takes several, each ended by a semicolon.
        """
        if self.database is None:
            return _sql_elsewhere(self.address, self.password, text, language)
        with self.refusals():
            result = self.database.command(language, text)
            return [] if result is None else [row.to_dict() for row in result]

    @contextmanager
    def refusals(self) -> Iterator[None]:
        """A block in which what the engine refuses, called in this process, is a Conflict or another GraphError."""
        engine = _engine()
        try:
            yield
        except engine.ArcadeDBError as error:
            said = " ".join(str(error).split())[:300]
            if "DuplicatedKey" in said:
                raise Conflict(f"A value that must be unique is taken ({said}).") from error
            raise GraphError(f"The engine refused: {said}") from error

    def begin_load(self) -> None:
        """Let nobody join, and let the graph be emptied if this process does not live to end what it loads."""
        _write_secretly(self.folder / _LOADING, "")
        (self.folder / _ADDRESS).unlink(missing_ok=True)

    def end_load(self) -> None:
        """Keep what was loaded, and let others join again."""
        (self.folder / _LOADING).unlink(missing_ok=True)
        _write_secretly(self.folder / _ADDRESS, json.dumps(asdict(self.address)))

    def stop(self) -> None:
        """End the engine if it is ours; leave the other process its own."""
        stop, self._stop = self._stop, lambda: None
        stop()


def open_folder(folder: Path, memory: str, statement_timeout: float) -> Embedded:
    """The engine of the folder: started here, or joined where it runs. Takes a third of a second; blocks meanwhile."""
    folder = folder.expanduser()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = FileLock(folder / "engine.lock", thread_local=False)
        deadline = time.monotonic() + _PATIENCE
        while True:
            try:
                lock.acquire(timeout=0)
            except Timeout:
                joined = _join(folder)
                if joined is not None:
                    return joined
                if time.monotonic() > deadline:
                    raise Unreachable(_silent(folder)) from None
                time.sleep(0.05)
            else:
                return _start(folder, lock, memory, statement_timeout)
    except OSError as error:
        raise Unreachable(f"The folder {folder} cannot hold the graph ({error}): choose another.") from error


def _join(folder: Path) -> Embedded | None:
    """The engine that another process runs in the folder; None while there is no answer where it should be."""
    try:
        address = Address(**json.loads((folder / _ADDRESS).read_text()))
        password = (folder / "password").read_text()
        with socket.create_connection(("127.0.0.1", address.bolt), timeout=1):
            return Embedded(folder, address, password, lambda: None, None)
    except (OSError, ValueError, TypeError):
        return None  # not written yet, or left by a process that was killed


def _start(folder: Path, lock: FileLock, memory: str, statement_timeout: float) -> Embedded:
    address_file = folder / _ADDRESS
    with ExitStack() as undone:
        undone.callback(lock.release)
        address_file.unlink(missing_ok=True)
        _forget_half_a_load(folder)
        password = _password(folder)
        with _told(folder, memory):
            address, server = _server(_engine(), folder, password)
        undone.callback(server.stop)
        database = server.create_database(DATABASE)
        # Given when the server is created, these two settings are silently not applied: nothing would be flushed.
        database.command("sql", "ALTER DATABASE `arcadedb.txWalFlush` 2")
        database.command("sql", f"ALTER DATABASE `arcadedb.command.timeout` {round(statement_timeout * 1000)}")
        _write_secretly(address_file, json.dumps(asdict(address)))
        undone.callback(address_file.unlink, missing_ok=True)
        return Embedded(folder, address, password, undone.pop_all().close, database)


def _forget_half_a_load(folder: Path) -> None:
    """Empty the graph if it was being loaded when its process was killed: some links may be stored at one end only."""
    if (folder / _LOADING).exists():
        shutil.rmtree(folder / "databases" / DATABASE, ignore_errors=True)
        (folder / _LOADING).unlink()


@contextmanager
def _told(folder: Path, memory: str) -> Iterator[None]:
    """A block in which the environment tells the engine what it reads once, when it is loaded and first started."""
    wanted = {
        "ARCADEDB_NATIVE_ISOLATE_ARGS": f"-Xmx{memory}",
        "ARCADEDB_LOG_DIR": str(folder.absolute() / "log"),
        "ARCADEDB_LOG_CONSOLE": "0",  # or a stack trace on stderr for each refused change
    }
    ours = {name: value for name, value in wanted.items() if name not in os.environ}
    os.environ.update(ours)
    try:
        yield
    finally:  # or the processes that we start would log into our folder
        for name in ours:
            os.environ.pop(name, None)


def _engine() -> ModuleType:
    """The engine's module. It is imported here, not above, because it must be told things first.

    Those who use a Neo4j server never load it, and some of them have a system it is not made for.
    """
    try:
        return importlib.import_module("arcadedb")
    except ImportError as error:
        raise Unreachable(
            f"The embedded graph cannot be used here ({error}): install the package arcadedb, or, on a system it is "
            "not made for (Intel macOS, Alpine), give the address of a Neo4j server such as neo4j://localhost:7687."
        ) from error


def _server(engine: ModuleType, folder: Path, password: str) -> tuple[Address, Any]:
    """A started server, and where it listens: on loopback, on two ports that were free a moment ago."""
    bolt, http = _free_ports()
    settings = {
        "server_plugins": "Bolt:com.arcadedb.bolt.BoltProtocolPlugin",
        "host": "127.0.0.1",
        "bolt_host": "127.0.0.1",
        "bolt_port": bolt,
        "http_port": http,
    }
    server = engine.create_server(str(folder.absolute()), root_password=password, config=settings)
    try:
        server.start()
    except engine.ArcadeDBError as error:
        raise Unreachable(
            f"The embedded graph in {folder} does not start ({error}): see {folder / 'log'} for the engine's own words."
        ) from error
    return Address(os.getpid(), bolt, http), server


def _free_ports() -> tuple[int, int]:
    with socket.socket() as first, socket.socket() as second:
        first.bind(("127.0.0.1", 0))
        second.bind(("127.0.0.1", 0))
        return first.getsockname()[1], second.getsockname()[1]


def _password(folder: Path) -> str:
    """The password of the folder's engine, made the first time."""
    file = folder / "password"
    if file.exists() and (known := file.read_text()):
        return known
    # The engine keeps the first password it was ever given, so it must forget the one that we lost.
    (folder / "config" / "server-users.jsonl").unlink(missing_ok=True)
    made = secrets.token_urlsafe(32)
    _write_secretly(file, made)
    return made


def _write_secretly(file: Path, text: str) -> None:
    """Write a file that only we can read, whole or not at all."""
    draft = file.with_name(f"{file.name}.new")
    draft.unlink(missing_ok=True)
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as target:
        target.write(text)
        target.flush()
        os.fsync(target.fileno())
    draft.replace(file)


def _sql_elsewhere(address: Address, password: str, text: str, language: str) -> list[dict[str, Any]]:
    """The rows of a statement that another process runs for us, by the engine's HTTP door on loopback."""
    key = b64encode(f"{USER}:{password}".encode()).decode()
    request = urllib.request.Request(
        f"http://127.0.0.1:{address.http}/api/v1/command/{DATABASE}",
        data=json.dumps({"language": language, "command": text}).encode(),
        headers={"Authorization": f"Basic {key}", "Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            rows: list[dict[str, Any]] = json.load(answer)["result"]
            return rows
    except urllib.error.HTTPError as error:
        if error.code in _ENDING:
            raise Unreachable(f"Process {address.pid} ends, which ran the embedded graph: try again.") from error
        raise GraphError(f"The engine refused {text!r}: {error.read().decode(errors='replace')[:500]}") from error
    except OSError as error:
        raise Unreachable(f"Process {address.pid}, which runs the embedded graph, does not answer: {error}.") from error


def _silent(folder: Path) -> str:
    return (
        f"Another process has the graph in {folder} open but does not answer: wait until it has started, or end it "
        f"({folder / _ADDRESS} names it)."
    )
