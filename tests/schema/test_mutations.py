"""Writing through the API: items made, changed, linked, moved and deleted; what is refused is told by typed errors."""

import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import pytest
import strawberry

from directory import editing, grants, placing
from directory.actor import Actor, anonymous
from directory.desk import Desk
from directory.enums import Role
from directory.reading import all_of
from directory.values import Ref
from schema.context import Context
from schema.ids import global_id, own_id
from schema.sdl import sdl

SITE = placing.SITE
KEY = "4be0643f-1d98-4c3a-9a9e-0f4f8f1a0001"
ERRORS = """
errors {
  __typename
  ... on UserError { code message path }
  ... on InvalidInputError { near }
  ... on ConflictError { currentVersion current { id version } }
  ... on DuplicateError { existing { id title } }
  ... on ForbiddenError { requiredRole moves }
  ... on InUseError { count sample { id } }
}
"""
Ask = Callable[..., Awaitable[Any]]


@pytest.fixture
def ask(schema: strawberry.Schema, desk: Desk) -> Ask:
    """Does one mutation and gives its payload, without the parts that say nothing."""

    async def asked(name: str, input: Mapping[str, Any], select: str = "id version", **by: Any) -> Any:
        type_name = str(schema._schema.mutation_type.fields[name].args["input"].type)  # type: ignore[union-attr]
        text = f"mutation($input: {type_name}) {{ {name}(input: $input) {{ {select} {ERRORS} }} }}"
        context = Context(desk.for_actor(by.get("actor", desk.actor)), by.get("language"))
        found = await schema.execute(text, {"input": input}, context_value=context)
        assert not found.errors, found.errors
        return found.data[name]

    return asked


def someone(role: Role, name: str = "u-1") -> Actor:
    return Actor(name, name, roles={SITE.id: role})


def codes(payload: Any) -> list[tuple[str, str, list[str]]]:
    return [(each["__typename"], each["code"], each["path"]) for each in payload["errors"]]


async def some(desk: Desk, type_name: str) -> list[str]:
    return [item.id async for item in all_of(desk, type_name)]


async def test_what_is_made_is_read_back_as_its_maker_sees_it(ask: Ask) -> None:
    select = "item { path } organisation { title slug siret state version } cite { slug } replayed hasDraft"

    payload = await ask(
        "organisationCreate", {"title": {"en": "Afpa", "fr": "Afpa"}, "siret": "732 829 320 00074"}, select
    )

    assert payload == {
        "item": {"path": "/organisations/afpa"},
        "organisation": {
            "title": "Afpa",
            "slug": "afpa",
            "siret": "73282932000074",
            "state": "PRIVATE",
            "version": 1,
        },
        "cite": None,
        "replayed": False,
        "hasDraft": False,
        "errors": [],
    }


NESTED = """
organisation {
  slug
  contributions { totalCount nodes { kind beneficiary { __typename ... on Cite { slug } } quantity { value } } }
  partnerships { nodes { role { code } cite { slug } } }
}
replayed
"""


async def test_a_cite_registers_its_first_organisation_with_nested_contributions_idempotently(
    ask: Ask, desk: Desk
) -> None:
    cite = await ask("citeCreate", {"title": {"en": "Lille"}})
    given = {
        "title": {"en": "Mission locale"},
        "idempotencyKey": KEY,
        "contributions": [
            {"beneficiary": cite["id"], "kind": "HUMAN", "quantity": {"value": "0.5", "unit": "fte"}},
            {"beneficiary": cite["id"], "kind": "EXPERTISE"},
        ],
        "partnerships": [{"cite": cite["id"], "role": "holder"}],
    }

    first = await ask("organisationCreate", given, NESTED)
    second = await ask("organisationCreate", given, NESTED)

    assert (first["errors"], first["replayed"], second["replayed"]) == ([], False, True)
    assert first["organisation"] == second["organisation"]
    assert first["organisation"]["contributions"]["totalCount"] == 2
    assert first["organisation"]["partnerships"]["nodes"] == [{"role": {"code": "holder"}, "cite": {"slug": "lille"}}]
    assert [len(await some(desk, each)) for each in ("Organisation", "Contribution", "Partnership")] == [1, 2, 1]
    other = await ask("organisationCreate", {**given, "title": {"en": "Other"}})
    assert codes(other) == [("ConflictError", "CONFLICT", ["input", "idempotencyKey"])]


