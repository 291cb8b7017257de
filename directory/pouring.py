"""More new items than one would hold in memory: into a directory that is still empty, by the engine's fastest door."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain, islice
from typing import Any, Final

from directory.creating import automatic_slug
from directory.desk import Desk, now
from directory.enums import Role, State
from directory.errors import Conflict, Duplicate, Fault, Invalid, NotAllowed
from directory.founding import found_site, founded
from directory.garbage import sought_seldom
from directory.item import Item
from directory.loading import BATCH, Place, born, load, tidy
from directory.placing import SITE
from directory.reading import kept_rows
from directory.surroundings import LOOKED_AT, Surroundings, led_to
from directory.types import CONTENT_TYPES
from directory.types.organisations import Organisation
from directory.validate import faults
from directory.values import Ref
from directory.writing import address_node, key_node, load_node, path_below
from directory.written import links, node, ref
from graph import Conflict as Collision
from graph import NewLink, NewNode, bulk
from graph import NotFound as Missing
from graph.query import Page

AT_ONCE: Final = 10 * BATCH
"""Items held in memory at once when they are loaded in batches."""
TOLD_AT_ONCE: Final = 1_000
"""Items told by one node of the change feed."""
ALONE: Final = ("Address", "Key")
"""The nodes kept beside each item, which name it and are not linked to it."""
BESIDE: Final = ("User", "Token", "Scenario")
"""What people may keep without a change of an item."""
ABOVE: Final = frozenset(name for cls in CONTENT_TYPES.values() for name in cls.declared.sits_in)
"""The types in which others sit."""


async def load_all(desk: Desk, source: Iterable[Item], progress: Callable[[int], None] | None = None) -> int:
    """How many items were loaded: as `load` does, whatever their number. Those with links to later ones come in order.

    Into an empty directory in the process that runs its engine, all of them or none; else batch by batch.
    """
    told = progress or (lambda count: None)
    with sought_seldom():
        return await (_pour if await _is_new(desk) else _load)(desk, source, told)


async def _load(desk: Desk, source: Iterable[Item], told: Callable[[int], None]) -> int:
    done = 0
    waiting = iter(source)
    while some := list(islice(waiting, AT_ONCE)):
        await load(desk, some, progress=told)
        done += len(some)
    return done


async def _is_new(desk: Desk) -> bool:
    """Whether nothing was ever kept but the site, where the fast door is open."""
    embedded = desk.graph.embedded
    if embedded is None or not embedded.ours:
        return False
    for label in BESIDE:
        if await kept_rows(desk, label, ("id",), None, page=Page(1, more=False)):
            return False
    changes = await kept_rows(desk, "Change", ("number", "items"), None, page=Page(2, more=False))
    told = {each for _, refs in changes for each in refs or ("something else",)}
    return told <= {f"{type(each).__name__} {each.id}" for each in founded()}


async def _pour(desk: Desk, source: Iterable[Item], told: Callable[[int], None]) -> int:
    if not desk.actor.at_least(Role.MANAGER, SITE.id):
        raise NotAllowed(required_role=Role.MANAGER)
    pouring = _Pouring(desk, source, told)
    steps = await kept_rows(desk, "Migration", ("id", "number"), None)
    kept = [NewNode("Migration", {"id": id, "number": number}) for id, number in steps]
    await desk.graph.wipe()
    try:
        await bulk.load(desk.graph, chain(pouring.nodes(), kept), pouring.links(), alone=ALONE)
    except Collision as error:
        raise Conflict(message="An id or a key is given twice.") from error
    except Missing as error:
        wrong = tuple(Fault("NOT_FOUND", (id,), f"There is no such {error.label}.") for id in error.ids)
        raise Invalid(wrong) from error
    finally:
        await found_site(desk)
    desk.bell.ring()
    return pouring.count


class _Pouring:
    """The nodes, then the links, of a site and of all items of a source."""

    def __init__(self, desk: Desk, source: Iterable[Item], told: Callable[[int], None]) -> None:
        self.count = 0
        self._desk = desk
        self._at = now(desk)
        self._source = source
        self._told = told
        self._number = 0
        self._places: dict[str, Place] = {}
        self._taken: set[str] = set()
        self._known: dict[Ref, Item] = {}
        self._sirets: dict[str, tuple[Organisation, ...]] = {}
        self._links: deque[tuple[int, list[NewLink]]] = deque()

    def nodes(self) -> Iterator[NewNode]:
        """Every node: items with addresses and keys, the scope of the site, the changes and their counter."""
        yield NewNode("Scope", {"id": SITE.id, "type": "Site", "inherits": True})
        site = [self._founded(each) for each in founded()]
        yield from self._kept(site, 0)
        made = (self._made(each) for each in self._source)
        while some := list(islice(made, TOLD_AT_ONCE)):
            half = len(some) // 2
            yield from self._kept(some, half)
            self.count += len(some)
            self._told(len(some) - half)
        yield NewNode("Counter", {"id": "change", "value": self._number})

    def links(self) -> Iterator[NewLink]:
        """Every link, asked for after all nodes: half of the items were told as done with those, half are here."""
        while self._links:
            half, found = self._links.popleft()
            yield from found
            self._told(half)

    def _kept(self, made: list[Item], half: int) -> Iterator[NewNode]:
        for item in made:
            here = ref(item)
            yield node(item)
            yield address_node(item.path, here)
            yield from (key_node(key, here) for key in item.keys)
        self._links.append((half, [link for item in made for link in links(item)]))
        self._number += len(made)
        yield load_node(self._desk, self._at, self._number, made)

    def _founded(self, item: Item) -> Item:
        return self._placed(item, {"state": State.PUBLISHED.value, "slug": item.slug})

    def _made(self, given: Item) -> Item:
        """The item with what the system sets, judged. Raises Invalid, Duplicate."""
        item = tidy(given)
        private = {"state": State.PRIVATE.value} if item.declared.private else {}
        made = self._placed(item, {**private, "slug": self._slug(item)})
        wrong = faults(made, self._surroundings(made))
        if wrong:
            raise Invalid(tuple(Fault(each.code, (made.id, *each.path), each.message, each.near) for each in wrong))
        if type(made).__name__ in LOOKED_AT and not isinstance(made, Organisation):
            self._known[ref(made)] = made
        if isinstance(made, Organisation) and made.siret:
            self._sirets[made.siret] = (*self._sirets.get(made.siret, ()), made)
        return made

    def _placed(self, item: Item, values: Mapping[str, Any]) -> Item:
        if item.parent is None:
            place = ("/", SITE.id)
        elif item.parent.id in self._places:
            place = self._places[item.parent.id]
        else:
            raise Invalid((Fault("NOT_FOUND", (item.id, "parent"), "There is no such parent before it."),))
        made = born(self._desk, self._at, item, values, place)
        self._taken |= {made.path, f"{type(made).__name__} {made.slug}" if made.declared.slug_is_unique else made.path}
        if type(made).__name__ in ABOVE:
            self._places[made.id] = (made.path, made.scope)
        return made

    def _slug(self, item: Item) -> str:
        """The slug given, when nothing has it; else the first free one made from the title."""
        plain = item.slug or automatic_slug(item)
        slug, number = plain, 0
        while self._is_taken(item, slug):
            if item.slug:
                raise Duplicate("slug", slug)
            number += 1
            slug = f"{plain[:72]}-{number}"
        return slug

    def _is_taken(self, item: Item, slug: str) -> bool:
        above = self._places.get(item.parent.id) if item.parent else None
        if above and path_below(above[0], slug) in self._taken:
            return True
        return item.declared.slug_is_unique and f"{type(item).__name__} {slug}" in self._taken

    def _surroundings(self, item: Item) -> Surroundings:
        """What has come before. What has not is not judged: a link that leads nowhere is refused at the end."""
        wanted = led_to(item)
        linked = None
        if all(at in self._known for at in wanted if at.type in LOOKED_AT):
            linked = {at: self._known.get(at, item) for at in wanted}
        same = self._sirets.get(item.siret or "", ()) if isinstance(item, Organisation) else ()
        return Surroundings(linked, {}, same)
