"""The classes that types of the schema are made in, by content type: all exist before any is filled, so any may name
any other."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from directory.enums import CLOSED
from directory.item import Item
from schema.making import Member, bare, enum_type
from schema.naming import pascal, upper

ITEM: Final = "Item"
"""The interface of all content types: what links to several types lead to."""


RENAMED: Final = {"folder_order": "FolderSorting"}
"""Closed vocabularies whose name would be that of another type: FolderOrder orders lists of folders."""


@dataclass(frozen=True)
class Family:
    """What is made for one content type, or for the interface of all."""

    object: type
    connection: type
    edge: type
    where: type
    many: type
    order: type


class Parts(dict[str, Any]):
    """Value types, inputs and filters by their name. Raises ValueError when a name is given to a second one."""

    def __setitem__(self, name: str, made: Any) -> None:
        if name in self:
            raise ValueError(f"Two types would be named {name}.")
        super().__setitem__(name, made)


@dataclass(frozen=True)
class Kit:
    """All classes and enums of one schema."""

    content_types: Mapping[str, type[Item]]
    families: Mapping[str, Family]
    enums: Mapping[str, Any]
    direction: Any
    node: type
    parts: Parts = field(default_factory=Parts)

    def __getitem__(self, label: str) -> Family:
        return self.families[label]

    def target(self, labels: tuple[str, ...]) -> str:
        """The name of the GraphQL type of items that may be of these content types."""
        return labels[0] if len(labels) == 1 else ITEM


def kit_for(content_types: Mapping[str, type[Item]]) -> Kit:
    """The empty classes for these content types, and the enums, which need no others."""
    node = bare("Node")
    item = bare(ITEM, (node,))
    families = {ITEM: _family(ITEM, item)}
    families |= {label: _family(label, bare(label, (item,))) for label in content_types}
    return Kit(content_types, families, _enums(content_types), _direction(), node)


def _family(label: str, made: type) -> Family:
    many = bare(f"{label}Many")
    return Family(
        made, bare(f"{label}Connection"), bare(f"{label}Edge"), bare(f"{label}Where"), many, bare(f"{label}Order")
    )


def _enums(content_types: Mapping[str, type[Item]]) -> Mapping[str, Any]:
    """The closed vocabularies, and the content types as one."""
    found = {
        name: enum_type(
            RENAMED.get(name, pascal(name)),
            (choices.__doc__ or "").strip(),
            [Member(each.name, each.value, each.meaning) for each in choices],
        )
        for name, choices in CLOSED.items()
    }
    kinds = [Member(upper(label), label, cls.declared.description) for label, cls in content_types.items()]
    found["content_type"] = enum_type("NodeKind", "The types of items, to narrow a question to.", kinds)
    return found


def _direction() -> Any:
    return enum_type(
        "SortDirection",
        "Nulls come last in both directions.",
        [Member("ASC", "asc", "Smallest first."), Member("DESC", "desc", "Largest first.")],
    )
