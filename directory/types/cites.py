"""Cités and what they offer: channels, services, needs of the residents, events."""

from directory import fields as f
from directory.dates import PartialDate
from directory.identifiers import check_recurrence
from directory.item import Certain, Contact, Listed, Shortcut, Step, Timed, content_type
from directory.values import Money, Place, Quantity, Ref, Texts

_BODIES = ("Organisation", "Cite")


@content_type(
    "cites",
    folder="cites",
    unique_slug=True,
    shortcuts={
        "partners": Shortcut(
            "Organisations with a partnership here, in any role.",
            (Step(("partnerships",)), Step(("organisation",))),
            argument="role",
        ),
        "holder": Shortcut(
            "The organisation that holds the label for it.",
            (Step(("partnerships",), {"role": "holder"}), Step(("organisation",))),
            many=False,
        ),
        "director": Shortcut(
            "The person with an office here.",
            (Step(("mandates",), {"kind": "office"}), Step(("person",))),
            many=False,
        ),
        "projects": Shortcut("Projects it takes part in.", (Step(("project_memberships",)), Step(("project",)))),
        "all_contributions": Shortcut(
            "Contributions to it, its channels, its services and its events.",
            (Step(("channels", "services", "events"), least=0), Step(("contributions",))),
        ),
        "label_history": Shortcut(
            "Life events that set a state of the label, oldest first.",
            (Step(("life_events",), {"kind": "label_decided"}),),
            order=("date",),
        ),
    },
)
class Cite(Timed, Contact, Listed):
    """A Cité des métiers: a one-stop place for career guidance, run with many partners."""

    other_names: tuple[str, ...] = f.text("Other spellings.", weight=3, several=True, columns=("alias",))
    text: Texts | None = f.rich_text("Presentation.", weight=1, localised=True)
    territory: Ref | None = f.link(
        "The area on the logo.", ("Territory",), "cites", "p", columns=("commune", "territoire")
    )
    serves: tuple[Ref, ...] = f.link("Areas served, its territory included.", ("Territory",), "served_by", several=True)
    location: Place | None = f.place("Where the main site stands.")
    logo: Ref | None = f.link("Its logo.", ("Image",))
    services_complete: bool | None = f.boolean(
        "True: a service that is not recorded does not exist; false: it is unknown.", default=False
    )
    partners_complete: bool | None = f.boolean(
        "True: a partner that is not recorded does not exist; false: it is unknown.", default=False
    )


@content_type("channels", sits_in=("Cite",), folder=None, unique_slug=True)
class Channel(Timed, Contact, Listed):
    """A way a Cité meets people: main site, associated centre, itinerant facility, one-shot action."""

    cite: Ref | None = f.link("Its Cité.", ("Cite",), "channels", "c", parent=True)
    kind: str | None = f.choice("channel_kind", "What kind of channel.", "p", index=True)
    territory: Ref | None = f.link("Where it stands or goes.", ("Territory",), "channels")
    location: Place | None = f.place("Where it stands.")
    route: str | None = f.text("Where it goes.")
    opening_hours: str | None = f.text("Opening hours, as OpenStreetMap writes them.")
    surface: Quantity | None = f.quantity("Surface.", unit="square_metre")
    desks: int | None = f.integer("Desks where people are received.", least=0)
    open_hours_month: float | None = f.number("Hours open a month.", least=0, most=744)


