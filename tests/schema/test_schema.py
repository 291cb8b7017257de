"""The schema as it is published: described, within its budget, and made from the facts of the content types."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import strawberry
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    build_schema,
    print_schema,
)

from directory import fields as f
from directory.item import content_type
from directory.types import CONTENT_TYPES, Channel
from schema.build import build
from schema.inputs import declare_inputs
from schema.kit import kit_for
from schema.making import bare
from schema.sdl import is_ours, sdl

COMMITTED = Path(__file__).parent.parent.parent / "schema" / "schema.graphql"


def ours(schema: strawberry.Schema) -> list[GraphQLNamedType]:
    return [each for each in schema._schema.type_map.values() if is_ours(each)]


def undescribed(type: GraphQLNamedType) -> Iterator[str]:
    if not type.description:
        yield type.name
    if isinstance(type, GraphQLEnumType):
        yield from (f"{type.name}.{name}" for name, value in type.values.items() if not value.description)
    if isinstance(type, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
        for name, field in type.fields.items():
            if not field.description:
                yield f"{type.name}.{name}"
            arguments: dict[str, Any] = getattr(field, "args", {})
            yield from (f"{type.name}.{name}({each}:)" for each in arguments if not arguments[each].description)


def test_the_schema_is_the_one_that_is_committed(schema: strawberry.Schema) -> None:
    assert sdl(schema._schema) == COMMITTED.read_text(), "print it: python -m schema > schema/schema.graphql"


def test_the_printed_schema_says_everything_that_the_schema_does(schema: strawberry.Schema) -> None:
    again = build_schema(sdl(schema._schema))

    assert sdl(again) == sdl(schema._schema)
    assert print_schema(again).count("\n") == print_schema(schema._schema).count("\n")


def test_every_type_field_argument_and_value_is_described(schema: strawberry.Schema) -> None:
    assert [name for type in ours(schema) for name in undescribed(type)] == []


def test_the_schema_keeps_within_its_budget(schema: strawberry.Schema) -> None:
    assert len(ours(schema)) <= 400
    assert len(sdl(schema._schema).encode()) <= 250_000  # the budget: it is loaded whole by every IDE


def test_a_name_is_given_to_one_type_only() -> None:
    kit = kit_for(CONTENT_TYPES)
    kit.parts["FileInput"] = bare("FileInput")

    with pytest.raises(ValueError, match="Two types would be named FileInput"):
        declare_inputs(kit)


def test_node_takes_an_id_and_nothing_else(schema: strawberry.Schema) -> None:
    query = schema._schema.query_type
    assert query is not None

    assert list(query.fields["node"].args) == ["id"]


@pytest.mark.parametrize("label", CONTENT_TYPES)
def test_every_content_type_has_its_root_fields(label: str, schema: strawberry.Schema) -> None:
    query = schema._schema.query_type
    assert query is not None

    assert {label[0].lower() + label[1:], CONTENT_TYPES[label].declared.plural} <= set(query.fields)


@content_type("channels", sits_in=("Cite",), unique_slug=True)
class Longer(Channel):
    """A channel with one field more."""

    lifts: int | None = f.integer("How many lifts.", sort=True)


def test_a_field_that_is_added_to_a_type_is_read_filtered_and_ordered_by() -> None:
    made = build({**CONTENT_TYPES, "Channel": Longer})._schema
    types: Any = made.type_map

    assert str(types["Channel"].fields["lifts"].type) == "Int"
    assert types["Channel"].fields["lifts"].description == "How many lifts"
    assert str(types["ChannelWhere"].fields["lifts"].type) == "IntFilter"
    assert "lifts" in types["ChannelOrder"].fields
