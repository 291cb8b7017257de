"""A Bolt server in a process of its own that answers from memory what its engine has answered before.

Stands between a driver and an engine, so that a client's own work is measured with a real driver and real answers,
but without the engine: its process pays for no statement, and ours does not pay for it.

A statement is known by its text alone: a bench asks each text with one set of values. What is said in a transaction
is answered by the engine, unless all is to be remembered, for drivers that read in transactions too.
"""

import asyncio
import subprocess
import sys
from asyncio import StreamReader, StreamWriter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

RUN, PULL, BEGIN, ENDS = 0x10, 0x3F, 0x11, (0x12, 0x13)  # the last: COMMIT, ROLLBACK
RECORD, SUCCESS = 0x71, 0x70
MANIFEST: Final = b"\x00\x00\x01\xff"
LENGTHS: Final = {0xD0: 1, 0xD1: 2, 0xD2: 4}  # bytes that say how long a text is, by its marker


@contextmanager
def remembering(port: int, transactions: bool = False) -> Iterator[int]:
    """The port of a server that answers for the one at `port`, both on this machine."""
    command = [sys.executable, "-m", "bench.bolt", str(port), "transactions" if transactions else ""]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[1]) as process:
        try:
            assert process.stdout is not None
            yield int(process.stdout.readline())
        finally:
            process.terminate()


async def message(reader: StreamReader) -> bytes:
    """The next message as it was sent: chunks, each after its length, up to an empty one."""
    parts, size = [], 0
    while size or len(parts) < 2:  # empty chunks alone keep a connection alive
        head = await reader.readexactly(2)
        size = int.from_bytes(head)
        parts += [head, await reader.readexactly(size)] if size else [head] if parts else []
    return b"".join(parts)


def kind(sent: bytes) -> int:
    """What sort of message it is."""
    return sent[3]


def text_of(sent: bytes) -> bytes:
    """The text of a RUN message, whose first chunk holds at least how long it is."""
    marker, at = sent[4], 5
    if marker in LENGTHS:
        length = int.from_bytes(sent[at : at + LENGTHS[marker]])
        at += LENGTHS[marker]
    else:
        length = marker & 0x0F
    return sent[at : at + length]


@dataclass
class Memory:
    """What the engine answered: to each text, the answer to RUN and the answer to PULL."""

    port: int
    transactions: bool = False
    answers: dict[bytes, list[bytes]] = field(default_factory=dict)

    async def serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        """One connection, until either side leaves."""
        try:
            upstream = await asyncio.open_connection("127.0.0.1", self.port, limit=2**24)
            await shake_hands((reader, writer), upstream)
            await self._converse(reader, writer, upstream)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _converse(
        self, reader: StreamReader, writer: StreamWriter, upstream: tuple[StreamReader, StreamWriter]
    ) -> None:
        text, known, apart = b"", False, True
        while True:
            sent = await message(reader)
            sort = kind(sent)
            apart = self.transactions or sort in ENDS or (apart and sort != BEGIN)
            if sort == RUN:
                text = text_of(sent) if apart else b""
                known = len(self.answers.get(text, ())) == 2
            if known and sort in (RUN, PULL):
                writer.write(self.answers[text][sort == PULL])
                continue
            upstream[1].write(sent)
            answered = await answer(upstream[0])
            if text and sort in (RUN, PULL) and answered.good:
                self.answers.setdefault(text, []).append(answered.sent)
            writer.write(answered.sent)


@dataclass(frozen=True)
class Answered:
    """What the engine answered to one message, and whether all went well."""

    sent: bytes
    good: bool


async def answer(reader: StreamReader) -> Answered:
    """The answer to one message: records, then how it ended."""
    parts = [await message(reader)]
    while kind(parts[-1]) == RECORD:
        parts.append(await message(reader))
    return Answered(b"".join(parts), kind(parts[-1]) == SUCCESS)


async def shake_hands(client: tuple[StreamReader, StreamWriter], upstream: tuple[StreamReader, StreamWriter]) -> None:
    """Nothing, once both have agreed on a version: four bytes, or a list of all versions and the choice of one."""
    upstream[1].write(await client[0].readexactly(20))
    offered = await upstream[0].readexactly(4)
    client[1].write(offered)
    if offered != MANIFEST:
        return
    count = await varint(upstream[0])
    versions = await upstream[0].readexactly(4 * count[0])
    client[1].write(count[1] + versions + (await varint(upstream[0]))[1])
    chosen = await client[0].readexactly(4)
    upstream[1].write(chosen + (await varint(client[0]))[1])


async def varint(reader: StreamReader) -> tuple[int, bytes]:
    """A number of any length, and its bytes."""
    found = await reader.readexactly(1)
    while found[-1] & 0x80:
        found += await reader.readexactly(1)
    return sum((byte & 0x7F) << (7 * place) for place, byte in enumerate(found)), found


async def main() -> None:
    """Say the port, then serve until ended."""
    memory = Memory(int(sys.argv[1]), bool(sys.argv[2]))
    server = await asyncio.start_server(memory.serve, "127.0.0.1", 0, limit=2**24)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
