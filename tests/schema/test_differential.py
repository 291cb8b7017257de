"""Plans and graphql-core give the same answers: data, errors, paths, and the order of keys."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
import strawberry
from graphql import GraphQLError

from directory.desk import Desk
from directory.settings import read_settings
from schema.build import build
from schema.context import Context
from tests.schema.operations import Operations
from tests.schema.rows import Rows

OPERATIONS = 1_000
SETTINGS = read_settings({"DIRECTORY_SECRET": "the same for both"})


@pytest.fixture(scope="module")
def planned() -> strawberry.Schema:
    return build()


@pytest.fixture(scope="module")
def walked() -> strawberry.Schema:
    return build(plans=False)


class Recorded(Context):
    """A context whose graph answers what a seed says, and in which nothing ever moved."""

    def __init__(self, seed: int, damage: int) -> None:
        super().__init__(Desk(None, settings=SETTINGS))  # type: ignore[arg-type]  # nothing asks the graph
        self.rows = Rows(seed, damage)  # type: ignore[method-assign,assignment]  # rows are made

    async def moved_from(self, label: str, by: Mapping[str, Any]) -> str | None:
        return None


def said(error: GraphQLError) -> tuple[str, str, tuple[Any, ...]]:
    cause = error.original_error
    return (error.message, type(cause).__name__, tuple(error.path or ()))


def written(result: Any) -> str:
    return json.dumps(result.data, allow_nan=True)


async def answer(schema: strawberry.Schema, text: str, variables: dict[str, Any], context: Context) -> Any:
    found = await schema.execute(text, variables, context_value=context)
    assert all(error.path for error in found.errors or ()), f"{text} is refused: {found.errors}"
    return found


@pytest.mark.slow
@pytest.mark.parametrize(("damage", "share"), [(0, 0.7), (400, 0.2), (25, 0.1)])
async def test_plans_answer_as_graphql_core_does(
    damage: int, share: float, planned: strawberry.Schema, walked: strawberry.Schema
) -> None:
    fallbacks = failed = 0
    for seed in range(int(OPERATIONS * share)):
        text, variables = Operations(planned._schema, seed + damage * 10_000).made()
        fast, slow = Recorded(seed, damage), Recorded(seed, damage)

        mine = await answer(planned, text, variables, fast)
        theirs = await answer(walked, text, variables, slow)

        assert written(mine) == written(theirs), text
        assert sorted(map(said, mine.errors or ())) == sorted(map(said, theirs.errors or ())), text
        fallbacks += fast.fallbacks
        failed += any((error.extensions or {}).get("code") != "OPERATION_TOO_COMPLEX" for error in mine.errors or ())
    # Clean rows are never handed over; damaged ones often are, and errors come of them.
    assert (fallbacks > 0, failed > 0) == (damage > 0, damage > 0)
