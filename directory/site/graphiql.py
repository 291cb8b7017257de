"""The examples that GraphiQL offers: one file each, its title in the first comment, its variables in the second."""

from functools import cache
from pathlib import Path

import orjson

EXAMPLES = Path(__file__).parent / "examples"


@cache
def examples_json() -> bytes:
    """The examples in order of their file names: title, query, variables."""
    return orjson.dumps([example(path.read_text(encoding="utf-8")) for path in sorted(EXAMPLES.glob("*.graphql"))])


def example(text: str) -> dict[str, str]:
    """One example: the first line is its title, lines that start with `#:` are its variables.

    >>> example("# A title\\n#: {}\\n{ a }\\n")
    {'title': 'A title', 'query': '# A title\\n{ a }\\n', 'variables': '{}'}
    """
    lines = text.splitlines(keepends=True)
    variables = "".join(line[2:].strip("\n").removeprefix(" ") + "\n" for line in lines if line.startswith("#:"))
    query = "".join(line for line in lines if not line.startswith("#:"))
    return {"title": lines[0].lstrip("# ").strip(), "query": query, "variables": variables.strip()}
