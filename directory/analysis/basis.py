"""What every answer rests on: its method, its inputs, what was left out, and its sentence in two languages."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from directory.analysis.lens import Lens
from directory.analysis.wording import Both, Param, fill, say

DIGITS = 4
LITTLE = 0.5
"""Under this known share a number stands for too little: its bounds are shown."""
FEW = 3
"""Under so many inputs these are listed, and no number is made of them."""


class Excluded(NamedTuple):
    """A row left out, and why."""

    id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """An answer as a sentence: its key and blanks for translators, its text in English and French."""

    key: str
    params: tuple[tuple[str, str], ...]
    text_en: str
    text_fr: str


@dataclass(frozen=True, slots=True)
class Basis:
    """What an answer rests on."""

    method: str
    scope: str
    at: str
    identity_level: str
    certainty: tuple[str, ...]
    inputs_used: tuple[str, ...]
    excluded: tuple[Excluded, ...]
    known_share: float | None
    warnings: tuple[str, ...]
    explanation: Explanation


@dataclass(frozen=True, slots=True)
class Ground:
    """The rows behind an answer: those used, those left out, what to beware of."""

    used: tuple[str, ...] = ()
    excluded: tuple[Excluded, ...] = ()
    warnings: frozenset[str] = frozenset()

    def __add__(self, other: "Ground") -> "Ground":
        return Ground(self.used + other.used, self.excluded + other.excluded, self.warnings | other.warnings)

    def settled(self) -> "Ground":
        """The ground of several dates: a row that did not hold at one counts by what became of it at another."""
        elsewhere = {*self.used, *(each.id for each in self.excluded if each.reason != "not_valid_at")}
        kept = tuple(each for each in self.excluded if each.id not in elsewhere or each.reason != "not_valid_at")
        return Ground(self.used, kept, self.warnings)


def rounded(value: float | None) -> float | None:
    """A number as it is shown: four decimals, the unknown left unknown."""
    return None if value is None else round(value, DIGITS) + 0.0


def share(part: float, whole: float) -> float | None:
    """A part of a whole, unrounded; None of nothing.

    >>> share(1, 4), share(0, 0)
    (0.25, None)
    """
    return part / whole if whole else None


def explain(key: str, sentence: Both, **params: Param) -> Explanation:
    """An explanation whose blanks are filled.

    >>> explain("x.y", Both("{n} recorded.", "{n} enregistré."), n=0.5).text_fr
    '0,5 enregistré.'
    """
    said = {name: say(value) for name, value in params.items()}
    return Explanation(
        key,
        tuple((name, value.en) for name, value in sorted(said.items())),
        fill(sentence.en, said, 0),
        fill(sentence.fr, said, 1),
    )


def basis(
    method: str, lens: Lens, ground: Ground, known_share: float | None, explanation: Explanation, at: str = ""
) -> Basis:
    """The basis of an answer, its ids sorted and none twice; `at` when it is not that of the lens."""
    return Basis(
        method=method,
        scope=lens.scope,
        at=at or lens.text,
        identity_level=lens.identity_level,
        certainty=tuple(sorted(lens.certainty)),
        inputs_used=ordered(ground.used),
        excluded=tuple(sorted(dict.fromkeys(ground.excluded))),
        known_share=rounded(known_share),
        warnings=ordered(ground.warnings),
        explanation=explanation,
    )


def ordered(ids: Iterable[str]) -> tuple[str, ...]:
    """Ids sorted, none twice; quick when they nearly are, as tables are sorted by id."""
    return tuple(sorted(dict.fromkeys(ids)))
