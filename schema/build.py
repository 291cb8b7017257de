"""The schema, built from the content types: every type, input and root field follows from the facts of their fields."""

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

import strawberry
from graphql import GraphQLInterfaceType, GraphQLObjectType, GraphQLSchema
from strawberry.schema.config import StrawberryConfig

from directory.item import Item
from directory.types import CONTENT_TYPES
from schema.aggregates import Counting, declare_aggregates
from schema.analyses import Analyses
from schema.answers import EXTENSION, Answers
from schema.collected import MOST_SHOWN, Questions
from schema.connection import PAGE_INFO, Lists, declare_connections
from schema.costs import COST, ONCE, SIZE
from schema.dimensions import SITE, declare_enum, dimensions, measures
from schema.executor import Execution, read, type_name
from schema.facets import DEFAULT_TOP, declare_facets, facet_field
from schema.filters import declare_currency, declare_filters
from schema.kit import Kit, kit_for
from schema.links import CITATION
from schema.making import bare
from schema.mutations import Mutations
from schema.objects import Objects
from schema.orders import Orders
from schema.plan import Readers
from schema.queries import RESOLVERS, Queries
from schema.scalars import SCALARS
from schema.searching import declare_search
from schema.subscriptions import Subscriptions
from schema.values import declare_values
from schema.walking import DEFAULT_LENGTH, DEFAULT_NODES, declare_walks
from schema.wheres import Wheres

PARTS: Final = (PAGE_INFO, CITATION, "DatePeriod", "Quantity", "Money", "GeoPoint", "FocalPoint", "StoredFile", "Term")

DEARER: Final[Mapping[str, Mapping[str, Any]]] = {
    "collectionItems": {COST: 10, SIZE: ("first", MOST_SHOWN)},
    "draft": {COST: 10},
    "nodes": {SIZE: ("ids", 1)},
    "search": {COST: 10},
    "facets": {COST: 10, SIZE: ("top", DEFAULT_TOP), ONCE: True},
    "neighbourhood": {COST: 50, SIZE: ("limit", DEFAULT_NODES)},
    "shortestPath": {COST: 100, SIZE: ("maxLength", DEFAULT_LENGTH)},
}
"""What fields cost that search everything or ask the graph several things; what bounds the items below them."""


def build(
    content_types: Mapping[str, type[Item]] = CONTENT_TYPES,
    *,
    plans: bool = True,
) -> strawberry.Schema:
    """The schema of these content types. Without `plans`, graphql-core completes every answer: slower, and equal."""
    kit = kit_for(content_types)
    for name in PARTS:
        kit.parts[name] = bare(name)
    lists = _inputs(kit)
    values = declare_values(kit)
    countings = _countings(lists)
    aggregates = {**declare_aggregates(kit), **declare_facets(countings)}
    facets = {label: facet_field(each, kit.parts[f"{label}Dimension"]) for label, each in countings.items()}
    connections = declare_connections(kit, facets)
    found = {**declare_search(lists), **declare_walks(kit)}
    objects = Objects(lists).declare()
    questions = Questions(lists)
    queries = Queries(lists, countings, questions)
    analyses = Analyses(kit)
    query = queries.declare(analyses.declare())
    mutations, subscriptions = Mutations(kit, questions), Subscriptions(kit)
    made = strawberry.Schema(
        query=query,
        mutation=mutations.declare(),
        subscription=subscriptions.declare(),
        types=[kit[label].object for label in content_types],
        execution_context_class=Execution,
        config=StrawberryConfig(scalar_map=SCALARS),
    )
    readers = {**values, **connections, **aggregates, **found, **objects}
    _bind(made._schema, readers)
    questions.bind(made._schema)
    analyses.bind(made._schema)
    mutations.bind(made._schema)
    subscriptions.bind(made._schema)
    made._schema.extensions[EXTENSION] = Answers(queries.roots, readers, plans)
    return made


@cache
def built(plans: bool) -> strawberry.Schema:
    """The schema of the content types, made once in a process: nothing in it depends on who asks."""
    return build(plans=plans)


def _countings(lists: Lists) -> Mapping[str, Counting]:
    """How the items of each type are counted; the enums of dimensions are made."""
    found = {}
    for label in lists.kit.content_types:
        if label not in SITE:
            found[label] = Counting(lists, label, dimensions(lists.kit, label), measures(lists.kit, label))
            words = f"Dimensions of {label}."
            lists.kit.parts[f"{label}Dimension"] = declare_enum(f"{label}Dimension", words, found[label].dimensions)
    return found


def _inputs(kit: Kit) -> Lists:
    declare_currency(kit)
    declare_filters(kit)
    wheres, orders = Wheres(kit), Orders(kit)
    wheres.declare()
    orders.declare()
    return Lists(kit, wheres, orders)


def _price(type: GraphQLObjectType) -> None:
    """Say what fields cost that ask the graph several things, or search all of it, and how much lies below them."""
    for name, field in type.fields.items():
        if name in DEARER and (type.name == "Query" or type.name.endswith("Connection")):
            field.extensions |= DEARER[name]


def _bind(schema: GraphQLSchema, readers: Readers) -> None:
    """Have the objects that the graph answers read by their makers, and named by their plans."""
    for type in schema.type_map.values():
        if isinstance(type, GraphQLObjectType) and type.name in readers:
            type.is_type_of = None
            for field in type.fields.values():
                field.resolve = read
        elif isinstance(type, GraphQLInterfaceType) and type.name in ("Node", "Item"):
            type.resolve_type = type_name
    query: Any = schema.query_type
    for type in schema.type_map.values():
        if isinstance(type, GraphQLObjectType):
            _price(type)
    for name, resolve in RESOLVERS.items():
        query.fields[name].resolve = resolve
    for field in schema.type_map["Viewer"].fields.values():  # type: ignore[attr-defined]  # it is an object type
        field.resolve = None
