"""Titles that patterns make, in plans and loads: nothing old is written back, and a second run is the same."""

from pathlib import Path

import pytest

from directory import editing, reading
from directory.desk import Desk
from directory.placing import id_of
from directory.values import Ref
from importers import run
from importers.run import apply, plan
from tests.importers.tables import load, tables

ORGANISATIONS = "id,slug,title_en,title_fr,country\norg-1,afpa,Afpa,L'Afpa,FR\n"
TERRITORIES = "id,slug,title_en\nland,land,Land\n"
CITES = "id,slug,title_en,territory_id\ncdm-1,lille,Lille,land\n"
TIES = "id,cite_id,organisation_id,role\ntie-1,cdm-1,org-1,partner\n"
INDICATORS = "id,slug,title_en,unit,section\nin-hours,hours,Hours,hour,partners\n"
FIGURES = "id,indicator_id,subject_id,period\nin-1,in-hours,tie-1,2024\n"
SAME = "0 create, 0 update, {} same, 0 refused"


async def title(desk: Desk, type_name: str, key: str) -> dict[str, str]:
    there = await reading.get(desk, Ref(type_name, id_of(f"network:{key}")))
    assert there is not None
    found: dict[str, str] = there.title  # type: ignore[assignment]  # a name has no language
    return found


def town(folder: Path, **files: str) -> Path:
    return tables(folder, territories=TERRITORIES, organisations=ORGANISATIONS, cites=CITES, partnerships=TIES, **files)


async def rename(desk: Desk) -> None:
    """A person gives the organisation another name, and publishes that."""
    at = Ref("Organisation", id_of("network:org-1"))
    names = {"title": {"en": "Training", "fr": "Formation"}}
    drafted = await editing.update(desk, at, 1, names)
    await editing.move(desk, at, "publish_draft", drafted.version)


async def test_a_plan_that_is_older_than_a_name_does_not_write_the_old_one_back(desk: Desk, tmp_path: Path) -> None:
    await load(desk, town(tmp_path))
    tables(tmp_path, partnerships=TIES.replace("role", "role,note").replace(",partner", ",partner,by telephone"))
    (tmp_path / "organisations.csv").write_text(ORGANISATIONS.replace("Afpa,L'Afpa", ","))
    planned = await plan(desk, tmp_path)

    await rename(desk)
    await apply(desk, planned)

    assert await title(desk, "Partnership", "tie-1") == {"en": "Training, Partner", "fr": "Formation, Partenaire"}
    assert (await plan(desk, tmp_path)).summary() == SAME.format(4)


async def test_a_load_in_parts_does_not_write_an_old_name_back(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await load(desk, town(tmp_path))
    tables(tmp_path, partnerships=TIES.replace("role", "role,note").replace(",partner", ",partner,by telephone"))
    tables(tmp_path, organisations=ORGANISATIONS.replace("Afpa,L'Afpa", "Training,Formation"))

    async def one_by_one(*given: object, **more: object) -> None:
        await editing.load(*given, **more, batch=1)  # type: ignore[arg-type]  # as it was called

    monkeypatch.setattr(run, "load", one_by_one)
    await load(desk, tmp_path)

    assert await title(desk, "Partnership", "tie-1") == {"en": "Training, Partner", "fr": "Formation, Partenaire"}
    assert (await plan(desk, tmp_path)).summary() == SAME.format(4)


async def test_a_new_title_is_made_of_titles_that_are_made_in_the_same_load(desk: Desk, tmp_path: Path) -> None:
    await load(desk, town(tmp_path, indicators=INDICATORS, observations=FIGURES))

    assert (await title(desk, "Observation", "in-1"))["en"] == "Hours, Afpa, Partner, 2024"
    assert (await plan(desk, tmp_path)).summary() == SAME.format(6)
    await rename(desk)
    assert (await title(desk, "Observation", "in-1"))["en"] == "Hours, Training, Partner, 2024"


async def test_figures_of_each_other_are_refused(desk: Desk, tmp_path: Path) -> None:
    round_ = FIGURES.replace("tie-1", "in-2") + "in-2,in-hours,in-1,2024\n"

    planned = await plan(desk, tables(tmp_path, indicators=INDICATORS, observations=round_))

    assert [(line.key, fault.column) for line in planned.lines for fault in line.faults] == [
        ("network:in-1", "subject_id"),
        ("network:in-2", "subject_id"),
    ]


async def test_a_new_title_says_a_name_that_the_table_leaves_out(desk: Desk, tmp_path: Path) -> None:
    await load(desk, tables(tmp_path, organisations=ORGANISATIONS))
    await load(desk, tables(town(tmp_path), organisations="id,slug,title_en,country\norg-1,afpa,Training,FR\n"))

    assert await title(desk, "Partnership", "tie-1") == {"en": "Training, Partner", "fr": "L'Afpa, Partenaire"}


async def test_a_title_that_a_table_gives_stays_when_the_table_renames_what_it_names(
    desk: Desk, tmp_path: Path
) -> None:
    given = TIES.replace("role", "role,title_en,title_fr").replace(
        ",partner", ',partner,"Afpa, Partner","L\'Afpa, Partenaire"'
    )
    await load(desk, tables(town(tmp_path), partnerships=given))

    await load(desk, tables(tmp_path, organisations=ORGANISATIONS.replace("Afpa,L'Afpa", "Training,Formation")))

    assert await title(desk, "Partnership", "tie-1") == {"en": "Afpa, Partner", "fr": "L'Afpa, Partenaire"}
    assert (await plan(desk, tmp_path)).summary() == SAME.format(4)
