"""Search in the API: what is found, how it is shown, in which order, how far, and by whom."""

from typing import Any

import pytest

from directory.desk import Desk
from directory.settings import read_settings
from directory.types import CONTENT_TYPES
from graph.query import Audience
from schema.context import Context
from schema.searching import searched
from tests.schema.conftest import ADMIN, Network
from tests.schema.hiding import hidden

FOUND = """query ($words: String!, $types: [NodeKind!], $locale: Locale, $first: Int, $after: String) {
    search(query: $words, types: $types, locale: $locale, first: $first, after: $after) {
        totalCount
        pageInfo { hasNextPage hasPreviousPage endCursor }
        edges { cursor score node { id title } highlights { field html } }
    }
}"""


async def titles(network: Network, words: str, **variables: Any) -> list[str]:
    found = await network.ask(FOUND, words=words, first=100, **variables)
    return [edge["node"]["title"] for edge in found["search"]["edges"]]


async def test_accents_and_case_make_no_difference(network: Network) -> None:
    written = await titles(network, "Cité métiers", locale="fr")

    assert written
    assert await titles(network, "cite METIERS", locale="fr") == written


async def test_other_forms_of_a_word_are_found(network: Network) -> None:
    assert "Montreuil Local Mission" in await titles(network, "missions", types=["ORGANISATION"])
    assert "Auvergne-Rhône-Alpes Region" in await titles(network, "regions ", types=["ORGANISATION"])


async def test_the_last_word_may_be_a_beginning_unless_a_space_follows(network: Network) -> None:
    assert "Auvergne-Rhône-Alpes Region" in await titles(network, "auver", types=["ORGANISATION"])
    assert await titles(network, "auver ", types=["ORGANISATION"]) == []


async def test_the_words_of_a_phrase_stand_side_by_side(network: Network) -> None:
    kinds = {"types": ["ORGANISATION"]}

    assert await titles(network, '"local mission"', **kinds) == ["Montreuil Local Mission"]
    assert await titles(network, '"mission montreuil"', **kinds) == []
    assert set(await titles(network, "local mission", **kinds)) >= {"Montreuil Local Mission"}


@pytest.mark.parametrize("words", ["", "   ", '"', "!!!", "()", "*", "title:", "[", "\\", "~", "^"])
async def test_signs_alone_find_nothing(network: Network, words: str) -> None:
    assert await titles(network, words) == []


@pytest.mark.parametrize("words", ["region)", "(region", "+region", "region^9", "region~", '"region', "re*gion OR"])
async def test_signs_have_no_meaning(network: Network, words: str) -> None:
    plain = await titles(network, "region", types=["ORGANISATION"])
    found = await titles(network, words, types=["ORGANISATION"])

    assert found == plain or "^9" in words or "OR" in words


async def test_passages_show_what_was_found_as_it_is_written(network: Network) -> None:
    found = await network.ask(FOUND, words="metier", types=["CITE"], locale="fr", first=1)

    [edge] = found["search"]["edges"]
    assert edge["highlights"][0]["field"] == "title"
    assert "<em>métiers</em>" in edge["highlights"][0]["html"]


async def test_passages_are_escaped(network: Network) -> None:
    async with hidden(network.graph, "Organisation", [], slug="x", path="/x", title={"en": "A <b> zyxwv & co"}):
        found = await network.ask(FOUND, ADMIN, words="zyxwv")

    [edge] = found["search"]["edges"]
    assert edge["highlights"] == [{"field": "title", "html": "A &lt;b&gt; <em>zyxwv</em> &amp; co"}]


async def test_hits_come_best_first_and_pages_go_on_where_they_ended(network: Network) -> None:
    whole = (await network.ask(FOUND, words="cite", first=30))["search"]
    pages: list[Any] = []
    after = None
    for _ in range(3):
        page = (await network.ask(FOUND, words="cite", first=10, after=after))["search"]
        pages += page["edges"]
        after = page["pageInfo"]["endCursor"]

    scores = [edge["score"] for edge in whole["edges"]]
    assert pages == whole["edges"]
    assert scores == sorted(scores, reverse=True)
    assert whole["totalCount"] > 30


async def test_what_is_hidden_changes_nothing(network: Network) -> None:
    before = await network.ask(FOUND, words="region mission", first=100)
    one = await network.ask(FOUND, words="region", first=100)
    text = {"en": "region mission " * 20}

    async with hidden(network.graph, "Organisation", [], slug="x", path="/x", title={"en": "Region"}, description=text):
        assert await network.ask(FOUND, words="region mission", first=100) == before
        assert await network.ask(FOUND, words="region", first=100) == one
        seen = await network.ask(FOUND, ADMIN, words="region", first=100)
    assert seen["search"]["totalCount"] > one["search"]["totalCount"]


