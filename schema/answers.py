"""Answers of root fields from the graph: plans are made once for each selection, questions once for its variables."""

import asyncio
from collections import OrderedDict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeAlias

import orjson
from graphql import DirectiveNode, FieldNode, FragmentSpreadNode, GraphQLField, InlineFragmentNode, VariableNode
from graphql.execution.collect_fields import FieldDetails

from directory.stored import chain
from graph.query import Level, Question, Search
from schema.columns import ODD, Many, One, Run
from schema.connection import ListAsked
from schema.context import Context, language
from schema.plan import Asked, Collector, Compiling, Env, Readers
from schema.roots import ByReference, Composed, Root, RootPlan, Settled, one_item

PLANS: Final = 500  # selections kept
QUESTIONS: Final = 8  # sets of variables kept for one selection: all questions kept together take some megabytes
EXTENSION: Final = "directory.answers"
"""Where the schema of graphql-core keeps its `Answers`."""

Details: TypeAlias = list[FieldDetails]


@dataclass(slots=True)
class Compiled:
    """A selection that was read, and the questions made of it so far, by what they depend on."""

    asked: Asked
    plan: RootPlan
    numbers: int
    questions: OrderedDict[Hashable, tuple[Level, Search | None, list[Any]]] = field(default_factory=OrderedDict)


@dataclass(frozen=True, slots=True)
class Found:
    """What the graph answered: the cells of a root maker, and what else the maker needs."""

    maker: One | Many
    cells: list[list[Any]]
    run: Run

    def built(self) -> Any:
        """The finished answer; raises what is in ODD when graphql-core must complete it."""
        return self.maker.column(self.cells, 1, self.run)[0]

    def value(self) -> Any:
        """The answer for graphql-core to complete."""
        return self.maker.value([cell[0] for cell in self.cells], self.run)


@dataclass
class Answers:
    """The root fields that the graph answers, how every field is read, and the plans made so far."""

    roots: Mapping[str, Root | Composed]
    readers: Readers
    fast: bool = True
    fallbacks: int = 0
    _plans: OrderedDict[Hashable, Compiled] = field(default_factory=OrderedDict)
    _flags: OrderedDict[int, tuple[Any, frozenset[str]]] = field(default_factory=OrderedDict)

    async def ask(
        self, root: Root | Composed, collector: Collector, asked_field: GraphQLField, details: Details, context: Context
    ) -> Found:
        """What the graph says to a root field."""
        asked = Asked(Compiling(collector, self.readers), asked_field, details)
        env = environment(collector, context)
        given = asked.arguments(env)
        env.locale = language(given.get("locale")) or context.locale
        env.translated = given.get("locale") is not None
        if isinstance(root, Composed):
            return settled(await root.answered(asked, given, env, context), env)
        labels = root.labels(given)
        if not labels:
            return settled(root.settled(asked, given, env), env)
        compiled = self._compiled(root, asked, labels)
        found = await self._rows(compiled, env, given, context)
        if isinstance(root, ByReference) and not found.cells[1][0]:
            id = await context.moved_from(root.label, given["by"])
            if id is not None:
                plan = self._item(root.label, id, Asked(Compiling(collector, self.readers), asked_field, details))
                return await self._rows(plan, env, given, context)
        return found

    async def _rows(self, compiled: Compiled, env: Env, given: Mapping[str, Any], context: Context) -> Found:
        level, search, arguments = _question(compiled, env, given)
        answer = await context.rows(Question(level, context.sight, search))
        if compiled.plan.beside:
            inner = env.since(given.get("at"))
            arguments = await asked_beside(compiled.plan, arguments, ListAsked(given, inner, context, search, None))
        return Found(compiled.plan.maker, [[answer.total], [answer.rows]], running(arguments, env))

    async def ask_item(
        self, label: str, id: str, collector: Collector, asked_field: GraphQLField, details: Details, context: Context
    ) -> Found:
        """What the graph says of one item that is asked for below a field; its plan is not kept."""
        plan = self._item(label, id, Asked(Compiling(collector, self.readers), asked_field, details))
        return await self._rows(plan, environment(collector, context), {}, context)

    def _item(self, label: str, id: str, asked: Asked) -> Compiled:
        """The plan of one item, which is not kept."""
        plan = one_item(asked, label, id)
        plan.level.place()
        return Compiled(asked, plan, asked.compiling.numbers)

    def finish(self, found: Found, context: Context) -> tuple[bool, Any]:
        """The finished answer if the plan can make it, and whether it could."""
        if self.fast:
            try:
                return True, found.built()
            except ODD:
                self.fallbacks += 1
                context.fallbacks += 1
        return False, None

    def _compiled(self, root: Root, asked: Asked, labels: tuple[str, ...]) -> Compiled:
        collector = asked.compiling.collector
        operation = collector.operation
        flags = tuple(sorted((name, collector.variables.coerced.get(name)) for name in self._flagged(collector)))
        node = asked.node
        key = (id(operation), (node.alias or node.name).value, flags, labels)
        compiled = self._plans.get(key)
        # The plan keeps its operation, so no other one can have the same identity meanwhile.
        if compiled is not None and compiled.asked.compiling.collector.operation is operation:
            self._plans.move_to_end(key)
            return compiled
        plan = root.read(asked, labels)
        plan.level.place()
        compiled = Compiled(asked, plan, asked.compiling.numbers)
        keep(self._plans, key, compiled, PLANS)
        return compiled

    def _flagged(self, collector: Collector) -> frozenset[str]:
        """The variables that decide what is selected: those of `@skip` and `@include`."""
        operation = collector.operation
        known = self._flags.get(id(operation))
        if known is not None and known[0] is operation:
            return known[1]
        names = frozenset(flags(operation, collector))
        keep(self._flags, id(operation), (operation, names), PLANS)
        return names


