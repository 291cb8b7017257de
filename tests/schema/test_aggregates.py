"""Counts and figures by group: distinct items, one unit or currency at a time."""

from typing import Any

import pytest

from directory.vocabularies import vocabulary
from tests.schema.conftest import ADMIN, Network


def total(groups: Any) -> int:
    return sum(group["count"] for group in groups)


async def test_nothing_grouped_by_is_one_group(network: Network) -> None:
    found = await network.ask("""{
        all: citesAggregate { keys { key } count }
        none: citesAggregate(where: {slug: "x"}) { count }
    }""")

    assert found == {"all": [{"keys": [], "count": 23}], "none": [{"count": 0}]}


async def test_items_are_keys_by_id_and_title(network: Network) -> None:
    found = await network.ask("""{
        contributionsAggregate(groupBy: [BENEFICIARY]) { keys { key label } count }
        contributions(first: 100) { nodes { beneficiary { id title } } }
    }""")

    expected: dict[tuple[str, str], int] = {}
    for each in found["contributions"]["nodes"]:
        key = (each["beneficiary"]["id"], each["beneficiary"]["title"])
        expected[key] = expected.get(key, 0) + 1
    groups = {(g["keys"][0]["key"], g["keys"][0]["label"]): g["count"] for g in found["contributionsAggregate"]}
    assert groups == expected


async def test_items_without_a_link_or_a_code_are_counted_under_null(network: Network) -> None:
    found = await network.ask("""{
        organisations(first: 1) { totalCount facets(of: [TERRITORY], top: 100) { values { key label count } } }
        nowhere: organisations(where: {not: {territory: {}}}) { totalCount }
        organisationsAggregate(groupBy: [TERRITORY], limit: 100) { keys { key label } count }
        unspoken: services(where: {languages: {isNull: true}}) { totalCount }
        servicesAggregate(groupBy: [LANGUAGES], limit: 100) { keys { key } count }
    }""")

    places = {each["keys"][0]["key"]: each["count"] for each in found["organisationsAggregate"]}
    languages = {each["keys"][0]["key"]: each["count"] for each in found["servicesAggregate"]}
    assert sum(places.values()) == found["organisations"]["totalCount"]
    assert places[None] == found["nowhere"]["totalCount"] > 0
    assert languages[None] == found["unspoken"]["totalCount"] > 0
    values = found["organisations"]["facets"][0]["values"]
    assert {"key": None, "label": None, "count": places[None]} in values
    assert {each["key"]: each["count"] for each in values} == places


async def test_quantities_are_summed_per_unit_and_say_how_many_are_unknown(network: Network) -> None:
    found = await network.ask("""{
        contributionsAggregate(measure: QUANTITY) { count unknown figures { unit { code } known sum least greatest } }
        contributions(first: 100) { nodes { quantity { value unit { code } } } }
    }""")

    quantities = [each["quantity"] for each in found["contributions"]["nodes"] if each["quantity"]]
    [group] = found["contributionsAggregate"]
    assert group["unknown"] == group["count"] - len(quantities)
    for figure in group["figures"]:
        values = [float(each["value"]) for each in quantities if each["unit"]["code"] == figure["unit"]["code"]]
        assert (figure["known"], float(figure["sum"])) == (len(values), sum(values))
        assert (float(figure["least"]), float(figure["greatest"])) == (min(values), max(values))
    assert sum(figure["known"] for figure in group["figures"]) == len(quantities)


NOTHING_KNOWN = [  # asked of one group or of several, the figures of each
    ("territoriesAggregate(measure: POPULATION, where: {population: {isNull: true}})", 1),
    ("territoriesAggregate(measure: POPULATION, where: {population: {isNull: true}}, groupBy: [KIND])", 1),
    ("channelsAggregate(measure: DESKS, where: {desks: {isNull: true}})", 1),
    ("contributionsAggregate(measure: QUANTITY, where: {quantity: {isNull: true}})", 0),
    ("contributionsAggregate(measure: QUANTITY, where: {quantity: {isNull: true}}, groupBy: [KIND])", 0),
]


