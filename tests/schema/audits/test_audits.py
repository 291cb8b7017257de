"""The audits of GraphQL over HTTP, run by Node against a real server."""

import asyncio
import json
import os
import shutil
from pathlib import Path

import pytest

from tests.schema.served import both, served
from tests.schema.small import World

HERE = Path(__file__).parent
NODE = shutil.which("node")
LACKING = NODE is None and "CI" not in os.environ  # in CI nothing is skipped


@pytest.mark.skipif(
    NODE is None and "CI" not in os.environ,
    reason="the audits of GraphQL over HTTP need Node: install the package nodejs",
)
async def test_every_audit_of_graphql_over_http_is_green() -> None:
    async with served(both(World())) as address:
        process = await asyncio.create_subprocess_exec(
            str(NODE), str(HERE / "run.mjs"), f"http://{address}/graphql", stdout=asyncio.subprocess.PIPE
        )
        output, _ = await asyncio.wait_for(process.communicate(), 60)

    results = json.loads(output)
    assert [each for each in results if each["status"] != "ok"] == []
    assert len(results) == 61
