"""Walks over the graph in the API: what lies around an item, a shortest way between two, an item on a day."""

from typing import Any

import pytest
from graphql import parse

from directory.actor import anonymous
from schema.context import Context
from schema.costs import Scales
from tests.schema.conftest import ADMIN, Network
from tests.schema.hiding import hidden, hidden_link

AROUND = """query ($of: ID!, $depth: Int, $limit: Int, $kinds: [NodeKind!]) {
    neighbourhood(of: $of, depth: $depth, limit: $limit, kinds: $kinds) {
        truncated nodes { __typename id title } ties { source target kind }
    }
}"""
BETWEEN = """query ($from: ID!, $to: ID!, $most: Int, $kinds: [NodeKind!]) {
    shortestPath(from: $from, to: $to, maxLength: $most, kinds: $kinds) {
        length nodes { __typename id title } ties { source target kind }
    }
}"""
SOME = """{
    adecco: organisation(by: {slug: "adecco-foundation"}) { id }
    cite(by: {slug: "sqy"}) { id contributions(first: 100) { nodes { id } } }
    organisations(first: 2, orderBy: [{title: ASC}]) { nodes { id title } }
    contributions(first: 100) { nodes { id contributor { id } beneficiary { id } } }
}"""
MALFORMED = ["", "x", "Y2k6", "b3I6bm90LXRoZXJl"]


async def some(network: Network) -> Any:
    return await network.ask(SOME)


async def pair(network: Network) -> tuple[str, str, str]:
    """A contributor, what they contributed, and to whom: no other link leads from one to the other."""
    found = await some(network)
    for each in found["contributions"]["nodes"]:
        if each["contributor"] == found["adecco"] and each["beneficiary"]:
            return each["contributor"]["id"], each["id"], each["beneficiary"]["id"]
    raise AssertionError("it contributes to nobody")


async def test_what_is_one_link_away_is_what_links_say(network: Network) -> None:
    contributor, contribution, beneficiary = await pair(network)

    found = (await network.ask(AROUND, of=contribution, depth=1))["neighbourhood"]

    ids = [node["id"] for node in found["nodes"]]
    assert ids[0] == contribution
    assert {contributor, beneficiary} <= set(ids)
    said = {(each["source"], each["target"], each["kind"]) for each in found["ties"]}
    assert (contribution, contributor, "contributor") in said
    assert (contribution, beneficiary, "beneficiary") in said
    assert {end for each in found["ties"] for end in (each["source"], each["target"])} <= set(ids)
    assert found["truncated"] is False


async def test_every_tie_is_a_field_of_its_source(network: Network) -> None:
    cite = (await some(network))["cite"]["id"]

    found = (await network.ask(AROUND, of=cite, depth=2, limit=500))["neighbourhood"]

    types = {node["id"]: node["__typename"] for node in found["nodes"]}
    fields: Any = network.schema._schema.type_map
    assert all(each["kind"] in fields[types[each["source"]]].fields for each in found["ties"])
    assert len(types) == len(found["nodes"]) > 10
    assert {"Folder", "Site", "Source"}.isdisjoint(types.values())


async def test_kinds_say_what_is_passed(network: Network) -> None:
    cite = (await some(network))["cite"]["id"]

    found = (await network.ask(AROUND, of=cite, depth=3, limit=500, kinds=["CONTRIBUTION"]))["neighbourhood"]

    assert {node["__typename"] for node in found["nodes"][1:]} == {"Contribution"}


async def test_a_limit_leaves_some_out_and_says_so(network: Network) -> None:
    cite = (await some(network))["cite"]["id"]
    whole = (await network.ask(AROUND, of=cite, depth=2, limit=500))["neighbourhood"]
    count = len(whole["nodes"])

    exact = (await network.ask(AROUND, of=cite, depth=2, limit=count))["neighbourhood"]
    less = (await network.ask(AROUND, of=cite, depth=2, limit=count - 1))["neighbourhood"]

    assert exact == whole
    assert (less["truncated"], less["nodes"]) == (True, whole["nodes"][:-1])


async def test_a_shortest_way_is_told_link_by_link(network: Network) -> None:
    contributor, _, beneficiary = await pair(network)

    found = (await network.ask(BETWEEN, **{"from": contributor}, to=beneficiary))["shortestPath"]

    assert (found["length"], len(found["nodes"]), len(found["ties"])) == (2, 3, 2)
    assert (found["nodes"][0]["id"], found["nodes"][2]["id"]) == (contributor, beneficiary)
    assert all({tie["source"], tie["target"]} < {each["id"] for each in found["nodes"]} for tie in found["ties"])


async def test_a_way_is_as_short_as_it_may_be_or_not_there(network: Network) -> None:
    contributor, _, beneficiary = await pair(network)
    ends = {"from": contributor, "to": beneficiary}

    assert (await network.ask(BETWEEN, **ends, most=1))["shortestPath"] is None
    assert (await network.ask(BETWEEN, **ends, most=2))["shortestPath"]["length"] == 2
    assert (await network.ask(BETWEEN, **ends, kinds=["TERRITORY"]))["shortestPath"] is None


async def test_an_item_is_no_link_away_from_itself(network: Network) -> None:
    contributor, _, _ = await pair(network)

    found = await network.ask(BETWEEN, **{"from": contributor}, to=contributor)

    assert (found["shortestPath"]["length"], found["shortestPath"]["ties"]) == (0, [])


