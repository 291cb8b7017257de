"""What must be true of a graph at any moment, and of any step from one moment to the next: each rule a function.

A rule gives a sentence for each place where it is broken.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any

from directory import placing
from directory.enums import State
from directory.item import Item
from directory.links import link_facts
from directory.permissions import is_public
from directory.stored import properties
from directory.values import Citation, Ref
from directory.writing import path_below
from tests.directory.dumped import Dump

SYSTEM = ("version", "modified", "modified_by")
SECRET = ("draft", "discard_draft")
"""What changes nothing of what visitors see."""


# At any moment -------------------------------------------------------------------------------------------------------


def paths(now: Dump) -> Iterator[str]:
    """The path of an item is its parent's and its slug; one current address leads to it."""
    current = {id: Ref(row["type"], row["item"]) for id, row in now.all("Address").items() if row["current"]}
    for at, each in now.items.items():
        above = now.items.get(each.parent) if each.parent else None
        if each.parent and above is None:
            yield f"{at}: its parent {each.parent} is gone"
        wanted = path_below(above.path, each.slug) if above else "/"
        if each.path != wanted:
            yield f"{at}: its path is {each.path}, not {wanted}"
        if current.get(each.path) != at:
            yield f"{at}: nothing current leads to it at {each.path}"
    if len(current) != len(now.items):
        yield f"{len(current)} current addresses of {len(now.items)} items: {set(current.values()) - set(now.items)}"


def redirects(now: Dump) -> Iterator[str]:
    """An old path leads to an item, and to none that is there itself."""
    here = {each.path for each in now.items.values()}
    for id, row in now.all("Address").items():
        if Ref(row["type"], row["item"]) not in now.items:
            yield f"the address {id} leads to {row['item']}, which is gone"
        if not row["current"] and id in here:
            yield f"the redirect {id} hides what is there"


def keys(now: Dump) -> Iterator[str]:
    """Every key of an item leads to it, and no other key is kept."""
    wanted = [(key, at.id) for at, each in now.items.items() for key in each.keys]
    kept = [(id, row["item"]) for id, row in now.all("Key").items()]
    if sorted(wanted) != sorted(kept):
        yield f"keys: of items {set(wanted) - set(kept)}, kept {set(kept) - set(wanted)}"


def scopes(now: Dump) -> Iterator[str]:
    """The scope of an item is itself when it has roles of its own, else that of its parent."""
    kept = now.all("Scope")
    for at, each in now.items.items():
        above = now.items.get(each.parent) if each.parent else None
        wanted = at.id if at.id in kept else above.scope if above else None
        if each.scope != wanted:
            yield f"{at}: its scope is {each.scope}, not {wanted}"
        if at.id in kept and kept[at.id].get("above") != (above.scope if above else None):
            yield f"{at}: above its scope is {kept[at.id].get('above')}"
    trashed = {id for row in now.all("Trash").values() for id in row.get("items") or ()}
    for id in kept:
        if id not in now.by_id and id not in trashed:
            yield f"the scope {id} is of nothing"
    for row in now.all("Grant").values():
        if row["item"] not in kept:
            yield f"the grant {row['id']} is on no scope"


def trashed(now: Dump) -> Iterator[str]:
    """What lies in the trash is where it was: its path and its scope are those below its parent."""
    for id, row in now.all("Trash").items():
        above = now.by_id.get(row.get("parent") or "")
        if above is None:
            continue
        parent = now.items[above]
        if row["path"].rpartition("/")[0] != parent.path.rstrip("/"):
            yield f"trash {id}: it is at {row['path']}, what it sat in at {parent.path}"
        scope = id if id in now.all("Scope") else parent.scope
        if row["scope"] != scope:
            yield f"trash {id}: its scope is {row['scope']}, not {scope}"


def stored(now: Dump) -> Iterator[str]:
    """What is kept of an item is what it says: orders, folded and searched words, days."""
    for at, each in now.items.items():
        row = now.all(at.type)[at.id]
        wanted = properties(each)
        if row != wanted:
            differ = {name: (row.get(name), wanted.get(name)) for name in {*row, *wanted}
                      if row.get(name) != wanted.get(name)}  # fmt: skip
            yield f"{at}: kept and wanted are {differ}"


