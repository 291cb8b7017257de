"""The tables and pictures in the README of the analyses are those that the bundled data give."""

import pytest

from directory.analysis.methods import METHODS
from directory.desk import Desk
from tests.directory.analysis.illustrated import FOLDER, PICTURES, README, commands, written

TEXT = README.read_text("utf-8")


async def test_the_tables_are_what_the_terminal_shows(published: Desk) -> None:
    assert await written(published, TEXT) == TEXT


@pytest.mark.parametrize("name", PICTURES)
async def test_the_pictures_are_what_the_report_draws(published: Desk, name: str) -> None:
    assert (FOLDER / "pictures" / name).read_text("utf-8") == await PICTURES[name](published)
    assert f"(pictures/{name})" in TEXT


def test_every_method_has_its_table() -> None:
    assert {words.split()[0] for words in commands(TEXT)} == set(METHODS)
    assert all("--at" in words or "--year" in words for words in commands(TEXT))
