"""Analyses in GraphQL: what the methods answer, in the reader's language, made of what the caller sees."""

import json
from typing import Any

import pytest

from directory import scenarios
from directory.actor import Actor, anonymous
from directory.analysis import Lens
from directory.analysis.methods import METHODS, Options
from directory.analysis.taking import take_for
from directory.ask_command import answered
from directory.desk import Desk
from directory.enums import Role
from directory.placing import SITE, id_of
from schema.bodies import Ask
from schema.ids import global_id
from tests import world
from tests.schema.conftest import ADMIN, Network

AT = "2018-12-31"
SQY, GENEVA = id_of("network:cdm-sqy"), id_of("network:cdm-grand-geneve")
LEAVES = {"format": "scenario/1", "changes": [{"op": "remove_organisation", "id": id_of("network:org-network")}]}
READER = Actor("ada", "Ada", roles={SITE.id: Role.READER})

FIELDS = {
    "coverage": "value upper defaultNeeds reason uncovered { key } cells { key covered nServices nPartners }",
    "fragility": "value redundancy reason missingKinds kinds { key n } providers { key spi coverageWithout }",
    "balance": "reciprocity reason giving { key } capacity { key gapHours reason }",
    "concentration": "reason rows { measure kind unit n total hhi effective band top { key } }",
    "mix": "value lower upper normalised nUnknown reason groups { key n }",
    "overlap": "reason pairs { from { key } to { key } shared { key } jaccard } noPartnerRecorded(first: 100) { key }",
    "bridges": "reason brokers { key pairs exclusivePairs cites { key } } betweenness(first: 3) { key value share }",
    "cohesion": "nPartners nCites nLinks density components meanPartners centralisation",
    "change": "comparable stayed { key } unconfirmed { key } retentionLow rows { metric before after delta }",
    "compare": "jaccard shared { key } onlyA { key } onlyB { key } rows { metric before after comparable }",
    "readiness": "gate reason missing { key reason } elements { key n lower upper }",
    "peers": "reason peers { key value features } notComparable(first: 100) { key } suggestions { kind key share }",
    "candidates": "reason needs { key value reason } candidates { key value matched { key } } coverShare",
    "path": "steps { order kind key candidates { key } typicalMonth } typicalMonths { key n value }",
    "whatIf": "blocked { key reason } rows { metric before after delta } needsLost { key } needsGained { key }",
    "quality": "freshness meanAgeMonths reason completeness { key n value }",
    "reach": "reason reachedShare territories { key offers population per10000 reason }",
}
ARGUMENTS = {
    "change": '(to: "2024-12-31")',
    "compare": '(other: {slug: "grand-geneve"})',
    "whatIf": f"(scenario: {json.dumps(json.dumps(LEAVES))})",
    "mix": '(by: "family")',
    "reach": '(territories: [{slug: "saint-quentin-en-yvelines"}])',
}


def asked(name: str, fields: str, scope: str = 'cite: {slug: "sqy"}, ') -> str:
    return f'{{ analyses({scope}at: "{AT}") {{ {name}{ARGUMENTS.get(name, "")} {{ {fields} }} }} }}'


async def answer(network: Network, name: str, fields: str, actor: Actor = anonymous, **more: str) -> Any:
    found = await network.ask(asked(name, fields, **more), actor)
    return found["analyses"][name]


def keys(rows: Any) -> list[str]:
    return [row["key"] for row in rows]


async def pure(network: Network, name: str, actor: Actor = anonymous, **given: Any) -> Any:
    """What the method itself answers."""
    method = METHODS[name]
    desk = network.context(actor).desk
    snapshot = await take_for(desk, method, f"cite:{SQY}")
    return method.call(snapshot, Lens(f"cite:{SQY}", AT), Options(**given))


# The same answers ----------------------------------------------------------------------------------------------------


async def test_coverage_is_that_of_the_method(network: Network) -> None:
    told, found = await answer(network, "coverage", FIELDS["coverage"]), await pure(network, "coverage")

    assert (told["value"], told["upper"], told["reason"]) == (found.value, found.upper, found.reason)
    assert [tuple(cell.values()) for cell in told["cells"]] == [
        (each.need_id, each.covered, each.n_services, each.n_partners) for each in found.cells
    ]


async def test_dependence_is_that_of_the_method(network: Network) -> None:
    told, found = await answer(network, "fragility", FIELDS["fragility"]), await pure(network, "fragility")

    assert (told["value"], told["redundancy"]) == (found.value, found.redundancy) == (0.0, 8.0)
    assert [tuple(each.values()) for each in told["kinds"]] == list(found.kinds)
    assert told["missingKinds"] == list(found.missing_kinds)
    assert [tuple(each.values()) for each in told["providers"]] == [
        (each.id, each.spi, each.coverage_without) for each in found.providers
    ]


