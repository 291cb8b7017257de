"""A few items that nothing is wrong with, for the tests of validation."""

from typing import Any

from directory import types as t
from directory.item import Item
from directory.values import Ref

SITE, FOLDER = Ref("Site", "site"), Ref("Folder", "folder")
LILLE, PARIS = Ref("Cite", "lille"), Ref("Cite", "paris")
DESK, OTHER_DESK = Ref("Channel", "desk"), Ref("Channel", "other-desk")
AFPA, BRANCH, NETWORK = Ref("Organisation", "afpa"), Ref("Organisation", "branch"), Ref("Organisation", "network")
SIRET = "73282932000074"


def made(cls: type[Item], id: str, **given: Any) -> Item:
    """An item that nothing is wrong with, but for what is given."""
    editorial = cls.declared.family == "editorial"
    title = id if editorial or cls is t.Person else {"en": id}
    return cls(**{"id": id, "slug": id, "title": title, "language": "en" if editorial else "und", **given})


def town() -> dict[Ref, Item]:
    """A few items, each well placed."""
    found = [
        made(t.Site, "site"),
        made(t.Folder, "folder", parent=SITE),
        made(t.Cite, "lille", parent=FOLDER),
        made(t.Cite, "paris", parent=FOLDER),
        made(t.Channel, "desk", parent=LILLE, cite=LILLE),
        made(t.Channel, "other-desk", parent=PARIS, cite=PARIS),
        made(t.Organisation, "afpa", parent=FOLDER, siret=SIRET),
        made(t.Organisation, "branch", parent=FOLDER, branch_of=AFPA),
        made(t.Organisation, "network", parent=FOLDER, type="network"),
        made(t.Territory, "nord", parent=FOLDER),
        made(t.Territory, "hauts", parent=FOLDER, within=Ref("Territory", "nord")),
        made(t.Indicator, "visits", parent=FOLDER, unit="person"),
        made(t.Indicator, "surface", parent=FOLDER, unit="square_metre"),
        made(t.Person, "ada", parent=FOLDER),
        made(t.Event, "fair", parent=FOLDER, kind="fair"),
        made(t.Source, "report", parent=FOLDER),
    ]
    return {Ref(type(each).__name__, each.id): each for each in found}
