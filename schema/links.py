"""How links are read: one item, or a page of them; and the citations of an item."""

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from directory.enums import CLOSED
from directory.fields import Kind, facts
from directory.links import Way
from graph.query import And, Condition, Page
from schema.columns import Fixed, Leaf, Many, One, Slot
from schema.connection import ConnectionPlan, Lists, connection
from schema.kit import ITEM
from schema.making import Argument, FieldSpec, list_of
from schema.naming import camel
from schema.paths import is_dated, narrowed, path_of
from schema.plan import Asked, BranchPlan, Env, Following, FollowPlan, LevelPlan, Listing, Reader, refuse
from schema.predicates import code
from schema.scalars import Date
from schema.words import of_way

CITATION: Final = "Citation"
CITATION_COLUMNS: Final = ("locator", "field")


def target_of(lists: Lists, way: Way) -> str:
    """The GraphQL type of what a way leads to. What sits in an item may be of any type, whatever it is today."""
    return ITEM if way.name in ("children", "supports") else lists.kit.target(way.targets)


def field_of(lists: Lists, owner: str, way: Way) -> FieldSpec:
    """The field of a way: an item or null, a connection, or the list of citations."""
    dated = is_dated(way, path_of(owner, way.name))
    name = camel(way.name)
    if way.fact is not None and way.fact.kind is Kind.CITATION and not way.inverse:
        return FieldSpec(name, list_of(lists.kit.parts[CITATION]), way.description)
    family = lists.kit[target_of(lists, way)]
    if way.many:
        arguments = lists.arguments(target_of(lists, way), dated) + _arguments(lists, owner, way)
        return FieldSpec(name, family.connection, of_way(way), arguments)
    at = Argument("at", Date | None, "The day asked about; today unless given.")
    return FieldSpec(name, family.object | None, way.description, (at,) if is_shortcut(way) else ())


def reader_of(lists: Lists, owner: str, way: Way) -> Reader:
    """How the field of a way is read."""
    if way.fact is not None and way.fact.kind is Kind.CITATION and not way.inverse:
        return _citations(lists, owner, way)
    if way.many:
        return many(lists, owner, way)
    return _dated_one(lists, owner, way) if is_shortcut(way) else _one(owner, way)


def is_shortcut(way: Way) -> bool:
    """Whether the way is no stored link."""
    return way.fact is None


def _arguments(lists: Lists, owner: str, way: Way) -> tuple[Argument, ...]:
    """The argument of a shortcut: a choice field of the items met first."""
    if way.argument is None:
        return ()
    [met] = way.path[0].labels
    fact = facts(lists.kit.content_types[met])[way.argument]
    vocabulary = fact.vocabulary or ""
    kind = lists.kit.enums[vocabulary] if vocabulary in CLOSED else str
    return (Argument(way.argument, kind | None, f"Only in this {way.argument}."),)


def first(run: Any, rows: list[Any]) -> Any:
    """The first row, None when there is none."""
    return rows[0] if rows else None


def _one(owner: str, way: Way) -> Reader:
    """A stored link to one item: no order, no page."""
    following = Following(path_of(owner, way.name))

    def read(here: BranchPlan, asked: Asked) -> One:
        level = LevelPlan(way.targets)
        level.rows = True
        plan = asked.select_items(level)
        follow = FollowPlan(level, lambda env: following)
        here.follow(follow)
        return One((follow.rows,), plan, make=first)

    return read


def _dated_one(lists: Lists, owner: str, way: Way) -> Reader:
    """A shortcut to one item, which is another one on another day: today unless a day is asked."""
    path = path_of(owner, way.name)

    def asks(asked: Asked, env: Env) -> Following:
        order = lists.orders.default(way.targets, way.order, env.locale)
        return Following(path, Listing(None, order, Page(1, more=False)), day_of(asked, env))

    def read(here: BranchPlan, asked: Asked) -> One:
        level = LevelPlan(way.targets)
        level.rows = True
        plan = asked.select_items(level)
        follow = FollowPlan(level, partial(asks, asked))
        here.follow(follow)
        return One((follow.rows,), plan, make=first)

    return read


def day_of(asked: Asked, env: Env) -> str:
    """The day that a field asks about: its own, the one above, or today."""
    given: str | None = asked.arguments(env).get("at")
    return given or env.at or env.today


def many(lists: Lists, owner: str, way: Way, kept: Condition | None = None) -> Reader:
    """A link to several items, as a connection; `kept` is asked of them all."""
    path, target = path_of(owner, way.name), target_of(lists, way)

    def read(here: BranchPlan, asked: Asked) -> One:
        plan = ConnectionPlan(LevelPlan(way.targets), target, asked.number())

        def asks(env: Env) -> Following:
            given = asked.arguments(env)
            day = given.get("at")
            listing = lists.paged(plan, given, env.since(day), way.order)
            value = code(given.get(way.argument)) if way.argument else None
            return Following(narrowed(path, way.argument, value), _kept(listing, kept), day)

        follow = FollowPlan(plan.level, asks)
        made = connection(plan, asked, follow.total, follow.rows)
        if plan.facets:
            raise refuse("Facets are of root lists: name this list there, with a filter.", "facets")
        here.follow(follow)
        return made

    return read


def _kept(listing: Listing, kept: Condition | None) -> Listing:
    if kept is None:
        return listing
    where = kept if listing.where is None else And((kept, listing.where))
    return Listing(where, listing.order, listing.page)


# What the type alone says --------------------------------------------------------------------------------------------


def nothing(here: Any, asked: Asked) -> Fixed:
    """A link that no item of the type can have."""
    return Fixed(asked.select_items(LevelPlan(())), None)


def no_items(here: Any, asked: Asked) -> Fixed:
    """A connection that is empty for every item of the type."""
    plan = ConnectionPlan(LevelPlan(()), ITEM, asked.number())
    return Fixed(asked.select(plan), ([], 0, (False, False, [])))


# Citations -----------------------------------------------------------------------------------------------------------


def _citations(lists: Lists, owner: str, way: Way) -> Reader:
    """The places in sources that support an item: bounded, so a plain list."""
    path = path_of(owner, way.name)

    def asks(env: Env) -> Following:
        return Following(path, Listing(None, lists.orders.default(("Source",), (), env.locale)))

    def read(here: BranchPlan, asked: Asked) -> Many:
        level = LevelPlan(("Source",))
        level.rows = True
        plan = asked.select(level)
        follow = FollowPlan(level, asks, CITATION_COLUMNS)
        here.follow(follow)
        return Many((follow.rows,), plan, make=lambda run, rows: [(row,) for row in rows])

    return read


def _document(here: LevelPlan, asked: Asked) -> One:
    return One((Slot(0),), asked.select_items(here), required=True)


def _locator(here: LevelPlan, asked: Asked) -> Leaf:
    return Leaf((Slot(0),), asked.finish, lambda run, row: row[-2])


def _field(here: LevelPlan, asked: Asked) -> Leaf:
    return Leaf((Slot(0),), asked.finish, lambda run, row: None if row[-1] is None else camel(row[-1]))


CITATION_READERS: Final[Mapping[str, Reader]] = {"document": _document, "locator": _locator, "field": _field}


def citation_fields(lists: Lists) -> list[FieldSpec]:
    """The fields of a citation."""
    return [
        FieldSpec("document", lists.kit["Source"].object, "The source."),
        FieldSpec("locator", str | None, "The place in it."),
        FieldSpec("field", str | None, "The field that it supports; null = the item."),
    ]
