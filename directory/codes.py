"""What the codes of closed choices, countries and languages are called, in English and in French."""

import csv
import gettext
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from io import StringIO
from typing import Any, Final

import pycountry

from directory.fields import Fact, Kind
from directory.vocabularies import vocabulary

YES: Final = {"en": {True: "Yes", False: "No"}, "fr": {True: "Oui", False: "Non"}}


@cache
def choices() -> Mapping[tuple[str, str], tuple[str, str]]:
    """The titles of closed choices in English and French, by vocabulary and code, read once.

    >>> choices()["event_stage", "held"]
    ('Held', 'Tenu')
    """
    text = (files("directory") / "choices.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(StringIO(text, newline=""))
    return {(row["vocabulary"], row["code"]): (row["title_en"], row["title_fr"]) for row in rows}


@cache
def label(fact: Fact, code: Any, locale: str) -> str:
    """How a code of a field is shown: the title of a term, a choice, a country or a language; itself when unknown."""
    french = locale == "fr"
    match fact.kind:
        case Kind.TERM:
            term = vocabulary(fact.vocabulary or "").term(code)
            return str(code) if term is None else term.title_fr if french else term.title_en
        case Kind.CHOICE:
            return str(choices().get((fact.vocabulary or "", code), (code, code))[french])
        case Kind.COUNTRY:
            return country(code, french)
        case Kind.LANGUAGE:
            return language(code, french)
        case Kind.BOOLEAN:
            return YES["fr" if french else "en"][code]
    return str(code)


def country(code: str, french: bool) -> str:
    """The name of a country; itself for a code that ISO 3166-1 does not have.

    >>> country("GB", True), country("CI", False), country("XX", True)
    ('Royaume-Uni', "Côte d'Ivoire", 'XX')
    """
    known = pycountry.countries.get(alpha_2=code)
    if known is None:
        return code
    return _french("iso3166-1").gettext(known.name) if french else str(known.name)


def language(tag: str, french: bool) -> str:
    """The name of a language, its script and region left as they are; itself for one that ISO 639 does not have.

    >>> language("de", True), language("pt-BR", False), language("und", True)
    ('Allemand', 'Portuguese (BR)', 'und')
    """
    code, _, rest = tag.partition("-")
    known = pycountry.languages.get(**{"alpha_2" if len(code) == 2 else "alpha_3": code})
    if known is None or code == "und":
        return tag
    name = _french("iso639-3").gettext(known.name) if french else known.name
    return f"{name} ({rest})" if rest else str(name)


@cache
def _french(names: str) -> gettext.NullTranslations:
    return gettext.translation(names, pycountry.LOCALES_DIR, languages=["fr"])
