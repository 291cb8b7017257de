"""The object types of the content types: a field for every fact, every way to other items, every computed value."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import strawberry

from directory.fields import Kind, facts
from schema.computed import computed
from schema.connection import Lists
from schema.kit import ITEM
from schema.links import CITATION, CITATION_READERS, citation_fields, field_of, no_items, nothing, reader_of
from schema.making import FieldSpec, fill_object
from schema.naming import camel
from schema.paths import shown_ways
from schema.plan import Reader
from schema.reading import reader_of as value_reader
from schema.reading import resolved_locale, type_of
from schema.scalars import Locale
from schema.words import short

INTERNAL: Final = frozenset({"scope"})
"""Fields that no answer shows: they are about how rights are kept."""
NO_PARENT: Final = "The item it sits in."
NO_CHILDREN: Final = "Items that sit in it."


class Objects:
    """What each object type has, and how it is read."""

    def __init__(self, lists: Lists) -> None:
        self.lists = lists
        self.kit = lists.kit
        self._fields: dict[str, dict[str, FieldSpec]] = {}
        self._readers: dict[str, dict[str, Reader]] = {}

    def declare(self) -> Mapping[str, Mapping[str, Reader]]:
        """Fill the object types; how their fields are read, by type and name."""
        for label in self.kit.content_types:
            self._fields[label], self._readers[label] = {}, {}
            self._values(label)
            self._links(label)
            for each in computed(self.lists, label):
                self._add(label, each.field, each.read)
        self._declare_interfaces()
        for label, cls in self.kit.content_types.items():
            fields = [
                replace(each, description=short(name, each.description)) for name, each in self._fields[label].items()
            ]
            fill_object(self.kit[label].object, cls.declared.description, fields)
        fill_object(self.kit.parts[CITATION], "A place in a source.", citation_fields(self.lists))
        return {**self._readers, CITATION: CITATION_READERS}

    def _add(self, label: str, field: FieldSpec, read: Reader) -> None:
        self._fields[label][field.name] = field
        self._readers[label][field.name] = read

    def _values(self, label: str) -> None:
        for name, fact in facts(self.kit.content_types[label]).items():
            if fact.kind in (Kind.LINK, Kind.CITATION) or name in INTERNAL:
                continue
            field = FieldSpec(camel(name), type_of(self.kit, fact), fact.description)
            self._add(label, field, value_reader(fact, label))
            if name == "title":
                words = "Language that its texts are answered in."
                self._add(label, FieldSpec("resolvedLocale", Locale | None, words), resolved_locale(fact))

    def _links(self, label: str) -> None:
        found = shown_ways(label)
        for way in found.values():
            self._add(label, field_of(self.lists, label, way), reader_of(self.lists, label, way))
        item = self.kit[ITEM]
        if "parent" not in found:
            self._add(label, FieldSpec("parent", item.object | None, NO_PARENT), nothing)
        if "children" not in found:
            arguments = self.lists.arguments(ITEM, dated=True)
            self._add(label, FieldSpec("children", item.connection, NO_CHILDREN, arguments), no_items)

    def _declare_interfaces(self) -> None:
        """An item of any type has the fields that all types have, and the same arguments."""
        ids = [FieldSpec("id", strawberry.ID, "Opaque, stable, unique over all types.")]
        fill_object(self.kit.node, "Anything with a global id.", ids, interface=True)
        fill_object(self.kit[ITEM].object, "Anything that has an id, a place in the tree and a state.",
                    self._shared(), interface=True)  # fmt: skip

    def _shared(self) -> list[FieldSpec]:
        first, *others = self._fields.values()
        shared = [name for name in first if all(name in each for each in others)]
        return [self._general(name) for name in shared]

    def _general(self, name: str) -> FieldSpec:
        """The field as the interface has it: the type that fits all, and the arguments, which are the same for all."""
        fields = [each[name] for each in self._fields.values()]
        types: list[Any] = []
        for each in fields:
            if each.type not in types:
                types.append(each.type)
        if len(types) == 1:
            return fields[0]
        return FieldSpec(name, self.kit[ITEM].object | None, fields[0].description)
