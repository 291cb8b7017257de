"""The partners of a Cité, what each brings and to which service, as values that a picture can draw."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from directory.analysis.lens import Lens
from directory.analysis.selection import contributions, partners, providers, services
from directory.analysis.snapshot import Snapshot
from directory.analysis.worlds import family_of

KINDS: Final = ("human", "financial", "expertise", "material", "unknown")
"""The kinds of contribution, in the order in which they are drawn."""
GROUPED_ABOVE: Final = 70
"""With more partners than this, one row stands for all partners of one family."""


@dataclass(frozen=True, slots=True)
class Side:
    """A row of the picture: a partner, or a group of `members` partners; how many contributions of each kind."""

    id: str
    title: str
    kinds: Mapping[str, int]
    members: int = 1


@dataclass(frozen=True, slots=True)
class Bond:
    """Contributions of one kind from a row to a service; to the Cité itself when `service` is empty."""

    side: str
    service: str
    kind: str


@dataclass(frozen=True, slots=True)
class Ecosystem:
    """A Cité, its services, its partners in rows, and the bonds between them; every tuple in the order drawn.

    `others` have rows too: they contribute to it or run a service of it, without a recorded partnership.
    """

    title: str
    at: str
    sides: tuple[Side, ...]
    services: tuple[tuple[str, str], ...]
    bonds: tuple[Bond, ...]
    partners: int
    others: int


def take(snapshot: Snapshot, lens: Lens, locale: str) -> Ecosystem:
    """The ecosystem of the lens's Cité on its day. Organisations as the lens's identity level has them.

    An organisation without a recorded contribution has a row too: a partnership is what makes a partner. Of a
    contribution without a recorded contributor nothing is drawn.
    """
    identity = snapshot.identities(lens.identity_level)
    offered = services(snapshot, lens).rows
    known = {service.id for service in offered}
    bonds: set[Bond] = set()
    kinds: dict[str, Counter[str]] = defaultdict(Counter)
    for row in contributions(snapshot, lens).rows:
        if row.contributor_id in ("", lens.target):
            continue
        side = identity[row.contributor_id]
        kind = row.kind or "unknown"
        kinds[side][kind] += 1
        ends = [id for id in (row.beneficiary_id, *row.enables_ids) if id in known] or [""]
        bonds |= {Bond(side, end, kind) for end in ends}
    for service in offered:
        found, _ = providers(snapshot, lens, service)
        told = {bond.side for bond in bonds if bond.service == service.id}
        bonds |= {Bond(side, service.id, "unknown") for side in found - told - {lens.target}}
    held = partners(snapshot, lens).ids
    sides = held | set(kinds) | {bond.side for bond in bonds}
    rows = [Side(id, title(snapshot, id, locale), dict(kinds.get(id, {}))) for id in sides]
    rows, bonds = (rows, bonds) if len(rows) <= GROUPED_ABOVE else _grouped(snapshot, rows, bonds, locale)
    return Ecosystem(
        title(snapshot, lens.target, locale),
        lens.text,
        tuple(sorted(rows, key=lambda row: (-sum(row.kinds.values()), row.title, row.id))),
        tuple((service.id, title(snapshot, service.id, locale)) for service in offered),
        tuple(sorted(bonds, key=lambda bond: (bond.side, bond.service, KINDS.index(bond.kind)))),
        len(held),
        len(sides - held),
    )


def title(snapshot: Snapshot, id: str, locale: str) -> str:
    """What an organisation, a Cité or a service is called, its id when it has no title."""
    named = snapshot.organisation_by_id.get(id) or snapshot.titled.get(id)
    if named is None:
        return id
    first, second = (named.title_fr, named.title_en) if locale == "fr" else (named.title_en, named.title_fr)
    return first or second or id


def _grouped(
    snapshot: Snapshot, rows: Iterable[Side], bonds: Iterable[Bond], locale: str
) -> tuple[list[Side], set[Bond]]:
    """One row for each family of types of organisations."""
    type_of = {row.id: _family(snapshot, row.id) for row in rows}
    members: dict[str, list[Side]] = defaultdict(list)
    for row in rows:
        members[type_of[row.id]].append(row)
    made = [
        Side(f"type:{code}", _type_title(snapshot, code, locale), _sum(held), len(held))
        for code, held in members.items()
    ]
    return made, {Bond(f"type:{type_of[bond.side]}", bond.service, bond.kind) for bond in bonds}


def _family(snapshot: Snapshot, id: str) -> str:
    organisation = snapshot.organisation_by_id.get(id)
    return family_of(snapshot, organisation) if organisation else ""


def _sum(rows: Iterable[Side]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for row in rows:
        total.update(row.kinds)
    return dict(total)


def _type_title(snapshot: Snapshot, code: str, locale: str) -> str:
    term = snapshot.term_by_code.get(("organisation_type", code))
    if term is None:
        return "Type inconnu" if locale == "fr" else "Type unknown"
    return (term.title_fr if locale == "fr" else term.title_en) or code
