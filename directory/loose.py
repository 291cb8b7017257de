"""Loose values, as people and programs write them, read as the values that fields hold; or refused with a sentence."""

import difflib
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any, Final

from directory import identifiers, measures
from directory.enums import CLOSED
from directory.fields import ANY, Fact, Kind
from directory.item import Item
from directory.stored import LANGUAGES
from directory.text import clean_html, fold, plain
from directory.types import CONTENT_TYPES
from directory.values import Citation, Ref
from directory.vocabularies import Vocabulary, vocabularies
from directory.wrong import an, said, together, wrong

LONGEST: Final[Mapping[Kind, int]] = {Kind.TEXT: 20_000, Kind.RICH_TEXT: 500_000, Kind.GEOMETRY: 1_000_000}
"""Signs that a text may have; 1,000 for every other kind."""
INDEXED: Final = 1_000
"""Signs of a text that an index holds: both engines refuse a key of more than 8 kB."""
INDEXED_BYTES: Final = 4_000
CONTROLS: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
SURROGATES: Final = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Local:
    """What reading depends on: the country that numbers without `+` are dialled from, the terms, the item before.

    A retired term stays where `before` has it, and is given to nothing else.
    """

    region: str | None = None
    vocabularies: Mapping[str, Vocabulary] = field(default_factory=vocabularies)
    before: Item | None = None


Reader = Callable[[Fact, Any, Local], Any]


def read(fact: Fact, value: Any, local: Local) -> Any:
    """The value that the field holds; raises ValueError (`Wrong` for several reasons) when it cannot be read."""
    given = None if is_blank(value) else value
    if fact.localised:
        return languages(fact, given, local)
    if fact.several:
        return several(fact, given, local)
    return None if given is None else READERS[fact.kind](fact, given, local)


def is_blank(value: Any) -> bool:
    """Whether the value says nothing: null, or a text without a visible sign.

    >>> is_blank("  "), is_blank(None), is_blank(0), is_blank("é")
    (True, True, False, False)
    """
    if isinstance(value, str):
        return all(c.isspace() or unicodedata.category(c) in ("Cc", "Cf") for c in value)
    return value is None


def languages(fact: Fact, value: Any, local: Local) -> dict[str, Any] | None:
    """One value a language; a plain text is English."""
    if value is None:
        return None
    by_language = value if isinstance(value, Mapping) else {"en": value}
    read_one = several if fact.several else one
    read_it = partial(read_one, fact, local=local)
    found = together({said_key(key): partial(_in, key, each, read_it) for key, each in by_language.items()})
    kept = {each[0]: each[1] for each in found.values() if each[1]}
    return {language: kept[language] for language in LANGUAGES if language in kept} or None


def _in(key: Any, value: Any, read_one: Callable[..., Any]) -> tuple[str, Any]:
    language = key.strip().lower() if isinstance(key, str) else ""
    if language not in LANGUAGES:
        raise wrong(f"{said(key)} is not a language of the directory", near=LANGUAGES)
    return language, read_one(value=value)


def said_key(key: Any) -> str:
    """A key as it stands in the path of a fault."""
    return key if isinstance(key, str) else said(key)


def one(fact: Fact, value: Any, local: Local) -> Any:
    """One value of the field's kind, None for a blank one."""
    return None if is_blank(value) else READERS[fact.kind](fact, value, local)


def several(fact: Fact, value: Any, local: Local) -> tuple[Any, ...]:
    """Each value once, in the order given; a single one is a list of one."""
    if value is None:
        return ()
    values = value if isinstance(value, list | tuple) else (value,)
    found = together({str(rank): partial(one, fact, each, local) for rank, each in enumerate(values)})
    return tuple(dict.fromkeys(each for each in found.values() if each is not None))


