"""Titles that patterns make follow what they are made of, on both engines."""

import pytest

from directory import editing, reading, versions
from directory.desk import Desk
from directory.errors import Invalid
from directory.item import Item
from directory.values import Ref
from graph import Statement, Transaction


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
    [partner, tie] = await published(desk, partner, tie)
    # As it may have been written before what names something hidden was refused.
    await desk.graph.write(lambda tx: tx.update("Organisation", partner.id, {"state": "private"}))

    await editing.update(desk, ref(partner), partner.version, {"title": {"en": "Secret merger"}})

    assert await title(desk, tie) == "Afpa, Partner"


async def published(desk: Desk, *items: Item) -> list[Item]:
    """The items, complete, once they are published."""
    return [await editing.move(desk, ref(each), "publish", each.version) for each in items]


async def renamed(desk: Desk, item: Item, name: str) -> Item:
    """The item with another name, published if it was."""
    here = await reading.get(desk, ref(item))
    after = await editing.update(desk, ref(item), here.version, {"title": {"en": name, "fr": name}})
    return await editing.move(desk, ref(item), "publish_draft", after.version) if here.state == "published" else after


async def test_a_draft_is_published_with_the_name_of_today(desk: Desk) -> None:
    partner, tie = await partnership(desk, "Afpa")
    partner, tie = await published(desk, partner, tie)
    drafted = await editing.update(desk, ref(tie), tie.version, {"role": "holder"})

    await renamed(desk, partner, "Training")
    shown = await versions.draft(desk, ref(tie))
    again = await editing.update(desk, ref(tie), drafted.version, {"note": "by telephone"})
    after = await editing.move(desk, ref(tie), "publish_draft", again.version)

    assert drafted.title["en"] == "Afpa, Holder structure"
    assert shown is not None
    assert shown.title["en"] == again.title["en"] == after.title["en"] == "Training, Holder structure"
    assert await title(desk, tie) == "Training, Holder structure"


async def test_a_title_that_people_chose_in_a_draft_stays(desk: Desk) -> None:
    partner, tie = await partnership(desk, "Afpa")
    partner, tie = await published(desk, partner, tie)
    drafted = await editing.update(desk, ref(tie), tie.version, {"role": "holder", "title": {"en": "Afpa holds it"}})

    await renamed(desk, partner, "Training")
    after = await editing.move(desk, ref(tie), "publish_draft", drafted.version)

    assert after.title["en"] == "Afpa holds it"


async def test_a_title_that_a_draft_repeats_was_not_chosen(desk: Desk) -> None:
    partner, tie = await partnership(desk, "Afpa")
    partner, tie = await published(desk, partner, tie)
    drafted = await editing.update(desk, ref(tie), tie.version, {"role": "holder", "title": {"en": "Mine"}})
    given = {"title": {"en": "Afpa, Holder structure", "fr": "Le Afpa, Structure porteuse"}}
    drafted = await editing.update(desk, ref(tie), drafted.version, given)

    await renamed(desk, partner, "Training")
    after = await editing.move(desk, ref(tie), "publish_draft", drafted.version)

    assert after.title["en"] == "Training, Holder structure"


async def test_what_comes_back_has_the_name_of_today(desk: Desk) -> None:
    partner, tie = await partnership(desk, "Afpa")
    other, chosen = await partnership(desk, "School", title={"en": "School, since the start"})
    for each in (tie, chosen):
        await editing.delete(desk, ref(each), each.version)

    await renamed(desk, partner, "Training")
    await renamed(desk, other, "College")

    assert (await editing.undelete(desk, tie.id)).title["en"] == "Training, Partner"
    assert (await editing.undelete(desk, chosen.id)).title["en"] == "School, since the start"
    assert await title(desk, tie) == "Training, Partner"


async def test_a_title_does_not_tell_what_was_deleted_and_does_again_when_it_is_back(desk: Desk) -> None:
    partner, tie = await partnership(desk, "Afpa")

    await editing.delete(desk, ref(partner), partner.version, force=True)
    without = await title(desk, tie)
    await editing.undelete(desk, partner.id)

    assert (without, await title(desk, tie)) == ("Partner", "Afpa, Partner")


