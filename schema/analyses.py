"""The root field `analyses`: every method of `directory.analysis`, asked of what the caller sees.

The methods asked for in one request share a snapshot: of one Cité where its rows are enough, else of the network.
"""

import asyncio
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from operator import attrgetter
from typing import Any, Final

from graphql import GraphQLError, GraphQLSchema

from directory import scenarios
from directory.actor import Actor
from directory.analysis import LensError, RulesError, ScenarioError
from directory.analysis.basis import Basis
from directory.analysis.concentration import Group
from directory.analysis.lens import LEVELS, Lens
from directory.analysis.methods import METHODS, Method, Options
from directory.analysis.scenario import Scenario
from directory.analysis.taking import TYPES as SCOPES
from directory.analysis.taking import Kept, take, take_for
from graph.query import Attribute, Branch, Column, Level, Page, Question
from schema.context import Context, language
from schema.costs import COST
from schema.drilling import ITEM_FIELDS, Info, Row, Taken, paged, resolver
from schema.findings import BASIS, LOCALE, PAGE, RESULTS, ROWS, Named, Told, declare_findings
from schema.ids import global_id
from schema.kit import Kit
from schema.making import Argument, FieldSpec, Member, bare, enum_type, fill_object, list_of
from schema.naming import camel, upper
from schema.plan import refuse
from schema.predicates import code
from schema.roots import reference
from schema.scalars import Date

ANALYSES: Final = "Analyses"
LEVEL_WORDS: Final[Mapping[str, str]] = {
    "branch": "Every branch for itself; only what is said to be the same is one.",
    "organisation": "Branches count as their organisation.",
    "parent": "Parts count as the whole.",
}
SEEN_BY: Final[Mapping[str, tuple[str, str]]] = {
    "visitor": (
        "This answer is made of what is public; whatever else there may be is not in it.",
        "Cette réponse est faite de ce qui est public ; le reste, s'il y en a, n'y entre pas.",
    ),
    "member": (
        "This answer is made of what you may see with your roles; whatever else there may be is not in it.",
        "Cette réponse est faite de ce que vos rôles vous laissent voir ; le reste, s'il y en a, n'y entre pas.",
    ),
    "admin": (
        "This answer is made of everything, also of what visitors do not see.",
        "Cette réponse est faite de tout, y compris de ce que les visiteurs ne voient pas.",
    ),
}
"""What an answer is made of, by kind of asker: the same words whether something is hidden from them or not."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field of Analyses: the method that answers, its type, what it must be told."""

    method: str
    type: str
    arguments: tuple[Argument, ...] = ()

    @property
    def name(self) -> str:
        """Its name in the schema."""
        return camel(self.method.replace("-", "_"))

    @property
    def cost(self) -> int:
        """What it costs: the rows of one Cité, or of all."""
        return 20 if METHODS[self.method].one_cite else 200


def answered(kit: Kit) -> tuple[Field, ...]:
    """The fields of Analyses."""
    ref = kit.parts["NodeRef"]
    scenario = Argument("scenario", str, "A scenario as JSON (scenario/1), or the name of a saved one.")
    return (
        Field("coverage", "Coverage"),
        Field("fragility", "Dependence"),
        Field("balance", "HandsBalance"),
        Field("concentration", "Concentration"),
        Field("mix", "Mix", (Argument("by", str, "type, family or country.", "type"),)),
        Field("overlap", "SharedPartners"),
        Field("bridges", "Bridges"),
        Field("cohesion", "Cohesion"),
        Field("change", "TwoDates", (Argument("to", Date, "The second date."),)),
        Field("compare", "TwoCites", (Argument("other", ref, "The second Cité."),)),
        Field("readiness", "Readiness"),
        Field("peers", "Peers"),
        Field("candidates", "Candidates"),
        Field("path", "BuildingPath"),
        Field("what-if", "WhatIf", (scenario,)),
        Field("activity-report", "ActivityReport", (Argument("year", int, "Which, as a whole."),)),
        Field("quality", "DataQuality"),
        Field("reach", "Reach", (Argument("territories", list_of(ref), "Which, at most 100."),)),
    )


