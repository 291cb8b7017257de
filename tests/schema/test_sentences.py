"""Whatever is refused to a person at the screen is said in French as well as in English."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from directory.enums import Role
from directory.errors import Conflict, DirectoryError, Duplicate, InUse, NotAllowed, NotFound, Unauthenticated
from schema.sentences import in_french, of_error, pairs

ROOT = Path(__file__).parents[2]
MODULES = (
    *"checking creating dates deleting editing errors identifiers labels loose measures relocating rules".split(),
    *"structure titling validate writing".split(),
)
FILES = [ROOT / "directory" / f"{name}.py" for name in MODULES]
FILES += [ROOT / "schema" / f"{name}.py" for name in ("collected", "inputs", "mutations")]
REFUSALS = {"BadInput", "Conflict", "Fault", "Invalid", "NotAllowed", "Unauthenticated", "ValueError", "fault", "wrong"}
WORD = "Afpa"  # where words of the case stand


def said(node: ast.expr) -> Iterator[str]:
    """The sentences that an argument may be."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=parts):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else WORD for part in parts)
        case ast.IfExp(body=one, orelse=other):
            yield from (*said(one), *said(other))


def sentences(path: Path) -> Iterator[str]:
    """The sentences in which a module refuses."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in REFUSALS:
            arguments = (*node.args, *(each.value for each in node.keywords))
            yield from (text for each in arguments for text in said(each) if " " in text)
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in ("message", "sentence"):
            yield from (text for text in said(node.value) if " " in text)


ONLY_WORDS = f"{WORD} {WORD}"  # two parts, put together elsewhere
FOUND = sorted({(path.name, text) for path in FILES for text in sentences(path) if text != ONLY_WORDS})


@pytest.mark.parametrize(("module", "sentence"), FOUND)
def test_every_sentence_of_a_refusal_is_there_in_french(module: str, sentence: str) -> None:
    french = in_french(sentence)

    assert french is not None, f"schema/sentences.csv lacks what {module} says"
    assert french != sentence


def test_many_sentences_were_found() -> None:
    assert len(FOUND) > 100


EVERY_CODE = [
    NotFound(),
    Conflict(3),
    Duplicate("slug", "lille"),
    NotAllowed(),
    InUse(1),
    InUse(2),
    Unauthenticated(),
    *(NotAllowed(required_role=role) for role in Role),
]


@pytest.mark.parametrize("error", EVERY_CODE, ids=str)
def test_every_refusal_is_said_in_both_languages(error: DirectoryError) -> None:
    assert of_error(error, "en") == of_error(error, None) == str(error)
    assert of_error(error, "fr") != str(error)


def test_a_sentence_has_all_its_words_in_both_languages_and_is_there_once() -> None:
    def words(text: str) -> set[str]:
        return set(re.findall(r"[{<]w?(\d)[}>]", text))

    wrong = [each.french for each in pairs() if not words(each.french) <= words(each.english.pattern)]

    assert wrong == []
    assert len({each.english.pattern for each in pairs()}) == len(pairs())


CASES = [
    ("'x' is a country", None),
    ("'2024-02-31' is not a date: that month has 29 days", "'2024-02-31' n’est pas une date : ce mois a 29 jours"),
    ("'XX' is not a country: write its two letters of ISO 3166-1, such as FR",
     "'XX' n’est pas un pays : écrivez ses deux lettres ISO 3166-1, comme FR"),
    ("'mars' is not a theme", "'mars' n’est pas une valeur de « theme »"),
    ("'mars' is not an organisation type", "'mars' n’est pas une valeur de « organisation type »"),
    ("'mars' is retired", "'mars' n’est plus en usage"),
    ("There is no such item.", "Cet élément n’existe pas."),
    ("There is no such Person.", "Ce Person n’existe pas."),
]  # fmt: skip


@pytest.mark.parametrize(("english", "french"), CASES)
def test_the_words_of_the_case_stay(english: str, french: str | None) -> None:
    assert in_french(english) == french
