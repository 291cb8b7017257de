import json

import pytest

from directory.analysis import Lens, RulesError, readiness, snapshot
from directory.analysis.rules import DEFAULT
from directory.analysis.sheets import shown
from tests.directory.analysis.bundled import network
from tests.directory.analysis.toy import toy

AT = "2024-06-30"
X = Lens("cite:X", AT)
ITEMS = json.loads(DEFAULT.read_text(encoding="utf-8"))


def evidence(*rows):
    shown = {"cite_id": "X", "item_id": "anonymity", "level": "met", "date": "2024", "evidence": "a paper"}
    return snapshot.from_rows({"charter_evidence": [{"id": f"e{n}", **shown, **row} for n, row in enumerate(rows)]})


def test_readiness_of_the_toy():
    found = readiness.measure(toy(), X)

    assert found.missing == (
        ("no_appointment", "evidence_too_old"),
        ("territorial_integration", "assessed_not_met"),
        ("decompartmentalisation", "no_evidence"),
        ("science_technology_worklife", "no_evidence"),
    )
    assert (found.gate, found.lower, found.upper, found.basis.known_share) == ("unknown", 0.25, 0.75, 0.625)


def test_a_fee_in_the_records_refutes_that_it_is_free():
    found = readiness.measure(toy(), Lens("cite:N", AT))

    assert found.gate == "not_met"
    assert ("free_of_charge", "record:sn") in found.missing
    assert found.flags == (("free_of_charge", "sn", "fee", "5"), ("no_appointment", "sn", "appointment", "required"))


def test_an_appointment_in_the_records_puts_met_in_doubt():
    service = {"id": "s", "cite_id": "X", "appointment": "required"}
    shown = {"id": "e", "cite_id": "X", "item_id": "no_appointment", "level": "met", "date": "2024", "evidence": "plan"}

    found = readiness.measure(snapshot.from_rows({"services": [service], "charter_evidence": [shown]}), X)

    assert ("no_appointment", "record:s") in found.missing


def test_four_items_an_element():
    levels = {"one": "mmmu", "two": "mmun", "three": "mmmm", "four": "mnnn"}
    word = {"m": "met", "n": "not_met"}
    rows = [
        {"item_id": f"{element}{n}", "level": word[level]}
        for element, said in levels.items()
        for n, level in enumerate(said)
        if level in word
    ]
    rules = ITEMS | {"elements": {element: [f"{element}{n}" for n in range(4)] for element in levels}}

    found = readiness.measure(evidence(*rows), X, rules)

    assert [each[2:5] for each in found.elements] == [(3, 1, 0), (2, 1, 1), (4, 0, 0), (1, 0, 3)]
    assert (found.lower, found.upper) == (0.625, 0.75)


def test_of_the_published_data_everything_is_still_to_be_shown():
    for cite in network().cite_ids:
        found = readiness.measure(network(), Lens(f"cite:{cite}", "2018-12-31"))

        assert (found.gate, len(found.missing)) == ("unknown", 8)
        assert (found.lower, found.upper, found.reason) == (None, None, "no_evidence_recorded")


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([], "no_evidence"),
        ([{"date": ""}], "evidence_undated"),
        ([{"date": "2022-06-29"}], "evidence_too_old"),
        ([{"date": "2022-06-30"}], None),
        ([{"level": "unknown"}], "level_unknown"),
        ([{"evidence": ""}], "no_document"),
        ([{"level": "not_met"}], "assessed_not_met"),
        ([{"date": "2024-01-01"}, {"date": "2024-02-01", "level": "not_met"}], "assessed_not_met"),
        ([{"date": "2024-02-01"}, {"date": "2024-02-01", "level": "not_met"}], "assessed_not_met"),
        ([{"date": "2024-02-01"}, {"date": "2024-12-01", "level": "not_met"}], None),
    ],
)
def test_the_newest_dated_evidence_wins(rows, reason):
    missing = dict(readiness.measure(evidence(*rows), X).missing)

    assert missing.get("anonymity") == reason


