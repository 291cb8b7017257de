"""Fields that carry their facts: everything the rest of the house derives, said once beside the field.

A content type is a frozen dataclass; each of its fields is made by a function of this file (`text`, `choice`, `link`,
...) that keeps a `Fact` in the field's metadata. GraphQL types, filters, orders, indexes, validation, import columns
and the reference page are functions of `facts(cls)`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from functools import cache
from typing import Any, Final, TypeVar, cast

from graph.query import Audience

ANY: Final = ("*",)
"""A link that may lead to an item of any type."""


class Kind(StrEnum):
    """What a field holds: decides how it is stored, checked, filtered, ordered and shown."""

    TEXT = "text"
    RICH_TEXT = "rich text"
    IDENTIFIER = "identifier"
    EMAIL = "email"
    PHONE = "phone"
    URL = "url"
    CHOICE = "choice"  # a closed vocabulary: an enum in code
    TERM = "term"  # an open vocabulary: terms that managers keep
    COUNTRY = "country"
    LANGUAGE = "language"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"
    PARTIAL_DATE = "partial date"
    QUANTITY = "quantity"
    MONEY = "money"
    PLACE = "place"
    GEOMETRY = "geometry"
    POINT = "point"
    FILE = "file"
    STORED_QUESTION = "stored question"
    LINK = "link"
    CITATION = "citation"


class Need(StrEnum):
    """When a field must be filled: never, to create, or to submit and publish."""

    NEVER = ""
    CREATE = "c"
    PUBLISH = "p"


@dataclass(frozen=True, slots=True)
class Fact:
    """All that is known of a field."""

    kind: Kind
    description: str
    name: str = ""
    need: Need = Need.NEVER
    several: bool = False
    localised: bool = False  # one value a language
    weight: int = 0  # in full-text search: 3 names, 2 descriptions, 1 body
    audience: Audience = Audience.PUBLIC
    vocabulary: str | None = None
    columns: tuple[str, ...] = ()  # import headers beside the field's own name
    system: bool = False  # set by the system, never by an input
    sort: bool = False  # a page in this order is read from an index
    index: bool = False  # looked up by equality often
    unique: bool = False  # over all items of the type
    default: Any = None
    check: Callable[[str], str] | None = None  # gives the normal form, or raises ValueError with a sentence
    to: tuple[str, ...] = ()
    inverse: Mapping[str, str] | None = field(default=None, hash=False)  # name there, by type there; "*" = any
    unit: str | None = None  # of a quantity that is always in one unit
    least: float | None = None  # of a number, this value included
    most: float | None = None
    parent: bool = False  # the link is the parent, when the parent has one of these types


def _of(fact: Fact) -> Any:
    if fact.default is not None:
        return field(default=fact.default, metadata={"fact": fact})
    return field(default=() if fact.several and not fact.localised else None, metadata={"fact": fact})


def _made(kind: Kind, description: str, need: str, facts: Mapping[str, Any]) -> Any:
    return _of(Fact(kind, description, need=Need(need), **facts))


def text(description: str, need: str = "", **facts: Any) -> Any:
    """Plain text; `localised=True` for one a language, `several=True` for a list."""
    return _made(Kind.TEXT, description, need, facts)


def rich_text(description: str, need: str = "", **facts: Any) -> Any:
    """Sanitised HTML."""
    return _made(Kind.RICH_TEXT, description, need, facts)


def identifier(description: str, check: Callable[[str], str] | None = None, need: str = "", **facts: Any) -> Any:
    """A code of a scheme, checked by the scheme's own rule."""
    return _made(Kind.IDENTIFIER, description, need, {"check": check, **facts})


def email(description: str, need: str = "", **facts: Any) -> Any:
    """A function address, never a person's."""
    return _made(Kind.EMAIL, description, need, facts)


def phone(description: str, need: str = "", **facts: Any) -> Any:
    """A telephone number, kept in E.164."""
    return _made(Kind.PHONE, description, need, facts)


def url(description: str, need: str = "", **facts: Any) -> Any:
    """An absolute http or https address."""
    return _made(Kind.URL, description, need, facts)


def choice(vocabulary: str, description: str, need: str = "", **facts: Any) -> Any:
    """A code of a closed vocabulary (`directory/enums.py`)."""
    return _made(Kind.CHOICE, description, need, {"vocabulary": vocabulary, **facts})


