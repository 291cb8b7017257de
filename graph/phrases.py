"""The phrases of a question in Cypher: sight, time, attributes, paths, conditions. Pure text, made from shapes.

Every node pattern is said by `walk` or begins with `root`, and both ask sight: no node is met that is not seen. Only
who asks it of the last node otherwise may leave it out there.
"""

from dataclasses import dataclass, field
from typing import assert_never

from graph.engines import Engine
from graph.query import (
    And,
    AnyItem,
    Attribute,
    Audience,
    Compare,
    Condition,
    Counted,
    Foremost,
    Hop,
    IsNull,
    Labelled,
    Not,
    OneOf,
    Or,
    Path,
    Quantifier,
    Related,
    Search,
    Shares,
    Sight,
    Twins,
    Within,
)
from graph.shape import search_index
from graph.transaction import named


@dataclass
class Words:
    """What every phrase of one statement needs: who sees, how parameters are written, which names are taken."""

    engine: Engine
    sight: Sight
    taken: dict[str, int] = field(default_factory=dict)

    def name(self, letter: str) -> str:
        """A name not used before in the statement: n1, n2..."""
        self.taken[letter] = self.taken.get(letter, 0) + 1
        return f"{letter}{self.taken[letter]}"

    def value(self, number: object) -> str:
        """The parameter that holds the value of this number."""
        return self.engine.parameter(f"p{number}")


@dataclass(frozen=True, slots=True)
class Walk:
    """A path in a text: its pattern, what must hold of it, its last node, its last relationship if it has a name."""

    pattern: str
    conditions: list[str]
    end: str
    link: str

    def match(self, *more: str) -> str:
        """The MATCH of the path, with further conditions."""
        return f"MATCH {self.pattern}{where(*self.conditions, *more)}"


def where(*conditions: str) -> str:
    """The WHERE of these conditions, empty ones and repeated ones left out.

    >>> where("a", "", "b", "a"), where("")
    (' WHERE a AND b', '')
    """
    found = list(dict.fromkeys(each for each in conditions if each))
    return f" WHERE {' AND '.join(found)}" if found else ""


def labels(names: tuple[str, ...]) -> str:
    """Any of these labels, as a pattern says it.

    >>> labels(("Cite", "Service"))
    'Cite|Service'
    """
    return "|".join(named(each) for each in names)


# Sight, time, attributes ---------------------------------------------------------------------------------------------


def seen(words: Words, at: str, held: str = "") -> str:
    """That the asker may know of the node; empty when they may of all. `held` names a map of its properties, if any.

    Always a CASE. Neo4j would split an OR at the root into two scans, and ArcadeDB would choose another index for an
    AND: either way the index order is lost.
    """
    sight = words.sight
    if sight.everything:
        return ""
    now = words.value(sight.now)
    # `open` says it of most nodes, and costs one look; no map holds the rest.
    published = f"{at}.state = 'published' AND {at}.effective <= {now} AND {at}.expires > {now}"
    others = [f"{at}.scope IN {words.value(each)}" for each in sight.reading]
    if sight.user is not None:
        others.append(f"({at}.created_by = {words.value(sight.user)} AND {at}.state IN ['private', 'pending'])")
    return f"CASE WHEN {held or at}.open THEN true WHEN {published} THEN true ELSE {' OR '.join(others) or 'false'} END"


def holds(words: Words, at: str, met: tuple[str, ...], timed: tuple[str, ...], day: str | None) -> str:
    """That the node is there on the day, if it has a label that is `timed`; `met` are the labels that it can have."""
    bounded = tuple(label for label in met if label in timed)
    if day is None or not bounded:
        return ""
    then = f"{at}.valid_from <= {words.value(day)} AND {words.value(day)} < {at}.valid_until"
    return then if len(bounded) == len(met) else f"CASE WHEN {at}:{labels(bounded)} THEN {then} ELSE true END"


def allowed(words: Words, at: str, audience: Audience) -> str:
    """That the asker belongs to the audience on this node; empty when everybody does."""
    if audience is Audience.PUBLIC or words.sight.everything:
        return ""
    scopes = words.sight.reading if audience is Audience.TEAM else words.sight.editing
    return f"{at}.scope IN {words.value(scopes[0])}" if scopes else "false"