async def test_a_new_cite_comes_with_its_channels_and_services(ask: Ask) -> None:
    given = {
        "title": {"en": "Lille"},
        "channels": [{"title": {"en": "Bus"}, "kind": "ITINERANT"}],
        "services": [{"title": {"en": "Counselling"}, "types": ["counselling"]}],
    }

    payload = await ask(
        "citeCreate", given, "cite { channels { nodes { path kind } } services { nodes { path parent { slug } } } }"
    )

    assert payload["cite"] == {
        "channels": {"nodes": [{"path": "/cites/lille/bus", "kind": "ITINERANT"}]},
        "services": {"nodes": [{"path": "/cites/lille/counselling", "parent": {"slug": "lille"}}]},
    }


@pytest.mark.parametrize(("name", "type"), [("file", "application/pdf"), ("image", "image/png")])
async def test_files_and_images_are_made_with_what_is_kept_of_them(ask: Ask, name: str, type: str) -> None:
    cite = await ask("citeCreate", {"title": {"en": "Lille"}})
    kept = {"name": "one", "type": type, "bytes": 12, "sha256": "0" * 64}
    given = {"title": "One", "parent": cite["id"], "file": kept}

    payload = await ask(f"{name}Create", given, f"{name} {{ path file {{ name type bytes sha256 }} }}")

    assert payload == {name: {"path": "/cites/lille/one", "file": kept}, "errors": []}


async def test_all_faults_are_told_at_once_by_their_place_and_nothing_is_written(ask: Ask, desk: Desk) -> None:
    cite = await ask("citeCreate", {"title": {"en": "Lille"}})
    given = {
        "siret": "123",
        "website": "nowhere",
        "location": {"latitude": 91, "longitude": 0},
        "territory": global_id("Territory", "none"),
        "sources": [{"document": "nonsense", "field": "legalForm"}],
        "contributions": [
            {"beneficiary": cite["id"], "kind": "HUMAN"},
            {"beneficiary": cite["id"], "kind": "HUMAN", "subForm": "nonsense", "start": "2020", "end": "2019"},
        ],
    }

    payload = await ask("organisationCreate", given, "organisation { id }")

    assert payload["organisation"] is None
    places = {tuple(path): kind for kind, _, path in codes(payload)}
    assert places == {
        ("input", "siret"): "InvalidInputError",
        ("input", "website"): "InvalidInputError",
        ("input", "location", "latitude"): "InvalidInputError",
        ("input", "title"): "InvalidInputError",
        ("input", "territory"): "NotFoundError",
        ("input", "sources", "0"): "NotFoundError",
        ("input", "contributions", "1", "subForm"): "InvalidInputError",
        ("input", "contributions", "1", "end"): "InvalidInputError",
    }
    assert await some(desk, "Organisation") == []


LACKING = [  # what is created with what, and the places of its faults
    ("observationCreate", {}, ["indicator", "period", "subject"]),
    ("contributionCreate", {"contributor": "-", "kind": "HUMAN"}, ["beneficiary", "contributor"]),
    ("contributionCreate", {"beneficiary": "cite", "kind": "HUMAN"}, ["contributor"]),
    (
        "contributionCreate",
        {"beneficiary": global_id("Person", "x"), "contributor": "-"},
        ["beneficiary", "contributor", "kind"],
    ),
    ("contributionCreate", {}, ["beneficiary", "contributor", "kind"]),
    ("serviceCreate", {"title": {"en": "Bus"}}, ["cite"]),
    ("fileCreate", {"title": "One"}, ["file", "parent"]),
    ("lifeEventCreate", {"subject": "cite"}, ["title"]),
]


@pytest.mark.parametrize(("name", "given", "places"), LACKING)
async def test_what_is_missing_is_told_all_at_once_by_fields_of_the_input(
    ask: Ask, name: str, given: dict[str, Any], places: list[str]
) -> None:
    cite = await ask("citeCreate", {"title": {"en": "Lille"}})

    payload = await ask(name, {key: cite["id"] if value == "cite" else value for key, value in given.items()})

    assert sorted(tuple(each["path"]) for each in payload["errors"]) == [("input", place) for place in places]


