"""What a question is in Cypher. Read the tables as the manual of the words that are said."""

from dataclasses import replace

import pytest

from graph.cypher import say, say_tally
from graph.engines import ARCADEDB, NEO4J
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
    Search,
    Shares,
    Sight,
    Sort,
    Tally,
    Twins,
    Within,
)

NOW = "2026-03-01T12:00:00Z"
ALL = Sight(NOW, everything=True)
VISITOR = Sight(NOW)
READER = Sight(NOW, user="u1", reading=("s1", "s2"), editing=("s1",))
TITLE, KIND, NOTE = Attribute("title"), Attribute("kind"), Attribute("note", Audience.TEAM)
PLAN = Attribute("plan", Audience.EDITORS)
TAGS, LAT, LON = Attribute("tags"), Attribute("lat"), Attribute("lon")
RUNS = (Hop(("RUNS",), True, ("Service",)),)
FREE = Compare(KIND, Operator.EQ, "free")
BY_TITLE = Sort(TITLE, index="title_key")
ORG = Branch("Org", (Column((Attribute("id"),)),))
PUBLISHED = (
    "CASE WHEN {0}.open THEN true WHEN {0}.state = 'published' AND {0}.effective <= $p0 AND {0}.expires > $p0 "
    "THEN true ELSE {1} END"
)
TEAM = "{0}.scope IN $p2 OR ({0}.created_by = $p1 AND {0}.state IN ['private', 'pending'])"


def text(level: Level, sight: Sight = ALL, search: Search | None = None) -> str:
    """What is said of a level to ArcadeDB, whose parameters are short."""
    return say(Question(level, sight, search), ARCADEDB).text


def shown(label: str, *follows: Follow) -> Branch:
    """A branch of which the id is read."""
    return Branch(label, (Column((Attribute("id"),)),), follows)


CONDITIONS: list[tuple[Condition, str]] = [
    (FREE, "n.kind = $p1"),
    (Compare(TITLE, Operator.STARTS_WITH, "a"), "n.title STARTS WITH $p1"),
    (OneOf(KIND, ("a", "b")), "n.kind IN $p1"),
    (IsNull(KIND), "n.kind IS NULL"),
    (IsNull(KIND, null=False), "n.kind IS NOT NULL"),
    (AnyItem(TAGS, Operator.CONTAINS, "x"), "any(v1 IN n.tags WHERE v1 CONTAINS $p1)"),
    (Shares(TAGS, ("x", "y")), "any(v1 IN n.tags WHERE v1 IN $p1)"),
    (Shares(TAGS, ("x",), every=True), "(n.tags IS NOT NULL AND all(v1 IN $p1 WHERE v1 IN n.tags))"),
    (Labelled(("Org", "Cite")), "n:Org|Cite"),
    (And((FREE, IsNull(TITLE))), "n.kind = $p1 AND n.title IS NULL"),
    (Or((FREE, IsNull(TITLE))), "(n.kind = $p1 OR n.title IS NULL)"),
    (Or((FREE, And((FREE, IsNull(TITLE))))), "(n.kind = $p1 OR (n.kind = $p2 AND n.title IS NULL) = true)"),
    (Or(()), "false"),
    (Not(FREE), "coalesce(n.kind = $p1, false) = false"),
    (Not(Or((FREE, FREE))), "coalesce((n.kind = $p1 OR n.kind = $p2), false) = false"),
    (Not(IsNull(KIND)), "NOT (n.kind IS NULL)"),
    (Counted(RUNS, Operator.GTE, 2), "COUNT { MATCH (n)-[:RUNS]->(n1:Service) RETURN DISTINCT n1 } >= $p1"),
    (
        Related(Quantifier.EVERY, RUNS, FREE),
        "NOT EXISTS { MATCH (n)-[:RUNS]->(n1:Service) WHERE coalesce(n1.kind = $p1, false) = false }",
    ),
    (
        Within(LAT, LON, 50, 3, 51, 4),
        "(n.lat >= $p1 AND n.lat <= $p3 AND CASE WHEN $p2 <= $p4 THEN n.lon >= $p2 AND n.lon <= $p4"
        " ELSE n.lon >= $p2 OR n.lon <= $p4 END)",
    ),
]


