"""A question without its values: its shape, in which the number of each value stands where the value stood.

Two questions of one shape are said in the same words, with other parameters. Numbers stand as text where text stood.
"""

import math
from dataclasses import replace
from typing import assert_never

from graph.ends import Ends
from graph.query import (
    And,
    AnyItem,
    Branch,
    Compare,
    Condition,
    Counted,
    Follow,
    Foremost,
    Group,
    Hop,
    IsNull,
    Labelled,
    Level,
    Not,
    OneOf,
    Or,
    Page,
    Path,
    Question,
    Related,
    Search,
    Shares,
    Sight,
    Sort,
    Tally,
    Twins,
    Within,
)
from graph.searching import exact, loose, lucene, phrases

EARTH = 6_371_008.8  # metres: the mean radius, of the sphere that distances are measured on


def lift(question: Question) -> tuple[Question, list[object]]:
    """The shape of a question, and its values by number.

    >>> from graph.query import Attribute, Operator
    >>> named = Compare(Attribute("name"), Operator.EQ, "Lille")
    >>> shape, values = lift(Question(Level((), named), Sight("2025-01-01")))
    >>> shape.level.where.value, values
    (1, ['2025-01-01', 'Lille'])
    """
    values: list[object] = []
    sight = _sight(question.sight, values)
    search = _search(question.search, values)
    return Question(_level(question.level, values), sight, search), values


def lift_sight(sight: Sight) -> tuple[Sight, list[object]]:
    """The shape of what the asker sees, and its values: the first ones of every question.

    >>> lift_sight(Sight("2025-01-01", "u-1", ("cite-1",)))
    (Sight(now='0', user='1', reading=('2',), editing=(), everything=False), ['2025-01-01', 'u-1', ['cite-1']])
    """
    values: list[object] = []
    return _sight(sight, values), values


def lift_tally(tally: Tally) -> tuple[Tally, list[object]]:
    """The shape of a tally, and its values by number."""
    values: list[object] = []
    sight = _sight(tally.sight, values)
    search = _search(tally.search, values)
    where = None if tally.where is None else _condition(tally.where, values)
    groups = tuple(
        Group(each.attribute, _path(each.path, values), each.leading, each.several) if each.path else each
        for each in tally.groups
    )
    at = _text(tally.at, values)
    at_least, limit = _number(tally.at_least, values), _number(tally.limit, values)
    shape = Tally(tally.label, sight, where, groups, tally.measure, at, tally.timed, at_least, limit, search)
    return shape, values


def lift_ends(ends: Ends) -> tuple[Ends, list[object]]:
    """The shape of what is asked of the ends of a path, and its values by number."""
    values: list[object] = []
    sight = _sight(ends.sight, values)
    return Ends(ends.label, _path(ends.path, values), sight), values


def _number(value: object, values: list[object]) -> int:
    values.append(value)
    return len(values) - 1


def _text(value: str | None, values: list[object]) -> str | None:
    return None if value is None else str(_number(value, values))


def _list(given: tuple[object, ...], values: list[object]) -> tuple[str, ...]:
    """One value for the whole list, so that its length changes no word; nothing for an empty one."""
    return (str(_number(list(given), values)),) if given else ()


def _sight(sight: Sight, values: list[object]) -> Sight:
    now = str(_number(sight.now, values))
    if sight.everything:
        return Sight(now, everything=True)
    return Sight(now, _text(sight.user, values), _list(sight.reading, values), _list(sight.editing, values))


def _search(search: Search | None, values: list[object]) -> Search | None:
    """The query of the index; by fields also what counts double and once, and the phrases between spaces."""
    if search is None:
        return None
    query = str(_number(lucene(search), values))
    if not search.fields:
        return Search((query,))
    counted = (str(_number(exact(search), values)), str(_number(loose(search), values)))
    found = phrases(search)
    sought = ((str(_number(found, values)),),) if found else ()
    return Search((query, *counted), fields=search.fields, phrases=sought)


