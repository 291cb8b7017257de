"""Words to find, as the full-text indexes of both engines understand them.

The indexed properties hold folded words of letters and digits, one space between two, so that an index has nothing to
cut and whatever has a meaning in its language is never a word.
"""

import re

from graph.query import Search

NOTHING = "\ue000"  # a character for private use: no text holds it


def words(search: Search) -> list[str]:
    """The words of a search. Operators of the index are upper case, so they are not.

    >>> words(Search(("l'emploi", "c++", "OR")))
    ['l', 'emploi', 'c', 'or']
    """
    return [word for each in search.words for word in re.findall(r"[^\W_]+", each.lower())]


def lucene(search: Search) -> str:
    """The query of a full-text index: all the words, each in any field, or the phrase in one field.

    >>> lucene(Search(("cite", "des"))), lucene(Search(("cite", "met"), prefix=True))
    ('+cite +des', '+cite +met*')
    >>> lucene(Search(("lille",), fields=(("title", 9), ("text", 1))))
    '+(title:lille^9 text:lille^1)'
    """
    found = words(search)
    if not found:
        return NOTHING
    if search.phrase:
        found = [f'"{" ".join(found)}"']
    elif search.prefix:
        found[-1] += "*"
    return " ".join(f"+{_weighted(word, search.fields)}" for word in found)


def _weighted(word: str, fields: tuple[tuple[str, int], ...]) -> str:
    if not fields:
        return word
    return f"({' '.join(f'{name}:{word}^{weight}' for name, weight in fields)})"
