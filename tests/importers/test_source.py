"""What cannot be read is said with its file and row, and nothing is left out in silence."""

from pathlib import Path

import pytest

from importers.bundle import drafts
from tests.importers.tables import ORGANISATIONS, tables


def unread(folder: Path) -> list[str]:
    return [str(fault) for fault in drafts(folder)[1]]


def test_a_cell_that_is_too_long_is_named_and_the_rows_before_are_read(tmp_path: Path) -> None:
    folder = tables(tmp_path, organisations=f"{ORGANISATIONS}org-2,second,{'x' * 200_000},school,FR\n")

    assert unread(folder) == [
        "organisations.csv, row 3: cannot be read, nor what follows: field larger than field limit (131072)"
    ]
    assert len(drafts(folder)[0]) == 1


def test_two_columns_of_one_name_are_named(tmp_path: Path) -> None:
    folder = tables(tmp_path, organisations="id,slug,type,type,country,country\norg-1,first,school,company,FR,BE\n")

    assert unread(folder) == [
        "organisations.csv, row 1, column type: stands twice in the header",
        "organisations.csv, row 1, column country: stands twice in the header",
    ]
    assert drafts(folder)[0] == []


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("organisation.csv", "organisation.csv: is no table, is organisations.csv meant? Known are sources.csv, "),
        ("Cites.CSV", "Cites.CSV: is no table, is cites.csv meant? Known are sources.csv, "),
        ("x.csv", "x.csv: is no table. Known are sources.csv, "),
    ],
)
def test_a_file_that_is_no_table_is_named_with_the_one_that_may_be_meant(tmp_path: Path, name: str, said: str) -> None:
    tables(tmp_path, sources="id,slug,title_en\n", vocabularies="vocabulary,code\n")
    (tmp_path / name).write_text(ORGANISATIONS)
    (tmp_path / "notes.txt").write_text("to be ignored")

    [fault] = unread(tmp_path)

    assert fault.startswith(said)


def test_a_folder_without_a_table_is_refused(tmp_path: Path) -> None:
    [fault] = unread(tmp_path)

    assert fault.startswith(f"{tmp_path.name}: holds no table. Known are sources.csv, ")


def test_a_folder_that_is_named_like_a_table_is_refused(tmp_path: Path) -> None:
    (tmp_path / "organisations.csv").mkdir()

    assert unread(tmp_path)[0] == "organisations.csv: is no file"


def test_semicolons_between_columns_are_named(tmp_path: Path) -> None:
    folder = tables(tmp_path, organisations="id;slug;title_en\norg-1;first;First\n")

    assert unread(folder) == ["organisations.csv, row 1: has semicolons between its columns: save the file with commas"]
    assert drafts(folder)[0] == []
