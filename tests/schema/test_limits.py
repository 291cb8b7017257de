"""Each limit on documents at the limit and one past it, hostile documents, costs and budgets."""

import time
from typing import Any

import pytest
import strawberry
from graphql import get_introspection_query, parse

from directory.settings import Limits
from schema.budgets import Budgets, Presence
from schema.documents import Documents
from schema.limits import check_size
from schema.refusals import Refused, Why
from tests.schema.small import SCHEMA, client

LIMITS = Limits()


def nested(levels: int, name: str = "a") -> str:
    return "{" + name + ("{" + name) * (levels - 1) + "}" * levels


def names(count: int, prefix: str = "f") -> str:
    return " ".join(f"{prefix}{number}" for number in range(count))


def fragments(count: int) -> str:
    return "{a}" + "".join(f" fragment F{number} on Q {{a}}" for number in range(count))


SIZES = [
    ("levels", 12, lambda count: nested(count)),
    ("levels", 15, lambda count: nested(count, "__schema")),
    ("levels", 12, lambda count: "{...F} fragment F on Q " + nested(count)),
    ("fields", 400, lambda count: "{" + names(count) + "}"),
    (
        "fields",
        400,
        lambda count: "{" + "...F " * (count // 8) + names(count % 8) + "} fragment F on Q {" + names(8) + "}",
    ),
    ("fields", 400, lambda count: "{a} fragment Unused on Q {" + names(count) + "}"),
    ("aliases", 30, lambda count: "{" + " ".join(f"x{number}: a{number}" for number in range(count)) + "}"),
    ("aliases", 30, lambda count: "{" + "...F " * count + "} fragment F on Q {x: a}"),
    ("directives", 20, lambda count: "{a " + "@skip(if: false) " * count + "}"),
    ("directives", 20, lambda count: "query " + "@a " * count + "{a}"),
    ("fragments", 50, fragments),
    ("root fields in a mutation", 5, lambda count: "mutation {" + names(count) + "}"),
    ("root fields in a mutation", 5, lambda count: "mutation {...F} fragment F on M {" + names(count) + "}"),
]


@pytest.mark.parametrize(("what", "most", "document"), SIZES)
def test_a_document_at_a_limit_passes_and_one_past_it_is_refused(what, most, document) -> None:
    check_size(parse(document(most)), LIMITS)

    with pytest.raises(Refused, match=f"{what}; at most {most}") as refused:
        check_size(parse(document(most + 1)), LIMITS)

    assert refused.value.why is Why.TOO_COMPLEX


def test_a_mutation_limit_leaves_queries_alone() -> None:
    check_size(parse("{" + names(6) + "}"), LIMITS)


def test_an_answer_key_may_stand_ten_times_in_a_selection_and_not_eleven() -> None:
    check_size(parse("{" + "a " * 10 + "}"), LIMITS)

    with pytest.raises(Refused, match="more than 10 times"):
        check_size(parse("{" + "a " * 11 + "}"), LIMITS)


@pytest.mark.parametrize("beside", ["", " ," * 20_000, ("#" * 30 + "\n") * 1_500, '#"' + "x" * 40_000 + "\n"])
def test_a_document_of_32768_characters_beside_blanks_and_comments_is_read_and_of_one_more_refused(beside: str) -> None:
    documents = Documents(SCHEMA._schema, LIMITS)
    text = beside + '{hello(name:"%s")}'
    others = len(text % "") - len(beside)

    documents.read(text % ("\\n" * ((LIMITS.document - others) // 2)))
    with pytest.raises(Refused, match="more than 32768 characters: send long texts as variables") as refused:
        documents.read(text % ("n" * (LIMITS.document - others + 1)))

    assert refused.value.why == Why.TOO_COMPLEX


def test_a_document_of_2000_tokens_is_read_and_of_2001_refused() -> None:
    documents = Documents(SCHEMA._schema, LIMITS)
    text = "query($a: [Int!] = [%s]) {many(count: 1) @skip(if: false)}"
    others = len("query ( $ a : [ Int ! ] = [ ] ) { many ( count : 1 ) @ skip ( if : false ) }".split())

    with pytest.raises(Refused) as read:
        documents.read(text % " ".join("1" * (2000 - others)))
    with pytest.raises(Refused, match="more than 2000 tokens") as refused:
        documents.read(text % " ".join("1" * (2001 - others)))

    assert (read.value.why, refused.value.why) == (Why.VALIDATION, Why.TOO_COMPLEX)


def test_the_standard_introspection_query_passes_every_limit() -> None:
    text = get_introspection_query(True, True, True, True, True)

    operation = Documents(SCHEMA._schema, LIMITS).read(text).operations[0]

    assert operation.weight.cost({}) < LIMITS.cost_per_minute_anonymous / 4


BOMB = "{...F0} " + " ".join(f"fragment F{n} on Query {{...F{n + 1} ...F{n + 1}}}" for n in range(20))
HOSTILE = {
    "cycle": "{...A} fragment A on Query {...B} fragment B on Query {...A}",
    "self": "{...A} fragment A on Query {me {...B}} fragment B on Row {me {...B}}",
    "bomb": BOMB + " fragment F20 on Query {hello}",
    "wide bomb": "{...F0}"
    + " ".join(f"fragment F{n} on Query {{{f'...F{n + 1} ' * 20}}}" for n in range(48))
    + " fragment F48 on Query {hello}",
    "unused bomb": "{hello}" + BOMB[7:] + " fragment F20 on Query {hello}",
    "alias flood": "{" + " ".join(f"a{n}: hello" for n in range(600)) + "}",
    "same field flood": "{" + "hello " * 1900 + "}",
    "same object flood": "{" + "me {me {name}} " * 250 + "}",
    "braces": "{a" * 100_000,
    "brackets": "{hello(name: " + "[" * 100_000,
    "directives": "{hello " + "@a " * 1000 + "}",
    "comments": "#\n" * 50_000 + "{hello}",
    "unknown fields": "{" + names(399, "hellp") + "}",
    "unknown arguments": "{hello(" + " ".join(f"nam{n}: 1" for n in range(400)) + ")}",
    "unused variables": "query(" + " ".join(f"$v{n}: Int" for n in range(400)) + ") {hello}",
    "large number": "{rows(first: " + "9" * 5000 + ") {name}}",
    "long name": "{" + "a" * 200_000 + "}",
    "long string": '{hello(name: "' + "\\n" * 60_000 + '")}',
    "long block string": '{hello(name: """' + "a\n" * 80_000 + '""")}',
    "open string": '{hello(name: "' + "a" * 200_000,
    "open block strings": '{hello(name: """' + '\\"' * 50_000,
    "quotes": '"' * 100_000,
    "blank strings": '"" ' * 40_000,
    "long chain": "{...F0}"
    + " ".join(f"fragment F{n} on Row {{{'me {' * 150}...F{n + 1}{'}' * 150}}}" for n in range(6))
    + " fragment F6 on Row {name}",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_document_is_refused_in_less_than_50_ms(name: str) -> None:
    spent = []
    for _ in range(5):
        documents = Documents(SCHEMA._schema, LIMITS)
        started = time.process_time()
        with pytest.raises(Refused) as refused:
            documents.read(HOSTILE[name])
        spent.append(time.process_time() - started)

    assert min(spent) < 0.05
    assert len(refused.value.errors) <= LIMITS.errors
    assert len(str(refused.value.errors)) < 60_000


async def test_the_server_answers_hostile_documents_with_400_and_goes_on() -> None:
    async with client() as asking:
        for text in HOSTILE.values():
            answer = await asking.post(
                "", json={"query": text}, headers={"accept": "application/graphql-response+json"}
            )
            assert answer.status_code == 400
            assert "data" not in answer.json()

        assert (await asking.post("", json={"query": "{hello}"})).json()["data"] == {"hello": "hello you"}


COSTS = [
    ("{hello}", {}, 1),
    ("{me {name number}}", {}, 3),
    ("{rows(first: 5) {name number}}", {}, 11),
    ("{rows(last: 5) {name}}", {}, 6),
    ("{rows {name}}", {}, 21),
    ("{rows(first: null) {name}}", {}, 21),
    ("{rows(first: 10) {rows(first: 10) {name}}}", {}, 111),
    ("query($n: Int) {rows(first: $n) {name}}", {"n": 7}, 8),
    ("query($n: Int) {rows(first: $n) {name}}", {}, 21),
    ("query($n: Int = 3) {rows(first: $n) {name}}", {}, 4),
    ("query($n: Int = 3) {rows(first: $n) {name}}", {"n": 5}, 6),
    ("query($n: Int) {rows(first: $n) {rows(first: $n) {name}}}", {"n": 10}, 111),
    ("query($n: Int) {rows(first: $n) {name}}", {"n": -5}, 1),
    ("query($a: Int, $b: Int) {rows(first: $a, last: $b) {name}}", {"a": 100}, 101),
    ("query($a: Int, $b: Int) {rows(first: $a, last: $b) {name}}", {"b": 100}, 101),
    ("query($a: Int) {rows(first: $a, last: 30) {name}}", {}, 31),
    ("query($a: Int = 1) {rows(first: $a, last: null) {name}}", {}, 2),
    ("query($n: Int) {rows(first: $n) {name}}", {"n": 100.0}, 101),
    ("query($n: Int = 1) {rows(first: $n) {name}}", {"n": 100.0}, 101),
    ("query($n: Int = 1) {rows(first: $n) {name}}", {"n": None}, 21),
    ("query($n: Int = 1) {me {...F}} fragment F on Row {rows(first: $n) {rows {name}}}", {"n": None}, 422),
    ("{me {...F ...F}} fragment F on Row {rows(first: 2) {name}}", {}, 7),
    ("{me {... on Row {rows(first: 2) {name}}}}", {}, 4),
    ("{__typename}", {}, 1),
]


@pytest.mark.parametrize(("text", "variables", "cost"), COSTS)
def test_an_operation_costs_one_a_field_times_its_page(text: str, variables: dict[str, Any], cost: int) -> None:
    operation = Documents(SCHEMA._schema, LIMITS).read(text).operations[0]

    assert operation.weight.cost(variables) == cost


SIZED = [  # of fields that say themselves which argument bounds what is below them
    ("{nodes(ids: []) {id}}", {}, 1),
    ('{nodes(ids: ["a", "b"]) {... on Cite {partners {totalCount}}}}', {}, 43),
    ("query($ids: [ID!]!) {nodes(ids: $ids) {id}}", {"ids": ["a"] * 100}, 101),
    ("query($ids: [ID!]!) {nodes(ids: $ids) {id}}", {"ids": "a"}, 2),
    ('query($ids: [ID!]! = ["a", "b"]) {nodes(ids: $ids) {id}}', {}, 3),
    ("query($n: Int = 1) {neighbourhood(of: 1, limit: $n) {nodes {id}}}", {"n": 300.0}, 650),
    ("query($n: Int = 1) {neighbourhood(of: 1, limit: $n) {nodes {id}}}", {"n": None}, 250),
]


@pytest.mark.parametrize(("text", "variables", "cost"), SIZED)
def test_what_is_below_a_field_costs_as_often_as_its_bound_says(
    schema: strawberry.Schema, text: str, variables: dict[str, Any], cost: int
) -> None:
    operation = Documents(schema._schema, LIMITS).read(text).operations[0]

    assert operation.weight.cost(variables) == cost


async def test_an_operation_that_costs_10000_is_answered_and_10001_is_refused() -> None:
    page = "query($n: Int) {hello rows(first: $n) {name}}"
    async with client() as asking:
        fits = await asking.post("", json={"query": page, "variables": {"n": 9_998}})
        dear = await asking.post("", json={"query": page, "variables": {"n": 9_999}})

    assert fits.json()["extensions"] == {"cost": 10_000}
    assert dear.status_code == 400
    assert dear.json()["errors"][0]["extensions"] == {"code": "OPERATION_TOO_COMPLEX", "cost": 10_001, "limit": 10_000}


async def test_a_visitor_may_spend_2000_a_minute_and_not_one_more() -> None:
    limits = {"cost_per_minute_anonymous": 2_000}
    async with client(limits=limits) as asking:
        first = await asking.post("", json={"query": "{rows(first: 1998) {name}}"})
        second = await asking.post("", json={"query": "{__typename}"})
        refused = await asking.post("", json={"query": "{rows(first: 100) {name}}"})

    assert [first.status_code, second.status_code, refused.status_code] == [200, 200, 429]
    assert refused.json()["errors"][0]["extensions"]["code"] == "RATE_LIMITED"
    assert 1 <= int(refused.headers["retry-after"]) <= 4


async def test_somebody_signed_in_spends_from_their_own_larger_purse() -> None:
    limits = {"cost_per_minute_anonymous": 2_000, "cost_per_minute": 20_000}
    page = {"query": "{rows(first: 9999) {name}}"}
    async with client(limits=limits) as asking:
        visitor = await asking.post("", json=page)
        ada = [await asking.post("", json=page, headers={"authorization": "Bearer good-token"}) for _ in range(3)]

    assert visitor.status_code == 400
    assert visitor.json()["errors"][0]["extensions"]["code"] == "OPERATION_TOO_COMPLEX"
    assert "sign in" in visitor.json()["errors"][0]["message"]
    assert "retry-after" not in visitor.headers
    assert [each.status_code for each in ada] == [200, 200, 429]


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_purse_fills_again_steadily_and_says_how_long_to_wait() -> None:
    clock = Clock()
    budgets = Budgets(clock)
    budgets.spend("ada", 60, 60)

    with pytest.raises(Refused) as refused:
        budgets.spend("ada", 10, 60)
    assert refused.value.headers == {"Retry-After": "10"}

    clock.now = 10.0
    budgets.spend("ada", 10, 60)
    with pytest.raises(Refused):
        budgets.spend("ada", 1, 60)
    clock.now = 1_000.0
    budgets.spend("ada", 60, 60)
    with pytest.raises(Refused):
        budgets.spend("ada", 1, 60)


def test_what_is_refused_costs_nothing_and_the_oldest_purses_are_forgotten() -> None:
    budgets = Budgets(Clock(), most=2)
    budgets.spend("ada", 1, 60)
    with pytest.raises(Refused):
        budgets.spend("ada", 60, 60)
    budgets.spend("ada", 59, 60)

    for asker in ("ben", "cleo"):
        budgets.spend(asker, 1, 60)

    assert list(budgets.buckets) == ["ben", "cleo"]


def test_presence_counts_what_is_open_and_keeps_nothing_of_those_who_left() -> None:
    presence = Presence()

    assert [presence.enter("ada", 2) for _ in range(3)] == [True, True, False]
    presence.leave("ada")
    presence.leave("ada")

    assert presence.open == {}
