"""Text: a form to compare and sort by, a form for addresses, and HTML that is safe to show."""

import re
import unicodedata
from functools import lru_cache
from html import unescape
from html.parser import HTMLParser

import nh3

# What decomposition leaves whole, though people type it without.
ALIKE = str.maketrans(
    {"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
    | dict.fromkeys("’‘ʼ`´", "'")
    | dict.fromkeys("‐‑‒–—―−", "-")
)
# Surrogates cannot be stored, controls and invisible marks are not seen: none of them makes a difference.
UNSEEN = {"Cs", "Cc", "Cf"}
WORD = re.compile(r"[^\W_]+")
# Above this the two engines order texts in two ways.
HIGHEST = "\uffff"

INNER_LINK = "item"
"""The scheme of a link to an item of ours, `item:ID`: it outlives every move and rename."""

BLOCKS = frozenset("p h2 h3 h4 ul ol li blockquote table thead tbody tr th td pre figure figcaption hr br".split())
INLINE = frozenset("a strong em b i u s sub sup abbr code img".split())
ATTRIBUTES = {
    "a": {"href", "title", "hreflang"},
    "img": {"src", "alt", "width", "height"},
    "abbr": {"title"},
    "th": {"scope", "colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
    "ol": {"start"},
}
SCHEMES = {"http", "https", "mailto", "tel", INNER_LINK}


class Seen(dict[int, int | None]):
    """What each character of a decomposed text becomes: itself, or nothing for marks and what is not seen."""

    def __missing__(self, code: int) -> int | None:
        letter = chr(code)
        if letter >= HIGHEST:
            return None  # not remembered: there are a million of them
        gone = unicodedata.combining(letter) or unicodedata.category(letter) in UNSEEN
        self[code] = None if gone else code
        return self[code]


SEEN = Seen()


@lru_cache(64)  # the few texts of one item are each asked for several times in a row
def fold(text: str) -> str:
    """The text as search, filters and sort keys compare it: no case, no accents, single spaces.

    >>> fold("  Cité des  Métiers — Œuvre de l’Été "), fold("Straße"), fold("🚀 Go")
    ("cite des metiers - oeuvre de l'ete", 'strasse', 'go')
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.lower().translate(ALIKE).split())
    folded = folded_once(text)
    # Dropping a mark can bring two others together, which then compose: until nothing changes.
    while not folded.isascii() and (again := folded_once(folded)) != folded:
        folded = again
    return folded


def folded_once(text: str) -> str:
    """One pass of `fold`."""
    spaced = " ".join(text.split())
    plain = unicodedata.normalize("NFKD", spaced.casefold()).translate(ALIKE)
    return " ".join(plain.translate(SEEN).casefold().split())


def words(text: str) -> list[str]:
    """The words of a text, folded: its runs of letters and digits, as full-text search knows them.

    >>> words("L’emploi, demain : n°_1")
    ['l', 'emploi', 'demain', 'n', '1']
    """
    return WORD.findall(fold(text))


def holds(text: str, name: str) -> bool:
    """Whether the words of the name stand in the text in a row, whatever their case, accents and hyphens.

    >>> holds("hours-ada-example-2024", "Ada Example"), holds("Adamant Example", "Ada"), holds("Ada", "!")
    (True, False, False)
    """
    said = " ".join(words(name))
    return bool(said) and f" {said} " in f" {' '.join(words(text))} "


def slug(text: str) -> str:
    """The text as one step of an address, `[a-z0-9-]{1,80}`; empty when it has no Latin letter and no digit.

    >>> slug("Cité des métiers de l’Ouest : Œuvres & Cie"), slug("!!!")
    ('cite-des-metiers-de-l-ouest-oeuvres-cie', '')
    """
    words = re.sub(r"[^a-z0-9]+", "-", fold(text)).strip("-")
    if len(words) <= 80:
        return words
    # A whole word is kept when one ends within the last half.
    return re.sub(r"(?<=.{40})-[^-]*$", "", words[:81], count=1)[:80].strip("-")


def clean_html(html: str) -> str:
    """The HTML with nothing left in it but text, its structure, and links that do no harm.

    >>> clean_html('<p onclick="x()">Hi <script>alert(1)</script><a href="javascript:x">there</a></p>')
    '<p>Hi <a rel="noopener noreferrer">there</a></p>'
    """
    return nh3.clean(html, tags=set(BLOCKS | INLINE), attributes=ATTRIBUTES, url_schemes=SCHEMES, strip_comments=True)


def plain(html: str) -> str:
    """The text of some HTML as one reads it, on one line: for search, summaries and comparisons.

    >>> plain("<h2>One</h2><p>two <em>thr</em>ee &amp; four</p>")
    'One two three & four'
    """
    reader = Reader()
    reader.feed(clean_html(html))
    reader.close()
    return " ".join("".join(reader.parts).split())


class Reader(HTMLParser):
    """Collects the text of clean HTML; blocks are apart, inline elements are not."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        """Keeps the text."""
        self.parts.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keeps a block apart from what precedes it, and what a picture says."""
        self.parts.append(" " if tag in BLOCKS else "")
        if tag == "img":
            self.parts.append(f" {unescape(dict(attrs).get('alt') or '')} ")

    def handle_endtag(self, tag: str) -> None:
        """Keeps a block apart from what follows it."""
        self.parts.append(" " if tag in BLOCKS else "")
