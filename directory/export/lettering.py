"""The words of a picture: how wide they are, and how they stand in lines that fit. Sizes are in pixels."""

import re
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import Final

FONTS: Final = "'DejaVu Sans', 'Noto Sans', Arial, sans-serif"
BREAK: Final = re.compile(r"[ \t\r\n]+")  # spaces that do not break are part of a word
INK: Final = "#1a1a1a"
NARROW: Final = frozenset("iljftrI.,:;!'’|()[]- \u00a0\u202f")
BROAD: Final = frozenset("mwMWœŒ—…@%")


def width(text: str, size: float) -> float:
    """About how wide a text is, in DejaVu Sans, the widest of the fonts named: a twentieth too much, as a rule.

    >>> width("Lille", 10), width("LILLE", 10)
    (24.8, 32.2)
    """
    ems = sum(0.38 if each in NARROW else 1.0 if each in BROAD else 0.71 if each.isupper() else 0.63 for each in text)
    return round(size * ems, 1)


def wrapped(text: str, room: float, size: float, lines: int = 2) -> list[str]:
    """The text in a few lines, each within the room; what does not fit ends in an ellipsis.

    >>> wrapped("Family Allowances Fund of Yvelines", 150, 12)
    ['Family Allowances', 'Fund of Yvelines']
    >>> wrapped("Saint-Quentin-en-Yvelines urban area", 120, 12), wrapped("One two three", 30, 12)
    (['Saint-Quentin-en…', 'urban area'], ['One', 'tw…'])
    """
    made: list[str] = []
    for word in BREAK.split(text.strip()):
        if made and width(f"{made[-1]} {word}", size) <= room:
            made[-1] += f" {word}"
        else:
            made.append(word)
    kept = made[:lines]
    if len(made) > lines:
        kept[-1] = f"{kept[-1].rstrip('…')}…"
    return [_cut(line, room, size) for line in kept]


def _cut(line: str, room: float, size: float) -> str:
    """The line, or as much of its start as the room holds and an ellipsis; whole words, where there are several."""
    kept = line.rstrip("…")
    while kept and width(line, size) > room:
        kept = kept.rpartition(" ")[0] or kept[:-1]
        line = f"{kept}…"
    return line


def headlines(text: str, room: float, size: float) -> list[str]:
    """A heading in three lines at most, in bold, which is wider."""
    return wrapped(text, room / 1.1, size, 3)


def headed(lines: Sequence[str], x: float, y: float, size: int) -> list[str]:
    """The lines of a heading as texts, the first one on `y`."""
    return [
        f'<text x="{x}" y="{y + (size + 4) * rank}" font-size="{size}" font-weight="bold" fill="{INK}">'
        f"{escape(line)}</text>"
        for rank, line in enumerate(lines)
    ]


def in_rows(wides: Iterable[float], left: float, right: float, y: int, pitch: int) -> Iterator[tuple[float, int]]:
    """Where each of these widths stands, one after the other, in as many rows as they need."""
    x = left
    for wide in wides:
        if x > left and x + wide > right:
            x, y = left, y + pitch
        yield x, y
        x += wide


def block(lines: Sequence[str], x: float, y: float, anchor: str, size: float) -> str:
    """The lines as one text whose middle is at `y`."""
    pitch = round(size * 1.17, 1)
    top = y + size * 0.35 - pitch * (len(lines) - 1) / 2
    spans = "".join(
        f'<tspan x="{x:.1f}" y="{top + pitch * rank:.1f}">{escape(line)}</tspan>' for rank, line in enumerate(lines)
    )
    return f'<text text-anchor="{anchor}" font-size="{size:g}" fill="{INK}">{spans}</text>'
