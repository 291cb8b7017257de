"""Rows become answers, column by column: the part of a plan that is left once a selection has been read.

A `Plan` stands for a selection set on one object type. Each of its keys has a maker, which knows the cells it needs:
a `Leaf` makes a value, `One` an object, `Many` a list of objects, each from the cells of a row. `build` makes all
objects of a level at once, in generated comprehensions; `Reading` gives one value at a time to graphql-core, from the
very same makers: what both answer can only differ in completion.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain, islice, repeat
from typing import Any, Final, Protocol, TypeAlias

from schema.finishing import Column, Finish, Odd

Row: TypeAlias = Sequence[Any]
Make: TypeAlias = Callable[..., Any]

ODD: Final = (Odd, ValueError, TypeError, KeyError, IndexError, AttributeError, ArithmeticError)
"""What a maker may raise on damaged data: the rows are then completed by graphql-core, which says where."""


@dataclass(slots=True)
class Slot:
    """The place of a cell in a row, known once all cells of the row are."""

    index: int = -1


@dataclass(frozen=True, slots=True)
class Run:
    """What one execution of a plan needs beside rows: values of arguments by number, today, languages, the secret."""

    arguments: Sequence[Any]
    today: str
    locale: str
    languages: tuple[str, ...]
    secret: bytes
    vocabularies: Any


class Maker(Protocol):
    """Makes the value of one key of an object."""

    def column(self, cells: Sequence[Column], count: int, run: Run) -> Column:
        """The finished values for all rows; raises Odd, or what else is in ODD, when graphql-core must look."""

    def value(self, row: Row, run: Run) -> Any:
        """The value for one row, which graphql-core will complete."""


@dataclass(frozen=True, slots=True)
class Constant:
    """The same text for every row."""

    text: str

    def column(self, cells: Sequence[Column], count: int, run: Run) -> Column:
        """The text, as often as there are rows."""
        return list(repeat(self.text, count))

    def value(self, row: Row, run: Run) -> Any:
        """The text."""
        return self.text


@dataclass(frozen=True, slots=True)
class Fixed:
    """The same object for every item, or null: what the type of the item alone says."""

    plan: "Selected"
    row: Row | None

    def column(self, cells: Sequence[Column], count: int, run: Run) -> Column:
        """The object, as often as there are rows."""
        return [None] * count if self.row is None else self.plan.build([self.row] * count, run)

    def value(self, row: Row, run: Run) -> Any:
        """A reading of the object."""
        return None if self.row is None else Reading(self.plan, self.row, run)


@dataclass(frozen=True, slots=True)
class Leaf:
    """A value of a leaf type, or a list of them: the cell, what `each` makes of it, or `make` of run and cells."""

    slots: tuple[Slot, ...]
    finish: Finish
    make: Make | None = None
    each: Callable[[Any], Any] | None = None

    def column(self, cells: Sequence[Column], count: int, run: Run) -> Column:
        """The finished values."""
        if self.each is not None:
            return self.finish(list(map(self.each, cells[self.slots[0].index])))
        return self.finish(_made(self.slots, self.make, cells, run))

    def value(self, row: Row, run: Run) -> Any:
        """The value before it is finished."""
        if self.each is not None:
            return self.each(row[self.slots[0].index])
        return _one(self.slots, self.make, row, run)


@dataclass(frozen=True, slots=True)
class One:
    """An object or null: the cells make its row, of which the plan makes the object."""

    slots: tuple[Slot, ...]
    plan: "Selected"
    required: bool = False
    make: Make | None = None

    def column(self, cells: Sequence[Column], count: int, run: Run) -> Column:
        """The objects."""
        rows = _made(self.slots, self.make, cells, run)
        if None not in rows:
            return self.plan.build(rows, run)
        if self.required:
            raise Odd
        built = iter(self.plan.build([row for row in rows if row is not None], run))
        return [None if row is None else next(built) for row in rows]

    def value(self, row: Row, run: Run) -> Any:
        """A reading of the object."""
        found = _one(self.slots, self.make, row, run)
        return None if found is None else Reading(self.plan, found, run)


@dataclass(frozen=True, slots=True)
class Many:
    """A list of objects: the cells make their rows. With `gaps`, an item may be null."""

    slots: tuple[Slot, ...]
    plan: "Selected"
    required: bool = True
    make: Make | None = None
    gaps: bool = False

    def column(self, cells: Sequence[Column], count: int, run: Run) -> Column:
        """The lists."""
        lists = _made(self.slots, self.make, cells, run)
        if self.required and None in lists:
            raise Odd
        rows = list(chain.from_iterable(each for each in lists if each is not None))
        if None not in rows:
            built = iter(self.plan.build(rows, run))
            return [each if each is None else list(islice(built, len(each))) for each in lists]
        if not self.gaps:
            raise Odd
        built = iter(self.plan.build([row for row in rows if row is not None], run))
        return [each if each is None else [row if row is None else next(built) for row in each] for each in lists]

    def value(self, row: Row, run: Run) -> Any:
        """Readings of the objects."""
        rows = _one(self.slots, self.make, row, run)
        if rows is None:
            return None
        return [None if each is None else Reading(self.plan, each, run) for each in rows]


def _made(slots: tuple[Slot, ...], make: Make | None, cells: Sequence[Column], run: Run) -> Column:
    if make is None:
        return cells[slots[0].index]
    if len(slots) == 1:
        return [make(run, each) for each in cells[slots[0].index]]
    return [make(run, *each) for each in zip(*(cells[slot.index] for slot in slots), strict=True)]


def _one(slots: tuple[Slot, ...], make: Make | None, row: Row, run: Run) -> Any:
    if make is None:
        return row[slots[0].index]
    return make(run, *(row[slot.index] for slot in slots))


# Selections ----------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Plan:
    """What is made of rows for a selection set on one object type, by response key."""

    typename: str
    makers: dict[str, Maker] = field(default_factory=dict)

    def build(self, rows: Column, run: Run) -> list[Any]:
        """The finished objects."""
        if not rows:
            return []
        cells = list(zip(*rows, strict=True))
        columns = [maker.column(cells, len(rows), run) for maker in self.makers.values()]
        return _objects(tuple(self.makers))(columns, len(rows))

    def of(self, row: Row) -> "Plan":
        """The plan for this row."""
        return self


@dataclass(slots=True)
class Plans:
    """What is made of rows that begin with the number of their branch: one plan a branch."""

    branches: list[Plan]

    def build(self, rows: Column, run: Run) -> list[Any]:
        """The finished objects, in the order of the rows."""
        sorted_rows: list[list[Row]] = [[] for _ in self.branches]
        for row in rows:
            sorted_rows[row[0]].append(row)
        built = [iter(plan.build(each, run)) for plan, each in zip(self.branches, sorted_rows, strict=True)]
        return [next(built[row[0]]) for row in rows]

    def of(self, row: Row) -> Plan:
        """The plan for this row."""
        return self.branches[row[0]]


Selected: TypeAlias = Plan | Plans


class Reading:
    """One row, read key by key: what graphql-core is given in place of an object."""

    __slots__ = ("plan", "row", "run")

    def __init__(self, plan: Selected, row: Row, run: Run) -> None:
        self.plan = plan.of(row)
        self.row = row
        self.run = run

    @property
    def typename(self) -> str:
        """The GraphQL type of the object."""
        return self.plan.typename

    def value(self, key: str) -> Any:
        """The value under this response key, not completed."""
        return self.plan.makers[key].value(self.row, self.run)


@lru_cache(4_000)
def _objects(keys: tuple[str, ...]) -> Callable[[list[Column], int], list[Any]]:
    """What makes objects with these keys of the columns, by a comprehension compiled for them."""
    if not keys:
        return lambda columns, count: [{} for _ in range(count)]
    names = [f"v{number}" for number in range(len(keys))]
    pairs = ", ".join(f"{key!r}: {name}" for key, name in zip(keys, names, strict=True))
    if len(keys) == 1:
        text = f"lambda columns, count: [{{{pairs}}} for v0 in columns[0]]"
    else:
        text = f"lambda columns, count: [{{{pairs}}} for {', '.join(names)} in zip(*columns)]"
    # Only keys of a validated selection come here, each as the literal of a text.
    made: Callable[[list[Column], int], list[Any]] = eval(text, {"zip": zip})
    return made
