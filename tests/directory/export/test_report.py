"""The report of a year says what is published, what is recorded and on what it rests, in two languages."""

import re
import zlib

import pytest

from directory.actor import anonymous
from directory.desk import Desk
from directory.export.printing import pdf, png
from directory.export.report import Report, html, report
from directory.placing import id_of
from importers.run import apply, plan


@pytest.fixture
async def loaded(desk: Desk) -> Desk:
    """A desk over the network's published data."""
    await apply(desk, await plan(desk))
    return desk


def text(page: str) -> str:
    """The page as one reads it."""
    return " ".join(re.sub(r"<[^>]+>", " ", re.sub(r"<(style|svg).*?</\1>", " ", page, flags=re.S)).split())


def unpacked(printed: bytes) -> bytes:
    """What the PDF says, its packed parts unpacked."""
    parts = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", printed, flags=re.S)
    return printed + b"".join(zlib.decompressobj().decompress(part) for part in parts if part[:1] == b"x")


async def test_the_network_of_2024(loaded: Desk) -> None:
    made = await report(loaded, 2024)
    page = text(html(made))

    assert len(made.figures) == len(made.compared) == 34
    assert sum(line.code == "match" for line in made.compared) == 3
    assert "more than 555,000" in page
    assert "published, not readable" in page
    assert "Activity Report 2024, line 60" in page
    assert html(made) == html(await report(loaded, 2024))


async def test_a_figure_has_its_unit_beside_it_and_a_share_its_sign(loaded: Desk) -> None:
    english, french = await report(loaded, 2024), await report(loaded, 2024, locale="fr")

    members = next(each for each in english.figures if each.indicator == "Members of the Network")
    shares = [each for each in french.figures if each.value == "60\u202f%"]
    assert (members.value, members.unit) == ("24", "Cité")
    assert [(each.indicator, each.unit) for each in shares] == [("Part des Cités équipées en réalité virtuelle", "")]
    assert "60\u202f%" in [each.published for each in french.compared]


async def test_figures_stand_below_the_sections_of_the_yearly_report(loaded: Desk) -> None:
    made = await report(loaded, 2024, locale="fr")
    sections = ["Membres", "Bénéficiaires", "Services", "Partenaires", "Gouvernance", "Activité du Réseau"]

    assert [name for name, _ in made.in_sections(made.figures)] == sections
    assert [name for name, _ in made.in_sections(made.compared)] == sections
    assert [len(rows) for _, rows in made.in_sections(made.figures)] == [
        len(rows) for _, rows in made.in_sections(made.compared)
    ]
    assert html(made).count('scope="rowgroup"') == 2 * len(sections)
    assert [(row.indicator, row.subject) for row in made.figures] == [
        (row.indicator, row.subject) for row in made.compared
    ]


async def test_a_report_says_which_day_and_which_year_it_counts(loaded: Desk) -> None:
    english, french = text(html(await report(loaded, 2024))), text(html(await report(loaded, 2024, locale="fr")))

    assert "What is recorded as holding on 2024-12-31, the last day of the year." in english
    assert "Published figures are those of 2024 as a whole." in english
    assert "What changed since 2023-12-31" in english
    assert "Les chiffres publiés sont ceux de toute l&#39;année 2024." in french
    assert "reconciliation/1, in 2024; inputs used" in english
    assert "concentration/1, on 2024-12-31; inputs used" in english
    assert "concentration/1, le 31/12/2024" in french


async def test_pages_stand_upright_but_for_a_picture_that_is_wide(loaded: Desk) -> None:
    network, cite = await report(loaded, 2024), await report(loaded, 2018, f"cite:{id_of('network:cdm-sqy')}")

    assert '<section id="map" class="tall">' in html(network)
    assert '<section id="ecosystem" class="wide">' in html(cite)


async def test_the_pictures_say_their_day(loaded: Desk) -> None:
    assert "Contributions recorded on 2024-12-31, by Cité and kind" in (await report(loaded, 2024)).map
    assert "enregistrées au 31/12/2018" in (await report(loaded, 2018, locale="fr")).map


async def test_french_pages_keep_their_marks_on_their_line(loaded: Desk) -> None:
    for scope in ("network", f"cite:{id_of('network:cdm-sqy')}"):
        page = re.sub(r"<style.*?</style>", "", html(await report(loaded, 2024, scope, "fr")), flags=re.S)
        assert not re.search(r"[\w»] [:;?!%»]", page)
        assert "« " not in page


async def test_one_cite_in_french(loaded: Desk) -> None:
    made = await report(loaded, 2018, f"cite:{id_of('network:cdm-sqy')}", "fr")
    page = html(made)

    assert '<html lang="fr">' in page
    assert "Cité des métiers de Saint-Quentin-en-Yvelines" in text(page)
    assert "Fondation Adecco" in made.ecosystem
    assert "1 besoin déclaré" in text(page)


async def test_a_report_says_its_methods_its_filters_and_what_it_left_out(loaded: Desk) -> None:
    made = await report(loaded, 2024)
    page = text(html(made))

    assert "Level of identity: organisation. Certainty: stated, implied. Partnerships: in all roles." in page
    for method in ("concentration/1", "mix/1", "cohesion/1", "brokers/1", "quality/1", "change/1", "reconciliation/1"):
        assert f"{method}, " in page
    assert made.reconciliation is not None
    assert made.reconciliation.excluded == "not readable (1)"


async def test_the_filters_are_said_in_french(loaded: Desk) -> None:
    page = text(html(await report(loaded, 2024, locale="fr")))

    assert (
        "Niveau d&#39;identité : organisme. Certitude : affirmé, implicite. Partenariats : dans tous les rôles." in page
    )


async def test_a_year_without_figures_says_so(loaded: Desk) -> None:
    assert "No figure is published for this year." in text(html(await report(loaded, 1990)))


async def test_a_visitor_reads_no_private_name(loaded: Desk) -> None:
    page = html(await report(loaded.for_actor(anonymous), 2024))

    assert "Ricardou" not in page
    assert "6,700" in text(page)


async def test_a_page_is_printed_tagged_and_a_picture_drawn(loaded: Desk) -> None:
    made: Report = await report(loaded, 2018, f"cite:{id_of('network:cdm-sqy')}")

    printed = pdf(html(made))
    assert printed.startswith(b"%PDF")
    assert b"/StructTreeRoot" in unpacked(printed)
    assert b"/Lang" in unpacked(printed)
    assert "Adecco Foundation: human 1, financial 1".encode("utf-16-be").hex().encode() in unpacked(printed).lower()
    assert png(made.ecosystem).startswith(b"\x89PNG")
