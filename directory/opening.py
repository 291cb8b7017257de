"""The way in: `open_directory` gives the directory that the settings name, ready to be asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from directory.actor import Actor, anonymous
from directory.desk import Bell, Desk
from directory.settings import Settings
from directory.shaped import shape
from directory.vocabularies import Vocabulary, vocabularies
from graph import Graph, open_graph
from graph.migrate import migrate


@dataclass(frozen=True)
class Directory:
    """An open directory: its graph, and desks for those who ask."""

    graph: Graph
    settings: Settings
    vocabularies: Mapping[str, Vocabulary] = field(default_factory=vocabularies)
    bell: Bell = field(default_factory=Bell)

    def desk(self, actor: Actor = anonymous) -> Desk:
        """What the verbs are given when this actor asks."""
        return Desk(self.graph, actor, settings=self.settings, vocabularies=self.vocabularies, bell=self.bell)

    async def close(self) -> None:
        """Let go of the graph; an embedded one stops."""
        await self.graph.close()


async def open_directory(settings: Settings) -> Directory:
    """The directory kept where the settings say, its graph shaped and migrated.

    Raises graph.Unreachable, NewerDatabase and their like, each a sentence that says what to do.
    """
    password = settings.graph_password
    graph = await open_graph(
        settings.graph,
        user=settings.graph_user,
        password=password.get_secret_value() if password else "",
        database=settings.graph_database,
        memory=settings.embedded_memory,
        pool=settings.pool,
        statement_timeout=settings.statement_timeout,
        pool_wait=settings.pool_wait,
    )
    try:
        await graph.shape(shape())
        await migrate(graph)
    except BaseException:
        await graph.close()
        raise
    return Directory(graph, settings)
