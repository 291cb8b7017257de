"""Search: what somebody typed becomes words and phrases to find, and where they stand in a text is shown."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from directory.stems import stem
from directory.stored import SEARCH
from directory.text import words
from graph.query import Search

MOST_WORDS: Final = 20
FIELDS: Final = tuple(zip(SEARCH, (9, 3, 1), strict=True))
"""The kept words of names, of descriptions, of texts; and how much each counts."""
PASSAGE: Final = 240  # characters of a text shown around what was found
BEFORE: Final = 60  # of them before it
_QUOTES: Final = re.compile(r'["“”„«»]')
_WORD: Final = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Terms:
    """What is looked for, folded: words (the last one perhaps only begun), phrases, the stems of each word."""

    words: tuple[str, ...]
    phrases: tuple[tuple[str, ...], ...] = ()
    prefix: bool = False
    stems: tuple[tuple[str, ...], ...] = ()

    @property
    def count(self) -> int:
        """How many words there are, those of phrases too."""
        return len(self.words) + sum(map(len, self.phrases))


def terms(query: str, locale: str) -> Terms:
    """What a query looks for: all its words and all its phrases in quotes. Nothing else in it has a meaning.

    The last word may be the beginning of one, unless something follows it. Words are stemmed in the language asked, in
    English and in French, as nobody says in which one they search.

    >>> terms('"cité des métiers" par', "fr")
    Terms(words=('par',), phrases=(('cite', 'des', 'metiers'),), prefix=True, stems=(('par',),))
    >>> terms("C++ OR [x TO", "en").words
    ('c', 'or', 'x', 'to')
    """
    free: list[str] = []
    phrases: list[tuple[str, ...]] = []
    parts = _QUOTES.split(query)
    for number, part in enumerate(parts):
        found = words(part)
        if number % 2 and number < len(parts) - 1 and len(found) > 1:
            phrases.append(tuple(found))
        else:  # an opening quote without its end is a mere character
            free += found
    prefix = bool(free and parts[-1] and words(parts[-1][-1]))
    languages = tuple(dict.fromkeys((locale, "en", "fr")))
    stems = tuple(tuple(dict.fromkeys(stem(word, each) for each in languages)) for word in free)
    return Terms(tuple(free), tuple(phrases), prefix, stems)


def search(sought: Terms) -> Search:
    """The search of the graph for these terms."""
    return Search(sought.words, sought.prefix, FIELDS, sought.stems, sought.phrases)


# Where it stands -----------------------------------------------------------------------------------------------------


def highlight(text: str, sought: Terms, language: str) -> str | None:
    """The passage of a plain text that holds the first words found, escaped, with `em` around each; None without any.

    >>> highlight("Cités & métiers", terms("metier", "fr"), "fr")
    'Cités &amp; <em>métiers</em>'
    """
    whole = unicodedata.normalize("NFC", text)
    spans = list(_found(whole, sought, language))
    if not spans:
        return None
    start, end = _passage(whole, spans[0][0])
    parts, here = ["…" if start else ""], start
    for first, last in spans:
        if first >= here and last <= end:
            parts += [escape(whole[here:first]), f"<em>{escape(whole[first:last])}</em>"]
            here = last
    return "".join([*parts, escape(whole[here:end]), "…" if end < len(whole) else ""])


def _passage(text: str, found: int) -> tuple[int, int]:
    """Where the passage around a place starts and ends: between words."""
    if len(text) <= PASSAGE:
        return 0, len(text)
    start = 0 if found <= BEFORE else text.rfind(" ", 0, found - BEFORE) + 1 or found
    end = min(len(text), start + PASSAGE)
    cut = text.rfind(" ", found, end) if end < len(text) else -1
    return start, cut if cut > found + BEFORE else end


def _found(text: str, sought: Terms, language: str) -> Iterator[tuple[int, int]]:
    """Where words and phrases stand in a text."""
    tokens = [(each.start(), each.end(), words(each.group())) for each in _WORD.finditer(text)]
    phrased = _in_phrases([found for *_, found in tokens], sought.phrases)
    for number, (start, end, found) in enumerate(tokens):
        if number in phrased or any(_is_sought(word, sought, language) for word in found):
            yield start, end


def _in_phrases(tokens: Sequence[Sequence[str]], phrases: Sequence[Sequence[str]]) -> set[int]:
    """The numbers of the tokens that are part of a phrase."""
    line = [(word, number) for number, found in enumerate(tokens) for word in found]
    found: set[int] = set()
    for phrase in phrases:
        for at in range(len(line) - len(phrase) + 1):
            part = line[at : at + len(phrase)]
            if [word for word, _ in part] == list(phrase):
                found |= {number for _, number in part}
    return found


def _is_sought(word: str, sought: Terms, language: str) -> bool:
    if word in sought.words or (sought.prefix and word.startswith(sought.words[-1])):
        return True
    return any(stem(word, language) in stems for stems in sought.stems)
