"""The questions asked of us and of @neo4j/graphql: the same items in the words of each, and one form for both answers.

Of the peers the cheaper form is asked: lists, not connections; the last question, which has no gate, shows what those
cost, and stands last because the database goes on with it after nobody waits any more. They find a field by aliases of stored properties, so
their answers hold the codes and the ids that are kept; ours are brought to that form here, and nothing else is changed.
"""

from dataclasses import dataclass
from typing import Any, Final

from schema.ids import own_id


@dataclass(frozen=True)
class Pair:
    """One question, and at most which share of the peers' CPU ours may take: over HTTP, and replayed (where asked)."""

    name: str
    ours: str
    theirs: str
    most: float | None
    replayed: float | None = None


PAIRS: Final = (
    Pair(
        "small: one Cité, 3 fields",
        '{ cite(by: {slug: "synthetic-cite-0"}) { id slug title } }',
        '{ cites(where: {slug: {eq: "synthetic-cite-0"}}) { id slug title } }',
        0.30,
        0.25,
    ),
    Pair(
        "page: 24 Cités x 5 partners x 5 contributions",
        """{ cites(first: 24) { nodes { slug title partnerships(first: 5) { nodes { organisation { slug title
            contributions(first: 5) { nodes { title kind } } } } } } } }""",
        """{ cites(limit: 24, sort: {title_order: ASC}) { slug title partnerships(limit: 5, sort: {title_order: ASC}) {
            organisation { slug title contributions(limit: 5, sort: {title_order: ASC}) { title kind } } } } }""",
        0.35,
    ),
    Pair(
        "big: 100 x 30 x 9",
        """{ organisations(first: 100) { nodes { slug title contributions(first: 30) { nodes {
            id slug path title kind certainty version state modified } } } } }""",
        """{ organisations(limit: 100, sort: {title_order: ASC}) { slug title
            contributions(limit: 30, sort: {title_order: ASC}) {
            id slug path title kind certainty version state modified } } }""",
        0.25,
        0.12,
    ),
    Pair(
        "deep: 4 levels",
        """{ organisations(first: 20) { nodes { slug contributions(first: 5) { nodes { title kind } } territory { slug
            cites(first: 3) { nodes { slug services(first: 3) { nodes { slug title } } } } } } } }""",
        """{ organisations(limit: 20, sort: {title_order: ASC}) { slug
            contributions(limit: 5, sort: {title_order: ASC}) { title kind } territory { slug
            cites(limit: 3, sort: {title_order: ASC}) { slug
            services(limit: 3, sort: {title_order: ASC}) { slug title } } } } }""",
        0.18,
    ),
    Pair(
        "nested filter",
        """{ organisations(first: 20, where: {contributions: {some: {kind: {eq: FINANCIAL}},
            none: {kind: {eq: EXPERTISE}}}}) { nodes { slug title } } }""",
        """{ organisations(limit: 20, sort: {title_order: ASC}, where: {contributions: {some: {kind: {eq: "financial"}},
            none: {kind: {eq: "expertise"}}}}) { slug title } }""",
        0.10,
    ),
    Pair(
        "its total",
        """{ organisations(where: {contributions: {some: {kind: {eq: FINANCIAL}},
            none: {kind: {eq: EXPERTISE}}}}) { totalCount } }""",
        """{ organisationsConnection(where: {contributions: {some: {kind: {eq: "financial"}},
            none: {kind: {eq: "expertise"}}}}) { aggregate { count { nodes } } } }""",
        0.20,
    ),
    Pair(
        "big, asked of them as connections",
        """{ organisations(first: 100) { nodes { slug title contributions(first: 30) { nodes {
            id slug path title kind certainty version state modified } } } } }""",
        """{ organisationsConnection(first: 100, sort: [{title_order: ASC}]) { edges { node { slug title
            contributions: contributionsConnection(first: 30, sort: [{node: {title_order: ASC}}]) { edges { node {
            id slug path title kind certainty version state modified } } } } } } }""",
        None,
    ),
)

AROUND: Final = ("nodes", "edges", "node", "totalCount", "aggregate", "count")
"""Names of what stands alone around a value."""
SINGLE: Final = ("organisation", "territory")
"""Links to one item, which the peers answer as a list."""
CODES: Final = ("kind", "certainty", "state")
"""What we answer as values of enumerations, and the peers as it is kept."""


def plain(answer: Any) -> Any:
    """The answer in the form that both have, its root field unnamed; a list of one item is that item.

    >>> plain({"cite": {"id": "Y2k6MQ", "territory": {"slug": "a"}}})
    {'id': '1', 'territory': {'slug': 'a'}}
    >>> plain({"cites": [{"id": "1", "territory": [{"slug": "a"}]}]})
    {'id': '1', 'territory': {'slug': 'a'}}
    """
    [root] = answer.values()
    found = _plain(root)
    return found[0] if isinstance(found, list) and len(found) == 1 else found


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1 and (name := next(iter(value))) in AROUND:
        return _plain(value[name])
    return {name: _field(name, each) for name, each in value.items()}


def _field(name: str, value: Any) -> Any:
    if name == "id":
        return (own_id(value) or ("", value))[1]
    if name in CODES and value is not None:
        return value.lower()
    if name in SINGLE and isinstance(value, list):
        return _plain(value[0]) if value else None
    return _plain(value)
