"""What resolvers are given: the desk of whoever asks, what they see, the day, the language; and what is counted."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from directory.actor import Actor
from directory.desk import Desk
from directory.permissions import sight
from directory.reading import moved_from
from directory.settings import Limits
from directory.stored import LANGUAGES
from directory.vocabularies import Vocabulary
from graph import Graph
from graph.query import Answer, Question, Sight, Tally
from graph.walking import Step, Tying


@dataclass
class Context:
    """One request. `locale` is the language that answers prefer; `round_trips` and `fallbacks` are counted.

    `again` says who asks as things are now, for those who listen for long; None for visitors. `shared` is what fields
    of the request have in common.
    """

    desk: Desk
    preferred: str | None = None
    round_trips: int = 0
    fallbacks: int = 0
    again: Callable[[], Awaitable[Actor]] | None = None
    shared: dict[Any, Any] = field(default_factory=dict)

    @property
    def graph(self) -> Graph:
        """The graph that answers."""
        return self.desk.graph

    @cached_property
    def sight(self) -> Sight:
        """What the asker sees: the same during the whole request."""
        return sight(self.desk)

    @property
    def today(self) -> str:
        """The day of the request, UTC."""
        return self.sight.now[:10]

    @property
    def locale(self) -> str:
        """The language of answers when a question names none."""
        return language(self.preferred) or self.desk.settings.locale

    @property
    def limits(self) -> Limits:
        """What one request may ask for."""
        return self.desk.settings.limits

    @cached_property
    def secret(self) -> bytes:
        """What signs cursors."""
        return self.desk.settings.secret.get_secret_value().encode()

    @property
    def vocabularies(self) -> Mapping[str, Vocabulary]:
        """The open vocabularies."""
        return self.desk.vocabularies

    def renew(self, actor: Actor | None = None) -> None:
        """Nothing; what is asked from now on is answered as things are now, to that actor when one is given."""
        vars(self).pop("sight", None)
        self.shared.clear()
        if actor is not None:
            self.desk = self.desk.for_actor(actor)

    async def rows(self, question: Question) -> Answer:
        """The answer of the graph, counted."""
        self.round_trips += 1
        return await self.graph.rows(question)

    async def moved_from(self, label: str, by: Mapping[str, Any]) -> str | None:
        """The own id of the item of the type that a reference names by an old path, counted when it is looked for."""
        if by.get("path") is None:
            return None
        self.round_trips += 1
        return await moved_from(self.desk, label, by["path"])

    async def tally(self, asked: Tally) -> list[list[object]]:
        """The counts of the graph, counted."""
        self.round_trips += 1
        return await self.graph.tally(asked)

    async def walk(self, asked: Step | Tying) -> list[list[str]]:
        """A step of a walk, counted."""
        self.round_trips += 1
        return await self.graph.walk(asked)


def language(tag: str | None) -> str | None:
    """The language of ours that a language tag asks for; None for any other.

    >>> language("fr-CA"), language("sv"), language(None)
    ('fr', None, None)
    """
    code = (tag or "").lower().partition("-")[0]
    return code if code in LANGUAGES else None
