"""Translations that an import brings stand together with what is there, one item a language."""

from pathlib import Path

import pytest

from directory import editing, reading
from directory.desk import Desk
from directory.errors import Conflict
from directory.item import Item
from directory.placing import id_of
from directory.values import Ref
from importers.run import plan
from tests.importers.tables import load, tables

NEWS = "id,slug,title_en,title_fr,date\nn-1,hello,Hello,Bonjour,2024\n"
ENGLISH, FRENCH = (Ref("NewsItem", id_of(f"network:n-1{suffix}")) for suffix in ("", ":fr"))
LETTERS = "id,slug,title_en,title_fr,issue_date\n"


async def group(desk: Desk, at: Ref) -> str:
    found = await reading.get(desk, at)
    assert found is not None
    return found.translation_group


async def news(desk: Desk, language: str, **values: object) -> Item:
    """News that people make."""
    return await editing.create(desk, "NewsItem", {"title": f"By hand, {language}", "language": language, **values})


@pytest.mark.parametrize(("language", "suffix", "other"), [("en", "", FRENCH), ("fr", ":fr", ENGLISH)])
async def test_a_new_translation_joins_the_group_of_what_people_made(
    desk: Desk, tmp_path: Path, language: str, suffix: str, other: Ref
) -> None:
    made = await news(desk, language, keys=(f"network:n-1{suffix}",))

    assert not (await load(desk, tables(tmp_path, news=NEWS))).faults

    assert await group(desk, other) == await group(desk, Ref("NewsItem", made.id)) == made.id
    assert str(await plan(desk, tmp_path)) == "0 create, 0 update, 2 same, 0 refused"


async def test_a_new_translation_joins_the_group_that_people_chose(desk: Desk, tmp_path: Path) -> None:
    await load(desk, tables(tmp_path, news=NEWS.replace("Bonjour", "")))
    italian = await news(desk, "it")
    drafted = await editing.update(desk, ENGLISH, 1, {"translation_group": italian.id})
    await editing.move(desk, ENGLISH, "publish_draft", drafted.version)

    await load(desk, tables(tmp_path, news=NEWS))

    assert await group(desk, FRENCH) == await group(desk, ENGLISH) == italian.id


async def test_what_people_set_apart_stays_apart(desk: Desk, tmp_path: Path) -> None:
    await load(desk, tables(tmp_path, news=NEWS))
    drafted = await editing.update(desk, FRENCH, 1, {"translation_group": FRENCH.id})
    await editing.move(desk, FRENCH, "publish_draft", drafted.version)

    assert str(await load(desk, tables(tmp_path, news=NEWS))) == "0 create, 0 update, 2 same, 0 refused"
    assert (await group(desk, ENGLISH), await group(desk, FRENCH)) == (ENGLISH.id, FRENCH.id)


async def test_a_language_that_people_gave_the_group_already_is_refused(desk: Desk, tmp_path: Path) -> None:
    await load(desk, tables(tmp_path, news=NEWS.replace("Bonjour", "")))
    made = await news(desk, "fr", translation_group=ENGLISH.id)

    planned = await load(desk, tables(tmp_path, news=NEWS), keep_good=True)

    assert list(map(str, planned.faults)) == [
        "news.csv, row 2, column language: another item has the language 'fr' in its translation group already"
    ]
    assert await reading.get(desk, FRENCH) is None
    item = await reading.get(desk, Ref("NewsItem", made.id))
    await editing.update(desk, Ref("NewsItem", made.id), item.version, {"keys": ("network:n-1:fr",)})
    assert not (await load(desk, tables(tmp_path, news=NEWS))).faults


async def test_a_load_keeps_one_item_a_language(desk: Desk, tmp_path: Path) -> None:
    await load(desk, tables(tmp_path, news=NEWS))
    french = await reading.get(desk, FRENCH)
    twice = type(french)(**{**vars(french), "id": "another", "slug": "another", "keys": ()})

    with pytest.raises(Conflict) as refused:
        await editing.load(desk, [twice])

    assert refused.value.path == ("another", "language")


async def test_a_translation_leads_to_one_of_its_language_where_there_is_one(desk: Desk, tmp_path: Path) -> None:
    letters = f"{LETTERS}l-1,first,First,,2024\nl-2,second,Second,Seconde,2024\nl-3,third,,Troisième,2024\n"
    rows = ("n-1,one,One,Une,l-1", "n-2,two,Two,Deux,l-2", "n-3,three,Three,Trois,l-3")
    table = "\n".join(["id,slug,title_en,title_fr,newsletter_id,date", *(f"{row},2024" for row in rows)])

    planned = await load(desk, tables(tmp_path, newsletters=letters, news=table))

    assert not planned.faults
    led = {key: (await reading.get(desk, Ref("NewsItem", id_of(f"network:{key}")))).newsletter.id for key in (
        "n-1", "n-1:fr", "n-2", "n-2:fr", "n-3", "n-3:fr",
    )}  # fmt: skip
    wanted = {"n-1": "l-1", "n-1:fr": "l-1", "n-2": "l-2", "n-2:fr": "l-2:fr", "n-3": "l-3:fr", "n-3:fr": "l-3:fr"}
    assert led == {key: id_of(f"network:{letter}") for key, letter in wanted.items()}
