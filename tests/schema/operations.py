"""Operations made at random from a schema: aliases, fragments, merged fields, @skip and @include, variables."""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_leaf_type,
)

DEPTH = 6
FIELDS = 40
UNASKED = (
    "viewer",
    "nodes",
    "draft",
    "neighbourhood",
    "shortestPath",
    "analyses",
)  # made otherwise, or of several questions


@dataclass
class Operations:
    """Makes one operation; its text, and values for its variables."""

    schema: GraphQLSchema
    seed: int
    variables: dict[str, tuple[str, Any]] = field(default_factory=dict)
    fragments: dict[str, str] = field(default_factory=dict)
    fields: int = 0

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)

    def made(self) -> tuple[str, dict[str, Any]]:
        """The text and the variables."""
        query = self.schema.query_type
        assert query is not None
        roots = [name for name in query.fields if not name.endswith("Aggregate") and name not in UNASKED]
        lines = []
        for number in range(self.random.randint(1, 2)):
            name = self.random.choice(roots)
            lines.append(f"r{number}: {self.field(name, query.fields[name], 0)}")
        said = ", ".join(f"${name}: {type}" for name, (type, _) in self.variables.items())
        head = f"query Q({said})" if said else "query Q"
        text = f"{head} {{ {' '.join(lines)} }} {' '.join(self.fragments.values())}"
        return text, {name: value for name, (_, value) in self.variables.items()}

    def field(self, name: str, of: GraphQLField, depth: int) -> str:
        self.fields += 1
        arguments = ", ".join(self.arguments(of))
        type = get_named_type(of.type)
        below = "" if is_leaf_type(type) else " " + self.selection(type, depth + 1)
        return f"{name}{f'({arguments})' if arguments else ''}{self.directive()}{below}"

    def directive(self) -> str:
        if self.random.random() > 0.08:
            return ""
        word, value = self.random.choice(["skip", "include"]), self.random.choice([True, False])
        if self.random.random() < 0.4:
            return f" @{word}(if: {json.dumps(value)})"
        name = f"f{self.random.randrange(3)}"
        self.variables.setdefault(name, ("Boolean!", value))
        return f" @{word}(if: ${name})"

    def selection(self, type: Any, depth: int) -> str:
        members = list(self.members(type, depth))
        return f"{{ {' '.join(members) or '__typename'} }}"

    def members(self, type: Any, depth: int) -> Iterator[str]:
        names = [name for name, each in type.fields.items() if depth < DEPTH or is_leaf_type(get_named_type(each.type))]
        names = [name for name in names if name != "facets"]
        for number in range(self.random.randint(1, 5)):
            if self.fields > FIELDS or not names:
                break
            name = self.random.choice(names)
            # Without an alias only what has no arguments may be said twice: it is then merged.
            plain = not type.fields[name].args and self.random.random() < 0.6
            said = self.field(name, type.fields[name], depth)
            yield said if plain else f"{type.name[:2].lower()}{depth}{number}x{self.fields}: {said}"
        if self.random.random() < 0.2:
            yield "__typename"
        yield from self.fragment(type, depth)

    def fragment(self, type: Any, depth: int) -> Iterator[str]:
        if self.fields > FIELDS or self.random.random() > 0.35:
            return
        if isinstance(type, GraphQLInterfaceType):
            possible = list(self.schema.get_possible_types(type))
            inner = self.random.choice([*self.random.sample(possible, min(3, len(possible))), type])
        else:
            inner = self.random.choice([type, *type.interfaces]) if isinstance(type, GraphQLObjectType) else type
        body = self.selection(inner, depth)
        if self.random.random() < 0.5:
            yield f"... on {inner.name}{self.directive()} {body}"
        else:
            name = f"F{len(self.fragments)}x{self.fields}"
            self.fragments[name] = f"fragment {name} on {inner.name} {body}"
            yield f"...{name}"

    def arguments(self, of: GraphQLField) -> Iterator[str]:
        for name, each in of.args.items():
            required = isinstance(each.type, GraphQLNonNull)
            if required or self.random.random() < 0.15:
                value = self.argument(name, each)
                if value is not None:
                    yield f"{name}: {value}"

    def argument(self, name: str, of: GraphQLArgument) -> str | None:
        match name:
            case "first":
                if self.random.random() < 0.5:
                    return str(self.random.randint(1, 9))
                self.variables[f"n{len(self.variables)}"] = ("Int", self.random.randint(1, 9))
                return f"${next(reversed(self.variables))}"
            case "at":
                return '"2018-09-18"'
            case "locale":
                return '"fr"'
            case "by":
                return '{slug: "x"}'
            case "id":
                return '"Y2k6MGIyYw"'
            case "from":
                return "{latitude: 45.5, longitude: 0.25}"
            case "query" | "search":
                return '"cite met"'
            case "types":
                return "[CITE, PAGE]"
            case "vocabulary":
                return '"service_type"'
            case "orderBy":
                return "[{title: ASC}]"
            case "where":
                return '{title: {contains: "e"}}'
        return None
