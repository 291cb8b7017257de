"""What is written: an input type for each content type, and how what it is given becomes the values of fields.

One type serves to create, to update and to create below a new item: it holds the same fields each time. What was not
given is not there, null clears, a list given replaces the one before.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import strawberry

from directory.errors import Fault
from directory.fields import ANY, Fact, Kind, Need, facts
from directory.item import Item
from directory.links import link_facts, parent_fields, targets, ways
from directory.stored import LANGUAGES
from directory.types import CONTENT_TYPES
from directory.values import Citation, Ref
from schema.ids import own_id
from schema.kit import Kit
from schema.making import FieldSpec, bare, fill_input, list_of
from schema.naming import camel
from schema.predicates import code
from schema.scalars import UUID, CurrencyCode, Date, DateTime, Decimal, PartialDate

MOST_BELOW: Final = 50
"""Items of one list that are created together with the item above them."""
ABSENT: Final = "-"
"""An own id that no item has: malformed global ids get the answer of those that lead nowhere."""
EDITORIAL: Final = ("language", "translation_group")
CONTROL: Final = ("id", "expectedVersion", "idempotencyKey")
"""What an input says about the change itself; everything else is said of the item."""
SHORT: Final[Mapping[str, str]] = {
    "keys": "Outside keys.",
    "slug": "Ends its path.",
    "parent": "Where it sits.",
    "position": "Rank.",
    "description": "In short.",
    "effective": "Shown from.",
    "expires": "Shown until.",
    "sources": "Citations.",
    "as_of": "Said when.",
    "verified_on": "Last checked.",
    "certainty": "Whether a source says it.",
    "note": "For the team.",
    "translation_group": "That of its translations.",
}
"""Shorter words for fields that every input has: their types say the rest, and the schema is read whole."""
PLACE: Final[Mapping[str, str]] = {"latitude": "lat", "longitude": "lon"}
_SCALARS: Final[Mapping[Kind, Any]] = {
    Kind.INTEGER: int,
    Kind.NUMBER: float,
    Kind.BOOLEAN: bool,
    Kind.DATE: Date,
    Kind.DATETIME: DateTime,
    Kind.PARTIAL_DATE: PartialDate,
    Kind.LINK: strawberry.ID,
}
_INPUTS: Final[Mapping[Kind, str]] = {
    Kind.QUANTITY: "QuantityInput",
    Kind.MONEY: "MoneyInput",
    Kind.PLACE: "GeoPointInput",
    Kind.POINT: "FocalPointInput",
    Kind.FILE: "StoredFileInput",
    Kind.CITATION: "CitationInput",
}


@dataclass(frozen=True, slots=True)
class Below:
    """Items that may be created together with the one above: their type, and the field by which they lead to it."""

    type: str
    field: str


@dataclass(frozen=True, slots=True)
class Given:
    """An input that was read: values by the names of fields, items below by the input's field, and faults."""

    values: dict[str, Any] = field(default_factory=dict)
    below: dict[str, list["Given"]] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()


# Types ---------------------------------------------------------------------------------------------------------------


def declare_inputs(kit: Kit) -> None:
    """Make the input types, by name in `kit.parts`."""
    _declare_parts(kit)
    for label in kit.content_types:
        kit.parts[input_name(label)] = bare(input_name(label))
    for label, cls in kit.content_types.items():
        fields = [*_control(), *_values(kit, cls), *_below(kit, label)]
        fill_input(kit.parts[input_name(label)], f"{label}, as given.", fields)


def input_name(label: str) -> str:
    """The name of the input type of a content type."""
    return f"{label}Input"


