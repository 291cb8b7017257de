"""Waiting for changes: one look at the change counter serves all who listen, and one question all who ask the same."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Coroutine, Hashable
from contextlib import asynccontextmanager
from typing import Any, Final, TypeVar
from weakref import WeakKeyDictionary

from directory.changes import latest
from directory.desk import Bell, Desk
from graph import GraphError

T = TypeVar("T")

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
        self._asked: dict[Hashable, asyncio.Task[Any]] = {}

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

    async def together(self, key: Hashable, question: Coroutine[Any, Any, T]) -> T:
        """The answer to a question; who asks the same while it is on its way is given that answer.

        Hundreds wake up by one change, and most of them are visitors, who are told the same.
        """
        asked = self._asked.get(key)
        if asked is None:
            asked = self._asked[key] = asyncio.create_task(question)
            asked.add_done_callback(lambda done: self._has_answer(key, done))
        else:
            question.close()
        # One who leaves takes the answer from nobody.
        return await asyncio.shield(asked)

    def _has_answer(self, key: Hashable, done: asyncio.Task[Any]) -> None:
        del self._asked[key]
        if not done.cancelled():
            done.exception()  # who asked has it, unless they left

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
