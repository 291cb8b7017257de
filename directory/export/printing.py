"""Pages as PDF and pictures as PNG, by libraries that are installed only where somebody prints."""

import re
from collections.abc import Mapping
from importlib import import_module
from types import ModuleType
from typing import Final

from directory.errors import BadInput

NEEDED: Final[Mapping[str, str]] = {"weasyprint": "PDF", "resvg_py": "PNG"}
DESCRIBED: Final = re.compile(r"</title>\s*<desc[^>]*>(.*?)</desc>", re.DOTALL)
WIDE: Final = 2_240
"""Pixels across a picture: twice the size it is drawn at, for print."""


def pdf(html: str) -> bytes:
    """The page as a tagged PDF (PDF/UA-1). Raises BadInput, with what to install, where WeasyPrint is missing."""
    made: bytes = _library("weasyprint").HTML(string=_told(html)).write_pdf(pdf_variant="pdf/ua-1")
    return made


def _told(html: str) -> str:
    """The page with the description of each picture in its title, of which alone WeasyPrint makes the alternative.

    >>> _told("<svg><title>Partners</title><desc>Agency: human 1.</desc></svg>")
    '<svg><title>Partners. Agency: human 1.</title></svg>'
    """
    return DESCRIBED.sub(r". \1</title>", html)


def png(svg: str) -> bytes:
    """The picture as PNG. Raises BadInput, with what to install, where resvg is missing."""
    return bytes(_library("resvg_py").svg_to_bytes(svg_string=svg, width=WIDE))


def _library(name: str) -> ModuleType:
    """The library, loaded when it is asked for: it is an extra, and starting without it must not fail."""
    try:
        return import_module(name)
    except (ImportError, OSError) as error:
        raise BadInput(
            f"{NEEDED[name]} needs an extra: pip install 'cite-directory[report]' ({error}). HTML and SVG need nothing."
        ) from error