def attribute(words: Words, at: str, asked: Attribute) -> str:
    """The value of the attribute, null for those whom it is not for."""
    condition = allowed(words, at, asked.audience)
    text = f"{at}.{named(asked.name)}"
    if condition == "false":
        return "null"
    return f"CASE WHEN {condition} THEN {text} END" if condition else text


# Paths ---------------------------------------------------------------------------------------------------------------


def walk(words: Words, start: str, path: Path, day: str | None, linked: bool = False, unseen: bool = False) -> Walk:
    """The path from a node already met. All of it is one pattern, so no relationship is walked twice.

    `start` may be followed by its label; relationships have a name when `linked`. With `unseen`, whoever calls asks
    `arrived` of the last node.
    """
    pattern, conditions = f"({start})", []
    here = start.partition(":")[0]
    link = ""
    for hop in path:
        there = words.name("n")
        steps = "" if (hop.least, hop.most) == (1, 1) else f"*{hop.least}..{hop.most}"
        link = words.name("r") if steps or linked else ""
        arrow = f"-[{link}:{labels(hop.types)}{steps}]-"
        pattern += f"{arrow}>" if hop.outgoing else f"<{arrow}"
        pattern += f"({there}:{labels(hop.labels)})"
        if not (unseen and hop is path[-1]):
            conditions += arrived(words, there, hop, day)
        conditions += _way(words, hop, link, day) if steps else [_source(words, hop, here, there)]
        if hop.where is not None:
            conditions.append(condition(words, there, hop.where))
        here = there
    return Walk(pattern, conditions, here, link)


def arrived(words: Words, at: str, hop: Hop, day: str | None, held: str = "") -> list[str]:
    """What must hold of the node that a hop leads to: that it is seen, and there on the day. `held` as in `seen`."""
    return [seen(words, at, held), holds(words, held or at, hop.labels, hop.timed, day)]


def _source(words: Words, hop: Hop, here: str, there: str) -> str:
    return allowed(words, here if hop.outgoing else there, hop.audience)


def _way(words: Words, hop: Hop, link: str, day: str | None) -> list[str]:
    """What must hold of the nodes passed between the ends of several steps, and of where each step starts."""
    further = "startNode" if hop.outgoing else "endNode"  # of each step but the first: a node passed
    met = tuple(dict.fromkeys(hop.labels + hop.through))
    node, step = words.name("n"), words.name("r")
    passed = [f"{node}:{labels(met)}", seen(words, node), holds(words, node, met, hop.timed, day)]
    found = [f"all({node} IN [{step} IN {link}[1..] | {further}({step})]{where(*passed)})"]
    if audience := allowed(words, node, hop.audience):
        found.append(f"all({node} IN [{step} IN {link} | startNode({step})] WHERE {audience})")
    return found


# Twins ---------------------------------------------------------------------------------------------------------------


def best_twin(words: Words, at: str, met: tuple[str, ...], twins: Twins) -> str:
    """The best twin of the node, which may be itself; `met` are the labels that it can have."""
    found = [(label, f"coalesce({_best(words, at, label, twins)}, {at})") for label in met if label in twins.labels]
    if len(met) == 1 and found:
        return found[0][1]
    arms = [f"WHEN {at}:{named(label)} THEN {best}" for label, best in found]
    return f"CASE {' '.join(arms)} ELSE {at} END" if arms else at


def _best(words: Words, at: str, label: str, twins: Twins, value: str = "") -> str:
    """The best of the nodes of this label that are one group with the node, or a value of it; null without a group.

    The group stands in the pattern: in the WHERE of a subquery, ArcadeDB would not read its index.
    """
    twin = words.name("t")
    language = f"{twin}.{named(twins.language)}"
    ranks = [f"WHEN {language} = {words.value(each)} THEN {rank}" for rank, each in enumerate(twins.preferred)]
    pattern = f"({twin}:{named(label)} {{{named(twins.group)}: {at}.{named(twins.group)}}})"
    rank = f"CASE {' '.join(ranks)} ELSE {len(ranks)} END, " if ranks else ""
    order = f"{rank}{language}, {twin}.id"
    return f"COLLECT {{ MATCH {pattern}{where(seen(words, twin))} RETURN {twin}{value} ORDER BY {order} LIMIT 1 }}[0]"


