"""A small town in code: 2 Cités, 9 organisations, 14 services, and at least one item of every type; kept by `editing`.

Ids are words: tests name items by them. `RIVE` has everything, `MONT` little; visitors do not see what is in `HIDDEN`.
One source supports most of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from directory import editing, grants, placing, reading
from directory.actor import Actor
from directory.dates import PartialDate
from directory.desk import Desk
from directory.enums import Role
from directory.item import Item
from directory.types import CONTENT_TYPES
from directory.values import Citation, Money, Place, Quantity, Ref, Stored

RIVE, MONT = Ref("Cite", "rive"), Ref("Cite", "mont")
SOURCE = Ref("Source", "report")
HIDDEN = frozenset({"draft-org", "ada", "ada-president", "secret-page"})
"""What visitors do not see: private and archived items, persons and mandates."""
EDITORIAL = frozenset("Folder Page NewsItem Newsletter File Image Link Collection".split())


@dataclass(frozen=True)
class World:
    """The town as it is kept: items by id, and who may do what in it."""

    items: Mapping[str, Item]
    reader: Actor  # of everything
    editor_of_rive: Actor
    manager: Actor  # of the site

    def ref(self, id: str) -> Ref:
        """The item of that id, as others link to it."""
        return Ref(type(self.items[id]).__name__, id)


def org(id: str) -> Ref:
    return Ref("Organisation", id)


def area(id: str) -> Ref:
    return Ref("Territory", id)


def service(id: str) -> Ref:
    return Ref("Service", id)


def day(text: str) -> PartialDate:
    return PartialDate(text)


def made(type_name: str, id: str, title: str, french: str | None = None, **values: Any) -> Item:
    """An item with what all have in common; its title in English and, for some, in French."""
    cls = CONTENT_TYPES[type_name]
    plain = type_name in EDITORIAL or type_name == "Person"
    texts = title if plain else {"en": title, **({"fr": french} if french else {})}
    shared = {
        "id": id,
        "slug": id,
        "keys": (f"world:{id}",),
        "title": texts,
        "language": "en" if type_name in EDITORIAL else "und",
        "parent": placing.parent(cls, values),
        "state": "published",
        "sources": () if type_name in ("Source", *EDITORIAL) else (Citation(SOURCE, f"L{len(id)}"),),
    }
    return cls(**{**shared, **values})


def town() -> list[Item]:
    """All items, in no order that matters."""
    return [*places(), *bodies(), *offers(), *ties(), *people(), *writings(), *figures()]


def places() -> list[Item]:
    return [
        made("Territory", "france", "France", kind="country", country="FR"),
        made("Territory", "north", "The North", "Le Nord", kind="region", country="FR", within=area("france")),
        made("Territory", "rive-town", "Rive", kind="commune", country="FR", within=area("north"), population=90_000),
        made("Territory", "mont-town", "Mont", kind="commune", country="FR", within=area("north"), population=9_000),
        made("Territory", "border", "The Border", kind="cross_border_area"),
    ]


def bodies() -> list[Item]:
    return [
        made("Organisation", "network", "The Network", "Le Réseau", type="network", country="FR"),
        made("Organisation", "authority", "Label Authority", type="label_authority"),
        made("Organisation", "jobs", "Jobs Office", "Office de l’emploi", type="public_employment_service",
             country="FR", territory=area("rive-town"), siret="73282932000074", other_names=("JO",)),
        made("Organisation", "jobs-mont", "Jobs Office of Mont", type="public_employment_service", country="FR",
             territory=area("mont-town"), branch_of=org("jobs")),
        made("Organisation", "town-hall", "Town Hall of Rive", type="municipality", territory=area("rive-town"),
             location=Place(50.63, 3.06)),
        made("Organisation", "youth", "Youth House", type="youth_employment_service", no_approach=True),
        made("Organisation", "school", "Écôle du Fleuve", type="school", email="contact@school.example.org"),
        made("Organisation", "foundation", "River Foundation", type="foundation", part_of=org("town-hall")),
        made("Organisation", "draft-org", "Not Yet Public", state="private", country="BE"),
    ]  # fmt: skip


def offers() -> list[Item]:
    return [
        made("Cite", "rive", "Cité of Rive", "Cité de Rive", territory=area("rive-town"), slug="rive",
             serves=(area("rive-town"), area("north")), start=day("2015"), location=Place(50.64, 3.07)),
        made("Cite", "mont", "Cité of Mont", territory=area("mont-town"), as_of=(day("2024"),)),
        made("Channel", "rive-main", "Main site", cite=RIVE, kind="main_site", desks=4,
             surface=Quantity(Decimal("350.5"), "square_metre", "around")),
        made("Channel", "rive-bus", "The bus", cite=RIVE, kind="itinerant", route="All around the North"),
        made("Channel", "mont-main", "Main site of Mont", cite=MONT, kind="main_site"),
        *_services(),
        made("Need", "need-youth", "Young people without work", cite=RIVE, territory=area("rive-town"),
             publics=("young_neets",), types=("counselling",), weight=2.0, date=day("2023")),
        made("Event", "fair", "Job fair", kind="fair", stage="held", cites=(RIVE,), organisers=(RIVE,),
             start=day("2024-01-30"), end=day("2024-01-31"), territory=area("rive-town"),
             participants=Quantity(Decimal(600), "person", "more_than"), countries=("FR", "BE")),
        made("Event", "kick-off", "Kick-off", kind="project_meeting", project=Ref("Project", "river"),
             milestone=True, hosts=(org("town-hall"),)),
        made("Event", "board-meeting", "Meeting of the board", kind="body_meeting", stage="held",
             body=Ref("Body", "board"), start=day("2024-03")),
    ]  # fmt: skip


def _services() -> list[Item]:
    """Fourteen: nine of Rive, four of Mont, one of an organisation."""
    rive = {
        "advice": ("Advice", ("counselling",), ("all",)),
        "advice-young": ("Advice for the young", ("counselling",), ("young_people",)),
        "library": ("Library", ("documentation",), ("all",)),
        "computers": ("Computers", ("computers",), ()),
        "fairs": ("Fairs", ("fairs",), ("jobseekers",)),
        "talks": ("Talks", ("conferences",), ("school_pupils", "students")),
        "workshop-cv": ("CV workshop", ("workshops",), ("jobseekers",)),
        "headset": ("Virtual trades", ("virtual_reality",), ("school_pupils",)),
        "peers": ("Peer groups", ("peer_exchange",), ("older_workers",)),
    }
    mont = {"mont-advice": "Advice", "mont-library": "Library", "mont-fairs": "Fairs", "mont-info": "Information"}
    kinds = {"mont-fairs": ("fairs",), "mont-library": ("documentation",), "mont-info": ("info_session",)}
    special: dict[str, dict[str, Any]] = {
        "advice": {"channels": (Ref("Channel", "rive-main"), Ref("Channel", "rive-bus")), "appointment": "no",
                   "fee": Money(Decimal(0), "EUR"), "providers": (RIVE, org("jobs"))},
        "library": {"territories": (area("rive-town"),), "languages": ("fr", "en")},
    }  # fmt: skip
    return [
        *(made("Service", id, title, cite=RIVE, types=types, publics=publics, **special.get(id, {}))
          for id, (title, types, publics) in rive.items()),
        *(made("Service", id, f"{title} in Mont", cite=MONT, types=kinds.get(id, ("counselling",)))
          for id, title in mont.items()),
        made("Service", "youth-desk", "Youth desk", organisation=org("youth"), types=("counselling",),
             publics=("young_people",)),
    ]  # fmt: skip


def ties() -> list[Item]:
    return [
        made("Partnership", "p-holder", "Town Hall, Holder", organisation=org("town-hall"), cite=RIVE, role="holder",
             start=day("2015"), agreement="Signed in the town hall"),
        made("Partnership", "p-jobs", "Jobs Office, Partner", organisation=org("jobs"), cite=RIVE, role="partner",
             start=day("2018-09-18"), end=day("2023"), channel=Ref("Channel", "rive-main")),
        made("Partnership", "p-jobs-mont", "Jobs Office, Partner", organisation=org("jobs"), cite=MONT,
             role="partner", as_of=(day("2024"),)),
        made("Partnership", "p-draft", "A supporter", organisation=org("draft-org"), cite=RIVE,
             role="supporter", certainty="implied"),
        made("Contribution", "c-staff", "Staff, Jobs Office", contributor=org("jobs"), beneficiary=RIVE, kind="human",
             quantity=Quantity(Decimal("2.5"), "fte"), start=day("2018-09-18"), enables=(service("advice"),)),
        made("Contribution", "c-grant", "Grant, River Foundation", contributor=org("foundation"), beneficiary=RIVE,
             kind="financial", money=Money(Decimal(12_000), "EUR"), via=org("town-hall"), recurrence="yearly"),
        made("Contribution", "c-bus", "Bus, Town Hall", contributor=org("town-hall"),
             beneficiary=Ref("Channel", "rive-bus"), kind="material", conditions="Not on Sundays"),
        made("Contribution", "c-cite", "Know-how, Cité of Mont", contributor=MONT, beneficiary=org("network"),
             kind="expertise", certainty="implied"),
        made("Project", "river", "River project", kind="project", start=day("2022"), end=day("2024-06"),
             contact_person=Ref("Person", "ada"), budget=Money(Decimal(90_000), "EUR")),
        made("ProjectMembership", "m-lead", "Town Hall, Lead", project=Ref("Project", "river"),
             member=org("town-hall"), role="lead", country="FR"),
        made("ProjectMembership", "m-rive", "Cité of Rive, Partner", project=Ref("Project", "river"), member=RIVE,
             role="partner"),
        made("Deliverable", "guide", "Guide", project=Ref("Project", "river"), stage="delivered", date=day("2023-05"),
             authors=(org("school"),)),
        made("LifeEvent", "rive-label", "Label of Rive", subject=RIVE, kind="label_decided", date=day("2015-06"),
             label_state="operating_label", decided_by=org("authority")),
        made("LifeEvent", "rive-opened", "Opening of Rive", subject=RIVE, kind="opened", date=day("2015-09-01")),
        made("LifeEvent", "mont-label", "Label of Mont", subject=MONT, kind="label_decided", date=day("2024-11"),
             label_state="en_prefiguration"),
        made("CharterEvidence", "e-free", "Free of charge: met", cite=RIVE, item="free_of_charge", level="met",
             date=day("2024"), about=(service("advice"),)),
    ]  # fmt: skip


def people() -> list[Item]:
    return [
        made("Person", "ada", "Ada Example", state="private"),
        made("Mandate", "ada-president", "President, Board", person=Ref("Person", "ada"), held_in=Ref("Body", "board"),
             kind="office", role={"en": "President", "fr": "Présidente"}, start=day("2021"), state="private"),
        made("Body", "board", "Board", organisation=org("network"), kind="executive",
             remit={"en": "It decides.", "fr": "Il décide."}),
    ]  # fmt: skip


def writings() -> list[Item]:
    kept = Stored("guide.pdf", "application/pdf", 1234, "0" * 64)
    picture = Stored("bus.jpg", "image/jpeg", 4321, "1" * 64)
    pages = placing.folder(CONTENT_TYPES["Page"])
    return [
        made("Page", "welcome", "Welcome", text="<p>Come in.</p>", about=(RIVE, service("advice")), position=1),
        made("Page", "bienvenue", "Bienvenue", text="<p>Entrez.</p>", language="fr", translation_group="welcome",
             position=2),
        made("Page", "secret-page", "Not written yet", text="<p>Later.</p>", state="private", related=(
            Ref("Page", "welcome"),)),
        made("NewsItem", "news-bus", "A new bus", text="<p>It rolls.</p>", date=day("2024-05-06"),
             about=(Ref("Channel", "rive-bus"),), newsletter=Ref("Newsletter", "letter-1"), section="cite_news"),
        made("Newsletter", "letter-1", "Letter 1", issue_date=day("2024-05"), file=Ref("File", "guide-file")),
        made("File", "guide-file", "The guide", file=kept, parent=pages),
        made("Image", "bus-image", "The bus", file=picture, alt="A yellow bus", parent=pages),
        made("Link", "out", "Elsewhere", url="https://example.org/", parent=pages),
        made("Collection", "all-services", "All services", types=("Service",), parent=pages, limit=10),
    ]  # fmt: skip


def figures() -> list[Item]:
    return [
        made("Source", "report", "Yearly report", kind="report", published=day("2024"), publisher=org("network")),
        made("Indicator", "visitors", "Visitors", unit="person", section="beneficiaries"),
        made("Observation", "visitors-2023", "Visitors, Rive, 2023", indicator=Ref("Indicator", "visitors"),
             subject=RIVE, period=day("2023"), value=1200.0, qualifier="more_than"),
        made("Observation", "visitors-2024", "Visitors, Rive, 2024", indicator=Ref("Indicator", "visitors"),
             subject=RIVE, period=day("2024")),
        made("OpenQuestion", "gap-2024", "How many came in 2024?", kind="gap", about=(
            RIVE, Ref("Observation", "visitors-2024"))),
    ]  # fmt: skip


async def build(desk: Desk) -> World:
    """The town, kept; the desk is a site admin's, over a founded site."""
    await editing.load(desk, town())
    for name, at, role in (
        ("reader", placing.SITE, Role.READER),
        ("editor", RIVE, Role.EDITOR),
        ("manager", placing.SITE, Role.MANAGER),
    ):
        await grants.add_user(desk, name.capitalize(), id=f"u-{name}")
        await grants.grant(desk, at, f"u-{name}", role)
    found: dict[str, Item] = {}
    for type_name in CONTENT_TYPES:
        found |= {item.id: item async for item in reading.all_of(desk, type_name)}
    reader, editor, manager = [await grants.actor_of(desk, f"u-{name}") for name in ("reader", "editor", "manager")]
    return World(found, reader, editor, manager)
