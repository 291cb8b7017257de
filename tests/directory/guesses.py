"""Values at random for the fields of items. Every name is another word, so that whoever tells it is found out."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from random import Random
from typing import Any

from directory.dates import PartialDate
from directory.desk import instant
from directory.enums import CLOSED
from directory.fields import ANY, Fact, Kind, Need, facts
from directory.item import Item
from directory.types import CONTENT_TYPES
from directory.values import Citation, Money, Place, Point, Quantity, Ref, Stored
from directory.vocabularies import vocabularies

START = datetime(2025, 1, 1, 12, tzinfo=UTC)
LANGUAGES = ("en", "fr", "it")


@dataclass
class Guesses:
    """What is chosen at random, the same for the same `random`; `days` is how many went by."""

    random: Random
    there: Mapping[Ref, Item] = field(default_factory=dict)
    days: int = 0
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def name(self, letter: str) -> str:
        """A word that nothing else has: `q` begins a title, `d` another text, `n` a word for the team."""
        return f"{letter}z{next(self.numbers):05}"

    def instant(self) -> str:
        """An instant some days before or after the present day."""
        days, minutes = self.days + self.random.randint(-3, 4), self.random.randint(0, 9)
        return instant(START + timedelta(days=days, minutes=minutes))

    def any(self, *types: str) -> Ref | None:
        """An item that is there, of these types; None when there is none."""
        known = [at for at in self.there if not types or types == ANY or at.type in types]
        return self.random.choice(known) if known else None

    def values(self, cls: type[Item], share: float, complete: bool = False) -> dict[str, Any]:
        """Some fields with values: those that are needed to create, or to publish, and a share of the others."""
        found: dict[str, Any] = {}
        for name, fact in facts(cls).items():
            needed = fact.need is Need.CREATE or (complete and fact.need is Need.PUBLISH)
            if not fact.system and name not in SEPARATE and (self.chance(share) or needed):
                if name == "title" and cls.declared.title_pattern and self.chance(0.7):
                    continue
                found[name] = self.value(fact)
        return self.agreeing(cls, found)

    def accepted(self, type_name: str, share: float, complete: bool = False) -> dict[str, Any]:
        """As `values`, by the name of a type, without identifiers that a scheme checks."""
        cls = CONTENT_TYPES[type_name]
        known = {name for name, fact in facts(cls).items() if fact.kind is not Kind.IDENTIFIER or name == "keys"}
        return {name: value for name, value in self.values(cls, share, complete).items() if name in known}

    def agreeing(self, cls: type[Item], found: dict[str, Any]) -> dict[str, Any]:
        """The values, as some types want them together."""
        match cls.__name__:
            case "Contribution":
                for name in ("quantity", "money", "valuation", "sub_form"):
                    found.pop(name, None)
            case "Link":
                found.pop("target" if found.get("url") else "url", None)
            case "LifeEvent":
                found.pop("label_state", None)
            case "Observation" if found.get("value") is not None:
                found["qualifier"] = "exact"
            case "Person" if found.get("retention_until"):
                found["retention_until"] = instant(START + timedelta(days=self.days + self.random.randint(0, 4)))[:10]
        return found

    def value(self, fact: Fact) -> Any:
        """A value of the field; None, to say that it is unknown, now and then."""
        if fact.need is Need.NEVER and self.chance(0.15):
            return () if fact.several else None
        if fact.localised:
            spoken = [each for each in LANGUAGES if self.chance(0.5)] or ["en"]
            return {language: self._several(fact) if fact.several else self._one(fact) for language in spoken}
        return self._several(fact) if fact.several else self._one(fact)

    def _several(self, fact: Fact) -> tuple[Any, ...]:
        found = (self._one(fact) for _ in range(self.random.randint(1, 3)))
        return tuple(dict.fromkeys(each for each in found if each is not None))

    def _one(self, fact: Fact) -> Any:
        if fact.kind is Kind.TEXT:
            letter = "q" if fact.name == "title" else "d" if fact.audience == "public" else "n"
            return f"{self.name(letter).capitalize()} Été"
        if fact.kind is Kind.QUANTITY:
            return Quantity(Decimal(self.random.randint(0, 99)), fact.unit or "hour")
        if fact.kind in (Kind.CHOICE, Kind.TERM):
            return self._code(fact)
        if fact.kind is Kind.LINK:
            return self.any(*fact.to)
        return MADE[fact.kind](self)

    def _code(self, fact: Fact) -> str | None:
        name = fact.vocabulary or ""
        if name == "content_type":
            return self.random.choice(list(CONTENT_TYPES))
        if name in CLOSED:
            return self.random.choice([str(each.value) for each in CLOSED[name]])
        return self.random.choice(vocabularies()[name].codes)

    def _day(self) -> str:
        return f"{self.random.randint(2015, 2030)}-{self.random.randint(1, 12):02}-{self.random.randint(1, 28):02}"

    def _cited(self) -> Citation | None:
        source = self.any("Source")
        return Citation(source, self.random.choice((None, "L1", "L2"))) if source else None

    def _key(self) -> str | None:
        return f"play:{self.random.randint(1, 12)}" if self.chance(0.5) else f"play:{self.name('k')}"


SEPARATE = ("slug", "parent", "language", "translation_group", "hosts")
"""What is given by itself: where an item sits, and what makes translations of it."""
MADE: Mapping[Kind, Callable[[Guesses], Any]] = {
    Kind.RICH_TEXT: lambda by: f"<p>{by.name('d').capitalize()} <strong>déjà</strong></p>",
    Kind.IDENTIFIER: lambda by: by._key(),
    Kind.EMAIL: lambda by: f"{by.name('d')}@example.org",
    Kind.PHONE: lambda by: "+33142345678",
    Kind.URL: lambda by: f"https://example.org/{by.name('d')}",
    Kind.COUNTRY: lambda by: by.random.choice(("FR", "BE", "CH")),
    Kind.LANGUAGE: lambda by: by.random.choice(("fr", "en", "de")),
    Kind.INTEGER: lambda by: by.random.randint(1, 50),
    Kind.NUMBER: lambda by: by.random.randint(1, 90) / 4,
    Kind.BOOLEAN: lambda by: by.chance(0.5),
    Kind.DATE: lambda by: by._day(),
    Kind.DATETIME: lambda by: by.instant(),
    Kind.PARTIAL_DATE: lambda by: PartialDate(by._day()[: by.random.choice((4, 7, 10))]),
    Kind.MONEY: lambda by: Money(Decimal(by.random.randint(0, 99)), "EUR"),
    Kind.PLACE: lambda by: Place(50.5, by.random.randint(0, 20) / 2),
    Kind.GEOMETRY: lambda by: None,
    Kind.POINT: lambda by: Point(0.5, 0.25),
    Kind.FILE: lambda by: Stored(f"{by.name('d')}.pdf", "application/pdf", 12, "0" * 64),
    Kind.STORED_QUESTION: lambda by: None,
    Kind.CITATION: lambda by: by._cited(),
}
