"""A headless Chromium that may reach one site only: every other request is refused and counted."""

import asyncio
import itertools
import json
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
OPTIONS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--remote-debugging-port=0",
]


@dataclass
class Page:
    """A page in the browser, driven by its debugging protocol."""

    connection: ClientConnection
    site: str
    outside: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    numbers: Any = field(default_factory=lambda: itertools.count(1))
    waiting: dict[int, asyncio.Future[Any]] = field(default_factory=dict)

    async def listen(self) -> None:
        with suppress(ConnectionClosed):
            async for text in self.connection:
                await self.heard(json.loads(text))

    async def heard(self, message: dict[str, Any]) -> None:
        if "id" in message:
            self.waiting.pop(message["id"]).set_result(message)
        elif message["method"] == "Fetch.requestPaused":
            await self.judge(message["params"])
        elif message["method"] in ("Log.entryAdded", "Runtime.exceptionThrown"):
            self.complaints.append(json.dumps(message["params"]))

    async def judge(self, request: dict[str, Any]) -> None:
        """Let a request to our site through; refuse and count any other."""
        url, name = request["request"]["url"], request["requestId"]
        if url.startswith((self.site, "data:")):
            await self.send("Fetch.continueRequest", requestId=name)
        else:
            self.outside.append(url)
            await self.send("Fetch.failRequest", requestId=name, errorReason="AccessDenied")

    async def send(self, method: str, **parameters: Any) -> asyncio.Future[Any]:
        number = next(self.numbers)
        answer = self.waiting[number] = asyncio.get_running_loop().create_future()
        await self.connection.send(json.dumps({"id": number, "method": method, "params": parameters}))
        return answer

    async def ask(self, method: str, **parameters: Any) -> Any:
        answer = await self.send(method, **parameters)
        return (await asyncio.wait_for(answer, 20)).get("result")

    async def run(self, script: str) -> Any:
        """What a script in the page gives."""
        done = await self.ask("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in done, done
        return done["result"].get("value")

    async def until(self, script: str) -> Any:
        """What a script gives, once that is true."""
        for _ in range(200):
            if found := await self.run(script):
                return found
            await asyncio.sleep(0.1)
        raise AssertionError(f"never true: {script}\n{await self.run('document.body.innerText')}\n{self.complaints}")


@asynccontextmanager
async def page(site: str, profile: Path) -> AsyncIterator[Page]:
    """A new page that has not gone anywhere yet."""
    process = await asyncio.create_subprocess_exec(
        str(CHROMIUM), *OPTIONS, f"--user-data-dir={profile}", "about:blank", stderr=asyncio.subprocess.PIPE
    )
    try:
        async with connect(await debugger(process), max_size=None) as connection:
            opened = Page(connection, site)
            listening = asyncio.create_task(opened.listen())
            await opened.ask("Fetch.enable", patterns=[{"urlPattern": "*"}])
            for domain in ("Page", "Runtime", "Log"):
                await opened.ask(f"{domain}.enable")
            yield opened
            listening.cancel()
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.communicate()


async def debugger(process: asyncio.subprocess.Process) -> str:
    """Where the first page of the browser can be driven."""
    assert process.stderr is not None
    async with asyncio.timeout(30):
        while True:
            line = (await process.stderr.readline()).decode()
            if found := re.search(r"ws://(\S+?)/", line):
                break
    async with httpx.AsyncClient() as asking:
        pages = (await asking.get(f"http://{found[1]}/json/list")).json()
    return str(next(each["webSocketDebuggerUrl"] for each in pages if each["type"] == "page"))
