"""A graph with no free connection, a statement that takes too long, a client who leaves."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import suppress

import httpx
import pytest

from directory.settings import Settings
from directory.site.app import Site
from graph import Statement, Transaction, Unreachable
from tests.schema.served import served

CITES = {"query": "{cites {totalCount}}"}


@pytest.fixture(scope="module")
async def narrow(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    """A site with one connection to its graph."""
    folder = tmp_path_factory.mktemp("narrow")
    made = Site(Settings(graph=f"embedded:{folder}", embedded_memory="512m", pool=1, pool_wait=0.3, warm_plans=False))
    async with made.lifespan(made.pages):
        yield made


async def holding_until(end: asyncio.Event, site: Site) -> asyncio.Task[None]:
    """What holds the only connection until then, once it has it: the site's own upkeep may have it for a moment."""
    assert site.running is not None
    graph, held = site.running.directory.graph, asyncio.Event()

    async def work(transaction: Transaction) -> None:
        await transaction.read(Statement("RETURN 1"))
        held.set()
        await end.wait()

    while True:
        holding = asyncio.create_task(graph.write(work))
        waiting = asyncio.create_task(held.wait())
        await asyncio.wait({holding, waiting}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if held.is_set():
            return holding
        with suppress(Unreachable):
            await holding


async def test_without_a_free_connection_the_answer_is_503_and_then_all_is_well_again(narrow: Site) -> None:
    until = asyncio.Event()
    holding = await holding_until(until, narrow)
    transport = httpx.ASGITransport(app=narrow)
    async with httpx.AsyncClient(transport=transport, base_url="http://test/graphql") as asking:
        started = time.monotonic()
        refused = await asking.post("", json=CITES)
        waited = time.monotonic() - started
        other = await asking.post("", json={"query": "{__typename cites {totalCount}}"})
        until.set()
        await holding
        answered = await asking.post("", json=CITES)

    assert (refused.status_code, refused.headers.get("retry-after")) == (503, "2"), refused.text
    assert refused.json()["errors"][0]["extensions"]["code"] == "UNAVAILABLE"
    assert "bolt" not in refused.text
    assert waited < 3
    assert other.json()["data"] == {"__typename": "Query", "cites": None}
    assert answered.json()["data"] == {"cites": {"totalCount": 0}}


async def test_a_client_who_leaves_gives_the_connection_back(narrow: Site) -> None:
    until = asyncio.Event()
    holding = await holding_until(until, narrow)
    async with served(narrow) as address, httpx.AsyncClient(base_url=f"http://{address}/graphql") as http:
        with pytest.raises(httpx.ReadTimeout):
            await http.post("", json=CITES, timeout=0.1)
        until.set()
        await holding
        answered = await http.post("", json=CITES)

    assert answered.json()["data"] == {"cites": {"totalCount": 0}}