async def test_faults_of_an_item_and_of_those_below_are_told_all_at_once(ask: Ask, desk: Desk) -> None:
    cite = await ask("citeCreate", {"title": {"en": "Lille"}})
    given = {
        "siret": "123",
        "contributions": [
            {"beneficiary": cite["id"], "kind": "HUMAN"},
            {"beneficiary": cite["id"], "start": "2020", "end": "2019"},
            {"beneficiary": "nonsense", "kind": "HUMAN"},
        ],
        "partnerships": [{"cite": cite["id"], "role": "nonsense"}, {"cite": cite["id"]}],
    }
    of_the_item = {("input", "siret"), ("input", "title")}
    below = {
        ("input", "contributions", "1", "kind"),
        ("input", "contributions", "1", "end"),
        ("input", "contributions", "2", "beneficiary"),
        ("input", "partnerships", "0", "role"),
    }

    both = await ask("organisationCreate", given)
    fine = await ask("organisationCreate", {"title": {"en": "Afpa"}, **given, "siret": None})

    assert {tuple(each["path"]) for each in both["errors"]} == of_the_item | below
    assert {tuple(each["path"]) for each in fine["errors"]} == below
    assert await some(desk, "Organisation") == []


async def test_an_item_below_names_no_other_one_above(ask: Ask, desk: Desk) -> None:
    cite = await ask("citeCreate", {"title": {"en": "Lille"}})
    other = await ask("organisationCreate", {"title": {"en": "Other"}})
    below = {"contributor": other["id"], "beneficiary": cite["id"], "kind": "HUMAN"}

    payload = await ask("organisationCreate", {"title": {"en": "Afpa"}, "contributions": [below]})

    assert codes(payload) == [("InvalidInputError", "INVALID", ["input", "contributions", "0", "contributor"])]
    assert payload["errors"][0]["message"] == "This is not said here."
    assert await some(desk, "Contribution") == []


async def test_what_may_not_be_made_below_is_told_of_its_place(ask: Ask, desk: Desk) -> None:
    cite = await ask("citeCreate", {"title": {"en": "Lille"}})
    lille = Ref(*own_id(cite["id"]) or ("", ""))
    await grants.add_user(desk, "Ann", id="ann")
    await grants.grant(desk, lille, "ann", Role.READER)
    ann = Actor("ann", "Ann", roles={SITE.id: Role.EDITOR, lille.id: Role.READER})
    given = {"title": {"en": "Afpa"}, "contributions": [{"beneficiary": cite["id"], "kind": "HUMAN"}]}

    payload = await ask("organisationCreate", given, actor=ann)

    assert codes(payload) == [("ForbiddenError", "FORBIDDEN", ["input", "contributions", "0"])]


async def test_a_fault_below_leaves_nothing_behind_and_says_where_it_is(ask: Ask, desk: Desk) -> None:
    cite = await ask("citeCreate", {"title": {"en": "Lille"}})
    below = {"beneficiary": cite["id"], "kind": "HUMAN"}

    wrong = await ask(
        "organisationCreate",
        {"title": {"en": "Afpa"}, "contributions": [below, {**below, "start": "2020", "end": "2019"}]},
    )
    nowhere = await ask(
        "organisationCreate", {"title": {"en": "Afpa"}, "contributions": [below, {**below, "beneficiary": "nonsense"}]}
    )

    assert codes(wrong) == [("InvalidInputError", "INVALID", ["input", "contributions", "1", "end"])]
    assert codes(nowhere) == [("NotFoundError", "NOT_FOUND", ["input", "contributions", "1", "beneficiary"])]
    assert await some(desk, "Organisation") == []
    assert await some(desk, "Contribution") == []


async def test_items_are_made_one_level_below_and_fifty_at_most(ask: Ask, desk: Desk) -> None:
    bus = {"title": {"en": "Bus"}, "kind": "ITINERANT"}

    deep = await ask("citeCreate", {"title": {"en": "A"}, "channels": [{**bus, "contributions": [{"kind": "HUMAN"}]}]})
    many = await ask("citeCreate", {"title": {"en": "A"}, "channels": [bus] * 51})
    fits = await ask("citeCreate", {"title": {"en": "A"}, "channels": [bus] * 50})

    assert codes(deep) == [("InvalidInputError", "INVALID", ["input", "channels", "0", "contributions"])]
    assert codes(many) == [("InvalidInputError", "INVALID", ["input", "channels"])]
    assert fits["errors"] == []
    assert len(await some(desk, "Channel")) == 50


