"""A question said in Cypher: one text and its parameters. Pure; texts are kept by shape and engine.

The forms are those that both engines answer right and fast. The root is matched at the top level, and a page by one
index is ordered by the last RETURN: inside a subquery, or after a WITH, the order of the index is lost. Totals and
rows are parts of one UNION ALL; a total is the record that is a number. Where the engine keeps the order of the index
through a WITH, a page comes in one record: to read a record costs a client more than to read a row.
"""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from graph.ends import Ends
from graph.engines import Engine
from graph.levels import Key, arranged, boundary_cell, bounds, by_index, conjuncts, early, keys, rows_at_once, sorting
from graph.lifting import lift, lift_ends, lift_sight, lift_tally
from graph.phrases import (
    Words,
    condition,
    found_by_words,
    holds,
    labels,
    leads_once,
    phrased,
    scored,
    seen,
    walk,
    where,
)
from graph.query import (
    And,
    Answer,
    Compare,
    Condition,
    Counted,
    Level,
    Not,
    OneOf,
    Operator,
    Quantifier,
    Question,
    Related,
    Search,
    Sight,
    Tally,
)
from graph.statement import Statement
from graph.tallying import tally_text

SHAPES = 2_000  # texts kept, each of some kilobytes
LEVELS = 500  # levels kept with their text, the oldest forgotten first
MOST_VALUES = 300  # values of a level that is kept
ROOT = "n"
IDENTITIES = ("id", "slug", "path")  # attributes whose value leads to a few items, each by an index of its own


_LEVELS: OrderedDict[tuple[int, Sight, str], tuple[Level, str, list[object]]] = OrderedDict()


def say(question: Question, engine: Engine) -> Statement:
    """The statement that asks the engine this question; `decode` reads what it answers."""
    if question.search is not None:
        shape, values = lift(question)
        return Statement(_text(shape, engine), _numbered(values))
    sight, seen_by = lift_sight(question.sight)
    text, values = _said(question, sight, engine)
    return Statement(text, _numbered([*seen_by, *values[len(seen_by) :]]))


def say_bundled(question: Question, engine: Engine) -> Statement:
    """The statement that asks for all rows of a question without order or page, many in one record."""
    shape, values = lift(question)
    return Statement(_bundled_text(shape, engine), _numbered(values))


def say_tally(tally: Tally, engine: Engine) -> Statement:
    """The statement that asks the engine this tally; its records are the rows."""
    shape, values = lift_tally(tally)
    return Statement(_tally_text(shape, engine), _numbered(values))


def say_ends(ends: Ends, engine: Engine) -> Statement:
    """The statement that asks for the ends of a path, many in one record."""
    shape, values = lift_ends(ends)
    return Statement(_ends_text(shape, engine), _numbered(values))


def _numbered(values: list[object]) -> dict[str, object]:
    """The parameters of a statement."""
    return {f"p{number}": value for number, value in enumerate(values)}


def _said(question: Question, sight: Sight, engine: Engine) -> tuple[str, list[object]]:
    """The text and the values of a question, kept for the next one about the very same level, seen by somebody else.

    To lift a wide level and to look for its shape costs more than all the rest that is done for a small answer.
    """
    key = (id(question.level), sight, engine.name)
    kept = _LEVELS.get(key)
    if kept is not None:
        return kept[1], kept[2]
    shape, values = lift(question)
    text = _text(shape, engine)
    if sum(len(each) if isinstance(each, list) else 1 for each in values) <= MOST_VALUES:
        # What is kept holds its level, so that no other one can have its identity meanwhile.
        _LEVELS[key] = question.level, text, values
        if len(_LEVELS) > LEVELS:
            _LEVELS.popitem(last=False)
    return text, values


def decode(question: Question, records: Iterable[object]) -> Answer:
    """The answer that the records of a said question hold, its rows in the order asked for.

    >>> from graph.query import Sight
    >>> decode(Question(Level((), total=True), Sight("2025-01-01")), [2, ["a"], ["b"]])
    Answer(rows=[['a'], ['b']], total=2)
    >>> decode(Question(Level(()), Sight("2025-01-01")), [{"rows": [["a"], ["b"]]}])
    Answer(rows=[['a'], ['b']], total=None)
    """
    rows: list[list[object]] = []
    total = 0
    for record in records:
        if isinstance(record, list):
            rows.append(record)
        elif isinstance(record, dict):
            rows += record["rows"]
        elif isinstance(record, int):
            total += record
    page = question.level.page
    if page is not None and page.backward:
        rows.reverse()
    return Answer(rows, total if question.level.total else None)


