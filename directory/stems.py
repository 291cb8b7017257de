"""What is left of a word when its ending goes, so that one form is found by another: plurals, feminines, verbs."""

from functools import cache, lru_cache
from typing import Final

import Stemmer

ALGORITHMS: Final = {
    "en": "english",
    "fr": "french",
    "it": "italian",
    "pt": "portuguese",
    "es": "spanish",
    "nl": "dutch",
    "de": "german",
}
KNOWN: Final = 50_000  # words whose stem is remembered


@lru_cache(KNOWN)
def stem(word: str, language: str) -> str:
    """The stem of a folded word by the rules of a language (Snowball); the word itself in others.

    Accents are gone before the rules see it, on both sides: whoever types without them finds the same.

    >>> stem("metiers", "fr") == stem("metier", "fr"), stem("organisations", "en"), stem("metiers", "und")
    (True, 'organis', 'metiers')
    """
    algorithm = ALGORITHMS.get(language)
    return word if algorithm is None else str(_stemmer(algorithm).stemWord(word))


@cache
def _stemmer(algorithm: str) -> Stemmer.Stemmer:
    return Stemmer.Stemmer(algorithm)
