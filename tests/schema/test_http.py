"""What clients see over HTTP: media types, statuses, strict bodies, caching, who is let in, what is told of errors."""

import asyncio
import gzip
import hashlib
import json
from typing import Any

import brotli
import httpx
import pytest

from schema.bodies import strict_json
from schema.negotiation import JSON, RESPONSE, accepted, encoding_for
from tests.schema.small import GOOD, World, client

NEW = {"accept": RESPONSE}
OLD = {"accept": JSON}
HELLO = {"query": "{hello}"}


async def post(body: Any, headers: dict[str, str] | None = None, **given: Any) -> httpx.Response:
    async with client(**given) as asking:
        content = body if isinstance(body, bytes) else json.dumps(body)
        return await asking.post("", content=content, headers={"content-type": JSON, **(headers or {})})


async def get(parameters: dict[str, str], headers: dict[str, str] | None = None, **given: Any) -> httpx.Response:
    async with client(**given) as asking:
        return await asking.get("", params=parameters, headers=headers)


def code(answer: httpx.Response) -> str:
    return str(answer.json()["errors"][0]["extensions"]["code"])


ACCEPT = [
    (None, JSON),
    ("", JSON),
    ("*/*", JSON),
    ("application/*", JSON),
    (RESPONSE, RESPONSE),
    (f"{JSON}, {RESPONSE}", JSON),
    (f"{RESPONSE}, {JSON}", RESPONSE),
    (f"{RESPONSE};q=0.5, {JSON}", JSON),
    (f"{JSON};q=0.9, {RESPONSE}", RESPONSE),
    (f"{JSON};q=0, */*", RESPONSE),
    (f"{JSON};charset=utf-8", JSON),
    (f"{JSON};charset=utf-16", None),
    (f"{JSON};q=0", None),
    (f"{JSON};q=2", None),
    ("text/html", None),
    ("text/html, application/xhtml+xml, */*;q=0.8", JSON),
    # urql names the stream last: it does not want one.
    (f"{RESPONSE}, application/graphql+json, {JSON}, text/event-stream, multipart/mixed", RESPONSE),
    ("text/event-stream, multipart/mixed", "text/event-stream"),
    (f"text/event-stream;q=0.5, {JSON}", JSON),
]


@pytest.mark.parametrize(("header", "media_type"), ACCEPT)
def test_the_media_type_is_negotiated(header: str | None, media_type: str | None) -> None:
    assert accepted(header) == media_type


@pytest.mark.parametrize("media_type", [JSON, RESPONSE])
async def test_the_answer_says_its_media_type_and_that_it_varies(media_type: str) -> None:
    answer = await post(HELLO, {"accept": media_type})

    assert answer.headers["content-type"] == f"{media_type}; charset=utf-8"
    assert "Accept" in answer.headers["vary"]
    assert answer.json() == {"data": {"hello": "hello you"}, "extensions": {"cost": 1}}


async def test_nothing_acceptable_is_406() -> None:
    answer = await post(HELLO, {"accept": "text/html"})

    assert (answer.status_code, answer.headers["content-type"]) == (406, f"{JSON}; charset=utf-8")


REQUEST_ERRORS = [
    ({"query": "{"}, "GRAPHQL_PARSE_FAILED"),
    ({"query": ""}, "GRAPHQL_PARSE_FAILED"),
    ({"query": "{nope}"}, "GRAPHQL_VALIDATION_FAILED"),
    ({"query": "query($n: Int!) {many(count: $n)}"}, "BAD_USER_INPUT"),
    ({"query": "query($n: Int!) {many(count: $n)}", "variables": {"n": "x"}}, "BAD_USER_INPUT"),
    ({"query": "query A {hello}", "operationName": "B"}, "BAD_USER_INPUT"),
    ({"query": "query A {hello} query B {hello}"}, "BAD_USER_INPUT"),
]


