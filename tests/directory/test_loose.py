import string
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory import types as t
from directory.dates import PartialDate
from directory.errors import Fault
from directory.fields import Kind, facts
from directory.item import Item
from directory.loose import READERS
from directory.stored import properties, values
from directory.types import CONTENT_TYPES
from directory.validate import Local, parse
from directory.values import Citation, Money, Place, Point, Quantity, Ref
from directory.vocabularies import Term, Vocabulary, vocabularies

LILLE = Ref("Cite", "lille")
SIRET = "73282932000074"

READ = [
    (t.Organisation, {"title": " Afpa  Lille "}, {"title": {"en": "Afpa Lille"}}),
    (t.Organisation, {"title": {"FR": "Afpa", "en": ""}}, {"title": {"fr": "Afpa"}}),
    (t.Organisation, {"description": {"fr": " ", "en": None}}, {"description": None}),
    (t.Organisation, {"siret": "732 829 320 00074"}, {"siret": SIRET}),
    (t.Organisation, {"siret": 73282932000074}, {"siret": SIRET}),
    (t.Organisation, {"phone": "01 40 05 85 65", "country": "fr"}, {"phone": "+33140058565", "country": "FR"}),
    (t.Organisation, {"phone": "02 515 05 11", "country": "BE"}, {"phone": "+3225150511", "country": "BE"}),
    (t.Organisation, {"website": "www.osezlemix.fr"}, {"website": "https://www.osezlemix.fr"}),
    (t.Organisation, {"email": "A@Example.ORG"}, {"email": "A@example.org"}),
    (t.Organisation, {"email": ""}, {"email": None}),
    (t.Organisation, {"other_names": ["Afpa", " ", "AFPA", "Afpa"]}, {"other_names": ("Afpa", "AFPA")}),
    (t.Organisation, {"other_names": "Afpa"}, {"other_names": ("Afpa",)}),
    (t.Organisation, {"other_names": None}, {"other_names": ()}),
    (t.Organisation, {"type": "Training-body"}, {"type": "training_body"}),
    (t.Organisation, {"active": "non", "no_approach": True}, {"active": False, "no_approach": True}),
    (t.Organisation, {"text": '<p onclick="x()">Hi</p>'}, {"text": {"en": "<p>Hi</p>"}}),
    (t.Organisation, {"text": "<p> </p>"}, {"text": None}),
    (t.Organisation, {"location": {"lat": "48.9", "lon": 2}}, {"location": Place(48.9, 2.0)}),
    (t.Organisation, {"branch_of": "a-1"}, {"branch_of": Ref("Organisation", "a-1")}),
    (t.Organisation, {"keys": "network:org-afpa"}, {"keys": ("network:org-afpa",)}),
    (t.Organisation, {"as_of": ["2024", "2018-09"]}, {"as_of": (PartialDate("2024"), PartialDate("2018-09"))}),
    (t.Organisation, {"verified_on": date(2024, 6, 4)}, {"verified_on": "2024-06-04"}),
    (t.Organisation, {"effective": "2024-06-04T10:00:00.1234+02:00"}, {"effective": "2024-06-04T08:00:00.123Z"}),
    (t.Organisation, {"expires": datetime(2024, 6, 4, tzinfo=UTC)}, {"expires": "2024-06-04T00:00:00.000Z"}),
    (
        t.Organisation,
        {"sources": [{"document": "s-1", "locator": "L9", "field": "alias"}]},
        {"sources": (Citation(Ref("Source", "s-1"), "L9", "other_names"),)},
    ),
    (t.Channel, {"kind": "MAIN_SITE"}, {"kind": "main_site"}),
    (
        t.Channel,
        {"surface": {"value": "120.50", "qualifier": "around"}},
        {"surface": Quantity(Decimal("120.5"), "square_metre", "around")},
    ),
    (t.Channel, {"surface": 120}, {"surface": Quantity(Decimal(120), "square_metre")}),
    (t.Channel, {"desks": "4", "open_hours_month": "80.5"}, {"desks": 4, "open_hours_month": 80.5}),
    (t.Channel, {"cite": {"type": "Cite", "id": "lille"}}, {"cite": LILLE}),
    (t.Service, {"fee": {"amount": "0", "currency": "eur"}}, {"fee": Money(Decimal(0), "EUR")}),
    (t.Service, {"languages": ["FR", "pt_br"]}, {"languages": ("fr", "pt-BR")}),
    (t.Service, {"types": ["counselling", "Workshops"]}, {"types": ("counselling", "workshops")}),
    (t.Contribution, {"quantity": {"value": "0.5", "unit": "FTE"}}, {"quantity": Quantity(Decimal("0.5"), "fte")}),
    (t.Contribution, {"start": "2024-06", "end": None}, {"start": PartialDate("2024-06"), "end": None}),
    (t.Person, {"title": "Ada Lovelace"}, {"title": "Ada Lovelace"}),
    (t.Project, {"objectives": {"fr": ["un", "deux"]}}, {"objectives": {"fr": ("un", "deux")}}),
    (t.Image, {"focal_point": {"x": 0, "y": "0.5"}}, {"focal_point": Point(0.0, 0.5)}),
    (t.Folder, {"allowed_types": ["NEWS_ITEM", "Page"]}, {"allowed_types": ("NewsItem", "Page")}),
    (t.Collection, {"where": '{"kind": {"eq": "X"}}', "limit": "100"}, {"where": '{"kind":{"eq":"X"}}', "limit": 100}),
    (t.Event, {"recurrence": "RRULE:FREQ=WEEKLY"}, {"recurrence": "FREQ=WEEKLY"}),
    (t.Event, {"participants": "12"}, {"participants": Quantity(Decimal(12), "person")}),
]


