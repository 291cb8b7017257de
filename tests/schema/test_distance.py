"""How far items are from a point, and lists that begin with the nearest."""

from typing import Any

import pytest

from directory.actor import anonymous
from schema.context import Context
from tests.schema.conftest import Network

MARSEILLE = {"latitude": 43.3, "longitude": 5.4}
NEAREST = """query ($from: GeoPointInput!, $first: Int, $after: String, $last: Int, $before: String) {
    cites(orderBy: [{distanceFrom: $from}], first: $first, after: $after, last: $last, before: $before) {
        totalCount pageInfo { endCursor hasNextPage }
        edges { cursor node { slug location { latitude } distance(from: $from) } }
    }
}"""


async def nearest(network: Network, **variables: Any) -> Any:
    return (await network.ask(NEAREST, **{"from": MARSEILLE, **variables}))["cites"]


async def test_the_nearest_come_first_and_those_without_a_place_last(network: Network) -> None:
    found = await nearest(network, first=100)

    distances = [edge["node"]["distance"] for edge in found["edges"]]
    known = [each for each in distances if each is not None]
    assert len(found["edges"]) == found["totalCount"] == 23
    assert known == sorted(known)
    assert distances[len(known) :] == [None] * (23 - len(known))
    assert all((e["node"]["location"] is None) == (e["node"]["distance"] is None) for e in found["edges"])


async def test_pages_of_the_nearest_go_on_where_they_ended(network: Network) -> None:
    whole, pages, after = await nearest(network, first=100), [], None
    for _ in range(5):
        page = await nearest(network, first=5, after=after)
        pages += page["edges"]
        after = page["pageInfo"]["endCursor"]

    assert pages == whole["edges"]
    assert (await nearest(network, last=4))["edges"] == whole["edges"][-4:]


async def test_a_cursor_is_of_one_point(network: Network) -> None:
    after = (await nearest(network, first=1))["pageInfo"]["endCursor"]
    elsewhere = {"from": {"latitude": 50.6, "longitude": 3.0}, "after": after}

    assert await network.refused(NEAREST, **elsewhere) == [("BAD_USER_INPUT", ["after"])]


async def test_distances_are_of_the_great_circle(network: Network) -> None:
    text = """query ($from: GeoPointInput!) {
        cites(where: {location: {near: {center: $from, radius: 200000}}}) { nodes { distance(from: $from) } }
        far: cites(where: {not: {location: {near: {center: $from, radius: 200000}}}}) {
            nodes { distance(from: $from) }
        }
    }"""
    found = await network.ask(text, **{"from": MARSEILLE})

    assert all(each["distance"] <= 200_000 for each in found["cites"]["nodes"])
    assert all(each["distance"] is None or each["distance"] > 200_000 for each in found["far"]["nodes"])


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