def _declare_parts(kit: Kit) -> None:
    _declare(kit, "LocalizedText", "A text by language: absent ones stay, null clears one.",
             [FieldSpec(each, str | None, f"In {each}.") for each in LANGUAGES])  # fmt: skip
    _declare(kit, "LocalizedTexts", "Texts by language: absent ones stay, null clears one.",
             [FieldSpec(each, list[str] | None, f"In {each}.") for each in LANGUAGES])  # fmt: skip
    _declare(kit, "QuantityInput", "A number of a unit.", [
        FieldSpec("value", Decimal, "The number."),
        FieldSpec("qualifier", kit.enums["qualifier"] | None, "How it is to be read; EXACT when absent."),
        FieldSpec("unit", str | None, "Code of what is counted."),
    ])  # fmt: skip
    _declare(kit, "MoneyInput", "An amount in one currency.", [
        FieldSpec("amount", Decimal, "How much."),
        FieldSpec("currency", CurrencyCode, "ISO 4217."),
    ])  # fmt: skip
    _declare(kit, "FocalPointInput", "A point of a picture.", [
        FieldSpec("x", float, "From the left, 0 to 1."),
        FieldSpec("y", float, "From the top, 0 to 1."),
    ])  # fmt: skip
    _declare(kit, "StoredFileInput", "A kept file.", [
        FieldSpec("name", str, "Its name."),
        FieldSpec("type", str, "Its media type."),
        FieldSpec("bytes", int, "Its size."),
        FieldSpec("sha256", str, "Its SHA-256, in hexadecimal."),
    ])  # fmt: skip
    _declare(kit, "CitationInput", "A place in a source.", [
        FieldSpec("document", strawberry.ID, "The source."),
        FieldSpec("locator", str | None, "The place in it."),
        FieldSpec("field", str | None, "The field that it supports; null = the item."),
    ])  # fmt: skip


def _declare(kit: Kit, name: str, description: str, fields: list[FieldSpec]) -> None:
    kit.parts[name] = bare(name)
    fill_input(kit.parts[name], description, fields)


def _control() -> list[FieldSpec]:
    return [
        FieldSpec("id", strawberry.ID | None, "To update."),
        FieldSpec("expectedVersion", int | None, "As read."),
        FieldSpec("idempotencyKey", UUID | None, "Once only."),
    ]


def _values(kit: Kit, cls: type[Item]) -> Iterator[FieldSpec]:
    for name, fact in writable(cls).items():
        words = SHORT.get(name, fact.description)
        if fact.need is Need.CREATE and not (name == "title" and cls.declared.title_pattern):
            words = f"{words} Mandatory."
        yield FieldSpec(camel(name), type_of(kit, fact), words)


def writable(cls: type[Item]) -> dict[str, Fact]:
    """The fields that people set, by name. The parent is named by its own field where that is always possible."""
    found = {name: fact for name, fact in facts(cls).items() if not fact.system}
    named = {each for name in parent_fields(cls) for each in targets(cls.__name__, link_facts(cls)[name])}
    if named >= set(cls.declared.sits_in):
        found.pop("parent", None)
    if cls.declared.family != "editorial":
        for name in EDITORIAL:
            found.pop(name, None)
    return found


def type_of(kit: Kit, fact: Fact) -> Any:
    """The input type of a field; every one may be left out."""
    if fact.localised:
        return kit.parts["LocalizedTexts" if fact.several else "LocalizedText"] | None
    kind = _one(kit, fact)
    return list_of(kind) | None if fact.several else kind | None


def _one(kit: Kit, fact: Fact) -> Any:
    if fact.kind is Kind.CHOICE:
        return kit.enums[fact.vocabulary or ""]
    if fact.kind in _INPUTS:
        return kit.parts[_INPUTS[fact.kind]]
    # Addresses, codes and slugs are texts here: what is wrong with them is told together with all other faults.
    return _SCALARS.get(fact.kind, str)


def _below(kit: Kit, label: str) -> Iterator[FieldSpec]:
    for name, below in below_of(label).items():
        if below.type in kit.content_types:
            kind = list_of(kit.parts[input_name(below.type)]) | None
            yield FieldSpec(camel(name), kind, "Made with it.")


def below_of(label: str) -> dict[str, Below]:
    """What may be created together with a new item of a type, by the name of the list that it will be in.

    >>> below_of("Project")["memberships"]
    Below(type='ProjectMembership', field='project')
    """
    found = {}
    for name, way in ways(label).items():
        fact = way.fact
        if way.inverse and fact and len(way.targets) == 1 and _hangs(fact):
            found[name] = Below(way.targets[0], fact.name)
    return found


