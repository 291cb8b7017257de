"""A level of a question in Cypher: its order, its page, its rows and what hangs below each. Pure text, from shapes."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from graph.phrases import (
    Walk,
    Words,
    arrived,
    attribute,
    best_twin,
    condition,
    count,
    counted,
    haversine_between,
    holds,
    labels,
    leads_once,
    walk,
    where,
)
from graph.query import (
    And,
    Audience,
    Branch,
    Column,
    Condition,
    Follow,
    Level,
    Page,
    Sight,
    Sort,
)
from graph.transaction import named

ANGLES = "1e15"  # parts that the haversine of an angle is measured in where items are ordered by it
MANY = 20  # properties of an item that are read with all others: to plan each by its name takes longer

# Orders and pages ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Key:
    """One key of an order in a text. `said` is what its name stands for, when it is too long to be said twice."""

    name: str
    descending: bool = False
    known: bool = False  # never null
    said: str = ""


def by_index(order: Sequence[Sort], sight: Sight) -> str | None:
    """The stored string that alone makes the order, for those who may know the order."""
    if len(order) != 1 or order[0].path:
        return None
    return order[0].index if sight.everything or order[0].attribute.audience is Audience.PUBLIC else None


def keys(words: Words, at: str, level: Level) -> list[Key]:
    """The keys of a level's order, the last one different for each item; none when order does not matter."""
    index = by_index(level.order, words.sight)
    if index is not None:
        return [Key(f"{at}.{named(index)}", level.order[0].descending, known=True)]
    if not (level.order or level.page or level.boundaries):
        return []
    found = [_key(words, at, each) for each in level.order]
    return [*found, Key(f"{at}.id", bool(found) and found[-1].descending, known=True)]


def _key(words: Words, at: str, sort: Sort) -> Key:
    if sort.near is not None:
        longitude, *point = sort.near
        here = (attribute(words, at, sort.attribute), attribute(words, at, longitude))
        angle = haversine_between(here, (words.value(point[0]), words.value(point[1])))
        # A whole number is the same in a cursor as in the graph; its steps are half a metre or less.
        return Key(words.name("o"), sort.descending, said=f"toInteger(round(({angle}) * {ANGLES}))")
    if not sort.path:
        return Key(attribute(words, at, sort.attribute), sort.descending)
    name = words.name("o")
    if sort.count:
        return Key(name, sort.descending, known=True, said=count(words, at, sort.path, None, sort.at))
    found = walk(words, at, sort.path, sort.at)
    value = words.name("v")  # not min(): within a row, Neo4j would take the row for an aggregate
    least = f"RETURN {attribute(words, found.end, sort.attribute)} AS {value} ORDER BY {value} LIMIT 1"
    return Key(name, sort.descending, said=f"COLLECT {{ {found.match()} {least} }}[0]")


def sorting(ordered: Sequence[Key], backward: bool, ties: Sequence[str] = ()) -> str:
    """The ORDER BY of the keys, nulls last (first when `backward`), then of what tells rows of one item apart.

    >>> sorting([Key("n.born", descending=True), Key("n.id", known=True)], backward=False)
    ' ORDER BY n.born IS NULL, n.born DESC, n.id'
    """
    found = []
    for key in ordered:
        if not key.known:
            found.append(f"{key.name} IS {'NOT ' if backward else ''}NULL")
        found.append(f"{key.name} DESC" if key.descending != backward else key.name)
    found += [f"{tie} DESC" if backward else tie for tie in ties]
    return f" ORDER BY {', '.join(found)}" if found else ""


def bounds(words: Words, ordered: Sequence[Key], page: Page | None) -> list[str]:
    """That an item lies strictly after and before the boundaries of the page."""
    if page is None:
        return []
    sides = ((page.after, True), (page.before, False))
    return [_beyond(words, ordered, boundary, after) for boundary, after in sides if boundary is not None]


