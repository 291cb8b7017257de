"""Titles that patterns make follow what they are made of, on both engines."""

from directory import editing, reading
from directory.desk import Desk
from directory.item import Item
from directory.values import Ref


def ref(item: Item) -> Ref:
    return Ref(type(item).__name__, item.id)


async def title(desk: Desk, item: Item) -> str:
    there = await reading.get(desk, ref(item))
    return there.title["en"]


async def partnership(desk: Desk, name: str, **values: object) -> tuple[Item, Item]:
    """An organisation, and its partnership with a Cité."""
    cite = await editing.create(desk, "Cite", {"title": "Lille"})
    partner = await editing.create(desk, "Organisation", {"title": {"en": name, "fr": f"Le {name}"}})
    tie = {"cite": ref(cite), "organisation": ref(partner), "role": "partner", **values}
    return partner, await editing.create(desk, "Partnership", tie)


async def test_a_new_name_is_in_the_titles_made_of_it_and_in_no_other(desk: Desk) -> None:
    partner, tie = await partnership(desk, "Afpa")
    other, unlike = await partnership(desk, "School", title={"en": "School, Partner since the start"})

    await editing.update(desk, ref(partner), partner.version, {"title": {"en": "Training", "fr": "Formation"}})
    await editing.update(desk, ref(other), other.version, {"title": {"en": "College"}})

    made = await reading.get(desk, ref(tie))
    assert (made.title["en"], made.title["fr"]) == ("Training, Partner", "Formation, Partenaire")
    assert (made.version, made.slug, made.path) == (tie.version, tie.slug, tie.path)
    assert await title(desk, unlike) == "School, Partner since the start"


async def test_a_new_name_follows_once_it_is_published(desk: Desk) -> None:
    partner, tie = await partnership(desk, "Afpa")
    partner = await editing.update(desk, ref(partner), partner.version, {"country": "FR", "type": "school"})
    partner = await editing.move(desk, ref(partner), "publish", partner.version)

    partner = await editing.update(desk, ref(partner), partner.version, {"title": {"en": "Training"}})
    drafted = await title(desk, tie)
    await editing.move(desk, ref(partner), "publish_draft", partner.version)

    assert (drafted, await title(desk, tie)) == ("Afpa, Partner", "Training, Partner")


async def test_a_new_role_is_in_the_title(desk: Desk) -> None:
    _, tie = await partnership(desk, "Afpa")

    after = await editing.update(desk, ref(tie), tie.version, {"role": "holder"})

    assert (after.title["en"], await title(desk, tie)) == ("Afpa, Holder structure", "Afpa, Holder structure")


async def test_a_load_renames_too(desk: Desk) -> None:
    partner, tie = await partnership(desk, "Afpa")
    there = await reading.get(desk, ref(partner))

    await editing.load(desk, [editing.with_values(there, {"title": {"en": "Training"}})])

    assert await title(desk, tie) == "Training, Partner"


async def test_a_new_role_that_is_loaded_is_in_the_title(desk: Desk) -> None:
    _, tie = await partnership(desk, "Afpa")

    await editing.load(desk, [editing.with_values(tie, {"role": "holder"})])

    assert await title(desk, tie) == "Afpa, Holder structure"


async def test_an_earlier_version_does_not_bring_an_old_name_back(desk: Desk) -> None:
    partner, tie = await partnership(desk, "Afpa")
    noted = await editing.update(desk, ref(tie), tie.version, {"note": "by telephone"})
    await editing.update(desk, ref(partner), partner.version, {"title": {"en": "Training"}})

    back = await editing.restore_version(desk, ref(tie), tie.version, noted.version)

    assert (back.note, await title(desk, tie)) == (None, "Training, Partner")


async def test_what_is_published_does_not_tell_the_new_name_of_what_is_not(desk: Desk) -> None:
    partner, tie = await partnership(desk, "Afpa")
    await editing.move(desk, ref(tie), "publish", tie.version)

    await editing.update(desk, ref(partner), partner.version, {"title": {"en": "Secret merger"}})

    assert await title(desk, tie) == "Afpa, Partner"