def test_all_principles_met_open_the_gate():
    rows = [{"item_id": item} for item in ITEMS["principles"]]

    assert readiness.measure(evidence(*rows), X).gate == "met"


def test_the_mean_of_the_elements_is_rounded_once():
    met = {"a": 0, "b": 1}
    elements = {element: [f"{element}{n}" for n in range(3)] for element in met}
    rows = [
        {"item_id": item, "level": "met" if n < met[element] else "not_met"}
        for element, items in elements.items()
        for n, item in enumerate(items)
    ]

    found = readiness.measure(evidence(*rows), X, ITEMS | {"elements": elements})

    assert (found.lower, found.upper) == (0.1667, 0.1667)


def test_a_record_that_refutes_an_item_is_named_by_its_title():
    service = {"id": "s", "cite_id": "X", "types": "events", "fee": "5", "title_en": "Fairs", "title_fr": "Forums"}
    town = snapshot.from_rows({"services": [service]})

    missing, *_ = shown(readiness.measure(town, X), town, "fr").sheets

    assert ("free_of_charge", "contredit par la fiche : Forums") in missing.rows


def test_no_field_decides():
    names = set(readiness.ReadinessResult.__dataclass_fields__)

    assert not names & {"score", "pass", "passed", "decision", "decided"}


ITEM = "checks[0].item must be an item id"
VALUE = "checks[0].value must be a text or a number"


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        ({"format": "readiness/2"}, "format must be readiness/1, not 'readiness/2'"),
        ({"evidence_months": "24"}, "evidence_months must be a whole number of months above 0"),
        ({"principles": "anonymity"}, "principles must be a list of item ids"),
        ({"elements": {"a": []}}, "elements.a must be a list of at least one item id"),
        ({"elements": []}, "elements must give a list of item ids for each element"),
        ({"checks": [{"item": "a"}]}, "checks[0].field is missing"),
        (
            {"checks": [{"item": "a", "field": "price", "op": ">", "value": 0, "result": "not_met"}]},
            "checks[0].field 'price' is not a column of services",
        ),
        (
            {"checks": [{"item": "a", "field": "fee", "op": ">", "value": "much", "result": "pass"}]},
            "checks[0].result must be not_met or unknown",
        ),
        (
            {"checks": [{"item": ["a"], "field": ["fee"], "op": [">"], "value": {}, "result": []}]},
            "checks[0].field ['fee'] is not a column of services",
        ),
        ({"checks": [{"item": ["a"], "field": "fee", "op": ">", "value": 0, "result": "not_met"}]}, ITEM),
        ({"check": []}, "check is not known here"),
        (
            {"checks": [{"item": "free", "field": "fee", "op": ">", "value": 0, "result": "not_met"}]},
            "checks[0].item 'free' is neither a principle nor an item of an element",
        ),
        ({"checks": [{"item": "a", "field": "fee", "op": "=", "value": {}, "result": "not_met"}]}, VALUE),
    ],
)
def test_wrong_rules_are_refused_with_every_fault(wrong, fault):
    with pytest.raises(RulesError) as refused:
        readiness.parse(ITEMS | wrong)

    assert fault in refused.value.faults


@pytest.mark.parametrize("text", ["{", "[" * 100_000, "1" * 5_000])
def test_rules_that_are_not_json_are_refused(text):
    with pytest.raises(RulesError, match="not JSON"):
        readiness.parse(text)


@pytest.mark.parametrize("given", ["[]", []])
def test_rules_that_are_no_object_are_refused(given):
    with pytest.raises(RulesError, match="rules are a JSON object"):
        readiness.parse(given)


def test_rules_may_have_principles_alone():
    read = readiness.parse({"format": "readiness/1", "evidence_months": 24, "principles": ["anonymity"]})

    assert (read.items, read.elements) == (("anonymity",), ())
