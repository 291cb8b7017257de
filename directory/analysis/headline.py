"""The figures by which two dates, two Cités or two scenarios are put side by side."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from directory.analysis import concentration, coverage, fragility
from directory.analysis.basis import Ground, rounded
from directory.analysis.lens import Lens
from directory.analysis.selection import contributions, partners
from directory.analysis.snapshot import Snapshot
from directory.analysis.wording import KINDS, Both, means

# Figures compare only when about as much is known of what they rest on.
CLOSE = 0.2

NAMES = {
    "coverage": Both("coverage", "couverture"),
    "fragility": Both("fragility", "fragilité"),
    "redundancy": Both("redundancy", "redondance"),
    "diversity": Both("diversity", "diversité"),
    "partners": Both("recorded partners", "partenaires enregistrés"),
    "kinds_covered": Both("kinds of contribution", "natures de contribution"),
}


class Figure(NamedTuple):
    """A figure, and how much of what it rests on is known."""

    value: float | None
    known_share: float | None


class Delta(NamedTuple):
    """A figure before and after, and the difference of the two as shown."""

    metric: str
    before: float | None
    after: float | None
    delta: float | None


@dataclass(frozen=True, slots=True)
class Headline:
    """The figures of a scope, with the needs that have a recorded service."""

    figures: Mapping[str, Figure]
    covered: frozenset[str]
    ground: Ground

    def value(self, metric: str) -> float | None:
        """A figure, None when it is not known."""
        figure = self.figures.get(metric)
        return figure.value if figure else None

    def known_share(self, metric: str) -> float | None:
        """How much of what a figure rests on is known."""
        figure = self.figures.get(metric)
        return figure.known_share if figure else None


def headline(snapshot: Snapshot, lens: Lens) -> Headline:
    """The figures of a scope; coverage and what derives from it are those of one Cité.

    >>> from directory.analysis.snapshot import from_rows
    >>> town = from_rows({"partnerships": [{"id": "p", "organisation_id": "A", "cite_id": "X"}]})
    >>> headline(town, Lens("cite:X", "2024")).value("partners")
    1
    """
    figures: dict[str, Figure] = {}
    covered: frozenset[str] = frozenset()
    ground = Ground()
    if lens.kind == "cite":
        reached = coverage.measure(snapshot, lens)
        depends = fragility.measure(snapshot, lens)
        figures["coverage"] = Figure(reached.value, reached.basis.known_share)
        figures["fragility"] = Figure(depends.value, depends.basis.known_share)
        figures["redundancy"] = Figure(depends.redundancy, depends.basis.known_share)
        covered = frozenset(cell.need_id for cell in reached.cells if cell.covered)
        ground = Ground(reached.basis.inputs_used, reached.basis.excluded, frozenset(reached.basis.warnings))
    figures |= _partner_figures(snapshot, lens)
    given, of_means = _means(snapshot, lens)
    return Headline(figures | given, covered, ground + of_means + partners(snapshot, lens).ground)


def _partner_figures(snapshot: Snapshot, lens: Lens) -> dict[str, Figure]:
    worlds = concentration.mix(snapshot, lens)
    n = sum(group.n for group in worlds.groups) + worlds.n_unknown
    complete = lens.kind == "cite" and snapshot.cite(lens.target).partners_complete
    return {
        "diversity": Figure(worlds.value, worlds.basis.known_share),
        "partners": Figure(n if n or complete else None, None),
    }


def _means(snapshot: Snapshot, lens: Lens) -> tuple[dict[str, Figure], Ground]:
    sifted = contributions(snapshot, lens)
    kinds = fragility.contributors_by_kind(snapshot, lens, sifted.rows)
    figures = {"kinds_covered": Figure(sum(bool(who) for who in kinds.values()) if sifted.rows else None, None)}
    rows = [row for row in concentration.measure(snapshot, lens).rows if row.unit]
    figures |= {f"total:{row.kind}:{row.unit}": Figure(row.total, row.known_share) for row in rows}
    figures |= {f"hhi:{row.kind}:{row.unit}": Figure(row.hhi, row.known_share) for row in rows}
    return figures, sifted.ground


def deltas(before: Headline, after: Headline) -> tuple[Delta, ...]:
    """The figures before and after, in order, those of one side only included."""
    metrics = dict.fromkeys([*before.figures, *after.figures])
    plain = [metric for metric in metrics if ":" not in metric]
    by_unit = sorted((metric for metric in metrics if ":" in metric), key=lambda metric: (metric[0] != "t", metric))
    return tuple(_delta(metric, before.value(metric), after.value(metric)) for metric in plain + by_unit)


def _delta(metric: str, before: float | None, after: float | None) -> Delta:
    change = None if before is None or after is None else rounded(after - before)
    return Delta(metric, before, after, change)


def metric_name(metric: str) -> Both:
    """The name of a figure, in words."""
    if metric in NAMES:
        return NAMES[metric]
    what, _, rest = metric.partition(":")
    kind, _, unit = rest.partition(":")
    of = means(KINDS.get(kind, Both(kind, kind)))
    if what == "total":
        return Both(f"total of {of.en} ({unit})", f"total des {of.fr} ({unit})")
    return Both(f"concentration of {of.en} ({unit})", f"concentration des {of.fr} ({unit})")


def close(a: float | None, b: float | None) -> bool:
    """Whether about as much is known of two things.

    >>> close(0.8, 1.0), close(0.7, 1.0), close(None, 1.0)
    (True, False, False)
    """
    return a is not None and b is not None and round(abs(a - b), 4) <= CLOSE
