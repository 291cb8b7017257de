"""Words to find, as the full-text indexes of both engines understand them.

The indexed properties hold folded words of letters and digits, one space between two, so that an index has nothing to
cut and whatever has a meaning in its language is never a word.
"""

import re
from collections.abc import Iterable, Iterator

from graph.query import Search

NOTHING = "\ue000"  # a character for private use: no text holds it


def words(given: Iterable[str]) -> list[str]:
    """The words in some texts. Operators of the index are upper case, so they are not.

    >>> words(("l'emploi", "c++", "OR"))
    ['l', 'emploi', 'c', 'or']
    """
    return [word for each in given for word in re.findall(r"[^\W_]+", each.lower())]


def lucene(search: Search) -> str:
    """The query of a full-text index: all the words, each in any field and form, and the phrases.

    >>> lucene(Search(("cite", "des"))), lucene(Search(("cite", "met"), prefix=True))
    ('+cite +des', '+cite +met*')
    >>> lucene(Search(("lille",), fields=(("title", 9), ("text", 1)), forms=(("lill",),)))
    '+(title:lille^9 title:lill^9 text:lille^1 text:lill^1)'
    """
    groups = [[word, *forms] for word, forms in _formed(search)]
    if groups and search.prefix:
        groups[-1].append(f"{groups[-1].pop(0)}*")
    groups += [[f'"{phrase.strip()}"'] for phrase in phrases(search)]
    return " ".join(f"+{_weighted(each, search.fields)}" for each in groups) or NOTHING


def phrases(search: Search) -> list[str]:
    """The phrases between spaces, as they stand in a field with a space at both of its ends."""
    return [f" {' '.join(found)} " for each in search.phrases if (found := words(each))]


def exact(search: Search) -> list[str]:
    """What counts double where a field holds it: each word, each phrase, and all words side by side.

    >>> exact(Search(("cite", "des", "met"), prefix=True))
    [' cite ', ' des ', ' met ', ' cite des met']
    """
    found = [word for word, _ in _formed(search)]
    side = [f" {' '.join(found)}{'' if search.prefix else ' '}"] if len(found) > 1 else []
    return [*(f" {word} " for word in found), *phrases(search), *side]


def loose(search: Search) -> list[str]:
    """What counts once where a field holds it: other forms of each word, and the beginning of the last one."""
    found = list(_formed(search))
    begun = [f" {found[-1][0]}"] if found and search.prefix else []
    return [*(f" {form} " for _, forms in found for form in forms), *begun]


def _formed(search: Search) -> Iterator[tuple[str, list[str]]]:
    """Each word with its other forms; those of a text that is several words go with each of these."""
    for number, each in enumerate(search.words):
        forms = search.forms[number] if number < len(search.forms) else ()
        for word in words((each,)):
            yield word, [form for form in words(forms) if form != word]


def _weighted(found: list[str], fields: tuple[tuple[str, int], ...]) -> str:
    if not fields:
        return found[0] if len(found) == 1 else f"({' '.join(found)})"
    return f"({' '.join(f'{name}:{word}^{weight}' for name, weight in fields for word in found)})"
