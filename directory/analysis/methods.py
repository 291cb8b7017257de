"""Every method by name: the question it answers, what it must be told, how it is called. The faces share this table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from directory.analysis import (
    candidates,
    change,
    concentration,
    coverage,
    fragility,
    overlap,
    peers,
    readiness,
    report,
    whatif,
)
from directory.analysis.lens import Lens, LensError
from directory.analysis.rules import Rules
from directory.analysis.scenario import Scenario
from directory.analysis.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Options:
    """What some methods must be told beside the lens: a second date, a second Cité, a year, a file, places, hours."""

    to: str | None = None
    other: str | None = None
    year: int | None = None
    by: str = "type"
    rules: Rules | Mapping[str, Any] | None = None
    scenario: Scenario | Mapping[str, Any] | str | None = None
    territories: tuple[str, ...] = ()
    hours_per_fte_month: float | None = None

    def required(self, name: str) -> Any:
        """The option of that name; raises LensError when it is missing."""
        value = getattr(self, name)
        if value in (None, ()):
            raise LensError(f"this method must be told `{name}`")
        return value


Others = Callable[[Snapshot, Lens, Options, frozenset[str]], tuple[str, ...]]
"""The Cités of which rows are still to be known, beside those that are known; none when the method can answer."""


@dataclass(frozen=True, slots=True)
class Method:
    """A method by name, with its question in English and French, and the tables that it reads beside vocabularies.

    `one_cite`: the rows of one Cité are enough where it is asked of one, with those of the tables `beside` whole.
    `others`: so are they with the rows of some other Cités, of the tables `of_others`.
    """

    name: str
    question_en: str
    question_fr: str
    call: Callable[[Snapshot, Lens, Options], Any]
    tables: tuple[str, ...]
    one_cite: bool = False
    beside: tuple[str, ...] = ()
    others: Others | None = None
    of_others: tuple[str, ...] = ()


_PLACES: Final = ("territories", "cites", "channels")
_PARTNERS: Final = (*_PLACES, "organisations", "partnerships")
_MEANS: Final = (*_PARTNERS, "contributions", "services")
_OFFERED: Final = ("candidates", "candidate_offers")
_ALIKE: Final = (*_PLACES, "life_events")
"""The tables that Cités are compared by."""
_PUBLISHED: Final = (
    "cites", "channels", "services", "life_events", "territories", "organisations", "indicators", "observations",
    "open_questions", "events", "projects", "project_memberships", "bodies", "mandates",
)  # fmt: skip

_ALL: Final = (
    Method(
        "coverage",
        "Which needs of our residents does nobody answer?",
        "À quels besoins de nos habitants personne ne répond-il ?",
        lambda snapshot, lens, _: coverage.measure(snapshot, lens),
        (*_MEANS, "needs"),
        one_cite=True,
    ),
    Method(
        "fragility",
        "If this partner leaves, what stops?",
        "Si ce partenaire s'en va, qu'est-ce qui s'arrête ?",
        lambda snapshot, lens, _: fragility.measure(snapshot, lens),
        (*_MEANS, "needs"),
        one_cite=True,
    ),
    Method(
        "balance",
        "Do we have the hands we need, and do we give back?",
        "Avons-nous les bras qu'il faut, et rendons-nous ?",
        lambda snapshot, lens, options: fragility.balance(snapshot, lens, options.hours_per_fte_month),
        _MEANS,
        one_cite=True,
    ),
    Method(
        "concentration",
        "Do we lean on one contributor?",
        "Nous appuyons-nous sur un seul contributeur ?",
        lambda snapshot, lens, _: concentration.measure(snapshot, lens),
        _MEANS,
        one_cite=True,
    ),
    Method(
        "mix",
        "Do our partners come from different worlds?",
        "Nos partenaires viennent-ils de mondes différents ?",
        lambda snapshot, lens, options: concentration.mix(snapshot, lens, options.by),
        _PARTNERS,
        one_cite=True,
    ),
    Method(
        "overlap",
        "With which Cités do we share partners?",
        "Avec quelles Cités partageons-nous des partenaires ?",
        lambda snapshot, lens, _: overlap.pairs(snapshot, lens),
        _PARTNERS,
    ),
    Method(
        "bridges",
        "Who links us to the other Cités?",
        "Qui nous relie aux autres Cités ?",
        lambda snapshot, lens, _: overlap.brokers(snapshot, lens),
        _PARTNERS,
    ),
    Method(
        "cohesion",
        "Is our network one piece?",
        "Notre réseau est-il d'un seul tenant ?",
        lambda snapshot, lens, _: overlap.cohesion(snapshot, lens),
        _PARTNERS,
    ),
    Method(
        "change",
        "What changed between two dates?",
        "Qu'est-ce qui a changé entre deux dates ?",
        lambda snapshot, lens, options: change.compare(snapshot, lens, lens.at, options.required("to")),
        (*_MEANS, "needs"),
        one_cite=True,
    ),
    Method(
        "compare",
        "What do two Cités have in common?",
        "Qu'ont deux Cités en commun ?",
        lambda snapshot, lens, options: overlap.compare(snapshot, lens, lens.cite, options.required("other")),
        (*_MEANS, "needs"),
        others=lambda snapshot, lens, options, known: tuple({options.required("other")} - known),
        of_others=(*_MEANS, "needs"),
    ),
    Method(
        "readiness",
        "What is missing before we show our file?",
        "Que manque-t-il avant de montrer notre dossier ?",
        lambda snapshot, lens, options: readiness.measure(snapshot, lens, options.rules),
        (*_PLACES, "services", "charter_evidence"),
        one_cite=True,
    ),
    Method(
        "peers",
        "What do Cités like ours have that we do not?",
        "Qu'ont les Cités semblables à la nôtre que nous n'avons pas ?",
        lambda snapshot, lens, _: peers.measure(snapshot, lens),
        (*_MEANS, "life_events"),
        beside=_ALIKE,
        others=lambda snapshot, lens, _, known: peers.others(snapshot, lens, known),
        of_others=_MEANS,
    ),
    Method(
        "candidates",
        "Whom could we ask?",
        "À qui pourrions-nous demander ?",
        lambda snapshot, lens, _: candidates.measure(snapshot, lens),
        (*_MEANS, "needs", *_OFFERED),
        one_cite=True,
        beside=_OFFERED,
    ),
    Method(
        "path",
        "In which order could a new Cité build?",
        "Dans quel ordre une nouvelle Cité pourrait-elle construire ?",
        lambda snapshot, lens, options: candidates.path(snapshot, lens, options.rules),
        (*_MEANS, "needs", "life_events", "charter_evidence", *_OFFERED),
        beside=(*_ALIKE, *_OFFERED),
        others=lambda snapshot, lens, _, known: candidates.others(snapshot, lens, known),
        of_others=("channels", "services", "contributions"),
    ),
    Method(
        "what-if",
        "What if they leave, come, or give more?",
        "Et s'ils partent, viennent ou donnent plus ?",
        lambda snapshot, lens, options: whatif.measure(snapshot, lens, options.required("scenario")),
        (*_MEANS, "needs"),
        one_cite=True,
    ),
    Method(
        "quality",
        "Can we trust what we see?",
        "Peut-on se fier à ce qu'on voit ?",
        lambda snapshot, lens, _: report.quality(snapshot, lens),
        _MEANS,
        one_cite=True,
    ),
    Method(
        "reach",
        "Which places have fewer services for their people?",
        "Quels lieux ont moins de services pour leurs habitants ?",
        lambda snapshot, lens, options: coverage.reach(snapshot, lens, options.required("territories")),
        (*_PLACES, "services"),
    ),
    Method(
        "activity-report",
        "Does the report agree with our records?",
        "Le rapport s'accorde-t-il avec nos données ?",
        lambda snapshot, _, options: report.reconcile(snapshot, options.required("year")),
        _PUBLISHED,
    ),
)
METHODS: Final[Mapping[str, Method]] = {method.name: method for method in _ALL}
