"""A naive answer to any `Question` or `Tally` over a small graph in memory: the judge of `graph/cypher.py`.

Plain loops over lists, written from the words below and not from the compiler. A `Search` is not judged.

Sight. `everything` sees all. A published node is seen by all while effective <= now < expires; else any node by the
readers of its scope; else a private or pending one by its creator. An unknown value never grants sight. It is asked of
roots, ends and nodes passed on the way, and of whatever a condition, an order or a count meets.

Audience. A team (editors) attribute is null unless the asker sees everything or reads (edits) the node's scope. So is
a hop's relationship not there at all unless that holds of the node where the relationship starts.

Valid time. With an `at`, a node with one of the `timed` labels is there when valid_from <= at < valid_until.

Truth is two-valued. A comparison with an unknown value, or between kinds (text, number, boolean), is false. `Not` is
the complement. `EVERY` holds without any end. Ends are distinct nodes, however many ways lead there.

Paths. No relationship is walked twice in one path (Cypher's trails). A hop of several steps checks every node it
meets, the start only when it is also the end (no step at all); `where` and `labels` are asked of its end, the others
may have a label of `through` too.

Twins. The best of those of one label and group that the asker sees: the earliest preferred language, then the least,
unknown last, then the least id. A node without a group, or of another label, is its own best.

Orders. Unknown values last in both directions; the id ends the order in the direction of the last key. A single key
with an `index` orders by that stored string alone, unless the attribute is not for the asker to know. A key with a path
is the least known value there. Rows of one item, one a relationship, are in the order of the link columns.

Pages. What lies strictly after and before the boundaries, which need not exist any more; then the first or last
`limit` items, and one more when `more`; always in forward order. Totals know no page.

Walks. One relationship further, either way, lies what is seen, has a label of the ground and holds on its day; the
start holds too. A tie is there for those whom its source tells of it. What is `around` is nearest first, then by label
and id. A shortest way has as few steps as any; the ends may have any label.

Tallies. Each distinct item counts once in each group it belongs to; through a path, or a list, in one group for each
different value there, and in none when there is no end or no element. Without groups there is one row, even of zero.
"""

from collections.abc import Sequence
from functools import cmp_to_key
from itertools import product
from typing import TypeAlias

from graph.query import (
    Answer,
    Audience,
    Branch,
    Column,
    Follow,
    Group,
    Level,
    Question,
    Sight,
    Sort,
    Tally,
)
from graph.transaction import NewNode
from graph.walking import Ground, Spot, Tied
from tests.truth import (
    End,
    Small,
    View,
    allowed,
    best_twin,
    elements,
    ends,
    holds,
    identity,
    meets,
    nearness,
    seen,
    value,
    ways,
)


def answer(graph: Small, question: Question) -> Answer:
    """What the engines must answer."""
    assert question.search is None, "the oracle does not search"
    view = View(graph, question.sight)
    found = [End(node) for node in graph.nodes if seen(node, question.sight)]
    kept = selected(view, found, question.level)
    total = len(kept) if question.level.total else None
    return Answer(listed(view, kept, question.level, ()) if question.level.rows else [], total)


# Orders and pages ----------------------------------------------------------------------------------------------------


def stored(order: tuple[Sort, ...], sight: Sight) -> str | None:
    """The stored string that orders alone, if any and if the asker may be told its order."""
    if len(order) != 1 or order[0].path or not (sight.everything or order[0].attribute.audience is Audience.PUBLIC):
        return None
    return order[0].index


def boundary(view: View, node: NewNode, order: tuple[Sort, ...]) -> list[object]:
    """The place of the node in the order: the value of each key and the id, or the index string alone."""
    index = stored(order, view.sight)
    if index is not None:
        return [node.properties.get(index)]
    return [key(view, node, sort) for sort in order] + [node.properties["id"]]


def key(view: View, node: NewNode, sort: Sort) -> object:
    """The value that a node is ordered by."""
    if sort.near is not None:
        longitude, *point = sort.near
        place = value(node, sort.attribute, view.sight), value(node, longitude, view.sight)
        return None if None in place else nearness(place, (point[0], point[1]))  # type: ignore[arg-type]  # numbers
    found = ends(view, node, sort.path, sort.at)
    if sort.count:
        return len(found)
    values = [value(end, sort.attribute, view.sight) for end in found]
    return min((each for each in values if each is not None), default=None)  # type: ignore[type-var]  # of one kind


