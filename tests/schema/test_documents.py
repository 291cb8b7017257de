"""Documents are parsed and validated once a text, and known by their hash while they are remembered."""

from typing import Any

import pytest
import strawberry

from directory.settings import Limits
from schema import documents as module
from schema.answering import execute
from schema.documents import Documents, sha256_of
from schema.refusals import Refused, Why
from tests.schema.small import SCHEMA, client

HELLO = "{hello}"


@pytest.fixture
def documents() -> Documents:
    return Documents(SCHEMA._schema, Limits(), most=3)


def test_a_text_is_read_once(documents: Documents) -> None:
    assert documents.read(HELLO) is documents.read(HELLO)


def test_a_bad_text_is_judged_once_and_refused_each_time(documents: Documents, monkeypatch) -> None:
    with pytest.raises(Refused) as first:
        documents.read("{nope}")
    monkeypatch.delattr(module, "validate")

    with pytest.raises(Refused) as second:
        documents.read("{nope}")

    assert second.value is not first.value
    assert second.value.errors == first.value.errors


def test_only_the_latest_texts_are_kept(documents: Documents) -> None:
    for name in ("a", "b", "c", "d"):
        documents.read(f"query {name} {{hello}}")
        documents.read("query a {hello}")

    assert list(documents.by_text) == ["query c {hello}", "query d {hello}", "query a {hello}"]
    assert set(documents.text_by_hash.values()) == set(documents.by_text)


def test_long_texts_are_forgotten_sooner(monkeypatch) -> None:
    monkeypatch.setattr(module, "MOST_CHARACTERS", 100)
    documents = Documents(SCHEMA._schema, Limits())

    for name in ("a", "b"):
        documents.read("{" + f"{name}: hello".ljust(70) + "}")

    assert len(documents.by_text) == 1
    assert documents.characters == 72


def test_a_document_is_known_by_its_hash_once_read(documents: Documents) -> None:
    with pytest.raises(Refused) as refused:
        documents.known(sha256_of(HELLO))
    assert (refused.value.why, str(refused.value)) == (Why.UNKNOWN_DOCUMENT, "PersistedQueryNotFound")

    read = documents.read(HELLO)

    assert documents.known(sha256_of(HELLO)) is read


def test_an_invalid_text_is_not_known_by_its_hash(documents: Documents) -> None:
    with pytest.raises(Refused):
        documents.read("{nope}")

    with pytest.raises(Refused) as refused:
        documents.known(sha256_of("{nope}"))
    assert refused.value.why is Why.UNKNOWN_DOCUMENT


def test_an_operation_is_chosen_by_its_name(documents: Documents) -> None:
    document = documents.read("query A {hello} query B {hello}")

    assert document.operation("B").name == "B"
    with pytest.raises(Refused, match="several operations"):
        document.operation(None)
    with pytest.raises(Refused, match="no operation named 'C'"):
        document.operation("C")


def apollo(text: str) -> dict[str, object]:
    return {"persistedQuery": {"version": 1, "sha256Hash": sha256_of(text)}}


async def test_apollo_clients_persist_a_query_by_sending_it_once() -> None:
    async with client() as asking:
        unknown = await asking.post("", json={"extensions": apollo(HELLO)})
        sent = await asking.post("", json={"query": HELLO, "extensions": apollo(HELLO)})
        known = await asking.post("", json={"extensions": apollo(HELLO)})

    error = {"message": "PersistedQueryNotFound", "extensions": {"code": "PERSISTED_QUERY_NOT_FOUND"}}
    assert (unknown.status_code, unknown.json()) == (200, {"errors": [error]})
    assert sent.json()["data"] == known.json()["data"] == {"hello": "hello you"}


async def test_a_document_id_names_a_document_seen_lately() -> None:
    ask = {"documentId": f"sha256:{sha256_of(HELLO)}"}
    headers = {"accept": "application/graphql-response+json"}
    async with client() as asking:
        unknown = await asking.post("", json=ask, headers=headers)
        await asking.post("", json={"query": HELLO})
        known = await asking.post("", json=ask, headers=headers)

    assert unknown.status_code == 400
    assert known.json()["data"] == {"hello": "hello you"}


@pytest.mark.parametrize(
    "ask",
    [
        {"documentId": "md5:00"},
        {"documentId": "sha256:"},
        {"documentId": "sha256:xyz"},
        {"documentId": 1},
        {"query": HELLO, "documentId": f"sha256:{'0' * 64}"},
        {"query": HELLO, "extensions": {"persistedQuery": {"version": 2, "sha256Hash": sha256_of(HELLO)}}},
        {"query": HELLO, "extensions": {"persistedQuery": {"version": 1}}},
        {"query": HELLO, "extensions": {"persistedQuery": "x"}},
    ],
)
async def test_a_wrong_hash_is_refused(ask: dict[str, object]) -> None:
    async with client() as asking:
        answer = await asking.post("", json=ask)

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


VALUES = [  # written in a document, what is said of it and where it stands
    ('{cites(at: "2024-13-01") {totalCount}}', "Argument 'at' has invalid value: Expected a day, YYYY-MM-DD.", 12),
    ('{cite(by: {slug: "A B"}) {id}}', "Argument 'by' has invalid value at .slug: Expected small letters", 11),
    ('query($d: Date = "soon") {cites(at: $d) {totalCount}}', "Variable '$d' has invalid value: Expected a day", 18),
    (
        '{contributions(where: {quantity: {value: {gt: "%s"}}}) {totalCount}}' % ("1" * 40),
        "Argument 'where' has invalid value at .quantity.value.gt: Expected a number from -9223",
        23,
    ),
    (
        '{contributions(where: {quantity: {value: {gt: "0.00001"}}}) {totalCount}}',
        "Argument 'where' has invalid value at .quantity.value.gt: Expected an exact number of at most four decimals",
        23,
    ),
    ('{cites(first: "x") {totalCount}}', "Int cannot represent non-integer value", 15),
]


@pytest.mark.parametrize(("text", "message", "column"), VALUES)
def test_a_value_that_does_not_fit_is_told_by_name_and_place(
    schema: strawberry.Schema, text: str, message: str, column: int
) -> None:
    with pytest.raises(Refused) as refused:
        Documents(schema._schema, Limits()).read(text)

    [error] = refused.value.errors
    assert error["message"].startswith(message)
    assert error["locations"] == [{"line": 1, "column": column}]


@pytest.mark.parametrize("value", [{}, {"slug": "a", "id": "b"}, {"slug": None}])
async def test_a_variable_that_takes_one_key_of_several_is_told_by_name(
    schema: strawberry.Schema, value: dict[str, Any]
) -> None:
    text = "query($ids: [ID!]!, $b: NodeRef!) {cite(by: $b) {id} nodes(ids: $ids) {id}}"
    document = Documents(schema._schema, Limits()).read(text)

    with pytest.raises(Refused) as refused:
        await execute(schema, document, {"b": value, "ids": []}, None, None)

    [error] = refused.value.errors
    assert "Variable '$b' has invalid value" in error["message"]
    assert error["locations"] == [{"line": 1, "column": 21}]
    assert error["extensions"] == {"code": "BAD_USER_INPUT"}