def text(fact: Fact, value: Any, local: Local) -> str | None:
    """The text without marks that nobody sees at its ends, in one Unicode form; then by the field's own rule."""
    cleaned = _words(fact, value)
    if fact.kind is Kind.TEXT and (fact.sort or fact.index):
        cleaned = " ".join(cleaned.split())
        if len(cleaned) > INDEXED or len(fold(cleaned).encode()) > INDEXED_BYTES:
            raise ValueError(f"is too long: {INDEXED} signs at most")
    if is_blank(cleaned):
        return None
    return fact.check(cleaned) if fact.check else cleaned


def _words(fact: Fact, value: Any) -> str:
    if isinstance(value, int) and not isinstance(value, bool) and value.bit_length() <= 64:
        value = str(value)
    if not isinstance(value, str):
        raise ValueError(f"{said(value)} is given where a text is expected")
    if SURROGATES.search(value):
        raise ValueError("has signs that are no text: half of a pair of UTF-16")
    longest = LONGEST.get(fact.kind, 1_000)
    if len(value) > longest:
        raise ValueError(f"is too long: {longest} signs at most")
    return CONTROLS.sub("", unicodedata.normalize("NFC", value).replace("\r\n", "\n")).strip()


def rich_text(fact: Fact, value: Any, local: Local) -> str | None:
    """Sanitised HTML; None when nothing is left to read or to see."""
    html = clean_html(_words(fact, value))
    return html if "<img" in html or not is_blank(plain(html)) else None


def checked(check: Callable[[str], str]) -> Reader:
    """A reader of texts that pass a check."""
    return lambda fact, value, local: check(_words(fact, value))


def phone(fact: Fact, value: Any, local: Local) -> str:
    """A telephone number in E.164."""
    return identifiers.check_phone(_words(fact, value), local.region)


def choice(fact: Fact, value: Any, local: Local) -> str:
    """A code of a closed vocabulary; capitals, spaces and hyphens make no difference."""
    written = _words(fact, value)
    codes = codes_of(fact.vocabulary or "")
    code = {squeezed(each): each for each in codes}.get(squeezed(written))
    if code is None:
        near = difflib.get_close_matches(written.lower(), codes, n=3, cutoff=0.6) or codes[:12]
        raise wrong(f"{said(written)} is not {an(named(fact))}", near=tuple(near))
    return code


def term(fact: Fact, value: Any, local: Local) -> str:
    """A code of an open vocabulary that is in use, or that the item already has."""
    return term_of(fact.vocabulary or "", _words(fact, value), local, _kept(fact, local.before))


def term_of(name: str, written: str, local: Local, kept: tuple[str, ...] = ()) -> str:
    """The code in that vocabulary; raises Wrong with the codes near it."""
    vocabulary = local.vocabularies[name]
    code = {squeezed(each): each for each in vocabulary.codes}.get(squeezed(written))
    found = vocabulary.term(code) if code else None
    if found is None or (found.retired and found.code not in kept):
        why = "is retired" if found else f"is not {an(name.replace('_', ' '))}"
        raise wrong(f"{said(written)} {why}", near=vocabulary.near(written))
    return found.code


def _kept(fact: Fact, before: Item | None) -> tuple[str, ...]:
    value = getattr(before, fact.name, None)
    return value if isinstance(value, tuple) else (value,) if isinstance(value, str) else ()


def named(fact: Fact) -> str:
    """What the codes of the field are called."""
    return (fact.vocabulary or "code").replace("_", " ")


def squeezed(code: str) -> str:
    """The code without what people and programs write differently.

    >>> squeezed("MAIN_SITE") == squeezed("Main site") == squeezed("main-site")
    True
    """
    return re.sub(r"[\s_-]+", "", code).lower()


@cache
def codes_of(vocabulary: str) -> tuple[str, ...]:
    """The codes of a closed vocabulary; those of `content_type` are the names of the types."""
    return tuple(CONTENT_TYPES) if vocabulary == "content_type" else tuple(each.value for each in CLOSED[vocabulary])


def integer(fact: Fact, value: Any, local: Local) -> int:
    """A whole number within the field's bounds."""
    found = measures.integer(value)
    measures.within(found, fact.least, fact.most)
    return found


