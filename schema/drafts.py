"""What editors changed of a published item and nobody published yet: the input that would make the same change."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import orjson
import strawberry
from graphql import GraphQLResolveInfo

from directory.enums import CLOSED
from directory.errors import NotAllowed, NotFound
from directory.fields import Fact, Kind
from directory.item import Item
from directory.reading import get
from directory.types import CONTENT_TYPES
from directory.values import Citation, Place, Quantity, Ref
from directory.versions import draft
from schema.ids import global_id, own_id
from schema.inputs import writable
from schema.making import Argument, FieldSpec
from schema.naming import camel, upper

FIELD: Final = FieldSpec(
    "draft",
    str | None,
    "What of an item is not published yet: in JSON, the input that updates it so. Null without, and for visitors.",
    (Argument("id", strawberry.ID, "Global id."),),
)


async def unpublished(source: Any, info: GraphQLResolveInfo[Any], id: str) -> str | None:
    """The input as JSON; None when there is no draft, and for those who are not of the item's team."""
    desk, found = info.context.desk, own_id(id)
    if found is None or found[0] not in CONTENT_TYPES:
        return None
    try:
        changed = await draft(desk, Ref(*found))
    except (NotFound, NotAllowed):
        return None
    shown = await get(desk, Ref(*found))
    if changed is None or shown is None:
        return None
    given = {"id": global_id(*found), "expectedVersion": changed.version, **changes(shown, changed)}
    return orjson.dumps(given, default=str).decode()


def changes(before: Item, after: Item) -> dict[str, Any]:
    """The fields of an input that make one item of the other."""
    known = writable(type(after))
    pairs = {name: (getattr(before, name), getattr(after, name)) for name in known}
    return {camel(name): _written(known[name], old, new) for name, (old, new) in pairs.items() if old != new}


def _written(fact: Fact, old: Any, new: Any) -> Any:
    if fact.localised and isinstance(new, Mapping):
        return {each: new.get(each) for each in {**(old or {}), **new}}
    write = WRITERS.get(fact.kind, _as_it_is)
    if isinstance(new, tuple):
        return [write(fact, each) for each in new]
    return None if new is None else write(fact, new)


def _as_it_is(fact: Fact, value: Any) -> Any:
    return value


def _choice(fact: Fact, value: str) -> str:
    members = CLOSED.get(fact.vocabulary or "", ())
    return next((each.name for each in members if each == value), upper(value))


def _citation(fact: Fact, value: Citation) -> dict[str, Any]:
    document = global_id(value.document.type, value.document.id)
    return {"document": document, "locator": value.locator, "field": value.field and camel(value.field)}


def _quantity(fact: Fact, value: Quantity) -> dict[str, Any]:
    return {"value": value.value, "qualifier": upper(value.qualifier), "unit": value.unit}


def _place(fact: Fact, value: Place) -> dict[str, Any]:
    return {"latitude": value.lat, "longitude": value.lon}


WRITERS: Final[Mapping[Kind, Callable[[Fact, Any], Any]]] = {
    Kind.CHOICE: _choice,
    Kind.CITATION: _citation,
    Kind.LINK: lambda fact, value: global_id(value.type, value.id),
    Kind.PARTIAL_DATE: lambda fact, value: value.value,
    Kind.PLACE: _place,
    Kind.QUANTITY: _quantity,
}
