"""Items are found by words, on each engine: what counts as found, in which order, and who may find it."""

from dataclasses import replace
from typing import Any

import pytest

from graph import Graph, Transaction
from graph.query import (
    Attribute,
    Branch,
    Column,
    Compare,
    Follow,
    Group,
    Hop,
    Level,
    Operator,
    Page,
    Question,
    Search,
    Sight,
    Sort,
    Tally,
)
from graph.searching import lucene
from graph.shape import NodeShape, Property, Shape
from graph.transaction import NewLink, NewNode

NOW = "2026-03-01T12:00:00Z"
VISITOR, READER = Sight(NOW), Sight(NOW, reading=("s1",))
ID, KIND = Attribute("id"), Attribute("kind")
FIELDS = ("title", "body")
WEIGHTS = (("title", 9), ("body", 1))
_KNOWN = ("id", "state", "effective", "expires", "scope", "kind", *FIELDS)
SHAPE = Shape(
    tuple(
        NodeShape(label, tuple(Property(name, "string") for name in _KNOWN), ("id",), (), FIELDS)
        for label in ("Paper", "Place")
    ),
    ("ABOUT",),
)
TEXTS = {
    ("Paper", "p1"): "metiers de lille: une ville",
    ("Paper", "p2"): "ailleurs: lille et ses metiers et ses quartiers",
    ("Paper", "p3"): "les metropoles: c est ou and not",
    ("Paper", "p4"): "rapport secret: sur lille",
    ("Place", "l1"): "lille: nord",
}


@pytest.fixture
async def library(graph: Graph) -> Graph:
    """Four papers, one of them of the team alone, and a place."""
    await graph.shape(SHAPE)

    async def build(transaction: Transaction) -> None:
        await transaction.create([paper(label, id, text) for (label, id), text in TEXTS.items()])
        await transaction.connect([NewLink("ABOUT", "Paper", "p1", "Place", "l1")])

    await graph.write(build)
    return graph


def paper(label: str, id: str, text: str) -> NewNode:
    """A node that is found by this text, of which the title ends with a colon."""
    title, _, body = text.partition(": ")
    state = "private" if "secret" in text else "published"
    times = {"effective": "0001-01-01T00:00:00Z", "expires": "9999-12-31T00:00:00Z"}
    return NewNode(
        label, {"id": id, "state": state, "scope": "s1", "kind": id[0], "title": title, "body": body, **times}
    )


def shown(label: str, *follows: Follow) -> Branch:
    """A branch of which the id is read."""
    return Branch(label, (Column((ID,)),), follows)


def papers(*words: str, sight: Sight = VISITOR, phrase: bool = False, **how: Any) -> Question:
    """The papers found by these words."""
    search = Search((), phrases=(words,), **how) if phrase else Search(words, **how)
    return Question(Level((shown("Paper"),), total=True), sight, search)


def paged(question: Question) -> Question:
    """The question for a page of what is found."""
    return replace(question, level=replace(question.level, page=Page(9)))


async def found(graph: Graph, question: Question) -> set[object]:
    """The ids of what is found, which the total must agree with."""
    answer = await graph.rows(question)
    assert answer.total == len(answer.rows)
    return {row[-1] for row in answer.rows}


async def test_all_words_must_be_there(library: Graph) -> None:
    assert await found(library, papers("metiers", "lille")) == {"p1", "p2"}
    assert await found(library, papers("metiers", "paris")) == set()


async def test_the_last_word_may_be_a_beginning(library: Graph) -> None:
    assert await found(library, papers("met")) == set()
    assert await found(library, papers("met", prefix=True)) == {"p1", "p2", "p3"}
    assert await found(library, papers("lille", "quart", prefix=True)) == {"p2"}


async def test_words_may_be_in_different_fields(library: Graph) -> None:
    assert await found(library, papers("ville", "metiers")) == {"p1"}
    assert await found(library, papers("ville", "metiers", fields=WEIGHTS)) == {"p1"}
    assert await found(library, papers("ville", "metiers", fields=WEIGHTS[:1])) == set()