async def test_absent_null_and_value_are_three_things(ask: Ask) -> None:
    select = "id version organisation { title legalForm otherNames country }"
    made = await ask(
        "organisationCreate",
        {"title": {"en": "Afpa"}, "legalForm": "EPIC", "otherNames": ["A", "B"], "country": "FR"},
        select,
    )

    changed = await ask(
        "organisationUpdate",
        {"id": made["id"], "expectedVersion": 1, "legalForm": None, "otherNames": ["C"]},
        select,
    )

    assert changed["version"] == 2
    assert changed["organisation"] == {"title": "Afpa", "legalForm": None, "otherNames": ["C"], "country": "FR"}


async def test_the_second_of_two_editors_who_rename_the_same_organisation_gets_a_typed_conflict(ask: Ask) -> None:
    made = await ask("organisationCreate", {"title": {"en": "Afpa"}})
    rename = {"id": made["id"], "expectedVersion": 1}

    first = await ask("organisationUpdate", {**rename, "title": {"en": "Afpa Nord"}}, "organisation { title version }")
    second = await ask("organisationUpdate", {**rename, "title": {"en": "Afpa Sud"}}, "organisation { title }")

    assert first["organisation"] == {"title": "Afpa Nord", "version": 2}
    assert second == {
        "organisation": None,
        "errors": [
            {
                "__typename": "ConflictError",
                "code": "CONFLICT",
                "message": "Somebody else changed the item: its version is now 2.",
                "path": ["input", "expectedVersion"],
                "currentVersion": 2,
                "current": {"id": made["id"], "version": 2},
            }
        ],
    }


async def test_an_update_says_which_item_and_which_version(ask: Ask) -> None:
    payload = await ask("organisationUpdate", {"title": {"en": ""}, "idempotencyKey": KEY, "siret": "1"})

    assert {tuple(each["path"]) for each in payload["errors"]} == {
        ("input", "id"),
        ("input", "expectedVersion"),
        ("input", "idempotencyKey"),
        ("input", "siret"),
    }


@pytest.mark.parametrize("id", ["nonsense", "", global_id("Cite", "x"), global_id("Organisation", "x")])
async def test_malformed_absent_and_other_ids_get_one_answer(ask: Ask, id: str) -> None:
    update = await ask("organisationUpdate", {"id": id or "-", "expectedVersion": 1, "title": {"en": "A"}})

    assert codes(update) == [("NotFoundError", "NOT_FOUND", ["input", "id"])]


async def test_a_slug_that_is_taken_names_who_has_it(ask: Ask) -> None:
    made = await ask("organisationCreate", {"title": {"en": "Afpa"}})

    payload = await ask("organisationCreate", {"title": {"en": "Other"}, "slug": "afpa"})

    assert codes(payload) == [("DuplicateError", "DUPLICATE", ["input", "slug"])]
    assert payload["errors"][0]["existing"] == {"id": made["id"], "title": "Afpa"}


async def test_a_published_item_is_changed_as_a_draft_until_that_is_published(ask: Ask) -> None:
    made = await ask("sourceCreate", {"title": {"en": "Report"}, "kind": "REPORT"})
    select = "version hasDraft source { title version state }"

    shown = await ask("publish", {"id": made["id"], "expectedVersion": 1}, select)
    changed = await ask(
        "sourceUpdate", {"id": made["id"], "expectedVersion": shown["version"], "title": {"en": "Report 2"}}, select
    )
    public = await ask("publishDraft", {"id": made["id"], "expectedVersion": changed["version"]}, select)

    assert shown["source"] == {"title": "Report", "version": 2, "state": "PUBLISHED"}
    assert (changed["version"], changed["hasDraft"], changed["source"]["title"]) == (3, True, "Report")
    assert (public["hasDraft"], public["source"]["title"]) == (False, "Report 2")


