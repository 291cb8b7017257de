"""The schema as text, one member a line with its description before it: short enough to be read in review.

The printer of graphql-core gives every description lines of its own, which makes the same schema half as long again.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLDirective,
    GraphQLEnumType,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLUnionType,
    is_introspection_type,
    is_specified_directive,
    is_specified_scalar_type,
    print_ast,
)
from graphql.utilities.get_default_value_ast import get_default_value_ast


def sdl(schema: GraphQLSchema) -> str:
    """The whole schema, types by name, root types first."""
    roots = [type for type in (schema.query_type, schema.mutation_type, schema.subscription_type) if type]
    others = sorted((type for type in schema.type_map.values() if is_ours(type)), key=lambda type: type.name)
    types = [*roots, *(type for type in others if type not in roots)]
    directives = [each for each in schema.directives if not is_specified_directive(each)]
    return "\n".join([*map(_directive, directives), *map(_type, types)]) + "\n"


def is_ours(type: GraphQLNamedType) -> bool:
    """Whether the type is not part of GraphQL itself."""
    return not is_introspection_type(type) and not is_specified_scalar_type(type)


def _type(type: GraphQLNamedType) -> str:
    return "\n".join([*_said(type.description), _body(type)])


def _body(type: GraphQLNamedType) -> str:
    match type:
        case GraphQLScalarType():
            url = f" @specifiedBy(url: {json.dumps(type.specified_by_url)})" if type.specified_by_url else ""
            return f"scalar {type.name}{url}"
        case GraphQLObjectType() | GraphQLInterfaceType():
            word = "type" if isinstance(type, GraphQLObjectType) else "interface"
            named = " & ".join(each.name for each in type.interfaces)
            return _block(f"{word} {type.name}" + (f" implements {named}" if named else ""), _fields(type.fields))
        case GraphQLUnionType():
            return f"union {type.name} = {' | '.join(each.name for each in type.types)}"
        case GraphQLEnumType():
            values = (_line(each.description, name + _deprecated(each)) for name, each in type.values.items())
            return _block(f"enum {type.name}", values)
        case GraphQLInputObjectType():
            one_of = " @oneOf" if type.is_one_of else ""
            fields = (_line(each.description, _input(name, each)) for name, each in type.fields.items())
            return _block(f"input {type.name}{one_of}", fields)
    raise TypeError(f"{type} is of no known kind")


def _fields(fields: Mapping[str, Any]) -> Iterator[str]:
    for name, each in fields.items():
        yield _line(each.description, f"{name}{_arguments(each.args)}: {each.type}{_deprecated(each)}")


def _arguments(arguments: Mapping[str, GraphQLArgument]) -> str:
    said = [" ".join([*_said(each.description), _input(name, each)]) for name, each in arguments.items()]
    return f"({', '.join(said)})" if said else ""


def _input(name: str, given: GraphQLArgument | GraphQLInputField) -> str:
    value = get_default_value_ast(given)
    default = f" = {print_ast(value)}" if value else ""
    return f"{name}: {given.type}{default}{_deprecated(given)}"


def _deprecated(member: Any) -> str:
    reason = member.deprecation_reason
    return "" if reason is None else f" @deprecated(reason: {json.dumps(reason, ensure_ascii=False)})"


def _directive(directive: GraphQLDirective) -> str:
    places = " | ".join(each.name for each in directive.locations)
    repeatable = " repeatable" if directive.is_repeatable else ""
    head = f"directive @{directive.name}{_arguments(directive.args)}{repeatable} on {places}"
    return "\n".join([*_said(directive.description), head])


def _said(description: str | None) -> list[str]:
    return [json.dumps(description, ensure_ascii=False)] if description else []


def _line(description: str | None, text: str) -> str:
    return " ".join(["", *_said(description), text])


def _block(head: str, lines: Iterable[str]) -> str:
    return "\n".join([f"{head} {{", *lines, "}"])
