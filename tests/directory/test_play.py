"""A random play of the writing side: whatever people do, some things stay true. `DIRECTORY_TEST_PLAYS` plays longer."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random

import pytest

from directory import editing, grants
from directory.actor import Actor
from directory.desk import Desk
from directory.errors import DirectoryError
from directory.shaped import shape
from graph import open_graph
from importers.bundle import drafts
from tests.directory.dumped import Dump, dump
from tests.directory.guesses import START
from tests.directory.play_rules import AT_ANY_MOMENT, FROM_ONE_TO_THE_NEXT, there_and_back
from tests.directory.play_sight import everything, expected, history, seen
from tests.directory.playing import Play
from tests.neo4j.server import Running

PLAYS = int(os.environ.get("DIRECTORY_TEST_PLAYS") or 2)
STEPS = 40
TABLES = drafts(Path(__file__).parent / "played")[0]


def broken(play: Play, refusal: DirectoryError | None, before: Dump, after: Dump) -> list[str]:
    """What the step broke."""
    found = [f"{rule.__name__}: {each}" for rule in AT_ANY_MOMENT for each in rule(after)]
    found += [f"{rule.__name__}: {each}" for rule in FROM_ONE_TO_THE_NEXT for each in rule(before, after)]
    if refusal is not None and after != before and play.verb not in ("delete_and_undelete", "load_twice"):
        found.append("a refused step changed something")
    if play.verb == "delete_and_undelete" and refusal is None:
        found += [f"there_and_back: {each}" for each in there_and_back(before, after)]
    if told := [word for word in play.forgotten if word in after.text.lower()]:
        found.append(f"forgotten: {told}")
    return found


async def played(desk: Desk, seed: int, steps: int) -> Dump:
    """The graph after a play, each step of which was looked at."""
    play = Play(Random(seed), desk, TABLES)
    await play.begin()
    before, log = await dump(desk), []
    for _ in range(steps):
        refusal = await play.turn(before)
        log.append(play.said)
        after = await dump(desk)
        play.seen |= {(at, each.version): each.view for at, each in after.found.items()}
        wrong = [*broken(play, refusal, before, after), *await told_wrong(play, after)]
        assert not wrong, "\n".join((f"seed {seed}", *log[-12:], *wrong))
        before = after
    return before


async def told_wrong(play: Play, now: Dump) -> list[str]:
    """What is told otherwise than it is kept, after some of the steps."""
    wrong = [f"seen: {each}" for each in await seen(play.desk, now)] if play.step % 8 == 4 else []
    if play.step % 8 == 0:
        manager = play.desk.for_actor(await grants.actor_of(play.desk, "manager"))
        wrong += [f"of a manager: {each}" for each in expected(manager, now, await everything(manager, now))]
    if play.step % 20 == 0:
        some = Random(play.step).sample(list(now.items), 12)
        wrong += [f"history: {each}" for each in await history(play.desk, now, some, play.seen)]
    return wrong


@asynccontextmanager
async def empty(**address: str) -> AsyncIterator[Desk]:
    """The desk of a site admin over an empty site, in the graph at this address."""
    graph = await open_graph(**address, memory="512m", statement_timeout=60)
    try:
        await graph.wipe()
        await graph.shape(shape())
        desk = Desk(graph, Actor("u-admin", "Admin", site_admin=True), lambda: START)
        await editing.found_site(desk)
        yield desk
    finally:
        await graph.close()


async def kept(seed: int, steps: int, **address: str) -> Dump:
    """What the graph at this address holds after a play that nobody looks at."""
    async with empty(**address) as desk:
        play = Play(Random(seed), desk, TABLES)
        await play.begin()
        for _ in range(steps):
            await play.turn(await dump(desk))
        return await dump(desk)


@pytest.mark.parametrize("seed", range(1, 1 + PLAYS))
async def test_whatever_people_do_the_rules_hold(tmp_path: Path, seed: int) -> None:
    async with empty(url=f"embedded:{tmp_path}") as desk:
        await played(desk, seed, STEPS)


@pytest.mark.slow
@pytest.mark.neo4j
async def test_both_engines_keep_the_same_after_the_same_play(neo4j_server: Running, tmp_path: Path) -> None:
    server = {"url": neo4j_server.url, "user": neo4j_server.user, "password": neo4j_server.password}

    here, there = await kept(1, 20, url=f"embedded:{tmp_path}"), await kept(1, 20, **server)

    assert here.nodes == there.nodes
    assert here.links == there.links
