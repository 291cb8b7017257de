"""The open vocabularies: terms with titles in two languages, some in a tree; bundled as a table, kept by managers."""

import csv
import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import StringIO
from itertools import groupby
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Term:
    """A value of a vocabulary. The parent is a term of the same vocabulary.

    The parent of a contribution_form is a contribution_kind, which is a closed vocabulary.
    """

    vocabulary: str
    code: str
    parent: str | None
    title_en: str
    title_fr: str
    order: int
    retired: bool = False  # kept where it stands, no longer given to anything


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The terms of one vocabulary, in their order."""

    name: str
    terms: tuple[Term, ...]

    def __contains__(self, code: object) -> bool:
        return any(term.code == code for term in self.terms)

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes, in order."""
        return tuple(term.code for term in self.terms)

    def term(self, code: str) -> Term | None:
        """The term of that code, None when there is none."""
        return next((term for term in self.terms if term.code == code), None)

    def broader(self, code: str) -> str | None:
        """The code one step up, None at the top.

        >>> vocabulary("public").broader("students"), vocabulary("contribution_form").broader("equipment")
        ('young_people', 'material')
        """
        term = self.term(code)
        return term.parent if term else None

    def narrower(self, code: str) -> tuple[str, ...]:
        """The codes one step down, in order.

        >>> vocabulary("service_type").narrower("resources")
        ('documentation', 'computers', 'virtual_reality')
        """
        return tuple(term.code for term in self.terms if term.parent == code)

    def below(self, code: str) -> tuple[str, ...]:
        """The code itself, when it is one of ours, and all codes under it, at any depth.

        >>> vocabulary("public").below("young_people")
        ('young_people', 'young_neets', 'school_pupils', 'students')
        >>> vocabulary("contribution_form").below("financial")
        ('operating_costs', 'direct_grant', 'grant_application')
        """
        own = (code,) if code in self else ()
        return own + tuple(each for narrower in self.narrower(code) for each in self.below(narrower))

    def root(self, code: str) -> str:
        """The broadest code above, the code itself at the top.

        >>> vocabulary("event_kind").root("visit")
        'exchange'
        """
        above = self.broader(code)
        return self.root(above) if above else code

    def near(self, code: str) -> tuple[str, ...]:
        """Up to three codes in use that look like it, or whose title does; the nearest first.

        >>> vocabulary("organisation_type").near("municipalty"), vocabulary("theme").near("Coaching")
        (('municipality',), ('coaching',))
        """
        offered = [term for term in self.terms if not term.retired]
        said = {name.casefold(): term.code for term in offered for name in (term.title_fr, term.title_en, term.code)}
        found = difflib.get_close_matches(code.casefold().replace(" ", "_"), said, n=3, cutoff=0.7)
        found += difflib.get_close_matches(code.casefold(), said, n=3, cutoff=0.7)
        return tuple(dict.fromkeys(said[name] for name in found))[:3]


def read_vocabularies(lines: Iterable[str]) -> Mapping[str, Vocabulary]:
    """The vocabularies of a table with the columns vocabulary, code, parent, title_en, title_fr, order (retired).

    Raises ValueError for a term twice, or one that lies below itself.

    >>> rows = ["vocabulary,code,parent,title_en,title_fr,order", "unit,day,,Day,Jour,2", "unit,hour,,Hour,Heure,1"]
    >>> read_vocabularies(rows)["unit"].codes
    ('hour', 'day')
    """
    terms = sorted((term_of(row) for row in csv.DictReader(lines)), key=lambda term: (term.vocabulary, term.order))
    groups = groupby(terms, key=lambda term: term.vocabulary)
    return MappingProxyType({name: checked(Vocabulary(name, tuple(group))) for name, group in groups})


def term_of(row: Mapping[str, str]) -> Term:
    """The term of a row of the table."""
    return Term(
        vocabulary=row["vocabulary"],
        code=row["code"],
        parent=row["parent"] or None,
        title_en=row["title_en"],
        title_fr=row["title_fr"],
        order=int(row["order"]),
        retired=row.get("retired") == "yes",
    )


def checked(found: Vocabulary) -> Vocabulary:
    """The vocabulary, when each code is there once and none lies below itself."""
    if len(set(found.codes)) < len(found.terms):
        twice = next(code for code in found.codes if found.codes.count(code) > 1)
        raise ValueError(f"The vocabulary {found.name} has {twice!r} twice")
    for code in found.codes:
        above, seen = found.broader(code), {code}
        while above is not None:
            if above in seen:
                raise ValueError(f"In the vocabulary {found.name}, {code!r} lies below itself")
            seen.add(above)
            above = found.broader(above)
    return found


@cache
def vocabularies() -> Mapping[str, Vocabulary]:
    """The bundled vocabularies by name, read once.

    >>> len(vocabularies()), sum(len(each.terms) for each in vocabularies().values())
    (12, 167)
    """
    text = (files("directory") / "data" / "vocabularies.csv").read_text(encoding="utf-8")
    return read_vocabularies(StringIO(text, newline=""))


def vocabulary(name: str) -> Vocabulary:
    """The bundled vocabulary of that name; raises KeyError when there is none.

    >>> vocabulary("body_kind").codes[:2]
    ('executive', 'assembly')
    """
    return vocabularies()[name]
