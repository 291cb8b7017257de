"""What an operation costs: 1 a field, times the page sizes around it. Compiled once, summed for each request.

A field that takes more work than a look at the graph says so itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLCompositeType,
    GraphQLField,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    get_named_type,
    is_composite_type,
)
from graphql.pyutils import Undefined

from directory.settings import Limits
from schema.refusals import Refused, Why

PAGES = ("first", "last")

COST = "directory.cost"
"""Where a field of the schema says what it costs, when that is more than one."""
ONCE = "directory.once"
"""Where a field says that it is asked once for a whole page, whatever its size."""
SIZE = "directory.size"
"""Where a field that is no list in pages says which argument bounds what is below it, and what it is when absent."""


@dataclass(frozen=True, slots=True)
class PageSize:
    """How many items a list may give: the most that its arguments say, in numbers or by variables."""

    absent: int
    numbers: tuple[int, ...] = ()
    variables: tuple[str, ...] = ()
    defaults: Mapping[str, int] = field(default_factory=dict)

    def of(self, variables: Mapping[str, Any]) -> int:
        """The number of items; a value that is no number is refused later, and counts as absent here."""
        said = [counted(variables.get(name, self.defaults.get(name))) for name in self.variables]
        return max((each for each in (*self.numbers, *said) if each is not None), default=self.absent)


def counted(value: Any) -> int | None:
    """How many items the value of an argument asks for: it is their number, or lists them; None when it says neither.

    >>> counted(5), counted(5.0), counted(-5), counted(["a", "b"]), counted(None)
    (5, 5, 0, 2, None)
    """
    if isinstance(value, list):
        return len(value)
    if isinstance(value, int) or (isinstance(value, float) and value.is_integer()):
        return max(int(value), 0)
    return None


@dataclass(frozen=True, slots=True)
class Weight:
    """What a selection costs: its plain fields, and for each list its page size and what stands in a row.

    `once` is what lies in a page and not in each of its rows.
    """

    fields: int = 0
    lists: "tuple[tuple[PageSize, Weight], ...]" = ()
    once: "tuple[Weight, ...]" = ()

    def cost(self, variables: Mapping[str, Any]) -> int:
        """The cost with these variables."""
        rows = sum(size.of(variables) * inside.cost(variables) for size, inside in self.lists)
        return self.fields + rows + sum(each.cost(variables) for each in self.once)


class Scales:
    """Weighs the operations of one valid document, each fragment once."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, default_page: int) -> None:
        self.schema = schema
        self.default_page = default_page
        self.fragments: Mapping[str, FragmentDefinitionNode] = {
            each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)
        }
        self.known: dict[str, Weight] = {}

    def operation(self, node: OperationDefinitionNode) -> Weight:
        """The weight of an operation, the default values of its variables included."""
        root = self.schema.get_root_type(node.operation)
        defaults = {
            each.variable.name.value: said
            for each in node.variable_definitions or ()
            if (said := written(each.default_value)) is not None
        }
        return with_defaults(self.selections(node.selection_set, root), defaults)

    def selections(self, of: SelectionSetNode | None, parent: GraphQLNamedType | None) -> Weight:
        """The weight of a selection set on a type."""
        return together([self.selection(node, parent) for node in of.selections] if of else [])

    def selection(self, node: SelectionNode, parent: GraphQLNamedType | None) -> Weight:
        """The weight of a field, a fragment written in place, or a fragment's name."""
        match node:
            case FieldNode():
                return self.field(node, parent)
            case InlineFragmentNode(type_condition=condition):
                narrowed = self.schema.get_type(condition.name.value) if condition else parent
                return self.selections(node.selection_set, narrowed)
            case FragmentSpreadNode():
                return self.fragment(node.name.value)
        return Weight()

    def fragment(self, name: str) -> Weight:
        """The weight of a fragment."""
        if name not in self.known:
            definition = self.fragments[name]
            condition = self.schema.get_type(definition.type_condition.name.value)
            self.known[name] = self.selections(definition.selection_set, condition)
        return self.known[name]

    def field(self, node: FieldNode, parent: GraphQLNamedType | None) -> Weight:
        """The weight of a field: its own, and what is below it as often as its page is long."""
        definition = self.definition(node, parent)
        own = definition.extensions.get(COST, 1) if definition else 1
        if definition is None or node.selection_set is None:
            return Weight(own)
        inside = self.selections(node.selection_set, get_named_type(definition.type))
        made = sized(own, self.size(node, definition), inside)
        return Weight(once=(made,)) if ONCE in definition.extensions else made

    def definition(self, node: FieldNode, parent: GraphQLNamedType | None) -> GraphQLField | None:
        """The field as the schema declares it; None when it does not."""
        if parent is None or not is_composite_type(parent):
            return None
        composite: GraphQLCompositeType = parent
        return self.schema.get_field(composite, node.name.value)

    def size(self, node: FieldNode, definition: GraphQLField) -> PageSize | None:
        """How many items there may be below a field; None when it is one."""
        if SIZE in definition.extensions:
            name, default = definition.extensions[SIZE]
            return page_size(node, (name,), default)
        if not any(name in definition.args for name in PAGES):
            return None
        declared = [definition.args[name].default_value for name in PAGES if name in definition.args]
        default = next((each for each in declared if each is not Undefined and isinstance(each, int)), None)
        return page_size(node, PAGES, default if default is not None else self.default_page)


def page_size(node: FieldNode, names: tuple[str, ...], absent: int) -> PageSize:
    """The page size that the arguments of these names ask for."""
    given = [each.value for each in node.arguments or () if each.name.value in names]
    numbers = [number for each in given if (number := written(each)) is not None]
    return PageSize(absent, tuple(numbers), tuple(each.name.value for each in given if isinstance(each, VariableNode)))


def written(value: ValueNode | None) -> int | None:
    """How many items a value asks for that is written in the document; None when it says nothing."""
    match value:
        case IntValueNode(value=digits):
            # A number of thousands of digits is refused by validation; it never comes here.
            return max(int(digits), 0)
        case ListValueNode(values=values):
            return len(values)
    return None


def sized(own: int, size: PageSize | None, inside: Weight) -> Weight:
    """The weight of a field with what is below it, so many times."""
    if size is None:
        return Weight(own + inside.fields, inside.lists, inside.once)
    row = replace(inside, once=())
    if not size.variables and not row.lists:
        return together([Weight(own + size.of({}) * row.fields), *inside.once])
    return together([Weight(own, ((size, row),)), *inside.once])


def together(weights: list[Weight]) -> Weight:
    """The weight of selections that stand side by side."""
    return Weight(
        sum(each.fields for each in weights),
        tuple(pair for each in weights for pair in each.lists),
        tuple(once for each in weights for once in each.once),
    )


def with_defaults(weight: Weight, defaults: Mapping[str, int]) -> Weight:
    """The weight once the default values of the variables are known."""
    if not defaults or not (weight.lists or weight.once):
        return weight
    return Weight(
        weight.fields,
        tuple((replace(size, defaults=defaults), with_defaults(inside, defaults)) for size, inside in weight.lists),
        tuple(with_defaults(each, defaults) for each in weight.once),
    )


def checked_cost(weight: Weight, variables: Mapping[str, Any], limits: Limits) -> int:
    """What the operation costs with these variables; raises Refused when that is too much for one operation."""
    cost = weight.cost(variables)
    if cost > limits.cost:
        message = f"The operation costs {min(cost, 10**12)}; at most {limits.cost} is answered: ask for smaller pages."
        raise Refused(Why.TOO_COMPLEX, message, facts={"cost": min(cost, 10**12), "limit": limits.cost})
    return cost
