"""Items as the graph keeps them: properties for what a field holds, and what is derived for filters and orders.

Derived properties: `x_folded` (without case and accents, for filters), `x_first` (first day of a partial date),
`x_order`, `x_order_down` and, of texts, `x_order_fr` (strings that order as value then id do, unknown last),
`valid_from` and `valid_until` (of what holds for a time), `during_from` and `during_until` (of dated events),
`search_1` to `search_3` (folded words, by weight, then a bar and their stems). `properties` and `values` are each
other's inverse on what is not derived.
"""

import struct
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any, Final

from directory.dates import PartialDate, day_after, valid_interval
from directory.enums import Language, State
from directory.fields import Fact, Kind, Need, facts, once_a_type
from directory.item import Item, is_timed
from directory.stems import stem
from directory.text import fold, plain, words
from directory.values import Money, Place, Point, Quantity, Stored
from graph import Property

LANGUAGES: Final = tuple(each.value for each in Language if each is not Language.UND)
SCALE: Final = 10_000
"""Decimals are kept as whole numbers of 1/10,000, so that sums and comparisons are exact."""
EVER: Final[Mapping[str, str]] = {"effective": "0001-01-01T00:00:00.000Z", "expires": "9999-12-31T23:59:59.999Z"}
"""What stands for an instant that is not given, so that a comparison with it is never unknown."""
OPEN: Final = "open"
"""Is true of what everybody sees at all times; absent of all else, published for a time included."""
LAST: Final = "\ufffd"
"""Orders after every folded text: stands for what is unknown in an ascending order."""
APART: Final = "\x1f"
"""Stands between the value and the id in an order string: below every character of a folded text, space included."""
SEARCH: Final = ("search_3", "search_2", "search_1")

_PARTS: Final[Mapping[Kind, tuple[tuple[str, Any], ...]]] = {
    Kind.QUANTITY: (("value", "integer"), ("qualifier", "string"), ("unit", "string")),
    Kind.MONEY: (("amount", "integer"), ("currency", "string")),
    Kind.PLACE: (("lat", "float"), ("lon", "float")),
    Kind.POINT: (("x", "float"), ("y", "float")),
    Kind.FILE: (("name", "string"), ("type", "string"), ("bytes", "integer"), ("sha256", "string")),
}
_SCALARS: Final[Mapping[Kind, Any]] = {Kind.INTEGER: "integer", Kind.NUMBER: "float", Kind.BOOLEAN: "boolean"}
_LISTS: Final[Mapping[str, Any]] = {"string": "strings", "integer": "integers", "float": "floats"}


# What is declared ----------------------------------------------------------------------------------------------------


@cache
def own(fact: Fact) -> tuple[Property, ...]:
    """The properties that hold the field's value; none for a link, which is a relationship."""
    if fact.kind in (Kind.LINK, Kind.CITATION):
        return ()
    if fact.kind in _PARTS:
        return tuple(Property(f"{fact.name}_{part}", kind) for part, kind in _PARTS[fact.kind])
    scalar = _SCALARS.get(fact.kind, "string")
    kind = _LISTS[scalar] if fact.several else scalar
    return tuple(Property(name, kind) for name in names(fact))


def names(fact: Fact) -> tuple[str, ...]:
    """The names of the properties that hold a plain value: one, or one a language."""
    return tuple(f"{fact.name}_{language}" for language in LANGUAGES) if fact.localised else (fact.name,)


@cache
def derived(fact: Fact) -> tuple[Property, ...]:
    """The properties made from the field's value for filters and orders."""
    found = []
    if is_folded(fact):
        found.append(Property(f"{fact.name}_folded", "strings" if fact.localised or fact.several else "string"))
    if fact.kind is Kind.PARTIAL_DATE and not fact.several:
        found.append(Property(f"{fact.name}_first", "string"))
    found += [Property(name, "string") for name in order_indexes(fact)]
    return tuple(found)


