"""What mutations answer: the item as the caller sees it now, and every reason why nothing was written."""

import operator
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import reduce
from typing import Annotated, Any, Final, TypeAlias

import strawberry
from graphql import GraphQLInterfaceType, GraphQLObjectType, GraphQLResolveInfo, GraphQLSchema, GraphQLUnionType

from directory.values import Ref
from directory.versions import draft
from schema.executor import read_item
from schema.ids import global_id
from schema.kit import ITEM, Kit
from schema.making import FieldSpec, bare, fill_object, list_of
from schema.naming import root

PAYLOAD: Final = "ItemPayload"
ERROR: Final = "MutationError"
USER_ERROR: Final = "UserError"
KINDS: Final[Mapping[str, str]] = {
    "InvalidInputError": "A value cannot be, or is missing.",
    "NotFoundError": "There is no such item, or it is hidden.",
    "ConflictError": "The change does not fit what is stored now.",
    "DuplicateError": "Another item has this value already.",
    "ForbiddenError": "The caller may not do this to the item as it is.",
    "InUseError": "Other items lead to this one.",
}
Info: TypeAlias = GraphQLResolveInfo[Any]
Resolver: TypeAlias = Callable[[Any, Info], Awaitable[Any] | Any]


@dataclass(frozen=True, slots=True)
class UserError:
    """One reason, as its type shows it; `typename` is that type."""

    typename: str
    code: str
    message: str
    path: tuple[str, ...]
    near: tuple[str, ...] = ()
    current_version: int | None = None
    current: Ref | None = None
    existing: Ref | None = None
    required_role: str | None = None
    moves: tuple[str, ...] = ()
    count: int = 0
    sample: tuple[Ref, ...] = ()


@dataclass(frozen=True, slots=True)
class Payload:
    """What came of a mutation. `at` is the item, `gone` when it is in the trash now."""

    at: Ref | None = None
    version: int | None = None
    gone: bool = False
    replayed: bool = False
    errors: tuple[UserError, ...] = field(default=())


# Types ---------------------------------------------------------------------------------------------------------------


def declare_payload(kit: Kit) -> None:
    """Make the payload and its errors, by name in `kit.parts`."""
    _declare_errors(kit)
    item = kit[ITEM].object
    fields = [
        FieldSpec("item", item | None, "The item, as visitors or the team see it now; null on error and when deleted."),
        *(FieldSpec(root(label), kit[label].object | None, f"As {label}.") for label in kit.content_types),
        FieldSpec("id", strawberry.ID | None, "Its global id, also when it is deleted."),
        FieldSpec("version", int | None, "What the next change names as expectedVersion, drafts included."),
        FieldSpec("hasDraft", bool, "Whether something is written that visitors do not see until publishDraft."),
        FieldSpec("replayed", bool, "Whether an earlier request with this idempotencyKey had made it."),
        FieldSpec("errors", list_of(kit.parts[ERROR]), "Why nothing was written; empty when all is well."),
    ]
    kit.parts[PAYLOAD] = bare(PAYLOAD)
    fill_object(kit.parts[PAYLOAD], "What came of a change: the item, or every reason why there is none.", fields)


def _declare_errors(kit: Kit) -> None:
    shared = [
        FieldSpec("code", str, "Stable, for programs."),
        FieldSpec("message", str, "For people, in their language when we have it."),
        FieldSpec("path", list[str], "The place in the arguments, from input on."),
    ]
    interface = bare(USER_ERROR)
    fill_object(interface, "Why a change was refused.", shared, interface=True)
    own = _own_fields(kit)
    members = []
    for name, words in KINDS.items():
        made = bare(name, (interface,))
        fill_object(made, words, [*shared, *own.get(name, [])])
        members.append(made)
    described = strawberry.union(ERROR, description="A reason why a change was refused.")
    kit.parts[ERROR] = Annotated[reduce(operator.or_, members), described]


