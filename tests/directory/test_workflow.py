"""The workflow, as its tables: every state, every role, every move."""

import pytest

from directory.actor import Actor, anonymous
from directory.enums import LabelState, Role, State
from directory.permissions import is_public, may, moves, sees
from directory.stored import properties
from directory.types import CONTENT_TYPES
from directory.workflow import LABEL_MOVES, MOVES, label_target
from graph.query import Sight

HERE = "scope-1"
CREATOR = "u-creator"
Organisation = CONTENT_TYPES["Organisation"]

# Who: the least role, then whether the creator may as a contributor.
NOBODY = (None, False)
CONTRIBUTOR = (Role.CONTRIBUTOR, False)
EDITOR, OWN = (Role.EDITOR, False), (Role.EDITOR, True)
REVIEWER, MANAGER = (Role.REVIEWER, False), (Role.MANAGER, False)

MAY = {  # what, in the states private, pending, published, archived
    "create": (CONTRIBUTOR, CONTRIBUTOR, CONTRIBUTOR, CONTRIBUTOR),
    "edit": (OWN, EDITOR, EDITOR, NOBODY),
    "delete": (OWN, EDITOR, MANAGER, MANAGER),
    "undelete": (MANAGER, MANAGER, MANAGER, MANAGER),
    "force": (MANAGER, MANAGER, MANAGER, MANAGER),
    "submit": (OWN, NOBODY, NOBODY, NOBODY),
    "withdraw": (NOBODY, OWN, NOBODY, NOBODY),
    "reject": (NOBODY, REVIEWER, NOBODY, NOBODY),
    "publish": (REVIEWER, REVIEWER, NOBODY, NOBODY),
    "publish_draft": (NOBODY, NOBODY, REVIEWER, NOBODY),
    "discard_draft": (NOBODY, NOBODY, EDITOR, NOBODY),
    "retire": (NOBODY, NOBODY, REVIEWER, NOBODY),
    "archive": (REVIEWER, NOBODY, REVIEWER, NOBODY),
    "restore": (NOBODY, NOBODY, NOBODY, MANAGER),
}
TARGETS = {  # move: to, asks for the fields to publish, asks for a comment
    "submit": ("pending", True, False),
    "withdraw": ("private", False, False),
    "reject": ("private", False, True),
    "publish": ("published", True, False),
    "publish_draft": ("published", True, False),
    "discard_draft": ("published", False, False),
    "retire": ("private", False, False),
    "archive": ("archived", False, False),
    "restore": ("private", False, False),
}
LABEL = {  # from: the moves offered, each with the state it leads to
    None: {
        "announce": "en_projet",
        "prefigure": "en_prefiguration",
        "award": "labelled",
        "operate": "operating_label",
    },
    "en_projet": {
        "prefigure": "en_prefiguration",
        "award": "labelled",
        "operate": "operating_label",
        "end": "ended",
    },
    "en_prefiguration": {"award": "labelled", "operate": "operating_label", "end": "ended"},
    "labelled": {"operate": "operating_label", "suspend": "suspended", "end": "ended"},
    "operating_label": {"suspend": "suspended", "end": "ended"},
    "suspended": {"reinstate": "labelled", "end": "ended"},
    "ended": {"announce": "en_projet"},
}


def an_item(state: State, **values: object) -> object:
    return Organisation(id="o", state=state.value, scope=HERE, created_by=CREATOR, **values)


ACTORS = [  # actor, role on the scope, is the creator
    (anonymous, None, False),
    *((Actor(name, name, roles={HERE: role}), role, name == CREATOR) for role in Role for name in ("u", CREATOR)),
    (Actor(CREATOR, "no role any more"), None, True),
    (Actor("u", "elsewhere", roles={"scope-2": Role.MANAGER}), None, False),
    (Actor("u", "admin", site_admin=True), Role.SITE_ADMIN, False),
]


