import csv
from pathlib import Path

import pytest

from directory.vocabularies import read_vocabularies, vocabularies, vocabulary

DATA = Path(__file__).parents[2] / "directory/data"
HEADER = "vocabulary,code,parent,title_en,title_fr,order"

# Columns of the published data that hold terms, by file.
TERM_COLUMNS = {
    "bodies": {"kind": "body_kind"},
    "contributions": {"sub_form": "contribution_form", "unit": "unit"},
    "events": {
        "kind": "event_kind",
        "service_types": "service_type",
        "publics": "public",
        "themes": "theme",
    },
    "indicators": {"unit": "unit"},
    "needs": {"publics": "public", "themes": "theme", "types": "service_type"},
    "news": {"section": "news_section"},
    "newsletters": {"sections": "news_section"},
    "organisations": {"type": "organisation_type"},
    "partnerships": {"role": "partnership_role"},
    "services": {"types": "service_type", "publics": "public", "themes": "theme"},
    "territories": {"kind": "territory_kind"},
}


def test_the_open_vocabularies_are_those_of_the_domain_with_their_terms() -> None:
    sizes = {name: len(each.terms) for name, each in vocabularies().items()}

    assert sizes == {
        "body_kind": 6,
        "charter_item": 12,
        "contribution_form": 11,
        "event_kind": 20,
        "news_section": 6,
        "organisation_type": 39,
        "partnership_role": 7,
        "public": 14,
        "service_type": 13,
        "territory_kind": 7,
        "theme": 10,
        "unit": 22,
    }


def test_service_types_have_four_roots_and_organisation_types_nine() -> None:
    roots = {
        name: [term.code for term in vocabulary(name).terms if term.parent is None]
        for name in ("service_type", "organisation_type")
    }

    assert roots["service_type"] == ["counselling", "events", "resources", "workshops"]
    assert len(roots["organisation_type"]) == 9


def test_every_contribution_form_is_under_one_of_the_four_kinds() -> None:
    forms = vocabulary("contribution_form")

    kinds = {kind: len(forms.below(kind)) for kind in ("human", "financial", "expertise", "material")}

    assert kinds == {"human": 3, "financial": 3, "expertise": 3, "material": 2}


@pytest.mark.parametrize("name", sorted(vocabularies()))
def test_below_and_broader_agree(name: str) -> None:
    found = vocabulary(name)

    for code in found.codes:
        assert code in found.below(code)
        assert code in found.below(found.root(code)) or found.root(code) == code


@pytest.mark.parametrize(
    ("name", "typed", "near"),
    [
        ("theme", "apprentiship", "apprenticeship"),
        ("organisation_type", "Mission locale", "youth_employment_service"),
        ("organisation_type", "municipalitie", "municipality"),
        ("service_type", "info session", "info_session"),
        ("public", "Jobseekers", "jobseekers"),
    ],
)
def test_a_mistyped_code_or_title_finds_the_code_near_it(name: str, typed: str, near: str) -> None:
    assert vocabulary(name).near(typed)[0] == near


def test_what_looks_like_nothing_has_nothing_near() -> None:
    assert vocabulary("unit").near("zzzz") == ()


def test_an_unknown_code_is_not_in_the_vocabulary_and_has_nothing_above_or_below() -> None:
    units = vocabulary("unit")

    assert ("hour" in units, "euro" in units, None in units) == (True, False, False)
    assert (units.term("euro"), units.broader("euro"), units.below("euro")) == (None, None, ())


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (["a,x,,X,X,1", "a,x,,X,X,2"], "'x' twice"),
        (["a,x,y,X,X,1", "a,y,x,Y,Y,2"], "below itself"),
        (["a,x,x,X,X,1"], "below itself"),
    ],
)
def test_a_table_that_contradicts_itself_is_refused(rows: list[str], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        read_vocabularies([HEADER, *rows])


@pytest.mark.parametrize(
    ("name", "column", "terms"),
    [(name, column, terms) for name, columns in TERM_COLUMNS.items() for column, terms in columns.items()],
)
def test_every_term_of_the_published_data_is_in_its_vocabulary(name: str, column: str, terms: str) -> None:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        used = {code for row in csv.DictReader(lines) for code in row[column].split(";") if code}

    assert used - set(vocabulary(terms).codes) == set()
