import dataclasses
import doctest
import importlib
import json
import pkgutil
import re
from pathlib import Path

import pytest

import directory.analysis
from directory.analysis import Lens, LensError, candidates, change, concentration, coverage, fragility, report, snapshot
from directory.analysis.reasons import OTHERWISE, REASONS
from directory.analysis.sheets import fields_of, is_record, is_rows, shown
from directory.analysis.wording import Both, listing, plural, words_of
from tests.directory.analysis.bundled import network
from tests.directory.analysis.questions import answers
from tests.directory.analysis.toy import toy

MODULES = [each.name for each in pkgutil.iter_modules(directory.analysis.__path__)]
README = Path(directory.analysis.__path__[0]) / "README.md"
X = Lens("cite:X", "2024-06-30")


def everything():
    yield from answers(toy(), "2024-06-30")
    yield from answers(network(), "2018-12-31")
    yield from answers(network(), "2024-12-31")
    yield from answers(snapshot.from_rows({}), "2024-12-31")


def test_every_answer_is_a_sentence_in_both_languages():
    for name, scope, found in everything():
        explanation = found.basis.explanation
        for text in (explanation.text_en, explanation.text_fr):
            assert re.fullmatch(r"\S.*[.!?]", text, re.DOTALL) or name == "reach", (name, scope, text)
            assert "{" not in text, (name, scope)
            assert "None" not in text, (name, scope)


def test_the_same_params_fill_both_languages():
    for _, _, found in everything():
        assert all(isinstance(value, str) for _, value in found.basis.explanation.params)


def test_the_basis_says_what_was_used_and_left_out_in_order():
    for _, scope, found in everything():
        used, excluded = found.basis.inputs_used, found.basis.excluded
        assert list(used) == sorted(set(used))
        assert list(excluded) == sorted(set(excluded))
        assert found.basis.scope == scope
        assert re.fullmatch(r"[a-z-]+/\d+", found.basis.method)
        assert set(found.basis.warnings) <= {
            "start_unknown", "undated", "overlapping_contributions", "territory_cycle", "identity_cycle",
        }  # fmt: skip


def test_answers_are_frozen_and_can_be_written_as_json():
    for _, _, found in everything():
        assert hash(found) is not None
        assert json.dumps(dataclasses.asdict(found), default=str)


def test_reasons_say_what_to_enter_next_in_both_languages():
    for code, words in [*REASONS.items(), *OTHERWISE.items()]:
        assert words.en.endswith("."), code
        assert words.fr.endswith("."), code


def test_names_of_the_language_fill_the_sentence():
    explanation = coverage.measure(network(), Lens("cite:cdm-grand-geneve", "2018-12-31")).basis.explanation

    assert explanation.text_en == "No service is recorded for Cité des métiers of Greater Geneva: add one."
    assert (
        explanation.text_fr
        == "Aucun service n'est enregistré pour la Cité des métiers du Grand Genève : ajoutez-en un."
    )


SOME = {
    "organisations": [{"id": "A"}],
    "services": [{"id": "s", "cite_id": "X", "types": "events", "start": "2020"}],
    "partnerships": [{"id": "p", "organisation_id": "A", "cite_id": "X", "role": "funder", "start": "2020"}],
    "contributions": [{"id": "c", "contributor_id": "A", "beneficiary_id": "X", "kind": "human", "start": "2020"}],
}


@pytest.mark.parametrize("method", [coverage.measure, concentration.measure, concentration.mix, report.quality])
def test_nothing_is_said_to_be_missing_that_is_recorded_for_another_time(method):
    asked = Lens("cite:X", "2018-12-31")
    needs = {"needs": [{"id": "n", "cite_id": "X", "types": "events"}]}
    some, none = method(snapshot.from_rows(SOME | needs), asked), method(snapshot.from_rows(needs), asked)

    assert some.reason == none.reason
    assert "are recorded, but none" in some.basis.explanation.text_en
    assert "sont enregistré" in some.basis.explanation.text_fr
    assert " is recorded for X: add " in none.basis.explanation.text_en


def test_partners_in_another_role_are_not_said_to_be_missing():
    asked = Lens("cite:X", "2024", roles="partner")

    told = concentration.mix(snapshot.from_rows(SOME), asked).basis.explanation.text_en

    assert told.startswith("Partners of X are recorded, but none then, in the roles asked for")


