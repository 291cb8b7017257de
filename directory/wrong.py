"""Why a loose value cannot be read: one reason or several, each with its place in the value."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from directory.errors import Fault

INVALID: Final = "INVALID"
Path = tuple[str, ...]


class Wrong(ValueError):
    """A value that cannot be read; the paths of its faults start in the value."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__("; ".join(fault.message for fault in faults))
        self.faults = faults


def wrong(message: str, *path: str, near: tuple[str, ...] = ()) -> Wrong:
    """A value that cannot be read for one reason."""
    return Wrong(Fault(INVALID, path, message, near))


def faults_of(error: ValueError, *path: str) -> Iterator[Fault]:
    """The faults that an error stands for, at that place."""
    if isinstance(error, Wrong):
        yield from (replace(fault, path=path + fault.path) for fault in error.faults)
    else:
        yield Fault(INVALID, path, str(error))


def together(parts: Mapping[str, Callable[[], Any]]) -> dict[str, Any]:
    """The parts, each made by its function; raises Wrong with the faults of all of them.

    >>> together({"x": lambda: int("1"), "y": lambda: int("2")})
    {'x': 1, 'y': 2}
    """
    made: dict[str, Any] = {}
    faults: list[Fault] = []
    for name, make in parts.items():
        try:
            made[name] = make()
        except ValueError as error:
            faults += faults_of(error, name)
    if faults:
        raise Wrong(*faults)
    return made


def an(words: str) -> str:
    """The words with their article.

    >>> an("theme"), an("organisation type")
    ('a theme', 'an organisation type')
    """
    return f"an {words}" if words[:1] in "aeio" else f"a {words}"


def said(value: Any) -> str:
    """The value as a message repeats it: short, whatever it is.

    >>> said("Lille"), said("x" * 100), said({}), said(10**5000), said(None)
    ("'Lille'", "'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…'", 'an object', 'a number', 'null')
    """
    match value:
        case None:
            return "null"
        case str():
            return repr(value if len(value) <= 40 else f"{value[:39]}…")
        case bool():
            return str(value).lower()
        case int() if value.bit_length() > 64:
            return "a number"
        case int() | float():
            return str(value)
        case Mapping():
            return "an object"
        case list() | tuple():
            return "a list"
        case _:
            return "this value"
