"""Texts that try to leave their place in a statement, and every place of the API where a text may be given."""

from collections.abc import Iterator, Mapping
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLScalarType,
    get_named_type,
    is_leaf_type,
    is_required_argument,
    is_required_input_field,
)

MARK = "zqxj"
"""Stands in each text, and nowhere else: where a statement holds it, a text has left its place."""
ATTACKS = tuple(
    text.replace("#", MARK)
    for text in (
        "#", "'#", '"#', "`#", "\\#", "#\\", "\\'#", "''#''", "#' OR 1=1 //", '#" OR 1=1 //', "#' OR '1'='1",
        "#'}) DETACH DELETE n //", '#"}) MATCH (m) DETACH DELETE m RETURN count(m) //', "#`) DETACH DELETE n //",
        "#' RETURN 1 UNION MATCH (u:User) RETURN u.id //", "#'}) SET n.state = 'published' //",
        "#\\u0027}) DETACH DELETE n //", "#\\u0060) DETACH DELETE n //", "#\u02b9 OR 1=1", "#ʼ OR 1=1", "＇# OR 1=1",
        "#$p0", "$#", "{#}", "#; DROP CONSTRAINT x", "#'; DELETE FROM Organisation; --", "#/* */", "# // comment",
        "#\n//\n", "#\r\nMATCH (n) DETACH DELETE n", "#\x00", "#' + n.email + '", "#' STARTS WITH ''", "#.*", "(?i)#.*",
        "#%", "#' YIELD value //", "#' CALL db.labels() YIELD label RETURN label //",
        "#') CALL { MATCH (n) DELETE n } //", "LOAD CSV FROM 'file:///etc/passwd' AS # RETURN #",
        "#:Person", "#`:`Person", "# OR *:*", "#~1",
        "#^9 AND title:a", "#*", "[# TO *]", "+# -x", "#💥", "#\u202e", "e\u0301#",
    )
)  # fmt: skip


def filled(type: Any, text: str) -> Iterator[Any]:
    """Values of an input type that hold the text: one for each place in it where a text may stand by itself."""
    if isinstance(type, GraphQLNonNull):
        yield from filled(type.of_type, text)
    elif isinstance(type, GraphQLList):
        yield from ([each] for each in filled(type.of_type, text))
    elif isinstance(type, GraphQLScalarType):
        if type.name in ("String", "ID"):
            yield text
    elif isinstance(type, GraphQLInputObjectType) and type.is_one_of:
        yield from ({name: each} for name, field in type.fields.items() for each in filled(field.type, text))


def needed(type: Any) -> Any:
    """A value that an input type takes, as small as can be."""
    type = type.of_type if isinstance(type, GraphQLNonNull) else type
    if isinstance(type, GraphQLList):
        return []
    if isinstance(type, GraphQLEnumType):
        return next(iter(type.values))
    if isinstance(type, GraphQLInputObjectType):
        fields = list(type.fields.items())[:1] if type.is_one_of else type.fields.items()
        return {name: needed(field.type) for name, field in fields if type.is_one_of or is_required_input_field(field)}
    return {"Int": 1, "Float": 1.0, "Boolean": True}.get(type.name, "a")


def arguments_with(field: GraphQLField, text: str) -> Iterator[Mapping[str, Any]]:
    """Arguments of a field that hold the text once, each in another place."""
    least = {name: needed(each.type) for name, each in field.args.items() if is_required_argument(each)}
    for name, argument in field.args.items():
        yield from ({**least, name: value} for value in filled(argument.type, text))


def asking(name: str, field: GraphQLField, given: Mapping[str, Any]) -> str:
    """The document that asks the field with these arguments, as variables of the same names."""
    declared = ", ".join(f"${key}: {field.args[key].type}" for key in given)
    passed = ", ".join(f"{key}: ${key}" for key in given)
    return f"query({declared}) {{ {name}({passed}) {selection(field.type)} }}"


def selection(type: Any) -> str:
    """Little of a type, but what counts: how many there are, and of which type."""
    named = get_named_type(type)
    if is_leaf_type(named):
        return ""
    fields = getattr(named, "fields", {})
    return f"{{ __typename {'totalCount' if 'totalCount' in fields else ''} }}"


def predicates(where: Any, texts: Iterator[str]) -> Iterator[Mapping[str, Any]]:
    """Every operator on text or ids of every filter of a `where` input, alone, each with the next text."""
    for name, field in where.fields.items():
        filter = get_named_type(field.type)
        if filter.name.endswith("Filter") and filter.name != "GeoFilter":
            for operator, said in filter.fields.items():
                yield from ({name: {operator: value}} for value in filled(said.type, next(texts)))
