"""The way in: `open_directory` gives the directory that the settings name, ready to be asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import SecretStr

from directory import migrations
from directory.actor import Actor, anonymous
from directory.desk import Bell, Desk
from directory.reaching import reach
from directory.reading import kept_rows
from directory.settings import Settings
from directory.shaped import shape
from directory.vocabularies import Vocabulary, vocabularies
from graph import Graph
from graph.migrate import migrate, steps


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
    return await directory_on(await reach(settings), settings)


async def directory_on(graph: Graph, settings: Settings) -> Directory:
    """The directory on a graph that was reached: shaped and migrated, and closed again when that fails."""
    try:
        await graph.shape(shape())
        await migrate(graph, steps(migrations))
        return Directory(graph, await _with_secret(graph, settings))
    except BaseException:
        await graph.close()
        raise


async def _with_secret(graph: Graph, settings: Settings) -> Settings:
    """The settings; where nobody chose a secret, with the one that the graph keeps, the same in all processes."""
    if not settings.secret_is_random:
        return settings
    kept = await kept_rows(Desk(graph), "Secret", ("value",), None)
    return settings.model_copy(update={"secret": SecretStr(kept[0][0])}) if kept else settings
