"""What the other levels of identity would answer: who counts as one decides who is shared."""

from collections.abc import Iterable
from dataclasses import replace

from directory.analysis.lens import LEVELS, Lens
from directory.analysis.snapshot import Snapshot
from directory.analysis.wording import Both

NAMES = {
    "branch": Both("branch", "agence"),
    "organisation": Both("organisation", "organisme"),
    "parent": Both("parent", "maison mère"),
}


def other_lenses(snapshot: Snapshot, lens: Lens) -> tuple[Lens, ...]:
    """The lens at each other level at which some organisations count as others.

    >>> from directory.analysis.snapshot import from_rows
    >>> town = from_rows({"organisations": [{"id": "north", "parent_id": "hall", "parent_relation": "branch"}]})
    >>> [other.identity_level for other in other_lenses(town, Lens("network", "2024"))]
    ['branch']
    """
    steps = snapshot.identities(lens.identity_level).steps
    others = (level for level in LEVELS if snapshot.identities(level).steps != steps)
    return tuple(replace(lens, identity_level=level) for level in others)


def note(answers: Iterable[tuple[Lens, Both]]) -> Both:
    """What lenses at other levels answer, in brackets for the end of a sentence; blank when none differs.

    >>> note([(Lens("network", "2024", "branch"), Both("none", "aucun"))]).fr
    ' (aucun au niveau agence)'
    """
    said = [(lens.identity_level, answer) for lens, answer in answers]
    if not said:
        return Both("", "")
    en = ", ".join(f"{answer.en} at level {NAMES[level].en}" for level, answer in said)
    fr = ", ".join(f"{answer.fr} au niveau {NAMES[level].fr}" for level, answer in said)
    return Both(f" ({en})", f" ({fr})")


def pairs_said(count: int) -> Both:
    """So many pairs of Cités, in words.

    >>> pairs_said(0).fr, pairs_said(2).en
    ('aucune', '2 pairs')
    """
    if not count:
        return Both("none", "aucune")
    return Both("1 pair", "1 paire") if count == 1 else Both(f"{count} pairs", f"{count} paires")
