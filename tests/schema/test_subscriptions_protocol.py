"""graphql-transport-ws and graphql-sse as clients see them, with each limit at the limit and one past it."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Subprotocol

from directory.actor import Actor
from schema import callers
from schema.sockets import PROTOCOL
from tests.schema.served import both, served
from tests.schema.small import GOOD, World, client

INIT = {"type": "connection_init"}
ACK = {"type": "connection_ack"}
STREAM = {"accept": "text/event-stream"}


class Talk:
    """A socket on which messages are JSON."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    async def say(self, message: Any) -> None:
        await self.connection.send(message if isinstance(message, str | bytes) else json.dumps(message))

    async def hear(self) -> Any:
        return json.loads(await asyncio.wait_for(self.connection.recv(), 5))

    async def greet(self, **payload: Any) -> None:
        await self.say({**INIT, "payload": payload} if payload else INIT)
        assert await self.hear() == ACK

    async def subscribe(self, name: str, query: str, **more: Any) -> None:
        await self.say({"id": name, "type": "subscribe", "payload": {"query": query, **more}})

    async def closed(self) -> tuple[int, str]:
        await asyncio.wait_for(self.connection.wait_closed(), 5)
        return self.connection.close_code or 0, self.connection.close_reason or ""


@asynccontextmanager
async def talking(address: str, protocol: str = PROTOCOL, **options: Any) -> AsyncIterator[Talk]:
    async with connect(f"ws://{address}/", subprotocols=[Subprotocol(protocol)], **options) as connection:
        yield Talk(connection)


@asynccontextmanager
async def one_socket(
    world: World | None = None, limits: dict[str, Any] | None = None, **settings: Any
) -> AsyncIterator[Talk]:
    async with served(both(world or World(), limits, **settings)) as address, talking(address) as talk:
        yield talk


async def eventually(true: Any) -> None:
    for _ in range(500):
        if true():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not come true within five seconds")


async def test_a_subscription_sends_its_events_then_completes() -> None:
    async with one_socket() as talk:
        await talk.greet()
        await talk.subscribe("s", "subscription($to: Int!) {count(to: $to)}", variables={"to": 2})
        heard = [await talk.hear() for _ in range(3)]

    assert [each["type"] for each in heard] == ["next", "next", "complete"]
    assert [each["payload"]["data"] for each in heard[:2]] == [{"count": 0}, {"count": 1}]
    assert heard[0]["payload"]["extensions"] == {"cost": 1}


async def test_queries_and_mutations_may_use_the_socket_too() -> None:
    world = World()
    async with one_socket(world) as talk:
        await talk.greet()
        await talk.subscribe("q", "{hello}")
        query = [await talk.hear(), await talk.hear()]
        await talk.subscribe("m", "mutation {add(number: 5)}")
        mutation = [await talk.hear(), await talk.hear()]

    assert [each["type"] for each in (*query, *mutation)] == ["next", "complete"] * 2
    assert world.sum == 5
    assert [each.transport for each in world.reports] == ["websocket"] * 2


async def test_a_ping_is_answered_even_before_the_greeting() -> None:
    async with one_socket() as talk:
        await talk.say({"type": "ping"})
        assert await talk.hear() == {"type": "pong"}
        await talk.greet()
        await talk.say({"type": "ping", "payload": {"a": 1}})
        assert await talk.hear() == {"type": "pong"}


async def test_completing_stops_the_source_and_frees_the_id() -> None:
    world = World()
    async with one_socket(world) as talk:
        await talk.greet()
        await talk.subscribe("s", "subscription {count(to: 1000, every: 0.01)}")
        await talk.hear()
        assert world.listening == 1
        await talk.say({"id": "s", "type": "complete"})
        await eventually(lambda: world.listening == 0)
        await talk.subscribe("s", "subscription {count(to: 0)}")
        while (last := await talk.hear())["type"] == "next":
            pass

    assert last == {"id": "s", "type": "complete"}


