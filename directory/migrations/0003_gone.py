"""What is in the trash tells its items, keys and parent; imports know the persons whose name was removed."""

from functools import partial

from directory import trash
from directory.desk import Desk
from directory.reading import kept_rows
from directory.retention import is_nameless
from directory.written import from_json
from graph import Graph, NewNode, Transaction

PART = 100  # nodes of the trash in one transaction: each may hold thousands of items


async def prepare(graph: Graph) -> None:
    """Fill in what the trash tells, some nodes at a time."""
    ids = [id for id, items in await kept_rows(Desk(graph), "Trash", ("id", "items"), None) if items is None]
    for start in range(0, len(ids), PART):
        await graph.write(partial(_tell, ids=ids[start : start + PART]))


async def _tell(transaction: Transaction, ids: list[str]) -> None:
    rows = await transaction.find("Trash", "id", ids)
    await transaction.update_all("Trash", {row["id"]: trash.kept(trash.read(row["data"])) for row in rows})


async def apply(transaction: Transaction) -> None:
    """Nothing, once each person whose name was removed is known, gone or there."""
    rows = await transaction.find("Change", "type", ["Person"])
    told = {row["item"] for row in rows if row.get("before") and is_nameless(from_json(row["before"]))}
    await transaction.create([NewNode("Gone", {"id": id}) for id in sorted(told)])
