"""Every request of the README is answered as it shows, in its order."""

import json
import re
from pathlib import Path

import httpx

from directory.desk import Desk
from directory.settings import read_settings
from directory.tokens import Door
from schema.answering import service
from schema.context import Context
from schema.http import Endpoint
from tests.schema.conftest import Network

README = Path(__file__).parents[2] / "schema" / "README.md"
BLOCKS = re.findall(r"^```http\n(.*?)^```$", README.read_text(encoding="utf-8"), re.M | re.S)
PAIRS = list(zip(BLOCKS[::2], BLOCKS[1::2], strict=True))


def parts(block: str) -> tuple[str, dict[str, str], str]:
    """The first line of a message, its headers, its body."""
    head, _, body = block.partition("\n\n")
    first, *lines = head.strip().splitlines()
    return first, dict(line.split(": ", 1) for line in lines), body.strip()


async def test_every_request_of_the_readme_is_answered_as_shown(network: Network) -> None:
    settings = read_settings({})
    desk = Desk(network.graph, settings=settings)
    endpoint = Endpoint(service(network.schema, settings, Door(desk).authenticate, lambda _: Context(desk)))
    transport = httpx.ASGITransport(app=endpoint)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as asking:
        for request, shown in PAIRS:
            (line, headers, body), (status, expected, content) = parts(request), parts(shown)
            method, address = line.split(" ", 1)
            answer = await asking.request(method, address, headers=headers, content=body.encode() or None)

            assert status == f"HTTP/1.1 {answer.status_code}", answer.text
            assert {name: answer.headers.get(name) for name in expected} == expected
            assert answer.json() == json.loads(content)

    assert len(PAIRS) > 6
