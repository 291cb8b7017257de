"""Items that say the same in several languages, as values of a question; `graph.query` gives them to others."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Twins:
    """How items that say the same in several languages are told, and which one of them is wanted.

    Twins have one label, one of `labels`, and one value of `group`; an item without that value has none. The best of
    those that the asker sees has the earliest of the `preferred` languages, then the least language, then the least id.
    Items of other labels stand for themselves.
    """

    labels: tuple[str, ...]
    preferred: tuple[str, ...]
    group: str
    language: str


@dataclass(frozen=True, slots=True)
class Foremost:
    """The node is the best of its twins."""

    twins: Twins