async def test_concentration_and_mix_are_those_of_the_methods(network: Network) -> None:
    rows = (await answer(network, "concentration", FIELDS["concentration"]))["rows"]
    found = await pure(network, "concentration")
    mix, same = await answer(network, "mix", FIELDS["mix"]), await pure(network, "mix", by="family")

    assert [(each["measure"], each["n"], each["hhi"], keys(each["top"])) for each in rows] == [
        (each.measure, each.n, each.hhi, list(each.top_ids)) for each in found.rows
    ]
    assert (mix["value"], mix["lower"], mix["upper"]) == (same.value, same.lower, same.upper) == (0.8, 0.7769, 0.8264)
    assert [tuple(each.values()) for each in mix["groups"]] == list(same.groups)


async def test_ties_are_those_of_the_methods(network: Network) -> None:
    pairs = (await answer(network, "overlap", FIELDS["overlap"]))["pairs"]
    found = await pure(network, "overlap")
    bridges, same = await answer(network, "bridges", FIELDS["bridges"]), await pure(network, "bridges")

    assert [(each["from"]["key"], each["to"]["key"], keys(each["shared"]), each["jaccard"]) for each in pairs] == [
        (each.a, each.b, list(each.shared), each.jaccard) for each in found.pairs
    ]
    assert [(each["key"], each["exclusivePairs"], keys(each["cites"])) for each in bridges["brokers"]] == [
        (each.id, each.exclusive_pairs, list(each.cites)) for each in same.brokers
    ]
    assert [tuple(each.values()) for each in bridges["betweenness"]] == list(same.betweenness[:3])


async def test_changes_and_comparisons_are_those_of_the_methods(network: Network) -> None:
    told, found = await answer(network, "change", FIELDS["change"]), await pure(network, "change", to="2024-12-31")
    two, same = await answer(network, "compare", FIELDS["compare"]), await pure(network, "compare", other=GENEVA)
    after, tried = await answer(network, "whatIf", FIELDS["whatIf"]), await pure(network, "what-if", scenario=LEAVES)

    assert told["comparable"] is found.comparable is False
    assert keys(told["unconfirmed"]) == list(found.change.unconfirmed)
    assert [tuple(each.values()) for each in told["rows"]] == list(found.rows)
    assert two["jaccard"] == same.jaccard == 0.0556
    assert [tuple(each.values()) for each in two["rows"]] == list(same.rows)
    assert [tuple(each.values()) for each in after["rows"]] == list(tried.rows)


async def test_advice_is_that_of_the_methods(network: Network) -> None:
    ready, found = await answer(network, "readiness", FIELDS["readiness"]), await pure(network, "readiness")
    steps, path = (await answer(network, "path", FIELDS["path"]))["steps"], await pure(network, "path")

    assert [tuple(each.values()) for each in ready["missing"]] == list(found.missing)
    assert [(each["order"], each["kind"], each["key"]) for each in steps] == [each[:3] for each in path.steps]


REPORT = """lines { key value recomputed gap verdict interval questions { key } } recomputedOnly { key n }
    trends { indicator period value qualifier delta percent } derived { indicator value attainable possibleBases }"""


async def test_the_report_is_that_of_the_method(network: Network) -> None:
    told = (await network.ask(f"{{ analyses {{ activityReport(year: 2024) {{ {REPORT} }} }} }}"))["analyses"]
    found = await pure(network, "activity-report", year=2024)
    report = told["activityReport"]

    assert [(each["key"], each["value"], each["recomputed"], each["verdict"]) for each in report["lines"]] == [
        (each.id, each.published, each.recomputed, each.verdict) for each in found.lines
    ]
    assert [tuple(each.values()) for each in report["recomputedOnly"]] == list(found.recomputed_only)
    countries = [each for each in report["trends"] if each["indicator"] == "network_countries" or each["value"] == 9]
    assert countries
    assert {-33.3333, -29.4118} == {each["percent"] for each in report["trends"] if each["percent"] is not None}
    assert [(each["indicator"], each["value"]) for each in report["derived"]] == [
        (each.name, each.value) for each in found.derived
    ]


@pytest.mark.parametrize("name", FIELDS)
async def test_every_method_is_answered_with_its_reasons(network: Network, name: str) -> None:
    words = "basis { method at identityLevel certainty knownShare warnings seenBy sizes { key n } }"
    if name == "reach":
        territory = await network.ask('{ cite(by: {slug: "sqy"}) { territory { id } } }')
        where = f'(territories: [{{id: "{territory["cite"]["territory"]["id"]}"}}])'
        question = asked(name, f"{FIELDS[name]} explanation {words}").replace(ARGUMENTS["reach"], where)
        told = (await network.ask(question))["analyses"][name]
    else:
        told = await answer(network, name, f"{FIELDS[name]} explanation {words}")

    assert told["explanation"]
    assert told["basis"]["at"]
    assert told["basis"]["method"].endswith("/1")
    assert told["basis"]["certainty"] == ["IMPLIED", "STATED"]


