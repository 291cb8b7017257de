"""What clashes with the graph, or with another row, is said in the plan; the other rows can be kept."""

from pathlib import Path

import pytest

from directory import editing, reading
from directory.desk import Desk
from directory.values import Ref
from importers.run import apply, plan
from tests.importers.tables import ORGANISATIONS, load, tables

SECOND = "org-2,second,Second,school,FR\n"
SIRET = "73282932000074"
CITES = "id,slug,title_en,territory_id\nc-1,c1,C1,t-1\n"
TERRITORIES = "id,slug,title_en\nt-1,t1,T1\n"


async def slugs(desk: Desk, type_name: str) -> set[str]:
    return {each.slug async for each in reading.all_of(desk, type_name)}


async def test_a_slug_that_another_item_has_is_refused_with_its_row(desk: Desk, tmp_path: Path) -> None:
    await editing.create(desk, "Organisation", {"title": "Afpa", "slug": "first"})

    planned = await load(desk, tables(tmp_path, organisations=ORGANISATIONS + SECOND), keep_good=True)

    [fault] = planned.faults
    assert str(fault) == "organisations.csv, row 2, column slug: another item has the slug 'first' already"
    assert await slugs(desk, "Organisation") == {"first", "second"}


async def test_two_rows_with_one_slug_are_told_of_each_other(desk: Desk, tmp_path: Path) -> None:
    planned = await load(
        desk, tables(tmp_path, organisations=ORGANISATIONS + SECOND.replace("second", "first")), keep_good=True
    )

    [fault] = planned.faults
    assert str(fault) == "organisations.csv, row 3, column slug: network:org-1 has the slug 'first' already"
    assert await slugs(desk, "Organisation") == {"first"}


async def test_a_slug_is_that_of_one_sibling(desk: Desk, tmp_path: Path) -> None:
    needs = "id,slug,title_en,cite_id,territory_id,publics\nn-1,one,One,c-1,t-1,all\n"
    folder = tables(tmp_path, territories=TERRITORIES, cites=CITES)
    await load(desk, folder)
    cite = await reading.by_slug(desk, "Cite", "c1")
    await editing.create(desk, "Page", {"title": "One", "slug": "one", "parent": Ref("Cite", cite.id)})

    planned = await plan(desk, tables(tmp_path, needs=needs))

    assert list(map(str, planned.faults)) == ["needs.csv, row 2, column slug: another item has the slug 'one' already"]


@pytest.mark.parametrize("branch", [False, True])
async def test_a_siret_that_another_organisation_has_is_refused_with_its_row(
    desk: Desk, tmp_path: Path, branch: bool
) -> None:
    await editing.create(desk, "Organisation", {"title": "Afpa", "siret": SIRET, "keys": ("network:org-0",)})
    table = f"id,slug,title_en,siret,branch_of_id\norg-1,first,First,732 829 320 00074,{'org-0' if branch else ''}\n"
    above = f"org-0,,Afpa,{SIRET},\n" if branch else ""

    planned = await plan(desk, tables(tmp_path, organisations=table + above))

    said = "organisations.csv, row 2, column siret: Another organisation has it, and neither is a branch of the other."
    assert list(map(str, planned.faults)) == ([] if branch else [said])
    assert await apply(desk, planned) == (1 if branch else 0)


async def test_a_row_without_a_slug_gets_one_from_its_title(desk: Desk, tmp_path: Path) -> None:
    await editing.create(desk, "Organisation", {"title": "First"})
    table = "id,slug,title_en\norg-1,,First\norg-2,,First\norg-3,first-2,Third\n"
    news = "id,title_en,title_fr,date\nn-1,Hello,Bonjour,2024\n"

    planned = await load(desk, tables(tmp_path, organisations=table, news=news))

    assert planned.faults == ()
    assert await slugs(desk, "Organisation") == {"first", "first-1", "first-2", "first-3"}
    assert await slugs(desk, "NewsItem") == {"hello", "bonjour"}
    assert str(await plan(desk, tmp_path)) == "0 create, 0 update, 5 same, 0 refused"


async def test_a_key_that_another_item_has_is_refused_with_its_row(desk: Desk, tmp_path: Path) -> None:
    await editing.create(desk, "Organisation", {"title": "Afpa", "keys": ("hsds:1",)})
    table = "id,slug,title_en,keys\norg-1,first,First,hsds:1\norg-2,second,Second,hsds:2\norg-3,third,Third,hsds:2\n"

    planned = await load(desk, tables(tmp_path, organisations=table), keep_good=True)

    assert list(map(str, planned.faults)) == [
        "organisations.csv, row 2, column keys: another item has the key 'hsds:1' already",
        "organisations.csv, row 4, column keys: network:org-2 has the key 'hsds:2' already",
    ]
    assert await slugs(desk, "Organisation") == {"afpa", "second"}
