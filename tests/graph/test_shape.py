"""What is stored is declared before any data, on both engines, as often as one likes."""

import pytest

from graph import Graph, NewNode, NodeShape, Property, Shape, Statement
from graph.shape import Kind, arcadedb_declarations, neo4j_declarations

TREE = Shape(
    nodes=(
        NodeShape(
            "Tree",
            (
                Property("id", "string"),
                Property("okey", "string"),
                Property("height", "float"),
                Property("search", "string"),
                Property("names", "strings"),
            ),
            unique=("id",),
            indexed=("okey", "height"),
            search=("search",),
        ),
    ),
    links=("SHADES",),
)


async def indexes(graph: Graph) -> set[tuple[str, ...]]:
    """Each index of a tree: its kind and its properties."""
    rows = await graph._command("SHOW INDEXES")
    return {(row["type"], *row["properties"]) for row in rows if row["labelsOrTypes"] == ["Tree"]}


async def test_indexes_stand_as_declared_however_often(graph: Graph) -> None:
    await graph.shape(TREE)
    await graph.shape(TREE)

    assert await indexes(graph) == {("RANGE", "id"), ("RANGE", "okey"), ("RANGE", "height"), ("FULLTEXT", "search")}


async def test_a_second_look_declares_nothing(graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    await graph.shape(TREE)
    declared: list[str] = []

    async def declare(self: Graph, texts: list[str]) -> None:
        declared.extend(texts)

    monkeypatch.setattr(Graph, "_declare", declare)

    await graph.shape(TREE)

    assert declared == []


async def test_a_field_may_be_added_after_data(graph: Graph) -> None:
    await graph.shape(TREE)
    await graph.write(lambda transaction: transaction.create([NewNode("Tree", {"id": "oak", "okey": "oak"})]))
    [tree] = TREE.nodes
    wider = NodeShape(
        "Tree", (*tree.properties, Property("age", "integer")), tree.unique, (*tree.indexed, "age"), tree.search
    )

    await graph.shape(Shape((wider,), TREE.links))
    await graph.write(lambda transaction: transaction.update("Tree", "oak", {"age": 300}))

    assert await graph.read(Statement("MATCH (n:Tree) WHERE n.age > 200 RETURN n.id")) == ["oak"]
    assert ("RANGE", "age") in await indexes(graph)


async def test_a_float_keeps_its_decimals_after_a_round_number(graph: Graph) -> None:
    await graph.shape(TREE)
    await graph.write(lambda transaction: transaction.create([NewNode("Tree", {"id": "a", "height": 2.0})]))
    await graph.write(lambda transaction: transaction.create([NewNode("Tree", {"id": "b", "height": 2.7})]))

    assert await graph.read(Statement("MATCH (n:Tree) WITH n ORDER BY n.id RETURN n.height")) == [2.0, 2.7]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("string", "é"),
        ("integer", -(2**62)),
        ("float", 0.1),
        ("boolean", False),
        ("strings", ["b", "", "a"]),
        ("integers", [3, -1]),
        ("floats", [0.5, 2.0]),
        ("strings", []),
    ],
)
async def test_every_kind_comes_back_as_it_was(graph: Graph, kind: Kind, value: object) -> None:
    label = f"Box{kind.capitalize()}"
    await graph.shape(Shape((NodeShape(label, (Property("id", "string"), Property("v", kind)), ("id",), ()),), ()))
    await graph.write(lambda transaction: transaction.create([NewNode(label, {"id": "x", "v": value})]))

    [found] = await graph.read(Statement(f"MATCH (n:{label}) RETURN n.v"))

    assert (found, type(found)) == (value, type(value))


def one(properties: tuple[Property, ...], unique=("id",), indexed=(), search=()) -> NodeShape:
    return NodeShape("Box", properties, unique, indexed, search)


ID, TEXT, TAGS = Property("id", "string"), Property("text", "string"), Property("tags", "strings")


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ({"properties": (ID,), "indexed": ("age",)}, "no such property"),
        ({"properties": (ID,), "unique": ()}, "must be unique"),
        ({"properties": (ID, TEXT), "indexed": ("text",), "search": ("text",)}, "second index"),
        ({"properties": (ID, TAGS), "search": ("tags",)}, "only texts"),
    ],
)
def test_a_shape_that_an_engine_would_refuse_is_refused_at_once(parts: dict[str, tuple], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        one(**parts)


def test_what_neo4j_is_told() -> None:
    assert [each.text for each in neo4j_declarations(TREE)][-4:] == [
        "CREATE CONSTRAINT tree_id_unique IF NOT EXISTS FOR (n:Tree) REQUIRE n.id IS UNIQUE",
        "CREATE INDEX tree_okey IF NOT EXISTS FOR (n:Tree) ON (n.okey)",
        "CREATE INDEX tree_height IF NOT EXISTS FOR (n:Tree) ON (n.height)",
        "CREATE FULLTEXT INDEX tree_search IF NOT EXISTS FOR (n:Tree) ON EACH [n.search]",
    ]


def test_what_arcadedb_is_told() -> None:
    assert [each.text for each in arcadedb_declarations(TREE)][-10:] == [
        "CREATE VERTEX TYPE `Tree` IF NOT EXISTS",
        "CREATE PROPERTY `Tree`.`id` IF NOT EXISTS STRING",
        "CREATE PROPERTY `Tree`.`okey` IF NOT EXISTS STRING",
        "CREATE PROPERTY `Tree`.`height` IF NOT EXISTS DOUBLE",
        "CREATE PROPERTY `Tree`.`search` IF NOT EXISTS STRING",
        "CREATE INDEX IF NOT EXISTS ON `Tree` (`id`) UNIQUE",
        "CREATE INDEX IF NOT EXISTS ON `Tree` (`okey`) NOTUNIQUE",
        "CREATE INDEX IF NOT EXISTS ON `Tree` (`height`) NOTUNIQUE",
        "CREATE INDEX `tree_search` IF NOT EXISTS ON `Tree` (`search`) FULL_TEXT",
        "CREATE EDGE TYPE `SHADES` IF NOT EXISTS",
    ]
