"""Clients of the API who read and write through whatever happens, and remember what they were told."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from directory.editing import found_site
from directory.grants import add_user
from directory.site.app import Site
from directory.tokens import create_token
from tests.schema.conftest import ADMIN

MAKE = """mutation($input: OrganisationInput!) { organisationCreate(input: $input) {
    item { id version } errors { __typename ... on UserError { code } } } }"""
READ = "{ __typename organisations(first: 5) { totalCount nodes { id title } } }"
PATIENCE = 90.0  # seconds until a test gives up; the site has its own limit


@dataclass(frozen=True)
class Told:
    """One answer: what for, when it came, how long it took, its status, the codes of its errors, its text."""

    writes: bool
    at: float
    seconds: float
    status: int
    codes: tuple[str, ...]
    text: str

    @property
    def is_good(self) -> bool:
        return self.status == 200 and not self.codes

    @property
    def is_clean(self) -> bool:
        """Data, or a refusal that says nothing of what is inside."""
        kinds = {"UNAVAILABLE", "TIMEOUT", "CONFLICT"}
        shows = any(word in self.text for word in ("bolt", "neo4j", "arcade", "127.0.0.1", "Traceback"))
        return self.status in (200, 503) and set(self.codes) <= kinds and not shows


@dataclass
class Crowd:
    """Eight clients: half of their requests read, half write. `kept` are the ids of what is acknowledged."""

    site: Site
    token: str
    kept: dict[str, str] = field(default_factory=dict)
    asked: int = 0
    answers: list[Told] = field(default_factory=list)
    _stopped: bool = False
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    @classmethod
    @asynccontextmanager
    async def of(cls, site: Site, clients: int = 8) -> AsyncIterator["Crowd"]:
        """Clients who go on until the block ends. What broke one of them is raised."""
        crowd = cls(site, await admin_token(site))
        crowd._tasks = [asyncio.create_task(crowd._keep_on(number)) for number in range(clients)]
        try:
            yield crowd
        finally:
            crowd._stopped = True
            _, late = await asyncio.wait(crowd._tasks, timeout=PATIENCE)
            for each in late:
                each.cancel()
        await asyncio.gather(*crowd._tasks)

    async def good(self, count: int) -> None:
        """Nothing, once so many reads and so many writes more are answered well."""

        def enough(told: list[Told]) -> bool:
            well = [each.writes for each in told if each.is_good]
            return min(well.count(True), well.count(False)) >= count

        await self._until(enough)

    async def troubled(self) -> None:
        """Nothing, once somebody has been refused."""
        await self._until(lambda told: not all(each.is_good for each in told))

    async def _until(self, met: Callable[[list[Told]], bool]) -> None:
        """Nothing, once what the clients are told from now on is as wanted."""
        since = len(self.answers)
        async with asyncio.timeout(PATIENCE):
            while not met(self.answers[since:]):
                for each in self._tasks:
                    if each.done():
                        each.result()  # or we would wait for what nobody asks any more
                await asyncio.sleep(0.05)

    async def _keep_on(self, number: int) -> None:
        transport = httpx.ASGITransport(app=self.site)
        async with httpx.AsyncClient(transport=transport, base_url="http://test/graphql", timeout=PATIENCE) as http:
            http.headers["Authorization"] = f"Bearer {self.token}"
            turn = 0
            while not self._stopped:
                turn += 1
                await (self._write(http, f"{number}.{turn}") if turn % 2 else self._read(http))
                # Those who are refused wait a little, as clients do: the engine needs the processor to start.
                await asyncio.sleep(0.01 if self.answers[-1].is_good else 0.5)

    async def _read(self, http: httpx.AsyncClient) -> None:
        await self._ask(http, {"query": READ}, writes=False)

    async def _write(self, http: httpx.AsyncClient, name: str) -> None:
        title = f"Made by {name} at {time.monotonic_ns()}"
        self.asked += 1
        said = await self._ask(http, {"query": MAKE, "variables": {"input": {"title": {"en": title}}}}, writes=True)
        made = ((said.get("data") or {}).get("organisationCreate") or {}).get("item")
        if made is not None:
            self.kept[made["id"]] = title

    async def _ask(self, http: httpx.AsyncClient, body: dict[str, Any], writes: bool) -> dict[str, Any]:
        begun = time.monotonic()
        answer = await http.post("", json=body)
        done = time.monotonic()
        said: dict[str, Any] = answer.json()
        made = ((said.get("data") or {}).get("organisationCreate") or {}).get("errors") or ()
        codes = [each["extensions"]["code"] for each in said.get("errors", ())] + [each["code"] for each in made]
        self.answers.append(Told(writes, done, done - begun, answer.status_code, tuple(codes), answer.text))
        return said


async def admin_token(site: Site) -> str:
    """A new token of a site admin."""
    assert site.running is not None
    desk = site.running.directory.desk(ADMIN)
    await found_site(desk)
    user = await add_user(desk, "Admin", site_admin=True)
    return (await create_token(desk, "crowd", user=user.id)).text
