"""Everything that a graph holds, at a moment: for rules that look at all of it."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import orjson

from directory.desk import Desk
from directory.item import Item
from directory.types import CONTENT_TYPES
from directory.values import Ref
from directory.writing import Found, drafted
from directory.written import item
from graph import Statement, StoredLink

NODES = Statement("MATCH (n) RETURN [labels(n)[0], properties(n)]")
LINKS = Statement("MATCH (a)-[r]->(b) RETURN [labels(a)[0], a.id, type(r), labels(b)[0], b.id, properties(r)]")


@dataclass(frozen=True)
class Dump:
    """The properties of every node, by label and id; and every link, in one order."""

    nodes: Mapping[str, Mapping[str, Mapping[str, Any]]]
    links: tuple[tuple[Any, ...], ...]

    def all(self, label: str) -> Mapping[str, Mapping[str, Any]]:
        """The nodes of a label, by id."""
        return self.nodes.get(label, {})

    @cached_property
    def items(self) -> dict[Ref, Item]:
        """Every item, as it is kept."""
        ends: dict[Ref, list[StoredLink]] = defaultdict(list)
        for source, id, kind, target, other, properties in self.links:
            ends[Ref(source, id)].append(StoredLink(kind, True, target, other, dict(properties)))
        kept = {Ref(label, id): row for label in CONTENT_TYPES for id, row in self.all(label).items()}
        return {at: item(at.type, row, ends[at]) for at, row in kept.items()}

    @cached_property
    def found(self) -> dict[Ref, Found]:
        """Every item, with what editors made of it."""
        drafts = self.all("Draft")
        return {
            at: drafted(each, drafts[at.id]) if at.id in drafts else Found(each, {}) for at, each in self.items.items()
        }

    @cached_property
    def by_id(self) -> dict[str, Ref]:
        """The items by their ids, which no two have."""
        return {at.id: at for at in self.items}

    @property
    def text(self) -> str:
        """All of it, as text."""
        return orjson.dumps({"nodes": self.nodes, "links": self.links}).decode()


async def dump(desk: Desk) -> Dump:
    """The graph as it is now. Of a node that is looked at while it is locked nothing is left out."""
    nodes: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
    for label, properties in await desk.graph.read(NODES):
        assert properties["id"] not in nodes[label], "two nodes of a label have one id"
        nodes[label][properties["id"]] = dict(sorted(properties.items()))
    links = [(*row[:-1], tuple(sorted(row[-1].items()))) for row in await desk.graph.read(LINKS)]
    kept = {label: dict(sorted(rows.items())) for label, rows in sorted(nodes.items())}
    return Dump(kept, tuple(sorted(links, key=repr)))
