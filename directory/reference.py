"""The reference page of the content types, made from their facts: `python -m directory.reference` writes it again."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from directory.enums import CLOSED
from directory.fields import ANY, Fact, Kind, Need, facts
from directory.item import Certain, Contact, Editorial, Item, Listed, Timed
from directory.links import Way, ways
from directory.types import CONTENT_TYPES
from directory.vocabularies import vocabularies
from graph.query import Audience

PAGE: Final = Path(__file__).with_name("reference.md")
GROUPS: Final[tuple[type, ...]] = (Item, Timed, Certain, Contact)
"""Fields that many types share: said once."""
NEEDED: Final = {Need.NEVER: "", Need.CREATE: "to create", Need.PUBLISH: "to publish"}
HEAD: Final = "| Field | Kind | Needed | Meaning | Columns |\n|---|---|---|---|---|"
INTRODUCTION: Final = """\
# The content types

Made from the declarations in `directory/types/`; do not edit: `python -m directory.reference`.

A field marked * holds one value a language. Beside its own name, an import understands the columns in the last cell.
The vocabularies stand at the end.
"""


def pages() -> str:
    """The whole reference: groups of fields, every type, every vocabulary."""
    parts = [INTRODUCTION, *map(_group, GROUPS), *map(page, CONTENT_TYPES.values()), _vocabularies()]
    return "\n".join(parts)


def page(cls: type[Item]) -> str:
    """What there is to know of a content type, in Markdown: its fields, its place, and where its links lead."""
    declared = cls.declared
    named = CONTENT_TYPES.get(declared.name)
    found = ways(declared.name).values() if named is cls else ()
    lines = [
        f"## {declared.name}\n",
        f"{declared.description}\n",
        *_about(cls),
        "",
        HEAD,
        *(_row(fact) for fact in facts(cls).values() if not _is_shared(cls, fact)),
        *_list("Links from others", (way for way in found if way.inverse)),
        *_list("Found along several links", (way for way in found if way.fact is None)),
        "",
    ]
    return "\n".join(lines)


def _group(cls: type) -> str:
    title = "Every item" if cls is Item else cls.__name__
    return "\n".join(
        [f"## {title}\n", f"{' '.join((cls.__doc__ or '').split())}\n", HEAD, *map(_row, facts(cls).values()), ""]
    )


def _about(cls: type[Item]) -> Iterator[str]:
    declared = cls.declared
    family = "one item a language" if issubclass(cls, Editorial) else "one item for all languages"
    yield f"- Kept as {family}; list: `{declared.plural}`; ordered by {', '.join(declared.order)}."
    sits = " or ".join(declared.sits_in) or "nothing: it is the root"
    yield f"- Sits in {sits}{f'; a new site keeps them in `/{declared.folder}`' if declared.folder else ''}."
    shared = [group.__name__ for group in GROUPS[1:] if issubclass(cls, group)]
    if shared:
        yield f"- Has the fields of {', '.join(shared)} too."
    if declared.title_pattern:
        yield f"- Title when none is given: `{declared.title_pattern}`."
    if declared.slug_is_unique:
        yield "- Its slug is unique among all of its type."
    if declared.private:
        yield "- Created private, by imports too."


def _is_shared(cls: type[Item], fact: Fact) -> bool:
    """Whether a group says the same of the field already."""
    same = (Item, Listed, Editorial, *GROUPS)
    return any(facts(group).get(fact.name) == fact for group in same if issubclass(cls, group))


def _row(fact: Fact) -> str:
    columns = ", ".join(f"`{each}`" for each in fact.columns)
    return f"| `{fact.name}` | {_kind(fact)} | {NEEDED[fact.need]} | {_meaning(fact)} | {columns} |"


def _kind(fact: Fact) -> str:
    words = str(fact.kind) + ("*" if fact.localised else "")
    if fact.kind in (Kind.CHOICE, Kind.TERM):
        words = f"{fact.vocabulary} ({'closed' if fact.kind is Kind.CHOICE else 'open'})"
    if fact.kind is Kind.LINK:
        words = f"link to {'any type' if fact.to == ANY else ' or '.join(fact.to)}"
    if fact.unit:
        words += f" in {fact.unit}"
    return words + (", several" if fact.several else "")


def _meaning(fact: Fact) -> str:
    words = [fact.description]
    if fact.default not in (None, ""):
        words.append(f"Default: {str(fact.default).lower()}.")
    if fact.least is not None or fact.most is not None:
        words.append(f"{_bound('At least', fact.least)}{_bound(' At most', fact.most)}".strip())
    if fact.inverse:
        words.append(f"From there: {', '.join(f'`{name}`' for name in dict.fromkeys(fact.inverse.values()))}.")
    if fact.audience is not Audience.PUBLIC:
        words.append("For the team." if fact.audience is Audience.TEAM else "For editors.")
    if fact.system:
        words.append("Set by the system.")
    return " ".join(words).replace("|", "\\|")


def _bound(words: str, value: float | None) -> str:
    return "" if value is None else f"{words} {value:g}."


def _list(title: str, found: Iterator[Way]) -> Iterator[str]:
    lines = [
        f"- `{way.name}` ({', '.join(way.targets) if len(way.targets) < 9 else 'any type'}): {way.description}"
        for way in found
    ]
    if lines:
        yield from ("", f"{title}:\n", *lines)


def _types(way: Way) -> str:
    return ", ".join(way.targets) if len(way.targets) < 9 else "any type"


def _vocabularies() -> str:
    closed = [f"- **{name}**: {', '.join(f'`{each.value}`' for each in choices)}" for name, choices in CLOSED.items()]
    opened = [f"- **{name}**: {', '.join(f'`{code}`' for code in each.codes)}" for name, each in vocabularies().items()]
    return "\n".join(["## Vocabularies\n", "Closed:\n", *closed, "\nOpen, kept by managers:\n", *opened, ""])


if __name__ == "__main__":
    PAGE.write_text(pages(), encoding="utf-8")
