"""Texts that try to be more than texts: each means what it says, and nothing else is read or changed by it."""

import itertools
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator, Mapping
from typing import Any

import neo4j
import pytest
import strawberry
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory.desk import Desk
from directory.text import fold
from directory.types import CONTENT_TYPES
from graph import Graph, Statement
from tests.schema.attacks import ATTACKS, MARK, arguments_with, asking, predicates
from tests.schema.conftest import ADMIN, Network

ANYTHING = st.text(max_size=30) | st.sampled_from(ATTACKS)
ERRORS = "errors { __typename ... on UserError { code path } }"
AT_ONCE = 30  # predicates in a filter
PER_PLACE = 3  # attacks on each place; each attack has its turn many times over


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts of all statements that are sent while the test runs."""
    heard: list[str] = []
    for cls in (neo4j.AsyncSession, neo4j.AsyncTransaction):
        run = cls.run

        async def listened(self: Any, query: Any, *given: Any, run: Any = run, **named: Any) -> Any:
            heard.append(getattr(query, "text", query))
            return await run(self, query, *given, **named)

        monkeypatch.setattr(cls, "run", listened)
    return heard


async def size(graph: Graph) -> tuple[int, int]:
    """How many nodes and links there are."""
    [nodes] = await graph.read(Statement("MATCH (n) RETURN count(n)"))
    [links] = await graph.read(Statement("MATCH ()-[r]->() RETURN count(r)"))
    return nodes, links


@pytest.fixture
async def untouched(network: Network, said: list[str]) -> AsyncIterator[Network]:
    """The network's data; afterwards nothing of it has changed, and no statement held a text."""
    before = await size(network.graph)
    yield network
    assert await size(network.graph) == before
    assert said
    assert [text for text in said if MARK in text] == []


async def told(network: Network, text: str, variables: Mapping[str, Any]) -> Any:
    """The data of an answer, and the codes of its errors."""
    context = network.context(ADMIN)
    found = await network.schema.execute(text, dict(variables), context_value=context)
    return found.data, [(error.extensions or {}).get("code", error.message) for error in found.errors or ()]


# Reading -------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
async def test_in_every_filter_of_every_type_it_is_a_text_that_no_item_holds(untouched: Network) -> None:
    attacks = itertools.cycle(ATTACKS)
    for label, cls in CONTENT_TYPES.items():
        many = cls.declared.plural
        text = f"""query($any: [{label}Where!], $none: {label}Where) {{ all: {many} {{ totalCount }}
            found: {many}(where: {{or: $any}}) {{ totalCount }}
            others: {many}(where: {{not: $none}}) {{ totalCount }} }}"""
        asked = list(predicates(untouched.schema._schema.type_map[f"{label}Where"], attacks))
        for start in range(0, len(asked), AT_ONCE):
            some = asked[start : start + AT_ONCE]
            data = await untouched.ask(text, ADMIN, any=some, none={"or": some})

            assert data["found"]["totalCount"] == 0, some
            assert data["others"] == data["all"], some


@pytest.mark.slow
async def test_in_every_argument_it_means_as_much_as_any_text_that_is_not_there(untouched: Network) -> None:
    attacks = itertools.cycle(ATTACKS)
    for name, field in untouched.schema._schema.query_type.fields.items():  # type: ignore[union-attr]
        for place, given_ in enumerate(arguments_with(field, MARK)):
            text = asking(name, field, given_)
            expected = await told(untouched, text, given_)
            for _ in range(PER_PLACE):
                attack = next(attacks)
                [asked] = [each for number, each in enumerate(arguments_with(field, attack)) if number == place]

                assert await told(untouched, text, asked) == expected, (name, asked)


@pytest.mark.parametrize("attack", ATTACKS)
async def test_in_an_id_it_names_nothing(attack: str, untouched: Network) -> None:
    signs = f"or:{attack}", f"{attack}:1", f"Organisation{attack}:1", f"Organisation:{attack}"
    ids = [urlsafe_b64encode(each.encode()).decode().rstrip("=") for each in signs]
    text = """query($ids: [ID!]!, $id: ID!) { nodes(ids: $ids) { id } organisation(by: {id: $id}) { id }
        organisations(where: {id: {in: $ids}}) { totalCount }
        within: organisations(where: {parent: {id: {in: $ids}}}) { totalCount } }"""

    data, errors = await told(untouched, text, {"ids": ids, "id": ids[0]})

    assert errors == []
    assert data == {
        "nodes": [None] * len(ids), "organisation": None, "organisations": {"totalCount": 0},
        "within": {"totalCount": 0},
    }  # fmt: skip


# Writing -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def own(desk: Desk, schema: strawberry.Schema) -> Network:
    """The schema over a site that holds only what the test makes."""
    return Network(schema, desk.graph)


async def do(network: Network, name: str, input: Mapping[str, Any], select: str = "item { id version }") -> Any:
    """The payload of a mutation by a site admin."""
    type_name = network.schema._schema.mutation_type.fields[name].args["input"].type  # type: ignore[union-attr]
    text = f"mutation($input: {type_name}) {{ {name}(input: $input) {{ {select} {ERRORS} }} }}"
    return (await network.ask(text, ADMIN, input=input))[name]


