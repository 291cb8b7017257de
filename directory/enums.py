"""The closed vocabularies: choices that code depends on, each value with its meaning in English."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Choice(StrEnum):
    """A closed vocabulary: its members are their stored codes, and carry what they mean.

    >>> State("published"), State.PUBLISHED == "published", State.PUBLISHED.meaning
    (<State.PUBLISHED: 'published'>, True, 'Seen by everyone, from effective until expires.')
    """

    meaning: str

    def __new__(cls, value: str, meaning: str) -> "Choice":
        """The member of that code; a member is written `CODE = "code", "What it means."`."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.meaning = meaning
        return member


class State(Choice):
    """Where an item stands in its workflow."""

    PRIVATE = "private", "Being written: seen by its creator and the team."
    PENDING = "pending", "Submitted: waits for a reviewer."
    PUBLISHED = "published", "Seen by everyone, from effective until expires."
    ARCHIVED = "archived", "No longer shown, kept and not edited."


class Role(Choice):
    """What somebody may do on an item and below it; each role includes the ones before."""

    READER = "reader", "Sees what is not published."
    CONTRIBUTOR = "contributor", "Creates items and edits their own."
    EDITOR = "editor", "Edits all items."
    REVIEWER = "reviewer", "Moves items from state to state."
    MANAGER = "manager", "Grants roles, manages terms, archives, imports and exports."
    SITE_ADMIN = "site_admin", "Manager of the whole site, its users and settings."

    @property
    def rank(self) -> int:
        """The place in the order of roles, 0 for a reader."""
        return list(Role).index(self)

    def at_least(self, role: "Role") -> bool:
        """Whether this role includes the other.

        >>> Role.EDITOR.at_least(Role.CONTRIBUTOR), Role.EDITOR.at_least(Role.REVIEWER)
        (True, False)
        """
        return self.rank >= role.rank


class Language(Choice):
    """A language that items are written in."""

    EN = "en", "English."
    FR = "fr", "French."
    IT = "it", "Italian."
    PT = "pt", "Portuguese."
    ES = "es", "Spanish."
    NL = "nl", "Dutch."
    DE = "de", "German."
    UND = "und", "One item for all languages."


class Certainty(Choice):
    """How a statement is known; without one it reads as stated."""

    STATED = "stated", "A source says it."
    IMPLIED = "implied", "It follows from a definition, a wording or plain geography."
    NOT_STATED = "not_stated", "No source says it."


class Qualifier(Choice):
    """How a figure is to be read."""

    EXACT = "exact", "The figure itself."
    MORE_THAN = "more_than", "More than the figure."
    AROUND = "around", "About the figure."
    NEARLY = "nearly", "A little less than the figure."


class Precision(Choice):
    """How much of a date is known."""

    YEAR = "year", "The year only."
    MONTH = "month", "The year and the month."
    DAY = "day", "The full date."
    UNKNOWN = "unknown", "No date is known."


class Holds(Choice):
    """Whether a dated item holds on a day, as far as sources say."""

    CERTAIN = "CERTAIN", "Sources say that it holds on that day."
    POSSIBLE = "POSSIBLE", "It may hold on that day: sources do not say otherwise."
    NO = "NO", "It does not hold on that day."


class LabelState(Choice):
    """Where a Cité stands on its way to the label and after."""

    EN_PROJET = "en_projet", "Announced as a project."
    EN_PREFIGURATION = "en_prefiguration", "Being prepared, under that name."
    LABELLED = "labelled", "Holds the label; the stage is not said."
    OPERATING_LABEL = "operating_label", "Holds the label of an operating Cité."
    SUSPENDED = "suspended", "The label is suspended."
    ENDED = "ended", "The label has ended."


class ContributionKind(Choice):
    """What a contribution is made of."""

    HUMAN = "human", "People and their time."
    FINANCIAL = "financial", "Money."
    EXPERTISE = "expertise", "Knowledge and know-how."
    MATERIAL = "material", "Rooms and equipment."


class Recurrence(Choice):
    """How often a contribution is made; its quantity is for one occurrence."""

    ONCE = "once", "One time."
    WEEKLY = "weekly", "Every week."
    MONTHLY = "monthly", "Every month."
    YEARLY = "yearly", "Every year."
    PERMANENT = "permanent", "All the time."


class ChannelKind(Choice):
    """A way in which a Cité meets people."""

    MAIN_SITE = "main_site", "The main site of the Cité."
    ASSOCIATED_CENTRE = "associated_centre", "A centre in another place, associated with the Cité."
    ITINERANT = "itinerant", "A facility that travels."
    ONE_SHOT = "one_shot", "An action done once in a place."


class EventStage(Choice):
    """Whether an event took place."""

    ANNOUNCED = "announced", "Said to take place; not known to have been held."
    HELD = "held", "It took place."
    POSTPONED = "postponed", "Put off to another date."
    CANCELLED = "cancelled", "It will not take place."


class Mode(Choice):
    """How one attends an event."""

    ONSITE = "onsite", "In a place."
    ONLINE = "online", "At a distance."
    HYBRID = "hybrid", "In a place and at a distance."