@pytest.mark.parametrize(("cls", "given", "expected"), READ, ids=[str(sorted(each[1].items())) for each in READ])
def test_a_loose_value_is_read_as_its_field_holds_it(
    cls: type[Item], given: dict[str, Any], expected: dict[str, Any]
) -> None:
    assert parse(cls, given) == (expected, ())
    assert parse(cls, expected) == (expected, ())  # and reads as itself


UNREADABLE = [
    (t.Organisation, {"colour": "red"}, "colour", "has no field"),
    (t.Organisation, {"version": 3}, "version", "set by the system"),
    (t.Organisation, {"id": "x"}, "id", "set by the system"),
    (t.Organisation, {"state": "published"}, "state", "set by the system"),
    (t.Organisation, {"siret": "73282932000075"}, "siret", "check digit"),
    (t.Organisation, {"vat": "FR1"}, "vat", "VAT"),
    (t.Organisation, {"phone": "01 40 05 85 65"}, "phone", "country's code"),
    (t.Organisation, {"website": "javascript:alert(1)"}, "website", "address"),
    (t.Organisation, {"email": "x"}, "email", "e-mail"),
    (t.Organisation, {"title": {"xx": "x"}}, "title.xx", "not a language"),
    (t.Organisation, {"title": {"und": "x"}}, "title.und", "not a language"),
    (t.Organisation, {"title": ["a"]}, "title.en", "a list is given"),
    (t.Organisation, {"title": "x" * 1001}, "title.en", "too long"),
    (t.Organisation, {"title": "ﷺ" * 999}, "title.en", "too long"),
    (t.Organisation, {"title": "\ud800"}, "title.en", "no text"),
    (t.Organisation, {"legal_form": {"en": "x"}}, "legal_form", "an object is given"),
    (t.Organisation, {"legal_form": True}, "legal_form", "true is given"),
    (t.Organisation, {"other_names": ["a", {}]}, "other_names.1", "an object"),
    (t.Organisation, {"active": "perhaps"}, "active", "neither true nor false"),
    (t.Organisation, {"country": "XX"}, "country", "ISO 3166"),
    (t.Organisation, {"location": {"lat": 91, "lon": 2}}, "location.lat", "more than 90"),
    (t.Organisation, {"location": {"lat": 1}}, "location.lon", "both"),
    (t.Organisation, {"branch_of": Ref("Cite", "x")}, "branch_of", "may lead to Organisation"),
    (t.Organisation, {"branch_of": 3}, "branch_of", "an item is expected"),
    (t.Organisation, {"keys": ["no scheme"]}, "keys.0", "scheme"),
    (t.Organisation, {"slug": "api"}, "slug", "kept"),
    (t.Organisation, {"slug": "A B"}, "slug", "small letters"),
    (t.Organisation, {"as_of": ["2024", "yesterday"]}, "as_of.1", "YYYY"),
    (t.Organisation, {"verified_on": "2024-06"}, "verified_on", "full date"),
    (t.Organisation, {"effective": "2024-06-04T10:00"}, "effective", "zone"),
    (t.Organisation, {"effective": "0001-01-01T00:00:00+14:00"}, "effective", "zone"),
    (t.Organisation, {"sources": [{"document": "s", "field": "colour"}]}, "sources.0.field", "not a field"),
    (t.Organisation, {"sources": [LILLE]}, "sources.0.document", "may lead to Source"),
    (t.Channel, {"surface": {"value": 1, "unit": "hour"}}, "surface.unit", "square_metre"),
    (t.Channel, {"surface": {"value": -1}}, "surface.value", "less than 0"),
    (t.Channel, {"surface": {"value": 1, "qualifier": "roughly"}}, "surface.qualifier", "qualifier"),
    (t.Channel, {"surface": {"value": 1, "height": 2}}, "surface.height", "not a part"),
    (t.Channel, {"desks": "4.5"}, "desks", "whole number"),
    (t.Channel, {"desks": -1}, "desks", "less than 0"),
    (t.Channel, {"desks": 10**30}, "desks", "too large"),
    (t.Channel, {"open_hours_month": "NaN"}, "open_hours_month", "not a number"),
    (t.Channel, {"open_hours_month": float("inf")}, "open_hours_month", "not a number"),
    (t.Service, {"fee": {"amount": "1.23456", "currency": "EUR"}}, "fee.amount", "more than 4 digits"),
    (t.Service, {"fee": {"amount": "-1", "currency": "EUR"}}, "fee.amount", "less than 0"),
    (t.Service, {"fee": {"amount": 1, "currency": "euros"}}, "fee.currency", "ISO 4217"),
    (t.Service, {"fee": "12"}, "fee.currency", "needs a currency"),
    (t.Contribution, {"quantity": "12"}, "quantity.unit", "needs a unit"),
    (t.Collection, {"where": "[1]"}, "where", "filter"),
    (t.Collection, {"limit": 101}, "limit", "more than 100"),
    (t.Territory, {"boundary": {"type": "Point", "coordinates": [0, 0]}}, "boundary", "polygon"),
    (t.Territory, {"boundary": '{"type": "Polygon", "coordinates": [[[0,0],[1,0],[0,0]]]}'}, "boundary", "four"),
    (t.Territory, {"cog": "1004"}, "cog", "leading zero"),
    (t.Image, {"focal_point": {"x": 2, "y": 0}}, "focal_point.x", "more than 1"),
    (t.Image, {"file": {"name": "../x", "type": "png", "bytes": 1, "sha256": "0" * 64}}, "file.name", "name of a file"),
    (t.Event, {"recurrence": "FREQ=OFTEN"}, "recurrence", "repetition"),
    (t.Service, {"languages": ["français"]}, "languages.0", "not a language"),
    (t.Service, {"appointment": "x"}, "appointment", "'x' is not an appointment"),
    (t.Organisation, {"type": "x"}, "type", "'x' is not an organisation type"),
    (t.Partnership, {"organisation": Ref("Event", "e")}, "organisation", "leads to 'Event', and may lead to Org"),
]


