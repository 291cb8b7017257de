"""What every verb of the directory is given: the graph, who asks, the time, new identities, settings, vocabularies."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from uuid import uuid4

from directory.actor import Actor, anonymous
from directory.settings import Settings
from directory.vocabularies import Vocabulary, vocabularies
from graph import Graph


class Bell:
    """Rings after each commit of this process, for those who wait for changes."""

    def __init__(self) -> None:
        self._next = asyncio.Event()

    def ring(self) -> None:
        """Wake everybody who waits."""
        self._next.set()
        self._next = asyncio.Event()

    def next(self) -> asyncio.Event:
        """The next ring: take it before looking, so that one that comes meanwhile is not missed."""
        return self._next

    async def wait(self, ring: asyncio.Event, seconds: float) -> bool:
        """Whether it rang within so many seconds."""
        try:
            async with asyncio.timeout(seconds):
                return await ring.wait()
        except TimeoutError:
            return False


def clock() -> datetime:
    """The present instant, in UTC."""
    return datetime.now(UTC)


def new_id() -> str:
    """A random id."""
    return str(uuid4())


@dataclass(frozen=True)
class Desk:
    """All that a verb may use: nothing else gives it time, chance or identity."""

    graph: Graph
    actor: Actor = anonymous
    clock: Callable[[], datetime] = clock
    new_id: Callable[[], str] = new_id
    settings: Settings = field(default_factory=Settings)
    vocabularies: Mapping[str, Vocabulary] = field(default_factory=vocabularies)
    bell: Bell = field(default_factory=Bell)

    def for_actor(self, actor: Actor) -> "Desk":
        """The same desk, asked by somebody else."""
        return replace(self, actor=actor)


def instant(moment: datetime) -> str:
    """An instant as it is kept: UTC, to the millisecond, so that texts order as times do.

    >>> instant(datetime(2024, 2, 3, 4, 5, 6, 789_000, UTC))
    '2024-02-03T04:05:06.789Z'
    """
    return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"


def now(desk: Desk) -> str:
    """The present instant by the desk's clock, as it is kept."""
    return instant(desk.clock())