@pytest.mark.parametrize("action", MAY)
@pytest.mark.parametrize("state", State)
def test_who_may_do_what_in_each_state_is_this_table(action: str, state: State) -> None:
    least, creator = MAY[action][list(State).index(state)]

    for actor, role, is_creator in ACTORS:
        by_role = least is not None and role is not None and role.at_least(least)
        by_hand = creator and is_creator and role is not None and role.at_least(Role.CONTRIBUTOR)
        assert may(actor, action, an_item(state)) == (by_role or by_hand), (actor, action, state)


def test_moves_lead_where_this_table_says() -> None:
    assert {name: (move.target, move.complete, move.comment) for name, move in MOVES.items()} == TARGETS


@pytest.mark.parametrize("state", State)
def test_the_moves_offered_are_those_that_one_may_make(state: State) -> None:
    reviewer = Actor("u", "Reviewer", roles={HERE: Role.REVIEWER})

    offered = moves(reviewer, an_item(state))

    expected = {
        State.PRIVATE: ("submit", "publish", "archive"),
        State.PENDING: ("withdraw", "reject", "publish"),
        State.PUBLISHED: ("publish_draft", "discard_draft", "retire", "archive"),
        State.ARCHIVED: (),
    }
    assert offered == expected[state]


@pytest.mark.parametrize("type_name", ["Person", "Mandate"])
def test_only_a_manager_publishes_what_is_made_private(type_name: str) -> None:
    item = CONTENT_TYPES[type_name](id="p", state="private", scope=HERE)

    assert not may(Actor("u", "R", roles={HERE: Role.REVIEWER}), "publish", item)
    assert may(Actor("u", "M", roles={HERE: Role.MANAGER}), "publish", item)


@pytest.mark.parametrize("present", LABEL)
def test_the_label_moves_as_this_table_says(present: str | None) -> None:
    history = {None: (), "suspended": (LabelState.LABELLED, LabelState.SUSPENDED)}.get(
        present, tuple(state for state in LabelState if state == present)
    )

    for name, move in LABEL_MOVES.items():
        expected = LABEL[present].get(name)
        assert label_target(move, history) == expected, name


SEEN = {  # state: seen by a visitor, by its creator, by a reader of the scope
    State.PRIVATE: (False, True, True),
    State.PENDING: (False, True, True),
    State.PUBLISHED: (True, True, True),
    State.ARCHIVED: (False, False, True),
}


@pytest.mark.parametrize("state", State)
def test_who_sees_what_in_each_state_is_this_table(state: State) -> None:
    now = "2025-01-01T00:00:00.000Z"
    sights = (Sight(now), Sight(now, user=CREATOR), Sight(now, user="u", reading=(HERE,)))

    assert tuple(sees(each, an_item(state)) for each in sights) == SEEN[state]


@pytest.mark.parametrize(
    ("effective", "expires", "seen"),
    [
        (None, None, True),
        ("2025-01-01T00:00:00.000Z", None, True),
        ("2025-01-01T00:00:00.001Z", None, False),
        (None, "2025-01-01T00:00:00.000Z", False),
        (None, "2025-01-01T00:00:00.001Z", True),
    ],
)
def test_visitors_see_from_effective_until_expires(effective: str | None, expires: str | None, seen: bool) -> None:
    item = an_item(State.PUBLISHED, effective=effective, expires=expires)

    assert is_public(item, "2025-01-01T00:00:00.000Z") == seen


@pytest.mark.parametrize(
    "bounds", [{}, {"effective": "2001-01-01T00:00:00.000Z"}, {"expires": "2099-01-01T00:00:00.000Z"}]
)
@pytest.mark.parametrize("state", State)
def test_open_is_what_everybody_sees_at_all_times_and_nothing_else(state: State, bounds: dict[str, str]) -> None:
    stored = properties(an_item(state, **bounds))

    assert stored.get("open") == (True if state is State.PUBLISHED and not bounds else None)
