"""Answers that refuse: why, with which code and status, and how errors of an execution are shown."""

import logging
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from graphql import FieldNode, GraphQLError

from directory.errors import DirectoryError
from graph import Conflict, TooLarge, TooLong, Unreachable
from schema.context import language as ours
from schema.sentences import in_language, of_error

log = logging.getLogger("directory.errors")

CHALLENGE = {"WWW-Authenticate": "Bearer"}
"""The header that goes with 401."""
AWAY = "The directory cannot reach its data just now: try again in a moment."
LONGEST = 1_000
"""Characters of a message: some of graphql-core's repeat what they were given."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the status table: the code, the status with the new media type and with application/json."""

    code: str
    status: int
    legacy_status: int


class Why(Enum):
    """Every reason to refuse a request, with its code and its statuses: the one status table."""

    SYNTAX = Row("GRAPHQL_PARSE_FAILED", 400, 200)
    VALIDATION = Row("GRAPHQL_VALIDATION_FAILED", 400, 200)
    INPUT = Row("BAD_USER_INPUT", 400, 200)
    UNKNOWN_DOCUMENT = Row("PERSISTED_QUERY_NOT_FOUND", 400, 200)
    TOO_COMPLEX = Row("OPERATION_TOO_COMPLEX", 400, 400)
    REQUEST = Row("BAD_USER_INPUT", 400, 400)
    CREDENTIALS = Row("UNAUTHENTICATED", 401, 401)
    FORBIDDEN = Row("FORBIDDEN", 403, 403)
    FOREIGN_PAGE = Row("CSRF_PREVENTED", 403, 403)
    METHOD = Row("BAD_USER_INPUT", 405, 405)
    NOT_ACCEPTABLE = Row("BAD_USER_INPUT", 406, 406)
    SLOW_BODY = Row("TIMEOUT", 408, 408)
    LARGE_BODY = Row("BAD_USER_INPUT", 413, 413)
    LONG_URL = Row("BAD_USER_INPUT", 414, 414)
    MEDIA_TYPE = Row("BAD_USER_INPUT", 415, 415)
    BUDGET = Row("RATE_LIMITED", 429, 429)
    LARGE_HEADERS = Row("BAD_USER_INPUT", 431, 431)
    INTERNAL = Row("INTERNAL_SERVER_ERROR", 500, 500)
    OUTAGE = Row("UNAVAILABLE", 503, 503)
    TOO_LONG = Row("TIMEOUT", 503, 503)

    @property
    def code(self) -> str:
        """The code that clients may rely on."""
        return self.value.code

    def status(self, legacy: bool) -> int:
        """The HTTP status; `legacy` for the media type application/json."""
        return self.value.legacy_status if legacy else self.value.status


FOR_READERS = frozenset((Why.CREDENTIALS, Why.FORBIDDEN, Why.BUDGET, Why.INTERNAL, Why.OUTAGE, Why.TOO_LONG))
"""What whoever uses a program may meet, however well it asks; the other reasons are for who writes it, in English."""

ShownError = Mapping[str, Any]
"""An error as clients read it: message, locations, path, extensions."""


