"""What Cités like ours have that we do not."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice
from math import sqrt
from typing import NamedTuple

from directory.analysis.basis import Basis, Excluded, Explanation, Ground, basis, explain, share
from directory.analysis.lens import Lens
from directory.analysis.selection import contributions, partners, services, sift
from directory.analysis.silences import silent
from directory.analysis.snapshot import Snapshot
from directory.analysis.wording import KINDS, Both, means, names, scope_name, term
from directory.analysis.worlds import code_of, type_of

METHOD = "peers/1"

# Two Cités of which fewer features are known are not comparable.
FEATURES_NEEDED = 3
Z_95 = 1.96

CHANNELS = {
    "main_site": Both("a main site", "un site principal"),
    "associated_centre": Both("an associated centre", "un centre associé"),
    "itinerant": Both("an itinerant facility", "un dispositif itinérant"),
    "one_shot": Both("one-shot actions", "des actions ponctuelles"),
}


class Peer(NamedTuple):
    """A Cité like ours, how much, and by which features."""

    id: str
    similarity: float
    features_used: tuple[str, ...]


class Suggestion(NamedTuple):
    """Something that most Cités like ours have, with the bounds of its share (Wilson 1927), and who they are."""

    family: str
    item: str
    n_have: int
    n_data: int
    share: float
    low: float
    high: float
    peers: tuple[str, ...]


class Abstained(NamedTuple):
    """A family of things on which no advice is given, and why."""

    family: str
    reason: str


@dataclass(frozen=True, slots=True)
class PeersResult:
    """Every comparable Cité, the closest first, and what they suggest."""

    peers: tuple[Peer, ...]
    not_comparable: tuple[str, ...]
    suggestions: tuple[Suggestion, ...]
    abstained: tuple[Abstained, ...]
    reason: str | None
    basis: Basis


@dataclass(frozen=True, slots=True)
class Features:
    """What is known of a Cité for finding others like it."""

    population: float | None
    others: Mapping[str, str | bool]


def measure(snapshot: Snapshot, lens: Lens, k: int = 5, min_peers: int = 3, min_share: float = 0.6) -> PeersResult:
    """The Cités most like one, and what most of them have recorded that it has not.

    >>> from directory.analysis.snapshot import from_rows
    >>> cites = [{"id": id, "territory_id": "t"} for id in "NXYZ"]
    >>> town = from_rows({
    ...     "territories": [{"id": "t", "population": "9000", "rurality": "rural", "country": "FR"}], "cites": cites,
    ...     "services": [{"id": f"{id}{type}", "cite_id": id, "types": type} for id, type in (
    ...         ("N", "events"), ("X", "workshops"), ("Y", "workshops"), ("Z", "events"))]})
    >>> found = measure(town, Lens("cite:N", "2024"))
    >>> [(peer.id, peer.similarity) for peer in found.peers], [each[:5] for each in found.suggestions]
    ([('X', 1.0), ('Y', 1.0), ('Z', 1.0)], [('service_type', 'workshops', 2, 3, 0.6667)])
    """
    ranked, not_comparable = compared(snapshot, lens)
    suggestions: list[Suggestion] = []
    abstained: list[Abstained] = []
    ground = Ground(tuple(peer.id for peer in ranked), tuple(Excluded(id, "not_comparable") for id in not_comparable))
    for family, held in FAMILIES.items():
        own, of_own = held(snapshot, lens)
        near, of_near = nearest(snapshot, lens, ranked, held, k)
        ground = ground + of_own + of_near
        if not own:
            abstained.append(Abstained(family, "own_data_missing"))
        elif len(near) < min_peers:
            abstained.append(Abstained(family, f"fewer_than_{min_peers}_peers_with_data"))
        else:
            suggestions += _suggest(family, own, near, min_share)
    reason = None if len(ranked) >= min_peers else "fewer_than_3_peers"
    ordered = tuple(sorted(suggestions, key=lambda each: (-each.share, -each.n_have, each.family, each.item)))
    known = share(len(ranked), len(ranked) + len(not_comparable))
    told = silent("peers", reason, snapshot, lens) if reason else _tell(snapshot, lens, ordered, len(ranked))
    return PeersResult(
        ranked, not_comparable, ordered, tuple(abstained), reason, basis(METHOD, lens, ground, known, told)
    )


def others(snapshot: Snapshot, lens: Lens, known: frozenset[str], k: int = 5) -> tuple[str, ...]:
    """The Cités of which rows are still to be known before `measure` can tell what the nearest have; none when it can.

    `known` are those of which all rows are. What they are compared by is known of all, and so are their channels.
    """
    ranked, _ = compared(snapshot, lens)
    families = [held for held in FAMILIES.values() if held is not channel_kinds]

    def held_by(held: Held) -> Callable[[str], bool]:
        return lambda id: bool(held(snapshot, replace(lens, scope=f"cite:{id}"))[0])

    ids = [peer.id for peer in ranked]
    return next_nearest(ids, known, max(lacking(ids, known, k, held_by(held)) for held in families))


def lacking(ids: Iterable[str], known: frozenset[str], k: int, has: Callable[[str], bool]) -> int:
    """How many Cités are still to be known until the k nearest that have something are, if all of these have it.

    >>> lacking("ABCD", frozenset("A"), 2, lambda id: False), lacking("ABCD", frozenset("AB"), 1, lambda id: id == "B")
    (2, 0)
    """
    seen = (id not in known for id in ids if id not in known or has(id))
    return sum(islice(seen, k))


def next_nearest(ids: Iterable[str], known: frozenset[str], needed: int) -> tuple[str, ...]:
    """The nearest Cités that are not known yet: as many as are needed, and no fewer than are known.

    So a long search takes few rounds.

    >>> next_nearest("ABCDE", frozenset("AXY"), 1), next_nearest("ABCDE", frozenset("AXY"), 0)
    (('B', 'C', 'D'), ())
    """
    return tuple(islice((id for id in ids if id not in known), max(needed, len(known)))) if needed else ()


def compared(snapshot: Snapshot, lens: Lens) -> tuple[tuple[Peer, ...], tuple[str, ...]]:
    """The other Cités by how much they are like one (Gower 1971), and those of which too little is known."""
    return snapshot.once(("compared", lens), lambda: _compared(snapshot, lens))


def _compared(snapshot: Snapshot, lens: Lens) -> tuple[tuple[Peer, ...], tuple[str, ...]]:
    features = {id: features_of(snapshot, lens, id) for id in {*snapshot.cite_ids, lens.cite}}
    sizes = [each.population for each in features.values() if each.population]
    spread = max(sizes, default=0.0) - min(sizes, default=0.0)
    own = features.pop(lens.cite)
    found, apart = [], []
    for id, other in sorted(features.items()):
        likeness = _likeness(own, other, spread)
        if len(likeness) < FEATURES_NEEDED:
            apart.append(id)
        else:
            found.append(Peer(id, round(sum(likeness.values()) / len(likeness), 4), tuple(likeness)))
    return tuple(sorted(found, key=lambda peer: (-peer.similarity, peer.id))), tuple(apart)


def _likeness(own: Features, other: Features, spread: float) -> dict[str, float]:
    """How alike two Cités are by each feature known of both."""
    likeness = {}
    if own.population and other.population:
        likeness["population"] = 1 - abs(own.population - other.population) / spread if spread else 1.0
    for name, value in own.others.items():
        if name in other.others:
            likeness[name] = float(value == other.others[name])
    return likeness


def features_of(snapshot: Snapshot, lens: Lens, cite: str) -> Features:
    """What is known of a Cité for finding others like it."""
    id = snapshot.cite(cite).territory_id
    territory = snapshot.territory_by_id.get(id)
    others: dict[str, str | bool] = {}
    if territory and territory.rurality:
        others["rurality"] = territory.rurality
    kinds = {row.kind for row in sift(snapshot.channels_of.get(cite, ()), lens).rows if row.kind}
    if kinds:
        others["itinerant"] = "itinerant" in kinds
    state = label_state(snapshot, lens, cite)
    if state:
        others["label_state"] = state
    if territory and territory.country:
        others["country"] = territory.country
    border = crosses_border(snapshot, id)
    if border is not None:
        others["cross_border"] = border
    return Features(territory.population if territory else None, others)


def label_state(snapshot: Snapshot, lens: Lens, cite: str) -> str:
    """The state of the label of a Cité at a day: that of its latest event that set one; blank when none did."""
    rows = sift(snapshot.life_of.get(cite, ()), _on_last_day(lens)).rows
    set_by = [row for row in rows if row.label_state]
    latest = max(set_by, key=lambda row: (row.when.first, row.id), default=None)
    return latest.label_state if latest else ""


@lru_cache(maxsize=16)
def _on_last_day(lens: Lens) -> Lens:
    return replace(lens, at=lens.day)


def crosses_border(snapshot: Snapshot, territory: str) -> bool | None:
    """Whether a territory is, or lies in, a cross-border area; None when no kind says so."""
    own = snapshot.territory_by_id.get(territory)
    above = (snapshot.territory_by_id.get(id) for id in snapshot.territory_tree.above(territory))
    if any(each and each.kind == "cross_border_area" for each in above):
        return True
    return False if own and own.kind else None


Held = Callable[[Snapshot, Lens], tuple[frozenset[str], Ground]]


def channel_kinds(snapshot: Snapshot, lens: Lens) -> tuple[frozenset[str], Ground]:
    """The kinds of channel of a Cité."""
    found = sift(snapshot.channels_of.get(lens.cite, ()), lens)
    return frozenset(row.kind for row in found.rows) - {""}, found.ground


def contribution_kinds(snapshot: Snapshot, lens: Lens) -> tuple[frozenset[str], Ground]:
    """The kinds of contribution that a Cité receives."""
    found = contributions(snapshot, lens)
    return frozenset(row.kind for row in found.rows) - {""}, found.ground


def organisation_types(snapshot: Snapshot, lens: Lens) -> tuple[frozenset[str], Ground]:
    """The known types of the partners of a Cité."""
    found = partners(snapshot, lens)
    return frozenset(code_of(snapshot, id, type_of) for id in found.ids) - {""}, found.ground


def service_types(snapshot: Snapshot, lens: Lens) -> tuple[frozenset[str], Ground]:
    """The types of the services of a Cité, with the broader ones."""
    found = services(snapshot, lens)
    tree = snapshot.vocabulary("service_type")
    return frozenset(above for row in found.rows for type in row.types for above in tree.above(type)), found.ground


FAMILIES: dict[str, Held] = {
    "channel_kind": channel_kinds,
    "contribution_kind": contribution_kinds,
    "organisation_type": organisation_types,
    "service_type": service_types,
}


def nearest(
    snapshot: Snapshot, lens: Lens, ranked: Sequence[Peer], held: Held, k: int
) -> tuple[dict[str, frozenset[str]], Ground]:
    """What the nearest peers with data have, at most k of them, nearest first."""
    seen = ((peer.id, *held(snapshot, replace(lens, scope=f"cite:{peer.id}"))) for peer in ranked)
    near = list(islice(((id, items, ground) for id, items, ground in seen if items), k))
    ground = Ground()
    for _, _, of_peer in near:
        ground = ground + of_peer
    return {id: items for id, items, _ in near}, ground


def _suggest(
    family: str, own: frozenset[str], near: Mapping[str, frozenset[str]], min_share: float
) -> Iterable[Suggestion]:
    for item in sorted(frozenset().union(*near.values()) - own):
        have = tuple(id for id, items in near.items() if item in items)
        if len(have) / len(near) >= min_share:
            low, high = wilson(len(have), len(near))
            yield Suggestion(family, item, len(have), len(near), round(len(have) / len(near), 4), low, high, have)


def wilson(n: int, total: int) -> tuple[float, float]:
    """The 95 % bounds of a share seen n times out of a total (Wilson 1927).

    >>> wilson(4, 5), wilson(2, 3)
    ((0.3755, 0.9638), (0.2077, 0.9385))
    """
    p, z2 = n / total, Z_95 * Z_95
    middle = p + z2 / (2 * total)
    reach = Z_95 * sqrt(p * (1 - p) / total + z2 / (4 * total * total))
    low, high = (middle - reach) / (1 + z2 / total), (middle + reach) / (1 + z2 / total)
    return round(max(low, 0.0), 4), round(min(high, 1.0), 4)


def _tell(snapshot: Snapshot, lens: Lens, suggestions: Sequence[Suggestion], n: int) -> Explanation:
    if not suggestions:
        nothing = Both(
            "Of {n} comparable Cités, too few have something recorded that {cite} has not.",
            "Parmi {n} Cités comparables, trop peu ont un élément enregistré que {cite} n'a pas.",
        )
        return explain("peers.nothing", nothing, n=n, cite=scope_name(snapshot, lens.scope))
    first = suggestions[0]
    sentence = Both(
        "{n} of {m} Cités like yours ({names}) have {item}; you have none recorded.",
        "{n} Cités sur {m} proches de la vôtre ({names}) ont {item} ; rien n'est enregistré chez vous.",
    )
    said = names(snapshot, first.peers)
    return explain("peers.have", sentence, n=first.n_have, m=first.n_data, names=said, item=item_name(snapshot, first))


def item_name(snapshot: Snapshot, suggestion: Suggestion) -> Both:
    """What is suggested, in words."""
    if suggestion.family == "channel_kind":
        return CHANNELS.get(suggestion.item) or term(snapshot, suggestion.family, suggestion.item)
    if suggestion.family == "contribution_kind" and suggestion.item in KINDS:
        kind = means(KINDS[suggestion.item])
        return Both(kind.en, f"des {kind.fr}")
    return term(snapshot, suggestion.family, suggestion.item)
