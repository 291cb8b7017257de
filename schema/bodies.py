"""What a request asks: its body or its URL, read strictly, as an Ask."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import orjson

from directory.settings import Limits
from schema.documents import sha256_of
from schema.refusals import Refused, Why

PARAMETERS = ("query", "documentId", "variables", "operationName", "extensions")
MOST_PARAMETERS = 50


@dataclass(frozen=True, slots=True)
class Ask:
    """One operation that somebody asks for: a text or the hash of one, variables, which operation."""

    query: str | None = None
    sha256: str | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)
    operation_name: str | None = None


def bad(message: str) -> Refused:
    """The refusal of a request that is not well-formed."""
    return Refused(Why.REQUEST, message)


def strict_json(data: bytes, what: str = "The body") -> object:
    """The JSON value of some bytes, without NaN, key given twice, broken text or a number beyond all measure.

    >>> strict_json(b'{"a": 1}')
    {'a': 1}
    """
    try:
        # orjson refuses bad UTF-8, NaN, infinities and deep nesting in one fast pass; the second pass keeps
        # large integers exact and sees keys that are given twice.
        orjson.loads(data)
        return DECODER.decode(data.decode())
    except RecursionError:
        pass
    except ValueError as error:
        raise bad(f"{what} is not JSON: {brief(error)}.") from None
    # Raised out here: as the context of this one, the RecursionError would keep all its frames alive.
    raise bad(f"{what} is nested too deeply.")


def brief(error: ValueError) -> str:
    """What is wrong with some JSON, in short and without repeating it."""
    return str(error).partition(":")[0][:100]


def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object, each key once."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key is given twice")
    return found


DECODER = json.JSONDecoder(object_pairs_hook=unique)


def asked_by_body(value: object, limits: Limits) -> Ask:
    """What a JSON body asks; raises Refused."""
    if not isinstance(value, dict):
        raise bad("The body must be a JSON object.")
    return ask_of(value, limits)


def asked_by_url(query_string: bytes, limits: Limits) -> Ask:
    """What the query part of a URL asks; raises Refused."""
    try:
        pairs = parse_qsl(
            query_string.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MOST_PARAMETERS
        )
    except ValueError:
        raise bad("The URL is not well-formed.") from None
    given = [(name, value) for name, value in pairs if name in PARAMETERS]
    if len({name for name, _ in given}) != len(given):
        raise bad("A parameter is given twice.")
    parameters: dict[str, Any] = {name: value for name, value in given if value}
    for name in ("variables", "extensions"):
        if name in parameters:
            parameters[name] = strict_json(parameters[name].encode(), f"The parameter {name}")
    return ask_of(parameters, limits)


def ask_of(given: Mapping[str, Any], limits: Limits) -> Ask:
    """What these parameters ask; raises Refused."""
    query = parameter(given, "query", str)
    variables = parameter(given, "variables", dict) or {}
    if nested_deeper(variables.values(), limits.variable_depth):
        raise bad(f"The variables are nested more than {limits.variable_depth} levels deep.")
    sha256 = sha256_asked(given)
    if query is None and sha256 is None:
        raise bad("The request has neither query nor documentId.")
    if query is not None and sha256 is not None and sha256_of(query) != sha256:
        raise bad("The hash is not the one of the query.")
    return Ask(query, sha256, variables, parameter(given, "operationName", str))


def parameter(given: Mapping[str, Any], name: str, kind: type) -> Any:
    """A parameter of the kind it must have; None when it is absent or null."""
    value = given.get(name)
    if value is None or isinstance(value, kind):
        return value
    raise bad(f"{name} must be {'an object' if kind is dict else 'a string'}.")


def sha256_asked(given: Mapping[str, Any]) -> str | None:
    """The hash of the document asked for, by documentId or by the extension that Apollo's clients send."""
    document_id = parameter(given, "documentId", str)
    if document_id is not None:
        algorithm, _, digits = document_id.partition(":")
        if algorithm != "sha256" or not digits:
            raise bad("documentId must be sha256: and 64 hexadecimal digits.")
        return str(digits)
    persisted = parameter(parameter(given, "extensions", dict) or {}, "persistedQuery", dict)
    if persisted is None:
        return None
    sha256 = parameter(persisted, "sha256Hash", str)
    if persisted.get("version") != 1 or sha256 is None:
        raise bad("The extension persistedQuery must have version 1 and a sha256Hash.")
    return str(sha256)


def nested_deeper(values: Iterable[object], most: int) -> bool:
    """Whether lists and objects stand in one another more than so many times.

    >>> nested_deeper([[[1]]], 1), nested_deeper([[[1]]], 2)
    (True, False)
    """
    level = [each for each in values if isinstance(each, dict | list)]
    for _ in range(most):
        inner = [each for one in level for each in (one.values() if isinstance(one, dict) else one)]
        level = [each for each in inner if isinstance(each, dict | list)]
    return bool(level)
