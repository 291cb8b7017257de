"""The judge judged: questions with answers found by hand, over a graph small enough to hold in the head."""

from dataclasses import replace

import pytest

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
    Quantifier,
    Question,
    Related,
    Shares,
    Sight,
    Sort,
    Tally,
    Twins,
    Within,
)
from graph.transaction import NewLink, NewNode
from tests.oracle import answer, tallied
from tests.truth import Small

ALL = {"state": "published", "effective": "2000", "expires": "9999"}
GRAPH = Small(
    nodes=(
        NewNode(
            "A", ALL | {"id": "lille", "scope": "s1", "name": "Lille", "size": 3, "lat": 50.6, "lon": 3.1, "n": "1"}
        ),
        NewNode(
            "A", ALL | {"id": "paris", "scope": "s2", "name": "Paris", "size": 9, "lat": 48.9, "lon": 2.3, "n": "0"}
        ),
        NewNode(
            "A", ALL | {"id": "nantes", "scope": "s2", "size": 3, "tags": ["sea", "west"], "note": "hush", "n": "2"}
        ),
        NewNode(
            "A", {"id": "draft", "state": "private", "scope": "s1", "created_by": "ada", "name": "Draft", "n": "3"}
        ),
        NewNode(
            "A", {**ALL, "id": "old", "scope": "s2", "expires": "2020", "name": "Old", "created_by": "ada", "n": "4"}
        ),
        NewNode("B", ALL | {"id": "b1", "name": "one", "valid_from": "2020", "valid_until": "2024"}),
        NewNode("B", ALL | {"id": "b2", "name": "two", "valid_from": "2024", "valid_until": "9999", "size": 5}),
        NewNode("C", ALL | {"id": "c1", "name": "see", "tags": []}),
    ),
    links=(
        NewLink("OWNS", "A", "lille", "B", "b1", {"since": 2001}),
        NewLink("OWNS", "A", "lille", "B", "b1", {"since": 2002}),
        NewLink("OWNS", "A", "lille", "B", "b2", {"since": 2003}),
        NewLink("OWNS", "A", "paris", "B", "b2"),
        NewLink("OWNS", "A", "draft", "B", "b2"),
        NewLink("OWNS", "A", "paris", "C", "c1"),
        NewLink("UNDER", "A", "lille", "A", "paris"),
        NewLink("UNDER", "A", "paris", "A", "nantes"),
        NewLink("UNDER", "A", "nantes", "A", "lille"),
        NewLink("UNDER", "A", "draft", "A", "lille"),
    ),
)
NOBODY = Sight("2026")
READER = Sight("2026", "bob", ("s1",))
ADA = Sight("2026", "ada")
EVERYTHING = Sight("2026", everything=True)
ID, NAME, SIZE = Attribute("id"), Attribute("name"), Attribute("size")
OWNS = Hop(("OWNS",), True, ("B",), timed=("B",))
OWNED_BY = Hop(("OWNS",), False, ("A",))
OWNS_ANY = Hop(("OWNS",), True, ("B", "C"))
ABOVE = Hop(("UNDER",), True, ("A",))


def ids(
    where: Condition | None = None, sight: Sight = NOBODY, order: tuple[Sort, ...] = (), page: Page | None = None
) -> str:
    level = Level((Branch("A", (Column((ID,)),)),), where, order or (Sort(ID),), page)
    return " ".join(str(row[0]) for row in answer(GRAPH, Question(level, sight)).rows)


@pytest.mark.parametrize(
    ("sight", "found"),
    [
        (NOBODY, "lille nantes paris"),
        (replace(NOBODY, now="2019"), "lille nantes old paris"),
        (replace(NOBODY, now="2020"), "lille nantes paris"),
        (replace(NOBODY, now="1999"), ""),
        (READER, "draft lille nantes paris"),
        (replace(NOBODY, reading=("s2",)), "lille nantes old paris"),
        (ADA, "draft lille nantes paris"),
        (EVERYTHING, "draft lille nantes old paris"),
    ],
)
def test_sight_is_what_the_asker_may_see(sight: Sight, found: str) -> None:
    assert ids(sight=sight) == found


