"""What a site that runs does by itself, once a day."""

import asyncio
import logging
from typing import Final

from directory.actor import Actor
from directory.desk import Desk
from directory.errors import DirectoryError
from directory.retention import forget
from graph import GraphError

log = logging.getLogger("directory.upkeep")

KEEPER: Final = Actor("upkeep", "Upkeep", site_admin=True)
FIRST: Final = 60.0  # seconds after the start, when the rush is over
DAILY: Final = 86_400.0


async def keep_up(desk: Desk, first: float = FIRST, every: float = DAILY) -> None:
    """Nothing, ever: names of persons that may be kept no longer are removed each day until the task is cancelled.

    Several processes may do it at once: what one has done is not done again.
    """
    await asyncio.sleep(first)
    while True:
        await tidy(desk)
        await asyncio.sleep(every)


async def tidy(desk: Desk) -> None:
    """Nothing; what could not be done is tried again the next day."""
    try:
        gone = await forget(desk)
    except (DirectoryError, GraphError) as error:
        log.warning("names that may be kept no longer could not be removed: %s", error)
    else:
        if gone:
            log.info("%d names of persons were removed", len(gone))