def order_index(fact: Fact, descending: bool = False, locale: str = "en") -> str:
    """The property that orders as the field's value and the id do; what cannot be unknown needs but one.

    Texts are ordered as those who read them in English see them, and once more as in French.

    >>> order_index(facts(Item)["title"], True), order_index(facts(Item)["title"], locale="fr")
    ('title_order', 'title_order_fr')
    """
    if fact.kind is Kind.TEXT and locale == "fr":
        return f"{fact.name}_order_fr"
    return f"{fact.name}_order_down" if descending and fact.need is not Need.CREATE else f"{fact.name}_order"


def order_indexes(fact: Fact) -> tuple[str, ...]:
    """The properties that order by the field, each once."""
    if not fact.sort:
        return ()
    ways = ((False, "en"), (True, "en"), (False, "fr"))
    return tuple(dict.fromkeys(order_index(fact, descending, locale) for descending, locale in ways))


def is_folded(fact: Fact) -> bool:
    """Whether filters on the field mind neither case nor accents."""
    return fact.kind is Kind.TEXT and fact.name not in ("slug", "path")


@once_a_type
def spans(cls: type) -> tuple[str, str] | None:
    """The properties between whose days something takes place or holds: from the first, before the second."""
    if is_timed(cls):
        return "valid_from", "valid_until"
    return ("during_from", "during_until") if cls.__name__ == "Event" else None


@once_a_type
def all_properties(cls: type) -> tuple[Property, ...]:
    """Everything stored on the nodes of a type, in the order of its fields, derived ones last."""
    found = [each for fact in facts(cls).values() for each in own(fact)]
    found += [each for fact in facts(cls).values() for each in derived(fact)]
    found += [Property(name, "string") for name in (*(spans(cls) or ()), *SEARCH)]
    return (*found, Property(OPEN, "boolean"))


# From values to properties -------------------------------------------------------------------------------------------


Put = Callable[[dict[str, Any], Any, str], None]
"""Adds the properties that keep a known value of one field, given the value and the item's id."""


def properties(item: Item) -> dict[str, Any]:
    """All properties of the item's node, own and derived; unknown ones are absent."""
    cls, held, id = type(item), vars(item), item.id
    found: dict[str, Any] = {**EVER, **dict(_unknown_orders(cls, id))}
    for name, put in _puts(cls):
        value = held[name]
        if value or (value is not None and value != () and value != {}):
            put(found, value, id)
    found.update(_spans(item))
    found.update(_search(item))
    if item.state == State.PUBLISHED and item.effective is None and item.expires is None:
        found[OPEN] = True
    return {name: value for name, value in found.items() if value is not None and value != []}


@once_a_type
def _puts(cls: type) -> tuple[tuple[str, Put], ...]:
    return tuple((name, _put(fact)) for name, fact in facts(cls).items() if own(fact))


@once_a_type
def _sorted(cls: type) -> tuple[tuple[str, str, str], ...]:
    return tuple(
        (order_index(fact), order_index(fact, True), order_index(fact, locale="fr"))
        for fact in facts(cls).values()
        if fact.sort
    )


def _unknown_orders(cls: type, id: str) -> Iterator[tuple[str, str]]:
    """The order strings of unknown values; known ones come over them."""
    for up, down, french in _sorted(cls):
        yield up, f"{LAST}{APART}{id}"
        if down != up:
            yield down, f"{APART}{id}"
        if french != up:
            yield french, f"{LAST}{APART}{id}"