def keep(cache: OrderedDict[Any, Any], key: Hashable, value: Any, most: int) -> None:
    """Keep a value, and let the oldest one go when there are too many."""
    cache[key] = value
    if len(cache) > most:
        cache.popitem(last=False)


def settled(answer: Settled, env: Env) -> Found:
    """An answer that is here."""
    return Found(answer.maker, [[answer.total], [answer.rows]], running(list(answer.arguments), env))


async def asked_beside(plan: RootPlan, arguments: list[Any], asked: ListAsked) -> list[Any]:
    """The arguments with what was asked beside the question, all at once."""
    found = await asyncio.gather(*(each.ask(replace(asked, kept=each.kept(asked.env))) for each in plan.beside))
    filled = list(arguments)
    for each, answer in zip(plan.beside, found, strict=True):
        filled[each.number] = answer
    return filled


def running(arguments: list[Any], env: Env) -> Run:
    """What makers are given beside rows."""
    return Run(arguments, env.today, env.locale, chain(env.locale), env.secret, env.vocabularies)


def environment(collector: Collector, context: Context) -> Env:
    """What is known before a question is built."""
    return Env(
        collector.variables,
        context.today,
        context.locale,
        context.limits,
        context.secret,
        context.vocabularies,
        [],
    )


def _question(compiled: Compiled, env: Env, given: Mapping[str, Any]) -> tuple[Level, Search | None, list[Any]]:
    """The level that is asked, what it searches for, and the values of arguments that makers need."""
    variables = orjson.dumps(env.variables.coerced, default=str, option=orjson.OPT_NON_STR_KEYS | orjson.OPT_SORT_KEYS)
    key = (variables, env.locale, env.today, env.secret, id(env.limits), id(env.vocabularies))
    known = compiled.questions.get(key)
    if known is not None:
        return known
    env.arguments = [None] * compiled.numbers
    inner = env.since(given.get("at"))
    plan = compiled.plan
    made = plan.level.build(inner, plan.asks(inner), plan.timed), plan.search(inner), env.arguments
    keep(compiled.questions, key, made, QUESTIONS)
    return made


def flags(operation: Any, collector: Collector) -> set[str]:
    """The names of variables in the conditions of directives, in the operation and all fragments."""
    found: set[str] = set()
    rest: list[Any] = [operation, *(each.definition for each in collector.fragments.values())]
    while rest:
        node = rest.pop()
        if isinstance(node, FieldNode | InlineFragmentNode | FragmentSpreadNode):
            for directive in node.directives or ():
                found |= _variables(directive)
        selection = getattr(node, "selection_set", None)
        rest += selection.selections if selection else ()
    return found


def _variables(directive: DirectiveNode) -> set[str]:
    values = [argument.value for argument in directive.arguments or ()]
    return {value.name.value for value in values if isinstance(value, VariableNode)}
