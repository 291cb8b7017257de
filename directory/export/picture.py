"""Pictures as SVG text: the ecosystem of a Cité. Deterministic, readable in print and without colours.

Partners stand in two bowed columns, services in the centre; each kind of contribution has a colour and a shape. All
shapes have one size; a figure beside one counts contributions. Each mark has its words in a title, and the whole
picture in its description.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil
from typing import Final

from directory.analysis.dates import dated
from directory.export.ecosystem import KINDS, Bond, Ecosystem, Side
from directory.export.lettering import FONTS, INK, block, headed, headlines, in_rows, width, wrapped
from directory.export.words import spaced

SIZE: Final = 14  # of letters
HEAD: Final = 20
NUMBER: Final = 12
NARROWEST: Final = 1120
EDGE: Final = 24  # from the paper's edge to the text
ROW: Final = 36
SPREAD: Final = 80  # most pixels from one row to the next
BOW: Final = 54
LINES: Final = 60  # least width of the lines between a column and the services
NAME: Final = 170  # least room of a partner's name
LONG: Final = 270  # most of it
SERVICE: Final = 270  # width of a service's box
BOX: Final = 78  # most of its height, with the space below it
MARK: Final = 17
COLOURS: Final[Mapping[str, str]] = {  # Okabe and Ito's colours, told apart by all kinds of sight; 2008
    "human": "#0072b2",
    "financial": "#007a56",
    "expertise": "#c45200",
    "material": "#a8457d",
    "unknown": "#6b6b6b",
}
WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "human": "human",
        "financial": "financial",
        "expertise": "expertise",
        "material": "material",
        "unknown": "kind not recorded",
        "heading": "{title}: recorded partners on {at}",
        "none": "No partner is recorded.",
        "counts": "Recorded partners: {partners}.{others} Recorded services: {services}.",
        "others": " Others who contribute or run a service: {n}.",
        "grouped": " One row for each family of organisations, the number of them in brackets.",
        "brought": "Contributions:",
        "number": "number of contributions",
        "silent": "no contribution recorded",
        "members": "{title} ({n})",
        "to_all": "Brought to the Cité as a whole",
    },
    "fr": {
        "human": "humains",
        "financial": "financiers",
        "expertise": "expertise",
        "material": "matériels",
        "unknown": "nature non enregistrée",
        "heading": "{title} : partenaires enregistrés au {at}",
        "none": "Aucun partenaire n'est enregistré.",
        "counts": "Partenaires enregistrés : {partners}.{others} Services enregistrés : {services}.",
        "others": " Autres contributeurs ou intervenants : {n}.",
        "grouped": " Une ligne par famille d'organismes, leur nombre entre parenthèses.",
        "brought": "Moyens apportés :",
        "number": "nombre de contributions",
        "silent": "aucune contribution enregistrée",
        "members": "{title} ({n})",
        "to_all": "Apporté à la Cité dans son ensemble",
    },
}


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a row's marks and lines are: `x`, `y` of the line's start; `left` tells on which side the row stands."""

    x: float
    y: float
    left: bool


@dataclass(frozen=True, slots=True)
class Paper:
    """What the drawing stands on: its width, where its rows and services begin, and how high these are together."""

    width: int
    top: int
    body: int

    @property
    def bottom(self) -> int:
        """Where rows and services end and the legend begins."""
        return self.top + self.body


def ecosystem(drawn: Ecosystem, locale: str = "en") -> str:
    """The picture of an ecosystem, as an SVG document of its own."""
    words = WORDS[locale]
    heading = spaced(words["heading"].format(title=drawn.title, at=dated(drawn.at, locale)), locale)
    paper = _paper(drawn)
    lines = headlines(heading, paper.width - 2 * EDGE, HEAD)
    paper = Paper(paper.width, 72 + 24 * len(lines), paper.body)
    spots = _spots(drawn.sides, paper)
    boxes = _boxes(drawn, paper)
    legend, height = _legend(drawn, paper, words, locale)
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {paper.width} {height}" width="{paper.width}" '
            f'height="{height}" role="img" aria-labelledby="title desc" lang="{locale}" font-family="{FONTS}" '
            f'font-size="{SIZE}">',
            f'<title id="title">{escape(heading)}</title>',
            f'<desc id="desc">{escape(described(drawn, locale))}</desc>',
            f'<rect width="{paper.width}" height="{height}" fill="#ffffff"/>',
            *headed(lines, EDGE, 36, HEAD),
            f'<text x="{EDGE}" y="{36 + 24 * len(lines)}" fill="#444444">'
            f"{escape(spaced(_counts(drawn, words), locale))}</text>",
            *(_line(bond, spots, boxes) for bond in drawn.bonds),
            *(_box(title, *boxes[id]) for id, title in (("", words["to_all"]), *drawn.services) if id in boxes),
            *(_row(side, spots[side.id], paper, words) for side in drawn.sides),
            *legend,
            "</svg>\n",
        ]
    )


