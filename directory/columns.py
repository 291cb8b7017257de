"""A table by column: of a large network it is made and read many times faster than row by row."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Columns:
    """The cells of a table by column, all of them tidy text; a column that it has not is blank.

    >>> town = Columns(2, {"id": ["a", "b"], "kind": ["school", ""]})
    >>> list(town)[0], town.of("country")
    ({'id': 'a', 'kind': 'school'}, ['', ''])
    """

    size: int
    cells: Mapping[str, Sequence[str]]

    def of(self, name: str) -> Sequence[str]:
        """The cells of a column."""
        found = self.cells.get(name)
        return [""] * self.size if found is None else found

    def __len__(self) -> int:
        """The number of rows."""
        return self.size

    def __iter__(self) -> Iterator[Mapping[str, str]]:
        """The rows."""
        return (dict(zip(self.cells, row, strict=True)) for row in zip(*self.cells.values(), strict=True))
