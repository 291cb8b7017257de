"""What lies around an item, and a shortest way between two: walks over the graph, answered as parts of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any, Final

import strawberry

from directory.item import is_timed
from directory.links import link_facts, parent_fields, relationship, targets
from directory.types import CONTENT_TYPES
from graph.query import Attribute, Column, OneOf, Question
from graph.walking import Ground, Spot, Tie, Tied, around, shortest, ties
from schema.columns import Many, One, Slot
from schema.context import Context
from schema.dimensions import SITE
from schema.ids import global_id, own_id
from schema.kit import ITEM, Kit
from schema.making import Argument, FieldSpec, bare, fill_object, list_of
from schema.naming import camel
from schema.plan import Asked, Env, Here, LevelPlan, Listing, Reader, refuse
from schema.predicates import code
from schema.roots import NOTHING, Composed, Settled
from schema.scalars import Date, Locale
from schema.values import cell, list_cell

SUBGRAPH, PATH, TIE = "Subgraph", "Path", "Tie"
UNTOLD: Final = SITE | {"Source", "OpenQuestion"}
"""Types that say nothing of who has to do with whom: everything sits in a folder, and many things in one report."""
DEFAULT_DEPTH, DEFAULT_NODES, DEFAULT_LENGTH = 1, 100, 6


@cache
def all_ties() -> tuple[Tie, ...]:
    """The kinds of relationships between items."""
    return tuple(
        Tie(relationship(label, fact), (label,), targets(label, fact), fact.audience)
        for label, cls in CONTENT_TYPES.items()
        for fact in _by_relationship(label).values()
        if targets(label, fact)
    )


def _by_relationship(label: str) -> Mapping[str, Any]:
    """One fact for each relationship of a type: that of the parent has several names."""
    found: dict[str, Any] = {}
    for fact in link_facts(CONTENT_TYPES[label]).values():
        known = found.get(relationship(label, fact))
        if known is None or len(targets(label, fact)) > len(targets(label, known)):
            found[relationship(label, fact)] = fact
    return found


@cache
def kind_of(type: str, source: str, target: str) -> str:
    """The field of the source that a relationship is: the one that names the target best.

    >>> kind_of("CONTRIBUTION_CONTRIBUTOR", "Contribution", "Organisation")
    'contributor'
    """
    known = link_facts(CONTENT_TYPES[source])
    names = [*parent_fields(CONTENT_TYPES[source]), *known]
    fits = (name for name in names if relationship(source, known[name]) == type)
    return camel(next(name for name in fits if target in targets(source, known[name])))


@dataclass(frozen=True)
class Walking(Composed):
    """A root field that walks; its answer shows items of whatever types were met."""

    kit: Kit

    def ground(self, given: Mapping[str, Any], env: Env, context: Context) -> Ground:
        """What is walked on: over items of the kinds asked for, or of all that tell something."""
        labels = tuple(self.kit.content_types)
        asked = given.get("kinds")
        if asked is not None and not asked:
            raise refuse("Name a kind, or none at all for all of them.", "kinds")
        chosen = {code(each) for each in asked} if asked else set(labels) - UNTOLD
        timed = tuple(each for each in labels if is_timed(self.kit.content_types[each]))
        return Ground(all_ties(), tuple(each for each in labels if each in chosen), context.sight, env.at, timed)

    def spot(self, id: str) -> Spot | None:
        """The node that a global id means."""
        found = own_id(id)
        return found if found and found[0] in self.kit.content_types else None

    async def shown(self, asked: Asked, spots: Sequence[Spot], env: Env, context: Context) -> "Shown":
        """The items met, in one question, and the maker of the answer."""
        there = {label for label, _ in spots}
        level = LevelPlan(tuple(label for label in self.kit.content_types if label in there))
        plan = asked.select(level)
        ids = [branch.column(Column((Attribute("id"),))) for branch in level.branches]
        level.rows = True
        level.place()
        env.arguments = [None] * asked.compiling.numbers
        where = OneOf(Attribute("id"), tuple(dict.fromkeys(id for _, id in spots)))
        answer = await context.rows(Question(level.build(env, Listing(where)), context.sight))
        found: dict[Spot, Any] = {}
        for row in answer.rows:
            branch: Any = row[0] if len(ids) > 1 else 0
            found[level.labels[branch], str(row[ids[branch].index])] = row
        return Shown(One((Slot(1),), plan), found, env.arguments)


@dataclass(frozen=True)
class Shown:
    """The rows of the items met that are there, and what makes the answer of them."""

    maker: One
    rows: Mapping[Spot, Any]
    arguments: Sequence[Any]

    def answer(self, spots: Sequence[Spot], tied: Sequence[Tied], last: Any) -> Settled:
        """The answer: the items, the ties between them, and what else it says."""
        nodes = [self.rows[each] for each in spots if each in self.rows]
        kept = [tie_row(each) for each in tied if each.source in self.rows and each.target in self.rows]
        return Settled(self.maker, (nodes, kept, last), self.arguments)


def tie_row(tied: Tied) -> tuple[str, str, str]:
    """The row of a tie: the global ids of its ends, and the name of the field that it is."""
    return global_id(*tied.source), global_id(*tied.target), kind_of(tied.type, tied.source[0], tied.target[0])


class Neighbourhood(Walking):
    """What lies around an item."""

    async def answered(self, asked: Asked, given: Mapping[str, Any], env: Env, context: Context) -> Settled:
        """The part of the graph around it; null when it is not there."""
        inner, limits = env.since(given.get("at")), env.limits
        depth = number(given, "depth", DEFAULT_DEPTH, limits.neighbourhood_depth)
        limit = number(given, "limit", min(DEFAULT_NODES, limits.neighbourhood_nodes), limits.neighbourhood_nodes)
        ground, start = self.ground(given, inner, context), self.spot(given["of"])
        if start is None:
            return NOTHING
        spots, truncated = await around(context.walk, ground, start, depth, limit)
        shown = await self.shown(asked, spots, inner, context)
        if start not in shown.rows:
            return NOTHING
        return shown.answer(spots, await ties(context.walk, ground, spots), truncated)


class ShortestPath(Walking):
    """A shortest way between two items."""

    async def answered(self, asked: Asked, given: Mapping[str, Any], env: Env, context: Context) -> Settled:
        """The way; null when there is none, or when one of its ends is not there."""
        inner, limits = env.since(given.get("at")), env.limits
        most = number(given, "maxLength", min(DEFAULT_LENGTH, limits.path_length), limits.path_length)
        ground, start, end = self.ground(given, inner, context), self.spot(given["from"]), self.spot(given["to"])
        spots = await shortest(context.walk, ground, start, end, most) if start and end else None
        if spots is None:
            return NOTHING
        shown = await self.shown(asked, spots, inner, context)
        if shown.rows.keys() != set(spots):
            return NOTHING
        return shown.answer(spots, along(spots, await ties(context.walk, ground, spots)), len(spots) - 1)


def along(spots: Sequence[Spot], tied: Sequence[Tied]) -> list[Tied]:
    """One tie for each step of a way: the first of several by its kind."""
    found = []
    for pair in pairwise(spots):
        between = [each for each in tied if {each.source, each.target} == set(pair)]
        found.append(min(between, key=lambda each: (kind_of(each.type, each.source[0], each.target[0]), each.source)))
    return found


def number(given: Mapping[str, Any], name: str, default: int, most: int) -> int:
    """A whole number from 1 to the most that is allowed."""
    found = given.get(name)
    found = default if found is None else int(found)
    if not 1 <= found <= most:
        raise refuse(f"From 1 to {most}.", name)
    return found


# Types ---------------------------------------------------------------------------------------------------------------


def _nodes(here: Here, asked: Asked) -> Many:
    return Many((Slot(0),), asked.select_items(here))


def declare_walks(kit: Kit) -> Mapping[str, Mapping[str, Reader]]:
    """Make the types of parts of the graph; how their fields are read, by type and name."""
    parts = kit.parts
    for name in (SUBGRAPH, PATH, TIE):
        parts[name] = bare(name)
    item, tie = kit[ITEM].object, parts[TIE]
    fill_object(parts[TIE], "A link between two items.", [
        FieldSpec("source", strawberry.ID, "The item that says it."),
        FieldSpec("target", strawberry.ID, "The item that it says it of."),
        FieldSpec("kind", str, "The field of the source that it is, such as contributor."),
    ])  # fmt: skip
    fill_object(parts[SUBGRAPH], "Part of the graph.", [
        FieldSpec("nodes", list_of(item), "The items: the one asked about, then the nearest."),
        FieldSpec("ties", list_of(tie), "All links between them."),
        FieldSpec("truncated", bool, "Whether the limit left some out."),
    ])  # fmt: skip
    fill_object(parts[PATH], "A chain of links.", [
        FieldSpec("length", int, "Number of links."),
        FieldSpec("nodes", list_of(item), "The items in order."),
        FieldSpec("ties", list_of(tie), "One link a step, in order; some may lead backward."),
    ])  # fmt: skip
    shared: Mapping[str, Reader] = {"nodes": _nodes, "ties": list_cell(1)}
    return {
        SUBGRAPH: {**shared, "truncated": cell(2)},
        PATH: {**shared, "length": cell(2)},
        TIE: {"source": cell(0), "target": cell(1), "kind": cell(2)},
    }


def walk_fields(kit: Kit) -> list[tuple[FieldSpec, Walking]]:
    """The root fields that walk."""
    most = "all but what makes the site, sources and open questions"
    shared = (
        Argument("kinds", list_of(kit.enums["content_type"]) | None, f"Types to pass through; absent: {most}."),
        Argument("at", Date | None, "As of."),
        Argument("locale", Locale | None, "Language."),
    )
    words = "What is within a few links of an item; null when it is absent, malformed or not visible."
    around = FieldSpec("neighbourhood", kit.parts[SUBGRAPH] | None, words, (
        Argument("of", strawberry.ID, "Global id."),
        Argument("depth", int | None, f"Most links away; absent: {DEFAULT_DEPTH}."),
        Argument("limit", int | None, f"Most items; absent: {DEFAULT_NODES}."),
        *shared,
    ))  # fmt: skip
    words = "A shortest chain of links between two items; null when there is none."
    between = FieldSpec("shortestPath", kit.parts[PATH] | None, words, (
        Argument("from", strawberry.ID, "Global id."),
        Argument("to", strawberry.ID, "Global id."),
        Argument("maxLength", int | None, f"Most links; absent: {DEFAULT_LENGTH}."),
        *shared,
    ))  # fmt: skip
    return [(around, Neighbourhood(kit)), (between, ShortestPath(kit))]
