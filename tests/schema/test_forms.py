"""Each form of filter, as the API asks it, on a real Neo4j: no scan where an index serves, pages in index order."""

from collections.abc import AsyncIterator

import pytest

from bench.engines import OPERATOR, opened, reaching
from bench.forms import FORMS, Form, Profile, profiled
from directory import Directory
from importers.run import synthesise
from tests.neo4j.server import Running

pytestmark = pytest.mark.neo4j

ORGANISATIONS = 400
SORTED = {"Sort", "Top", "PartialSort", "PartialTop"}


@pytest.fixture(scope="module")
async def filled(neo4j_server: Running) -> AsyncIterator[Directory]:
    """A directory large enough for Neo4j to prefer an index."""
    async with opened(reaching(neo4j_server)) as directory:
        await directory.graph.wipe()
        await synthesise(directory.desk(OPERATOR), ORGANISATIONS)
        await directory.graph._command("CALL db.prepareForReplanning(30)")
        yield directory
        await directory.graph.wipe()


@pytest.mark.parametrize("form", FORMS, ids=[each.name for each in FORMS])
async def test_no_form_of_filter_scans_where_an_index_serves(filled: Directory, form: Form) -> None:
    page, total = await profiled(filled, form.page(), 0), await profiled(filled, form.total(), 0)

    assert "AllNodesScan" not in page.operators + total.operators
    assert not page.scans
    assert bool(total.scans) != form.sought, total.operators
    assert not form.in_order or is_in_order(page), page.operators


def is_in_order(page: Profile) -> bool:
    """Whether the page is read from the index of its order and sorted by nothing."""
    return "NodeIndexSeekByRange" in page.operators and not {*page.operators} & SORTED
