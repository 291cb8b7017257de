from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from directory import placing
from directory import types as t
from directory.dates import PartialDate
from directory.fields import facts
from directory.item import Item
from directory.types import CONTENT_TYPES
from directory.validate import Surroundings, among, faults, needs, parse
from directory.values import Citation, Money, Quantity, Ref, Stored
from importers import bundle
from tests.directory.town import AFPA, BRANCH, DESK, FOLDER, LILLE, NETWORK, OTHER_DESK, PARIS, SIRET, SITE, made, town


def wrong_with(item: Item, before: Item | None = None, others: Mapping[Ref, Item] | None = None) -> set[str]:
    """The codes and paths of what is wrong with the item in the town."""
    found = faults(item, among({**town(), **(others or {})})(item, before))
    return {f"{each.code} {'.'.join(each.path)}" for each in found}


def contribution(**given: Any) -> Item:
    return made(
        t.Contribution,
        "c",
        **{"parent": LILLE, "beneficiary": LILLE, "contributor": AFPA, "kind": "human", **given},
    )


def published(item: Item) -> Item:
    return replace(item, state="published")


# A sentence of the domain, an item that breaks it, what is said. Nothing else is wrong with it.
REFUSED = [
    # 1
    ("an end is before its start", contribution(start=PartialDate("2024"), end=PartialDate("2023-12")), "INVALID end"),
    (
        "it expires as it takes effect",
        contribution(effective="2024-01-01T00:00:00.000Z", expires="2024-01-01T00:00:00.000Z"),
        "INVALID expires",
    ),
    # 4
    ("a channel names another Cité", made(t.Channel, "x", parent=LILLE, cite=PARIS), "INVALID cite"),
    ("a channel names no Cité", made(t.Channel, "x", parent=LILLE), "INVALID cite"),
    (
        "evidence names another Cité",
        made(t.CharterEvidence, "x", parent=LILLE, cite=PARIS, item="anonymity"),
        "INVALID cite",
    ),
    ("a service names another Cité", made(t.Service, "x", parent=LILLE, cite=PARIS), "INVALID cite"),
    (
        "a service has a Cité and sits in an organisation",
        made(t.Service, "x", parent=AFPA, organisation=AFPA, cite=LILLE),
        "INVALID cite",
    ),
    ("the beneficiary is not the parent", contribution(beneficiary=PARIS), "INVALID beneficiary"),
    # 5
    (
        "the channel of a partnership is of another Cité",
        made(t.Partnership, "x", parent=LILLE, cite=LILLE, organisation=AFPA, channel=OTHER_DESK),
        "INVALID channel",
    ),
    (
        "a channel of a service is of another Cité",
        made(t.Service, "x", parent=LILLE, cite=LILLE, channels=(DESK, OTHER_DESK)),
        "INVALID channels.1",
    ),
    (
        "a service of an organisation has a channel",
        made(t.Service, "x", parent=AFPA, organisation=AFPA, channels=(DESK,)),
        "INVALID channels.0",
    ),
    # 7
    ("a form is of another kind", contribution(sub_form="facilities"), "INVALID sub_form"),
    (
        "a form has no kind",
        contribution(kind=None, certainty="not_stated", sub_form="facilities"),
        "INVALID sub_form",
    ),
    (
        "the unit is of another kind",
        contribution(quantity=Quantity(Decimal(3), "square_metre")),
        "INVALID quantity.unit",
    ),
    (
        "a financial contribution is counted",
        contribution(kind="financial", quantity=Quantity(Decimal(3), "hour")),
        "INVALID quantity.unit",
    ),
    ("money is given as help", contribution(money=Money(Decimal(3), "EUR")), "INVALID money"),
    ("a kind is missing though stated", contribution(kind=None, certainty="stated"), "INVALID kind"),
    ("a kind is missing and nothing said of it", contribution(kind=None), "INVALID kind"),
    ("a worth has no method", contribution(valuation=Money(Decimal(3), "EUR")), "INVALID valuation_method"),
    # the table of contributions
    (
        "a contribution is made to a plain organisation",
        contribution(parent=AFPA, beneficiary=AFPA),
        "INVALID beneficiary",
    ),
    # 11
    (
        "a territory lies in itself by way of another",
        made(t.Territory, "nord", parent=FOLDER, within=Ref("Territory", "hauts")),
        "INVALID within",
    ),
    (
        "an area belongs to what lies in it",
        made(t.Territory, "nord", parent=FOLDER, areas=(Ref("Territory", "hauts"),)),
        "INVALID areas",
    ),
    (
        "an organisation is its own branch",
        made(t.Organisation, "x", parent=FOLDER, branch_of=Ref("Organisation", "x")),
        "INVALID branch_of",
    ),
    (
        "a head is the branch of its branch",
        made(t.Organisation, "afpa", parent=FOLDER, branch_of=BRANCH),
        "INVALID branch_of",
    ),
    (
        "an organisation is part of itself",
        made(t.Organisation, "x", parent=FOLDER, part_of=Ref("Organisation", "x")),
        "INVALID part_of",
    ),
    (
        "an organisation is the same as itself",
        made(t.Organisation, "x", parent=FOLDER, same_as=Ref("Organisation", "x")),
        "INVALID same_as",
    ),
    (
        "an organisation continues itself",
        made(t.Organisation, "x", parent=FOLDER, succeeds=(AFPA, Ref("Organisation", "x"))),
        "INVALID succeeds",
    ),
    (
        "an event is part of itself",
        made(t.Event, "fair", parent=FOLDER, part_of=Ref("Event", "fair")),
        "INVALID part_of",
    ),
    (
        "an indicator adds up to itself",
        made(t.Indicator, "visits", parent=FOLDER, unit="person", parts=(Ref("Indicator", "visits"),)),
        "INVALID parts",
    ),
    ("a folder sits in itself", made(t.Folder, "folder", parent=FOLDER), "INVALID parent"),
    # 12
    ("a code is not of its year", made(t.Territory, "x", parent=FOLDER, cog="2A004", cog_year=1970), "INVALID cog"),
    (
        "a NUTS code is not of its year",
        made(t.Territory, "x", parent=FOLDER, nuts="FR301", nuts_year=2021),
        "INVALID nuts",
    ),
    # 13
    ("two organisations share a SIRET", made(t.Organisation, "x", parent=FOLDER, siret=SIRET), "DUPLICATE siret"),
    # 16
    (
        "a person is published without a basis",
        published(made(t.Person, "x", parent=FOLDER, retention_until="2030-01-01")),
        "INVALID publication_basis",
    ),
    (
        "a person is published for ever",
        published(made(t.Person, "x", parent=FOLDER, publication_basis="consent")),
        "INVALID retention_until",
    ),
    # 19
    ("a slug is api", made(t.Page, "x", slug="api", parent=SITE), "INVALID slug"),
    ("a slug is graphql", made(t.Page, "x", slug="graphql", parent=SITE), "INVALID slug"),
    ("a slug is the folder above", made(t.Page, "x", slug="..", parent=SITE), "INVALID slug"),
    ("a slug is empty", made(t.Page, "x", slug="", parent=SITE), "INVALID slug"),
    ("a slug holds a slash", made(t.Page, "x", slug="a/b", parent=SITE), "INVALID slug"),
    ("a slug has capitals", made(t.Page, "x", slug="About", parent=SITE), "INVALID slug"),
    ("a slug is long", made(t.Page, "x", slug="a" * 81, parent=SITE), "INVALID slug"),
    # 20
    ("an organisation sits in a Cité", made(t.Organisation, "x", parent=LILLE), "INVALID parent"),
    ("a page sits nowhere", made(t.Page, "x"), "INVALID parent"),
    ("a site sits in a folder", made(t.Site, "x", parent=FOLDER), "INVALID parent"),
    # the tables of section 2
    ("a link leads nowhere", made(t.Link, "x", parent=FOLDER), "INVALID url"),
    ("a link leads to two things", made(t.Link, "x", parent=FOLDER, url="https://a.fr", target=LILLE), "INVALID url"),
    ("a need weighs nothing", made(t.Need, "x", parent=LILLE, cite=LILLE, weight=0.0), "INVALID weight"),
    (
        "a need says nothing",
        published(made(t.Need, "x", parent=LILLE, cite=LILLE, territory=Ref("Territory", "nord"))),
        "INVALID publics",
    ),
    (
        "a decision says no state",
        made(t.LifeEvent, "x", parent=LILLE, subject=LILLE, kind="label_decided"),
        "INVALID label_state",
    ),
    (
        "an organisation has a label",
        made(t.LifeEvent, "x", parent=AFPA, subject=AFPA, kind="opened", label_state="labelled"),
        "INVALID label_state",
    ),
    (
        "parts are counted in another unit",
        made(t.Indicator, "x", parent=FOLDER, unit="person", parts=(Ref("Indicator", "surface"),)),
        "INVALID parts.0",
    ),
    (
        "a figure is not qualified",
        made(
            t.Observation,
            "x",
            parent=Ref("Indicator", "visits"),
            indicator=Ref("Indicator", "visits"),
            subject=LILLE,
            period=PartialDate("2024"),
            value=3.0,
        ),
        "INVALID qualifier",
    ),
    (
        "an event takes place on another day",
        made(t.Event, "x", parent=FOLDER, start=PartialDate("2024-06-04"), starts_at="2024-06-06T08:00:00.000Z"),
        "INVALID starts_at",
    ),
    (
        "an event starts on one of its days somewhere on Earth",
        made(t.Event, "x", parent=FOLDER, start=PartialDate("2024-06-04"), starts_at="2024-06-03T08:00:00.000Z"),
        "INVALID starts_at",
    ),
    (
        "an event ends on one of its days somewhere on Earth",
        made(t.Event, "x", parent=FOLDER, start=PartialDate("2024-06-04"), ends_at="2024-06-05T13:00:00.000Z"),
        "INVALID ends_at",
    ),
    (
        "an event ends before it starts",
        made(t.Event, "x", parent=FOLDER, starts_at="2024-06-06T08:00:00.000Z", ends_at="2024-06-06T07:00:00.000Z"),
        "INVALID ends_at",
    ),
    (
        "an image is not described",
        published(made(t.Image, "x", parent=FOLDER, file=Stored("a.png", "image/png", 1, "0" * 64))),
        "INVALID alt",
    ),
    ("an image has no file", made(t.Image, "x", parent=FOLDER), "INVALID file"),
    ("a title is missing", made(t.Organisation, "x", parent=FOLDER, title=None), "INVALID title"),
    ("a page has no text", published(made(t.Page, "x", parent=FOLDER)), "INVALID text"),
    ("a page is in all languages", made(t.Page, "x", parent=FOLDER, language="und"), "INVALID language"),
    ("an organisation is in one language", made(t.Organisation, "x", parent=FOLDER, language="fr"), "INVALID language"),
    ("a link leads to nothing known", contribution(via=Ref("Organisation", "gone")), "NOT_FOUND via"),
    ("a citation is of nothing known", contribution(sources=(Citation(Ref("Source", "gone")),)), "NOT_FOUND sources.0"),
    (
        "a citation supports no field",
        contribution(sources=(Citation(Ref("Source", "report"), "L1", "colour"),)),
        "INVALID sources.0.field",
    ),
]


