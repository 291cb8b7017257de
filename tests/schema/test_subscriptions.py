"""Changes as they come: in order, resumable, as far as the listener may know of them, without needless asking."""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
import strawberry

from directory import editing, placing
from directory.actor import Actor, anonymous
from directory.changes import latest
from directory.desk import Bell, Desk
from directory.enums import Role
from directory.errors import Unauthenticated
from directory.grants import add_user, grant, revoke
from directory.item import Item
from directory.settings import Settings
from directory.tokens import Door, create_token, revoke_token
from directory.values import Ref
from schema.answering import Answer, Caller, Report, Service, opened, prepare, service
from schema.bodies import Ask
from schema.build import build
from schema.context import Context
from schema.cursors import sealed, unsealed
from schema.ids import global_id
from schema.listening import watch_of
from schema.refusals import Refused

SITE = placing.SITE
ALL = "subscription($kinds: [NodeKind!], $ids: [ID!], $under: ID, $after: String) "
ALL += "{ changes(kinds: $kinds, ids: $ids, under: $under, after: $after) "
ALL += "{ cursor action kind id path version fields by item { title } } }"
Listen = Callable[..., Awaitable[AsyncGenerator[Answer, None]]]


@pytest.fixture(scope="module")
def made() -> strawberry.Schema:
    return build()


def ref(item: Item) -> Ref:
    return Ref(type(item).__name__, item.id)


def named(item: Item) -> str:
    return global_id(type(item).__name__, item.id)


async def listen(made: strawberry.Schema, desk: Desk, again: Any = None, **variables: Any) -> AsyncGenerator[Any, None]:
    """A subscription that has begun to listen."""
    return await begun(served(made, desk, again), desk, **variables)


def served(made: strawberry.Schema, desk: Desk, again: Any = None) -> Service:
    async def nobody(_: str) -> Actor:
        raise Unauthenticated

    return service(made, Settings(), nobody, lambda caller: Context(desk.for_actor(caller.actor), again=again))


async def begun(serving: Service, desk: Desk, **variables: Any) -> AsyncGenerator[Any, None]:
    caller, report = Caller(desk.actor, None, None, "test"), Report("test", "test")
    asked = Ask(query=ALL, variables=variables)
    return await opened(serving, prepare(serving, asked, caller, report), caller, report)


def cursor(desk: Desk, number: int) -> str:
    return sealed(Context(desk).secret, number)


async def take(source: AsyncGenerator[Answer, None], count: int) -> list[Any]:
    """The next changes; fails when they take too long."""
    found = []
    async with asyncio.timeout(20):
        for _ in range(count):
            answered = await anext(source)
            assert not answered.errors, answered.errors
            assert answered.data is not None
            found.append(answered.data["changes"])
    return found


async def silent(source: AsyncGenerator[Answer, None], seconds: float = 1.5) -> bool:
    """Whether nothing comes; the source is then closed."""
    coming = asyncio.ensure_future(anext(source))
    done, _ = await asyncio.wait({coming}, timeout=seconds)
    coming.cancel()
    await asyncio.gather(coming, return_exceptions=True)
    return not done


async def published(desk: Desk, title: str, type_name: str = "Organisation", **values: Any) -> Item:
    made = await editing.create(desk, type_name, {"title": title, **values})
    return await editing.move(desk, ref(made), "publish", 1)


async def test_changes_come_in_the_order_of_commits_and_say_what_happened(made: strawberry.Schema, desk: Desk) -> None:
    source = await listen(made, desk)
    item = await editing.create(desk, "Organisation", {"title": "Afpa"})
    await editing.update(desk, ref(item), 1, {"title": "Afpa Nord", "legal_form": "EPIC"})

    [first, second] = await take(source, 2)
    await source.aclose()

    assert first | {"cursor": "", "fields": []} == {
        "cursor": "",
        "action": "CREATE",
        "kind": "ORGANISATION",
        "id": named(item),
        "path": "/organisations/afpa",
        "version": 1,
        "fields": [],
        "by": "u-admin",
        "item": {"title": "Afpa Nord"},
    }
    assert (second["action"], set(second["fields"])) == ("UPDATE", {"title", "legalForm"})


