"""Which way imports point, as a table."""

import ast
import sys
from collections.abc import Iterator
from importlib.metadata import distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("directory", "graph", "importers", "schema")

# A part of the code, and the parts of ours that it may import. The longest name that fits decides, on both sides.
MAY_IMPORT = {
    "graph": {"graph"},
    "directory": {"graph", "directory"},
    "directory.analysis": {"directory", "directory.analysis"},
    "directory.export": {"directory", "directory.analysis", "directory.export"},
    "schema": {
        "graph",
        "directory",
        "directory.analysis",
        "directory.editing",
        "directory.export",
        "directory.scenarios",
        "schema",
    },
    "importers": {"graph", "directory", "directory.editing", "importers"},
    "directory.site": {
        "graph",
        "directory",
        "directory.analysis",
        "directory.editing",
        "directory.export",
        "directory.site",
        "importers",
        "schema",
    },
    "directory.scenarios": {"graph", "directory", "directory.analysis"},
    # Commands, which the command line loads by name when they are called. It imports nothing itself.
    "directory.analyse_command": {"directory", "directory.analysis", "directory.scenarios"},
    "directory.ask_command": {"directory", "schema"},
    "directory.load_command": {"directory", "importers"},
    "directory.report_command": {"directory", "directory.analysis", "directory.export"},
    "directory.scenario_command": {"directory", "directory.analysis", "directory.scenarios"},
    "directory.site.starting": {"graph", "directory"},
    "directory.site.serving": {"graph", "directory", "directory.load_command", "directory.site", "importers", "schema"},
    "directory.cli": set(),
    "directory.__main__": {"directory.cli"},
}
# Only `graph` knows how a question is said and how engines differ.
INSIDE_GRAPH = ("graph.cypher", "graph.engines", "graph.embedded")
# Parts of `directory` that may not be imported everywhere, though they are as free as the rest in what they import.
GUARDED = (*MAY_IMPORT, "directory.editing")


def files() -> list[Path]:
    return sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def part(module: str, parts: tuple[str, ...]) -> str:
    return max((each for each in parts if f"{module}.".startswith(f"{each}.")), key=len, default="")


def imports(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Each imported name, with its line: `from directory import editing` gives directory.editing."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, each.name) for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, f"{node.module or ''}.{each.name}") for each in node.names)


def wrong_arrows(module: str, text: str) -> Iterator[str]:
    allowed = MAY_IMPORT[part(module, tuple(MAY_IMPORT))]
    for line, name in imports(ast.parse(text)):
        target = part(name, GUARDED)
        if not target:
            continue
        at_home = target == "directory.editing" and part(module, tuple(MAY_IMPORT)) == "directory"
        inside = part(name, INSIDE_GRAPH) and not module.startswith("graph")
        opens = name.endswith(".open_graph") and not module.startswith("graph") and module != "directory.reaching"
        if inside or opens or not (target in allowed or at_home):
            yield f"{module}:{line} imports {name}"


def hidden_imports(module: str, text: str) -> Iterator[str]:
    tree = ast.parse(text)
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from (f"{module}:{line} imports {name} inside a function" for line, name in imports(function))
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            yield f"{module}:{node.lineno} has a relative import"
        if "TYPE_CHECKING" in {getattr(node, "id", ""), getattr(node, "attr", ""), getattr(node, "name", "")}:
            yield f"{module}:{getattr(node, 'lineno', 0)} hides an import behind TYPE_CHECKING"


@pytest.mark.parametrize("path", files(), ids=module_of)
def test_imports_point_one_way(path: Path) -> None:
    assert list(wrong_arrows(module_of(path), path.read_text())) == []


@pytest.mark.parametrize("path", files(), ids=module_of)
def test_every_import_stands_at_the_top_and_is_absolute(path: Path) -> None:
    assert list(hidden_imports(module_of(path), path.read_text())) == []


@pytest.mark.parametrize(
    ("module", "text"),
    [
        ("graph.store", "from directory.errors import NotFound"),
        ("directory.reading", "import schema.build"),
        ("directory.reading", "from graph import cypher"),
        ("schema.plan", "from graph.engines import NEO4J"),
        ("directory.reading", "from graph import open_graph"),
        ("directory.analysis.coverage", "from directory.editing import create"),
        ("directory.analysis.snapshot", "from graph import Question"),
        ("directory.export.tabular", "from directory import editing"),
        ("importers.run", "import schema"),
        ("schema.http", "from directory.cli import main"),
        ("directory.cli", "from directory.site.app import app"),
    ],
)
def test_a_wrong_arrow_is_found(module: str, text: str) -> None:
    assert len(list(wrong_arrows(module, text))) == 1


@pytest.mark.parametrize(
    ("module", "text"),
    [
        ("directory.reaching", "from graph import open_graph"),
        ("graph.store", "from graph.cypher import say"),
        ("directory.versions", "from directory.editing import create"),
        ("importers.run", "from directory import editing"),
        ("schema.analyses", "from directory.analysis.coverage import measure"),
        ("directory.load_command", "from importers.bundle import read"),
        ("directory.site.app", "from schema.http import endpoint"),
    ],
)
def test_a_right_arrow_is_let_through(module: str, text: str) -> None:
    assert list(wrong_arrows(module, text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "def f():\n    import json",
        "async def f():\n    from json import loads",
        "from . import errors",
        "from typing import TYPE_CHECKING",
        "import typing\nif typing.TYPE_CHECKING:\n    import json",
    ],
)
def test_a_hidden_import_is_found(text: str) -> None:
    assert list(hidden_imports("directory.example", text)) != []


def test_no_dependency_installs_a_folder_of_our_name() -> None:
    ours = {*PACKAGES, "tests", "bench"}

    thieves = {
        f"{each.name} installs {first}"
        for each in distributions()
        if each.name != "cite-directory"
        for line in (each.read_text("RECORD") or "").splitlines()
        if (first := line.partition(",")[0].partition("/")[0].removesuffix(".py")) in ours
    }

    assert thieves == set()


def test_no_folder_is_named_like_a_module_of_the_standard_library() -> None:
    assert set(PACKAGES).isdisjoint(sys.stdlib_module_names)
