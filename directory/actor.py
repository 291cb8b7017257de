"""Who asks: a person, a token, an importer or a visitor; their roles and where they hold them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from directory.enums import Role


@dataclass(frozen=True, slots=True)
class Grant:
    """A role on an item, held there and below until something stops the inheritance."""

    item: str
    role: Role


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who asks. `roles` is by scope: the id of the item that carries the grant; `id` is None for a visitor.

    >>> editor = Actor("u-1", "Ada", roles={"cite-1": Role.EDITOR})
    >>> editor.at_least(Role.CONTRIBUTOR, "cite-1"), editor.at_least(Role.READER, "cite-2")
    (True, False)
    """

    id: str | None
    name: str
    site_admin: bool = False
    roles: Mapping[str, Role] = field(default_factory=dict, hash=False)
    limited: bool = False  # to these roles, by a token

    def __post_init__(self) -> None:
        # A copy that cannot change: an actor is part of cached answers.
        object.__setattr__(self, "roles", MappingProxyType(dict(self.roles)))

    @property
    def creator(self) -> str | None:
        """Whose creations are theirs wherever they are; None for nobody's, as for a token that is limited to roles."""
        return None if self.limited else self.id

    def role_on(self, scope: str | None) -> Role | None:
        """The role held on that scope, None for none; a site admin holds theirs everywhere."""
        if self.site_admin:
            return Role.SITE_ADMIN
        return self.roles.get(scope) if scope is not None else None

    def at_least(self, role: Role, scope: str | None) -> bool:
        """Whether the actor holds that role or a higher one on the scope."""
        held = self.role_on(scope)
        return held is not None and held.at_least(role)

    def scopes(self, role: Role) -> tuple[str, ...]:
        """The scopes on which the actor holds at least that role by grant, sorted; a site admin needs none.

        >>> Actor("u-1", "Ada", roles={"b": Role.EDITOR, "a": Role.MANAGER, "c": Role.READER}).scopes(Role.EDITOR)
        ('a', 'b')
        """
        return tuple(sorted(scope for scope, held in self.roles.items() if held.at_least(role)))


anonymous = Actor(id=None, name="visitor")
"""A visitor: no id, no role."""


def highest(grants: Iterable[Grant]) -> Mapping[str, Role]:
    """The roles of somebody with these grants: the highest on each item.

    >>> dict(highest([Grant("a", Role.EDITOR), Grant("a", Role.READER)]))
    {'a': <Role.EDITOR: 'editor'>}
    """
    roles: dict[str, Role] = {}
    for grant in grants:
        held = roles.get(grant.item)
        roles[grant.item] = grant.role if held is None or grant.role.at_least(held) else held
    return roles
