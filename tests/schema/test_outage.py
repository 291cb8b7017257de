"""The engine stops and comes back under load: clean refusals meanwhile, then all is well, and nothing is lost."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from directory import editing
from directory.reading import all_of, get
from directory.settings import Settings
from directory.site.app import Site
from directory.types.organisations import Organisation
from directory.values import Ref
from graph import Graph, Statement, Transaction
from schema.ids import global_id, own_id
from tests.directory.test_kill import assert_whole
from tests.neo4j.server import Running, start
from tests.schema.conftest import ADMIN
from tests.schema.crowd import MAKE, PATIENCE, READ, Crowd, admin_token
from tests.schema.running import launched, wait_until_ready
from tests.schema.served import served

pytestmark = pytest.mark.slow

REQUEST = 5.0  # seconds a request may take
LATEST = 30.0  # and until its answer is read, on a machine that starts a server meanwhile
ROOMY = {"cost_per_minute": 10**9, "cost_per_minute_anonymous": 10**9}
MADE = ("Site", "Folder", "Organisation")  # the types of the items that the clients and their site make
SECRET = "the same in all processes"


@contextlib.asynccontextmanager
async def opened(graph: str, request_timeout: float = REQUEST, **given: Any) -> AsyncIterator[Site]:
    """A site of this process that answers."""
    settings = Settings(
        graph=graph, embedded_memory="512m", request_timeout=request_timeout, warm_plans=False, limits=ROOMY,
        secret=SECRET, **given,
    )  # fmt: skip
    site = Site(settings)
    async with site.lifespan(site.pages):
        yield site


async def check(site: Site, crowd: Crowd) -> None:
    """All answers were clean and in time; what was acknowledged is there, with all that belongs to it."""
    assert [each for each in crowd.answers if not each.is_clean] == []
    assert [each for each in crowd.answers if each.seconds > LATEST] == []
    assert site.running is not None
    desk = site.running.directory.desk(ADMIN)
    items = {each.id: each for name in MADE for each in [each async for each in all_of(desk, name)]}
    await assert_whole(desk, items)
    titles = {own_id(id)[1]: title for id, title in crowd.kept.items()}  # type: ignore[index]  # ids of ours
    assert {id: items[id].title["en"] for id in titles if id in items} == titles
    made = [each for each in items.values() if isinstance(each, Organisation)]
    assert len(crowd.kept) <= len(made) <= crowd.asked


@pytest.mark.neo4j
async def test_a_neo4j_that_is_killed_and_comes_back_is_used_again(own_server: list[Running]) -> None:
    first = own_server[0]
    async with opened(first.url, graph_user=first.user, graph_password=first.password) as site:
        async with Crowd.of(site) as crowd:
            await crowd.good(5)
            first.kill()
            await crowd.troubled()
            own_server.append(await asyncio.to_thread(start, first.folder, first.password, first.port))
            await crowd.good(5)

        assert any(each.status == 503 for each in crowd.answers)
        await check(site, crowd)


async def test_when_the_process_that_runs_the_embedded_engine_is_killed_another_takes_over(tmp_path: Path) -> None:
    address = f"embedded:{tmp_path / 'graph'}"
    owner = launched(tmp_path, {"DIRECTORY_GRAPH": address, "DIRECTORY_SECRET": SECRET})
    try:
        await asyncio.to_thread(wait_until_ready, owner)
        async with opened(address) as site:
            assert site.running is not None
            assert not site.running.directory.graph.embedded.ours  # type: ignore[union-attr]
            async with Crowd.of(site) as crowd:
                await crowd.good(10)
                owner.kill()
                await crowd.good(10)

            assert site.running.directory.graph.embedded.ours  # type: ignore[union-attr]
            await check(site, crowd)
            await check_joined(tmp_path, address, crowd)
    finally:
        owner.kill()


async def check_joined(folder: Path, address: str, crowd: Crowd) -> None:
    """A process that starts later finds the engine where it is now, and all that is in it."""
    later = launched(folder, {"DIRECTORY_GRAPH": address, "DIRECTORY_SECRET": SECRET})
    try:
        await asyncio.to_thread(wait_until_ready, later)
        async with httpx.AsyncClient(headers={"Authorization": f"Bearer {crowd.token}"}, timeout=30) as http:
            answer = await http.post(later.graphql, json={"query": READ})
        assert answer.json()["data"]["organisations"]["totalCount"] >= len(crowd.kept)
    finally:
        later.kill()


@contextlib.asynccontextmanager
async def held(site: Site) -> AsyncIterator[Mapping[str, Any]]:
    """What names a new item that another transaction holds while the block runs: who changes it must wait."""
    assert site.running is not None
    desk = site.running.directory.desk(ADMIN)
    await editing.found_site(desk)
    item = await editing.create(desk, "Organisation", {"title": "Held"})
    holds, until = asyncio.Event(), asyncio.Event()

    async def hold(transaction: Transaction) -> None:
        await transaction.lock("Organisation", item.id)
        holds.set()
        await until.wait()

    holding = asyncio.create_task(desk.graph.write(hold))
    await holds.wait()
    try:
        yield {"id": global_id("Organisation", item.id), "expectedVersion": item.version}
    finally:
        until.set()
        await holding


async def until_waiting(graph: Graph, count: int) -> None:
    """Nothing, once so many transactions wait for another one."""
    waiting = Statement("SHOW TRANSACTIONS YIELD status WHERE status STARTS WITH 'Blocked' RETURN status")
    async with asyncio.timeout(PATIENCE / 2):
        while len(await graph.read(waiting)) != count:  # noqa: ASYNC110  # the server tells nobody
            await asyncio.sleep(0.05)


@pytest.mark.neo4j
async def test_the_statement_of_a_client_who_leaves_is_stopped(neo4j_server: Running) -> None:
    login = {"graph_user": neo4j_server.user, "graph_password": neo4j_server.password}
    async with opened(neo4j_server.url, PATIENCE, **login) as site, held(site) as item:
        graph = site.running.directory.graph  # type: ignore[union-attr]  # it runs
        headers = {"Authorization": f"Bearer {await admin_token(site)}"}
        update = MAKE.replace("organisationCreate", "organisationUpdate")
        body = {"query": update, "variables": {"input": {**item, "title": {"en": "Renamed"}}}}
        async with served(site) as host, httpx.AsyncClient(base_url=f"http://{host}", headers=headers) as http:
            asked = asyncio.create_task(http.post("/graphql", json=body, timeout=60))
            await until_waiting(graph, 1)
            asked.cancel()
            await until_waiting(graph, 0)

        desk = site.running.directory.desk(ADMIN)  # type: ignore[union-attr]  # it runs
        name, id = own_id(item["id"])  # type: ignore[misc]  # an id of ours
        assert (await get(desk, Ref(name, id))).title == {"en": "Held"}
