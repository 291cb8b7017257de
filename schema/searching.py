"""Search over items of all types: what its root field asks, and where the words stand in each hit."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from directory.fields import Fact, Kind, facts
from directory.search import Terms, highlight, search
from directory.stored import LANGUAGES
from directory.text import plain
from directory.types import CONTENT_TYPES
from graph.query import Attribute, Column
from schema.columns import Many, Run, Slot
from schema.connection import CONNECTION, EDGE, PAGE_INFO, ConnectionPlan, Lists, by_relevance, connection, terms_of
from schema.kit import ITEM
from schema.making import Argument, FieldSpec, bare, fill_object, list_of
from schema.naming import camel
from schema.plan import Asked, BranchPlan, Env, LevelPlan, Listing, Reader, refuse
from schema.predicates import code
from schema.roots import NOTHING, RootPlan, Settled
from schema.scalars import Date, Locale
from schema.values import cell

HITS, HIT, HIGHLIGHT = "SearchConnection", "SearchEdge", "Highlight"
MOST_VALUES: Final = 3  # passages of one field that holds several texts


@dataclass(frozen=True)
class BySearch:
    """Items of any type, or of some, found by words."""

    lists: Lists

    def labels(self, given: Mapping[str, Any]) -> tuple[str, ...]:
        """The types asked for, in the order of all types."""
        asked = given.get("types")
        if asked is None:
            return tuple(self.lists.kit.content_types)
        if not asked:
            raise refuse("Name a type, or none at all to search them all.", "types")
        chosen = {code(each) for each in asked}
        return tuple(label for label in self.lists.kit.content_types if label in chosen)

    def settled(self, asked: Asked, given: Mapping[str, Any], env: Env) -> Settled:
        """Never needed: there is always a type."""
        return NOTHING

    def read(self, asked: Asked, labels: tuple[str, ...]) -> RootPlan:
        """A connection of hits, best first."""
        plan = ConnectionPlan(LevelPlan(labels), ITEM, asked.number())
        plan.level.boundaries = True  # they hold the score

        def asks(env: Env) -> Listing:
            given = asked.arguments(env)
            return by_relevance(plan, given, env, _terms(given, env), env.foremost(labels))

        maker = connection(plan, asked, Slot(0), Slot(1))
        timed = self.lists.timed(labels)
        return RootPlan(plan.level, asks, maker, timed, lambda env: search(_terms(asked.arguments(env), env)))


def _terms(given: Mapping[str, Any], env: Env) -> Terms:
    found = terms_of(given, env, "query")
    assert found is not None  # the argument is required
    return found


# Where the words stand -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Texts:
    """A field whose words are searched: its name in the API, and the cells of its texts by language."""

    name: str
    rich: bool
    several: bool
    cells: tuple[tuple[str | None, Slot], ...]  # None: the language of the item


def _highlights(here: ConnectionPlan, asked: Asked) -> Many:
    here.level.rows = True
    language_of = Column((Attribute("language"),))
    branches = [(list(_texts(branch)), branch.column(language_of)) for branch in here.level.branches]
    number, mixed = here.number, len(branches) > 1

    def make(run: Run, row: Any) -> list[tuple[str, str]]:
        fields, language = branches[row[0] if mixed else 0]
        sought: Terms = run.arguments[number].terms
        return [(each.name, html) for each in fields for html in _passages(each, row, sought, row[language.index], run)]

    return Many((Slot(0),), asked.select(None), make=make)


def _texts(branch: BranchPlan) -> Iterator[Texts]:
    for fact in searched(branch.label):
        languages: tuple[str | None, ...] = LANGUAGES if fact.localised else (None,)
        columns = [(each, Column((_attribute(fact, each),))) for each in languages]
        cells = tuple((each, branch.column(column)) for each, column in columns)
        yield Texts(camel(fact.name), fact.kind is Kind.RICH_TEXT, fact.several, cells)


def _attribute(fact: Fact, language: str | None) -> Attribute:
    return Attribute(f"{fact.name}_{language}" if language else fact.name, fact.audience)


def searched(label: str) -> list[Fact]:
    """The fields of a type whose words are searched, those that name it first. All of them are public."""
    found = [each for each in facts(CONTENT_TYPES[label]).values() if each.weight]
    return sorted(found, key=lambda each: -each.weight)


def _passages(texts: Texts, row: Any, sought: Terms, language: str, run: Run) -> list[str]:
    """The passages of one field: in the best language that has any, one; of several texts, some."""
    found = {each: row[slot.index] for each, slot in texts.cells if row[slot.index]}
    order = [None] if None in found else [each for each in run.languages if each in found]
    for each in order:
        values = found[each] if texts.several else [found[each]]
        said = [highlight(plain(text) if texts.rich else text, sought, each or language) for text in values]
        if shown := [html for html in said if html is not None]:
            return shown[:MOST_VALUES]
    return []


# Types ---------------------------------------------------------------------------------------------------------------


def declare_search(lists: Lists) -> Mapping[str, Mapping[str, Reader]]:
    """Make the types of hits; how their fields are read, by type and name."""
    kit = lists.kit
    parts = kit.parts
    for name in (HITS, HIT, HIGHLIGHT):
        parts[name] = bare(name)
    fill_object(parts[HIGHLIGHT], "A passage with the words found.", [
        FieldSpec("field", str, "Field of the hit."),
        FieldSpec("html", str, "Escaped text with em elements around the words."),
    ])  # fmt: skip
    fill_object(parts[HIT], "One hit.", [
        FieldSpec("cursor", str, "Opaque place among the hits."),
        FieldSpec("node", kit[ITEM].object, "What was found."),
        FieldSpec("score", float, "Relevance, higher is better; made of the item and the words alone."),
        FieldSpec("highlights", list_of(parts[HIGHLIGHT]), "Where the words are."),
    ])  # fmt: skip
    fill_object(parts[HITS], "Hits, best first.", [
        FieldSpec("edges", list_of(parts[HIT]), "With scores and passages."),
        FieldSpec("nodes", list_of(kit[ITEM].object), "The items alone."),
        FieldSpec("pageInfo", parts[PAGE_INFO], "Where this page stands."),
        FieldSpec("totalCount", int, "How many match in all."),
    ])  # fmt: skip
    return {
        HITS: CONNECTION,
        HIT: {**EDGE, "highlights": _highlights},
        HIGHLIGHT: {"field": cell(0), "html": cell(1)},
    }


def search_field(lists: Lists) -> FieldSpec:
    """The root field that searches."""
    kinds = lists.kit.enums["content_type"]
    words = (
        "Items of all types by words: all of them, in any case, with or without accents, in any form; phrases in "
        "quotes; the last word may be the beginning of one. No other character has a meaning."
    )
    return FieldSpec("search", lists.kit.parts[HITS] | None, words, (
        Argument("query", str, "What to find."),
        Argument("types", list_of(kinds) | None, "Only of these types."),
        Argument("first", int | None, "Size."),
        Argument("after", str | None, "Cursor."),
        Argument("locale", Locale | None, "Language."),
        Argument("at", Date | None, "As of."),
    ))  # fmt: skip
