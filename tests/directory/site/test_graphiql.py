"""GraphiQL: its examples are answered, and the page works in a browser that may reach nothing else."""

import json
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from graphql import OperationType, parse

from directory.settings import Settings
from directory.site.app import Site
from directory.site.graphiql import examples_json
from schema.documents import Documents
from tests.directory.site.chromium import CHROMIUM, page
from tests.schema.served import served

EXAMPLES = json.loads(examples_json())
LACKING = CHROMIUM is None and "CI" not in os.environ  # in CI nothing is skipped
CHOOSE = """
(() => {
  const select = document.querySelector(".examples select");
  const setter = Object.getOwnPropertyDescriptor(HTMLSelectElement.prototype, "value").set;
  setter.call(select, "%d");
  select.dispatchEvent(new Event("change", {bubbles: true}));
})()
"""
EDITOR = "document.querySelector('.graphiql-query-editor').innerText"
ANSWER = "document.querySelector('.result-window')?.innerText || ''"


@pytest.mark.parametrize("example", EXAMPLES, ids=[each["title"] for each in EXAMPLES])
async def test_an_example_is_valid_and_within_what_a_visitor_may_spend(site: Site, example: dict[str, str]) -> None:
    assert site.running is not None
    settings = Settings()
    documents = Documents(site.running.endpoint.service.schema._schema, settings.limits)

    (operation,) = documents.read(example["query"]).operations

    variables = json.loads(example["variables"] or "{}")
    assert operation.weight.cost(variables) < settings.limits.cost_per_minute_anonymous / 2
    assert example["title"][0].isdigit()


IN_A_BROWSER = (
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(LACKING, reason="GraphiQL in a browser needs Chromium: install the package chromium"),
)


def in_a_browser(test: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    for mark in IN_A_BROWSER:
        test = mark(test)
    return test


@in_a_browser
async def test_graphiql_works_in_a_browser_without_any_outside_request(site: Site, tmp_path: Path) -> None:
    async with served(site) as address, page(f"http://{address}/", tmp_path) as shown:
        await shown.ask("Page.navigate", url=f"http://{address}/graphiql")
        await shown.until("document.querySelectorAll('.examples option').length > 5")

        for number, example in enumerate(EXAMPLES):
            if operation_of(example).operation is not OperationType.QUERY:
                continue
            await shown.run(CHOOSE % number)
            await shown.until(
                f"document.querySelector('.graphiql-query-editor').innerText.includes({first_line(example)})"
            )
            await shown.run("document.querySelector('.graphiql-execute-button').click()")
            answer = await shown.until(f'/"{root_field(example)}"[^]*"cost"/.test({ANSWER}) && {ANSWER}')
            assert "errors" not in answer

        await shown.run("document.querySelector('[aria-label*=\"Documentation\"]').click()")
        await shown.until("document.querySelector('.graphiql-doc-explorer')?.innerText.includes('Query')")

    assert shown.outside == []
    assert shown.complaints == []


FOCUSED = "`${document.activeElement.localName} ${document.activeElement.ariaLabel || ''}`"
ANSWER_IS_SHOWN = """
(() => {
  const place = document.querySelector(".graphiql-response").getBoundingClientRect();
  return place.width > 200 && place.height > 200 && place.right <= innerWidth;
})()
"""


@in_a_browser
async def test_graphiql_is_used_by_keyboard_alone_and_enlarged_to_400_percent(site: Site, tmp_path: Path) -> None:
    async with served(site) as address, page(f"http://{address}/", tmp_path) as shown:
        await shown.ask("Page.navigate", url=f"http://{address}/graphiql")
        await shown.until("document.querySelectorAll('.CodeMirror').length == 4")

        met = []
        for _ in range(25):
            for kind in ("keyDown", "keyUp"):
                await shown.ask("Input.dispatchKeyEvent", type=kind, key="Tab", code="Tab", windowsVirtualKeyCode=9)
            met.append(await shown.run(FOCUSED))
        await shown.ask("Emulation.setDeviceMetricsOverride", width=320, height=256, deviceScaleFactor=1, mobile=False)
        narrow = await shown.until(ANSWER_IS_SHOWN)
        wide = await shown.run("document.scrollingElement.scrollWidth")

        editors = dict.fromkeys(each.split()[1] for each in met if each.startswith("textarea"))
        assert list(editors) == ["Query", "Variables", "Answer"]
        assert "button Execute query (Ctrl-Enter)" in met
        assert narrow
        assert wide <= 320
        assert await shown.run("document.querySelector('main h1').innerText") != ""


def operation_of(example: dict[str, Any]) -> Any:
    (operation,) = parse(example["query"]).definitions
    return operation


def root_field(example: dict[str, Any]) -> str:
    return str(operation_of(example).selection_set.selections[0].name.value)


def first_line(example: dict[str, Any]) -> str:
    return json.dumps(example["title"][:20])