async def test_a_draft_is_read_as_the_input_that_makes_it(ask: Ask, schema: strawberry.Schema, desk: Desk) -> None:
    territory = await ask("territoryCreate", {"title": {"en": "Nord"}})
    source = await ask("sourceCreate", {"title": {"en": "Report"}, "kind": "REPORT"})
    given = {"title": {"en": "Afpa", "fr": "Afpa"}, "type": "public_authority", "otherNames": ["A"], "country": "FR"}
    made = await ask("organisationCreate", given)
    changes = {
        "title": {"en": "Afpa Nord", "fr": None},
        "location": {"latitude": 50.6, "longitude": 3.1},
        "territory": territory["id"],
        "otherNames": ["A", "B"],
        "country": None,
        "typeCertainty": "IMPLIED",
        "verifiedOn": "2024-02-03",
        "asOf": ["2018-09"],
        "sources": [{"document": source["id"], "locator": "p. 3", "field": "otherNames"}],
    }

    async def read(actor: Actor = desk.actor) -> Any:
        found = await schema.execute(
            "query ($id: ID!) { draft(id: $id) }", {"id": made["id"]}, context_value=Context(desk.for_actor(actor))
        )
        assert not found.errors, found.errors
        return found.data["draft"]

    shown = await ask("publish", {"id": made["id"], "expectedVersion": 1})
    before = await read()
    changed = await ask("organisationUpdate", {"id": made["id"], "expectedVersion": shown["version"], **changes})
    given = json.loads(await read())

    assert (before, await read(anonymous), await read(Actor("u-9", "Stranger"))) == (None, None, None)
    assert given == {"id": made["id"], "expectedVersion": changed["version"], **changes}
    again = await ask("organisationUpdate", given)
    assert (again["errors"], json.loads(await read())["title"]) == ([], changes["title"])


STEPS = [
    ("submit", {}, "PENDING"),
    ("reject", {"comment": "Too short."}, "PRIVATE"),
    ("submit", {}, "PENDING"),
    ("withdraw", {}, "PRIVATE"),
    ("publish", {}, "PUBLISHED"),
    ("retire", {}, "PRIVATE"),
    ("archive", {}, "ARCHIVED"),
    ("restore", {}, "PRIVATE"),
]


async def test_an_item_goes_through_its_workflow(ask: Ask) -> None:
    made = await ask("sourceCreate", {"title": {"en": "Report"}, "kind": "REPORT"})
    version, states = made["version"], []

    for name, more, _ in STEPS:
        payload = await ask(name, {"id": made["id"], "expectedVersion": version, **more}, "version item { state }")
        assert payload["errors"] == []
        version = payload["version"]
        states.append(payload["item"]["state"])

    assert states == [state for _, _, state in STEPS]


async def test_a_move_that_is_not_possible_says_which_are(ask: Ask) -> None:
    made = await ask("sourceCreate", {"title": {"en": "Report"}, "kind": "REPORT"})

    payload = await ask("withdraw", {"id": made["id"], "expectedVersion": 1})
    mute = await ask("reject", {"id": made["id"], "expectedVersion": 1})

    assert codes(payload) == [("ForbiddenError", "FORBIDDEN", ["input"])]
    assert payload["errors"][0]["moves"] == ["submit", "publish", "archive"]
    assert codes(mute) == [("InvalidInputError", "INVALID", ["input", "comment"])]


async def test_what_is_needed_to_publish_is_told(ask: Ask) -> None:
    made = await ask("projectCreate", {"title": {"en": "Desk"}})

    payload = await ask("publish", {"id": made["id"], "expectedVersion": 1}, language="fr")

    assert codes(payload) == [("InvalidInputError", "INVALID", ["input", "kind"])]
    assert payload["errors"][0]["message"] == "est obligatoire pour soumettre ou publier"


ALLOWED = [
    (Role.READER, "organisationCreate", "CONTRIBUTOR"),
    (Role.CONTRIBUTOR, "organisationCreate", None),
    (Role.CONTRIBUTOR, "organisationUpdate", "EDITOR"),
    (Role.EDITOR, "organisationUpdate", None),
    (Role.EDITOR, "publish", "REVIEWER"),
    (Role.REVIEWER, "publish", None),
    (Role.CONTRIBUTOR, "itemDelete", "EDITOR"),
    (Role.EDITOR, "itemDelete", None),
    (Role.EDITOR, "itemMove", None),
    (Role.READER, "itemLink", "EDITOR"),
    (Role.READER, "submit", "EDITOR"),
]


@pytest.mark.parametrize(("role", "name", "required"), ALLOWED)
async def test_who_may_do_what(ask: Ask, role: Role, name: str, required: str | None) -> None:
    made = await ask("organisationCreate", {"title": {"en": "Afpa"}})
    given: dict[str, Any] = {"id": made["id"], "expectedVersion": 1}
    more = {
        "organisationUpdate": {"title": {"en": "B"}},
        "itemMove": {"slug": "b"},
        "itemLink": {"field": "succeeds", "targets": []},
    }
    given = {"title": {"en": "C"}} if name == "organisationCreate" else {**given, **more.get(name, {})}

    payload = await ask(name, given, actor=someone(role))

    told = [(each["__typename"], each["requiredRole"]) for each in payload["errors"]]
    assert told == ([("ForbiddenError", required)] if required else [])


