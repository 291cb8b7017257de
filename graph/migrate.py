"""Numbered steps that bring what is stored to what the code expects, each applied once and recorded.

What the steps are is told by whoever knows what is stored.
"""

import importlib
import logging
import pkgutil
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from types import ModuleType

from graph.errors import NewerDatabase
from graph.statement import Statement
from graph.store import Graph
from graph.transaction import NewNode, Transaction

log = logging.getLogger("graph.migrate")


@dataclass(frozen=True, slots=True)
class Step:
    """One change of what is stored. `apply` runs in one transaction, so that it is done wholly or not at all.

    What is too much for one is done by `prepare`, before, and not on a graph that is new: it may be cut short, done
    again, and done by two at once.
    """

    number: int
    name: str
    apply: Callable[[Transaction], Awaitable[None]]
    prepare: Callable[[Graph], Awaitable[None]] | None = None


def steps(package: ModuleType) -> list[Step]:
    """The steps of a package, in order: its modules named NNNN_what_it_does.

    Each has an `async def apply`, and may have an `async def prepare`.
    """
    found = []
    for module in pkgutil.iter_modules(package.__path__):
        number, _, name = module.name.partition("_")
        if number.isdecimal():
            # By name: a module whose name starts with a digit cannot be imported otherwise.
            made = importlib.import_module(f"{package.__name__}.{module.name}")
            found.append(Step(int(number), name, made.apply, getattr(made, "prepare", None)))
    found.sort(key=lambda step: step.number)
    if [step.number for step in found] != list(range(1, len(found) + 1)):
        raise ValueError(f"the steps in {package.__name__} are not numbered 1, 2, 3…")
    return found


async def migrate(graph: Graph, known: Sequence[Step]) -> list[Step]:
    """Apply the steps that this graph has not had yet, in order; gives them. Its shape must be declared before.

    Raises NewerDatabase when it has had one that this code does not know. Two who migrate at once wait for each other.
    """
    todo = await pending(graph, known)
    is_new = len(todo) == len(known)
    applied = []
    for step in todo:
        if step.prepare and not is_new:
            said = step.name.replace("_", " ")
            log.warning("The graph is brought up to this version: %s. A large one takes minutes.", said)
            await step.prepare(graph)
        if await graph.write(_applying(step)):
            applied.append(step)
    return applied


async def pending(graph: Graph, known: Sequence[Step]) -> list[Step]:
    """The steps that this graph has not had yet. Raises NewerDatabase when it has had one that this code lacks."""
    numbers = set(await graph.read(Statement("MATCH (n:Migration) RETURN n.number")))
    newest = max(numbers, default=0)
    if newest > len(known):
        raise NewerDatabase(
            f"This database was written by a newer version (step {newest}; this code knows {len(known)}): "
            "install that version, or restore a copy made before it."
        )
    return [step for step in known if step.number not in numbers]


def _applying(step: Step) -> Callable[[Transaction], Awaitable[bool]]:
    return lambda transaction: _apply(transaction, step)


async def _apply(transaction: Transaction, step: Step) -> bool:
    """Whether the step was still to do, and now is done."""
    await transaction.next("migrations")  # first, for its lock: here the order of numbers does not matter
    record = f"{step.number:04}"
    if await transaction.find("Migration", "id", [record]):
        return False
    await step.apply(transaction)
    await transaction.create([NewNode("Migration", {"id": record, "number": step.number, "name": step.name})])
    return True
