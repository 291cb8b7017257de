"""Organisations, what they bring to which Cité, and the territories."""

from directory import fields as f
from directory.identifiers import (
    check_cog,
    check_epci,
    check_nuts,
    check_org_id,
    check_rna,
    check_siret,
    check_vat,
)
from directory.item import Certain, Contact, Listed, Shortcut, Step, Timed, content_type
from directory.values import Money, Place, Quantity, Ref, Texts
from graph.query import Audience

_BODIES = ("Organisation", "Cite")


@content_type(
    "organisations",
    folder="organisations",
    unique_slug=True,
    shortcuts={
        "partner_of": Shortcut(
            "Cités it has a partnership with, in any role.",
            (Step(("partnerships",)), Step(("cite",))),
            argument="role",
        ),
        "projects": Shortcut("Projects it takes part in.", (Step(("project_memberships",)), Step(("project",)))),
    },
)
class Organisation(Contact, Listed):
    """Any body that is not a Cité: partner, funder, project member, institution, the Network itself."""

    other_names: tuple[str, ...] = f.text(
        "Other names and acronyms.", weight=3, several=True, columns=("alias", "sigle", "acronym")
    )
    type: str | None = f.term("organisation_type", "What kind of body; null = not said.", index=True)
    type_certainty: str | None = f.choice("certainty", "Whether a source says its type.")
    legal_form: str | None = f.text("Legal form.")
    active: bool | None = f.boolean("Whether it still exists.", default=True)
    no_approach: bool | None = f.boolean(
        "It asked not to be proposed as a partner.", audience=Audience.TEAM, columns=("refused",)
    )
    siret: str | None = f.identifier("French SIRET (14 digits) or SIREN (9 digits).", check_siret, index=True)
    rna: str | None = f.identifier("French register of associations.", check_rna)
    vat: str | None = f.identifier("VAT number.", check_vat)
    org_id: str | None = f.identifier("Identifier of org-id.guide.", check_org_id)
    country: str | None = f.country("Country.", index=True, columns=("pays",))
    country_certainty: str | None = f.choice("certainty", "Whether a source says its country.")
    territory: Ref | None = f.link("Where its seat is.", ("Territory",), "organisations")
    location: Place | None = f.place("Where its seat stands.")
    branch_of: Ref | None = f.link("The organisation it is a branch of.", ("Organisation",), "branches")
    part_of: Ref | None = f.link("The organisation it belongs to.", ("Organisation",), "parts")
    same_as: Ref | None = f.link(
        "The record kept for the same organisation.", ("Organisation",), "duplicates", columns=("same_as_id",)
    )
    succeeds: tuple[Ref, ...] = f.link(
        "Older bodies it continues.", ("Organisation",), "succeeded_by", several=True, columns=("succeeds_id",)
    )
    text: Texts | None = f.rich_text("Presentation.", weight=1, localised=True)


@content_type("partnerships", sits_in=("Cite",), title="{organisation}, {role}")
class Partnership(Timed, Certain, Listed):
    """A dated relation of one organisation with one Cité, in one role."""

    organisation: Ref | None = f.link("The partner.", ("Organisation",), "partnerships", "c", columns=("partner",))
    cite: Ref | None = f.link("The Cité.", ("Cite",), "partnerships", "c", parent=True)
    channel: Ref | None = f.link("The channel of the Cité it is about.", ("Channel",), "partnerships")
    role: str | None = f.term("partnership_role", "What the partner is to the Cité.", "p", index=True)
    context: Texts | None = f.text("What it is about.", weight=1, localised=True)
    agreement: str | None = f.text("The agreement.", audience=Audience.TEAM)
    signed_on: str | None = f.date("When the agreement was signed.", audience=Audience.TEAM)
    agreement_file: Ref | None = f.link("The agreement as a file.", ("File",), audience=Audience.TEAM)


@content_type(
    "contributions",
    sits_in=("Cite", "Channel", "Service", "Project", "Event", "Organisation"),
    title="{sub_form|kind}, {contributor}",
)
class Contribution(Timed, Certain, Listed):
    """One thing brought by an organisation or a Cité: human, financial, expertise or material."""

    contributor: Ref | None = f.link(
        "Who brings it.", _BODIES, {"Organisation": "contributions", "Cite": "contributions_made"}, "c"
    )
    beneficiary: Ref | None = f.link(
        "What it is brought to.",
        ("Cite", "Channel", "Service", "Project", "Event", "Organisation"),
        {"*": "contributions", "Organisation": "contributions_received"},
        "c",
        parent=True,
    )
    via: Ref | None = f.link("The body it passes through.", ("Organisation",), "contributions_carried")
    kind: str | None = f.choice("contribution_kind", "Human, financial, expertise or material.", "p", index=True)
    sub_form: str | None = f.term("contribution_form", "The form it takes.", index=True)
    quantity: Quantity | None = f.quantity("How much, for each time.", columns=("etp", "heures", "jours", "m2"))
    money: Money | None = f.money("How much money; financial contributions only.", columns=("montant",))
    valuation: Money | None = f.money("Worth of a thing in kind.")
    valuation_method: str | None = f.text("How its worth was found.")
    recurrence: str | None = f.choice("recurrence", "How often.")
    enables: tuple[Ref, ...] = f.link(
        "What could not be held without it.", ("Service", "Event"), "enabled_by", several=True
    )
    conditions: str | None = f.text("Conditions set by the contributor.", audience=Audience.TEAM)


@content_type(
    "territories",
    folder="territories",
    unique_slug=True,
    shortcuts={
        "ancestors": Shortcut("Larger areas it belongs to.", (Step(("within", "areas"), most=8),)),
        "descendants": Shortcut("Smaller areas it holds.", (Step(("contains", "members"), most=8),)),
    },
)
class Territory(Listed):
    """An area: country, region, county, municipality, cross-border area, place."""

    other_names: tuple[str, ...] = f.text("Other names.", weight=3, several=True)
    kind: str | None = f.term("territory_kind", "What kind of area; null = not said.", index=True)
    country: str | None = f.country("Country.", index=True)
    country_certainty: str | None = f.choice("certainty", "Whether a source says its country.")
    within: Ref | None = f.link("The larger area that administers it.", ("Territory",), "contains")
    within_certainty: str | None = f.choice(
        "certainty", "Whether a source says what it lies within.", columns=("parent_certainty",)
    )
    areas: tuple[Ref, ...] = f.link(
        "Cooperation areas it is part of.", ("Territory",), "members", several=True, columns=("area_ids",)
    )
    overseas: bool | None = f.boolean("Whether it lies far from the rest of its country.", default=False)
    cog: str | None = f.identifier("Code of the French official geography.", check_cog, columns=("code_insee",))
    cog_year: int | None = f.integer("Year of the code.", least=1, most=9998)
    nuts: str | None = f.identifier("Code of the European nomenclature.", check_nuts)
    nuts_year: int | None = f.integer("Year of the code.", least=1, most=9998)
    epci: str | None = f.identifier("SIREN of the French group of municipalities.", check_epci)
    epci_year: int | None = f.integer("Year of the code.", least=1, most=9998)
    population: int | None = f.integer("Residents.", sort=True, least=0)
    population_year: int | None = f.integer("Year of the count.", least=1, most=9998)
    rurality: str | None = f.choice("rurality", "Urban, mixed or rural.")
    location: Place | None = f.place("Its middle.")
    boundary: str | None = f.geometry("Its boundary, as GeoJSON.")
    network_years: tuple[int, ...] = f.integer(
        "Years for which a source says that Cités work there.", several=True, least=1, most=9998
    )