@pytest.mark.parametrize(("condition", "said"), CONDITIONS, ids=lambda each: getattr(each, "__name__", None))
def test_a_condition_is_said(condition: Condition, said: str) -> None:
    level = Level((ORG,), condition)

    assert text(level) == f"MATCH (n:Org) WHERE {said} RETURN [n.id] AS row"


@pytest.mark.parametrize(
    ("quantifier", "total"),
    [
        (Quantifier.SOME, ["MATCH (n:Org)-[:RUNS]->(n1:Service) WHERE n1.kind = $p1 RETURN count(DISTINCT n) AS row"]),
        (
            Quantifier.NONE,
            [
                "MATCH (n:Org) RETURN count(*) AS row",
                "MATCH (n:Org)-[:RUNS]->(n1:Service) WHERE n1.kind = $p1 RETURN -count(DISTINCT n) AS row",
            ],
        ),
        (
            Quantifier.SINGLE,
            [
                "MATCH (n:Org)-[:RUNS]->(n1:Service) WHERE n1.kind = $p1 WITH n, count(DISTINCT n1) AS c WHERE c = 1"
                " RETURN count(*) AS row"
            ],
        ),
    ],
)
def test_a_total_over_linked_items_is_one_pattern(quantifier: Quantifier, total: list[str]) -> None:
    level = Level((ORG,), Related(quantifier, RUNS, FREE), total=True, rows=False)

    assert text(level).split("\nUNION ALL\n") == total


PATHS = [
    (Hop(("OWNS", "RUNS"), False, ("Org", "Cite")), "(n)<-[:OWNS|RUNS]-(n1:Org|Cite)", ""),
    (Hop(("RUNS",), True, ("Service",), timed=("Service",)), "(n)-[:RUNS]->(n1:Service)", " AND {n1.valid}"),
    (
        Hop(("IN",), True, ("Place", "Org"), timed=("Org",)),
        "(n)-[:IN]->(n1:Place|Org)",
        " AND CASE WHEN n1:Org THEN {n1.valid} ELSE true END",
    ),
    (
        Hop(("IN",), True, ("Place",), least=0, most=4),
        "(n)-[r1:IN*0..4]->(n1:Place)",
        " AND all(n2 IN [r2 IN r1[1..] | startNode(r2)] WHERE n2:Place AND {n2.seen})",
    ),
    (
        Hop(("IN",), False, ("Place",), most=3, through=("Org",), audience=Audience.TEAM),
        "(n)<-[r1:IN*1..3]-(n1:Place)",
        " AND all(n2 IN [r2 IN r1[1..] | endNode(r2)] WHERE n2:Place|Org AND {n2.seen})"
        " AND all(n2 IN [r2 IN r1 | startNode(r2)] WHERE n2.scope IN $p2)",
    ),
    (Hop(("RUNS",), True, ("Service",), audience=Audience.TEAM), "(n)-[:RUNS]->(n1:Service)", " AND n.scope IN $p2"),
    (
        Hop(("RUNS",), False, ("Service",), audience=Audience.EDITORS),
        "(n)<-[:RUNS]-(n1:Service)",
        " AND n1.scope IN $p3",
    ),
    (Hop(("RUNS",), True, ("Service",), FREE), "(n)-[:RUNS]->(n1:Service)", " AND n1.kind = $p4"),
]


@pytest.mark.parametrize(("hop", "pattern", "more"), PATHS)
def test_a_path_asks_sight_and_time_of_each_node(hop: Hop, pattern: str, more: str) -> None:
    seen = {name: PUBLISHED.format(name, TEAM.format(name)) for name in ("n", "n1", "n2")}
    for name in ("n1", "n2"):
        more = more.replace(f"{{{name}.seen}}", seen[name])
        more = more.replace(f"{{{name}.valid}}", f"{name}.valid_from <= $p4 AND $p4 < {name}.valid_until")
    level = Level((ORG,), Related(Quantifier.SOME, (hop,), at="2024-01-01"))

    said = text(level, READER)

    some = f"EXISTS {{ MATCH {pattern} WHERE {seen['n1']}{more} }}"
    assert said == f"MATCH (n:Org) WHERE {some} AND {seen['n']} RETURN [n.id] AS row"


