from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from directory import editing
from directory import types as t
from directory.actor import Actor
from directory.alerts import Alert, Code, alerts, raised, words_of
from directory.dates import PartialDate
from directory.desk import Desk
from directory.enums import LabelState, Role
from directory.item import Item
from directory.validate import parse
from directory.values import Citation, Money, Ref
from importers import bundle

TODAY = "2024-12-31"
CITE, OTHER = Ref("Cite", "lille"), Ref("Cite", "paris")
AFPA = Ref("Organisation", "afpa")
SOURCES = (Citation(Ref("Source", "report")),)


def day(text: str | None) -> PartialDate | None:
    return PartialDate(text) if text else None


def event(id: str, date: str | None, label: str | None, **given: Any) -> Item:
    kind = "label_decided" if label else "opened"
    made = t.LifeEvent(id=id, subject=CITE, parent=CITE, kind=kind, date=day(date), label_state=label, sources=SOURCES)
    return replace(made, **given)


def contribution(start: str | None = None, end: str | None = None, **given: Any) -> Item:
    made = t.Contribution(id="c", contributor=AFPA, beneficiary=CITE, parent=CITE, start=day(start), end=day(end))
    return replace(made, **given)


def partnership(start: str | None = None, end: str | None = None, **given: Any) -> Item:
    made = t.Partnership(id="p", organisation=AFPA, cite=CITE, parent=CITE, start=day(start), end=day(end))
    return replace(made, **given)


def service(**given: Any) -> Item:
    return t.Service(id="s", cite=CITE, parent=CITE, **given)