@lru_cache(SHAPES)
def _text(shape: Question, engine: Engine) -> str:
    root = Root(Words(engine, shape.sight), shape.level, shape.search)
    parts = [*root.totals(), *root.rows()]
    if not parts:
        raise ValueError("a question asks for rows, a total or both")
    return "\nUNION ALL\n".join(parts)


@lru_cache(SHAPES)
def _bundled_text(shape: Question, engine: Engine) -> str:
    return "\nUNION ALL\n".join(Root(Words(engine, shape.sight), shape.level, None).bundles())


@lru_cache(SHAPES)
def _tally_text(shape: Tally, engine: Engine) -> str:
    return tally_text(shape, engine)


@lru_cache(SHAPES)
def _ends_text(shape: Ends, engine: Engine) -> str:
    words = Words(engine, shape.sight)
    found = walk(words, f"{ROOT}:{labels((shape.label,))}", shape.path, None)
    different = "" if leads_once(shape.path) else "DISTINCT "
    reached = f"WITH {found.end}.id AS reached, collect({different}{ROOT}.id) AS ids"
    return (
        f"{found.match(seen(words, ROOT))} {reached}"
        " WITH left(reached, 2) AS bundle, [reached, ids] AS one RETURN collect(one) AS row, bundle"
    )


# The root ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Root:
    """The level asked from the root of the graph."""

    words: Words
    level: Level
    search: Search | None

    def totals(self) -> list[str]:
        """The parts that count: one for each label, whose index can then be used, or one of all that were found."""
        if not self.level.total:
            return []
        if self.search is not None:
            return [f"{self._head(self.level)}{self._where()} RETURN count(*) AS row"]
        return [part for each in self._single() for part in self._total(each)]

    def rows(self) -> list[str]:
        """The parts that list: one, or one for each label when the order does not matter."""
        level = self.level
        if not level.rows:
            return []
        if self._reads_in_order():
            return [self._page_in_order()]
        if self.search is not None or level.order or level.page or level.boundaries:
            return [self._page()]
        return [self._all(number, each) for number, each in enumerate(self._single())]

    def bundles(self) -> list[str]:
        """The parts that list all rows, one for each label, those whose ids begin alike in one record."""
        return [self._bundled(each) for each in self._single()]

    def _bundled(self, level: Level) -> str:
        read, cells = rows_at_once(self.words, ROOT, level, [], [], ROOT)
        bundles = f"WITH left({ROOT}.id, 2) AS bundle, {cells} AS one RETURN collect(one) AS row, bundle"
        return f"{self._head(level)}{self._where(level)}{read} {bundles}"

    def _single(self) -> list[Level]:
        """The level of each label."""
        return [replace(self.level, branches=(each,)) for each in self.level.branches]

    def _head(self, level: Level) -> str:
        names = tuple(each.label for each in level.branches)
        if self.search is None:
            return f"MATCH ({ROOT}:{labels(names)})"
        return found_by_words(self.words, self.search, names, ROOT)

    def _asked(self, level: Level, hide: bool = False) -> list[str]:
        """What must hold of the items; with `hide`, said so that no index but that of the order is used for it."""
        met = tuple(each.label for each in level.branches)
        held = holds(self.words, ROOT, met, level.timed, level.at)
        asked = [(each, condition(self.words, ROOT, each)) for each in conjuncts(level.where)]
        if not hide:
            return [phrased(self.words, self.search, ROOT), *(text for _, text in asked), held, seen(self.words, ROOT)]
        found = [text if is_linked(each) else hidden(text) for each, text in asked]
        return [*found, hidden(held) if held else "", seen(self.words, ROOT)]

    def _where(self, level: Level | None = None) -> str:
        return where(*self._asked(level or self.level))

    def _total(self, level: Level) -> list[str]:
        asked = conjuncts(level.where)
        linked = next((each for each in asked if is_joined(each)), None)
        if not isinstance(linked, Related):
            return [f"{self._head(level)}{self._where(level)} RETURN count(*) AS row"]
        others = replace(level, where=And(tuple(each for each in asked if each is not linked)))
        if linked.quantifier is Quantifier.NONE:  # all, less those with some
            return [*self._total(others), f"{self._joined(others, linked)} RETURN -count(DISTINCT {ROOT}) AS row"]
        if linked.quantifier is Quantifier.SOME:
            return [f"{self._joined(others, linked)} RETURN count(DISTINCT {ROOT}) AS row"]
        return [f"{self._joined(others, linked, counted='c')} WHERE c = 1 RETURN count(*) AS row"]

    def _joined(self, others: Level, linked: Related, counted: str = "") -> str:
        """One pattern of roots and linked items, so that the planner may start where fewer are."""
        words = self.words
        found = walk(words, f"{ROOT}:{labels((others.branches[0].label,))}", linked.path, linked.at)
        met = condition(words, found.end, linked.where or And(()))
        text = found.match(met, *self._asked(others))
        return f"{text} WITH {ROOT}, count(DISTINCT {found.end}) AS {counted}" if counted else text

    def _all(self, number: int, level: Level) -> str:
        head = [str(number)] if len(self.level.branches) > 1 else []
        read, cells = rows_at_once(self.words, ROOT, level, head, [], ROOT)
        return f"{self._head(level)}{self._where(level)}{read} RETURN {cells} AS row"

    def _page(self) -> str:
        """A page that is sorted: after the LIMIT come the columns, so that only those of the page are read."""
        words, level = self.words, self.level
        ordered = keys(words, ROOT, level)
        if self.search is not None and not level.order:
            said = scored(words, self.search, ROOT) if self.search.fields else ""
            ordered = [Key("score", descending=True, known=True, said=said), Key(f"{ROOT}.id", known=True)]
        carried = [ROOT, "score"] if self.search is not None and not self.search.fields else [ROOT]
        text = self._head(level) + where(*self._asked(level), *early(words, ordered, level.page))
        text += arranged(words, carried, ordered, level.page, once=self.search is None)
        kept = ", ".join([ROOT, *(key.name for key in ordered if key.said), *carried[1:]])
        read, cells = rows_at_once(words, ROOT, level, self._score(), boundary_cell(level, ordered), kept)
        few = any(is_identity(each) for each in conjuncts(level.where))
        return f"{text}{read} {returned(cells, self._bundles() and not few)}"

    def _score(self) -> list[str]:
        """The cell that rows of a search start with: the name of the score, or what it is where it has no name."""
        if self.search is None:
            return []
        return [scored(self.words, self.search, ROOT) if self.level.order else "score"]

    def _reads_in_order(self) -> bool:
        level = self.level
        if self.search is not None or len(level.branches) != 1 or by_index(level.order, self.words.sight) is None:
            return False
        return not any(is_identity(each) for each in conjuncts(level.where))

    def _page_in_order(self) -> str:
        """A page read from the index of its order. Without a range, no index would be read downwards."""
        words, page = self.words, self.level.page
        ordered = keys(words, ROOT, self.level)
        backward = page is not None and page.backward
        bounded = bounds(words, ordered, page)
        if page is None or (page.before if backward else page.after) is None:
            name, down = ordered[0].name, ordered[0].descending != backward
            bounded.append(f"{name} < '\\uffff'" if down else f"{name} > ''")
        text = self._head(self.level) + where(*bounded, *self._asked(self.level, hide=True))
        read, cells = rows_at_once(words, ROOT, self.level, [], boundary_cell(self.level, ordered), ROOT)
        last = sorting(ordered, backward) + ("" if page is None else f" LIMIT {words.value(page.limit)}")
        if self._bundles():
            return f"{text} WITH {ROOT}{last}{read} {returned(cells, bundled=True)}"
        return f"{text}{read} {returned(cells)}{last}"

    def _bundles(self) -> bool:
        return self.words.engine.bundles and self.level.page is not None


def returned(cells: str, bundled: bool = False) -> str:
    """The RETURN of rows: one in a record, or all in one."""
    return f"RETURN {{rows: collect({cells})}} AS row" if bundled else f"RETURN {cells} AS row"


def hidden(text: str) -> str:
    """The condition as a comparison: Neo4j would read an OR, or the index of a filter, in place of the order's."""
    return f"({text}) = true"


def is_joined(asked: Condition) -> bool:
    """Whether roots are counted faster together with their linked items than one after the other."""
    return isinstance(asked, Related) and asked.where is not None and asked.quantifier is not Quantifier.EVERY


def is_linked(asked: Condition) -> bool:
    """Whether the condition is about linked items alone, for which no index of the root is used anyway."""
    return isinstance(asked, (Related, Counted)) or (isinstance(asked, Not) and is_linked(asked.of))


def is_identity(asked: Condition) -> bool:
    """Whether at most a few items can meet the condition, which their own index finds."""
    if isinstance(asked, Compare):
        return asked.operator is Operator.EQ and asked.attribute.name in IDENTITIES
    return isinstance(asked, OneOf) and asked.attribute.name in IDENTITIES
