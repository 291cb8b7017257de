"""A second import meets what people did since the first: it takes nothing back."""

from pathlib import Path

import pytest

from directory import editing, reading, versions
from directory.desk import Desk
from directory.errors import Conflict
from directory.item import Item
from directory.placing import id_of
from directory.values import Ref
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
