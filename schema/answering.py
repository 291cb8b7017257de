"""One operation answered: found, paid for, executed, its errors shown. The same for every transport."""

import json
import logging
import time
from collections.abc import AsyncGenerator, AsyncIterable, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any, Protocol, cast

import strawberry
from graphql import ExecutionResult, GraphQLError, OperationType, located_error
from graphql.execution import Executor, create_source_event_stream, map_source_to_response_event
from strawberry.execution import optimized_is_awaitable

from directory.actor import Actor
from directory.settings import Settings
from schema.bodies import Ask
from schema.budgets import Budgets, Presence, network
from schema.costs import checked_cost
from schema.documents import Document, Documents, Operation
from schema.introspection import Introspections
from schema.literals import of_variables
from schema.refusals import CHALLENGE, Refused, ShownError, Why, refused_by, shown

log = logging.getLogger("directory.errors")

AFTER_OUTAGE = {"Retry-After": "2"}
"""An engine that restarts is back within seconds."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: the actor, their token if they sent one, their address, the name of the request in the log.

    `language` is the tag that they prefer, None when they do not say.
    """

    actor: Actor
    token: str | None
    address: str | None
    request_id: str
    language: str | None = None

    @property
    def purse(self) -> str:
        """The name under which they spend: their own, else their address."""
        return f"actor {self.actor.id}" if self.actor.id else f"address {network(self.address)}"


class Counts(Protocol):
    """What a context counts while an operation is executed."""

    round_trips: int
    fallbacks: int


@dataclass(slots=True)
class Report:
    """What the log and the metrics may know of a request. Variables are no part of it."""

    request_id: str
    transport: str
    status: int = 0
    actor: str | None = None
    operation: str | None = None
    kind: str | None = None
    document: str | None = None
    cost: int = 0
    seconds: float = 0.0
    round_trips: int = 0
    fallbacks: int = 0
    codes: tuple[str, ...] = ()


Authenticate = Callable[[str], Awaitable[Actor]]
"""The actor of a token; raises directory.errors.Unauthenticated, the same for every token that is not good."""

MakeContext = Callable[[Caller], Counts]
"""What resolvers are given as `info.context`."""


@dataclass(frozen=True, slots=True)
class Service:
    """What the endpoint needs: the schema, the settings, who is who, and where to tell what happened."""

    schema: strawberry.Schema
    settings: Settings
    authenticate: Authenticate
    context: MakeContext
    report: Callable[[Report], None]
    documents: Documents
    budgets: Budgets
    presence: Presence = field(default_factory=Presence)
    introspections: Introspections = field(default_factory=Introspections)


def service(
    schema: strawberry.Schema,
    settings: Settings,
    authenticate: Authenticate,
    context: MakeContext,
    report: Callable[[Report], None] = lambda _: None,
) -> Service:
    """A service with no document known yet and full budgets."""
    documents = Documents(schema._schema, settings.limits)
    budgets = Budgets(time.monotonic)
    return Service(schema, settings, authenticate, context, report, documents, budgets)


