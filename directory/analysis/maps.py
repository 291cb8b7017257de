"""Who is partner of which Cité, over a whole scope."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import combinations

from directory.analysis.basis import Excluded, Ground, share
from directory.analysis.lens import Lens
from directory.analysis.selection import cites_in, loops, partnerships
from directory.analysis.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Map:
    """Who is partner of which Cité: the Cités that say something, their partners, those that are silent."""

    partners: Mapping[str, frozenset[str]]
    cites: Mapping[str, tuple[str, ...]]
    silent: tuple[str, ...]
    ground: Ground

    @property
    def known_share(self) -> float | None:
        """The share of Cités of which partners are recorded."""
        return share(len(self.partners), len(self.partners) + len(self.silent))

    def silent_on(self, focus: frozenset[str]) -> bool:
        """Whether a question is asked of Cités that say nothing."""
        return bool(focus) and focus.isdisjoint(self.partners)

    @property
    def links(self) -> dict[str, list[str]]:
        """The map with its points marked `c:` for a Cité and `o:` for an organisation, each with its neighbours."""
        links = {f"c:{cite}": [f"o:{id}" for id in sorted(who)] for cite, who in self.partners.items()}
        return links | {f"o:{id}": [f"c:{cite}" for cite in cites] for id, cites in self.cites.items()}


def whole(lens: Lens) -> Lens:
    """The lens on the whole network, where a question about others is asked of one Cité."""
    return replace(lens, scope="network") if lens.kind in ("cite", "channel") else lens


def network_map(snapshot: Snapshot, lens: Lens) -> Map:
    """The partners of each Cité in scope; a Cité without one is silent unless its partners are declared complete."""
    sifted = partnerships(snapshot, lens)
    who = snapshot.identities(lens.identity_level)
    found: dict[str, set[str]] = {cite: set() for cite in cites_in(snapshot, lens)}
    for row in sifted.rows:
        if row.organisation_id and row.cite_id in found:
            found[row.cite_id].add(who[row.organisation_id])
    quiet = tuple(cite for cite, ids in found.items() if not ids and not snapshot.cite(cite).partners_complete)
    partner_sets = {cite: frozenset(ids) for cite, ids in sorted(found.items()) if cite not in {*quiet}}
    cites: dict[str, list[str]] = defaultdict(list)
    for cite, ids in partner_sets.items():
        for id in ids:
            cites[id].append(cite)
    left_out = Ground(excluded=tuple(Excluded(cite, "no_partner_recorded") for cite in quiet))
    ground = sifted.ground + left_out + loops(snapshot, lens, cites)
    return Map(partner_sets, {id: tuple(held) for id, held in sorted(cites.items())}, quiet, ground)


def focus_of(snapshot: Snapshot, lens: Lens) -> frozenset[str]:
    """The Cités that a pair or a connector must touch; none when all are wanted."""
    return frozenset(cites_in(snapshot, lens)) if lens.kind in ("cite", "channel") else frozenset()


def shared_by_pair(found: Map, focus: frozenset[str] = frozenset()) -> dict[tuple[str, str], list[str]]:
    """The partners that each pair of Cités shares, by counting the pairs of each shared partner; only pairs in focus.

    Without a focus all pairs.
    """
    shared: dict[tuple[str, str], list[str]] = defaultdict(list)
    for id, cites in found.cites.items():
        if len(cites) > 1:
            for pair in combinations(cites, 2):
                shared[pair].append(id)
    return {pair: ids for pair, ids in shared.items() if not focus.isdisjoint(pair)} if focus else shared
