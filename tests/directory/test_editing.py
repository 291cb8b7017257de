"""Creating, changing and moving items, on both engines."""

import asyncio
from dataclasses import replace

import pytest

from directory import alerts, editing, grants, placing, reading
from directory.actor import Actor, anonymous
from directory.desk import Desk
from directory.enums import Role
from directory.errors import Conflict, Duplicate, Invalid, NotAllowed, NotFound
from directory.item import Item
from directory.values import Citation, Ref
from graph import Statement

SITE = placing.SITE.id


def ref(item: Item) -> Ref:
    return Ref(type(item).__name__, item.id)


def someone(role: Role, name: str = "u-1") -> Actor:
    return Actor(name, name, roles={SITE: role})


async def test_a_new_item_is_private_and_sits_where_its_type_does(desk: Desk) -> None:
    made = await editing.create(desk, "Organisation", {"title": "Mission locale", "country": "FR"})

    assert (made.state, made.version, made.path, made.scope) == ("private", 1, "/organisations/mission-locale", SITE)
    assert await reading.get(desk, ref(made)) == made


async def test_a_visitor_sees_an_item_as_long_as_it_is_published(desk: Desk) -> None:
    visitor = desk.for_actor(anonymous)
    made = await editing.create(desk, "Organisation", {"title": "Mission locale", "country": "FR", "type": "school"})

    async def seen() -> bool:
        return await reading.get(visitor, ref(made)) is not None

    seen_after = [await seen()]
    made = await editing.move(desk, ref(made), "publish", made.version)
    seen_after.append(await seen())
    for bounds in (
        {"expires": "2001-01-01T00:00:00Z"},
        {"expires": None},
        {"effective": "2099-01-01T00:00:00Z"},
        {"effective": None},
    ):
        made = await editing.update(desk, ref(made), made.version, bounds)
        made = await editing.move(desk, ref(made), "publish_draft", made.version)
        seen_after.append(await seen())
    await editing.move(desk, ref(made), "retire", made.version)
    seen_after.append(await seen())

    assert seen_after == [False, True, False, True, False, True, False]


async def test_links_and_citations_come_back_as_they_went_in(desk: Desk) -> None:
    source = await editing.create(desk, "Source", {"title": "Report", "kind": "report"})
    territory = await editing.create(desk, "Territory", {"title": "Lille"})
    cite = await editing.create(
        desk,
        "Cite",
        {
            "title": {"en": "Lille", "fr": "Lille Métropole"},
            "territory": ref(territory),
            "serves": (ref(territory),),
            "sources": (Citation(ref(source), "L1", "title"), Citation(ref(source), "L2")),
            "location": {"lat": 50.6, "lon": 3.1},
            "as_of": ("2024", "2024-05"),
        },
    )

    assert await reading.get(desk, ref(cite)) == cite
    assert cite.sources == (Citation(ref(source), "L2"), Citation(ref(source), "L1", "title"))


async def test_a_link_that_is_given_twice_is_kept_once(desk: Desk) -> None:  # what questions rely on
    territory = ref(await editing.create(desk, "Territory", {"title": "Lille"}))
    cite = await editing.create(desk, "Cite", {"title": "Lille", "serves": (territory, territory)})
    await editing.load(desk, [replace(cite, id="other", slug="other", serves=(territory, territory))])
    cite = await editing.update(desk, ref(cite), cite.version, {"serves": (territory, territory)})
    await editing.link(desk, ref(cite), "serves", (territory,), cite.version)

    links = "MATCH (n:Cite)-[r:CITE_SERVES]->(t:Territory) RETURN count(r)"
    assert await desk.graph.read(Statement(links)) == [2]


async def test_a_field_that_names_the_parent_is_the_parent(desk: Desk) -> None:
    cite = await editing.create(desk, "Cite", {"title": "Lille"})

    channel = await editing.create(desk, "Channel", {"title": "Bus", "cite": ref(cite), "kind": "itinerant"})

    assert (channel.parent, channel.path) == (ref(cite), "/cites/lille/bus")


