"""Words for numbers, names and lists, in English and in French."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from directory.analysis.records import Named, Organisation
from directory.analysis.snapshot import Snapshot

LISTED = 12


class Both(NamedTuple):
    """A text in each language."""

    en: str
    fr: str


Param = str | int | float | None | Both

UNKNOWN = Both("unknown", "inconnu")
KINDS = {
    "human": Both("human", "humains"),
    "financial": Both("financial", "financiers"),
    "expertise": Both("expertise", "d'expertise"),
    "material": Both("material", "matériels"),
}


def means(kind: Both) -> Both:
    """What is brought of a kind, as a sentence has it.

    >>> means(KINDS["human"]), means(KINDS["expertise"])
    (Both(en='human resources', fr='moyens humains'), Both(en='expertise', fr="moyens d'expertise"))
    """
    return Both(kind.en if kind.en == "expertise" else f"{kind.en} resources", f"moyens {kind.fr}")


def say(value: Param) -> Both:
    """A value in words: numbers with the mark of the language, nothing as "unknown".

    >>> say(0.5), say(3.0), say(None).fr
    (Both(en='0.5', fr='0,5'), Both(en='3', fr='3'), 'inconnu')
    """
    if value is None:
        return UNKNOWN
    if isinstance(value, Both):
        return value
    if isinstance(value, float):
        written = f"{value:.4f}".rstrip("0").rstrip(".")
        return Both(written, written.replace(".", ","))
    return Both(str(value), str(value))


def counted(value: float) -> Both:
    """A number in words, that of five digits or more in groups of three.

    >>> counted(23125.0).en, counted(1500.5).fr, counted(-23125.0).fr == "-23\\u202f125"
    ('23,125', '1500,5', True)
    """
    said = say(value)
    whole, mark, rest = said.en.partition(".")
    if abs(value) < 10_000:
        return said
    grouped = f"{int(whole):,}"
    return Both(f"{grouped}{mark}{rest}", f"{grouped.replace(',', chr(0x202F))}{mark and ','}{rest}")


def percent(share: float | None) -> Both:
    """A share from 0 to 1 as a percentage.

    >>> percent(0.3333)
    Both(en='33.3%', fr='33,3 %')
    """
    if share is None:
        return UNKNOWN
    written = f"{share * 100:.1f}".removesuffix(".0")
    return Both(f"{written}%", f"{written.replace('.', ',')} %")


def plural(count: int, one: Both, many: Both) -> Both:
    """The word that agrees with a count; in French, zero is singular.

    >>> plural(0, Both("need", "besoin"), Both("needs", "besoins"))
    Both(en='needs', fr='besoin')
    """
    return Both(one.en if count == 1 else many.en, one.fr if count <= 1 else many.fr)


def listing(names: Sequence[Both], most: int = LISTED) -> Both:
    """Names joined in a sentence, the first ones when they are many.

    >>> listing([Both("Paris", "Paris"), Both("Genoa", "Gênes")])
    Both(en='Paris and Genoa', fr='Paris et Gênes')
    """
    if not names:
        return Both("none", "aucun")
    shown = list(names[:most])
    if len(names) > most:
        shown.append(others(len(names) - most))
    return Both(_join([each.en for each in shown], "and"), _join([each.fr for each in shown], "et"))


def others(count: int) -> Both:
    """So many more, in words.

    >>> others(1), others(2).fr
    (Both(en='1 more', fr='1 autre'), '2 autres')
    """
    return Both(f"{count} more", f"{count} autre" if count == 1 else f"{count} autres")


def _join(words: list[str], conjunction: str) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {conjunction} {words[-1]}"


def titles(named: Named | Organisation | None, id: str) -> Both:
    """The titles of a row, each falling back on the other language, then on the id."""
    if named is None:
        return Both(id, id)
    return Both(named.title_en or named.title_fr or id, named.title_fr or named.title_en or id)


def name(snapshot: Snapshot, id: str) -> Both:
    """The name of a Cité, organisation, channel, service, need or territory; its id when it has none."""
    return titles(snapshot.organisation_by_id.get(id) or snapshot.titled.get(id), id)


def names(snapshot: Snapshot, ids: Iterable[str], most: int = LISTED) -> Both:
    """The names of some items, joined in a sentence."""
    return listing([name(snapshot, id) for id in ids], most)


def term(snapshot: Snapshot, vocabulary: str, code: str) -> Both:
    """The title of a code; the code in words when the vocabulary is not recorded."""
    return titles(snapshot.term_by_code.get((vocabulary, code)), code.replace("_", " "))


@cache
def words_of(file: str) -> Mapping[str, Both]:
    """The words of a table of this folder, by the name in its first column."""
    with Path(__file__).with_name(file).open(encoding="utf-8", newline="") as lines:
        return {code: Both(en, fr) for code, en, fr in list(csv.reader(lines))[1:]}


def code_name(code: str) -> Both:
    """A code of the analyses in words; the code itself when it has none. After a colon it names what it is about.

    >>> code_name("not_valid_at").fr, code_name("unknown_code:fares").fr, code_name("X").fr
    ('hors période', 'code inconnu : fares', 'X')
    """
    kind, about = about_what(code)
    return (
        Both(f"{kind.en} {about}", f"{kind.fr} {about}")
        if kind
        else words_of("codes.csv").get(code) or Both(code, code)
    )


def about_what(code: str) -> tuple[Both | None, str]:
    """The words of a code that names what it is about, and this; no words for any other code.

    >>> about_what("record:s1")[1], about_what("certainty:implied")[0]
    ('s1', None)
    """
    kind, colon, about = code.partition(":")
    return words_of("codes.csv").get(kind + colon) if colon and about else None, about


def scope_name(snapshot: Snapshot, scope: str) -> Both:
    """The name of what is looked at, as a sentence has it: French sentences want an article before "Cité"."""
    target = scope.partition(":")[2]
    if not target:
        return Both("the network", "le réseau")
    named = name(snapshot, target)
    return named._replace(fr=f"la {named.fr}") if named.fr.startswith("Cité ") else named


def fill(template: str, params: Mapping[str, Both], language: int) -> str:
    """A sentence with its blanks filled in one language (0 English, 1 French).

    >>> fill("Rien de {scope}.", {"scope": Both("the network", "le réseau")}, 1)
    'Rien du réseau.'
    """
    said = template.format(**{key: value[language] for key, value in params.items()})
    if language == 1:
        said = said.replace(" de le ", " du ").replace(" à le ", " au ").replace(" de inconnu", " d'inconnu")
    return said[:1].upper() + said[1:]
