"""Rows as a graph may answer a question, made at random: clean, or damaged here and there."""

import random
from typing import Any

from directory.enums import CLOSED
from directory.fields import Fact, Kind, facts
from directory.stored import EVER, own
from directory.types import CONTENT_TYPES
from directory.vocabularies import vocabularies
from graph.query import Answer, Attribute, Branch, Column, Follow, Level, Question

DATES = ("2018", "2018-09", "2018-09-18", "2024", "2024-06-04", "1999-12", "2030-01-01")
WORDS = ("Lille", "Cité des métiers", "Orientation & emploi", "", "0", "Œuvre “x”", "null", "🚀")
DAMAGE: tuple[Any, ...] = (None, 5, 2**40, -1, 1.5, float("nan"), float("inf"), True, "nonsense", [], ["x", None], [7])


class Rows:
    """Makes rows for questions, the same for the same seed; one cell in `damage` is not what it should be.

    A question that is asked again has the same answer, as in a graph where nothing happens.
    """

    def __init__(self, seed: int, damage: int = 0) -> None:
        self.random = random.Random(seed)
        self.damage = damage
        self.answered: dict[Question, Answer] = {}

    async def __call__(self, question: Question) -> Answer:
        if question not in self.answered:
            self.answered[question] = self.answer(question)
        return self.answered[question]

    def answer(self, question: Question) -> Answer:
        level = question.level
        total = self.cell(self.random.randrange(300)) if level.total else None
        rows = self.level(level) if level.rows else []
        if question.search is not None:
            rows = [[score := self.random.randrange(9_000), *row[:-1], [score, "id"]] for row in rows]
        return Answer(rows, total)  # type: ignore[arg-type]  # it may be damaged

    def level(self, level: Level, link_columns: int = 0) -> list[list[object]]:
        most = 3 if level.page is None else min(level.page.limit + level.page.more, 4)
        return [self.row(level, link_columns) for _ in range(self.random.randint(0, most))]

    def row(self, level: Level, link_columns: int) -> list[object]:
        number = self.random.randrange(len(level.branches))
        found: list[object] = [number] if len(level.branches) > 1 else []
        found += self.branch(level.branches[number])
        found += [self.cell(self.random.choice([None, "L12"])) for _ in range(link_columns)]
        if level.boundaries:
            found.append(["boundary", self.random.randrange(100)])
        return found

    def branch(self, branch: Branch) -> list[object]:
        cells = [self.cell(self.column(branch.label, each)) for each in branch.columns]
        for follow in branch.follows:
            cells += self.follow(follow)
        return cells

    def follow(self, follow: Follow) -> list[object]:
        cells: list[object] = [self.cell(self.random.randrange(50))] if follow.level.total else []
        if follow.level.rows:
            cells.append(self.cell(self.level(follow.level, len(follow.link_columns))))
        return cells

    def column(self, label: str, column: Column) -> object:
        if column.rank:
            return self.random.randrange(len(column.attributes))
        return self.value(label, column.attributes[0])

    def cell(self, value: object) -> object:
        """The value, or damage."""
        return self.random.choice(DAMAGE) if self.damage and self.random.randrange(self.damage) == 0 else value

    def value(self, label: str, attribute: Attribute) -> object:
        known = facts(CONTENT_TYPES[label])
        for name, fact in known.items():
            for part in own(fact):
                if part.name == attribute.name:
                    return self.of_fact(fact, name, part.name)
        return self.random.choice([None, "2018-09-18"])  # derived: a first day

    def of_fact(self, fact: Fact, name: str, part: str) -> object:
        # The first part of a value says whether it is known; the others then are.
        if not is_required(name) and part == own(fact)[0].name and self.random.random() < 0.3:
            return None
        if fact.several:
            return [self.one(fact, part) for _ in range(self.random.randint(1, 3))]
        return self.one(fact, part)

    def one(self, fact: Fact, part: str) -> object:
        pick = self.random.choice
        match fact.kind:
            case Kind.CHOICE:
                return pick([each.value for each in CLOSED[fact.vocabulary or ""]] if fact.vocabulary in CLOSED else [*CONTENT_TYPES])  # fmt: skip # noqa: E501
            case Kind.TERM:
                return pick([*vocabularies()[fact.vocabulary or ""].codes, "gone"])
            case Kind.INTEGER:
                return pick([0, 1, 42, -7, 2**31 - 1])
            case Kind.NUMBER:
                return pick([0.0, 1.5, -2.25, 600.0, 12])
            case Kind.BOOLEAN:
                return pick([True, False])
            case Kind.PARTIAL_DATE:
                return pick(DATES)
            case Kind.QUANTITY | Kind.MONEY | Kind.PLACE | Kind.POINT | Kind.FILE:
                return self.part(part.removeprefix(f"{fact.name}_"))
            case Kind.DATETIME:
                return EVER.get(fact.name) if pick([True, False]) and fact.name in EVER else "2024-02-03T04:05:06.789Z"
            case _:
                return pick(WORDS)

    def part(self, name: str) -> object:
        values: dict[str, list[Any]] = {
            "value": [0, 25_000, 12_345],
            "amount": [0, 400_000_000],
            "qualifier": ["exact", "more_than"],
            "unit": ["hour", "gone", None],
            "currency": ["EUR"],
            "bytes": [0, 1_000],
        }
        return self.random.choice(values.get(name, [45.5, 0.25] if len(name) < 4 else ["text/plain"]))


def is_required(name: str) -> bool:
    """Whether every item has the field."""
    return name in {"id", "slug", "path", "title", "language", "state", "version", "created", "modified"}