def test_a_published_share_has_its_sign_in_a_table():
    tables = {
        "indicators": [{"id": "ind-share_with_vr", "unit": "percent"}, {"id": "ind-visitors", "unit": "person"}],
        "observations": [
            {"id": f"in-{name}", "indicator_id": f"ind-{name}", "subject_id": "net", "period": "2024", "value": "60"}
            for name in ("share_with_vr", "visitors")
        ],
    }
    town = snapshot.from_rows(tables)
    found = report.reconcile(town, 2024)

    for locale, share in (("en", "60%"), ("fr", "60 %")):
        [lines, *_] = shown(found, town, locale).sheets
        assert sorted(row[2] for row in lines.rows) == ["60", share]


def test_long_lists_are_cut_and_say_so():
    said = listing([Both(f"n{n}", f"n{n}") for n in range(5)], most=3)

    one_more = listing([Both(f"n{n}", f"n{n}") for n in range(4)], most=3)

    assert said == Both("n0, n1, n2 and 2 more", "n0, n1, n2 et 2 autres")
    assert one_more == Both("n0, n1, n2 and 1 more", "n0, n1, n2 et 1 autre")


def test_words_agree_with_their_number():
    need = Both("need", "besoin"), Both("needs", "besoins")

    assert [plural(n, *need) for n in (0, 1, 2)] == [("needs", "besoin"), ("need", "besoin"), ("needs", "besoins")]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_each_module_run(name):
    module = importlib.import_module(f"directory.analysis.{name}")

    assert doctest.testmod(module).failed == 0


def test_the_examples_of_the_manual_run():
    results = doctest.testfile(str(README), module_relative=False, encoding="utf-8")

    assert results.attempted > 20
    assert results.failed == 0


def test_every_method_has_an_example():
    methods = {
        "coverage": ["measure", "reach"],
        "fragility": ["measure", "balance"],
        "concentration": ["measure", "mix"],
        "overlap": ["pairs", "brokers", "cohesion", "compare"],
        "change": ["measure", "compare", "countries"],
        "readiness": ["measure"],
        "peers": ["measure"],
        "candidates": ["measure", "path"],
        "whatif": ["measure", "parse"],
        "report": ["quality", "reconcile"],
    }

    for name, functions in methods.items():
        module = importlib.import_module(f"directory.analysis.{name}")
        for function in functions:
            assert ">>>" in getattr(module, function).__doc__, (name, function)


def test_every_field_and_code_that_is_shown_has_words():
    headings, codes = words_of("headings.csv"), words_of("codes.csv")
    fields: set[str] = set()
    reasons: set[str] = set()
    for _, _, found in everything():
        reasons |= {each.reason for each in found.basis.excluded}
        waiting = [found]
        while waiting:
            value = waiting.pop()
            for name, each in fields_of(value):
                fields.add(name)
                reasons |= {each} if name == "reason" and each else set()
                waiting += [each] if is_record(each) else [*each] if is_rows(each) else []

    assert fields <= set(headings)
    assert {reason for reason in reasons if not reason.startswith("record:")} <= set(codes)
    assert set(REASONS) <= set(codes)


def test_every_answer_is_shown_in_both_languages():
    for town in (toy(), network()):
        for name, scope, found in answers(town, "2024-06-30"):
            english, french = (shown(found, town, locale) for locale in ("en", "fr"))
            assert [len(each.rows) for each in english.sheets] == [len(each.rows) for each in french.sheets]
            for sheet in english.sheets:
                assert all(len(row) == len(sheet.columns) for row in sheet.rows), (name, scope)


def test_a_need_of_several_types_is_named_by_its_title():
    terms = [{"vocabulary": "service_type", "code": "events", "title_en": "Events", "title_fr": "Événements"}]
    need = {"id": "net:n1", "cite_id": "X", "types": "events;fairs", "title_en": "Meet", "title_fr": "Se voir"}
    town = snapshot.from_rows({"vocabularies": terms, "needs": [need]})
    lens = Lens("cite:X", "2024")

    [cells] = shown(coverage.measure(town, lens), town, "fr").sheets
    path = candidates.path(town, lens)

    assert [row[0] for row in cells.rows] == ["Se voir (Événements, all)", "Se voir (fairs, all)"]
    assert "service for “Meet (Events, all)”. " in path.basis.explanation.text_en
    assert "service for “Meet (fairs, all)”. " in path.basis.explanation.text_en
    assert "Meet (fairs, all)" in [row[2] for row in shown(path, town).sheets[0].rows]


def test_churn_is_of_those_who_came_or_left():
    found = change.measure(toy(), Lens("cite:X", "2024"), "2024-06-30", "2025-06-30")

    english, french = (dict(shown(found, toy(), locale).figures) for locale in ("en", "fr"))

    assert english["Share that came or left: at least"] == "0.3333"
    assert french["Part arrivée ou partie : au plus"] == "0,5"