def test_sight_is_what_the_asker_may_see() -> None:
    level = Level((ORG,))

    assert text(level, ALL) == "MATCH (n:Org) RETURN [n.id] AS row"
    assert text(level, VISITOR) == f"MATCH (n:Org) WHERE {PUBLISHED.format('n', 'false')} RETURN [n.id] AS row"
    seen = PUBLISHED.format("n", TEAM.format("n"))
    assert text(level, READER) == f"MATCH (n:Org) WHERE {seen} RETURN [n.id] AS row"


@pytest.mark.parametrize(
    ("sight", "columns"),
    [
        (VISITOR, "null, null"),
        (READER, "CASE WHEN n.scope IN $p2 THEN n.note END, CASE WHEN n.scope IN $p3 THEN n.plan END"),
        (ALL, "n.note, n.plan"),
    ],
)
def test_an_attribute_is_null_to_others_than_its_audience(sight: Sight, columns: str) -> None:
    level = Level((Branch("Org", (Column((NOTE,)), Column((PLAN,)))),))

    assert text(level, sight).endswith(f"RETURN [{columns}] AS row")


def test_a_column_is_the_first_value_or_its_place() -> None:
    level = Level((Branch("Org", (Column((TITLE, KIND)), Column((TITLE, KIND), rank=True))),))

    assert text(level) == (
        "MATCH (n:Org) RETURN [coalesce(n.title, n.kind), "
        "CASE WHEN n.title IS NOT NULL THEN 0 WHEN n.kind IS NOT NULL THEN 1 END] AS row"
    )


DOWN = replace(BY_TITLE, descending=True)
PAGES = [  # read from an index, in its order
    (BY_TITLE, Page(20), "n.title_key > ''", "n.title_key"),
    (BY_TITLE, Page(20, after=("a",)), "n.title_key > $p2", "n.title_key"),
    (BY_TITLE, Page(20, backward=True), r"n.title_key < '\uffff'", "n.title_key DESC"),
    (BY_TITLE, Page(20, before=("z",), backward=True), "n.title_key < $p2", "n.title_key DESC"),
    (BY_TITLE, Page(20, after=("a",), before=("z",)), "n.title_key > $p2 AND n.title_key < $p3", "n.title_key"),
    (BY_TITLE, Page(20, before=("z",)), "n.title_key < $p2 AND n.title_key > ''", "n.title_key"),
    (DOWN, Page(20), r"n.title_key < '\uffff'", "n.title_key DESC"),
    (DOWN, Page(20, after=("z",)), "n.title_key < $p2", "n.title_key DESC"),
    (DOWN, Page(20, before=("a",), backward=True), "n.title_key > $p2", "n.title_key"),
]


@pytest.mark.parametrize(("order", "page", "range_", "by"), PAGES)
def test_a_page_by_an_index_is_ordered_by_the_last_return(order: Sort, page: Page, range_: str, by: str) -> None:
    level = Level((ORG,), order=(order,), page=page, boundaries=True)

    assert text(level) == (f"MATCH (n:Org) WHERE {range_} RETURN [n.id, [n.title_key]] AS row ORDER BY {by} LIMIT $p1")


def test_filters_are_hidden_from_the_planner_in_the_page_and_plain_in_the_total() -> None:
    level = Level((ORG,), FREE, (BY_TITLE,), Page(20), total=True)

    assert text(level).split("\nUNION ALL\n") == [
        "MATCH (n:Org) WHERE n.kind = $p1 RETURN count(*) AS row",
        "MATCH (n:Org) WHERE n.title_key > '' AND (n.kind = $p1) = true"
        " RETURN [n.id] AS row ORDER BY n.title_key LIMIT $p2",
    ]


def test_items_sought_by_what_names_them_are_not_read_from_the_index_of_an_order() -> None:
    level = Level((ORG,), Compare(Attribute("slug"), Operator.EQ, "lille"), (BY_TITLE,), Page(1))

    assert text(level) == (
        "MATCH (n:Org) WHERE n.slug = $p1 WITH n ORDER BY n.title_key LIMIT $p2 RETURN [n.id] AS row"
    )