@pytest.mark.parametrize(
    ("type_name", "given", "wrong"),
    [
        ("Channel", {"parent": "a", "cite": "b"}, "cite"),
        ("Contribution", {"parent": "a", "beneficiary": "b", "contributor": "o", "kind": "human"}, "beneficiary"),
        ("Service", {"cite": "a", "organisation": "o"}, "organisation"),
    ],
)
async def test_places_that_contradict_each_other_are_refused(
    desk: Desk, type_name: str, given: dict[str, str], wrong: str
) -> None:
    for id in ("a", "b"):
        await editing.create(desk, "Cite", {"title": id}, id=id)
    await editing.create(desk, "Organisation", {"title": "o"}, id="o")
    refs = {"a": Ref("Cite", "a"), "b": Ref("Cite", "b"), "o": Ref("Organisation", "o")}
    values = {name: refs.get(value, value) for name, value in given.items()}

    with pytest.raises(Invalid) as refused:
        await editing.create(desk, type_name, {"title": "x", **values})

    assert [(fault.code, fault.path) for fault in refused.value.faults] == [("INVALID", (wrong,))]


async def test_a_title_follows_the_pattern_of_its_type(desk: Desk) -> None:
    cite = await editing.create(desk, "Cite", {"title": "Lille"})
    body = await editing.create(desk, "Organisation", {"title": "Afpa"})

    made = await editing.create(desk, "Partnership", {"organisation": ref(body), "cite": ref(cite), "role": "holder"})

    assert made.title["en"] == "Afpa, Holder structure"


async def test_an_automatic_slug_gets_a_number_and_a_given_one_is_refused(desk: Desk) -> None:
    first = await editing.create(desk, "Organisation", {"title": "Afpa"})
    second = await editing.create(desk, "Organisation", {"title": "Afpa"})

    with pytest.raises(Duplicate) as refused:
        await editing.create(desk, "Organisation", {"title": "Other", "slug": "afpa"})

    assert second.slug == "afpa-1"
    assert refused.value.existing == first.id


async def test_every_fault_is_told_at_once_and_nothing_is_written(desk: Desk) -> None:
    cite = await editing.create(desk, "Cite", {"title": "Lille"})
    values = {
        "title": "Bus",
        "cite": ref(cite),
        "territory": Ref("Territory", "nowhere"),
        "start": "2020",
        "end": "2019",
        "slug": "api",
    }

    with pytest.raises(Invalid) as refused:
        await editing.create(desk, "Channel", values)

    assert {(each.code, each.path) for each in refused.value.faults} == {
        ("INVALID", ("end",)),
        ("INVALID", ("slug",)),
        ("NOT_FOUND", ("territory",)),
    }
    assert [item async for item in reading.all_of(desk, "Channel")] == []


async def test_a_parent_that_is_not_there_is_not_found(desk: Desk) -> None:
    with pytest.raises(NotFound) as refused:
        await editing.create(desk, "Channel", {"title": "Bus", "cite": Ref("Cite", "nowhere")})

    assert refused.value.path == ("cite",)


async def test_an_update_changes_what_it_names_and_none_clears(desk: Desk) -> None:
    made = await editing.create(desk, "Organisation", {"title": "Afpa", "legal_form": "EPIC", "country": "FR"})

    after = await editing.update(desk, ref(made), 1, {"legal_form": None, "country": "BE"})

    assert (after.version, after.legal_form, after.country, after.title) == (2, None, "BE", {"en": "Afpa"})
    assert await reading.get(desk, ref(made)) == after