class ServiceMode(Choice):
    """How one uses a service."""

    ONSITE = "onsite", "In a place."
    ONLINE = "online", "On the web."
    PHONE = "phone", "By telephone."
    MAIL = "mail", "By letter or e-mail."
    CHAT = "chat", "By messages."


class Appointment(Choice):
    """Whether a service asks for an appointment."""

    NO = "no", "One comes without appointment."
    POSSIBLE = "possible", "One may make an appointment."
    REQUIRED = "required", "One must make an appointment."


class Rurality(Choice):
    """What kind of area a territory is."""

    URBAN = "urban", "Mostly towns."
    MIXED = "mixed", "Towns and countryside."
    RURAL = "rural", "Mostly countryside."


class LifeEventKind(Choice):
    """What happened in the life of a Cité or an organisation."""

    SET_UP = "set_up", "It came into being."
    OPENED = "opened", "It opened to people."
    NEW_PREMISES = "new_premises", "It moved into new premises."
    INAUGURATED = "inaugurated", "It was officially inaugurated."
    JOINED_NETWORK = "joined_network", "It became a member of the Network."
    LEFT_NETWORK = "left_network", "It ceased to be a member of the Network."
    LABEL_DECIDED = "label_decided", "A decision was taken on its label."


class MandateKind(Choice):
    """In which capacity a person acts."""

    OFFICE = "office", "An elected or appointed office."
    STAFF = "staff", "A paid position."
    TITLE = "title", "An honorary title."
    REPRESENTATION = "representation", "Acts on behalf of somebody else."


class PublicationBasis(Choice):
    """Why the name of a person may be published."""

    PUBLIC_OFFICE = "public_office", "The person holds a public office."
    CONSENT = "consent", "The person has agreed."


class ProjectKind(Choice):
    """What a project is."""

    PROJECT = "project", "Work done together for a time."
    PLEDGE = "pledge", "Objectives promised in answer to an initiative."


class ProjectRole(Choice):
    """The part a member takes in a project."""

    LEAD = "lead", "Leads the project."
    PARTNER = "partner", "A full partner."
    ASSOCIATED_PARTNER = "associated_partner", "Takes part without being a full partner."
    CONTRIBUTOR = "contributor", "Brings something without being a partner."


class DeliverableStage(Choice):
    """How far a deliverable has come."""

    PLANNED = "planned", "To be made."
    DRAFT = "draft", "Being made."
    DELIVERED = "delivered", "Finished and handed over."


class CharterLevel(Choice):
    """What a piece of evidence says about an item of the charter."""

    MET = "met", "The item is met."
    NOT_MET = "not_met", "The item is not met."
    UNKNOWN = "unknown", "It is not known."


class ReportSection(Choice):
    """The part of the activity report that an indicator belongs to."""

    MEMBERS = "members", "Members of the Network."
    BENEFICIARIES = "beneficiaries", "People who came."
    SERVICES = "services", "What was offered."
    PARTNERS = "partners", "Partners and their contributions."
    GOVERNANCE = "governance", "Bodies and meetings."
    NETWORK_ACTIVITY = "network_activity", "What the Network did."
    CONTEXT = "context", "Figures about the world around."


class SourceKind(Choice):
    """What a source is."""

    REPORT = "report", "A report."
    NEWSLETTER = "newsletter", "An issue of a newsletter."
    WEB_PAGE = "web_page", "A page on the web."
    AGREEMENT = "agreement", "A signed agreement."
    STATEMENT = "statement", "What somebody stated to the team."
    DATA_SET = "data_set", "A published set of data."


class OpenQuestionKind(Choice):
    """Why a question is open."""

    GAP = "gap", "Sources do not say."
    CONFLICT = "conflict", "Sources say it in two ways."


class FolderOrder(Choice):
    """How a folder orders what is in it."""

    POSITION = "position", "As arranged by hand."
    TITLE = "title", "By title."
    DATE = "date", "By date."


class Layout(Choice):
    """How a collection shows its items."""

    LIST = "list", "One below the other."
    CARDS = "cards", "As cards with an image."
    TABLE = "table", "In rows and columns."
    MAP = "map", "On a map."
    CALENDAR = "calendar", "On a calendar."


CLOSED: Mapping[str, type[Choice]] = MappingProxyType(
    {
        "state": State,
        "role": Role,
        "language": Language,
        "certainty": Certainty,
        "qualifier": Qualifier,
        "precision": Precision,
        "holds": Holds,
        "label_state": LabelState,
        "contribution_kind": ContributionKind,
        "recurrence": Recurrence,
        "channel_kind": ChannelKind,
        "event_stage": EventStage,
        "mode": Mode,
        "service_mode": ServiceMode,
        "appointment": Appointment,
        "rurality": Rurality,
        "life_event_kind": LifeEventKind,
        "mandate_kind": MandateKind,
        "publication_basis": PublicationBasis,
        "project_kind": ProjectKind,
        "project_role": ProjectRole,
        "deliverable_stage": DeliverableStage,
        "charter_level": CharterLevel,
        "report_section": ReportSection,
        "source_kind": SourceKind,
        "open_question_kind": OpenQuestionKind,
        "folder_order": FolderOrder,
        "layout": Layout,
    }
)
"""The closed vocabularies by the name that `choice(...)` gives them."""