async def test_a_search_is_one_statement(network: Network) -> None:
    context: Context = network.context(ADMIN)
    found = await network.schema.execute(FOUND, {"words": "cité"}, context_value=context)

    assert not found.errors
    assert (context.round_trips, context.fallbacks) == (1, 0)


# Lists of a type -----------------------------------------------------------------------------------------------------


async def test_lists_of_a_type_are_searched_too(network: Network) -> None:
    found = await network.ask("""{
        best: organisations(search: "region") { totalCount nodes { title } }
        ordered: organisations(search: "region", orderBy: [{title: DESC}]) { nodes { title } edges { node { title } } }
        kept: organisations(search: "region", where: {title: {contains: "agency"}}) { totalCount }
    }""")

    best, ordered = ([each["title"] for each in found[name]["nodes"]] for name in ("best", "ordered"))
    assert found["best"]["totalCount"] == len(best) == 3
    assert ordered == sorted(best, reverse=True)
    assert found["kept"] == {"totalCount": 2}


async def test_hits_of_a_list_have_the_scores_of_the_search(network: Network) -> None:
    found = await network.ask("""{
        search(query: "region", types: [ORGANISATION]) { edges { score node { id } } }
        organisations(search: "region") { edges { score node { id } } }
        ordered: organisations(search: "region", orderBy: [{title: ASC}]) { edges { score } }
        cites(first: 1) { edges { score } }
    }""")

    assert found["organisations"] == found["search"]
    assert [each["score"] for each in found["ordered"]["edges"]] == [None] * 3
    assert found["cites"] == {"edges": [{"score": None}]}


async def test_a_list_without_a_search_is_as_ever(network: Network) -> None:
    text = "query ($words: String) { organisations(search: $words, first: 5) { edges { cursor node { title } } } }"

    given, absent = await network.ask(text, words=None), await network.ask(text)

    assert given == absent
    assert len(absent["organisations"]["edges"]) == 5


async def test_a_cursor_goes_with_the_words_it_came_of(network: Network) -> None:
    after = (await network.ask(FOUND, words="cite", first=1))["search"]["pageInfo"]["endCursor"]

    assert await network.refused(FOUND, words="cites", after=after) == [("BAD_USER_INPUT", ["after"])]


# Limits --------------------------------------------------------------------------------------------------------------


async def test_so_many_hits_can_be_paged_through_and_no_more(network: Network) -> None:
    def context() -> Context:
        environment = {"DIRECTORY_SECRET": "the same for all requests", "DIRECTORY_LIMIT_SEARCH_WINDOW": "3"}
        return Context(Desk(network.graph, settings=read_settings(environment)))

    async def page(**variables: Any) -> Any:
        return await network.schema.execute(FOUND, {"words": "cite", **variables}, context_value=context())

    first = (await page(first=2)).data["search"]
    last = (await page(first=2, after=first["pageInfo"]["endCursor"])).data["search"]
    beyond = await page(first=2, after=last["pageInfo"]["endCursor"])

    assert (len(first["edges"]), len(last["edges"])) == (2, 1)
    assert last["pageInfo"]["hasNextPage"] is True
    assert [error.extensions["code"] for error in beyond.errors] == ["BAD_USER_INPUT"]


REFUSED = [
    ('{ search(query: "a", types: []) { totalCount } }', ["types"]),
    ('{ search(query: "a", first: 101) { totalCount } }', ["first"]),
    ('{ search(query: "a", after: "x") { totalCount } }', ["after"]),
    ('{ cites(search: "a", last: 2) { totalCount } }', ["last"]),
]


@pytest.mark.parametrize(("text", "path"), REFUSED)
async def test_what_makes_no_sense_is_refused(network: Network, text: str, path: list[str]) -> None:
    assert await network.refused(text) == [("BAD_USER_INPUT", path)]


async def test_a_search_has_so_many_words_and_characters(network: Network) -> None:
    refused = [("BAD_USER_INPUT", ["query"])]

    assert await network.refused(FOUND, words=" ".join("a" * 20)) == []
    assert await network.refused(FOUND, words=" ".join("a" * 21)) == refused
    assert await network.refused(FOUND, words="a" * 500) == []
    assert await network.refused(FOUND, words="a" * 501) == refused


@pytest.mark.parametrize("label", CONTENT_TYPES)
def test_what_is_searched_is_public(label: str) -> None:
    assert {fact.audience for fact in searched(label)} == {Audience.PUBLIC}
