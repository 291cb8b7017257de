"""Sentences of refusals in the language of the reader, where they are ours; English for every other language.

`sentences.csv` has them side by side, with {1}, {2}... where words of the case stand.
"""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from directory.errors import DirectoryError, NotAllowed

TABLE: Final = Path(__file__).with_name("sentences.csv")
LONGEST: Final = 500  # signs of a sentence that is looked up: those that repeat more of what they were given stay
ROLES: Final[Mapping[str, str]] = {
    "reader": "lecteur",
    "contributor": "contributeur",
    "editor": "éditeur",
    "reviewer": "relecteur",
    "manager": "gestionnaire",
    "site_admin": "administrateur du site",
}


@dataclass(frozen=True, slots=True)
class Pair:
    """A sentence in English, as a pattern, and in French, with the places of its words."""

    english: re.Pattern[str]
    french: str


@cache
def pairs() -> tuple[Pair, ...]:
    """All sentences, those first that say most: the others may fit the same words."""
    with TABLE.open(encoding="utf-8", newline="") as lines:
        rows = [(row["english"], row["french"]) for row in csv.DictReader(lines)]
    rows.sort(key=lambda row: -len(re.sub(r"\{\d\}", "", row[0])))
    return tuple(Pair(re.compile(_pattern(english), re.DOTALL), french) for english, french in rows)


def _pattern(english: str) -> str:
    """What matches the sentence: a word of the case may be anything, even nothing."""
    parts = re.split(r"\{(\d)\}", english)
    return "".join(f"(?P<w{part}>.*?)" if place % 2 else re.escape(part) for place, part in enumerate(parts))


def in_french(sentence: str) -> str | None:
    """The sentence in French; None when we do not have it.

    >>> in_french("'2024-13' is not a date: the month goes from 01 to 12")
    "'2024-13' n’est pas une date : le mois va de 01 à 12"
    """
    if len(sentence) > LONGEST:
        return None
    for pair in pairs():
        if found := pair.english.fullmatch(sentence):
            return _filled(pair.french, found.groupdict())
    return None


def _filled(sentence: str, words: Mapping[str, str]) -> str:
    return re.sub(r"\{(\d)\}", lambda place: words[f"w{place[1]}"], sentence)


def in_language(sentence: str, language: str | None) -> str:
    """The sentence in that language, when we have it; else as it is.

    >>> in_language("is required", "fr"), in_language("is required", "de")
    ('est obligatoire', 'is required')
    """
    return in_french(sentence) or sentence if language == "fr" else sentence


def of_error(error: DirectoryError, language: str | None) -> str:
    """What a refusal says, in that language when we have it.

    >>> from directory.errors import Conflict
    >>> of_error(Conflict(3), "fr")
    'Quelqu’un d’autre a modifié l’élément : sa version est maintenant 3.'
    """
    if language == "fr" and isinstance(error, NotAllowed) and error.required_role:
        role = error.required_role.value
        if role in str(error):
            return f"Ceci demande le rôle {ROLES[role]}."
    return in_language(str(error), language)
