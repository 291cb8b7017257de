"""The shape of the graph, derived from the content types: labels, properties, what is unique, indexed, searched."""

from typing import Final

from directory import stored
from directory.fields import Fact, Kind, facts
from directory.item import Item
from directory.links import link_facts, relationship, targets
from directory.types import CONTENT_TYPES
from graph import NodeShape, Property, Shape

_S: Final = "string"
SYSTEM_NODES: Final = (
    # Who has a key (`scheme:value`), over all items.
    NodeShape("Key", (Property("id", _S), Property("item", _S), Property("type", _S)), ("id",), ("item",)),
    # Which item is, or was, at a path: one way to keep siblings apart and old addresses alive.
    NodeShape(
        "Address",
        (Property("id", _S), Property("item", _S), Property("type", _S), Property("current", "boolean")),
        ("id",),
        ("item",),
    ),
    # What happened, in the order of commits: the history of every item and the change feed in one. A load of many new
    # items is one node, `items` their types and ids: it stands for as many changes, `number` is that of the last.
    NodeShape(
        "Change",
        (
            Property("id", _S),
            Property("number", "integer"),
            Property("at", _S),
            Property("by", _S),
            Property("action", _S),
            Property("item", _S),
            Property("type", _S),
            Property("scope", _S),
            Property("path", _S),
            Property("version", "integer"),
            Property("fields", "strings"),
            Property("before", _S),
            Property("comment", _S),
            Property("items", "strings"),
            # Whether visitors saw the item before and after: they are told that something went, not what.
            Property("was_public", "boolean"),
            Property("is_public", "boolean"),
        ),
        ("id", "number"),
        ("item", "path"),
    ),
    # What editors have changed of a published item, until it is published; without data, its last version only.
    NodeShape(
        "Draft",
        (
            Property("id", _S),
            Property("type", _S),
            Property("version", "integer"),
            Property("at", _S),
            Property("by", _S),
            Property("fields", "strings"),
            Property("data", _S),
        ),
        ("id",),
        (),
    ),
    # Items deleted to the trash, with what is needed to put them back: `items` are their ids, `parent` is that of the
    # first. By `items` and `keys` an import knows that people deleted them.
    NodeShape(
        "Trash",
        (
            Property("id", _S),
            Property("type", _S),
            Property("path", _S),
            Property("scope", _S),
            Property("at", _S),
            Property("by", _S),
            Property("parent", _S),
            Property("items", "strings"),
            Property("about", "strings"),
            Property("keys", "strings"),
            Property("data", _S),
        ),
        ("id",),
        ("parent",),
    ),
    # What no import brings back: persons whose name was removed, and what went for good with them. `id` is theirs, or
    # what an import makes of a key that they had; `item` the person who is there without the name.
    NodeShape("Gone", (Property("id", _S), Property("type", _S), Property("item", _S)), ("id",), ()),
    # A role of somebody on an item, and below it.
    NodeShape(
        "Grant",
        (Property("id", _S), Property("item", _S), Property("type", _S), Property("user", _S), Property("role", _S)),
        ("id",),
        ("item", "user"),
    ),
    # An item with grants of its own: the scope above it, and whether roles come down from there.
    NodeShape(
        "Scope",
        (Property("id", _S), Property("type", _S), Property("above", _S), Property("inherits", "boolean")),
        ("id",),
        (),
    ),
    NodeShape(
        "User",
        (Property("id", _S), Property("name", _S), Property("site_admin", "boolean")),
        ("id",),
        (),
    ),
    NodeShape(
        "Token",
        (
            Property("id", _S),
            Property("user", _S),
            Property("name", _S),
            Property("hash", _S),
            Property("roles", _S),
            Property("created", _S),
            Property("expires", _S),
            Property("revoked", _S),
            Property("used", _S),
        ),
        ("id", "hash"),
        ("user",),
    ),
    # A "what if" that somebody keeps: the text of its file, never a part of the facts.
    NodeShape(
        "Scenario",
        (Property("id", _S), Property("name", _S), Property("owner", _S), Property("text", _S), Property("at", _S)),
        ("id",),
        ("owner",),
    ),
    # What signs cursors where no setting does.
    NodeShape("Secret", (Property("id", _S), Property("value", _S)), ("id",), ()),
    # Answers already given to a create with an idempotency key.
    NodeShape(
        "Replay",
        (Property("id", _S), Property("input", _S), Property("item", _S), Property("type", _S), Property("at", _S)),
        ("id",),
        (),
    ),
)


def node_shape(cls: type[Item]) -> NodeShape:
    """How the nodes of a content type are kept.

    >>> node_shape(CONTENT_TYPES["Organisation"]).unique
    ('id', 'path', 'slug')
    """
    unique = ("id", "path", *(("slug",) if cls.declared.slug_is_unique else ()))
    indexed = [name for fact in facts(cls).values() for name in _indexed(fact) if name not in unique]
    return NodeShape(cls.__name__, stored.all_properties(cls), unique, tuple(indexed), _searched(cls))


def _indexed(fact: Fact) -> list[str]:
    found = [fact.name] if fact.index and not fact.localised and not fact.several else []
    return [*found, *stored.order_indexes(fact)]


def _searched(cls: type[Item]) -> tuple[str, ...]:
    weights = {fact.weight for fact in facts(cls).values()}
    return tuple(name for name in stored.SEARCH if int(name[-1]) in weights)


def shape() -> Shape:
    """Everything that the directory keeps in the graph."""
    nodes = tuple(node_shape(cls) for cls in CONTENT_TYPES.values())
    links = [
        relationship(name, fact)
        for name, cls in CONTENT_TYPES.items()
        for fact in link_facts(cls).values()
        if fact.kind is Kind.CITATION or targets(name, fact)
    ]
    return Shape(nodes + SYSTEM_NODES, tuple(dict.fromkeys(links)))
