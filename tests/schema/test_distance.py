"""How far items are from a point, and lists that begin with the nearest."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import pytest

from directory.actor import anonymous
from directory.values import Place
from schema.context import Context
from tests.schema.conftest import ADMIN, Network
from tests.schema.hiding import hidden

MARSEILLE = {"latitude": 43.3, "longitude": 5.4}
NEAREST = """query ($from: GeoPointInput!, $first: Int, $after: String, $last: Int, $before: String) {
    cites(orderBy: [{distanceFrom: $from}], first: $first, after: $after, last: $last, before: $before) {
        totalCount pageInfo { endCursor hasNextPage }
        edges { cursor node { slug location { latitude } distance(from: $from) } }
    }
}"""


PLACES = {"toulon": (43.12, 5.93), "arles": (43.68, 4.63), "lille": (50.63, 3.06), "suva": (-18.14, 178.44)}


@pytest.fixture
async def placed(network: Network) -> AsyncIterator[Network]:
    """The network with four Cités more, of which the place is known; the admin alone sees them."""
    async with AsyncExitStack() as stack:
        for number, (slug, (lat, lon)) in enumerate(PLACES.items()):
            values = {"slug": slug, "path": f"/{slug}", "title": {"en": slug}, "location": Place(lat, lon)}
            id = f"00000000-0000-4000-8000-00000000000{number}"
            await stack.enter_async_context(hidden(network.graph, "Cite", [], id=id, **values))
        yield network


async def nearest(network: Network, **variables: Any) -> Any:
    return (await network.ask(NEAREST, ADMIN, **{"from": MARSEILLE, **variables}))["cites"]


async def test_the_nearest_come_first_and_those_without_a_place_last(placed: Network) -> None:
    found = await nearest(placed, first=100)

    nodes = [edge["node"] for edge in found["edges"]]
    assert len(nodes) == found["totalCount"] == 27
    assert [node["slug"] for node in nodes[:4]] == ["toulon", "arles", "lille", "suva"]
    assert [round(node["distance"] / 1000) for node in nodes[:4]] == [47, 75, 834, 17142]
    assert {node["distance"] for node in nodes[4:]} == {None}


async def test_hidden_places_are_not_in_the_way(placed: Network) -> None:
    found = await placed.ask(NEAREST, **{"from": MARSEILLE, "first": 1})

    assert (found["cites"]["totalCount"], found["cites"]["edges"][0]["node"]["distance"]) == (23, None)


async def test_pages_of_the_nearest_go_on_where_they_ended(placed: Network) -> None:
    whole, pages, after = await nearest(placed, first=100), [], None
    for _ in range(9):
        page = await nearest(placed, first=3, after=after)
        pages += page["edges"]
        after = page["pageInfo"]["endCursor"]

    assert pages == whole["edges"]
    assert (await nearest(placed, last=4))["edges"] == whole["edges"][-4:]


async def test_a_cursor_is_of_one_point(network: Network) -> None:
    after = (await nearest(network, first=1))["pageInfo"]["endCursor"]
    elsewhere = {"from": {"latitude": 50.6, "longitude": 3.0}, "after": after}

    assert await network.refused(NEAREST, **elsewhere) == [("BAD_USER_INPUT", ["after"])]


async def test_within_a_circle_are_those_that_are_no_further(placed: Network) -> None:
    text = """query ($from: GeoPointInput!) {
        cites(where: {location: {near: {center: $from, radius: 100000}}}) { nodes { slug distance(from: $from) } }
    }"""
    found = (await placed.ask(text, ADMIN, **{"from": MARSEILLE}))["cites"]["nodes"]

    assert {each["slug"] for each in found} == {"toulon", "arles"}
    assert all(each["distance"] <= 100_000 for each in found)


async def test_the_nearest_are_one_statement(network: Network) -> None:
    context: Context = network.context(anonymous)
    found = await network.schema.execute(NEAREST, {"from": MARSEILLE}, context_value=context)

    assert not found.errors
    assert (context.round_trips, context.fallbacks) == (1, 0)


REFUSED = [
    ({"latitude": 90.1, "longitude": 0.0}, True),
    ({"latitude": -90.0, "longitude": 180.0}, False),
    ({"latitude": 0.0, "longitude": -180.1}, True),
]


@pytest.mark.parametrize(("point", "refused"), REFUSED)
async def test_a_point_is_on_the_earth(network: Network, point: dict[str, float], refused: bool) -> None:
    said = [("BAD_USER_INPUT", ["orderBy", "distanceFrom"])] if refused else []
    assert await network.refused(NEAREST, **{"from": point}) == said


async def test_what_items_lead_to_is_not_ordered_by_distance(network: Network) -> None:
    text = "{ channels(orderBy: [{cite: {distanceFrom: {latitude: 1, longitude: 1}}}]) { totalCount nodes { id } } }"

    assert await network.refused(text) == [("BAD_USER_INPUT", ["orderBy", "distanceFrom"])]
