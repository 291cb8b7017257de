"""A selection set is read once: it becomes levels of a question, and makers for what the rows will hold.

Field collection is graphql-core's own, so aliases, fragments, type conditions and merging are right by construction.
What a field needs is said by its `Reader`: given where it stands (`here`) and how it is selected (`Asked`), it asks the
branch for columns and links, and gives back the maker of its value. Arguments are read when a question is built, as
variables may change from one execution to the next.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeAlias

from graphql import (
    FieldNode,
    GraphQLError,
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    ValueNode,
    VariableNode,
)
from graphql.execution.collect_fields import FieldDetails, FragmentDetails, collect_subfields
from graphql.execution.values import VariableValues, get_argument_values
from graphql.type import get_named_type

from directory.dates import asked_day
from directory.settings import Limits
from directory.translations import twins
from directory.vocabularies import Vocabulary
from graph.query import Branch, Column, Condition, Follow, Foremost, Level, Page, Path, Sort, Twins
from schema.columns import Constant, Maker, Plan, Plans, Selected, Slot
from schema.finishing import Finish, finish_for

Here: TypeAlias = Any
"""Where a field stands: the branch of an item, the level of a connection, or nothing for a plain value."""


MOST_BRANCHES: Final = 600  # kinds of items met by one root field
MOST_KEPT: Final = 2_000  # fields whose arguments are kept, those without variables

_KEPT: Final[OrderedDict[tuple[int, int], tuple[GraphQLField, FieldNode, dict[str, Any]]]] = OrderedDict()


def has_variables(value: ValueNode) -> bool:
    """Whether a value as it is written names a variable anywhere."""
    match value:
        case VariableNode():
            return True
        case ListValueNode():
            return any(map(has_variables, value.values))
        case ObjectValueNode():
            return any(has_variables(each.value) for each in value.fields)
    return False


@dataclass(slots=True)
class Env:
    """What is known while a question is built. `arguments` collects, by number, what makers will need.

    With `translated`, items that have one item a language are read in the best one: `locale` was asked for by name.
    """

    variables: VariableValues
    today: str
    locale: str
    limits: Limits
    secret: bytes
    vocabularies: Mapping[str, Vocabulary]
    arguments: list[Any]
    at: str | None = None
    translated: bool = False

    def since(self, at: str | None) -> "Env":
        """The same below a field that may name a day of its own."""
        if at is None:
            return self
        return replace(self, at=asked_day(at))

    def twins(self, labels: tuple[str, ...]) -> Twins | None:
        """How items of these types give way to their translations, if they do."""
        return twins(labels, self.locale) if self.translated else None

    def foremost(self, labels: tuple[str, ...]) -> Condition | None:
        """That an item is the one of its translations to be read, where only that is asked."""
        found = self.twins(labels)
        return Foremost(found) if found else None


@dataclass(frozen=True, slots=True)
class Collector:
    """Collects fields as graphql-core does, for one operation."""

    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDetails]
    variables: VariableValues
    operation: OperationDefinitionNode
    hide_suggestions: bool = False

    def fields(self, type: GraphQLObjectType, details: list[FieldDetails]) -> Mapping[str, list[FieldDetails]]:
        """The fields selected below these, by response key, for an object of that type."""
        found = collect_subfields(
            self.schema, dict(self.fragments), self.variables, self.operation, type, details, self.hide_suggestions
        )
        return found.grouped_field_set


@dataclass(slots=True)
class Compiling:
    """One selection being read."""

    collector: Collector
    readers: "Readers"
    numbers: int = 0
    branches: int = 0

    def number(self) -> int:
        """A number for something that is known when the question is built, and needed when rows are there."""
        self.numbers += 1
        return self.numbers - 1

    def object(self, name: str) -> GraphQLObjectType:
        """The object type of that name."""
        found = self.collector.schema.type_map[name]
        assert isinstance(found, GraphQLObjectType)
        return found

    def select(self, name: str, details: list[FieldDetails], here: Here) -> Plan:
        """The plan of what is selected below these fields on an object of that type."""
        made = Plan(name)
        type = self.object(name)
        for key, below in self.collector.fields(type, details).items():
            field_name = below[0].node.name.value
            if field_name == "__typename":
                made.makers[key] = Constant(name)
            elif field_name in type.fields:
                asked = Asked(self, type.fields[field_name], below)
                made.makers[key] = self.readers[name][field_name](here, asked)
        return made


@dataclass(frozen=True, slots=True)
class Asked:
    """A field as it is selected."""

    compiling: Compiling
    field: GraphQLField
    details: list[FieldDetails]

    @property
    def finish(self) -> Finish:
        """What finishes its values, which are leaves."""
        return finish_for(self.field.type)

    @property
    def node(self) -> FieldNode:
        """The first of its nodes, where arguments are read and errors are placed."""
        return self.details[0].node

    def number(self) -> int:
        """A number for what is known only when the question is built."""
        return self.compiling.number()

    def arguments(self, env: Env) -> dict[str, Any]:
        """Its arguments by name, with the variables of the execution."""
        if not self.field.args:
            return {}
        fragment = self.details[0].fragment_variable_values
        if fragment is not None:
            return get_argument_values(self.field, self.node, env.variables, fragment)
        key = (id(self.field), id(self.node))
        kept = _KEPT.get(key)
        if kept is not None:
            return dict(kept[2])
        given = get_argument_values(self.field, self.node, env.variables)
        if not any(has_variables(each.value) for each in self.node.arguments or ()):
            # What is kept holds its field and node, so that no others can have their identity meanwhile.
            _KEPT[key] = self.field, self.node, given
            if len(_KEPT) > MOST_KEPT:
                _KEPT.popitem(last=False)
        return dict(given)

    def select(self, here: Here, name: str | None = None) -> Plan:
        """The plan of what is selected below it, on its own object type or the one named."""
        return self.compiling.select(name or get_named_type(self.field.type).name, self.details, here)

    def select_items(self, level: "LevelPlan") -> Selected:
        """The plan of what is selected below it on the items of a level.

        A link that may lead to thirty types, followed by another one, asks nine hundred things: that grows fast.
        """
        self.compiling.branches += len(level.branches)
        if self.compiling.branches > MOST_BRANCHES:
            raise GraphQLError(
                "This follows links to many types one after the other: say which types with “... on”.",
                extensions={"code": "OPERATION_TOO_COMPLEX"},
            )
        plans = [self.select(branch, branch.label) for branch in level.branches]
        return plans[0] if len(plans) == 1 else Plans(plans)


Reader: TypeAlias = Callable[[Here, Asked], Maker]
Readers: TypeAlias = Mapping[str, Mapping[str, Reader]]


# Levels --------------------------------------------------------------------------------------------------------------


class BranchPlan:
    """What is read of the items of one label in a level."""

    def __init__(self, label: str, first: int) -> None:
        self.label = label
        self._first = first
        self._columns: dict[Any, tuple[Slot, Callable[[Env], Column]]] = {}
        self._follows: list[FollowPlan] = []
        self._notes: list[Callable[[Env], None]] = []

    def note(self, note: Callable[[Env], None]) -> None:
        """Have something done when the question is built: arguments read that only makers need."""
        self._notes.append(note)

    def column(self, column: Column) -> Slot:
        """Where the column will stand in the rows."""
        return self.column_by(column, lambda env: column)

    def column_by(self, key: Any, column: Callable[[Env], Column]) -> Slot:
        """Where a column will stand that is known when the question is built; the key tells it from others."""
        if key not in self._columns:
            self._columns[key] = (Slot(), column)
        return self._columns[key][0]

    def follow(self, follow: "FollowPlan") -> None:
        """Read a link too."""
        self._follows.append(follow)

    def place(self) -> None:
        """Give every slot its index, now that all are known."""
        index = self._first
        for slot, _ in self._columns.values():
            slot.index = index
            index += 1
        for follow in self._follows:
            index = follow.place(index)

    def build(self, env: Env) -> Branch:
        """The branch of the question."""
        for note in self._notes:
            note(env)
        columns = tuple(column(env) for _, column in self._columns.values())
        return Branch(self.label, columns, tuple(each.build(env) for each in self._follows))


@dataclass(frozen=True, slots=True)
class Listing:
    """How a list is asked for: which items, in which order, which page."""

    where: Condition | None = None
    order: tuple[Sort, ...] = ()
    page: Page | None = None


class LevelPlan:
    """A list of items of some labels, and what is read of each."""

    def __init__(self, labels: tuple[str, ...]) -> None:
        self.branches = [BranchPlan(label, int(len(labels) > 1)) for label in labels]
        self.total = False
        self.rows = False
        self.boundaries = False

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels of its items."""
        return tuple(each.label for each in self.branches)

    def place(self) -> None:
        """Give every slot its index."""
        for each in self.branches:
            each.place()

    def build(self, env: Env, listing: Listing, timed: tuple[str, ...] = ()) -> Level:
        """The level of the question."""
        branches = tuple(each.build(env) for each in self.branches) if self.rows else tuple(map(Branch, self.labels))
        ordered = listing if self.rows else Listing(listing.where)
        return Level(
            branches,
            ordered.where,
            ordered.order,
            ordered.page,
            self.total,
            self.rows,
            self.boundaries,
            env.at,
            timed,
        )


