"""How large a document is, before it is validated: memoised for each fragment, so that no bomb goes off here."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionNode,
    SelectionSetNode,
)

from directory.settings import Limits
from schema.refusals import Refused, Why

INTROSPECTION = frozenset({"__schema", "__type", "__typename"})

# Comparing fields of one answer key grows with the square of their number; nobody writes a field that often.
SAME_KEY = 10


@dataclass(frozen=True, slots=True)
class Size:
    """How large a selection is once its fragments are expanded; `roots` are the fields of its first level."""

    depth: int = 0
    fields: int = 0
    aliases: int = 0
    directives: int = 0
    roots: int = 0
    introspects: bool = True

    def beside(self, other: "Size") -> "Size":
        """Two selections that stand side by side."""
        return Size(
            max(self.depth, other.depth),
            self.fields + other.fields,
            self.aliases + other.aliases,
            self.directives + other.directives,
            self.roots + other.roots,
            self.introspects and other.introspects,
        )


class Measure:
    """Measures the definitions of one document, each fragment once."""

    def __init__(self, document: DocumentNode) -> None:
        self.fragments: Mapping[str, FragmentDefinitionNode] = {
            each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)
        }
        self.known: dict[str, Size] = {}
        self.open: set[str] = set()

    def selections(self, of: SelectionSetNode | None) -> Size:
        """The size of a selection set."""
        nodes = of.selections if of else ()
        check_keys(nodes)
        size = Size()
        for node in nodes:
            size = size.beside(self.selection(node))
        return size

    def selection(self, node: SelectionNode) -> Size:
        """The size of a field, a fragment written in place, or a fragment's name."""
        marks = Size(directives=len(node.directives or ()))
        match node:
            case FieldNode():
                return marks.beside(self.field(node))
            case InlineFragmentNode():
                return marks.beside(self.selections(node.selection_set))
            case FragmentSpreadNode():
                return marks.beside(self.fragment(node.name.value))
        return marks

    def field(self, node: FieldNode) -> Size:
        """The size of a field with what is below it."""
        below = self.selections(node.selection_set)
        return Size(
            depth=1 + below.depth,
            fields=1 + below.fields,
            aliases=below.aliases + bool(node.alias),
            directives=below.directives,
            roots=1,
            introspects=node.name.value in INTROSPECTION,
        )

    def fragment(self, name: str) -> Size:
        """The size of a fragment; zero for one that does not exist, which validation reports."""
        if name in self.open:
            raise Refused(Why.VALIDATION, f"The fragment {name} contains itself.")
        if name not in self.known:
            definition = self.fragments.get(name)
            self.open.add(name)
            own = Size(directives=len(definition.directives or ())) if definition else Size()
            self.known[name] = own.beside(self.selections(definition.selection_set)) if definition else own
            self.open.remove(name)
        return self.known[name]

    def alone(self, definition: FragmentDefinitionNode) -> Size:
        """The size of a fragment as if it were a query: nobody need use it for validation to walk it."""
        introspects = definition.type_condition.name.value.startswith("__")
        return replace(self.fragment(definition.name.value), introspects=introspects)


def check_keys(nodes: Iterable[SelectionNode]) -> None:
    """Nothing, when no answer key stands too often in a selection; raises Refused, before anything is measured."""
    keys = Counter((each.alias or each.name).value for each in nodes if isinstance(each, FieldNode))
    if max(keys.values(), default=0) > SAME_KEY:
        raise too_complex(f"The same answer key stands more than {SAME_KEY} times in one selection.")


def check_size(document: DocumentNode, limits: Limits) -> None:
    """Nothing, when every operation and every fragment is within the limits; raises Refused."""
    fragments = [each for each in document.definitions if isinstance(each, FragmentDefinitionNode)]
    if len(fragments) > limits.fragments:
        raise over("fragments", len(fragments), limits.fragments)
    try:
        check_definitions(document, Measure(document), limits)
    except RecursionError:
        # Leave the block first: the error would keep all its frames alive.
        deep = True
    else:
        deep = False
    if deep:
        raise too_complex(f"The document is nested too deeply; at most {limits.depth} levels are answered.")


def check_definitions(document: DocumentNode, measure: Measure, limits: Limits) -> None:
    """Nothing, when each operation and each fragment is within the limits; raises Refused."""
    for definition in document.definitions:
        match definition:
            case OperationDefinitionNode():
                check_operation(definition, measure, limits)
            case FragmentDefinitionNode():
                within(measure.alone(definition), limits)


def check_operation(node: OperationDefinitionNode, measure: Measure, limits: Limits) -> None:
    """Nothing, when the operation is within the limits; raises Refused."""
    own = len(node.directives or ()) + sum(len(each.directives or ()) for each in node.variable_definitions or ())
    size = Size(directives=own).beside(measure.selections(node.selection_set))
    within(size, limits)
    if node.operation is OperationType.MUTATION and size.roots > limits.mutations:
        raise over("root fields in a mutation", size.roots, limits.mutations)


def within(size: Size, limits: Limits) -> None:
    """Nothing, when no limit is passed; raises Refused with the first one that is."""
    depth = limits.introspection_depth if size.introspects else limits.depth
    for what, found, most in measured(size, limits, depth):
        if found > most:
            raise over(what, found, most)


def measured(size: Size, limits: Limits, depth: int) -> Iterator[tuple[str, int, int]]:
    """Each thing that is counted: its name, how much was found, how much is allowed."""
    yield "levels", size.depth, depth
    yield "fields", size.fields, limits.fields
    yield "aliases", size.aliases, limits.aliases
    yield "directives", size.directives, limits.directives


def over(what: str, found: int, most: int) -> Refused:
    """The refusal for too much of something."""
    number = str(found) if found < 1_000_000 else "more than a million"
    return Refused(
        Why.TOO_COMPLEX, f"The document has {number} {what}; at most {most} are answered.", facts={"limit": most}
    )


def too_complex(message: str) -> Refused:
    """The refusal of a document for another reason of its shape."""
    return Refused(Why.TOO_COMPLEX, message)
