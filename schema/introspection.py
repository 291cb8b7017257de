"""Answers about the schema itself: they never change while the process runs, and take long to make."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Hashable

from graphql import ExecutionResult

MOST_KEPT = 5
"""Each may be ten megabytes of objects; clients are generated from a few."""


class Introspections:
    """The answers asked lately. New ones are made one after the other in a thread, so that others are served."""

    def __init__(self) -> None:
        self.kept: OrderedDict[Hashable, ExecutionResult] = OrderedDict()
        self.coming: dict[Hashable, asyncio.Task[ExecutionResult]] = {}
        self.turn = asyncio.Lock()

    async def ask(self, key: Hashable, work: Callable[[], ExecutionResult]) -> ExecutionResult:
        """The answer kept under that key, or what the work gives, which is then kept."""
        found = self.kept.get(key)
        if found is not None:
            self.kept.move_to_end(key)
            return found
        if key not in self.coming:
            self.coming[key] = asyncio.create_task(self.make(key, work))
        # A thread cannot be stopped: a client who leaves must not let the next one start beside it.
        return await asyncio.shield(self.coming[key])

    async def make(self, key: Hashable, work: Callable[[], ExecutionResult]) -> ExecutionResult:
        """What the work gives, when its turn has come; kept."""
        try:
            async with self.turn:
                made = await asyncio.to_thread(work)
        finally:
            del self.coming[key]
        self.kept[key] = made
        if len(self.kept) > MOST_KEPT:
            self.kept.popitem(last=False)
        return made