async def test_a_visitor_changes_nothing_and_is_told_to_sign_in(schema: strawberry.Schema, desk: Desk) -> None:
    text = 'mutation { organisationCreate(input: {title: {en: "A"}}) { id } }'

    found = await schema.execute(text, context_value=Context(desk.for_actor(anonymous)))

    [error] = found.errors or []
    assert found.data == {"organisationCreate": None}
    assert getattr(error.original_error, "code", None) == "UNAUTHENTICATED"


async def test_a_hidden_item_is_as_absent_as_one_that_is_not_there(ask: Ask, desk: Desk) -> None:
    hidden = await ask("organisationCreate", {"title": {"en": "Afpa"}})
    stranger = Actor("u-9", "Stranger")

    there = await ask("itemDelete", {"id": hidden["id"], "expectedVersion": 1}, actor=stranger)
    absent = await ask("itemDelete", {"id": global_id("Organisation", "x"), "expectedVersion": 1}, actor=stranger)

    assert there == absent
    assert codes(there) == [("NotFoundError", "NOT_FOUND", ["input", "id"])]


LANGUAGES = [  # the description given in a change, as visitors of each language then read it
    ({"fr": "Un centre"}, {"en": "A centre", "fr": "Un centre", "it": "Un centro"}),
    ({"it": None}, {"en": "A centre", "fr": "Le centre", "it": "A centre"}),
    ({"en": None, "fr": "Un centre"}, {"en": "Un centre", "fr": "Un centre", "it": "Un centro"}),
    ({"en": None, "fr": None, "it": None}, {"en": None, "fr": None, "it": None}),
    ({}, {"en": "A centre", "fr": "Le centre", "it": "Un centro"}),
    (None, {"en": None, "fr": None, "it": None}),
]


@pytest.mark.parametrize(("given", "read"), LANGUAGES)
async def test_absent_languages_stay_and_null_clears_one(ask: Ask, given: Any, read: dict[str, str | None]) -> None:
    texts = {"en": "A centre", "fr": "Le centre", "it": "Un centro"}
    made = await ask("organisationCreate", {"title": {"en": "Afpa"}, "description": texts})
    change = {"id": made["id"], "expectedVersion": 1, "description": given}

    first = await ask("organisationUpdate", change, "version organisation { title description }", language="en")
    french, italian = [
        await ask(
            "organisationUpdate",
            change | {"expectedVersion": first["version"]},
            language=each,
            select="version organisation { description }",
        )
        for each in ("fr", "it")
    ]

    assert first["organisation"]["title"] == "Afpa"
    found = [each["organisation"]["description"] for each in (first, french, italian)]
    assert dict(zip(("en", "fr", "it"), found, strict=True)) == read


async def test_the_title_cannot_be_cleared_in_its_last_language(ask: Ask) -> None:
    made = await ask("organisationCreate", {"title": {"en": "Afpa", "fr": "AFPA"}})

    kept = await ask("organisationUpdate", {"id": made["id"], "expectedVersion": 1, "title": {"en": None}}, "version")
    refused = await ask("organisationUpdate", {"id": made["id"], "expectedVersion": 2, "title": {"fr": None}})

    assert kept["version"] == 2
    assert codes(refused) == [("InvalidInputError", "INVALID", ["input", "title"])]


async def test_what_others_lead_to_is_deleted_by_force_only_and_comes_back(ask: Ask, desk: Desk) -> None:
    territory = await ask("territoryCreate", {"title": {"en": "Nord"}})
    cite = await ask("citeCreate", {"title": {"en": "Lille"}, "serves": [territory["id"]]})
    gone = {"id": territory["id"], "expectedVersion": 1}

    refused = await ask("itemDelete", gone)
    forced = await ask("itemDelete", {**gone, "force": True}, "id item { id }")
    back = await ask("itemRestore", {"id": territory["id"]}, "territory { servedBy { nodes { id } } }")

    assert refused["errors"][0] | {"message": ""} == {
        "__typename": "InUseError",
        "code": "IN_USE",
        "message": "",
        "path": ["input"],
        "count": 1,
        "sample": [{"id": cite["id"]}],
    }
    assert forced == {"id": territory["id"], "item": None, "errors": []}
    assert back["territory"] == {"servedBy": {"nodes": [{"id": cite["id"]}]}}


