"""The words of reports, in English and French."""

import re
from collections.abc import Mapping
from typing import Final

LINE: Final = re.compile(r"L(\d+)")
NARROW: Final = re.compile(r" (?=[;?!%])")
WIDE: Final = re.compile(r" (?=[:»])|(?<=«) ")
"""Where French has a narrow space at which no line breaks, and where a wider one."""

WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "network": "Cités des métiers International Network",
        "heading": "Ecosystem report",
        "seen": "What is recorded as holding on {at}, the last day of the year. Published figures are those of {year} "
        "as a whole. “Recorded” means what is in the directory; what is not recorded is unknown, not absent.",
        "contents": "Contents",
        "questions": "Questions and answers",
        "ecosystem": "The partners and what they bring",
        "map": "What is recorded, at a glance",
        "services_map": "Services recorded on {at}, by type and public",
        "kinds_map": "Contributions recorded on {at}, by Cité and kind",
        "figures": "Published figures",
        "other_figures": "Other figures",
        "no_figures": "No figure is published for this year.",
        "reconciliation": "Published figures beside our records",
        "no_reconciliation": "Nothing is published for this year that could be compared.",
        "change": "What changed since {before}",
        "basis": "What the answers rest on",
        "indicator": "Figure",
        "subject": "Of",
        "value": "As published",
        "unit": "Unit",
        "sources": "Sources",
        "line": "line {n}",
        "nothing": "nothing",
        "recomputed": "From records",
        "gap": "Gap",
        "verdict": "Verdict",
        "open": "Open questions",
        "question": "Question",
        "method": "Method and data",
        "excluded": "Left out, by reason",
        "filters": "Level of identity: {level}. Certainty: {certainty}. Partnerships: {roles}.",
        "all_roles": "in all roles",
        "partner_role": "in the role partner",
        "rests": "{method}, {at}; inputs used: {used}; known share: {known}",
        "unreadable": "published, not readable",
        "none": "—",
    },
    "fr": {
        "network": "Réseau international des Cités des métiers",
        "heading": "Rapport sur l'écosystème",
        "seen": "Ce qui est enregistré comme valable au {at}, dernier jour de l'année. Les chiffres publiés sont ceux "
        "de toute l'année {year}. « Enregistré » veut dire présent dans l'annuaire ; ce qui n'est pas enregistré est "
        "inconnu, et non absent.",
        "contents": "Sommaire",
        "questions": "Questions et réponses",
        "ecosystem": "Les partenaires et ce qu'ils apportent",
        "map": "Ce qui est enregistré, d'un coup d'œil",
        "services_map": "Services enregistrés au {at}, par type et public",
        "kinds_map": "Contributions enregistrées au {at}, par Cité et nature des moyens",
        "figures": "Chiffres publiés",
        "other_figures": "Autres chiffres",
        "no_figures": "Aucun chiffre n'est publié pour cette année.",
        "reconciliation": "Les chiffres publiés à côté de nos données",
        "no_reconciliation": "Rien n'est publié pour cette année qui puisse être comparé.",
        "change": "Ce qui a changé depuis le {before}",
        "basis": "Sur quoi reposent les réponses",
        "indicator": "Chiffre",
        "subject": "De",
        "value": "Publié",
        "unit": "Unité",
        "sources": "Sources",
        "line": "ligne {n}",
        "nothing": "rien",
        "recomputed": "D'après les données",
        "gap": "Écart",
        "verdict": "Verdict",
        "open": "Questions ouvertes",
        "question": "Question",
        "method": "Méthode et données",
        "excluded": "Écarté, par motif",
        "filters": "Niveau d'identité : {level}. Certitude : {certainty}. Partenariats : {roles}.",
        "all_roles": "dans tous les rôles",
        "partner_role": "dans le rôle partenaire",
        "rests": "{method}, {at} ; données utilisées : {used} ; part connue : {known}",
        "unreadable": "publié, illisible",
        "none": "—",
    },
}
QUALIFIERS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {"more_than": "more than", "around": "around", "nearly": "nearly"},
    "fr": {"more_than": "plus de", "around": "environ", "nearly": "près de"},
}
VERDICTS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "match": "agrees",
        "within_rounding": "agrees within rounding",
        "ambiguous": "open to several readings",
        "records_incomplete": "our records are incomplete",
        "differs": "differs",
        "part": "part of another line",
        "no_records": "nothing recorded to compare",
        "not_readable": "published, not readable",
    },
    "fr": {
        "match": "concorde",
        "within_rounding": "concorde à l'arrondi près",
        "ambiguous": "plusieurs lectures possibles",
        "records_incomplete": "nos données sont incomplètes",
        "differs": "diffère",
        "part": "partie d'une autre ligne",
        "no_records": "rien d'enregistré à comparer",
        "not_readable": "publié, illisible",
    },
}


def located(locator: str, locale: str) -> str:
    """Where in a document a thing is said: a line of its text in words, anything else as it is.

    >>> located("L228", "fr"), located("p. 4", "fr")
    ('ligne 228', 'p. 4')
    """
    line = LINE.fullmatch(locator)
    return WORDS[locale]["line"].format(n=line[1]) if line else locator


def decimal(value: float, locale: str, *, sign: bool = False) -> str:
    """A number with the marks of the language, at most two decimals.

    >>> decimal(6700, "en"), decimal(-10.5, "fr", sign=True)
    ('6,700', '−10,5')
    """
    text = f"{abs(value):,.2f}".rstrip("0").rstrip(".")
    if locale == "fr":
        text = text.replace(",", "\u202f").replace(".", ",")
    mark = "−" if value < 0 else "+" if sign and value > 0 else ""
    return mark + text


def percentage(value: float, locale: str) -> str:
    """A share out of a hundred, with its sign as the language has it.

    >>> percentage(90.91, "en"), percentage(60, "fr") == "60\\u202f%"
    ('90.91%', True)
    """
    return f"{decimal(value, locale)}\u202f%" if locale == "fr" else f"{decimal(value, locale)}%"


def spaced(text: str, locale: str) -> str:
    """A text with the spaces of its language: in French no line breaks before such a mark or inside guillemets.

    >>> spaced("Qui ? « Oui » : 25 %", "fr").replace("\\u202f", "~").replace("\\xa0", "_"), spaced("Who? 25 %", "en")
    ('Qui~? «_Oui_»_: 25~%', 'Who? 25 %')
    """
    return WIDE.sub("\u00a0", NARROW.sub("\u202f", text)) if locale == "fr" else text