async def test_who_says_when_an_item_was_checked_has_checked_it(desk: Desk) -> None:
    ann = desk.for_actor(someone(Role.REVIEWER, "ann"))
    bob = desk.for_actor(someone(Role.EDITOR, "bob"))
    made = await editing.create(ann, "Organisation", {"title": "Afpa", "verified_on": "2024-01-01"})
    assert made.verified_by == "ann"
    published = await editing.move(ann, ref(made), "publish", 1)
    assert await alerts.alerts(desk, "NO_SOURCE") == []

    same = await editing.update(bob, ref(made), 2, {"verified_on": "2024-01-01", "country": "FR"})
    later = await editing.update(bob, ref(made), 3, {"verified_on": "2024-02-01"})

    assert (same.verified_by, later.verified_by) == ("ann", "bob")
    assert (await reading.get(desk, ref(made))).verified_by == "ann"
    await editing.move(ann, ref(made), "publish_draft", 4)
    assert (await reading.get(desk, ref(made))).verified_by == "bob"
    back = await editing.restore_version(ann, ref(made), published.version)
    assert (back.verified_on, back.verified_by) == ("2024-01-01", "ann")
    assert (await editing.update(bob, ref(made), 6, {"verified_on": None})).verified_by is None


async def test_an_update_that_changes_nothing_writes_nothing(desk: Desk) -> None:
    made = await editing.create(desk, "Organisation", {"title": "Afpa"})

    assert await editing.update(desk, ref(made), 1, {"title": "Afpa"}) == made


async def test_a_stale_update_writes_nothing_and_says_the_current_version(desk: Desk) -> None:
    made = await editing.create(desk, "Organisation", {"title": "Afpa"})
    after = await editing.update(desk, ref(made), 1, {"country": "FR"})

    with pytest.raises(Conflict) as refused:
        await editing.update(desk, ref(made), 1, {"country": "BE"})

    assert refused.value.current_version == 2
    assert await reading.get(desk, ref(made)) == after


async def test_eight_writers_of_one_item_lose_nothing(desk: Desk) -> None:
    made = await editing.create(desk, "Territory", {"title": "Lille", "population": 0})
    acknowledged = 0

    async def writer() -> None:
        nonlocal acknowledged
        done = 0
        while done < 3:
            now = await reading.get(desk, ref(made))
            try:
                await editing.update(desk, ref(made), now.version, {"population": now.population + 1})
            except Conflict:
                continue
            done += 1
            acknowledged += 1

    await asyncio.gather(*(writer() for _ in range(8)))

    last = await reading.get(desk, ref(made))
    assert (last.population, last.version) == (acknowledged, acknowledged + 1)


async def test_concurrent_creates_of_one_title_get_one_slug_each(desk: Desk) -> None:
    made = await asyncio.gather(*(editing.create(desk, "Organisation", {"title": "Afpa"}) for _ in range(8)))

    assert sorted(each.slug for each in made) == sorted(["afpa", *(f"afpa-{n}" for n in range(1, 8))])


async def test_links_are_added_and_taken_away(desk: Desk) -> None:
    lille = await editing.create(desk, "Territory", {"title": "Lille"})
    metz = await editing.create(desk, "Territory", {"title": "Metz"})
    cite = await editing.create(desk, "Cite", {"title": "Lille"})

    both = await editing.link(desk, ref(cite), "serves", [ref(lille), ref(metz)], 1)
    one = await editing.unlink(desk, ref(cite), "serves", [ref(lille)], 2)

    assert set(both.serves) == {ref(lille), ref(metz)}
    assert one.serves == (ref(metz),)
    assert await reading.get(desk, ref(cite)) == one


async def test_nested_items_are_made_together_or_not_at_all(desk: Desk) -> None:
    cite = await editing.create(desk, "Cite", {"title": "Lille"})
    good = ("Contribution", "contributor", {"beneficiary": ref(cite), "kind": "human"})
    bad = ("Contribution", "contributor", {"beneficiary": ref(cite), "sub_form": "equipment"})

    with pytest.raises(Invalid) as refused:
        await editing.create_nested(desk, "Organisation", {"title": "Afpa"}, [good, bad])
    assert refused.value.faults[0].path[:2] == ("children", "1")
    assert await reading.by_slug(desk, "Organisation", "afpa") is None

    made = await editing.create_nested(desk, "Organisation", {"title": "Afpa"}, [good])
    [contribution] = [item async for item in reading.all_of(desk, "Contribution")]
    assert (contribution.contributor, contribution.parent) == (ref(made), ref(cite))


