"""What a column of values becomes in the answer: checked as a whole and written by its GraphQL leaf type.

A column that holds anything unexpected is `Odd`: nobody guesses here, graphql-core completes the same rows instead, so
that messages, paths and null bubbling are its own.
"""

import math
from collections.abc import Callable, Mapping
from itertools import chain
from typing import Any, Final, TypeAlias

from graphql import (
    GraphQLEnumType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLOutputType,
    GraphQLScalarType,
)

Column: TypeAlias = list[Any] | tuple[Any, ...]
Finish: TypeAlias = Callable[[Column], Column]

_NONE: Final = type(None)
_INT_MAX: Final = 2**31 - 1


class Odd(Exception):
    """A value that the plan does not expect: graphql-core is to say what it makes of it."""


def finish_for(type: GraphQLOutputType) -> Finish:
    """What finishes a column of values of that type: a leaf, or a list of leaves."""
    required = isinstance(type, GraphQLNonNull)
    inner: Any = type.of_type if isinstance(type, GraphQLNonNull) else type
    if isinstance(inner, GraphQLList):
        return _lists(finish_for(inner.of_type), required)
    return _leaves(inner, required)


def _leaves(leaf: GraphQLNamedType, required: bool) -> Finish:
    if isinstance(leaf, GraphQLEnumType):
        return _names({each.value: name for name, each in leaf.values.items()}, required)
    if isinstance(leaf, GraphQLScalarType) and leaf.name == "Int":
        return _integers(required)
    if isinstance(leaf, GraphQLScalarType) and leaf.name == "Float":
        return _floats(required)
    return _as_they_are(bool if leaf.name == "Boolean" else str, required)


def _as_they_are(kind: type, required: bool) -> Finish:
    allowed = {kind} if required else {kind, _NONE}

    def finish(column: Column) -> Column:
        if not set(map(type, column)) <= allowed:
            raise Odd
        return column

    return finish


def _integers(required: bool) -> Finish:
    check = _as_they_are(int, required)

    def finish(column: Column) -> Column:
        check(column)
        known = column if required else [each for each in column if each is not None]
        if known and (max(known) > _INT_MAX or min(known) < -_INT_MAX - 1):
            raise Odd
        return column

    return finish


def _floats(required: bool) -> Finish:
    def finish(column: Column) -> Column:
        found = set(map(type, column))
        if not found <= {float, int, _NONE} or (required and _NONE in found):
            raise Odd
        if not all(map(math.isfinite, (each for each in column if each is not None))):
            raise Odd
        return [each if each is None else float(each) for each in column] if int in found else column

    return finish


def _names(names: Mapping[Any, str], required: bool) -> Finish:
    known: dict[Any, str | None] = dict(names)
    if not required:
        known[None] = None

    def finish(column: Column) -> Column:
        try:
            return [known[each] for each in column]
        except (KeyError, TypeError):
            raise Odd from None

    return finish


def _lists(inner: Finish, required: bool) -> Finish:
    check = _as_they_are(list, required)

    def finish(column: Column) -> Column:
        check(column)
        flat = list(chain.from_iterable(each for each in column if each is not None))
        finished = inner(flat)
        if finished is flat:
            return column
        rest = iter(finished)
        return [each if each is None else [next(rest) for _ in each] for each in column]

    return finish