def drafts(now: Dump) -> Iterator[str]:
    """A draft is of an item that is there, and is published."""
    for id, row in now.all("Draft").items():
        at = now.by_id.get(id)
        if at is None:
            yield f"the draft {id} is of nothing"
        elif row.get("data") and now.items[at].state != State.PUBLISHED:
            yield f"the draft {id} is of what is not published"


def feed(now: Dump) -> Iterator[str]:
    """Changes are numbered from 1 without a gap."""
    told: list[int] = []
    for row in now.all("Change").values():
        count = len(row.get("items") or (1,))
        told += range(row["number"] - count + 1, row["number"] + 1)
    if sorted(told) != list(range(1, len(told) + 1)):
        yield f"the feed is numbered {sorted(told)}"
    if told and now.all("Counter")["change"]["value"] != len(told):
        yield "the counter of changes is another"


def unbroken(now: Dump) -> Iterator[str]:
    """Nothing leads to what is not an item; each language stands once in a group; slugs are unique where they must."""
    for source, id, kind, target, other, _ in now.links:
        if Ref(source, id) not in now.items or Ref(target, other) not in now.items:
            yield f"{kind} from {id} to {other}"
    groups = Counter(
        (at.type, each.translation_group, each.language)
        for at, each in now.items.items()
        if each.declared.family == "editorial"
    )
    yield from (f"{group} has several" for group, count in groups.items() if count > 1)
    unique = Counter((at.type, each.slug) for at, each in now.items.items() if each.declared.slug_is_unique)
    yield from (f"{slug} is there twice" for slug, count in unique.items() if count > 1)


AT_ANY_MOMENT = (paths, redirects, keys, scopes, trashed, stored, drafts, feed, unbroken)


# From one moment to the next -----------------------------------------------------------------------------------------


def versions(before: Dump, after: Dump) -> Iterator[str]:
    """The version of an item grows by one for each change that is told of it; without one, it says what it said."""
    told = _told(before, after)
    for at, new in after.found.items():
        old = before.found.get(at)
        if old is None:
            continue
        if new.version - old.version != told[at.id]:
            yield f"{at}: from version {old.version} to {new.version} by {told[at.id]} changes"
        if not told[at.id] and (wrong := _differing(old.view, new.view, ("path", "scope", "title"))):
            yield f"{at}: {wrong} changed and nobody is told"
    for id in told:
        if id not in after.by_id and id not in before.by_id:
            yield f"a change is told of {id}, which was never there"


def numbered(before: Dump, after: Dump) -> Iterator[str]:
    """Each change that is told has a version above those told of its item before."""
    last: dict[str, int] = defaultdict(int)
    for row in sorted(after.all("Change").values(), key=lambda row: row["number"]):
        for each in row.get("items") or (f"{row.get('type')} {row.get('item')}",):
            id, version = each.split(" ", 1)[1], row.get("version") or 1
            if version <= last[id]:
                yield f"{id}: change {row['number']}, {row['action']}, is version {version} after {last[id]}"
            last[id] = version


def shown(before: Dump, after: Dump) -> Iterator[str]:
    """A draft changes nothing of what visitors see."""
    for row in _new_changes(before, after):
        at = after.by_id.get(row.get("item") or "")
        if row["action"] in SECRET and at and before.items.get(at) != after.items[at]:
            yield f"{at}: a {row['action']} changed what is published"


def made_titles(before: Dump, after: Dump) -> Iterator[str]:
    """A title that a pattern made follows what it is made of, unless that is not published and it is."""
    titles = {at: placing.texts(each.title) for at, each in after.items.items()}
    old_titles = {at: placing.texts(each.title) for at, each in before.items.items()}
    for at, new in after.items.items():
        old = before.items.get(at)
        if old is None or new.declared.title_pattern is None or old.title != new.title:
            continue
        if old.title != _made(old, old_titles):
            continue
        made = _made(new, titles)
        named = [after.items[to] for to in _named(new) if to in after.items]
        hidden = new.state == State.PUBLISHED and any(each.state != State.PUBLISHED for each in named)
        if made and made != new.title and not hidden:
            yield f"{at}: its title is {new.title}, made of today {made}"


