"""The small schema behind a real server on loopback."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from schema.http import Endpoint
from schema.sockets import Sockets
from tests.schema.small import World, small_service


def both(world: World, limits: dict[str, Any] | None = None, **settings: Any) -> ASGIApp:
    service = small_service(world, limits, **settings)
    endpoint, sockets = Endpoint(service), Sockets(service)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await (endpoint if scope["type"] == "http" else sockets)(scope, receive, send)

    return app


@asynccontextmanager
async def served(app: ASGIApp, **options: Any) -> AsyncIterator[str]:
    """The host and port where the application listens."""
    config = uvicorn.Config(
        app, port=0, lifespan="off", log_config=None, access_log=False, timeout_graceful_shutdown=1, **options
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server._serve())
    try:
        while not server.started:  # noqa: ASYNC110 # uvicorn has no event for it
            await asyncio.sleep(0.01)
        host, port = server.servers[0].sockets[0].getsockname()[:2]
        yield f"{host}:{port}"
    finally:
        server.should_exit = True
        await serving
