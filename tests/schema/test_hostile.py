"""Random and hostile requests: never an error of the server, and others are served meanwhile."""

import asyncio
import json
import time
from typing import Any

import httpx
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.types import Message, Scope

from schema.http import Endpoint
from schema.negotiation import JSON, RESPONSE
from tests.schema.served import both, served
from tests.schema.small import World, small_service
from tests.schema.test_limits import HOSTILE

ENDPOINT = Endpoint(small_service(World()))


async def raw(method: str, headers: list[tuple[bytes, bytes]], query: bytes, body: bytes) -> tuple[int, Any]:
    """The status and the JSON that an ASGI server would send; what no client library would let pass comes too."""
    scope: Scope = {"type": "http", "method": method, "path": "/", "query_string": query, "headers": headers}
    sent: list[Message] = []
    bodies = [{"type": "http.request", "body": body}]

    async def receive() -> Message:
        if bodies:
            return bodies.pop()
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: Message) -> None:
        sent.append(message)

    await asyncio.wait_for(ENDPOINT(scope, receive, send), 5)
    text = b"".join(each.get("body", b"") for each in sent[1:])
    encoded = dict(sent[0]["headers"]).get(b"content-encoding")
    return sent[0]["status"], text if encoded or not text else orjson.loads(text)


def ask(method: str, headers: list[tuple[bytes, bytes]], query: bytes = b"", body: bytes = b"") -> tuple[int, Any]:
    return asyncio.run(raw(method, headers, query, body))


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(), lambda inner: st.lists(inner), max_leaves=5
)
TEXTS = st.text("{}()[]!$:@.#\"'\\ \n,=|&ab0123456789\u00e9\ud800querymutationsubscriptionfragmenton", max_size=60)
ASKS = st.dictionaries(
    st.sampled_from(["query", "variables", "operationName", "extensions", "documentId", "x"]),
    VALUES | TEXTS | st.dictionaries(st.text(max_size=3), VALUES, max_size=3),
    max_size=5,
)
BODIES = st.binary(max_size=200) | st.text(max_size=100).map(lambda text: text.encode(errors="surrogatepass"))
JSON_BODIES = ASKS.map(lambda value: json.dumps(value).encode(errors="surrogatepass"))
LONG = b"9" * 5000
HEADERS = st.lists(
    st.tuples(
        st.sampled_from(
            b"accept accept-encoding accept-language authorization content-length content-encoding content-type "
            b"if-none-match origin sec-fetch-site x-request-id x".split()
        ),
        st.binary(max_size=40)
        | st.sampled_from([b"*", b"*/*;q=", b";;,,==", b"br;q=1e9", b"Bearer ", b"-1", b"9" * 5000]),
    ),
    max_size=4,
)


def is_clean(status: int, content: Any, statuses: tuple[int, ...] = (200, 400)) -> bool:
    return status in statuses and (status == 200 or set(content) == {"errors"})


@settings(max_examples=300, deadline=None)
@given(BODIES | JSON_BODIES)
def test_whatever_the_body_is_the_answer_is_clean(body: bytes) -> None:
    headers = [(b"content-type", JSON.encode()), (b"accept", RESPONSE.encode())]

    status, content = ask("POST", headers, body=body)

    assert is_clean(status, content)


@settings(max_examples=300, deadline=None)
@given(HEADERS, st.sampled_from(["GET", "POST", "HEAD", "OPTIONS", "PUT"]))
def test_whatever_the_headers_are_the_server_does_not_fail(headers: list[tuple[bytes, bytes]], method: str) -> None:
    status, _ = ask(method, headers, b"query=%7Bhello%7D", b'{"query": "{hello}"}')

    assert status < 500


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=80) | TEXTS.map(lambda text: b"query=" + text.encode(errors="surrogatepass")))
def test_whatever_the_url_is_the_answer_is_clean(query: bytes) -> None:
    status, content = ask("GET", [(b"accept", RESPONSE.encode())], query)

    assert is_clean(status, content, (200, 400, 405))


@settings(max_examples=200, deadline=None)
@given(VALUES | st.dictionaries(st.text(max_size=3), VALUES, max_size=3))
def test_whatever_a_variable_is_the_answer_is_clean(value: Any) -> None:
    query = "query($a: String, $b: Float! = 1) {hello(name: $a) ratio(value: $b) rows(first: 1) {name}}"
    body = json.dumps({"query": query, "variables": {"a": value, "b": value}}).encode()

    status, content = ask("POST", [(b"content-type", JSON.encode()), (b"accept", RESPONSE.encode())], body=body)

    assert is_clean(status, content)


@pytest.mark.parametrize("name", ["bomb", "same field flood", "unknown fields", "brackets"])
async def test_others_are_served_while_a_hostile_client_sends_as_fast_as_it_can(name: str) -> None:
    async with served(both(World())) as address, httpx.AsyncClient(base_url=f"http://{address}") as http:

        async def attack() -> None:
            number = 0
            while True:
                number += 1
                await http.post("/", json={"query": f"# {number}\n{HOSTILE[name]}"})

        attackers = [asyncio.create_task(attack()) for _ in range(4)]
        waits = []
        for _ in range(5):
            started = time.monotonic()
            answer = await http.post("/", json={"query": "{hello}"})
            waits.append(time.monotonic() - started)
            assert answer.json()["data"] == {"hello": "hello you"}
        for each in attackers:
            each.cancel()
        await asyncio.gather(*attackers, return_exceptions=True)

    assert sorted(waits)[2] < 0.5
