"""Why an answer is silent: nothing is recorded, or what is recorded does not count at that time."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Final

from directory.analysis.basis import Explanation, explain
from directory.analysis.lens import CERTAINTIES, Lens
from directory.analysis.reasons import OTHERWISE, REASONS
from directory.analysis.selection import contributions, partners, services
from directory.analysis.snapshot import Snapshot
from directory.analysis.wording import Both, Param, scope_name

RECORDED: Final[Mapping[str, Callable[[Snapshot, Lens], bool]]] = {
    "no_service_recorded": lambda snapshot, lens: bool(services(snapshot, lens).rows),
    "no_contribution_recorded": lambda snapshot, lens: bool(contributions(snapshot, lens).rows),
    "no_partner_recorded": lambda snapshot, lens: bool(partners(snapshot, lens).ids),
    "nothing_recorded": lambda snapshot, lens: bool(services(snapshot, lens).rows or partners(snapshot, lens).ids),
}
"""Whether a lens sees any of what a reason says that there is none of."""


def silent(method: str, reason: str, snapshot: Snapshot, lens: Lens, **params: Param) -> Explanation:
    """The explanation of a number that is not known: why, and what to enter next.

    >>> from directory.analysis.snapshot import from_rows
    >>> town = from_rows({"services": [{"id": "s", "cite_id": "X", "start": "2020"}]})
    >>> silent("coverage", "no_service_recorded", town, Lens("cite:X", "2018")).key
    'coverage.no_service_recorded_then'
    """
    sentence = why(reason, snapshot, lens)
    then = "_then" if sentence is OTHERWISE.get(reason) else ""
    return explain(f"{method}.{reason}{then}", sentence, scope=scope_name(snapshot, lens.scope), **params)


def why(reason: str, snapshot: Snapshot, lens: Lens) -> Both:
    """The sentence of a reason, `{scope}` to be filled: it never says that nothing is recorded where something is."""
    return (OTHERWISE if _at_another_time(reason, snapshot, lens) else REASONS)[reason]


def _at_another_time(reason: str, snapshot: Snapshot, lens: Lens) -> bool:
    """Whether there is some of what is missing, at another time, in another role or less certain."""
    always = replace(lens, at=(date.min, date.max), certainty=frozenset(CERTAINTIES), roles="all")
    return reason in RECORDED and RECORDED[reason](snapshot, always)
