"""Collections: the question that one stores is checked when it is written, and asked with the rights of who reads it.

Its filter is the `where` of its type, as JSON; that of items of any type where it lists several. What it is ordered by
is a sort key of the API, with a minus before it for the reverse.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

import orjson
from graphql import GraphQLError, GraphQLInputType, GraphQLSchema
from graphql.execution.values import VariableValues
from graphql.utilities import coerce_input_value, validate_input_value

from directory.desk import Desk, now
from directory.errors import Fault, NotAllowed, NotFound
from directory.reading import get
from directory.values import Ref
from directory.versions import draft
from graph.query import Attribute, Branch, Column, Level, Page, Question
from schema.bodies import nested_deeper
from schema.columns import Slot
from schema.connection import ConnectionPlan, Lists, connection
from schema.context import Context
from schema.ids import global_id, own_id
from schema.kit import ITEM
from schema.making import Argument, FieldSpec
from schema.naming import camel
from schema.plan import Asked, Env, LevelPlan, Listing, refuse
from schema.roots import NOTHING, Composed, Settled, both, reference
from schema.scalars import Date, Locale

COLLECTION: Final = "Collection"
MOST_SHOWN: Final = 100
"""Items of one page where neither the collection nor who reads it asks for fewer."""
NO_VARIABLES: Final = VariableValues({}, {})
QUESTION: Final = ("types", "where", "order_by")
"""The fields that are the question."""


@dataclass
class Questions:
    """The questions that collections store. `bind` gives the schema that they are asked of."""

    lists: Lists
    schema: GraphQLSchema | None = None

    def bind(self, schema: GraphQLSchema) -> None:
        """Have the questions read as that schema has its filters."""
        self.schema = schema

    async def faults(self, desk: Desk, id: str | None, values: Mapping[str, Any]) -> list[Fault]:
        """What is wrong with the question that a collection would store; values it does not name stay as they are."""
        if not any(name in values for name in QUESTION):
            return []
        before = await _as_it_is(desk, id)
        types, where, order_by = (values.get(name, before.get(name)) for name in QUESTION)
        labels = self.labels(types)
        if not labels:
            return []  # told by the types themselves
        found = [Fault("INVALID", ("where",), each) for each in self._misfits(labels, _filter(where), desk)]
        if isinstance(order_by, str) and order_by and not self.lists.orders.has(self.target(labels), order_by):
            message = f"The API does not order {self.target(labels)} by {order_by}."
            found.append(Fault("INVALID", ("order_by",), message, self.lists.orders.names(self.target(labels))))
        return found

    def _misfits(self, labels: tuple[str, ...], where: Mapping[str, Any], desk: Desk) -> Iterator[str]:
        kind = self.target(labels)
        if nested_deeper([where], desk.settings.limits.variable_depth):
            yield f"The API has no such filter of {kind}: it is nested too deeply"
            return
        wrong = list(self._wrong(kind, where))
        if not wrong:
            today, settings = now(desk)[:10], desk.settings
            env = Env(NO_VARIABLES, today, settings.locale, settings.limits, b"", desk.vocabularies, [])
            try:
                self.lists.wheres.condition(kind, coerce_input_value(where, self._type(kind)), env, ())
            except GraphQLError as error:
                wrong.append(error.message)
        yield from (f"The API has no such filter of {kind}: {each}" for each in wrong)

    def _wrong(self, kind: str, where: Mapping[str, Any]) -> Iterator[str]:
        found: list[str] = []

        def told(error: GraphQLError, path: list[str | int]) -> None:
            found.append(": ".join(filter(None, (".".join(map(str, path)), error.message))))

        validate_input_value(where, self._type(kind), told)
        yield from found

    def _type(self, kind: str) -> GraphQLInputType:
        assert self.schema is not None
        return cast(GraphQLInputType, self.schema.type_map[f"{kind}Where"])

    def labels(self, types: Any) -> tuple[str, ...]:
        """The types that are named, each once; none for what is no list of types."""
        named = types if isinstance(types, list | tuple) else ()
        return tuple(label for label in self.lists.kit.content_types if label in named)

    def target(self, labels: tuple[str, ...]) -> str:
        """The type whose filter and order are those of items of these types."""
        return self.lists.kit.target(labels)

    def arguments(self, stored: "Stored", kind: str) -> dict[str, Any]:
        """The arguments of a list of items of that kind that a stored question is; raises BAD_USER_INPUT."""
        where = _filter(stored.where)
        for each in self._wrong(kind, where):
            raise refuse(f"What this collection asks for cannot be asked: {each}", "by")
        given: dict[str, Any] = {"where": coerce_input_value(where, self._type(kind))}
        if isinstance(stored.order_by, str) and self.lists.orders.has(kind, stored.order_by):
            way = "desc" if stored.order_by.startswith("-") else "asc"
            given["orderBy"] = [{camel(stored.order_by.removeprefix("-")): self.lists.kit.direction(way)}]
        return given


async def _as_it_is(desk: Desk, id: str | None) -> Mapping[str, Any]:
    """The values of the collection as the next change finds it: its draft, when there is one."""
    found = own_id(id or "")
    if found is None or found[0] != COLLECTION:
        return {}
    at = Ref(*found)
    try:
        here = await draft(desk, at)
    except (NotFound, NotAllowed):
        here = None
    here = here or await get(desk, at)
    return {} if here is None else {name: getattr(here, name) for name in QUESTION}


def _filter(where: Any) -> Mapping[str, Any]:
    """The filter as it is kept or given, none for what cannot be read: that is told by the field itself."""
    try:
        found = orjson.loads(where) if isinstance(where, str) else where
    except orjson.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}


# Asking --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Stored:
    """The question of a collection as the graph has it: types, filter as JSON, sort key, most items of a page."""

    types: Any
    where: Any
    order_by: Any
    limit: Any


_COLUMNS: Final = tuple(Column((Attribute(name),)) for name in Stored.__slots__)


@dataclass(frozen=True)
class Collected(Composed):
    """The root field of what a collection lists."""

    questions: Questions

    async def answered(self, asked: Asked, given: Mapping[str, Any], env: Env, context: Context) -> Settled:
        """A page of the items; null when there is no such collection."""
        stored = await _stored(given["by"], context)
        labels = self.questions.labels(stored.types) if stored else ()
        if stored is None or not labels:
            return NOTHING
        lists, inner, kind = self.questions.lists, env.since(given.get("at")), self.questions.target(labels)
        said = self.questions.arguments(stored, kind)
        plan = ConnectionPlan(LevelPlan(labels), kind, asked.number())
        maker = connection(plan, asked, Slot(0), Slot(1))
        plan.level.place()
        inner.arguments = [None] * asked.compiling.numbers
        most = min(stored.limit if stored.limit in range(1, MOST_SHOWN + 1) else MOST_SHOWN, env.limits.page)
        first = most if given.get("first") is None else given["first"]
        # What is more than any page may have is refused, as elsewhere.
        page = {"first": min(first, most) if first <= env.limits.page else first, "after": given.get("after")}
        listing = lists.paged(plan, {**said, **page}, inner)
        listing = Listing(both(inner.foremost(labels), listing.where), listing.order, listing.page)
        level = plan.level.build(inner, listing, lists.timed(labels))
        answer = await context.rows(Question(level, context.sight))
        return Settled(maker, answer.rows, inner.arguments, answer.total)


async def _stored(by: Mapping[str, Any], context: Context) -> Stored | None:
    """The question of the collection that is meant, by an old path too."""
    for _ in range(2):
        level = Level((Branch(COLLECTION, _COLUMNS),), reference(COLLECTION, by), (), Page(1, more=False))
        if rows := (await context.rows(Question(level, context.sight))).rows:
            return Stored(*rows[0])
        id = await context.moved_from(COLLECTION, by)
        if id is None:
            break
        by = {"id": global_id(COLLECTION, id)}
    return None


def collected_field(lists: Lists, by: Any) -> FieldSpec:
    """The root field."""
    words = "What a collection lists, its limit a page."
    return FieldSpec("collectionItems", lists.kit[ITEM].connection | None, words, (
        Argument("by", by, "Which."),
        Argument("first", int | None, "Size."),
        Argument("after", str | None, "Cursor."),
        Argument("at", Date | None, "As of."),
        Argument("locale", Locale | None, "Language."),
    ))  # fmt: skip
