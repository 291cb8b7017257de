"""What the READMEs show is true: every question is asked, every command is run."""

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from directory.actor import anonymous
from directory.ask_command import answered
from directory.desk import Desk
from importers.run import apply, plan
from schema.bodies import Ask
from tests.commanding import directory

ROOT = Path(__file__).parent.parent
OTHERS = {".venv", "node_modules", "lib"}
PAGES = [path for path in ROOT.rglob("*.md") if not OTHERS & set(path.parts) and path.name != "reference.md"]
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks() -> Iterator[tuple[str, str, str]]:
    """The fenced blocks of all pages: the page, the language, the text."""
    for page in PAGES:
        for language, text in FENCE.findall(page.read_text(encoding="utf-8")):
            yield str(page.relative_to(ROOT)), language, text


def questions() -> list[tuple[str, str, str | None]]:
    """Each GraphQL block with the JSON block after it, if there is one."""
    found = list(blocks())
    following = [*found[1:], ("", "", "")]
    return [
        (page, text, answer if kind == "json" and page == there else None)
        for (page, language, text), (there, kind, answer) in zip(found, following, strict=True)
        if language == "graphql"
    ]


def commands() -> list[str]:
    """The commands of the program in shell blocks, those that serve left out."""
    lines = (
        line.partition("  #")[0].strip()
        for _, language, text in blocks()
        if language == "sh"
        for line in text.splitlines()
    )
    return [line for line in lines if line.startswith("directory ") and line.split()[1] not in ("demo", "serve")]


async def test_every_question_is_answered_as_shown(desk: Desk) -> None:
    await apply(desk, await plan(desk))

    wrong = []
    for page, text, shown in questions():
        answer = await answered(desk.for_actor(anonymous), Ask(query=text))
        if answer.get("errors") or (shown is not None and answer["data"] != json.loads(shown)):
            wrong.append((page, text, answer))
    assert wrong == []


def test_every_command_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for line in commands():
        run = directory(*shlex.split(line)[1:], folder=tmp_path / "graph")
        assert run.returncode == 0, (line, run.stderr)


@pytest.mark.parametrize("page", [str(page.relative_to(ROOT)) for page in PAGES])
def test_every_link_leads_somewhere(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)#]+)", text) if "://" not in link]

    assert [link for link in links if not (ROOT / page).parent.joinpath(link).exists()] == []
