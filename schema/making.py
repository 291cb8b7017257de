"""Strawberry types made from data: the schema is a loop over facts, so its classes are made, not written."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache
from types import GenericAlias
from typing import Any

import strawberry
from strawberry.annotation import StrawberryAnnotation
from strawberry.schema_directives import OneOf
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.base import StrawberryObjectDefinition, get_object_definition
from strawberry.types.enum import StrawberryEnumDefinition
from strawberry.types.field import StrawberryField


@dataclass(frozen=True)
class Argument:
    """An argument of a field: its name and type in GraphQL, and what it does."""

    name: str
    type: Any
    description: str
    default: Any = strawberry.UNSET


@dataclass(frozen=True)
class FieldSpec:
    """A field of an object or of an input: its name and type in GraphQL, and what it holds."""

    name: str
    type: Any
    description: str
    arguments: tuple[Argument, ...] = ()
    default: Any = field(default=strawberry.UNSET)


@dataclass(frozen=True)
class Member:
    """A value of an enum: its name in GraphQL, the value in Python, what it means."""

    name: str
    value: str
    description: str


def _phrase(words: str) -> str:
    """The words as they are shown: a sentence alone needs no full stop. There are thousands of them to be loaded."""
    return words if ". " in words else words.removesuffix(".")


def list_of(kind: Any) -> Any:
    """The annotation of a list of a type that is made from data."""
    return GenericAlias(list, (kind,))


def bare(name: str, bases: tuple[type, ...] = ()) -> type:
    """A class to be filled by `fill_object` or `fill_input`: others may name it before."""
    return type(name, bases, {"__module__": __name__})


def fill_object(cls: type, description: str, fields: Iterable[FieldSpec], interface: bool = False) -> None:
    """Make the class a GraphQL object (or interface) type with these fields, after those of its interfaces."""
    above = [known for base in cls.__mro__[1:] if (known := get_object_definition(base))]
    made = {field.python_name: field for each in reversed(above) for field in each.fields}
    made |= {field.python_name: field for field in map(_field, fields)}
    _define(cls, description, made.values(), interfaces=above, is_interface=interface)


def fill_input(cls: type, description: str, fields: Iterable[FieldSpec], one_of: bool = False) -> None:
    """Make the class a GraphQL input type with these fields; `one_of`: exactly one of them is given."""
    _define(cls, description, map(_field, fields), is_input=True, directives=[OneOf()] if one_of else [])


def _define(
    cls: type,
    description: str,
    fields: Iterable[StrawberryField],
    interfaces: Iterable[StrawberryObjectDefinition] = (),
    **more: Any,
) -> None:
    """Give the class what Strawberry's decorators would: they also make it a dataclass, which takes far longer.

    No instance is ever made of these classes: they stand for types only.
    """
    given = {"is_input": False, "is_interface": False, "directives": [], **more}
    cls.__strawberry_definition__ = StrawberryObjectDefinition(  # type: ignore[attr-defined]  # as Strawberry does
        name=cls.__name__,
        origin=cls,
        description=_phrase(description),
        interfaces=list(interfaces),
        fields=list(fields),
        extend=False,
        is_type_of=None,
        resolve_type=None,
        **given,
    )


def enum_type(name: str, description: str, members: Iterable[Member]) -> Any:
    """A GraphQL enum; its values in Python are texts."""
    given = list(members)
    made = Enum(name, {each.name: each.value for each in given})  # type: ignore[misc]  # made from data
    strawberry.enum(made, name=name, description=_phrase(description))
    definition: StrawberryEnumDefinition = made.__strawberry_definition__  # type: ignore[attr-defined]  # just set
    for value, each in zip(definition.values, given, strict=True):
        value.description = _phrase(each.description)
    return made


@lru_cache(2_000)
def _annotation(kind: Any) -> StrawberryAnnotation:
    """The annotation of a type, one for all fields that have it: resolving it takes longer than all else here.

    The namespace is not None, so that Strawberry does not forget what it resolved when it meets the next field.
    """
    return StrawberryAnnotation(kind, namespace={})


class _Field(StrawberryField):
    """A field whose type is the same wherever it stands: none is generic, and Strawberry asks for it five times."""

    def resolve_type(self, *, type_definition: StrawberryObjectDefinition | None = None) -> Any:
        """The type."""
        assert self.type_annotation is not None
        return self.type_annotation.resolve()


def _field(spec: FieldSpec) -> StrawberryField:
    made = _Field(
        python_name=spec.name,
        graphql_name=spec.name,
        description=_phrase(spec.description),
        type_annotation=_annotation(spec.type),
        default=spec.default,
    )
    made.arguments = [_argument(each) for each in spec.arguments]
    return made


def _argument(spec: Argument) -> StrawberryArgument:
    return StrawberryArgument(
        python_name=spec.name,
        graphql_name=spec.name,
        type_annotation=_annotation(spec.type),
        description=_phrase(spec.description),
        default=spec.default,
    )
