"""The questions that the API must answer, asked by a visitor (or a reader) on the network's own data."""

from typing import Any

from schema.context import Context
from tests.schema.conftest import READER, Network


def slugs(connection: Any) -> list[str]:
    return [each["slug"] for each in connection["nodes"]]


def counts(groups: Any) -> dict[str | None, int]:
    return {group["keys"][0]["key"]: group["count"] for group in groups}


async def test_one_organisation_is_a_partner_of_two_cites_or_more(network: Network) -> None:
    found = await network.ask("""{
        organisations(where: {partnerOf: {count: {gte: 2}}}) { nodes { slug partnerOf { nodes { slug } } } }
        partners { totalCount }
    }""")

    assert slugs(found["organisations"]) == ["public-employment-agency"]
    [agency] = found["organisations"]["nodes"]
    assert sorted(slugs(agency["partnerOf"])) == ["grand-geneve", "reunion", "sqy"]
    assert found["partners"]["totalCount"] == 21


async def test_the_annemasse_centre_had_eight_partners_on_a_day_and_none_the_day_before(network: Network) -> None:
    found = await network.ask("""{ channel(by: {slug: "annemasse"}) {
        then: partnerships(at: "2018-09-18") { nodes { organisation { slug } holds } }
        before: partnerships(at: "2018-09-17") { totalCount nodes { id } }
    } }""")

    then = found["channel"]["then"]["nodes"]
    assert {each["organisation"]["slug"] for each in then} == {
        "public-employment-agency", "urban-area-annemasse", "municipality-annemasse", "gte",
        "municipality-gaillard", "region-ara", "ml-genevois", "maison-eco",
    }  # fmt: skip
    assert [each["holds"] for each in then] == ["CERTAIN"] * 8
    assert found["channel"]["before"] == {"totalCount": 0, "nodes": []}


async def test_contributions_to_one_cite_are_counted_by_kind(network: Network) -> None:
    found = await network.ask("""{
        contributionsAggregate(where: {beneficiary: {slug: "sqy"}}, groupBy: [KIND]) { keys { key } count }
    }""")

    assert counts(found["contributionsAggregate"]) == {"HUMAN": 8, "FINANCIAL": 2, "EXPERTISE": 1}


async def test_no_contribution_has_an_amount_of_money(network: Network) -> None:
    found = await network.ask("""{
        known: contributions(where: {money: {isNull: false}}) { totalCount }
        financial: contributions(where: {kind: {eq: FINANCIAL}}) { totalCount nodes { money { amount } } }
    }""")

    assert found["known"]["totalCount"] == 0
    assert found["financial"] == {"totalCount": 2, "nodes": [{"money": None}, {"money": None}]}


async def test_contributions_are_counted_by_kind_and_by_certainty(network: Network) -> None:
    found = await network.ask("""{
        kinds: contributionsAggregate(groupBy: [KIND]) { keys { key } count }
        certainties: contributionsAggregate(groupBy: [CERTAINTY]) { keys { key } count }
    }""")

    assert counts(found["kinds"]) == {"HUMAN": 11, "EXPERTISE": 10, "MATERIAL": 4, "FINANCIAL": 2, None: 1}
    assert counts(found["certainties"]) == {"STATED": 11, "IMPLIED": 16, "NOT_STATED": 1}


async def test_cites_are_found_by_the_kinds_of_their_channels(network: Network) -> None:
    found = await network.ask("""{
        itinerant: cites(where: {channels: {some: {kind: {eq: ITINERANT}}}}) { nodes { slug } }
        associated: cites(where: {channels: {some: {kind: {eq: ASSOCIATED_CENTRE}}}}) { nodes { slug } }
    }""")

    assert slugs(found["itinerant"]) == ["sambre-avesnois"]
    assert slugs(found["associated"]) == ["grand-geneve"]


async def test_the_label_of_a_cite_has_a_state_on_each_day(network: Network) -> None:
    found = await network.ask("""{ cite(by: {slug: "pays-d-artois"}) {
        lifeEvents(orderBy: {date: ASC}) { nodes { kind date { value } labelState } }
        before: labelState(at: "2024-10-31")
        after: labelState(at: "2024-11-01")
        openedOn { value }
    } }""")

    assert found["cite"] == {
        "lifeEvents": {
            "nodes": [
                {"kind": "OPENED", "date": {"value": "2023"}, "labelState": None},
                {"kind": "INAUGURATED", "date": {"value": "2024-06-04"}, "labelState": None},
                {"kind": "LABEL_DECIDED", "date": {"value": "2024-11"}, "labelState": "OPERATING_LABEL"},
            ]
        },
        "before": None,
        "after": "OPERATING_LABEL",
        "openedOn": {"value": "2023"},
    }