def term(vocabulary: str, description: str, need: str = "", **facts: Any) -> Any:
    """A code of an open vocabulary (`directory/vocabularies.py`)."""
    return _made(Kind.TERM, description, need, {"vocabulary": vocabulary, **facts})


def country(description: str, need: str = "", **facts: Any) -> Any:
    """An ISO 3166-1 alpha-2 code."""
    return _made(Kind.COUNTRY, description, need, facts)


def language(description: str, need: str = "", **facts: Any) -> Any:
    """A BCP 47 language tag."""
    return _made(Kind.LANGUAGE, description, need, facts)


def integer(description: str, need: str = "", **facts: Any) -> Any:
    """A whole number."""
    return _made(Kind.INTEGER, description, need, facts)


def number(description: str, need: str = "", **facts: Any) -> Any:
    """A number that may have a fraction."""
    return _made(Kind.NUMBER, description, need, facts)


def boolean(description: str, need: str = "", **facts: Any) -> Any:
    """True, false, or unknown when there is no default."""
    return _made(Kind.BOOLEAN, description, need, facts)


def date(description: str, need: str = "", **facts: Any) -> Any:
    """A calendar day."""
    return _made(Kind.DATE, description, need, facts)


def datetime(description: str, need: str = "", **facts: Any) -> Any:
    """An instant, kept in UTC."""
    return _made(Kind.DATETIME, description, need, facts)


def partial_date(description: str, need: str = "", **facts: Any) -> Any:
    """A year, a month or a day, as the source has it."""
    return _made(Kind.PARTIAL_DATE, description, need, facts)


def quantity(description: str, need: str = "", **facts: Any) -> Any:
    """A number of a unit with its qualifier."""
    return _made(Kind.QUANTITY, description, need, facts)


def money(description: str, need: str = "", **facts: Any) -> Any:
    """An amount of a currency."""
    return _made(Kind.MONEY, description, need, facts)


def place(description: str, need: str = "", **facts: Any) -> Any:
    """A point of WGS 84."""
    return _made(Kind.PLACE, description, need, facts)


def geometry(description: str, need: str = "", **facts: Any) -> Any:
    """A GeoJSON polygon or multipolygon, as text."""
    return _made(Kind.GEOMETRY, description, need, facts)


def point(description: str, need: str = "", **facts: Any) -> Any:
    """A point of a picture, x and y from 0 to 1."""
    return _made(Kind.POINT, description, need, facts)


def file(description: str, need: str = "", **facts: Any) -> Any:
    """A kept file."""
    return _made(Kind.FILE, description, need, facts)


def stored_question(description: str, need: str = "", **facts: Any) -> Any:
    """A filter as the API has it, as JSON text."""
    return _made(Kind.STORED_QUESTION, description, need, facts)


def citations(description: str, **facts: Any) -> Any:
    """Places in sources."""
    return _made(Kind.CITATION, description, "", {"several": True, "to": ("Source",), **facts})


def link(
    description: str, to: tuple[str, ...], inverse: str | Mapping[str, str] | None = None, need: str = "", **facts: Any
) -> Any:
    """A link to an item of one of the types `to`; `several=True` for a list; `inverse` is its name from there."""
    names = {"*": inverse} if isinstance(inverse, str) else inverse
    return _made(Kind.LINK, description, need, {"to": to, "inverse": names, **facts})


R = TypeVar("R")


def once_a_type(function: Callable[[type], R]) -> Callable[[type], R]:
    """The function, computed once for each class."""
    return cast(Callable[[type], R], cache(function))


@once_a_type
def facts(cls: type) -> Mapping[str, Fact]:
    """The facts of a content type's fields, by field name, in the order of declaration.

    Raises TypeError for a field that was not made by a function of this file.
    """
    found: dict[str, Fact] = {}
    for each in fields(cls):
        if "fact" not in each.metadata:
            raise TypeError(f"{cls.__name__}.{each.name} has no facts: make it by a function of directory.fields")
        found[each.name] = replace(each.metadata["fact"], name=each.name)
    return found


def columns(cls: type) -> dict[str, str]:
    """The headers an import recognises, each with the field it fills."""
    own = {name: name for name in facts(cls)}
    return own | {header: name for name, fact in facts(cls).items() for header in fact.columns}
