"""The made-up ecosystem of the benches: a hundred organisations in it bring thirty things each."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle

from bench.engines import OPERATOR
from directory.item import Item
from directory.opening import Directory
from directory.pouring import load_all
from directory.text import fold
from directory.types.organisations import Contribution
from directory.values import Ref
from importers.synthetic import ecosystem

BUSY = 100
EACH = 30


async def crowded(directory: Directory, organisations: int) -> int:
    """How many items were loaded."""
    return await load_all(directory.desk(OPERATOR), _items(organisations))


def _items(organisations: int) -> Iterator[Item]:
    """An ecosystem in which the organisations that a list shows first bring most, as a bench of big answers needs."""
    made = list(ecosystem(max(organisations, 1_200)))
    bodies = sorted((each for each in made if type(each).__name__ == "Organisation"), key=_title)
    busy = cycle([Ref("Organisation", each.id) for each in bodies[:BUSY]])
    names = {each.id for each in bodies[:BUSY]}
    left = BUSY * EACH
    for item in made:
        if isinstance(item, Contribution) and item.contributor and left and item.contributor.id not in names:
            item, left = replace(item, contributor=next(busy)), left - 1
        yield item


def _title(item: Item) -> str:
    return fold(item.title["en"])
