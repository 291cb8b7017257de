"""Items as nodes, links and JSON: what a transaction writes and reads, and what versions, drafts and the trash keep.

`stored` says what becomes of values; this file adds the links, and puts an item together again from both.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, Final

import orjson

from directory.fields import Kind, facts
from directory.item import Item
from directory.links import link_facts, parent_fields, relationship
from directory.stored import own, properties, values
from directory.types import CONTENT_TYPES
from directory.values import Citation, Ref
from graph import NewLink, NewNode, OldLink, StoredLink

NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})
"""What most links hold; one for all of them, since a load keeps millions."""


@dataclass(frozen=True, slots=True)
class Kept:
    """How a link field is kept: the type of its relationships, several or one, citations or bare links."""

    name: str
    relationship: str
    several: bool
    cites: bool


@cache
def kept_links(type_name: str) -> tuple[Kept, ...]:
    """The link fields of a type, each kept once: fields that name the parent are `parent` itself."""
    found = link_facts(CONTENT_TYPES[type_name])
    return tuple(
        Kept(name, relationship(type_name, fact), fact.several, fact.kind is Kind.CITATION)
        for name, fact in found.items()
        if not fact.parent or name == "parent"
    )


def ref(item: Item) -> Ref:
    """The item as others link to it."""
    return Ref(type(item).__name__, item.id)


def node(item: Item) -> NewNode:
    """The node that keeps the item's values."""
    return NewNode(type(item).__name__, properties(item))


def links(item: Item) -> list[NewLink]:
    """The links that keep the item's place, its links to others and its citations."""
    source = ref(item)
    found = []
    for kept in kept_links(source.type):
        for target, own_properties in _ends(kept, getattr(item, kept.name)):
            found.append(NewLink(kept.relationship, source.type, source.id, target.type, target.id, own_properties))
    return found


def _ends(kept: Kept, value: Any) -> list[tuple[Ref, Mapping[str, Any]]]:
    if not value:
        return []
    if kept.cites:
        return [(each.document, {"locator": each.locator, "field": each.field}) for each in value]
    return [(each, NOTHING) for each in (value if kept.several else (value,))]


def changed_links(before: Item, after: Item) -> tuple[list[OldLink], list[NewLink]]:
    """The links to take away and to make, in this order, when the one becomes the other.

    All citations of one document go and come together: they are links between the same two nodes.
    """
    old, new = _by_ends(links(before)), _by_ends(links(after))
    touched = [ends for ends in {**old, **new} if _properties(old.get(ends)) != _properties(new.get(ends))]
    gone = [OldLink(*ends) for ends in touched if ends in old]
    return gone, [link for ends in touched for link in new.get(ends, ())]


def _by_ends(found: Iterable[NewLink]) -> dict[tuple[str, str, str, str, str], list[NewLink]]:
    groups: dict[tuple[str, str, str, str, str], list[NewLink]] = defaultdict(list)
    for link in found:
        groups[link.type, link.source_label, link.source, link.target_label, link.target].append(link)
    return groups


def _properties(found: list[NewLink] | None) -> list[str]:
    return sorted(repr(sorted(link.properties.items())) for link in found or ())


def changed_properties(stored: Mapping[str, Any], after: Item) -> dict[str, Any]:
    """The properties that differ from the stored ones, None for those that go."""
    wanted = properties(after)
    gone = dict.fromkeys(name for name in stored if name not in wanted)
    return {**gone, **{name: value for name, value in wanted.items() if stored.get(name) != value}}


def item(type_name: str, stored: Mapping[str, Any], outgoing: Iterable[StoredLink]) -> Item:
    """The item that a node and the links from it keep."""
    cls = CONTENT_TYPES[type_name]
    return cls(**values(cls, stored), **link_values(type_name, outgoing))


def link_values(type_name: str, outgoing: Iterable[StoredLink]) -> dict[str, Any]:
    """The values of all link fields, as the links from an item's node keep them."""
    groups: dict[str, list[StoredLink]] = defaultdict(list)
    for link in outgoing:
        groups[link.type].append(link)
    found: dict[str, Any] = {}
    for kept in kept_links(type_name):
        ends = groups.get(kept.relationship, [])
        found[kept.name] = _value(kept, ends)
    found.update(parent_values(type_name, found.get("parent")))
    return found


def parent_values(type_name: str, parent: Ref | None) -> dict[str, Ref | None]:
    """The values of the fields that name the parent: those that may, lead to it; the others lead nowhere."""
    cls = CONTENT_TYPES[type_name]
    return {
        name: parent if parent is not None and parent.type in facts(cls)[name].to else None
        for name in parent_fields(cls)
    }


def _value(kept: Kept, ends: list[StoredLink]) -> Any:
    if kept.cites:
        return in_order(
            Citation(Ref(end.other_label, end.other), end.properties.get("locator"), end.properties.get("field"))
            for end in ends
        )
    targets = in_order(Ref(end.other_label, end.other) for end in ends)
    if kept.several:
        return targets
    return targets[0] if targets else None


def in_order(found: Iterable[Any]) -> tuple[Any, ...]:
    """Links or citations, each once, in the one order in which they are read back: links have none of their own."""
    return tuple(sorted(dict.fromkeys(found), key=_place))


def _place(value: Ref | Citation) -> tuple[str, ...]:
    if isinstance(value, Citation):
        return value.document.id, value.field or "", value.locator or ""
    return value.type, value.id


# As JSON -------------------------------------------------------------------------------------------------------------


def to_json(found: Item) -> str:
    """The item as JSON text: its own properties and its links."""
    every = properties(found)
    names = _own_names(type(found).__name__)
    kept = {name: every[name] for name in names if name in every}
    ends = [
        [link.type, link.target_label, link.target, *([dict(link.properties)] if link.properties else [])]
        for link in links(found)
    ]
    return orjson.dumps({"type": type(found).__name__, "properties": kept, "links": ends}).decode()


def from_json(text: str) -> Item:
    """The item that `to_json` wrote. Fields that the type no longer has are left out, new ones are unknown."""
    data = orjson.loads(text)
    ends = [StoredLink(end[0], True, end[1], end[2], end[3] if len(end) > 3 else {}) for end in data["links"]]
    return item(data["type"], data["properties"], ends)


@cache
def _own_names(type_name: str) -> tuple[str, ...]:
    return tuple(each.name for fact in facts(CONTENT_TYPES[type_name]).values() for each in own(fact))


def changed_fields(before: Item, after: Item) -> tuple[str, ...]:
    """The names of the fields that differ, those that the system keeps apart."""
    names = (name for name, fact in facts(type(after)).items() if not fact.system)
    return tuple(name for name in names if getattr(before, name) != getattr(after, name))
