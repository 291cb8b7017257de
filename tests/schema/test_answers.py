"""What answers hold: items by reference, pages, filters, orders, time, languages, sources, refusals."""

from typing import Any

import pytest

from schema.ids import global_id, own_id
from tests.schema.conftest import ADMIN, READER, Network


def slugs(connection: Any) -> list[str]:
    return [each["slug"] for each in connection["nodes"]]


async def test_an_item_is_the_same_by_id_slug_path_and_node(network: Network) -> None:
    first = (await network.ask('{ cite(by: {slug: "sqy"}) { id path } }'))["cite"]

    found = await network.ask(
        """query ($id: ID!, $path: String!) {
            a: cite(by: {id: $id}) { slug }  b: cite(by: {path: $path}) { slug }
            c: node(id: $id) { ... on Cite { slug } }
            d: nodes(ids: [$id, "x", $id]) { __typename ... on Item { slug } }
        }""",
        id=first["id"],
        path=first["path"],
    )

    item = {"__typename": "Cite", "slug": "sqy"}
    assert found == {"a": {"slug": "sqy"}, "b": {"slug": "sqy"}, "c": {"slug": "sqy"}, "d": [item, None, item]}


async def test_malformed_absent_and_hidden_ids_are_null_alike(network: Network) -> None:
    person = (await network.ask("{ persons(first: 1) { nodes { id } } }", ADMIN))["persons"]["nodes"][0]["id"]
    absent = global_id("Person", "0b2c0000-0000-4000-8000-000000000000")
    text = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }"

    visitor = await network.ask(text, ids=["", "zz", "?" * 500, "Q2l0ZQ", absent, person])
    reader = await network.ask(text, READER, ids=[person])

    assert visitor["nodes"] == [None] * 6
    assert reader["nodes"] == [{"id": person}]


async def test_an_id_of_another_type_is_no_item_of_this_type(network: Network) -> None:
    found = await network.ask("{ organisations(first: 1) { nodes { id } } }")
    id = found["organisations"]["nodes"][0]["id"]

    assert await network.ask("query ($id: ID!) { cite(by: {id: $id}) { slug } }", id=id) == {"cite": None}
    assert own_id(id) is not None


PAGE = """query ($first: Int, $after: String, $last: Int, $before: String, $order: [OrganisationOrder!]) {
    organisations(first: $first, after: $after, last: $last, before: $before, orderBy: $order) {
        totalCount nodes { slug } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
}"""
ORDERS = [
    [],
    [{"title": "DESC"}],
    [{"partnershipsCount": "DESC"}, {"title": "ASC"}],
    [{"territory": {"title": "ASC"}}],
]


@pytest.mark.parametrize("order", ORDERS, ids=str)
async def test_pages_forward_and_backward_hold_every_item_once_in_order(order: Any, network: Network) -> None:
    whole = (await network.ask(PAGE, first=100, order=order))["organisations"]
    forward: list[str] = []
    page: Any = {"pageInfo": {"hasNextPage": True, "endCursor": None}}
    while page["pageInfo"]["hasNextPage"]:
        page = (await network.ask(PAGE, first=13, after=page["pageInfo"]["endCursor"], order=order))["organisations"]
        forward += slugs(page)
    backward: list[str] = []
    page = {"pageInfo": {"hasPreviousPage": True, "startCursor": None}}
    while page["pageInfo"]["hasPreviousPage"]:
        page = (await network.ask(PAGE, last=13, before=page["pageInfo"]["startCursor"], order=order))["organisations"]
        backward = slugs(page) + backward

    assert whole["totalCount"] == len(set(slugs(whole))) == 51
    assert forward == backward == slugs(whole)