CONDITIONS: list[tuple[Condition, str]] = [
    (Compare(NAME, Operator.EQ, "Lille"), "lille"),
    (Not(Compare(NAME, Operator.EQ, "Lille")), "nantes paris"),
    (Compare(NAME, Operator.EQ, None), ""),
    (Compare(NAME, Operator.GT, "Lille"), "paris"),
    (Compare(NAME, Operator.CONTAINS, "i"), "lille paris"),
    (Compare(NAME, Operator.STARTS_WITH, "P"), "paris"),
    (Compare(SIZE, Operator.LTE, 3), "lille nantes"),
    (Compare(SIZE, Operator.EQ, 3.0), "lille nantes"),
    (Compare(SIZE, Operator.EQ, "3"), ""),
    (Compare(SIZE, Operator.EQ, True), ""),
    (OneOf(NAME, ("Paris", "Rome")), "paris"),
    (OneOf(NAME, ()), ""),
    (IsNull(NAME), "nantes"),
    (IsNull(NAME, False), "lille paris"),
    (AnyItem(Attribute("tags"), Operator.STARTS_WITH, "w"), "nantes"),
    (Shares(Attribute("tags"), ("west", "north")), "nantes"),
    (Shares(Attribute("tags"), ("west", "north"), every=True), ""),
    (Shares(Attribute("tags"), (), every=True), "nantes"),
    (Labelled(("B",)), ""),
    (Labelled(("A", "B")), "lille nantes paris"),
    (And(()), "lille nantes paris"),
    (Or(()), ""),
    (Within(Attribute("lat"), Attribute("lon"), 48, 2, 51, 3, None, None), "paris"),
    (Within(Attribute("lat"), Attribute("lon"), 48, 3, 51, 2.5, None, None), "lille paris"),
    (Within(Attribute("lat"), Attribute("lon"), 40, 0, 60, 9, (50.6, 3.0), 10_000), "lille"),
    (Related(Quantifier.SOME, (OWNS,)), "lille paris"),
    (Related(Quantifier.SOME, (OWNS,), Compare(NAME, Operator.EQ, "one"), at="2024"), ""),
    (Related(Quantifier.SOME, (OWNS,), Compare(NAME, Operator.EQ, "one"), at="2023"), "lille"),
    (Related(Quantifier.EVERY, (OWNS,), Compare(NAME, Operator.EQ, "two")), "nantes paris"),
    (Related(Quantifier.NONE, (OWNS,)), "nantes"),
    (Related(Quantifier.SINGLE, (OWNS_ANY,), Labelled(("B",))), "paris"),
    (Related(Quantifier.SINGLE, (OWNS,), Compare(NAME, Operator.EQ, "one")), "lille"),
    (Related(Quantifier.SOME, (OWNS, OWNED_BY), Compare(ID, Operator.EQ, "lille")), "lille paris"),
    (Related(Quantifier.SOME, (OWNS, OWNED_BY), Compare(ID, Operator.EQ, "paris")), "lille"),
    (Counted((OWNS_ANY,), Operator.EQ, 2), "lille paris"),
    (Counted((replace(ABOVE, most=3),), Operator.EQ, 3), "lille nantes paris"),
    (Counted((replace(ABOVE, least=0, most=1),), Operator.EQ, 2), "lille nantes paris"),
]


@pytest.mark.parametrize(("condition", "found"), CONDITIONS, ids=str)
def test_a_condition_keeps_what_meets_it(condition: Condition, found: str) -> None:
    assert ids(condition) == found


def test_hidden_items_are_met_by_no_path() -> None:
    owners = (Hop(("OWNS",), False, ("A",)),)
    level = Level((Branch("B", (Column((ID,)),)),), Counted(owners, Operator.EQ, 2), (Sort(ID),))

    assert answer(GRAPH, Question(level, NOBODY)).rows == [["b2"]]
    assert answer(GRAPH, Question(level, READER)).rows == []


def test_an_attribute_for_the_team_is_null_to_others() -> None:
    note = Attribute("note", Audience.TEAM)

    assert ids(IsNull(note, False)) == ""
    assert ids(IsNull(note, False), Sight("2026", None, ("s2",))) == "nantes"
    assert ids(Compare(note, Operator.EQ, "hush"), EVERYTHING) == "nantes"
    assert ids(IsNull(Attribute("note", Audience.EDITORS), False), Sight("2026", None, ("s2",), ("s1",))) == ""


def test_a_link_for_the_team_is_not_there_for_others() -> None:
    hidden = Related(Quantifier.SOME, (replace(OWNED_BY, audience=Audience.TEAM),))
    level = Level((Branch("B", (Column((ID,)),)),), hidden, (Sort(ID),))

    assert answer(GRAPH, Question(level, NOBODY)).rows == []
    assert answer(GRAPH, Question(level, Sight("2026", None, ("s1",)))).rows == [["b1"], ["b2"]]


