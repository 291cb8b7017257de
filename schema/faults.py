"""A refusal of the directory as the typed errors of a payload: each with a code, a sentence and its GraphQL path."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from directory.desk import Desk
from directory.errors import (
    BadInput,
    Conflict,
    DirectoryError,
    Duplicate,
    Fault,
    InUse,
    Invalid,
    NotAllowed,
    NotFound,
)
from directory.reading import kept_rows
from directory.values import Ref
from graph.query import Attribute, OneOf
from schema.naming import camel
from schema.payloads import UserError
from schema.sentences import in_language, of_error

PARTS: Final = {"lat": "latitude", "lon": "longitude"}
"""Parts of values that have other names in the API."""
BY_CODE: Final = {"NOT_FOUND": "NotFoundError", "DUPLICATE": "DuplicateError", "CONFLICT": "ConflictError"}


@dataclass(frozen=True, slots=True)
class About:
    """What a mutation is about: the item, the reader's language, and where each item created below stands."""

    at: Ref | None = None
    language: str | None = None
    places: tuple[tuple[str, str], ...] = ()  # the list in the input and the place in it, of each item below

    def path(self, path: Sequence[str]) -> tuple[str, ...]:
        """The place in the arguments of a place in the item.

        >>> About(places=(("bodies", "0"),)).path(("children", "0", "held_in"))
        ('input', 'bodies', '0', 'heldIn')
        """
        if len(path) > 1 and path[0] == "children":
            return ("input", *self.places[int(path[1])], *_named(path[2:]))
        return ("input", *_named(path))


def _named(path: Sequence[str]) -> tuple[str, ...]:
    return tuple(PARTS.get(each, camel(each)) for each in path)


async def errors_of(error: DirectoryError, about: About, desk: Desk) -> tuple[UserError, ...]:
    """The errors that a refusal stands for."""
    if isinstance(error, Invalid):
        return tuple(_of_fault(fault, about) for fault in error.faults)
    message, path = of_error(error, about.language), about.path(error.path)
    match error:
        case NotFound():
            absent = about.path(error.path or (("id",) if about.at else ()))
            return (UserError("NotFoundError", error.code, message, absent),)
        case Conflict():
            version = error.current_version
            return (UserError("ConflictError", error.code, message, path, current_version=version, current=about.at),)
        case Duplicate():
            existing = next(iter(await _refs(desk, [error.existing] if error.existing else [])), None)
            return (UserError("DuplicateError", error.code, message, path, existing=existing),)
        case NotAllowed():
            role = error.required_role.value if error.required_role else None
            moves = tuple(map(camel, error.moves))
            return (UserError("ForbiddenError", error.code, message, path, required_role=role, moves=moves),)
        case InUse():
            sample = tuple(await _refs(desk, error.sample))
            return (UserError("InUseError", error.code, message, path, count=error.count, sample=sample),)
        case BadInput():
            return (UserError("InvalidInputError", error.code, message, path),)
    raise error


def _of_fault(fault: Fault, about: About) -> UserError:
    message = in_language(fault.message, about.language)
    typename = BY_CODE.get(fault.code, "InvalidInputError")
    return UserError(typename, fault.code, message, about.path(fault.path), near=fault.near)


async def _refs(desk: Desk, ids: Sequence[str]) -> list[Ref]:
    """The items with these ids, whatever their types: every item has an address."""
    if not ids:
        return []
    rows = await kept_rows(desk, "Address", ("item", "type", "current"), OneOf(Attribute("item"), tuple(ids)))
    types = {item: type_name for item, type_name, current in rows if current}
    return [Ref(types[id], id) for id in ids if id in types]
