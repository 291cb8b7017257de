"""Made-up ecosystems of any size for tests and benches: seeded, with the skew of real ones, marked as synthetic.

Few Cités have many partners and many have few; most organisations serve one Cité, some serve several; some dates, types
and amounts are unknown. Every key has the scheme `synthetic`, every title says what it is, and the one source too.
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import accumulate
from random import Random
from typing import Any, Final

from directory.dates import PartialDate
from directory.item import Item
from directory.placing import folder
from directory.types import CONTENT_TYPES
from directory.values import Citation, Money, Place, Quantity, Ref
from directory.vocabularies import vocabulary

SCHEME: Final = "synthetic"
PER_CITE: Final = 100  # organisations for each Cité
SERVICES: Final = 6  # for each Cité
PARTNERSHIPS: Final = 2  # for each organisation, on average
CONTRIBUTIONS: Final = 3
LABEL_STATES: Final = ("en_projet", "en_prefiguration", "labelled", "operating_label")
UNITS: Final = {
    "human": ("fte", "hour", "day"),
    "expertise": ("hour", "document"),
    "material": ("square_metre", "item"),
}
TOWNS: Final = (
    "Lille", "Évry", "Brest", "Nîmes", "Liège", "Gênes", "Porto", "Sète", "Mons", "Dole", "Agen", "Albi", "Metz",
)  # fmt: skip
KINDS_OF_BODY: Final = ("Mission locale", "Association", "Agence", "Maison", "Chambre", "Institut", "Fédération")


def count(organisations: int) -> int:
    """About how many items an ecosystem of so many organisations has in all."""
    cites = max(2, organisations // PER_CITE)
    return 1 + cites * (3 + SERVICES) + organisations * (1 + PARTNERSHIPS + CONTRIBUTIONS)


def ecosystem(organisations: int, seed: int = 1) -> Iterator[Item]:
    """All items of an ecosystem, parents before what sits in them, the same for the same seed."""
    yield from _Making(organisations, Random(seed)).items()


@dataclass
class _Making:
    organisations: int
    random: Random
    source: Ref | None = None
    cites: list[Ref] = field(default_factory=list)
    services: dict[Ref, list[Ref]] = field(default_factory=dict)
    territories: list[Ref] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)

    def items(self) -> Iterator[Item]:
        yield self._source()
        for number in range(max(2, self.organisations // PER_CITE)):
            yield from self._cite(number)
        self.weights = list(accumulate(1 / (rank + 1) ** 0.8 for rank in range(len(self.cites))))
        numbers = {"Partnership": 0, "Contribution": 0}
        for number in range(self.organisations):
            yield from self._organisation(number, numbers)

    def _item(self, type_name: str, name: str, title: str, **values: Any) -> Item:
        cls = CONTENT_TYPES[type_name]
        id = str(uuid.UUID(int=self.random.getrandbits(128), version=4))
        return cls(
            id=id,
            keys=(f"{SCHEME}:{name}",),
            slug=f"{SCHEME}-{name}",
            language="und",
            state="published",
            sources=(Citation(self.source, f"L{self.random.randrange(1, 500)}"),) if self.source else (),
            **{"parent": folder(cls), "title": {"en": f"{title} (synthetic)"}, **values},
        )

    def _source(self) -> Item:
        made = self._item("Source", "source", "Made-up data", kind="data_set")
        self.source = Ref("Source", made.id)
        return made

    def _cite(self, number: int) -> Iterator[Item]:
        chance, town = self.random, TOWNS[number % len(TOWNS)]
        territory = self._item(
            "Territory", f"territory-{number}", f"{town} {number}", kind="municipality", country="FR",
            population=chance.randrange(5_000, 500_000), rurality=chance.choice(("urban", "mixed", "rural")),
        )  # fmt: skip
        area = Ref("Territory", territory.id)
        self.territories.append(area)
        cite = self._item(
            "Cite", f"cite-{number}", f"Cité des métiers of {town} {number}", territory=area, serves=(area,),
            location=Place(42 + chance.random() * 9, -4 + chance.random() * 12),
            start=PartialDate(str(chance.randrange(1993, 2024))),
        )  # fmt: skip
        here = Ref("Cite", cite.id)
        self.cites.append(here)
        yield from (territory, cite)
        yield self._item(
            "LifeEvent", f"life-{number}", f"Label decided, {town} {number}", subject=here, parent=here,
            kind="label_decided", date=PartialDate(f"{chance.randrange(1993, 2024)}"),
            label_state=chance.choice(LABEL_STATES),
        )  # fmt: skip
        self.services[here] = []
        for rank in range(SERVICES):
            service = self._item(
                "Service", f"service-{number}-{rank}", f"Service {rank} in {town} {number}", cite=here, parent=here,
                types=(chance.choice(vocabulary("service_type").codes),),
                publics=(chance.choice(vocabulary("public").codes),), appointment=chance.choice(("no", "possible")),
            )  # fmt: skip
            self.services[here].append(Ref("Service", service.id))
            yield service

    def _organisation(self, number: int, numbers: dict[str, int]) -> Iterator[Item]:
        chance = self.random
        name = f"{chance.choice(KINDS_OF_BODY)} {chance.choice(TOWNS)} {number}"
        made = self._item(
            "Organisation", f"organisation-{number}", name,
            type=chance.choice(vocabulary("organisation_type").codes) if chance.random() < 0.8 else None,
            country="FR" if chance.random() < 0.9 else None, territory=chance.choice(self.territories),
        )  # fmt: skip
        here = Ref("Organisation", made.id)
        yield made
        # Most serve one Cité, a few serve many: the means are those of the constants above.
        served = chance.choices(self.cites, cum_weights=self.weights, k=self._skewed(PARTNERSHIPS))
        for cite in dict.fromkeys(served):
            numbers["Partnership"] += 1
            yield self._partnership(numbers["Partnership"], name, here, cite)
        for _ in range(self._skewed(CONTRIBUTIONS)):
            numbers["Contribution"] += 1
            yield self._contribution(numbers["Contribution"], name, here, chance.choice(served))

    def _skewed(self, mean: int) -> int:
        return min(40, 1 + int(self.random.expovariate(1 / (mean - 0.5))))

    def _partnership(self, number: int, name: str, organisation: Ref, cite: Ref) -> Item:
        role = self.random.choice(vocabulary("partnership_role").codes)
        return self._item(
            "Partnership", f"partnership-{number}", f"{name}, {role}", organisation=organisation, cite=cite,
            parent=cite, role=role, start=self._begin(),
        )  # fmt: skip

    def _contribution(self, number: int, name: str, organisation: Ref, cite: Ref) -> Item:
        chance = self.random
        kind = chance.choices(("human", "financial", "expertise", "material"), (5, 2, 4, 2))[0]
        to_service = chance.random() < 0.3
        beneficiary = chance.choice(self.services[cite]) if to_service else cite
        return self._item(
            "Contribution", f"contribution-{number}", f"{kind.capitalize()}, {name}", contributor=organisation,
            beneficiary=beneficiary, parent=beneficiary, kind=kind, start=self._begin(),
            end=PartialDate("2026") if chance.random() < 0.2 else None,
            certainty=chance.choices(("stated", "implied"), (7, 3))[0],
            enables=(chance.choice(self.services[cite]),) if chance.random() < 0.2 else (), **self._amount(kind),
        )  # fmt: skip

    def _begin(self) -> PartialDate | None:
        chance = self.random
        year = chance.randrange(2005, 2025)
        return PartialDate(f"{year}-{chance.randrange(1, 13):02d}") if chance.random() < 0.7 else None

    def _amount(self, kind: str) -> dict[str, Any]:
        if self.random.random() < 0.4:
            return {}
        if kind == "financial":
            return {"money": Money(Decimal(self.random.randrange(500, 80_000)), "EUR")}
        return {"quantity": Quantity(Decimal(self.random.randrange(1, 200)), self.random.choice(UNITS[kind]))}
