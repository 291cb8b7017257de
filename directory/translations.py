"""Several languages: which of the items that say the same stands for all, and texts that change in some of theirs."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from directory.fields import facts
from directory.item import Family, Item
from directory.stored import chain
from directory.types import CONTENT_TYPES
from graph.query import Twins

NAMED = 3  # languages tried in their order: the one asked, then two; after them any


@cache
def twins(labels: Sequence[str], locale: str) -> Twins | None:
    """How items of these types give way to their translations; None when none of the types has one item a language.

    >>> twins(("Cite", "Page"), "it").labels, twins(("Cite", "Page"), "it").preferred
    (('Page',), ('it', 'en', 'fr'))
    """
    editorial = tuple(each for each in labels if CONTENT_TYPES[each].declared.family is Family.EDITORIAL)
    return Twins(editorial, chain(locale)[:NAMED], "translation_group", "language") if editorial else None


def in_all_languages(values: Mapping[str, Any], before: Item) -> dict[str, Any]:
    """The values for a change of the item, its texts with those of the languages that are not named.

    >>> from directory.types import Organisation
    >>> afpa = Organisation(id="afpa", slug="afpa", title={"en": "Afpa", "fr": "AFPA"})
    >>> in_all_languages({"title": {"fr": "L'Afpa"}, "country": "FR"}, afpa)
    {'title': {'en': 'Afpa', 'fr': "L'Afpa"}, 'country': 'FR'}
    """
    return {name: _with_others(type(before), name, value, before) for name, value in values.items()}


def _with_others(cls: type[Item], name: str, value: Any, before: Item) -> Any:
    fact = facts(cls).get(name)
    if fact is None or not fact.localised or not isinstance(value, Mapping):
        return value
    named = {key.strip().lower() for key in value if isinstance(key, str)}
    kept = getattr(before, name) or {}
    return {**{language: text for language, text in kept.items() if language not in named}, **value}