def _put(fact: Fact) -> Put:
    """How a field of this kind is put: its own properties, then the derived ones."""
    own_part = _put_own(fact)
    if not derived(fact):
        return own_part
    up, down, french = order_index(fact), order_index(fact, descending=True), order_index(fact, locale="fr")
    name, folds, first = fact.name, is_folded(fact), fact.kind is Kind.PARTIAL_DATE and not fact.several

    def put(found: dict[str, Any], value: Any, id: str) -> None:
        own_part(found, value, id)
        if folds:
            found[f"{name}_folded"] = folded(fact, value)
        if first:
            found[f"{name}_first"] = value.first
        if fact.sort:
            found[up] = found[down] = f"{order_text(fact, value)}{APART}{id}"
        if french != up and fact.sort:
            found[french] = f"{order_text(fact, value, 'fr')}{APART}{id}" if fact.localised else found[up]

    return put


def _put_own(fact: Fact) -> Put:
    name = fact.name
    parts = [(part, f"{name}_{part}") for part, _ in _PARTS.get(fact.kind, ())]

    def put_parts(found: dict[str, Any], value: Any, id: str) -> None:
        for part, kept in parts:
            found[kept] = _scaled(getattr(value, part))

    def put_texts(found: dict[str, Any], value: Any, id: str) -> None:
        for language, text in value.items():
            found[f"{name}_{language}"] = _plain(text)

    def put_one(found: dict[str, Any], value: Any, id: str) -> None:
        found[name] = value

    def put_other(found: dict[str, Any], value: Any, id: str) -> None:
        found[name] = _plain(value)

    if parts:
        return put_parts
    if fact.localised:
        return put_texts
    return put_other if fact.several or fact.kind is Kind.PARTIAL_DATE else put_one


def _plain(value: Any) -> Any:
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    return value.value if isinstance(value, PartialDate) else value


def _scaled(value: Any) -> Any:
    return int(value * SCALE) if isinstance(value, Decimal) else value


def folded(fact: Fact, value: Any) -> str | list[str] | None:
    """The field's text without case and accents; a list for a field of several texts or languages."""
    texts = list(_texts(value))
    if fact.localised or fact.several:
        return list(dict.fromkeys(fold(text) for text in texts))
    return fold(texts[0]) if texts else None


