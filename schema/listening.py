"""Waiting for changes: one look at the change counter serves all who listen in this process."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final
from weakref import WeakKeyDictionary

from directory.changes import latest
from directory.desk import Bell, Desk
from graph import GraphError

INTERVAL: Final = 1.0
"""Seconds after which changes of other processes are heard; those of this process ring at once."""


class Watch:
    """Knows the number of the last change, as long as somebody listens. Nobody listens: nothing is asked."""

    def __init__(self) -> None:
        self.latest = -1
        self.looks = 0
        self._moved = asyncio.Event()
        self._listeners = 0
        self._looking: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def listening(self, desk: Desk) -> AsyncIterator[None]:
        """Counts somebody who listens."""
        self._listeners += 1
        if self._looking is None:
            self._looking = asyncio.create_task(self._look(desk))
        try:
            yield
        finally:
            self._listeners -= 1
            if not self._listeners:
                looking, self._looking = self._looking, None
                looking.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await looking

    async def beyond(self, number: int) -> int:
        """The number of the last change, once it is larger than this one."""
        while self.latest <= number:
            await self._moved.wait()
        return self.latest

    async def _look(self, desk: Desk) -> None:
        while True:
            ringing = desk.bell.next()
            self.looks += 1
            # While the engine is away nothing happens either: it is asked again.
            with contextlib.suppress(GraphError):
                self._hear(await latest(desk))
            await desk.bell.wait(ringing, INTERVAL)

    def _hear(self, number: int) -> None:
        if number > self.latest:
            self.latest = number
            self._moved.set()
            self._moved = asyncio.Event()


_WATCHES: Final[WeakKeyDictionary[Bell, Watch]] = WeakKeyDictionary()


def watch_of(desk: Desk) -> Watch:
    """The one watch of an open directory in this process."""
    return _WATCHES.setdefault(desk.bell, Watch())