@dataclass(frozen=True, slots=True)
class Prepared:
    """An operation that may be executed: valid, within the limits, paid for."""

    document: Document
    operation: Operation
    variables: Mapping[str, Any]
    cost: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What an operation gives: data, errors as clients read them, what it cost."""

    data: Mapping[str, Any] | None
    errors: list[ShownError] = field(default_factory=list)
    cost: int = 0
    outage: bool = False

    def content(self) -> dict[str, Any]:
        """The answer as JSON: errors first, as the specification advises."""
        errors = {"errors": self.errors} if self.errors else {}
        return {**errors, "data": self.data, "extensions": {"cost": self.cost}}


def prepare(service: Service, ask: Ask, caller: Caller, report: Report) -> Prepared:
    """The operation that somebody asks for, paid for; raises Refused."""
    document = found(service.documents, ask)
    report.document = document.hash
    operation = document.operation(ask.operation_name)
    report.operation, report.kind = operation.name, operation.kind.value
    limits = service.settings.limits
    report.cost = checked_cost(operation.weight, ask.variables, limits)
    a_minute = limits.cost_per_minute if caller.actor.id else limits.cost_per_minute_anonymous
    service.budgets.spend(caller.purse, report.cost, a_minute)
    return Prepared(document, operation, ask.variables, report.cost)


def found(documents: Documents, ask: Ask) -> Document:
    """The document asked for, by its text or its hash."""
    if ask.query is not None:
        return documents.read(ask.query)
    return documents.known(ask.sha256 or "")


async def answer(service: Service, prepared: Prepared, caller: Caller, report: Report) -> Answer:
    """The answer to a query or a mutation; raises Refused when its variables do not fit or the graph is away."""
    context = service.context(caller)
    try:
        result = await executed(service, prepared, context)
    finally:
        report.round_trips += context.round_trips
        report.fallbacks += context.fallbacks
    answered = answer_of(result, prepared.cost, service.settings.limits.errors, caller.language)
    report.codes = codes(answered.errors)
    refuse_if_nothing(answered, report.codes)
    return answered


def refuse_if_nothing(answered: Answer, codes: tuple[str, ...]) -> None:
    """Nothing, unless the graph was away for all of it, or all of it asks to sign in first; raises Refused."""
    if any(value is not None for value in (answered.data or {}).values()):
        return
    if answered.outage:
        raise Refused(Why.OUTAGE, "", errors=answered.errors, headers=AFTER_OUTAGE)
    if codes == (Why.CREDENTIALS.code,):
        # The whole operation is refused, so its errors are those of a request: they have no place in an answer.
        errors = [{name: each[name] for name in each if name != "path"} for each in answered.errors]
        raise Refused(Why.CREDENTIALS, "", errors=errors, headers=CHALLENGE)


async def executed(service: Service, prepared: Prepared, context: object) -> ExecutionResult:
    """What an execution gives; what is asked of the schema alone is made once."""
    document, name, limit = prepared.document, prepared.operation.name, service.settings.limits.errors
    if not prepared.operation.introspects:
        return await execute(service.schema, document, prepared.variables, name, context, max_errors=limit)
    executor = executor_for(service.schema, document, prepared.variables, name, context, limit)
    key = (document.hash, name, json.dumps(prepared.variables, sort_keys=True))
    return await service.introspections.ask(key, lambda: cast(ExecutionResult, executor.execute_operation()))


def answer_of(result: ExecutionResult, cost: int, limit: int, language: str | None) -> Answer:
    """The answer that an execution gives, its errors as clients read them."""
    if not result.errors:
        return Answer(result.data, cost=cost)
    errors = shown(result.errors, limit, language)
    return Answer(result.data, errors.errors, cost, errors.outage)


def codes(errors: list[ShownError]) -> tuple[str, ...]:
    """The codes of some errors, each once."""
    return tuple(sorted({str(each.get("extensions", {}).get("code")) for each in errors}))


async def execute(
    schema: strawberry.Schema,
    document: Document,
    variables: Mapping[str, Any],
    operation_name: str | None,
    context: object,
    *,
    max_errors: int = 20,
) -> ExecutionResult:
    """What graphql-core gives for a query or a mutation, by the execution context of the schema.

    Neither extensions nor middleware run: they would wrap every field. Raises Refused for wrong variables.
    """
    executor = executor_for(schema, document, variables, operation_name, context, max_errors)
    return cast(ExecutionResult, await settled(executor.execute_operation()))


async def settled(value: Any) -> Any:
    """The value, awaited when it has to be: graphql-core stays synchronous as long as its resolvers do."""
    return await value if optimized_is_awaitable(value) else value


def executor_for(
    schema: strawberry.Schema,
    document: Document,
    variables: Mapping[str, Any],
    operation_name: str | None,
    context: object,
    max_errors: int,
) -> Executor[Any]:
    """The executor of one operation, its variables coerced; raises Refused when they do not fit."""
    executor = schema.execution_context_class.build(
        schema._schema,
        document.ast,
        None,
        context,
        dict(variables),
        operation_name,
        max_coercion_errors=max_errors - 1,
        is_awaitable=cast(Any, optimized_is_awaitable),
    )
    if isinstance(executor, list):
        errors = of_variables(schema._schema, document.ast, operation_name, variables, executor)
        raise refused_by(Why.INPUT, errors, max_errors)
    return executor


async def opened(service: Service, prepared: Prepared, caller: Caller, report: Report) -> AsyncGenerator[Answer, None]:
    """The answers to a subscription as they come, or the only one to another operation; raises Refused."""
    if prepared.operation.kind is not OperationType.SUBSCRIPTION:
        return only(await answer(service, prepared, caller, report))
    limit = service.settings.limits.errors
    name, context = prepared.operation.name, service.context(caller)
    executor = executor_for(service.schema, prepared.document, prepared.variables, name, context, limit)
    source = await settled(create_source_event_stream(executor))
    if isinstance(source, ExecutionResult):
        raise refused_by_source(source.errors or [], limit, caller.language)
    return answers(executor, source, prepared.cost, limit, caller.language)


async def only(answered: Answer) -> AsyncGenerator[Answer, None]:
    """A stream of one answer."""
    yield answered


async def answers(
    executor: Executor[Any], source: AsyncIterable[Any], cost: int, limit: int, language: str | None
) -> AsyncGenerator[Answer, None]:
    """The answers to the events of a source; raises Refused when the source breaks."""
    async with aclosing(map_source_to_response_event(executor, source)) as results:
        try:
            async for result in results:
                yield answer_of(result, cost, limit, language)
        except Refused:
            raise
        except Exception as error:
            # A subscription ends here: what it raises between two events is shown like the error of a field.
            raise refused_by_source([located_error(error)], limit, language) from error


def refused_by_source(errors: Sequence[GraphQLError], limit: int, language: str | None) -> Refused:
    """The refusal of a subscription whose source could not be opened, or broke."""
    found = shown(errors, limit, language)
    if found.outage:
        return Refused(Why.OUTAGE, errors[0].message, errors=found.errors, headers=AFTER_OUTAGE)
    return Refused(Why.INPUT, errors[0].message, errors=found.errors)
