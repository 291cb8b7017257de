"""Editorial items have one item a language: with `locale`, one of each group is read, the best that the asker sees."""

from typing import Any

import pytest

from directory.actor import anonymous
from directory.text import fold
from schema.ids import own_id
from tests.schema.conftest import ADMIN, Network
from tests.schema.hiding import hidden

ALL = 24  # items of news: twelve, each in English and in French


def languages(connection: Any) -> list[str]:
    return sorted({each["language"] for each in connection["nodes"]})


async def test_without_a_locale_every_item_is_listed(network: Network) -> None:
    found = await network.ask("{ newsItems(first: 100) { totalCount nodes { language } } }")

    assert found["newsItems"]["totalCount"] == ALL
    assert languages(found["newsItems"]) == ["EN", "FR"]


LISTS = [  # locale asked, languages answered
    ("fr", ["FR"]),
    ("fr-CA", ["FR"]),
    ("en", ["EN"]),
    ("it", ["EN"]),  # nothing is in Italian: English comes next
    ("sv", ["EN"]),  # no language of ours: the default one
]


@pytest.mark.parametrize(("locale", "answered"), LISTS)
async def test_with_a_locale_one_item_a_group_is_listed(network: Network, locale: str, answered: list[str]) -> None:
    found = await network.ask(
        """query ($locale: Locale!) {
            newsItems(first: 100, locale: $locale) {
                totalCount nodes { language translationGroup } facets(of: [LANGUAGE]) { values { count } }
            }
            newsItemsAggregate(locale: $locale) { count }
            pages: newsItems(first: 5, locale: $locale, orderBy: [{title: DESC}]) { nodes { language } }
            none: newsItems(locale: $locale, where: {language: {eq: DE}}) { totalCount }
        }""",
        locale=locale,
    )

    news = found["newsItems"]
    assert news["totalCount"] == len(news["nodes"]) == len({each["translationGroup"] for each in news["nodes"]}) == 12
    assert languages(news) == languages(found["pages"]) == answered
    assert [each["count"] for each in news["facets"][0]["values"]] == [12]
    assert found["newsItemsAggregate"] == [{"count": 12}]
    assert found["none"]["totalCount"] == 0


async def test_links_lead_to_translations(network: Network) -> None:
    text = """query ($locale: Locale) {
        newsletters(first: 1, where: {language: {eq: EN}}) { nodes { id } }
        folder(by: {path: "/news"}, locale: $locale) {
            children(first: 100) { totalCount nodes { ... on NewsItem { language newsletter { language } } } }
        }
        cites(first: 100, locale: $locale) { nodes { slug news { totalCount nodes { language title } } } }
    }"""

    every, french = await network.ask(text), await network.ask(text, locale="fr")

    assert every["folder"]["children"]["totalCount"] == ALL
    assert french["folder"]["children"]["totalCount"] == 12
    of = french["folder"]["children"]["nodes"]
    assert {each["language"] for each in of} == {"FR"}
    assert {each["newsletter"]["language"] for each in of if each["newsletter"]} == {"FR"}
    mine = {each["slug"]: each["news"] for each in french["cites"]["nodes"] if each["news"]["nodes"]}
    assert mine
    for each in every["cites"]["nodes"]:
        if each["news"]["nodes"]:
            assert 2 * mine[each["slug"]]["totalCount"] == each["news"]["totalCount"]
            assert languages(mine[each["slug"]]) == ["FR"]


async def test_what_is_found_is_found_once(network: Network) -> None:
    text = """query ($locale: Locale) {
        search(query: "2018", types: [NEWS_ITEM, CITE, NEWSLETTER], first: 100, locale: $locale) {
            totalCount nodes { ... on NewsItem { language } ... on Newsletter { language } }
        }
    }"""

    every, french = await network.ask(text), await network.ask(text, locale="fr")

    assert 0 < french["search"]["totalCount"] < every["search"]["totalCount"]
    assert {each["language"] for each in french["search"]["nodes"] if each} == {"FR"}


