"""Times of the analyses on a seeded synthetic network, against the classes they promise.

python bench/analysis.py                 the full size: 1,000 Cités, 100,000 organisations
python bench/analysis.py --scale 0.1     a tenth of it
"""

import argparse
import json
import random
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from directory.analysis import (  # noqa: E402  # the bench runs from a checkout, without installing
    Lens,
    Snapshot,
    candidates,
    change,
    concentration,
    coverage,
    fragility,
    overlap,
    peers,
    readiness,
    report,
    snapshot,
    whatif,
)

AT = "2024-06-30"
TYPES = ["counselling", "events", "fairs", "resources", "documentation", "workshops", "peer_exchange"]
PARENTS = {"fairs": "events", "documentation": "resources", "peer_exchange": "workshops"}
PUBLICS = ["all", "jobseekers", "older_jobseekers", "young_people", "women"]
KINDS = [("human", "fte"), ("human", "hour"), ("financial", ""), ("expertise", "day"), ("material", "item")]

Rows = dict[str, list[dict[str, str]]]


@dataclass(frozen=True)
class Class:
    """A promise: so many seconds at most."""

    name: str
    seconds: float


ONE_CITE = Class("one Cité", 1.0)
NETWORK_QUICK = Class("network, quick", 1.0)
NETWORK = Class("network", 10.0)


def skewed(chance: random.Random, n: int) -> int:
    """An index from 0 to n - 1, low ones much more often."""
    return int(n * chance.random() ** 3)


