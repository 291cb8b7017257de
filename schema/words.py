"""Short words for what every type has: the interface `Item` carries the long ones, thirty types and filters these."""

import re
from typing import Final

from directory.links import Way

SHORT: Final = {
    "id": "Global id.",
    "keys": "Outside keys.",
    "slug": "Ends its path.",
    "path": "Full path.",
    "position": "Rank.",
    "title": "Name.",
    "resolvedLocale": "Of its texts.",
    "description": "In short.",
    "language": "Language.",
    "translationGroup": "Of translations.",
    "state": "Its state.",
    "effective": "Shown from.",
    "expires": "Shown until.",
    "version": "Grows by changes.",
    "created": "Made.",
    "createdBy": "By whom.",
    "modified": "Changed.",
    "modifiedBy": "By whom.",
    "asOf": "Said when.",
    "verifiedOn": "Checked.",
    "verifiedBy": "By whom.",
    "certainty": "Whether a source says it.",
    "note": "For the team.",
    "parent": "Where it sits.",
    "children": "In it.",
    "sources": "Citations.",
    "pages": "Pages about it.",
    "news": "Its news.",
    "observations": "Figures about it.",
    "openQuestions": "Open questions.",
}


def by(name: str) -> str:
    """The words for a key of a filter or of a count: what it is about is said where the field is.

    >>> by("labelState"), by("COUNTRY_CERTAINTY")
    ('Label state.', 'Country certainty.')
    """
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name).replace("_", " ").lower()
    return f"{words.capitalize()}."


def short(name: str, words: str) -> str:
    """The words for a field of a type: the short ones when every type has it."""
    return SHORT.get(name, words)


def of_way(way: Way) -> str:
    """The words for a field that leads to others: of one that comes back from a link, what the item is to them."""
    if not way.inverse or way.fact is None or way.name in ("children", "supports"):
        return way.description
    return f"As {way.fact.name.replace('_', ' ')}."
