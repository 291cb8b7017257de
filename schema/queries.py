"""The fields of Query: those that the graph answers, and those that need no graph."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import strawberry
from graphql import GraphQLResolveInfo

from schema.aggregates import Counting, aggregate_field
from schema.collected import COLLECTION, Collected, Questions, collected_field
from schema.connection import Lists
from schema.dimensions import declare_enum
from schema.drafts import FIELD, unpublished
from schema.making import Argument, FieldSpec, bare, fill_input, fill_object, list_of
from schema.naming import root
from schema.paths import path_of
from schema.roots import ById, ByIds, ByLists, ByReference, ByVocabulary, Composed, Root
from schema.scalars import Date, Locale, Slug
from schema.searching import BySearch, search_field
from schema.walking import walk_fields

LOCALE: Final = Argument("locale", Locale | None, "Language.")
AT: Final = Argument("at", Date | None, "As of.")
SEARCH: Final = Argument("search", str | None, "Words.")
AT_BELOW: Final = Argument("at", Date | None, "As of.")


class Queries:
    """The root fields of a schema."""

    def __init__(self, lists: Lists, countings: Mapping[str, Counting], questions: Questions) -> None:
        self.lists = lists
        self.questions = questions
        self.kit = lists.kit
        self.countings = countings
        self.roots: dict[str, Root | Composed] = {}
        self.fields: list[FieldSpec] = []

    def declare(self, more: list[FieldSpec]) -> type:
        """The Query type; `more` are fields that others answer."""
        self.kit.parts.setdefault("NodeRef", bare("NodeRef"))
        fill_input(self.kit.parts["NodeRef"], "One item, by id, slug or path.", [
            FieldSpec("id", strawberry.ID | None, "Global id."),
            FieldSpec("slug", Slug | None, "Slug; where several items have it, the first by path."),
            FieldSpec("path", str | None, "Path from the root."),
        ], one_of=True)  # fmt: skip
        self._nodes()
        for label, cls in self.kit.content_types.items():
            self._one(label)
            self._list(label, cls.declared.plural, f"{label} items.", ByLists)
            if label in self.countings:
                self._aggregate(label, cls.declared.plural)
        self._partners()
        self._add(search_field(self.lists), BySearch(self.lists))
        for field, composed in self._composed():
            self.fields.append(field)
            self.roots[field.name] = composed
        self._terms()
        self._viewer()
        self.fields.append(FIELD)
        query = bare("Query")
        fill_object(query, "What can be asked. Root fields are nullable: one that fails never empties the answer.",
                    [*self.fields, *more])  # fmt: skip
        return query

    def _add(self, field: FieldSpec, answered: Root) -> None:
        self.fields.append(field)
        self.roots[field.name] = answered

    def _nodes(self) -> None:
        node, kinds = self.kit.node, tuple(self.kit.content_types)
        id = Argument("id", strawberry.ID, "Global id.")
        words = "Any item by its global id; null when absent, malformed or not visible."
        self._add(FieldSpec("node", node | None, words, (id,)), ById(frozenset(kinds)))
        words = "The same as the facts stood on a day: what is below it is of that day."
        self._add(
            FieldSpec("nodeAt", node | None, words, (id, Argument("at", Date, "The day."))), ById(frozenset(kinds))
        )
        ids = Argument("ids", list[strawberry.ID], "Global ids, at most 100.")
        words = "Several items at once, in the order asked; null for those that are not there."
        # The list itself is there whenever the field does not fail.
        self._add(FieldSpec("nodes", list_of(node | None) | None, words, (ids,)), ByIds(kinds))

    def _one(self, label: str) -> None:
        by = Argument("by", self.kit.parts["NodeRef"], "Which.")
        field = FieldSpec(root(label), self.kit[label].object | None, f"One {label}.",
                          (by, AT_BELOW, LOCALE))  # fmt: skip
        self._add(field, ByReference(label))

    def _list(self, label: str, name: str, words: str, kind: Any, **facts: Any) -> None:
        arguments = (*self.lists.arguments(label, dated=False), SEARCH, AT, LOCALE)
        field = FieldSpec(name, self.kit[label].connection | None, words, arguments)
        self._add(field, kind(self.lists, label, **facts))

    def _aggregate(self, label: str, plural: str) -> None:
        counting, by = self.countings[label], self.kit.parts[f"{label}Dimension"]
        of = None
        if counting.measures:
            of = declare_enum(f"{label}Measure", f"Figures of {label} items.", counting.measures)
        field = aggregate_field(counting, f"{plural}Aggregate", by, of)
        self.fields.append(field)
        self.roots[field.name] = counting

    def _partners(self) -> None:
        if "Organisation" in self.kit.content_types:
            through = path_of("Organisation", "partnerships")
            words = "Organisations with one partnership or more, in the whole network."
            self._list("Organisation", "partners", words, ByLists, through=through)

    def _composed(self) -> Iterator[tuple[FieldSpec, Composed]]:
        yield from walk_fields(self.kit)
        if COLLECTION in self.kit.content_types:
            yield collected_field(self.lists, self.kit.parts["NodeRef"]), Collected(self.questions)

    # Without the graph -----------------------------------------------------------------------------------------------

    def _terms(self) -> None:
        name = Argument("vocabulary", str, "Name of the vocabulary, such as service_type.")
        words = "All terms of a vocabulary, in their order; null when there is no such vocabulary."
        kind = list_of(self.kit.parts["Term"]) | None
        self._add(FieldSpec("terms", kind, words, (name, LOCALE)), ByVocabulary())
        self.fields.append(FieldSpec("vocabularies", list[str], "Names of the open vocabularies."))

    def _viewer(self) -> None:
        viewer = self.kit.parts.setdefault("Viewer", bare("Viewer"))
        fill_object(viewer, "Who is calling.", [
            FieldSpec("name", str, "Display name."),
            FieldSpec("siteAdmin", bool, "Whether everything is allowed."),
            FieldSpec("roles", list[str], "Names of the roles held somewhere."),
        ])  # fmt: skip
        self.fields.append(FieldSpec("viewer", viewer | None, "The caller: null when anonymous."))


def viewer(source: Any, info: GraphQLResolveInfo[Any]) -> Mapping[str, Any] | None:
    """The caller."""
    actor = info.context.desk.actor
    if actor.id is None:
        return None
    roles = sorted({role.value for role in actor.roles.values()})
    return {"name": actor.name, "siteAdmin": actor.site_admin, "roles": roles}


def vocabulary_names(source: Any, info: GraphQLResolveInfo[Any]) -> list[str]:
    """The names of the open vocabularies."""
    return sorted(info.context.vocabularies)


RESOLVERS: Final = {"draft": unpublished, "viewer": viewer, "vocabularies": vocabulary_names}
"""How root fields are resolved that need no plan."""
