"""Values written in a document or sent as variables: whatever is wrong with one is told with its name and its place."""

from collections.abc import Mapping
from typing import Any

from graphql import (
    ArgumentNode,
    DocumentNode,
    GraphQLError,
    GraphQLInputType,
    GraphQLSchema,
    Node,
    ValueNode,
    ValuesOfCorrectTypeRule,
    VariableDefinitionNode,
    get_operation_ast,
)
from graphql.execution.values import get_variable_values
from graphql.pyutils import print_path_list
from graphql.utilities import validate_input_literal


class NamedValuesRule(ValuesOfCorrectTypeRule):
    """Values fit their types. What a scalar of ours refuses is told of its argument, where it is written."""

    whose = ""

    def enter_argument(self, node: ArgumentNode, *_: Any) -> None:
        """Its value comes next."""
        self.whose = f"Argument '{node.name.value}'"

    def enter_variable_definition(self, node: VariableDefinitionNode, *_: Any) -> None:
        """Its default value comes next."""
        self.whose = f"Variable '${node.variable.name.value}'"

    def is_valid_value_node(self, node: ValueNode, input_type: GraphQLInputType | None) -> Any:
        """Tells what is wrong with the value, and keeps others from looking into it."""
        if input_type:
            validate_input_literal(
                node, input_type, lambda error, path: self.report_error(placed(error, self.whose, node, path))
            )
        return self.SKIP


def placed(error: GraphQLError, whose: str, node: Node, path: list[str | int] | None = None) -> GraphQLError:
    """The error with its place; as it is when it has one."""
    if error.nodes:
        return error
    message = f"{whose} has invalid value{print_path_list(path or [])}: {error.message}"
    return GraphQLError(message, node, original_error=error.original_error, extensions=error.extensions)


def of_variables(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation_name: str | None,
    variables: Mapping[str, Any],
    errors: list[GraphQLError],
) -> list[GraphQLError]:
    """The errors of variables, each with the name of its own: an input that takes one key of several says none."""
    operation = get_operation_ast(document, operation_name)
    if operation is None or all(each.nodes for each in errors):
        return errors
    found: list[GraphQLError] = []
    for each in operation.variable_definitions or ():
        wrong = get_variable_values(schema, [each], dict(variables))
        if isinstance(wrong, list):
            found += [placed(error, f"Variable '${each.variable.name.value}'", each) for error in wrong]
    return found or errors