async def test_links_are_added_and_taken_away_with_what_they_say(ask: Ask) -> None:
    first = await ask("territoryCreate", {"title": {"en": "Nord"}})
    second = await ask("territoryCreate", {"title": {"en": "Aisne"}})
    source = await ask("sourceCreate", {"title": {"en": "Report"}, "kind": "REPORT"})
    cite = await ask("citeCreate", {"title": {"en": "Lille"}, "serves": [first["id"]]})
    select = "version cite { serves { nodes { slug } } sources { locator field document { slug } } }"
    at = {"id": cite["id"], "field": "serves"}

    more = await ask("itemLink", {**at, "expectedVersion": 1, "targets": [second["id"]]}, select)
    less = await ask("itemUnlink", {**at, "expectedVersion": 2, "targets": [first["id"]]}, select)
    cited = await ask(
        "itemLink",
        {
            "id": cite["id"],
            "field": "sources",
            "expectedVersion": 3,
            "citations": [{"document": source["id"], "locator": "L1", "field": "otherNames"}],
        },
        select,
    )
    wrong = await ask("itemLink", {"id": cite["id"], "field": "serve", "expectedVersion": 4, "targets": []})

    nowhere = {"expectedVersion": 4, "targets": [first["id"], global_id("Territory", "x"), global_id("Person", "x")]}
    strange = await ask("itemLink", {**at, **nowhere})
    absent = await ask("itemLink", {**at, **nowhere, "targets": nowhere["targets"][:2]})

    assert {each["slug"] for each in more["cite"]["serves"]["nodes"]} == {"nord", "aisne"}
    assert codes(strange) == [("InvalidInputError", "INVALID", ["input", "targets", "2"])]
    assert codes(absent) == [("NotFoundError", "NOT_FOUND", ["input", "targets", "1"])]
    assert less["cite"]["serves"]["nodes"] == [{"slug": "aisne"}]
    assert cited["cite"]["sources"] == [{"locator": "L1", "field": "otherNames", "document": {"slug": "report"}}]
    assert codes(wrong) == [("InvalidInputError", "INVALID", ["input", "field"])]
    assert "serves" in wrong["errors"][0]["near"]


async def test_an_item_is_moved_and_renamed(ask: Ask, desk: Desk) -> None:
    folder = await ask("folderCreate", {"title": "Archive", "parent": global_id("Site", SITE.id)})
    made = await ask("organisationCreate", {"title": {"en": "Afpa"}})
    at = {"id": made["id"], "expectedVersion": 1}

    moved = await ask("itemMove", {**at, "parent": folder["id"], "slug": "afpa-old"}, "version item { path }")
    nowhere = await ask("itemMove", {**at, "expectedVersion": 2, "parent": "nonsense"})

    assert moved["item"] == {"path": "/archive/afpa-old"}
    assert codes(nowhere) == [("NotFoundError", "NOT_FOUND", ["input", "parent"])]


async def test_an_old_path_leads_those_who_see_the_item_to_where_it_is_now(
    ask: Ask, schema: strawberry.Schema, desk: Desk
) -> None:
    text = """query ($path: String!) {
      cite(by: {path: $path}, locale: "fr") { path title channels { nodes { path } } }
      channel(by: {path: $path}) { path }
      analyses(cite: {path: $path}) { coverage { __typename } }
    }"""
    given = {
        "title": {"en": "Lille", "fr": "Lille (Nord)"},
        "channels": [{"title": {"en": "Bus"}, "kind": "ITINERANT"}],
    }
    made = await ask("citeCreate", given)
    await ask("itemMove", {"id": made["id"], "expectedVersion": 1, "slug": "lille-nord"})

    async def read(path: str, actor: Actor = desk.actor) -> Any:
        found = await schema.execute(text, {"path": path}, context_value=Context(desk.for_actor(actor)))
        assert not found.errors, found.errors
        return found.data

    bus = {"path": "/cites/lille-nord/bus"}
    cite = {"path": "/cites/lille-nord", "title": "Lille (Nord)", "channels": {"nodes": [bus]}}
    scope = {"coverage": {"__typename": "Coverage"}}
    hidden = {"cite": None, "channel": None, "analyses": None}
    assert await read("/cites/lille") == {"cite": cite, "channel": None, "analyses": scope}
    assert await read("/cites/lille/bus") == {"cite": None, "channel": bus, "analyses": None}
    assert await read("/cites/lille", anonymous) == hidden
    assert await read("/cites/nowhere") == hidden


