"""A play: several people change a small town at random, and are refused as often as not."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from random import Random
from typing import Any

from directory import editing, grants, placing, retention
from directory.actor import anonymous
from directory.desk import Desk, instant
from directory.enums import Role
from directory.errors import DirectoryError
from directory.fields import facts
from directory.founding import founded
from directory.item import Item
from directory.links import link_facts, parent_fields
from directory.surroundings import led_to
from directory.types import CONTENT_TYPES
from directory.types.people import Person
from directory.values import Ref
from directory.workflow import LABEL_MOVES, MOVES
from directory.written import from_json, ref
from importers.plan import Action
from importers.row import Draft
from importers.run import apply, plan_of
from tests.directory.dumped import Dump
from tests.directory.guesses import START, Guesses

FOUNDED = frozenset(map(ref, founded()))
USERS = ("manager", "editor", "reader", "contributor")
WORD = re.compile("qz[a-z0-9]+")
COMMON = (
    *("Organisation", "Cite", "Channel", "Service", "Partnership", "Contribution", "Person", "Mandate", "Page"),
    *("Observation", "Indicator", "Territory", "Folder", "Source", "ProjectMembership", "Project", "NewsItem"),
)


@dataclass
class Play:
    """Who plays, with what chance; `desk` is that of the site admin, `tables` what is loaded again and again."""

    random: Random
    desk: Desk
    tables: Sequence[Draft] = ()
    step: int = 0
    ids: Any = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self.guess = Guesses(self.random)
        self.desk = replace(self.desk, clock=self.clock, new_id=lambda: f"id-{next(self.ids):04}")
        self.now = Dump({}, ())
        self.keys: list[tuple[Any, ...]] = []
        self.verb = self.said = ""
        self.forgotten: set[str] = set()
        self.seen: dict[tuple[Ref, int], Item] = {}

    def clock(self) -> datetime:
        """One instant for each step, so that work which is begun again writes the same."""
        return START + timedelta(days=self.guess.days, minutes=self.step)

    async def begin(self) -> None:
        """The people who play, and a town to begin with."""
        for name in USERS:
            await grants.add_user(self.desk, name, id=name)
        for type_name in ("Territory", "Organisation", "Cite", "Source", "Indicator"):
            values: dict[str, Any] = {"title": {"en": self.guess.name("q")}}
            values |= {"unit": "person"} if type_name == "Indicator" else {}
            await editing.create(self.desk, type_name, values)
        cite = "id-0003"
        await grants.grant(self.desk, Ref("Cite", cite), "manager", Role.MANAGER)
        await grants.grant(self.desk, placing.SITE, "editor", Role.EDITOR)
        await grants.grant(self.desk, placing.SITE, "reader", Role.READER)
        await grants.grant(self.desk, placing.SITE, "contributor", Role.CONTRIBUTOR)

    async def actor(self) -> Desk:
        """The desk of somebody: the site admin as often as all others."""
        name = self.random.choice((*("admin",) * 8, *("manager", "editor") * 3, "reader", "contributor", "visitor"))
        if name == "admin":
            return self.desk
        return self.desk.for_actor(anonymous if name == "visitor" else await grants.actor_of(self.desk, name))

    async def turn(self, now: Dump) -> DirectoryError | None:
        """One step, made or refused."""
        self.step += 1
        self.now = now
        self.guess.there = now.items
        desk = await self.actor()
        verb = self.random.choices([*VERBS], [*VERBS.values()])[0]
        self.verb = verb.__name__
        self.said = f"{self.step} {desk.actor.name} {self.verb}"
        try:
            await verb(self, desk)
        except DirectoryError as error:
            self.said += f" refused: {error!r}"
            return error
        return None

    def overdue(self) -> set[str]:
        """The words in names of persons that may be kept no longer, as they are and as they were."""
        day = instant(self.clock())[:10]
        rows = [row["before"] for row in self.now.all("Change").values() if row.get("before")]
        every = [*map(from_json, rows), *self.now.items.values()]
        last = {each.id: each for each in every if isinstance(each, Person)}
        over = {id for id, each in last.items() if (each.retention_until or day) < day}
        return {word for each in every if each.id in over for word in WORD.findall(str(each.title).lower())}

    def told(self, *said: Any) -> None:
        """What is done, for whoever reads why a rule was broken."""
        self.said += " " + " ".join(map(str, said))

    def item(self, *types: str) -> Ref:
        """An item that is there, seldom one that every site is founded with; or one that was never."""
        found = self.guess.any(*types)
        if found and found in FOUNDED and self.guess.chance(0.8):
            found = self.guess.any(*(types or COMMON))
        return found if found and not self.guess.chance(0.01) else Ref((types or ("Page",))[0], "nowhere")

    def version(self, at: Ref) -> int:
        """The version to name: nearly always that of now."""
        known = self.now.found.get(at)
        return (known.version if known else 1) - (1 if self.guess.chance(0.04) else 0)


async def create(play: Play, desk: Desk) -> None:
    guess = play.guess
    name = play.random.choice(COMMON if guess.chance(0.8) else [*CONTENT_TYPES][1:])
    cls = CONTENT_TYPES[name]
    values = guess.accepted(name, 0.15, guess.chance(0.93))
    above = guess.any(*cls.declared.sits_in)
    if above and guess.chance(0.5):
        values["parent"] = above
        for field_name in parent_fields(cls):
            values.pop(field_name, None)
    if cls.declared.family == "editorial":
        values |= {"language": play.random.choice(("en", "fr"))}
        twin = guess.any(name)
        if twin and guess.chance(0.3):
            values["translation_group"] = play.now.items[twin].translation_group
    if guess.chance(0.2):
        values["slug"] = play.random.choice(("same", "other", guess.name("q")))
    key = guess.name("i") if guess.chance(0.3) else None
    play.told(name, values, key)
    if key and name != "Person":  # made again by somebody else, a name that went would be there again
        play.keys.append((name, values, key))
    await editing.create(desk, name, values, idempotency_key=key)


async def create_again(play: Play, desk: Desk) -> None:
    """The same create with the same key: the item of then, or another refusal."""
    if play.keys:
        name, values, key = play.random.choice(play.keys)
        play.told(name, key)
        await editing.create(desk, name, values, idempotency_key=key)


async def create_nested(play: Play, desk: Desk) -> None:
    below = [
        (name, above, {key: value for key, value in play.guess.accepted(name, 0.1, True).items() if key != above})
        for name, above in (("Channel", "cite"), ("Partnership", "cite"), ("Page", "about"))
        if play.guess.chance(0.6)
    ]
    values = play.guess.accepted("Cite", 0.1, True)
    play.told(values, below)
    await editing.create_nested(desk, "Cite", values, below)


async def update(play: Play, desk: Desk) -> None:
    guess, at = play.guess, play.item()
    cls = CONTENT_TYPES[at.type]
    values = guess.accepted(at.type, 0.12)
    names = [name for name in values if name not in parent_fields(cls) and (name != "title" or guess.chance(0.4))]
    values = {name: values[name] for name in names}
    if guess.chance(0.1) and cls.declared.title_pattern is None:
        values["title"] = guess.value(facts(cls)["title"])
    if cls.declared.family == "editorial" and guess.chance(0.15):
        twin = guess.any(at.type)
        group = play.now.items[twin].translation_group if twin else None
        values |= {"language": play.random.choice(("en", "fr", "it")), "translation_group": group}
    play.told(at, values)
    await editing.update(desk, at, play.version(at), values)


async def link(play: Play, desk: Desk) -> None:
    at = play.item()
    several = [name for name, fact in link_facts(CONTENT_TYPES[at.type]).items() if fact.several]
    name = play.random.choice(several)
    targets = play.guess._several(facts(CONTENT_TYPES[at.type])[name])
    play.told(at, name, targets)
    await editing.link(desk, at, name, targets, play.version(at))


async def unlink(play: Play, desk: Desk) -> None:
    at = play.item()
    held = play.now.found[at].view if at in play.now.found else None
    filled = [name for name, fact in link_facts(CONTENT_TYPES[at.type]).items()
              if fact.several and held and getattr(held, name)]  # fmt: skip
    if filled:
        name = play.random.choice(filled)
        end = play.random.choice(getattr(held, name))
        play.told(at, name, end)
        await editing.unlink(desk, at, name, [end if isinstance(end, Ref) else end.document], play.version(at))


async def move(play: Play, desk: Desk) -> None:
    at = play.item()
    held = play.now.items.get(at)
    fitting = [name for name, each in MOVES.items() if held and held.state in each.sources]
    drafted = held and play.now.found[at].draft is not None
    fitting = [name for name in fitting if drafted or name not in ("publish_draft", "discard_draft")]
    name = play.random.choice(fitting if fitting and play.guess.chance(0.95) else [*MOVES])
    effective = play.guess.instant() if play.guess.chance(0.1) else None
    play.told(name, at, effective)
    await editing.move(desk, at, name, play.version(at), comment=play.guess.name("n"), effective=effective)


async def publish(play: Play, desk: Desk) -> None:
    waiting = [at for at, each in play.now.items.items() if each.state in ("private", "pending")]
    at = play.random.choice(waiting) if waiting else play.item()
    play.told(at)
    await editing.move(desk, at, "publish", play.version(at))


async def publish_draft(play: Play, desk: Desk) -> None:
    drafted = [at for at, each in play.now.found.items() if each.draft]
    at = play.random.choice(drafted) if drafted else play.item()
    play.told(at)
    await editing.move(desk, at, "publish_draft", play.version(at))


async def move_label(play: Play, desk: Desk) -> None:
    at = play.item("Cite")
    name = play.random.choice([*LABEL_MOVES])
    cited = play.guess._several(facts(CONTENT_TYPES["Cite"])["sources"])
    play.told(name, at)
    await editing.move_label(desk, at, name, play.version(at), date=play.guess._day(), sources=cited)


async def relocate(play: Play, desk: Desk) -> None:
    at = play.item()
    parent = play.guess.any(*CONTENT_TYPES[at.type].declared.sits_in) if play.guess.chance(0.6) else None
    slug = play.random.choice(("same", "other", play.guess.name("q"), None))
    play.told(at, parent, slug)
    await editing.relocate(desk, at, parent, play.version(at), slug)


async def delete(play: Play, desk: Desk) -> None:
    at, force = play.item(), play.guess.chance(0.5)
    play.told(at, force)
    await editing.delete(desk, at, play.version(at), force)


async def delete_and_undelete(play: Play, desk: Desk) -> None:
    """There and back: what is deleted by mistake."""
    at = play.item()
    play.told(at)
    await editing.delete(play.desk, at, play.version(at), force=True)
    await editing.undelete(play.desk, at.id)


async def undelete(play: Play, desk: Desk) -> None:
    trashed = list(play.now.all("Trash"))
    if trashed:
        id = play.random.choice(trashed)
        play.told(id)
        await editing.undelete(desk, id)


async def restore_version(play: Play, desk: Desk) -> None:
    at = play.item()
    version = play.random.randint(1, max(2, play.version(at) - 1))
    expected = play.version(at) if play.guess.chance(0.5) else None
    play.told(at, version)
    await editing.restore_version(desk, at, version, expected)


async def grant(play: Play, desk: Desk) -> None:
    at, user = play.item(), play.random.choice(USERS)
    role = play.random.choice(list(grants.ROLES.values()))
    play.told(at, user, role)
    await grants.grant(desk, at, user, role)


async def revoke(play: Play, desk: Desk) -> None:
    given = list(play.now.all("Grant").values())
    if given:
        one = play.random.choice(given)
        play.told(one["item"], one["user"])
        await grants.revoke(desk, Ref(one["type"], one["item"]), one["user"])


async def inherit(play: Play, desk: Desk) -> None:
    given = list(play.now.all("Grant").values())
    if given:
        one, inherits = play.random.choice(given), play.guess.chance(0.5)
        play.told(one["item"], inherits)
        await grants.inherit(desk, Ref(one["type"], one["item"]), inherits)


async def load(play: Play, desk: Desk) -> None:
    """The tables again: some of their rows, as people and other tables left what they describe."""
    some = [each for each in play.tables if play.guess.chance(0.7)]
    play.told([each.key for each in some])
    await apply(desk, await plan_of(desk, some, []), keep_good=True)


async def load_items(play: Play, desk: Desk) -> None:
    """Items as an import of somebody else gives them: known ones changed, and new ones."""
    guess = play.guess
    known = [at for at in (guess.any("Organisation"), guess.any("Territory"), guess.any("Page")) if at]
    items = [play.now.items[at] for at in known]
    changed = [replace(each, **guess.accepted(type(each).__name__, 0.1) | {"keys": each.keys}) for each in items]
    play.told(known)
    await editing.load(desk, changed)


async def wait(play: Play, desk: Desk) -> None:
    """Some days go by."""
    play.guess.days += 1
    play.told("a day")


async def forget(play: Play, desk: Desk) -> None:
    gone = set(await retention.forget(desk))
    play.seen = {key: each for key, each in play.seen.items() if not gone.intersection((each.id, *_ends(each)))}
    play.forgotten |= play.overdue()


def _ends(of: Item) -> list[str]:
    return [to.id for to in led_to(of)]


async def load_twice(play: Play, desk: Desk) -> None:
    """What was loaded is the same at once: nothing is left to do."""
    await apply(play.desk, await plan_of(play.desk, list(play.tables), []), keep_good=True)
    again = await plan_of(play.desk, list(play.tables), [])
    open_ = [str(line) for line in again.lines if line.action in (Action.CREATE, Action.UPDATE)]
    assert not open_, f"{play.said}: a second load would do {open_}"


Verb = Callable[[Play, Desk], Awaitable[None]]
VERBS: Mapping[Verb, int] = {
    create: 20, create_again: 2, create_nested: 2, update: 16, link: 6, unlink: 3, move: 10, publish: 14,
    publish_draft: 6, move_label: 1, relocate: 8, delete: 5, delete_and_undelete: 4, undelete: 5, restore_version: 5,
    grant: 3, revoke: 3, inherit: 1, load: 2, load_twice: 1, load_items: 2, wait: 2, forget: 3,
}  # fmt: skip
"""What people do, and how often."""
