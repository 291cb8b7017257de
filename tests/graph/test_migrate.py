"""Steps are applied once each, in order, and a newer database is refused; on both engines."""

import asyncio
import sys
from pathlib import Path
from types import ModuleType

import pytest

from directory import migrations
from graph import Graph, NewerDatabase, NewNode, NodeShape, Property, Shape, Statement, Transaction
from graph.migrate import Step, migrate, pending, steps

SHAPE = Shape((NodeShape("Brick", (Property("id", "string"), Property("laid", "integer")), ("id",), ()),), ())


async def lay(transaction: Transaction) -> None:
    await transaction.create([NewNode("Brick", {"id": "a", "laid": 1})])


async def raise_higher(transaction: Transaction) -> None:
    [brick] = await transaction.find("Brick", "id", ["a"])
    await transaction.update("Brick", "a", {"laid": brick["laid"] + 1})


async def fall(transaction: Transaction) -> None:
    await transaction.remove("Brick", ["a"])
    raise RuntimeError("it fell")


LAY, RAISE, FALL = Step(1, "lay", lay), Step(2, "raise", raise_higher), Step(3, "fall", fall)


@pytest.fixture
async def wall(graph: Graph) -> Graph:
    await graph.shape(SHAPE)
    return graph


async def bricks(graph: Graph) -> list[object]:
    return await graph.read(Statement("MATCH (n:Brick) RETURN n.laid"))


async def test_steps_are_applied_in_order_and_once(wall: Graph) -> None:
    assert await migrate(wall, [LAY]) == [LAY]
    assert await pending(wall, [LAY, RAISE]) == [RAISE]
    assert await migrate(wall, [LAY, RAISE]) == [RAISE]
    assert await migrate(wall, [LAY, RAISE]) == []
    assert await bricks(wall) == [2]


async def test_a_step_that_fails_leaves_nothing_and_is_still_to_do(wall: Graph) -> None:
    with pytest.raises(RuntimeError, match="it fell"):
        await migrate(wall, [LAY, RAISE, FALL])

    assert await bricks(wall) == [2]
    assert await pending(wall, [LAY, RAISE, FALL]) == [FALL]


async def test_a_newer_database_is_refused_with_what_to_do(wall: Graph) -> None:
    await migrate(wall, [LAY, RAISE])

    with pytest.raises(NewerDatabase, match=r"step 2; this code knows 1\): install that version"):
        await migrate(wall, [LAY])


async def test_two_who_migrate_at_once_apply_each_step_once(wall: Graph) -> None:
    done = await asyncio.gather(*(migrate(wall, [LAY, RAISE]) for _ in range(4)))

    assert sorted(step.number for applied in done for step in applied) == [1, 2]
    assert await bricks(wall) == [2]


async def test_what_a_step_prepares_is_prepared_before_it_and_said(
    wall: Graph, caplog: pytest.LogCaptureFixture
) -> None:
    heard: list[list[object]] = []

    async def prepare(graph: Graph) -> None:
        heard.append(await bricks(graph))

    prepared = Step(2, "raise", raise_higher, prepare)

    assert await migrate(wall, [LAY]) == [LAY]
    assert await migrate(wall, [LAY, prepared]) == [prepared]
    assert await migrate(wall, [LAY, prepared]) == []
    assert heard == [[1]]
    assert caplog.messages == ["The graph is brought up to this version: raise. A large one takes minutes."]


async def test_a_new_graph_has_nothing_to_prepare(wall: Graph) -> None:
    async def prepare(graph: Graph) -> None:
        raise AssertionError("nothing is there")

    prepared = Step(2, "raise", raise_higher, prepare)

    assert await migrate(wall, [LAY, prepared]) == [LAY, prepared]


async def test_the_steps_of_the_directory_apply_to_a_new_graph(wall: Graph) -> None:
    ours = steps(migrations)

    assert await migrate(wall, ours) == ours
    assert await pending(wall, ours) == []


def package(folder: Path, name: str, files: list[str]) -> ModuleType:
    (folder / name).mkdir()
    for file in files:
        (folder / name / file).write_text("async def apply(transaction):\n    pass\n")
    made = ModuleType(name)
    made.__path__ = [str(folder / name)]
    return made


def test_steps_are_found_by_their_numbers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = package(tmp_path, "changes", ["0002_second.py", "0001_first_of_all.py", "words.py"])
    monkeypatch.setitem(sys.modules, "changes", made)

    assert [(step.number, step.name) for step in steps(made)] == [(1, "first_of_all"), (2, "second")]


def test_a_missing_number_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = package(tmp_path, "gaps", ["0001_first.py", "0003_third.py"])
    monkeypatch.setitem(sys.modules, "gaps", made)

    with pytest.raises(ValueError, match="not numbered"):
        steps(made)