ORDERS: list[tuple[tuple[Sort, ...], Page | None, str]] = [
    ((Sort(NAME),), None, "lille paris nantes"),
    ((Sort(NAME, True),), None, "paris lille nantes"),
    ((Sort(SIZE),), None, "lille nantes paris"),
    ((Sort(SIZE, True),), None, "paris nantes lille"),
    ((Sort(SIZE, True), Sort(NAME)), None, "paris lille nantes"),
    ((Sort(NAME, index="n"),), None, "paris lille nantes"),
    ((Sort(NAME, True, index="n"),), None, "nantes lille paris"),
    ((Sort(NAME, path=(ABOVE,)),), None, "nantes lille paris"),
    ((Sort(Attribute("note", Audience.TEAM), index="n"),), None, "lille nantes paris"),
    ((Sort(NAME, path=(OWNS,)), Sort(ID)), None, "lille paris nantes"),
    ((Sort(ID, True, (OWNS_ANY,), count=True),), None, "paris lille nantes"),
    ((Sort(NAME),), Page(1), "lille paris"),
    ((Sort(NAME),), Page(1, more=False), "lille"),
    ((Sort(NAME),), Page(1, backward=True), "paris nantes"),
    ((Sort(NAME),), Page(5, after=("Lille", "lille")), "paris nantes"),
    ((Sort(NAME),), Page(5, after=("Lens", "gone")), "lille paris nantes"),
    ((Sort(NAME),), Page(5, after=(None, "a")), "nantes"),
    ((Sort(NAME),), Page(5, after=(None, "z")), ""),
    ((Sort(NAME, True),), Page(5, after=("Paris", "paris")), "lille nantes"),
    ((Sort(NAME),), Page(1, before=(None, "nantes"), backward=True), "lille paris"),
    ((Sort(NAME),), Page(1, before=(None, "nantes"), backward=True, more=False), "paris"),
    ((Sort(NAME, index="n"),), Page(1, after=("0",), more=False), "lille"),
    ((Sort(ID),), Page(9, after=("lille", "lille"), before=("paris", "paris")), "nantes"),
]


@pytest.mark.parametrize(("order", "page", "found"), ORDERS, ids=str)
def test_a_page_is_cut_from_its_order(order: tuple[Sort, ...], page: Page | None, found: str) -> None:
    assert ids(order=order, page=page) == found


def test_rows_are_branch_columns_follows_link_columns_and_boundary() -> None:
    columns = (Column((Attribute("note"), NAME)), Column((Attribute("note"), NAME), rank=True))
    below = Level(
        (Branch("B", columns), Branch("C", (Column((Attribute("tags"),)),))), None, (Sort(NAME),), Page(2), True
    )
    owned = Follow((OWNS_ANY,), below)
    counted = Follow((OWNS,), replace(below, branches=(Branch("B"),), rows=False, at="2024"))
    level = Level((Branch("A", columns, (owned, counted)),), None, (Sort(NAME),), None, True, boundaries=True)

    found = answer(GRAPH, Question(level, NOBODY))

    assert found.total == 3
    assert found.rows == [
        ["Lille", 1, 2, [[0, "one", 1], [0, "two", 1]], 1, ["Lille", "lille"]],
        ["Paris", 1, 2, [[1, []], [0, "two", 1]], 1, ["Paris", "paris"]],
        ["hush", 0, 0, [], 0, [None, "nantes"]],
    ]


def test_a_follow_with_link_columns_gives_an_item_once_a_link() -> None:
    below = Level((Branch("B", (Column((NAME,)),)),), None, (Sort(NAME, True),), total=True, boundaries=True)
    level = Level((Branch("A", (), (Follow((OWNS,), below, ("since",)),)),), Compare(ID, Operator.EQ, "lille"))

    [[total, rows]] = answer(GRAPH, Question(level, NOBODY)).rows

    assert total == 3
    assert rows == [
        ["two", 2003, ["two", "b2"]],
        ["one", 2001, ["one", "b1"]],
        ["one", 2002, ["one", "b1"]],
    ]


def test_walks_of_several_steps_pass_visible_items_only() -> None:
    below = Hop(("UNDER",), False, ("A",), most=3)
    level = Level((Branch("A", (), (Follow((below,), Level((Branch("A", (Column((ID,)),)),), None, (Sort(ID),))),)),))
    asked = replace(level, where=Compare(ID, Operator.EQ, "lille"))

    assert answer(GRAPH, Question(asked, NOBODY)).rows == [[[["lille"], ["nantes"], ["paris"]]]]
    assert answer(GRAPH, Question(asked, ADA)).rows == [[[["draft"], ["lille"], ["nantes"], ["paris"]]]]


