import csv
from pathlib import Path

import pytest

from directory.codes import choices
from directory.enums import CLOSED, Choice, Role, State

DATA = Path(__file__).parents[2] / "directory/data"

# The closed vocabularies, as the domain has them.
VALUES = {
    "state": "private pending published archived",
    "role": "reader contributor editor reviewer manager site_admin",
    "language": "en fr it pt es nl de und",
    "certainty": "stated implied not_stated",
    "qualifier": "exact more_than around nearly",
    "precision": "year month day unknown",
    "holds": "CERTAIN POSSIBLE NO",
    "label_state": "en_projet en_prefiguration labelled operating_label suspended ended",
    "contribution_kind": "human financial expertise material",
    "recurrence": "once weekly monthly yearly permanent",
    "channel_kind": "main_site associated_centre itinerant one_shot",
    "event_stage": "announced held postponed cancelled",
    "mode": "onsite online hybrid",
    "service_mode": "onsite online phone mail chat",
    "appointment": "no possible required",
    "rurality": "urban mixed rural",
    "life_event_kind": "set_up opened new_premises inaugurated joined_network left_network label_decided",
    "mandate_kind": "office staff title representation",
    "publication_basis": "public_office consent",
    "project_kind": "project pledge",
    "project_role": "lead partner associated_partner contributor",
    "deliverable_stage": "planned draft delivered",
    "charter_level": "met not_met unknown",
    "report_section": "members beneficiaries services partners governance network_activity context",
    "source_kind": "report newsletter web_page agreement statement data_set",
    "open_question_kind": "gap conflict",
    "folder_order": "position title date",
    "layout": "list cards table map calendar",
}

# Columns of the published data that hold closed choices, by file.
CHOICE_COLUMNS = {
    "channels": {"kind": "channel_kind", "surface_qualifier": "qualifier"},
    "contributions": {"kind": "contribution_kind", "recurrence": "recurrence", "certainty": "certainty"},
    "deliverables": {"stage": "deliverable_stage"},
    "events": {
        "stage": "event_stage",
        "mode": "mode",
        "participants_qualifier": "qualifier",
        "certainty": "certainty",
    },
    "indicators": {"section": "report_section"},
    "life_events": {"kind": "life_event_kind", "label_state": "label_state", "certainty": "certainty"},
    "mandates": {"kind": "mandate_kind"},
    "needs": {"certainty": "certainty"},
    "observations": {"qualifier": "qualifier"},
    "open_questions": {"kind": "open_question_kind"},
    "organisations": {"type_certainty": "certainty", "country_certainty": "certainty"},
    "project_memberships": {"role": "project_role", "certainty": "certainty"},
    "projects": {"kind": "project_kind", "dates_certainty": "certainty"},
    "services": {"modes": "service_mode", "appointment": "appointment"},
    "sources": {"kind": "source_kind", "language": "language"},
    "territories": {"country_certainty": "certainty", "parent_certainty": "certainty"},
}


def test_the_closed_vocabularies_have_the_values_of_the_domain_in_order() -> None:
    assert {name: " ".join(choice) for name, choice in CLOSED.items()} == VALUES


@pytest.mark.parametrize("choice", CLOSED.values(), ids=CLOSED)
def test_every_choice_and_every_value_says_what_it_means(choice: type[Choice]) -> None:
    assert choice.__doc__
    assert [member for member in choice if not member.meaning.endswith(".")] == []
    assert [member for member in choice if member.name != member.value.upper()] == []


def test_a_choice_is_its_code() -> None:
    assert State("published") is State.PUBLISHED
    assert f"{State.PUBLISHED}" == "published" == State.PUBLISHED


def test_a_role_includes_the_ones_before_it() -> None:
    ladder = [Role.READER, Role.CONTRIBUTOR, Role.EDITOR, Role.REVIEWER, Role.MANAGER, Role.SITE_ADMIN]

    included = [[lower for lower in ladder if role.at_least(lower)] for role in ladder]

    assert included == [ladder[: position + 1] for position in range(6)]


@pytest.mark.parametrize(
    ("name", "column", "choice"),
    [(name, column, choice) for name, columns in CHOICE_COLUMNS.items() for column, choice in columns.items()],
)
def test_every_closed_value_of_the_published_data_is_one_of_ours(name: str, column: str, choice: str) -> None:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        used = {code for row in csv.DictReader(lines) for code in row[column].split(";") if code}

    assert used - set(CLOSED[choice]) == set()


def test_every_choice_has_a_title_in_both_languages() -> None:
    titles = choices()

    assert list(titles) == [(name, each.value) for name, members in CLOSED.items() for each in members]
    assert all(english and french for english, french in titles.values())
