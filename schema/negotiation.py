"""What the client accepts: media types, encodings, and whether it already has the answer."""

import hashlib
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import brotli

from schema.context import language

RESPONSE = "application/graphql-response+json"
JSON = "application/json"
EVENTS = "text/event-stream"
OFFERED = (JSON, RESPONSE, EVENTS)
"""What we can answer with; the first one when the client has no preference."""

SAID_OFTEN = 256
"""Headers remembered with what they mean: most clients are of few kinds."""
WORTH_COMPRESSING = 2_048
QUALITY = re.compile(r"0(\.\d{0,3})?|1(\.0{0,3})?")


@dataclass(frozen=True, slots=True)
class Range:
    """One element of an Accept header: what it covers, how much it is wanted, where it stands."""

    kind: str
    quality: float
    place: int

    def covers(self, media_type: str) -> bool:
        """Whether the media type is in the range."""
        return self.kind in (media_type, "*/*", media_type.partition("/")[0] + "/*")

    @property
    def precision(self) -> int:
        """How exactly it names what it covers: the most exact element decides on a media type."""
        return 0 if self.kind == "*/*" else 1 if self.kind.endswith("/*") else 2


@lru_cache(SAID_OFTEN)
def accepted(header: str | None) -> str | None:
    """The media type to answer with, by quality and then by the client's order; None when nothing fits.

    >>> accepted("application/graphql-response+json, application/json;q=0.9")
    'application/graphql-response+json'
    >>> accepted("*/*"), accepted("text/html")
    ('application/json', None)
    """
    if header is None or not header.strip():
        return JSON
    ranges = list(ranges_of(header))
    wanted = [(wish, media_type) for media_type in OFFERED if (wish := wish_for(media_type, ranges))]
    fitting = [each for each in wanted if each[0].quality > 0]
    # `min` keeps the first of equals, so a wildcard gives the first that we offer.
    best = min(fitting, key=lambda each: (-each[0].quality, each[0].place), default=None)
    return best[1] if best else None


def wish_for(media_type: str, ranges: Iterable[Range]) -> Range | None:
    """The element of the header that decides on a media type."""
    fitting = [each for each in ranges if each.covers(media_type)]
    if media_type == EVENTS:
        # A stream is only for those who name it: a wildcard wants an ordinary answer.
        fitting = [each for each in fitting if each.precision == 2]
    return max(fitting, key=lambda each: (each.precision, -each.place), default=None)


def ranges_of(header: str) -> Iterator[Range]:
    """The elements of an Accept header; those that cannot be read are passed over."""
    for place, element in enumerate(header.lower().split(",")):
        kind, *parameters = (part.strip() for part in element.split(";"))
        said = dict(part.replace(" ", "").partition("=")[::2] for part in parameters)
        quality = said.get("q", "1")
        if QUALITY.fullmatch(quality) and said.get("charset", "utf-8").strip('"') in ("utf-8", "utf8"):
            yield Range(kind, float(quality), place)


@lru_cache(SAID_OFTEN)
def preferred_language(header: str | None) -> str | None:
    """The tag of ours that an Accept-Language header wants most; None when it wants none of them.

    >>> preferred_language("sv, fr-CH;q=0.9, en;q=0.8"), preferred_language(None)
    ('fr-ch', None)
    """
    if header is None:
        return None
    known = [each for each in ranges_of(header) if each.quality > 0 and language(each.kind)]
    return max(known, key=lambda each: (each.quality, -each.place)).kind if known else None


@lru_cache(SAID_OFTEN)
def is_json(header: str | None) -> bool:
    """Whether a Content-Type is exactly JSON, in UTF-8.

    >>> is_json("application/json; charset=utf-8"), is_json("application/json; charset=latin-1"), is_json("text/json")
    (True, False, False)
    """
    kind, *parameters = (part.strip().lower() for part in (header or "").split(";"))
    return kind == JSON and all(part.replace('"', "") in ("charset=utf-8", "charset=utf8", "") for part in parameters)


def encoding_for(header: str | None, size: int) -> str | None:
    """The content encoding for an answer of that size: br, gzip, or None to leave it as it is."""
    if header is None or size < WORTH_COMPRESSING:
        return None
    ranges = {each.kind: each.quality for each in ranges_of(header)}
    offered = {name: ranges.get(name, ranges.get("*", 0.0)) for name in ("br", "gzip")}
    best = max(offered, key=lambda name: offered[name])
    return best if offered[best] > 0 else None


def compressed(body: bytes, encoding: str | None) -> bytes:
    """The body in that encoding, at the level that costs least: more takes longer than the network gains."""
    if encoding == "br":
        return bytes(brotli.compress(body, quality=1))
    if encoding == "gzip":
        writer = zlib.compressobj(1, zlib.DEFLATED, 31)
        return writer.compress(body) + writer.flush()
    return body


def etag(body: bytes, encoding: str | None) -> str:
    """A strong validator: other bytes on the wire, another tag."""
    return f'"{hashlib.blake2b(body, digest_size=16).hexdigest()}{"-" + encoding if encoding else ""}"'


def already_has(header: str | None, tag: str) -> bool:
    """Whether an If-None-Match names this tag.

    >>> already_has('"a", W/"b"', '"b"'), already_has("*", '"b"'), already_has(None, '"b"')
    (True, True, False)
    """
    tags = [each.strip().removeprefix("W/") for each in (header or "").split(",")]
    return tag in tags or "*" in tags