@dataclass(slots=True)
class FollowPlan:
    """A link to follow from the items of a branch. `asks` reads the arguments of the field that asks for it."""

    level: LevelPlan
    asks: Callable[[Env], "Following"]
    link_columns: tuple[str, ...] = ()
    total: Slot = field(default_factory=Slot)
    rows: Slot = field(default_factory=Slot)

    def place(self, index: int) -> int:
        """Give its cells their indexes from this one on; the next free index."""
        self.level.place()
        if self.level.total:
            self.total.index = index
            index += 1
        if self.level.rows:
            self.rows.index = index
            index += 1
        return index

    def build(self, env: Env) -> Follow:
        """The follow of the question."""
        following = self.asks(env)
        level = self.level.build(env.since(following.at), following.listing)
        best = None if self.link_columns else env.twins(self.level.labels)
        return Follow(following.path, level, self.link_columns, best)


@dataclass(frozen=True, slots=True)
class Following:
    """How a link is followed: along which path, which items of those found, on which day."""

    path: Path
    listing: Listing = Listing()
    at: str | None = None


def refuse(message: str, *path: str) -> GraphQLError:
    """What tells the caller that a question makes no sense, and where; nothing was looked up."""
    return GraphQLError(message, extensions={"code": "BAD_USER_INPUT", "path": list(path)})
