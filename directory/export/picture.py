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

from directory.export.ecosystem import KINDS, Bond, Ecosystem, Side
from directory.export.words import dated

WIDTH: Final = 1120
TOP: Final = 96
ROW: Final = 34
BOW: Final = 54
EDGE: Final = 24  # from the paper's edge to the text
TEXT: Final = 30  # most characters of a line of a partner's name
SERVICE: Final = 250  # width of a service's box
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


def ecosystem(drawn: Ecosystem, locale: str = "en") -> str:
    """The picture of an ecosystem, as an SVG document of its own."""
    words = WORDS[locale]
    spots, height = _spots(drawn.sides, len(drawn.services))
    boxes = _boxes(drawn, height, words)
    heading = words["heading"].format(title=drawn.title, at=dated(drawn.at, locale))
    parts = [
        *(_line(bond, spots, boxes) for bond in drawn.bonds),
        *(_box(title, *boxes[id]) for id, title in (("", words["to_all"]), *drawn.services) if id in boxes),
        *(_row(side, spots[side.id], words) for side in drawn.sides),
        *_legend(drawn, height, words),
    ]
    others = words["others"].format(n=drawn.others) if drawn.others else ""
    counts = words["counts"].format(partners=drawn.partners, others=others, services=len(drawn.services))
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
            f'role="img" aria-labelledby="title desc" lang="{locale}" '
            "font-family=\"'DejaVu Sans', 'Noto Sans', Arial, sans-serif\" font-size=\"12\">",
            f'<title id="title">{escape(heading)}</title>',
            f'<desc id="desc">{escape(described(drawn, locale))}</desc>',
            f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
            f'<text x="{EDGE}" y="36" font-size="20" font-weight="bold" fill="#1a1a1a">{escape(heading)}</text>',
            f'<text x="{EDGE}" y="58" fill="#444444">{escape(counts if drawn.sides else words["none"])}</text>',
            *parts,
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
    return " ".join(lines) or words["none"]


def _spots(sides: Sequence[Side], services: int) -> tuple[dict[str, Spot], int]:
    """Where each row stands, left and right in turn, and the height of the picture."""
    rows = ceil(len(sides) / 2)
    body = max(rows * ROW, (services + 1) * 58, 180)
    spots = {}
    for rank, side in enumerate(sides):
        left, row = rank % 2 == 0, rank // 2
        column = rows if left else len(sides) // 2
        y = TOP + body / 2 + (row - (column - 1) / 2) * ROW
        # The ends of a column lean towards the centre, so that lines part and meet without crossing the names.
        bow = BOW * (2 * (y - TOP - body / 2) / body) ** 2
        x = 330 + bow if left else WIDTH - 330 - bow
        spots[side.id] = Spot(x, y, left)
    return spots, int(TOP + body + 64)


def _boxes(drawn: Ecosystem, height: int, words: Mapping[str, str]) -> dict[str, tuple[float, float]]:
    """The middle of each service's box; that of the Cité itself, when something is brought to it, comes first."""
    ids = [id for id, _ in drawn.services]
    if any(not bond.service for bond in drawn.bonds):
        ids.insert(0, "")
    body = height - 64 - TOP
    step = body / max(len(ids), 1)
    return {id: (WIDTH / 2, TOP + step * (rank + 0.5)) for rank, id in enumerate(ids)}


def _line(bond: Bond, spots: Mapping[str, Spot], boxes: Mapping[str, tuple[float, float]]) -> str:
    spot, (x, y) = spots[bond.side], boxes[bond.service]
    start = spot.x + (8 if spot.left else -8)
    end = x + (-SERVICE / 2 if spot.left else SERVICE / 2)
    bend = (end - start) * 0.5
    # Each kind has its own height at the box, so that the lines of two kinds do not lie on each other.
    y += (KINDS.index(bond.kind) - 2) * 4
    curve = f"M{start:.1f} {spot.y:.1f}C{start + bend:.1f} {spot.y:.1f} {end - bend:.1f} {y:.1f} {end:.1f} {y:.1f}"
    return f'<path d="{curve}" fill="none" stroke="{COLOURS[bond.kind]}" stroke-width="1.4" stroke-opacity="0.6"/>'


def _box(title: str, x: float, y: float) -> str:
    lines = wrapped(title, 34)
    height = 20 + 15 * len(lines)
    text = _lines(lines, x, y, "middle")
    return (
        f'<rect x="{x - SERVICE / 2:.1f}" y="{y - height / 2:.1f}" width="{SERVICE}" height="{height}" rx="6" '
        f'fill="#f4f4f0" stroke="#444444"/>{text}'
    )


