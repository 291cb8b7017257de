"""Facets of root lists: everything that matches, counted by value, the filter on the facet itself apart."""

from typing import Any

import pytest

from directory.actor import anonymous
from schema.context import Context
from tests.schema.conftest import Network
from tests.schema.hiding import hidden, hidden_link


def counts(connection: Any, number: int = 0) -> dict[str | None, int]:
    return {each["key"]: each["count"] for each in connection["facets"][number]["values"]}


async def test_facets_count_all_that_matches_and_not_the_page(network: Network) -> None:
    found = await network.ask("""{
        contributions(first: 1) { facets(of: [KIND, BENEFICIARY], top: 100) { dimension values { key label count } } }
        contributionsAggregate(groupBy: [KIND]) { keys { key label } count }
    }""")

    grouped = {each["keys"][0]["key"]: each["count"] for each in found["contributionsAggregate"]}
    assert [each["dimension"] for each in found["contributions"]["facets"]] == ["KIND", "BENEFICIARY"]
    assert counts(found["contributions"]) == grouped
    assert sum(counts(found["contributions"], 1).values()) == 28


async def test_the_filter_on_a_facet_is_ignored_by_it_and_kept_by_the_others(network: Network) -> None:
    found = await network.ask("""{
        all: contributions { facets(of: [KIND]) { values { key count } } }
        some: contributions(where: {kind: {eq: HUMAN}}) {
            totalCount facets(of: [KIND, CERTAINTY]) { values { key count } }
        }
        deeper: contributions(where: {and: [{kind: {eq: HUMAN}}, {certainty: {eq: IMPLIED}}]}) {
            facets(of: [KIND]) { values { key count } }
        }
        implied: contributions(where: {certainty: {eq: IMPLIED}}) { facets(of: [KIND]) { values { key count } } }
    }""")

    assert counts(found["some"]) == counts(found["all"])
    assert sum(counts(found["some"], 1).values()) == found["some"]["totalCount"] == 11
    assert counts(found["deeper"]) == counts(found["implied"])


async def test_facets_follow_the_search_and_the_root_list(network: Network) -> None:
    found = await network.ask("""{
        organisations(search: "region") { totalCount facets(of: [TYPE]) { values { key count } } }
        partners { totalCount facets(of: [TYPE], top: 100) { values { key count } } }
    }""")

    assert sum(counts(found["organisations"]).values()) == found["organisations"]["totalCount"] == 3
    assert sum(counts(found["partners"]).values()) == found["partners"]["totalCount"]


async def test_items_are_distinct_in_each_value(network: Network) -> None:
    found = await network.ask("""{
        events { facets(of: [CITES], top: 100) { values { key count } } }
        cites(first: 100) { nodes { id events { totalCount } } }
    }""")

    expected = {each["id"]: each["events"]["totalCount"] for each in found["cites"]["nodes"]}
    counted = counts(found["events"])
    assert counted.pop(None) > 0  # of no Cité
    assert counted == {id: count for id, count in expected.items() if count}


async def test_what_is_hidden_is_in_no_facet(network: Network) -> None:
    text = (
        """{ contributions { totalCount facets(of: [KIND, BENEFICIARY], top: 100) { values { key label count } } } }"""
    )
    cite = (await network.ask('{ cite(by: {slug: "paris"}) { id } }'))["cite"]["id"]
    before = await network.ask(text)

    link = hidden_link("Contribution", "beneficiary", "00000000-0000-4000-8000-00000000dead", cite)
    async with hidden(network.graph, "Contribution", [link], slug="x", path="/x", title={"en": "X"}, kind="human"):
        assert await network.ask(text) == before


async def test_a_year_is_a_facet_without_the_filter_on_its_date(network: Network) -> None:
    found = await network.ask("""{
        all: lifeEvents { facets(of: [YEAR], top: 100) { values { key count } } }
        one: lifeEvents(where: {date: {gte: "2024-01-01", lt: "2025-01-01"}}) {
            totalCount facets(of: [YEAR], top: 100) { values { key count } }
        }
    }""")

    assert counts(found["one"]) == counts(found["all"])
    assert counts(found["all"])["2024"] == found["one"]["totalCount"] == 6


async def test_facets_are_asked_all_at_once_and_change_nothing_else(network: Network) -> None:
    text = "{ contributions(first: 3) { nodes { title } facets(of: [KIND, CERTAINTY]) { dimension } } }"
    plain = await network.ask("{ contributions(first: 3) { nodes { title } } }")
    context: Context = network.context(anonymous)

    found = await network.schema.execute(text, context_value=context)

    assert found.data is not None
    assert found.data["contributions"]["nodes"] == plain["contributions"]["nodes"]
    assert (context.round_trips, context.fallbacks) == (3, 0)


LIMITS = [
    ("{ contributions { facets(of: [KIND], top: 100) { dimension } } }", []),
    ("{ contributions { facets(of: [KIND], top: 101) { dimension } } }", ["facets", "top"]),
    ("{ contributions { facets(of: [KIND], top: 0) { dimension } } }", ["facets", "top"]),
    ("{ contributions { facets(of: []) { dimension } } }", ["facets", "of"]),
    ("{ cites { nodes { contributions { facets(of: [KIND]) { dimension } } } } }", ["facets"]),
]


@pytest.mark.parametrize(("text", "path"), LIMITS)
async def test_facets_have_their_bounds(network: Network, text: str, path: list[str]) -> None:
    assert await network.refused(text) == ([("BAD_USER_INPUT", path)] if path else [])