def _foremost(words: Words, at: str, twins: Twins) -> str:
    arms = [
        f"WHEN {at}:{named(label)} THEN coalesce({_best(words, at, label, twins, '.id')}, {at}.id) = {at}.id"
        for label in twins.labels
    ]
    return f"CASE {' '.join(arms)} ELSE true END" if arms else "true"


# By words -----------------------------------------------------------------------------------------------------------


def found_by_words(words: Words, search: Search, names: tuple[str, ...], at: str) -> str:
    """The call that finds nodes of these labels by words, with the scores of the index unless ours is made."""
    indexes = [f"'{search_index(named(each))}'" for each in names]
    score = "" if search.fields else ", score"
    called = f"({{}}, {words.value(search.words[0])}) YIELD node AS {at}{score}"
    if len(indexes) == 1:
        return f"CALL db.index.fulltext.queryNodes{called.format(indexes[0])}"
    return f"UNWIND [{', '.join(indexes)}] AS i CALL db.index.fulltext.queryNodes{called.format('i')}"


def scored(words: Words, search: Search, at: str) -> str:
    """The score of a node that was found; the shorter of two names comes first.

    Ours where fields are named: that of an index depends on all nodes that it holds, hidden ones included.
    """
    if not search.fields:
        return "score"
    _, double, once = search.words
    points = []
    for name, weight in search.fields:
        held = f"' ' + {at}.{named(name)} + ' ' CONTAINS"
        item, other = words.name("w"), words.name("w")
        points.append(
            f"{int(weight) * 1000} * (2 * size([{item} IN {words.value(double)} WHERE {held} {item}])"
            f" + size([{other} IN {words.value(once)} WHERE {held} {other}]))"
        )
    length = f"size({at}.{named(search.fields[0][0])})"
    return f"{' + '.join(points)} - CASE WHEN {length} < 999 THEN {length} ELSE 999 END"


def phrased(words: Words, search: Search | None, at: str) -> str:
    """That fields hold the phrases; empty when none is sought. ArcadeDB's index does not ask where words stand."""
    if search is None or not search.phrases:
        return ""
    item = words.name("w")
    held = [f"' ' + {at}.{named(name)} + ' ' CONTAINS {item}" for name, _ in search.fields]
    return f"all({item} IN {words.value(search.phrases[0][0])} WHERE {' OR '.join(held)})"


# Conditions ----------------------------------------------------------------------------------------------------------


def condition(words: Words, at: str, asked: Condition) -> str:
    """The condition on the node called `at`; where null can only count as false it may be null."""
    match asked:
        case Compare(compared, operator, value):
            return f"{attribute(words, at, compared)} {operator} {words.value(value)}"
        case OneOf(compared, values):
            return f"{attribute(words, at, compared)} IN {words.value(values[0])}"
        case IsNull(compared, null):
            return f"{attribute(words, at, compared)} IS {'NULL' if null else 'NOT NULL'}"
        case AnyItem(compared, operator, value):
            item = words.name("v")
            return f"any({item} IN {attribute(words, at, compared)} WHERE {item} {operator} {words.value(value)})"
        case Shares():
            return _shares(words, at, asked)
        case Within():
            return _within(words, at, asked)
        case Labelled(names):
            return f"{at}:{labels(names)}" if names else "false"
        case And(of):
            return _joined([condition(words, at, each) for each in of], "AND", "true")
        case Or(of):
            return _joined([_whole(words, at, each) for each in of], "OR", "false")
        case Not(inner):
            return _not(condition(words, at, inner), inner)
        case Related():
            return _related(words, at, asked)
        case Counted(path, operator, number, inner, day):
            return f"{count(words, at, path, inner, day)} {operator} {words.value(number)}"
        case Foremost(twins):
            return _foremost(words, at, twins)
    assert_never(asked)