def _beyond(words: Words, ordered: Sequence[Key], boundary: Sequence[object], after: bool) -> str:
    if len(boundary) != len(ordered):
        raise ValueError(f"a boundary of this order has {len(ordered)} values, not {len(boundary)}")
    text = "false"
    for key, number in zip(reversed(ordered), reversed(boundary), strict=True):
        mine, theirs = key.name, words.value(number)
        further = f"{mine} {'>' if after != key.descending else '<'} {theirs}"
        if key is ordered[-1]:
            text = further
        elif key.known:
            text = f"CASE WHEN {mine} = {theirs} THEN {text} ELSE {further} END"
        else:
            first, last = (theirs, mine) if after else (mine, theirs)  # null is last: nothing is after it
            text = (
                f"CASE WHEN {mine} = {theirs} OR ({mine} IS NULL AND {theirs} IS NULL) THEN {text}"
                f" WHEN {first} IS NULL THEN false WHEN {last} IS NULL THEN true ELSE {further} END"
            )
    return text


def arranged(
    words: Words,
    carried: list[str],
    ordered: list[Key],
    page: Page | None,
    ties: Sequence[str] = (),
    once: bool = False,
) -> str:
    """The WITH that keeps a page of what was matched, each once; bounds of keys said here are asked here.

    With `once` nothing was matched twice.
    """
    said = [key for key in ordered if key.said]
    text = f" WITH {'' if once else 'DISTINCT '}{', '.join([*carried, *(f'{key.said} AS {key.name}' for key in said)])}"
    if said and (late := bounds(words, ordered, page)):
        text += f"{where(*late)} WITH {', '.join([*carried, *(key.name for key in said)])}"
    if page is None:
        return text + sorting(ordered, False, ties)
    return text + sorting(ordered, page.backward, ties) + f" LIMIT {words.value(page.limit)}"


def early(words: Words, ordered: list[Key], page: Page | None) -> list[str]:
    """The bounds that can be asked where items are matched."""
    return [] if any(key.said for key in ordered) else bounds(words, ordered, page)


# Rows ----------------------------------------------------------------------------------------------------------------


def row(words: Words, at: str, level: Level, head: list[str], tail: list[str], held: str = "") -> str:
    """The row of an item: a list, or one list for each group of branches that are read alike.

    `held` names the map that holds its properties, where one list says the row and they were read before.
    """
    groups = _alike(level)
    rows = [
        _listed([*head, *_number(at, level, each), *_cells(words, at, level, each, held), *tail]) for each in groups
    ]
    if len(rows) == 1:
        return rows[0]
    met = (labels(tuple(each.label for each in group)) for group in groups)
    arms = [f"WHEN {at}:{names} THEN {said}" for names, said in zip(met, rows, strict=True)]
    return f"CASE {' '.join(arms)} END"


def _alike(level: Level) -> list[list[Branch]]:
    """The branches, those together that read the same columns, and of links nothing."""
    groups: dict[Any, list[Branch]] = {}
    for each in level.branches:
        groups.setdefault(each.label if each.follows else each.columns, []).append(each)
    return list(groups.values())


def _number(at: str, level: Level, group: Sequence[Branch]) -> list[str]:
    """The cell that says which branch it is, when there are several."""
    if len(level.branches) == 1:
        return []
    places = [level.branches.index(each) for each in group]
    if len(places) == 1:
        return [str(places[0])]
    arms = [f"WHEN {at}:{named(each.label)} THEN {place}" for each, place in zip(group, places, strict=True)]
    return [f"CASE {' '.join(arms)} END"]


def rows_at_once(
    words: Words, at: str, level: Level, head: list[str], tail: list[str], carried: str
) -> tuple[str, str]:
    """A clause that reads all properties that the row of an item needs, and the row; no clause where that is no gain.

    What is `carried` stays known. Neo4j reads the properties faster so, and plans each in a third of the time.
    """
    if not words.engine.projects or len(_alike(level)) > 1 or len(level.branches[0].columns) < 2:
        return "", row(words, at, level, head, tail)
    held = words.name("m")
    cells = row(words, at, level, head, tail, held)
    return f" WITH {carried}, {_held(at, held, cells)}", cells