@pytest.mark.parametrize(("ask", "expected"), REQUEST_ERRORS)
async def test_a_request_error_is_400_with_the_new_type_and_200_with_the_old(ask, expected) -> None:
    new, old = await post(ask, NEW), await post(ask, OLD)

    assert (new.status_code, old.status_code) == (400, 200)
    assert code(new) == code(old) == expected
    assert set(new.json()) == set(old.json()) == {"errors"}


BAD_BODIES = {
    "nothing": b"",
    "no JSON": b'{"query": ',
    "a number": b"1",
    "a string": b'"{hello}"',
    "null": b"null",
    "no query": b"{}",
    "query is no string": b'{"query": 1}',
    "query is null": b'{"query": null}',
    "variables are a list": b'{"query": "{hello}", "variables": []}',
    "variables are a string": b'{"query": "{hello}", "variables": "{}"}',
    "extensions are a string": b'{"query": "{hello}", "extensions": ""}',
    "operation name is a number": b'{"query": "{hello}", "operationName": 1}',
    "bad UTF-8": b'{"query": "{hello}\xff"}',
    "a lone surrogate": b'{"query": "{hello}", "variables": {"a": "\\ud800"}}',
    "NaN": b'{"query": "{hello}", "variables": {"a": NaN}}',
    "infinity": b'{"query": "{hello}", "variables": {"a": 1e999}}',
    "a key twice": b'{"query": "{hello}", "query": "{me {name}}"}',
    "a variable twice": b'{"query": "{hello}", "variables": {"a": 1, "a": 2}}',
    "5000 digits": b'{"query": "{hello}", "variables": {"a": ' + b"9" * 5_000 + b"}}",
    "100000 arrays": b"[" * 100_000,
    "closed arrays": b'{"query": "{hello}", "variables": {"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}}",
    "a byte order mark": b'\xef\xbb\xbf{"query": "{hello}"}',
    "a batch": b'[{"query": "{hello}"}]',
    "a subscription": b'{"query": "subscription {count(to: 1)}"}',
}


@pytest.mark.parametrize("name", BAD_BODIES)
@pytest.mark.parametrize("accept", [NEW, OLD], ids=["new", "old"])
async def test_a_bad_body_is_400(name: str, accept: dict[str, str]) -> None:
    answer = await post(BAD_BODIES[name], accept)

    assert (answer.status_code, code(answer)) == (400, "BAD_USER_INPUT")
    assert set(answer.json()) == {"errors"}


def test_a_large_integer_within_reason_is_kept_exact() -> None:
    assert strict_json(b'{"a": 12345678901234567890123}') == {"a": 12345678901234567890123}


def deep(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


async def test_variables_nested_20_levels_are_read_and_21_refused() -> None:
    fits = await post({**HELLO, "variables": {"a": deep(20)}})
    too_deep = await post({**HELLO, "variables": {"a": deep(21)}})

    assert (fits.status_code, too_deep.status_code) == (200, 400)


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        (JSON, 200),
        ("Application/JSON; charset=UTF-8", 200),
        ('application/json; charset="utf-8"', 200),
        ("application/json; charset=latin-1", 415),
        ("application/graphql", 415),
        ("application/jsonp", 415),
        ("text/plain", 415),
        ("application/x-www-form-urlencoded", 415),
        ("multipart/form-data; boundary=x", 415),
        ("", 415),
    ],
)
async def test_a_body_must_say_that_it_is_json(content_type: str, status: int) -> None:
    answer = await post(HELLO, {"content-type": content_type})

    assert answer.status_code == status


async def test_a_compressed_body_is_not_read() -> None:
    answer = await post(gzip.compress(b'{"query": "{hello}"}'), {"content-encoding": "gzip"})

    assert answer.status_code == 415


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "BREW"])
async def test_other_methods_are_405_with_those_allowed(method: str) -> None:
    async with client() as asking:
        answer = await asking.request(method, "", json=HELLO)

    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, POST, OPTIONS")


async def test_options_says_which_methods_there_are() -> None:
    async with client() as asking:
        answer = await asking.options("")

    assert (answer.status_code, answer.headers["allow"]) == (204, "GET, HEAD, POST, OPTIONS")


