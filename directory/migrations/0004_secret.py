"""The graph keeps what signs cursors, so that they are good in every process and after a restart."""

import secrets

from graph import NewNode, Transaction


async def apply(transaction: Transaction) -> None:
    """Make it."""
    await transaction.create([NewNode("Secret", {"id": "cursors", "value": secrets.token_urlsafe(32)})])
