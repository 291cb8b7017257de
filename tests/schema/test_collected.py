"""Collections: what one stores is checked when it is written, and asked with the rights of who reads it."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import strawberry

from directory import editing
from directory.actor import Actor, anonymous
from directory.desk import Desk
from directory.values import Ref
from schema.context import Context
from schema.ids import global_id, own_id
from tests.schema.test_mutations import Ask, ask, codes

__all__ = ["ask"]
ITEMS = """query ($by: NodeRef!, $first: Int, $after: String, $locale: Locale) {
    collectionItems(by: $by, first: $first, after: $after, locale: $locale) {
        totalCount pageInfo { hasNextPage endCursor } nodes { __typename title }
    }
}"""
EVENTS = [("Fair", "2026-03", "fair"), ("Open day", "2026-05-09", "open_day"), ("Second fair", "2025-11", "fair")]
Query = Callable[..., Awaitable[Any]]


@pytest.fixture
def query(schema: strawberry.Schema, desk: Desk) -> Query:
    """The data of an answer without errors, by default for whoever may see everything."""

    async def asked(text: str, actor: Actor | None = None, **variables: Any) -> Any:
        context = Context(desk.for_actor(actor or desk.actor))
        found = await schema.execute(text, variables, context_value=context)
        assert not found.errors, found.errors
        return found.data

    return asked


@pytest.fixture
async def folder(ask: Ask, query: Query) -> str:
    """Some events, one of them published, and a published organisation; the folder of pages."""
    for title, start, kind in EVENTS:
        made = await ask("eventCreate", {"title": {"en": title}, "start": start, "kind": kind})
        assert made["errors"] == []
        if title == "Fair":
            assert (await ask("publish", {"id": made["id"], "expectedVersion": 1}))["errors"] == []
    organisation = await ask("organisationCreate", {"title": {"en": "Afpa"}})
    await ask("publish", {"id": organisation["id"], "expectedVersion": 1})
    found = await query('{ folder(by: {path: "/pages"}) { id } }')
    return str(found["folder"]["id"])


async def collection(ask: Ask, folder: str, **values: Any) -> Any:
    given = {"title": "Agenda", "language": "EN", "parent": folder, "types": ["EVENT"], **values}
    return await ask("collectionCreate", given, "id version item { path }")


def titles(page: Any) -> list[str]:
    return [each["title"] for each in page["nodes"]]


async def test_a_collection_lists_what_its_question_asks_for_in_its_order(ask: Ask, query: Query, folder: str) -> None:
    where = json.dumps({"kind": {"eq": "fair"}})
    made = await collection(ask, folder, where=where, orderBy="-start")

    found = await query(ITEMS, by={"id": made["id"]})

    assert made["errors"] == []
    assert titles(found["collectionItems"]) == ["Fair", "Second fair"]
    assert found["collectionItems"]["totalCount"] == 2
    assert (await query(ITEMS, by={"path": made["item"]["path"]})) == found


async def test_several_types_are_filtered_as_items_are(ask: Ask, query: Query, folder: str) -> None:
    where = json.dumps({"or": [{"event": {"kind": {"eq": "open_day"}}}, {"organisation": {"slug": "afpa"}}]})
    made = await collection(ask, folder, types=["ORGANISATION", "EVENT"], where=where, orderBy="title")

    found = await query(ITEMS, by={"id": made["id"]})

    shown = [(each["__typename"], each["title"]) for each in found["collectionItems"]["nodes"]]
    assert shown == [("Organisation", "Afpa"), ("Event", "Open day")]


async def test_it_is_asked_with_the_rights_of_who_reads_it(ask: Ask, query: Query, folder: str) -> None:
    made = await collection(ask, folder)

    hidden = await query(ITEMS, by={"id": made["id"]}, actor=anonymous)
    await ask("publish", {"id": made["id"], "expectedVersion": 1})
    found = await query(ITEMS, by={"id": made["id"]}, actor=anonymous)

    assert hidden == {"collectionItems": None}
    assert titles(found["collectionItems"]) == ["Fair"]
    assert found["collectionItems"]["totalCount"] == 1


async def test_its_limit_is_that_of_a_page_and_the_others_follow(ask: Ask, query: Query, folder: str) -> None:
    made = await collection(ask, folder, limit=2, orderBy="start")
    by = {"id": made["id"]}

    first = (await query(ITEMS, by=by))["collectionItems"]
    more = (await query(ITEMS, by=by, first=50, after=first["pageInfo"]["endCursor"]))["collectionItems"]
    one = (await query(ITEMS, by=by, first=1))["collectionItems"]

    assert titles(first) == ["Second fair", "Fair"]
    assert (first["totalCount"], first["pageInfo"]["hasNextPage"]) == (3, True)
    assert titles(more) == ["Open day"]
    assert more["pageInfo"]["hasNextPage"] is False
    assert titles(one) == ["Second fair"]


@pytest.mark.parametrize("first", [0, 101])
async def test_a_page_of_it_has_1_to_100_items_like_any_other(
    ask: Ask, query: Query, schema: strawberry.Schema, desk: Desk, folder: str, first: int
) -> None:
    made = await collection(ask, folder, limit=2)
    variables = {"by": {"id": made["id"]}, "first": first}

    found = await schema.execute(ITEMS, variables, context_value=Context(desk))

    assert found.errors is not None
    assert [(each.message, (each.extensions or {}).get("path")) for each in found.errors] == [
        ("A page has 1 to 100 items.", ["first"])
    ]


async def test_an_old_path_leads_to_it(ask: Ask, query: Query, folder: str) -> None:
    made = await collection(ask, folder)
    await ask("itemMove", {"id": made["id"], "expectedVersion": 1, "slug": "what-comes"})

    found = await query(ITEMS, by={"path": made["item"]["path"]})

    assert len(titles(found["collectionItems"])) == 3


MISFITS = [
    ({"where": '{"colour": {"eq": "red"}}'}, ["where"], "no such filter of Event"),
    ({"where": '{"kind": {"eq": 3}}'}, ["where"], "kind"),
    ({"where": '{"not": {"not": {"not": {"not": {"kind": {"eq": "fair"}}}}}}'}, ["where"], "4 levels"),
    ({"where": '{"not":' * 200 + "{}" + "}" * 200}, ["where"], "nested too deeply"),
    ({"where": "kind = fair"}, ["where"], "JSON"),
    ({"where": "[]"}, ["where"], "JSON object"),
    ({"orderBy": "colour"}, ["orderBy"], "does not order Event by colour"),
    ({"types": ["EVENT", "CITE"], "where": '{"kind": {"eq": "fair"}}'}, ["where"], "no such filter of Item"),
    ({"types": ["EVENT", "CITE"], "orderBy": "start"}, ["orderBy"], "does not order Item by start"),
]


@pytest.mark.parametrize(("values", "path", "said"), MISFITS, ids=[each[2] for each in MISFITS])
async def test_a_question_that_the_api_does_not_have_is_refused(
    ask: Ask, folder: str, values: Any, path: list[str], said: str
) -> None:
    made = await collection(ask, folder, **values)

    assert codes(made) == [("InvalidInputError", "INVALID", ["input", *path])]
    assert said in made["errors"][0]["message"]


async def test_near_sort_keys_are_told_and_all_faults_at_once_in_french(ask: Ask, folder: str) -> None:
    given = {"title": "Agenda", "language": "EN", "parent": folder, "types": ["EVENT"]}
    made = await ask("collectionCreate", {**given, "where": '{"x": 1}', "orderBy": "x"}, language="fr")

    assert [each["path"] for each in made["errors"]] == [["input", "where"], ["input", "orderBy"]]
    assert made["errors"][0]["message"].startswith("L’API n’a pas de tel filtre de Event : ")
    assert made["errors"][1]["message"] == "L’API ne range pas Event par x."
    assert "start" in made["errors"][1]["near"]


async def test_an_update_is_judged_with_what_it_leaves_as_it_is(ask: Ask, query: Query, folder: str) -> None:
    made = await collection(ask, folder, where='{"kind": {"eq": "fair"}}')

    wrong = await ask("collectionUpdate", {"id": made["id"], "expectedVersion": 1, "types": ["CITE"]})
    right = await ask("collectionUpdate", {"id": made["id"], "expectedVersion": 1, "types": ["CITE"], "where": None})
    other = await ask("collectionUpdate", {"id": made["id"], "expectedVersion": 2, "title": "Places"})

    assert codes(wrong) == [("InvalidInputError", "INVALID", ["input", "where"])]
    assert (right["errors"], other["errors"]) == ([], [])
    assert titles((await query(ITEMS, by={"id": made["id"]}))["collectionItems"]) == []


async def test_the_draft_is_what_an_update_of_a_published_collection_is_judged_with(ask: Ask, folder: str) -> None:
    made = await collection(ask, folder)
    await ask("publish", {"id": made["id"], "expectedVersion": 1})
    at = {"id": made["id"]}

    drafted = await ask("collectionUpdate", {**at, "expectedVersion": 2, "types": ["PAGE"]})
    wrong = await ask("collectionUpdate", {**at, "expectedVersion": drafted["version"], "orderBy": "start"})

    assert drafted["errors"] == []
    assert codes(wrong) == [("InvalidInputError", "INVALID", ["input", "orderBy"])]


async def test_a_stored_question_that_no_longer_fits_says_so(
    folder: str, schema: strawberry.Schema, desk: Desk
) -> None:
    found = own_id(folder)
    assert found
    values = {"title": "Old", "language": "en", "types": ["Event"], "parent": Ref(*found), "where": '{"colour": "red"}'}
    item = await editing.create(desk, "Collection", values)

    by = {"id": global_id("Collection", item.id)}
    answer = await schema.execute(ITEMS, {"by": by}, context_value=Context(desk))

    assert answer.data == {"collectionItems": None}
    assert [(each.extensions or {})["code"] for each in answer.errors or ()] == ["BAD_USER_INPUT"]
    assert "unknown field 'colour'" in str(answer.errors)