def test_of_what_is_known_by_less_than_half_the_bounds_are_shown():
    needs = [{"id": f"n{n}", "cite_id": "X", "types": type} for n, type in enumerate(("events", "fairs", "talks"))]
    offered = {"id": "s", "cite_id": "X", "types": "events", "publics": "all"}
    bodies = [{"id": "A", "type": "school"}, {"id": "B", "type": "library"}, *({"id": id} for id in "CDE")]
    held = [{"id": f"p{each['id']}", "organisation_id": each["id"], "cite_id": "X"} for each in bodies]
    verified = [{"id": f"s{n}", "cite_id": "X", "verified_at": day} for n, day in enumerate(("2024-06", "", "", ""))]

    asked = [
        (coverage.measure, {"needs": needs, "services": [offered]}),
        (concentration.mix, {"organisations": bodies, "partnerships": held}),
        (report.quality, {"services": verified}),
    ]

    told = [shown(ask(town := snapshot.from_rows(tables), X), town).figures for ask, tables in asked]

    assert told[0][0] == ("Share of needs answered", "0.3333 – 1")
    assert told[1] == (("Chance that two partners differ", "0.32 – 0.8"), ("Partners of unknown group", "3"))
    assert told[2][0] == ("Freshness (0 stale to 1 fresh)", "0.25 – 1")


def test_under_three_inputs_are_listed_and_no_number_is_made_of_them():
    bodies = [
        {"id": "A", "type": "school", "title_en": "School"},
        {"id": "B", "type": "library", "title_en": "Library"},
    ]
    held = [{"id": f"p{each['id']}", "organisation_id": each["id"], "cite_id": "X"} for each in bodies]
    town = snapshot.from_rows({"organisations": bodies, "partnerships": held})

    figures = shown(concentration.mix(town, X), town).figures

    assert figures == (("Partners of unknown group", "0"), ("What is recorded", "School; Library"))


def test_how_often_is_said_in_the_language():
    unit = {"vocabulary": "unit", "code": "hour", "title_en": "Hour", "title_fr": "Heure"}
    staff = {"beneficiary_id": "X", "kind": "human", "unit": "hour", "recurrence": "monthly", "quantity": "3"}
    rows = [{"id": who, "contributor_id": who, **staff} for who in "ABC"]
    town = snapshot.from_rows({"vocabularies": [unit], "contributions": rows})

    found = concentration.measure(town, X)

    assert "des moyens humains enregistrés (Heure, par mois)" in found.basis.explanation.text_fr
    assert "Heure/par mois" in shown(found, town, "fr").sheets[0].rows[1]


def test_counts_agree_in_french():
    rows = [{"id": f"p{n}", "organisation_id": f"o{n}", "cite_id": "X", "start": "2020"} for n in range(3)]
    town = snapshot.from_rows({"partnerships": [*rows[:2], rows[2] | {"start": "2023"}]})
    told = change.measure(town, Lens("cite:X", "2024"), "2021-12-31", "2024-12-31").basis.explanation

    assert told.text_fr.startswith("1 arrivé, 0 parti, 2 restés ; 0 non confirmé depuis le 31/12/2021 ; 0 vu pour la")


def test_who_had_no_partner_is_told_on_which_day():
    town = snapshot.from_rows({"cites": [{"id": "X", "title_en": "X"}]})
    told = change.measure(town, Lens("cite:X", "2024"), "2021-12-31", "2024-12-31").basis.explanation

    assert told.text_en == "No partner of X is recorded on 2021-12-31: add the start of partnerships."


def test_a_verdict_on_one_figure_is_said_in_the_singular():
    line = {"id": "f", "indicator_id": "i", "subject_id": "n", "period": "2018", "value": ""}
    told = report.reconcile(snapshot.from_rows({"observations": [line]}), 2018).basis.explanation

    assert told.text_fr == "Sur 1 chiffre publié pour 2018 : 1 illisible. Rien n'est corrigé."


def test_no_contribution_at_all_is_not_a_table_of_zeros():
    partnership = {"id": "p", "organisation_id": "A", "cite_id": "X", "start": "2020"}
    given = {"id": "c", "contributor_id": "A", "beneficiary_id": "X", "kind": "human"}
    silent = snapshot.from_rows({"partnerships": [partnership]})
    telling = snapshot.from_rows({"partnerships": [partnership], "contributions": [given]})
    lens = Lens("cite:X", "2024")

    assert shown(fragility.measure(silent, lens), silent).sheets == ()
    assert shown(fragility.measure(telling, lens), telling).sheets[0].rows[-1] == ("material", "0")


def test_a_day_written_with_slashes_is_named_whole():
    with pytest.raises(LensError, match="'31/12/2018' is not a date: write YYYY"):
        Lens("network", "31/12/2018")