@pytest.mark.parametrize(("asked", "figures"), NOTHING_KNOWN)
async def test_a_sum_of_nothing_known_is_unknown(network: Network, asked: str, figures: int) -> None:
    found = await network.ask(f"{{ groups: {asked} {{ count unknown figures {{ known sum least average }} }} }}")

    nothing = {"known": 0, "sum": None, "least": None, "average": None}
    assert found["groups"]
    for group in found["groups"]:
        assert (group["unknown"], group["figures"]) == (group["count"], [nothing] * figures)


async def test_groups_are_kept_by_their_count(network: Network) -> None:
    found = await network.ask("""{
        many: eventsAggregate(groupBy: [YEAR], having: {count: {gt: 9}}) { count }
        few: eventsAggregate(groupBy: [YEAR], having: {count: {lte: 9}}) { count }
        two: eventsAggregate(groupBy: [YEAR], limit: 2) { keys { key } }
    }""")

    assert [each["count"] for each in found["many"]] == [22, 16]
    assert [each["count"] for each in found["few"]] == [9, 2, 2]
    assert [each["keys"][0]["key"] for each in found["two"]] == ["2024", "2018"]


async def test_labels_are_in_the_language_asked(network: Network) -> None:
    text = "query ($locale: Locale) { eventsAggregate(groupBy: [KIND], locale: $locale) { keys { key label } count } }"

    french = (await network.ask(text, locale="fr"))["eventsAggregate"]

    titles = {term.code: term.title_fr for term in vocabulary("event_kind").terms}
    assert all(group["keys"][0]["label"] == titles[group["keys"][0]["key"]] for group in french)
    assert total(french) == 51


CALLED = [  # what is counted by what, a key, and what it is called in English and in French
    ("contributions", "KIND", "HUMAN", "Human", "Moyens humains"),
    ("contributions", "CERTAINTY", "IMPLIED", "Implied", "Implicite"),
    ("events", "STAGE", "HELD", "Held", "Tenu"),
    ("organisations", "ACTIVE", "true", "Yes", "Oui"),
    ("organisations", "COUNTRY", "CH", "Switzerland", "Suisse"),
    ("events", "YEAR", "2024", "2024", "2024"),
]


@pytest.mark.parametrize(("plural", "dimension", "key", "english", "french"), CALLED)
async def test_codes_are_called_as_people_call_them(
    network: Network, plural: str, dimension: str, key: str, english: str, french: str
) -> None:
    text = f"""query ($locale: Locale) {{
        groups: {plural}Aggregate(groupBy: [{dimension}], locale: $locale, limit: 100) {{ keys {{ key label }} }}
        {plural}(locale: $locale) {{ facets(of: [{dimension}], top: 100) {{ values {{ key label }} }} }}
    }}"""

    for locale, called in (("en", english), ("fr", french)):
        found = await network.ask(text, locale=locale)
        assert {"key": key, "label": called} in [group["keys"][0] for group in found["groups"]]
        assert {"key": key, "label": called} in found[plural]["facets"][0]["values"]


async def test_what_is_hidden_is_not_counted(network: Network) -> None:
    text = "{ mandatesAggregate { count } mandates { totalCount } personsAggregate { count } }"

    visitor, admin = await network.ask(text), await network.ask(text, ADMIN)

    nobody = [{"count": 0}]
    assert visitor == {"mandatesAggregate": nobody, "mandates": {"totalCount": 0}, "personsAggregate": nobody}
    assert admin["mandatesAggregate"] == [{"count": admin["mandates"]["totalCount"]}] == [{"count": 20}]


async def test_remarks_of_the_team_are_null_for_visitors(network: Network) -> None:
    text = "{ organisations(first: 100) { nodes { note createdBy noApproach } } }"

    visitor, admin = await network.ask(text), await network.ask(text, ADMIN)

    assert {value for each in visitor["organisations"]["nodes"] for value in each.values()} == {None}
    assert {each["createdBy"] for each in admin["organisations"]["nodes"]} == {"u-admin"}