def ecosystem(scale: float, seed: int) -> Rows:
    """The tables of a made-up network: a few hub organisations, a long tail of local ones."""
    chance = random.Random(seed)
    n_cites, n_organisations = max(4, int(1000 * scale)), max(50, int(100_000 * scale))
    regions = max(2, n_cites // 20)
    rows: Rows = {
        "vocabularies": [{"vocabulary": "service_type", "code": c, "parent": PARENTS.get(c, "")} for c in TYPES]
        + [{"vocabulary": "public", "code": c, "parent": "jobseekers" if c[:2] == "ol" else ""} for c in PUBLICS],
        "territories": [
            {"id": f"r{n}", "kind": "region", "country": "FR", "population": "9000000"} for n in range(regions)
        ]
        + [
            {
                "id": f"t{n}",
                "parent_id": f"r{n % regions}",
                "kind": "place",
                "country": "FR",
                "population": str(chance.randint(5_000, 900_000)),
                "rurality": chance.choice(["urban", "mixed", "rural"]),
            }
            for n in range(n_cites)
        ],
        "cites": [{"id": f"c{n}", "territory_id": f"t{n}"} for n in range(n_cites)],
        "channels": [
            {"id": f"ch{n}", "cite_id": f"c{n}", "kind": "main_site", "start": "2015"} for n in range(n_cites)
        ],
        "life_events": [
            {"id": f"l{n}", "subject_id": f"c{n}", "kind": "opened", "date": "2015", "label_state": "labelled"}
            for n in range(n_cites)
        ],
        "organisations": [
            {
                "id": f"o{n}",
                "type": chance.choice(["school", "library", "municipality", ""]),
                "parent_id": f"o{n // 10}" if n % 7 == 0 and n else "",
                "parent_relation": "branch",
                "verified_at": chance.choice(["", "2023-05", "2024-02-01"]),
            }
            for n in range(n_organisations)
        ],
    }
    rows |= _links(chance, scale, n_cites, n_organisations)
    return rows | _offers(chance, n_cites, n_organisations)


def _local(chance: random.Random, cite: int, n_cites: int, n_organisations: int) -> int:
    """An organisation of a Cité: mostly one of its own, sometimes one that many Cités know."""
    if chance.random() < 0.05:
        return skewed(chance, max(1, n_organisations // 200))
    return (cite + n_cites * chance.randrange(max(1, n_organisations // n_cites))) % n_organisations


def _links(chance: random.Random, scale: float, n_cites: int, n_organisations: int) -> Rows:
    partnerships, contributions = [], []
    for n in range(int(200_000 * scale)):
        cite = n % n_cites
        who = _local(chance, cite, n_cites, n_organisations)
        end = "2023" if n % 9 == 0 else ""
        start = str(2010 + n % 12) if n % 3 else ""
        partnerships.append({
            "id": f"p{n}", "organisation_id": f"o{who}", "cite_id": f"c{cite}", "role": "partner",
            "start": start, "end": end, "as_of": "2018",
        })  # fmt: skip
    for n in range(int(300_000 * scale)):
        cite = n % n_cites
        kind, unit = chance.choice(KINDS)
        money = kind == "financial"
        known = chance.random() < 0.6
        contributions.append({
            "id": f"k{n}", "contributor_id": f"o{_local(chance, cite, n_cites, n_organisations)}",
            "beneficiary_id": f"c{cite}", "kind": kind, "unit": unit, "start": str(2012 + n % 10),
            "quantity": str(chance.randint(1, 9)) if known and not money else "",
            "amount": str(chance.randint(1, 90) * 1000) if known and money else "",
            "currency": "EUR" if money else "",
            "enables_ids": f"s{cite}-{n % 8}" if n % 5 == 0 else "",
        })  # fmt: skip
    return {"partnerships": partnerships, "contributions": contributions}


def _offers(chance: random.Random, n_cites: int, n_organisations: int) -> Rows:
    services = [
        {
            "id": f"s{cite}-{n}",
            "cite_id": f"c{cite}",
            "types": chance.choice(TYPES),
            "publics": chance.choice(PUBLICS),
            "provider_ids": f"o{_local(chance, cite, n_cites, n_organisations)}",
            "start": "2016",
        }
        for cite in range(n_cites)
        for n in range(8)
    ]
    needs = [
        {
            "id": f"n{cite}-{n}",
            "cite_id": f"c{cite}",
            "types": chance.choice(TYPES),
            "publics": chance.choice(PUBLICS),
            "territory_id": f"t{cite}",
            "weight": str(chance.randint(1, 3)),
            "date": "2020",
        }
        for cite in range(n_cites)
        for n in range(6)
    ]
    people = [{"id": f"g{n}", "verified_at": "2024-01-01"} for n in range(500)]
    offers = [
        {"candidate_id": f"g{n}", "types": chance.choice(TYPES), "publics": "all", "territory_ids": f"r{n % 2}"}
        for n in range(500)
    ]
    return {"services": services, "needs": needs, "candidates": people, "candidate_offers": offers}


def questions(town: Snapshot) -> list[tuple[str, Class, Callable[[], object]]]:
    """What is timed, with the class that it promises."""
    one, all_ = Lens("cite:c1", AT), Lens("network", AT)
    worst = next(iter(fragility.measure(town, one).providers)).id
    leaves = {"changes": [{"op": "remove_organisation", "id": worst}]}
    return [
        ("coverage", ONE_CITE, lambda: coverage.measure(town, one)),
        ("reach of 100 territories", ONE_CITE, lambda: coverage.reach(town, all_, [f"t{n}" for n in range(100)])),
        ("dependence", ONE_CITE, lambda: fragility.measure(town, one)),
        ("balance", ONE_CITE, lambda: fragility.balance(town, one)),
        ("concentration", ONE_CITE, lambda: concentration.measure(town, one)),
        ("mix", ONE_CITE, lambda: concentration.mix(town, one)),
        ("change", ONE_CITE, lambda: change.measure(town, one, "2018-12-31", AT)),
        ("readiness", ONE_CITE, lambda: readiness.measure(town, one)),
        ("peers", ONE_CITE, lambda: peers.measure(town, one)),
        ("candidates", ONE_CITE, lambda: candidates.measure(town, one)),
        ("path", ONE_CITE, lambda: candidates.path(town, one)),
        ("what-if", ONE_CITE, lambda: whatif.measure(town, one, leaves)),
        ("quality", ONE_CITE, lambda: report.quality(town, one)),
        ("two dates", ONE_CITE, lambda: change.compare(town, one, "2018-12-31", AT)),
        ("two Cités", ONE_CITE, lambda: overlap.compare(town, all_, "c1", "c2")),
        ("reconciliation", NETWORK_QUICK, lambda: report.reconcile(town, 2024)),
        ("concentration, network", NETWORK_QUICK, lambda: concentration.measure(town, all_)),
        ("mix, network", NETWORK, lambda: concentration.mix(town, all_)),
        ("change, network", NETWORK, lambda: change.measure(town, all_, "2018-12-31", AT)),
        ("shared partners, all pairs", NETWORK, lambda: overlap.pairs(town, all_)),
        ("connectors", NETWORK, lambda: overlap.brokers(town, all_)),
        ("cohesion", NETWORK, lambda: overlap.cohesion(town, all_)),
    ]


def timed(run: Callable[[], object]) -> float:
    """Seconds of processor time, so that what else the machine does counts less; the best of two when quick."""
    took = []
    while len(took) < 2 and sum(took) < 5:
        began = time.process_time()
        run()
        took.append(time.process_time() - began)
    return min(took)


def once(run: Callable[[], object]) -> float:
    began = time.process_time()
    run()
    return time.process_time() - began


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", type=float, default=1.0, help="1 is the full size (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=7, help="of the made-up data (default: %(default)s)")
    parser.add_argument("--json", action="store_true", help="one line of JSON instead of a table")
    asked = parser.parse_args()
    rows = ecosystem(asked.scale, asked.seed)
    began = time.process_time()
    town = snapshot.from_rows(rows)
    measured = [("rows to records", Class("snapshot", 10.0), time.process_time() - began)]
    # Indexes are built when first asked: the first question of one Cité pays for those it needs.
    measured.append(
        (
            "first question (with indexes)",
            Class("snapshot", 10.0),
            once(lambda: coverage.measure(town, Lens("cite:c0", AT))),
        )
    )
    overlap.compare(town, Lens("network", AT), "c0", "c3")
    fragility.balance(town, Lens("cite:c0", AT))
    measured += [(name, promise, timed(run)) for name, promise, run in questions(town)]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    if asked.json:
        print(json.dumps({"seconds": {name: round(took, 4) for name, _, took in measured}, "peak_mib": memory}))
    else:
        print(f"{len(town.cites):,} Cités, {len(town.organisations):,} organisations, {len(town.partnerships):,} "
              f"partnerships, {len(town.contributions):,} contributions; peak memory {memory:,} MiB")  # fmt: skip
        print(f"{'question':<32}{'class':<18}{'seconds':>9}{'promised':>10}")
        for name, promise, took in measured:
            verdict = "" if took <= promise.seconds else "  TOO SLOW"
            print(f"{name:<32}{promise.name:<18}{took:>9.3f}{promise.seconds:>10.1f}{verdict}")
    slow = [name for name, promise, took in measured if took > promise.seconds]
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
