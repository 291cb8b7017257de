"""Users, roles, and how far they reach down the tree."""

import pytest

from directory import deleting, editing, grants, placing, reading
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


async def test_an_item_with_grants_of_its_own_takes_the_roles_of_its_new_place(desk: Desk) -> None:
    await two_cites_and_three_users(desk)
    source, target = await folders(desk, "Source", "Target")
    page = await editing.create(desk, "Page", {"title": "Page", "parent": ref(source)})
    await grants.grant(desk, ref(source), "ann", Role.EDITOR)
    await grants.grant(desk, ref(target), "bob", Role.EDITOR)
    await grants.grant(desk, ref(page), "cleo", Role.READER)

    await editing.relocate(desk, ref(page), ref(target), 1)

    seen = [await reading.get(await as_user(desk, user), ref(page)) for user in ("ann", "bob", "cleo")]
    assert [each is not None for each in seen] == [False, True, True]


async def folders(desk: Desk, *titles: str) -> list[Item]:
    return [await editing.create(desk, "Folder", {"title": title, "parent": SITE}) for title in titles]


async def ids_in_trash(desk: Desk, user: str) -> list[str]:
    return [each.id for each in await deleting.in_trash(await as_user(desk, user))]


async def test_scopes_follow_what_lies_in_the_trash_when_its_place_moves(desk: Desk) -> None:
    await two_cites_and_three_users(desk)
    source, target = await folders(desk, "Source", "Target")
    inner = await editing.create(desk, "Folder", {"title": "Inner", "parent": ref(source)})
    pages = [await editing.create(desk, "Page", {"title": title, "parent": ref(inner)}) for title in ("Own", "Plain")]
    await grants.grant(desk, ref(source), "ann", Role.MANAGER)
    await grants.grant(desk, ref(target), "bob", Role.MANAGER)
    await grants.grant(desk, ref(pages[0]), "cleo", Role.READER)
    for each in pages:
        await editing.delete(desk, ref(each), 1)
    assert set(await ids_in_trash(desk, "ann")) == {each.id for each in pages}

    await editing.relocate(desk, ref(inner), ref(target), 1)

    assert await ids_in_trash(desk, "ann") == []
    assert set(await ids_in_trash(desk, "bob")) == {each.id for each in pages}
    assert [each.path for each in await deleting.in_trash(desk)] == ["/target/inner/plain", "/target/inner/own"]
    back = [await editing.undelete(await as_user(desk, "bob"), each.id) for each in pages]
    assert [each.scope for each in back] == [pages[0].id, target.id]
    ann, bob = await as_user(desk, "ann"), await as_user(desk, "bob")
    assert [await reading.get(ann, ref(each)) for each in back] == [None, None]
    assert [await reading.get(bob, ref(each)) for each in back] == back


async def test_scopes_follow_what_lies_in_the_trash_when_the_one_above_ceases(desk: Desk) -> None:
    await two_cites_and_three_users(desk)
    [folder] = await folders(desk, "Folder")
    pages = [await editing.create(desk, "Page", {"title": title, "parent": ref(folder)}) for title in ("Own", "Plain")]
    await grants.grant(desk, SITE, "bob", Role.MANAGER)
    await grants.grant(desk, ref(folder), "ann", Role.READER)
    await grants.grant(desk, ref(pages[0]), "ann", Role.READER)
    for each in pages:
        await editing.delete(desk, ref(each), 1)

    await grants.revoke(desk, ref(folder), "ann")

    assert set(await ids_in_trash(desk, "bob")) == {each.id for each in pages}
    back = [await editing.undelete(await as_user(desk, "bob"), each.id) for each in pages]
    assert [each.scope for each in back] == [pages[0].id, SITE.id]
    assert [await reading.get(await as_user(desk, "bob"), ref(each)) for each in back] == back


async def test_what_lies_in_the_trash_has_the_roles_that_its_place_gets(desk: Desk) -> None:
    await two_cites_and_three_users(desk)
    [folder] = await folders(desk, "Folder")
    page = await editing.create(desk, "Page", {"title": "Plain", "parent": ref(folder)})
    await grants.grant(desk, SITE, "bob", Role.MANAGER)
    await editing.delete(desk, ref(page), 1)

    await grants.grant(desk, ref(folder), "ann", Role.MANAGER)
    await grants.inherit(desk, ref(folder), False)

    assert (await ids_in_trash(desk, "ann"), await ids_in_trash(desk, "bob")) == ([page.id], [])


async def test_the_last_site_admin_stays(desk: Desk) -> None:
    await grants.add_user(desk, "Ann", id="ann", site_admin=True)

    with pytest.raises(Conflict):
        await grants.set_site_admin(desk, "ann", False)

    await grants.add_user(desk, "Bob", id="bob", site_admin=True)
    await grants.set_site_admin(desk, "ann", False)
    assert not (await grants.actor_of(desk, "ann")).site_admin
    with pytest.raises(NotAllowed):
        await grants.add_user(await as_user(desk, "ann"), "Cleo")
