"""Tokens: shown once, kept as a hash, never stronger than their user, and no more once they are expired or revoked."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from directory import changes, editing, placing, reading, versions
from directory.actor import Actor
from directory.cli import parser
from directory.desk import Desk
from directory.enums import Role
from directory.errors import Invalid, NotAllowed, NotFound, Unauthenticated
from directory.grants import actor_of, add_user, grant, revoke, set_site_admin
from directory.reading import kept_rows
from directory.tokens import Door, authenticate, create_token, hash_of, revoke_token, tokens
from directory.values import Ref
from graph.query import Attribute, OneOf

SITE = placing.SITE


@pytest.fixture
async def ada(desk: Desk) -> Actor:
    """An editor of the whole site."""
    await add_user(desk, "Ada", id="ada")
    await grant(desk, SITE, "ada", Role.EDITOR)
    return Actor("ada", "Ada", roles={SITE.id: Role.EDITOR})


def wait(desk: Desk, seconds: int) -> None:
    for _ in range(seconds):
        desk.clock()


async def stored(desk: Desk, name: str) -> list[str]:
    return [row[0] for row in await kept_rows(desk, "Token", (name,), None)]


async def test_a_token_lets_in_its_user_with_their_roles(desk: Desk, ada: Actor) -> None:
    issued = await create_token(desk.for_actor(ada), "Front page")

    assert await authenticate(desk, issued.text) == ada
    assert issued.text.startswith("cdm_")
    assert len(issued.text) == 47


async def test_only_a_hash_of_the_token_is_kept(desk: Desk, ada: Actor) -> None:
    issued = await create_token(desk.for_actor(ada), "Front page")

    rows = await kept_rows(desk, "Token", ("id", "user", "name", "hash", "roles", "created"), None)

    assert rows[0][3] == hash_of(issued.text)
    assert issued.text not in str(rows)


async def test_wrong_expired_and_revoked_tokens_are_refused_alike_after_one_look(desk: Desk, ada: Actor) -> None:
    old = await create_token(desk, "old", user="ada", expires=desk.clock() + timedelta(seconds=60))
    gone = await create_token(desk, "gone", user="ada")
    await revoke_token(desk, gone.token.id)
    wait(desk, 60)
    door = Door(desk)

    looks, words = [], []
    for text in ("cdm_" + "x" * 43, old.text, gone.text, "", "é" * 3000):
        before = desk.graph.round_trips
        with pytest.raises(Unauthenticated) as refused:
            await door.authenticate(text)
        looks.append(desk.graph.round_trips - before)
        words.append(str(refused.value))

    assert looks == [1, 1, 1, 1, 1]
    assert set(words) == {"Sign in first."}


LIMITS: list[tuple[Mapping[str, Role], Role, Mapping[str, Role]]] = [
    ({SITE.id: Role.READER}, Role.EDITOR, {SITE.id: Role.READER}),
    ({SITE.id: Role.EDITOR}, Role.EDITOR, {SITE.id: Role.EDITOR}),
    ({SITE.id: Role.EDITOR}, Role.READER, {SITE.id: Role.READER}),
]


@pytest.mark.parametrize(("asked", "later", "effective"), LIMITS)
async def test_a_token_has_the_lower_of_its_own_roles_and_those_its_user_has_now(
    desk: Desk, ada: Actor, asked: Mapping[str, Role], later: Role, effective: Mapping[str, Role]
) -> None:
    issued = await create_token(desk.for_actor(ada), "Narrow", roles=asked)
    await grant(desk, SITE, "ada", later)

    found = await authenticate(desk, issued.text)

    assert found is not None
    assert dict(found.roles) == effective


async def test_a_token_for_one_cite_has_no_right_elsewhere(desk: Desk, ada: Actor) -> None:
    cite = await editing.create(desk, "Cite", {"title": "Lille"})
    await grant(desk, Ref("Cite", cite.id), "ada", Role.MANAGER)

    issued = await create_token(desk, "Lille", user="ada", roles={cite.id: Role.EDITOR})

    found = await authenticate(desk, issued.text)
    assert found is not None
    assert dict(found.roles) == {cite.id: Role.EDITOR}


async def test_a_token_for_one_folder_does_not_see_what_its_user_made_elsewhere(desk: Desk) -> None:
    await add_user(desk, "Ada", id="ada")
    folders = [await editing.create(desk, "Folder", {"title": title, "parent": SITE}) for title in ("A", "B")]
    at = [Ref("Folder", folder.id) for folder in folders]
    for folder in at:
        await grant(desk, folder, "ada", Role.EDITOR)
    ada = desk.for_actor(await actor_of(desk, "ada"))
    pages = [Ref("Page", (await editing.create(ada, "Page", {"title": "P", "parent": folder})).id) for folder in at]
    issued = await create_token(ada, "A", roles={folders[0].id: Role.READER})

    found = await authenticate(desk, issued.text)

    assert found is not None
    limited = desk.for_actor(found)
    assert [await reading.get(limited, page) is not None for page in pages] == [True, False]
    assert {each.item for each in await changes.since(limited, 0, 100)} & set(pages) == {pages[0]}
    with pytest.raises(NotFound):
        await versions.history(limited, pages[1])
    with pytest.raises(NotAllowed):
        await create_token(desk.for_actor(replace(ada.actor, limited=True)), "Whole")


async def test_a_role_that_its_user_loses_is_lost_for_the_token(desk: Desk, ada: Actor) -> None:
    whole = await create_token(desk.for_actor(ada), "Whole")
    part = await create_token(desk.for_actor(ada), "Part", roles={SITE.id: Role.READER})

    await revoke(desk, SITE, "ada")

    for issued in (whole, part):
        found = await authenticate(desk, issued.text)
        assert found is not None
        assert dict(found.roles) == {}


async def test_a_limited_token_of_a_site_admin_is_no_site_admin(desk: Desk) -> None:
    await add_user(desk, "Root", id="root", site_admin=True)
    whole = await create_token(desk, "Whole", user="root")
    part = await create_token(desk, "Part", user="root", roles={SITE.id: Role.READER})

    assert (await authenticate(desk, whole.text)) == Actor("root", "Root", site_admin=True)
    assert (await authenticate(desk, part.text)) == Actor("root", "Root", roles={SITE.id: Role.READER}, limited=True)
    await add_user(desk, "Other", id="other", site_admin=True)
    await set_site_admin(desk, "root", False)
    assert (await authenticate(desk, whole.text)) == Actor("root", "Root")


async def test_a_token_makes_no_stronger_token(desk: Desk, ada: Actor) -> None:
    narrow = desk.for_actor(Actor("ada", "Ada", roles={SITE.id: Role.READER}))

    with pytest.raises(NotAllowed):
        await create_token(narrow, "Whole")
    with pytest.raises(NotAllowed):
        await create_token(narrow, "Stronger", roles={SITE.id: Role.EDITOR})
    with pytest.raises(NotAllowed):
        await create_token(narrow, "Another's", user="u-admin", roles={SITE.id: Role.READER})

    assert (await create_token(narrow, "As strong", roles={SITE.id: Role.READER})).token.user == "ada"


async def test_what_is_wrong_with_a_token_is_told_at_once(desk: Desk, ada: Actor) -> None:
    with pytest.raises(Invalid) as refused:
        await create_token(
            desk, " ", user="ada", roles={"nowhere": Role.READER}, expires=desk.clock() - timedelta(days=1)
        )

    assert [each.path for each in refused.value.faults] == [("name",), ("expires",), ("roles", "nowhere")]
    assert await stored(desk, "id") == []


async def test_the_last_use_is_noted_at_most_once_a_minute(desk: Desk, ada: Actor) -> None:
    issued = await create_token(desk.for_actor(ada), "Front page")
    await authenticate(desk, issued.text)
    [first] = await stored(desk, "used")
    await authenticate(desk, issued.text)

    assert await stored(desk, "used") == [first]
    wait(desk, 60)
    await authenticate(desk, issued.text)
    assert await stored(desk, "used") > [first]


async def test_a_door_remembers_for_a_moment_but_not_past_a_commit(desk: Desk, ada: Actor) -> None:
    issued = await create_token(desk.for_actor(ada), "Front page")
    door = Door(desk)
    await door.authenticate(issued.text)

    before = desk.graph.round_trips
    await door.authenticate(issued.text)

    assert desk.graph.round_trips == before
    await revoke_token(desk, issued.token.id)
    with pytest.raises(Unauthenticated):
        await door.authenticate(issued.text)


async def test_tokens_are_listed_and_revoked_by_their_user_only(desk: Desk, ada: Actor) -> None:
    issued = await create_token(desk.for_actor(ada), "Front page")
    stranger = desk.for_actor(Actor("eve", "Eve"))

    assert [each.name for each in await tokens(desk.for_actor(ada))] == ["Front page"]
    assert await tokens(stranger) == []
    with pytest.raises(NotFound):
        await revoke_token(stranger, issued.token.id)
    await revoke_token(desk.for_actor(ada), issued.token.id)
    assert (await tokens(desk))[0].revoked is not None


def test_the_words_of_the_token_command_are_understood() -> None:
    given = parser("token").parse_args(
        ["token", "create", "Import", "--user", "ada", "--role", "editor:/", "--days", "30"]
    )

    assert (given.name, given.user, given.role, given.days) == ("Import", "ada", ["editor:/"], 30)


async def test_roles_may_be_held_by_items_that_have_grants_only(desk: Desk, ada: Actor) -> None:
    cite = await editing.create(desk, "Cite", {"title": "Lille"})

    with pytest.raises(Invalid):
        await create_token(desk, "Lille", user="ada", roles={cite.id: Role.READER})

    assert await reading.get(desk, Ref("Cite", cite.id)) is not None
    assert await kept_rows(desk, "Token", ("id",), OneOf(Attribute("user"), ("ada",))) == []