class Analyses:
    """The root field `analyses`, with its types."""

    def __init__(self, kit: Kit) -> None:
        self.kit = kit
        self.known: Mapping[type, Mapping[str, Told]] = {}
        self.fields: tuple[Field, ...] = ()

    def declare(self) -> list[FieldSpec]:
        """The field of Query; its types are made."""
        kit = self.kit
        kit.parts.setdefault("NodeRef", bare("NodeRef"))
        self.known, self.fields = declare_findings(kit), answered(kit)
        levels = [Member(upper(each), each, LEVEL_WORDS[each]) for each in LEVELS]
        level = enum_type("IdentityLevel", "Which organisations count as one.", levels)
        self._declare_basis(level)
        made = bare(ANALYSES)
        each = [
            FieldSpec(field.name, kit.parts[field.type] | None, METHODS[field.method].question_en, field.arguments)
            for field in self.fields
        ]
        fill_object(made, "Answers for managers and founders, by the methods of the analyses' manual.", each)
        words = "Analyses of one Cité, channel or territory, else of the network; null when there is no such item."
        return [FieldSpec("analyses", made | None, words, _arguments(kit, level))]

    def _declare_basis(self, level: Any) -> None:
        items = list_of(self.kit.parts["AnalysisItem"])
        certainty = list_of(self.kit.enums["certainty"])
        fields = [
            FieldSpec("method", str, "Name and version: it rises when a formula changes."),
            FieldSpec("scope", self.kit.parts["AnalysisItem"], "What was looked at."),
            FieldSpec("at", str, "A day, from/to, or a year."),
            FieldSpec("identityLevel", level, "Which organisations count as one."),
            FieldSpec("certainty", certainty, "What was taken."),
            FieldSpec("inputsUsed", items, "What the answer is made of, by key.", PAGE),
            FieldSpec("excluded", items, "What was left out and why, by key.", PAGE),
            FieldSpec("knownShare", float | None, "Share of inputs whose value is known."),
            FieldSpec("warnings", list[str], "What to beware of."),
            FieldSpec("sizes", items, "Rows in each list that is given in pages."),
            FieldSpec("seenBy", str, "What the answer is made of, for this caller.", (LOCALE,)),
        ]
        fill_object(self.kit.parts[BASIS], "What an answer rests on.", fields)

    def bind(self, schema: GraphQLSchema) -> None:
        """Have everything resolved by the functions below."""
        query: Any = schema.query_type
        query.fields["analyses"].resolve = analyses
        of: Any = schema.type_map[ANALYSES]
        for field in self.fields:
            of.fields[field.name].resolve = partial(answer, METHODS[field.method])
            of.fields[field.name].extensions[COST] = field.cost
        for name in {*(shape.type for shape in ROWS.values()), *RESULTS, BASIS}:
            made: Any = schema.type_map[name]
            made.is_type_of = None
            for key, each in made.fields.items():
                each.resolve = self._resolver(name, key, each.type)

    def _resolver(self, name: str, key: str, type: Any) -> Callable[..., Any]:
        if name == BASIS:
            return self._sizes if key == "sizes" else BASIS_FIELDS[key]
        special = RESULT_FIELDS if name in RESULTS else ITEM_FIELDS
        return special[key] if key in special else resolver(key, self.known, type)

    def _sizes(self, row: Row, info: Info) -> list[Row]:
        """How many rows each list has that is given in pages: those of the result, then those of its basis."""
        lists = [(each.name, each.attribute) for each in self.known[type(row.value)].values() if each.is_paged]
        lists += [("inputsUsed", "basis.inputs_used"), ("excluded", "basis.excluded")]
        return [Row(Group(name, len(attrgetter(path)(row.value) or ())), row.taken) for name, path in lists]


def _arguments(kit: Kit, level: Any) -> tuple[Argument, ...]:
    ref = kit.parts["NodeRef"] | None
    return (
        Argument("cite", ref, "Of this Cité."),
        Argument("channel", ref, "Of this channel."),
        Argument("territory", ref, "Of this territory."),
        Argument("at", Date | None, "The day, or the first one of a period; today when absent."),
        Argument("until", Date | None, "The day after the period."),
        Argument("identityLevel", level, "Which organisations count as one.", level("organisation")),
        Argument("certainty", list_of(kit.enums["certainty"]) | None, "STATED and IMPLIED when absent."),
        Argument("roles", str, "all, or partner: only partnerships in that role.", "all"),
    )


# Asked ---------------------------------------------------------------------------------------------------------------


async def analyses(source: Any, info: Info, **given: Any) -> Lens | None:
    """How to look; None for a Cité, channel or territory that there is not. Raises what tells of wrong arguments."""
    context: Context = info.context
    named = [(kind, given[kind]) for kind in SCOPES if given.get(kind)]
    if len(named) > 1:
        raise refuse("Give one of cite, channel and territory.", named[1][0])
    scope = "network"
    for kind, by in named:
        id = await _own_id(context, SCOPES[kind], by)
        if id is None:
            return None
        scope = f"{kind}:{id}"
    day, until = given.get("at") or context.today, given.get("until")
    certainty = given.get("certainty")
    codes = ("stated", "implied") if certainty is None else [code(each) for each in certainty]
    try:
        return Lens(scope, (day, until) if until else day, code(given["identityLevel"]), codes, given["roles"])
    except LensError as error:
        raise refuse(str(error)) from error


async def answer(method: Method, lens: Lens, info: Info, **given: Any) -> Row:
    """What a method answers, worked out beside the event loop."""
    context: Context = info.context
    try:
        options = await _options(context, given)
        tried = scenarios.named(options.scenario) if isinstance(options.scenario, Scenario) else ()
        taken = await _taken(context, method, lens, options, tried)
        return Row(await asyncio.to_thread(method.call, taken.snapshot, lens, options), taken)
    except ScenarioError as error:
        raise GraphQLError(
            str(error), extensions={"code": "BAD_USER_INPUT", "path": ["scenario"], "faults": list(error.faults)}
        ) from error
    except LensError as error:
        if method.one_cite and lens.kind != "cite":
            raise refuse("This is asked of one Cité: name it as the cite of analyses.", "cite") from error
        raise refuse(str(error)) from error
    except RulesError as error:
        raise refuse(str(error)) from error


