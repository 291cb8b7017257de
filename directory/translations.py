"""Items that say the same in several languages: which of them stands for all when one language is asked."""

from collections.abc import Sequence
from functools import cache

from directory.item import Family
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
