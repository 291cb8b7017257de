"""A thousand operations that schemathesis makes up from the live schema: none makes the server fail."""

import json
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import graphql
import httpx
import pytest
import requests
import schemathesis
from graphql import REMOVE, GraphQLInputObjectType, GraphQLSchema, NullValueNode, TypeInfo, TypeInfoVisitor, Visitor
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.graphql import nodes

from tests.schema.running import Web, running

pytestmark = pytest.mark.slow

CASES = int(os.environ.get("DIRECTORY_TEST_CASES") or 1_000)
PRINTED = Path(__file__).parents[2] / "schema" / "schema.graphql"
SEED = 20_260_101
PLURALS = ("cites", "organisations", "contributions", "channels", "services", "sources", "territories")
ODD = [
    "",
    " ",
    "'",
    '"',
    "\\",
    "`",
    "\x00",
    "💥",
    "é" * 300,
    "' OR 1=1 //",
    "}) DETACH DELETE n //",
    "*",
    "a b~1",
    "$a",
]
OURS = {"UNAUTHENTICATED", "FORBIDDEN", "NOT_FOUND", "OPERATION_TOO_COMPLEX", "CONFLICT"}
"""Refusals that schemathesis does not know, and takes for failures of the server."""


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    """The published data served. The times are long, because machines of tests have much else to do."""
    folder = tmp_path_factory.mktemp("schemathesis")
    patient = {"DIRECTORY_STATEMENT_TIMEOUT": "30", "DIRECTORY_REQUEST_TIMEOUT": "60", "DIRECTORY_LIMIT_COST": "100000"}
    with running(folder, {"DIRECTORY_GRAPH": f"embedded:{folder / 'graph'}", **patient}) as web:
        yield web


def mostly(fits: st.SearchStrategy[Any], odd: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """One in twenty is odd."""
    return st.integers(0, 19).flatmap(lambda drawn: odd if drawn == 7 else fits)


def scalars(items: list[dict[str, str]]) -> dict[str, st.SearchStrategy[Any]]:
    """What arguments are made of: mostly what fits, so that questions get far, and sometimes what does not."""
    odd = st.sampled_from(ODD) | st.text(max_size=8)
    ids, slugs = [each["id"] for each in items], [each["slug"] for each in items]
    good: dict[str, st.SearchStrategy[str]] = {
        "ID": st.sampled_from(ids),
        "Slug": st.sampled_from(slugs) | st.from_regex(r"\A[a-z0-9-]{1,9}\Z"),
        "String": st.sampled_from([*slugs, "Paris", "métiers", "/cites", "2.5", "fr"]) | odd,
        "PartialDate": st.dates().map(str) | st.sampled_from(["2018", "2018-09", "0001", "9998-12-31"]),
        "Date": st.dates().map(str),
        "DateTime": st.datetimes().map(lambda moment: f"{moment.isoformat()}Z"),
        "Decimal": st.integers(-(10**16), 10**16).map(lambda number: f"{number // 100}.{number % 100}"),
        "URL": st.sampled_from(["https://example.org", "http://[::1]/é?a=b#c"]),
        "Locale": st.sampled_from(["fr", "en-GB", "zz-klingon"]),
        "CurrencyCode": st.sampled_from(["EUR", "TND", "XXX"]),
        "UUID": st.uuids().map(str),
    }
    texts = {name: mostly(fits, odd).map(nodes.String) for name, fits in good.items()}
    return {**texts, "Int": mostly(st.integers(1, 20), st.integers(-(2**31), 2**31 - 1)).map(nodes.Int)}


class Mended(Visitor):
    """Takes out what schemathesis does not know to be wrong: two keys where one may stand, `last` beside `first`."""

    def __init__(self, types: TypeInfo) -> None:
        super().__init__()
        self.types = types

    def enter_object_value(self, node: graphql.ObjectValueNode, *_: Any) -> Any:
        type = graphql.get_named_type(self.types.get_input_type())
        said = [each for each in node.fields or () if not isinstance(each.value, NullValueNode)]
        if isinstance(type, GraphQLInputObjectType) and type.is_one_of and said:
            return graphql.ObjectValueNode(fields=(said[len(said) // 2],))
        return None

    def enter_argument(self, node: graphql.ArgumentNode, *_: Any) -> Any:
        return REMOVE if node.name.value in ("last", "before", "after") else None


def mended(case: schemathesis.Case, schema: GraphQLSchema) -> schemathesis.Case:
    types = TypeInfo(schema)
    case.body = graphql.print_ast(graphql.visit(graphql.parse(case.body), TypeInfoVisitor(types, Mended(types))))
    return case


def asked(web: Web) -> st.SearchStrategy[tuple[schemathesis.Case, bool]]:
    """Operations, each with whether a site admin asks: visitors ask queries, admins everything. Few stay unmended."""
    some = " ".join(f"{plural}(first: 3) {{ nodes {{ id slug }} }}" for plural in PLURALS)
    found = httpx.post(web.graphql, json={"query": f"{{ {some} }}"}, timeout=60).json()["data"]
    for name, strategy in scalars([node for each in found.values() for node in each["nodes"]]).items():
        schemathesis.graphql.scalar(name, strategy)
    api = schemathesis.graphql.from_url(web.graphql)
    schema = graphql.build_schema(PRINTED.read_text())  # schemathesis does not ask which inputs are @oneOf
    queries = [each.ok().as_strategy() for each in api.include(name_regex="^Query").get_all_operations()]
    mutations = [each.ok().as_strategy() for each in api.include(name_regex="^Mutation").get_all_operations()]
    whose = [*((each, False) for each in queries), *((each, True) for each in (*queries, *mutations))]

    @st.composite
    def one(draw: st.DrawFn) -> tuple[schemathesis.Case, bool]:
        cases, by_admin = whose[draw(st.integers(0, len(whose) - 1))]
        case = draw(cases)
        return (case if draw(st.integers(0, 19)) == 7 else mended(case, schema)), by_admin

    return one()


def test_a_thousand_made_up_operations_make_no_server_error(web: Web) -> None:
    told: Counter[str] = Counter()
    reached: set[str] = set()
    sessions = requests.Session(), requests.Session()
    sessions[True].headers["Authorization"] = f"Bearer {web.token()}"

    @seed(SEED)
    @settings(max_examples=CASES, deadline=None, database=None, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(asked(web))
    def no_server_error(drawn: tuple[schemathesis.Case, bool]) -> None:
        case, by_admin = drawn
        response = case.call(session=sessions[by_admin], timeout=90)
        told[what_was_told(response.json())] += 1
        reached.add(case.operation.label)
        assert_clean(web, case, response)

    no_server_error()

    for each in sessions:
        each.close()
    assert told.total() >= CASES, told
    assert told["data"] > CASES / 2, told
    assert len(reached) > 100 or CASES < 1_000, reached


def what_was_told(said: Any) -> str:
    """Data, or the first code of the errors."""
    return "data" if any(each is not None for each in (said.get("data") or {}).values()) else ", ".join(codes(said)[:1])


def codes(said: Any) -> list[str]:
    return [each["extensions"]["code"] for each in said.get("errors", ())]


def assert_clean(web: Web, case: schemathesis.Case, response: Any) -> None:
    """Below 500, and no code that blames us; schemathesis has its own say, where it knows the code."""
    said = response.json()
    failed = response.status_code >= 500 or "INTERNAL_SERVER_ERROR" in codes(said)
    assert not failed, f"{case.body}\n{json.dumps(said)}\n{web.log.read_text()[-3000:]}"
    if not set(codes(said)) & OURS:
        case.validate_response(response, checks=[not_a_server_error])
