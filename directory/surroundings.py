"""What must be known of other items to judge one: what to fetch, what came, and how to find it among items in hand."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from directory.fields import Kind, facts, once_a_type
from directory.item import Item
from directory.links import link_facts
from directory.types.cites import Event
from directory.types.figures import Indicator, Observation
from directory.types.organisations import Organisation, Territory
from directory.values import Ref
from directory.vocabularies import Vocabulary, vocabularies

LOOKED_AT: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "Channel": ("parent",),
        "Folder": ("allowed_types",),
        "Indicator": ("unit",),
        "Organisation": ("type",),
        "Person": ("publication_basis", "retention_until", "state"),
    }
)
"""The fields of linked items that rules look at, by type; of other types it is enough that they are there."""

WITHOUT_CYCLES: Final[tuple[tuple[type[Item], tuple[str, ...]], ...]] = (
    (Item, ("parent",)),
    (Territory, ("within", "areas")),
    (Organisation, ("branch_of",)),
    (Organisation, ("part_of",)),
    (Organisation, ("same_as",)),
    (Organisation, ("succeeds",)),
    (Event, ("part_of",)),
    (Indicator, ("parts",)),
    (Observation, ("subject",)),
)
"""Links that never lead back to where they started; several fields are followed together."""


@once_a_type
def without_cycles(cls: type) -> tuple[tuple[str, ...], ...]:
    """Those of `WITHOUT_CYCLES` that items of the type have."""
    return tuple(fields for of, fields in WITHOUT_CYCLES if issubclass(cls, of))


@dataclass(frozen=True, slots=True)
class Chain:
    """Links to follow, from these items on, as far as they go."""

    fields: tuple[str, ...]
    starts: tuple[Ref, ...]


@dataclass(frozen=True, slots=True)
class Needs:
    """What to fetch: the items it leads to, what lies beyond along chains, the other organisations with its SIRET."""

    items: tuple[Ref, ...]
    chains: tuple[Chain, ...]
    siret: str | None = None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known of other items.

    `linked`: those of `Needs.items` that exist and may be seen, with at least the fields of `LOOKED_AT`; None when
    nothing is known, which refuses nothing. `beyond`: by the fields of a chain, everything met along it, its starts
    included. `same_siret`: the other organisations with its SIRET, with their `branch_of`. `before`: the item as it is
    kept now, None for a new one.
    """

    linked: Mapping[Ref, Item] | None = None
    beyond: Mapping[tuple[str, ...], frozenset[Ref]] = field(default_factory=dict)
    same_siret: tuple[Organisation, ...] = ()
    before: Item | None = None
    vocabularies: Mapping[str, Vocabulary] = field(default_factory=vocabularies)

    def item(self, ref: Ref | None) -> Item | None:
        """A linked item, None when nothing is known of it."""
        return self.linked.get(ref) if self.linked and ref else None


NOWHERE: Final = Surroundings()
"""Nothing is known of other items."""


def ref(item: Item) -> Ref:
    """The item as others link to it."""
    return Ref(type(item).__name__, item.id)


def needs(item: Item) -> Needs:
    """What must be known of other items to judge this one.

    >>> needs(Organisation(id="a", branch_of=Ref("Organisation", "b"), siret="732829320")).chains
    (Chain(fields=('branch_of',), starts=(Ref(type='Organisation', id='b'),)),)
    """
    chains = (Chain(fields, _starts(item, fields)) for fields in without_cycles(type(item)))
    siret = item.siret if isinstance(item, Organisation) else None
    return Needs(led_to(item), tuple(chain for chain in chains if chain.starts), siret)


def led_to(item: Item) -> tuple[Ref, ...]:
    """The items at the ends of its links, each once."""
    return tuple(dict.fromkeys(target for _, target in leads_to(item)))


def leads_to(item: Item) -> Iterator[tuple[tuple[str, ...], Ref]]:
    """Every link of the item: the path of the field, and the item at its end; citations too."""
    for name, fact in link_facts(type(item)).items():
        value = getattr(item, name)
        if not value:
            continue
        if not fact.several:
            yield (name,), value
            continue
        for rank, each in enumerate(value):
            yield (name, str(rank)), each.document if fact.kind is Kind.CITATION else each


def _starts(item: Item, fields: tuple[str, ...]) -> tuple[Ref, ...]:
    known = facts(type(item))
    values = (getattr(item, name) for name in fields if name in known)
    return tuple(each for value in values for each in (value if isinstance(value, tuple) else (value,)) if each)


def among(items: Mapping[Ref, Item]) -> Callable[[Item, Item | None], Surroundings]:
    """A function that gives the surroundings of an item, and of what it was before, when these are all there are.

    `items` may grow between two calls, but its SIRET are read once.
    """
    by_siret: dict[str, list[Organisation]] = defaultdict(list)
    for each in items.values():
        if isinstance(each, Organisation) and each.siret:
            by_siret[each.siret].append(each)

    def surroundings(item: Item, before: Item | None = None) -> Surroundings:
        asked = needs(item)
        linked = {ref: items[ref] for ref in asked.items if ref in items}
        beyond = {chain.fields: followed(items, chain) for chain in asked.chains}
        same = tuple(each for each in by_siret.get(asked.siret or "", ()) if each.id != item.id)
        return Surroundings(linked, beyond, same, before)

    return surroundings


def followed(items: Mapping[Ref, Item], chain: Chain) -> frozenset[Ref]:
    """Everything met along the chain, its starts included."""
    found: set[Ref] = set()
    waiting = list(chain.starts)
    while waiting:
        here = waiting.pop()
        if here not in found:
            found.add(here)
            waiting += _starts(items[here], chain.fields) if here in items else ()
    return frozenset(found)