TIES = (("kind", "$p2"), ("title", "$p3"))


def test_other_orders_are_sorted_before_columns_are_read_with_nulls_last() -> None:
    order = (Sort(KIND), Sort(TITLE, descending=True))
    level = Level((ORG,), order=order, page=Page(20, after=("free", None, "o1")))

    first, second = (f"n.{name} = {at} OR (n.{name} IS NULL AND {at} IS NULL)" for name, at in TIES)
    assert text(level) == (
        f"MATCH (n:Org) WHERE CASE WHEN {first} THEN CASE WHEN {second} THEN n.id < $p4"
        " WHEN $p3 IS NULL THEN false WHEN n.title IS NULL THEN true ELSE n.title < $p3 END"
        " WHEN $p2 IS NULL THEN false WHEN n.kind IS NULL THEN true ELSE n.kind > $p2 END"
        " WITH n ORDER BY n.kind IS NULL, n.kind, n.title IS NULL, n.title DESC, n.id DESC LIMIT $p1"
        " RETURN [n.id] AS row"
    )


def test_an_order_along_a_path_is_said_once_and_bounded_where_it_is_said() -> None:
    order = (Sort(TITLE, path=RUNS), Sort(TITLE, path=RUNS, count=True))
    level = Level((ORG,), order=order, page=Page(20, before=("a", 2, "o1"), backward=True))

    said = text(level)

    assert said.startswith(
        "MATCH (n:Org) WITH n,"
        " COLLECT { MATCH (n)-[:RUNS]->(n1:Service) RETURN n1.title AS v1 ORDER BY v1 LIMIT 1 }[0] AS o1,"
        " COUNT { MATCH (n)-[:RUNS]->(n2:Service) RETURN DISTINCT n2 } AS o2 WHERE CASE WHEN o1 = $p2"
    )
    assert said.endswith(
        " WITH n, o1, o2 ORDER BY o1 IS NOT NULL, o1 DESC, o2 DESC, n.id DESC LIMIT $p1 RETURN [n.id] AS row"
    )


def test_an_order_that_is_not_for_everybody_is_not_read_from_its_index() -> None:
    level = Level((ORG,), order=(Sort(NOTE, index="note_key"),), page=Page(20))

    assert "note_key" not in text(level, READER)
    assert "ORDER BY n.note_key" in text(level, ALL)


def test_a_boundary_of_another_order_is_refused() -> None:
    level = Level((ORG,), order=(BY_TITLE,), page=Page(20, after=("a", "o1")))

    with pytest.raises(ValueError, match="a boundary of this order has 1 values, not 2"):
        text(level)


def test_linked_items_are_collected_once_each_in_order_with_their_total() -> None:
    services = Level((shown("Service"),), FREE, (BY_TITLE,), Page(3), total=True)

    assert text(Level((shown("Org", Follow(RUNS, services)),))) == (
        "MATCH (n:Org) RETURN [n.id,"
        " COUNT { MATCH (n)-[:RUNS]->(n1:Service) WHERE n1.kind = $p1 RETURN DISTINCT n1 },"
        " COLLECT { MATCH (n)-[:RUNS]->(n2:Service) WHERE n2.kind = $p1"
        " WITH DISTINCT n2 ORDER BY n2.title_key LIMIT $p2 RETURN [n2.id] AS x1 }] AS row"
    )


def test_the_last_of_linked_items_are_turned_round() -> None:
    services = Level((shown("Service"),), order=(BY_TITLE,), page=Page(3, backward=True))

    assert text(Level((shown("Org", Follow(RUNS, services)),))).endswith(
        "WITH DISTINCT n1 ORDER BY n1.title_key DESC LIMIT $p1 RETURN [n1.id] AS x1 ORDER BY n1.title_key }] AS row"
    )


