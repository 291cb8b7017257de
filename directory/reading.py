"""The questions people ask of items, by name: each sees what the actor sees, and nothing else."""

from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import islice
from typing import Any, Final

from directory.desk import Desk, now
from directory.fields import facts
from directory.item import Item
from directory.links import link_facts
from directory.permissions import hears, sight
from directory.stored import own, values
from directory.types import CONTENT_TYPES
from directory.values import Ref
from directory.written import kept_links, link_values
from graph import StoredLink
from graph.query import (
    And,
    Attribute,
    Audience,
    Branch,
    Column,
    Compare,
    Condition,
    Level,
    OneOf,
    Operator,
    Page,
    Question,
    Sight,
    Sort,
)

AT_ONCE: Final = 500
"""Items read in one round trip."""
ID: Final = Attribute("id")


async def get(desk: Desk, ref: Ref) -> Item | None:
    """The item with its links, None when it is absent or hidden; links to hidden items are left out."""
    return next(iter(await get_many(desk, ref.type, [ref.id])), None)


async def get_many(desk: Desk, type_name: str, ids: Iterable[str]) -> list[Item]:
    """Those of the items that the actor sees, with their links, by id."""
    found: list[Item] = []
    for some in in_parts(ids):
        found += await matching(desk, type_name, OneOf(ID, some))
    return found


async def matching(desk: Desk, type_name: str, where: Condition | None, page: Page | None = None) -> list[Item]:
    """The items of the type that meet the condition, with their links, by id."""
    level = Level((Branch(type_name, _columns(type_name)),), where, page=page)
    answer = await desk.graph.rows(Question(level, sight(desk)))
    return await _with_links(desk, type_name, answer.rows)


async def all_of(
    desk: Desk, type_name: str, where: Condition | None = None, page: int = AT_ONCE
) -> AsyncIterator[Item]:
    """Every item of the type that the actor sees, with its links, by id; so many in a round trip."""
    after: tuple[str, ...] | None = None
    while True:
        found = await matching(desk, type_name, where, Page(page, after, more=False))
        for item in found:
            yield item
        if len(found) < page:
            return
        after = (found[-1].id,)


async def by_slug(desk: Desk, type_name: str, slug: str) -> Item | None:
    """The item of the type with this slug; the first by id where slugs are not unique in the type."""
    return next(iter(await matching(desk, type_name, Compare(Attribute("slug"), Operator.EQ, slug))), None)


async def by_path(desk: Desk, path: str) -> Item | None:
    """The item that is, or was, at this path. When its own path is another one, the old one was a redirect."""
    rows = await kept_rows(desk, "Address", ("type", "item"), OneOf(ID, (path,)))
    return await get(desk, Ref(*rows[0])) if rows else None


async def moved_from(desk: Desk, type_name: str, path: str) -> str | None:
    """The id of the item of the type that was at this path once and is at another one now, whoever may see it."""
    where = And((OneOf(ID, (path,)), OneOf(Attribute("type"), (type_name,)), OneOf(Attribute("current"), (False,))))
    rows = await kept_rows(desk, "Address", ("item",), where)
    return str(rows[0][0]) if rows else None


async def by_keys(desk: Desk, keys: Iterable[str]) -> dict[str, Ref]:
    """The items that have these keys, by key; those that the actor does not see are left out."""
    found: dict[str, Ref] = {}
    for some in in_parts(keys):
        rows = await kept_rows(desk, "Key", ("id", "type", "item"), OneOf(ID, some))
        found |= {key: Ref(type_name, id) for key, type_name, id in rows}
    seen = await visible(desk, found.values())
    return {key: at for key, at in found.items() if at in seen}


async def visible(desk: Desk, refs: Iterable[Ref]) -> set[Ref]:
    """Those of the items that the actor sees."""
    return set(await paths(desk, refs))


