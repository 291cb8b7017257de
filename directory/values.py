"""The values that fields hold, beside plain text, numbers and `PartialDate`: frozen, comparable, without behaviour."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

Texts: TypeAlias = Mapping[str, str]
"""One text a language, by language code."""


@dataclass(frozen=True, slots=True)
class Ref:
    """Another item: its type and its id."""

    type: str
    id: str


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number of a unit, with what the source says of its precision (`exact`, `more_than`, `around`, `nearly`)."""

    value: Decimal
    unit: str
    qualifier: str = "exact"


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of a currency (ISO 4217)."""

    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Place:
    """A point of WGS 84, in degrees."""

    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Point:
    """A point of a picture: x from the left, y from the top, both from 0.0 to 1.0."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Stored:
    """A file that is kept: its name, media type, size in bytes and SHA-256 in hexadecimal."""

    name: str
    type: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Citation:
    """A place in a source that supports an item, or one of its fields when `field` is given."""

    document: Ref
    locator: str | None = None
    field: str | None = None