async def test_the_same_key_again_gives_the_first_item(desk: Desk) -> None:
    first = await editing.create(desk, "Organisation", {"title": "Afpa"}, idempotency_key="k")

    again = await editing.create(desk, "Organisation", {"title": "Afpa"}, idempotency_key="k")

    assert again == first
    with pytest.raises(Conflict):
        await editing.create(desk, "Organisation", {"title": "Other"}, idempotency_key="k")


async def test_a_contributor_creates_and_edits_their_own_only(desk: Desk) -> None:
    mine = desk.for_actor(someone(Role.CONTRIBUTOR, "u-1"))
    theirs = desk.for_actor(someone(Role.CONTRIBUTOR, "u-2"))
    made = await editing.create(mine, "Organisation", {"title": "Afpa"})

    assert (await editing.update(mine, ref(made), 1, {"country": "FR"})).version == 2
    with pytest.raises(NotAllowed) as refused:
        await editing.update(theirs, ref(made), 2, {"country": "BE"})
    assert refused.value.required_role is Role.EDITOR


async def test_what_one_does_not_see_is_not_found(desk: Desk) -> None:
    made = await editing.create(desk, "Organisation", {"title": "Afpa"})
    stranger = desk.for_actor(Actor("u-9", "Nobody"))

    for refused in (editing.update(stranger, ref(made), 1, {}), editing.move(stranger, ref(made), "publish", 1)):
        with pytest.raises(NotFound):
            await refused
    with pytest.raises(Invalid) as dangling:
        await editing.create(
            desk.for_actor(Actor("u-3", "C", roles={"other": Role.CONTRIBUTOR})), "Link", {"title": "x"}
        )
    assert dangling.value.faults


async def test_a_branch_with_the_siret_of_its_head_stays_its_branch(desk: Desk) -> None:
    head = await editing.create(desk, "Organisation", {"title": "Head", "siret": "732829320"})
    branch = await editing.create(
        desk, "Organisation", {"title": "Branch", "siret": "732829320", "branch_of": ref(head)}
    )

    with pytest.raises(Invalid) as refused:
        await editing.update(desk, ref(branch), branch.version, {"branch_of": None})

    assert [fault.code for fault in refused.value.faults] == ["DUPLICATE"]


async def test_links_to_what_one_does_not_see_stay_when_the_others_are_replaced(desk: Desk) -> None:
    hidden = await editing.create(desk, "Territory", {"title": "Hidden"})
    shown = await editing.create(desk, "Territory", {"title": "Shown"})
    await editing.move(desk, ref(shown), "publish", 1)
    cite = await editing.create(desk, "Cite", {"title": "Lille", "serves": (ref(hidden), ref(shown))})
    await grants.add_user(desk, "Ann", id="ann")
    await grants.grant(desk, ref(cite), "ann", Role.EDITOR)
    ann = desk.for_actor(await grants.actor_of(desk, "ann"))

    assert (await reading.get(ann, ref(cite))).serves == (ref(shown),)
    await editing.update(ann, ref(cite), 1, {"serves": ()})

    assert (await reading.get(desk, ref(cite))).serves == (ref(hidden),)


async def test_a_translation_group_has_one_item_a_language(desk: Desk) -> None:
    page = await editing.create(desk, "Page", {"title": "Welcome", "language": "en"})
    french = {"title": "Bienvenue", "language": "fr", "translation_group": page.id}
    await editing.create(desk, "Page", french)

    with pytest.raises(Conflict) as refused:
        await editing.create(desk, "Page", {**french, "title": "Salut"})

    assert refused.value.path == ("language",)