async def test_one_field_under_two_aliases_has_its_own_arguments_each(network: Network) -> None:
    found = await network.ask("""{ cite(by: {slug: "sqy"}) {
        all: partners { totalCount }
        some: partners(role: "supporter") { nodes { slug } }
        ...Named
    } } fragment Named on Cite { all: partners { nodes { slug } } }""")

    assert found["cite"]["all"]["totalCount"] == len(found["cite"]["all"]["nodes"]) == 11
    assert slugs(found["cite"]["some"]) == ["county-council-sqy"]


WHERES = [  # a filter of organisations, and the slugs or the number of those that meet it
    ('{title: {contains: "GENEVE"}}', None),
    ('{slug: "gte"}', ["gte"]),
    ('{keys: {in: ["network:gte", "network:nobody"]}}', None),
    ('{slugs: ["gte", "maison-eco", "nobody"]}', ["gte", "maison-eco"]),
    ("{partnerships: {none: {}}}", 30),
    ("{partnerships: {some: {}}}", 21),
    ("{not: {partnerships: {some: {}}}}", 30),
    ("{partnerships: {count: {eq: 0}}}", 30),
    ('{partnerships: {every: {role: {code: "partner"}}, some: {}}}', None),
    (
        '{and: [{partnerOf: {some: {slug: "sqy"}}}, {partnerOf: {some: {slug: "reunion"}}}]}',
        ["public-employment-agency"],
    ),
    ('{or: [{slug: "gte"}, {slug: "maison-eco"}]}', ["gte", "maison-eco"]),
    ('{territory: {slug: "france", orBelow: true}, slug: "gte"}', None),
    ('{type: {code: "public_body", orBelow: true}}', None),
    ("{type: {isNull: true}}", None),
]


@pytest.mark.parametrize(("where", "expected"), WHERES, ids=[where for where, _ in WHERES])
async def test_filters_keep_what_they_say(where: str, expected: Any, network: Network) -> None:
    found = (await network.ask(f"{{ organisations(where: {where}, first: 100) {{ totalCount nodes {{ slug }} }} }}"))[
        "organisations"
    ]

    assert found["totalCount"] == len(found["nodes"])
    if isinstance(expected, int):
        assert found["totalCount"] == expected
    elif expected is not None:
        assert sorted(slugs(found)) == expected


async def test_text_is_found_whatever_its_accents_unless_exact(network: Network) -> None:
    found = await network.ask("""{
        plain: cites(where: {title: {contains: "CITE DES METIERS"}}) { totalCount }
        exact: cites(where: {title: {contains: "CITE DES METIERS", exact: true}}) { totalCount }
        accents: cites(where: {title: {contains: "Cité des métiers", exact: true}}) { totalCount }
    }""")

    assert found["plain"]["totalCount"] == found["accents"]["totalCount"] > 0
    assert found["exact"]["totalCount"] == 0


async def test_links_to_several_types_are_filtered_by_any_and_by_one(network: Network) -> None:
    found = await network.ask("""{
        any: contributions(where: {beneficiary: {type: [PROJECT, CITE]}}) { totalCount }
        project: contributions(where: {beneficiary: {project: {}}}) { totalCount }
        cites: contributions(where: {beneficiary: {cite: {}}}) { totalCount }
        cite: contributions(where: {beneficiary: {cite: {slug: "sqy"}}}) { totalCount }
        title: contributions(where: {beneficiary: {title: {contains: "saint-quentin"}}}) { totalCount }
    }""")

    assert found["cite"]["totalCount"] == found["title"]["totalCount"] == 11
    assert found["any"]["totalCount"] == found["project"]["totalCount"] + found["cites"]["totalCount"]


async def test_texts_are_in_the_language_asked_or_the_next_best(network: Network) -> None:
    text = """query ($locale: Locale) { territory(by: {slug: "france"}, locale: $locale) { title resolvedLocale } }"""

    french, english = await network.ask(text, locale="fr-CA"), await network.ask(text, locale="it")

    assert french["territory"] == {"title": "France", "resolvedLocale": "fr"}
    assert english["territory"]["resolvedLocale"] == "en"