# Words, items, pages -------------------------------------------------------------------------------------------------


async def test_the_answer_is_said_in_french(network: Network) -> None:
    told = await answer(network, "coverage", 'explanation(locale: "fr") basis { seenBy(locale: "fr") }')

    assert told["explanation"].startswith("Chaque besoin de la Cité des métiers de Saint-Quentin-en-Yvelines")
    assert told["basis"]["seenBy"].startswith("Cette réponse est faite de ce qui est public")


async def test_every_id_leads_to_its_item(network: Network) -> None:
    fields = "providers(first: 3) { key id item { id title ... on Organisation { slug } } }"
    providers = (await answer(network, "fragility", fields))["providers"]

    assert len(providers) == 3
    for each in providers:
        assert each["id"] == each["item"]["id"] == global_id("Organisation", each["key"])
        assert each["item"]["title"]
    [again] = (await network.ask(f'{{ nodes(ids: ["{providers[0]["id"]}"]) {{ id }} }}'))["nodes"]
    assert again == {"id": providers[0]["id"]}


async def test_inputs_lead_to_their_items(network: Network) -> None:
    fields = "basis { inputsUsed { id item { __typename } } scope { item { ... on Cite { slug } } } }"
    basis = (await answer(network, "fragility", fields))["basis"]

    assert {each["item"]["__typename"] for each in basis["inputsUsed"]} >= {"Contribution", "Service"}
    assert basis["scope"]["item"]["slug"] == "sqy"


async def test_what_is_no_item_is_a_code(network: Network) -> None:
    missing = (await answer(network, "readiness", "missing { key id item { id } reason }"))["missing"]

    assert missing[:1] == [{"key": "anonymity", "id": None, "item": None, "reason": "no_evidence"}]


async def test_lists_are_given_in_pages(network: Network) -> None:
    whole = keys((await answer(network, "overlap", "noPartnerRecorded(first: 100) { key }"))["noPartnerRecorded"])
    pages, after = [], ""
    while len(pages) < len(whole):
        fields = f"noPartnerRecorded(first: 7{after}) {{ key }} basis {{ sizes {{ key n }} }}"
        told = await answer(network, "overlap", fields)
        pages += keys(told["noPartnerRecorded"])
        after = f', after: "{pages[-1]}"'

    assert pages == whole
    assert {"key": "noPartnerRecorded", "n": len(whole)} in told["basis"]["sizes"]


async def test_what_an_answer_rests_on_is_counted_too(network: Network) -> None:
    fields = "basis { sizes { key n } inputsUsed(first: 100) { key } excluded(first: 100) { key } }"
    basis = (await answer(network, "concentration", fields))["basis"]

    sizes = {each["key"]: each["n"] for each in basis["sizes"]}
    assert sizes == {"inputsUsed": len(basis["inputsUsed"]), "excluded": len(basis["excluded"])}
    assert sizes == {"inputsUsed": 11, "excluded": 11}


async def test_items_of_a_list_are_asked_for_together(network: Network) -> None:
    context = network.context(anonymous)
    question = asked("fragility", "providers { item { title } } basis { inputsUsed(first: 100) { item { id } } }")

    found = await network.schema.execute(question, context_value=context)

    assert not found.errors
    assert len(found.data["analyses"]["fragility"]["providers"]) == 8
    assert context.round_trips <= 8


async def test_methods_of_one_request_share_a_snapshot(network: Network) -> None:
    network.graph.round_trips = 0
    await network.ask(asked("coverage", "value"))
    one = network.graph.round_trips
    network.graph.round_trips = 0

    many = (
        f'{{ analyses(cite: {{slug: "sqy"}}, at: "{AT}") {{ coverage {{value}} fragility {{value}} mix {{value}} }} }}'
    )
    await network.ask(many)

    assert network.graph.round_trips == one


# Who asks, and for what ----------------------------------------------------------------------------------------------


async def test_everybody_is_told_what_the_answer_is_made_of(network: Network) -> None:
    said = [
        (await answer(network, "mix", "basis { seenBy }", actor=who))["basis"]["seenBy"]
        for who in (anonymous, READER, ADMIN)
    ]

    assert [words.split(";")[0].split(",")[0] for words in said] == [
        "This answer is made of what is public",
        "This answer is made of what you may see with your roles",
        "This answer is made of everything",
    ]


