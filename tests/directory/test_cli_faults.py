"""What people type wrong is said in a sentence with what to do, and changes nothing."""

from pathlib import Path

import pytest

from tests.commanding import Said, directory


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a small made-up ecosystem."""
    made = tmp_path_factory.mktemp("faults") / "graph"
    assert directory("load", "--big", "3", folder=made).returncode == 0
    return made


def refused(said: Said, code: int = 1) -> str:
    """Why, on one line; there is no traceback."""
    assert (said.returncode, "Traceback" in said.stderr) == (code, False), said.stderr
    return " ".join(said.stderr.split())


@pytest.mark.parametrize("number", ["0", "-3", "many"])
def test_a_made_up_ecosystem_has_one_organisation_at_least(number: str, tmp_path: Path) -> None:
    said = directory("load", "--big", number, folder=tmp_path)

    assert f"argument --big: {number!r} is not a whole number above 0" in refused(said, 2)


@pytest.mark.parametrize("words", [("300",), ("3", "--seed", "2")])
def test_two_made_up_ecosystems_are_not_mixed(words: tuple[str, ...], folder: Path) -> None:
    said = refused(directory("load", "--big", *words, folder=folder))

    assert said == (
        "This directory holds another made-up ecosystem already: give the same --big and --seed,"
        " or take another folder or graph, see DIRECTORY_GRAPH."
    )


def test_a_kind_of_alert_that_is_none_is_answered_with_all_kinds(folder: Path) -> None:
    said = refused(directory("check", "--code", "NOPE", folder=folder))

    assert said.startswith("'NOPE' is no kind of alert: LABEL_SAME_DAY, LABEL_ORDER, ")
    assert directory("check", "--code", "label_order", folder=folder).returncode == 0
