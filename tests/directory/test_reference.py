import re
from dataclasses import fields

from directory.fields import columns, text
from directory.item import content_type
from directory.reference import PAGE, page, pages
from directory.shaped import node_shape
from directory.types import CONTENT_TYPES, Organisation
from directory.validate import faults, parse
from directory.values import Ref


def test_the_page_that_is_kept_is_the_one_that_the_types_make() -> None:
    assert PAGE.read_text(encoding="utf-8") == pages(), "write it again: python -m directory.reference"


def test_every_type_and_every_field_is_on_the_page() -> None:
    whole = pages()

    for name, cls in CONTENT_TYPES.items():
        assert f"## {name}\n" in whole
        assert all(f"| `{each.name}` |" in whole for each in fields(cls))


@content_type("clubs", folder="clubs")
class Club(Organisation):
    """An organisation with one field more."""

    motto: str | None = text("What it lives by.", "p", columns=("devise",), index=True, sort=True)


def test_a_field_more_is_one_line() -> None:
    shape = node_shape(Club)
    club = Club(id="x", slug="x", state="published", parent=Ref("Folder", "f"))

    assert {"motto", "motto_folded", "motto_order"} <= {each.name for each in shape.properties}
    assert {"motto", "motto_order"} <= set(shape.indexed)
    assert columns(Club)["devise"] == "motto"
    assert parse(Club, {"motto": " Ad  astra "}) == ({"motto": "Ad astra"}, ())
    assert ("motto",) in [each.path for each in faults(club)]
    assert re.search(r"\| `motto` \| text \|.*What it lives by.*devise", page(Club))
    assert len(fields(Club)) == len(fields(Organisation)) + 1