async def test_sources_say_the_place_and_the_field(network: Network) -> None:
    found = await network.ask("""{ cite(by: {slug: "pays-d-artois"}) {
        sources { document { slug kind } locator field }
    } sources { nodes { slug supports { totalCount } soleSupport { totalCount } } } }""")

    assert found["cite"]["sources"]
    assert all(each["document"]["kind"] for each in found["cite"]["sources"])
    for source in found["sources"]["nodes"]:
        assert source["soleSupport"]["totalCount"] <= source["supports"]["totalCount"]
    assert sum(each["soleSupport"]["totalCount"] for each in found["sources"]["nodes"]) > 0


FOUND_BY = [  # a part of a title, how many of the Cités have it
    ("\u0000", 0),
    ("\u00ad\u0301", 0),
    ("pa\u0000ris", 1),
    ("", 23),
]


@pytest.mark.parametrize(("part", "count"), FOUND_BY)
async def test_signs_that_nobody_sees_are_in_no_title_and_make_no_difference(
    network: Network, part: str, count: int
) -> None:
    text = "query ($part: String!) { cites(where: {title: {contains: $part}}) { totalCount } }"

    assert await network.ask(text, part=part) == {"cites": {"totalCount": count}}


async def test_what_has_no_end_holds_on_the_last_day_that_can_be_written(network: Network) -> None:
    found = await network.ask("""query ($day: Date!) {
        then: cites(at: "9999-12-30") { totalCount }
        last: cites(at: $day) { totalCount nodes { holds(at: $day) partnerships(at: $day) { totalCount } } }
        during: cites(where: {during: {from: $day}}) { totalCount }
    }""", day="9999-12-31")  # fmt: skip

    assert found["last"]["totalCount"] == found["then"]["totalCount"] == found["during"]["totalCount"] > 0
    assert {each["holds"] for each in found["last"]["nodes"]} == {"POSSIBLE"}
    assert sum(each["partnerships"]["totalCount"] for each in found["last"]["nodes"]) > 0


async def test_a_day_keeps_what_holds_then_here_and_below(network: Network) -> None:
    found = await network.ask("""{ cite(by: {slug: "grand-geneve"}, at: "2018-09-18") {
        partnerships { totalCount nodes { holds cite { slug } } }
        always: channels { nodes { partnerships(at: "1990-01-01") { totalCount } } }
    } }""")

    assert found["cite"]["partnerships"]["totalCount"] >= 8
    assert {each["cite"]["slug"] for each in found["cite"]["partnerships"]["nodes"]} == {"grand-geneve"}
    assert {each["holds"] for each in found["cite"]["partnerships"]["nodes"]} <= {"CERTAIN", "POSSIBLE"}
    assert {each["partnerships"]["totalCount"] for each in found["cite"]["always"]["nodes"]} <= {0}


async def test_a_need_is_answered_by_services_of_its_cite(network: Network) -> None:
    found = await network.ask("{ needs { nodes { slug answeredBy { slug } cite { services { nodes { slug } } } } } }")

    for need in found["needs"]["nodes"]:
        offered = slugs(need["cite"]["services"])
        assert {each["slug"] for each in need["answeredBy"]} <= set(offered)


def times(number: int, text: str) -> str:
    return ", ".join([text] * number)


