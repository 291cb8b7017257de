"""What the graph can refuse, each with a stable `code`. The driver's own exceptions never leave this package."""

from collections.abc import Sequence


class GraphError(Exception):
    """The graph could not do what was asked."""

    code = "GRAPH_ERROR"


class NotFound(GraphError):
    """A node that a write needs is not there."""

    code = "NOT_FOUND"

    def __init__(self, label: str, ids: Sequence[str]) -> None:
        self.label = label
        self.ids = tuple(ids)
        super().__init__(f"There is no {label} with the id {', '.join(self.ids)}.")


class Conflict(GraphError):
    """A value that must be unique is taken, or others kept changing the same nodes."""

    code = "CONFLICT"


class Unreachable(GraphError):
    """The engine does not answer, or does not let us in. The message is one sentence that says what to do."""

    code = "UNREACHABLE"


class TooLong(GraphError):
    """The statement took longer than it may, and was stopped."""

    code = "TOO_LONG"


class TooLarge(GraphError):
    """The statement needed more memory than the engine may use."""

    code = "TOO_LARGE"


class NewerDatabase(GraphError):
    """The database was written by a newer version of the code."""

    code = "NEWER_DATABASE"


class DifferentShape(GraphError):
    """A stored property has another type than the code declares: a migration is missing."""

    code = "DIFFERENT_SHAPE"