async def test_a_listener_resumes_without_gap_or_repeat_after_a_restart(made: strawberry.Schema, desk: Desk) -> None:
    source = await listen(made, desk)
    items = [await editing.create(desk, "Organisation", {"title": str(number)}) for number in range(3)]
    heard = await take(source, 2)
    await source.aclose()
    items += [await editing.create(desk, "Organisation", {"title": "late"})]
    restarted = replace(desk, bell=Bell())

    again = await listen(build(), restarted, after=heard[-1]["cursor"])
    items += [await editing.create(desk, "Organisation", {"title": "later"})]
    heard += await take(again, 3)
    await again.aclose()

    assert [each["id"] for each in heard] == [named(item) for item in items]


async def test_commits_of_another_process_are_heard_within_seconds(made: strawberry.Schema, desk: Desk) -> None:
    source = await listen(made, replace(desk, bell=Bell()))
    first = asyncio.ensure_future(take(source, 1))
    await asyncio.sleep(0.2)

    item = await editing.create(desk, "Organisation", {"title": "Afpa"})
    committed = time.monotonic()
    [heard] = await first
    await source.aclose()

    assert heard["id"] == named(item)
    assert time.monotonic() - committed < 5


async def test_one_look_a_second_serves_all_who_listen(made: strawberry.Schema, desk: Desk) -> None:
    sources = [await listen(made, desk) for _ in range(5)]
    coming = [asyncio.ensure_future(anext(each)) for each in sources]
    await asyncio.sleep(0.5)
    watch = watch_of(desk)

    looks, round_trips = watch.looks, desk.graph.round_trips
    await asyncio.sleep(2.2)
    looks, round_trips = watch.looks - looks, desk.graph.round_trips - round_trips
    for each in coming:
        each.cancel()
    await asyncio.gather(*coming, return_exceptions=True)

    assert 1 <= looks <= 3
    assert round_trips == looks
    looks = watch.looks
    await asyncio.sleep(1.2)
    assert watch.looks == looks


async def test_those_who_are_told_the_same_are_told_by_the_same_questions(made: strawberry.Schema, desk: Desk) -> None:
    visitor = desk.for_actor(anonymous)
    serving = served(made, desk)
    sources = [await begun(serving, visitor) for _ in range(20)]
    coming = [asyncio.ensure_future(take(each, 1)) for each in sources]
    await asyncio.sleep(0.5)

    round_trips = desk.graph.round_trips
    item = await published(desk, "Afpa")
    heard = [one for [one] in await asyncio.gather(*coming)]
    round_trips = desk.graph.round_trips - round_trips
    for each in sources:
        await each.aclose()

    assert [(each["id"], each["item"]) for each in heard] == [(named(item), {"title": "Afpa"})] * 20
    assert round_trips < 20


