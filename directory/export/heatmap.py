"""A table of counts as a picture: rows by columns, darker where more is recorded, hatched where nothing is known."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from directory.export.lettering import FONTS, INK, block, headed, headlines, in_rows, width, wrapped
from directory.export.words import spaced

SIZE: Final = 14  # of letters
TITLE: Final = 18
EDGE: Final = 24
CELL: Final = 62
HEIGHT: Final = 36
NAMES: Final = 300
SLANT: Final = 150  # the longest of the slanted headings
SPILL: Final = 70  # by which one may reach beyond its column
SHADES: Final = ("#e3eef7", "#b5d3ea", "#7fb2d9", "#3f86bd", "#0b5a94")
"""From few to many; the text on the last two is white, so that it is read."""
WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "unknown": "not recorded",
        "none": "0: none, by a complete list",
        "one": "recorded: {n}",
        "many": "recorded: {n} to {most}, darker where more",
    },
    "fr": {
        "unknown": "non enregistré",
        "none": "0 : aucun, liste complète",
        "one": "enregistrés : {n}",
        "many": "enregistrés : {n} à {most}, plus foncé s'il y en a plus",
    },
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
    title = spaced(drawn.title, locale)
    across = EDGE * 2 + NAMES + CELL * len(drawn.columns) + SPILL
    heading = headlines(title, across - 2 * EDGE, TITLE)
    head = 20 + 22 * len(heading) + _rise(drawn.columns)
    legend, bottom = _legend(head + HEIGHT * len(drawn.rows) + 22, across, drawn, locale)
    most = max((count or 0 for row in drawn.counts for count in row), default=0)
    body = [_column(name, rank, head) for rank, name in enumerate(drawn.columns)]
    for rank, (name, counts) in enumerate(zip(drawn.rows, drawn.counts, strict=True)):
        y = head + HEIGHT * rank
        body.append(block(wrapped(name, NAMES - 10, SIZE), EDGE + NAMES - 10, y + HEIGHT / 2, "end", SIZE))
        body += [_cell(count, most, y, place) for place, count in enumerate(counts)]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {across} {bottom}" width="{across}" '
            f'height="{bottom}" role="img" aria-labelledby="heat-title heat-desc" lang="{locale}" '
            f'font-family="{FONTS}" font-size="{SIZE}">',
            f'<title id="heat-title">{escape(title)}</title>',
            f'<desc id="heat-desc">{escape(_described(drawn, words, locale))}</desc>',
            '<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" '
            'patternTransform="rotate(45)">',
            '<rect width="6" height="6" fill="#ffffff"/><path d="M0 0V6" stroke="#c8c8c8" stroke-width="2"/>',
            "</pattern></defs>",
            f'<rect width="{across}" height="{bottom}" fill="#ffffff"/>',
            *headed(heading, EDGE, 30, TITLE),
            *body,
            *legend,
            "</svg>\n",
        ]
    )


def _rise(columns: Sequence[str]) -> int:
    """The height of the slanted headings, of one line or two."""
    lines = [wrapped(name, SLANT, SIZE) for name in columns]
    rises = (0.75 * max(width(line, SIZE) for line in each) + 12 * len(each) for each in lines)
    return round(max(rises, default=0)) + 18


def _column(name: str, rank: int, head: float) -> str:
    x = EDGE + NAMES + CELL * rank + CELL / 2
    lines = wrapped(name, SLANT, SIZE)
    return f'<g transform="translate({x:.1f} {head - 10}) rotate(-48)">{block(lines, 0, 0, "start", SIZE)}</g>'


def _cell(count: int | None, most: int, y: float, place: int) -> str:
    x = EDGE + NAMES + CELL * place
    fill, ink = _shade(count, most)
    box = f'<rect x="{x + 1}" y="{y + 1}" width="{CELL - 2}" height="{HEIGHT - 2}" fill="{fill}" stroke="#9a9a9a"/>'
    if count is None:
        return box
    text = f'<text x="{x + CELL / 2:.1f}" y="{y + HEIGHT / 2 + 5:.1f}" text-anchor="middle" fill="{ink}">{count}</text>'
    return box + text


def _shade(count: int | None, most: int) -> tuple[str, str]:
    if count is None:
        return "url(#hatch)", "#1a1a1a"
    if count == 0:
        return "#ffffff", "#1a1a1a"
    rank = min(len(SHADES) - 1, (count - 1) * len(SHADES) // max(most, 1))
    return SHADES[rank], "#ffffff" if rank >= 3 else "#1a1a1a"


def _legend(top: int, across: int, drawn: HeatMap, locale: str) -> tuple[list[str], int]:
    """The marks that are drawn with their meaning, in as many lines as they need, and the height below them."""
    parts, y = [], top
    keys = [(fills, spaced(text, locale)) for fills, text in _keys(drawn, WORDS[locale])]
    wides = (18 * len(fills) + 8 + width(said, SIZE) + 16 for fills, said in keys)
    for (fills, said), (x, y) in zip(keys, in_rows(wides, EDGE, across - EDGE, top, 24), strict=True):
        for rank, fill in enumerate(fills):
            parts.append(
                f'<rect x="{x + 18 * rank:.1f}" y="{y}" width="18" height="14" fill="{fill}" stroke="#9a9a9a"/>'
            )
        parts.append(f'<text x="{x + 18 * len(fills) + 8:.1f}" y="{y + 12}" fill="{INK}">{escape(said)}</text>')
    return parts, y + 38


def _keys(drawn: HeatMap, words: Mapping[str, str]) -> Iterator[tuple[list[str], str]]:
    """What the legend explains: the fills of each mark that is drawn, and its words."""
    counts = {count for row in drawn.counts for count in row}
    if None in counts:
        yield [_shade(None, 0)[0]], words["unknown"]
    if 0 in counts:
        yield [_shade(0, 0)[0]], words["none"]
    known = sorted(count for count in counts if count)
    if known:
        fills = list(dict.fromkeys(_shade(count, known[-1])[0] for count in known))
        yield fills, words["many" if len(known) > 1 else "one"].format(n=known[0], most=known[-1])


def _described(drawn: HeatMap, words: Mapping[str, str], locale: str) -> str:
    lines = []
    for name, counts in zip(drawn.rows, drawn.counts, strict=True):
        cells = (
            f"{column} {words['unknown'] if count is None else count}"
            for column, count in zip(drawn.columns, counts, strict=True)
        )
        lines.append(f"{name}{' :' if locale == 'fr' else ':'} {', '.join(cells)}.")
    return spaced(" ".join(_few(lines)), locale)


def _few(lines: Sequence[str]) -> Sequence[str]:
    return lines if len(lines) <= 60 else [*lines[:60], f"… {len(lines) - 60} +"]
