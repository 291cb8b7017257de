"""The web application on a real embedded graph, started once."""

import gc
from collections.abc import AsyncIterator

import pytest

from directory.settings import Settings
from directory.site.app import Site


@pytest.fixture(scope="session")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    settings = Settings(graph=f"embedded:{tmp_path_factory.mktemp('site')}", embedded_memory="512m")
    made = Site(settings)
    thresholds = gc.get_threshold()
    async with made.lifespan(made.pages):
        yield made
    gc.unfreeze()
    gc.set_threshold(*thresholds)
