"""The examples in docstrings are true."""

import doctest
import importlib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def modules() -> list[str]:
    paths = [path for name in ("graph", "directory", "schema", "importers") for path in (ROOT / name).rglob("*.py")]
    with_examples = [path for path in paths if ">>> " in path.read_text()]
    return sorted(".".join(p.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for p in with_examples)


@pytest.mark.parametrize("name", modules())
def test_the_examples_are_true(name: str) -> None:
    outcome = doctest.testmod(importlib.import_module(name))

    assert outcome.attempted
    assert outcome.failed == 0
