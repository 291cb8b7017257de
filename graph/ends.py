"""What a path leads to from all items of a label at once: a question of its own kind, as frozen values."""

from dataclasses import dataclass

from graph.query import Path, Sight


@dataclass(frozen=True, slots=True)
class Ends:
    """Asks which items of a label a path leads from, for each item at its end; all of them seen.

    Rows: [the id of an end, the ids of the items it is reached from], each once.
    """

    label: str
    path: Path
    sight: Sight
