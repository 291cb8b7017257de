import subprocess
import sys
from importlib import import_module

import pytest

import directory


@pytest.mark.parametrize(("name", "home"), directory.HOMES.items())
def test_a_public_name_is_the_one_that_its_module_has(name: str, home: str) -> None:
    assert getattr(directory, name) is getattr(import_module(home), name)
    assert name in dir(directory)


def test_a_name_that_there_is_not_is_no_attribute() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nobody'"):
        _ = directory.nobody


def test_the_package_itself_loads_nothing_of_the_directory() -> None:
    asked = "import sys, directory; print([each for each in sys.modules if each.startswith(('directory.', 'graph'))])"

    assert subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout == "[]\n"
