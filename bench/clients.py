"""A client that costs little itself: one connection kept open, one question after the other."""

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import orjson


@dataclass(frozen=True)
class Client:
    """One connection to a GraphQL endpoint."""

    reader: StreamReader
    writer: StreamWriter
    path: str
    token: str = ""

    @classmethod
    @asynccontextmanager
    async def at(cls, port: int, path: str, token: str = "") -> "AsyncIterator[Client]":
        """A client of the server at that port of this machine."""
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**24)
        try:
            yield cls(reader, writer, path, token)
        finally:
            writer.close()

    async def ask(self, query: str, variables: Mapping[str, Any] | None = None) -> bytes:
        """The body of the answer."""
        body = orjson.dumps({"query": query, "variables": variables} if variables else {"query": query})
        head = f"POST {self.path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n"
        if self.token:
            head += f"authorization: Bearer {self.token}\r\n"
        self.writer.write(f"{head}accept: application/json\r\ncontent-length: {len(body)}\r\n\r\n".encode() + body)
        headers = (await self.reader.readuntil(b"\r\n\r\n")).lower()
        assert headers.startswith(b"http/1.1 200"), headers.decode()
        if b"chunked" in headers:
            return await self._chunks()
        return await self.reader.readexactly(int(headers.partition(b"content-length:")[2].split(b"\r\n")[0]))

    async def _chunks(self) -> bytes:
        parts = []
        while size := int(await self.reader.readuntil(b"\r\n"), 16):
            parts.append(await self.reader.readexactly(size))
            await self.reader.readexactly(2)
        await self.reader.readexactly(2)
        return b"".join(parts)
