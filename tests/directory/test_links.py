"""What links promise to questions about them."""

import pytest

from directory.links import ways


@pytest.mark.parametrize(
    ("owner", "way", "simple"),
    [
        ("Cite", "serves", True),
        ("Organisation", "contributions", True),
        ("Cite", "sources", False),  # cited twice, for two fields
        ("Source", "supports", False),
        ("Cite", "partners", False),  # a partnership each year
    ],
)
def test_a_way_that_leads_to_an_item_once_at_most_says_so(owner: str, way: str, simple: bool) -> None:
    path = ways(owner)[way].path

    assert (len(path) == 1 and path[0].simple) == simple
