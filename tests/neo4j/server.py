"""A real Neo4j server for tests and benches: fetched by Maven, started as a child, gone when we are.

It reads its standard input and ends when that closes, so it outlives nobody, however its parent dies.
"""

import os
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from filelock import FileLock
from neo4j import GraphDatabase
from neo4j.exceptions import ServiceUnavailable

HERE = Path(__file__).resolve().parent
VERSION = os.environ.get("NEO4J_VERSION") or "5.26.30"
LIBRARIES = HERE / "lib" / VERSION
SOURCE = HERE / "Neo4jServer.java"
PROGRAM = LIBRARIES / "program"
JAR, ARCHIVE = PROGRAM / "program.jar", PROGRAM / "classes.jsa"
JAVA_OPTIONS = ("-Xms512m", "-Xmx1g", "-XX:+UseSerialGC", "-XX:+IgnoreUnrecognizedVMOptions")
# Keeps its plans, though each test fills the graph otherwise, because planning is most of what it does. For tests, not
# for benches.
KEEPING = ("-Dreplan=PT1H",)
# For a run of minutes, only what is met more often than usual is compiled well: that took two fifths of the processor.
PATIENTLY = (
    "-XX:Tier4InvocationThreshold=30000",
    "-XX:Tier4MinInvocationThreshold=4000",
    "-XX:Tier4CompileThreshold=90000",
    "-XX:Tier4BackEdgeThreshold=240000",
    *KEEPING,
)
# Starts with less effort, and plans at twice the cost once warm: for a server that does not live long.
QUICKLY = ("-XX:TieredStopAtLevel=1", *KEEPING)
START_LIMIT = 120.0  # seconds; 3 to 5 on a calm machine
# Before the classes are archived: what most servers are asked, so that the planner's are among them.
PRACTICE = (
    "CREATE CONSTRAINT a IF NOT EXISTS FOR (n:A) REQUIRE n.id IS UNIQUE",
    "CREATE INDEX b IF NOT EXISTS FOR (n:A) ON (n.name, n.id)",
    "UNWIND [{id: '1', name: 'a'}, {id: '2', name: 'b'}] AS row CREATE (n:A) SET n = row",
    "MATCH (a:A {id: '1'}), (b:A {id: '2'}) MERGE (a)-[r:KNOWS]->(b) SET r.since = 2020",
    """MATCH (a:A) WHERE a.name >= 'a' AND CASE WHEN a.name IS NULL THEN true ELSE a.id IN ['1'] END
    CALL (a) { MATCH (a)-[r:KNOWS]->(b:A) WHERE r.since < 2030 OR NOT EXISTS { (b)-[:KNOWS]->() }
    RETURN collect([b.id, b.name, r.since]) AS below } RETURN a.id, below ORDER BY a.name, a.id LIMIT 10""",
)
ELSEWHERE = os.environ.get("DIRECTORY_TEST_NEO4J", "")


@dataclass(frozen=True, slots=True)
class Running:
    """A server that answers. `process` is None for one that somebody else started."""

    url: str
    user: str
    password: str
    folder: Path | None = None
    process: subprocess.Popen[bytes] | None = None

    @property
    def port(self) -> int:
        """Where it listens."""
        return urlsplit(self.url).port or 7687

    def kill(self) -> None:
        """End it at once, as a power cut would; its folder stays."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            if self.process.stdin is not None:
                self.process.stdin.close()

    def forget(self) -> None:
        """End it and take its folder away."""
        self.kill()
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)


def lacking() -> str:
    """Why no server can be had here, with the way out, in one sentence; empty when one can."""
    fetched = ELSEWHERE or (LIBRARIES / "fetched").exists()
    needed = [] if ELSEWHERE else [("Java 17", "javac")]  # a JDK: it compiles
    needed += [] if fetched else [("Maven", "mvn")]
    missing = [name for name, tool in needed if not shutil.which(tool)]
    if not missing:
        return ""
    return (
        f"{' and '.join(missing)} not found, so nothing is tried on a real Neo4j: install openjdk-17-jdk-headless and "
        "maven, or name a server that may be wiped (DIRECTORY_TEST_NEO4J=bolt://user:password@host:7687)."
    )


def server() -> Running:
    """The server of this run: the one that DIRECTORY_TEST_NEO4J names, or a new one."""
    if not ELSEWHERE:
        return start(new_folder(), options=PATIENTLY)
    parts = urlsplit(ELSEWHERE)
    url = f"{parts.scheme}://{parts.hostname}:{parts.port or 7687}"
    return Running(url, parts.username or "neo4j", parts.password or "")


def start(folder: Path, password: str = "", port: int = 0, options: tuple[str, ...] = QUICKLY) -> Running:
    """A server that keeps its data in the folder. Give the password of a folder that has been used before."""
    fetch()
    archived = (f"-XX:SharedArchiveFile={ARCHIVE}", *options)
    return _started(folder, password, port or _free_port(), archived)


def _started(folder: Path, password: str, port: int, options: tuple[str, ...]) -> Running:
    secret = password or secrets.token_urlsafe(16)
    running = Running(f"bolt://127.0.0.1:{port}", "neo4j", secret, folder, _launch(folder, port, options))
    try:
        if not password:
            _patiently(running, "neo4j", _set_password)
        _patiently(running, secret, lambda driver, _: driver.verify_connectivity())
    except BaseException:
        running.kill()
        raise
    return running


def fetch() -> None:
    """Fetch the server's libraries (123 MB) and compile the program that starts it, unless they are here."""
    LIBRARIES.mkdir(parents=True, exist_ok=True)
    with FileLock(LIBRARIES / "lock"):
        if not (LIBRARIES / "fetched").exists():
            goal = ["dependency:copy-dependencies", f"-DoutputDirectory={LIBRARIES}", "-DincludeScope=runtime"]
            subprocess.run(["mvn", "-q", "-B", f"-Dneo4j.version={VERSION}", *goal], cwd=HERE, check=True)
            (LIBRARIES / "fetched").touch()
        if not JAR.exists() or JAR.stat().st_mtime < SOURCE.stat().st_mtime:
            _compile()
            _archive()