async def test_a_field_of_more_weight_comes_first(library: Graph) -> None:
    titled, told = (papers("lille", fields=(("title", title), ("body", body))) for title, body in ((99, 1), (1, 99)))

    assert [row[1] for row in (await library.rows(paged(titled))).rows] == ["p1", "p2"]
    assert [row[1] for row in (await library.rows(paged(told))).rows] == ["p2", "p1"]


async def test_the_words_of_a_phrase_are_side_by_side_in_one_field(library: Graph) -> None:
    for words, ids in {("de", "lille"): {"p1"}, ("lille", "de"): set(), ("metiers", "lille"): set()}.items():
        assert await found(library, papers(*words, phrase=True, fields=WEIGHTS)) == ids
    assert await found(library, papers("lille", "une", phrase=True, fields=WEIGHTS)) == set()
    assert await found(library, papers("ill", phrase=True, fields=WEIGHTS)) == set()


@pytest.mark.parametrize("word", ["and", "AND", "not", "ou"])
async def test_a_word_that_joins_words_elsewhere_is_a_word_here(library: Graph, word: str) -> None:
    assert await found(library, papers(word)) == {"p3"}


SPECIAL = [
    '"',
    "lille)",
    "(",
    "li*lle",
    "lil?e",
    "lille~",
    "id:p1",
    "[a TO b]",
    "/.*/",
    "\\",
    "+-!",
    "a && b",
    "^2",
    "{",
    "",
]


@pytest.mark.parametrize("word", SPECIAL)
@pytest.mark.parametrize(
    "how", [{}, {"prefix": True}, {"phrase": True, "fields": WEIGHTS}], ids=["all", "prefix", "phrase"]
)
async def test_no_character_has_a_meaning_of_its_own(library: Graph, word: str, how: dict[str, Any]) -> None:
    kept = {"p1", "p2"} if word in ("lille)", "lille~") else set()

    assert await found(library, papers(word, **how)) == kept


async def test_nothing_is_found_by_no_word(library: Graph) -> None:
    assert await found(library, papers()) == set()


async def test_what_is_not_seen_is_not_found_nor_counted(library: Graph) -> None:
    assert await found(library, papers("rapport")) == set()
    assert await found(library, papers("rapport", sight=READER)) == {"p4"}


async def test_rows_come_best_first_and_pages_go_on_where_they_ended(library: Graph) -> None:
    question = papers("lille", sight=READER)
    level = replace(question.level, boundaries=True, page=Page(1, more=False))
    rows: list[list[Any]] = []

    for _ in TEXTS:
        more = await library.rows(replace(question, level=level))
        rows += more.rows
        if more.rows:
            level = replace(level, page=Page(1, after=tuple(more.rows[-1][-1]), more=False))

    whole = (await library.rows(paged(replace(question, level=replace(level, page=None))))).rows
    assert rows == whole
    assert [row[1] for row in rows] == [row[1] for row in sorted(rows, key=lambda row: (-row[0], row[1]))]
    assert {row[1] for row in rows} == {"p1", "p2", "p4"}


async def test_items_of_several_labels_are_found_together(library: Graph) -> None:
    about = Follow((Hop(("ABOUT",), False, ("Paper",)),), Level((shown("Paper"),)))
    level = Level((shown("Paper"), shown("Place", about)), order=(Sort(ID),), page=Page(9), total=True)

    answer = await library.rows(Question(level, VISITOR, Search(("lille",))))

    assert answer.total == 3
    assert [row[1:] for row in answer.rows] == [[1, "l1", [["p1"]]], [0, "p1"], [0, "p2"]]


async def test_what_is_found_can_be_filtered_and_counted(library: Graph) -> None:
    question = papers("lille")
    kept = Compare(ID, Operator.GT, "p1")

    assert await found(library, replace(question, level=replace(question.level, where=kept))) == {"p2"}
    tally = Tally("Paper", VISITOR, groups=(Group(KIND),), search=Search(("lille",)))
    assert await library.tally(tally) == [["p", 2]]


def test_words_are_plain_text() -> None:
    assert lucene(Search(("l'été", "a b", "OR"))) == "+l +été +a +b +or"
