import inspect

from directory import errors
from directory.enums import Role
from directory.errors import BadInput, Conflict, DirectoryError, Duplicate, Fault, InUse, Invalid, NotAllowed, NotFound

REFUSALS = [
    each
    for each in vars(errors).values()
    if inspect.isclass(each) and issubclass(each, DirectoryError) and each is not DirectoryError
]


def test_each_refusal_has_its_own_code() -> None:
    assert {each.__name__: each.code for each in REFUSALS} == {
        "Invalid": "INVALID",
        "NotFound": "NOT_FOUND",
        "Conflict": "CONFLICT",
        "Duplicate": "DUPLICATE",
        "NotAllowed": "FORBIDDEN",
        "InUse": "IN_USE",
        "BadInput": "BAD_USER_INPUT",
        "Unauthenticated": "UNAUTHENTICATED",
        "BadSetting": "BAD_SETTING",
    }


def test_an_invalid_item_names_every_fault_with_its_path() -> None:
    faults = (Fault("REQUIRED", ("title",), "give one"), Fault("UNKNOWN_CODE", ("kind",), "no such kind", ("human",)))

    refusal = Invalid(faults)

    assert refusal.faults == faults
    assert refusal.path == ("title",)
    assert str(refusal) == "title: give one; kind: no such kind"


def test_refusals_carry_their_facts() -> None:
    assert Conflict(7).current_version == 7
    assert (Duplicate("siret", "1", "org-1").existing, Duplicate("siret", "1").path) == ("org-1", ("siret",))
    assert NotAllowed(moves=("submit",)).moves == ("submit",)
    assert NotAllowed(required_role=Role.EDITOR).required_role is Role.EDITOR
    assert (InUse(2, ("a", "b")).count, InUse(2, ("a", "b")).sample) == (2, ("a", "b"))
    assert BadInput("first goes to 100", ("first",)).path == ("first",)


def test_messages_are_sentences_for_people() -> None:
    assert str(Conflict(7)) == "Somebody else changed the item: its version is now 7."
    assert str(InUse(1)) == "1 other item needs this one."
    assert str(NotAllowed(required_role=Role.EDITOR)) == "This asks for the role editor."
    assert str(NotFound()) == "There is no such item."
