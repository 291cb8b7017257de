"""What is published does not tell the name of what is not, on both engines."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from directory import editing, reading
from directory.desk import Desk
from directory.errors import DirectoryError, Invalid
from directory.item import Item
from directory.values import Ref

SECRET = "Secret Merger"
LATER, LATEST = "2098-01-01T00:00:00Z", "2099-01-01T00:00:00Z"


def ref(item: Item) -> Ref:
    return Ref(type(item).__name__, item.id)


async def publish(desk: Desk, *items: Item) -> list[Item]:
    return [await editing.move(desk, ref(each), "publish", each.version) for each in items]


async def a_tie(desk: Desk, name: str = SECRET, **values: Any) -> tuple[Item, Item]:
    """A private organisation, and its private partnership with a published Cité."""
    land = await editing.create(desk, "Territory", {"title": "Nord"})
    cite = await editing.create(desk, "Cite", {"title": "Lille", "territory": ref(land)})
    await publish(desk, land, cite)
    partner = await editing.create(desk, "Organisation", {"title": name, "country": "FR"})
    given = {"cite": ref(cite), "organisation": ref(partner), "role": "partner", **values}
    return partner, await editing.create(desk, "Partnership", given)


async def a_mandate(desk: Desk, **values: Any) -> tuple[Item, Item]:
    """A published person, and a mandate of theirs that is not."""
    known = {"title": "Ada Example", "publication_basis": "consent", "retention_until": "2099-01-01"}
    [person] = await publish(desk, await editing.create(desk, "Person", {**known, **values}))
    [body] = await publish(desk, await editing.create(desk, "Organisation", {"title": "Body"}))
    given = {"person": ref(person), "held_in": ref(body), "kind": "office", "role": "Chair"}
    return person, await editing.create(desk, "Mandate", given)


async def refused(doing: Any) -> list[tuple[str, ...]]:
    """The paths of the faults for which it is refused."""
    with pytest.raises(Invalid) as found:
        await doing
    return [each.path for each in found.value.faults]


LONG = "Regional directorate of the economy, employment, labour and solidarity of the northern departments"


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"title": {"en": "A partner"}, "slug": "with-secret-merger"},
        {"title": {"fr": "Avec SECRET-MERGER"}, "slug": "with"},
    ],
)
async def test_what_tells_a_name_is_published_after_it(desk: Desk, values: dict[str, Any]) -> None:
    partner, tie = await a_tie(desk, **values)

    assert await refused(editing.move(desk, ref(tie), "publish", 1)) == [("organisation", "state")]
    await publish(desk, partner)
    assert (await editing.move(desk, ref(tie), "publish", 1)).state == "published"


async def test_a_long_name_is_told_by_a_slug_that_is_cut(desk: Desk) -> None:
    _, tie = await a_tie(desk, LONG)
    tie = await editing.update(desk, ref(tie), 1, {"title": {"en": "A partner", "fr": None}})

    assert await refused(editing.move(desk, ref(tie), "publish", 2)) == [("organisation", "state")]


async def test_what_tells_no_name_is_published_without_it(desk: Desk) -> None:
    _, tie = await a_tie(desk, title={"en": "A partner"}, slug="a-partner")

    assert (await editing.move(desk, ref(tie), "publish", 1)).state == "published"
    assert await refused(editing.update(desk, ref(tie), 2, {"title": {"en": f"{SECRET}, Partner"}})) == [
        ("organisation", "state")
    ]


async def test_no_old_path_of_what_is_published_tells_a_name(desk: Desk) -> None:
    _, tie = await a_tie(desk)
    tie = await editing.update(desk, ref(tie), 1, {"title": {"en": "A partner", "fr": None}})
    for slug in ("first", "second"):
        tie = await editing.relocate(desk, ref(tie), None, tie.version, slug=slug)

    await publish(desk, tie)

    old = {
        name: await reading.moved_from(desk, "Partnership", f"/cites/lille/{name}")
        for name in ("first", "secret-merger-partner")
    }
    assert old == {"first": tie.id, "secret-merger-partner": None}


@pytest.mark.parametrize("move", ["retire", "archive"])
async def test_what_is_named_stays_published_as_long_as_what_names_it(desk: Desk, move: str) -> None:
    partner, tie = await a_tie(desk)
    await publish(desk, partner, tie)

    assert await refused(editing.move(desk, ref(partner), move, 2)) == [("state",)]

    await editing.move(desk, ref(tie), "retire", 2)
    assert (await editing.move(desk, ref(partner), move, 2)).state != "published"


@pytest.mark.parametrize(
    ("move", "hiding", "field"),
    [("retire", {}, "state"), ("archive", {}, "state"), ("publish_draft", {"expires": LATER}, "expires"),
     ("publish_draft", {"effective": LATER}, "effective")],
)  # fmt: skip
async def test_another_name_does_not_hide_what_is_named(
    desk: Desk, move: str, hiding: dict[str, str], field: str
) -> None:
    partner, tie = await a_tie(desk)
    await publish(desk, partner, tie)
    await editing.update(desk, ref(partner), 2, {"title": {"en": "Merged"}, **hiding})

    assert await refused(editing.move(desk, ref(partner), move, 3)) == [(field,)]


async def test_a_load_does_not_hide_what_is_named_by_another_name(desk: Desk) -> None:
    partner, tie = await a_tie(desk)
    [known, _] = await publish(desk, partner, tie)

    hiding = replace(known, title={"en": "Merged"}, expires=LATER.replace("Z", ".000Z"))

    assert await refused(editing.load(desk, [hiding])) == [("expires",)]


async def test_a_draft_names_only_what_is_published(desk: Desk) -> None:
    partner, tie = await a_tie(desk, "Afpa")
    await publish(desk, partner, tie)
    other = await editing.create(desk, "Organisation", {"title": SECRET})

    assert await refused(editing.update(desk, ref(tie), 2, {"organisation": ref(other)})) == [("organisation", "state")]


async def test_what_names_is_shown_no_earlier_and_no_longer_than_what_is_named(desk: Desk) -> None:
    partner, tie = await a_tie(desk)
    partner = await editing.update(desk, ref(partner), 1, {"effective": LATER, "expires": LATEST})
    await publish(desk, partner)

    assert await refused(editing.move(desk, ref(tie), "publish", 1)) == [("organisation", "effective")]
    tie = await editing.update(desk, ref(tie), 1, {"effective": LATER})
    assert await refused(editing.move(desk, ref(tie), "publish", 2)) == [("organisation", "expires")]
    tie = await editing.update(desk, ref(tie), 2, {"expires": LATEST})
    assert (await editing.move(desk, ref(tie), "publish", 3)).state == "published"


async def test_what_took_effect_is_named(desk: Desk) -> None:
    partner, tie = await a_tie(desk)
    partner = await editing.update(desk, ref(partner), 1, {"effective": "2020-01-01T00:00:00Z"})
    await publish(desk, partner)

    assert (await editing.move(desk, ref(tie), "publish", 1)).state == "published"


@pytest.mark.parametrize(("field", "value"), [("effective", LATER), ("expires", LATER)])
async def test_what_is_named_is_not_shown_less(desk: Desk, field: str, value: str) -> None:
    partner, tie = await a_tie(desk)
    await publish(desk, partner, tie)
    drafted = await editing.update(desk, ref(partner), 2, {field: value})

    assert await refused(editing.move(desk, ref(partner), "publish_draft", drafted.version)) == [(field,)]

    there = await reading.get(desk, ref(partner))
    assert there is not None
    with pytest.raises(Invalid):
        await editing.load(desk, [editing.with_values(there, {field: value})])


@pytest.mark.parametrize(("field", "value"), [("effective", LATER), ("expires", LATEST)])
async def test_a_mandate_is_shown_no_earlier_and_no_longer_than_its_person(desk: Desk, field: str, value: str) -> None:
    _, mandate = await a_mandate(desk, **{field: value})

    assert await refused(editing.move(desk, ref(mandate), "publish", 1)) == [("person", field)]

    mandate = await editing.update(desk, ref(mandate), 1, {field: value})
    assert (await editing.move(desk, ref(mandate), "publish", 2)).state == "published"


@pytest.mark.parametrize("field", ["effective", "expires"])
async def test_a_person_is_not_shown_less_than_their_mandates(desk: Desk, field: str) -> None:
    person, mandate = await a_mandate(desk)
    await publish(desk, mandate)
    drafted = await editing.update(desk, ref(person), 2, {field: LATER})

    assert await refused(editing.move(desk, ref(person), "publish_draft", drafted.version)) == [(field,)]


async def test_what_comes_back_published_is_refused_when_what_it_tells_is_hidden(desk: Desk) -> None:
    partner, tie = await a_tie(desk)
    await publish(desk, partner, tie)
    await editing.delete(desk, ref(tie), 2)
    await editing.move(desk, ref(partner), "retire", 2)

    with pytest.raises(DirectoryError):
        await editing.undelete(desk, tie.id)


async def test_of_hiding_a_name_and_telling_it_at_once_one_is_refused(desk: Desk) -> None:
    for number in range(6):
        partner, tie = await a_tie(desk, f"{SECRET} {number}")
        await publish(desk, partner)
        hide = editing.move(desk, ref(partner), "retire", 2)
        done = await asyncio.gather(editing.move(desk, ref(tie), "publish", 1), hide, return_exceptions=True)

        refusals = [each for each in done if isinstance(each, BaseException)]
        assert [type(each) for each in refusals] == [Invalid], done


async def test_a_name_that_changes_while_it_is_told_is_the_new_one(desk: Desk) -> None:
    for number in range(6):
        partner, tie = await a_tie(desk, f"Afpa {number}")
        values = {"cite": tie.cite, "organisation": ref(partner), "role": "holder"}  # type: ignore[attr-defined]
        rename = editing.update(desk, ref(partner), 1, {"title": {"en": f"New {number}"}})
        made, _ = await asyncio.gather(editing.create(desk, "Partnership", values), rename)

        there = await reading.get(desk, ref(made))
        assert there is not None
        assert there.title["en"] == f"New {number}, Holder structure"  # type: ignore[index]  # by language


async def test_of_hiding_a_name_and_loading_what_tells_it_one_is_refused(desk: Desk) -> None:
    for number in range(6):
        partner, tie = await a_tie(desk, f"{SECRET} {number}")
        await publish(desk, partner)
        own = {"id": f"loaded-{number}", "slug": "", "keys": (f"x:{number}",), "state": "published", "path": ""}
        load = editing.load(desk, [editing.with_values(tie, own)])
        hide = editing.move(desk, ref(partner), "retire", 2)
        done = await asyncio.gather(load, hide, return_exceptions=True)

        assert [type(each) for each in done if isinstance(each, BaseException)] == [Invalid], done
