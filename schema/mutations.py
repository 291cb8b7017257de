"""The fields of Mutation: create and update for every content type, and the verbs that are the same for all.

Each is one transaction of `directory.editing`; what the directory refuses is in the payload, never among the errors of
the answer. Several fields of one operation are done one after the other, each for itself.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import strawberry
from graphql import GraphQLSchema

from directory import editing
from directory.checking import read_values
from directory.creating import Child
from directory.desk import Desk
from directory.errors import DirectoryError, Fault, Invalid, NotFound, Unauthenticated
from directory.item import Item
from directory.links import link_facts, targets
from directory.reading import visible
from directory.structure import MISSING
from directory.types import CONTENT_TYPES
from directory.values import Citation, Ref
from directory.workflow import LABEL_MOVES, MOVES
from schema.collected import COLLECTION, Questions
from schema.context import language
from schema.faults import About, errors_of
from schema.ids import own_id
from schema.inputs import (
    MOST_BELOW,
    Given,
    below_of,
    citation,
    declare_inputs,
    input_name,
    read_input,
    reference,
    unexpected,
)
from schema.kit import Kit
from schema.making import Argument, FieldSpec, Member, bare, enum_type, fill_input, fill_object, list_of
from schema.naming import camel, root, upper
from schema.payloads import PAYLOAD, Info, Payload, bind_payload, declare_payload
from schema.predicates import code
from schema.scalars import DateTime, PartialDate


@dataclass
class Task:
    """A mutation being done: who asks, what they gave, and what becomes known of it for those who explain refusals."""

    desk: Desk
    given: Mapping[str, Any]
    language: str | None
    at: Ref | None = None
    places: list[tuple[str, str]] = field(default_factory=list)

    def item(self, label: str | None = None) -> Ref:
        """The item that `id` names. Raises NotFound for anything else, and for an item of another type."""
        found = own_id(self.given.get("id") or "")
        if found is None or found[0] not in CONTENT_TYPES or label not in (None, found[0]):
            raise NotFound(("id",))
        self.at = Ref(*found)
        return self.at

    @property
    def about(self) -> About:
        """What a refusal is explained with."""
        return About(self.at, self.language, tuple(self.places))


Do = Callable[[Task], Awaitable[Payload]]
More = Callable[[Desk, str | None, Mapping[str, Any]], Awaitable[list[Fault]]]
"""What else is wrong with values that are given to a new item or to the one of a global id."""


@dataclass(frozen=True)
class Verb:
    """A field of Mutation: the type of its input, what it does."""

    input: type
    description: str
    do: Do


class Mutations:
    """The fields of Mutation."""

    def __init__(self, kit: Kit, questions: Questions) -> None:
        self.kit = kit
        self.questions = questions
        self.verbs: dict[str, Verb] = {}

    def declare(self) -> type:
        """The Mutation type, with its inputs and its payload."""
        declare_inputs(self.kit)
        declare_payload(self.kit)
        for label, cls in self.kit.content_types.items():
            made = self.kit.parts[input_name(label)]
            more = self.questions.faults if label == COLLECTION else no_more
            if cls.declared.sits_in:
                self.verbs[f"{root(label)}Create"] = Verb(made, "Create one.", partial(create, label, more))
            self.verbs[f"{root(label)}Update"] = Verb(made, "Change one.", partial(update, label, more))
        self._general()
        self._workflow()
        self._label()
        mutation = bare("Mutation")
        words = (
            "What can be changed. One transaction a field; what is refused is told in the payload. In an input, what "
            f"is absent is left alone, null clears, a list replaces; at most {MOST_BELOW} items of a list are made."
        )
        fill_object(mutation, words, [self._field(name, verb) for name, verb in self.verbs.items()])
        return mutation

    def bind(self, schema: GraphQLSchema) -> None:
        """Have the fields done by the verbs."""
        mutation: Any = schema.mutation_type
        for name, verb in self.verbs.items():
            mutation.fields[name].resolve = partial(perform, verb.do)
        bind_payload(schema, tuple(self.kit.content_types))

    def _field(self, name: str, verb: Verb) -> FieldSpec:
        return FieldSpec(
            name, self.kit.parts[PAYLOAD] | None, verb.description, (Argument("input", verb.input, "What."),)
        )

    def _input(self, name: str, description: str, *fields: FieldSpec, versioned: bool = True) -> type:
        made = bare(name)
        own = [FieldSpec("id", strawberry.ID, "Global id of the item.")]
        if versioned:
            own.append(FieldSpec("expectedVersion", int, "The version that was read."))
        fill_input(made, description, [*own, *fields])
        return made

    def _general(self) -> None:
        force = FieldSpec("force", bool | None, "Break the links that lead to it; for managers.", default=False)
        deleted = self._input("ItemDeleteInput", "What goes to the trash.", force)
        words = "Put an item, and all that sits below it, into the trash."
        self.verbs["itemDelete"] = Verb(deleted, words, delete)
        restored = self._input("ItemRestoreInput", "What comes back.", versioned=False)
        words = "Bring an item back from the trash, with all that went with it; for managers."
        self.verbs["itemRestore"] = Verb(restored, words, undelete)
        moved = self._input(
            "ItemMoveInput",
            "Where an item goes.",
            FieldSpec("parent", strawberry.ID | None, "What it will sit in; where it is when absent."),
            FieldSpec("slug", str | None, "Its new slug; as it is when absent."),
        )
        self.verbs["itemMove"] = Verb(moved, "Move or rename an item; old paths lead to the new one.", relocate)
        linked = self._input(
            "ItemLinkInput",
            "Links of one field of an item.",
            FieldSpec("field", str, "Name of the field, such as serves."),
            FieldSpec("targets", list[strawberry.ID] | None, "The items at the other end."),
            FieldSpec("citations", list_of(self.kit.parts["CitationInput"]) | None, "For sources: places in them."),
        )
        self.verbs["itemLink"] = Verb(linked, "Add links to those of a field.", link)
        words = "Take links away from those of a field; of a source, all its citations."
        self.verbs["itemUnlink"] = Verb(linked, words, unlink)
        version = FieldSpec("version", int, "The version whose values come back.")
        reverted = self._input("ItemRevertInput", "Which version comes back.", version)
        words = "Give an item the values of an earlier version; its place, state and roles stay."
        self.verbs["itemRevert"] = Verb(reverted, words, revert)

    def _workflow(self) -> None:
        made = self._input(
            "MoveInput",
            "A move of the workflow.",
            FieldSpec("comment", str | None, "Why; needed to reject."),
            FieldSpec("effective", DateTime | None, "To publish: visitors see it from this instant."),
        )
        for name, move in MOVES.items():
            sources = " or ".join(each.value for each in move.sources)
            words = f"From {sources} to {move.target.value}, for the role of {move.who.role.value}."
            self.verbs[camel(name)] = Verb(made, words, partial(step, name))

    def _label(self) -> None:
        members = [Member(upper(name), name, _of_label(name)) for name in LABEL_MOVES]
        made = self._input(
            "LabelMoveInput",
            "A decision on the label of a Cité.",
            FieldSpec("move", enum_type("LabelMove", "Steps of the label of a Cité.", members), "What was decided."),
            FieldSpec("date", PartialDate, "When."),
            FieldSpec("sources", list_of(self.kit.parts["CitationInput"]), "Where it is written; one or more."),
            FieldSpec("decidedBy", strawberry.ID | None, "Who decided: an organisation or a body."),
        )
        words = "Record a decision on the label of a Cité, as a life event; for the label authority."
        self.verbs["labelMove"] = Verb(made, words, move_label)


def _of_label(name: str) -> str:
    target = LABEL_MOVES[name].target
    return f"To {target.value}." if target else "To the state before."


async def perform(do: Do, source: Any, info: Info, input: Mapping[str, Any]) -> Payload:
    """What came of a mutation. Raises Unauthenticated for visitors, who change nothing."""
    context = info.context
    if context.desk.actor.id is None:
        raise Unauthenticated
    task = Task(context.desk, input, language(context.preferred))
    try:
        done = await do(task)
    except DirectoryError as error:
        return Payload(errors=await errors_of(error, task.about, task.desk))
    context.renew()
    return done


def _now(item: Item) -> Payload:
    return Payload(Ref(type(item).__name__, item.id), item.version)


async def no_more(desk: Desk, id: str | None, values: Mapping[str, Any]) -> list[Fault]:
    """Nothing: all is told by the type."""
    return []


# Create and update ---------------------------------------------------------------------------------------------------


async def create(label: str, more: More, task: Task) -> Payload:
    """The new item, with those below it."""
    cls = CONTENT_TYPES[label]
    read = read_input(cls, task.given)
    children = _children(label, read, task)
    faults = [*unexpected(task.given, ("id", "expectedVersion")), *read.faults]
    faults += await more(task.desk, None, read.values)
    if faults:
        raise Invalid((*faults, *_unread(task.desk, cls, read.values, children)))
    id = task.desk.new_id()
    key = task.given.get("idempotencyKey")
    try:
        made = await editing.create_nested(task.desk, label, read.values, children, id=id, idempotency_key=key)
    except NotFound as error:
        others = _unread(task.desk, cls, read.values, children)
        raise Invalid((Fault(error.code, error.path, str(error)), *others)) from None
    return Payload(Ref(label, made.id), made.version, replayed=made.id != id)


def _children(label: str, read: Given, task: Task) -> list[Child]:
    """The items below, one after the other; where each stands is noted in the task."""
    hanging = {camel(name): each for name, each in below_of(label).items()}
    found: list[Child] = []
    for key, several in read.below.items():
        for place, each in enumerate(several):
            found.append((hanging[key].type, hanging[key].field, each.values))
            task.places.append((key, str(place)))
    return found


def _unread(desk: Desk, cls: type[Item], values: Mapping[str, Any], children: list[Child]) -> list[Fault]:
    """The faults of values that cannot be read, which a refusal for another reason would hide."""
    found = list(read_values(desk, cls, values)[1])
    for place, (type_name, _, below) in enumerate(children):
        wrong = read_values(desk, CONTENT_TYPES[type_name], below)[1]
        found += [Fault(each.code, ("children", str(place), *each.path), each.message, each.near) for each in wrong]
    return found


async def update(label: str, more: More, task: Task) -> Payload:
    """The item with the values given."""
    cls, given = CONTENT_TYPES[label], task.given
    read = read_input(cls, given, nested=False)
    faults = [*unexpected(given, ("idempotencyKey",)), *read.faults]
    faults += [
        Fault("INVALID", (name,), "is required") for name in ("id", "expectedVersion") if given.get(name) is None
    ]
    faults += await more(task.desk, given.get("id"), read.values)
    if faults:
        raise Invalid((*faults, *_unread(task.desk, cls, read.values, [])))
    return _now(await editing.update(task.desk, task.item(label), given["expectedVersion"], read.values))


# Verbs that are the same for all types -------------------------------------------------------------------------------


async def delete(task: Task) -> Payload:
    """Nothing but the id, once the item is in the trash."""
    at = task.item()
    await editing.delete(task.desk, at, task.given["expectedVersion"], bool(task.given.get("force")))
    return Payload(at, gone=True)


async def undelete(task: Task) -> Payload:
    """The item, back from the trash."""
    return _now(await editing.undelete(task.desk, task.item().id))


async def relocate(task: Task) -> Payload:
    """The item in its new place."""
    at, given = task.item(), task.given
    parent = reference(given["parent"], ("Folder",)) if given.get("parent") else None
    return _now(await editing.relocate(task.desk, at, parent, given["expectedVersion"], given.get("slug")))


async def link(task: Task) -> Payload:
    """The item with more links."""
    at, name, ends = _links(task)
    places = _places(task.given)
    unread = read_values(task.desk, CONTENT_TYPES[at.type], {name: ends})[1]
    if unread:
        raise Invalid(tuple(_of_end(each, places) for each in unread))
    try:
        return _now(await editing.link(task.desk, at, name, ends, task.given["expectedVersion"]))
    except Invalid as error:
        raise await _of_ends(error, task, name, ends) from None


def _of_end(fault: Fault, places: Sequence[tuple[str, ...]]) -> Fault:
    place = places[int(fault.path[1])] if len(fault.path) > 1 else ("targets",)
    return replace(fault, path=(*place, *fault.path[2:]) if place[0] == "citations" else place)


def _places(given: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """Where each end of new links stands in the input."""
    return [(name, str(place)) for name in ("targets", "citations") for place, _ in enumerate(given.get(name) or ())]


async def _of_ends(error: Invalid, task: Task, name: str, ends: Sequence[Ref | Citation]) -> Invalid:
    """The same refusal, with faults of the field where the input has the links: the item has them in its own order."""
    led_to = [each.document if isinstance(each, Citation) else each for each in ends]
    seen = await visible(task.desk, led_to)
    absent = [place for place, each in zip(_places(task.given), led_to, strict=True) if each not in seen]
    found: dict[Fault, None] = {}
    for fault in error.faults:
        mine = fault.path[:1] == (name,)
        missing = absent if mine and fault.code == MISSING else []
        places = missing or ([("targets",)] if mine else [fault.path])
        found |= {replace(fault, path=each): None for each in places}
    return Invalid(tuple(found))


async def unlink(task: Task) -> Payload:
    """The item with fewer links."""
    at, name, ends = _links(task)
    found = [each.document if isinstance(each, Citation) else each for each in ends]
    return _now(await editing.unlink(task.desk, at, name, found, task.given["expectedVersion"]))


def _links(task: Task) -> tuple[Ref, str, list[Ref | Citation]]:
    at, given = task.item(), task.given
    cls = CONTENT_TYPES[at.type]
    lists = {name: fact for name, fact in link_facts(cls).items() if fact.several}
    name = next((name for name in lists if camel(name) == given["field"]), None)
    if name is None:
        near = tuple(map(camel, lists))
        raise Invalid((Fault("INVALID", ("field",), f"{at.type} has no such list of links.", near),))
    cited = [citation(cls, each) for each in given.get("citations") or ()]
    if cited and name != "sources":
        raise Invalid((Fault("INVALID", ("citations",), "Only sources are cited."),))
    ends = [reference(each, targets(at.type, lists[name])) for each in given.get("targets") or ()]
    return at, name, [*ends, *cited]


async def revert(task: Task) -> Payload:
    """The item with the values of an earlier version."""
    at, given = task.item(), task.given
    return _now(await editing.restore_version(task.desk, at, given["version"], given["expectedVersion"]))


async def step(name: str, task: Task) -> Payload:
    """The item after a move of the workflow."""
    given = task.given
    comment, effective = given.get("comment"), given.get("effective")
    return _now(
        await editing.move(task.desk, task.item(), name, given["expectedVersion"], comment=comment, effective=effective)
    )


async def move_label(task: Task) -> Payload:
    """The life event that records a decision on the label."""
    at, given = task.item("Cite"), task.given
    sources = [citation(CONTENT_TYPES["LifeEvent"], each) for each in given["sources"]]
    decided_by = reference(given["decidedBy"], ("Organisation",)) if given.get("decidedBy") else None
    name = code(given["move"])
    made = await editing.move_label(
        task.desk, at, name, given["expectedVersion"], date=given["date"], sources=sources, decided_by=decided_by
    )
    return _now(made)