@content_type(
    "services",
    sits_in=("Cite", "Organisation"),
    unique_slug=True,
    shortcuts={
        "kept_by": Shortcut(
            "Contributors without whom it could not be held.", (Step(("enabled_by",)), Step(("contributor",)))
        )
    },
)
class Service(Timed, Contact, Listed):
    """A regular offer of a Cité, on its own or with partners: counselling, workshops, resources."""

    cite: Ref | None = f.link("Its Cité, when it sits in one.", ("Cite",), "services", parent=True)
    organisation: Ref | None = f.link(
        "The organisation that offers it outside any Cité.", ("Organisation",), "services", parent=True
    )
    text: Texts | None = f.rich_text("Presentation.", weight=1, localised=True)
    types: tuple[str, ...] = f.term(
        "service_type", "What is offered.", "p", several=True, columns=("type",), index=True
    )
    publics: tuple[str, ...] = f.term("public", "For whom; null = not said, which is not everyone.", several=True)
    themes: tuple[str, ...] = f.term("theme", "On what.", several=True, columns=("thematiques",))
    channels: tuple[Ref, ...] = f.link("Where it is offered.", ("Channel",), "services", several=True)
    territories: tuple[Ref, ...] = f.link("Areas where it is offered.", ("Territory",), "services", several=True)
    providers: tuple[Ref, ...] = f.link("Who runs it.", _BODIES, "services_run", several=True)
    modes: tuple[str, ...] = f.choice("service_mode", "How people are met.", several=True)
    languages: tuple[str, ...] = f.language("Languages spoken.", several=True)
    fee: Money | None = f.money("Price; 0 = free, null = not said.", columns=("frais", "tarif"))
    appointment: str | None = f.choice("appointment", "Whether one needs an appointment; null = not said.")
    capacity: Quantity | None = f.quantity("People a month.", unit="person")
    opening_hours: str | None = f.text("Opening hours, as OpenStreetMap writes them.")


@content_type("needs", sits_in=("Cite", "Territory"))
class Need(Certain, Listed):
    """A need of the residents, from a local diagnosis."""

    cite: Ref | None = f.link("The Cité that found it.", ("Cite",), "needs", parent=True)
    territory: Ref | None = f.link("Where.", ("Territory",), "needs", "p")
    publics: tuple[str, ...] = f.term("public", "Whose need.", several=True)
    themes: tuple[str, ...] = f.term("theme", "On what.", several=True)
    types: tuple[str, ...] = f.term("service_type", "What would answer it.", several=True)
    weight: float | None = f.number("How much it counts, above 0; 1 when not said.")
    method: str | None = f.text("How it was found.")
    date: PartialDate | None = f.partial_date("When it was found.", sort=True)


@content_type("events", sits_in=("Project", "Cite", "Folder"), folder="events", unique_slug=True, ordered=("-start",))
class Event(Certain, Listed):
    """Something that takes place on some days: a meeting, a fair, a workshop, a visit."""

    text: Texts | None = f.rich_text("Presentation.", weight=1, localised=True)
    place: str | None = f.text("Place as written.")
    location: Place | None = f.place("Where it takes place.")
    kind: str | None = f.term("event_kind", "What kind of event.", "p", index=True)
    stage: str | None = f.choice("event_stage", "Whether it took place.", "p", default="announced")
    start: PartialDate | None = f.partial_date("First day; null = undated.", sort=True)
    end: PartialDate | None = f.partial_date("Last day; null = one day.")
    starts_at: str | None = f.datetime("Instant it begins.")
    ends_at: str | None = f.datetime("Instant it ends.")
    recurrence: str | None = f.text("Rule of repetition, as RFC 5545 has it.", check=check_recurrence)
    mode: str | None = f.choice("mode", "On site, online or both.")
    registration: str | None = f.url("Where to register.")
    territory: Ref | None = f.link("Where.", ("Territory",), "events")
    cites: tuple[Ref, ...] = f.link("Cités it concerns.", ("Cite",), "events", several=True)
    organisers: tuple[Ref, ...] = f.link("Who organises it.", _BODIES, "organised_events", several=True)
    hosts: tuple[Ref, ...] = f.link("Who receives it.", _BODIES, "hosted_events", several=True)
    attendees: tuple[Ref, ...] = f.link("Who came.", _BODIES, "attended_events", several=True)
    project: Ref | None = f.link("Its project.", ("Project",), "events", parent=True)
    body: Ref | None = f.link("The body whose meeting it is.", ("Body",), "meetings")
    service: Ref | None = f.link("The service it is a session of.", ("Service",), "sessions")
    part_of: Ref | None = f.link("The larger event.", ("Event",), "parts")
    service_types: tuple[str, ...] = f.term("service_type", "What it offers.", several=True)
    publics: tuple[str, ...] = f.term("public", "For whom.", several=True)
    themes: tuple[str, ...] = f.term("theme", "On what.", several=True)
    participants: Quantity | None = f.quantity("How many came.", unit="person")
    countries: tuple[str, ...] = f.country("Countries they came from.", several=True)
    milestone: bool | None = f.boolean("Whether it stands on the timeline of its project.", default=False)
