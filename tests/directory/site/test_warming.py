"""Common questions are planned at start, before anybody asks them."""

from directory.actor import anonymous
from directory.ask_command import nobody
from directory.desk import Desk
from directory.site.graphiql import EXAMPLES
from directory.site.warming import warm
from schema.answering import service
from schema.build import build
from schema.context import Context


async def test_every_question_that_graphiql_offers_is_planned(desk: Desk) -> None:
    serving = service(build(), desk.settings, nobody, lambda caller: Context(desk.for_actor(anonymous)))
    texts = [path.read_text(encoding="utf-8") for path in EXAMPLES.glob("*.graphql")]
    asking = [text for text in texts if not any(f"\n{verb} " in text for verb in ("mutation", "subscription"))]
    desk.graph.round_trips = 0

    assert await warm(serving) == len(asking) > 5
    assert desk.graph.round_trips >= len(asking)