def number(fact: Fact, value: Any, local: Local) -> float:
    """A number within the field's bounds."""
    found = measures.number(value)
    measures.within(found, fact.least, fact.most)
    return found


def quantity(fact: Fact, value: Any, local: Local) -> Any:
    """A number of a unit of the vocabulary."""
    return measures.quantity(value, lambda unit: term_of("unit", _words(fact, unit), local), fact.unit)


def geometry(fact: Fact, value: Any, local: Local) -> str:
    """A GeoJSON polygon or several, as text."""
    return measures.boundary(_words(fact, value) if isinstance(value, str) else value)


def link(fact: Fact, value: Any, local: Local) -> Ref:
    """A reference to an item of one of the field's types; a plain id will do where there is one type."""
    found = _ref(fact, value)
    allowed = tuple(CONTENT_TYPES) if fact.to == ANY else fact.to
    if found.type not in allowed:
        raise ValueError(f"leads to {said(found.type)}, and may lead to {_listed(allowed)}")
    return found


def _ref(fact: Fact, value: Any) -> Ref:
    if isinstance(value, Mapping):
        value = _ref_of(value.get("type"), value.get("id"))
    if isinstance(value, str) and len(fact.to) == 1 and fact.to != ANY:
        value = _ref_of(fact.to[0], value.strip())
    if not isinstance(value, Ref):
        raise ValueError(f"{said(value)} is given where an item is expected")
    return _ref_of(value.type, value.id)


def _ref_of(type: Any, id: Any) -> Ref:
    if not isinstance(type, str) or not isinstance(id, str) or not 0 < len(id) <= 200 or SURROGATES.search(id):
        raise ValueError("is no reference to an item: it has a type and an id")
    return Ref(type, id)


def _listed(types: tuple[str, ...]) -> str:
    return "an item of any type" if len(types) > 8 else " or ".join(types)


def citation(fact: Fact, value: Any, local: Local) -> Citation:
    """A place in a source; whether it supports a field of the type, `validate.parse` knows."""
    if isinstance(value, Citation):
        value = {"document": value.document, "locator": value.locator, "field": value.field}
    given = value if isinstance(value, Mapping) and "document" in value else {"document": value}
    found = together(
        {
            "document": lambda: link(fact, given["document"], local),
            "locator": lambda: _part(given.get("locator")),
            "field": lambda: _part(given.get("field")),
        }
    )
    return Citation(**found)


def _part(value: Any) -> str | None:
    return None if is_blank(value) else _words(Fact(Kind.IDENTIFIER, ""), value) or None


READERS: Final[Mapping[Kind, Reader]] = {
    Kind.TEXT: text,
    Kind.RICH_TEXT: rich_text,
    Kind.IDENTIFIER: text,
    Kind.EMAIL: checked(identifiers.check_email),
    Kind.PHONE: phone,
    Kind.URL: checked(identifiers.check_url),
    Kind.CHOICE: choice,
    Kind.TERM: term,
    Kind.COUNTRY: checked(identifiers.check_country),
    Kind.LANGUAGE: checked(identifiers.check_language_tag),
    Kind.INTEGER: integer,
    Kind.NUMBER: number,
    Kind.BOOLEAN: lambda fact, value, local: measures.boolean(value),
    Kind.DATE: lambda fact, value, local: measures.day(value),
    Kind.DATETIME: lambda fact, value, local: measures.instant(value),
    Kind.PARTIAL_DATE: lambda fact, value, local: measures.partial_date(value),
    Kind.QUANTITY: quantity,
    Kind.MONEY: lambda fact, value, local: measures.money(value),
    Kind.PLACE: lambda fact, value, local: measures.place(value),
    Kind.GEOMETRY: geometry,
    Kind.POINT: lambda fact, value, local: measures.point(value),
    Kind.FILE: lambda fact, value, local: measures.file(value),
    Kind.STORED_QUESTION: lambda fact, value, local: measures.stored_question(value),
    Kind.LINK: link,
    Kind.CITATION: citation,
}
