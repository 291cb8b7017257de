"""What all types have alike, asked of some types each: Neo4j plans each anew, and that is what takes long."""

from collections.abc import Mapping
from typing import TypeVar

from directory.types import CONTENT_TYPES

T = TypeVar("T")
TURNS = 5
"""One type in so many is asked for each thing that all have."""


def in_turn(held: Mapping[str, Mapping[str, T]], label: str) -> dict[str, T]:
    """What a type holds by name, of all types: all that is its own, and of what all hold that whose turn it is."""
    shared = set.intersection(*map(set, held.values()))
    turn = list(CONTENT_TYPES).index(label)
    numbered = enumerate(held[label].items())
    return {name: each for number, (name, each) in numbered if name not in shared or (number + turn) % TURNS == 0}
