"""A table of counts as a picture: rows by columns, darker where more is recorded, hatched where nothing is known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from directory.export.picture import EDGE, wrapped

CELL: Final = 58
HEIGHT: Final = 34
NAMES: Final = 270
HEAD: Final = 140
SPILL: Final = 44  # by which a slanted heading may reach beyond its column
SHADES: Final = ("#e3eef7", "#b5d3ea", "#7fb2d9", "#3f86bd", "#0b5a94")
"""From few to many; the text on the last two is white, so that it is read."""
WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {"unknown": "not recorded", "none": "0: none, by a complete list", "count": "1 or more: recorded"},
    "fr": {"unknown": "non enregistré", "none": "0 : aucun, liste complète", "count": "1 ou plus : enregistrés"},
}


@dataclass(frozen=True, slots=True)
class HeatMap:
    """Counts by row and column. None: nothing is recorded, which is not zero; 0: declared that there is none."""

    title: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    counts: tuple[tuple[int | None, ...], ...]


def heat_map(drawn: HeatMap, locale: str = "en") -> str:
    """The heat map as an SVG document of its own; each cell says its count, so that no shade is needed to read it."""
    words = WORDS[locale]
    legend, legend_width = _legend(HEAD + HEIGHT * len(drawn.rows) + 22, words)
    width = max(EDGE * 2 + NAMES + CELL * len(drawn.columns) + SPILL, legend_width)
    height = HEAD + HEIGHT * len(drawn.rows) + 70
    most = max((count or 0 for row in drawn.counts for count in row), default=0)
    body = [_column(name, rank) for rank, name in enumerate(drawn.columns)]
    for rank, (name, counts) in enumerate(zip(drawn.rows, drawn.counts, strict=True)):
        body.append(_name(name, rank))
        body += [_cell(count, most, rank, place, words) for place, count in enumerate(counts)]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
            f'role="img" aria-labelledby="heat-title heat-desc" lang="{locale}" '
            "font-family=\"'DejaVu Sans', 'Noto Sans', Arial, sans-serif\" font-size=\"12\">",
            f'<title id="heat-title">{escape(drawn.title)}</title>',
            f'<desc id="heat-desc">{escape(_described(drawn, words))}</desc>',
            '<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" '
            'patternTransform="rotate(45)">',
            '<rect width="6" height="6" fill="#ffffff"/><path d="M0 0V6" stroke="#c8c8c8" stroke-width="2"/>',
            "</pattern></defs>",
            f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
            f'<text x="{EDGE}" y="{EDGE + 4}" font-size="16" font-weight="bold" fill="#1a1a1a">'
            f"{escape(drawn.title)}</text>",
            *body,
            *legend,
            "</svg>\n",
        ]
    )


def _column(name: str, rank: int) -> str:
    x = EDGE + NAMES + CELL * rank + CELL / 2
    lines = wrapped(name, 20)
    spans = "".join(
        f'<tspan x="0" y="{14 * (place - (len(lines) - 1) / 2) + 4:.1f}">{escape(line)}</tspan>'
        for place, line in enumerate(lines)
    )
    return f'<text transform="translate({x:.1f} {HEAD - 10}) rotate(-48)" fill="#1a1a1a">{spans}</text>'


def _name(name: str, rank: int) -> str:
    lines = wrapped(name, 38)
    top = HEAD + HEIGHT * rank + HEIGHT / 2 + 4 - 7 * (len(lines) - 1)
    spans = "".join(
        f'<tspan x="{EDGE + NAMES - 10}" y="{top + 14 * place:.1f}">{escape(line)}</tspan>'
        for place, line in enumerate(lines)
    )
    return f'<text text-anchor="end" fill="#1a1a1a">{spans}</text>'


def _cell(count: int | None, most: int, row: int, place: int, words: Mapping[str, str]) -> str:
    x, y = EDGE + NAMES + CELL * place, HEAD + HEIGHT * row
    fill, ink = _shade(count, most)
    box = f'<rect x="{x + 1}" y="{y + 1}" width="{CELL - 2}" height="{HEIGHT - 2}" fill="{fill}" stroke="#9a9a9a"/>'
    if count is None:
        return box
    text = f'<text x="{x + CELL / 2:.1f}" y="{y + HEIGHT / 2 + 4:.1f}" text-anchor="middle" fill="{ink}">{count}</text>'
    return box + text


def _shade(count: int | None, most: int) -> tuple[str, str]:
    if count is None:
        return "url(#hatch)", "#1a1a1a"
    if count == 0:
        return "#ffffff", "#1a1a1a"
    rank = min(len(SHADES) - 1, (count - 1) * len(SHADES) // max(most, 1))
    return SHADES[rank], "#ffffff" if rank >= 3 else "#1a1a1a"


def _legend(y: float, words: Mapping[str, str]) -> tuple[list[str], int]:
    """The marks with their meaning, and how wide they are together."""
    marks = (
        ("url(#hatch)", words["unknown"]),
        ("#ffffff", words["none"]),
        (SHADES[2], words["count"]),
    )
    parts, x = [], float(EDGE)
    for fill, text in marks:
        parts.append(f'<rect x="{x:.1f}" y="{y}" width="18" height="14" fill="{fill}" stroke="#9a9a9a"/>')
        parts.append(f'<text x="{x + 26:.1f}" y="{y + 12}" fill="#1a1a1a">{escape(text)}</text>')
        x += 48 + 6.6 * len(text)
    return parts, int(x) + EDGE


def _described(drawn: HeatMap, words: Mapping[str, str]) -> str:
    lines = []
    for name, counts in zip(drawn.rows, drawn.counts, strict=True):
        cells = (
            f"{column} {words['unknown'] if count is None else count}"
            for column, count in zip(drawn.columns, counts, strict=True)
        )
        lines.append(f"{name}: {', '.join(cells)}.")
    return " ".join(_few(lines))


def _few(lines: Sequence[str]) -> Sequence[str]:
    return lines if len(lines) <= 60 else [*lines[:60], f"… {len(lines) - 60} +"]