def described(drawn: Ecosystem, locale: str = "en") -> str:
    """The picture in words: each partner with what it brings to which service."""
    words = WORDS[locale]
    titles = dict(drawn.services)
    to: dict[str, list[str]] = {}
    for bond in drawn.bonds:
        to.setdefault(bond.side, []).append(titles.get(bond.service, ""))
    lines = []
    for side in drawn.sides:
        ends = ", ".join(dict.fromkeys(filter(None, to.get(side.id, ()))))
        lines.append(f"{_name(side, words)}: {_brings(side, words)}{f' → {ends}' if ends else ''}.")
    said = " ".join(lines) or words["none"]
    return spaced(said.replace(": ", " : ") if locale == "fr" else said, locale)


def _counts(drawn: Ecosystem, words: Mapping[str, str]) -> str:
    if not drawn.sides:
        return words["none"]
    others = words["others"].format(n=drawn.others) if drawn.others else ""
    grouped = words["grouped"] if any(side.members > 1 for side in drawn.sides) else ""
    return words["counts"].format(partners=drawn.partners, others=others, services=len(drawn.services)) + grouped


def _paper(drawn: Ecosystem) -> Paper:
    """As wide as names, marks, lines and services need, as high as the longer of the two columns and the services."""
    marks = max((_marks_width(side) for side in drawn.sides), default=0)
    column = EDGE + NAME + 6 + marks + BOW + LINES
    rows = ceil(len(drawn.sides) / 2)
    return Paper(max(NARROWEST, ceil(2 * column + SERVICE)), 96, max(rows * ROW, len(_ends(drawn)) * BOX, 180))


def _spots(sides: Sequence[Side], paper: Paper) -> dict[str, Spot]:
    """Where each row stands, left and right in turn."""
    rows = ceil(len(sides) / 2)
    pitch = min(paper.body / max(rows, 1), SPREAD)
    middle = paper.top + paper.body / 2
    inner = paper.width / 2 - SERVICE / 2 - LINES - BOW
    spots = {}
    for rank, side in enumerate(sides):
        left, row = rank % 2 == 0, rank // 2
        column = rows if left else len(sides) // 2
        y = middle + (row - (column - 1) / 2) * pitch
        # The ends of a column lean towards the centre, so that lines part and meet without crossing the names.
        bow = BOW * (2 * (y - middle) / paper.body) ** 2
        x = inner + bow if left else paper.width - inner - bow
        spots[side.id] = Spot(x, y, left)
    return spots


def _ends(drawn: Ecosystem) -> list[str]:
    """The ids of the services; that of the Cité itself, when something is brought to it, comes first."""
    whole = [""] if any(not bond.service for bond in drawn.bonds) else []
    return [*whole, *(id for id, _ in drawn.services)]


def _boxes(drawn: Ecosystem, paper: Paper) -> dict[str, tuple[float, float]]:
    """The middle of each service's box."""
    ids = _ends(drawn)
    step = paper.body / max(len(ids), 1)
    return {id: (paper.width / 2, paper.top + step * (rank + 0.5)) for rank, id in enumerate(ids)}


def _line(bond: Bond, spots: Mapping[str, Spot], boxes: Mapping[str, tuple[float, float]]) -> str:
    spot, (x, y) = spots[bond.side], boxes[bond.service]
    start = spot.x + (8 if spot.left else -8)
    end = x + (-SERVICE / 2 if spot.left else SERVICE / 2)
    bend = (end - start) * 0.5
    # Each kind has its own height at the box, so that the lines of two kinds do not lie on each other.
    y += (KINDS.index(bond.kind) - 2) * 4
    curve = f"M{start:.1f} {spot.y:.1f}C{start + bend:.1f} {spot.y:.1f} {end - bend:.1f} {y:.1f} {end:.1f} {y:.1f}"
    return f'<path d="{curve}" fill="none" stroke="{COLOURS[bond.kind]}" stroke-width="1.4" stroke-opacity="0.8"/>'


def _box(title: str, x: float, y: float) -> str:
    lines = wrapped(title, SERVICE - 20, SIZE, 3)
    height = 18 + 17 * len(lines)
    text = block(lines, x, y, "middle", SIZE)
    return (
        f'<rect x="{x - SERVICE / 2:.1f}" y="{y - height / 2:.1f}" width="{SERVICE}" height="{height}" rx="6" '
        f'fill="#f4f4f0" stroke="#444444"/>{text}'
    )


