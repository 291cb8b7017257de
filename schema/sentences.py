"""Sentences of refusals in the language of the reader, where they are ours; English for every other language."""

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from directory.errors import Conflict, DirectoryError, Duplicate, InUse, NotAllowed, NotFound

Sentence: TypeAlias = Callable[[DirectoryError], str]

ROLES: Final[Mapping[str, str]] = {
    "reader": "lecteur",
    "contributor": "contributeur",
    "editor": "éditeur",
    "reviewer": "relecteur",
    "manager": "gestionnaire",
    "site_admin": "administrateur du site",
}
FRENCH: Final[Mapping[str, str]] = {
    "is required": "est obligatoire",
    "is required to submit or publish": "est obligatoire pour soumettre ou publier",
    "There is no such item.": "Cet élément n’existe pas.",
    "Say why.": "Dites pourquoi.",
    "Sign in first.": "Connectez-vous d’abord.",
    "Another item already has it.": "Un autre élément l’a déjà.",
    "A source is required.": "Une source est obligatoire.",
    "There is no draft.": "Il n’y a pas de brouillon.",
    "This is not said here.": "Ceci ne se dit pas ici.",
    "This is not allowed here.": "Ceci n’est pas permis ici.",
    "An item cannot sit in itself.": "Un élément ne peut pas être dans lui-même.",
    "An item cannot sit below itself.": "Un élément ne peut pas être sous lui-même.",
    "Move or rename the item to change this.": "Déplacez ou renommez l’élément pour changer ceci.",
    "Items are created one level below a new one, and no deeper.": (
        "On crée des éléments un niveau sous un nouvel élément, pas plus bas."
    ),
}


def in_language(sentence: str, language: str | None) -> str:
    """The sentence in that language, when we have it; else as it is.

    >>> in_language("is required", "fr"), in_language("is required", "de")
    ('est obligatoire', 'is required')
    """
    return FRENCH.get(sentence, sentence) if language == "fr" else sentence


def of_error(error: DirectoryError, language: str | None) -> str:
    """What a refusal says, in that language when we have it.

    >>> of_error(Conflict(3), "fr")
    'Quelqu’un d’autre a modifié l’élément : sa version est maintenant 3.'
    """
    if language != "fr":
        return str(error)
    match error:
        case Conflict(current_version=int() as version):
            return f"Quelqu’un d’autre a modifié l’élément : sa version est maintenant {version}."
        case Duplicate(field=field, value=value):
            return f"Un autre élément a déjà {value!r} comme {field}."
        case NotAllowed(required_role=role) if role and role.value in str(error):
            return f"Ceci demande le rôle {ROLES[role.value]}."
        case InUse(count=1):
            return "Un autre élément a besoin de celui-ci."
        case InUse(count=count):
            return f"{count} autres éléments ont besoin de celui-ci."
        case NotFound() | DirectoryError():
            return in_language(str(error), language)