async def test_who_leaves_takes_the_answer_from_nobody(made: strawberry.Schema, desk: Desk) -> None:
    source = await listen(made, desk, after=cursor(desk, 0))
    watch, going = watch_of(desk), asyncio.Event()

    async def question() -> int:
        await going.wait()
        return 7

    first, second = (asyncio.create_task(watch.together("the same", question())) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    going.set()

    assert await second == 7
    assert first.cancelled()
    assert await watch.together("the same", question()) == 7
    await source.aclose()


async def test_a_visitor_hears_of_what_is_public_only_and_of_nobody(made: strawberry.Schema, desk: Desk) -> None:
    source = await listen(made, desk.for_actor(anonymous))
    await editing.create(desk, "Organisation", {"title": "Hidden"})
    shown = await published(desk, "Shown")
    await editing.move(desk, ref(shown), "retire", 2)

    heard = await take(source, 1)
    await source.aclose()

    # What was shown when it was sent, or that it went: never the creation, never who did it.
    assert {each["action"] for each in heard} <= {"PUBLISH", "REMOVED"}
    assert {(each["id"], each["by"]) for each in heard} == {(named(shown), None)}


async def test_what_goes_is_told_as_removed_to_those_who_saw_it(made: strawberry.Schema, desk: Desk) -> None:
    shown = await published(desk, "Shown")
    source = await listen(made, desk.for_actor(anonymous))
    await editing.move(desk, ref(shown), "retire", 2)

    [heard] = await take(source, 1)
    await source.aclose()

    assert heard | {"cursor": ""} == {
        "cursor": "",
        "action": "REMOVED",
        "kind": "ORGANISATION",
        "id": named(shown),
        "path": None,
        "version": None,
        "fields": [],
        "by": None,
        "item": None,
    }


async def test_a_role_lost_meanwhile_is_lost_for_the_next_change(made: strawberry.Schema, desk: Desk) -> None:
    await add_user(desk, "Ada", id="ada")
    await grant(desk, SITE, "ada", Role.READER)
    issued = await create_token(desk, "Live", user="ada")
    door = Door(desk)
    actor = await door.authenticate(issued.text)
    source = await listen(made, desk.for_actor(actor), again=lambda: door.authenticate(issued.text))
    seen = await editing.create(desk, "Organisation", {"title": "Seen"})
    [heard] = await take(source, 1)

    await revoke(desk, SITE, "ada")
    await editing.create(desk, "Organisation", {"title": "Unseen"})

    assert heard["id"] == named(seen)
    assert await silent(source)


async def test_a_revoked_token_hears_nothing_more(made: strawberry.Schema, desk: Desk) -> None:
    await add_user(desk, "Ada", id="ada")
    await grant(desk, SITE, "ada", Role.READER)
    issued = await create_token(desk, "Live", user="ada")
    door = Door(desk)
    actor = await door.authenticate(issued.text)
    source = await listen(made, desk.for_actor(actor), again=lambda: door.authenticate(issued.text))

    await revoke_token(desk, issued.token.id)
    await editing.create(desk, "Organisation", {"title": "Afpa"})
    with pytest.raises(Refused) as refused:
        await take(source, 1)

    assert refused.value.errors[0]["extensions"]["code"] == "UNAUTHENTICATED"


@pytest.mark.parametrize("name", ["kinds", "ids"])
async def test_to_listen_to_nothing_at_all_is_refused(made: strawberry.Schema, desk: Desk, name: str) -> None:
    with pytest.raises(Refused) as refused:
        await listen(made, desk, **{name: []})

    [error] = refused.value.errors
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "path": [name]}


async def test_changes_are_narrowed_by_kind_by_id_and_by_place(made: strawberry.Schema, desk: Desk) -> None:
    lille = await editing.create(desk, "Cite", {"title": "Lille"})
    paris = await editing.create(desk, "Cite", {"title": "Paris"})
    start = {"after": cursor(desk, 0)}
    by_kind = await listen(made, desk, kinds=["CHANNEL"], **start)
    by_id = await listen(made, desk, ids=[named(paris), "nonsense"], **start)
    by_place = await listen(made, desk, under=named(lille), **start)
    nowhere = await listen(made, desk, under="nonsense", **start)

    bus = await editing.create(desk, "Channel", {"title": "Bus", "cite": ref(lille), "kind": "itinerant"})
    desks = await editing.create(desk, "Channel", {"title": "Desk", "cite": ref(paris), "kind": "main_site"})

    assert [each["id"] for each in await take(by_kind, 2)] == [named(bus), named(desks)]
    assert [each["id"] for each in await take(by_id, 1)] == [named(paris)]
    assert [each["id"] for each in await take(by_place, 2)] == [named(lille), named(bus)]
    assert await silent(nowhere, 0.5)
    for each in (by_kind, by_id, by_place):
        await each.aclose()


