"""What people type wrong is said in a sentence with what to do, and changes nothing."""

import io
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.commanding import Said, directory


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a small made-up ecosystem."""
    made = tmp_path_factory.mktemp("faults") / "graph"
    assert directory("load", "--big", "3", folder=made).returncode == 0
    return made


def refused(said: Said, code: int = 1) -> str:
    """Why, on one line; there is no traceback."""
    assert (said.returncode, "Traceback" in said.stderr) == (code, False), said.stderr
    return " ".join(said.stderr.split())


@pytest.mark.parametrize("number", ["0", "-3", "many"])
def test_a_made_up_ecosystem_has_one_organisation_at_least(number: str, tmp_path: Path) -> None:
    said = directory("load", "--big", number, folder=tmp_path)

    assert f"argument --big: {number!r} is not a whole number above 0" in refused(said, 2)


@pytest.mark.parametrize("words", [("300",), ("3", "--seed", "2")])
def test_two_made_up_ecosystems_are_not_mixed(words: tuple[str, ...], folder: Path) -> None:
    said = refused(directory("load", "--big", *words, folder=folder))

    assert said == (
        "This directory holds another made-up ecosystem already: give the same --big and --seed,"
        " or take another folder or graph, see DIRECTORY_GRAPH."
    )


def test_a_kind_of_alert_that_is_none_is_answered_with_all_kinds(folder: Path) -> None:
    said = refused(directory("check", "--code", "NOPE", folder=folder))

    assert said.startswith("'NOPE' is no kind of alert: LABEL_SAME_DAY, LABEL_ORDER, ")
    assert directory("check", "--code", "label_order", folder=folder).returncode == 0


FAULTY = {
    "latin.txt": "é".encode("latin-1"),
    "bad.json": b"{bad",
    "list.json": b"[]",
    "field.json": b'{"format": "readiness/1", "evidence_months": 24, "principles": ["a"], "elements": {},'
    b' "checks": [{"item": "a", "field": ["fee"], "op": "=", "value": "1", "result": "unknown"}]}',
}
READINESS = ("analyse", "readiness", "--cite", "synthetic-cite-0", "--rules")
WHAT_IF = ("analyse", "what-if", "--cite", "synthetic-cite-0", "--scenario")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("ask", "--file", "latin.txt"), "is not UTF-8: save the file with that encoding."),
        (("ask", "--file", "."), "cannot be read: is a directory."),
        (("ask", "--file", "missing"), "cannot be read: no such file or directory."),
        (("scenario", "save", "latin.txt"), "is not UTF-8: save the file with that encoding."),
        (("scenario", "save", "."), "cannot be read: is a directory."),
        ((*WHAT_IF, "latin.txt"), "is not UTF-8: save the file with that encoding."),
        ((*WHAT_IF, "."), "There is neither a file nor a kept scenario"),
        ((*READINESS, "missing"), "cannot be read: no such file or directory."),
        ((*READINESS, "latin.txt"), "is not UTF-8: save the file with that encoding."),
        ((*READINESS, "bad.json"), "not JSON: Expecting property name"),
        ((*READINESS, "list.json"), "rules are a JSON object"),
        ((*READINESS, "field.json"), "checks[0].field ['fee'] is not a column of services"),
        (("report", "2024", "--output", "nowhere/r.html"), "cannot be written: no such file or directory."),
        (("report", "2024", "--output", "."), "cannot be written: is a directory."),
    ],
)
def test_a_file_that_cannot_be_used_is_said(words: tuple[str, ...], why: str, folder: Path, tmp_path: Path) -> None:
    for name, data in FAULTY.items():
        (tmp_path / name).write_bytes(data)

    assert why in refused(directory(*words[:-1], str(tmp_path / words[-1]), folder=folder))


@pytest.mark.parametrize(
    ("variables", "why"),
    [("[1]", "--variables: is JSON, but no object."), ("{", "--variables: is not JSON:"), ("[" * 100_000, "not JSON")],
)
def test_variables_are_a_json_object(variables: str, why: str, folder: Path) -> None:
    assert why in refused(directory("ask", "{ cites { totalCount } }", "--variables", variables, folder=folder), 2)


@pytest.mark.parametrize("year", ["99999", "0001", "20245", "last"])
@pytest.mark.parametrize("words", [("report",), ("analyse", "activity-report", "--year")])
def test_a_year_has_four_digits(words: tuple[str, ...], year: str, folder: Path) -> None:
    assert f"{year!r} is not a year, such as 2024" in refused(directory(*words, year, folder=folder), 2)


@pytest.mark.parametrize("at", [("--at", "2020"), ()])
def test_what_changed_is_asked_forwards(at: tuple[str, ...], folder: Path) -> None:
    before = datetime.now(UTC).date()
    asked = refused(directory("analyse", "change", *at, "--to", "2018", folder=folder))

    days = at[1:] or (before, datetime.now(UTC).date())
    assert asked in [f"--to 2018 lies before --at {day}: the first date is the earlier one." for day in days]


IDLE = [
    (("coverage", "--cite", "synthetic-cite-0", "--year", "2018"), "--year is of activity-report, not of coverage."),
    (("cohesion", "--to", "2018"), "--to is of change, not of cohesion."),
    (("mix", "--rules", "rules.json"), "--rules is of readiness and path, not of mix."),
    (("concentration", "--by", "family"), "--by is of mix, not of concentration."),
    (("fragility", "--hours-per-fte", "150"), "--hours-per-fte is of balance, not of fragility."),
]
WHOLE_YEAR = [("--at", "2018-06-30"), ("--cite", "synthetic-cite-0"), ("--scope", "territory:here")]


@pytest.mark.parametrize(("words", "why"), IDLE)
def test_an_option_that_would_change_nothing_is_refused(words: tuple[str, ...], why: str, folder: Path) -> None:
    assert refused(directory("analyse", *words, folder=folder)) == why


@pytest.mark.parametrize("words", WHOLE_YEAR)
def test_the_activity_report_is_of_the_whole_network_and_a_whole_year(words: tuple[str, str], folder: Path) -> None:
    asked = directory("analyse", "activity-report", "--year", "2018", *words, folder=folder)

    why = "activity-report is of the whole network and of the year that --year names"
    assert refused(asked) == f"{why}: leave {words[0]} out."


@pytest.mark.parametrize("words", [("ask", "{ cites { totalCount } }", "--json"), ("analyse", "cohesion", "--json")])
def test_who_reads_only_the_beginning_sees_no_traceback(words: tuple[str, ...], folder: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    environment = {**os.environ, "DIRECTORY_GRAPH": f"embedded:{folder}"}

    said = subprocess.run(
        [sys.executable, "-m", "directory", *words], stdout=writing, stderr=subprocess.PIPE, text=True, env=environment,
        timeout=120, check=False,
    )  # fmt: skip
    os.close(writing)

    assert (said.returncode, said.stderr) == (141, "")


NO_USER = "There is no user 'nobody': `directory user list` shows all."
NEW = ("token", "create", "T", "--user", "zoe", "--new-user", "Zoe")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("ask", "{ cites { totalCount } }", "--as", "nobody"), NO_USER),
        (("token", "create", "T", "--user", "nobody"), NO_USER),
        (("token", "create", "T", "--user", "nobody", "--grant", "editor:/"), NO_USER),
        (("token", "create", "T", "--user", "ann", "--site-admin"), "--site-admin is said of a new user: add --new-"),
        (("token", "create", "", *NEW[3:]), "A token has a name of at most 100 signs."),
        ((*NEW, "--role", "editor:/nowhere"), "There is nothing at '/nowhere'."),
        ((*NEW, "--role", "editor:/cites"), "Nobody has a role of their own on '/cites': grant one with --grant."),
        (("user", "add", "", "Zoe"), "id: A user has an id."),
        (("user", "add", "zoe", " "), "name: A user has a name."),
    ],
)
def test_a_user_or_a_token_is_made_whole_or_not_at_all(words: tuple[str, ...], why: str, folder: Path) -> None:
    assert why in refused(directory(*words, folder=folder))
    assert "There is no user" in directory("user", "list", folder=folder).stdout


@pytest.mark.parametrize("days", ["999999999", "-1", "soon"])
def test_a_token_is_good_for_a_hundred_years_at_most(days: str, folder: Path) -> None:
    asked = directory("token", "create", "T", "--user", "ann", "--days", days, folder=folder)

    assert f"argument --days: {days!r} is not a number of days from 0 to 36525" in refused(asked, 2)


def test_standard_input_that_is_no_text_is_said(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\xe9"), "utf-8"))

    assert refused(directory("ask", "-", folder=folder)) == "What stands on standard input is not UTF-8."
