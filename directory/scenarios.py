"""Scenarios kept with a name and an owner: what somebody wants to try again on new data. Never a part of the facts."""

import asyncio
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from directory.analysis.scenario import Change, Scenario, parse
from directory.desk import Desk, now
from directory.enums import Role
from directory.errors import BadInput, Fault, Invalid, NotFound, Unauthenticated
from directory.permissions import sight
from directory.placing import SITE
from directory.reading import kept_rows
from directory.writing import transact
from graph import NewNode, Transaction
from graph.query import Attribute, Branch, Column, Compare, Level, OneOf, Operator, Question

LONGEST_NAME: Final = 100
LONGEST_TEXT: Final = 64 * 1024
"""Characters: some hundreds of changes."""
MOST: Final = 100
"""Scenarios that one person keeps."""
NAMES: Final = ("id", "name", "owner", "text", "at")
NAMED: Final = ("Organisation", "Cite", "Channel", "Service", "Contribution", "Territory")
"""The types of items that a scenario may name by slug; the first ones win."""
REFERENCES: Final = ("id", "service", "organisation", "contribution")
"""What a change names items by."""


@dataclass(frozen=True, slots=True)
class SavedScenario:
    """A scenario as it is kept: its text is the file as it was given, `at` when it was saved."""

    id: str
    name: str
    owner: str
    text: str
    at: str


# Kept ----------------------------------------------------------------------------------------------------------------


async def save(desk: Desk, name: str, text: str) -> SavedScenario:
    """The scenario, kept under that name; it takes the place of the actor's own of the same name.

    Raises ScenarioError with every fault of the text, Invalid for the name, Unauthenticated for visitors.
    """
    owner, name = desk.actor.id, name.strip()
    if owner is None:
        raise Unauthenticated
    parse(text)
    kept = SavedScenario(_id(owner, name), name, owner, text, now(desk))
    others = {each.id for each in await _kept(desk, _whose(owner))} - {kept.id}
    _refuse_wrong(kept, len(others))

    async def work(tx: Transaction) -> None:
        values = {each: getattr(kept, each) for each in NAMES}
        if await tx.lock("Scenario", kept.id) is None:
            await tx.create([NewNode("Scenario", values)])
        else:
            await tx.update("Scenario", kept.id, values)

    await transact(desk, work)
    return kept


async def saved(desk: Desk) -> list[SavedScenario]:
    """The scenarios of the actor, by name; those of everybody for managers of the site."""
    if desk.actor.id is None:
        return []
    found = await _kept(desk, None if _manages(desk) else _whose(desk.actor.id))
    return sorted(found, key=lambda each: (each.name, each.owner))


async def get(desk: Desk, name: str, owner: str | None = None) -> SavedScenario:
    """The scenario of that name: the actor's own, else, for managers, that of the owner, or the first of anybody.

    Raises NotFound.
    """
    return (await _named(desk, name, owner))[0]


async def _named(desk: Desk, name: str, owner: str | None) -> list[SavedScenario]:
    """The scenarios of that name, and of the owner if one is named, the actor's own first. Raises NotFound."""
    found = [each for each in await saved(desk) if each.name == name.strip() and owner in (None, each.owner)]
    if not found:
        raise NotFound(("scenario",))
    return sorted(found, key=lambda each: each.owner != desk.actor.id)


async def remove(desk: Desk, name: str, owner: str | None = None) -> None:
    """Nothing, once the scenario of that name is gone: the actor's own, else that of the owner.

    Raises NotFound; BadInput where several others keep one of that name and no owner is named.
    """
    kept, *others = await _named(desk, name, owner)
    if others and kept.owner != desk.actor.id:
        owners = ", ".join(each.owner for each in (kept, *others))
        raise BadInput(f"{kept.name!r} is kept by {owners}: say whose is meant.")

    async def work(tx: Transaction) -> None:
        if await tx.lock("Scenario", kept.id) is None:
            raise NotFound(("scenario",))
        await tx.remove("Scenario", [kept.id])

    await transact(desk, work)


