"""Marks what everybody sees at all times, as new items are: it is then seen by one look instead of three."""

from graph.statement import Statement
from graph.transaction import Transaction

OPEN = """MATCH (n) WHERE n.state = 'published' AND n.effective = '0001-01-01T00:00:00.000Z'
AND n.expires = '9999-12-31T23:59:59.999Z' SET n.open = true RETURN count(*)"""


async def apply(transaction: Transaction) -> None:
    """Each node that is published for all time is marked; the others were never."""
    await transaction.read(Statement(OPEN))