def _held(at: str, held: str, said: str) -> str:
    """The map of those properties of an item that a text asks of the map."""
    names = dict.fromkeys(re.findall(rf"\b{held}\.(\w+)", said)) or ["id"]
    if len(names) > MANY:
        return f"properties({at}) AS {held}"
    return f"{at} {{{', '.join(f'.{each}' for each in names)}}} AS {held}"


def _listed(cells: Iterable[str]) -> str:
    return f"[{', '.join(cells)}]"


def _cells(words: Words, at: str, level: Level, group: Sequence[Branch], held: str) -> list[str]:
    """The cells of the branches of a group: what they read, they read alike."""
    branch = group[0]
    start = f"{at}:{named(branch.label)}" if len(level.branches) > 1 else at
    cells = [_column(words, held or at, each) for each in branch.columns]
    for each in branch.follows:
        cells += _followed(words, start, each)
    return cells


def _column(words: Words, at: str, column: Column) -> str:
    values = [attribute(words, at, each) for each in column.attributes]
    if column.rank:
        places = [f"WHEN {value} IS NOT NULL THEN {place}" for place, value in enumerate(values)]
        return f"CASE {' '.join(places)} END"
    return values[0] if len(values) == 1 else f"coalesce({', '.join(values)})"


def _followed(words: Words, start: str, follow: Follow) -> list[str]:
    cells = []
    if follow.level.total:
        cells.append(_counted(words, start, follow))
    if follow.level.rows:
        cells.append(_collected(words, start, follow))
    return cells


def _counted(words: Words, start: str, follow: Follow) -> str:
    found = walk(words, start, follow.path, follow.level.at, linked=bool(follow.link_columns))
    item, text = _met(words, found, follow, [])
    carried = [item, found.link] if follow.link_columns else [item]
    return counted(text, "" if _is_once(follow) else ", ".join(carried))


def _collected(words: Words, start: str, follow: Follow) -> str:
    level = follow.level
    if _is_bare(follow):
        return _comprehended(words, start, follow)
    if words.engine.projects and _is_plain(words, follow):
        return _projected(words, start, follow)
    found = walk(words, start, follow.path, level.at, linked=bool(follow.link_columns))
    item = words.name("k") if follow.twins else found.end
    carried = [item, found.link] if follow.link_columns else [item]
    links = [f"{found.link}.{named(each)}" for each in follow.link_columns]
    ordered = keys(words, item, level)
    ties = links if ordered else []
    text = _met(words, found, follow, early(words, ordered, level.page), item)[1]
    text += arranged(words, carried, ordered, level.page, ties, _is_once(follow))
    tail = [*links, *boundary_cell(level, ordered)]
    text += f" RETURN {row(words, item, level, [], tail)} AS {words.name('x')}"
    if level.page is not None and level.page.backward:
        text += sorting(ordered, False, ties)
    return f"COLLECT {{ {text} }}"


def _is_once(follow: Follow) -> bool:
    """Whether it leads to no row twice: link columns are of one step, with a row for each relationship."""
    return follow.twins is None and (leads_once(follow.path) or (len(follow.path) == 1 and bool(follow.link_columns)))


def _is_bare(follow: Follow) -> bool:
    """Whether each end of one step is a row, in no order, and nothing else is asked of it."""
    level = follow.level
    if not _is_once(follow) or follow.path[-1].where is not None:
        return False
    return not (level.where or level.order or level.page or level.boundaries or follow.link_columns)


