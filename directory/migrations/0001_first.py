"""The first step changes nothing: it marks the database as ours, so that older code can tell a newer one."""

from graph.transaction import Transaction


async def apply(transaction: Transaction) -> None:
    """Nothing to do in a database without earlier versions."""