@pytest.mark.parametrize(("cls", "given", "path", "says"), UNREADABLE, ids=[str(each[1])[:60] for each in UNREADABLE])
def test_a_value_that_cannot_be_read_is_a_fault_at_its_place(
    cls: type[Item], given: dict[str, Any], path: str, says: str
) -> None:
    parsed, found = parse(cls, given)

    first = found[0]
    assert parsed == {}
    assert (first.code, ".".join(first.path)) == ("INVALID", path)
    assert says in first.message


def test_every_part_of_every_value_is_judged() -> None:
    given = {"fee": {"amount": "x", "currency": "y"}, "types": ["nonsense", "counselling", "z"], "title": "Fine"}

    parsed, found = parse(t.Service, given)

    assert parsed == {"title": {"en": "Fine"}}
    assert [each.path for each in found] == [("fee", "amount"), ("fee", "currency"), ("types", "0"), ("types", "2")]


NEAR = [
    (t.Organisation, {"type": "municipalty"}, ("municipality",)),
    (t.Organisation, {"type": "Commune"}, ("municipality",)),
    (t.Channel, {"kind": "itinerent"}, ("itinerant",)),
    (t.Organisation, {"titel": "x"}, ("title",)),
    (t.Contribution, {"quantity": {"value": 1, "unit": "hours"}}, ("hour",)),
]