@pytest.mark.parametrize(("item", "said"), [each[1:] for each in REFUSED], ids=[each[0] for each in REFUSED])
def test_it_is_refused_when(item: Item, said: str) -> None:
    assert wrong_with(item) == {said}


ACCEPTED = [
    # 1: the last day of an end counts
    ("it ends in the year it starts", contribution(start=PartialDate("2024-06-04"), end=PartialDate("2024"))),
    # 7
    ("what no source says has no kind", contribution(kind=None, certainty="not_stated")),
    ("a form is of its kind", contribution(kind="material", sub_form="facilities")),
    ("a unit is of its kind", contribution(kind="material", quantity=Quantity(Decimal(40), "square_metre"))),
    ("money is financial", contribution(kind="financial", money=Money(Decimal(0), "EUR"))),
    # 13
    ("a branch shares the SIRET of its head", made(t.Organisation, "x", parent=FOLDER, siret=SIRET, branch_of=AFPA)),
    # 14
    ("a Cité contributes to a Cité", contribution(contributor=PARIS)),
    ("a contribution is made to a network", contribution(parent=NETWORK, beneficiary=NETWORK)),
    # 5
    ("a service is offered in its own channel", made(t.Service, "x", parent=LILLE, cite=LILLE, channels=(DESK,))),
    ("a service belongs to an organisation", made(t.Service, "x", parent=AFPA, organisation=AFPA)),
    # 16
    (
        "a person is published with basis and retention",
        published(made(t.Person, "x", parent=FOLDER, publication_basis="consent", retention_until="2030-01-01")),
    ),
    ("a code is of its year", made(t.Territory, "x", parent=FOLDER, cog="2A004", cog_year=2024)),
    ("an event is not known to have a day", made(t.Event, "x", parent=FOLDER, starts_at="2024-06-06T08:00:00.000Z")),
    (
        "an event begins at night of another zone",
        made(t.Event, "x", parent=FOLDER, start=PartialDate("2024-06-04"), starts_at="2024-06-03T22:30:00.000Z"),
    ),
    (
        "a figure is not known",
        made(
            t.Observation,
            "x",
            parent=Ref("Indicator", "visits"),
            indicator=Ref("Indicator", "visits"),
            subject=LILLE,
            period=PartialDate("2024"),
        ),
    ),
]


