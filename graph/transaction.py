"""The writing verbs. Everything that changes the graph goes through them; nobody outside this package writes Cypher."""

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from neo4j import AsyncManagedTransaction, AsyncTransaction

from graph.engines import Engine
from graph.errors import NotFound
from graph.statement import Statement

E = TypeVar("E")
K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class NewNode:
    """A node to create. `properties` has its `id`, unique among the nodes of its label; nulls are not stored."""

    label: str
    properties: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class NewLink:
    """A link to create between two nodes, each found by its label and id."""

    type: str
    source_label: str
    source: str
    target_label: str
    target: str
    properties: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OldLink:
    """The links of one type from one node to another, to take away."""

    type: str
    source_label: str
    source: str
    target_label: str
    target: str


@dataclass(frozen=True, slots=True)
class StoredLink:
    """A link as seen from one of its ends: `outgoing` from it, and the `other` end."""

    type: str
    outgoing: bool
    other_label: str
    other: str
    properties: dict[str, Any]


class Transaction:
    """One unit of work. It is run again from the start when others were in the way, so it must have no other effect."""

    def __init__(self, transaction: AsyncTransaction | AsyncManagedTransaction, engine: Engine) -> None:
        self._transaction = transaction
        self._engine = engine

    async def read(self, statement: Statement) -> list[Any]:
        """The first column of every record, as this transaction sees the graph."""
        result = await self._transaction.run(statement.text, self._engine.parameters(statement.parameters))
        return [record[0] async for record in result]

    async def create(self, nodes: Sequence[NewNode]) -> None:
        """Create nodes, one statement a label."""
        for label, group in grouped(nodes, lambda node: node.label).items():
            rows = [stored(node) for node in group]
            await self._run(f"UNWIND {self._rows} AS row CREATE (n:{named(label)}) SET n = row", rows=rows)

    async def connect(self, links: Sequence[NewLink]) -> None:
        """Create links, one statement a type and pair of labels. Raises NotFound when an end is missing."""
        groups = grouped(links, lambda link: (link.type, link.source_label, link.target_label))
        for (kind, source, target), group in groups.items():
            rows = [{"s": named_id(x.source), "t": named_id(x.target), "p": known(x.properties)} for x in group]
            [made] = await self._run(
                f"UNWIND {self._rows} AS row "
                f"MATCH (a:{named(source)} {{id: row.s}}) MATCH (b:{named(target)} {{id: row.t}}) "
                f"CREATE (a)-[r:{named(kind)}]->(b) SET r = row.p RETURN count(*)",
                rows=rows,
            )
            if made != len(rows):
                await self._refuse_missing(source, [x.source for x in group])
                await self._refuse_missing(target, [x.target for x in group])

    async def disconnect(self, links: Sequence[OldLink]) -> int:
        """How many links were there, and now are not."""
        gone = 0
        groups = grouped(links, lambda link: (link.type, link.source_label, link.target_label))
        for (kind, source, target), group in groups.items():
            pairs = dict.fromkeys((named_id(link.source), named_id(link.target)) for link in group)
            a, b = f"(a:{named(source)} {{id: row.s}})", f"(b:{named(target)} {{id: row.t}})"
            # ArcadeDB looks through all links of the end that stands first: the one that has fewer of these.
            is_hub = len({each for each, _ in pairs}) < len({each for _, each in pairs})
            way = f"{b}<-[r:{named(kind)}]-{a}" if is_hub else f"{a}-[r:{named(kind)}]->{b}"
            [count] = await self._run(
                f"UNWIND {self._rows} AS row MATCH {way} "
                "WITH collect(r) AS found UNWIND found AS r DELETE r RETURN count(*)",
                rows=[{"s": source_id, "t": target_id} for source_id, target_id in pairs],
            )
            gone += count
        return gone

    async def lock(self, label: str, id: str) -> dict[str, Any] | None:
        """All properties of a node that nobody else can change until this transaction ends; None when it is absent.

        The write lock is taken before the properties are read: a version that is compared afterwards is the last one.
        """
        found = await self._run(
            f"MATCH (n:{named(label)} {{id: {self._p('id')}}}) SET n.lock = {self._p('token')} "
            "WITH n REMOVE n.lock RETURN properties(n)",
            id=named_id(id),
            token=secrets.token_hex(8),
        )
        return found[0] if found else None

    async def lock_all(self, label: str, ids: Sequence[str]) -> list[dict[str, Any]]:
        """As `lock`, for several nodes at once: the properties of those that are there."""
        return await self._run(
            f"UNWIND {self._p('ids')} AS id MATCH (n:{named(label)} {{id: id}}) SET n.lock = {self._p('token')} "
            "WITH n REMOVE n.lock RETURN properties(n)",
            # In one order, so that two who lock the same nodes wait for each other instead of standing still.
            ids=sorted({named_id(id) for id in ids}),
            token=secrets.token_hex(8),
        )

    async def update_all(self, label: str, rows: Mapping[str, Mapping[str, Any]]) -> int:
        """How many of these nodes, by id, were there and have the given properties changed; None removes one."""
        [found] = await self._run(
            f"UNWIND {self._rows} AS row MATCH (n:{named(label)} {{id: row.id}}) SET n += row.p RETURN count(n)",
            rows=[{"id": named_id(id), "p": dict(properties)} for id, properties in rows.items()],
        )
        return int(found)

    async def update(self, label: str, id: str, properties: Mapping[str, Any]) -> None:
        """Change the given properties of a node, and no other; None removes one. Raises NotFound."""
        if "id" in properties and properties["id"] != id:
            raise ValueError("a node keeps its id")
        [found] = await self._run(
            f"MATCH (n:{named(label)} {{id: {self._p('id')}}}) SET n += {self._p('row')} RETURN count(n)",
            id=named_id(id),
            row=dict(properties),
        )
        if not found:
            raise NotFound(label, [id])

    async def remove(self, label: str, ids: Sequence[str]) -> int:
        """How many nodes were there, and now are not, nor their links."""
        [count] = await self._run(
            f"UNWIND {self._p('ids')} AS id MATCH (n:{named(label)} {{id: id}}) DETACH DELETE n RETURN count(*)",
            ids=list(dict.fromkeys(named_id(id) for id in ids)),
        )
        return int(count)

    async def links(self, label: str, id: str) -> list[StoredLink]:
        """Every link of a node, both ways; a link to itself is told once each way."""
        start = f"MATCH (n:{named(label)} {{id: {self._p('id')}}})"
        rows = await self._run(
            f"{start}-[r]->(m) RETURN [type(r), true, labels(m)[0], m.id, properties(r)] AS row UNION ALL "
            f"{start}<-[r]-(m) RETURN [type(r), false, labels(m)[0], m.id, properties(r)] AS row",
            id=named_id(id),
        )
        return [StoredLink(*row) for row in rows]

    async def links_of(self, label: str, ids: Sequence[str], outgoing: bool = True) -> list[tuple[str, StoredLink]]:
        """The links from (or, not `outgoing`, to) several nodes of one label, each with the id of its node."""
        rows = await self.read(links_statement(self._engine, label, ids, outgoing))
        return [linked(row, outgoing) for row in rows]

    async def between(self, label: str, property: str, low: Any, high: Any) -> list[dict[str, Any]]:
        """All properties of the nodes whose property is not below `low` and is below `high`, in its order."""
        return await self._run(
            f"MATCH (n:{named(label)}) WHERE n.{named(property)} >= {self._p('low')} "
            f"AND n.{named(property)} < {self._p('high')} WITH n ORDER BY n.{property} RETURN properties(n)",
            low=low,
            high=high,
        )

    async def find(self, label: str, property: str, values: Sequence[Any]) -> list[dict[str, Any]]:
        """All properties of the nodes that have one of these values; `property` should be an indexed one."""
        return await self._run(
            f"MATCH (n:{named(label)}) WHERE n.{named(property)} IN {self._p('values')} RETURN properties(n)",
            values=list(values),
        )

    async def next(self, name: str, count: int = 1) -> int:
        """The next number of a counter, from 1; the last of the next `count` ones, which are all the caller's.

        Ask last in a transaction: then numbers follow the order of commits. Whoever has a number keeps all others
        waiting for the next one until its transaction ends.
        """
        [number] = await self._run(
            f"MERGE (n:Counter {{id: {self._p('name')}}}) SET n.lock = {self._p('token')} "
            f"WITH n SET n.value = coalesce(n.value, 0) + {self._p('count')} REMOVE n.lock RETURN n.value",
            name=named_id(name),
            count=count,
            token=secrets.token_hex(8),
        )
        return int(number)

    def _p(self, name: str) -> str:
        return self._engine.parameter(name)

    @property
    def _rows(self) -> str:
        return self._engine.parameter("rows")

    async def _run(self, text: str, **parameters: Any) -> list[Any]:
        return await self.read(Statement(text, parameters))

    async def _refuse_missing(self, label: str, ids: Sequence[str]) -> None:
        there = {node["id"] for node in await self.find(label, "id", list(dict.fromkeys(ids)))}
        missing = [id for id in dict.fromkeys(ids) if id not in there]
        if missing:
            raise NotFound(label, missing)


