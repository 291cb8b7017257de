"""Files that say "what if": read whole or refused whole, with every fault said."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from directory.analysis.lens import Lens, LensError
from directory.analysis.wording import KINDS

FORMAT = "scenario/1"

# What each change must name, and how. An operation that is not here is not a fault: it is reported as not applied.
TEXTS = {
    "remove_organisation": ("id",),
    "add_organisation": (),
    "add_partnership": (),
    "add_contribution": (),
    "add_service": (),
    "add_provider": ("service", "organisation"),
    "set_quantity": ("contribution", "quantity"),
    "end_contribution": ("contribution",),
    "close_channel": ("id",),
}
COLUMNS = {
    "add_organisation": "other_names type type_certainty legal_form country country_certainty territory_id email phone "
    "website address parent_id parent_relation same_as_id succeeds_id verified_at",
    "add_partnership": "organisation_id cite_id channel_id role context certainty",
    "add_contribution": "contributor_id beneficiary_id via_id kind sub_form quantity unit amount currency valuation "
    "valuation_method recurrence enables_ids certainty certainty_basis",
    "add_service": "cite_id channel_ids types publics themes modes territory_ids provider_ids fee appointment website "
    "description_en description_fr verified_at certainty",
}
"""The columns that a row may have, by the operation that adds it; every table has the others."""
EVERYWHERE = "id slug title title_en title_fr name note source start end date as_of"
WITH_ROW = COLUMNS.keys()


class ScenarioError(ValueError):
    """A file that is not a scenario; `faults` names everything wrong with it."""

    code = "BAD_SCENARIO"

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Change:
    """One change: its operation, what it names, and the row that it adds."""

    op: str
    named: tuple[tuple[str, str], ...] = ()
    row: tuple[tuple[str, str], ...] = ()

    def __getitem__(self, name: str) -> str:
        return dict(self.named)[name]

    def __str__(self) -> str:
        return " ".join(
            [self.op, *(value for _, value in self.named), *(value for key, value in self.row if key == "id")]
        )


@dataclass(frozen=True, slots=True)
class Scenario:
    """Changes to try, in order, with the name and the lens that were saved with them."""

    name: str
    scope: str
    at: str
    changes: tuple[Change, ...]


def parse(given: Scenario | str | Mapping[str, Any]) -> Scenario:
    """The scenario that JSON text or a mapping says; raises ScenarioError with every fault, having read none of it.

    >>> scenario = parse('{"format": "scenario/1", "changes": [{"op": "remove_organisation", "id": "A"}]}')
    >>> str(scenario.changes[0])
    'remove_organisation A'
    >>> try:
    ...     parse({"format": "scenario/9", "changes": [{"op": "close_channel"}, "leave"]})
    ... except ScenarioError as refused:
    ...     print(refused)
    format must be scenario/1, not 'scenario/9'; changes[0].id is missing; changes[1] must be an object
    """
    if isinstance(given, Scenario):
        return given
    data = _data(given)
    changes = data.get("changes")
    faults = _head_faults(data)
    if not isinstance(changes, (list, tuple)):
        faults.append("changes must be a list")
    else:
        faults += [fault for n, each in enumerate(changes) for fault in _change_faults(f"changes[{n}]", each)]
    if faults:
        raise ScenarioError(faults)
    return Scenario(
        name=data.get("name") or "",
        scope=data.get("scope") or "",
        at=data.get("at") or "",
        changes=tuple(_change(each) for each in changes or ()),
    )


def _data(given: object) -> Mapping[str, Any]:
    if isinstance(given, (str, bytes)):
        try:
            given = json.loads(given)
        except (ValueError, RecursionError) as fault:  # of more digits, or deeper, than Python reads
            raise ScenarioError([f"not JSON, is there a comma or a quote too many or too few? {fault}"]) from fault
    if not isinstance(given, Mapping):
        raise ScenarioError(["a scenario is a JSON object"])
    return given


def _head_faults(data: Mapping[str, Any]) -> list[str]:
    faults = []
    if data.get("format") != FORMAT:
        faults.append(f"format must be {FORMAT}, not {data.get('format')!r}")
    faults += [f"{key} must be a text" for key in ("name", "scope", "at") if not isinstance(data.get(key, ""), str)]
    faults += [f"{key} is not known here" for key in sorted(data.keys() - {"format", "name", "scope", "at", "changes"})]
    if not faults and (data.get("scope") or data.get("at")):
        try:
            Lens(scope=data.get("scope") or "network", at=data.get("at") or "2000")
        except LensError as fault:
            faults.append(str(fault))
    return faults


def _change_faults(where: str, change: object) -> list[str]:
    if not isinstance(change, Mapping):
        return [f"{where} must be an object"]
    op = change.get("op")
    if not isinstance(op, str) or not op:
        return [f"{where}.op is missing"]
    faults = [f"{where}.{key} is missing" for key in TEXTS.get(op, ()) if change.get(key) in (None, "")]
    faults += [f"{where}.{key} must be a text" for key in TEXTS.get(op, ()) if not _is_cell(change.get(key))]
    if op in WITH_ROW:
        faults += _row_faults(f"{where}.row", op, change.get("row"))
    return faults


def _row_faults(where: str, op: str, row: object) -> list[str]:
    if not isinstance(row, Mapping):
        return [f"{where} must be an object with the columns of the table"]
    faults = [f"{where}.{key} must be a text" for key, cell in row.items() if not (_is_cell(cell) or _is_list(cell))]
    known = COLUMNS[op].split()
    for key in row.keys() - {*known, *EVERYWHERE.split()}:
        near = get_close_matches(key, known, 1)
        hint = f", is it {near[0]}?" if near else f"; there are {', '.join(known)}"
        faults.append(f"{where}.{key} is no column here{hint}")
    kind = row.get("kind")
    if op == "add_contribution" and kind and kind not in tuple(KINDS):  # it may be a list
        faults.append(f"{where}.kind must be one of {', '.join(KINDS)}, not {kind!r}")
    return sorted(faults)


def _is_cell(value: object) -> bool:
    return value is None or isinstance(value, (str, int, float))


def _is_list(value: object) -> bool:
    return isinstance(value, (list, tuple)) and all(_is_cell(each) for each in value)


def _change(change: Mapping[str, Any]) -> Change:
    op = change["op"]
    row = change.get("row") if op in WITH_ROW else None
    names = TEXTS.get(op) or (() if op in TEXTS else tuple(key for key in change if key not in ("op", "row")))
    return Change(
        op=op,
        named=tuple((key, _cell(change.get(key))) for key in names),
        row=tuple((key, _cell(cell)) for key, cell in (row or {}).items()),
    )


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return ";".join(_cell(each) for each in value)
    return "" if value is None else str(value)