@pytest.mark.parametrize("item", [each[1] for each in ACCEPTED], ids=[each[0] for each in ACCEPTED])
def test_it_is_accepted_when(item: Item) -> None:
    assert wrong_with(item) == set()


def test_every_item_of_the_town_is_accepted() -> None:
    assert {id: wrong_with(item) for id, item in town().items() if wrong_with(item)} == {}


def test_a_move_into_what_lies_below_is_a_conflict() -> None:
    inner = made(t.Folder, "inner", parent=FOLDER)
    before = made(t.Folder, "folder", parent=SITE)

    moved = replace(before, parent=Ref("Folder", "inner"))

    assert wrong_with(moved, before, {Ref("Folder", "inner"): inner}) == {"CONFLICT parent"}


def test_a_folder_allows_only_the_types_it_names_to_be_added() -> None:
    folder = {FOLDER: made(t.Folder, "folder", parent=SITE, allowed_types=("Page",))}
    organisation = made(t.Organisation, "x", parent=FOLDER)

    assert wrong_with(organisation, None, folder) == {"INVALID parent"}
    assert wrong_with(made(t.Page, "x", parent=FOLDER), None, folder) == set()
    assert wrong_with(organisation, organisation, folder) == set()  # it was there before


def test_a_link_that_was_there_is_not_refused_when_its_end_is_gone() -> None:
    before = contribution(via=Ref("Organisation", "gone"))

    assert wrong_with(replace(before, note="x"), before) == set()