@pytest.mark.parametrize(("cls", "given", "near"), NEAR)
def test_a_wrong_code_comes_with_those_near_it(cls: type[Item], given: dict[str, Any], near: tuple[str, ...]) -> None:
    _, [found] = parse(cls, given)

    assert found.code == "INVALID"
    assert near[0] in found.near


def test_a_retired_code_stays_where_it_is_and_is_given_to_nothing_else() -> None:
    terms = (Term("theme", "old", None, "Old", "Ancien", 1, retired=True), Term("theme", "olds", None, "Olds", "X", 2))
    known = {**vocabularies(), "theme": Vocabulary("theme", terms)}
    before = t.Service(id="x", themes=("old",))

    newly = parse(t.Service, {"themes": ["old"]}, Local(vocabularies=known))
    again = parse(t.Service, {"themes": ["old", "olds"]}, Local(vocabularies=known, before=before))

    assert newly == ({}, (Fault("INVALID", ("themes", "0"), "'old' is retired", ("olds",)),))
    assert again == ({"themes": ("old", "olds")}, ())


def test_a_telephone_number_is_dialled_from_the_region_given() -> None:
    assert parse(t.Channel, {"phone": "02 515 05 11"}, Local(region="BE")) == ({"phone": "+3225150511"}, ())


def test_every_kind_has_a_reader() -> None:
    assert set(READERS) == set(Kind)


def is_hashable(value: Any) -> bool:
    try:
        hash(value)
    except TypeError:
        return False
    return True


NAMES = sorted({name for cls in CONTENT_TYPES.values() for name in facts(cls)})
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.just(10**4000)
    | st.floats()
    | st.decimals()
    | st.text(st.characters(codec=None))
    | st.text(string.digits + "-+:.TZ eE")
    | st.sampled_from("2024 2024-13 +33 a@b http://[ FREQ= { [[[ W7 FR- \x00 é main_site".split())
    | st.binary()
    | st.dates()
    | st.datetimes(timezones=st.sampled_from([None, UTC, timezone(timedelta(hours=14))]))
    | st.builds(Ref, st.sampled_from(["Cite", "Nothing"]), st.text() | st.integers())
    | st.builds(Citation, st.builds(Ref, st.just("Source"), st.text()) | st.none(), st.integers() | st.text())
    | st.builds(Quantity, st.decimals() | st.text(), st.text())
    | st.builds(Money, st.decimals() | st.none(), st.text())
    | st.builds(Place, st.floats(), st.floats() | st.text())
    | st.just(object())
)
PARTS = "en fr type id value unit qualifier amount currency lat lon x y document locator field coordinates name bytes"
KEYS = st.sampled_from(PARTS.split()) | SCALARS.filter(is_hashable)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.tuples(inner) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=6,
)


def test_texts_are_kept_the_same_in_whatever_order_their_languages_are_given() -> None:
    told = {"en": "Afpa Lille", "fr": "Afpa de Lille", "it": "Afpa di Lilla"}
    cls = CONTENT_TYPES["Organisation"]

    kept = [
        properties(cls(id="afpa", slug="afpa", title=dict(order), description=dict(order)))
        for order in permutations(told.items())
    ]

    assert kept == kept[:1] * 6


@given(
    cls=st.sampled_from(list(CONTENT_TYPES.values())),
    given=st.dictionaries(st.sampled_from(NAMES) | KEYS, ANYTHING, max_size=6),
)
@settings(max_examples=400, deadline=None)
def test_parse_never_raises_and_what_it_reads_reads_as_itself(cls: type[Item], given: dict[Any, Any]) -> None:
    parsed, found = parse(cls, given)

    assert set(parsed) <= set(facts(cls))
    assert all(isinstance(part, str) for each in found for part in each.path)
    assert all(each.code == "INVALID" and each.message for each in found)
    assert parse(cls, parsed) == (parsed, ())
    kept = {name: value for name, value in parsed.items() if name in values(cls, {}) and value is not None}
    read_back = values(cls, properties(cls(**{**{"id": "x", "title": {"en": "x"}, "slug": "x"}, **kept})))
    assert {name: read_back[name] for name in kept} == kept