Ranked: TypeAlias = tuple[list[object], list[object], End]  # the place in the order, that among equals, who


def directions(order: tuple[Sort, ...], sight: Sight) -> list[bool]:
    """For each value of a boundary, whether it descends."""
    found = [sort.descending for sort in order]
    return found if stored(order, sight) is not None else [*found, found[-1] if found else False]


def compared(one: Sequence[object], other: Sequence[object], descending: list[bool]) -> int:
    """How two boundaries stand: negative when the first comes first."""
    for mine, theirs, down in zip(one, other, descending, strict=True):
        if mine == theirs:
            continue
        if mine is None or theirs is None:
            return 1 if mine is None else -1
        return 1 if (mine > theirs) != down else -1  # type: ignore[operator]  # values of one attribute, of one kind
    return 0


def paged(view: View, found: list[End], level: Level, link_columns: tuple[str, ...]) -> list[End]:
    """The items in their order, cut to the page."""
    down = directions(level.order, view.sight)
    rows = [(boundary(view, end.node, level.order), linked(view, end, link_columns), end) for end in found]

    def precedes(one: Ranked, other: Ranked) -> int:
        return compared(one[0], other[0], down) or compared(one[1], other[1], [False] * len(link_columns))

    rows.sort(key=cmp_to_key(precedes))
    page = level.page
    if page is None:
        return [end for *_, end in rows]
    if page.after is not None:
        rows = [row for row in rows if compared(row[0], page.after, down) > 0]
    if page.before is not None:
        rows = [row for row in rows if compared(row[0], page.before, down) < 0]
    most = page.limit + page.more
    return [end for *_, end in (rows[max(0, len(rows) - most) :] if page.backward else rows[:most])]


def linked(view: View, end: End, link_columns: tuple[str, ...]) -> list[object]:
    """The values of the link that led here."""
    return [view.graph.links[end.trail[-1]].properties.get(name) for name in link_columns]


# Levels --------------------------------------------------------------------------------------------------------------


def selected(view: View, found: list[End], level: Level) -> list[End]:
    """Those of the items that the level lists, before any page."""
    return [
        end
        for end in found
        if end.node.label in [branch.label for branch in level.branches]
        and holds(end.node, level.at, level.timed)
        and (level.where is None or meets(view, end.node, level.where))
    ]


def listed(view: View, found: list[End], level: Level, link_columns: tuple[str, ...]) -> list[list[object]]:
    """The rows of a level."""
    return [row(view, end, level, link_columns) for end in paged(view, found, level, link_columns)]


def row(view: View, end: End, level: Level, link_columns: tuple[str, ...]) -> list[object]:
    """The branch when there are several, the columns, the follows, the link columns and the boundary."""
    number, branch = next(
        (number, branch) for number, branch in enumerate(level.branches) if branch.label == end.node.label
    )
    cells: list[object] = [number] if len(level.branches) > 1 else []
    cells += read(view, end.node, branch)
    cells += linked(view, end, link_columns)
    if level.boundaries:
        cells.append(boundary(view, end.node, level.order))
    return cells


def read(view: View, node: NewNode, branch: Branch) -> list[object]:
    """What a branch reads of a node: its columns, then the cells of its follows."""
    cells = [column(view, node, each) for each in branch.columns]
    for each in branch.follows:
        cells += followed(view, node, each)
    return cells


def column(view: View, node: NewNode, asked: Column) -> object:
    """The first value that is not null, or its place (from 0) among the attributes."""
    for place, attribute in enumerate(asked.attributes):
        found = value(node, attribute, view.sight)
        if found is not None:
            return place if asked.rank else found
    return None


def followed(view: View, node: NewNode, follow: Follow) -> list[object]:
    """The total and the rows of a follow, as asked."""
    found = ways(view, node, follow.path, follow.level.at)
    once = {(identity(end.node), end.trail[-1] if follow.link_columns else None): end for end in found}
    met = list(once.values())
    if follow.twins is not None:
        best = [best_twin(view, end.node, follow.twins) for end in met]
        met = [End(node) for node in {identity(node): node for node in best}.values()]
    kept = selected(view, met, follow.level)
    cells: list[object] = [len(kept)] if follow.level.total else []
    if follow.level.rows:
        cells.append(listed(view, kept, follow.level, follow.link_columns))
    return cells


