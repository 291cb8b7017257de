"""Several items of one type, asked for below fields that no plan answers: one question for all of them."""

from collections.abc import Sequence
from typing import Any

from graphql import GraphQLResolveInfo
from graphql.execution.collect_fields import FieldDetails, FragmentDetails
from graphql.execution.values import VariableValues

from graph.query import Attribute, Column, OneOf, Question
from schema.answers import EXTENSION, Answers, environment, running
from schema.columns import Many, Reading, Slot
from schema.plan import Asked, Collector, Compiling, LevelPlan, Listing


async def read_items(info: GraphQLResolveInfo[Any], label: str, ids: Sequence[str]) -> list[Reading | None]:
    """The items for graphql-core to complete as values of this field, each in its place: None for what is hidden."""
    answers: Answers = info.schema.extensions[EXTENSION]
    fragments = {name: FragmentDetails(each) for name, each in info.fragments.items()}
    coerced: Any = info.variable_values  # Strawberry gives the values themselves
    collector = Collector(info.schema, fragments, VariableValues({}, coerced), info.operation)
    compiling = Compiling(collector, answers.readers)
    details = [FieldDetails(node, None) for node in info.field_nodes]
    asked = Asked(compiling, info.parent_type.fields[info.field_name], details)
    level = LevelPlan((label,))
    level.rows = True
    plan = asked.select_items(level)
    slot = level.branches[0].column(Column((Attribute("id"),)))
    level.place()
    env = environment(collector, info.context)
    env.arguments = [None] * compiling.numbers
    question = Question(level.build(env, Listing(OneOf(Attribute("id"), tuple(ids)))), info.context.sight)
    rows = {row[slot.index]: row for row in (await info.context.rows(question)).rows}
    maker = Many((Slot(0),), plan, gaps=True)
    found: list[Reading | None] = maker.value([[rows.get(id) for id in ids]], running(env.arguments, env))
    return found
