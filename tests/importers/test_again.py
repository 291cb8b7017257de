"""A second import meets what people did since the first: it takes nothing back. For what went, see `test_away.py`."""

from dataclasses import replace
from pathlib import Path

import pytest

from directory import editing, reading, versions
from directory.desk import Desk
from directory.errors import Conflict, NotAllowed
from directory.item import Item
from directory.placing import id_of
from directory.values import Citation, Ref
from importers.plan import Action
from importers.run import apply, checked, plan
from tests.importers.tables import ORGANISATIONS, load, tables

FIRST = Ref("Organisation", id_of("network:org-1"))


async def first(desk: Desk) -> Item:
    found = await reading.get(desk, FIRST)
    assert found is not None
    return found


async def change(desk: Desk, values: dict[str, object]) -> None:
    """A person changes the organisation, and publishes that."""
    here = await first(desk)
    drafted = await editing.update(desk, FIRST, here.version, values)
    await editing.move(desk, FIRST, "publish_draft", drafted.version)


async def test_what_somebody_changed_since_the_plan_is_left_alone_and_the_rest_is_done(
    desk: Desk, tmp_path: Path
) -> None:
    two = f"{ORGANISATIONS}org-2,second,Second,school,FR\n"
    await load(desk, tables(tmp_path, organisations=two))
    planned = await plan(desk, tables(tmp_path, organisations=two.replace("FR", "BE")))
    await change(desk, {"email": "info@example.org"})

    stopped = await apply(desk, planned)
    kept = await apply(desk, planned, keep_good=True)

    [fault] = (await checked(desk, planned)).faults[:1]
    assert str(fault) == "organisations.csv, row 2: was changed by somebody since the plan was made: plan again"
    assert (stopped, kept) == (0, 1)
    assert ((await first(desk)).email, (await first(desk)).country) == ("info@example.org", "FR")


async def test_a_good_row_may_lead_to_an_item_whose_own_row_is_refused(desk: Desk, tmp_path: Path) -> None:
    header, row = ORGANISATIONS.splitlines()
    await load(desk, tables(tmp_path, organisations=ORGANISATIONS))
    rows = [f"{header},same_as_id", f"{row.replace('FR', 'nowhere')},", "org-2,second,Second,school,FR,org-1"]
    planned = await plan(desk, tables(tmp_path, organisations="\n".join(rows)))

    assert [line.action for line in planned.lines] == [Action.REFUSED, Action.CREATE]
    assert await apply(desk, planned, keep_good=True) == 1


async def test_what_somebody_deleted_since_the_plan_does_not_come_back(desk: Desk, tmp_path: Path) -> None:
    await load(desk, tables(tmp_path, organisations=ORGANISATIONS))
    planned = await plan(desk, tables(tmp_path, organisations=ORGANISATIONS.replace("FR", "BE")))
    await editing.delete(desk, FIRST, 1)

    assert [line.action for line in (await checked(desk, planned)).lines] == [Action.REFUSED]
    assert await apply(desk, planned, keep_good=True) == 0
    assert await reading.get(desk, FIRST) is None


async def test_an_import_counts_on_from_a_draft_and_leaves_it(desk: Desk, tmp_path: Path) -> None:
    await load(desk, tables(tmp_path, organisations=ORGANISATIONS))
    drafted = await editing.update(desk, FIRST, 1, {"description": {"en": "a draft"}})

    await load(desk, tables(tmp_path, organisations=ORGANISATIONS.replace("FR", "BE")))

    with pytest.raises(Conflict):
        await editing.move(desk, FIRST, "publish_draft", drafted.version)
    published = await editing.move(desk, FIRST, "publish_draft", await versions.current_version(desk, FIRST))
    assert (published.version, published.country, published.description) == (4, "BE", {"en": "a draft"})
    told = [(await versions.at_version(desk, FIRST, number)).country for number in (1, 2, 3, 4)]
    assert told == ["FR", "FR", "BE", "BE"]


async def test_an_import_counts_on_from_a_draft_that_was_discarded(desk: Desk, tmp_path: Path) -> None:
    await load(desk, tables(tmp_path, organisations=ORGANISATIONS))
    drafted = await editing.update(desk, FIRST, 1, {"description": {"en": "a draft"}})
    await editing.move(desk, FIRST, "discard_draft", drafted.version)

    await load(desk, tables(tmp_path, organisations=ORGANISATIONS.replace("FR", "BE")))

    assert (await first(desk)).version == await versions.current_version(desk, FIRST) == 4