# Tallies -------------------------------------------------------------------------------------------------------------


def tallied(graph: Small, asked: Tally) -> list[list[object]]:
    """The rows of a tally."""
    assert asked.search is None, "the oracle does not search"
    view = View(graph, asked.sight)
    level = Level((Branch(asked.label),), asked.where, at=asked.at, timed=(asked.label,) if asked.timed else ())
    items = [end.node for end in selected(view, [End(node) for node in graph.nodes if seen(node, asked.sight)], level)]
    if asked.measure is not None:
        items = [node for node in items if value(node, asked.measure.attribute, asked.sight) is not None]
    gathered = groups(view, items, asked)
    kept = [(keys, found) for keys, found in gathered.items() if len(found) >= asked.at_least or not keys]
    kept.sort(key=lambda group: (-len(group[1]), [(key is None, key) for key in group[0]]))
    return [[*keys, *figures(view, found, asked)] for keys, found in kept[: asked.limit]]


def groups(view: View, items: list[NewNode], asked: Tally) -> dict[tuple[object, ...], list[NewNode]]:
    """The items of each group; the group of nothing asked is there even when empty."""
    per = asked.measure.per if asked.measure is not None else ()
    found: dict[tuple[object, ...], list[NewNode]] = {} if asked.groups or per else {(): []}
    for node in items:
        dimensions = [values(view, node, group, asked.at) for group in asked.groups]
        dimensions += [[value(node, attribute, view.sight)] for attribute in per]
        for keys in product(*dimensions):
            found.setdefault(keys, []).append(node)
    return found


def values(view: View, node: NewNode, group: Group, at: str | None) -> list[object]:
    """The different values of a dimension that an item has; null when it has none."""
    found: list[object] = []
    for end in ends(view, node, group.path, at) or [None]:
        whole = value(end, group.attribute, view.sight) if end else None
        for each in (elements(view, end, group.attribute) if end and group.several else [whole]) or [None]:
            cut = each[: group.leading] if group.leading is not None and isinstance(each, str) else each
            if cut not in found:
                found.append(cut)
    return found


def figures(view: View, items: list[NewNode], asked: Tally) -> list[object]:
    """How many; with a measure also the sum, the least and the greatest (null of nothing)."""
    if asked.measure is None:
        return [len(items)]
    numbers = [value(node, asked.measure.attribute, view.sight) for node in items]
    known_numbers = [number for number in numbers if isinstance(number, int | float)]
    least, greatest = min(known_numbers, default=None), max(known_numbers, default=None)
    return [len(known_numbers), sum(known_numbers), least, greatest]


# Walks ---------------------------------------------------------------------------------------------------------------


def tied(graph: Small, ground: Ground) -> set[Tied]:
    """All ties that the asker may know of, whatever the labels of their ends."""
    found = set()
    for link, (source, target) in zip(graph.links, graph.ends, strict=True):
        for tie in ground.ties:
            known = tie.type == link.type and allowed(source, tie.audience, ground.sight)
            if known and all(
                seen(end, ground.sight) and holds(end, ground.at, ground.timed) for end in (source, target)
            ):
                found.add(Tied(link.type, spot(source), spot(target)))
    return found


def spot(node: NewNode) -> Spot:
    """The node as walks name it."""
    return node.label, str(node.properties["id"])


def distances(graph: Small, ground: Ground, start: Spot, ends: tuple[Spot, ...] = ()) -> dict[Spot, int]:
    """How many steps away from the start everything is that can be reached over the ground."""
    found, frontier, ties = {start: 0}, {start}, tied(graph, ground)
    while frontier:
        pairs = [pair for each in ties for pair in ((each.source, each.target), (each.target, each.source))]
        met = {there for here, there in pairs if here in frontier and (there[0] in ground.labels or there in ends)}
        frontier = met - found.keys()
        found |= dict.fromkeys(frontier, max(found.values()) + 1)
    return found


def surroundings(graph: Small, ground: Ground, start: Spot, depth: int, limit: int) -> tuple[list[Spot], bool]:
    """What is around."""
    far = distances(graph, ground, start)
    near = sorted((each for each in far if far[each] <= depth), key=lambda each: (far[each], each))
    return near[:limit], len(near) > limit