@pytest.mark.parametrize("id", MALFORMED)
async def test_ids_of_nothing_give_null(network: Network, id: str) -> None:
    contributor, _, _ = await pair(network)

    assert await network.ask(AROUND, of=id) == {"neighbourhood": None}
    assert await network.ask(BETWEEN, **{"from": id}, to=contributor) == {"shortestPath": None}
    assert await network.ask(BETWEEN, **{"from": contributor}, to=id) == {"shortestPath": None}
    assert await network.ask(BETWEEN, **{"from": id}, to=id) == {"shortestPath": None}


async def test_what_is_hidden_is_no_way_and_not_around(network: Network) -> None:
    from_id, to_id = [node["id"] for node in (await some(network))["organisations"]["nodes"]]
    dead = "00000000-0000-4000-8000-00000000dead"
    links = [
        hidden_link("Contribution", "contributor", dead, from_id),
        hidden_link("Contribution", "beneficiary", dead, to_id),
    ]
    ends = {"from": from_id, "to": to_id, "most": 8}
    before = await network.ask(BETWEEN, **ends), await network.ask(AROUND, of=from_id, depth=3, limit=500)

    async with hidden(network.graph, "Contribution", links, slug="x", path="/x", title={"en": "X"}) as id:
        assert (await network.ask(BETWEEN, **ends), await network.ask(AROUND, of=from_id, depth=3, limit=500)) == before
        seen = await network.ask(BETWEEN, ADMIN, **ends)
        hidden_id = seen["shortestPath"]["nodes"][1]["id"]
        assert await network.ask(AROUND, of=hidden_id) == {"neighbourhood": None}
        assert await network.ask(BETWEEN, **{"from": hidden_id}, to=hidden_id) == {"shortestPath": None}
    assert seen["shortestPath"]["length"] == 2
    assert id == dead


async def test_what_is_below_a_node_is_read_as_anywhere(network: Network) -> None:
    contributor, _, beneficiary = await pair(network)
    context: Context = network.context(anonymous)

    found = await network.schema.execute(
        """query ($from: ID!, $to: ID!) { shortestPath(from: $from, to: $to) { nodes {
            ... on Organisation { contributions(first: 1) { totalCount edges { cursor node { title } } } }
        } } }""",
        {"from": contributor, "to": beneficiary},
        context_value=context,
    )

    assert found.errors is None
    assert found.data is not None
    assert found.data["shortestPath"]["nodes"][0]["contributions"]["edges"]
    assert context.fallbacks == 0


LIMITS = [
    ("neighbourhood(of: $id, depth: 3, limit: 500) { truncated }", None),
    ("neighbourhood(of: $id, depth: 4) { truncated }", "depth"),
    ("neighbourhood(of: $id, depth: 0) { truncated }", "depth"),
    ("neighbourhood(of: $id, limit: 501) { truncated }", "limit"),
    ("neighbourhood(of: $id, limit: 0) { truncated }", "limit"),
    ("neighbourhood(of: $id, kinds: []) { truncated }", "kinds"),
    ("shortestPath(from: $id, to: $id, maxLength: 8) { length }", None),
    ("shortestPath(from: $id, to: $id, maxLength: 9) { length }", "maxLength"),
    ("shortestPath(from: $id, to: $id, maxLength: 0) { length }", "maxLength"),
    ('neighbourhood(of: "x", depth: 4) { truncated }', "depth"),
]


@pytest.mark.parametrize(("text", "path"), LIMITS)
async def test_walks_have_their_bounds(network: Network, text: str, path: str | None) -> None:
    cite = (await some(network))["cite"]["id"]
    named = "query ($id: ID!)" if "$id" in text else "query"

    assert await network.refused(f"{named} {{ {text} }}", id=cite) == ([("BAD_USER_INPUT", [path])] if path else [])


async def test_an_item_on_a_day_has_what_was_then(network: Network) -> None:
    below = "{ ... on Channel { partnerships { totalCount } } }"
    text = f"query ($id: ID!, $at: Date!) {{ nodeAt(id: $id, at: $at) {below} }}"
    id = (await network.ask('{ channel(by: {slug: "annemasse"}) { id } }'))["channel"]["id"]

    then, before = await network.ask(text, id=id, at="2018-09-18"), await network.ask(text, id=id, at="2018-09-17")

    assert (then["nodeAt"], before["nodeAt"]) == (
        {"partnerships": {"totalCount": 8}},
        {"partnerships": {"totalCount": 0}},
    )
    assert await network.ask(text, id="x", at="2018-09-18") == {"nodeAt": None}


COSTS = [
    ('{ search(query: "a", first: 5) { nodes { title } } }', 10 + 5 * 2),
    ('{ neighbourhood(of: "a", limit: 7) { nodes { title } truncated } }', 50 + 7 * 3),
    ('{ neighbourhood(of: "a") { nodes { title } } }', 50 + 100 * 2),
    ('{ shortestPath(from: "a", to: "b") { length } }', 100 + 6),
    ("{ cites(first: 7) { totalCount facets(of: [YEAR]) { dimension } } }", 1 + 7 + 10 + 10),
    ("{ cites { ...F } } fragment F on CiteConnection { facets(of: [YEAR], top: 3) { dimension } }", 1 + 10 + 3),
]


@pytest.mark.parametrize(("text", "cost"), COSTS)
def test_dear_fields_say_what_they_cost(network: Network, text: str, cost: int) -> None:
    document = parse(text)
    scales = Scales(network.schema._schema, document, 20)

    assert scales.operation(document.definitions[0]).cost({}) == cost  # type: ignore[arg-type]  # an operation
