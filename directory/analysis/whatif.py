"""What if they leave, come, or give more: a scenario tried on a copy, never written to the facts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, TypeVar

from directory.analysis import coverage
from directory.analysis.basis import Basis, Explanation, basis, explain, ordered
from directory.analysis.cells import as_number, columns_of, measured
from directory.analysis.headline import Delta, Headline, deltas, headline
from directory.analysis.lens import Lens
from directory.analysis.matching import need_name
from directory.analysis.reasons import REASONS
from directory.analysis.records import Contribution, Organisation, Partnership, Service, read
from directory.analysis.scenario import FORMAT, Change, Scenario, ScenarioError, parse
from directory.analysis.selection import providers, sift
from directory.analysis.silences import why
from directory.analysis.snapshot import Snapshot
from directory.analysis.wording import Both, code_name, listing, name, scope_name

__all__ = [
    "Blocked",
    "Change",
    "Delta",
    "Scenario",
    "ScenarioError",
    "WhatIfResult",
    "applied",
    "measure",
    "parse",
    "without",
]

METHOD = "what-if/1"
PROTECTED = ("label_authority", "trademark_holder")

CODES: Mapping[str, Mapping[str, str]] = {
    "add_organisation": {"type": "organisation_type"},
    "add_partnership": {"role": "partnership_role"},
    "add_contribution": {"unit": "unit"},
    "add_service": {"types": "service_type", "publics": "public", "themes": "theme"},
}
"""The vocabularies of the columns of a row, by the operation that adds it."""

R = TypeVar("R", Organisation, Partnership, Contribution, Service)


class Blocked(NamedTuple):
    """A change that was not made, and why."""

    change: Change
    reason: str


@dataclass(frozen=True, slots=True)
class WhatIfResult:
    """The changes that could not be made, the figures before and after, the needs lost and gained."""

    blocked: tuple[Blocked, ...]
    rows: tuple[Delta, ...]
    needs_lost: tuple[str, ...]
    needs_gained: tuple[str, ...]
    basis: Basis


def measure(snapshot: Snapshot, lens: Lens, scenario: Scenario | str | Mapping[str, Any]) -> WhatIfResult:
    """What a scenario would change in the figures of a scope; the lens decides, not the one saved with the scenario.

    >>> from directory.analysis.snapshot import from_rows
    >>> town = from_rows({"needs": [{"id": "fair", "cite_id": "X", "types": "events"}], "services": [
    ...     {"id": "hall", "cite_id": "X", "types": "events", "publics": "all", "provider_ids": "A"}]})
    >>> leaving = {"format": "scenario/1", "changes": [{"op": "close_channel", "id": "nowhere"},
    ...     {"op": "add_organisation", "row": {"id": "B"}},
    ...     {"op": "add_provider", "service": "hall", "organisation": "B"}]}
    >>> found = measure(town, Lens("cite:X", "2024"), leaving)
    >>> found.blocked[0].reason, [row for row in found.rows if row.delta][1]
    ('not_found', Delta(metric='redundancy', before=1.0, after=2.0, delta=1.0))
    """
    if isinstance(scenario, Mapping) and "format" not in scenario:
        scenario = {"format": FORMAT, **scenario}
    near = snapshot.around(lens.target) if lens.kind == "cite" else snapshot
    after, blocked = applied(snapshot, near, lens, parse(scenario).changes)
    one, other = headline(near, lens), headline(after, lens)
    lost, gained = ordered(one.covered - other.covered), ordered(other.covered - one.covered)
    ground = (one.ground + other.ground).settled()
    told = _tell(snapshot, lens, (one, other), lost, blocked)
    return WhatIfResult(
        blocked, deltas(one, other), lost, gained, basis(METHOD, lens, ground, one.known_share("coverage"), told)
    )


def without(snapshot: Snapshot, lens: Lens, ids: Sequence[str]) -> tuple[Snapshot, tuple[Blocked, ...]]:
    """The snapshot without some organisations, and those that cannot be removed."""
    return applied(snapshot, snapshot, lens, [Change("remove_organisation", (("id", id),)) for id in ids])


def applied(
    facts: Snapshot, copy: Snapshot, lens: Lens, changes: Sequence[Change]
) -> tuple[Snapshot, tuple[Blocked, ...]]:
    """A copy of the facts with changes made in order, and the changes that could not be made."""
    blocked: list[Blocked] = []
    for n, change in enumerate(changes, 1):
        make = OPERATIONS.get(change.op)
        made = make(Case(facts, copy, lens, n), change) if make else "unknown_op"
        if isinstance(made, str):
            blocked.append(Blocked(change, made))
        else:
            copy = made
    return copy, tuple(blocked)


class Case(NamedTuple):
    """Where a change is made: the facts, the copy so far, the lens, the number of the change."""

    facts: Snapshot
    copy: Snapshot
    lens: Lens
    n: int


def _remove_organisation(case: Case, change: Change) -> Snapshot | str:
    copy, lens = case.copy, case.lens
    who = copy.identities(lens.identity_level)
    leaving = who[change["id"]]
    refusal = _protected(case, {change["id"], leaving})
    if refusal:
        return refusal
    if not _known(case, change["id"]):
        return "not_found"
    run = {service.id: providers(copy, lens, service)[0] for service in copy.services}
    services = (row for row in copy.services if run[row.id] != {leaving})
    return replace(
        copy,
        partnerships=tuple(row for row in copy.partnerships if who[row.organisation_id] != leaving),
        contributions=tuple(row for row in copy.contributions if who[row.contributor_id] != leaving),
        services=tuple(
            replace(row, provider_ids=tuple(id for id in row.provider_ids if who[id] != leaving)) for row in services
        ),
    )


def _protected(case: Case, leaving: set[str]) -> str | None:
    """Why an organisation cannot leave: it holds a Cité, or gives or owns the label."""
    who = case.copy.identities(case.lens.identity_level)
    holders = (row for id, rows in case.facts.held_by.items() if {id, who[id]} & leaving for row in rows)
    if sift(holders, case.lens).rows:
        return "holder_of_the_cite"
    rows = (case.copy.organisation_by_id.get(id) for id in leaving)
    return "label_authority" if any(row and row.type in PROTECTED for row in rows) else None


def _known(case: Case, id: str) -> bool:
    if id in case.copy.organisation_by_id:
        return True
    named = {row.organisation_id for row in case.copy.partnerships}
    named |= {row.contributor_id for row in case.copy.contributions}
    return id in named or any(id in row.provider_ids for row in case.copy.services)


def _may_give(case: Case, id: str) -> bool:
    """Whether it is an organisation that is known, or a Cité: both give, and run services."""
    return _known(case, id) or id in case.copy.cite_by_id


def _row(case: Case, change: Change, record: type[R], defaults: Mapping[str, str]) -> R | str:
    """The record that a change adds, or why it cannot be."""
    cells = {"id": f"scenario-{case.n}", **defaults, **{key: cell for key, cell in change.row if cell}}
    row = read(record, columns_of([cells]))[0]
    when = getattr(row, "when", None)
    return (when.fault if when else None) or _unknown_code(case, change) or row


def _unknown_code(case: Case, change: Change) -> str | None:
    """Why a code of the row cannot be meant; None when all are known, or the vocabulary is not recorded."""
    cells = dict(change.row)
    for column, vocabulary in CODES[change.op].items():
        known = case.facts.vocabulary(vocabulary).parents
        codes = (code.strip() for code in cells.get(column, "").split(";"))
        wrong = next((code for code in codes if code and known and code not in known), None)
        if wrong:
            return f"unknown_code:{wrong}"
    return None


def _is_cite_in_scope(case: Case, cite: str) -> bool:
    """Whether the lens looks at this Cité; tables without Cités say of none that it is not there."""
    if case.lens.kind == "cite":
        return cite == case.lens.target
    return not case.facts.cites or cite in case.facts.cite_ids


def _own(lens: Lens) -> str:
    return lens.target if lens.kind == "cite" else ""


def _add_organisation(case: Case, change: Change) -> Snapshot | str:
    row = _row(case, change, Organisation, {})
    if isinstance(row, str):
        return row
    if row.id in case.copy.organisation_by_id:
        return "already_exists"
    return replace(case.copy, organisations=(*case.copy.organisations, row))


def _add_partnership(case: Case, change: Change) -> Snapshot | str:
    row = _row(case, change, Partnership, {"cite_id": _own(case.lens)})
    if isinstance(row, str):
        return row
    if not row.organisation_id or not row.cite_id:
        return "incomplete_row"
    if not _known(case, row.organisation_id):
        return "unknown_organisation"
    if not _is_cite_in_scope(case, row.cite_id):
        return "not_in_scope"
    if any(each.id == row.id for each in case.copy.partnerships):
        return "already_exists"
    return replace(case.copy, partnerships=(*case.copy.partnerships, row))


def _add_contribution(case: Case, change: Change) -> Snapshot | str:
    row = _row(case, change, Contribution, {"beneficiary_id": _own(case.lens)})
    if isinstance(row, str):
        return row
    if not row.contributor_id or not row.beneficiary_id or not row.kind:
        return "incomplete_row"
    if not _may_give(case, row.contributor_id):
        return "unknown_organisation"
    owner = case.copy.owner.get(row.beneficiary_id, row.beneficiary_id)
    if case.lens.kind == "cite" and not row.enables_ids and owner != case.lens.target:
        return "not_in_scope"
    if row.amount.fault == "bad_quantity":
        return row.amount.fault
    if any(each.id == row.id for each in case.copy.contributions):
        return "already_exists"
    return replace(case.copy, contributions=(*case.copy.contributions, row))


def _add_service(case: Case, change: Change) -> Snapshot | str:
    row = _row(case, change, Service, {"cite_id": _own(case.lens)})
    if isinstance(row, str):
        return row
    if not row.cite_id or not row.types:
        return "incomplete_row"
    if not _is_cite_in_scope(case, row.cite_id):
        return "not_in_scope"
    if any(each.id == row.id for each in case.copy.services):
        return "already_exists"
    return replace(case.copy, services=(*case.copy.services, row))


def _add_provider(case: Case, change: Change) -> Snapshot | str:
    if all(row.id != change["service"] for row in case.copy.services):
        return "not_found"
    if not _may_give(case, change["organisation"]):
        return "unknown_organisation"
    services = tuple(
        replace(row, provider_ids=tuple(dict.fromkeys([*row.provider_ids, change["organisation"]])))
        if row.id == change["service"]
        else row
        for row in case.copy.services
    )
    return replace(case.copy, services=services)


def _set_quantity(case: Case, change: Change) -> Snapshot | str:
    """The copy with another quantity, or amount of money, for a contribution; its unit stays."""
    found = next((row for row in case.copy.contributions if row.id == change["contribution"]), None)
    if found is None:
        return "not_found"
    amount = measured(as_number(change["quantity"]), found.amount.unit)
    if amount.fault:
        return amount.fault
    changed = found._replace(amount=amount)
    rows = tuple(changed if row.id == found.id else row for row in case.copy.contributions)
    return replace(case.copy, contributions=rows)


def _end_contribution(case: Case, change: Change) -> Snapshot | str:
    rows = tuple(row for row in case.copy.contributions if row.id != change["contribution"])
    return "not_found" if len(rows) == len(case.copy.contributions) else replace(case.copy, contributions=rows)


def _close_channel(case: Case, change: Change) -> Snapshot | str:
    copy, closed = case.copy, change["id"]
    if all(row.id != closed for row in copy.channels):
        return "not_found"
    kept = (row for row in copy.services if row.channel_ids != (closed,))
    return replace(
        copy,
        channels=tuple(row for row in copy.channels if row.id != closed),
        partnerships=tuple(row for row in copy.partnerships if row.channel_id != closed),
        contributions=tuple(row for row in copy.contributions if row.beneficiary_id != closed),
        services=tuple(replace(row, channel_ids=tuple(id for id in row.channel_ids if id != closed)) for row in kept),
    )


OPERATIONS: Mapping[str, Callable[[Case, Change], Snapshot | str]] = {
    "remove_organisation": _remove_organisation,
    "add_organisation": _add_organisation,
    "add_partnership": _add_partnership,
    "add_contribution": _add_contribution,
    "add_service": _add_service,
    "add_provider": _add_provider,
    "set_quantity": _set_quantity,
    "end_contribution": _end_contribution,
    "close_channel": _close_channel,
}

UNRECORDED = Both("unknown", "inconnue")


def _tell(
    snapshot: Snapshot, lens: Lens, heads: tuple[Headline, Headline], lost: Sequence[str], blocked: Sequence[Blocked]
) -> Explanation:
    said = _said(snapshot, lens, heads)
    said.append(Both("Not applied: {blocked}.", "Non appliqué : {blocked}.") if blocked else Both("", ""))
    covered, held = ([head.value(metric) for head in heads] for metric in ("coverage", "partners"))
    return explain(
        "what_if.coverage",
        Both(" ".join(each.en for each in said if each.en), " ".join(each.fr for each in said if each.fr)),
        a=UNRECORDED if covered[0] is None else covered[0],
        b=UNRECORDED if covered[1] is None else covered[1],
        m=held[0],
        n=held[1],
        scope=scope_name(snapshot, lens.scope),
        list=listing([need_name(snapshot, id) for id in lost]),
        blocked=listing([_undone(snapshot, each) for each in blocked]) if blocked else "",
    )


def _said(snapshot: Snapshot, lens: Lens, heads: tuple[Headline, Headline]) -> list[Both]:
    """The sentences of a scenario, to be filled: its coverage, else why that is not known, and its partners."""
    if any(head.value("coverage") is not None for head in heads):
        return [
            Both("Coverage goes from {a} to {b}; lost: {list}.", "La couverture passe de {a} à {b} ; perdus : {list}.")
        ]
    unknown = coverage.measure(snapshot, lens).reason if lens.kind == "cite" else None
    silence = [why(unknown, snapshot, lens)] if unknown else []
    if any(head.value("partners") is not None for head in heads):
        partners = Both("Recorded partners go from {m} to {n}.", "Les partenaires enregistrés passent de {m} à {n}.")
        return [*silence, partners]
    return silence or [REASONS["nothing_to_compare"]]


CHANGES: Mapping[str, tuple[str, Both]] = {
    "remove_organisation": ("id", Both("remove {what}", "retirer {what}")),
    "add_organisation": ("id", Both("add {what}", "ajouter {what}")),
    "add_partnership": (
        "organisation_id",
        Both("add a partnership with {what}", "ajouter un partenariat avec {what}"),
    ),
    "add_contribution": (
        "contributor_id",
        Both("add a contribution of {what}", "ajouter une contribution de {what}"),
    ),
    "add_service": ("id", Both("add the service {what}", "ajouter le service {what}")),
    "add_provider": (
        "organisation",
        Both("add {what} to the providers of {service}", "ajouter {what} aux intervenants de {service}"),
    ),
    "set_quantity": (
        "contribution",
        Both("set the contribution of {what} to {quantity}", "porter à {quantity} la contribution de {what}"),
    ),
    "end_contribution": ("contribution", Both("end the contribution of {what}", "arrêter la contribution de {what}")),
    "close_channel": ("id", Both("close {what}", "fermer {what}")),
}
"""What each change is about, and how it is said."""


def change_name(snapshot: Snapshot, change: Change) -> Both:
    """A change in words, with the titles of what it names.

    >>> from directory.analysis.snapshot import from_rows
    >>> town = from_rows({"organisations": [{"id": "A", "title_en": "Agency", "title_fr": "Agence"}]})
    >>> change_name(town, Change("remove_organisation", (("id", "A"),)))
    Both(en='remove Agency', fr='retirer Agence')
    """
    if change.op not in CHANGES:
        return Both(str(change), str(change))
    key, words = CHANGES[change.op]
    given = {**dict(change.row), **dict(change.named)}
    id = given.get(key, "")
    if key == "contribution":
        id = next((row.contributor_id for row in snapshot.contributions if row.id == id), id)
    what = name(snapshot, id) if id else Both("(not named)", "(sans nom)")
    if given.get("title_en") or given.get("title_fr"):
        what = Both(given.get("title_en") or given["title_fr"], given.get("title_fr") or given["title_en"])
    service, quantity = name(snapshot, given.get("service", "")), given.get("quantity", "")
    return Both(
        words.en.format(what=what.en, service=service.en, quantity=quantity),
        words.fr.format(what=what.fr, service=service.fr, quantity=quantity),
    )


def _undone(snapshot: Snapshot, blocked: Blocked) -> Both:
    what, why = change_name(snapshot, blocked.change), code_name(blocked.reason)
    return Both(f"{what.en} ({why.en})", f"{what.fr} ({why.fr})")