async def test_an_earlier_version_comes_back(ask: Ask) -> None:
    made = await ask("organisationCreate", {"title": {"en": "Afpa"}})
    await ask("organisationUpdate", {"id": made["id"], "expectedVersion": 1, "title": {"en": "Other"}})

    payload = await ask(
        "itemRevert", {"id": made["id"], "expectedVersion": 2, "version": 1}, "version organisation { title }"
    )

    assert payload == {"version": 3, "organisation": {"title": "Afpa"}, "errors": []}


async def test_a_decision_on_the_label_is_a_life_event(ask: Ask) -> None:
    cite = await ask("citeCreate", {"title": {"en": "Lille"}})
    source = await ask("sourceCreate", {"title": {"en": "Letter"}, "kind": "STATEMENT"})
    given = {"id": cite["id"], "expectedVersion": 1, "date": "2024-11", "sources": [{"document": source["id"]}]}

    payload = await ask(
        "labelMove", {**given, "move": "AWARD"}, "lifeEvent { kind labelState subject { ... on Cite { slug } } }"
    )
    again = await ask("labelMove", {**given, "move": "AWARD"})

    assert payload["lifeEvent"] == {"kind": "LABEL_DECIDED", "labelState": "LABELLED", "subject": {"slug": "lille"}}
    assert codes(again) == [("ForbiddenError", "FORBIDDEN", ["input"])]
    assert "suspend" in again["errors"][0]["moves"]


@pytest.mark.parametrize(
    ("language", "message"),
    [
        ("fr", "Quelqu’un d’autre a modifié l’élément : sa version est maintenant 1."),
        ("fr-CA", "Quelqu’un d’autre a modifié l’élément : sa version est maintenant 1."),
        ("de", "Somebody else changed the item: its version is now 1."),
    ],
)
async def test_refusals_are_said_in_the_language_of_the_reader(ask: Ask, language: str, message: str) -> None:
    made = await ask("organisationCreate", {"title": {"en": "Afpa"}})

    payload = await ask(
        "organisationUpdate", {"id": made["id"], "expectedVersion": 7, "title": {"en": "B"}}, language=language
    )

    assert payload["errors"][0]["message"] == message


async def test_every_type_can_be_created_and_changed(schema: strawberry.Schema) -> None:
    mutation = schema._schema.mutation_type
    assert mutation is not None

    names = set(mutation.fields)

    from_types = {name for name in names if name.endswith(("Create", "Update"))}
    assert len(from_types) == 2 * 30 - 1  # there is one Site, which nobody makes
    assert {"publish", "publishDraft", "itemDelete", "itemRestore", "itemMove", "itemLink", "labelMove"} < names


async def test_the_values_of_a_mutation_are_in_no_log(ask: Ask, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        await ask("organisationCreate", {"title": {"en": "Afpa"}, "note": "between-us-only", "siret": "between-us-too"})

    assert not [each for each in caplog.records if "between-us" in each.getMessage()]


async def test_fields_of_one_operation_are_done_one_after_the_other(schema: strawberry.Schema, desk: Desk) -> None:
    text = """mutation {
      a: organisationCreate(input: {title: {en: "A"}}) { organisation { slug } errors { __typename } }
      b: organisationCreate(input: {title: {en: "B"}, slug: "api"}) { organisation { slug } errors { __typename } }
      c: organisationCreate(input: {title: {en: "A"}}) { organisation { slug } errors { __typename } }
    }"""

    found = await schema.execute(text, context_value=Context(desk))

    assert found.data == {
        "a": {"organisation": {"slug": "a"}, "errors": []},
        "b": {"organisation": None, "errors": [{"__typename": "InvalidInputError"}]},
        "c": {"organisation": {"slug": "a-1"}, "errors": []},
    }


async def test_a_change_made_by_another_way_is_a_conflict_too(ask: Ask, desk: Desk) -> None:
    made = await editing.create(desk, "Organisation", {"title": "Afpa"})
    await editing.update(desk, Ref("Organisation", made.id), 1, {"title": "B"})

    payload = await ask("itemDelete", {"id": global_id("Organisation", made.id), "expectedVersion": 1})

    assert payload["errors"][0]["currentVersion"] == 2


def test_the_schema_says_what_each_input_is_for(schema: strawberry.Schema) -> None:
    text = sdl(schema._schema)

    assert "input OrganisationInput" in text
    assert "union MutationError = " in text