async def test_six_life_events_took_place_in_2024(network: Network) -> None:
    found = await network.ask("""{
        lifeEvents(where: {date: {gte: "2024-01-01", lt: "2025-01-01"}}) { nodes { subject { slug } } }
    }""")

    where = sorted(each["subject"]["slug"] for each in found["lifeEvents"]["nodes"])
    assert where == ["liege", "liege", "pays-d-artois", "pays-d-artois", "saint-omer", "sambre-avesnois"]


async def test_a_reader_knows_who_directed_a_cite_and_a_visitor_does_not(network: Network) -> None:
    text = """{ cite(by: {slug: "paris"}) {
        november: director(at: "2018-11-01") { title mandates(at: "2018-11-01") { nodes { holds } } }
        october: director(at: "2018-10-01") { title }
    } }"""

    reader, visitor = await network.ask(text, READER), await network.ask(text)

    assert reader["cite"] == {
        "november": {"title": "Rafaël Ricardou", "mandates": {"nodes": [{"holds": "POSSIBLE"}]}},
        "october": None,
    }
    assert visitor["cite"] == {"november": None, "october": None}


async def test_five_events_overlap_three_days_of_2024(network: Network) -> None:
    found = await network.ask("""{
        events(where: {during: {from: "2024-01-30", to: "2024-02-01"}}) {
            totalCount nodes { cites { nodes { slug } } }
        }
    }""")

    assert found["events"]["totalCount"] == 5
    where = [slugs(each["cites"]) for each in found["events"]["nodes"]]
    assert sorted(where) == [[], [], ["paris"], ["sqy"], ["val-de-marne"]]


async def test_events_are_counted_by_year_and_by_stage(network: Network) -> None:
    found = await network.ask("""{
        years: eventsAggregate(groupBy: [YEAR]) { keys { key } count }
        stages: eventsAggregate(groupBy: [STAGE]) { keys { key } count }
    }""")

    assert counts(found["years"]) == {"2018": 16, "2019": 2, "2023": 2, "2024": 22, None: 9}
    assert counts(found["stages"]) == {"HELD": 41, "ANNOUNCED": 10}


async def test_a_project_has_members_from_seven_countries(network: Network) -> None:
    found = await network.ask("""{
        project(by: {slug: "dimesca"}) { memberships { nodes { member { slug } role country } } }
    }""")

    countries = [each["country"] for each in found["project"]["memberships"]["nodes"]]
    assert sorted(countries) == ["CH", "DE", "ES", "FR", "FR", "FR", "IT", "LT", "RO"]


async def test_milestones_of_a_project_may_have_a_place_and_no_date(network: Network) -> None:
    found = await network.ask("""{
        project(by: {slug: "desk-reset"}) { milestones { nodes { place start { value } } } }
    }""")

    milestones = found["project"]["milestones"]["nodes"]
    assert sorted(each["place"] or "" for each in milestones) == ["", "", "", "", "Florence", "Roissy", "Roissy"]
    assert [each["start"] for each in milestones] == [None] * 7


async def test_how_many_partners_the_network_had_is_not_known(network: Network) -> None:
    found = await network.ask("""{
        observations(where: {indicator: {slug: "partners"}, period: {eq: "2024"}}) {
            nodes { value openQuestions { nodes { slug } } }
        }
    }""")

    assert found["observations"]["nodes"] == [{"value": None, "openQuestions": {"nodes": [{"slug": "g-04"}]}}]


async def test_every_root_field_is_one_statement_whatever_its_depth(network: Network) -> None:
    context: Context = network.context(READER)
    found = await network.schema.execute(
        """{ cites(first: 24) { totalCount pageInfo { hasNextPage } nodes {
            title country labelState isMember holder { title }
            partners(first: 5) { totalCount nodes { title contributions(first: 5) { nodes {
                quantity { value unit { title } } sources { document { title } locator }
                beneficiary { title parent { path } }
            } } } }
        } } }""",
        context_value=context,
    )

    assert not found.errors
    assert (context.round_trips, context.fallbacks, network.graph.round_trips) == (1, 0, 1)
