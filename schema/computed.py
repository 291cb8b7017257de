"""Fields that are computed and never stored: what each needs, and what is made of it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, Final

from directory.dates import PartialDate, holds
from directory.fields import facts
from directory.item import is_timed
from directory.links import link_facts, relationship, ways
from directory.stored import order_index
from directory.types import CONTENT_TYPES
from graph.query import (
    And,
    Attribute,
    Column,
    Compare,
    Condition,
    Counted,
    Hop,
    IsNull,
    Not,
    OneOf,
    Operator,
    Page,
    Sort,
)
from schema.columns import Leaf, Many, One, Run, Slot
from schema.connection import Lists
from schema.links import day_of, many
from schema.making import Argument, FieldSpec, list_of
from schema.orders import PLACE
from schema.paths import path_of
from schema.plan import Asked, BranchPlan, Env, Following, FollowPlan, LevelPlan, Listing, Reader
from schema.predicates import degrees
from schema.reading import KNOWN, date_row
from schema.scalars import Date

AT: Final = Argument("at", Date | None, "That day, not today.")
EVER_OR: Final = Argument("at", Date | None, "Only that day.")
EARTH: Final = 6_371_008.8  # metres: the mean radius
EVERYONE: Final = "all"
MOST_SERVICES: Final = 100


@dataclass(frozen=True)
class Computed:
    """A computed field and how it is read."""

    field: FieldSpec
    read: Reader


def computed(lists: Lists, label: str) -> list[Computed]:
    """The computed fields of a type."""
    kit = lists.kit
    found: list[Computed] = []
    if is_timed(kit.content_types[label]):
        said = "Whether it holds on a day, as far as sources say."
        found.append(Computed(FieldSpec("holds", kit.enums["holds"], said, (AT,)), _holds))
    if PLACE in facts(kit.content_types[label]):
        point = Argument("from", kit.parts["GeoPointInput"], "A place.")
        words = "Metres from a place, as the crow flies; null without a location."
        found.append(Computed(FieldSpec("distance", float | None, words, (point,)), _distance))
    match label:
        case "Cite":
            found += _of_cite(lists)
        case "Organisation":
            is_partner = FieldSpec("isPartner", bool, "Whether it has a partnership.", (EVER_OR,))
            found.append(Computed(is_partner, _is_partner))
        case "Need":
            words = "Services of its Cité that share a type (or a narrower one) and a public with it."
            field = FieldSpec("answeredBy", list_of(kit["Service"].object), words, (EVER_OR,))
            found.append(Computed(field, partial(_answered_by, lists)))
        case "Source":
            way = ways("Source")["supports"]
            arguments = lists.arguments("Item", dated=False)
            field = FieldSpec("soleSupport", kit["Item"].connection, "Items that cite no other source.", arguments)
            found.append(Computed(field, many(lists, "Source", way, _cites_one_source())))
    return found


def _of_cite(lists: Lists) -> list[Computed]:
    state, period = lists.kit.enums["label_state"], lists.kit.parts["DatePeriod"]
    return [
        Computed(FieldSpec("country", str | None, "Country of its territory, ISO 3166-1."), _country),
        Computed(FieldSpec("labelState", state | None, "State of its label; null before any.", (AT,)), _label_state),
        Computed(FieldSpec("openedOn", period | None, "When it opened or was set up."), _opened_on),
        Computed(
            FieldSpec("isMember", bool | None, "Whether it is a member of the Network; null when unknown.", (AT,)),
            _is_member,
        ),
    ]


# Whether something holds ---------------------------------------------------------------------------------------------


def _holds(here: BranchPlan, asked: Asked) -> Leaf:
    number = asked.number()

    def note(env: Env) -> None:
        env.arguments[number] = asked.arguments(env).get("at") or env.at

    here.note(note)
    slots = tuple(here.column(Column((Attribute(name),))) for name in ("start", "end", "as_of"))

    def make(run: Run, start: str | None, end: str | None, as_of: Sequence[str] | None) -> str:
        return _held(start, end, tuple(as_of or ()), run.arguments[number] or run.today)

    return Leaf(slots, asked.finish, make)


@lru_cache(KNOWN)
def _held(start: str | None, end: str | None, as_of: tuple[str, ...], day: str) -> str:
    return holds(_date(start), _date(end), tuple(PartialDate(each) for each in as_of), day).value


def _date(text: str | None) -> PartialDate | None:
    return None if text is None else PartialDate(text)


# How far something is ------------------------------------------------------------------------------------------------


def _distance(here: BranchPlan, asked: Asked) -> Leaf:
    number = asked.number()

    def note(env: Env) -> None:
        env.arguments[number] = degrees(asked.arguments(env)["from"], "distance", "from")

    here.note(note)
    slots = tuple(here.column(Column((Attribute(f"{PLACE}_{part}"),))) for part in ("lat", "lon"))

    def make(run: Run, lat: float | None, lon: float | None) -> float | None:
        return None if lat is None or lon is None else round(metres((lat, lon), run.arguments[number]), 1)

    return Leaf(slots, asked.finish, make)


def metres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """The great-circle distance of two places in degrees, on a sphere of 6,371,008.8 m.

    >>> round(metres((50.6329, 3.0581), (48.8566, 2.3522)))  # Lille, Paris
    203922
    """
    (south, west), (north, east) = (map(math.radians, place) for place in (one, other))
    half = math.sin((north - south) / 2) ** 2
    half += math.cos(south) * math.cos(north) * math.sin((east - west) / 2) ** 2
    return 2 * EARTH * math.asin(min(1.0, math.sqrt(half)))


# Cités ---------------------------------------------------------------------------------------------------------------


def _country(here: BranchPlan, asked: Asked) -> Leaf:
    level = LevelPlan(("Territory",))
    level.rows = True
    slot = level.branches[0].column(Column((Attribute("country"),)))
    follow = FollowPlan(level, lambda env: Following(path_of("Cite", "territory")))
    here.follow(follow)
    return Leaf((follow.rows,), asked.finish, lambda run, rows: rows[0][slot.index] if rows else None)


def by_date(latest: bool = False) -> tuple[Sort, ...]:
    """Life events by date, the latest first or last."""
    index = order_index(facts(CONTENT_TYPES["LifeEvent"])["date"], latest)
    return (Sort(Attribute("date_first"), latest, index=index),)


def _life(names: tuple[str, ...], here: BranchPlan, asks: Any) -> tuple[FollowPlan, tuple[Slot, ...]]:
    """The life events of a Cité that are asked for, with these columns."""
    level = LevelPlan(("LifeEvent",))
    level.rows = True
    slots = tuple(level.branches[0].column(Column((Attribute(name),))) for name in names)
    follow = FollowPlan(level, asks)
    here.follow(follow)
    return follow, slots


def _kinds(*kinds: str) -> Condition:
    return OneOf(Attribute("kind"), kinds)


def _label_state(here: BranchPlan, asked: Asked) -> Leaf:
    """The state that the latest decision set whose first day is not later."""

    def asks(env: Env) -> Following:
        until = Compare(Attribute("date_first"), Operator.LTE, day_of(asked, env))
        where = And((_kinds("label_decided"), Not(IsNull(Attribute("label_state"))), until))
        return Following(path_of("Cite", "life_events"), Listing(where, by_date(latest=True), Page(1, more=False)))

    follow, [slot] = _life(("label_state",), here, asks)
    return Leaf((follow.rows,), asked.finish, lambda run, rows: rows[0][slot.index] if rows else None)


def _opened_on(here: BranchPlan, asked: Asked) -> One:
    where = And((_kinds("opened", "set_up"), Not(IsNull(Attribute("date")))))
    following = Following(path_of("Cite", "life_events"), Listing(where, by_date(), Page(1, more=False)))
    follow, [slot] = _life(("date",), here, lambda env: following)
    plan = asked.select(here)
    return One((follow.rows,), plan, make=lambda run, rows: date_row(run, rows[0][slot.index]) if rows else None)


def _is_member(here: BranchPlan, asked: Asked) -> Leaf:
    """Joined and not left by that day; unknown when neither is recorded, or when only a later leaving is."""
    number = asked.number()
    where = _kinds("joined_network", "left_network")
    following = Following(path_of("Cite", "life_events"), Listing(where, by_date(), Page(MOST_SERVICES, more=False)))

    def asks(env: Env) -> Following:
        env.arguments[number] = day_of(asked, env)
        return following

    follow, (kind, first) = _life(("kind", "date_first"), here, asks)

    def make(run: Run, rows: list[Any]) -> bool | None:
        dated = [row for row in rows if row[first.index] is not None and row[first.index] <= run.arguments[number]]
        if dated:
            return bool(dated[-1][kind.index] == "joined_network")
        return False if rows and rows[0][kind.index] == "joined_network" else None

    return Leaf((follow.rows,), asked.finish, make)


# Organisations, needs, sources ---------------------------------------------------------------------------------------


def _is_partner(here: BranchPlan, asked: Asked) -> Leaf:
    level = LevelPlan(("Partnership",))
    level.total = True
    path = path_of("Organisation", "partnerships")
    follow = FollowPlan(level, lambda env: Following(path, at=asked.arguments(env).get("at")))
    here.follow(follow)
    return Leaf((follow.total,), asked.finish, lambda run, count: count > 0)


def _answered_by(lists: Lists, here: BranchPlan, asked: Asked) -> Many:
    """Which services answer depends on the need, so those of its Cité are fetched and sifted."""
    level = LevelPlan(("Service",))
    level.rows = True
    branch = level.branches[0]
    offered = tuple(branch.column(Column((Attribute(name),))) for name in ("types", "publics"))
    plan = asked.select_items(level)
    [inward], [outward] = path_of("Need", "cite"), path_of("Cite", "services")

    def asks(env: Env) -> Following:
        order = lists.orders.default(("Service",), ("title",), env.locale)
        listing = Listing(None, order, Page(MOST_SERVICES, more=False))
        return Following((inward, outward), listing, asked.arguments(env).get("at"))

    follow = FollowPlan(level, asks)
    here.follow(follow)
    wanted = tuple(here.column(Column((Attribute(name),))) for name in ("types", "publics"))

    def make(run: Run, types: Any, publics: Any, rows: list[Any]) -> list[Any]:
        kinds = _spread(run, "service_type", types)
        people = {*_above(run, "public", publics), EVERYONE}
        return [row for row in rows if _meets(row, offered, kinds, people if publics else None)]

    return Many((*wanted, follow.rows), plan, make=make)


def _spread(run: Run, vocabulary: str, codes: Sequence[str] | None) -> set[str] | None:
    """The codes and all narrower ones; None for none, which asks for nothing."""
    if not codes:
        return None
    return {below for code in codes for below in run.vocabularies[vocabulary].below(code) or (code,)}


def _above(run: Run, vocabulary: str, codes: Sequence[str] | None) -> set[str]:
    """The codes and all broader ones: what is for young people is for students."""
    found: set[str] = set()
    for code in codes or ():
        here: str | None = code
        while here is not None and here not in found:
            found.add(here)
            here = run.vocabularies[vocabulary].broader(here)
    return found


def _meets(row: Any, offered: tuple[Slot, ...], kinds: set[str] | None, people: set[str] | None) -> bool:
    types, publics = (row[slot.index] or () for slot in offered)
    return (kinds is None or not kinds.isdisjoint(types)) and (people is None or not people.isdisjoint(publics))


def _cites_one_source() -> Condition:
    labels = tuple(CONTENT_TYPES)
    types = tuple(relationship(label, link_facts(CONTENT_TYPES[label])["sources"]) for label in labels)
    return Counted((Hop(types, True, ("Source",)),), Operator.EQ, 1)
