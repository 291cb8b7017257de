"""Global ids: opaque texts that say which type an item has and its own id, never how an engine keeps it."""

import binascii
from collections.abc import Callable, Mapping
from functools import cache
from typing import Final

CODES: Final[Mapping[str, str]] = {
    "Site": "si", "Folder": "fo", "Page": "pa", "NewsItem": "ni", "Newsletter": "nl", "File": "fi", "Image": "im",
    "Link": "li", "Collection": "co", "Cite": "ci", "Channel": "ch", "Service": "se", "Need": "ne", "Event": "ev",
    "Organisation": "or", "Partnership": "ps", "Contribution": "cn", "Territory": "te", "Person": "pe",
    "Mandate": "ma", "Body": "bo", "Project": "pr", "ProjectMembership": "pm", "Deliverable": "de",
    "LifeEvent": "le", "CharterEvidence": "ce", "Indicator": "in", "Observation": "ob", "Source": "so",
    "OpenQuestion": "oq",
}  # fmt: skip
"""The code of each type in ids. Ids are kept by others for years: a code never changes and is never given again."""

LABELS: Final[Mapping[str, str]] = {code: label for label, code in CODES.items()}
LONGEST: Final = 400  # characters of a global id: own ids are short texts


def global_id(label: str, id: str) -> str:
    """The global id of an item.

    >>> global_id("Cite", "0b2c")
    'Y2k6MGIyYw'
    """
    return encoder(label)(id)


@cache
def encoder(label: str) -> Callable[[str], str]:
    """What makes a global id of the own id of an item of that type."""
    prefix = f"{CODES.get(label, label)}:"
    encode = binascii.b2a_base64

    def encoded(id: str) -> str:
        text = encode((prefix + id).encode(), newline=False).decode()
        # URL-safe, without padding; ids of 36 characters with a code of two need neither.
        return text.translate(_URL_SAFE) if "=" in text or "+" in text or "/" in text else text

    return encoded


_URL_SAFE: Final = str.maketrans({"+": "-", "/": "_", "=": None})


def own_id(text: str) -> tuple[str, str] | None:
    """The type and own id that a global id says; None for anything else.

    >>> own_id("Y2k6MGIyYw"), own_id("nonsense"), own_id("")
    (('Cite', '0b2c'), None, None)
    """
    if not text or len(text) > LONGEST or not text.isascii():
        return None
    padded = text.replace("-", "+").replace("_", "/") + "=" * (-len(text) % 4)
    try:
        code, colon, id = binascii.a2b_base64(padded, strict_mode=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    label = LABELS.get(code, code)
    # Several texts may decode to the same bytes: only the one that we give is an id.
    if not colon or not id or encoder(label)(id) != text:
        return None
    return label, id
