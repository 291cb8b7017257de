"""What French readers see is ordered by its French title: the string that does so is made for items of before."""

from directory.fields import facts
from directory.reading import ID, in_ranges
from directory.stored import APART, order_text
from directory.types import CONTENT_TYPES
from graph import Graph, Transaction
from graph.query import Attribute, Branch, Column, Condition, Level, Question, Sight, Tally

EVERYTHING = Sight("", everything=True)
COLUMNS = (Column((ID,)), Column((Attribute("title_order"),)), Column((Attribute("title_fr"),)))
AT_ONCE = 2_000  # items of one transaction


async def prepare(graph: Graph) -> None:
    """Fill it in, some items at a time."""
    for label in CONTENT_TYPES:
        [[count]] = await graph.tally(Tally(label, EVERYTHING))
        for some in in_ranges(-(-count // AT_ONCE)) if count else ():
            await _fill(graph, label, some)


async def _fill(graph: Graph, label: str, some: Condition) -> None:
    rows = await graph.all_rows(Question(Level((Branch(label, COLUMNS),), some), EVERYTHING))
    title = facts(CONTENT_TYPES[label])["title"]
    made = {
        str(id): {"title_order_fr": f"{order_text(title, {'fr': french}, 'fr')}{APART}{id}" if french else order}
        for id, order, french in rows
    }
    if made:
        await graph.write(lambda tx: tx.update_all(label, made))


async def apply(transaction: Transaction) -> None:
    """Nothing: all is prepared."""
