"""Where a new item sits when nobody says so, and what it is called when its title follows a pattern: rules, pure."""

import re
import uuid
from collections.abc import Callable, Mapping
from typing import Any, Final

from directory.codes import label
from directory.fields import facts, once_a_type
from directory.item import Item
from directory.links import link_facts, parent_fields
from directory.values import Ref, Texts

NAMESPACE: Final = uuid.UUID("d2c4e8c0-5968-4fb1-86e3-b9c111bf6b7c")
LOCALES: Final = ("en", "fr")
PART: Final = re.compile(r"([^{]*)\{([^}]*)\}")
"""A part of a pattern: the words before it, and the fields of which the first known one is said."""
TitleOf = Callable[[Ref], Texts]


def id_of(key: str) -> str:
    """The id of the item that an import knows by this key, the same at every import.

    >>> id_of("network:cdm-sqy")
    '57ce3504-5621-5072-9231-dfb956a825d1'
    """
    return str(uuid.uuid5(NAMESPACE, key))


SITE: Final = Ref("Site", id_of("site:"))
"""The root of the tree."""


def folder(cls: type[Item]) -> Ref | None:
    """The folder where a site keeps items of this type, None for a type that sits in other items.

    >>> folder(Item) is None
    True
    """
    declared = getattr(cls, "declared", None)
    return Ref("Folder", id_of(f"site:{declared.folder}")) if declared and declared.folder else None


def parent(cls: type[Item], values: Mapping[str, Any]) -> Ref | None:
    """The item that a new one with these values sits in; None when the values do not tell.

    Its `parent` when given; else the field that names the parent; else the only Cité that organises an event, the
    territory of a need, the first author of a deliverable; else the folder of its type.
    """
    for name in ("parent", *parent_fields(cls)):
        if values.get(name):
            found: Ref = values[name]
            return found
    return _by_type(cls, values) or folder(cls)


def _by_type(cls: type[Item], values: Mapping[str, Any]) -> Ref | None:
    match cls.__name__:
        case "Event":
            organisers: tuple[Ref, ...] = tuple(values.get("organisers") or ())
            return organisers[0] if len(organisers) == 1 and organisers[0].type == "Cite" else None
        case "Need":
            return values.get("territory")
        case "Deliverable":
            return next(iter(values.get("authors") or ()), None)
        case _:
            return None


def title(cls: type[Item], values: Mapping[str, Any], title_of: TitleOf) -> dict[str, str] | None:
    """The title that the type's pattern makes of the values, one a language; None for a type without a pattern.

    `title_of` gives the titles of a linked item. What is unknown is left out: "{sub_form|kind}, {contributor}" takes
    the first known of the two. No title names a person. None too when nothing of the pattern is known.
    """
    pattern = cls.declared.title_pattern
    if pattern is None:
        return None
    made = {locale: _filled(cls, pattern, values, title_of, locale) for locale in LOCALES}
    return {locale: text for locale, text in made.items() if text} or None


def named_in_title(cls: type[Item]) -> list[str]:
    """The fields that the pattern of a type names; none without a pattern."""
    parts = PART.findall(cls.declared.title_pattern or "")
    return [name for _, names in parts for name in names.split("|")]


@once_a_type
def links_in_title(cls: type[Item]) -> tuple[str, ...]:
    """The links that the pattern of a type names."""
    return tuple(name for name in named_in_title(cls) if name in link_facts(cls))


def _filled(cls: type[Item], pattern: str, values: Mapping[str, Any], title_of: TitleOf, locale: str) -> str:
    """The pattern with its parts filled; the words between parts stay only between two known ones."""
    text = ""
    for between, names in PART.findall(pattern):
        word = next((word for name in names.split("|") if (word := _word(cls, name, values, title_of, locale))), "")
        text += (between if text and word else "") + word
    return text


def _word(cls: type[Item], name: str, values: Mapping[str, Any], title_of: TitleOf, locale: str) -> str:
    fact, value = facts(cls)[name], values.get(name)
    if value in (None, (), {}):
        return ""
    if name in link_facts(cls):
        return "" if value.type == "Person" else _best(title_of(value), locale)
    return _best(value, locale) if fact.localised else label(fact, str(value), locale)


def texts(title: Any) -> Texts:
    """What a title says, by language: one that has no language, a person's or an editorial one, counts as English.

    >>> texts({"fr": "Paris"}), texts("Ada Example"), texts(None)
    ({'fr': 'Paris'}, {'en': 'Ada Example'}, {})
    """
    return title if isinstance(title, Mapping) else {"en": title} if title else {}


def _best(given: Texts, locale: str) -> str:
    return given.get(locale) or given.get("en") or given.get("fr") or next(iter(given.values()), "")