class Refused(Exception):
    """The request is not executed; `errors` are as clients read them, `headers` go with the answer."""

    def __init__(
        self,
        why: Why,
        message: str,
        *,
        errors: Sequence[ShownError] = (),
        headers: Mapping[str, str] | None = None,
        facts: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.why = why
        self.errors = tuple(errors) or ({"message": message, "extensions": {"code": why.code, **(facts or {})}},)
        self.headers = dict(headers or {})

    def said_in(self, language: str | None) -> list[ShownError]:
        """The errors; those for readers in the language of that tag, when we have them in it."""
        if self.why not in FOR_READERS:
            return list(self.errors)
        return [{**each, "message": in_language(each["message"], ours(language))} for each in self.errors]


@dataclass(slots=True)
class Shown:
    """The errors of one answer, as clients read them, and what they say about the server."""

    errors: list[ShownError] = field(default_factory=list)
    outage: bool = False


def refused_by(why: Why, errors: Sequence[GraphQLError], limit: int) -> Refused:
    """The refusal for errors that graphql-core found before execution."""
    shown = [said(error, error.message, (error.extensions or {}).get("code", why.code)) for error in errors]
    return Refused(why, errors[0].message, errors=cut(shown, limit))


def shown(errors: Sequence[GraphQLError], limit: int, language: str | None = None) -> Shown:
    """The errors of an execution: ours with their codes, anything else masked and logged under a reference.

    What is ours is said in the language of that tag, when we have it in it.
    """
    language = ours(language)
    result = Shown(outage=any(isinstance(root_cause(error), Unreachable) for error in errors))
    result.errors = cut([translated(error, language) for error in errors[: limit + 1]], limit, len(errors))
    return result


def translated(error: GraphQLError, language: str | None) -> ShownError:
    """One error of an execution as clients read it."""
    cause = root_cause(error)
    match cause:
        case DirectoryError():
            facts = {"path": list(cause.path)} if cause.path else {}
            return said(error, of_error(cause, language), cause.code, facts)
        case TooLong() | TooLarge():
            return said(error, in_language(str(cause), language), Why.TOO_LONG.code)
        case Unreachable():
            log.error("the graph is out of reach: %s", cause)
            return said(error, in_language(AWAY, language), Why.OUTAGE.code)
        case Conflict():
            return said(
                error, in_language("Somebody else is changing the same items: try again.", language), "CONFLICT"
            )
        case Refused():
            return said(error, in_language(str(cause), language), cause.why.code)
        case GraphQLError(extensions={"code": code}):
            return said(error, cause.message, str(code), cause.extensions)
        case GraphQLError() if cause.nodes and not isinstance(cause.nodes[0], FieldNode):
            return said(error, cause.message, Why.INPUT.code)
    return masked(error, cause, language)


def root_cause(error: BaseException) -> BaseException:
    """What a resolver raised, under the layers that graphql-core puts around it."""
    while isinstance(error, GraphQLError) and error.original_error is not None:
        error = error.original_error
    return error


def masked(error: GraphQLError, cause: BaseException, language: str | None = None) -> ShownError:
    """An internal error: the client reads a reference, the log has the rest under the same reference."""
    reference = secrets.token_hex(6)
    log.error("internal error %s at %s", reference, error.path, exc_info=cause)
    message = f"Something went wrong on our side; the reference is {reference}."
    return said(error, in_language(message, language), Why.INTERNAL.code, {"reference": reference})


def internal(cause: BaseException) -> Refused:
    """The refusal for a failure outside any field, logged under its reference."""
    error = masked(GraphQLError("internal error"), cause)
    return Refused(Why.INTERNAL, str(error["message"]), errors=[error])


def said(error: GraphQLError, message: str, code: str, facts: Mapping[str, Any] | None = None) -> ShownError:
    """An error with its place in the document and in the answer."""
    shown: dict[str, Any] = {"message": message if len(message) <= LONGEST else f"{message[:LONGEST]}…"}
    if error.locations:
        shown["locations"] = [{"line": each.line, "column": each.column} for each in error.locations]
    if error.path:
        shown["path"] = error.path
    return {**shown, "extensions": {**(facts or {}), "code": code}}


def cut(errors: list[ShownError], limit: int, total: int | None = None) -> list[ShownError]:
    """At most `limit` errors; when some are left out, the last one says how many.

    >>> [error["message"] for error in cut([{"message": "a"}, {"message": "b"}, {"message": "c"}], 2)]
    ['a', '2 more errors are not shown.']
    """
    total = total or len(errors)
    if total <= limit:
        return errors
    kept = errors[: limit - 1]
    code = errors[0].get("extensions", {}).get("code", Why.INTERNAL.code)
    rest = f"{total - len(kept)} more errors are not shown."
    return [*kept, {"message": rest, "extensions": {"code": code}}]
