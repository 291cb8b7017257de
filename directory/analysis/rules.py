"""What a file for the label is checked against: rules as data, read with every fault said."""

import json
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

from directory.analysis.cells import as_number
from directory.analysis.records import Service

FORMAT = "readiness/1"
DEFAULT = Path(__file__).with_name("readiness.json")

NUMBERS: dict[str, Callable[[float, float], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}
TEXTS = ("=", "!=")
RESULTS = ("not_met", "unknown")
COLUMNS = frozenset(field.name for field in fields(Service) if field.name != "when")


class RulesError(ValueError):
    """Rules that cannot be used; `faults` names all of them."""

    code = "BAD_RULES"

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Check:
    """A value in a service's record that speaks against an item."""

    item: str
    field: str
    op: str
    value: str
    result: str

    def fires(self, service: Service) -> str | None:
        """The recorded value that speaks against the item; None when nothing recorded does.

        >>> Check("free_of_charge", "fee", ">", "0", "not_met").fires(Service(id="s", fee="5"))
        '5'
        """
        cell = getattr(service, self.field)
        cells = cell if isinstance(cell, tuple) else (str(cell),)
        return next((each for each in cells if each and self._against(each)), None)

    def _against(self, cell: str) -> bool:
        if self.op in TEXTS:
            return (cell == self.value) is (self.op == "=")
        found, limit = as_number(cell), as_number(self.value)
        return found is not None and limit is not None and NUMBERS[self.op](found, limit)


@dataclass(frozen=True, slots=True)
class Element:
    """A key element of the charter and its items."""

    id: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rules:
    """What is to be shown: principles, elements, how old evidence may be, what records say against an item."""

    evidence_months: int
    principles: tuple[str, ...]
    elements: tuple[Element, ...]
    checks: tuple[Check, ...]

    @property
    def items(self) -> tuple[str, ...]:
        """Every item, principles first, in the order of the rules."""
        of_elements = (item for element in self.elements for item in element.items)
        return tuple(dict.fromkeys([*self.principles, *of_elements]))


@cache
def default() -> Rules:
    """The rules that hold the charter's own headings, one item each."""
    return parse(DEFAULT.read_text(encoding="utf-8"))


def parse(given: Rules | str | Mapping[str, Any] | None) -> Rules:
    """The rules said by JSON text or by a mapping; the default ones for nothing. Raises RulesError with every fault.

    >>> try:
    ...     parse({"format": "readiness/1", "evidence_months": 0, "principles": [], "elements": {}})
    ... except RulesError as refused:
    ...     print(refused)
    evidence_months must be a whole number of months above 0; there is no item at all
    """
    if given is None:
        return default()
    if isinstance(given, Rules):
        return given
    data = _data(given)
    faults = [*_head_faults(data), *_element_faults(data.get("elements", {})), *_check_faults(data.get("checks", []))]
    if faults:
        raise RulesError(tuple(faults))
    read = _read(data)
    faults = [
        f"checks[{n}].item {each.item!r} is neither a principle nor an item of an element"
        for n, each in enumerate(read.checks)
        if each.item not in read.items
    ]
    if faults:
        raise RulesError(tuple(faults))
    return read


def _read(data: Mapping[str, Any]) -> Rules:
    return Rules(
        evidence_months=data["evidence_months"],
        principles=tuple(data["principles"]),
        elements=tuple(Element(id, tuple(items)) for id, items in data.get("elements", {}).items()),
        checks=tuple(
            Check(each["item"], each["field"], each["op"], str(each["value"]), each["result"])
            for each in data.get("checks", [])
        ),
    )


def _data(given: object) -> Mapping[str, Any]:
    if isinstance(given, str):
        try:
            given = json.loads(given)
        except (ValueError, RecursionError) as fault:  # of more digits, or deeper, than Python reads
            raise RulesError((f"not JSON: {fault}",)) from fault
    if not isinstance(given, Mapping):
        raise RulesError(("rules are a JSON object",))
    return given


def _texts(given: object) -> bool:
    return isinstance(given, (list, tuple)) and all(isinstance(each, str) and each for each in given)


def _head_faults(data: Mapping[str, Any]) -> list[str]:
    faults = []
    if data.get("format") != FORMAT:
        faults.append(f"format must be {FORMAT}, not {data.get('format')!r}")
    months = data.get("evidence_months")
    if not isinstance(months, int) or isinstance(months, bool) or months < 1:
        faults.append("evidence_months must be a whole number of months above 0")
    if not _texts(data.get("principles")):
        faults.append("principles must be a list of item ids")
    elif not data["principles"] and not data.get("elements"):
        faults.append("there is no item at all")
    known = {"format", "evidence_months", "principles", "elements", "checks"}
    return faults + [f"{key} is not known here" for key in sorted(data.keys() - known)]


def _element_faults(elements: object) -> list[str]:
    if not isinstance(elements, Mapping):
        return ["elements must give a list of item ids for each element"]
    return [
        f"elements.{id} must be a list of at least one item id"
        for id, items in elements.items()
        if not (_texts(items) and items)
    ]


def _check_faults(checks: object) -> list[str]:
    if not isinstance(checks, (list, tuple)):
        return ["checks must be a list"]
    return [fault for n, each in enumerate(checks) for fault in _one_check_faults(f"checks[{n}]", each)]


def _one_check_faults(where: str, check: object) -> list[str]:
    if not isinstance(check, Mapping):
        return [f"{where} must be an object"]
    faults = [f"{where}.{key} is missing" for key in ("item", "field", "op", "value", "result") if key not in check]
    if faults:
        return faults
    if not _texts([check["item"]]):
        faults.append(f"{where}.item must be an item id")
    if check["field"] not in tuple(COLUMNS):  # which, unlike a set, may be asked for a list
        faults.append(f"{where}.field {check['field']!r} is not a column of services")
    if not isinstance(check["value"], (str, int, float)):
        faults.append(f"{where}.value must be a text or a number")
    if check["op"] not in (*NUMBERS, *TEXTS):
        faults.append(f"{where}.op must be one of {', '.join((*NUMBERS, *TEXTS))}")
    elif check["op"] in NUMBERS and as_number(str(check["value"])) is None:
        faults.append(f"{where}.value must be a number for {check['op']}")
    if check["result"] not in RESULTS:
        faults.append(f"{where}.result must be {' or '.join(RESULTS)}")
    return faults
