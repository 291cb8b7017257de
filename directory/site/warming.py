"""Plans common questions in the background at start: on a server, the first run of a question costs 30 to 330 ms."""

import logging
from pathlib import Path
from typing import Final

import orjson

from directory.actor import anonymous
from directory.site.graphiql import EXAMPLES, example
from graph import GraphError
from schema.answering import Caller, Report, Service, answer, found, prepare
from schema.bodies import Ask
from schema.refusals import Refused

log = logging.getLogger("directory.warming")

NAME: Final = "warming"


async def warm(service: Service) -> int:
    """How many of the questions that GraphiQL offers were asked, as a visitor would; what they cost is nobody's.

    Raises nothing: a server that cannot be warmed serves all the same.
    """
    asked = 0
    for rank, ask in enumerate(questions(EXAMPLES)):
        try:
            asked += await _asked(service, ask, f"{NAME} {rank}")
        except (GraphError, Refused) as error:
            log.warning("a question could not be planned: %s", error)
            break
    log.info("%d questions are planned", asked)
    return asked


async def _asked(service: Service, ask: Ask, name: str) -> bool:
    """Whether it was a question; a mutation is not asked. Its name is nobody's address: no budget pays for it."""
    operation = found(service.documents, ask).operation(None)
    if operation.kind.value != "query":
        return False
    caller, report = Caller(anonymous, None, name, NAME), Report(NAME, NAME)
    await answer(service, prepare(service, ask, caller, report), caller, report)
    return True


def questions(folder: Path) -> list[Ask]:
    """The examples of a folder as they would be asked, in the order of their names."""
    made = [example(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.graphql"))]
    return [Ask(query=each["query"], variables=orjson.loads(each["variables"] or "{}")) for each in made]
