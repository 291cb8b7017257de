"""States, moves, and who may do what in each: the tables, and nothing else. The workflow test is these tables.

`Who` says a role on the item's scope, and whether the item's creator may too, as long as they contribute there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from directory.enums import LabelState, Role, State


@dataclass(frozen=True, slots=True)
class Who:
    """A role, or its creator when `creator` (who must still be a contributor on the scope)."""

    role: Role
    creator: bool = False


@dataclass(frozen=True, slots=True)
class Move:
    """A step from one state to another. `complete` asks for the fields needed to publish, `comment` for a comment."""

    name: str
    sources: tuple[State, ...]
    target: State
    who: Who
    complete: bool = False
    comment: bool = False


CREATE: Final = Who(Role.CONTRIBUTOR)
"""Who creates, on the scope of the parent."""

UNDELETE: Final = Who(Role.MANAGER)
FORCE: Final = Who(Role.MANAGER)
PUBLISH_PRIVATE_TYPES: Final = Who(Role.MANAGER)
"""Who publishes a person or a mandate, which are made private."""

EDIT: Final[Mapping[State, Who | None]] = MappingProxyType(
    {
        State.PRIVATE: Who(Role.EDITOR, creator=True),
        State.PENDING: Who(Role.EDITOR),
        State.PUBLISHED: Who(Role.EDITOR),  # as a draft: visitors keep the published version
        State.ARCHIVED: None,
    }
)

DELETE: Final[Mapping[State, Who]] = MappingProxyType(
    {
        State.PRIVATE: Who(Role.EDITOR, creator=True),
        State.PENDING: Who(Role.EDITOR),
        State.PUBLISHED: Who(Role.MANAGER),
        State.ARCHIVED: Who(Role.MANAGER),
    }
)

_MOVES: Final = (
    Move("submit", (State.PRIVATE,), State.PENDING, Who(Role.EDITOR, creator=True), complete=True),
    Move("withdraw", (State.PENDING,), State.PRIVATE, Who(Role.EDITOR, creator=True)),
    Move("reject", (State.PENDING,), State.PRIVATE, Who(Role.REVIEWER), comment=True),
    Move("publish", (State.PRIVATE, State.PENDING), State.PUBLISHED, Who(Role.REVIEWER), complete=True),
    Move("publish_draft", (State.PUBLISHED,), State.PUBLISHED, Who(Role.REVIEWER), complete=True),
    Move("discard_draft", (State.PUBLISHED,), State.PUBLISHED, Who(Role.EDITOR)),
    Move("retire", (State.PUBLISHED,), State.PRIVATE, Who(Role.REVIEWER)),
    Move("archive", (State.PUBLISHED, State.PRIVATE), State.ARCHIVED, Who(Role.REVIEWER)),
    Move("restore", (State.ARCHIVED,), State.PRIVATE, Who(Role.MANAGER)),
)
MOVES: Final[Mapping[str, Move]] = MappingProxyType({move.name: move for move in _MOVES})


@dataclass(frozen=True, slots=True)
class LabelMove:
    """A step of the label of a Cité: None is no state yet. `target` None is the state before the present one."""

    name: str
    sources: tuple[LabelState | None, ...]
    target: LabelState | None
    by_cite: bool = False  # a manager of the Cité may too, beside the label authority


_ON_THE_WAY: Final = (None, LabelState.EN_PROJET, LabelState.EN_PREFIGURATION)
_LABEL_MOVES: Final = (
    LabelMove("announce", (None, LabelState.ENDED), LabelState.EN_PROJET, by_cite=True),
    LabelMove("prefigure", (None, LabelState.EN_PROJET), LabelState.EN_PREFIGURATION),
    LabelMove("award", _ON_THE_WAY, LabelState.LABELLED),
    LabelMove("operate", (*_ON_THE_WAY, LabelState.LABELLED), LabelState.OPERATING_LABEL),
    LabelMove("suspend", (LabelState.LABELLED, LabelState.OPERATING_LABEL), LabelState.SUSPENDED),
    LabelMove("reinstate", (LabelState.SUSPENDED,), None),
    LabelMove("end", tuple(each for each in LabelState if each is not LabelState.ENDED), LabelState.ENDED),
)
LABEL_MOVES: Final[Mapping[str, LabelMove]] = MappingProxyType({move.name: move for move in _LABEL_MOVES})


def label_target(move: LabelMove, history: tuple[LabelState, ...]) -> LabelState | None:
    """The state that the move leads to after this history of states (oldest first); None when it does not fit.

    >>> label_target(LABEL_MOVES["reinstate"], (LabelState.OPERATING_LABEL, LabelState.SUSPENDED)).value
    'operating_label'
    >>> label_target(LABEL_MOVES["suspend"], ()) is None
    True
    """
    present = history[-1] if history else None
    if present not in move.sources:
        return None
    if move.target is not None:
        return move.target
    return next((state for state in reversed(history) if state is not present), None)