def _comprehended(words: Words, start: str, follow: Follow) -> str:
    """The rows as a comprehension: sooner planned and answered than a subquery, which could order them."""
    found = walk(words, start, follow.path, follow.level.at)
    met = tuple(each.label for each in follow.level.branches)
    asked = where(*found.conditions, holds(words, found.end, met, follow.level.timed, follow.level.at))
    return f"[{found.pattern}{asked} | {row(words, found.end, follow.level, [], [])}]"


def _is_plain(words: Words, follow: Follow) -> bool:
    """Whether the items have one label, are what the path leads to, and are ordered by one property, or not at all."""
    level = follow.level
    if follow.twins is not None or follow.path[-1].labels != tuple(each.label for each in level.branches):
        return False
    unordered = not (level.order or level.page or level.boundaries)
    return len(level.branches) == 1 and (unordered or by_index(level.order, words.sight) is not None)


def _projected(words: Words, start: str, follow: Follow) -> str:
    """The items as `_collected`, sorted first, then looked up one by one until the page is full.

    All that is asked of an item but its order is asked of a map of its properties, sight first.
    """
    level, link = follow.level, follow.path[-1]
    found = walk(words, start, follow.path, level.at, linked=bool(follow.link_columns), unseen=True)
    held, place = words.name("m"), words.name("o")
    carried = ", ".join([found.end, found.link] if follow.link_columns else [found.end])
    links = [f"{found.link}.{named(each)}" for each in follow.link_columns]
    own = keys(words, found.end, level)
    ordered = [replace(each, name=place) for each in own]
    sought = [condition(words, found.end, each) for each in conjuncts(level.where)]
    text = found.match(*sought, *bounds(words, own, level.page))
    if not _is_once(follow):
        text += f" WITH DISTINCT {carried}"
    order = sorting(ordered, level.page is not None and level.page.backward, links if own else [])
    if own:
        text += f" WITH {carried}, {own[0].name} AS {place}{order}"
        carried += f", {place}"
    seen_first = where(
        *arrived(words, found.end, link, level.at, held), holds(words, held, link.labels, level.timed, level.at)
    )
    cells = row(words, found.end, level, [], [*links, *boundary_cell(level, ordered)], held)
    text += f" WITH {carried}, {_held(found.end, held, seen_first + cells)}{seen_first}"
    if level.page is not None:
        text += f" WITH {carried}, {held}{order} LIMIT {words.value(level.page.limit)}"
    backward = level.page is not None and level.page.backward
    again = sorting(ordered, False, links) if backward else ""
    return f"COLLECT {{ {text} RETURN {cells} AS {words.name('x')}{again} }}"


def _met(words: Words, found: Walk, follow: Follow, more: list[str], item: str = "") -> tuple[str, str]:
    """The name of the items of a follow, and the clauses that find them, with further conditions on them."""
    if follow.twins is None:
        return found.end, found.match(*_asked(words, found.end, follow.level), *more)
    if follow.link_columns:
        raise ValueError("a twin is not at the end of the link whose columns are asked for")
    item = item or words.name("k")
    best = best_twin(words, found.end, follow.path[-1].labels, follow.twins)
    asked = where(*_asked(words, item, follow.level), *more)
    return item, f"{found.match()} WITH DISTINCT {best} AS {item}{asked}"


def _asked(words: Words, at: str, level: Level) -> list[str]:
    """What a level asks of its items, beside what the path to them did."""
    met = tuple(each.label for each in level.branches)
    asked = [holds(words, at, met, level.timed, level.at)]
    return [*asked, *(condition(words, at, each) for each in conjuncts(level.where))]


def boundary_cell(level: Level, ordered: Sequence[Key]) -> list[str]:
    """The cell of the boundary, when it was asked for."""
    return [_listed(key.name for key in ordered)] if level.boundaries else []


def conjuncts(asked: Condition | None) -> list[Condition]:
    """The conditions that must all hold."""
    if isinstance(asked, And):
        return [part for each in asked.of for part in conjuncts(each)]
    return [] if asked is None else [asked]
