"""Every field, filter, order and dimension of every type is answered by the engine, whatever the data."""

from collections.abc import Iterator
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLSchema,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)

from directory.types import CONTENT_TYPES
from tests.schema.conftest import ADMIN, Network
from tests.turns import in_turn

VALUES = {  # something to compare with, by operator and type
    "Boolean": "true", "Int": "3", "Float": "1.5", "String": '"a"', "ID": '"Y2k6MGIyYw"', "Decimal": '"2.5"',
    "Date": '"2018-09-18"', "DateTime": '"2018-09-18T00:00:00Z"', "PartialDate": '"2018-09"', "Slug": '"a"',
    "CurrencyCode": '"EUR"',
}  # fmt: skip
POINT = "{latitude: 48.8, longitude: 2.4}"
REQUIRED = {"from": POINT}  # arguments that a field cannot do without
ORDERS = {"SortDirection": "DESC", "GeoPointInput": POINT}  # what is said of an order, by type; else one below
PREDICATES = 12  # of one question: a filter has at most 30, and some fields have several operators


def own(schema: GraphQLSchema, label: str, suffix: str = "") -> dict[str, Any]:
    """Every field of a type or of its input, but of those that all types have the ones whose turn it is."""
    types: Any = schema.type_map
    return in_turn({each: types[f"{each}{suffix}"].fields for each in CONTENT_TYPES}, label)


def selected(schema: GraphQLSchema, label: str) -> Iterator[str]:
    """Fields of a type, links with the ids of what they lead to."""
    for name, field in own(schema, label).items():
        below = get_named_type(field.type)
        if is_leaf_type(below):
            yield name + given(field)
        elif below.name.endswith("Connection"):
            yield f"{name}(first: 2) {{ totalCount pageInfo {{ endCursor }} nodes {{ id }} edges {{ cursor }} }}"
        else:
            plain = {key: each for key, each in below.fields.items() if is_leaf_type(get_named_type(each.type))}
            leaves = [key + given(each) for key, each in plain.items()]
            yield f"{name} {{ {' '.join(leaves)} }}"


def given(field: Any) -> str:
    """The arguments that the field cannot do without."""
    needed = [name for name, each in field.args.items() if is_required_argument(each)]
    return f"({', '.join(f'{name}: {REQUIRED[name]}' for name in needed)})" if needed else ""


def filtered(schema: GraphQLSchema, label: str) -> Iterator[str]:
    """Each operator of filters of a `where` input, alone."""
    for name, field in own(schema, label, "Where").items():
        below = get_named_type(field.type)
        if name in ("and", "or", "not", "slug", "slugs", "orBelow"):
            continue
        if below.name.endswith("Where"):
            yield f'{{{name}: {{slug: "a"}}}}'
        elif below.name.endswith("Many"):
            # Each alone: Neo4j multiplies out an "and" below an "or", and plans every product.
            yield from (f"{{{name}: {{{said}}}}}" for said in ('some: {slug: "a"}', "count: {gte: 1}"))
        elif below.name.endswith(("Filter", "Between")):
            yield from (f"{{{name}: {{{said}}}}}" for said in operators(below))


def operators(filter: Any) -> Iterator[str]:
    for name, field in filter.fields.items():
        below = get_named_type(field.type)
        if name in ("exact", "orBelow") or below.name.startswith("Geo"):
            continue
        if isinstance(below, GraphQLInputObjectType):
            yield f"{name}: {{{next(operators(below))}}}"
            continue
        value = next(iter(below.values)) if isinstance(below, GraphQLEnumType) else VALUES[below.name]
        yield f"{name}: {f'[{value}]' if name == 'in' else value}"


@pytest.mark.slow
@pytest.mark.parametrize("label", CONTENT_TYPES)
async def test_every_field_of_the_type_is_answered(label: str, network: Network) -> None:
    plural = CONTENT_TYPES[label].declared.plural
    fields = " ".join(selected(network.schema._schema, label))

    context = network.context(ADMIN)
    found = await network.schema.execute(f"{{ {plural}(first: 3) {{ nodes {{ {fields} }} }} }}", context_value=context)

    assert not found.errors, found.errors
    assert (context.round_trips, context.fallbacks) == (1, 0)


@pytest.mark.slow
@pytest.mark.parametrize("label", CONTENT_TYPES)
async def test_every_filter_order_and_dimension_of_the_type_is_understood(label: str, network: Network) -> None:
    plural = CONTENT_TYPES[label].declared.plural
    types: Any = network.schema._schema.type_map
    filters = list(filtered(network.schema._schema, label))
    for start in range(0, len(filters), PREDICATES):
        where = ", ".join(filters[start : start + PREDICATES])
        await network.ask(f"{{ {plural}(where: {{or: [{where}]}}, first: 1) {{ totalCount nodes {{ id }} }} }}", ADMIN)
    keys = [
        f"{{{name}: {ORDERS.get(get_named_type(each.type).name, '{title: ASC}')}}}"
        for name, each in own(network.schema._schema, label, "Order").items()
    ]
    for start in range(0, len(keys), 8):
        order = ", ".join(keys[start : start + 8])
        await network.ask(f"{{ {plural}(orderBy: [{order}], first: 1) {{ edges {{ cursor }} }} }}", ADMIN)
    if f"{label}Dimension" in types:
        names = list(types[f"{label}Dimension"].values)
        asked = enumerate(f"{plural}Aggregate(groupBy: [{name}]) {{ keys {{ key }} count }}" for name in names)
        counts = [f"c{number}: {each}" for number, each in asked]
        await network.ask(f"{{ {' '.join(counts)} }}", ADMIN)
