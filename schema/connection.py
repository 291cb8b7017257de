"""Lists in pages: the arguments every list takes, what they ask of the graph, and what a connection answers."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from directory.item import is_timed
from directory.search import MOST_WORDS, Terms, terms
from graph.query import Condition, Page, Search
from schema.columns import Leaf, Many, One, Run, Slot
from schema.context import Context
from schema.cursors import boundary, cursor
from schema.kit import ITEM, Kit
from schema.making import Argument, FieldSpec, fill_object, list_of
from schema.orders import Orders
from schema.plan import Asked, Env, Here, LevelPlan, Listing, Reader, refuse
from schema.scalars import Date
from schema.wheres import Wheres

PAGE_INFO: Final = "PageInfo"
POINTS: Final = 1_000  # of the graph's score, one of ours
LONGEST: Final = 500  # characters of what is searched for


@dataclass(frozen=True, slots=True)
class Paging:
    """What the arguments of a list were, for those who make its answer: the page and the order it is in.

    Of a search: what is looked for, and how many hits precede the page where they come by relevance.
    """

    limit: int
    backward: bool
    has_after: bool
    has_before: bool
    order: str
    terms: Terms | None = None
    start: int | None = None


@dataclass(frozen=True, slots=True)
class ListAsked:
    """A list that was asked for: its arguments, what they ask of all its items, and who asks."""

    given: Mapping[str, Any]
    env: Env
    context: Context
    search: Search | None
    kept: Condition | None


@dataclass(frozen=True, slots=True)
class Beside:
    """Something asked of the graph beside the items of a list: its answer is an argument of that number to makers."""

    number: int
    ask: Callable[[ListAsked], Awaitable[Any]]
    kept: Callable[[Env], Condition | None] = lambda env: None


@dataclass(slots=True)
class ConnectionPlan:
    """A connection being read: the level of its items, and the number of its `Paging`."""

    level: LevelPlan
    target: str
    number: int
    more: bool = False  # whether it must be known that others follow
    facets: list[Beside] = field(default_factory=list)


@dataclass(frozen=True)
class Lists:
    """What lists of every type need: their filters and orders."""

    kit: Kit
    wheres: Wheres
    orders: Orders

    def arguments(self, target: str, dated: bool) -> tuple[Argument, ...]:
        """The arguments of a list of items of that type."""
        family = self.kit[target]
        found = [
            Argument("first", int | None, "Size."),
            Argument("after", str | None, "Cursor."),
            Argument("last", int | None, "Size."),
            Argument("before", str | None, "Cursor."),
            Argument("where", family.where | None, "Filter."),
            Argument("orderBy", list_of(family.order) | None, "Order."),
        ]
        if dated:
            found.append(Argument("at", Date | None, "As of."))
        return tuple(found)

    def listing(self, plan: ConnectionPlan, given: Mapping[str, Any], env: Env, names: tuple[str, ...]) -> Listing:
        """What the arguments of a list ask, without its page."""
        level, target = plan.level, plan.target
        where = given.get("where")
        condition = self.wheres.condition(target, where, env, ("where",)) if where else None
        asked = tuple(self.orders.sorts(target, given.get("orderBy"), env))
        return Listing(condition, asked or self.orders.default(level.labels, names, env.locale))

    def paged(self, plan: ConnectionPlan, given: Mapping[str, Any], env: Env, names: tuple[str, ...] = ()) -> Listing:
        """What the arguments of a connection ask; its `Paging` is kept for the answer."""
        listing = self.listing(plan, given, env, names)
        sought = terms_of(given, env, "search")
        if sought is not None and not given.get("orderBy"):
            return by_relevance(plan, given, env, sought, listing.where)
        limit, backward = _size(given, env)
        keys = [(each.attribute.name, each.descending, each.path, each.near) for each in listing.order]
        order = repr((plan.level.labels, keys))
        after = _boundary(given, "after", order, env)
        before = _boundary(given, "before", order, env)
        env.arguments[plan.number] = Paging(limit, backward, after is not None, before is not None, order, sought)
        page = Page(limit, after, before, backward, plan.more)
        return Listing(listing.where, listing.order, page)

    def timed(self, labels: tuple[str, ...]) -> tuple[str, ...]:
        """Those of the types whose items hold for a time."""
        return tuple(label for label in labels if is_timed(self.kit.content_types[label]))


def terms_of(given: Mapping[str, Any], env: Env, name: str) -> Terms | None:
    """What is searched for by the argument of that name, if it is given."""
    text = given.get(name)
    if text is None:
        return None
    found = terms(text[: LONGEST + 1], env.locale)
    if len(text) > LONGEST or found.count > MOST_WORDS:
        raise refuse(f"A search has at most {LONGEST} characters and {MOST_WORDS} words.", name)
    return found


def by_relevance(
    plan: ConnectionPlan, given: Mapping[str, Any], env: Env, sought: Terms, where: Condition | None
) -> Listing:
    """A page of hits, best first; its `Paging` is kept for the answer. So many hits can be paged through, no more."""
    for name in ("last", "before"):
        if given.get(name) is not None:
            raise refuse("Hits are read from the best one on: give first and after, or an order.", name)
    limit, _ = _size(given, env)
    order = repr(("relevance", sorted(plan.level.labels), sought))
    after = _boundary(given, "after", order, env)
    start, window = (after[-1] if after else 0), env.limits.search_window
    if start >= window:
        raise refuse(f"Only the first {window} hits can be paged through: search for more words.", "after")
    limit = min(limit, window - start)
    env.arguments[plan.number] = Paging(limit, False, after is not None, False, order, sought, start)
    return Listing(where, (), Page(limit, after[:-1] if after else None, None, False, plan.more))


def _size(given: Mapping[str, Any], env: Env) -> tuple[int, bool]:
    first, last = given.get("first"), given.get("last")
    if first is not None and last is not None:
        raise refuse("Give first or last, not both.", "first")
    name, size = ("last", last) if last is not None else ("first", first)
    if size is None:
        return env.limits.default_page, False
    if not 1 <= size <= env.limits.page:
        raise refuse(f"A page has 1 to {env.limits.page} items.", name)
    return size, last is not None


def _boundary(given: Mapping[str, Any], name: str, order: str, env: Env) -> tuple[Any, ...] | None:
    text = given.get(name)
    if text is None:
        return None
    found = boundary(env.secret, order, text)
    if found is None:
        raise refuse("This is no cursor of a list in this order.", name)
    return found


# Answers -------------------------------------------------------------------------------------------------------------


def connection(plan: ConnectionPlan, asked: Asked, total: Slot, rows: Slot) -> One:
    """The maker of a connection, once what is selected of it is read: its cells are the total and the rows."""
    inner = asked.select(plan)
    level = plan.level
    level.total = level.total or not level.rows  # something must be asked even if nothing is selected
    if level.rows and level.total:
        return One(
            (total, rows), inner, True, lambda run, count, found: _page(run.arguments[plan.number], found, count)
        )
    if level.rows:
        return One((rows,), inner, True, lambda run, found: _page(run.arguments[plan.number], found, None))
    return One((total,), inner, True, lambda run, count: ([], count, None))


def _page(paging: Paging, found: list[Any], count: int | None) -> tuple[Any, ...]:
    """The row of a connection: the rows of its page, the total, whether others follow and precede."""
    if paging.terms is not None:
        found = _hits(paging, found)
    more = len(found) > paging.limit
    if more:
        found = found[1:] if paging.backward else found[:-1]
    if paging.backward:
        return found, count, (paging.has_before, more, found)
    return found, count, (more, paging.has_after, found)


def _hits(paging: Paging, found: list[Any]) -> list[Any]:
    """The rows of hits as those of other lists: without their score, the boundary with the place among all hits."""
    if paging.start is None:
        return [row[1:] for row in found]
    return [[*row[1:-1], [*row[-1], place]] for place, row in enumerate(found, paging.start + 1)]


def _nodes(here: Here, asked: Asked) -> Many:
    here.level.rows = True
    return Many((Slot(0),), asked.select_items(here.level))


def _edges(here: Here, asked: Asked) -> Many:
    here.level.rows = True
    return Many((Slot(0),), asked.select(here), make=lambda run, rows: [(row,) for row in rows])


def _node(here: Here, asked: Asked) -> One:
    return One((Slot(0),), asked.select_items(here.level), required=True)


def _cursor(here: Here, asked: Asked) -> Leaf:
    here.level.boundaries = True
    number = here.number
    return Leaf((Slot(0),), asked.finish, lambda run, row: _said(run, number, row))


def _score(here: Here, asked: Asked) -> Leaf:
    here.level.boundaries = True  # that of a hit begins with its score
    number = here.number

    def make(run: Run, row: Any) -> float | None:
        paging: Paging = run.arguments[number]
        return None if paging.start is None else row[-1][0] / POINTS

    return Leaf((Slot(0),), asked.finish, make)


def _total(here: Here, asked: Asked) -> Leaf:
    here.level.total = True
    return Leaf((Slot(1),), asked.finish)


def _page_info(here: Here, asked: Asked) -> One:
    here.level.rows = here.more = True
    return One((Slot(2),), asked.select(here), required=True)


def _flag(index: int) -> Reader:
    return lambda here, asked: Leaf((Slot(index),), asked.finish)


def _edge_cursor(index: int) -> Reader:
    """The cursor of the first or last row of the page."""

    def read(here: Here, asked: Asked) -> Leaf:
        here.level.boundaries = True
        number = here.number
        return Leaf((Slot(2),), asked.finish, lambda run, rows: _said(run, number, rows[index]) if rows else None)

    return read


def _said(run: Run, number: int, row: Any) -> str:
    return cursor(run.secret, run.arguments[number].order, row[-1])


CONNECTION: Final[Mapping[str, Reader]] = {
    "edges": _edges,
    "nodes": _nodes,
    "pageInfo": _page_info,
    "totalCount": _total,
}
EDGE: Final[Mapping[str, Reader]] = {"cursor": _cursor, "node": _node, "score": _score}
PAGE: Final[Mapping[str, Reader]] = {
    "hasNextPage": _flag(0),
    "hasPreviousPage": _flag(1),
    "startCursor": _edge_cursor(0),
    "endCursor": _edge_cursor(-1),
}


def declare_connections(kit: Kit, facets: Mapping[str, tuple[FieldSpec, Reader]]) -> Mapping[str, Mapping[str, Reader]]:
    """Fill the connection and edge types; how their fields are read, by type and name. `facets` are by content type."""
    page = kit.parts[PAGE_INFO]
    fill_object(page, "Where a page of a connection stands.", [
        FieldSpec("hasNextPage", bool, "More after this page."),
        FieldSpec("hasPreviousPage", bool, "More before this page."),
        FieldSpec("startCursor", str | None, "Cursor of the first edge."),
        FieldSpec("endCursor", str | None, "Cursor of the last edge."),
    ])  # fmt: skip
    found: dict[str, Mapping[str, Reader]] = {PAGE_INFO: PAGE}
    for target in (ITEM, *kit.content_types):
        family = kit[target]
        fill_object(family.connection, "One page.", [
            FieldSpec("edges", list_of(family.edge), "With cursors."),
            FieldSpec("nodes", list_of(family.object), "The items."),
            FieldSpec("pageInfo", page, "Its place."),
            FieldSpec("totalCount", int, "All that match."),
            *([facets[target][0]] if target in facets else []),
        ])  # fmt: skip
        fill_object(family.edge, "One row.", [
            FieldSpec("cursor", str, "Its place."),
            FieldSpec("node", family.object, "The item."),
            FieldSpec("score", float | None, "Of a search."),
        ])  # fmt: skip
        found[family.connection.__name__] = CONNECTION
        if target in facets:
            found[family.connection.__name__] = {**CONNECTION, "facets": facets[target][1]}
        found[family.edge.__name__] = EDGE
    return found