def _compile() -> None:
    """The program as a jar: classes in a folder could not be archived."""
    shutil.rmtree(PROGRAM, ignore_errors=True)
    classes = str(PROGRAM / "classes")
    subprocess.run(["javac", "--release", "17", "-cp", f"{LIBRARIES}/*", "-d", classes, str(SOURCE)], check=True)
    subprocess.run(["jar", "--create", "--file", str(JAR), "-C", classes, "."], check=True)


def _archive() -> None:
    """The classes that a server loads, ready to be mapped, made by one that ends: others then start in half the time.

    A Java that cannot make it, or cannot use it, goes without.
    """
    folder = new_folder()
    running = _started(folder, "", _free_port(), (*QUICKLY, f"-XX:ArchiveClassesAtExit={ARCHIVE}"))
    with GraphDatabase.driver(running.url, auth=(running.user, running.password)) as driver:
        for text in PRACTICE:
            driver.execute_query(text)
    assert running.process is not None
    running.process.communicate()
    running.forget()


def new_folder() -> Path:
    """A folder of its own for the data of one run. Those that killed runs left behind go after a day."""
    (HERE / "run").mkdir(exist_ok=True)
    for old in (HERE / "run").iterdir():
        if old.stat().st_mtime < time.time() - 86_400:
            shutil.rmtree(old, ignore_errors=True)
    return Path(tempfile.mkdtemp(dir=HERE / "run"))


def _launch(folder: Path, port: int, options: tuple[str, ...]) -> "subprocess.Popen[bytes]":
    folder.mkdir(parents=True, exist_ok=True)
    jars = ":".join(map(str, [JAR, *sorted(LIBRARIES.glob("*.jar"))]))
    command = ["java", *JAVA_OPTIONS, *options, "-cp", jars, "Neo4jServer", str(folder), str(port)]
    with open(folder / "server.log", "ab") as log:
        return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=log, stderr=log)


def _patiently(running: Running, password: str, act) -> None:
    """Act once the server answers. A wrong password is never tried twice: it would lock the user for a while."""
    deadline = time.monotonic() + START_LIMIT
    while True:
        try:
            with socket.create_connection(("127.0.0.1", running.port), timeout=1):
                pass  # the driver would wait longer and longer between its own tries
            with GraphDatabase.driver(
                running.url, auth=(running.user, password), max_transaction_retry_time=0
            ) as driver:
                return act(driver, running)
        except (OSError, ServiceUnavailable):
            ended = running.process is not None and running.process.poll() is not None
            if ended or time.monotonic() > deadline:
                raise RuntimeError(f"Neo4j did not start: see {running.folder}/server.log") from None
            time.sleep(0.1)


def _set_password(driver, running: Running) -> None:
    text = "ALTER CURRENT USER SET PASSWORD FROM 'neo4j' TO $new"
    driver.execute_query(text, new=running.password, database_="system")


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


if __name__ == "__main__":
    fetch()