async def paths(desk: Desk, refs: Iterable[Ref]) -> dict[Ref, str]:
    """Where those of the items are that the actor sees."""
    groups: dict[str, dict[str, None]] = defaultdict(dict)
    for each in refs:
        groups[each.type][each.id] = None
    found: dict[Ref, str] = {}
    for type_name, ids in groups.items():
        for some in in_parts(ids):
            level = Level((Branch(type_name, (Column((ID,)), Column((Attribute("path"),)))),), OneOf(ID, some))
            answer = await desk.graph.rows(Question(level, sight(desk)))
            found |= {Ref(type_name, str(id)): str(path) for id, path in answer.rows}
    return found


async def kept_rows(
    desk: Desk,
    label: str,
    names: Sequence[str],
    where: Condition | None,
    order: tuple[Sort, ...] = (),
    page: Page | None = None,
) -> list[list[Any]]:
    """These properties of nodes that are no items, whoever asks: what may be said of them is for the caller to know."""
    columns = tuple(Column((Attribute(name),)) for name in names)
    level = Level((Branch(label, columns),), where, order, page)
    answer = await desk.graph.rows(Question(level, Sight(now(desk), everything=True)))
    return answer.rows


def in_parts(values: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """The values, each once, so many at a time as are read in one round trip."""
    left = iter(dict.fromkeys(values))
    while some := tuple(islice(left, AT_ONCE)):
        yield some


def in_ranges(count: int, where: Condition | None = None) -> list[Condition]:
    """The condition once for each of about so many ranges of ids, which are random: together they are all items."""
    edges = sorted({f"{256 * number // count:02x}" for number in range(1, count)})
    asked = () if where is None else (where,)
    above = [(), *((Compare(ID, Operator.GTE, edge),) for edge in edges)]
    below = [*((Compare(ID, Operator.LT, edge),) for edge in edges), ()]
    return [And((*asked, *low, *high)) for low, high in zip(above, below, strict=True)]


# How items are asked for ---------------------------------------------------------------------------------------------
# Columns first, links after: a statement that fetches all links of an item, each to any type, takes seconds to plan.


@cache
def _columns(type_name: str) -> tuple[Column, ...]:
    cls = CONTENT_TYPES[type_name]
    return tuple(Column((Attribute(each.name, fact.audience),)) for fact in facts(cls).values() for each in own(fact))


@cache
def _names(type_name: str) -> tuple[str, ...]:
    return tuple(each.name for fact in facts(CONTENT_TYPES[type_name]).values() for each in own(fact))


async def _with_links(desk: Desk, type_name: str, rows: Sequence[Sequence[Any]]) -> list[Item]:
    """The items that rows of columns tell, with the links to what the actor sees."""
    if not rows:
        return []
    names = _names(type_name)
    nodes = [dict(zip(names, row, strict=True)) for row in rows]
    ends: dict[str, list[StoredLink]] = defaultdict(list)
    scopes = {row["id"]: row["scope"] for row in nodes}
    secret = _audiences(type_name)
    for id, link in await desk.graph.links_of(type_name, list(scopes)):
        if hears(desk.actor, secret.get(link.type, Audience.PUBLIC), scopes[id]):
            ends[id].append(link)
    led_to = {_end(link) for found in ends.values() for link in found}
    seen = led_to if desk.actor.site_admin else await visible(desk, led_to)
    cls = CONTENT_TYPES[type_name]
    return [
        cls(**values(cls, row), **link_values(type_name, [x for x in ends[row["id"]] if _end(x) in seen]))
        for row in nodes
    ]


@cache
def _audiences(type_name: str) -> Mapping[str, Audience]:
    """Who may know of the links of a type, by the kind of relationship that keeps them."""
    known = link_facts(CONTENT_TYPES[type_name])
    return {kept.relationship: known[kept.name].audience for kept in kept_links(type_name)}


def _end(link: StoredLink) -> Ref:
    return Ref(link.other_label, link.other)