def _row(side: Side, spot: Spot, words: Mapping[str, str]) -> str:
    name = _name(side, words)
    marks, width = _marks(side, spot)
    x = spot.x - width - 6 if spot.left else spot.x + width + 6
    text = _lines(wrapped(name, TEXT), x, spot.y, "end" if spot.left else "start")
    return f"<g><title>{escape(f'{name}: {_brings(side, words)}')}</title>{text}{marks}</g>"


def _marks(side: Side, spot: Spot) -> tuple[str, float]:
    """The shapes beside a name, from the line outwards, and the width they take."""
    parts, at = [], 0.0
    for kind in (kind for kind in KINDS if side.kinds.get(kind)) if side.kinds else ():
        count = side.kinds[kind]
        width = 16 + (7 * len(str(count)) if count > 1 else 0)
        x = spot.x - at - width + 8 if spot.left else spot.x + at + 8
        parts.append(shape(kind, x, spot.y))
        if count > 1:
            parts.append(f'<text x="{x + 8:.1f}" y="{spot.y + 4:.1f}" font-size="11" fill="#1a1a1a">{count}</text>')
        at += width
    if not parts:
        x = spot.x - 8 if spot.left else spot.x + 8
        return f'<circle cx="{x:.1f}" cy="{spot.y:.1f}" r="3" fill="none" stroke="#6b6b6b"/>', 16.0
    return "".join(parts), at


def shape(kind: str, x: float, y: float) -> str:
    """The mark of a kind of contribution: circle, square, triangle, diamond; a ring for one not recorded."""
    fill = f'fill="{COLOURS[kind]}"'
    match kind:
        case "human":
            return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5.5" {fill}/>'
        case "financial":
            return f'<rect x="{x - 5:.1f}" y="{y - 5:.1f}" width="10" height="10" {fill}/>'
        case "expertise":
            return f'<path d="M{x:.1f} {y - 6:.1f}l6 11h-12z" {fill}/>'
        case "material":
            return f'<path d="M{x:.1f} {y - 6.5:.1f}l6.5 6.5l-6.5 6.5l-6.5 -6.5z" {fill}/>'
        case _:
            return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.5" fill="none" stroke="{COLOURS[kind]}" stroke-width="2"/>'


def _legend(drawn: Ecosystem, height: int, words: Mapping[str, str]) -> Iterator[str]:
    x = float(EDGE) + 6
    used = {kind for side in drawn.sides for kind in side.kinds} | {bond.kind for bond in drawn.bonds}
    for kind in (kind for kind in KINDS if kind in used):
        yield shape(kind, x, height - 24)
        yield f'<text x="{x + 12:.1f}" y="{height - 20}" fill="#1a1a1a">{escape(words[kind])}</text>'
        x += 36 + 7 * len(words[kind])
    if any(not side.kinds for side in drawn.sides):
        yield f'<circle cx="{x:.1f}" cy="{height - 24}" r="3" fill="none" stroke="#6b6b6b"/>'
        yield f'<text x="{x + 12:.1f}" y="{height - 20}" fill="#1a1a1a">{escape(words["silent"])}</text>'


def _name(side: Side, words: Mapping[str, str]) -> str:
    return words["members"].format(title=side.title, n=side.members) if side.members > 1 else side.title


def _brings(side: Side, words: Mapping[str, str]) -> str:
    return ", ".join(f"{words[kind]} {side.kinds[kind]}" for kind in KINDS if side.kinds.get(kind)) or words["silent"]


def _lines(lines: Sequence[str], x: float, y: float, anchor: str) -> str:
    top = y + 4 - 7 * (len(lines) - 1)
    spans = "".join(
        f'<tspan x="{x:.1f}" y="{top + 14 * rank:.1f}">{escape(line)}</tspan>' for rank, line in enumerate(lines)
    )
    return f'<text text-anchor="{anchor}" fill="#1a1a1a">{spans}</text>'


def wrapped(text: str, most: int, lines: int = 2) -> list[str]:
    """The text in a few lines of so many characters; what does not fit ends in an ellipsis.

    >>> wrapped("Family Allowances Fund of Yvelines", 20), wrapped("Saint-Quentin-en-Yvelines urban area", 12)
    (['Family Allowances', 'Fund of Yvelines'], ['Saint-Quenti…', 'urban area'])
    """
    made: list[str] = []
    for word in text.split():
        if made and len(made[-1]) + 1 + len(word) <= most:
            made[-1] += f" {word}"
        else:
            made.append(word)
    kept = [line if len(line) <= most + 1 else f"{line[:most]}…" for line in made[:lines]]
    if len(made) > lines:
        kept[-1] = f"{kept[-1][: most - 1].rstrip(' …')}…"
    return kept