async def test_a_query_may_come_by_get() -> None:
    parameters = {"query": "query A($n: Int!) {many(count: $n)}", "variables": '{"n": 2}', "operationName": "A"}

    answer = await get(parameters)

    assert answer.json()["data"] == {"many": [0, 1]}
    assert answer.headers["cache-control"] == "private, no-store"


async def test_head_is_get_without_its_body() -> None:
    async with client() as asking:
        whole = await asking.get("", params=HELLO)
        head = await asking.head("", params=HELLO)

    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(len(whole.content))


async def test_a_mutation_by_get_is_405_and_changes_nothing() -> None:
    world = World()

    answer = await get({"query": "mutation {add}"}, world=world)

    assert (answer.status_code, answer.headers["allow"], world.sum) == (405, "POST", 0)


async def test_a_parameter_that_is_no_json_is_named() -> None:
    answer = await get({"query": "{hello}", "variables": "{"})

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["message"].startswith("The parameter variables is not JSON: ")


@pytest.mark.parametrize(
    "query", ["variables=1", "query={hello}&query={hello}", "query={hello}&variables=[]", "query=%ff", "query=%"]
)
async def test_a_url_that_asks_nothing_well_formed_is_400(query: str) -> None:
    async with client() as asking:
        answer = await asking.get(f"?{query}", headers=NEW)

    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"sec-fetch-site": "same-origin"}, 200),
        ({"sec-fetch-site": "none"}, 200),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "cross-site", "content-type": "text/plain"}, 403),
        ({"sec-fetch-site": "cross-site", "content-type": JSON}, 200),
        ({"sec-fetch-site": "cross-site", "graphql-require-preflight": "1"}, 200),
        ({"sec-fetch-site": "cross-site", "apollo-require-preflight": "true"}, 200),
    ],
)
async def test_a_get_that_a_foreign_page_can_make_is_refused(headers: dict[str, str], status: int) -> None:
    answer = await get(HELLO, headers)

    assert answer.status_code == status
    assert status == 200 or code(answer) == "CSRF_PREVENTED"


async def test_a_body_of_256_kib_is_read_and_a_byte_more_is_413() -> None:
    frame = len(json.dumps({"query": "{hello}", "pad": ""}))
    fits = json.dumps({"query": "{hello}", "pad": "x" * (262_144 - frame)}).encode()

    assert (await post(fits)).status_code == 200
    assert (await post(fits + b" ")).status_code == 413


async def test_a_large_body_that_announces_no_length_is_413_too() -> None:
    async def chunks():
        for _ in range(300):
            yield b" " * 1_024

    async with client() as asking:
        answer = await asking.post("", content=chunks(), headers={"content-type": JSON})

    assert (answer.status_code, answer.headers["connection"]) == (413, "close")


async def test_a_url_of_8_kib_is_read_and_a_byte_more_is_414() -> None:
    async with client() as asking:
        start = "?query={hello}&pad="
        fits = await asking.get(start + "x" * (8_192 - len(httpx.URL(f"http://test/graphql/{start}").raw_path)))
        long = await asking.get(start + "x" * (8_193 - len(httpx.URL(f"http://test/graphql/{start}").raw_path)))

    assert (fits.status_code, long.status_code) == (200, 414)
    assert code(long) == "BAD_USER_INPUT"


async def test_headers_of_16_kib_are_read_and_a_byte_more_is_431() -> None:
    async with client() as asking:
        request = asking.build_request("GET", "", params=HELLO, headers={"pad": ""})
        spent = sum(len(name) + len(value) for name, value in request.headers.raw)
        fits = await asking.get("", params=HELLO, headers={"pad": "x" * (16_384 - spent)})
        large = await asking.get("", params=HELLO, headers={"pad": "x" * (16_385 - spent)})

    assert (fits.status_code, large.status_code) == (200, 431)


