"""What people deleted, and names that were removed, stay away when imports run again, and that is said."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from directory import editing, placing, reading, retention
from directory.desk import Desk
from directory.item import Item
from directory.placing import id_of
from directory.values import Ref
from importers.plan import Action
from importers.run import plan
from tests.directory.test_retention import told_anywhere
from tests.importers.tables import ORGANISATIONS, load, tables

FIRST = Ref("Organisation", id_of("network:org-1"))
CITES = "id,slug,title_en,territory_id\nc-1,c1,C1,t-1\n"
TERRITORIES = "id,slug,title_en\nt-1,t1,T1\n"
CHANNELS = "id,slug,title_en,cite_id,kind\nch-1,bus,Bus,c-1,itinerant\n"
PERSONS = "id,slug,title,retention_until,note\np-1,ada,Ada Example,2025-06-30,Ada Example likes calls\n"
MANDATES = "id,slug,person_id,in_id,kind,role_en\nm-1,chair,p-1,org-1,office,Chair\n"
LETTERS = "id,slug,title_en,issue_date,editorial_by_id\nnl-1,autumn,Autumn,2024,p-1\n"
SAME = "0 create, 0 update, {} same, 0 refused"


def ref(item: Item) -> Ref:
    return Ref(type(item).__name__, item.id)


async def lines(desk: Desk, folder: Path) -> list[str]:
    """What a run of the import tells, once it is done: without the titles."""
    done = await load(desk, folder)
    assert not done.faults
    return [*map(str, done.notes), done.summary()]


def later(desk: Desk) -> Desk:
    """The same desk when every name of these tables may be kept no longer."""
    return Desk(desk.graph, desk.actor, lambda: datetime(2025, 12, 31, tzinfo=UTC))


async def removed(desk: Desk) -> None:
    assert len(await retention.forget(later(desk))) == 1


# Deleted -------------------------------------------------------------------------------------------------------------


async def test_what_was_deleted_with_its_parent_stays_away_until_it_is_back(desk: Desk, tmp_path: Path) -> None:
    folder = tables(tmp_path, territories=TERRITORIES, cites=CITES, channels=CHANNELS)
    await load(desk, folder)
    cite = Ref("Cite", id_of("network:c-1"))
    await editing.delete(desk, cite, 1)

    why = f"was deleted by people on 2025-01-01; undelete it to have it again: `directory trash --restore {cite.id}`"
    assert await lines(desk, folder) == [
        f"cites.csv, row 2, column id: network:c-1 {why}",
        f"channels.csv, row 2, column id: network:ch-1 {why}",
        "0 create, 0 update, 1 same, 0 refused, 2 left out",
    ]
    await editing.undelete(desk, cite.id)
    assert await lines(desk, tables(tmp_path, channels=CHANNELS.replace("Bus", "Coach"))) == [
        "0 create, 1 update, 2 same, 0 refused"
    ]


async def test_what_people_made_with_the_key_and_deleted_stays_away_until_it_is_back(
    desk: Desk, tmp_path: Path
) -> None:
    made = await editing.create(desk, "Organisation", {"title": "By hand", "keys": ("network:org-1",)})
    await editing.delete(desk, ref(made), 1)
    folder = tables(tmp_path, organisations=ORGANISATIONS)

    assert (await lines(desk, folder))[-1] == "0 create, 0 update, 0 same, 0 refused, 1 left out"
    assert await reading.get(desk, FIRST) is None
    await editing.undelete(desk, made.id)
    assert await lines(desk, folder) == ["0 create, 1 update, 0 same, 0 refused"]
    assert (await reading.get(desk, ref(made))).country == "FR"


async def test_a_row_is_kept_without_its_link_to_what_was_deleted(desk: Desk, tmp_path: Path) -> None:
    header, row = ORGANISATIONS.splitlines()
    table = "\n".join([f"{header},same_as_id", f"{row},", "org-2,second,Second,school,FR,org-1"])
    folder = tables(tmp_path, organisations=ORGANISATIONS)
    await load(desk, folder)
    await editing.delete(desk, FIRST, 1)

    said = await lines(desk, tables(tmp_path, organisations=table))

    second = Ref("Organisation", id_of("network:org-2"))
    assert said[1:] == [
        "organisations.csv, row 3, column same_as_id: the link to network:org-1 is left out, as its row is",
        "1 create, 0 update, 0 same, 0 refused, 1 left out",
    ]
    assert (await reading.get(desk, second)).same_as is None
    await editing.undelete(desk, FIRST.id)
    assert await lines(desk, folder) == ["0 create, 1 update, 1 same, 0 refused"]
    assert (await reading.get(desk, second)).same_as == FIRST


async def test_what_cannot_be_without_what_was_deleted_is_left_out_too(desk: Desk, tmp_path: Path) -> None:
    folder = tables(tmp_path, territories=TERRITORIES, cites=CITES)
    await load(desk, folder)
    await editing.delete(desk, Ref("Cite", id_of("network:c-1")), 1)

    said = await lines(desk, tables(tmp_path, channels=CHANNELS))

    assert said[1:] == [
        "channels.csv, row 2, column cite_id: network:ch-1 needs network:c-1, whose row is left out",
        "0 create, 0 update, 1 same, 0 refused, 2 left out",
    ]


async def test_what_was_deleted_and_made_again_is_updated(desk: Desk, tmp_path: Path) -> None:
    folder = tables(tmp_path, organisations=ORGANISATIONS)
    await load(desk, folder)
    await editing.delete(desk, FIRST, 1)
    made = await editing.create(desk, "Organisation", {"title": "Anew", "keys": ("network:org-1",)})

    assert await lines(desk, folder) == ["0 create, 1 update, 0 same, 0 refused"]
    assert (await reading.get(desk, ref(made))).country == "FR"


# Removed -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def people(tmp_path: Path) -> Path:
    return tables(tmp_path, organisations=ORGANISATIONS, persons=PERSONS, mandates=MANDATES, newsletters=LETTERS)


async def test_a_person_removed_from_the_trash_stays_away_and_links_to_it_are_told(desk: Desk, people: Path) -> None:
    await load(desk, people)
    await editing.delete(desk, Ref("Person", id_of("network:p-1")), 1, force=True)
    await removed(desk)

    why = "was removed for good with a person's name: give another id if it is something else"
    assert await lines(desk, tables(people, newsletters=LETTERS.replace("Autumn", "Fall"))) == [
        f"persons.csv, row 2, column id: network:p-1 {why}",
        f"mandates.csv, row 2, column id: network:m-1 {why}",
        "newsletters.csv, row 2, column editorial_by_id: the link to network:p-1 is left out, as its row is",
        "0 create, 1 update, 1 same, 0 refused, 2 left out",
    ]
    assert await told_anywhere(desk, ("example", "network:p-1")) == []


@pytest.mark.parametrize("is_there", [True, False])
async def test_a_person_whom_people_made_with_the_key_stays_removed(desk: Desk, people: Path, is_there: bool) -> None:
    values = {"title": "Ada B. Example", "keys": ("network:p-1",), "retention_until": "2025-01-31"}
    made = await editing.create(desk, "Person", {**values, "publication_basis": "consent"})
    if not is_there:
        await editing.delete(desk, ref(made), 1)
    await removed(desk)

    await lines(desk, people)

    assert await told_anywhere(desk, ("example", "network:p-1")) == []
    persons = [each.id async for each in reading.all_of(desk, "Person")]
    assert persons == ([made.id] if is_there else [])
    if is_there:
        assert (await reading.get(desk, Ref("Mandate", id_of("network:m-1")))).person == ref(made)
    assert (await plan(desk, people)).of(Action.CREATE, Action.UPDATE) == []


async def test_neither_name_nor_remark_of_a_person_comes_back_to_who_is_there(desk: Desk, people: Path) -> None:
    await load(desk, people)
    await removed(desk)

    assert await lines(desk, people) == [SAME.format(4)]
    assert await told_anywhere(desk, ("example",)) == []


async def test_a_key_that_people_took_away_from_a_person_is_known_still(desk: Desk, people: Path) -> None:
    values = {"title": "Ada Example", "keys": ("network:p-1",), "retention_until": "2025-01-31"}
    made = await editing.create(desk, "Person", values)
    await editing.update(desk, ref(made), 1, {"keys": ("hr:1",)})
    await removed(desk)

    await lines(desk, people)

    assert await told_anywhere(desk, ("example", "network:p-1")) == []


async def test_a_mandate_deleted_before_the_name_went_stays_away(desk: Desk, people: Path) -> None:
    await load(desk, people)
    mandate = Ref("Mandate", id_of("network:m-1"))
    await editing.delete(desk, mandate, 1)
    await removed(desk)

    assert (await lines(desk, people))[-1] == "0 create, 0 update, 3 same, 0 refused, 1 left out"
    assert await reading.get(desk, mandate) is None


async def test_a_new_person_whose_name_may_be_kept_no_longer_is_not_written(desk: Desk, people: Path) -> None:
    said = await lines(desk, tables(people, persons=PERSONS.replace("2025-06-30", "2024-12-31")))

    assert said[0] == (
        "persons.csv, row 2, column retention_until: network:p-1 is a name that may be kept no longer, since 2024-12-31"
    )
    assert said[-1] == "2 create, 0 update, 0 same, 0 refused, 2 left out"
    assert await told_anywhere(desk, ("example",)) == []


async def test_a_folder_of_removed_persons_in_the_trash_is_known_too(desk: Desk, people: Path) -> None:
    await load(desk, people)
    person = Ref("Person", id_of("network:p-1"))
    folder = await editing.create(desk, "Folder", {"title": "Board", "language": "en", "parent": placing.SITE})
    await editing.relocate(desk, person, ref(folder), 1)
    await editing.delete(desk, ref(folder), 1, force=True)
    await removed(desk)
    await editing.undelete(desk, folder.id)

    assert (await lines(desk, people))[-1] == "0 create, 0 update, 2 same, 0 refused, 2 left out"
    assert await told_anywhere(desk, ("example",)) == []
