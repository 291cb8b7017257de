"""Words to find, as the full-text indexes of both engines understand them."""

import re

from graph.query import Search

NOTHING = "\ue000"  # a character for private use: no text holds it


def lucene(search: Search) -> str:
    """The query of a full-text index: all the words, or the phrase; whatever has a meaning there is plain text.

    >>> lucene(Search(("cite", "c++"))), lucene(Search(("cite", "met"), prefix=True))
    ('+cite +c\\\\+\\\\+', '+cite +met*')
    >>> lucene(Search(("cite", "des"), phrase=True))
    '"cite des"'
    """
    words = [_plain(word) for each in search.words for word in each.split()]
    if not words:
        return NOTHING
    if search.phrase:
        return f'"{" ".join(words)}"'
    if search.prefix:
        words[-1] += "*"
    return " ".join(f"+{word}" for word in words)


def _plain(word: str) -> str:
    """The word with all that is not a letter or a digit escaped. Operators are upper case, so words are not."""
    return re.sub(r"([^\w])", r"\\\1", word.lower())
