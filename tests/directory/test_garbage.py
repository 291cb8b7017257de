import gc

import pytest

from directory.garbage import SELDOM, sought_seldom


def test_garbage_is_sought_seldom_until_the_last_block_ends() -> None:
    before = gc.get_threshold()
    first, second = sought_seldom(), sought_seldom()

    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    meanwhile = gc.get_threshold()
    second.__exit__(None, None, None)

    assert meanwhile == (SELDOM * before[0], *before[1:])
    assert gc.get_threshold() == before


def test_it_is_sought_as_before_after_a_block_that_fails() -> None:
    before = gc.get_threshold()

    with pytest.raises(KeyError), sought_seldom():
        raise KeyError

    assert gc.get_threshold() == before
