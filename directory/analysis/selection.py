"""Which rows a lens sees, and why the others are left out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Generic, Protocol, TypeVar

from directory.analysis.basis import Excluded, Ground
from directory.analysis.dates import Validity
from directory.analysis.lens import Lens
from directory.analysis.records import Contribution, Partnership, Service
from directory.analysis.snapshot import Snapshot


class Dated(Protocol):
    """A row that holds for a time, with some certainty."""

    @property
    def id(self) -> str:
        """The id of the row."""

    @property
    def when(self) -> Validity:
        """When it holds."""

    @property
    def certainty(self) -> str:
        """How sure it is."""


D = TypeVar("D", bound=Dated)


@dataclass(frozen=True, slots=True)
class Sifted(Generic[D]):
    """Rows that a lens sees, and the ground they make."""

    rows: tuple[D, ...]
    ground: Ground


def sift(rows: Iterable[D], lens: Lens) -> Sifted[D]:
    """The rows that hold at the time of a lens and are certain enough for it."""
    first, after = lens.span
    certain = lens.certainty
    used: list[D] = []
    excluded: list[Excluded] = []
    warnings: set[str] = set()
    for row in rows:
        when = row.when
        if when.fault:
            excluded.append(Excluded(row.id, when.fault))
        elif when.first >= after or first >= when.after:
            excluded.append(Excluded(row.id, "not_valid_at"))
        elif row.certainty not in certain:
            excluded.append(Excluded(row.id, f"certainty:{row.certainty}"))
        else:
            used.append(row)
            if when.warning:
                warnings.add(when.warning)
    ground = Ground(tuple(row.id for row in used), tuple(excluded), frozenset(warnings))
    return Sifted(tuple(used), ground)


def cites_in(snapshot: Snapshot, lens: Lens) -> tuple[str, ...]:
    """The Cités that a lens looks at, by id: all, one, or those of a territory."""
    if lens.kind == "network":
        return snapshot.cite_ids
    if lens.kind == "cite":
        return (lens.target,)
    if lens.kind == "channel":
        channel = snapshot.channel_by_id.get(lens.target)
        return (channel.cite_id,) if channel else ()
    tree = snapshot.territory_tree
    return tuple(id for id in snapshot.cite_ids if lens.target in tree.above(snapshot.cite(id).territory_id) - {""})


def partnerships(snapshot: Snapshot, lens: Lens) -> Sifted[Partnership]:
    """The partnerships in the scope of a lens, of the roles it asks for."""
    sifted = sift(_partnership_rows(snapshot, lens), lens)
    if lens.roles == "all":
        return sifted
    kept = tuple(row for row in sifted.rows if row.role == "partner")
    others = tuple(Excluded(row.id, "role") for row in sifted.rows if row.role != "partner")
    ground = sifted.ground
    return Sifted(kept, Ground(tuple(row.id for row in kept), ground.excluded + others, ground.warnings))


def _partnership_rows(snapshot: Snapshot, lens: Lens) -> Sequence[Partnership]:
    if lens.kind == "network":
        return snapshot.partnerships
    rows = list(chain.from_iterable(snapshot.partnerships_of.get(id, ()) for id in cites_in(snapshot, lens)))
    return [row for row in rows if row.channel_id == lens.target] if lens.kind == "channel" else rows


def contributions(snapshot: Snapshot, lens: Lens) -> Sifted[Contribution]:
    """The contributions in the scope of a lens; those to projects and events belong to the network only."""
    return snapshot.once(("contributions", lens), lambda: sift(_contribution_rows(snapshot, lens), lens))


def _contribution_rows(snapshot: Snapshot, lens: Lens) -> Sequence[Contribution]:
    if lens.kind == "network":
        return snapshot.contributions
    rows = list(chain.from_iterable(snapshot.contributions_of.get(id, ()) for id in cites_in(snapshot, lens)))
    return [row for row in rows if row.beneficiary_id == lens.target] if lens.kind == "channel" else rows


def services(snapshot: Snapshot, lens: Lens) -> Sifted[Service]:
    """The services in the scope of a lens."""
    if lens.kind == "network":
        return sift(snapshot.services, lens)
    rows = chain.from_iterable(snapshot.services_of.get(id, ()) for id in cites_in(snapshot, lens))
    if lens.kind == "channel":
        return sift((row for row in rows if lens.target in row.channel_ids), lens)
    return sift(rows, lens)


def places(snapshot: Snapshot, service: Service) -> tuple[str, ...]:
    """Where a service is offered: its territories, else those of its channels, else that of its Cité."""
    if service.territory_ids:
        return service.territory_ids
    channels = (snapshot.channel_by_id.get(id) for id in service.channel_ids)
    of_channels = tuple(channel.territory_id for channel in channels if channel and channel.territory_id)
    own = snapshot.cite(service.cite_id).territory_id
    return of_channels or ((own,) if own else ())


def providers(snapshot: Snapshot, lens: Lens, service: Service) -> tuple[frozenset[str], Ground]:
    """Who runs a service: those named, and those whose staff it could not be held without; empty when unknown."""
    who = snapshot.identities(lens.identity_level)
    staff = [row for row in snapshot.enabling.get(service.id, ()) if row.kind == "human" and row.contributor_id]
    sifted = sift(staff, lens)
    named = {*service.provider_ids, *(row.contributor_id for row in sifted.rows)}
    return frozenset(map(who.__getitem__, named)), sifted.ground


@dataclass(frozen=True, slots=True)
class Partners:
    """The partners in a scope, each identity with its partnerships."""

    rows: Mapping[str, tuple[Partnership, ...]]
    ground: Ground

    @property
    def ids(self) -> frozenset[str]:
        """Who they are."""
        return frozenset(self.rows)


def partners(snapshot: Snapshot, lens: Lens) -> Partners:
    """The recorded partners in the scope of a lens, at its level of identity."""
    return snapshot.once(("partners", lens), lambda: _partners(snapshot, lens))


def _partners(snapshot: Snapshot, lens: Lens) -> Partners:
    sifted = partnerships(snapshot, lens)
    who = snapshot.identities(lens.identity_level)
    found: dict[str, list[Partnership]] = {}
    for row in sifted.rows:
        if row.organisation_id:
            found.setdefault(who[row.organisation_id], []).append(row)
    ground = sifted.ground + loops(snapshot, lens, found)
    return Partners({id: tuple(rows) for id, rows in found.items()}, ground)


def loops(snapshot: Snapshot, lens: Lens, ids: Iterable[str]) -> Ground:
    """The warning that some of these identities come from a loop."""
    looped = snapshot.identities(lens.identity_level).looped
    if looped and not looped.isdisjoint(ids):
        return Ground(warnings=frozenset({"identity_cycle"}))
    return Ground()
