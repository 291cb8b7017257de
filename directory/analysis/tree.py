"""What lies above what, when data may hold loops."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Tree:
    """Ids with those right above each; a loop is seen, and never followed twice."""

    parents: Mapping[str, tuple[str, ...]]
    known: dict[str, frozenset[str]] = field(default_factory=dict, compare=False, repr=False)

    def above(self, id: str) -> frozenset[str]:
        """The id and all those above it.

        >>> sorted(Tree({"town": ("county",), "county": ("country",)}).above("town"))
        ['country', 'county', 'town']
        """
        found = self.known.get(id)
        if found is None:
            found = self.known[id] = frozenset(self._climb(id))
        return found

    def _climb(self, id: str) -> set[str]:
        reached, waiting = {id}, [id]
        while waiting:
            for parent in self.parents.get(waiting.pop(), ()):
                if parent in self.known:
                    reached |= self.known[parent]
                elif parent not in reached:
                    reached.add(parent)
                    waiting.append(parent)
        return reached

    def on_loop(self, id: str) -> bool:
        """Whether an id lies above itself."""
        return any(id in self.above(parent) for parent in self.parents.get(id, ()))

    def loops(self, id: str) -> frozenset[str]:
        """Those at or above an id that lie above themselves."""
        return frozenset(each for each in self.above(id) if self.on_loop(each))

    def top(self, id: str) -> str:
        """The broadest id above this one; in a loop, the smallest.

        >>> Tree({"fairs": ("events",)}).top("fairs")
        'events'
        """
        above = self.above(id)
        ends = [each for each in above if not self.parents.get(each)]
        return min(ends or above)
