"""What editors write: site, folders, pages, news, newsletters, files, images, links, collections."""

from directory import fields as f
from directory.dates import PartialDate
from directory.item import Editorial, Listed, content_type
from directory.values import Point, Ref, Stored
from graph.query import Audience

_PAGES = ("Site", "Folder", "Cite", "Organisation", "Project")
_FILES = ("Folder", "Page", "Cite", "Organisation", "Project", "Newsletter")


@content_type("sites", sits_in=())
class Site(Listed):
    """The root of everything: languages, home page, host names."""

    languages: tuple[str, ...] = f.choice("language", "Languages that the site is kept in.", several=True)
    default_language: str | None = f.choice("language", "Language shown when the asked one is missing.")
    home: Ref | None = f.link("Page shown first.", ("Page",))
    hosts: tuple[str, ...] = f.text("Host names.", several=True, audience=Audience.EDITORS)


@content_type("folders", sits_in=("Site", "Folder", "Cite", "Organisation", "Project"), ordered=("position",))
class Folder(Editorial):
    """A place in the tree that holds other items."""

    text: str | None = f.rich_text("Introduction.", weight=1)
    order_by: str | None = f.choice("folder_order", "How its items are ordered.")
    allowed_types: tuple[str, ...] = f.choice(
        "content_type", "Types that may be added here; none named = all that may sit here.", several=True
    )


@content_type("pages", sits_in=_PAGES, folder="pages", ordered=("position",))
class Page(Editorial):
    """A page of the site."""

    text: str | None = f.rich_text("Body.", "p", weight=1)
    themes: tuple[str, ...] = f.term("theme", "What it is about.", several=True)
    lead_image: Ref | None = f.link("Picture shown first.", ("Image",))
    about: tuple[Ref, ...] = f.link("Items it is about.", f.ANY, "pages", several=True)
    related: tuple[Ref, ...] = f.link("Other pages to read.", ("Page",), several=True)


@content_type(
    "newsItems", sits_in=("Folder", "Cite", "Newsletter"), folder="news", unique_slug=True, ordered=("-date",)
)
class NewsItem(Editorial):
    """A piece of news, often from a newsletter."""

    text: str | None = f.rich_text("Body.", weight=1)
    date: PartialDate | None = f.partial_date("When it happened or was published.", "p", sort=True)
    section: str | None = f.term("news_section", "Section of the newsletter.")
    newsletter: Ref | None = f.link("Newsletter it appeared in.", ("Newsletter",), "news")
    about: tuple[Ref, ...] = f.link("Items it is about.", f.ANY, "news", several=True)
    lead_image: Ref | None = f.link("Picture shown first.", ("Image",))
    themes: tuple[str, ...] = f.term("theme", "What it is about.", several=True)


@content_type("newsletters", folder="newsletters", ordered=("-issue_date",))
class Newsletter(Editorial):
    """An issue of a newsletter."""

    issue_date: PartialDate | None = f.partial_date("Date of the issue.", "p", sort=True)
    date_note: str | None = f.text("Remark on the date.")
    text: str | None = f.rich_text("Editorial.", weight=1)
    editorial_by: Ref | None = f.link("Who wrote the editorial.", ("Person",), "editorials")
    sections: tuple[str, ...] = f.term("news_section", "Its sections, in order.", several=True)
    email: str | None = f.email("Address of the editors.")
    file: Ref | None = f.link("The issue as a file.", ("File",))


@content_type("files", sits_in=_FILES)
class File(Editorial):
    """A document to download."""

    file: Stored | None = f.file("The file itself; its type is read from its content.", "c")
    author: str | None = f.text("Who made it.")
    published: PartialDate | None = f.partial_date("When it was published.", sort=True)
    rights: str | None = f.text("Who may use it, and how.")


@content_type("images", sits_in=_FILES)
class Image(Editorial):
    """A picture."""

    file: Stored | None = f.file("The file itself; its type is read from its content.", "c")
    alt: str | None = f.text("What it shows, for those who do not see it.", "p")
    credit: str | None = f.text("Who made it.")
    focal_point: Point | None = f.point("What must stay in sight when it is cropped.")
    width: int | None = f.integer("Width in pixels.", system=True, least=1)
    height: int | None = f.integer("Height in pixels.", system=True, least=1)


@content_type("links", sits_in=("Folder", "Page"), ordered=("position",))
class Link(Editorial):
    """A link to an item or to an address outside: exactly one of the two."""

    url: str | None = f.url("Address outside.")
    target: Ref | None = f.link("Item inside.", f.ANY)


@content_type("collections", sits_in=("Folder", "Page", "Cite"))
class Collection(Editorial):
    """A stored question, answered with the reader's own rights."""

    types: tuple[str, ...] = f.choice("content_type", "Types it lists.", "c", several=True)
    where: str | None = f.stored_question("Its filter: the API's where, in JSON.")
    order_by: str | None = f.text("Field to order by; - before it: the reverse.")
    limit: int | None = f.integer("Most items shown, 1 to 100.", least=1, most=100)
    layout: str | None = f.choice("layout", "How it is shown.")
