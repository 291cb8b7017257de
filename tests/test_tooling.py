"""What the project says about itself: Makefile, CI, dependencies, sizes."""

import ast
import re
import subprocess
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "pyproject.toml").read_text()
PROJECT = tomllib.loads(TEXT)
EXTRAS = PROJECT["project"]["optional-dependencies"].values()
NEEDS = [*PROJECT["project"]["dependencies"], *(each for extra in EXTRAS for each in extra if "[" not in each)]
FILES = sorted(path for name in ("graph", "directory", "schema", "importers") for path in (ROOT / name).rglob("*.py"))


@pytest.mark.parametrize("need", NEEDS)
def test_every_dependency_says_what_it_saves_us(need: str) -> None:
    lines = TEXT.splitlines()

    at = next(number for number, line in enumerate(lines) if line.strip() == f'"{need}",')

    assert re.search(r"^\s+# .*\w.*[.`:]", lines[at - 1])


@pytest.mark.parametrize("need", NEEDS)
def test_every_dependency_is_bounded_and_the_installed_one_fits(need: str) -> None:
    requirement = Requirement(need)

    assert {each.operator for each in requirement.specifier} >= {">=", "<"}
    if requirement.marker is None or requirement.marker.evaluate():
        assert requirement.specifier.contains(version(requirement.name), prereleases=True)


@pytest.mark.parametrize("target", ["demo", "serve", "test", "neo4j", "check", "format", "bench"])
def test_make_help_names_every_target_and_each_can_be_planned(target: str) -> None:
    shown = subprocess.run(["make", "-s", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    planned = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True, check=True).stdout

    assert f"make {target}" in shown
    assert planned


def test_make_demo_takes_another_port_and_another_folder() -> None:
    command = ["make", "-n", "demo", "PORT=8080", "FOLDER=/tmp/my graph"]

    planned = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout

    assert "DIRECTORY_PORT='8080' DIRECTORY_GRAPH='embedded:/tmp/my graph' exec .venv/bin/directory demo" in planned


def test_ci_runs_the_checks_then_the_tests_and_nothing_after() -> None:
    script = (ROOT / ".ci/run").read_text()

    subprocess.run(["bash", "-n", ROOT / ".ci/run"], check=True)
    assert (ROOT / ".ci/run").stat().st_mode & 0o111
    assert script.rstrip().endswith("make check\nwait $!\nmake test")


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_has_at_most_400_lines_and_a_function_60(path: Path) -> None:
    text = path.read_text()

    functions = [each for each in ast.walk(ast.parse(text)) if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)]

    assert len(text.splitlines()) <= 400
    assert [each.name for each in functions if (each.end_lineno or 0) - each.lineno >= 60] == []
