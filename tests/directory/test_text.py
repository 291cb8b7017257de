import csv
import re
import unicodedata
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.text import clean_html, fold, plain, slug

DATA = Path(__file__).parents[2] / "directory/data"


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("École", "ecole"),
        ("ÉCOLE", "ecole"),
        ("E\u0301cole", "ecole"),
        ("  deux \t mots\n", "deux mots"),
        ("espace\u00a0insécable\u202fétroit", "espace insecable etroit"),
        ("Cœur d’Ægir", "coeur d'aegir"),
        ("l'Été", "l'ete"),
        ("Saint‐Omer – Nord", "saint-omer - nord"),
        ("Straße", "strasse"),
        ("Łódź, København, Đà Nẵng", "lodz, kobenhavn, da nang"),
        ("ﬁn ½", "fin 1⁄2"),
        ("soft\u00adhyphen, zero\u200bwidth", "softhyphen, zerowidth"),
        ("İstanbul, Iğdır", "istanbul, igdir"),
        ("a\x00b", "ab"),
        ("🚀 go 🚀", "go"),
        ("\U0001d400bc", "abc"),
        ("", ""),
    ],
)
def test_fold_forgets_case_accents_and_spaces(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text(st.characters(codec=None)))
def test_folding_twice_changes_nothing_and_leaves_nothing_to_forget(text: str) -> None:
    folded = fold(text)

    assert fold(folded) == folded
    assert all(c < "\uffff" and not unicodedata.combining(c) for c in folded)
    assert folded.encode() is not None
    assert folded == " ".join(folded.split())


@given(st.text(st.characters(categories=["Ll", "Lu", "Mn"], max_codepoint=0x24F)))
def test_case_and_composition_make_no_difference(text: str) -> None:
    assert fold(text) == fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))
    assert fold(text) == fold(text.lower()) or "ı" in text.lower() or "ſ" in text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Cité des métiers of Liège", "cite-des-metiers-of-liege"),
        ("  --a__b--  ", "a-b"),
        ("L’Œuvre", "l-oeuvre"),
        ("2024/2025", "2024-2025"),
        ("Ελλάδα", ""),
        ("x" * 200, "x" * 80),
        ("mot " * 30, ("mot-" * 20).rstrip("-")),
    ],
)
def test_a_slug_is_plain_letters_digits_and_single_hyphens(text: str, expected: str) -> None:
    assert slug(text) == expected


@given(st.text())
def test_a_slug_is_short_and_gives_itself(text: str) -> None:
    made = slug(text)

    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*|", made)
    assert len(made) <= 80
    assert slug(made) == made


def test_a_long_slug_ends_with_a_whole_word() -> None:
    made = slug("the competencies that matter most when young people leave school and look for their very first job")

    assert made == "the-competencies-that-matter-most-when-young-people-leave-school-and-look-for"


def test_every_slug_of_the_published_data_is_already_one() -> None:
    rows = [row for path in DATA.glob("*.csv") for row in csv.DictReader(StringIO(path.read_text("utf-8")))]
    slugs = [row["slug"] for row in rows if row.get("slug")]

    assert len(slugs) > 300
    assert [each for each in slugs if slug(each) != each] == []


@pytest.mark.parametrize(
    ("html", "cleaned"),
    [
        ("<p>Hi</p>", "<p>Hi</p>"),
        ("a < b & c", "a &lt; b &amp; c"),
        ("<script>alert(1)</script>x", "x"),
        ("<style>p {}</style>x", "x"),
        ('<img src="x" onerror="alert(1)">', '<img src="x">'),
        ('<a href="javascript:alert(1)">x</a>', '<a rel="noopener noreferrer">x</a>'),
        ('<a href="data:text/html,x">x</a>', '<a rel="noopener noreferrer">x</a>'),
        ('<a href="item:7b1c">x</a>', '<a href="item:7b1c" rel="noopener noreferrer">x</a>'),
        ("<iframe src='//x'></iframe><p style='x'>y</p>", "<p>y</p>"),
        ("<p>open", "<p>open</p>"),
        ("<!-- secret -->x", "x"),
        ("<svg><script>alert(1)</script></svg>", ""),
    ],
)
def test_clean_html_keeps_structure_and_nothing_that_acts(html: str, cleaned: str) -> None:
    assert clean_html(html) == cleaned


@given(st.text(alphabet=st.sampled_from("<>/=\"'& abhimprst:")))
def test_cleaning_twice_changes_nothing(html: str) -> None:
    assert clean_html(clean_html(html)) == clean_html(html)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<h2>One</h2><p>two</p>", "One two"),
        ("<p>em<em>pha</em>sis</p>", "emphasis"),
        ("<ul><li>a</li><li>b</li></ul>", "a b"),
        ("line<br>line", "line line"),
        ("&lt;b&gt; &amp; &eacute;", "<b> & é"),
        ('<p>see <img src="x" alt="a bus"> here</p>', "see a bus here"),
        ("<script>x</script>", ""),
    ],
)
def test_plain_gives_what_one_reads(html: str, text: str) -> None:
    assert plain(html) == text
