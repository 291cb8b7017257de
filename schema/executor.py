"""Execution: root fields that the graph answers are answered by plans, everything else by graphql-core unchanged.

Whatever a plan finds odd in the rows, graphql-core completes: from the same rows, read key by key by the same makers.
"""

from typing import Any

from graphql import GraphQLObjectType, GraphQLResolveInfo, OperationType
from graphql.execution.collect_fields import FieldDetails, FragmentDetails
from graphql.execution.values import VariableValues
from graphql.pyutils import Path
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from schema.answers import EXTENSION, Answers
from schema.columns import Reading
from schema.plan import Collector
from schema.roots import Composed, Root


class Execution(StrawberryGraphQLCoreExecutionContext):
    """The execution context of the schema."""

    def execute_field(
        self,
        parent_type: GraphQLObjectType,
        source: Any,
        field_details_list: list[FieldDetails],
        path: Path,
        position_context: Any,
    ) -> Any:
        """The value of a field; a promise of it for the root fields that the graph answers."""
        if path.prev is None and self.operation.operation is OperationType.QUERY:
            answers: Answers = self.schema.extensions[EXTENSION]
            root = answers.roots.get(field_details_list[0].node.name.value)
            if root is not None:
                return self._answer(answers, root, parent_type, field_details_list, path, position_context)
        return super().execute_field(parent_type, source, field_details_list, path, position_context)

    async def _answer(
        self,
        answers: Answers,
        root: Root | Composed,
        parent_type: GraphQLObjectType,
        details: list[FieldDetails],
        path: Path,
        position: Any,
    ) -> Any:
        asked = parent_type.fields[details[0].node.name.value]
        collector = Collector(self.schema, self.fragments, self.variable_values, self.operation, self.hide_suggestions)
        try:
            found = await answers.ask(root, collector, asked, details, self.context_value)
            done, value = answers.finish(found, self.context_value)
            if not done and answers.fast:  # an item taken away while it was read has holes; now it is whole, or absent
                found = await answers.ask(root, collector, asked, details, self.context_value)
                done, value = answers.finish(found, self.context_value)
            if done:
                return value
            info = self.build_resolve_info(asked, [each.node for each in details], parent_type, path)
            completed = self.complete_value(asked.type, details, info, path, found.value(), position)
            return await completed if self.is_awaitable(completed) else completed
        except Exception as error:  # as graphql-core does: an error of a field is shown in its place
            self.handle_field_error(error, asked.type, details, path)
            return None


def read(source: Any, info: GraphQLResolveInfo[Any], **arguments: Any) -> Any:
    """The value of a field of an object that the graph answered: its maker knows the arguments already."""
    return source.value(info.path.key)


def type_name(value: Any, info: GraphQLResolveInfo[Any], abstract: Any) -> str:
    """The type of an object that the graph answered."""
    return str(value.typename)


async def read_item(info: GraphQLResolveInfo[Any], label: str, id: str) -> Reading | None:
    """An item for graphql-core to complete as the value of this field: None when the asker does not see it.

    For fields that are no root fields of a query: payloads of mutations, events of subscriptions.
    """
    answers: Answers = info.schema.extensions[EXTENSION]
    fragments = {name: FragmentDetails(each) for name, each in info.fragments.items()}
    coerced: Any = info.variable_values  # Strawberry gives the values themselves
    variables = VariableValues({}, coerced)
    collector = Collector(info.schema, fragments, variables, info.operation)
    details = [FieldDetails(node, None) for node in info.field_nodes]
    asked = info.parent_type.fields[info.field_name]
    found = await answers.ask_item(label, id, collector, asked, details, info.context)
    value: Reading | None = found.value()
    return value
