"""Does what a plan says, through `editing` like everyone, and says how far it is."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

from directory import reading
from directory.desk import Desk
from directory.editing import found_site, load, load_all
from directory.errors import BadInput
from directory.founding import founded
from directory.item import Item
from directory.loading import Seen
from directory.permissions import sight
from directory.surroundings import ref
from directory.types.organisations import Organisation
from directory.values import Ref
from graph.query import AnyItem, Attribute, Not, Operator, Tally
from importers import bundle, synthetic
from importers.match import holders, matched, together, with_sirets, without_gone
from importers.plan import Action, Plan, current, make
from importers.row import Draft, RowFault

TELLING: Final = ("Source", "Organisation", "Cite")
"""The types of items by which real data and made-up ones are told apart."""
Progress = Callable[[int], None]
"""Told how many more items are done."""


async def plan(desk: Desk, folder: Path | Traversable = bundle.BUNDLED) -> Plan:
    """What loading the tables of the folder would do."""
    return await plan_of(desk, *bundle.drafts(folder))


async def plan_of(desk: Desk, drafts: list[Draft], unread: list[RowFault]) -> Plan:
    """What loading these drafts would do, as read from tables with some rows that could not be."""
    await _refuse_mixture(desk, synthetic.SCHEME, mixed=True)
    drafts = await matched(desk, drafts)
    there = await existing(desk, drafts)
    drafts = await without_gone(desk, together(drafts, there), there)
    return make(drafts, await with_sirets(desk, drafts) | there, unread, await holders(desk, drafts, there))


async def existing(desk: Desk, drafts: Iterable[Draft]) -> dict[Ref, Item]:
    """The items that are there already, of those that the drafts describe or sit in; the site is, or will be."""
    found: dict[Ref, Item] = {ref(item): item for item in founded()}
    wanted: dict[str, list[str]] = defaultdict(list)
    for at in (*(draft.ref for draft in drafts), *found):
        wanted[at.type].append(at.id)
    for type_name, ids in wanted.items():
        found |= {Ref(type_name, item.id): item for item in await reading.get_many(desk, type_name, ids)}
    return found


async def checked(desk: Desk, planned: Plan) -> Plan:
    """The plan as it can be done now: with the rows refused whose items somebody changed since it was made."""
    if not planned.of(Action.CREATE, Action.UPDATE):
        return planned
    return current(planned, await existing(desk, [line.draft for line in planned.lines]))


async def apply(desk: Desk, planned: Plan, progress: Progress | None = None, *, keep_good: bool = False) -> int:
    """How many items were created or updated. With a fault anywhere nothing is, unless the good rows are to be kept.

    What somebody changed since the plan was made is a fault too: `checked` says which.
    """
    planned = await checked(desk, planned)
    if planned.faults and not keep_good:
        return 0
    lines = [line for line in planned.of(Action.CREATE, Action.UPDATE) if line.item]
    if lines:
        await found_site(desk)
        fields = {line.draft.ref: line.fields for line in lines if line.action is Action.UPDATE}
        titled = {line.draft.ref for line in planned.lines if line.draft.values.get("title")}
        seen = Seen({line.draft.ref: line.seen for line in lines}, fields, titled)
        await load(desk, [line.item for line in lines if line.item], progress=progress, seen=seen)
    return len(lines)


async def synthesise(desk: Desk, organisations: int, seed: int = 1, progress: Progress | None = None) -> int:
    """How many items of a made-up ecosystem were loaded. Never beside real data, nor beside another one."""
    await found_site(desk)
    await _refuse_mixture(desk, synthetic.SCHEME, mixed=False)
    await _refuse_another(desk, organisations, seed)
    return await load_all(desk, synthetic.ecosystem(organisations, seed), progress)


async def _refuse_mixture(desk: Desk, scheme: str, *, mixed: bool) -> None:
    """Refuse when there are items with keys of this scheme (`mixed`), or others."""
    marked = AnyItem(Attribute("keys"), Operator.STARTS_WITH, f"{scheme}:")
    for type_name in TELLING:
        rows = await desk.graph.tally(Tally(type_name, sight(desk), where=marked if mixed else Not(marked)))
        if rows and rows[0][-1]:
            other = "made-up" if mixed else "real"
            where = "take another folder or graph, see DIRECTORY_GRAPH."
            raise BadInput(f"This directory holds {other} data already: {where}")


async def _refuse_another(desk: Desk, organisations: int, seed: int) -> None:
    """Refuse where the first organisation is that of another ecosystem: both would have the same keys and slugs."""
    known = await reading.by_keys(desk, [f"{synthetic.SCHEME}:organisation-0"])
    if not known:
        return
    first = next(item for item in synthetic.ecosystem(organisations, seed) if isinstance(item, Organisation))
    if first.id not in {at.id for at in known.values()}:
        raise BadInput(
            "This directory holds another made-up ecosystem already: give the same --big and --seed, "
            "or take another folder or graph, see DIRECTORY_GRAPH."
        )
