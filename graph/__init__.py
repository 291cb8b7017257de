"""Keeps items and links: the only package that knows Cypher, and the only way to the graph engines."""

from graph.engines import ARCADEDB, NEO4J, Engine
from graph.errors import Conflict, DifferentShape, GraphError, NewerDatabase, NotFound, TooLarge, TooLong, Unreachable
from graph.shape import NodeShape, Property, Shape, search_index
from graph.statement import Statement
from graph.store import Graph, open_graph
from graph.transaction import NewLink, NewNode, OldLink, StoredLink, Transaction

__all__ = [
    "ARCADEDB",
    "NEO4J",
    "Conflict",
    "DifferentShape",
    "Engine",
    "Graph",
    "GraphError",
    "NewLink",
    "NewNode",
    "NewerDatabase",
    "NodeShape",
    "NotFound",
    "OldLink",
    "Property",
    "Shape",
    "Statement",
    "StoredLink",
    "TooLarge",
    "TooLong",
    "Transaction",
    "Unreachable",
    "open_graph",
    "search_index",
]
