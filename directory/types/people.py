"""People in public roles, the bodies they sit in, projects and what they make."""

from directory import fields as f
from directory.dates import PartialDate
from directory.item import Certain, Listed, Shortcut, Step, Timed, content_type
from directory.values import Money, Ref, Texts
from graph.query import Audience

_BODIES = ("Organisation", "Cite")


@content_type("persons", folder="people", private=True)
class Person(Listed):
    """A person with a public role: a name, and nothing private."""

    title: str = f.text("Name, the same in every language.", "c", weight=3, sort=True)  # type: ignore[assignment]  # a name has no language
    publication_basis: str | None = f.choice("publication_basis", "Why the name may be public.", "p")
    retention_until: str | None = f.date("Day after which the name is removed.", "p")


@content_type("mandates", sits_in=("Person",), title="{role}, {held_in}", private=True)
class Mandate(Timed, Listed):
    """A person's role in a body, an organisation or a Cité, for a time."""

    person: Ref | None = f.link("Who holds it.", ("Person",), "mandates", "c", parent=True)
    held_in: Ref | None = f.link("Where.", ("Body", "Organisation", "Cite"), "mandates", "c", columns=("in_id",))
    kind: str | None = f.choice("mandate_kind", "Office, staff, title or representation.", "p", index=True)
    role: Texts | None = f.text("The role, as written.", "p", weight=1, localised=True)


@content_type("bodies", sits_in=_BODIES)
class Body(Listed):
    """A committee, an assembly or a group with a remit."""

    organisation: Ref | None = f.link("What it is a body of.", _BODIES, "bodies", "c", parent=True)
    kind: str | None = f.term("body_kind", "What kind of body.", "p", index=True)
    remit: Texts | None = f.text("What it is for.", weight=1, localised=True)
    frequency: Texts | None = f.text("How often it meets.", weight=1, localised=True)
    conditions: Texts | None = f.text("What one must be to join.", localised=True, several=True)


@content_type(
    "projects",
    folder="projects",
    unique_slug=True,
    shortcuts={
        "lead": Shortcut("Who leads it.", (Step(("memberships",), {"role": "lead"}), Step(("member",))), many=False),
        "members": Shortcut("Who takes part.", (Step(("memberships",)), Step(("member",))), argument="role"),
        "cites": Shortcut("Cités that take part.", (Step(("memberships",)), Step(("member",), only=("Cite",)))),
        "milestones": Shortcut(
            "Events on its timeline, earliest first.", (Step(("events",), {"milestone": True}),), order=("start",)
        ),
    },
)
class Project(Timed, Listed):
    """Work done together for a time, or a pledge."""

    other_names: tuple[str, ...] = f.text("Other names.", weight=3, several=True)
    topic: Texts | None = f.text("What it is about.", weight=2, localised=True)
    text: Texts | None = f.rich_text("Presentation.", weight=1, localised=True)
    kind: str | None = f.choice("project_kind", "A project or a pledge.", "p", index=True)
    programme: str | None = f.text("Programme that funds it.")
    reference: str | None = f.text("Its number there.")
    website: str | None = f.url("Own site.")
    initiative: Ref | None = f.link("What a pledge answers.", ("Organisation",), "pledges")
    objectives: Texts | None = f.text("What it aims at.", localised=True, several=True)
    areas: tuple[str, ...] = f.text("Areas of a pledge.", several=True)
    dates_certainty: str | None = f.choice("certainty", "Whether a source says its dates.")
    dates_note: str | None = f.text("Remark on its dates.")
    partner_count: int | None = f.integer("Partners, as stated; not the number of memberships.", least=0)
    budget: Money | None = f.money("Its budget.", audience=Audience.TEAM)
    contact_person: Ref | None = f.link("Whom to write to.", ("Person",), "contact_for")


@content_type("projectMemberships", sits_in=("Project",), title="{member}, {role}")
class ProjectMembership(Timed, Certain, Listed):
    """The part of an organisation or a Cité in a project."""

    project: Ref | None = f.link("The project.", ("Project",), "memberships", "c", parent=True)
    member: Ref | None = f.link("Who takes part.", _BODIES, "project_memberships", "c")
    role: str | None = f.choice("project_role", "Lead, partner, associated partner or contributor.", "p", index=True)
    country: str | None = f.country("Country it takes part for.", index=True)


@content_type("deliverables", sits_in=("Project", "Organisation", "Cite"), ordered=("-date",))
class Deliverable(Listed):
    """Something a project, or an author, makes."""

    project: Ref | None = f.link("Its project.", ("Project",), "deliverables", parent=True)
    stage: str | None = f.choice("deliverable_stage", "Planned, draft or delivered.", "p", index=True)
    date: PartialDate | None = f.partial_date("When.", sort=True)
    authors: tuple[Ref, ...] = f.link("Who made it.", _BODIES, "deliverables", several=True, columns=("author_id",))
    file: Ref | None = f.link("The thing itself.", ("File",))
    website: str | None = f.url("Where it is found.")
