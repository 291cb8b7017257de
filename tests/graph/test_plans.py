"""How Neo4j means to answer: a page is read from the index of its order, as far as it goes and no further."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from neo4j import Driver, GraphDatabase

from graph import open_graph
from graph.cypher import say
from graph.engines import NEO4J
from graph.query import (
    And,
    Attribute,
    Branch,
    Column,
    Compare,
    Condition,
    Counted,
    Follow,
    Hop,
    IsNull,
    Level,
    Not,
    OneOf,
    Operator,
    Or,
    Page,
    Quantifier,
    Question,
    Related,
    Sight,
    Sort,
)
from graph.transaction import NewLink, NewNode
from tests.graph.strategies import ALWAYS, NEVER, NOW, SHAPE
from tests.graph.trials import load
from tests.neo4j.server import Running
from tests.truth import Small

pytestmark = pytest.mark.neo4j

MANY = 400
ID, NAME, SIZE = Attribute("id"), Attribute("name"), Attribute("size")
SIGHTS = {
    "visitor": Sight(NOW),
    "reader": Sight(NOW, user="u1", reading=("s1", "s2"), editing=("s1",)),
    "admin": Sight(NOW, everything=True),
}
UP, DOWN = Sort(NAME, index="name_up"), Sort(NAME, descending=True, index="name_down")
BRANCH = Branch("A", (Column((ID,)), Column((NAME,))))
OWNS = (Hop(("OWNS",), True, ("B",)),)
LEAVES = Level((Branch("B", (Column((ID,)),)), Branch("E", (Column((NAME,)),))), order=(UP,), page=Page(3), total=True)
BELOW = Level((Branch("B", (Column((NAME,)),), (Follow((Hop(("WITHIN",), True, ("B", "E")),), LEAVES),)),), order=(UP,))
DEEP = Branch("A", (Column((ID,)),), (Follow(OWNS, BELOW),))
LARGE, NAMED = Compare(SIZE, Operator.GTE, 2), Compare(NAME, Operator.EQ, "a")
UNDER = Hop(("WITHIN",), True, ("B", "E"), least=0, most=4)
PAGES: dict[str, tuple[Sort, Page]] = {
    "first": (UP, Page(20)),
    "next": (UP, Page(20, after=("a",))),
    "between": (UP, Page(20, after=("a",), before=("b",))),
    "last": (UP, Page(20, backward=True)),
    "previous": (UP, Page(20, before=("b",), backward=True)),
    "downwards": (DOWN, Page(20)),
    "next downwards": (DOWN, Page(20, after=("b",))),
    "last downwards": (DOWN, Page(20, backward=True)),
    "all": (UP, Page(100, more=False)),
}
FILTERS: dict[str, Condition] = {
    "an indexed attribute": NAMED,
    "one of": OneOf(NAME, ("a", "b")),
    "a range": LARGE,
    "either": Or((NAMED, LARGE)),
    "not": Not(NAMED),
    "unknown or large": And((Or((IsNull(SIZE), LARGE)), Not(Or((NAMED, LARGE))))),
    "some": Related(Quantifier.SOME, OWNS, LARGE),
    "every": Related(Quantifier.EVERY, OWNS, LARGE),
    "none": Related(Quantifier.NONE, OWNS, LARGE),
    "single": Related(Quantifier.SINGLE, OWNS, LARGE),
    "several": Counted(OWNS, Operator.GTE, 2),
    "some of some": Related(Quantifier.SOME, (*OWNS, UNDER), NAMED),
    "some or large": Or((Related(Quantifier.SOME, OWNS, LARGE), LARGE)),
    "not some": Not(Related(Quantifier.SOME, OWNS, LARGE)),
}
SORTED = {"Sort", "Top", "PartialSort", "PartialTop", "Union", "OrderedUnion", "Distinct", "OrderedDistinct"}
SCANNED = {"AllNodesScan", "NodeByLabelScan", "UnionNodeByLabelsScan", "NodeIndexScan", "DirectedRelationshipTypeScan"}
HELD = {"Eager", "EagerAggregation"}


def node(label: str, number: int) -> NewNode:
    """A published node whose order is that of its number."""
    name = f"name {number:04}"
    order = {"name_up": f"{name} {label}{number}", "name_down": f"{name} {label}{number}"}
    times = {"effective": ALWAYS, "expires": NEVER, "valid_from": "0001-01-01", "valid_until": "9999-12-31"}
    own = {"id": f"{label}{number}", "name": name, "size": number % 10, "scope": f"s{number % 5}"}
    return NewNode(label, {**own, **order, **times, "state": "published", "open": True})


@pytest.fixture(scope="module")
async def filled(neo4j_server: Running) -> AsyncIterator[None]:
    """A graph large enough for Neo4j to prefer an index."""
    graph = await open_graph(neo4j_server.url, user=neo4j_server.user, password=neo4j_server.password)
    await graph.shape(SHAPE)
    nodes = [node(label, number) for label in ("A", "B", "E") for number in range(MANY)]
    links = [NewLink("OWNS", "A", f"A{number}", "B", f"B{number * 7 % MANY}") for number in range(MANY)]
    links += [NewLink("WITHIN", "B", f"B{number}", "E", f"E{number // 9}") for number in range(MANY)]
    await load(graph, Small(tuple(nodes), tuple(links)))
    yield
    await graph.wipe()
    await graph.close()


@pytest.fixture(scope="module")
def driver(neo4j_server: Running, filled: None) -> Iterator[Driver]:
    """The driver alone, as plans are not rows."""
    with GraphDatabase.driver(neo4j_server.url, auth=(neo4j_server.user, neo4j_server.password)) as opened:
        # Other tests filled the same indexes otherwise: what the server remembers of them would decide its plans.
        opened.execute_query("CALL db.prepareForReplanning(30)")
        yield opened


def plan(driver: Driver, question: Question) -> Any:
    """How Neo4j means to answer the question."""
    said = say(question, NEO4J)
    with driver.session() as session:
        summary = session.run(f"EXPLAIN {said.text}", NEO4J.parameters(said.parameters)).consume()
    assert summary.plan is not None
    return summary.plan


def operators(part: Any) -> list[str]:
    """The operators of a plan, all of them."""
    return [name(each) for each in walked(part)]


def spine(part: Any) -> list[str]:
    """The operators that the rows of the root pass, last one first; not those of what is read for each of them."""
    return [name(part), *(each for child in below(part)[:1] for each in spine(child))]


def below(part: Any) -> list[Any]:
    """The parts that a part reads from."""
    return list(part.get("children", ()))


def walked(part: Any) -> Iterator[Any]:
    """Each part of a plan."""
    yield part
    for child in below(part):
        yield from walked(child)


def name(part: Any) -> str:
    """The operator, without the name of its database."""
    return str(part["operatorType"]).partition("@")[0]


def is_read_in_order(passed: list[str]) -> bool:
    """Whether a part reads the index of its order and stops where the page ends, be it to make one record of it."""
    if "Limit" not in passed or passed[-1] != "NodeIndexSeekByRange":
        return False
    end = passed.index("Limit")
    return not {*passed[end:]} & (SORTED | SCANNED | HELD) and not {*passed[:end]} & (SORTED | SCANNED)


def pages(where: Condition | None = None, **more: Any) -> Level:
    """A level of A in its order."""
    return Level(**{"branches": (BRANCH,), "where": where, "order": (UP,), "page": Page(20), **more})


@pytest.mark.parametrize("sight", SIGHTS.values(), ids=SIGHTS)
@pytest.mark.parametrize(("order", "page"), PAGES.values(), ids=PAGES)
def test_a_page_is_read_from_the_index_of_its_order(driver: Driver, order: Sort, page: Page, sight: Sight) -> None:
    found = plan(driver, Question(pages(order=(order,), page=page), sight))

    assert is_read_in_order(spine(found)), operators(found)
    assert not {*operators(found)} & (SORTED | SCANNED)


@pytest.mark.parametrize("where", FILTERS.values(), ids=FILTERS)
def test_a_filter_does_not_take_the_place_of_the_order(driver: Driver, where: Condition) -> None:
    found = plan(driver, Question(pages(where), SIGHTS["reader"]))

    assert is_read_in_order(spine(found)), operators(found)
    assert not {*operators(found)} & SCANNED


@pytest.mark.parametrize("sight", SIGHTS.values(), ids=SIGHTS)
def test_what_hangs_below_is_read_for_the_page_alone(driver: Driver, sight: Sight) -> None:
    found = plan(driver, Question(pages(branches=(DEEP,)), sight))

    assert is_read_in_order(spine(found)), operators(found)
    assert not {*operators(found)} & SCANNED


@pytest.mark.parametrize("sight", SIGHTS.values(), ids=SIGHTS)
def test_what_hangs_below_is_looked_up_until_its_page_is_full(driver: Driver, sight: Sight) -> None:
    few = Level((Branch("B", (Column((NAME,)),)),), order=(UP,), page=Page(3))
    found = operators(plan(driver, Question(pages(branches=(Branch("A", (), (Follow(OWNS, few),)),)), sight)))

    below_it = found[: found.index("Sort")]
    assert "Limit" in below_it, found
    assert "Top" not in found


@pytest.mark.parametrize("sight", SIGHTS.values(), ids=SIGHTS)
def test_a_day_does_not_take_the_place_of_the_order(driver: Driver, sight: Sight) -> None:
    found = plan(driver, Question(pages(branches=(DEEP,), at="2024-01-01", timed=("A", "B")), sight))

    assert is_read_in_order(spine(found)), operators(found)


def test_a_total_beside_a_page_leaves_it_in_order(driver: Driver) -> None:
    found = plan(driver, Question(pages(LARGE, total=True), SIGHTS["reader"]))

    union = next(part for part in walked(found) if name(part) == "Union")
    total, page = (spine(part) for part in below(union))
    assert is_read_in_order(page), operators(found)
    assert total[-1] == "NodeIndexSeekByRange"  # of the filter


@pytest.mark.parametrize("sight", SIGHTS.values(), ids=SIGHTS)
@pytest.mark.parametrize("order", [(), (UP,)], ids=["in no order", "in an order"])
def test_an_item_is_sought_by_its_id(driver: Driver, order: tuple[Sort, ...], sight: Sight) -> None:
    found = plan(driver, Question(pages(Compare(ID, Operator.EQ, "A1"), branches=(DEEP,), order=order), sight))

    assert spine(found)[-1] == "NodeUniqueIndexSeek"
    assert not {*operators(found)} & SCANNED


def test_items_of_several_labels_are_sought_by_their_ids(driver: Driver) -> None:
    level = Level((BRANCH, Branch("B", (Column((ID,)),))), OneOf(ID, ("A1", "B1")), total=True)

    found = operators(plan(driver, Question(level, SIGHTS["reader"])))

    assert found.count("NodeUniqueIndexSeek") == 4
    assert not {*found} & SCANNED