def published(before: Dump, after: Dump) -> Iterator[str]:
    """A draft that is published is exactly what editors saw; but for what is gone, and a title that was made anew."""
    for row in _new_changes(before, after):
        at = after.by_id.get(row.get("item") or "")
        if row["action"] == "publish_draft" and at:
            view, new = leading(before.found[at].view, set(before.items)), after.items[at]
            if wrong := _differing(view, new, (*SYSTEM, "title", "effective")):
                yield f"{at}: {wrong} are published as editors did not see them"
            if at.id in after.all("Draft") and after.found[at].draft:
                yield f"{at}: its draft is still there"


def shown_or_not(before: Dump, after: Dump) -> Iterator[str]:
    """A change says whether visitors saw the item before, and see it after."""
    told = _told(before, after)
    for row in _new_changes(before, after):
        if row.get("items") or told[row["item"]] > 1:
            continue
        at = after.by_id.get(row.get("item") or "") or before.by_id.get(row.get("item") or "")
        if at and row["action"] not in SECRET:
            was, is_ = (at in held.items and is_public(held.items[at], row["at"]) for held in (before, after))
            if (row["was_public"], row["is_public"]) != (was, is_):
                yield f"{at}: {row['action']} says {row['was_public']}, {row['is_public']}; it is {was}, {is_}"


FROM_ONE_TO_THE_NEXT = (versions, numbered, shown, made_titles, published, shown_or_not)


def there_and_back(before: Dump, after: Dump) -> Iterator[str]:
    """What was deleted, and is undeleted at once, is as it was; so is what led there, and every address and key."""
    for at in {**before.items, **after.items}:
        old, new = before.found.get(at), after.found.get(at)
        if old is None or new is None:
            yield f"{at}: {'came' if new else 'went'}"
        else:
            if wrong := _differing(old.item, new.item, SYSTEM):
                said = [f"{name}: {vars(old.item)[name]!r} is {vars(new.item)[name]!r}" for name in wrong]
                yield f"{at}: is back with other {said}"
            if wrong := _differing(old.view, new.view, SYSTEM):
                yield f"{at}: editors see other {wrong}"
            if old.draft_fields != new.draft_fields:
                yield f"{at}: the draft was of {old.draft_fields}, is of {new.draft_fields}"
    for label in ("Address", "Key", "Scope", "Grant", "Trash", "Gone", "Replay"):
        if before.all(label) != after.all(label):
            yield f"{label}: {before.all(label)} became {after.all(label)}"


def _made(of: Item, titles: Mapping[Ref, Mapping[str, str]]) -> Mapping[str, str] | None:
    return placing.title(type(of), vars(of), lambda at: titles.get(at, {}))


def _named(of: Item) -> list[Ref]:
    return [value for name in placing.links_in_title(type(of)) if (value := getattr(of, name))]


def leading(of: Item, there: Collection[Ref]) -> Item:
    """The item without its links, and its citations, to what is not among these."""

    def kept(value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(each for each in value if kept(each) is not None)
        end = value.document if isinstance(value, Citation) else value
        return value if not isinstance(end, Ref) or end in there else None

    return replace(of, **{name: kept(getattr(of, name)) for name in link_facts(type(of))})


def _new_changes(before: Dump, after: Dump) -> list[dict]:  # type: ignore[type-arg]  # rows of the feed
    known = before.all("Change")
    return [dict(row) for id, row in after.all("Change").items() if id not in known]


def _told(before: Dump, after: Dump) -> Counter[str]:
    """How many changes are told of each item, by its id."""
    told: Counter[str] = Counter()
    for row in _new_changes(before, after):
        told.update(each.split(" ", 1)[1] for each in row.get("items") or (f" {row['item']}",))
    return told


def _differing(old: Item, new: Item, but: tuple[str, ...]) -> list[str]:
    return [name for name, value in vars(old).items() if name not in but and value != vars(new)[name]]