def _hangs(fact: Fact) -> bool:
    """Whether what has this link could not be without it, or sits in what it leads to."""
    alone = not fact.several and fact.to != ANY and fact.name != "parent"
    return alone and (fact.parent or fact.need is Need.CREATE)


# Values --------------------------------------------------------------------------------------------------------------


def read_input(cls: type[Item], given: Mapping[str, Any], nested: bool = True) -> Given:
    """What an input says, as the directory is told it; with the faults that the directory cannot see.

    The paths of faults start in the input, by the names of fields in code; items below are placed by their list.
    """
    known = {camel(name): (name, fact) for name, fact in writable(cls).items()}
    lists = {camel(name): name for name in below_of(cls.__name__)}
    made = Given()
    faults: list[Fault] = []
    for key, value in given.items():
        if key in known:
            name, fact = known[key]
            made.values[name] = _read(cls, fact, value)
        elif key in lists and value is not None:
            faults += _read_below(cls, key, lists[key], value, nested, made)
    return Given(made.values, made.below, tuple(faults))


def _read_below(cls: type[Item], key: str, name: str, value: list[Any], nested: bool, made: Given) -> Iterator[Fault]:
    if not nested:
        yield Fault("INVALID", (key,), "Items are created one level below a new one, and no deeper.")
        return
    if len(value) > MOST_BELOW:
        yield Fault("INVALID", (key,), f"At most {MOST_BELOW} at once.")
        return
    at = below_of(cls.__name__)[name]
    below, unsaid = CONTENT_TYPES[at.type], (*CONTROL, camel(at.field))
    made.below[key] = []
    for place, each in enumerate(value):
        read = read_input(below, each, nested=False)
        made.below[key].append(read)
        faults = (*read.faults, *unexpected(each, unsaid))
        yield from (Fault(fault.code, (key, str(place), *fault.path), fault.message) for fault in faults)


def unexpected(given: Mapping[str, Any], names: tuple[str, ...]) -> list[Fault]:
    """The faults of an input that names what it may not name here."""
    return [Fault("INVALID", (name,), "This is not said here.") for name in names if given.get(name) is not None]


def _read(cls: type[Item], fact: Fact, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(value, list):
        return [None if each is None else _read_one(cls, fact, each) for each in value]
    return _read_one(cls, fact, value)


def _read_one(cls: type[Item], fact: Fact, value: Any) -> Any:
    reader = _READERS.get(fact.kind)
    return reader(cls, fact, value) if reader else value


def _choice(cls: type[Item], fact: Fact, value: Any) -> Any:
    return code(value)


def _place(cls: type[Item], fact: Fact, value: Mapping[str, Any]) -> dict[str, Any]:
    return {PLACE[name]: each for name, each in value.items()}


def _coded(cls: type[Item], fact: Fact, value: Mapping[str, Any]) -> dict[str, Any]:
    return {name: code(each) for name, each in value.items()}


def _link(cls: type[Item], fact: Fact, value: str) -> Ref:
    return reference(value, targets(cls.__name__, fact))


def reference(id: str, labels: tuple[str, ...]) -> Ref:
    """The item that a global id names; for a malformed one, an item that there is not, of one of these types."""
    found = own_id(id)
    return Ref(*found) if found and found[0] in CONTENT_TYPES else Ref(labels[0], ABSENT)


def citation(cls: type[Item], given: Mapping[str, Any]) -> Citation:
    """A place in a source, said of an item of the type."""
    named = {camel(name): name for name in facts(cls)}
    said = given.get("field") or None
    return Citation(reference(given["document"], ("Source",)), given.get("locator"), said and named.get(said, said))


_READERS: Final[Mapping[Kind, Callable[[type[Item], Fact, Any], Any]]] = {
    Kind.CHOICE: _choice,
    Kind.QUANTITY: _coded,
    Kind.PLACE: _place,
    Kind.LINK: _link,
    Kind.CITATION: lambda cls, fact, value: citation(cls, value),
}
