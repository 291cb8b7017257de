"""Random questions and tallies about the graphs of `strategies.py`."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from graph.query import (
    And,
    AnyItem,
    Attribute,
    Audience,
    Branch,
    Column,
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
    Measure,
    Not,
    OneOf,
    Operator,
    Or,
    Page,
    Path,
    Quantifier,
    Question,
    Related,
    Shares,
    Sort,
    Tally,
    Twins,
    Value,
    Within,
)
from tests.graph.strategies import (
    DAYS,
    ID,
    KEPT,
    KINS,
    LABELS,
    LINK_COLUMNS,
    LISTS,
    NUMBERS,
    PLACES,
    SCALARS,
    TAGS,
    TEXTS,
    TIMED,
    TRUTHS,
    Kept,
    index_strings,
    sights,
)
from tests.truth import nearness

EQUAL_OR_ORDERED = (Operator.EQ, Operator.LT, Operator.LTE, Operator.GT, Operator.GTE)
Labels = tuple[str, ...]
DEPTH = 2  # of conditions, and of levels below the root


def rarely(draw: st.DrawFn, times: int = 5) -> bool:
    """True once in so many times; false when the example is made smaller."""
    return draw(st.integers(0, times - 1)) == times - 1


def some_of(draw: st.DrawFn, among: Sequence[Any], least: int = 0, most: int = 3) -> tuple[Any, ...]:
    """A few of them, each at most once, in any order."""
    found = draw(st.lists(st.sampled_from(among), min_size=least, max_size=most, unique=True))
    return tuple(found)


def days(draw: st.DrawFn) -> str | None:
    """A day to ask about, mostly none."""
    return draw(st.sampled_from(DAYS)) if rarely(draw, 3) else None


# Paths ---------------------------------------------------------------------------------------------------------------


@st.composite
def hops(draw: st.DrawFn, start: Labels, depth: int, walking: bool) -> Hop:
    """A step from nodes of these labels: one way or the other, one kind of link or two; when `walking`, some steps."""
    ways = [(kin, True) for kin in KINS if set(kin.sources) & set(start)]
    ways += [(kin, False) for kin in KINS if set(kin.targets) & set(start)]
    ways += [way for way in ways if way[0].walked] * 2
    kin, outgoing = draw(st.sampled_from(ways))
    same = [each for each, direction in ways if direction == outgoing and each is not kin]
    kins = [kin, *some_of(draw, same, most=1)] if same and rarely(draw) else [kin]
    reached = sorted({label for each in kins for label in (each.targets if outgoing else each.sources)})
    labels = some_of(draw, reached, 1, len(reached)) if len(reached) > 1 else tuple(reached)
    walks = walking and kin.walked and rarely(draw, 2)
    least, most = draw(st.sampled_from(((0, 1), (0, 2), (1, 2), (0, 3), (1, 3)))) if walks else (1, 1)
    through = tuple(label for label in reached if label not in labels) if most > 1 and draw(st.booleans()) else ()
    return Hop(
        tuple(each.type for each in kins),
        outgoing,
        labels,
        draw(conditions(labels, depth - 1)) if rarely(draw, 8) else None,
        least,
        most,
        through,
        draw(st.sampled_from(Audience)) if rarely(draw, 3) else Audience.PUBLIC,
        tuple(label for label in TIMED if label in labels + through),
        len(kins) == 1 and (kin.one or kin.simple),
    )


@st.composite
def paths(draw: st.DrawFn, start: Labels, depth: int) -> Path:
    """A path of one hop, or of a few, one of which may walk several steps: with more, ways are too many to try."""
    found: list[Hop] = []
    for _ in range(draw(st.sampled_from((1, 1, 1, 1, 2, 3)))):
        walking = all(each.most == 1 for each in found)
        found.append(draw(hops(found[-1].labels if found else start, depth, walking)))
    return tuple(found)


# Conditions ----------------------------------------------------------------------------------------------------------


def value_of(draw: st.DrawFn, kept: Kept) -> Any:
    """A value to compare the attribute with: one that is met, rarely none or one of another kind."""
    strange = draw(st.integers(0, 19))
    if strange == 19:
        return None
    return draw(st.sampled_from(("zz", 1, 0.5, True))) if strange == 18 else draw(st.sampled_from(kept.values))


@st.composite
def comparisons(draw: st.DrawFn) -> Condition:
    """An attribute compared with a value."""
    kept = draw(st.sampled_from(SCALARS))
    if kept in TRUTHS:
        return Compare(kept.attribute, Operator.EQ, value_of(draw, kept))
    operators = tuple(Operator) if kept in (*TEXTS, ID) else EQUAL_OR_ORDERED
    return Compare(kept.attribute, draw(st.sampled_from(operators)), value_of(draw, kept))


@st.composite
def memberships(draw: st.DrawFn) -> Condition:
    """An attribute among values, or a list against values."""
    kept = draw(st.sampled_from((*SCALARS, *LISTS)))
    values = some_of(draw, kept.values)
    if kept not in LISTS:
        return OneOf(kept.attribute, values)
    if draw(st.booleans()):
        return Shares(kept.attribute, values, draw(st.booleans()))
    return AnyItem(kept.attribute, draw(st.sampled_from(Operator)), draw(st.sampled_from(TAGS)))


@st.composite
def boxes(draw: st.DrawFn) -> Condition:
    """A box on the map, and perhaps a circle in it."""
    south, north = sorted(draw(st.sampled_from(((-20.0, -17.5), (40.0, 50.6329), (-90.0, 90.0), (48.0, 49.0)))))
    west, east = draw(
        st.sampled_from(((-180.0, 180.0), (2.0, 3.0), (2.3522, 9.0), (0.0, 2.3522), (179.0, -179.8), (3.0, 2.5)))
    )
    circle = draw(st.booleans())
    return Within(
        Attribute("lat"),
        Attribute("lon", Audience.TEAM if rarely(draw, 9) else Audience.PUBLIC),
        south,
        west,
        north,
        east,
        draw(st.sampled_from(PLACES)) if circle else None,
        draw(st.sampled_from((1_000.0, 40_000.0, 250_000.0, 15_000_000.0))) if circle else None,
    )


@st.composite
def relations(draw: st.DrawFn, start: Labels, depth: int) -> Condition:
    """Something about what is at the end of a path."""
    path = draw(paths(start, depth))
    where = draw(conditions(path[-1].labels, depth - 1)) if draw(st.booleans()) else None
    if draw(st.integers(0, 2)) < 2:
        return Related(draw(st.sampled_from(Quantifier)), path, where, days(draw))
    return Counted(path, draw(st.sampled_from(EQUAL_OR_ORDERED)), draw(st.integers(0, 3)), where, days(draw))


def twins(draw: st.DrawFn, labels: Labels) -> Twins:
    """Items of some of the labels that have one alias, told apart by their unit as if it were a language."""
    return Twins(some_of(draw, labels, 1, len(labels)), some_of(draw, ("EUR", "TND"), most=2), "alias", "unit")


@st.composite
def conditions(draw: st.DrawFn, labels: Labels, depth: int) -> Condition:
    """A condition on nodes of these labels."""
    kinds = ["comparison", "membership", "null"] * 2 + ["box", "label", "foremost"]
    kinds += ["not"] * 3 if depth >= 0 else []
    kinds += ["relation"] * 8 + ["and", "or"] * 2 if depth > 0 else []
    match draw(st.sampled_from(kinds)):
        case "comparison":
            return draw(comparisons())
        case "membership":
            return draw(memberships())
        case "null":
            return IsNull(draw(st.sampled_from(KEPT)).attribute, draw(st.booleans()))
        case "box":
            return draw(boxes())
        case "label":
            return Labelled(some_of(draw, LABELS))
        case "foremost":
            return Foremost(twins(draw, labels))
        case "relation":
            return draw(relations(labels, depth))
        case "not":
            return Not(draw(conditions(labels, depth - 1)))
        case kind:
            of = tuple(draw(st.lists(conditions(labels, depth - 1), max_size=3)))
            return And(of) if kind == "and" else Or(of)


# Orders and pages ----------------------------------------------------------------------------------------------------


@st.composite
def sorts(draw: st.DrawFn, labels: Labels) -> Sort:
    """A key to order by: an attribute here, with or without a stored string, or at the end of a path, or a count."""
    descending = draw(st.booleans())
    kind = draw(st.sampled_from(("index", "index", "here", "here", "here", "end", "count", "near")))
    if kind == "index":
        audience = draw(st.sampled_from(Audience)) if rarely(draw, 8) else Audience.PUBLIC
        return Sort(Attribute("name", audience), descending, index="name_down" if descending else "name_up")
    if kind == "near":
        return Sort(Attribute("lat"), descending, near=(Attribute("lon"), *draw(st.sampled_from(PLACES))))
    attribute = draw(st.sampled_from(SCALARS)).attribute
    if kind == "here":
        return Sort(attribute, descending)
    return Sort(attribute, descending, draw(paths(labels, 0)), count=kind == "count", at=days(draw))


@st.composite
def boundaries(draw: st.DrawFn, order: tuple[Sort, ...]) -> tuple[Value, ...]:
    """A place in the order: of an item that is there, or might have been."""
    id = draw(st.sampled_from(ID.values))
    if len(order) == 1 and order[0].index is not None:
        name = draw(st.sampled_from((None, *KEPT[0].values)))
        return (index_strings(name, id)[order[0].descending],)
    return (*(key_of(draw, sort, id) for sort in order), id)


def key_of(draw: st.DrawFn, sort: Sort, id: str) -> Value:
    """A value of a sort key, or None."""
    if sort.near is not None:
        places = (nearness(each, sort.near[1:]) for each in PLACES)
        return draw(st.sampled_from((None, 0, *places)))
    if sort.count:
        return draw(st.integers(0, 3))
    if sort.attribute.name == "id" and not sort.path:
        return id
    values = next(each.values for each in (*KEPT, ID) if each.name == sort.attribute.name)
    found: Value = draw(st.sampled_from((None, *values)))
    return found


def placed(order: tuple[Sort, ...]) -> bool:
    """Whether all askers write a boundary of this order in the same way."""
    return len(order) != 1 or order[0].index is None or order[0].attribute.audience is Audience.PUBLIC


@st.composite
def pages(draw: st.DrawFn, order: tuple[Sort, ...]) -> Page | None:
    """A page of the order, first or last ones, after or before a boundary."""
    if order and draw(st.integers(0, 3)) == 0:
        return None
    after = draw(boundaries(order)) if placed(order) and draw(st.booleans()) else None
    before = draw(boundaries(order)) if placed(order) and rarely(draw, 3) else None
    return Page(draw(st.integers(1, 4)), after, before, draw(st.booleans()), not rarely(draw))


# Levels --------------------------------------------------------------------------------------------------------------


@st.composite
def branches(draw: st.DrawFn, label: str, depth: int, alone: bool) -> Branch:
    """A few columns and follows of a label; fewer follows where it is one of several."""
    columns = [
        Column(tuple(each.attribute for each in some_of(draw, (*KEPT, ID), 1, 2)), rarely(draw))
        for _ in range(draw(st.integers(0, 2)))
    ]
    goes_on = depth > 0 and rarely(draw, 2 if alone else 4)
    follow = draw(st.lists(follows((label,), depth), min_size=1, max_size=depth)) if goes_on else []
    return Branch(label, (Column((ID.attribute,)), *columns), tuple(follow))


@st.composite
def wheres(draw: st.DrawFn, labels: Labels, depth: int) -> Condition | None:
    """What a level asks of its items: nothing, a condition, or several of which one may name them."""
    kind = draw(st.sampled_from(("nothing",) * 4 + ("one",) * 4 + ("several", "named")))
    if kind == "nothing":
        return None
    if kind == "one":
        return draw(conditions(labels, depth))
    named = (OneOf(ID.attribute, some_of(draw, ID.values, 1, 9)),) if kind == "named" else ()
    more = draw(st.lists(conditions(labels, depth), min_size=1 - len(named), max_size=2))
    return And((*named, *more))


@st.composite
def levels(draw: st.DrawFn, labels: Labels, depth: int) -> Level:
    """A list of items of these labels. Without an order there is a page, which is then by id."""
    order = tuple(draw(st.lists(sorts(labels), min_size=0 if rarely(draw, 6) else 1, max_size=2)))
    total = draw(st.booleans())
    return Level(
        tuple(draw(branches(label, depth, len(labels) == 1)) for label in labels),
        draw(wheres(labels, depth)),
        order,
        draw(pages(order)),
        total,
        not (total and rarely(draw)),
        draw(st.booleans()),
        days(draw),
        tuple(label for label in TIMED if label in labels),
    )


@st.composite
def follows(draw: st.DrawFn, start: Labels, depth: int) -> Follow:
    """The items at the end of a path, sometimes with what their link says."""
    path = draw(paths(start, 1))
    level = draw(levels(path[-1].labels, depth - 1))
    if rarely(draw, 3):  # all that are there, in no order
        level = replace(level, where=None, order=(), page=None, total=False, rows=True, boundaries=False)
        return Follow(path, level)
    columns = some_of(draw, LINK_COLUMNS, 1, 2) if (path[-1].least, path[-1].most) == (1, 1) and rarely(draw, 3) else ()
    return Follow(path, level, columns, twins(draw, path[-1].labels) if not columns and rarely(draw, 3) else None)


@st.composite
def questions(draw: st.DrawFn) -> Question:
    """A question of up to three levels, by somebody."""
    labels = some_of(draw, LABELS, 2, 3) if rarely(draw, 3) else (draw(st.sampled_from(LABELS)),)
    return Question(draw(levels(labels, DEPTH)), draw(sights()))


# Tallies -------------------------------------------------------------------------------------------------------------


@st.composite
def groups(draw: st.DrawFn, label: str) -> Group:
    """A dimension to count by."""
    path = draw(paths((label,), 1)) if draw(st.booleans()) else ()
    kept = draw(st.sampled_from((*SCALARS, *LISTS)))
    leading = draw(st.sampled_from((1, 4))) if kept in TEXTS and draw(st.booleans()) else None
    return Group(kept.attribute, path, leading, kept in LISTS)


@st.composite
def tallies(draw: st.DrawFn) -> Tally:
    """Items counted, or measured, by up to two dimensions."""
    label = draw(st.sampled_from(LABELS))
    per = tuple(each.attribute for each in some_of(draw, TEXTS, most=1))
    measure = Measure(draw(st.sampled_from(NUMBERS)).attribute, per) if draw(st.booleans()) else None
    return Tally(
        label,
        draw(sights()),
        draw(conditions((label,), DEPTH)) if draw(st.booleans()) else None,
        tuple(draw(st.lists(groups(label), max_size=2))),
        measure,
        days(draw),
        label in TIMED,
        draw(st.sampled_from((1, 1, 2))),
        draw(st.sampled_from((50, 2))),
    )
