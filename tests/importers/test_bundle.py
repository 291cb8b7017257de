"""The network's tables become drafts: what is written in a cell survives."""

import csv
from pathlib import Path

from directory.values import Citation, Ref
from importers import bundle
from importers.bundle import TABLES, drafts
from importers.row import Draft

HEAD = "id,slug,title_en,title_fr,kind,source\n"


def draft(key: str) -> Draft:
    return next(each for each in drafts()[0] if each.key == f"network:{key}")


def read(folder: Path, **files: str) -> list[str]:
    """What is said of these files, each given by its stem."""
    for stem, text in files.items():
        (folder / f"{stem}.csv").write_text(text, encoding="utf-8")
    found, unread = drafts(folder)
    return [str(fault) for fault in (*unread, *(fault for each in found for fault in each.faults))]


def test_every_row_of_every_table_is_read_without_a_fault() -> None:
    found, unread = drafts()

    rows = {
        table.stem: list(csv.DictReader((bundle.BUNDLED / f"{table.stem}.csv").read_text("utf-8").splitlines()))
        for table in TABLES
    }
    editorial = len(rows["news"]) + len(rows["newsletters"])
    assert unread == []
    assert [fault for each in found for fault in each.faults] == []
    assert len(found) == sum(map(len, rows.values())) + editorial  # two languages, two items


def test_a_quantity_takes_its_unit_from_the_table_when_no_column_has_it(tmp_path: Path) -> None:
    channel = "id,slug,title_en,title_fr,cite_id,kind,surface,surface_qualifier,source\nc,c,C,,,main_site,900,around,\n"

    read(tmp_path, channels=channel)

    [made] = drafts(tmp_path)[0]
    assert made.values["surface"] == {"value": "900", "qualifier": "around", "unit": "square_metre"}


def test_a_citation_may_support_one_column() -> None:
    sources = draft("org-network").values["sources"]

    report = Ref("Source", draft("activity-report-2024").ref.id)
    assert Citation(report, "L645", "email") in sources
    assert Citation(report, "L633", None) in sources


def test_news_in_two_languages_are_two_items_of_one_group() -> None:
    english, french = draft("nw-sqy"), draft("nw-sqy:fr")

    assert english.values["translation_group"] == french.values["translation_group"] == english.ref.id
    assert french.values["slug"] == f"{english.values['slug']}-fr"
    assert french.values["newsletter"] == draft("nl-2018:fr").ref


def test_a_column_that_is_no_field_is_named(tmp_path: Path) -> None:
    said = read(tmp_path, sources="id,slug,title_en,kind,colour,source\na,a,A,report,red,\n")

    assert said[0].startswith("sources.csv, row 2, column colour: is not a field of Source")


def test_a_link_that_leads_nowhere_is_named(tmp_path: Path) -> None:
    said = read(tmp_path, sources=HEAD + "a,a,A,,report,b#L1\n")

    assert said == ["sources.csv, row 2, column source: 'b' is not the id of a row of these tables"]


def test_a_row_with_too_many_cells_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    said = read(tmp_path, sources=HEAD + "a,a,A, with a comma,,report,\nb,b,B,,report,\n")

    assert said == ["sources.csv, row 2: has more cells than the header: is a comma in a text without quotes?"]
    assert len(drafts(tmp_path)[0]) == 1


def test_a_row_that_ends_too_early_is_named(tmp_path: Path) -> None:
    assert read(tmp_path, sources=HEAD + "a,a,A\n") == [
        "sources.csv, row 2, column title_fr: is missing: the row ends too early"
    ]


def test_a_file_in_another_encoding_is_refused_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "sources.csv").write_bytes(HEAD.encode() + "a,a,Cité,,report,\n".encode("latin-1"))

    assert [str(fault) for fault in drafts(tmp_path)[1]] == [
        "sources.csv, row 2: is not UTF-8: save the file with that encoding"
    ]