FREE = "organisation { id slug version title otherNames legalForm address }"
FOUND = """query($title: String!, $form: String!, $other: String!) {
    eq: organisations(where: {title: {eq: $title, exact: true}}) { nodes { id } }
    folded: organisations(where: {title: {eq: $title}}) { nodes { id } }
    contains: organisations(where: {title: {contains: $title, exact: true}}, first: 100) { nodes { id } }
    starts: organisations(where: {title: {startsWith: $title, exact: true}}, first: 100) { nodes { id } }
    among: organisations(where: {legalForm: {in: [$form], exact: true}}) { nodes { id } }
    listed: organisations(where: {otherNames: {eq: $other, exact: true}}) { nodes { id } }
}"""


async def check_found(network: Network, one: Mapping[str, Any], all: list[Mapping[str, Any]]) -> None:
    """The texts of an organisation find those that hold them, by the meaning that Python gives to the operators."""
    title, form, [other] = one["title"], one["legalForm"], one["otherNames"]
    data = await network.ask(FOUND, ADMIN, title=title, form=form, other=other)
    found = {name: {node["id"] for node in each["nodes"]} for name, each in data.items()}

    assert found == {
        "eq": {each["id"] for each in all if each["title"] == title},
        "folded": {each["id"] for each in all if fold(title) and fold(each["title"]) == fold(title)},
        "contains": {each["id"] for each in all if title in each["title"]},
        "starts": {each["id"] for each in all if each["title"].startswith(title)},
        "among": {each["id"] for each in all if each["legalForm"] == form},
        "listed": {each["id"] for each in all if other in (each["otherNames"] or ())},
    }


async def organisations(network: Network) -> list[Mapping[str, Any]]:
    """All that there are, in their order."""
    text = "{ organisations(first: 100) { nodes { id title otherNames legalForm } } }"
    return list((await network.ask(text, ADMIN))["organisations"]["nodes"])


@pytest.mark.slow
async def test_it_is_kept_as_it_is_written_and_found_by_what_it_says(own: Network, said: list[str]) -> None:
    for attack in ATTACKS:
        names = {"legalForm": attack, "otherNames": [attack], "address": attack, "note": attack}
        payload = await do(own, "organisationCreate", {"title": {"en": attack}, **names}, FREE)
        kept = payload["organisation"]

        assert payload["errors"] == []
        assert kept["title"].split() == attack.replace("\x00", "").replace("e\u0301", "é").split()
        assert {" ".join(each.split()) for each in (*kept["otherNames"], kept["legalForm"])} == {kept["title"]}
    all = await organisations(own)
    for one in all:
        await check_found(own, one, all)

    assert len(all) == len(ATTACKS)
    assert [text for text in said if MARK in text] == []


async def test_where_it_does_not_fit_it_is_refused_and_nothing_changes(own: Network, said: list[str]) -> None:
    made = (await do(own, "organisationCreate", {"title": {"en": "Firm"}}))["item"]
    before = await size(own.graph)
    named = {"id": made["id"], "expectedVersion": made["version"]}
    for attack in ATTACKS[1:]:  # the first is as good a slug as any
        id = urlsafe_b64encode(f"or:{attack}".encode()).decode().rstrip("=")
        strict = {
            "slug": attack, "keys": [attack], "email": attack, "phone": attack, "website": attack, "type": attack,
            "siret": attack, "rna": attack, "vat": attack, "orgId": attack, "country": attack, "territory": attack,
            "branchOf": id, "sources": [{"document": id, "field": attack}],
        }  # fmt: skip
        told = {
            "all at once": await do(own, "organisationUpdate", {**named, **strict}),
            "field": await do(own, "itemLink", {**named, "field": attack, "targets": [made["id"]]}),
            "target": await do(own, "itemLink", {**named, "field": "succeeds", "targets": [id]}),
            "slug": await do(own, "itemMove", {**named, "slug": attack}),
            "parent": await do(own, "itemMove", {**named, "parent": id}),
            "id": await do(own, "itemDelete", {**named, "id": id}),
            "restored": await do(own, "itemRestore", {"id": id}),
        }

        assert [place for place, payload in told.items() if payload["item"] or not payload["errors"]] == [], attack
        assert len(told["all at once"]["errors"]) >= len(strict) - 4, told["all at once"]
    assert await size(own.graph) == before
    assert [text for text in said if MARK in text] == []


async def test_a_comment_is_kept_as_it_is_written(own: Network, said: list[str]) -> None:
    for attack in ATTACKS[::5]:
        made = (await do(own, "organisationCreate", {"title": {"en": "Commented"}}))["item"]
        input = {"id": made["id"], "expectedVersion": made["version"], "comment": attack}
        assert (await do(own, "publish", input))["errors"] == []

    assert [text for text in said if MARK in text] == []


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=ANYTHING)
async def test_whatever_the_text_it_is_kept_or_refused_and_found_by_what_it_says(text: str, own: Network) -> None:
    before = await organisations(own)
    payload = await do(
        own, "organisationCreate", {"title": {"en": text}, "otherNames": [text], "legalForm": text}, FREE
    )

    if kept := payload["organisation"]:
        await check_found(own, kept, [*before, kept])
        gone = await do(own, "itemDelete", {"id": kept["id"], "expectedVersion": kept["version"]})
        assert gone["errors"] == []
    assert kept or payload["errors"]
    assert await organisations(own) == before
