"""A Cypher text and its parameters: what passes between the compiler and the store."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement. Its text names its parameters as `Engine.parameter` writes them; `parameters` is always flat."""

    text: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