async def test_candidates_lead_to_their_items(desk: Desk, schema: Any) -> None:
    await world.build(desk)
    town = Network(schema, desk.graph)
    item = "id item { title }"

    found = await town.ask(
        f"""{{ analyses(cite: {{slug: "mont"}}, at: "2024-06-30") {{
            candidates {{ rejected {{ {item} }} basis {{ excluded {{ {item} }} scope {{ {item} }} }} }} }} }}"""
    )

    house = {"id": global_id("Organisation", "youth"), "item": {"title": "Youth House"}}
    cite = {"id": global_id("Cite", "mont"), "item": {"title": "Cité of Mont"}}
    assert found["analyses"]["candidates"] == {"rejected": [house], "basis": {"excluded": [house], "scope": cite}}


async def test_a_visitor_is_answered_from_what_they_see(desk: Desk, schema: Any) -> None:
    built = await world.build(desk)
    town = Network(schema, desk.graph)
    scope = 'cite: {slug: "rive"}, '

    seen = await answer(town, "mix", "groups { n } nUnknown basis { seenBy }", scope=scope)
    whole = await answer(town, "mix", "groups { n } nUnknown", actor=built.reader, scope=scope)

    assert [sum(group["n"] for group in each["groups"]) + each["nUnknown"] for each in (seen, whole)] == [2, 3]
    assert "draft-org" not in json.dumps(seen)


@pytest.mark.parametrize("by", ['slug: "nowhere"', 'id: "nonsense"', 'path: "/nowhere"'])
async def test_a_cite_that_is_absent_or_hidden_has_no_analyses(network: Network, by: str) -> None:
    assert await network.ask(f"{{ analyses(cite: {{{by}}}) {{ coverage {{ value }} }} }}") == {"analyses": None}


REFUSED = [
    ('(roles: "all") { coverage { value } }', ["cite"]),
    ('(cite: {slug: "sqy"}, territory: {slug: "x"}) { mix { value } }', ["territory"]),
    ('(roles: "x") { mix { value } }', []),
    ("{ coverage { explanation } }", ["cite"]),
    ('(at: "2024-01-01", until: "2020-01-01") { mix { value } }', []),
    ('{ mix(by: "colour") { value } }', ["by"]),
    ("{ activityReport(year: 20245) { explanation } }", ["year"]),
    ("{ activityReport(year: -2024) { explanation } }", ["year"]),
    ("(certainty: []) { mix { value } }", []),
    ('{ compare(other: {slug: "nowhere"}) { jaccard } }', ["other"]),
    ('(cite: {slug: "sqy"}) { coverage { cells(first: 101) { key } } }', ["first"]),
    ('(cite: {slug: "sqy"}) { coverage { cells(after: "x") { key } } }', ["after"]),
]


@pytest.mark.parametrize(("question", "path"), REFUSED)
async def test_a_question_that_makes_no_sense_is_refused(network: Network, question: str, path: list[str]) -> None:
    assert await network.refused(f"{{ analyses{question} }}") == [("BAD_USER_INPUT", path)]


async def test_every_fault_of_a_scenario_is_told(network: Network) -> None:
    faulty = json.dumps(json.dumps({"format": "scenario/9", "changes": [{"op": "close_channel"}]}))
    question = f'{{ analyses(cite: {{slug: "sqy"}}) {{ whatIf(scenario: {faulty}) {{ explanation }} }} }}'

    found = await network.schema.execute(question, context_value=network.context(anonymous))

    [error] = found.errors or []
    assert error.extensions == {
        "code": "BAD_USER_INPUT",
        "path": ["scenario"],
        "faults": ["format must be scenario/1, not 'scenario/9'", "changes[0].id is missing"],
    }


async def test_a_saved_scenario_is_tried_by_its_name(network: Network) -> None:
    desk = network.context(READER).desk
    await scenarios.save(desk, "Network leaves", json.dumps(LEAVES))
    question = asked("whatIf", "rows { metric before after }").replace(
        ARGUMENTS["whatIf"], '(scenario: "Network leaves")'
    )

    told = await network.ask(question, READER)
    hidden = await network.schema.execute(question, context_value=network.context(anonymous))
    await scenarios.remove(desk, "Network leaves")

    rows = {row["metric"]: (row["before"], row["after"]) for row in told["analyses"]["whatIf"]["rows"]}
    assert rows["kinds_covered"] == (3, 2)
    assert hidden.data == {"analyses": {"whatIf": None}}


async def test_an_analysis_of_the_network_costs_more_than_one_of_a_cite(network: Network) -> None:
    desk = network.context(anonymous).desk
    costs = [
        (await answered(desk, Ask(query=f'{{ analyses(cite: {{slug: "sqy"}}) {{ {name} {{ reason }} }} }}')))[
            "extensions"
        ]
        for name in ("coverage", "peers")
    ]

    assert costs == [{"cost": 22}, {"cost": 202}]
