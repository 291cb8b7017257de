"""Documents, parsed, measured and validated once for each text; those seen lately are known by their hash."""

import hashlib
import re
from collections import OrderedDict
from dataclasses import dataclass

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    OperationType,
    ValuesOfCorrectTypeRule,
    parse,
    specified_rules,
    validate,
)
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from directory.settings import Limits
from schema.costs import Scales, Weight
from schema.limits import Measure, check_size
from schema.literals import NamedValuesRule
from schema.refusals import Refused, Why, refused_by

OWN_VALUES = (NamedValuesRule if each is ValuesOfCorrectTypeRule else each for each in specified_rules)
RULES = (*OWN_VALUES, MaybeNullValidationRule, OneOfInputValidationRule)
"""What a document must obey."""

LEXEMES = re.compile(r'"""(?:[^"\\]|\\"""|\\|"(?!""))*(?:""")?|"(?:[^"\\\n\r]|\\.)*"?|#[^\n\r]*|[^\s,"#]+')
"""Strings, comments, and what stands between blanks: read much faster than by the parser, which judges them."""
SHA256 = re.compile(r"[0-9a-f]{64}")
MOST_DOCUMENTS = 1_000
MOST_CHARACTERS = 400_000
"""Texts kept, all together: a parsed document takes up to two hundred times its text."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of a document: its name, its kind, its weight, whether it asks of nothing but the schema."""

    name: str | None
    kind: OperationType
    weight: Weight
    introspects: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """A valid document with its operations."""

    text: str
    hash: str
    ast: DocumentNode
    operations: tuple[Operation, ...]

    def operation(self, name: str | None) -> Operation:
        """The operation of that name, or the only one; raises Refused when there is none."""
        if name is None and len(self.operations) == 1:
            return self.operations[0]
        if name is None:
            raise Refused(Why.INPUT, "The document has several operations: say which one in operationName.")
        found = next((each for each in self.operations if each.name == name), None)
        if found is None:
            raise Refused(Why.INPUT, f"The document has no operation named {name!r}.")
        return found


class Documents:
    """The documents of one schema that were seen lately."""

    def __init__(self, schema: GraphQLSchema, limits: Limits, most: int = MOST_DOCUMENTS) -> None:
        self.schema = schema
        self.limits = limits
        self.most = most
        self.characters = 0
        self.by_text: OrderedDict[str, Document | Refused] = OrderedDict()
        self.text_by_hash: dict[str, str] = {}

    def read(self, text: str) -> Document:
        """The document of a text, valid and within the limits; raises Refused."""
        found = self.by_text.get(text)
        if found is None:
            found = self.keep(text, self.judged(text))
        self.by_text.move_to_end(text)
        if isinstance(found, Refused):
            # A new exception each time: one that is raised again collects tracebacks.
            raise Refused(found.why, str(found), errors=found.errors)
        return found

    def known(self, sha256: str) -> Document:
        """The document with that hash, when it was seen lately; raises Refused when not, or for no hash at all."""
        if not SHA256.fullmatch(sha256):
            raise Refused(Why.REQUEST, "A document is named by its SHA-256, as 64 hexadecimal digits in lower case.")
        text = self.text_by_hash.get(sha256)
        if text is None:
            raise Refused(Why.UNKNOWN_DOCUMENT, "PersistedQueryNotFound")
        return self.read(text)

    def judged(self, text: str) -> Document | Refused:
        """The document of a text, or why it is refused."""
        try:
            return self.made(text)
        except Refused as refused:
            return refused.with_traceback(None)

    def made(self, text: str) -> Document:
        """The document of a text: parsed, measured, validated, weighed; raises Refused."""
        ast = parsed(text, self.limits)
        check_size(ast, self.limits)
        errors = validate(self.schema, ast, RULES, max_errors=self.limits.errors)
        if errors:
            raise refused_by(Why.VALIDATION, errors, self.limits.errors)
        return Document(text, sha256_of(text), ast, weighed(self.schema, ast, self.limits))

    def keep(self, text: str, found: Document | Refused) -> Document | Refused:
        """The same document, kept; the least recent ones are forgotten."""
        self.by_text[text] = found
        self.characters += len(text)
        if isinstance(found, Document):
            self.text_by_hash[found.hash] = text
        while len(self.by_text) > 1 and (len(self.by_text) > self.most or self.characters > MOST_CHARACTERS):
            old, forgotten = self.by_text.popitem(last=False)
            self.characters -= len(old)
            if isinstance(forgotten, Document):
                del self.text_by_hash[forgotten.hash]
        return found


def check_length(text: str, limits: Limits) -> None:
    """Nothing, when the text is not too long for the parser, which takes it character by character; raises Refused."""
    if len(text) <= limits.document:
        return
    said = sum(len(found) for found in LEXEMES.findall(text) if not found.startswith("#"))
    if said > limits.document:
        message = f"The document has more than {limits.document} characters: send long texts as variables."
        raise Refused(Why.TOO_COMPLEX, message, facts={"limit": limits.document})


def parsed(text: str, limits: Limits) -> DocumentNode:
    """The syntax tree of a text; raises Refused."""
    check_length(text, limits)
    try:
        return parse(text, max_lexical_tokens=limits.tokens, max_comments=limits.tokens)
    except GraphQLSyntaxError as error:
        if "more than" in error.message:
            message = f"The document has more than {limits.tokens} tokens."
            raise Refused(Why.TOO_COMPLEX, message, facts={"limit": limits.tokens}) from None
        raise refused_by(Why.SYNTAX, [error], limits.errors) from None
    except GraphQLError as error:
        raise refused_by(Why.SYNTAX, [error], limits.errors) from None


def weighed(schema: GraphQLSchema, ast: DocumentNode, limits: Limits) -> tuple[Operation, ...]:
    """The operations of a valid document, each with its weight."""
    scales, measure = Scales(schema, ast, limits.default_page), Measure(ast)
    return tuple(
        Operation(
            each.name.value if each.name else None,
            each.operation,
            scales.operation(each),
            measure.selections(each.selection_set).introspects,
        )
        for each in ast.definitions
        if isinstance(each, OperationDefinitionNode)
    )


def sha256_of(text: str) -> str:
    """The name of a text: its SHA-256 in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()