ASKED = """query ($locale: Locale) {
    newsItems(first: 100, locale: $locale) { totalCount nodes { id } facets(of: [LANGUAGE]) { values { key count } } }
    newsItemsAggregate(groupBy: [LANGUAGE], locale: $locale) { count }
    folder(by: {path: "/news"}, locale: $locale) { children(first: 100) { totalCount nodes { id } } }
    cites(first: 30, locale: $locale) { nodes { news { totalCount nodes { id newsletter { id } } } } }
    search(query: "2018", first: 100, locale: $locale) { totalCount nodes { id } }
}"""


@pytest.mark.parametrize("locale", ["it", "en"])
async def test_a_hidden_translation_changes_nothing(network: Network, locale: str) -> None:
    group = "{ newsItems(first: 1) { nodes { id translationGroup } } }"
    [known] = (await network.ask(group))["newsItems"]["nodes"]
    before = await network.ask(ASKED, locale=locale)
    texts = {"title": "2018 in Italia", "slug": "2018-in-italia", "path": "/news/2018-in-italia"}

    async with hidden(
        network.graph, "NewsItem", [], translation_group=known["translationGroup"], language=locale, **texts
    ) as id:
        assert await network.ask(ASKED, locale=locale) == before
        text = "query ($locale: Locale!) { newsItems(first: 100, locale: $locale) { nodes { id } } }"
        seen = await network.ask(text, actor=ADMIN, locale=locale)
        assert id in {own_id(each["id"])[1] for each in seen["newsItems"]["nodes"]}


async def test_it_is_one_statement_each(network: Network) -> None:
    context = network.context(anonymous)

    found = await network.schema.execute(
        '{ newsItems(locale: "fr") { totalCount nodes { newsletter { title } } } }', context_value=context
    )

    assert not found.errors
    assert context.round_trips == 1


ORDERED = """query ($locale: Locale, $after: String) {
    organisations(first: 20, after: $after, locale: $locale, orderBy: [{title: ASC}]) {
        nodes { title } pageInfo { hasNextPage endCursor }
    }
    down: organisations(first: 100, locale: $locale, orderBy: [{title: DESC}]) { nodes { title } }
    plain: territories(first: 100, locale: $locale) { nodes { title } }
    cites(first: 100, locale: $locale, orderBy: [{territory: {title: ASC}}]) { nodes { territory { title } } }
    folder(by: {path: "/indicators"}, locale: $locale) { children(first: 100) { nodes { title } } }
}"""


@pytest.mark.parametrize("locale", ["fr", "en", "it"])
async def test_what_is_ordered_by_title_is_so_in_the_language_it_is_shown_in(network: Network, locale: str) -> None:
    found = await network.ask(ORDERED, locale=locale)
    pages, page = [], found["organisations"]
    while page["nodes"]:
        pages += page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            break
        page = (await network.ask(ORDERED, locale=locale, after=page["pageInfo"]["endCursor"]))["organisations"]

    territories = [each["territory"] for each in found["cites"]["nodes"] if each["territory"]]
    listed = (pages, found["down"]["nodes"][::-1], found["plain"]["nodes"], territories)
    for each in (*listed, found["folder"]["children"]["nodes"]):
        shown = [fold(one["title"]) for one in each]
        assert len(shown) > 15
        assert shown == sorted(shown)  # in Italian too: where there is no such title, it is shown in English
    assert len(pages) == 51


async def test_a_cursor_holds_for_the_language_in_which_it_was_given(network: Network) -> None:
    found = await network.ask(ORDERED, locale="fr")
    cursor = found["organisations"]["pageInfo"]["endCursor"]

    refused = await network.refused(ORDERED, locale="en", after=cursor)

    assert refused == [("BAD_USER_INPUT", ["after"])]
