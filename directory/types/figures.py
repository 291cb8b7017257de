"""The life of Cités and organisations, the charter, published figures, sources, and what sources do not say."""

from directory import fields as f
from directory.dates import PartialDate
from directory.item import Certain, Listed, content_type
from directory.values import Ref, Texts

_BODIES = ("Cite", "Organisation")


@content_type("lifeEvents", sits_in=_BODIES, title="{kind}, {date}", ordered=("date",))
class LifeEvent(Certain, Listed):
    """A dated fact in the life of a Cité or an organisation; some change the state of the label."""

    subject: Ref | None = f.link("Whose life.", _BODIES, "life_events", "c", parent=True)
    kind: str | None = f.choice("life_event_kind", "What happened.", "p", index=True)
    date: PartialDate | None = f.partial_date("When.", "p", sort=True)
    label_state: str | None = f.choice("label_state", "State of the label that the Cité enters.")
    decided_by: Ref | None = f.link("Who decided it.", ("Organisation", "Body"), "label_decisions")


@content_type("charterEvidences", sits_in=("Cite",), title="{item}: {level}", ordered=("-date",))
class CharterEvidence(Listed):
    """Evidence that a Cité meets, or does not meet, an item of the charter."""

    cite: Ref | None = f.link("The Cité.", ("Cite",), "charter_evidence", "c", parent=True)
    item: str | None = f.term("charter_item", "Item of the charter.", "c", columns=("item_id",), index=True)
    level: str | None = f.choice("charter_level", "Met, not met or unknown.", "p")
    date: PartialDate | None = f.partial_date("When.", "p", sort=True)
    text: Texts | None = f.rich_text("The proof.", weight=1, localised=True, columns=("evidence",))
    about: tuple[Ref, ...] = f.link(
        "What shows it.", ("Service", "Channel", "Page", "File"), "evidence_for", several=True
    )


@content_type("indicators", folder="indicators", unique_slug=True)
class Indicator(Listed):
    """Something that is counted; its description says what."""

    unit: str | None = f.term("unit", "What it is counted in.", "c", index=True)
    section: str | None = f.choice("report_section", "Section of the yearly report.", "p")
    parts: tuple[Ref, ...] = f.link(
        "Indicators that add up to it, in the same unit.", ("Indicator",), "part_of", several=True
    )


@content_type("observations", sits_in=("Indicator",), title="{indicator}, {subject}, {period}", ordered=("-period",))
class Observation(Listed):
    """A published figure: an indicator, a subject, a period, a value with its qualifier."""

    indicator: Ref | None = f.link("What is counted.", ("Indicator",), "observations", "c", parent=True)
    subject: Ref | None = f.link("Of whom or what.", f.ANY, "observations", "c")
    period: PartialDate | None = f.partial_date("When.", "c", sort=True)
    cumulative: bool | None = f.boolean("Since a start, up to the period.")
    value: float | None = f.number("The figure; null = published or asked, not known.", sort=True)
    qualifier: str | None = f.choice("qualifier", "How exact the figure is.")


@content_type(
    "sources",
    folder="sources",
    unique_slug=True,
    ordered=("-published",),
)
class Source(Listed):
    """A document that supports what the directory says."""

    kind: str | None = f.choice("source_kind", "What kind of document.", "p", index=True)
    published: PartialDate | None = f.partial_date("When it was published.", sort=True)
    retrieved: str | None = f.date("When it was read.")
    publisher: Ref | None = f.link("Who published it.", ("Organisation",), "published_sources")
    publisher_name: str | None = f.text("Who published it, as written.")
    written_in: str | None = f.language("Language it is written in.", columns=("language",))
    url: str | None = f.url("Where it is found.")
    file: Ref | None = f.link("The document as a file.", ("File",))
    licence: str | None = f.text("Under which licence.")


@content_type("openQuestions", folder="questions")
class OpenQuestion(Listed):
    """What sources do not say (gap) or say in two ways (conflict): both are "ask somebody"."""

    kind: str | None = f.choice("open_question_kind", "Gap or conflict.", "c", index=True)
    reading_a: str | None = f.text("One reading; of a conflict.", weight=1)
    reading_b: str | None = f.text("The other reading; of a conflict.", weight=1)
    advice: Texts | None = f.text("What to do meanwhile.", localised=True)
    about: tuple[Ref, ...] = f.link("What it is about.", f.ANY, "open_questions", several=True)
    settled_on: str | None = f.date("When it was settled; null = open.")
    settlement: Texts | None = f.text("How it was settled.", localised=True)