def _own_fields(kit: Kit) -> Mapping[str, list[FieldSpec]]:
    item = kit[ITEM].object
    return {
        "InvalidInputError": [FieldSpec("near", list[str], "Codes or names like the one given.")],
        "ConflictError": [
            FieldSpec("currentVersion", int | None, "The version now; null when it is not about versions."),
            FieldSpec("current", item | None, "The item as it is now."),
        ],
        "DuplicateError": [FieldSpec("existing", item | None, "Who has it; null when hidden.")],
        "ForbiddenError": [
            FieldSpec("requiredRole", kit.enums["role"] | None, "The role it takes; null when no role is enough."),
            FieldSpec("moves", list[str], "Moves that the caller may make instead."),
        ],
        "InUseError": [
            FieldSpec("count", int, "How many items."),
            FieldSpec("sample", list_of(item), "Some of them, as far as the caller sees them."),
        ],
    }


# Answers -------------------------------------------------------------------------------------------------------------


def bind_payload(schema: GraphQLSchema, labels: tuple[str, ...]) -> None:
    """Have payloads and errors resolved by the functions below."""
    payload: Any = schema.type_map[PAYLOAD]
    resolvers: dict[str, Resolver] = {**PAYLOAD_FIELDS, **{root(label): _only(label) for label in labels}}
    for name, resolve in resolvers.items():
        payload.fields[name].resolve = resolve
    for name in (USER_ERROR, ERROR):
        abstract = schema.type_map[name]
        assert isinstance(abstract, GraphQLInterfaceType | GraphQLUnionType)
        abstract.resolve_type = lambda value, info, abstract: value.typename
    for name in KINDS:
        made = schema.type_map[name]
        assert isinstance(made, GraphQLObjectType)
        made.is_type_of = None
        for key, of in made.fields.items():
            of.resolve = ERROR_FIELDS[key]


async def shown(info: Info, at: Ref | None) -> Any:
    """The item as the caller sees it, for graphql-core to complete; None when it is hidden."""
    return None if at is None else await read_item(info, at.type, at.id)


async def _item(payload: Payload, info: Info) -> Any:
    return await shown(info, None if payload.gone else payload.at)


def _only(label: str) -> Resolver:
    """The item when it is of this type."""

    async def resolve(payload: Payload, info: Info) -> Any:
        return await _item(payload, info) if payload.at and payload.at.type == label else None

    return resolve


def _id(payload: Payload, info: Info) -> str | None:
    return global_id(payload.at.type, payload.at.id) if payload.at else None


async def _has_draft(payload: Payload, info: Info) -> bool:
    if payload.at is None or payload.gone or payload.errors:
        return False
    return await draft(info.context.desk, payload.at) is not None


PAYLOAD_FIELDS: Final[Mapping[str, Resolver]] = {
    "item": _item,
    "id": _id,
    "version": lambda payload, info: payload.version,
    "hasDraft": _has_draft,
    "replayed": lambda payload, info: payload.replayed,
    "errors": lambda payload, info: payload.errors,
}


async def _sample(error: UserError, info: Info) -> list[Any]:
    found = [await shown(info, at) for at in error.sample]
    return [each for each in found if each is not None]


async def _current(error: UserError, info: Info) -> Any:
    return await shown(info, error.current)


async def _existing(error: UserError, info: Info) -> Any:
    return await shown(info, error.existing)


ERROR_FIELDS: Final[Mapping[str, Resolver]] = {
    "code": lambda error, info: error.code,
    "message": lambda error, info: error.message,
    "path": lambda error, info: error.path,
    "near": lambda error, info: error.near,
    "currentVersion": lambda error, info: error.current_version,
    "current": _current,
    "existing": _existing,
    "requiredRole": lambda error, info: error.required_role,
    "moves": lambda error, info: error.moves,
    "count": lambda error, info: error.count,
    "sample": _sample,
}
