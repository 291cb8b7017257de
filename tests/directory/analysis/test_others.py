"""Methods that look at some other Cités tell which: with their rows the answers are those of the whole network."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.analysis import Lens, Snapshot, candidates, peers
from directory.analysis.snapshot import from_rows
from tests.directory.analysis.test_invariants import AT, CITES, DAYS, TABLES, table, tries

LIFE = table(5, subject_id=st.sampled_from(CITES), kind=st.sampled_from(["opened", "set_up", "closed"]), date=DAYS)
ASKED: list[tuple[Callable[..., Any], Callable[..., tuple[str, ...]]]] = [
    (partial(peers.measure, k=1, min_peers=1), partial(peers.others, k=1)),
    (partial(candidates.path, k=1, min_peers=1), partial(candidates.others, k=1)),
]


def of_some(tables: dict[str, Any], cites: frozenset[str]) -> Snapshot:
    """The tables without the rows of other Cités, but for what they are compared by."""
    held = {"services": "cite_id", "needs": "cite_id", "partnerships": "cite_id", "contributions": "beneficiary_id"}
    return from_rows(
        {
            name: [row for row in rows if name not in held or row[held[name]] in cites or row.get("enables_ids")]
            for name, rows in tables.items()
        }
    )


@pytest.mark.parametrize(("method", "others"), ASKED)
@given(tables=TABLES, life=LIFE)
@tries(60)
def test_the_rows_of_those_looked_at_are_enough(method, others, tables, life):
    tables = tables | {"life_events": life}
    for cite in CITES:
        lens, known = Lens(f"cite:{cite}", AT), frozenset({cite})
        while more := others(of_some(tables, known), lens, known):
            assert not known & {*more}
            known |= {*more}

        assert method(of_some(tables, known), lens) == method(from_rows(tables), lens)