def fee(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def published(cls: type[Item], id: str = "x", **given: Any) -> Item:
    return cls(id=id, state="published", **{"sources": SOURCES, **given})


ADA = t.Person(id="ada", title="Ada Lovelace")
SHOWN = replace(ADA, state="published", sources=SOURCES)
OVER = "2020-01-01T00:00:00Z"
CLUB = t.Organisation(id="afpa", title={"en": "Quiet Club"})
HELD = published(t.Partnership, "p", organisation=AFPA, cite=CITE, title={"en": "Quiet Club, Partner"}, slug="q")
LABELLED = event("l", "2020", "labelled")

# What is there, and the alerts that it raises.
RAISED = [
    # 2: a Cité has one label state a day
    ([event("a", "2024", "labelled"), event("b", "2024-01-01", "operating_label")], {"LABEL_SAME_DAY b label_state"}),
    ([event("a", "2024", "labelled"), event("b", "2024", "labelled")], set()),
    ([event("a", "2024", "labelled"), event("b", "2025", "operating_label")], set()),
    ([event("a", "2024", "labelled"), event("b", "2024", "operating_label", subject=OTHER)], set()),
    ([event("a", "2024", "labelled"), event("b", "2024", None)], set()),
    ([event("a", "2024", "labelled"), event("b", "2024", "suspended", state="archived")], set()),
    # 3: a contribution has a partnership around it
    ([contribution()], {"OUTSIDE_PARTNERSHIP c contributor"}),
    ([contribution(), partnership()], set()),
    ([contribution(), partnership(cite=OTHER)], {"OUTSIDE_PARTNERSHIP c contributor"}),
    ([contribution("2024", "2024"), partnership("2024-06", None)], set()),
    ([contribution("2024-05", None), partnership("2024-06", None)], {"OUTSIDE_PARTNERSHIP c contributor"}),
    ([contribution(None, "2024-05"), partnership("2024-06", None)], {"OUTSIDE_PARTNERSHIP c contributor"}),
    ([contribution(None, "2025"), partnership(None, "2024")], {"OUTSIDE_PARTNERSHIP c contributor"}),
    ([contribution("2025", None), partnership(None, "2024")], {"OUTSIDE_PARTNERSHIP c contributor"}),
    ([contribution("2025", None), partnership(None, "2024"), partnership("2024", None, id="q")], set()),
    ([contribution(contributor=OTHER)], set()),
    ([contribution(beneficiary=Ref("Project", "p"))], set()),
    # 6: the charter
    ([LABELLED, service(fee=fee("10"))], {"CHARTER_FEE s fee"}),
    ([LABELLED, service(fee=fee("0"))], set()),
    ([LABELLED, service()], set()),
    ([LABELLED, service(appointment="required")], {"CHARTER_APPOINTMENT s appointment"}),
    ([LABELLED, service(appointment="possible")], set()),
    ([service(fee=fee("10"), appointment="required")], set()),
    ([event("l", "2020", "en_projet"), service(fee=fee("10"))], set()),
    ([event("l", "2025", "labelled"), service(fee=fee("10"))], set()),
    ([LABELLED, event("m", "2021", "ended"), service(fee=fee("10"))], set()),
    ([LABELLED, event("m", "2021", "operating_label"), service(fee=fee("10"))], {"CHARTER_FEE s fee"}),
    ([LABELLED, service(fee=fee("10"), end=PartialDate("2022"))], set()),
    # 9: every published item of the directory has a source or was verified
    ([published(t.Organisation, sources=())], {"NO_SOURCE x sources"}),
    ([published(t.Organisation)], set()),
    ([published(t.Organisation, sources=(), verified_by="u-1")], set()),
    ([published(t.Source, sources=())], set()),
    ([published(t.Site, sources=())], set()),
    ([published(t.Page, sources=())], set()),
    ([t.Organisation(id="x")], set()),
    # 17: no public item names a private person
    ([ADA, published(t.Page, title="Meet ada  LOVELACE")], {"PERSON_NAMED x title"}),
    ([ADA, published(t.Page, slug="meet-ada-lovelace")], {"PERSON_NAMED x slug"}),
    ([ADA, published(t.Page, text="<p>By Lovelace, <em>Ada</em></p>")], {"PERSON_NAMED x text"}),
    ([ADA, published(t.Organisation, title={"fr": "Chez Ada Lovelace"})], {"PERSON_NAMED x title.fr"}),
    ([ADA, published(t.Organisation, other_names=("a", "Ada Lovelace"))], {"PERSON_NAMED x other_names.1"}),
    ([ADA, published(t.Mandate, path="/people/ada-lovelace/president")], {"PERSON_NAMED x path"}),
    ([ADA, published(t.Page, path="/pages/x-ada-lovelace")], set()),  # its own slug is looked at by itself
    ([ADA, published(t.Organisation, note="Ask Ada Lovelace")], set()),  # only the team reads it
    ([ADA, published(t.Page, title="Adamant Lovelace")], set()),
    ([ADA, published(t.Page, title="Ada and Lovelace")], set()),
    ([ADA, t.Page(id="x", title="Ada Lovelace")], set()),
    ([SHOWN, published(t.Page, title="Ada Lovelace")], set()),
    ([HELD, CLUB], {"HIDDEN_NAMED p organisation"}),
    ([HELD, replace(CLUB, state="archived")], {"HIDDEN_NAMED p organisation"}),
    ([HELD, replace(CLUB, state="published", sources=SOURCES)], set()),
    ([replace(HELD, title={"en": "A partner"}, slug="a-partner"), CLUB], set()),
    ([replace(HELD, state="private"), CLUB], set()),
    ([replace(ADA, state="archived"), published(t.Page, title="Ada Lovelace")], {"PERSON_NAMED x title"}),
    ([replace(SHOWN, expires=OVER), published(t.Page, title="Ada Lovelace")], {"PERSON_NAMED x title"}),
    ([replace(SHOWN, expires=OVER), published(t.Page, title="Ada Lovelace", expires=OVER)], set()),
    ([replace(SHOWN, expires="2099-01-01T00:00:00Z"), published(t.Page, title="Ada Lovelace")], set()),
]


@pytest.mark.parametrize(("items", "expected"), RAISED, ids=[f"{n}" for n in range(len(RAISED))])
def test_an_alert_is_raised_for_what_looks_wrong_and_for_nothing_else(items: list[Item], expected: set[str]) -> None:
    found = list(raised(items, TODAY))

    assert {f"{each.code} {each.item.id} {'.'.join(each.path)}" for each in found} == expected
    assert len(found) == len(expected)


# Which states of the label may follow which: every other step is an alert.
NEXT = {
    None: "en_projet en_prefiguration labelled operating_label",
    "en_projet": "en_prefiguration labelled operating_label ended",
    "en_prefiguration": "labelled operating_label ended",
    "labelled": "operating_label suspended ended",
    "operating_label": "suspended ended",
    "suspended": "ended",  # and the state before it
    "ended": "en_projet",
}


@pytest.mark.parametrize("before", NEXT)
@pytest.mark.parametrize("after", [each.value for each in LabelState])
def test_a_step_of_the_label_follows_the_table(before: str | None, after: str) -> None:
    history = [event("a", "2020", before)] if before else []
    first = {alert.item.id for alert in raised(history, TODAY)}

    found = {alert.item.id for alert in raised([*history, event("b", "2021", after)], TODAY)} - first

    assert found == (set() if after in NEXT[before].split() or after == before else {"b"})


def test_a_suspended_label_goes_back_to_what_it_was() -> None:
    history = [LABELLED, event("m", "2021", "suspended")]

    back = list(raised([*history, event("n", "2022", "labelled")], TODAY))
    elsewhere = list(raised([*history, event("n", "2022", "operating_label")], TODAY))

    assert back == []
    assert [each.code for each in elsewhere] == [Code.LABEL_ORDER]


def test_an_alert_does_not_repeat_the_name() -> None:
    [found] = raised([ADA, published(t.Page, title="Ada Lovelace")], TODAY)

    assert not set(words_of(found.message)) & set(words_of(ADA.title))


def published_as(cls: type[Item], id: str, values: dict[str, Any]) -> Item:
    return cls(id=id, state="private" if cls.declared.private else "published", **values)


def test_the_published_data_of_the_network_raises_no_alert() -> None:
    drafts, _ = bundle.drafts()

    items = [published_as(each.cls, each.ref.id, parse(each.cls, each.values)[0]) for each in drafts]

    assert len(items) > 400
    assert list(raised(items, "2025-01-01")) == []


# Through the graph ---------------------------------------------------------------------------------------------------


async def test_alerts_are_listed_by_code_and_below_a_path_to_the_team_alone(desk: Desk) -> None:
    organisation = await editing.create(desk, "Organisation", {"title": "Afpa"})
    territory = await editing.create(desk, "Territory", {"title": "Lille"})
    place = Ref("Territory", territory.id)
    cite = await editing.create(desk, "Cite", {"title": "Lille", "territory": place})
    cite = await editing.move(desk, Ref("Cite", cite.id), "publish", cite.version)
    given = {"contributor": Ref("Organisation", organisation.id), "beneficiary": Ref("Cite", cite.id), "kind": "human"}
    made = await editing.create(desk, "Contribution", {"title": "Help", **given})

    outside = Alert(
        Code.OUTSIDE_PARTNERSHIP,
        Ref("Contribution", made.id),
        "is made by an organisation to a Cité, and they have no partnership",
        ("contributor",),
    )
    unsourced = Alert(
        Code.NO_SOURCE,
        Ref("Cite", cite.id),
        "is published without a source, and nobody has verified it",
        ("sources",),
    )

    assert await alerts(desk) == [unsourced, outside]
    assert await alerts(desk, code="OUTSIDE_PARTNERSHIP") == [outside]
    assert await alerts(desk, under=made.path) == [outside]
    assert await alerts(desk, under="/organisations") == []
    reader = Actor("u-2", "Reader", roles={made.scope: Role.READER})
    assert await alerts(desk.for_actor(reader)) == [unsourced, outside]
    assert await alerts(desk.for_actor(Actor(None, "visitor"))) == []
