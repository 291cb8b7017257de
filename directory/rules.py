"""The rules of single content types, beside what their fields say of themselves."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from directory import placing
from directory.enums import Certainty, ContributionKind, LifeEventKind, OpenQuestionKind, State
from directory.errors import Fault
from directory.identifiers import check_cog, check_nuts
from directory.item import Item
from directory.structure import fault
from directory.surroundings import Surroundings, ref
from directory.text import holds, slug
from directory.types.cites import Event, Need, Service
from directory.types.editorial import Link
from directory.types.figures import Indicator, LifeEvent, Observation, OpenQuestion
from directory.types.organisations import Contribution, Organisation, Partnership, Territory
from directory.types.people import Mandate, Person
from directory.values import Ref

COMPLETE: Final = frozenset({State.PENDING.value, State.PUBLISHED.value})
"""The states in which what is needed to publish must be there."""
UNITS: Final[Mapping[str, tuple[str, ...]]] = {
    ContributionKind.HUMAN: ("fte", "hour", "day", "person", "session", "event"),
    ContributionKind.EXPERTISE: ("hour", "day", "session", "document"),
    ContributionKind.MATERIAL: ("square_metre", "item", "hour", "meeting"),
    ContributionKind.FINANCIAL: (),
}
"""The units that a contribution of each kind is counted in; financial ones are money."""
BENEFITING: Final = "network"
"""The type of organisation that contributions are made to; others are partners."""
NEVER: Final = "9999"
"""After every instant."""
CUT: Final = 72
"""Letters of a made slug that stand before its number."""
Rule = Callable[[Any, Surroundings], Iterator[Fault]]


def contribution_form(item: Contribution, around: Surroundings) -> Iterator[Fault]:
    """A form lies below its kind, and only what no source says has no kind."""
    if item.kind is None and item.certainty != Certainty.NOT_STATED:
        yield fault("is required, unless certainty is not_stated", "kind")
    if item.sub_form is None:
        return
    forms = around.vocabularies["contribution_form"]
    above = forms.root(item.sub_form)
    if above != item.kind:
        near = forms.below(item.kind) if item.kind else ()
        yield fault(f"{item.sub_form} is a form of {above} contributions", "sub_form", near=near)


def contribution_amounts(item: Contribution, around: Surroundings) -> Iterator[Fault]:
    """The unit fits the kind; money is for financial contributions; a worth says how it was found."""
    if item.quantity and item.kind and item.quantity.unit not in UNITS[item.kind]:
        units = UNITS[item.kind]
        said = f"is counted in {', '.join(units)}" if units else "is an amount of money, without unit"
        yield fault(f"a contribution of kind {item.kind} {said}", "quantity", "unit", near=units)
    if item.money and item.kind != ContributionKind.FINANCIAL:
        yield fault("only a financial contribution is money; the worth of others is their valuation", "money")
    if item.valuation and not item.valuation_method:
        yield fault("is required with a valuation", "valuation_method")


def beneficiary(item: Contribution, around: Surroundings) -> Iterator[Fault]:
    """The only organisations that contributions are made to are networks."""
    found = around.item(item.beneficiary)
    if not isinstance(found, Organisation):
        return
    if found.type not in around.vocabularies["organisation_type"].below(BENEFITING):
        yield fault(
            "is an organisation that is no network: contributions are made to Cités and networks", "beneficiary"
        )


def own_channel(item: Partnership, around: Surroundings) -> Iterator[Fault]:
    """The channel of a partnership belongs to its Cité."""
    if item.channel:
        yield from _channel_of(item.cite, item.channel, around, "channel")


def own_channels(item: Service, around: Surroundings) -> Iterator[Fault]:
    """The channels of a service belong to its Cité."""
    for rank, channel in enumerate(item.channels):
        yield from _channel_of(item.cite, channel, around, "channels", str(rank))


def _channel_of(cite: Ref | None, channel: Ref, around: Surroundings, *path: str) -> Iterator[Fault]:
    found = around.item(channel)
    if cite is None or (found is not None and found.parent != cite):
        yield fault("is a channel of another Cité", *path)


def need(item: Need, around: Surroundings) -> Iterator[Fault]:
    """A need counts for something, and says whose it is, on what, or what would answer it."""
    if item.weight is not None and item.weight <= 0:
        yield fault("is more than 0", "weight")
    if item.state in COMPLETE and not (item.publics or item.themes or item.types):
        yield fault("one of publics, themes and types is required to submit or publish", "publics")


def event_days(item: Event, around: Surroundings) -> Iterator[Fault]:
    """Instants agree with days. Instants are kept in UTC: they may be of any day that it then is somewhere on Earth."""
    if item.starts_at and item.ends_at and item.ends_at < item.starts_at:
        yield fault("ends before it starts", "ends_at")
    last = item.end or item.start
    for name, given in (("starts_at", item.starts_at), ("ends_at", item.ends_at)):
        if given and item.start and last and not _is_within(given, item.start.first, last.last):
            yield fault(f"is not on the days of the event, {item.start} to {last}", name)


def _is_within(instant: str, first: str, last: str) -> bool:
    """Whether it is one of these days somewhere: zones go from 12 hours behind UTC to 14 ahead."""
    here = datetime.fromisoformat(instant)
    earliest, latest = (here + timedelta(hours=hours) for hours in (-12, 14))
    return first <= latest.date().isoformat() and earliest.date().isoformat() <= last


def territory_codes(item: Territory, around: Surroundings) -> Iterator[Fault]:
    """Codes of places are those of the year given with them."""
    for name, check in (("cog", check_cog), ("nuts", check_nuts)):
        code, year = getattr(item, name), getattr(item, f"{name}_year")
        if code is None:
            continue
        try:
            check(code, year)
        except ValueError as error:
            yield fault(str(error), name)


def siret(item: Organisation, around: Surroundings) -> Iterator[Fault]:
    """Two organisations share a SIRET only when one is a branch of the other."""
    for other in around.same_siret:
        below = item.branch_of is not None and item.branch_of.id == other.id
        above = other.branch_of is not None and other.branch_of.id == item.id
        if not below and not above:
            yield fault("Another organisation has it, and neither is a branch of the other.", "siret", code="DUPLICATE")
            return


def mandate(item: Mandate, around: Surroundings) -> Iterator[Fault]:
    """A mandate is published when its person has a basis and a day of removal: its path holds the name."""
    found = around.item(item.person)
    if item.state == State.PUBLISHED and found is not None:
        for name in ("publication_basis", "retention_until"):
            if getattr(found, name, None) is None:
                yield fault(f"its person has no {name.replace('_', ' ')}, which is required to publish", "person", name)


def named(item: Item, around: Surroundings) -> Iterator[Fault]:
    """What is published tells no name of what is not shown whenever it is: in its title, its slug or its path."""
    if item.state != State.PUBLISHED:
        return
    for name in placing.links_in_title(type(item)):
        found = around.item(getattr(item, name))
        if found and ref(found) == getattr(item, name):
            yield from (each for each in _hidden(item, found, name) if _tells(item, found, around))
    if isinstance(item, Mandate) and isinstance(person := around.item(item.person), Person):
        yield from _hidden(item, person, "person")


def _hidden(item: Item, named: Item, name: str) -> Iterator[Fault]:
    """A fault for what hides the named item while the other is shown."""
    since = max(item.effective or "", item.modified or NEVER, named.modified or "")  # what is past is shown now
    if named.state != State.PUBLISHED:
        yield fault("is not published, and its name stands in the title, the slug or the path", name, "state")
    elif named.effective and named.effective > since:
        yield fault("is shown later, and its name stands in the title, the slug or the path", name, "effective")
    elif named.expires and named.expires < (item.expires or NEVER):
        yield fault("expires earlier, and its name stands in the title, the slug or the path", name, "expires")


def _tells(item: Item, named: Item, around: Surroundings) -> bool:
    """Whether the title or the slug holds a name of the other; a slug may hold the beginning of a long one."""
    told = (*placing.texts(item.title).values(), item.slug or "")
    if any(holds(text, name) for name in placing.texts(named.title).values() for text in told):
        return True

    def title_of(at: Ref) -> Mapping[str, str]:
        other = around.item(at)
        return placing.texts(other.title) if other else {}

    values = {name: getattr(item, name) for name in placing.named_in_title(type(item))}
    made = placing.title(type(item), values, title_of) or {}
    return any(item.slug.startswith(slug(text)[:CUT]) for text in made.values() if item.slug and slug(text))


def life_event(item: LifeEvent, around: Surroundings) -> Iterator[Fault]:
    """A decision on the label says the state that the Cité enters; nothing but a Cité has one."""
    if item.kind == LifeEventKind.LABEL_DECIDED and item.label_state is None:
        yield fault("is required when the label is decided", "label_state")
    if item.label_state is not None and item.subject is not None and item.subject.type != "Cite":
        yield fault("is the state of a Cité: an organisation has none", "label_state")


def indicator_parts(item: Indicator, around: Surroundings) -> Iterator[Fault]:
    """What adds up is counted in one unit."""
    for rank, part in enumerate(item.parts):
        found = around.item(part)
        if isinstance(found, Indicator) and found.unit != item.unit:
            yield fault(f"is counted in {found.unit}, not in {item.unit}", "parts", str(rank))


def observation(item: Observation, around: Surroundings) -> Iterator[Fault]:
    """A figure says how exact it is."""
    if item.value is not None and item.qualifier is None:
        yield fault("is required with a value", "qualifier")


def readings(item: OpenQuestion, around: Surroundings) -> Iterator[Fault]:
    """A conflict gives both readings before it is shown."""
    if item.state in COMPLETE and item.kind == OpenQuestionKind.CONFLICT:
        for name in ("reading_a", "reading_b"):
            if not getattr(item, name):
                yield fault("is required of a conflict, to submit or publish", name)


def one_end(item: Link, around: Surroundings) -> Iterator[Fault]:
    """A link has an address or an item, exactly one of them."""
    if (item.url is None) == (item.target is None):
        yield fault("either url or target is given, and not both", "url")


RULES: Final[tuple[tuple[type[Item], Rule], ...]] = (
    (Item, named),
    (Contribution, contribution_form),
    (Contribution, contribution_amounts),
    (Contribution, beneficiary),
    (Partnership, own_channel),
    (Service, own_channels),
    (Need, need),
    (Event, event_days),
    (Territory, territory_codes),
    (Organisation, siret),
    (Mandate, mandate),
    (LifeEvent, life_event),
    (Indicator, indicator_parts),
    (Observation, observation),
    (OpenQuestion, readings),
    (Link, one_end),
)
