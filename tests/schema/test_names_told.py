"""Nothing that visitors are told holds the name of what they do not see: titles, slugs, paths, search, the feed."""

from collections.abc import Mapping
from typing import Any

import strawberry

from directory import editing
from directory.actor import anonymous
from directory.changes import since
from directory.desk import Desk
from directory.item import Item
from directory.values import Ref
from schema.context import Context
from schema.ids import global_id

TIE = "id title slug path"
ASKED = f"""query($by: NodeRef!, $first: NodeRef!, $second: NodeRef!) {{
  partnerships(first: 20, orderBy: [{{title: ASC}}]) {{ nodes {{ {TIE} organisation {{ title }} }} }}
  contributions(first: 20) {{ nodes {{ {TIE} contributor {{ ... on Organisation {{ title }} }} }} }}
  cite(by: $by) {{ children(first: 20) {{ nodes {{ {TIE} }} }} partnerships(first: 20) {{ nodes {{ title }} }} }}
  first: partnership(by: $first) {{ {TIE} }}
  second: partnership(by: $second) {{ {TIE} }}
  found: search(query: "zorglub", first: 20) {{ edges {{ node {{ title }} highlights {{ html }} }} }}
  others: search(query: "partner", first: 20) {{ edges {{ node {{ title slug path }} highlights {{ html }} }} }}
}}"""


def ref(item: Item) -> Ref:
    return Ref(type(item).__name__, item.id)


async def publish(desk: Desk, *items: Item) -> list[Item]:
    return [await editing.move(desk, ref(each), "publish", each.version) for each in items]


async def as_visitor(schema: strawberry.Schema, desk: Desk) -> Mapping[str, Any]:
    """What a visitor is answered; the paths asked by are those that held the name."""
    old = {"first": {"path": "/cites/lille/zorglub-partner"}, "second": {"path": "/cites/lille/of-zorglub"}}
    context = Context(desk.for_actor(anonymous))
    found = await schema.execute(ASKED, {"by": {"slug": "lille"}, **old}, context_value=context)
    assert not found.errors, found.errors
    assert found.data is not None
    return found.data


async def a_published_tie(desk: Desk) -> tuple[Item, Item, Item]:
    """An organisation, its partnership with a Cité and what it gives there, all published."""
    land = await editing.create(desk, "Territory", {"title": "Nord"})
    cite = await editing.create(desk, "Cite", {"title": "Lille", "territory": ref(land)})
    partner = await editing.create(desk, "Organisation", {"title": "Zorglub", "country": "FR"})
    values = {"cite": ref(cite), "organisation": ref(partner), "role": "partner"}
    tie = await editing.create(desk, "Partnership", values)
    gives = {"beneficiary": ref(cite), "contributor": ref(partner), "kind": "human"}
    gift = await editing.create(desk, "Contribution", gives)
    _, _, partner, tie, gift = await publish(desk, land, cite, partner, tie, gift)
    return partner, tie, gift


async def test_a_name_that_is_hidden_again_is_told_nowhere(schema: strawberry.Schema, desk: Desk) -> None:
    partner, tie, gift = await a_published_tie(desk)
    tie = await editing.relocate(desk, ref(tie), None, tie.version, slug="of-zorglub")
    shown = await as_visitor(schema, desk)
    tie, gift = [await editing.move(desk, ref(each), "retire", each.version) for each in (tie, gift)]
    await editing.move(desk, ref(partner), "retire", partner.version)

    tie = await editing.update(desk, ref(tie), tie.version, {"title": {"en": "A partner", "fr": None}})
    tie = await editing.relocate(desk, ref(tie), None, tie.version, slug="a-partner")
    await publish(desk, tie)

    told = await as_visitor(schema, desk)
    assert shown["first"] == shown["second"] is not None
    assert "Zorglub" in str(shown)
    assert [each["title"] for each in told["partnerships"]["nodes"]] == ["A partner"]
    assert "zorglub" not in str(told).lower()
    assert "zorglub" not in str(await since(desk.for_actor(anonymous))).lower()


async def test_what_tells_a_hidden_name_is_refused_by_the_api(schema: strawberry.Schema, desk: Desk) -> None:
    partner, _, _ = await a_published_tie(desk)
    kind = str(schema._schema.mutation_type.fields["retire"].args["input"].type)  # type: ignore[union-attr]
    errors = "errors { ... on UserError { code path message } }"
    text = f"mutation($input: {kind}) {{ retire(input: $input) {{ {errors} }} }}"
    given = {"id": global_id("Organisation", partner.id), "expectedVersion": partner.version}

    answered = await schema.execute(text, {"input": given}, context_value=Context(desk, "fr"))

    assert answered.data == {
        "retire": {
            "errors": [
                {
                    "code": "INVALID",
                    "path": ["input", "state"],
                    "message": "Retirez d’abord ce qui est publié et dit son nom.",
                }
            ]
        }
    }