def links_statement(engine: Engine, label: str, ids: Sequence[str], outgoing: bool) -> Statement:
    """The statement that asks for the links from, or to, several nodes; `linked` reads each of its records."""
    arrow = "-[r]->" if outgoing else "<-[r]-"
    text = (
        f"UNWIND {engine.parameter('ids')} AS id MATCH (n:{named(label)} {{id: id}}) MATCH (n){arrow}(m) "
        "RETURN [id, type(r), labels(m)[0], m.id, properties(r)]"
    )
    return Statement(text, {"ids": list(dict.fromkeys(named_id(id) for id in ids))})


def linked(row: Sequence[Any], outgoing: bool) -> tuple[str, StoredLink]:
    """A link with the id of the node that was asked about."""
    id, kind, other_label, other, properties = row
    return id, StoredLink(kind, outgoing, other_label, other, properties)


def named(name: str) -> str:
    """The name of a label, link or property, when it is one: it becomes part of a text, so it must be a plain word.

    >>> named("Organisation")
    'Organisation'
    """
    if not (name.isidentifier() and name.isascii()):
        raise ValueError(f"{name!r} cannot name a label, a link or a property")
    return name


def named_id(id: object) -> str:
    """The id, when it is one: an empty or missing id would make a node that nobody finds again."""
    if not isinstance(id, str) or not id:
        raise ValueError(f"an id is a text that is not empty, not {id!r}")
    return id


def stored(node: NewNode) -> dict[str, Any]:
    """The properties of a new node that are stored, once its id is known to be one."""
    named_id(node.properties.get("id"))
    return known(node.properties)


def known(properties: Mapping[str, Any]) -> dict[str, Any]:
    """The properties that have a value.

    >>> known({"a": 0, "b": None})
    {'a': 0}
    """
    return {name: value for name, value in properties.items() if value is not None}


def grouped(values: Iterable[E], key: Callable[[E], K]) -> dict[K, list[E]]:
    """The values by key, in the order in which they came."""
    groups: dict[K, list[E]] = {}
    for value in values:
        groups.setdefault(key(value), []).append(value)
    return groups