def count(words: Words, at: str, path: Path, inner: Condition | None, day: str | None) -> str:
    """The number of different nodes at the end of a path that meet the condition."""
    found, last = _ends(words, at, path, inner, day)
    return counted(found, "" if leads_once(path) else last)


def counted(found: str, different: str) -> str:
    """The number of what clauses find, or of the different values that these names have in it."""
    return f"COUNT {{ {found} RETURN DISTINCT {different} }}" if different else f"COUNT {{ {found} }}"


def leads_once(path: Path) -> bool:
    """Whether a path leads from a node to no other node twice."""
    return len(path) == 1 and path[0].simple and (path[0].least, path[0].most) == (1, 1)


def _ends(words: Words, at: str, path: Path, inner: Condition | None, day: str | None) -> tuple[str, str]:
    found = walk(words, at, path, day)
    return found.match("" if inner is None else condition(words, found.end, inner)), found.end


def _whole(words: Words, at: str, asked: Condition) -> str:
    """A condition below an OR: Neo4j would multiply out an AND there, and plan every product of its subqueries."""
    text = condition(words, at, asked)
    return f"{text} = true" if isinstance(asked, And) and len(asked.of) > 1 else text


def _joined(found: list[str], word: str, empty: str) -> str:
    if len(found) < 2:
        return found[0] if found else empty
    return f"({f' {word} '.join(found)})"


def _not(text: str, inner: Condition) -> str:
    """The complement: what is unknown is not true, so its complement is.

    Not `NOT coalesce(...)`: around an any() or all() of an absent list, ArcadeDB takes that for unknown.
    """
    known = isinstance(inner, (IsNull, Labelled, Not, Related, Counted, Foremost))
    return f"NOT ({text})" if known else f"coalesce({text}, false) = false"


def _related(words: Words, at: str, asked: Related) -> str:
    inner = asked.where
    match asked.quantifier:
        case Quantifier.SOME:
            return f"EXISTS {{ {_ends(words, at, asked.path, inner, asked.at)[0]} }}"
        case Quantifier.NONE:
            return f"NOT EXISTS {{ {_ends(words, at, asked.path, inner, asked.at)[0]} }}"
        case Quantifier.EVERY:
            other = Or(()) if inner is None else Not(inner)
            return f"NOT EXISTS {{ {_ends(words, at, asked.path, other, asked.at)[0]} }}"
        case Quantifier.SINGLE:
            return f"{count(words, at, asked.path, inner, asked.at)} = 1"
    assert_never(asked.quantifier)


def _shares(words: Words, at: str, asked: Shares) -> str:
    mine, theirs = attribute(words, at, asked.attribute), words.value(asked.values[0])
    item = words.name("v")
    if asked.every:
        return f"({mine} IS NOT NULL AND all({item} IN {theirs} WHERE {item} IN {mine}))"
    return f"any({item} IN {mine} WHERE {item} IN {theirs})"


def _within(words: Words, at: str, asked: Within) -> str:
    lat, lon = attribute(words, at, asked.lat), attribute(words, at, asked.lon)
    south, west, north, east = (words.value(each) for each in (asked.south, asked.west, asked.north, asked.east))
    straight, across = f"{lon} >= {west} AND {lon} <= {east}", f"{lon} >= {west} OR {lon} <= {east}"
    parts = [f"{lat} >= {south} AND {lat} <= {north}"]
    parts.append(f"CASE WHEN {west} <= {east} THEN {straight} ELSE {across} END")
    if asked.centre is not None:
        mid_lat, mid_lon, most = (words.value(each) for each in (*asked.centre, asked.radius))
        # Angles are never taken back from it, so nothing rounds.
        parts.append(f"{haversine_between((lat, lon), (mid_lat, mid_lon))} <= {most}")
    return f"({' AND '.join(parts)})"


def haversine_between(here: tuple[str, str], there: tuple[str, str]) -> str:
    """The haversine of the angle between two places, each a latitude and a longitude in degrees."""
    (lat, lon), (mid_lat, mid_lon) = here, there
    return (
        f"sin(radians({lat} - {mid_lat}) / 2) ^ 2 + cos(radians({lat})) * cos(radians({mid_lat}))"
        f" * sin(radians({lon} - {mid_lon}) / 2) ^ 2"
    )
