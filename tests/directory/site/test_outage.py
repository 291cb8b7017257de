"""A graph with no free connection, a statement that takes too long, a client who leaves."""

import asyncio
import time
from collections.abc import AsyncIterator

import httpx
import pytest

from directory.settings import Settings
from directory.site.app import Site
from graph import Statement, Transaction
from tests.schema.served import served

CITES = {"query": "{cites {totalCount}}"}


@pytest.fixture(scope="module")
async def narrow(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    """A site with one connection to its graph."""
    folder = tmp_path_factory.mktemp("narrow")
    made = Site(Settings(graph=f"embedded:{folder}", embedded_memory="512m", pool=1, pool_wait=0.3))
    async with made.lifespan(made.pages):
        yield made


async def hold(site: Site, until: asyncio.Event, held: asyncio.Event) -> None:
    """Hold the only connection."""

    async def work(transaction: Transaction) -> None:
        await transaction.read(Statement("RETURN 1"))
        held.set()
        await until.wait()

    assert site.running is not None
    await site.running.directory.graph.write(work)


async def test_without_a_free_connection_the_answer_is_503_and_then_all_is_well_again(narrow: Site) -> None:
    until, held = asyncio.Event(), asyncio.Event()
    holding = asyncio.create_task(hold(narrow, until, held))
    await held.wait()
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
    until, held = asyncio.Event(), asyncio.Event()
    holding = asyncio.create_task(hold(narrow, until, held))
    await held.wait()
    async with served(narrow) as address, httpx.AsyncClient(base_url=f"http://{address}/graphql") as http:
        with pytest.raises(httpx.ReadTimeout):
            await http.post("", json=CITES, timeout=0.1)
        until.set()
        await holding
        answered = await http.post("", json=CITES)

    assert answered.json()["data"] == {"cites": {"totalCount": 0}}