def test_a_conflict_needs_both_readings_to_be_submitted() -> None:
    conflict = made(t.OpenQuestion, "x", parent=FOLDER, kind="conflict", reading_a="three")

    assert wrong_with(conflict) == set()
    assert wrong_with(replace(conflict, state="pending")) == {"INVALID reading_b"}
    assert wrong_with(replace(conflict, state="published", kind="gap")) == set()


def test_a_mandate_is_published_when_its_person_may_be() -> None:
    person = Ref("Person", "ada")
    mandate = published(
        made(t.Mandate, "x", parent=person, person=person, held_in=AFPA, kind="office", role={"en": "President"})
    )
    ready = made(t.Person, "ada", parent=FOLDER, publication_basis="public_office", retention_until="2030-01-01")
    bare = {"INVALID person.publication_basis", "INVALID person.retention_until"}

    assert wrong_with(mandate) == {*bare, "INVALID person.state"}
    assert wrong_with(mandate, None, {person: ready}) == {"INVALID person.state"}
    assert wrong_with(mandate, mandate, {person: ready}) == {"INVALID person.state"}
    assert wrong_with(mandate, None, {person: published(ready)}) == set()


@pytest.mark.parametrize("cls", CONTENT_TYPES.values(), ids=str)
def test_what_is_needed_is_asked_for_in_its_time(cls: type[Item]) -> None:
    bare = cls(id="x", slug="x", title=None, stage=None) if "stage" in facts(cls) else cls(id="x", slug="x", title=None)

    to_create = {each.path[0] for each in faults(bare) if each.message == "is required"}
    to_publish = {
        each.path[0] for each in faults(published(bare)) if each.message == "is required to submit or publish"
    }

    assert to_create == {name for name, fact in facts(cls).items() if fact.need == "c"}
    needed = {name for name, fact in facts(cls).items() if fact.need == "p"}
    assert to_publish == needed - ({"kind"} if cls is t.Contribution else set())


def test_all_faults_are_told_at_once() -> None:
    item = contribution(slug="API", start=PartialDate("2024"), end=PartialDate("2023"), kind=None, parent=SITE)

    assert wrong_with(item) == {"INVALID end", "INVALID slug", "INVALID parent", "INVALID beneficiary", "INVALID kind"}


def test_what_is_needed_to_judge_is_said_before() -> None:
    item = made(t.Territory, "x", parent=FOLDER, within=Ref("Territory", "nord"), areas=(Ref("Territory", "hauts"),))

    asked = needs(item)

    assert set(asked.items) == {FOLDER, Ref("Territory", "nord"), Ref("Territory", "hauts")}
    assert [(each.fields, each.starts) for each in asked.chains] == [
        (("parent",), (FOLDER,)),
        (("within", "areas"), (Ref("Territory", "nord"), Ref("Territory", "hauts"))),
    ]


def test_without_surroundings_nothing_is_said_of_others() -> None:
    assert faults(contribution(via=Ref("Organisation", "gone")), Surroundings()) == ()


def test_the_published_data_of_the_network_is_accepted() -> None:
    drafts, _ = bundle.drafts()
    read = [(each, *parse(each.cls, each.values)) for each in drafts]
    folders = {placing.folder(cls): made(t.Folder, "x", parent=SITE) for cls in CONTENT_TYPES.values()}

    items = {each.ref: placed(each.cls, each.ref.id, values) for each, values, _ in read}
    surroundings = among({**items, **{at: folder for at, folder in folders.items() if at}})

    assert [fault for _, _, wrong in read for fault in wrong] == []
    assert {id: found for id, item in items.items() if (found := faults(item, surroundings(item, None)))} == {}


def placed(cls: type[Item], id: str, values: dict[str, Any]) -> Item:
    """The item, where it sits, in the state in which bundled data is kept, with a title when it has none of its own."""
    state = "private" if cls.declared.private else "published"
    return made(cls, id, **{**values, "parent": placing.parent(cls, values), "state": state})
