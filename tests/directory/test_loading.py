"""Many items at once, as imports bring them."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from directory import editing, grants, placing, reading
from directory.actor import Actor
from directory.desk import Desk
from directory.enums import Role
from directory.errors import Conflict, Duplicate, Invalid, NotAllowed
from directory.item import Item
from directory.loading import Seen
from directory.types import CONTENT_TYPES
from directory.values import Citation, Ref


def made(type_name: str, id: str, title: str, **values: object) -> Item:
    cls = CONTENT_TYPES[type_name]
    parent = values.pop("parent", None) or placing.parent(cls, values)
    texts = {"title": {"en": title}} if type_name != "Person" else {"title": title}
    keys = (f"test:{id}",)
    return cls(**{"id": id, "keys": keys, "language": "und", "state": "published", "parent": parent, **texts, **values})


def a_town() -> list[Item]:
    cite = Ref("Cite", "c1")
    return [
        made("Contribution", "k1", "Room", contributor=Ref("Organisation", "o1"), beneficiary=cite, kind="material"),
        made("Cite", "c1", "Lille", territory=Ref("Territory", "t1"), sources=(Citation(Ref("Source", "s1"), "L1"),)),
        made("Organisation", "o1", "Afpa", same_as=Ref("Organisation", "o2")),
        made("Organisation", "o2", "Afpa"),
        made("Territory", "t1", "Lille", kind="commune"),
        made("Source", "s1", "Report", kind="report", publisher=Ref("Organisation", "o1")),
        made("Person", "p1", "Ada Example"),
    ]


async def all_items(desk: Desk, types: Sequence[str]) -> dict[str, Item]:
    return {item.id: item for name in types for item in [each async for each in reading.all_of(desk, name)]}


TYPES = ("Contribution", "Cite", "Organisation", "Territory", "Source", "Person")


async def test_a_load_in_any_order_is_there_with_links_paths_and_keys(desk: Desk) -> None:
    town = a_town()

    await editing.load(desk, town)

    kept = await all_items(desk, TYPES)
    assert {id: item.path for id, item in kept.items()} == {
        "k1": "/cites/lille/room",
        "c1": "/cites/lille",
        "o1": kept["o1"].path,
        "o2": kept["o2"].path,
        "t1": "/territories/lille",
        "s1": "/sources/report",
        "p1": "/people/ada-example",
    }
    assert {kept["o1"].slug, kept["o2"].slug} == {"afpa", "afpa-1"}
    assert kept["c1"].sources == (Citation(Ref("Source", "s1"), "L1"),)
    assert (kept["k1"].contributor, kept["k1"].parent) == (Ref("Organisation", "o1"), Ref("Cite", "c1"))
    assert {item.state for item in kept.values() if item.id != "p1"} == {"published"}
    assert kept["p1"].state == "private"
    assert await reading.by_keys(desk, ["test:c1", "test:nobody"]) == {"test:c1": Ref("Cite", "c1")}


async def test_loading_the_same_again_changes_nothing(desk: Desk) -> None:
    await editing.load(desk, a_town())
    before = await all_items(desk, TYPES)

    await editing.load(desk, list(before.values()))

    assert await all_items(desk, TYPES) == before


async def test_a_known_item_gets_the_new_values_and_keeps_its_place_and_state(desk: Desk) -> None:
    await editing.load(desk, a_town())
    before = (await all_items(desk, TYPES))["c1"]

    await editing.load(desk, [replace(before, slug="other", state="private", serves=(Ref("Territory", "t1"),))])

    after = (await all_items(desk, TYPES))["c1"]
    assert (after.slug, after.state, after.version, after.serves) == (
        "lille",
        "published",
        2,
        (Ref("Territory", "t1"),),
    )


async def test_small_batches_give_the_same_as_one(desk: Desk) -> None:
    town = a_town()
    told: list[int] = []

    await editing.load(desk, town, batch=2, progress=told.append)

    kept = await all_items(desk, TYPES)
    assert len(kept) == len(town)
    assert sum(told) == len(town)
    assert kept["o1"].same_as == Ref("Organisation", "o2")


async def test_links_that_go_round_are_all_there(desk: Desk) -> None:
    page = CONTENT_TYPES["Page"]
    folder = placing.folder(page)
    one = page(id="g1", title="One", parent=folder, related=(Ref("Page", "g2"),), text="<p>a</p>")
    two = page(id="g2", title="Two", parent=folder, related=(Ref("Page", "g1"),), text="<p>b</p>")

    await editing.load(desk, [one, two], batch=1)

    kept = await all_items(desk, ("Page",))
    assert (kept["g1"].related, kept["g2"].related) == ((Ref("Page", "g2"),), (Ref("Page", "g1"),))


async def test_a_fault_anywhere_keeps_the_whole_batch_out_and_names_the_item(desk: Desk) -> None:
    wrong = made("Channel", "h1", "Bus", cite=Ref("Cite", "c1"), territory=Ref("Territory", "nowhere"))

    with pytest.raises(Invalid) as refused:
        await editing.load(desk, [*a_town(), wrong])

    assert {each.path for each in refused.value.faults} == {("h1", "territory"), ("h1", "kind")}
    assert await all_items(desk, TYPES) == {}


async def test_a_slug_that_is_given_and_taken_is_refused(desk: Desk) -> None:
    await editing.create(desk, "Organisation", {"title": "Afpa"})

    with pytest.raises(Duplicate):
        await editing.load(desk, [made("Organisation", "o9", "Other", slug="afpa")])


async def test_loading_is_for_managers(desk: Desk) -> None:
    editor = desk.for_actor(Actor("u", "Editor", roles={placing.SITE.id: Role.REVIEWER}))

    with pytest.raises(NotAllowed):
        await editing.load(editor, a_town())


@pytest.mark.parametrize("version", [1, 7])
async def test_loading_is_for_managers_of_what_is_loaded_again(desk: Desk, version: int) -> None:
    await editing.load(desk, a_town())
    await grants.add_user(desk, "Ann", id="ann")
    apart = Ref("Organisation", "o2")
    await grants.grant(desk, apart, "ann", Role.MANAGER)
    await grants.inherit(desk, apart, inherits=False)
    of_the_site = desk.for_actor(Actor("u", "Manager", roles={placing.SITE.id: Role.MANAGER}))

    with pytest.raises(NotAllowed):
        await editing.load(of_the_site, [made("Organisation", "o2", "Other")], seen=Seen({apart: version}))

    assert (await reading.get(desk, apart)).title == {"en": "Afpa"}


async def test_what_changed_since_it_was_seen_is_not_written_over(desk: Desk) -> None:
    await editing.load(desk, a_town())
    kept = await all_items(desk, TYPES)
    seen = {Ref(type(each).__name__, id): each.version for id, each in kept.items()}
    await editing.load(desk, [replace(kept["o1"], email="info@example.org")])

    with pytest.raises(Conflict) as refused:
        await editing.load(desk, [replace(kept["o1"], country="FR"), kept["o2"]], seen=Seen(seen))

    assert (refused.value.current_version, refused.value.path) == (2, ("o1",))
    assert (await all_items(desk, TYPES))["o1"].email == "info@example.org"


async def test_a_title_that_many_items_have_gives_each_of_later_loads_a_slug_of_its_own(desk: Desk) -> None:
    await editing.load(desk, [made("Organisation", f"a{n}", "Afpa") for n in range(9)])

    await editing.load(desk, [made("Organisation", f"b{n}", "Afpa") for n in range(3)])

    kept = await all_items(desk, ("Organisation",))
    assert {each.slug for each in kept.values()} == {"afpa", *(f"afpa-{n}" for n in range(1, 12))}


async def test_titles_that_many_have_are_counted_on_through_gaps_and_in_several_parents(desk: Desk) -> None:
    cites = [made("Cite", id, id, state="private") for id in ("c1", "c2")]
    some = [made("Organisation", f"a{n}", "Afpa", slug=f"afpa-{n}") for n in range(1, 60) if n != 40]
    await editing.load(desk, [*cites, *some])
    channels = [
        made("Channel", f"d{n}", "Bus", parent=(at := Ref("Cite", f"c{n % 2 + 1}")), cite=at, kind="itinerant")
        for n in range(30)
    ]

    await editing.load(desk, [*(made("Organisation", f"b{n}", "Afpa") for n in range(4)), *channels])

    kept = await all_items(desk, ("Organisation", "Channel"))
    assert [kept[f"b{n}"].slug for n in range(4)] == ["afpa", "afpa-40", "afpa-60", "afpa-61"]
    assert {kept[each.id].slug for each in channels} == {"bus", *(f"bus-{n}" for n in range(1, 30))}