@pytest.mark.parametrize("group", ["a page", "a hidden folder", "nothing"])
async def test_a_translation_joins_the_group_of_an_item_of_its_type_that_one_sees(desk: Desk, group: str) -> None:
    page = await editing.create(desk, "Page", {"title": "Welcome", "language": "en"})
    hidden = await editing.create(desk, "Folder", {"title": "Hidden", "language": "en", "parent": placing.SITE})
    above = await editing.create(desk, "Folder", {"title": "Above", "language": "en", "parent": placing.SITE})
    await grants.add_user(desk, "Ann", id="ann")
    await grants.grant(desk, ref(above), "ann", Role.EDITOR)
    ann = desk.for_actor(await grants.actor_of(desk, "ann"))
    groups = {"a page": page.id, "a hidden folder": hidden.id, "nothing": "gone"}
    values = {"title": "Dossier", "language": "fr", "parent": ref(above), "translation_group": groups[group]}

    with pytest.raises(Invalid) as refused:
        await editing.create(ann, "Folder", values)

    told = [(fault.code, fault.path, fault.message) for fault in refused.value.faults]
    assert told == [("INVALID", ("translation_group",), "There is no such group of items of this type.")]


async def test_a_deliverable_sits_in_the_first_of_its_authors(desk: Desk) -> None:
    cite = await editing.create(desk, "Cite", {"title": "Lille"})
    partner = await editing.create(desk, "Organisation", {"title": "Afpa"})

    for authors in ((ref(partner), ref(cite)), (ref(cite), ref(partner))):
        made = await editing.create(desk, "Deliverable", {"title": "Guide", "authors": authors})

        assert made.parent == authors[0]


async def test_a_network_that_contributions_are_made_to_stays_one(desk: Desk) -> None:
    network = await editing.create(desk, "Organisation", {"title": "Network", "type": "network"})
    giver = await editing.create(desk, "Organisation", {"title": "Afpa"})
    given = {"contributor": ref(giver), "beneficiary": ref(network), "kind": "human"}
    await editing.create(desk, "Contribution", given)

    with pytest.raises(Invalid) as refused:
        await editing.update(desk, ref(network), 1, {"type": "school", "country": "FR"})

    assert [(fault.code, fault.path) for fault in refused.value.faults] == [("INVALID", ("type",))]
    assert (await editing.update(desk, ref(network), 1, {"country": "FR"})).country == "FR"


async def test_an_indicator_that_adds_up_to_another_keeps_its_unit(desk: Desk) -> None:
    part = await editing.create(desk, "Indicator", {"title": "Part", "unit": "person"})
    await editing.create(desk, "Indicator", {"title": "Whole", "unit": "person", "parts": (ref(part),)})
    await grants.add_user(desk, "Ann", id="ann")
    await grants.grant(desk, ref(part), "ann", Role.EDITOR)
    ann = desk.for_actor(await grants.actor_of(desk, "ann"))

    with pytest.raises(Invalid) as refused:
        await editing.update(desk, ref(part), 1, {"unit": "hour"})

    assert [(fault.code, fault.path) for fault in refused.value.faults] == [("INVALID", ("unit",))]
    # What one does not see refuses nothing.
    assert (await editing.update(ann, ref(part), 1, {"unit": "hour"})).unit == "hour"


@pytest.mark.parametrize("is_taken", [False, True])
async def test_a_version_is_restored_without_its_translation_group_when_that_is_gone(
    desk: Desk, is_taken: bool
) -> None:
    english = await editing.create(desk, "Page", {"title": "Welcome", "language": "en"})
    french = await editing.create(
        desk, "Page", {"title": "Bienvenue", "language": "fr", "translation_group": english.id}
    )
    at = Ref("Page", french.id)
    await editing.update(desk, at, 1, {"title": "Accueil", "translation_group": french.id})
    if is_taken:
        await editing.create(desk, "Page", {"title": "Ici", "language": "fr", "translation_group": english.id})
    else:
        await editing.delete(desk, Ref("Page", english.id), 1)

    restored = await editing.restore_version(desk, at, 1)

    assert (restored.title, restored.translation_group) == ("Bienvenue", french.id)
