"""Words for numbers, names and lists, in English and in French."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from directory.analysis.records import Named
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
        shown.append(Both(f"{len(names) - most} more", f"{len(names) - most} autres"))
    return Both(_join([each.en for each in shown], "and"), _join([each.fr for each in shown], "et"))


def _join(words: list[str], conjunction: str) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {conjunction} {words[-1]}"


def titles(named: Named | None, id: str) -> Both:
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


def scope_name(snapshot: Snapshot, scope: str) -> Both:
    """The name of what is looked at."""
    target = scope.partition(":")[2]
    return name(snapshot, target) if target else Both("the network", "le réseau")


def fill(template: str, params: Mapping[str, Both], language: int) -> str:
    """A sentence with its blanks filled in one language (0 English, 1 French)."""
    return template.format(**{key: value[language] for key, value in params.items()})
