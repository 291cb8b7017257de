"""The web application on a real embedded graph, started once."""

import gc
from collections.abc import AsyncIterator

import pytest

from directory.settings import Limits, Settings
from directory.site.app import Site


@pytest.fixture(scope="session")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    # All examples in a row are more than a visitor may ask in one minute.
    limits = Limits(cost_per_minute_anonymous=100_000)
    settings = Settings(graph=f"embedded:{tmp_path_factory.mktemp('site')}", embedded_memory="512m", limits=limits)
    made = Site(settings)
    thresholds = gc.get_threshold()
    async with made.lifespan(made.pages):
        yield made
    gc.unfreeze()
    gc.set_threshold(*thresholds)
