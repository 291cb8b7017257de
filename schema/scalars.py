"""The scalars beside GraphQL's own: each is a text (in answers) whose form is checked (in questions)."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal as Number
from typing import Any, Final, NewType
from urllib.parse import urlsplit
from uuid import UUID as Uuid

import strawberry
from graphql import GraphQLError
from strawberry.types.scalar import ScalarDefinition

from directory.dates import PartialDate as Partial
from directory.desk import instant
from directory.stored import SCALE

DateTime = NewType("DateTime", str)
Date = NewType("Date", str)
PartialDate = NewType("PartialDate", str)
Decimal = NewType("Decimal", str)
Slug = NewType("Slug", str)
URL = NewType("URL", str)
Locale = NewType("Locale", str)
CurrencyCode = NewType("CurrencyCode", str)
UUID = NewType("UUID", str)

LARGEST: Final = Number(2**63 - 1) / SCALE  # amounts are kept as whole numbers of 64 bits

STEP: Final = Number(1) / SCALE


def refused(message: str) -> GraphQLError:
    """What tells the caller that a value has not the form it should."""
    return GraphQLError(message, extensions={"code": "BAD_USER_INPUT"})


def text(value: object) -> str:
    """The value, which is a text."""
    if not isinstance(value, str):
        raise refused(f"Expected a text, found {value!r}.")
    return value


def parsed_instant(value: object) -> str:
    """An instant as it is kept: UTC, milliseconds.

    >>> parsed_instant("2024-02-03T04:05:06+01:00")
    '2024-02-03T03:05:06.000Z'
    """
    try:
        moment = datetime.fromisoformat(text(value))
        if moment.tzinfo is None:
            raise ValueError
        return instant(moment.astimezone(UTC))
    except (ValueError, OverflowError):
        raise refused("Expected an instant with an offset, such as 2024-02-03T04:05:06Z.") from None


def parsed_day(value: object) -> str:
    """A day as YYYY-MM-DD."""
    given = text(value)
    try:
        if date.fromisoformat(given).isoformat() == given:
            return given
    except ValueError:
        pass
    raise refused("Expected a day, YYYY-MM-DD.")


def parsed_partial(value: object) -> str:
    """A year, a month or a day."""
    try:
        return Partial(text(value)).value
    except ValueError as reason:
        raise refused(f"{reason}.") from None


def parsed_decimal(value: object) -> str:
    """An exact number with at most four decimals, as the text given."""
    given = str(value) if isinstance(value, int) and not isinstance(value, bool) else text(value)
    try:
        number = Number(given)
        if number.is_finite() and abs(number) > LARGEST:
            raise refused(f"Expected a number from -{LARGEST} to {LARGEST}.")
        if number.is_finite() and number == number.quantize(STEP):
            return given
    except ArithmeticError:
        pass
    raise refused("Expected an exact number of at most four decimals, as a text such as “12.50”.")


def parsed_url(value: object) -> str:
    """An absolute http or https address."""
    given = text(value)
    try:
        parts = urlsplit(given)
        if parts.scheme in ("http", "https") and parts.hostname and given.isprintable() and " " not in given:
            return given
    except ValueError:
        pass
    raise refused("Expected an absolute http or https address.")


def parsed_uuid(value: object) -> str:
    """A UUID in its usual form."""
    try:
        return str(Uuid(text(value)))
    except ValueError:
        raise refused("Expected a UUID.") from None


def matching(pattern: str, sentence: str) -> Callable[[object], str]:
    """What takes a text of that form and refuses others with the sentence."""
    form = re.compile(pattern, re.ASCII)

    def parsed(value: object) -> str:
        given = text(value)
        if form.fullmatch(given) is None:
            raise refused(sentence)
        return given

    return parsed


def written(value: object) -> str:
    """What is answered: a text as it is kept, never something else made into a text."""
    if type(value) is not str:
        raise GraphQLError(f"A {type(value).__name__} was found where a text is kept.")
    return value


_SPECIFIED: Final = "https://scalars.graphql.org/andimarek"


def _scalar(name: str, description: str, parse: Callable[[object], str], url: str | None = None) -> ScalarDefinition:
    return strawberry.scalar(
        name=name, description=description, serialize=written, parse_value=parse, specified_by_url=url
    )


SCALARS: Final[dict[Any, ScalarDefinition]] = {
    DateTime: _scalar(
        "DateTime",
        "RFC 3339 instant with an offset, answered in UTC with milliseconds.",
        parsed_instant,
        f"{_SPECIFIED}/date-time.html",
    ),
    Date: _scalar("Date", "Calendar day, YYYY-MM-DD.", parsed_day, f"{_SPECIFIED}/local-date.html"),
    PartialDate: _scalar("PartialDate", "A year, a month or a day: YYYY, YYYY-MM or YYYY-MM-DD.", parsed_partial),
    Decimal: _scalar("Decimal", "Exact decimal number, carried as a string; at most four decimals.", parsed_decimal),
    Slug: _scalar(
        "Slug",
        "Small letters, digits and hyphens, at most 80.",
        matching(r"[a-z0-9-]{1,80}", "Expected small letters, digits and hyphens, at most 80."),
    ),
    URL: _scalar("URL", "Absolute http or https address.", parsed_url),
    Locale: _scalar(
        "Locale",
        "BCP 47 language tag.",
        matching(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*", "Expected a language tag, such as fr."),
        "https://www.rfc-editor.org/info/bcp47",
    ),
    CurrencyCode: _scalar(
        "CurrencyCode", "ISO 4217 code.", matching(r"[A-Z]{3}", "Expected an ISO 4217 code, such as EUR.")
    ),
    UUID: _scalar(
        "UUID", "Opaque unique key chosen by the client.", parsed_uuid, "https://www.rfc-editor.org/info/rfc9562"
    ),
}
"""The definition of each scalar, by the type that stands for it in annotations."""