async def _options(context: Context, given: Mapping[str, Any]) -> Options:
    if len(given.get("territories") or ()) > context.limits.page:
        raise refuse(f"At most {context.limits.page} territories at once.", "territories")
    if not 1000 <= given.get("year", 1000) <= 9999:
        raise refuse("A year has four digits, such as 2024.", "year")
    by = given.get("by", "type")
    if by not in ("type", "family", "country"):
        raise refuse("Partners are counted by type, family or country.", "by")
    return Options(
        to=given.get("to"),
        other=await _found(context, "Cite", given["other"], "other") if "other" in given else None,
        year=given.get("year"),
        by=by,
        scenario=await scenarios.read(context.desk, given["scenario"]) if "scenario" in given else None,
        territories=tuple(
            [await _found(context, "Territory", each, "territories") for each in given.get("territories") or ()]
        ),
    )


async def _found(context: Context, label: str, by: Mapping[str, Any], argument: str) -> str:
    id = await _own_id(context, label, by)
    if id is None:
        raise refuse("There is no such item.", argument)
    return id


async def _own_id(context: Context, label: str, by: Mapping[str, Any]) -> str | None:
    """The id of the item meant; None when it is absent, malformed or hidden."""
    columns = (Column((Attribute("id"),)),)
    level = Level((Branch(label, columns),), reference(label, by), (), Page(1, more=False))
    answered = await context.rows(Question(level, context.sight))
    if answered.rows:
        return str(answered.rows[0][0])
    moved = await context.moved_from(label, by)
    return await _own_id(context, label, {"id": global_id(label, moved)}) if moved else None


async def _taken(context: Context, method: Method, lens: Lens, options: Options, tried: Sequence[str]) -> Taken:
    """The snapshot of a scope, taken once a request; of one Cité with what a scenario names, and with whole tables.

    A method that looks at some other Cités has one of its own. Of the network each table is read once a request, and
    those only that a method reads.
    """
    if lens.kind == "cite" and method.others is not None:
        return Taken(await take_for(context.desk, method, lens.scope, tried, lens, options))
    if lens.kind == "cite" and method.one_cite:
        key: Hashable = ("snapshot", lens.scope, tuple(tried), method.beside)
        taking = partial(take, context.desk, lens.scope, tried, beside=method.beside)
    else:
        key = ("snapshot", "network", method.tables)
        kept: Kept = context.shared.setdefault("tables", Kept())
        taking = partial(take, context.desk, tables=method.tables, kept=kept)
    if key not in context.shared:
        context.shared[key] = asyncio.ensure_future(taking())
    return Taken(await context.shared[key])


# Told ----------------------------------------------------------------------------------------------------------------


def _basis(row: Row) -> Basis:
    found: Basis = row.value.basis
    return found


def in_french(info: Info, given: Mapping[str, Any]) -> bool:
    """Whether French words are wanted."""
    context: Context = info.context
    return (language(given.get("locale")) or context.locale) == "fr"


def explanation(row: Row, info: Info, **given: Any) -> str:
    """The answer in a sentence."""
    told = _basis(row).explanation
    return told.text_fr if in_french(info, given) else told.text_en


def seen_by(row: Row, info: Info, **given: Any) -> str:
    """What the answer is made of, for whoever asks."""
    return SEEN_BY[kind_of(info.context.desk.actor)][in_french(info, given)]


def kind_of(actor: Actor) -> str:
    """Visitor, member or admin."""
    return "admin" if actor.site_admin else "visitor" if actor.id is None else "member"


def inputs_used(row: Row, info: Info, **given: Any) -> Sequence[Row]:
    """A page of what the answer is made of."""
    return paged([Row(Named(id), row.taken) for id in _basis(row).inputs_used], info.context, given)


def excluded(row: Row, info: Info, **given: Any) -> Sequence[Row]:
    """A page of what was left out."""
    return paged([Row(each, row.taken) for each in _basis(row).excluded], info.context, given)


RESULT_FIELDS: Final[Mapping[str, Callable[..., Any]]] = {"explanation": explanation, "basis": lambda row, info: row}
BASIS_FIELDS: Final[Mapping[str, Callable[..., Any]]] = {
    "method": lambda row, info: _basis(row).method,
    "scope": lambda row, info: Row(Named(_basis(row).scope.rpartition(":")[2]), row.taken),
    "at": lambda row, info: _basis(row).at,
    "identityLevel": lambda row, info: _basis(row).identity_level,
    "certainty": lambda row, info: _basis(row).certainty,
    "inputsUsed": inputs_used,
    "excluded": excluded,
    "knownShare": lambda row, info: _basis(row).known_share,
    "warnings": lambda row, info: _basis(row).warnings,
    "seenBy": seen_by,
}
