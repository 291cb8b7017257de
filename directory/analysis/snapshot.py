"""What is known at one moment of asking: the tables as frozen records, with their indexes."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property
from itertools import chain
from typing import Any, TypeVar, get_args

from directory.analysis.cells import Row, columns_of
from directory.analysis.dates import Span, span
from directory.analysis.identity import Identities, identities
from directory.analysis.records import (
    Body,
    Candidate,
    Channel,
    Cite,
    Contribution,
    Event,
    Evidence,
    Indicator,
    LifeEvent,
    Mandate,
    Membership,
    Named,
    Need,
    Observation,
    Offer,
    OpenQuestion,
    Organisation,
    Partnership,
    Service,
    Term,
    Territory,
    order,
    read,
)
from directory.analysis.tree import Tree
from directory.columns import Columns

__all__ = ["Snapshot", "Span", "from_rows", "span"]

R = TypeVar("R")
KEPT = 8
"""What is kept of each snapshot: two dates of an answer."""


@dataclass(frozen=True)
class Snapshot:
    """The tables that analyses read; an empty table means "not recorded". Indexes are built once, when first asked."""

    vocabularies: tuple[Term, ...] = ()
    territories: tuple[Territory, ...] = ()
    cites: tuple[Cite, ...] = ()
    life_events: tuple[LifeEvent, ...] = ()
    channels: tuple[Channel, ...] = ()
    organisations: tuple[Organisation, ...] = ()
    partnerships: tuple[Partnership, ...] = ()
    contributions: tuple[Contribution, ...] = ()
    services: tuple[Service, ...] = ()
    needs: tuple[Need, ...] = ()
    charter_evidence: tuple[Evidence, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    candidate_offers: tuple[Offer, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    observations: tuple[Observation, ...] = ()
    open_questions: tuple[OpenQuestion, ...] = ()
    events: tuple[Event, ...] = ()
    projects: tuple[Named, ...] = ()
    project_memberships: tuple[Membership, ...] = ()
    bodies: tuple[Body, ...] = ()
    mandates: tuple[Mandate, ...] = ()

    # Who is who.

    @cached_property
    def cite_ids(self) -> tuple[str, ...]:
        """The ids of all Cités, recorded as such or named by a partnership."""
        return tuple(sorted({each.id for each in self.cites} | {each.cite_id for each in self.partnerships} - {""}))

    @cached_property
    def cite_by_id(self) -> Mapping[str, Cite]:
        """The Cités by id."""
        return {each.id: each for each in self.cites}

    @cached_property
    def organisation_by_id(self) -> Mapping[str, Organisation]:
        """The organisations by id."""
        return {each.id: each for each in self.organisations}

    @cached_property
    def territory_by_id(self) -> Mapping[str, Territory]:
        """The territories by id."""
        return {each.id: each for each in self.territories}

    @cached_property
    def titled(self) -> Mapping[str, Named]:
        """Everything but the organisations that has a title, by id."""
        rows = (self.territories, self.cites, self.channels, self.services, self.needs, self.events, self.bodies)
        return {each.id: each for table in (*rows, self.projects) for each in table}

    @cached_property
    def term_by_code(self) -> Mapping[tuple[str, str], Term]:
        """The terms by vocabulary and code."""
        return {(each.vocabulary, each.code): each for each in self.vocabularies}

    @cached_property
    def channel_by_id(self) -> Mapping[str, Channel]:
        """The channels by id."""
        return {each.id: each for each in self.channels}

    @cached_property
    def _identities(self) -> dict[str, Identities]:
        return {}

    def identities(self, level: str) -> Identities:
        """Which organisations count as one at a level."""
        if level not in self._identities:
            self._identities[level] = identities(self.organisations, level)
        return self._identities[level]

    @cached_property
    def _kept(self) -> dict[Hashable, Any]:
        return {}

    def once(self, key: Hashable, make: Callable[[], R]) -> R:
        """What is made for a key; the last few are kept, as one answer asks for the same several times."""
        kept = self._kept
        if key in kept:
            found: R = kept[key]
            return found
        found = make()
        for oldest in list(kept)[: 1 - KEPT]:  # a copy: methods of one request run side by side
            kept.pop(oldest, None)
        kept[key] = found
        return found

    def cite(self, id: str) -> Cite:
        """The Cité of that id; one of which nothing is recorded when it has no row."""
        return self.cite_by_id.get(id) or Cite(id=id)

    # What lies above what.

    @cached_property
    def territory_tree(self) -> Tree:
        """The territories, by `parent_id` and `area_ids`."""
        return Tree({each.id: _ids(each.parent_id, *each.area_ids) for each in self.territories})

    @cached_property
    def _vocabularies(self) -> Mapping[str, Tree]:
        terms = group(self.vocabularies, lambda term: term.vocabulary)
        return {name: Tree({term.code: _ids(term.parent) for term in held}) for name, held in terms.items()}

    def vocabulary(self, name: str) -> Tree:
        """The codes of a vocabulary under their broader ones."""
        return self._vocabularies.get(name) or Tree({})

    # Rows by what they belong to.

    @cached_property
    def owner(self) -> Mapping[str, str]:
        """The Cité of each Cité, channel and service."""
        channels = {each.id: each.cite_id for each in self.channels}
        services = {each.id: each.cite_id for each in self.services}
        return channels | services | {id: id for id in self.cite_ids}

    @cached_property
    def channels_of(self) -> Mapping[str, tuple[Channel, ...]]:
        """Channels by Cité."""
        return group(self.channels, lambda each: each.cite_id)

    @cached_property
    def services_of(self) -> Mapping[str, tuple[Service, ...]]:
        """Services by Cité."""
        return group(self.services, lambda each: each.cite_id)

    @cached_property
    def needs_of(self) -> Mapping[str, tuple[Need, ...]]:
        """Needs by Cité."""
        return group(self.needs, lambda each: each.cite_id)

    @cached_property
    def evidence_of(self) -> Mapping[str, tuple[Evidence, ...]]:
        """Charter evidence by Cité."""
        return group(self.charter_evidence, lambda each: each.cite_id)

    @cached_property
    def life_of(self) -> Mapping[str, tuple[LifeEvent, ...]]:
        """Life events by subject."""
        return group(self.life_events, lambda each: each.subject_id)

    @cached_property
    def partnerships_of(self) -> Mapping[str, tuple[Partnership, ...]]:
        """Partnerships by Cité."""
        return group(self.partnerships, lambda each: each.cite_id)

    @cached_property
    def held_by(self) -> Mapping[str, tuple[Partnership, ...]]:
        """Partnerships in the role of holder, by organisation."""
        return group((each for each in self.partnerships if each.role == "holder"), lambda each: each.organisation_id)

    @cached_property
    def contributions_of(self) -> Mapping[str, tuple[Contribution, ...]]:
        """Contributions by the Cité that is their beneficiary, or whose channel or service is; else by beneficiary."""
        owner = self.owner
        return group(self.contributions, lambda each: owner.get(each.beneficiary_id, each.beneficiary_id))

    @cached_property
    def contributions_by(self) -> Mapping[str, tuple[Contribution, ...]]:
        """What Cités contribute, by Cité."""
        cites = frozenset(self.cite_ids)
        return group(
            (each for each in self.contributions if each.contributor_id in cites), lambda each: each.contributor_id
        )

    @cached_property
    def enabling(self) -> Mapping[str, tuple[Contribution, ...]]:
        """Contributions by each service or event that could not be held without them."""
        named = ((enabled, each) for each in self.contributions for enabled in each.enables_ids)
        return {
            enabled: tuple(each for _, each in pairs) for enabled, pairs in group(named, lambda pair: pair[0]).items()
        }

    @cached_property
    def offers_of(self) -> Mapping[str, tuple[Offer, ...]]:
        """Offers by candidate."""
        return group(self.candidate_offers, lambda each: each.candidate_id)

    def around(self, cite: str) -> "Snapshot":
        """The snapshot with the rows of one Cité only, beside what all share, and what its services rest on elsewhere.

        >>> both = from_rows({"needs": [{"id": "n1", "cite_id": "X"}, {"id": "n2", "cite_id": "Y"}]})
        >>> [need.id for need in both.around("X").needs]
        ['n1']
        """
        services = self.services_of.get(cite, ())
        channels = {each.id: each for each in self.channels_of.get(cite, ())}
        theirs = {each.id: each for each in self.contributions_of.get(cite, ())}
        for service in services:
            theirs |= {each.id: each for each in self.enabling.get(service.id, ())}
            channels |= {id: self.channel_by_id[id] for id in service.channel_ids if id in self.channel_by_id}
        return replace(
            self,
            life_events=self.life_of.get(cite, ()),
            channels=tuple(channels.values()),
            partnerships=self.partnerships_of.get(cite, ()),
            contributions=tuple(theirs.values()),
            services=services,
            needs=self.needs_of.get(cite, ()),
            charter_evidence=self.evidence_of.get(cite, ()),
        )

    def joined(self, other: "Snapshot") -> "Snapshot":
        """What two snapshots hold together, each row once.

        >>> one, two = (from_rows({"cites": [{"id": id} for id in ids]}) for ids in ("AC", "AB"))
        >>> [cite.id for cite in one.joined(two).cites]
        ['A', 'B', 'C']
        """
        added = {name: getattr(other, name) for name in RECORDS if getattr(other, name)}
        return replace(
            self, **{name: _merged(RECORDS[name], getattr(self, name), rows) for name, rows in added.items()}
        )


def _merged(record: type[Any], some: Iterable[Any], others: Iterable[Any]) -> tuple[Any, ...]:
    key = order(record)
    held = {key(each): each for each in chain(some, others)}
    return tuple(held[each] for each in sorted(held))


def group(records: Iterable[R], key: Callable[[R], str]) -> dict[str, tuple[R, ...]]:
    """The records by key, in their order.

    >>> group(["ab", "cd", "ae"], lambda word: word[0])
    {'a': ('ab', 'ae'), 'c': ('cd',)}
    """
    groups: dict[str, list[R]] = defaultdict(list)
    for each in records:
        groups[key(each)].append(each)
    return {name: tuple(held) for name, held in groups.items()}


def _ids(*ids: str) -> tuple[str, ...]:
    return tuple(each for each in ids if each)


RECORDS = {table.name: get_args(table.type)[0] for table in fields(Snapshot)}


def from_rows(tables: Mapping[str, Iterable[Row] | Columns | None]) -> Snapshot:
    """The snapshot that some tables of text cells say, by row or by column; other tables and columns are left aside.

    >>> town = from_rows({"needs": [{"id": "n1", "cite_id": "X", "types": "workshops;events"}], "services": []})
    >>> town.needs[0].types, town.services
    (('workshops', 'events'), ())
    """
    return Snapshot(**{name: records(name, tables.get(name) or ()) for name in RECORDS})


def records(name: str, table: Iterable[Row] | Columns) -> tuple[Any, ...]:
    """The records of one table of a snapshot."""
    return read(RECORDS[name], table if isinstance(table, Columns) else columns_of(table))