def _row(side: Side, spot: Spot, paper: Paper, words: Mapping[str, str]) -> str:
    name = _name(side, words)
    taken = _marks_width(side) + 6
    x = spot.x - taken if spot.left else spot.x + taken
    room = min((x if spot.left else paper.width - x) - EDGE, LONG)
    text = block(wrapped(name, room, SIZE), x, spot.y, "end" if spot.left else "start", SIZE)
    return f"<g><title>{escape(f'{name}: {_brings(side, words)}')}</title>{text}{_marks(side, spot)}</g>"


def _cells(side: Side) -> list[tuple[str, int, float]]:
    """The kinds that a row brings with their counts and widths; a count stands close to the mark that it counts."""
    found = [(kind, side.kinds[kind]) for kind in KINDS if side.kinds.get(kind)]
    return [(kind, count, MARK + (9 * len(str(count)) + 6 if count > 1 else 0)) for kind, count in found]


def _marks_width(side: Side) -> float:
    return sum(width for _, _, width in _cells(side)) or MARK


def _marks(side: Side, spot: Spot) -> str:
    """The shapes beside a name, from the line outwards."""
    parts, at = [], 0.0
    for kind, count, wide in _cells(side):
        x = spot.x - at - wide + 8 if spot.left else spot.x + at + 8
        parts.append(shape(kind, x, spot.y))
        if count > 1:
            parts.append(f'<text x="{x + 9:.1f}" y="{spot.y + 4:.1f}" font-size="{NUMBER}" fill="{INK}">{count}</text>')
        at += wide
    return "".join(parts) or shape("silent", spot.x - 8 if spot.left else spot.x + 8, spot.y)


def shape(kind: str, x: float, y: float) -> str:
    """The mark of a kind of contribution: circle, square, triangle, diamond, ring; a dash where none is recorded."""
    fill = f'fill="{COLOURS.get(kind, "none")}"'
    match kind:
        case "human":
            return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5.5" {fill}/>'
        case "financial":
            return f'<rect x="{x - 5:.1f}" y="{y - 5:.1f}" width="10" height="10" {fill}/>'
        case "expertise":
            return f'<path d="M{x:.1f} {y - 6:.1f}l6 11h-12z" {fill}/>'
        case "material":
            return f'<path d="M{x:.1f} {y - 6.5:.1f}l6.5 6.5l-6.5 6.5l-6.5 -6.5z" {fill}/>'
        case "silent":
            return f'<path d="M{x - 5:.1f} {y:.1f}h10" stroke="#6b6b6b" stroke-width="2"/>'
        case _:
            return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.5" fill="none" stroke="{COLOURS[kind]}" stroke-width="2"/>'


def _legend(drawn: Ecosystem, paper: Paper, words: Mapping[str, str], locale: str) -> tuple[list[str], int]:
    """The marks with their words, in as many lines as they need, and the height of the picture below them."""
    top = y = paper.bottom + 40
    parts = []
    keys = [(mark, spaced(text, locale)) for mark, text in _keys(drawn, words)]
    wides = ((18 if mark else 0) + width(said, SIZE) + 14 for mark, said in keys)
    for (mark, said), (x, y) in zip(keys, in_rows(wides, EDGE, paper.width - EDGE, top, 26), strict=True):
        if mark == "number":
            parts.append(f'<text x="{x:.1f}" y="{y + 4}" font-size="{NUMBER}" fill="{INK}">2</text>')
        elif mark:
            parts.append(shape(mark, x + 6, y))
        parts.append(f'<text x="{x + (18 if mark else 0):.1f}" y="{y + 5}" fill="{INK}">{escape(said)}</text>')
    return parts, y + 24


def _keys(drawn: Ecosystem, words: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What the legend explains: the marks that are drawn, and no others."""
    used = {kind for side in drawn.sides for kind in side.kinds} | {bond.kind for bond in drawn.bonds}
    if used:
        yield "", words["brought"]
    yield from ((kind, words[kind]) for kind in KINDS if kind in used)
    if any(count > 1 for side in drawn.sides for count in side.kinds.values()):
        yield "number", words["number"]
    if any(not side.kinds for side in drawn.sides):
        yield "silent", words["silent"]


def _name(side: Side, words: Mapping[str, str]) -> str:
    return words["members"].format(title=side.title, n=side.members) if side.members > 1 else side.title


def _brings(side: Side, words: Mapping[str, str]) -> str:
    return ", ".join(f"{words[kind]} {side.kinds[kind]}" for kind in KINDS if side.kinds.get(kind)) or words["silent"]