def test_link_columns_give_a_row_for_each_relationship() -> None:
    follow = Follow(RUNS, Level((shown("Service"),), order=(BY_TITLE,)), link_columns=("role",))

    assert text(Level((shown("Org", follow),))) == (
        "MATCH (n:Org) RETURN [n.id, COLLECT { MATCH (n)-[r1:RUNS]->(n1:Service)"
        " WITH n1, r1 ORDER BY n1.title_key, r1.role RETURN [n1.id, r1.role] AS x1 }] AS row"
    )


def test_linked_items_give_way_to_their_best_twins() -> None:
    twins = Twins(("Page",), ("fr", "en"), "group", "language")
    follow = Follow((Hop(("ON",), True, ("Page", "Org")),), Level((shown("Page"), shown("Org")), total=True), (), twins)
    best = (
        "CASE WHEN {0}:Page THEN coalesce(COLLECT {{ MATCH ({1}:Page {{group: {0}.group}}) RETURN {1}"
        " ORDER BY CASE WHEN {1}.language = $p1 THEN 0 WHEN {1}.language = $p2 THEN 1 ELSE 2 END, {1}.language, {1}.id"
        " LIMIT 1 }}[0], {0}) ELSE {0} END"
    )

    assert text(Level((shown("Org", follow),))) == (
        "MATCH (n:Org) RETURN [n.id,"
        f" COUNT {{ MATCH (n)-[:ON]->(n1:Page|Org) WITH DISTINCT {best.format('n1', 't1')} AS k1 RETURN DISTINCT k1 }},"
        f" COLLECT {{ MATCH (n)-[:ON]->(n2:Page|Org) WITH DISTINCT {best.format('n2', 't2')} AS k2 WITH DISTINCT k2"
        " RETURN [CASE WHEN k2:Page THEN 0 WHEN k2:Org THEN 1 END, k2.id] AS x1 }] AS row"
    )


def test_items_of_several_labels_are_told_apart_by_the_number_of_their_branch() -> None:
    below = Follow((Hop(("IN",), True, ("Place",)),), Level((shown("Place"),)))
    follow = Follow((Hop(("RUNS",), True, ("Service", "Event")),), Level((shown("Service"), shown("Event", below))))

    assert text(Level((shown("Org", follow),))) == (
        "MATCH (n:Org) RETURN [n.id, COLLECT { MATCH (n)-[:RUNS]->(n1:Service|Event) WITH DISTINCT n1"
        " RETURN CASE WHEN n1:Service THEN [0, n1.id] WHEN n1:Event THEN [1, n1.id,"
        " COLLECT { MATCH (n1:Event)-[:IN]->(n2:Place) WITH DISTINCT n2 RETURN [n2.id] AS x1 }] END AS x2 }] AS row"
    )


def test_what_branches_read_alike_is_said_once() -> None:
    follow = Follow((Hop(("RUNS",), True, ("Service", "Event")),), Level((shown("Service"), shown("Event"))))

    assert text(Level((shown("Org", follow),))) == (
        "MATCH (n:Org) RETURN [n.id, COLLECT { MATCH (n)-[:RUNS]->(n1:Service|Event) WITH DISTINCT n1"
        " RETURN [CASE WHEN n1:Service THEN 0 WHEN n1:Event THEN 1 END, n1.id] AS x1 }] AS row"
    )
    titled = Branch("Event", (Column((Attribute("id"),)), Column((TITLE,))))
    level = Level((shown("Service"), titled, shown("Page")), order=(BY_TITLE,))
    assert text(level).partition(" RETURN ")[2] == (
        "CASE WHEN n:Service|Page THEN [CASE WHEN n:Service THEN 0 WHEN n:Page THEN 2 END, n.id]"
        " WHEN n:Event THEN [1, n.id, n.title] END AS row"
    )


