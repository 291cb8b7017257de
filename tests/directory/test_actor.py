import pytest

from directory.actor import Actor, Grant, anonymous, highest
from directory.enums import Role

ADA = Actor("u-1", "Ada", roles={"cite-1": Role.EDITOR, "cite-2": Role.READER})


@pytest.mark.parametrize(
    ("actor", "role", "scope", "holds"),
    [
        (ADA, Role.EDITOR, "cite-1", True),
        (ADA, Role.READER, "cite-1", True),
        (ADA, Role.REVIEWER, "cite-1", False),
        (ADA, Role.READER, "cite-2", True),
        (ADA, Role.CONTRIBUTOR, "cite-2", False),
        (ADA, Role.READER, "cite-3", False),
        (ADA, Role.READER, None, False),
        (anonymous, Role.READER, "cite-1", False),
        (anonymous, Role.READER, None, False),
        (Actor("u-2", "Root", site_admin=True), Role.SITE_ADMIN, "cite-3", True),
        (Actor("u-2", "Root", site_admin=True), Role.SITE_ADMIN, None, True),
    ],
)
def test_a_role_counts_on_its_scope_and_includes_the_lower_ones(
    actor: Actor, role: Role, scope: str | None, holds: bool
) -> None:
    assert actor.at_least(role, scope) is holds


def test_scopes_are_those_with_at_least_the_role() -> None:
    assert ADA.scopes(Role.READER) == ("cite-1", "cite-2")
    assert ADA.scopes(Role.EDITOR) == ("cite-1",)
    assert anonymous.scopes(Role.READER) == ()


def test_an_actor_is_not_changed_by_the_mapping_it_was_made_from() -> None:
    roles = {"cite-1": Role.READER}
    actor = Actor("u-1", "Ada", roles=roles)

    roles["cite-1"] = Role.MANAGER

    assert actor.role_on("cite-1") is Role.READER
    assert hash(actor) == hash(Actor("u-1", "Ada"))


def test_of_two_grants_on_an_item_the_higher_counts() -> None:
    grants = [Grant("a", Role.READER), Grant("a", Role.MANAGER), Grant("a", Role.EDITOR), Grant("b", Role.READER)]

    assert highest(grants) == {"a": Role.MANAGER, "b": Role.READER}