def _level(level: Level, values: list[object]) -> Level:
    where = None if level.where is None else _condition(level.where, values)
    order = tuple(_sort(each, values) for each in level.order)
    page = None if level.page is None else _page(level.page, values)
    at = _text(level.at, values)
    branches = tuple(_branch(each, values) for each in level.branches)
    return Level(branches, where, order, page, level.total, level.rows, level.boundaries, at, level.timed)


def _branch(branch: Branch, values: list[object]) -> Branch:
    if not branch.follows:
        return branch
    return Branch(branch.label, branch.columns, tuple(_follow(each, values) for each in branch.follows))


def _follow(follow: Follow, values: list[object]) -> Follow:
    path, level = _path(follow.path, values), _level(follow.level, values)
    return Follow(path, level, follow.link_columns, None if follow.twins is None else _twins(follow.twins, values))


def _twins(twins: Twins, values: list[object]) -> Twins:
    return replace(twins, preferred=tuple(str(_number(each, values)) for each in twins.preferred))


def _sort(sort: Sort, values: list[object]) -> Sort:
    if sort.near is not None:
        longitude, *point = sort.near
        south, west = (_number(each, values) for each in point)
        return replace(sort, near=(longitude, south, west))
    if not sort.path:
        return sort
    path = _path(sort.path, values)
    return Sort(sort.attribute, sort.descending, path, sort.index, sort.count, _text(sort.at, values))


def _page(page: Page, values: list[object]) -> Page:
    limit = _number(page.limit + page.more, values)
    after = None if page.after is None else tuple(_number(each, values) for each in page.after)
    before = None if page.before is None else tuple(_number(each, values) for each in page.before)
    return Page(limit, after, before, page.backward, more=False)


def _path(path: Path, values: list[object]) -> Path:
    return tuple(hop if hop.where is None else _hop(hop, hop.where, values) for hop in path)


def _hop(hop: Hop, where: Condition, values: list[object]) -> Hop:
    lifted = _condition(where, values)
    return Hop(hop.types, hop.outgoing, hop.labels, lifted, hop.least, hop.most, hop.through, hop.audience, hop.timed)


def _condition(condition: Condition, values: list[object]) -> Condition:
    match condition:
        case Compare(attribute, operator, value):
            return Compare(attribute, operator, _number(list(value) if isinstance(value, tuple) else value, values))
        case OneOf(attribute, given):
            return OneOf(attribute, (_number(list(given), values),))
        case IsNull() | Labelled():
            return condition
        case AnyItem(attribute, operator, value):
            return AnyItem(attribute, operator, _number(value, values))
        case Shares(attribute, given, every):
            return Shares(attribute, (_number(list(given), values),), every)
        case And(of):
            return And(tuple(_condition(each, values) for each in of))
        case Or(of):
            return Or(tuple(_condition(each, values) for each in of))
        case Not(inner):
            return Not(_condition(inner, values))
        case Related(quantifier, path, where, at):
            lifted = None if where is None else _condition(where, values)
            return Related(quantifier, _path(path, values), lifted, _text(at, values))
        case Counted(path, operator, number, where, at):
            lifted = None if where is None else _condition(where, values)
            return Counted(_path(path, values), operator, _number(number, values), lifted, _text(at, values))
        case Within():
            return _within(condition, values)
        case Foremost(twins):
            return Foremost(_twins(twins, values))
    assert_never(condition)


def _within(box: Within, values: list[object]) -> Within:
    """The edges, the middle, and in place of the radius the greatest haversine of the angle."""
    south, west, north, east = (_number(each, values) for each in (box.south, box.west, box.north, box.east))
    if box.centre is None or box.radius is None:
        return Within(box.lat, box.lon, south, west, north, east)
    centre = (_number(box.centre[0], values), _number(box.centre[1], values))
    return Within(box.lat, box.lon, south, west, north, east, centre, _number(haversine(box.radius), values))


def haversine(metres: float) -> float:
    """The haversine of the angle that so many metres of a great circle span; below zero and above one as bounds.

    >>> haversine(0.0), haversine(-1.0), haversine(30_000_000.0)
    (0.0, -1.0, 2.0)
    """
    if metres < 0:
        return -1.0
    half = metres / (2 * EARTH)
    return math.sin(half) ** 2 if half < math.pi / 2 else 2.0
