"""The content types, one file a family. `CONTENT_TYPES` holds them by name."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from directory.item import Item
from directory.types.cites import Channel, Cite, Event, Need, Service
from directory.types.editorial import Collection, File, Folder, Image, Link, NewsItem, Newsletter, Page, Site
from directory.types.figures import CharterEvidence, Indicator, LifeEvent, Observation, OpenQuestion, Source
from directory.types.organisations import Contribution, Organisation, Partnership, Territory
from directory.types.people import Body, Deliverable, Mandate, Person, Project, ProjectMembership

_ALL: Final[tuple[type[Item], ...]] = (
    Site, Folder, Page, NewsItem, Newsletter, File, Image, Link, Collection,
    Cite, Channel, Service, Need, Event,
    Organisation, Partnership, Contribution, Territory,
    Person, Mandate, Body, Project, ProjectMembership, Deliverable,
    LifeEvent, CharterEvidence, Indicator, Observation, Source, OpenQuestion,
)  # fmt: skip

CONTENT_TYPES: Final[Mapping[str, type[Item]]] = MappingProxyType({cls.__name__: cls for cls in _ALL})

__all__ = ["CONTENT_TYPES", *sorted(CONTENT_TYPES)]