async def figure(desk: Desk, subject: Item, name: str = "Hours") -> tuple[Item, Item]:
    """An indicator, and an observation of the subject."""
    indicator = await editing.create(desk, "Indicator", {"title": name, "unit": "hour", "section": "partners"})
    values = {"indicator": ref(indicator), "subject": ref(subject), "period": "2024"}
    return indicator, await editing.create(desk, "Observation", values)


async def test_a_title_made_of_a_made_title_follows(desk: Desk) -> None:
    partner, tie = await partnership(desk, "Afpa")
    _, seen = await figure(desk, tie)
    _, about = await figure(desk, seen, "Errors")
    assert await title(desk, about) == "Errors, Hours, Afpa, Partner, 2024, 2024"

    await renamed(desk, partner, "Training")
    first = await title(desk, about)
    tie = await editing.update(desk, ref(tie), tie.version, {"role": "holder"})
    second = await title(desk, about)
    await editing.delete(desk, ref(partner), 2, force=True)

    assert first == "Errors, Hours, Training, Partner, 2024, 2024"
    assert second == "Errors, Hours, Training, Holder structure, 2024, 2024"
    assert await title(desk, about) == "Errors, Hours, Holder structure, 2024, 2024"


async def test_an_observation_is_not_about_one_that_is_about_it(desk: Desk) -> None:
    _, tie = await partnership(desk, "Afpa")
    _, one = await figure(desk, tie)
    _, other = await figure(desk, one, "Errors")

    with pytest.raises(Invalid) as refused:
        await editing.update(desk, ref(one), one.version, {"subject": ref(other)})

    assert [each.path for each in refused.value.faults] == [("subject",)]


async def test_what_moves_has_the_title_of_its_new_place(desk: Desk) -> None:
    partner, _ = await partnership(desk, "Afpa")
    _, seen = await figure(desk, partner)
    second, about = await figure(desk, seen, "Days")

    moved = await editing.relocate(desk, ref(seen), ref(second), seen.version)

    assert moved.title["en"] == await title(desk, seen) == "Days, Afpa, 2024"
    assert await title(desk, about) == "Days, Days, Afpa, 2024, 2024"
    assert "title" in (await versions.history(desk, ref(seen)))[0].fields


async def test_a_draft_that_moves_is_published_with_the_title_of_its_new_place(desk: Desk) -> None:
    partner, _ = await partnership(desk, "Afpa")
    first, seen = await figure(desk, partner)
    second, _ = await figure(desk, partner, "Days")
    _, first, second, seen = await published(desk, partner, first, second, seen)
    seen = await editing.update(desk, ref(seen), seen.version, {"period": "2025"})

    moved = await editing.relocate(desk, ref(seen), ref(second), seen.version)
    after = await editing.move(desk, ref(seen), "publish_draft", moved.version)

    assert (moved.title["en"], after.title["en"]) == ("Days, Afpa, 2024", "Days, Afpa, 2025")


@pytest.mark.parametrize("change", [{"role": "holder"}, {"title": {"en": "Training"}}])
async def test_many_titles_are_made_anew_in_as_many_statements_as_few(
    desk: Desk, change: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    read = Transaction.read

    async def counted(self: Transaction, statement: Statement) -> list[object]:
        asked.append(statement.text)
        return await read(self, statement)

    ties = [await partnership(desk, f"Afpa {number}") for number in range(6)]
    changed = [partner if "title" in change else tie for partner, tie in ties]
    loaded = [editing.with_values(each, change) for each in changed]
    monkeypatch.setattr(Transaction, "read", counted)
    await editing.load(desk, loaded[:2])
    few = len(asked)
    await editing.load(desk, loaded[2:])

    assert len(asked) - few == few < 20
    assert {(await title(desk, tie)).split(", ")[-1] for _, tie in ties} == {
        "Holder structure" if "role" in change else "Partner"
    }