def test_what_one_link_leads_to_once_is_a_comprehension_unless_more_is_asked() -> None:
    once = (Hop(("RUNS",), True, ("Service",), simple=True),)
    bare, sorted = Level((shown("Service"),)), Level((shown("Service"),), order=(BY_TITLE,), total=True)
    below = Follow(once, Level((shown("Service", Follow(once, bare)),)))

    assert text(Level((shown("Org", below),)), VISITOR) == (
        f"MATCH (n:Org) WHERE {PUBLISHED.format('n', 'false')} RETURN [n.id,"
        f" [(n)-[:RUNS]->(n1:Service) WHERE {PUBLISHED.format('n1', 'false')} | [n1.id,"
        f" [(n1)-[:RUNS]->(n2:Service) WHERE {PUBLISHED.format('n2', 'false')} | [n2.id]]]]] AS row"
    )
    assert text(Level((shown("Org", Follow(once, sorted)),))) == (
        "MATCH (n:Org) RETURN [n.id, COUNT { MATCH (n)-[:RUNS]->(n1:Service) },"
        " COLLECT { MATCH (n)-[:RUNS]->(n2:Service) WITH n2 ORDER BY n2.title_key RETURN [n2.id] AS x1 }] AS row"
    )


def test_roots_of_several_labels_are_a_part_each_unless_ordered() -> None:
    level = Level((shown("Org"), shown("Cite")), OneOf(Attribute("id"), ("a", "b")))

    assert text(level).split("\nUNION ALL\n") == [
        "MATCH (n:Org) WHERE n.id IN $p1 RETURN [0, n.id] AS row",
        "MATCH (n:Cite) WHERE n.id IN $p1 RETURN [1, n.id] AS row",
    ]
    assert text(replace(level, order=(BY_TITLE,))) == (
        "MATCH (n:Org|Cite) WHERE n.id IN $p1 WITH n ORDER BY n.title_key"
        " RETURN [CASE WHEN n:Org THEN 0 WHEN n:Cite THEN 1 END, n.id] AS row"
    )


def test_what_is_found_by_words_comes_best_first_with_its_score() -> None:
    level = Level((ORG,), page=Page(20, after=(0.5, "o1")), boundaries=True, total=True)

    call = "CALL db.index.fulltext.queryNodes('org_search', $p1) YIELD node AS n, score"
    assert text(level, search=Search(("cite", "met"), prefix=True)).split("\nUNION ALL\n") == [
        f"{call} RETURN count(*) AS row",
        f"{call} WHERE CASE WHEN score = $p3 THEN n.id > $p4 ELSE score < $p3 END"
        " WITH DISTINCT n, score ORDER BY score DESC, n.id LIMIT $p2 RETURN [score, n.id, [score, n.id]] AS row",
    ]
    assert say(Question(level, ALL, Search(("cite", "met"), prefix=True)), NEO4J).parameters["p1"] == "+cite +met*"


def test_one_call_finds_nodes_of_several_labels_by_words() -> None:
    assert text(Level((shown("Org"), shown("Cite"))), search=Search(("lille",))).startswith(
        "UNWIND ['org_search', 'cite_search'] AS i CALL db.index.fulltext.queryNodes(i, $p1) YIELD node AS n, score"
    )


TALLIES = [
    (Tally("Org", ALL), "MATCH (n:Org) WITH count(*) AS c RETURN [c] AS row"),
    (
        Tally("Org", ALL, FREE, (Group(Attribute("born"), leading=4), Group(TAGS, several=True))),
        "MATCH (n:Org) WHERE n.kind = $p1 UNWIND CASE WHEN size(n.tags) > 0 THEN n.tags ELSE [null] END AS v1"
        " WITH DISTINCT n, left(n.born, 4) AS k1, v1 AS k2"
        " WITH k1, k2, count(*) AS c ORDER BY c DESC, k1 IS NULL, k1, k2 IS NULL, k2 LIMIT $p3 WHERE c >= $p2"
        " RETURN [k1, k2, c] AS row",
    ),
    (
        Tally("Org", ALL, groups=(Group(Attribute("id"), RUNS),), measure=Measure(Attribute("size"), (KIND,))),
        "MATCH (n:Org) OPTIONAL MATCH (n)-[:RUNS]->(n1:Service)"
        " WITH DISTINCT n, n1.id AS k1 WITH n, k1, n.kind AS k2, n.size AS v WHERE v IS NOT NULL"
        " WITH k1, k2, count(*) AS c, sum(v) AS s, min(v) AS least, max(v) AS greatest"
        " ORDER BY c DESC, k1 IS NULL, k1, k2 IS NULL, k2 LIMIT $p2 WHERE c >= $p1"
        " RETURN [k1, k2, c, s, least, greatest] AS row",
    ),
]


