"""The label of a Cité: its state, and the moves that write it as life events."""

from collections.abc import Mapping, Sequence

from directory.checking import accepted, content_type
from directory.creating import New, make
from directory.desk import Desk, now
from directory.enums import LabelState, Role, State
from directory.errors import BadInput, Fault, Invalid, NotAllowed
from directory.item import Item
from directory.types.figures import LifeEvent
from directory.values import Citation, Ref
from directory.workflow import LABEL_MOVES, LabelMove, label_target
from directory.writing import Entry, found, items, tell, transact
from graph import Transaction


async def move_label(
    desk: Desk,
    cite: Ref,
    move: str,
    expected_version: int,
    *,
    date: str,
    sources: Sequence[Citation],
    decided_by: Ref | None = None,
) -> Item:
    """The life event, published, that records a decision on the label of the Cité (`workflow.LABEL_MOVES`).

    `date` is a partial date, not before that of the last decision. Raises NotAllowed with the moves offered, Conflict
    when the Cité has changed.
    """
    if move not in LABEL_MOVES:
        raise BadInput(f"There is no move {move!r} of the label.", ("move",))
    if not sources:
        raise Invalid((Fault("INVALID", ("sources",), "A source is required."),))

    async def work(tx: Transaction) -> Item:
        here = await found(tx, desk, cite)
        if cite.type != "Cite":
            raise BadInput("Only a Cité has a label.", ("id",))
        events = await _events(tx, cite)
        history = tuple(_state(each) for each in events)
        await _require(tx, desk, here.item, LABEL_MOVES[move], history)
        here.refuse_stale(expected_version)
        target = label_target(LABEL_MOVES[move], history)
        if target is None:
            raise NotAllowed(f"The label cannot {move} from where it is.", offered(history))
        values = {"label_state": target.value, "date": date, "sources": tuple(sources), "decided_by": decided_by}
        return await _write(tx, desk, cite, values, events)

    return await transact(desk, work)


def offered(history: tuple[LabelState, ...]) -> tuple[str, ...]:
    """The moves that fit the history of a label, its oldest state first.

    >>> offered((LabelState.SUSPENDED,))
    ('end',)
    >>> offered((LabelState.LABELLED, LabelState.SUSPENDED))
    ('reinstate', 'end')
    """
    return tuple(name for name, move in LABEL_MOVES.items() if label_target(move, history) is not None)


async def _events(tx: Transaction, cite: Ref) -> list[LifeEvent]:
    """The life events, not archived, that set a state of the label of the Cité, oldest first."""
    ends = await tx.links_of("Cite", [cite.id], outgoing=False)
    events = await items(tx, [Ref("LifeEvent", link.other) for _, link in ends if link.other_label == "LifeEvent"])
    dated = [
        (each.date, each.created, each.label_state, each)
        for each in events.values()
        if isinstance(each, LifeEvent) and each.label_state and each.date and each.state != State.ARCHIVED
    ]
    return [event for *_, event in sorted(dated, key=lambda row: row[:3])]


def _state(event: LifeEvent) -> LabelState:
    return next(each for each in LabelState if each == event.label_state)


async def _require(tx: Transaction, desk: Desk, cite: Item, move: LabelMove, history: tuple[LabelState, ...]) -> None:
    actor = desk.actor
    if actor.site_admin or (move.by_cite and actor.at_least(Role.MANAGER, cite.scope)):
        return
    authorities = await tx.find("Organisation", "type", ["label_authority"])
    if any(actor.at_least(Role.MANAGER, each["scope"]) for each in authorities):
        return
    mine = tuple(
        name for name in offered(history) if LABEL_MOVES[name].by_cite and actor.at_least(Role.MANAGER, cite.scope)
    )
    raise NotAllowed("This is for the label authority.", mine, Role.MANAGER)


async def _write(
    tx: Transaction, desk: Desk, cite: Ref, values: Mapping[str, object], events: Sequence[LifeEvent]
) -> Item:
    at = now(desk)
    cls = content_type("LifeEvent")
    read = accepted(desk, cls, {"kind": "label_decided", "subject": cite, **values})
    last = events[-1].date if events else None
    if last and read["date"] and read["date"].first < last.first:
        raise Invalid((Fault("INVALID", ("date",), f"The last decision on the label is of {last}."),))
    made = await make(tx, desk, at, New(cls, read, desk.new_id()), State.PUBLISHED)
    await tell(tx, desk, at, [Entry("create", None, made)])
    return made
