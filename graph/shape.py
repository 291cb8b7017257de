"""Which labels, properties and links are stored, and what keeps them unique, ordered and searchable."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["string", "integer", "float", "boolean", "strings", "integers", "floats"]


@dataclass(frozen=True, slots=True)
class Property:
    """A stored property and its type. Take "float" for whatever can have decimals: integers drop them silently."""

    name: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class NodeShape:
    """The nodes of one label. `search` names the properties of its one full-text index, `search_index(label)`.

    These hold folded words of letters and digits, one space between two.
    """

    label: str
    properties: tuple[Property, ...]
    unique: tuple[str, ...]
    indexed: tuple[str, ...]
    search: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        kinds = {each.name: each.kind for each in self.properties}
        if unknown := {*self.unique, *self.indexed, *self.search} - kinds.keys():
            raise ValueError(f"{self.label} declares an index on {sorted(unknown)}, and no such property")
        if "id" not in self.unique:
            raise ValueError(f"the id of {self.label} must be unique: nodes are found by it")
        if twice := set(self.search) & {*self.unique, *self.indexed}:
            raise ValueError(f"ArcadeDB refuses a second index on {sorted(twice)} of {self.label}: search a copy")
        if unfit := [name for name in self.search if kinds[name] != "string"]:
            raise ValueError(f"only texts can be searched, not {unfit} of {self.label}")


@dataclass(frozen=True, slots=True)
class Shape:
    """Everything that is stored: nodes by label, and the types of the links between them."""

    nodes: tuple[NodeShape, ...]
    links: tuple[str, ...]


# What the graph keeps for itself, beside what it is asked to keep.
OWN_NODES = (
    NodeShape("Counter", (Property("id", "string"), Property("value", "integer")), ("id",), ()),
    NodeShape("Migration", (Property("id", "string"), Property("number", "integer")), ("id",), ()),
)


@dataclass(frozen=True, slots=True)
class Declaration:
    """One thing the schema of an engine must hold: its name there, its type if it has one, how to make it."""

    name: str
    text: str
    kind: str = ""


def search_index(label: str) -> str:
    """The name of the full-text index of a label.

    >>> search_index("Organisation")
    'organisation_search'
    """
    return f"{label.lower()}_search"


def neo4j_declarations(shape: Shape) -> list[Declaration]:
    """What Neo4j must hold, in Cypher: constraints, range indexes, full-text indexes. It has no types to declare."""
    return [each for node in (*OWN_NODES, *shape.nodes) for each in _neo4j_node(node)]


def _neo4j_node(node: NodeShape) -> list[Declaration]:
    found = []
    label = node.label
    for name in node.unique:
        known = f"{label.lower()}_{name}_unique"
        text = f"CREATE CONSTRAINT {known} IF NOT EXISTS FOR (n:{label}) REQUIRE n.{name} IS UNIQUE"
        found.append(Declaration(known, text))
    for name in node.indexed:
        if name not in node.unique:  # a constraint has its own index, and refuses a second one
            known = f"{label.lower()}_{name}"
            found.append(Declaration(known, f"CREATE INDEX {known} IF NOT EXISTS FOR (n:{label}) ON (n.{name})"))
    if node.search:
        known = search_index(label)
        each = ", ".join(f"n.{name}" for name in node.search)
        text = f"CREATE FULLTEXT INDEX {known} IF NOT EXISTS FOR (n:{label}) ON EACH [{each}]"
        found.append(Declaration(known, text))
    return found


_ARCADEDB_TYPES: dict[Kind, tuple[str, str]] = {  # as SQL says them, and as the schema reports them
    "string": ("STRING", "STRING"),
    "integer": ("LONG", "LONG"),
    "float": ("DOUBLE", "DOUBLE"),
    "boolean": ("BOOLEAN", "BOOLEAN"),
    "strings": ("LIST OF STRING", "LIST"),
    "integers": ("LIST OF LONG", "LIST"),
    "floats": ("LIST OF DOUBLE", "LIST"),
}


def arcadedb_declarations(shape: Shape) -> list[Declaration]:
    """What ArcadeDB must hold, in its SQL: types first, since an index freezes whatever type its property then has."""
    links = [Declaration(name, f"CREATE EDGE TYPE `{name}` IF NOT EXISTS") for name in shape.links]
    return [each for node in (*OWN_NODES, *shape.nodes) for each in _arcadedb_node(node)] + links


def _arcadedb_node(node: NodeShape) -> list[Declaration]:
    label = node.label
    found = [Declaration(label, f"CREATE VERTEX TYPE `{label}` IF NOT EXISTS")]
    # The others keep whatever type a value comes with; declaring them all would only make the first start slow.
    typed = {*node.unique, *node.indexed, *node.search}
    for each in (each for each in node.properties if each.name in typed):
        said, reported = _ARCADEDB_TYPES[each.kind]
        text = f"CREATE PROPERTY `{label}`.`{each.name}` IF NOT EXISTS {said}"
        found.append(Declaration(f"{label}.{each.name}", text, reported))
    for name in node.unique:
        text = f"CREATE INDEX IF NOT EXISTS ON `{label}` (`{name}`) UNIQUE"
        found.append(Declaration(f"{label}[{name}]", text))
    for name in node.indexed:
        if name not in node.unique:
            text = f"CREATE INDEX IF NOT EXISTS ON `{label}` (`{name}`) NOTUNIQUE"
            found.append(Declaration(f"{label}[{name}]", text))
    if node.search:
        names = ", ".join(f"`{name}`" for name in node.search)
        known = search_index(label)
        found.append(Declaration(known, f"CREATE INDEX `{known}` IF NOT EXISTS ON `{label}` ({names}) FULL_TEXT"))
    return found