@pytest.mark.parametrize(("tally", "said"), TALLIES)
def test_a_tally_counts_each_item_once_a_group(tally: Tally, said: str) -> None:
    assert say_tally(tally, ARCADEDB).text == said


def test_words_depend_on_the_shape_of_a_question_alone() -> None:
    few = Question(Level((ORG,), OneOf(KIND, ("a",)), (Sort(KIND),), Page(1, after=("a", "o1"))), READER)
    many = replace(few, sight=replace(READER, now="2030-01-01T00:00:00Z", user="u2", reading=("s1",)))
    many = replace(many, level=replace(few.level, where=OneOf(KIND, ("a", "b")), page=Page(9, after=(None, "o2"))))

    assert say(few, NEO4J).text is say(many, NEO4J).text
    assert say(many, NEO4J).parameters == {
        "p0": "2030-01-01T00:00:00Z",
        "p1": "u2",
        "p2": ["s1"],
        "p3": ["s1"],
        "p4": ["a", "b"],
        "p5": 10,
        "p6": None,
        "p7": "o2",
    }


def test_the_engines_differ_in_how_parameters_are_written_and_in_how_many_rows_a_record_of_a_page_holds() -> None:
    for order in (BY_TITLE, Sort(KIND)):
        question = Question(Level((ORG,), FREE, (order,), Page(1), total=True), READER)
        one_by_one = say(question, ARCADEDB).text

        together = one_by_one.replace(" RETURN [n.id] AS row ORDER BY", " WITH n ORDER BY").removesuffix(
            " RETURN [n.id] AS row"
        )
        assert say(question, NEO4J).text.replace("$p.p", "$p") == f"{together} RETURN {{rows: collect([n.id])}} AS row"


def test_neo4j_sorts_what_hangs_below_then_looks_it_up_once_until_the_page_is_full() -> None:
    services = Level((Branch("Service", (Column((TITLE,)), Column((NOTE,)))),), order=(BY_TITLE,), page=Page(2, ("a",)))
    level = Level((Branch("Org", (), (Follow(RUNS, services),)),))

    assert say(Question(level, VISITOR), NEO4J).text.replace("$p.p", "$p") == (
        f"MATCH (n:Org) WHERE {PUBLISHED.format('n', 'false')} RETURN [COLLECT {{ MATCH (n)-[:RUNS]->(n1:Service)"
        " WHERE n1.title_key > $p2 WITH DISTINCT n1 WITH n1, n1.title_key AS o1 ORDER BY o1"
        " WITH n1, o1, n1 {.open, .title} AS m1"
        f" WHERE {PUBLISHED.format('n1', 'false').replace('n1.open', 'm1.open')} WITH n1, o1, m1 ORDER BY o1 LIMIT $p1"
        " RETURN [m1.title, null] AS x1 }] AS row"
    )


@pytest.mark.parametrize(
    ("columns", "read"), [(1, ""), (2, " WITH n, n {.c0, .c1} AS m1"), (21, " WITH n, properties(n) AS m1")]
)
def test_neo4j_reads_several_columns_of_an_item_at_once(columns: int, read: str) -> None:
    names = [f"c{number}" for number in range(columns)]
    level = Level((Branch("Org", tuple(Column((Attribute(name),)) for name in names)),))

    said = say(Question(level, ALL), NEO4J).text

    of = "m1" if read else "n"
    assert said == f"MATCH (n:Org){read} RETURN [{', '.join(f'{of}.{name}' for name in names)}] AS row"


def test_what_is_found_by_its_identity_comes_as_it_is_on_each_engine() -> None:
    question = Question(Level((ORG,), Compare(Attribute("slug"), Operator.EQ, "a"), (BY_TITLE,), Page(1)), READER)

    assert say(question, NEO4J).text.replace("$p.p", "$p") == say(question, ARCADEDB).text


@pytest.mark.parametrize("name", ["a b", "x} RETURN 1", "", "é`"])
def test_a_name_that_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="cannot name"):
        text(Level((Branch("Org", (Column((Attribute(name),)),)),)))
