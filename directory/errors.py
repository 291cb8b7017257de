"""Every way in which the directory refuses: one root, one class a refusal, with its facts."""

from dataclasses import dataclass
from typing import ClassVar

from directory.enums import Role


class DirectoryError(Exception):
    """The directory refuses; `code` never changes, the message is for people, `path` names the place in the input."""

    code: ClassVar[str] = "DIRECTORY_ERROR"
    path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """One reason why an item is refused: its code, the field's path, a sentence, and codes near the one given."""

    code: str
    path: tuple[str, ...]
    message: str
    near: tuple[str, ...] = ()


class Invalid(DirectoryError):
    """The item breaks a rule, or several: all of them are in `faults`."""

    code = "INVALID"

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("; ".join(f"{'.'.join(fault.path) or 'item'}: {fault.message}" for fault in faults))
        self.faults = faults
        self.path = faults[0].path if faults else ()


class NotFound(DirectoryError):
    """There is no such item, or the actor may not see it: the answer is the same for both."""

    code = "NOT_FOUND"

    def __init__(self, path: tuple[str, ...] = ()) -> None:
        super().__init__("There is no such item.")
        self.path = path


class Conflict(DirectoryError):
    """The change does not fit what is stored now; `current_version` is None when versions are not the reason."""

    code = "CONFLICT"

    def __init__(self, current_version: int | None = None, message: str = "", path: tuple[str, ...] = ()) -> None:
        super().__init__(message or f"Somebody else changed the item: its version is now {current_version}.")
        self.current_version = current_version
        self.path = path


class Duplicate(DirectoryError):
    """Another item already has this value; `existing` is its id, None when the actor may not see it."""

    code = "DUPLICATE"

    def __init__(self, field: str, value: str, existing: str | None = None) -> None:
        super().__init__(f"Another item already has {value!r} as {field}.")
        self.field = field
        self.value = value
        self.existing = existing
        self.path = (field,)


class NotAllowed(DirectoryError):
    """The actor may not do this to the item in its present state; `moves` are those that are offered instead."""

    code = "FORBIDDEN"

    def __init__(self, message: str = "", moves: tuple[str, ...] = (), required_role: Role | None = None) -> None:
        needed = f"This asks for the role {required_role}." if required_role else "This is not allowed here."
        super().__init__(message or needed)
        self.moves = moves
        self.required_role = required_role


class InUse(DirectoryError):
    """Other items that the actor sees need this one: `count`, some of whose ids are in `sample`; `force` overrides."""

    code = "IN_USE"

    def __init__(self, count: int, sample: tuple[str, ...] = ()) -> None:
        super().__init__(f"{count} other {'item needs' if count == 1 else 'items need'} this one.")
        self.count = count
        self.sample = sample


class BadInput(DirectoryError):
    """The question itself makes no sense; nothing was looked up."""

    code = "BAD_USER_INPUT"

    def __init__(self, message: str, path: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.path = path


class Unauthenticated(DirectoryError):
    """The credentials are missing, wrong or too old."""

    code = "UNAUTHENTICATED"

    def __init__(self, message: str = "Sign in first.") -> None:
        super().__init__(message)


class BadSetting(DirectoryError):
    """A setting has a value that cannot be used; `variable` is its name in the environment."""

    code = "BAD_SETTING"

    def __init__(self, variable: str, message: str) -> None:
        super().__init__(message)
        self.variable = variable
        self.path = (variable,)
