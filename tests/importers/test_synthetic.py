"""Made-up ecosystems are the same for the same seed, marked, skewed, and break no rule."""

from collections import Counter

from directory import placing
from directory.surroundings import among
from directory.types import CONTENT_TYPES
from directory.validate import faults
from directory.values import Ref
from importers.synthetic import count, ecosystem


def test_a_seed_gives_one_ecosystem() -> None:
    assert list(ecosystem(30, 7)) == list(ecosystem(30, 7))
    assert list(ecosystem(30, 7)) != list(ecosystem(30, 8))


def test_every_item_is_marked() -> None:
    for item in ecosystem(50):
        assert item.keys[0].startswith("synthetic:")
        assert "synthetic" in item.title["en"]


def test_no_item_breaks_a_rule() -> None:
    items = {Ref(type(item).__name__, item.id): item for item in ecosystem(50)}
    site = CONTENT_TYPES["Site"](id=placing.SITE.id, slug="site", title={"en": "Site"})
    folders = {
        at: CONTENT_TYPES["Folder"](id=at.id, slug="x", title="X", parent=placing.SITE)
        for cls in CONTENT_TYPES.values()
        if (at := placing.folder(cls))
    }
    around = among({placing.SITE: site, **folders, **items})

    assert [fault for item in items.values() for fault in faults(item, around(item, None))] == []


def test_few_cites_have_many_partners() -> None:
    items = list(ecosystem(2_000))
    partners = Counter(item.cite.id for item in items if type(item).__name__ == "Partnership")

    sizes = sorted(partners.values(), reverse=True)
    assert sizes[0] > 3 * sizes[len(sizes) // 2]
    assert abs(len(items) - count(2_000)) < 0.1 * len(items)
