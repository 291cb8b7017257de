"""Users, roles, and how far they reach down the tree."""

import pytest

from directory import editing, grants, placing, reading
from directory.desk import Desk
from directory.enums import Role
from directory.errors import Conflict, NotAllowed, NotFound
from directory.item import Item
from directory.values import Ref

SITE = placing.SITE


def ref(item: Item) -> Ref:
    return Ref(type(item).__name__, item.id)


async def as_user(desk: Desk, user: str) -> Desk:
    return desk.for_actor(await grants.actor_of(desk, user))


async def two_cites_and_three_users(desk: Desk) -> tuple[Item, Item]:
    lille = await editing.create(desk, "Cite", {"title": "Lille"})
    metz = await editing.create(desk, "Cite", {"title": "Metz"})
    for name in ("ann", "bob", "cleo"):
        await grants.add_user(desk, name, id=name)
    return lille, metz


async def test_a_role_reaches_what_sits_below_and_nothing_beside(desk: Desk) -> None:
    lille, metz = await two_cites_and_three_users(desk)
    channel = await editing.create(desk, "Channel", {"title": "Bus", "cite": ref(lille)})

    await grants.grant(desk, ref(lille), "ann", Role.EDITOR)
    ann = await as_user(desk, "ann")

    assert (await reading.get(ann, ref(channel))).scope == lille.id
    assert await reading.get(ann, ref(metz)) is None
    assert (await editing.update(ann, ref(channel), 1, {"kind": "itinerant"})).version == 2


async def test_a_role_from_above_reaches_scopes_below_until_inheritance_stops(desk: Desk) -> None:
    lille, _ = await two_cites_and_three_users(desk)
    await grants.grant(desk, SITE, "ann", Role.READER)
    await grants.grant(desk, ref(lille), "bob", Role.MANAGER)
    assert await reading.get(await as_user(desk, "ann"), ref(lille)) is not None

    await grants.inherit(desk, ref(lille), False)

    assert await reading.get(await as_user(desk, "ann"), ref(lille)) is None
    assert await reading.get(await as_user(desk, "bob"), ref(lille)) is not None


async def test_nobody_grants_a_role_that_they_do_not_hold(desk: Desk) -> None:
    lille, metz = await two_cites_and_three_users(desk)
    await grants.grant(desk, ref(lille), "ann", Role.REVIEWER)
    await grants.grant(desk, ref(lille), "bob", Role.MANAGER)
    ann, bob = await as_user(desk, "ann"), await as_user(desk, "bob")

    with pytest.raises(NotAllowed):
        await grants.grant(ann, ref(lille), "cleo", Role.READER)
    with pytest.raises(NotFound):
        await grants.grant(bob, ref(metz), "cleo", Role.READER)
    await grants.grant(bob, ref(lille), "cleo", Role.READER)

    assert await grants.granted_on(bob, ref(lille)) == [
        grants.Granted("ann", Role.REVIEWER),
        grants.Granted("bob", Role.MANAGER),
        grants.Granted("cleo", Role.READER),
    ]


async def test_the_last_manager_stays(desk: Desk) -> None:
    lille, _ = await two_cites_and_three_users(desk)
    await grants.grant(desk, ref(lille), "bob", Role.MANAGER)

    with pytest.raises(Conflict):
        await grants.revoke(desk, ref(lille), "bob")
    with pytest.raises(Conflict):
        await grants.grant(desk, ref(lille), "bob", Role.READER)

    await grants.grant(desk, SITE, "ann", Role.MANAGER)
    await grants.revoke(desk, ref(lille), "bob")
    assert (await reading.get(desk, ref(lille))).scope == SITE.id


async def test_scopes_follow_items_that_move(desk: Desk) -> None:
    await two_cites_and_three_users(desk)
    source = await editing.create(desk, "Folder", {"title": "Source", "parent": SITE})
    target = await editing.create(desk, "Folder", {"title": "Target", "parent": SITE})
    page = await editing.create(desk, "Page", {"title": "Page", "parent": ref(source)})
    await grants.grant(desk, ref(target), "ann", Role.EDITOR)

    await editing.relocate(desk, ref(source), ref(target), 1)

    assert (await reading.get(await as_user(desk, "ann"), ref(page))).scope == target.id


async def test_the_last_site_admin_stays(desk: Desk) -> None:
    await grants.add_user(desk, "Ann", id="ann", site_admin=True)

    with pytest.raises(Conflict):
        await grants.set_site_admin(desk, "ann", False)

    await grants.add_user(desk, "Bob", id="bob", site_admin=True)
    await grants.set_site_admin(desk, "ann", False)
    assert not (await grants.actor_of(desk, "ann")).site_admin
    with pytest.raises(NotAllowed):
        await grants.add_user(await as_user(desk, "ann"), "Cleo")