async def test_a_client_that_leaves_stops_its_sources() -> None:
    world = World()
    async with served(both(world)) as address:
        async with talking(address) as talk:
            await talk.greet()
            for name in ("a", "b"):
                await talk.subscribe(name, "subscription {count(to: 1000, every: 0.01)}")
            await eventually(lambda: world.listening == 2)
        await eventually(lambda: world.listening == 0)


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("{nope}", "GRAPHQL_VALIDATION_FAILED"),
        ("{rows(first: 10000) {name}}", "OPERATION_TOO_COMPLEX"),
        ("subscription {unheard}", "BAD_USER_INPUT"),
        ("{away}", "UNAVAILABLE"),
    ],
)
async def test_an_operation_that_is_refused_is_an_error_and_the_socket_stays(query: str, code: str) -> None:
    async with one_socket() as talk:
        await talk.greet()
        await talk.subscribe("s", query)
        error = await talk.hear()
        if error["type"] == "next":
            (found,) = error["payload"]["errors"]
        else:
            assert error["type"] == "error"
            (found,) = error["payload"]
        assert found["extensions"]["code"] == code
        await talk.say({"type": "ping"})
        while await talk.hear() != {"type": "pong"}:
            pass


async def test_a_source_that_breaks_ends_in_a_masked_error() -> None:
    async with one_socket() as talk:
        await talk.greet()
        await talk.subscribe("s", "subscription {broken}")
        first, last = await talk.hear(), await talk.hear()

    assert first["payload"]["data"] == {"broken": 1}
    assert last["type"] == "error"
    assert last["payload"][0]["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
    assert "secret" not in json.dumps(last)


async def test_an_operation_that_takes_too_long_to_start_is_stopped() -> None:
    world = World()
    async with one_socket(world, request_timeout=0.1) as talk:
        await talk.greet()
        await talk.subscribe("s", "{slow(seconds: 60)}")
        error = await talk.hear()

    assert error["payload"][0]["extensions"]["code"] == "TIMEOUT"
    assert world.cancelled.is_set()


async def test_a_socket_that_does_not_greet_in_time_is_closed_with_4408() -> None:
    async with one_socket(limits={"socket_init_wait": 0.2}) as talk:
        assert await talk.closed() == (4408, "Connection initialisation timeout")

    async with one_socket(limits={"socket_init_wait": 0.5}) as talk:
        await asyncio.sleep(0.2)
        await talk.greet()


async def test_a_frame_of_64_kib_is_read_and_a_byte_more_closes_with_1009() -> None:
    def padded(size: int) -> str:
        frame = json.dumps({"type": "ping", "payload": {"pad": ""}})
        return json.dumps({"type": "ping", "payload": {"pad": "x" * (size - len(frame))}})

    async with one_socket() as talk:
        await talk.greet()
        await talk.say(padded(65_536))
        assert await talk.hear() == {"type": "pong"}
        await talk.say(padded(65_537))
        assert (await talk.closed())[0] == 1009


async def test_20_subscriptions_are_served_and_one_more_closes_with_4429() -> None:
    world = World()
    async with one_socket(world) as talk:
        await talk.greet()
        for number in range(20):
            await talk.subscribe(str(number), "subscription {count(to: 9, every: 60)}")
        await eventually(lambda: world.listening == 20)
        await talk.subscribe("one more", "subscription {count(to: 9, every: 60)}")
        assert await talk.closed() == (4429, "Too many subscriptions")
        await eventually(lambda: world.listening == 0)


async def test_5_sockets_of_one_user_are_served_and_one_more_closes_with_4429() -> None:
    async with served(both(World())) as address, AsyncExitStack() as stack:
        for _ in range(5):
            talk = await stack.enter_async_context(talking(address))
            await talk.greet(Authorization=f"Bearer {GOOD}")
        async with talking(address) as visitor:
            await visitor.greet()
        async with talking(address) as sixth:
            await sixth.say({**INIT, "payload": {"Authorization": f"Bearer {GOOD}"}})
            assert await sixth.closed() == (4429, "Too many sockets")
        await talk.connection.close()
        await asyncio.sleep(0.1)
        async with talking(address) as again:
            await again.greet(Authorization=f"Bearer {GOOD}")


CLOSED = {
    "no JSON": ("{", 4400),
    "no object": ("[]", 4400),
    "binary": (b"{}", 4400),
    "no type": ({}, 4400),
    "an unknown type": ({"type": "start"}, 4400),
    "a second greeting": (INIT, 4429),
    "no id": ({"type": "subscribe", "payload": {"query": "{hello}"}}, 4400),
    "an empty id": ({"type": "subscribe", "id": "", "payload": {"query": "{hello}"}}, 4400),
    "a number as id": ({"type": "subscribe", "id": 1, "payload": {"query": "{hello}"}}, 4400),
    "no payload": ({"type": "subscribe", "id": "a"}, 4400),
    "a key twice": ('{"type": "ping", "type": "pong"}', 4400),
}


@pytest.mark.parametrize("name", CLOSED)
async def test_a_message_against_the_protocol_closes_the_socket(name: str) -> None:
    message, code = CLOSED[name]
    async with one_socket() as talk:
        await talk.greet()
        await talk.say(message)

        assert (await talk.closed())[0] == code


async def test_an_id_in_use_closes_with_4409() -> None:
    async with one_socket() as talk:
        await talk.greet()
        await talk.subscribe("a", "subscription {count(to: 9, every: 60)}")
        await talk.subscribe("a", "{hello}")

        assert await talk.closed() == (4409, "Subscriber for a already exists")


async def test_subscribing_before_the_greeting_closes_with_4401() -> None:
    async with one_socket() as talk:
        await talk.subscribe("a", "{hello}")

        assert await talk.closed() == (4401, "Unauthorized")


@pytest.mark.parametrize("payload", [{"Authorization": f"Bearer {GOOD}"}, {"authorization": f"bearer {GOOD}"}])
async def test_a_token_in_the_greeting_says_who_asks(payload: dict[str, str]) -> None:
    async with one_socket() as talk:
        await talk.greet(**payload)
        await talk.subscribe("a", "{who}")

        assert (await talk.hear())["payload"]["data"] == {"who": "Ada"}


async def test_a_token_in_the_handshake_counts_too() -> None:
    header = {"authorization": f"Bearer {GOOD}"}
    async with served(both(World())) as address, talking(address, additional_headers=header) as talk:
        await talk.greet()
        await talk.subscribe("a", "{who}")

        assert (await talk.hear())["payload"]["data"] == {"who": "Ada"}


@pytest.mark.parametrize("token", ["wrong", ""])
async def test_a_token_that_is_not_good_closes_with_4403(token: str) -> None:
    async with one_socket() as talk:
        await talk.say({**INIT, "payload": {"Authorization": f"Bearer {token}"}})

        assert await talk.closed() == (4403, "Forbidden")


async def test_while_nobody_can_tell_whose_token_it_is_the_socket_closes_with_1013() -> None:
    async with one_socket(World(away=True)) as talk:
        await talk.say({**INIT, "payload": {"Authorization": f"Bearer {GOOD}"}})

        assert (await talk.closed())[0] == 1013


async def test_a_token_revoked_meanwhile_closes_the_socket(monkeypatch) -> None:
    monkeypatch.setattr(callers, "RECHECKED", 0.1)
    world = World()
    async with one_socket(world) as talk:
        await talk.greet(Authorization=f"Bearer {GOOD}")
        await talk.subscribe("a", "subscription {count(to: 1000, every: 0.01)}")
        await talk.hear()
        world.revoked = True

        assert await talk.closed() == (4403, "Forbidden")
        await eventually(lambda: world.listening == 0)


async def test_an_operation_is_for_who_the_caller_is_now_however_old_the_socket() -> None:
    world = World()
    async with one_socket(world) as talk:
        await talk.greet(Authorization=f"Bearer {GOOD}")
        world.ada = Actor("u-1", "Ada without her roles")
        await talk.subscribe("a", "{who}")

        assert (await talk.hear())["payload"]["data"] == {"who": "Ada without her roles"}


async def test_while_nobody_can_tell_who_the_caller_is_now_an_operation_is_refused_and_the_socket_stays() -> None:
    world = World()
    async with one_socket(world) as talk:
        await talk.greet(Authorization=f"Bearer {GOOD}")
        world.away = True
        await talk.subscribe("a", "{who}")
        refused = await talk.hear()
        world.away = False
        await talk.subscribe("a", "{who}")

        assert (refused["type"], refused["payload"][0]["extensions"]["code"]) == ("error", "UNAVAILABLE")
        assert (await talk.hear())["payload"]["data"] == {"who": "Ada"}


@pytest.mark.parametrize("nothing", [None, ""])
async def test_a_greeting_whose_token_is_empty_is_that_of_a_visitor(nothing: str | None) -> None:
    async with one_socket() as talk:
        await talk.greet(Authorization=nothing)
        await talk.subscribe("a", "{hello}")

        assert (await talk.hear())["payload"]["data"] == {"hello": "hello you"}


def test_a_token_is_looked_at_often_enough_to_stop_within_five_seconds() -> None:
    assert callers.RECHECKED < 4


async def test_a_foreign_origin_is_403_and_our_own_is_let_in() -> None:
    async with served(both(World())) as address:
        for origin in ("https://elsewhere.example", "null"):
            with pytest.raises(InvalidStatus) as refused:
                async with talking(address, origin=origin):
                    pass
            assert refused.value.response.status_code == 403
        async with talking(address, origin=f"http://{address}") as talk:
            await talk.greet()


async def test_an_origin_that_the_setting_names_is_let_in() -> None:
    async with served(both(World(), origins=("https://www.example.org",))) as address:
        async with talking(address, origin="https://www.example.org") as talk:
            await talk.greet()
        with pytest.raises(InvalidStatus):
            async with talking(address, origin="https://elsewhere.example"):
                pass


async def test_the_legacy_protocol_stays_off() -> None:
    async with served(both(World())) as address, talking(address, "graphql-ws") as talk:
        assert talk.connection.subprotocol is None
        assert (await talk.closed())[0] == 4406


def events(text: str) -> list[tuple[str, Any]]:
    found = []
    for block in text.strip().split("\n\n"):
        name, data = block.split("\n")
        found.append((name.removeprefix("event: "), json.loads(data.removeprefix("data:") or "null")))
    return found


async def stream(query: str, headers: dict[str, str] | None = None, **given: Any) -> httpx.Response:
    async with client(**given) as asking:
        return await asking.post("", json={"query": query}, headers={**STREAM, **(headers or {})})


async def test_a_stream_sends_its_events_then_completes() -> None:
    answer = await stream("subscription {count(to: 2)}")

    assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert answer.headers["cache-control"] == "private, no-store"
    assert events(answer.text) == [
        ("next", {"data": {"count": 0}, "extensions": {"cost": 1}}),
        ("next", {"data": {"count": 1}, "extensions": {"cost": 1}}),
        ("complete", None),
    ]


async def test_a_query_may_be_streamed_too() -> None:
    assert events((await stream("{hello}")).text)[0][1]["data"] == {"hello": "hello you"}


async def test_a_stream_by_get_is_opened_by_browsers_and_never_changes_anything() -> None:
    world = World()
    async with client(world) as asking:
        opened = await asking.get("", params={"query": "subscription {count(to: 1)}"}, headers=STREAM)
        mutation = await asking.get("", params={"query": "mutation {add}"}, headers=STREAM)

    assert [name for name, _ in events(opened.text)] == ["next", "complete"]
    assert (mutation.status_code, world.sum) == (405, 0)


async def test_what_is_wrong_with_a_document_is_told_as_an_event() -> None:
    answer = await stream("{nope}")

    (_, wrong), complete = events(answer.text)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
    assert wrong["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
    assert complete == ("complete", None)


async def test_a_stream_that_is_not_opened_answers_as_json_with_its_status() -> None:
    dear = await stream("{rows(first: 10000) {name}}")
    unknown = await stream("{who}", {"authorization": "Bearer wrong"})

    assert (dear.status_code, unknown.status_code) == (400, 401)
    assert dear.json()["errors"][0]["extensions"]["code"] == "OPERATION_TOO_COMPLEX"


async def test_a_stream_that_is_not_opened_while_the_graph_is_away_says_when_to_come_back() -> None:
    answer = await stream("subscription {away}")

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
    assert answer.json()["errors"][0]["extensions"]["code"] == "UNAVAILABLE"


async def test_a_source_that_refuses_says_why_and_completes() -> None:
    (_, refused), complete = events((await stream("subscription {unheard}")).text)

    assert refused["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT", "path": ["after"]}
    assert complete == ("complete", None)


async def test_a_stream_that_breaks_ends_in_a_masked_error() -> None:
    answer = await stream("subscription {broken}")

    (_, first), (_, last), (name, _) = events(answer.text)
    assert (first["data"], name) == ({"broken": 1}, "complete")
    assert last["errors"][0]["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
    assert "secret" not in answer.text


async def test_a_revoked_token_ends_the_stream(monkeypatch) -> None:
    monkeypatch.setattr(callers, "RECHECKED", 0.1)
    world = World()
    headers = {"authorization": f"Bearer {GOOD}"}
    asyncio.get_running_loop().call_later(0.15, lambda: setattr(world, "revoked", True))

    answer = await asyncio.wait_for(stream("subscription {count(to: 999, every: 1)}", headers, world=world), 5)

    assert events(answer.text)[-1][0] == "complete"
    assert world.listening == 0


async def test_a_silent_stream_is_kept_alive_by_comments(monkeypatch) -> None:
    monkeypatch.setattr("schema.streams.KEEP_ALIVE", 0.05)

    answer = await stream("subscription {count(to: 1, every: 0.2)}")

    assert answer.text.startswith(":\n\n")


async def test_20_streams_of_one_caller_are_served_and_one_more_is_429() -> None:
    world = World()
    asking = {"query": "subscription {count(to: 9, every: 60)}"}
    async with served(both(world)) as address, httpx.AsyncClient(base_url=f"http://{address}") as http:
        async with AsyncExitStack() as stack:
            for _ in range(20):
                await stack.enter_async_context(http.stream("POST", "/", json=asking, headers=STREAM))
            more = await http.post("/", json=asking, headers=STREAM)
            assert world.listening == 20
        await eventually(lambda: world.listening == 0)
        again = await http.post("/", json={"query": "subscription {count(to: 1)}"}, headers=STREAM)

    assert (more.status_code, more.headers["retry-after"]) == (429, "60")
    assert again.status_code == 200


async def test_a_reader_who_leaves_stops_the_source() -> None:
    world = World()
    asking = {"query": "subscription {count(to: 9999, every: 0.01)}"}
    async with served(both(world)) as address, httpx.AsyncClient(base_url=f"http://{address}") as http:
        async with http.stream("POST", "/", json=asking, headers=STREAM) as answer:
            await anext(answer.aiter_lines())
            assert world.listening == 1
        await eventually(lambda: world.listening == 0)


async def test_a_client_that_leaves_cancels_its_query() -> None:
    world = World()
    async with served(both(world)) as address, httpx.AsyncClient(base_url=f"http://{address}") as http:
        with pytest.raises(httpx.ReadTimeout):
            await http.post("/", json={"query": "{slow(seconds: 60)}"}, timeout=0.3)
        await asyncio.wait_for(world.cancelled.wait(), 5)
        await eventually(lambda: world.reports)
        other = await http.post("/", json={"query": "{hello}"})

    assert world.reports[0].status == 499
    assert other.status_code == 200


async def test_a_server_that_stops_ends_its_sockets_and_streams() -> None:
    world = World()
    asking = {"query": "subscription {count(to: 9999, every: 0.01)}"}
    async with AsyncExitStack() as clients:
        async with served(both(world)) as address:
            talk = await clients.enter_async_context(talking(address))
            await talk.greet()
            await talk.subscribe("a", asking["query"])
            http = await clients.enter_async_context(httpx.AsyncClient(base_url=f"http://{address}"))
            await clients.enter_async_context(http.stream("POST", "/", json=asking, headers=STREAM))
            await eventually(lambda: world.listening == 2)
        await eventually(lambda: world.listening == 0)

        assert (await talk.closed())[0] == 1012
