"""Hidden items of every type, behind every link, change nothing in what others are answered, byte for byte."""

from functools import cache
from typing import Any

import orjson
import pytest

from directory.fields import Kind
from directory.links import Way, link_facts, relationship, targets, ways
from directory.shaped import shape
from directory.types import CONTENT_TYPES
from graph import Graph, NewLink, NewNode, Transaction
from graph.query import (
    And,
    Attribute,
    Branch,
    Column,
    Compare,
    Follow,
    Hop,
    Level,
    Not,
    Operator,
    Quantifier,
    Question,
    Related,
    Sight,
    Sort,
    Tally,
)
from tests.turns import in_turn

WAYS = {label: ways(label) for label in CONTENT_TYPES}
NOW = "2026-03-01T12:00:00Z"
# Two readers, one of them of the scope of all items: for both, Neo4j plans a question once.
STRANGER, READER = Sight(NOW, reading=("elsewhere",)), Sight(NOW, reading=("here",))
ID = Attribute("id")
SEEN, HIDDEN = Compare(ID, Operator.CONTAINS, "seen"), Compare(ID, Operator.CONTAINS, "hidden")
PERIOD = {"effective": "0001-01-01T00:00:00Z", "expires": "9999-12-31T00:00:00Z"}


@cache
def chosen() -> dict[str, dict[str, Any]]:
    """For each type, the values that shortcuts ask of the items they pass, so that they lead somewhere."""
    found: dict[str, dict[str, Any]] = {}
    for hop in (hop for name in CONTENT_TYPES for way in ways(name).values() for hop in way.path):
        if isinstance(hop.where, Compare):
            for label in hop.labels:
                found.setdefault(label, {})[hop.where.attribute.name] = hop.where.value
    return found


def item(label: str, name: str, state: str) -> NewNode:
    """An item of this type that holds always; its private id says that it is hidden."""
    id = f"{label.lower()}-{name}"
    lasting = {"valid_from": "0001-01-01", "valid_until": "9999-12-31"}
    kept = {each.name for node in shape().nodes if node.label == label for each in node.properties}
    own: dict[str, Any] = {"id": id, "path": id, "slug": id, "state": state, "scope": "here"}
    own |= {"open": True} if state == "published" else {}
    told = own | PERIOD | lasting | chosen().get(label, {})
    return NewNode(label, {key: value for key, value in told.items() if key in kept})


def pairs() -> list[tuple[str, str, str]]:
    """Every relationship that the model keeps, with the types at its ends."""
    return [
        (relationship(name, fact), name, target)
        for name, cls in CONTENT_TYPES.items()
        for fact in link_facts(cls).values()
        for target in targets(name, fact)
    ]


def between(type: str, source: str, target: str) -> list[NewLink]:
    """From seen to seen, from seen to hidden and from hidden to seen."""
    ends = (("seen", "seen"), ("seen", "hidden"), ("hidden", "seen"))
    return [NewLink(type, source, f"{source.lower()}-{a}", target, f"{target.lower()}-{b}") for a, b in ends]


@pytest.fixture
async def peopled(graph: Graph) -> Graph:
    """A graph with a seen and a hidden item of each type, and every kind of link between them."""
    await graph.shape(shape())

    async def build(transaction: Transaction) -> None:
        await transaction.create([item(label, "seen", "published") for label in CONTENT_TYPES])
        await transaction.create([item(label, "hidden", "private") for label in CONTENT_TYPES])
        await transaction.connect([link for pair in dict.fromkeys(pairs()) for link in between(*pair)])

    await graph.write(build)
    return graph


async def forget_hidden(transaction: Transaction) -> None:
    for label in CONTENT_TYPES:
        await transaction.remove(label, [f"{label.lower()}-hidden"])


def own(label: str) -> dict[str, Way]:
    """The ways of a type, but of those that all types have the ones whose turn it is."""
    return in_turn(WAYS, label)


def everything_about(label: str, sight: Sight) -> Question:
    """The items of a type, each with the rows of whatever each of its ways leads to."""
    follows = tuple(Follow(way.path, listed(way.path[-1].labels)) for way in own(label).values())
    return Question(Level((Branch(label, (Column((ID,)),), follows),), None, (Sort(ID),), total=True), sight)


def listed(labels: tuple[str, ...]) -> Level:
    return Level(tuple(Branch(label, (Column((ID,)),)) for label in labels), None, (Sort(ID),))


def unmet(label: str, sight: Sight) -> list[Tally]:
    """Whether the seen item of a type is one from which some ways lead to nothing hidden, as conditions tell it.

    Two ways at a time: the time that Neo4j needs to plan them grows with their square.
    """
    every = [Related(Quantifier.EVERY, way.path, Not(HIDDEN)) for way in own(label).values()]
    return [Tally(label, sight, And((SEEN, *every[start : start + 2]))) for start in range(0, len(every), 2)]


async def told(graph: Graph, sight: Sight) -> dict[str, list[Any]]:
    """What is answered about each type: the rows, the total, the numbers."""
    found: dict[str, list[Any]] = {}
    for label in CONTENT_TYPES:
        answer = await graph.rows(everything_about(label, sight))
        found[label] = [answer.rows, answer.total, [await graph.tally(each) for each in unmet(label, sight)]]
    return found


def blind(answers: dict[str, list[Any]]) -> list[str]:
    """The ways that led from a seen item to no hidden one."""
    found = []
    for label, (rows, *_) in answers.items():
        seen = next(row for row in rows if row[0] == f"{label.lower()}-seen")
        found += [f"{label}.{name}" for name, met in zip(own(label), seen[1:], strict=True) if "hidden" not in str(met)]
    return found


@pytest.mark.slow
async def test_a_hidden_item_of_any_type_changes_nothing_for_others(peopled: Graph) -> None:
    with_hidden, to_reader = await told(peopled, STRANGER), await told(peopled, READER)
    await peopled.write(forget_hidden)
    without_hidden = await told(peopled, STRANGER)

    assert orjson.dumps(with_hidden) == orjson.dumps(without_hidden)
    assert b"hidden" not in orjson.dumps(with_hidden)
    assert blind(to_reader) == []  # or little would be proven
    assert all(number == [[1]] for _, _, numbers in with_hidden.values() for number in numbers)
    assert all(number == [[0]] for _, _, numbers in to_reader.values() for number in numbers)


def test_every_relationship_is_walked() -> None:
    def types(path: tuple[Hop, ...]) -> set[str]:
        return {type for hop in path for type in hop.types}

    walked = {type for label in CONTENT_TYPES for way in own(label).values() for type in types(way.path)}

    assert {type for type, *_ in pairs()} <= walked
    assert any(fact.kind is Kind.CITATION for cls in CONTENT_TYPES.values() for fact in link_facts(cls).values())
