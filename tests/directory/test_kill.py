"""A process killed in the middle of edits or loads loses no acknowledged change and leaves none by half."""

import asyncio
import random
import subprocess
import sys
from collections.abc import Iterable
from itertools import count
from pathlib import Path

import pytest

from directory import changes, editing, placing, reading
from directory.actor import Actor
from directory.desk import Desk
from directory.item import Item
from directory.shaped import shape
from directory.types import CONTENT_TYPES
from directory.values import Ref
from graph import open_graph

pytestmark = pytest.mark.slow
ROUNDS = 5
ADMIN = Actor("u-admin", "Admin", site_admin=True)


def ref(item: Item) -> Ref:
    return Ref(type(item).__name__, item.id)


async def opened(address: dict[str, str]) -> Desk:
    graph = await open_graph(**address)
    await graph.shape(shape())
    desk = Desk(graph, ADMIN)
    await editing.found_site(desk)
    return desk


async def keep_writing(address: dict[str, str], name: str) -> None:
    """Edit and load for ever, both at once, and say what is acknowledged: what the killed process runs."""
    desk = await opened(address)
    print("begun", flush=True)
    await asyncio.gather(keep_editing(desk, f"editing{name}"), keep_loading(desk, f"loading{name}"))


async def keep_editing(desk: Desk, name: str) -> None:
    """Make, change, move and delete items."""
    for number in count():
        title = f"{name} {number}"
        cite = await editing.create(desk, "Cite", {"title": title, "keys": (f"kill:{name}-{number}",)})
        channel = ("Channel", "cite", {"title": "Bus"})
        other = await editing.create_nested(desk, "Cite", {"title": f"{title} nested"}, [channel, channel])
        await editing.relocate(desk, ref(other), None, 1, slug=f"{name}-{number}-renamed")
        await editing.update(desk, ref(cite), 1, {"other_names": ("A", "B")})
        print(f"kept {cite.id} 2", flush=True)
        if number % 3 == 2:
            await editing.delete(desk, ref(other), 2)
        else:
            print(f"kept {other.id} 2", flush=True)


async def keep_loading(desk: Desk, name: str) -> None:
    """Load a few hundred items at a time."""
    cls = CONTENT_TYPES["Territory"]
    for number in count():
        ids = [f"{name}-{number}-{each}" for each in range(200)]
        above = Ref("Territory", ids[0])
        items = [
            cls(id=id, title={"en": id}, language="und", parent=placing.folder(cls), keys=(f"kill:{id}",),
                within=above if id != ids[0] else None, state="published")
            for id in ids
        ]  # fmt: skip
        await editing.load(desk, items)
        print(f"kept {ids[0]} 1", flush=True)


def child(address: dict[str, str], name: str) -> "subprocess.Popen[str]":
    text = (
        "import asyncio\nfrom tests.directory.test_kill import keep_writing\n"
        f"asyncio.run(keep_writing({address!r}, {name!r}))\n"
    )
    return subprocess.Popen([sys.executable, "-c", text], stdout=subprocess.PIPE, text=True)


def first_kept(writer: "subprocess.Popen[str]") -> dict[str, int]:
    """The items that the process says are kept, with their versions, until there are some of an edit and of a load."""
    found: dict[str, int] = {}
    while len({id.startswith("loading") for id in found}) < 2:
        line = writer.stdout.readline()
        assert line, "the process ended by itself"
        found |= versions_kept([line])
    return found


def acknowledged(killed: "subprocess.Popen[str]") -> dict[str, int]:
    """What the process said, before it was killed, that was not read yet."""
    said, _ = killed.communicate()
    return versions_kept(said[: said.rfind("\n") + 1].splitlines())


def versions_kept(lines: Iterable[str]) -> dict[str, int]:
    return {id: int(version) for line in lines if line.startswith("kept") for _, id, version in [line.split()]}


async def everything(desk: Desk) -> dict[str, Item]:
    return {item.id: item for name in CONTENT_TYPES for item in [each async for each in reading.all_of(desk, name)]}


async def assert_whole(desk: Desk, items: dict[str, Item]) -> None:
    """Every item has its parent, its address, its keys, and as many changes as its version says."""
    addresses = await reading.kept_rows(desk, "Address", ("id", "item", "current"), None)
    current = {path: id for path, id, is_current in addresses if is_current}
    assert current == {item.path: item.id for item in items.values()}
    assert {id for _, id, _ in addresses} <= set(items)
    keys = dict(await reading.kept_rows(desk, "Key", ("id", "item"), None))
    assert keys == {key: item.id for item in items.values() for key in item.keys}
    assert [item.id for item in items.values() if item.parent is None] == [placing.SITE.id]
    told = await changes.since(desk, 0, limit=1_000_000)
    assert [each.number for each in told] == list(range(1, len(told) + 1))
    versions: dict[str, int] = {}
    for change in told:
        versions[change.item.id] = versions.get(change.item.id, 0) + 1
    assert {item.id: versions.get(item.id, 0) for item in items.values()} == {
        item.id: item.version for item in items.values()
    }
    gone = {each.item.id for each in told if each.action == "delete"}
    assert set(versions) - set(items) == gone


@pytest.mark.parametrize("where", ["embedded", pytest.param("neo4j", marks=pytest.mark.neo4j)])
async def test_a_killed_process_leaves_whole_changes_only(
    where: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    address = {"url": f"embedded:{tmp_path}", "memory": "512m"}
    if where == "neo4j":
        server = request.getfixturevalue("neo4j_server")
        address = {"url": server.url, "user": server.user, "password": server.password}
        fresh = await open_graph(**address)
        await fresh.wipe()
        await fresh.close()
    kept: dict[str, int] = {}
    for turn in range(ROUNDS):
        writer = child(address, str(turn))
        assert await asyncio.to_thread(writer.stdout.readline) == "begun\n"
        if turn == 0:  # however slow the machine, something of both kinds is kept
            kept |= await asyncio.to_thread(first_kept, writer)
        await asyncio.sleep(random.uniform(0.3, 1.5))
        writer.kill()
        kept |= acknowledged(writer)

        desk = await opened(address)
        try:
            items = await everything(desk)
            await assert_whole(desk, items)
        finally:
            await desk.graph.close()

        assert {id: items[id].version for id in kept} == kept