REFUSED = [  # a question, the place in it that is refused
    ("{ cites(first: 0) { totalCount } }", ["first"]),
    ("{ cites(first: 101) { totalCount } }", ["first"]),
    ("{ cites(last: 101) { totalCount } }", ["last"]),
    ("{ cites(first: 1, last: 1) { totalCount } }", ["first"]),
    ('{ cites(after: "nonsense") { totalCount } }', ["after"]),
    ("{ cites(where: {not: {not: {not: {not: {}}}}}) { totalCount } }", ["where", "not", "not", "not", "not"]),
    (f"""{{ cites(where: {{or: [{times(31, '{slug: "a"}')}]}}) {{ totalCount }} }}""", ["where", "or", "30"]),
    (f"""{{ cites(where: {{slugs: [{times(101, '"a"')}]}}) {{ totalCount }} }}""", ["where", "slugs"]),
    ("{ citesAggregate(limit: 101) { count } }", ["limit"]),
    ("{ cite(by: {slug: \"sqy\"}) { partners(first: 1000) { totalCount } } }", ["first"]),
    (f"""{{ nodes(ids: [{times(101, '"a"')}]) {{ id }} }}""", ["ids"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "path"), REFUSED, ids=[text[:60] for text, _ in REFUSED])
async def test_a_question_out_of_bounds_is_refused_with_its_place(text: str, path: list[str], network: Network) -> None:
    assert await network.refused(text) == [("BAD_USER_INPUT", path)]
    assert network.graph.round_trips == 0


async def test_links_to_many_types_in_a_row_are_too_complex(network: Network) -> None:
    below = "id"
    for step in ("parent { %s }",) * 4 + ("children { nodes { %s } }",) * 2:
        below = step % below

    text = f"{{ observations {{ nodes {{ subject {{ {below} }} }} }} }}"
    assert await network.refused(text) == [("OPERATION_TOO_COMPLEX", [])]
    assert network.graph.round_trips == 0


async def test_a_filter_of_many_empty_filters_is_refused(network: Network) -> None:
    text = "query ($where: CiteWhere) { cites(where: $where) { totalCount } }"
    hundred = [{"or": [{} for _ in range(10)]} for _ in range(10)]

    assert await network.refused(text, where={"and": hundred}) == [("BAD_USER_INPUT", ["where", "and", "9", "or", "0"])]


async def test_places_are_found_in_a_circle_and_in_a_box(network: Network) -> None:
    found = await network.ask("""{
        near: cites(where: {location: {near: {center: {latitude: 48.8, longitude: 2.3}, radius: 20000}}}) { totalCount }
        box: cites(where: {location: {within: {southWest: {latitude: -90, longitude: -180},
            northEast: {latitude: 90, longitude: 180}}}}) { totalCount }
        known: cites(where: {location: {isNull: false}}) { totalCount }
    }""")

    assert found["box"] == found["known"]
    assert found["near"]["totalCount"] <= found["known"]["totalCount"]


async def test_a_cursor_of_another_order_is_refused(network: Network) -> None:
    page = await network.ask("{ cites(first: 1) { pageInfo { endCursor } } }")
    cursor = page["cites"]["pageInfo"]["endCursor"]
    text = "query ($after: String) { cites(after: $after, orderBy: [{title: DESC}]) { totalCount } }"

    assert await network.refused(text, after=cursor) == [("BAD_USER_INPUT", ["after"])]


async def test_a_root_field_that_fails_leaves_the_others_answered(network: Network) -> None:
    found = await network.schema.execute(
        '{ a: cites(first: 0) { totalCount } b: cite(by: {slug: "sqy"}) { slug } }',
        context_value=network.context(ADMIN),
    )

    assert found.data == {"a": None, "b": {"slug": "sqy"}}
    assert [error.path for error in found.errors or ()] == [["a"]]


async def test_terms_are_told_without_asking_the_graph(network: Network) -> None:
    found = await network.ask("""{
        terms(vocabulary: "service_type", locale: "fr") { code title broader { code } narrower { code title } }
        none: terms(vocabulary: "nothing") { code }
    }""")

    assert found["none"] is None
    assert len(found["terms"]) == 13
    assert {each["broader"]["code"] if each["broader"] else None for each in found["terms"]} > {None}
    assert network.graph.round_trips == 0


async def test_the_viewer_is_null_for_visitors(network: Network) -> None:
    text = "{ viewer { name siteAdmin roles } }"

    assert await network.ask(text) == {"viewer": None}
    assert await network.ask(text, READER) == {"viewer": {"name": "Reader", "siteAdmin": False, "roles": ["reader"]}}
