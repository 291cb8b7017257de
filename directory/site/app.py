"""The web application. A web server is told `directory.site.app:create`, as a factory."""

import asyncio
import gc
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from directory.opening import Directory, open_directory
from directory.settings import Settings, read_settings
from directory.site.graphiql import examples_json
from directory.site.logs import log_request, write_json
from directory.site.metrics import Metrics
from directory.site.origins import Origins
from directory.site.parts import Parts, parts
from directory.site.upkeep import KEEPER, keep_up
from directory.site.warming import warm
from schema.answering import Report, Service, service
from schema.http import Endpoint
from schema.sockets import Sockets

HERE = Path(__file__).parent
GRAPHQL = ("/graphql", "/graphql/")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
SAFE = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
}

FRESH = {"cache-control": "no-store"}
"""What is true now may not be in a moment."""


@dataclass
class Running:
    """What is there once the application has started."""

    directory: Directory
    endpoint: Endpoint
    sockets: Sockets


class Site:
    """The ASGI application: GraphQL goes straight to its endpoint, everything else through Starlette."""

    def __init__(
        self,
        settings: Settings,
        assemble: Callable[[Directory], Awaitable[Parts]] = parts,
        open: Callable[[Settings], Awaitable[Directory]] = open_directory,
    ) -> None:
        self.settings = settings
        self.assemble = assemble
        self.open = open
        self.metrics = Metrics()
        self.running: Running | None = None
        self.answered: ASGIApp = Origins(self.graphql, settings.origins) if settings.origins else self.graphql
        self.pages = Starlette(routes=self.routes(), lifespan=self.lifespan, middleware=COMPRESSED)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request or socket, or start and stop."""
        if self.running and scope["type"] != "lifespan" and scope["path"] in GRAPHQL:
            await self.answered(scope, receive, send)
        else:
            await self.pages(scope, receive, safely(send))

    async def graphql(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request or socket for GraphQL."""
        assert self.running is not None
        answering = self.running.endpoint if scope["type"] == "http" else self.running.sockets
        await answering(scope, receive, send)

    def routes(self) -> list[Route | Mount]:
        """Where what is."""
        return [
            Route("/", page("home.html")),
            Route("/graphiql", page("graphiql.html")),
            Route("/graphiql/examples.json", examples),
            Route("/healthz", self.healthz),
            Route("/readyz", self.readyz),
            Route("/metrics", self.show_metrics),
            Mount("/static", Static(directory=HERE / "static")),
        ]

    @asynccontextmanager
    async def lifespan(self, _: Starlette) -> AsyncIterator[None]:
        """Open the directory and build the schema; close when the server stops."""
        directory = await self.open(self.settings)
        try:
            serving = service_of(await self.assemble(directory), self.settings, self.report)
            self.running = running(directory, serving)
            calm_garbage()
            working: list[asyncio.Task[Any]] = [asyncio.create_task(keep_up(directory.desk(KEEPER)))]
            if self.settings.warm_plans:
                working.append(asyncio.create_task(warm(serving)))
            yield
            for each in working:
                each.cancel()
        finally:
            self.running = None
            await directory.close()

    def report(self, report: Report) -> None:
        """Nothing; the request is in the log and in the metrics."""
        self.metrics.count(report)
        log_request(report)

    async def healthz(self, _: Request) -> Response:
        """200 as long as the process runs."""
        return PlainTextResponse("ok\n", headers=FRESH)

    async def readyz(self, _: Request) -> Response:
        """200 when the graph answers, 503 when not."""
        ready = self.running is not None and await self.running.directory.graph.healthy()
        said, status = ("ready\n", 200) if ready else ("the graph does not answer\n", 503)
        return PlainTextResponse(said, status, FRESH)

    async def show_metrics(self, _: Request) -> Response:
        """What Prometheus reads."""
        return Response(self.metrics.text(), headers=FRESH, media_type="text/plain; version=0.0.4; charset=utf-8")


def safely(send: Send) -> Send:
    """Sends the same, with the headers that tell browsers to be careful: errors and redirects have them too."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=list(message.get("headers", ())))
            for name, value in SAFE.items():
                headers.setdefault(name, value)
            message = {**message, "headers": headers.raw}
        await send(message)

    return sending


class Static(StaticFiles):
    """Files that change only with the code: kept by browsers for an hour, then asked for again by their tag."""

    def file_response(self, *given: object, **named: object) -> Response:
        """The file, with its headers."""
        response = super().file_response(*given, **named)  # type: ignore[arg-type]  # handed through as they came
        response.headers["cache-control"] = "public, max-age=3600"
        return response


# Level 9, the default, takes 31 ms for 600 KB and gains little.
COMPRESSED = [Middleware(GZipMiddleware, minimum_size=2_048, compresslevel=1)]


def page(name: str) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint that shows a page."""

    async def show(_: Request) -> Response:
        return FileResponse(HERE / "pages" / name, headers={"cache-control": "no-cache"})

    return show


async def examples(_: Request) -> Response:
    """The examples that GraphiQL offers."""
    return Response(examples_json(), media_type="application/json", headers={"cache-control": "no-cache"})


def service_of(made: Parts, settings: Settings, report: Callable[[Report], None]) -> Service:
    """The GraphQL service of these parts."""
    return service(made.schema, settings, made.authenticate, made.context, report)


def running(directory: Directory, serving: Service) -> Running:
    """The application once everything is there."""
    return Running(directory, Endpoint(serving), Sockets(serving))


def calm_garbage() -> None:
    """Nothing; what was made at start is no longer looked at by the collector, which now runs less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    gc.enable()


def create(open: Callable[[Settings], Awaitable[Directory]] = open_directory) -> Site:
    """The application with the settings of the environment. What it opens is closed when it stops."""
    settings = read_settings(os.environ)
    write_json(settings.log_level)
    return Site(settings, open=open)
