"""Pages of other sites that may read our answers: what their browsers are told."""

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SHOWN = ("ETag", "Retry-After", "X-Request-Id")
REMEMBERED = 600  # seconds that a browser need not ask again


class Origins:
    """The application for pages of these origins too. Nobody is let in by cookies, so credentials are never allowed."""

    def __init__(self, app: ASGIApp, origins: tuple[str, ...]) -> None:
        self.app = app
        self.shared = CORSMiddleware(
            app,
            allow_origins=origins,
            allow_methods=("GET", "POST"),
            allow_headers=("*",),
            expose_headers=SHOWN,
            max_age=REMEMBERED,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer; a cache learns from every answer that it depends on the origin."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        elif "origin" in Headers(scope=scope):
            await self.shared(scope, receive, varying(send))
        else:
            await self.app(scope, receive, varying(send))


def varying(send: Send) -> Send:
    """Sends the same, with Origin among the headers that the answer varies by."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=list(message.get("headers", ())))
            if "origin" not in headers.get("vary", "").lower():
                headers.add_vary_header("Origin")
            message = {**message, "headers": headers.raw}
        await send(message)

    return sending