def _texts(value: Any) -> Iterator[str]:
    """Every text in a value, of any language."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for _, each in _spoken(value):
            yield from _texts(each)
    elif isinstance(value, tuple | list):
        yield from value


def _spoken(value: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    """The texts, each with its language, in the one order of the languages: they are given in any."""
    return value.items() if len(value) < 2 else sorted(value.items(), key=lambda spoken: LANGUAGES.index(spoken[0]))


def order_text(fact: Fact, value: Any, locale: str = "en") -> str | None:
    """A string that orders as the value does in a language; None when it is unknown.

    >>> order_text(facts(Item)["position"], 12) < order_text(facts(Item)["position"], 101)
    True
    """
    if value is None or value == () or value == {}:
        return None
    if fact.kind is Kind.INTEGER:
        return f"{value + 10**18:019d}"
    if fact.kind is Kind.NUMBER:
        return _number_order(float(value))
    if fact.kind is Kind.PARTIAL_DATE:
        return f"{value.first} {value.value}"
    return fold(best(value, locale)[0]) if fact.localised else fold(str(value))


def _number_order(value: float) -> str:
    [bits] = struct.unpack(">Q", struct.pack(">d", value + 0.0))
    return f"{bits ^ (0xFFFFFFFFFFFFFFFF if bits >> 63 else 0x8000000000000000):016x}"


def best(texts: Mapping[str, Any], locale: str) -> tuple[Any, str]:
    """The value in the language asked, else English, else French, else any; and its language.

    >>> best({"it": "Città", "fr": "Cité"}, "en")
    ('Cité', 'fr')
    """
    for language in chain(locale):
        if language in texts:
            return texts[language], language
    raise KeyError(locale)


@lru_cache(len(LANGUAGES))
def chain(locale: str) -> tuple[str, ...]:
    """The languages to try, in order: the one asked, English, French, then the others.

    >>> chain("fr")
    ('fr', 'en', 'it', 'pt', 'es', 'nl', 'de')
    """
    return tuple(dict.fromkeys((*((locale,) if locale in LANGUAGES else ()), "en", "fr", *LANGUAGES)))


def _spans(item: Item) -> Iterator[tuple[str, str]]:
    named = spans(type(item))
    start, end = getattr(item, "start", None), getattr(item, "end", None)
    if named and is_timed(type(item)):
        yield from zip(named, valid_interval(start, end, item.as_of), strict=True)
    elif named and start is not None:
        yield from zip(named, (start.first, day_after((end or start).last)), strict=True)


def _search(item: Item) -> Iterator[tuple[str, str]]:
    for kept, fields in _searched(type(item)):
        found: list[str] = []
        stems: dict[str, None] = {}
        for name, rich in fields:
            value = getattr(item, name)
            for text, language in _told(value, item.language) if value else ():
                mine = words(plain(text) if rich else text)
                found += mine
                stems |= dict.fromkeys(stem(word, language) for word in mine)
        if found:
            told = set(found)
            rest = [each for each in stems if each not in told]
            yield kept, " ".join([*found, "|", *rest] if rest else found)


def _told(value: Any, language: str) -> Iterator[tuple[str, str]]:
    """Every text in a value, each with its language."""
    if isinstance(value, Mapping):
        for each, texts in _spoken(value):
            yield from ((text, each) for text in _texts(texts))
    else:
        yield from ((text, language) for text in _texts(value))


@once_a_type
def _searched(cls: type) -> tuple[tuple[str, list[tuple[str, bool]]], ...]:
    """The search properties, each with the fields whose words it holds and whether these are rich text."""
    weighted = [(fact.weight, name, fact.kind is Kind.RICH_TEXT) for name, fact in facts(cls).items() if fact.weight]
    return tuple(
        (kept, [(name, rich) for weight, name, rich in weighted if str(weight) == kept[-1]]) for kept in SEARCH
    )


# From properties to values -------------------------------------------------------------------------------------------


def values(cls: type[Item], stored: Mapping[str, Any]) -> dict[str, Any]:
    """The values of the fields that are kept as properties; links are not among them."""
    return {name: _get(fact, stored) for name, fact in facts(cls).items() if own(fact)}


def _get(fact: Fact, stored: Mapping[str, Any]) -> Any:
    if fact.kind in _PARTS:
        return _compound(fact, stored)
    if fact.localised:
        texts = {language: stored.get(f"{fact.name}_{language}") for language in LANGUAGES}
        return {language: _several(fact, text) for language, text in texts.items() if text} or None
    value = stored.get(fact.name)
    if fact.name in EVER and value == EVER[fact.name]:
        return None
    if value is None:
        return () if fact.several else None
    if fact.kind is Kind.PARTIAL_DATE:
        return tuple(PartialDate(text) for text in value) if fact.several else PartialDate(value)
    return _several(fact, value)


def _several(fact: Fact, value: Any) -> Any:
    return tuple(value) if fact.several else value


def _compound(fact: Fact, stored: Mapping[str, Any]) -> Any:
    parts: dict[str, Any] = {part: stored.get(f"{fact.name}_{part}") for part, _ in _PARTS[fact.kind]}
    if all(part is None for part in parts.values()):
        return None
    match fact.kind:
        case Kind.QUANTITY:
            return Quantity(**{**parts, "value": unscaled(parts["value"])})
        case Kind.MONEY:
            return Money(unscaled(parts["amount"]), parts["currency"])
        case Kind.PLACE:
            return Place(**parts)
        case Kind.POINT:
            return Point(**parts)
        case _:
            return Stored(**parts)


def unscaled(kept: int) -> Decimal:
    """The decimal kept as a whole number of 1/10,000, without needless zeros.

    >>> unscaled(25000), unscaled(400000000)
    (Decimal('2.5'), Decimal('40000'))
    """
    value = Decimal(kept) / SCALE
    return value.quantize(Decimal(1)) if value == value.to_integral() else value.normalize()
