"""What analyses answer, as GraphQL types: made of the frozen results of `directory.analysis`, field by field.

Rows that say much the same share a type, so that the schema stays small. Every id becomes an item that can be asked
for more: its `key` as analyses know it, its global `id`, the `item` itself.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from enum import Enum
from inspect import getdoc
from types import NoneType, UnionType
from typing import Any, Final, NamedTuple, get_args, get_origin, get_type_hints

import strawberry

from directory.analysis import (
    candidates,
    change,
    concentration,
    coverage,
    figures,
    fragility,
    overlap,
    peers,
    readiness,
    reconciliation,
    report,
    whatif,
)
from directory.analysis.basis import Excluded
from schema.finding_words import FIELDS, TYPES
from schema.kit import ITEM, Kit
from schema.making import Argument, FieldSpec, bare, fill_object, list_of
from schema.naming import camel
from schema.scalars import Date, Locale

AN_ITEM: Final = "AnalysisItem"
BASIS: Final = "AnalysisBasis"
LOCALE: Final = Argument("locale", Locale | None, "Language.")
PAGE: Final = (Argument("first", int | None, "Size."), Argument("after", str | None, "Cursor."))


class Figure(NamedTuple):
    """A published figure of one year in a trend; the change since the first year stands at the last one."""

    indicator: str
    subject_id: str
    period: str
    value: float
    qualifier: str
    note: str
    delta: float | None
    percent: float | None


def points(trend: figures.Trend) -> list[Figure]:
    """A trend as figures, the oldest first."""
    last = len(trend.points) - 1
    return [
        Figure(trend.indicator, trend.subject_id, *each, *((trend.delta, trend.percent) if n == last else (None, None)))
        for n, each in enumerate(trend.points)
    ]


class Named(NamedTuple):
    """An id, and nothing more."""

    id: str


RESULTS: Final[Mapping[str, type]] = {
    "Coverage": coverage.CoverageResult,
    "Dependence": fragility.DependenceResult,
    "HandsBalance": fragility.BalanceResult,
    "Concentration": concentration.ConcentrationResult,
    "Mix": concentration.MixResult,
    "SharedPartners": overlap.OverlapResult,
    "Bridges": overlap.BrokersResult,
    "Cohesion": overlap.CohesionResult,
    "TwoDates": change.DatesResult,
    "TwoCites": overlap.CitesResult,
    "Readiness": readiness.ReadinessResult,
    "Peers": peers.PeersResult,
    "Candidates": candidates.CandidatesResult,
    "BuildingPath": candidates.PathResult,
    "WhatIf": whatif.WhatIfResult,
    "ActivityReport": reconciliation.ReportResult,
    "DataQuality": report.QualityResult,
    "Reach": coverage.ReachResult,
}
"""The type of each result."""
INLINE: Final[Mapping[type, str]] = {change.DatesResult: "change"}
"""A result within a result, whose fields are told as those of the whole."""


class Shape(NamedTuple):
    """How a row is told: its type, the attribute that is its own item, its key when none is, other names of fields."""

    type: str
    own: str = ""
    key: tuple[str, ...] = ()
    renamed: Mapping[str, str] = {}


ROWS: Final[Mapping[type, Shape]] = {
    Named: Shape(AN_ITEM, "id"),
    Excluded: Shape(AN_ITEM, "id"),
    readiness.Missing: Shape(AN_ITEM, "item_id"),
    candidates.Rejected: Shape(AN_ITEM, "id"),
    peers.Abstained: Shape(AN_ITEM, "family"),
    whatif.Blocked: Shape(AN_ITEM, "change"),
    candidates.OpenNeed: Shape(AN_ITEM, "need_id", renamed={"weight": "value", "why": "reason"}),
    overlap.Centrality: Shape(AN_ITEM, "id", renamed={"raw": "value", "normalised": "share"}),
    fragility.KindCount: Shape(AN_ITEM, "kind"),
    concentration.Group: Shape(AN_ITEM, "code"),
    reconciliation.Recomputed: Shape(AN_ITEM, "name", renamed={"value": "n"}),
    report.Completeness: Shape(AN_ITEM, "table"),
    candidates.TypicalMonth: Shape(AN_ITEM, "kind", renamed={"median": "value", "n_peers": "n"}),
    peers.Peer: Shape(AN_ITEM, "id", renamed={"similarity": "value", "features_used": "features"}),
    candidates.Fit: Shape(AN_ITEM, "id", renamed={"score": "value"}),
    coverage.Cell: Shape("AnalysisRow", "need_id"),
    fragility.Provider: Shape("AnalysisRow", "id"),
    overlap.Broker: Shape("AnalysisRow", "id"),
    fragility.Capacity: Shape("AnalysisRow", "channel_id"),
    coverage.TerritoryReach: Shape("AnalysisRow", "id"),
    concentration.Row: Shape("ConcentrationRow", renamed={"top_ids": "top"}),
    overlap.Pair: Shape("AnalysisLink", key=("a", "b"), renamed={"a": "from", "b": "to"}),
    overlap.Compared: Shape("Delta", renamed={"a": "before", "b": "after"}),
    change.Delta: Shape("Delta"),
    change.Flow: Shape("Delta", renamed={"kind": "metric"}),
    change.Renamed: Shape("AnalysisLink", key=("before", "after"), renamed={"before": "from", "after": "to"}),
    fragility.SoleSupport: Shape(
        "AnalysisLink", key=("kind", "organisation_id", "service_id"),
        renamed={"organisation_id": "from", "service_id": "to"},
    ),
    readiness.Flag: Shape(
        "AnalysisLink", key=("item_id", "service_id", "field"),
        renamed={"service_id": "from", "item_id": "to", "field": "kind"},
    ),
    readiness.Shown: Shape("AnalysisRow", "id"),
    peers.Suggestion: Shape("Advice", "item", renamed={"family": "kind"}),
    candidates.Step: Shape("Advice", "ref"),
    reconciliation.Line: Shape("ReportFigure", "id", renamed={"published": "value"}),
    Figure: Shape("ReportFigure", key=("indicator", "period")),
    figures.Derived: Shape("ReportFigure", key=("name", "subject_id"), renamed={"name": "indicator"}),
}  # fmt: skip
EXPANDED: Final[Mapping[type, tuple[type, Callable[[Any], list[Any]]]]] = {figures.Trend: (Figure, points)}
"""Rows that are told as several."""
CODES: Final = frozenset({"single_kinds", "missing_kinds", "features_used"})
"""Lists of codes; any other list of texts is one of ids."""
ITEMS: Final = frozenset((cls, name) for cls in (overlap.Pair, change.Renamed) for name in ROWS[cls].key)
"""Texts that are ids, beside those whose name ends so."""
WHOLE: Final = frozenset(
    """kinds groups rows flows elements typical_months abstained recomputed_only derived trends completeness
    territories territory_cycles capacity suggestions steps missing flags renamed lines blocked""".split()
)
"""Lists that are short by nature: given whole, not in pages."""


class How(Enum):
    """How the value of an attribute is told."""

    PLAIN = "as it is"
    NUMBERS = "bounds, an open one as null"
    DAY = "a date"
    ITEM = "an item"
    ITEMS = "items"
    ROWS = "rows"


@dataclass(frozen=True, slots=True)
class Told:
    """A field of a value: its name, the attribute that it tells and how; `optional`: it may be null."""

    name: str
    attribute: str
    how: How
    type: Any
    optional: bool = False
    of_result: bool = False

    @property
    def is_paged(self) -> bool:
        """Whether it is a list of a result that is given in pages; those of rows are given whole."""
        is_list = self.how in (How.ITEMS, How.ROWS)
        return is_list and self.of_result and self.attribute.rpartition(".")[2] not in WHOLE


def attributes(cls: type) -> list[str]:
    """The names of the fields of a frozen value or a named tuple."""
    return [each.name for each in fields(cls)] if is_dataclass(cls) else list(getattr(cls, "_fields", ()))


def told(kit: Kit, cls: type) -> Iterator[Told]:
    """How each field of a result or a row is told."""
    shape = ROWS.get(cls, Shape(""))
    hints = get_type_hints(cls)
    for name in attributes(cls):
        if name in ("basis", shape.own):
            continue
        if name == INLINE.get(cls):
            inner = told(kit, hints[name])
            yield from (replace(each, attribute=f"{name}.{each.attribute}") for each in inner)
            continue
        as_item = (cls, name) in ITEMS or name.endswith("_id")
        said = shape.renamed.get(name, camel(name.removesuffix("_id")))
        yield replace(_told(kit, said, name, hints[name], as_item), of_result=cls not in ROWS)


def _told(kit: Kit, said: str, name: str, hint: Any, as_item: bool) -> Told:
    optional = get_origin(hint) is UnionType and NoneType in get_args(hint)
    kind = next(each for each in get_args(hint) if each is not NoneType) if optional else hint
    if as_item:
        return Told(said, name, How.ITEM, kit.parts[AN_ITEM], optional)
    if kind is date:
        return Told(said, name, How.DAY, Date, optional)
    if get_origin(kind) is not tuple:
        return Told(said, name, How.PLAIN, kind, optional)
    inner = get_args(kind)[0]
    if inner is str:
        codes = name in CODES
        return Told(said, name, How.PLAIN if codes else How.ITEMS, list[str] if codes else _many(kit), optional)
    if inner is int:
        return Told(said, name, How.PLAIN, list[int], optional)
    if inner is float:
        return Told(said, name, How.NUMBERS, list[float | None], optional)
    row = EXPANDED[inner][0] if inner in EXPANDED else inner
    return Told(said, name, How.ROWS, list_of(kit.parts[ROWS[row].type]), optional)


def _many(kit: Kit) -> Any:
    return list_of(kit.parts[AN_ITEM])


# Types ---------------------------------------------------------------------------------------------------------------


def declare_findings(kit: Kit) -> Mapping[type, Mapping[str, Told]]:
    """Make the types of all results and rows, in `kit.parts`; how the fields of each value are told, by its class."""
    names = {shape.type for shape in ROWS.values()} | set(RESULTS) | {BASIS}
    kit.parts.update({name: bare(name) for name in sorted(names)})
    known = {cls: {each.name: each for each in told(kit, cls)} for cls in (*ROWS, *RESULTS.values())}
    for name in sorted({shape.type for shape in ROWS.values()}):
        _declare_rows(kit, name, known)
    for name, cls in RESULTS.items():
        doc = (getdoc(cls) or "").partition("\n")[0]
        explained = FieldSpec("explanation", str, FIELDS["explanation"], (LOCALE,))
        basis = FieldSpec("basis", kit.parts[BASIS], FIELDS["basis"])
        fill_object(kit.parts[name], doc, [explained, *map(spec, known[cls].values()), basis])
    return known


def _declare_rows(kit: Kit, name: str, known: Mapping[type, Mapping[str, Told]]) -> None:
    """A type of rows: what any of its classes has, null where one has it not."""
    classes = [cls for cls, shape in ROWS.items() if shape.type == name]
    found: dict[str, FieldSpec] = {}
    if name == AN_ITEM or any(ROWS[cls].own for cls in classes):
        found |= {each.name: each for each in item_fields(kit)}
    elif any(ROWS[cls].key for cls in classes):
        found["key"] = FieldSpec("key", str, FIELDS["key"])
    for each in (told for cls in classes for told in known[cls].values()):
        everywhere = all(each.name in known[cls] and not known[cls][each.name].optional for cls in classes)
        found.setdefault(each.name, spec(each, optional=not everywhere))
    fill_object(kit.parts[name], TYPES[name], found.values())


def item_fields(kit: Kit) -> Iterable[FieldSpec]:
    """The fields by which a row leads to its item."""
    yield FieldSpec("key", str, FIELDS["key"])
    yield FieldSpec("id", strawberry.ID | None, FIELDS["id"])
    yield FieldSpec("item", kit[ITEM].object | None, FIELDS["item"])


def spec(each: Told, optional: bool | None = None) -> FieldSpec:
    """The field as the schema has it; a list is null only where the result says so."""
    is_list = each.how in (How.ITEMS, How.ROWS)
    nullable = each.optional if is_list or optional is None else optional
    kind = each.type | None if nullable else each.type
    return FieldSpec(each.name, kind, FIELDS[each.name], PAGE if each.is_paged else ())
