"""The ecosystem directory of the Cités des métiers: what it is and does. `open_directory` is the way in.

The names below are loaded when they are first asked for: each command of the command line loads only what it needs.
"""

from importlib import import_module
from typing import Any, Final

HOMES: Final = {
    "CONTENT_TYPES": "directory.types",
    "Actor": "directory.actor",
    "Desk": "directory.desk",
    "Directory": "directory.opening",
    "DirectoryError": "directory.errors",
    "Item": "directory.item",
    "Ref": "directory.values",
    "Settings": "directory.settings",
    "anonymous": "directory.actor",
    "open_directory": "directory.opening",
    "read_settings": "directory.settings",
}
"""The public names, each with the module that it lives in."""


def __getattr__(name: str) -> Any:
    if name not in HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *HOMES})