async def test_an_item_that_leaves_a_place_is_told_to_those_who_listen_there(
    made: strawberry.Schema, desk: Desk
) -> None:
    lille = await editing.create(desk, "Cite", {"title": "Lille"})
    paris = await editing.create(desk, "Cite", {"title": "Paris"})
    bus = await editing.create(desk, "Channel", {"title": "Bus", "cite": ref(lille), "kind": "itinerant"})
    source = await listen(made, desk, under=named(lille))

    await editing.relocate(desk, ref(bus), ref(paris), 1)

    [heard] = await take(source, 1)
    await source.aclose()
    assert (heard["action"], heard["path"]) == ("RELOCATE", "/cites/paris/bus")


async def test_what_happened_below_an_item_is_told_after_it_moved_and_what_came_from_elsewhere_is_not(
    made: strawberry.Schema, desk: Desk
) -> None:
    async def folder(title: str, parent: Ref) -> Item:
        return await published(desk, title, "Folder", language="en", parent=parent)

    [other, lille, paris] = [await folder(title, SITE) for title in ("Other", "Lille", "Paris")]
    [bus, desks] = [await folder(title, ref(above)) for title, above in (("Bus", lille), ("Desk", paris))]
    start = {"after": cursor(desk, await latest(desk)), "under": named(lille)}

    await editing.move(desk, ref(desks), "retire", 2)
    await editing.move(desk, ref(desks), "publish", 3)
    await editing.move(desk, ref(bus), "retire", 2)
    await editing.move(desk, ref(bus), "publish", 3)
    await editing.relocate(desk, ref(bus), ref(other), 4)
    await editing.relocate(desk, ref(lille), None, 2, "lille-metropole")
    await editing.relocate(desk, ref(desks), ref(lille), 4)

    for who in (desk, desk.for_actor(anonymous)):
        heard = await listen(made, who, **start)
        said = [(each["action"], each["id"]) for each in await take(heard, 5)]
        assert said == [
            ("RETIRE" if who is desk else "REMOVED", named(bus)),
            ("PUBLISH", named(bus)),
            ("RELOCATE", named(bus)),
            ("RELOCATE", named(lille)),
            ("RELOCATE", named(desks)),
        ]
        assert await silent(heard, 0.5)
        await heard.aclose()


@pytest.mark.parametrize("after", ["nonsense", "", "YzE6MTI", sealed(b"another secret", 0)])
async def test_a_cursor_of_somewhere_else_is_refused(made: strawberry.Schema, desk: Desk, after: str) -> None:
    with pytest.raises(Refused) as refused:
        await listen(made, desk, after=after)

    assert refused.value.errors[0]["extensions"]["code"] == "BAD_USER_INPUT"


async def test_a_cursor_of_what_has_not_happened_is_refused(made: strawberry.Schema, desk: Desk) -> None:
    with pytest.raises(Refused, match="no cursor of a change"):
        await listen(made, desk, after=cursor(desk, 10**9))


@pytest.mark.parametrize("number", [0, 1, 12, 10**12])
def test_a_sealed_cursor_leads_back_to_its_place_and_no_other_text_does(number: int) -> None:
    text = sealed(b"secret", number)

    assert unsealed(b"secret", text) == number
    others = {text[:place] + letter + text[place + 1 :] for place in range(len(text)) for letter in "AQgw-_"} - {text}
    assert [unsealed(b"secret", each) for each in (*others, text + "=", text[:-1], text + "A")] == [None] * (
        len(others) + 3
    )


def test_cursors_of_changes_in_a_row_have_nothing_in_common() -> None:
    row = [sealed(b"secret", number) for number in range(100)]

    assert len({text[:4] for text in row}) > 90
    assert len({text[-6:] for text in row}) > 90
