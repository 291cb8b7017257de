"""What is missing before we show our file; the Label Authority decides, never this."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from directory.analysis.basis import Basis, Excluded, Explanation, Ground, basis, explain, rounded, share
from directory.analysis.dates import months_before, span
from directory.analysis.lens import Lens
from directory.analysis.records import Evidence, Service
from directory.analysis.rules import Check, Element, Rules, RulesError, parse
from directory.analysis.selection import services
from directory.analysis.silences import silent
from directory.analysis.snapshot import Snapshot, group
from directory.analysis.wording import Both, listing, scope_name, term

__all__ = ["Check", "Element", "Flag", "Missing", "ReadinessResult", "Rules", "RulesError", "Shown", "measure", "parse"]

METHOD = "readiness/1"


class State(NamedTuple):
    """Where an item stands: `met`, `not_met` or `unknown`, and why it is not met."""

    level: str
    reason: str = ""


class Missing(NamedTuple):
    """An item still to be shown, and why."""

    item_id: str
    reason: str


class Flag(NamedTuple):
    """A recorded value that speaks against an item."""

    item_id: str
    service_id: str
    field: str
    value: str


class Shown(NamedTuple):
    """How much of a key element is shown: at least `lower`, at most `upper`."""

    id: str
    n: int
    met: int
    unknown: int
    not_met: int
    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class ReadinessResult:
    """What is missing first; then whether the principles are shown, and how much of the elements is."""

    missing: tuple[Missing, ...]
    gate: str
    flags: tuple[Flag, ...]
    elements: tuple[Shown, ...]
    lower: float | None
    upper: float | None
    reason: str | None
    basis: Basis


def measure(snapshot: Snapshot, lens: Lens, rules: Rules | str | Mapping[str, Any] | None = None) -> ReadinessResult:
    """What a Cité has still to show of the charter, by its dated evidence and its own records.

    >>> from directory.analysis.snapshot import from_rows
    >>> survey = {"item_id": "user_centred", "level": "met", "date": "2024", "evidence": "survey"}
    >>> town = from_rows({"charter_evidence": [{"id": "e", "cite_id": "X", **survey}]})
    >>> found = measure(town, Lens("cite:X", "2024-12-31"))
    >>> found.gate, len(found.missing), found.lower, found.upper
    ('unknown', 7, 0.25, 1.0)
    """
    asked = parse(rules)
    evidence = group(snapshot.evidence_of.get(lens.cite, ()), lambda each: each.item_id)
    read = {item: _state(evidence.get(item, ()), lens, asked) for item in asked.items}
    offered = services(snapshot, lens)
    against = _against(asked, offered.rows)
    states = {item: _checked(item, state, against) for item, (state, _) in read.items()}
    elements = tuple(_shown(element, states) for element in asked.elements)
    known = sum(state.level != "unknown" for state in states.values())
    reason = None if any(each.met or each.not_met for each in elements) else "no_evidence_recorded"
    missing = tuple(Missing(item, state.reason) for item, state in states.items() if state.level != "met")
    ground = offered.ground
    for _, of_item in read.values():
        ground = ground + of_item
    return ReadinessResult(
        missing=missing,
        gate=_gate([states[item] for item in asked.principles]),
        flags=tuple(flag for flag, _ in against),
        elements=elements,
        lower=None if reason else rounded(sum(each.met / each.n for each in elements) / len(elements)),
        upper=None if reason else rounded(sum((each.n - each.not_met) / each.n for each in elements) / len(elements)),
        reason=reason,
        basis=basis(
            METHOD, lens, ground, share(known, len(states)), _tell(snapshot, lens, missing, None if against else reason)
        ),
    )


def _state(evidence: Sequence[Evidence], lens: Lens, rules: Rules) -> tuple[State, Ground]:
    """Where an item stands by its newest dated evidence."""
    if not evidence:
        return State("unknown", "no_evidence"), Ground()
    days = {each.id: span(each.date) if each.date else None for each in evidence}
    dated = [(found.last, each.id, each) for each in evidence if (found := days[each.id]) and found.first <= lens.day]
    newest = max(dated, key=lambda found: found[:2], default=None)
    left_out = tuple(
        Excluded(each.id, _left_out(each, days[each.id] is None))
        for each in evidence
        if newest is None or each.id != newest[1]
    )
    if newest is None:
        undated = all(found is None for found in days.values())
        return State("unknown", "evidence_undated" if undated else "no_evidence"), Ground(excluded=left_out)
    last, id, shown = newest
    return _weighed(shown, last < months_before(lens.day, rules.evidence_months)), Ground((id,), left_out)


def _left_out(evidence: Evidence, unreadable: bool) -> str:
    if not evidence.date:
        return "undated"
    return "bad_date" if unreadable else "not_newest"


def _weighed(evidence: Evidence, too_old: bool) -> State:
    if too_old:
        return State("unknown", "evidence_too_old")
    if evidence.level not in ("met", "not_met"):
        return State("unknown", "level_unknown")
    if not evidence.evidence:
        return State("unknown", "no_document")
    return State("met") if evidence.level == "met" else State("not_met", "assessed_not_met")


def _against(rules: Rules, offered: Sequence[Service]) -> list[tuple[Flag, str]]:
    """The recorded values that speak against items, each with what it makes of the item."""
    found = [(check, service, check.fires(service)) for check in rules.checks for service in offered]
    return [
        (Flag(check.item, service.id, check.field, value), check.result)
        for check, service, value in found
        if value is not None
    ]


def _checked(item: str, state: State, against: Sequence[tuple[Flag, str]]) -> State:
    """The state of an item once records have spoken: they may say that it is not met, or put a `met` in doubt."""
    services_of = {
        result: [flag.service_id for flag, said in against if said == result and flag.item_id == item]
        for result in ("not_met", "unknown")
    }
    if services_of["not_met"]:
        return State("not_met", f"record:{min(services_of['not_met'])}")
    if services_of["unknown"] and state.level == "met":
        return State("unknown", f"record:{min(services_of['unknown'])}")
    return state


def _gate(principles: Sequence[State]) -> str:
    levels = {state.level for state in principles}
    if "not_met" in levels:
        return "not_met"
    return "met" if levels <= {"met"} else "unknown"


def _shown(element: Element, states: Mapping[str, State]) -> Shown:
    levels = [states[item].level for item in element.items]
    n, met, unknown = len(levels), levels.count("met"), levels.count("unknown")
    return Shown(element.id, n, met, unknown, n - met - unknown, round(met / n, 4), round((met + unknown) / n, 4))


def _tell(snapshot: Snapshot, lens: Lens, missing: Sequence[Missing], reason: str | None) -> Explanation:
    if reason:
        return silent("readiness", reason, snapshot, lens)
    cite = scope_name(snapshot, lens.scope)
    if not missing:
        all_shown = Both(
            "Every item is shown by recorded evidence for {cite}. This is a self-check; the Label Authority decides.",
            "Chaque point est montré par une preuve enregistrée pour {cite}. Ceci est une auto-évaluation ; "
            "l'Autorité du label décide.",
        )
        return explain("readiness.shown", all_shown, cite=cite)
    sentence = Both(
        "Still to show for {cite}: {list}. This is a self-check; the Label Authority decides.",
        "Reste à montrer pour {cite} : {list}. Ceci est une auto-évaluation ; l'Autorité du label décide.",
    )
    items = listing([term(snapshot, "charter_item", each.item_id) for each in missing])
    return explain("readiness.missing", sentence, cite=cite, list=items)
