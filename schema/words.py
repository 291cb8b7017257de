"""Short words for what every type has: the interface `Item` carries the long ones, thirty types and filters these."""

import re
from typing import Final

SHORT: Final = {
    "id": "Global id.",
    "keys": "Outside keys.",
    "slug": "Last part of its path.",
    "path": "Full path.",
    "position": "Rank among siblings.",
    "title": "Name.",
    "resolvedLocale": "Language of its texts.",
    "description": "In short.",
    "language": "Language.",
    "translationGroup": "Shared by translations.",
    "state": "Workflow state.",
    "effective": "Shown from.",
    "expires": "Shown until.",
    "version": "Grows at each change.",
    "created": "When created.",
    "createdBy": "By whom.",
    "modified": "When changed.",
    "modifiedBy": "By whom.",
    "asOf": "Moments a source speaks of.",
    "verifiedOn": "When checked.",
    "verifiedBy": "By whom.",
    "note": "For the team.",
    "parent": "What it sits in.",
    "children": "What sits in it.",
    "sources": "What supports it.",
    "pages": "Pages about it.",
    "news": "News about it.",
    "observations": "Figures about it.",
    "openQuestions": "Open questions about it.",
}


def by(name: str) -> str:
    """The words for a key of a filter or of a count: what it is about is said where the field is.

    >>> by("labelState"), by("COUNTRY_CERTAINTY")
    ('By label state.', 'By country certainty.')
    """
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name).replace("_", " ").lower()
    return f"By {words}."


def short(name: str, words: str) -> str:
    """The words for a field of a type: the short ones when every type has it."""
    return SHORT.get(name, words)