async def test_errors_are_at_most_20_and_the_last_one_says_so() -> None:
    fits = await post({"query": "{" + "nope0 nope1 nope2 nope3 nope4 nope5 nope6 nope7 nope8 nope9 " * 2 + "}"}, NEW)
    many = await post({"query": "{" + " ".join(f"nope{number}" for number in range(25)) + "}"}, NEW)

    assert len(fits.json()["errors"]) == 20
    assert len(many.json()["errors"]) == 20
    assert "more errors are not shown" in many.json()["errors"][-1]["message"]


async def test_many_errors_of_an_execution_are_cut_too() -> None:
    async with client(limits={"errors": 2}) as asking:
        answer = await asking.post("", json={"query": "{a: boom b: boom c: boom d: wrong}"})

    first, last = answer.json()["errors"]
    assert first["path"] == ["a"]
    assert last["message"] == "3 more errors are not shown."


async def test_an_internal_error_is_masked_and_logged_under_its_reference(caplog: pytest.LogCaptureFixture) -> None:
    answer = await post({"query": "{boom hello}"})

    assert answer.status_code == 200
    assert answer.json()["data"] == {"boom": None, "hello": "hello you"}
    (error,) = answer.json()["errors"]
    assert error["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
    assert error["path"] == ["boom"]
    reference = error["extensions"]["reference"]
    assert reference in error["message"]
    assert "MATCH" not in answer.text
    assert "RuntimeError" not in answer.text
    assert reference in caplog.text
    assert "MATCH" in caplog.text


@pytest.mark.parametrize(
    ("field", "expected", "facts"),
    [
        ("wrong", "BAD_USER_INPUT", {"path": ["first"]}),
        ("late", "TIMEOUT", {}),
        ("away", "UNAVAILABLE", {}),
    ],
)
async def test_a_refusal_in_one_field_leaves_the_others_answered(field: str, expected: str, facts: dict) -> None:
    answer = await post({"query": f"{{{field} hello}}"}, NEW)

    assert (answer.status_code, answer.json()["data"]) == (200, {field: None, "hello": "hello you"})
    (error,) = answer.json()["errors"]
    assert (error["path"], error["extensions"]) == ([field], {**facts, "code": expected})
    assert "10.0.0.1" not in answer.text


@pytest.mark.parametrize("accept", [NEW, OLD], ids=["new", "old"])
async def test_while_the_graph_is_away_the_answer_is_503_with_when_to_come_back(accept: dict[str, str]) -> None:
    answer = await post({"query": "{away}"}, accept)

    assert (answer.status_code, answer.headers["retry-after"], code(answer)) == (503, "2", "UNAVAILABLE")


async def test_a_request_that_takes_too_long_is_stopped() -> None:
    world = World()

    answer = await post({"query": "{slow(seconds: 60)}"}, NEW, world=world, request_timeout=0.1)

    assert (answer.status_code, code(answer)) == (503, "TIMEOUT")
    assert "retry-after" in answer.headers
    assert world.cancelled.is_set()


async def test_a_body_that_does_not_come_is_408() -> None:
    async def trickle():
        yield b"{"
        await asyncio.sleep(60)

    async with client(request_timeout=0.1) as asking:
        answer = await asking.post("", content=trickle(), headers={"content-type": JSON})

    assert answer.status_code == 408


async def test_a_token_says_who_asks() -> None:
    signed_in = await post({"query": "{who}"}, {"authorization": f"Bearer {GOOD}"})
    visitors = [await post({"query": "{who}"}, headers) for headers in ({}, {"authorization": ""})]

    assert signed_in.json()["data"] == {"who": "Ada"}
    assert [each.json()["data"] for each in visitors] == [{"who": "visitor"}] * 2


async def test_wrong_revoked_and_malformed_tokens_get_one_same_answer() -> None:
    world = World(revoked=True)
    headers = ["Bearer wrong", f"Bearer {GOOD}", "Basic QTpC", "Bearer", "Bearer  "]

    answers = [await post({"query": "{who}"}, {"authorization": each}, world=world) for each in headers]

    assert {each.status_code for each in answers} == {401}
    assert {each.headers["www-authenticate"] for each in answers} == {"Bearer"}
    assert len({each.text for each in answers}) == 1
    assert code(answers[0]) == "UNAUTHENTICATED"


async def test_while_nobody_can_tell_whose_token_it_is_the_answer_is_503() -> None:
    answer = await post(HELLO, {"authorization": f"Bearer {GOOD}"}, world=World(away=True))

    assert (answer.status_code, answer.headers["retry-after"], code(answer)) == (503, "2", "UNAVAILABLE")
    assert "10.0.0.1" not in answer.text


@pytest.mark.parametrize("accept", [NEW, OLD], ids=["new", "old"])
async def test_an_operation_that_is_only_for_those_signed_in_is_401_as_a_whole(accept: dict[str, str]) -> None:
    refused = await post({"query": "{mine}"}, accept)
    partly = await post({"query": "{mine hello}"}, accept)

    error = {
        "message": "Sign in first.",
        "locations": [{"line": 1, "column": 2}],
        "extensions": {"code": "UNAUTHENTICATED"},
    }
    assert (refused.status_code, refused.json()) == (401, {"errors": [error]})
    assert refused.headers["www-authenticate"] == "Bearer"
    assert (partly.status_code, partly.json()["data"]) == (200, {"mine": None, "hello": "hello you"})
    assert partly.json()["errors"] == [{**error, "path": ["mine"]}]


def persisted(text: str) -> dict[str, str]:
    return {"documentId": f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"}


async def test_a_persisted_get_of_a_visitor_may_be_cached_and_is_304_the_second_time() -> None:
    async with client() as asking:
        await asking.post("", json=HELLO)
        first = await asking.get("", params=persisted("{hello}"))
        second = await asking.get("", params=persisted("{hello}"), headers={"if-none-match": first.headers["etag"]})
        other = await asking.get("", params=persisted("{hello}"), headers={"if-none-match": '"other"'})

    assert first.headers["cache-control"] == "public, max-age=30"
    assert first.headers["etag"].startswith('"')
    assert "Authorization" in first.headers["vary"]
    assert (second.status_code, second.content, second.headers["etag"]) == (304, b"", first.headers["etag"])
    assert other.status_code == 200


async def test_an_answer_that_differs_or_is_encoded_differently_has_another_tag() -> None:
    long = "query($n: String!) {hello(name: $n)}"
    given = {**persisted(long), "variables": json.dumps({"n": "x" * 3_000})}
    async with client() as asking:
        await asking.post("", json={"query": long, "variables": {"n": "x"}})
        tags = [
            (await asking.get("", params=given, headers={"accept-encoding": each})).headers["etag"]
            for each in ("identity", "gzip", "br")
        ]
        other = await asking.get("", params={**given, "variables": '{"n": "y"}'})

    assert len({*tags, other.headers["etag"]}) == 4


async def test_with_credentials_or_with_errors_nothing_may_be_cached() -> None:
    async with client() as asking:
        await asking.post("", json={"query": "{who}"})
        await asking.post("", json={"query": "{boom hello}"})
        signed_in = await asking.get("", params=persisted("{who}"), headers={"authorization": f"Bearer {GOOD}"})
        failed = await asking.get("", params=persisted("{boom hello}"))
        unknown = await asking.get("", params=persisted("{me {name}}"))
        posted = await asking.post("", json=persisted("{who}"))

    for answer in (signed_in, failed, unknown, posted):
        assert answer.headers["cache-control"] == "private, no-store"
        assert "etag" not in answer.headers


@pytest.mark.parametrize(
    ("header", "size", "encoding"),
    [
        (None, 9_000, None),
        ("br, gzip", 2_047, None),
        ("br, gzip", 2_048, "br"),
        ("gzip, deflate, br", 9_000, "br"),
        ("gzip", 9_000, "gzip"),
        ("gzip;q=1, br;q=0.5", 9_000, "gzip"),
        ("br;q=0, *", 9_000, "gzip"),
        ("identity", 9_000, None),
        ("*", 9_000, "br"),
    ],
)
def test_the_encoding_is_negotiated_above_2_kb(header: str | None, size: int, encoding: str | None) -> None:
    assert encoding_for(header, size) == encoding


@pytest.mark.parametrize(("encoding", "open_"), [("br", brotli.decompress), ("gzip", gzip.decompress)])
async def test_a_large_answer_is_compressed(encoding: str, open_) -> None:
    async with client() as asking:
        ask = {"query": '{hello(name: "' + "x" * 3_000 + '")}'}
        async with asking.stream("POST", "", json=ask, headers={"accept-encoding": encoding}) as answer:
            raw = b"".join([chunk async for chunk in answer.aiter_raw()])

    assert answer.headers["content-encoding"] == encoding
    assert answer.headers["content-length"] == str(len(raw))
    assert json.loads(open_(raw))["data"]["hello"].endswith("xxx")


async def test_batches_are_answered_only_where_they_are_on() -> None:
    batch = [HELLO, {"query": "{nope}"}, {"query": "mutation {add}"}]

    answer = await post(batch, batch=True)
    too_many = await post([HELLO] * 11, batch=True)
    none = await post([], batch=True)

    hello, wrong, added = answer.json()
    assert (hello["data"], added["data"]) == ({"hello": "hello you"}, {"add": 1})
    assert wrong["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
    assert (too_many.status_code, none.status_code) == (400, 400)


async def test_a_request_keeps_the_name_that_a_proxy_gave_it_when_it_is_plain() -> None:
    kept = await post(HELLO, {"x-request-id": "abc-123"})
    replaced = await post(HELLO, {"x-request-id": "a b\tc"})

    assert kept.headers["x-request-id"] == "abc-123"
    assert len(replaced.headers["x-request-id"]) == 32


async def test_a_request_is_reported_without_its_variables() -> None:
    world = World()
    ask = {"query": "query Greeting($n: String!) {hello(name: $n) boom}", "variables": {"n": "secret"}}

    await post(ask, {"authorization": f"Bearer {GOOD}"}, world=world)

    (report,) = world.reports
    assert (report.operation, report.kind, report.status, report.cost) == ("Greeting", "query", 200, 2)
    assert (report.actor, report.codes) == ("u-1", ("INTERNAL_SERVER_ERROR",))
    assert report.document == hashlib.sha256(ask["query"].encode()).hexdigest()
    assert report.seconds > 0
    assert "secret" not in repr(report)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("{mine hello: __typename}", "Connectez-vous d’abord."),
        ("{late}", "La réponse a pris trop de temps : demandez moins à la fois."),
        ("{away hello: __typename}", "L’annuaire n’atteint pas ses données pour l’instant : réessayez dans un moment."),
        ("{boom}", "Une erreur est survenue de notre côté ; sa référence est "),
        ("{nothing}", "Cannot query field 'nothing' on type 'Query'."),
        ('{rows(first: "x") {name}}', "Int cannot represent"),
    ],
)
async def test_what_a_reader_may_meet_is_said_in_their_language_and_the_rest_in_english(query: str, said: str) -> None:
    async with client() as http:
        answer = await http.post("", json={"query": query}, headers={"accept-language": "fr-CH, en;q=0.5"})

    assert said in answer.json()["errors"][0]["message"]


async def test_a_refusal_of_a_whole_request_is_said_in_the_language_of_the_reader() -> None:
    french = {"accept-language": "fr"}
    async with client(limits={"cost_per_minute_anonymous": 3}) as http:
        wrong = await http.post("", json={"query": "{hello}"}, headers={**french, "authorization": "Bearer no"})
        await http.post("", json={"query": "{a: hello b: hello c: hello}"})
        poor = await http.post("", json={"query": "{a: hello b: hello c: hello}"}, headers=french)

    assert wrong.json()["errors"][0]["message"] == "Le jeton n’est pas valide : reconnectez-vous."
    assert poor.json()["errors"][0]["message"].startswith("L’opération coûte 3, et il reste 0 sur 3 par minute : ")
