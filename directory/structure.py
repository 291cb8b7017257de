"""The rules of every item: dates in order, a slug, a place in the tree, links that lead somewhere and not back."""

from collections.abc import Iterator
from typing import Any, Final

from directory.dates import PartialDate
from directory.enums import Language
from directory.errors import Fault
from directory.fields import facts
from directory.identifiers import check_slug
from directory.item import Family, Item
from directory.links import parent_fields
from directory.surroundings import Surroundings, leads_to, ref, without_cycles
from directory.types.editorial import Folder
from directory.wrong import INVALID

MISSING: Final = "NOT_FOUND"
CONFLICT: Final = "CONFLICT"


def fault(message: str, *path: str, code: str = INVALID, near: tuple[str, ...] = ()) -> Fault:
    """A reason to refuse."""
    return Fault(code, path, message, near)


def dates(item: Item, around: Surroundings) -> Iterator[Fault]:
    """An end never lies before its start, nor does an item expire before it takes effect."""
    start, end = getattr(item, "start", None), getattr(item, "end", None)
    if isinstance(start, PartialDate) and isinstance(end, PartialDate) and end.last < start.first:
        yield fault(f"ends ({end}) before it starts ({start})", "end")
    if item.effective and item.expires and item.expires <= item.effective:
        yield fault("expires before it takes effect, or at that instant", "expires")


def slug(item: Item, around: Surroundings) -> Iterator[Fault]:
    """A slug is small letters, digits and hyphens, and no word kept for the program."""
    try:
        check_slug(item.slug or "")
    except ValueError as error:
        yield fault(str(error), "slug")


def language(item: Item, around: Surroundings) -> Iterator[Fault]:
    """An item of the directory is in all languages, an editorial one in one of them."""
    is_und = item.language == Language.UND
    if is_und == (item.declared.family is Family.EDITORIAL):
        yield fault(
            "is in one language, not in all" if is_und else "holds all languages: its language is und", "language"
        )


def place(item: Item, around: Surroundings) -> Iterator[Fault]:
    """A type sits only where it may, and where the folder allows it when it is put there."""
    allowed = item.declared.sits_in
    if item.parent is None:
        if allowed:
            yield fault(f"sits in nothing: it may sit in {' or '.join(allowed)}", "parent", near=allowed)
    elif item.parent.type not in allowed:
        where = " or ".join(allowed) or "nothing"
        yield fault(f"sits in {item.parent.type}, and may only sit in {where}", "parent", near=allowed)
    elif around.before is None or around.before.parent != item.parent:
        folder = around.item(item.parent)
        if isinstance(folder, Folder) and folder.allowed_types and item.declared.name not in folder.allowed_types:
            yield fault(f"does not allow {item.declared.name}", "parent", near=folder.allowed_types)


def owners(item: Item, around: Surroundings) -> Iterator[Fault]:
    """A field that names the parent names it: a channel belongs to the Cité that it sits in."""
    for name in parent_fields(type(item)):
        fact, value = facts(type(item))[name], getattr(item, name)
        should = item.parent if item.parent and item.parent.type in fact.to else None
        if value is not None and value != item.parent:
            yield fault("is not the item that it sits in", name)
        elif value is None and should is not None:
            yield fault(f"is the {should.type} that it sits in", name)


def ends(item: Item, around: Surroundings) -> Iterator[Fault]:
    """Links lead to items that are there; one that was there before is not asked again."""
    if around.linked is None:
        return
    known = {target for _, target in leads_to(around.before)} if around.before else set()
    here = {*around.linked, *known, ref(item)}
    yield from (
        fault(f"There is no such {target.type}.", *path, code=MISSING)
        for path, target in leads_to(item)
        if target not in here
    )


def cycles(item: Item, around: Surroundings) -> Iterator[Fault]:
    """Links to what is larger, older or above never lead back to the item."""
    me = ref(item)
    for names in without_cycles(type(item)):
        direct = [name for name in names if me in _targets(getattr(item, name))]
        back = me in around.beyond.get(names, ())
        for name in direct or [name for name in names if back and _targets(getattr(item, name))][:1]:
            moved = around.before is not None and name == "parent"
            yield fault("leads back to the item itself", name, code=CONFLICT if moved else INVALID)


def _targets(value: Any) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else () if value is None else (value,)


def citations(item: Item, around: Surroundings) -> Iterator[Fault]:
    """What a citation supports is a field of the item."""
    known = facts(type(item))
    for rank, each in enumerate(item.sources):
        if each.field is not None and each.field not in known:
            yield fault(f"{each.field!r} is not a field of {item.declared.name}", "sources", str(rank), "field")


EVERY: Final = (dates, slug, language, place, owners, ends, cycles, citations)