async def again(desk: Desk, folder: Path) -> str:
    """The plan of a second import, as people read it, once it is done."""
    return str(await load(desk, folder))


async def test_a_renamed_item_keeps_its_slug_and_is_the_same(desk: Desk, tmp_path: Path) -> None:
    folder = tables(tmp_path, organisations=ORGANISATIONS)
    await load(desk, folder)
    await editing.relocate(desk, FIRST, None, 1, "renamed")

    assert await again(desk, folder) == "0 create, 0 update, 1 same, 0 refused"
    assert (await first(desk)).slug == "renamed"


async def test_a_moved_item_stays_where_people_put_it(desk: Desk, tmp_path: Path) -> None:
    folder = tables(
        tmp_path,
        territories="id,slug,title_en\nt-1,t1,T1\n",
        cites="id,slug,title_en,territory_id\nc-1,c1,C1,t-1\nc-2,c2,C2,t-1\n",
        channels="id,slug,title_en,cite_id,kind\nch-1,bus,Bus,c-1,itinerant\n",
    )
    await load(desk, folder)
    bus, other = Ref("Channel", id_of("network:ch-1")), Ref("Cite", id_of("network:c-2"))
    await editing.relocate(desk, bus, other, 1)

    assert await again(desk, folder) == "0 create, 0 update, 4 same, 0 refused"
    assert (await reading.get(desk, bus)).cite == other


async def test_keys_of_a_column_are_added_to_that_of_the_row(desk: Desk, tmp_path: Path) -> None:
    folder = tables(tmp_path, organisations="id,slug,title_en,keys\norg-1,first,First,hsds:1;hsds:2\n")
    await load(desk, folder)

    assert (await first(desk)).keys == ("network:org-1", "hsds:1", "hsds:2")
    assert await again(desk, folder) == "0 create, 0 update, 1 same, 0 refused"

    await load(desk, tables(tmp_path, organisations="id,slug,title_en,keys\norg-1,first,First,hsds:3\n"))
    assert (await first(desk)).keys == ("network:org-1", "hsds:1", "hsds:2", "hsds:3")


async def test_a_citation_that_a_person_added_stays(desk: Desk, tmp_path: Path) -> None:
    folder = tables(
        tmp_path,
        sources="id,slug,title_en,kind\nd-1,d1,D1,report\n",
        organisations="id,slug,title_en,source\norg-1,first,First,d-1#L1\n",
    )
    await load(desk, folder)
    document = Ref("Source", id_of("network:d-1"))
    drafted = await editing.link(desk, FIRST, "sources", [Citation(document, "L2")], 1)
    await editing.move(desk, FIRST, "publish_draft", drafted.version)

    assert await again(desk, folder) == "0 create, 0 update, 2 same, 0 refused"
    assert (await first(desk)).sources == (Citation(document, "L1"), Citation(document, "L2"))


async def test_what_is_archived_is_not_changed(desk: Desk, tmp_path: Path) -> None:
    await load(desk, tables(tmp_path, organisations=ORGANISATIONS))
    await editing.move(desk, FIRST, "archive", 1)

    same = await again(desk, tmp_path)
    [fault] = (await load(desk, tables(tmp_path, organisations=ORGANISATIONS.replace("FR", "BE")))).faults

    assert same == "0 create, 0 update, 1 same, 0 refused"
    assert str(fault) == "organisations.csv, row 2: is archived: restore it to change it (country)"
    with pytest.raises(NotAllowed):
        await editing.load(desk, [replace(await first(desk), country="BE")])


@pytest.mark.parametrize("type_name", ["Organisation", "Project"])
async def test_an_item_that_people_made_is_found_by_its_key(desk: Desk, tmp_path: Path, type_name: str) -> None:
    made = await editing.create(desk, type_name, {"title": "By hand", "keys": ("network:org-1",), "slug": "by-hand"})
    two = f"{ORGANISATIONS.replace('country', 'country,same_as_id').replace('FR', 'FR,')}org-2,second,Second,,,org-1\n"

    done = await load(desk, tables(tmp_path, organisations=two))

    if type_name == "Project":
        assert str(done.faults[0]) == "organisations.csv, row 2, column id: is the key of an item of type Project"
        return
    first = await reading.get(desk, Ref("Organisation", made.id))
    second = await reading.get(desk, Ref("Organisation", id_of("network:org-2")))
    assert (first.slug, first.title, first.country) == ("by-hand", {"en": "First"}, "FR")
    assert second.same_as == Ref("Organisation", made.id)
