"""What is asked of the schema alone is made once, and nobody waits for it."""

import asyncio
import threading
import time

import pytest
from graphql import ExecutionResult, get_introspection_query

from schema import introspection as module
from schema.introspection import Introspections
from tests.schema.small import World, client


class Work:
    def __init__(self) -> None:
        self.calls = 0
        self.beside = 0
        self.running = 0
        self.may_end = threading.Event()

    def __call__(self) -> ExecutionResult:
        self.calls += 1
        self.running += 1
        self.beside = max(self.beside, self.running)
        self.may_end.wait(5)
        self.running -= 1
        return ExecutionResult({"call": self.calls})


async def test_an_answer_is_made_once_and_kept() -> None:
    kept, work = Introspections(), Work()
    work.may_end.set()

    first, second = await kept.ask("a", work), await kept.ask("a", work)

    assert first is second
    assert work.calls == 1


async def test_those_who_ask_the_same_at_once_share_the_work_and_others_wait_for_their_turn() -> None:
    kept, work = Introspections(), Work()
    asked = [asyncio.create_task(kept.ask(key, work)) for key in ("a", "a", "b")]
    await asyncio.sleep(0.05)
    assert work.running == 1
    work.may_end.set()

    await asyncio.gather(*asked)

    assert (work.calls, work.beside) == (2, 1)
    assert kept.coming == {}


async def test_who_leaves_does_not_let_the_next_one_start_beside() -> None:
    kept, work = Introspections(), Work()
    leaving = asyncio.create_task(kept.ask("a", work))
    await asyncio.sleep(0.05)
    leaving.cancel()
    waiting = asyncio.create_task(kept.ask("b", work))
    await asyncio.sleep(0.05)
    assert work.running == 1
    work.may_end.set()

    await waiting

    assert work.beside == 1


async def test_only_the_latest_answers_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_KEPT", 2)
    kept, work = Introspections(), Work()
    work.may_end.set()

    for key in ("a", "b", "a", "c"):
        await kept.ask(key, work)

    assert list(kept.kept) == ["a", "c"]


async def test_the_standard_introspection_query_is_answered_and_the_second_time_at_once() -> None:
    ask = {"query": get_introspection_query()}
    async with client() as asking:
        first = await asking.post("", json=ask)
        started = time.process_time()
        second = await asking.post("", json=ask)
        spent = time.process_time() - started

    assert first.json()["data"]["__schema"]["queryType"]["name"] == "Query"
    assert second.json() == first.json()
    assert spent < 0.05


async def test_the_answer_depends_on_the_variables() -> None:
    query = "query($name: String!) {__type(name: $name) {name}}"
    async with client() as asking:
        names = [
            (await asking.post("", json={"query": query, "variables": {"name": name}})).json()["data"]["__type"]
            for name in ("Row", "Query", "Nobody")
        ]

    assert names == [{"name": "Row"}, {"name": "Query"}, None]


async def test_what_also_asks_for_data_is_not_kept() -> None:
    world = World()
    async with client(world) as asking:
        for _ in range(2):
            await asking.post("", json={"query": "mutation {add __typename}"})

    assert world.sum == 2
