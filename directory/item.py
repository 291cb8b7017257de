"""What every item has: identity, place in the tree, language, state, version, sources; and what a content type is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from enum import StrEnum
from typing import ClassVar, TypeVar, dataclass_transform

from directory import fields as f
from directory.dates import PartialDate
from directory.identifiers import check_key, check_slug
from directory.values import Citation, Ref, Texts
from graph.query import Audience


class Family(StrEnum):
    """How an item is kept in several languages."""

    DIRECTORY = "directory"  # one item for all languages; some texts hold one value a language
    EDITORIAL = "editorial"  # one item a language, joined by a translation group


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a shortcut: along the links with these names (a field's, or an inverse's).

    `where` keeps the items met whose fields have these values. `least` 0 makes the step optional; `most` > 1 repeats
    it. `only` narrows the types met.
    """

    links: tuple[str, ...]
    where: Mapping[str, str | bool] | None = None
    least: int = 1
    most: int = 1
    only: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shortcut:
    """A link that is never stored: the items at the end of some steps. `many` False gives one item or null.

    `argument` names a choice field of the items met at the first step, offered as an argument (`partners(role:)`).
    """

    description: str
    steps: tuple[Step, ...]
    many: bool = True
    argument: str | None = None
    order: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class About:
    """What is said of a content type as a whole."""

    name: str
    plural: str  # camelCase name of its list at the root of the API
    description: str
    family: Family
    sits_in: tuple[str, ...]
    folder: str | None = None  # slug of the folder where a new site keeps them
    title_pattern: str | None = None
    slug_is_unique: bool = False
    order: tuple[str, ...] = ("title",)  # of a list when none is asked; "-" before a name: largest first
    private: bool = False  # created private, also by imports
    shortcuts: Mapping[str, Shortcut] = dataclass_field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Item:
    """Anything that has an id, a place in the tree and a state."""

    declared: ClassVar[About]

    id: str = f.identifier("Opaque, stable, unique over all types.", system=True)
    keys: tuple[str, ...] = f.identifier(
        "Where it came from, as scheme:value; unique over all items.", check_key, several=True
    )
    slug: str = f.text("Last part of its path: small letters, digits and hyphens.", check=check_slug, index=True)
    parent: Ref | None = f.link("The item it sits in.", f.ANY, {"*": "children"}, parent=True)
    path: str = f.text("Slugs from the root, each after a slash.", system=True, unique=True)
    position: int | None = f.integer("Rank among its siblings.")
    title: str = f.text("Name.", "c", weight=3, sort=True)
    description: str | None = f.text("One or two sentences.", weight=2)
    language: str = f.choice("language", "Language of the item; und = one item for all.", default="und")
    translation_group: str | None = f.identifier("Shared by items that say the same in other languages.", index=True)
    state: str = f.choice("state", "Where it stands in the workflow.", system=True, default="private")
    effective: str | None = f.datetime("Visitors see it from this instant.")
    expires: str | None = f.datetime("Visitors see it before this instant.")
    version: int = f.integer("Grows by one at each change: send it back as expectedVersion.", system=True, default=1)
    created: str = f.datetime("When it was created.", system=True)
    created_by: str | None = f.identifier("Who created it.", system=True, audience=Audience.TEAM)
    modified: str = f.datetime("When it last changed.", system=True)
    modified_by: str | None = f.identifier("Who changed it last.", system=True, audience=Audience.TEAM)
    scope: str = f.identifier("Nearest item, itself or above, with role grants of its own.", system=True)
    sources: tuple[Citation, ...] = f.citations("Places in sources that support it.", inverse={"*": "supports"})
    as_of: tuple[PartialDate, ...] = f.partial_date("Moments for which a source says it.", several=True)
    verified_on: str | None = f.date("When a person last checked it.", columns=("verified_at",))
    verified_by: str | None = f.identifier("Who checked it last.", system=True, audience=Audience.TEAM)
    note: str | None = f.text("Remark for the team; never public.", audience=Audience.TEAM)


@dataclass(frozen=True, kw_only=True)
class Editorial(Item):
    """An item in one language, with translations beside it."""

    language: str = f.choice("language", "Language of the item.", default="en", index=True)


@dataclass(frozen=True, kw_only=True)
class Listed(Item):
    """An item of the directory: one for all languages."""

    title: Texts = f.text("Name, by language.", "c", weight=3, sort=True, localised=True)  # type: ignore[assignment]  # one value a language here
    description: Texts | None = f.text("One or two sentences, by language.", weight=2, localised=True)  # type: ignore[assignment]  # same


@dataclass(frozen=True, kw_only=True)
class Timed:
    """Something that holds for a time. Valid from the first day of `start` to the last day of `end`, both included."""

    start: PartialDate | None = f.partial_date("First day, as written.", sort=True)
    end: PartialDate | None = f.partial_date("Last day, as written.")


@dataclass(frozen=True, kw_only=True)
class Certain:
    """Something that a source may say more or less plainly."""

    certainty: str | None = f.choice("certainty", "Whether a source says it; null reads as stated.")
    certainty_basis: str | None = f.text("Why, in a few words.")


@dataclass(frozen=True, kw_only=True)
class Contact:
    """Somebody to write to: function addresses only, never a person's."""

    email: str | None = f.email("Function address.")
    phone: str | None = f.phone("Telephone number, in E.164.")
    website: str | None = f.url("Own site.")
    address: str | None = f.text("Postal address.")


T = TypeVar("T", bound=Item)


@dataclass_transform(kw_only_default=True, frozen_default=True)
def content_type(
    plural: str,
    sits_in: tuple[str, ...] = ("Folder",),
    folder: str | None = None,
    title: str | None = None,
    unique_slug: bool = False,
    ordered: tuple[str, ...] = ("title",),
    private: bool = False,
    shortcuts: Mapping[str, Shortcut] | None = None,
) -> Callable[[type[T]], type[T]]:
    """A class decorator: the class becomes a frozen dataclass, and what is said of it stands in `declared`."""

    def declare(cls: type[T]) -> type[T]:
        made = dataclass(frozen=True, kw_only=True)(cls)
        family = Family.EDITORIAL if issubclass(cls, Editorial) else Family.DIRECTORY
        doc = " ".join((cls.__doc__ or "").split())
        made.declared = About(
            cls.__name__, plural, doc, family, sits_in, folder, title, unique_slug, ordered, private, shortcuts or {}
        )
        return made

    return declare


def is_timed(cls: type) -> bool:
    """Whether items of the type hold for a time, so that `at` asks about them."""
    return issubclass(cls, Timed)