def _refuse_wrong(kept: SavedScenario, others: int) -> None:
    wrong = []
    if not 0 < len(kept.name) <= LONGEST_NAME or kept.name.startswith("{"):
        wrong.append(Fault("INVALID", ("name",), f"A scenario has a name of at most {LONGEST_NAME} signs, no JSON."))
    if len(kept.text) > LONGEST_TEXT:
        wrong.append(Fault("INVALID", ("scenario",), f"A scenario has at most {LONGEST_TEXT} signs."))
    if others >= MOST:
        wrong.append(Fault("INVALID", ("name",), f"At most {MOST} scenarios are kept: remove one first."))
    if wrong:
        raise Invalid(tuple(wrong))


def _id(owner: str, name: str) -> str:
    """One node for an owner and a name: who saves it again replaces it."""
    return hashlib.sha256(f"{owner}\0{name}".encode()).hexdigest()


def _whose(owner: str) -> Compare:
    return Compare(Attribute("owner"), Operator.EQ, owner)


def _manages(desk: Desk) -> bool:
    return desk.actor.at_least(Role.MANAGER, SITE.id)


async def _kept(desk: Desk, where: Compare | None) -> list[SavedScenario]:
    return [SavedScenario(*row) for row in await kept_rows(desk, "Scenario", NAMES, where)]


# Tried ---------------------------------------------------------------------------------------------------------------


async def read(desk: Desk, given: str) -> Scenario:
    """The scenario that a JSON text says, else the saved one of that name, settled. Raises ScenarioError, NotFound."""
    return await settled(desk, parse(given if given.lstrip().startswith("{") else (await get(desk, given)).text))


async def settled(desk: Desk, scenario: Scenario) -> Scenario:
    """The scenario with the ids of items that it names by their slugs, as far as the actor sees them."""
    ids = await _ids(desk, {word for change in scenario.changes for word in _words(change)})
    return replace(scenario, changes=tuple(_settled(change, ids) for change in scenario.changes))


def named(scenario: Scenario) -> tuple[str, ...]:
    """What a scenario names, sorted.

    >>> provided = {"op": "add_provider", "service": "desk", "organisation": "afpa"}
    >>> named(parse({"format": "scenario/1", "changes": [provided, {"op": "remove_organisation", "id": "caf"}]}))
    ('afpa', 'caf', 'desk')
    """
    return tuple(sorted({word for change in scenario.changes for word in _words(change)}))


def _is_reference(column: str) -> bool:
    return column in REFERENCES or column.endswith(("_id", "_ids"))


def _words(change: Change) -> Iterable[str]:
    cells = [cell for column, cell in change.named if _is_reference(column)]
    cells += [cell for column, cell in change.row if column != "id" and _is_reference(column)]
    return [word for cell in cells for word in cell.split(";") if word]


async def _ids(desk: Desk, words: set[str]) -> Mapping[str, str]:
    """The id of each item that is named by its slug."""
    slugs = tuple(sorted(words))
    columns = (Column((Attribute("slug"),)), Column((Attribute("id"),)))
    level = [Level((Branch(label, columns),), OneOf(Attribute("slug"), slugs)) for label in NAMED]
    answers = await asyncio.gather(*(desk.graph.rows(Question(each, sight(desk))) for each in level)) if slugs else ()
    return {str(slug): str(id) for answer in reversed(answers) for slug, id in answer.rows}


def _settled(change: Change, ids: Mapping[str, str]) -> Change:
    def cell(column: str, value: str) -> tuple[str, str]:
        if not _is_reference(column):
            return column, value
        return column, ";".join(ids.get(word, word) for word in value.split(";"))

    row = tuple((column, value) if column == "id" else cell(column, value) for column, value in change.row)
    return replace(change, named=tuple(cell(*each) for each in change.named), row=row)
