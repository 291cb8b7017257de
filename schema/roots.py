"""Root fields that the graph answers: which items each asks for, and how its selection is read into a question."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Protocol

from directory.search import search
from graph.query import (
    And,
    Attribute,
    Column,
    Compare,
    Condition,
    Hop,
    OneOf,
    Operator,
    Or,
    Page,
    Quantifier,
    Related,
    Search,
)
from schema.columns import Many, One, Plan, Slot
from schema.connection import Beside, ConnectionPlan, Lists, connection, terms_of
from schema.context import Context
from schema.ids import own_id
from schema.links import first
from schema.plan import Asked, Env, LevelPlan, Listing, refuse

MOST_NODES: Final = 100
NOBODY: Final[Condition] = Or(())


@dataclass(frozen=True, slots=True)
class RootPlan:
    """The selection of a root field as it was read: a level, what it asks, and the maker of its answer.

    The maker's cells are the total and the rows of the level. `timed` are the types that a day is asked of. `search`
    says what is looked for, if anything; `beside`, what is asked of the graph beside the question.
    """

    level: LevelPlan
    asks: Callable[[Env], Listing]
    maker: One | Many
    timed: tuple[str, ...] = ()
    search: Callable[[Env], Search | None] = lambda env: None
    beside: tuple[Beside, ...] = ()


@dataclass(frozen=True, slots=True)
class Settled:
    """An answer without the graph, or already here: the rows that stand for those of a level, and their maker."""

    maker: One | Many
    rows: Any
    arguments: Sequence[Any] = ()
    total: int | None = None


NOTHING: Final = Settled(One((Slot(1),), Plan("")), None)


class Composed:
    """A root field that asks the graph several things, each by what the last one said."""

    async def answered(self, asked: Asked, given: Mapping[str, Any], env: Env, context: Context) -> Settled:
        """The answer."""
        raise NotImplementedError


class Root(Protocol):
    """A root field: its items may be of some types, known from its arguments; its selection is read for those."""

    def labels(self, given: Mapping[str, Any]) -> tuple[str, ...]:
        """The types that its items may have; none: the graph is not asked."""

    def settled(self, asked: Asked, given: Mapping[str, Any], env: Env) -> "Settled":
        """The answer when the graph is not asked."""

    def read(self, asked: Asked, labels: tuple[str, ...]) -> RootPlan:
        """What its selection needs."""


def _cells() -> tuple[Slot, Slot]:
    """Where the total and the rows stand in what a root maker is given."""
    return Slot(0), Slot(1)


@dataclass(frozen=True)
class ByReference:
    """One item of a type by a reference: its global id, slug or path."""

    label: str

    def labels(self, given: Mapping[str, Any]) -> tuple[str, ...]:
        """The one type."""
        return (self.label,)

    def settled(self, asked: Asked, given: Mapping[str, Any], env: Env) -> Settled:
        """Null."""
        return NOTHING

    def read(self, asked: Asked, labels: tuple[str, ...]) -> RootPlan:
        """At most one item: slugs that are not unique give the first by path."""
        level, maker = _one(asked, labels)

        def asks(env: Env) -> Listing:
            return Listing(reference(self.label, asked.arguments(env)["by"]), (), Page(1, more=False))

        return RootPlan(level, asks, maker)


def reference(label: str, by: Mapping[str, Any]) -> Condition:
    """That an item is the one meant; a malformed id, or one of another type, means none."""
    [(name, value)] = by.items()
    if name != "id":
        return Compare(Attribute(name), Operator.EQ, value)
    found = own_id(value)
    if found is None or found[0] != label:
        return NOBODY
    return Compare(Attribute("id"), Operator.EQ, found[1])


@dataclass(frozen=True)
class ByLists:
    """A list of the items of a type, in pages; `kept` is asked of all of them."""

    lists: Lists
    label: str
    through: tuple[Hop, ...] = field(default=())

    def labels(self, given: Mapping[str, Any]) -> tuple[str, ...]:
        """The one type."""
        return (self.label,)

    def settled(self, asked: Asked, given: Mapping[str, Any], env: Env) -> Settled:
        """Null."""
        return NOTHING

    def read(self, asked: Asked, labels: tuple[str, ...]) -> RootPlan:
        """A connection, as below."""
        plan = ConnectionPlan(LevelPlan(labels), self.label, asked.number())
        plan.level.boundaries = is_given(asked, "search")  # they hold the place of a hit, which its row does not

        def asks(env: Env) -> Listing:
            listing = self.lists.paged(plan, asked.arguments(env), env)
            return Listing(both(self._kept(env), listing.where), listing.order, listing.page)

        total, rows = _cells()
        maker = connection(plan, asked, total, rows)
        beside = tuple(replace(each, kept=self._kept) for each in plan.facets)
        return RootPlan(plan.level, asks, maker, self.lists.timed(labels), lambda env: sought(asked, env), beside)

    def _kept(self, env: Env) -> Condition | None:
        linked = Related(Quantifier.SOME, self.through, at=env.at) if self.through else None
        return both(linked, env.foremost((self.label,)))


def is_given(asked: Asked, name: str) -> bool:
    """Whether an argument is written in the field, be it null."""
    return any(each.name.value == name for each in asked.node.arguments or ())


def sought(asked: Asked, env: Env) -> Search | None:
    """What the list searches for, if anything."""
    terms = terms_of(asked.arguments(env), env, "search")
    return None if terms is None else search(terms)


def both(one: Condition | None, other: Condition | None) -> Condition | None:
    """That both hold, when there are two."""
    if one is None or other is None:
        return other if one is None else one
    return And((one, other))


@dataclass(frozen=True)
class ById:
    """Any item by its global id, on a day if one is asked."""

    kinds: frozenset[str]

    def labels(self, given: Mapping[str, Any]) -> tuple[str, ...]:
        """The type that the id says."""
        found = own_id(given["id"])
        return (found[0],) if found and found[0] in self.kinds else ()

    def settled(self, asked: Asked, given: Mapping[str, Any], env: Env) -> Settled:
        """Null."""
        return NOTHING

    def read(self, asked: Asked, labels: tuple[str, ...]) -> RootPlan:
        """At most one item."""
        level, maker = _one(asked, labels)

        def asks(env: Env) -> Listing:
            found = own_id(asked.arguments(env)["id"])
            return Listing(Compare(Attribute("id"), Operator.EQ, found[1]) if found else NOBODY)

        return RootPlan(level, asks, maker)


def one_item(asked: Asked, label: str, id: str) -> RootPlan:
    """The plan of what is selected of one item."""
    level, maker = _one(asked, (label,))
    listing = Listing(Compare(Attribute("id"), Operator.EQ, id))
    return RootPlan(level, lambda env: listing, maker)


def _one(asked: Asked, labels: tuple[str, ...]) -> tuple[LevelPlan, One]:
    level = LevelPlan(labels)
    level.rows = True
    plan = asked.select_items(level)
    return level, One((_cells()[1],), plan, make=first)


@dataclass(frozen=True)
class ByIds:
    """Several items by their global ids, in the order asked; null where there is none."""

    kinds: tuple[str, ...]

    def labels(self, given: Mapping[str, Any]) -> tuple[str, ...]:
        """The types that the ids say."""
        if len(given["ids"]) > MOST_NODES:
            raise refuse(f"At most {MOST_NODES} ids at once.", "ids")
        said = {found[0] for each in given["ids"] if (found := own_id(each))}
        return tuple(label for label in self.kinds if label in said)

    def settled(self, asked: Asked, given: Mapping[str, Any], env: Env) -> Settled:
        """A null for each id."""
        return Settled(Many((Slot(1),), Plan(""), gaps=True), [None] * len(given["ids"]))

    def read(self, asked: Asked, labels: tuple[str, ...]) -> RootPlan:
        """The items that there are, then put in the order of the ids."""
        level = LevelPlan(labels)
        level.rows = True
        plan = asked.select_items(level)
        slots = [branch.column(Column((Attribute("id"),))) for branch in level.branches]
        number = asked.number()

        def asks(env: Env) -> Listing:
            pairs = [own_id(each) for each in asked.arguments(env)["ids"]]
            env.arguments[number] = pairs
            return Listing(OneOf(Attribute("id"), tuple({pair[1]: None for pair in pairs if pair})))

        def make(run: Any, rows: list[Any]) -> list[Any]:
            branches = [row[0] if len(labels) > 1 else 0 for row in rows]
            found = {(labels[at], row[slots[at].index]): row for at, row in zip(branches, rows, strict=True)}
            return [found.get(pair) if pair else None for pair in run.arguments[number]]

        return RootPlan(level, asks, Many((_cells()[1],), plan, True, make, gaps=True))


@dataclass(frozen=True)
class ByVocabulary:
    """The terms of a vocabulary, which are known without the graph."""

    def labels(self, given: Mapping[str, Any]) -> tuple[str, ...]:
        """None: terms are no items."""
        return ()

    def settled(self, asked: Asked, given: Mapping[str, Any], env: Env) -> Settled:
        """The terms, null for a vocabulary that does not exist."""
        name = given["vocabulary"]
        found = env.vocabularies.get(name)
        rows = None if found is None else [(name, code) for code in found.codes]
        return Settled(Many((Slot(1),), asked.select(None), required=False), rows)

    def read(self, asked: Asked, labels: tuple[str, ...]) -> RootPlan:
        """Never asked."""
        raise NotImplementedError
