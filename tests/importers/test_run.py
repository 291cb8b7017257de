"""Tables are loaded once, whole or in part as asked, and the same on both engines."""

import shutil
from pathlib import Path

import pytest

from directory import editing, reading
from directory.desk import Desk
from directory.errors import BadInput
from directory.placing import SITE
from directory.values import Ref
from importers import bundle
from importers.plan import Action
from importers.run import apply, plan, synthesise


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The bundled tables, to be damaged."""
    for each in bundle.BUNDLED.iterdir():
        shutil.copy(str(each), tmp_path / each.name)
    return tmp_path


def damage(folder: Path, stem: str, old: str, new: str) -> None:
    file = folder / f"{stem}.csv"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


async def test_loading_twice_changes_nothing(desk: Desk) -> None:
    first = await plan(desk)
    done = await apply(desk, first)

    again = await plan(desk)

    assert (done, len(first.lines), first.faults) == (491, 491, ())
    assert {line.action for line in again.lines} == {Action.SAME}
    assert await apply(desk, again) == 0


async def test_what_sources_say_survives(desk: Desk) -> None:
    await apply(desk, await plan(desk))
    keys = await reading.by_keys(desk, ["network:in-61", "network:ct-01", "network:p-ptito", "network:cdm-paris"])

    unread, help, person, paris = [
        await reading.get(desk, keys[f"network:{key}"]) for key in ("in-61", "ct-01", "p-ptito", "cdm-paris")
    ]

    assert (unread.value, unread.period.value) == (None, "2024")
    assert (help.certainty, help.certainty_basis) == ("implied", "follows from the definition of human resources")
    assert [date.value for date in paris.as_of] == ["1993", "2018", "2024"]
    assert {(each.locator, each.field) for each in help.sources} == {("L89", None), ("L91", None)}
    assert (person.state, paris.state) == ("private", "published")


async def test_a_damaged_row_stops_everything_unless_the_rest_is_to_be_kept(desk: Desk, folder: Path) -> None:
    damage(folder, "contributions", "ct-02,ct-02,Help with the workshop programme", "ct-02,ct-02,Help")
    damage(folder, "contributions", "cdm-sqy,,human,staff_workshops", "cdm-sqy,,humane,staff_workshops")
    planned = await plan(desk, folder)

    stopped = await apply(desk, planned)
    kept = await apply(desk, planned, keep_good=True)

    [fault] = planned.faults
    assert (fault.file, fault.number, fault.column) == ("contributions.csv", 2, "kind")
    assert "human" in fault.message
    assert (stopped, kept) == (0, 490)


async def test_what_links_to_a_refused_row_is_refused_too(desk: Desk, folder: Path) -> None:
    damage(folder, "organisations", "org-caf-yvelines,caf-yvelines", "org-caf-yvelines,Not A Slug!")

    planned = await plan(desk, folder)

    refused = {line.key: str(line.faults[0].message) for line in planned.of(Action.REFUSED)}
    assert refused["network:ps-01"] == refused["network:ct-01"] == "links to network:org-caf-yvelines, which is refused"


async def test_a_changed_cell_is_an_update_and_an_emptied_one_changes_nothing(desk: Desk, folder: Path) -> None:
    await apply(desk, await plan(desk))
    damage(folder, "organisations", "+33 (0)6 50 72 37 18", "")
    damage(folder, "organisations", "info@reseaucitesdesmetiers.com", "contact@reseaucitesdesmetiers.com")

    planned = await plan(desk, folder)
    await apply(desk, planned)

    [line] = planned.of(Action.UPDATE)
    after = await reading.get(desk, Ref(line.type, line.item.id))
    assert (line.key, line.fields) == ("network:org-network", ("email",))
    assert (after.email, after.phone, after.version) == ("contact@reseaucitesdesmetiers.com", "+33650723718", 2)


async def test_made_up_data_and_real_data_never_meet(desk: Desk) -> None:
    assert await synthesise(desk, 20) > 100

    with pytest.raises(BadInput, match="made-up data"):
        await plan(desk)


async def test_real_data_keeps_made_up_data_out(desk: Desk) -> None:
    await apply(desk, await plan(desk))

    with pytest.raises(BadInput, match="real data"):
        await synthesise(desk, 20)


async def test_a_plan_changes_nothing(desk: Desk) -> None:
    await desk.graph.wipe()

    planned = await plan(desk)

    assert (planned.faults, await reading.get(desk, SITE)) == ((), None)
    assert await apply(desk, planned) == 491


@pytest.mark.parametrize(
    ("type_name", "values"), [("Organisation", {}), ("Source", {"kind": "report"}), ("Cite", {"keys": ("hsds:1",)})]
)
async def test_what_people_made_keeps_made_up_data_out(desk: Desk, type_name: str, values: dict[str, object]) -> None:
    await editing.create(desk, type_name, {"title": "Ours", **values})

    with pytest.raises(BadInput, match="real data"):
        await synthesise(desk, 20)
