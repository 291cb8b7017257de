"""Pictures are the same for the same data, say everything in words too, and stay readable for many partners."""

import re
import xml.etree.ElementTree as ET
from itertools import pairwise

import pytest

from directory.analysis.lens import Lens
from directory.analysis.snapshot import Snapshot, from_rows
from directory.export import ecosystem, picture
from directory.export.heatmap import HeatMap, heat_map
from directory.export.lettering import width

SVG = "{http://www.w3.org/2000/svg}"


def town(partners: int, services: int = 3) -> Snapshot:
    """A Cité with so many partners, each with two contributions; every third one of an unknown kind."""
    return from_rows(
        {
            "vocabularies": [
                {
                    "vocabulary": "organisation_type",
                    "code": "public",
                    "title_en": "Public bodies",
                    "title_fr": "Public",
                },
                {"vocabulary": "organisation_type", "code": "town", "parent": "public", "title_en": "Town"},
            ],
            "cites": [{"id": "X", "title_en": "Cité of X & Y", "title_fr": "Cité de X & Y"}],
            "organisations": [
                {"id": f"o{n}", "title_en": f"Organisation <{n}>", "type": "town" if n % 2 else ""}
                for n in range(partners)
            ],
            "services": [{"id": f"s{n}", "cite_id": "X", "title_en": f"Service {n}"} for n in range(services)],
            "partnerships": [
                {"id": f"p{n}", "organisation_id": f"o{n}", "cite_id": "X", "role": "partner"} for n in range(partners)
            ],
            "contributions": [
                {
                    "id": f"c{n}-{m}",
                    "contributor_id": f"o{n}",
                    "beneficiary_id": "X",
                    "kind": "human" if m else ("financial" if n % 3 else ""),
                    "enables_ids": f"s{n % services}" if m else "",
                }
                for n in range(partners)
                for m in range(2)
            ],
        }
    )


def drawn(partners: int, locale: str = "en") -> str:
    taken = ecosystem.take(town(partners), Lens("cite:X", "2024"), locale)
    return picture.ecosystem(taken, locale)


@pytest.mark.parametrize("partners", [0, 1, 5, 60, 600])
def test_a_picture_is_well_formed_and_the_same_again(partners: int) -> None:
    svg = drawn(partners)

    assert svg == drawn(partners)
    assert ET.fromstring(svg).tag == f"{SVG}svg"  # our own text


def test_the_heading_has_the_day_as_readers_of_the_language_write_it() -> None:
    taken = ecosystem.take(town(1), Lens("cite:X", "2018-12-31"), "fr")

    assert "partenaires enregistrés au 31/12/2018" in picture.ecosystem(taken, "fr")
    assert "recorded partners on 2018-12-31" in picture.ecosystem(taken, "en")


def test_only_who_has_a_partnership_counts_as_a_partner() -> None:
    rows = [
        {"id": "c1", "contributor_id": "A", "beneficiary_id": "X", "kind": "human"},
        {"id": "c2", "contributor_id": "B", "beneficiary_id": "X", "kind": "human"},
        {"id": "c3", "contributor_id": "", "beneficiary_id": "X", "kind": "financial"},
    ]
    partnership = {"id": "p", "organisation_id": "A", "cite_id": "X"}
    tables = {"cites": [{"id": "X", "title_en": "X"}], "partnerships": [partnership], "contributions": rows}

    taken = ecosystem.take(from_rows(tables), Lens("cite:X", "2024"), "en")

    assert (taken.partners, taken.others, [side.id for side in taken.sides]) == (1, 1, ["A", "B"])
    assert (
        "Recorded partners: 1. Others who contribute or run a service: 1. Recorded services: 0."
        in picture.ecosystem(taken)
    )
    assert "Autres contributeurs ou intervenants\xa0: 1." in picture.ecosystem(taken, "fr")


def test_every_partner_and_what_it_brings_is_said_in_words() -> None:
    root = ET.fromstring(drawn(5))  # our own text

    words = root.findtext(f"{SVG}desc")
    assert words is not None
    assert "Organisation <1>: human 1, financial 1 → Service 1." in words
    assert "Organisation <0>: human 1, kind not recorded 1 → Service 0." in words


def test_nothing_recorded_is_said_and_not_drawn_as_zero() -> None:
    assert "No partner is recorded." in drawn(0)
    assert "Aucun partenaire n&#x27;est enregistré." in drawn(0, "fr")


def test_many_partners_stand_in_rows_by_family() -> None:
    taken = ecosystem.take(town(600), Lens("cite:X", "2024"), "en")

    assert {(side.title, side.members) for side in taken.sides} == {("Public bodies", 300), ("Type unknown", 300)}
    assert taken.partners == 600
    assert len(ecosystem.take(town(70), Lens("cite:X", "2024"), "en").sides) == 70


