"""Do our partners come from different worlds."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from directory.analysis.basis import Basis, Excluded, Explanation, Ground, basis, explain, rounded, share
from directory.analysis.lens import Lens
from directory.analysis.records import Organisation
from directory.analysis.selection import partners
from directory.analysis.silences import silent
from directory.analysis.snapshot import Snapshot
from directory.analysis.wording import Both, plural

METHOD = "mix/1"


class Group(NamedTuple):
    """How many partners share a code."""

    code: str
    n: int


@dataclass(frozen=True, slots=True)
class MixResult:
    """The chance that two partners drawn at random differ (Blau 1977), and its bounds if all were known."""

    value: float | None
    lower: float | None
    upper: float | None
    normalised: float | None
    groups: tuple[Group, ...]
    n_unknown: int
    reason: str | None
    basis: Basis


class Blau(NamedTuple):
    """Heterogeneity of known groups, with its bounds when some members are of no known group."""

    value: float | None
    lower: float | None
    upper: float | None
    normalised: float | None


def blau(groups: Mapping[str, int], n_unknown: int = 0) -> Blau:
    """The heterogeneity of some groups.

    At least as if all the unknown were in the largest group, at most as if each were a group of its own.

    >>> blau({"BE": 2, "FR": 2, "CH": 1, "ES": 1}, n_unknown=1)[:3]
    (0.7222, 0.6939, 0.7755)
    """
    sizes = sorted((n for n in groups.values() if n > 0), reverse=True)
    if not sizes:
        return Blau(None, None, None, None)
    value = _unlike(sizes)
    k = len(sizes)
    return Blau(
        value=rounded(value),
        lower=rounded(_unlike([sizes[0] + n_unknown, *sizes[1:]])),
        upper=rounded(_unlike(sizes + [1] * n_unknown)),
        normalised=rounded(value / (1 - 1 / k)) if k > 1 else None,
    )


def _unlike(sizes: Sequence[int]) -> float:
    total = sum(sizes)
    return 1 - sum(size * size for size in sizes) / (total * total)


def mix(snapshot: Snapshot, lens: Lens, by: str = "type") -> MixResult:
    """How different the partners in a scope are, by `type`, `family` of types or `country`.

    >>> from directory.analysis.snapshot import from_rows
    >>> town = from_rows({
    ...     "organisations": [{"id": "A", "type": "school"}, {"id": "B", "type": "library"}, {"id": "C"}],
    ...     "partnerships": [{"id": id, "organisation_id": id, "cite_id": "X"} for id in "ABC"]})
    >>> found = mix(town, Lens(scope="cite:X", at="2024"))
    >>> found.value, found.lower, found.upper, found.n_unknown
    (0.5, 0.4444, 0.6667, 1)
    """
    found = partners(snapshot, lens)
    codes = {id: code_of(snapshot, id, BY[by]) for id in found.ids}
    groups = Counter(code for code in codes.values() if code)
    n_unknown = sum(not code for code in codes.values())
    reason = None if groups else "no_type_known"
    if not codes:
        complete = lens.kind == "cite" and snapshot.cite(lens.cite).partners_complete
        reason = "no_partner" if complete else "no_partner_recorded"
    known = share(len(codes) - n_unknown, len(codes))
    told = silent("mix", reason, snapshot, lens) if reason else _tell_mix(len(codes), len(groups), n_unknown, by)
    unknown = tuple(Excluded(id, f"{by}_unknown") for id, code in codes.items() if not code)
    return MixResult(
        *blau(groups, n_unknown),
        groups=tuple(Group(code, n) for code, n in sorted(groups.items(), key=lambda each: (-each[1], each[0]))),
        n_unknown=n_unknown,
        reason=reason,
        basis=basis(METHOD, lens, found.ground + Ground(excluded=unknown), known, told),
    )


Coder = Callable[[Snapshot, Organisation], str]


def type_of(_: Snapshot, organisation: Organisation) -> str:
    """The type of an organisation; blank when not stated."""
    return "" if organisation.type_certainty == "not_stated" else organisation.type


def family_of(snapshot: Snapshot, organisation: Organisation) -> str:
    """The broadest type of an organisation."""
    type = type_of(snapshot, organisation)
    return snapshot.vocabulary("organisation_type").top(type) if type else ""


def country_of(_: Snapshot, organisation: Organisation) -> str:
    """The country of an organisation; blank when not stated."""
    return "" if organisation.country_certainty == "not_stated" else organisation.country


BY: dict[str, Coder] = {"type": type_of, "family": family_of, "country": country_of}


def code_of(snapshot: Snapshot, id: str, coder: Coder) -> str:
    """The code of an organisation, blank when it is unknown."""
    organisation = snapshot.organisation_by_id.get(id)
    return coder(snapshot, organisation) if organisation else ""


WORLDS = {
    "type": (Both("type", "type"), Both("types", "types")),
    "family": (Both("family", "famille"), Both("families", "familles")),
    "country": (Both("country", "pays"), Both("countries", "pays")),
}


def _tell_mix(n: int, k: int, unknown: int, by: str) -> Explanation:
    sentence = Both(
        "{n} recorded {partners} in {k} {families}; {u} of unknown {family}.",
        "{n} {partners} de {k} {families} ; {u} de {family} inconnu.",
    )
    if by == "family":
        sentence = Both(sentence.en, sentence.fr.replace("{family} inconnu", "{family} inconnue"))
    who = plural(n, Both("partner", "partenaire enregistré"), Both("partners", "partenaires enregistrés"))
    return explain(
        "mix.families",
        sentence,
        n=n,
        partners=who,
        k=k,
        families=plural(k, *WORLDS[by]),
        u=unknown,
        family=WORLDS[by][0],
    )
