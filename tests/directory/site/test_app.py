"""The web application on a real embedded graph: pages, health, metrics, logs, GraphQL."""

import hashlib
import json
import logging
import re
from collections.abc import AsyncIterator, Iterator
from html.parser import HTMLParser

import httpx
import pytest

from directory.actor import Actor
from directory.grants import add_user
from directory.settings import Settings
from directory.site.app import HERE, SAFE, Site
from directory.site.logs import JsonLines, log_request
from directory.tokens import create_token, revoke_token
from schema.answering import Report

STATIC = HERE / "static" / "graphiql"
BUNDLE = (STATIC / "graphiql.min.js").read_bytes()


@pytest.fixture
async def browser(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=site), base_url="http://test") as asking:
        yield asking


async def test_graphql_is_answered_by_the_schema_of_the_directory(browser: httpx.AsyncClient) -> None:
    answer = await browser.post("/graphql", json={"query": "{cites {totalCount}}"})

    assert answer.json() == {"data": {"cites": {"totalCount": 0}}, "extensions": {"cost": 21}}


async def test_a_token_says_who_asks_until_it_is_revoked(site: Site, browser: httpx.AsyncClient) -> None:
    assert site.running is not None
    operator = site.running.directory.desk(Actor("operator", "Operator", site_admin=True))
    await add_user(operator, "Ada", id="ada")
    issued = await create_token(operator, "a test", user="ada")

    async def ask() -> httpx.Response:
        headers = {"authorization": f"Bearer {issued.text}"}
        return await browser.post("/graphql", json={"query": "{viewer {name}}"}, headers=headers)

    known = await ask()
    await revoke_token(operator, issued.token.id)
    revoked = await ask()

    assert known.json()["data"] == {"viewer": {"name": "Ada"}}
    assert revoked.status_code == 401


async def test_a_wrong_token_is_401(browser: httpx.AsyncClient) -> None:
    answer = await browser.post("/graphql", json={"query": "{__typename}"}, headers={"authorization": "Bearer x"})

    assert answer.status_code == 401


async def test_health_and_readiness_are_told(browser: httpx.AsyncClient) -> None:
    health, ready = await browser.get("/healthz"), await browser.get("/readyz")

    assert (health.status_code, health.text) == (200, "ok\n")
    assert (ready.status_code, ready.text) == (200, "ready\n")


async def test_without_an_open_directory_nothing_is_ready() -> None:
    closed = Site(Settings())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=closed), base_url="http://test") as asking:
        health, ready = await asking.get("/healthz"), await asking.get("/readyz")

    assert (health.status_code, ready.status_code) == (200, 503)


async def test_prometheus_reads_requests_durations_costs_and_round_trips(browser: httpx.AsyncClient) -> None:
    await browser.post("/graphql", json={"query": "{cites {totalCount}}"})
    await browser.post("/graphql", json={"query": "{nope}"})

    answer = await browser.get("/metrics")

    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    figures = dict(re.findall(r"^(directory_[^ ]+) ([0-9.e+]+)$", answer.text, re.M))
    assert float(figures['directory_requests_total{kind="query",status="200",transport="http"}']) >= 1
    assert float(figures['directory_errors_total{code="GRAPHQL_VALIDATION_FAILED"}']) >= 1
    assert float(figures["directory_cost_total"]) >= 21
    assert float(figures["directory_round_trips_total"]) >= 1
    assert "directory_fallbacks_total" in figures
    assert float(figures['directory_request_seconds_count{kind="query",transport="http"}']) >= 1


def test_the_log_is_json_without_variables() -> None:
    report = Report("r-1", "http", 200, "u-1", "Front", "query", "abc", 12, 0.0123456789, 1, 0, ())
    handler = Lines()
    logger = logging.getLogger("directory.requests")
    logger.addHandler(handler)
    logger.setLevel("INFO")

    log_request(report)

    logger.removeHandler(handler)
    (line,) = handler.lines
    assert {name: line[name] for name in ("level", "logger", "message")} == {
        "level": "info",
        "logger": "directory.requests",
        "message": "query 200",
    }
    assert {name: line[name] for name in line if name not in ("time", "level", "logger", "message")} == {
        "request_id": "r-1",
        "transport": "http",
        "status": 200,
        "actor": "u-1",
        "operation": "Front",
        "kind": "query",
        "document": "abc",
        "cost": 12,
        "seconds": 0.012346,
        "round_trips": 1,
        "fallbacks": 0,
    }


class Lines(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.lines: list[dict[str, object]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(json.loads(JsonLines().format(record)))


class Tags(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def addresses(self) -> Iterator[str]:
        for _, attributes in self.found:
            yield from (str(attributes[name]) for name in ("src", "href") if attributes.get(name))


@pytest.mark.parametrize("path", ["/", "/graphiql"])
async def test_a_page_asks_nothing_of_another_site(browser: httpx.AsyncClient, path: str) -> None:
    answer = await browser.get(path)

    assert answer.status_code == 200
    for address in Tags(answer.text).addresses():
        assert address.startswith(("/", "#", "data:"))
        if address.startswith("/"):
            assert address == "/graphql" or (await browser.get(address)).status_code == 200
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self';")
    assert "http" not in policy
    assert "unsafe-eval" not in policy
    assert not re.search(r"<script(?![^>]*src=)|\son\w+=", answer.text)


async def test_the_front_page_speaks_english_and_french_and_can_be_walked_by_headings(
    browser: httpx.AsyncClient,
) -> None:
    tags = Tags((await browser.get("/")).text)

    assert [attributes["lang"] for tag, attributes in tags.found if tag == "section"] == ["en", "fr"]
    assert [tag for tag, _ in tags.found if re.fullmatch(r"h\d", tag)] == ["h1", "h2", "h2"]
    assert {"header", "main", "nav", "title"} <= {tag for tag, _ in tags.found}


def test_graphiql_is_as_npm_published_it() -> None:
    listed = dict(reversed(line.split()) for line in (STATIC / "ORIGIN.txt").read_text().splitlines()[-4:])

    assert {name: hashlib.sha256((STATIC / name).read_bytes()).hexdigest() for name in listed} == listed
    assert len(listed) == 4
    assert sum(path.stat().st_size for path in STATIC.iterdir()) < 2_000_000


async def test_static_files_are_compressed_and_kept_by_browsers(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/static/graphiql/graphiql.min.js", headers={"accept-encoding": "gzip"})

    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["cache-control"] == "public, max-age=3600"
    assert answer.content == BUNDLE


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 200),
        ("GET", "/static/home.css", 200),
        ("GET", "/graphiql/examples.json", 200),
        ("GET", "/healthz", 200),
        ("GET", "/readyz", 200),
        ("GET", "/metrics", 200),
        ("GET", "/graphiql/", 307),
        ("GET", "/nowhere", 404),
        ("GET", "/static/nowhere", 404),
        ("POST", "/", 405),
    ],
)
async def test_browsers_are_told_to_be_careful_with_every_answer(
    browser: httpx.AsyncClient, method: str, path: str, status: int
) -> None:
    answer = await browser.request(method, path)

    assert answer.status_code == status
    assert {name: answer.headers.get_list(name) for name in SAFE} == {name: [value] for name, value in SAFE.items()}


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
async def test_what_is_true_for_the_moment_is_kept_by_nobody(browser: httpx.AsyncClient, path: str) -> None:
    assert (await browser.get(path)).headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["/nowhere", "/static/../app.py", "/graphql/x"])
async def test_what_is_not_there_is_404(browser: httpx.AsyncClient, path: str) -> None:
    assert (await browser.get(path)).status_code == 404
