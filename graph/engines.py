"""The two graph engines: what differs between them, as data and small hooks. Nothing else asks which one it is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from graph.shape import Declaration, Shape, arcadedb_declarations, neo4j_declarations


@dataclass(frozen=True, slots=True)
class Engine:
    """What the code must know of an engine."""

    name: str
    nested: bool  # all parameters in one map
    one_writer: bool  # writers wait for each other here, rather than collide and try again there
    bundles: bool  # a page can come in one record: what is read in the order of an index keeps it through a WITH
    projects: bool  # the properties of a node are read faster all at once, as a map, than one by one
    first_retry: float  # seconds before a refused transaction is tried again; doubled each time
    patience: float  # seconds in which it greets who connects
    declarations: Callable[[Shape], list[Declaration]]

    def parameter(self, name: str) -> str:
        """How a statement names one of its parameters.

        >>> NEO4J.parameter("after"), ARCADEDB.parameter("after")
        ('$p.after', '$after')
        """
        return f"$p.{name}" if self.nested else f"${name}"

    def parameters(self, flat: Mapping[str, Any]) -> dict[str, Any]:
        """The parameters of a statement as they are sent.

        >>> NEO4J.parameters({"after": "a"}), ARCADEDB.parameters({"after": "a"})
        ({'p': {'after': 'a'}}, {'after': 'a'})
        """
        return {"p": dict(flat)} if self.nested else dict(flat)


# Neo4j plans a text anew for each type and size of each parameter (30 to 330 ms), unless they are in one map. ArcadeDB
# loses its indexes when they are. Writers of one node wait for its lock on Neo4j; on ArcadeDB all but one are refused
# when they commit. Neo4j looks a node up anew for each property that is read of it by itself.
# The embedded engine shares its processor with all that is loaded when the directory starts.
NEO4J = Engine(
    "neo4j",
    nested=True,
    one_writer=False,
    bundles=True,
    projects=True,
    first_retry=0.05,
    patience=5.0,
    declarations=neo4j_declarations,
)
ARCADEDB = Engine(
    "arcadedb",
    nested=False,
    one_writer=True,
    bundles=False,
    projects=False,
    first_retry=0.02,
    patience=20.0,
    declarations=arcadedb_declarations,
)
