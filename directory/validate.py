"""What makes an item acceptable: loose values read as fields hold them, and every reason why an item is refused.

Pure: what must be known of other items comes in `Surroundings`; `needs` says what to fetch for them.
"""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Final

from directory.errors import Fault
from directory.fields import Fact, Kind, Need, columns, facts, once_a_type
from directory.item import Item
from directory.loose import Local, read, said_key
from directory.rules import COMPLETE, RULES, Rule
from directory.structure import EVERY, fault
from directory.surroundings import NOWHERE, Chain, Needs, Surroundings, among, needs
from directory.wrong import faults_of, said, together, wrong

__all__ = ["NOWHERE", "Chain", "Local", "Needs", "Surroundings", "among", "faults", "needs", "parse"]

REQUIRED: Final = "is required"
CONDITIONAL: Final = frozenset({("Contribution", "kind")})
"""Fields that may be missing under a condition when published: a rule of the type tells which."""


def parse(
    cls: type[Item], values: Mapping[str, Any], local: Local | None = None
) -> tuple[dict[str, Any], tuple[Fault, ...]]:
    """The values as the fields of the type hold them, and every fault in them; what has a fault is left out.

    Blank texts are null; a null list is empty. A value of several languages stands for all of them.

    >>> from directory.types import Channel, Organisation
    >>> parse(Organisation, {"title": "Afpa", "siret": "732 829 320 00074", "website": " "})
    ({'title': {'en': 'Afpa'}, 'siret': '73282932000074', 'website': None}, ())
    >>> parse(Channel, {"kind": "main sit"})[1][0].near
    ('main_site',)
    """
    around = _at_home(values, local or Local())
    parsed: dict[str, Any] = {}
    found: list[Fault] = []
    for name, value in values.items():
        try:
            fact = _settable(cls, name)
            parsed[name] = _supporting(cls, fact, read(fact, value, around))
        except ValueError as error:
            found += faults_of(error, said_key(name))
    return parsed, tuple(found)


def _at_home(values: Mapping[str, Any], local: Local) -> Local:
    """Telephone numbers are dialled from the item's own country when no other is said."""
    country = values.get("country") or getattr(local.before, "country", None)
    if local.region is None and isinstance(country, str):
        return replace(local, region=country.strip().upper())
    return local


def _settable(cls: type[Item], name: Any) -> Fact:
    known = facts(cls)
    fact = known.get(name) if isinstance(name, str) else None
    if fact is None:
        offered = [each for each, other in known.items() if not other.system]
        near = difflib.get_close_matches(name, offered, n=3) if isinstance(name, str) and len(name) < 100 else ()
        raise wrong(f"{cls.__name__} has no field {said(name)}", near=tuple(near))
    if fact.system:
        raise wrong("is set by the system")
    return fact


def _supporting(cls: type[Item], fact: Fact, value: Any) -> Any:
    """The value; citations with the fields that they support by their own names."""
    if fact.kind is not Kind.CITATION:
        return value
    named = {str(rank): partial(_field, cls, each.field) for rank, each in enumerate(value)}
    fields = together(named)
    return tuple(replace(each, field=fields[str(rank)]) for rank, each in enumerate(value))


def _field(cls: type[Item], name: str | None) -> str | None:
    if name is None:
        return None
    known = columns(cls)
    if name not in known:
        near = difflib.get_close_matches(name, known, n=3)
        raise wrong(f"{said(name)} is not a field of {cls.__name__}", "field", near=tuple(near))
    return known[name]


def faults(item: Item, surroundings: Surroundings = NOWHERE) -> tuple[Fault, ...]:
    """Every reason why this item, complete, is refused; empty when it may be kept.

    The state of the item decides what is required: judge it in the state that it shall have.

    >>> from directory.types import Link
    >>> [each.path for each in faults(Link(id="l", slug="l", title="L"))]
    [('parent',), ('url',)]
    """
    found = (*_missing(item), *(each for rule in _rules(type(item)) for each in rule(item, surroundings)))
    return tuple(dict.fromkeys(found))


@once_a_type
def _rules(cls: type) -> tuple[Rule, ...]:
    return (*EVERY, *(rule for of, rule in RULES if issubclass(cls, of)))


@once_a_type
def _needed(cls: type) -> tuple[Fact, ...]:
    return tuple(fact for fact in facts(cls).values() if fact.need is not Need.NEVER)


def _missing(item: Item) -> Iterator[Fault]:
    for fact in _needed(type(item)):
        if getattr(item, fact.name) not in (None, "", (), {}):
            continue
        if fact.need is Need.CREATE:
            yield fault(REQUIRED, fact.name)
        elif item.state in COMPLETE and (item.declared.name, fact.name) not in CONDITIONAL:
            yield fault("is required to submit or publish", fact.name)