def test_rows_do_not_lie_on_each_other() -> None:
    taken = ecosystem.take(town(60), Lens("cite:X", "2024"), "en")
    paper = picture._paper(taken)
    spots = picture._spots(taken.sides, paper)

    left = sorted(spot.y for spot in spots.values() if spot.left)
    assert min(after - before for before, after in pairwise(left)) >= picture.ROW
    assert all(paper.top <= spot.y <= paper.bottom for spot in spots.values())


LONG = "Cité des métiers de Marseille et de toute la région Provence-Alpes-Côte d'Azur et de Corse"


def crowded(partners: int) -> str:
    """A Cité of a long name whose partners have long names and give hundreds of contributions of every kind."""
    rows = {
        "vocabularies": [
            {"vocabulary": "organisation_type", "code": "t", "title_fr": "Collectivité ou administration"}
        ],
        "cites": [{"id": "X", "title_fr": LONG}],
        "organisations": [
            {"id": f"o{n}", "title_fr": f"ASSOCIATION INTERMÉDIAIRE pour l'insertion des habitants {n}", "type": "t"}
            for n in range(partners)
        ],
        "services": [{"id": f"s{n}", "cite_id": "X", "title_fr": f"{LONG} {n}"} for n in range(14)],
        "partnerships": [{"id": f"p{n}", "organisation_id": f"o{n}", "cite_id": "X"} for n in range(partners)],
        "contributions": [
            {"id": f"c{n}-{kind}-{m}", "contributor_id": f"o{n}", "beneficiary_id": "X", "kind": kind}
            for n in range(partners)
            for kind in ("human", "financial", "expertise", "material", "")
            for m in range(2)
        ],
    }
    return picture.ecosystem(ecosystem.take(from_rows(rows), Lens("cite:X", "2018-12-31"), "fr"), "fr")


def spans(svg: str) -> list[tuple[float, float]]:
    """Where each text of a picture begins and ends, from left to right."""
    found = []
    for each in ET.fromstring(svg).iter(f"{SVG}text"):  # our own text
        size, anchor = float(each.get("font-size", picture.SIZE)), each.get("text-anchor", "start")
        for line in each.findall(f"{SVG}tspan") or [each]:
            wide, x = width(line.text or "", size), float(line.get("x", "0"))
            start = x - wide * {"start": 0, "middle": 0.5, "end": 1}[anchor]
            found.append((start, start + wide))
    return found


@pytest.mark.parametrize("partners", [1, 5, 60, 600])
def test_no_text_is_cut_at_the_edge_of_the_paper(partners: int) -> None:
    svg = crowded(partners)

    paper = float(ET.fromstring(svg).get("width", "0"))  # our own text
    assert all(start >= 0 and end <= paper for start, end in spans(svg))
    assert "31/12/2018" in svg
    assert svg.count("…") < svg.count("<tspan")


def test_few_rows_spread_over_the_height_of_many_services() -> None:
    taken = ecosystem.take(town(600, services=14), Lens("cite:X", "2024"), "en")
    first, second = picture._spots(taken.sides, picture._paper(taken)).values()

    assert len(taken.services) == 14
    assert first.y == second.y
    assert picture._paper(taken).body >= 14 * picture.BOX


def test_the_legend_explains_every_mark_that_is_drawn_and_no_other() -> None:
    assert "number of contributions" not in drawn(5)
    assert "kind not recorded" in drawn(5)
    assert "nombre de contributions" in crowded(5)
    assert "One row for each family of organisations" in drawn(600)
    assert "no contribution recorded" not in drawn(600)


def test_french_words_keep_their_marks_on_their_line() -> None:
    assert not re.search(r"\w [:;?!%]", crowded(5) + crowded(600) + drawn(5, "fr"))


def test_the_legend_of_a_heat_map_has_the_shades_of_its_cells() -> None:
    root = ET.fromstring(heat_map(HeatMap("Services", ("A",), ("x", "y", "z"), ((1, 8, 1),))))  # our own text

    fills = [cell.get("fill") for cell in root.iter(f"{SVG}rect")][2:]
    assert set(fills[:3]) == set(fills[3:])
    assert "recorded: 1 to 8, darker where more" in "".join(root.itertext())
    assert "none, by a complete list" not in "".join(root.itertext())


def test_a_long_title_of_a_heat_map_stands_in_lines() -> None:
    svg = heat_map(HeatMap(f"{LONG} : {LONG}", (LONG,), (LONG,), ((1,),)), "fr")

    paper = float(ET.fromstring(svg).get("width", "0"))  # our own text
    assert all(end <= paper for start, end in spans(re.sub(r"<g transform.*?</g>", "", svg)))


def test_a_heat_map_tells_unknown_from_none() -> None:
    svg = heat_map(HeatMap("Services", ("A", "B"), ("x", "y"), ((None, 2), (0, 1))))

    root = ET.fromstring(svg)  # our own text
    fills = [cell.get("fill") for cell in root.iter(f"{SVG}rect")]
    assert fills.count("url(#hatch)") == 2  # one cell, one in the legend
    assert "A: x not recorded, y 2. B: x 0, y 1." in (root.findtext(f"{SVG}desc") or "")