TALLIES: list[tuple[Tally, list[list[object]]]] = [
    (Tally("A", NOBODY), [[3]]),
    (Tally("A", NOBODY, IsNull(ID)), [[0]]),
    (Tally("A", NOBODY, groups=(Group(SIZE),)), [[3, 2], [9, 1]]),
    (Tally("A", NOBODY, groups=(Group(NAME, leading=1),)), [["L", 1], ["P", 1], [None, 1]]),
    (Tally("A", NOBODY, groups=(Group(SIZE),), at_least=2), [[3, 2]]),
    (Tally("A", NOBODY, groups=(Group(SIZE),), limit=1), [[3, 2]]),
    (Tally("A", NOBODY, groups=(Group(Attribute("tags"), several=True),)), [[None, 2], ["sea", 1], ["west", 1]]),
    (Tally("A", NOBODY, groups=(Group(ID, (OWNS,)),)), [["b2", 2], ["b1", 1], [None, 1]]),
    (Tally("A", NOBODY, groups=(Group(ID, (OWNS,)),), at="2023"), [[None, 2], ["b1", 1]]),
    (Tally("A", NOBODY, groups=(Group(NAME, (OWNS_ANY,)), Group(SIZE))), [
        ["one", 3, 1], ["see", 9, 1], ["two", 3, 1], ["two", 9, 1], [None, 3, 1],
    ]),
    (Tally("A", NOBODY, measure=Measure(SIZE)), [[3, 15, 3, 9]]),
    (Tally("A", NOBODY, measure=Measure(SIZE, (NAME,))), [
        ["Lille", 1, 3, 3, 3], ["Paris", 1, 9, 9, 9], [None, 1, 3, 3, 3],
    ]),
    (Tally("A", NOBODY, groups=(Group(Attribute("scope")),), measure=Measure(SIZE)), [
        ["s2", 2, 12, 3, 9], ["s1", 1, 3, 3, 3],
    ]),
    (Tally("B", NOBODY, at="2024", timed=True), [[1]]),
    (Tally("B", NOBODY, measure=Measure(SIZE)), [[1, 5, 5, 5]]),
]  # fmt: skip


@pytest.mark.parametrize(("tally", "found"), TALLIES)
def test_a_tally_counts_each_item_once_in_each_of_its_groups(tally: Tally, found: list[list[object]]) -> None:
    assert tallied(GRAPH, tally) == found


def page(id: str, language: str, **others: str) -> NewNode:
    """A page of the group g that visitors see, unless said otherwise."""
    return NewNode("Page", ALL | {"id": id, "language": language, "group": "g"} | others)


PAGES = Small(
    (
        page("p-de", "de"),
        page("p-en", "en"),
        page("p-fr", "fr", state="private"),
        page("alone", "it", group="other"),
        NewNode("Page", ALL | {"id": "groupless", "language": "it"}),
        NewNode("A", ALL | {"id": "a", "group": "g"}),
        NewNode("A", ALL | {"id": "b", "group": "g"}),
    ),
    (NewLink("ON", "A", "a", "Page", "p-de"), NewLink("ON", "A", "a", "Page", "p-en")),
)
TWINS = [  # preferred languages, who asks, the best page of the group g
    (("fr", "en"), NOBODY, "p-en"),
    (("fr", "en"), EVERYTHING, "p-fr"),
    (("it",), NOBODY, "p-de"),
    (("de", "en"), NOBODY, "p-de"),
]


@pytest.mark.parametrize(("preferred", "sight", "best"), TWINS)
def test_of_twins_the_best_one_is_there(preferred: tuple[str, ...], sight: Sight, best: str) -> None:
    twins = Twins(("Page",), preferred, "group", "language")
    listed = Level(
        (
            Branch(
                "Page",
                (Column((ID,)),),
            ),
        ),
        Foremost(twins),
        (Sort(ID),),
    )
    linked = Follow((Hop(("ON",), True, ("Page",)),), replace(listed, where=None, total=True), (), twins)
    above = Level((Branch("A", (Column((ID,)),), (linked,)),), None, (Sort(ID),))

    assert answer(PAGES, Question(listed, sight)).rows == [["alone"], ["groupless"], [best]]
    assert answer(PAGES, Question(above, sight)).rows == [["a", 1, [[best]]], ["b", 0, []]]
