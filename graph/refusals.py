"""The driver's exceptions said as ours: the one place that knows the engines' error codes."""

from collections.abc import Iterator
from contextlib import contextmanager

from neo4j.exceptions import (
    AuthError,
    ConfigurationError,
    ConnectionAcquisitionTimeoutError,
    ConstraintError,
    DriverError,
    IncompleteCommit,
    Neo4jError,
    TransientError,
)

from graph.errors import Conflict, GraphError, TooLarge, TooLong, Unreachable


@contextmanager
def said_by_us(where: str) -> Iterator[None]:
    """A block in which the driver's exceptions become ours; `where` names the graph in sentences."""
    try:
        yield
    except (DriverError, Neo4jError) as error:
        raise refusal(error, where) from error
    except TimeoutError as error:
        raise TooLong("The graph took too long to answer: ask for less at once.") from error
    except OSError as error:
        raise Unreachable(
            f"The graph at {where} cannot be reached ({error}): start it, or correct the address."
        ) from error


def refusal(error: DriverError | Neo4jError, where: str) -> GraphError:
    """Our word for an exception of the driver."""
    if isinstance(error, DriverError):
        return _cannot_talk(error, where)
    code = error.code or ""
    if isinstance(error, AuthError):
        return Unreachable(f"The graph at {where} refused the user or the password ({_brief(error)}): correct them.")
    if isinstance(error, ConstraintError):
        return Conflict(f"A value that must be unique is taken ({_brief(error)}).")
    if code.endswith("Database.DatabaseNotFound"):
        return Unreachable(
            f"The graph at {where} lacks that database ({_brief(error)}): correct its name or create it."
        )
    if _ran_out_of_time(error):
        return TooLong("The graph stopped a statement that took too long: ask for less at once.")
    if "OutOfMemory" in code:
        return TooLarge("The graph needed too much memory for a statement: ask for less at once.")
    if isinstance(error, TransientError) or vanished(error):
        return Conflict(f"Others kept changing the same nodes ({_brief(error)}): try again.")
    return GraphError(f"The graph refused a statement ({code}): {_brief(error)}")


def _cannot_talk(error: DriverError, where: str) -> GraphError:
    if isinstance(error, IncompleteCommit):
        return Unreachable(f"The graph at {where} went away while it kept a change: look whether the change is there.")
    if isinstance(error, ConnectionAcquisitionTimeoutError):
        return Unreachable(f"All connections to the graph at {where} are busy: try again, or allow a larger pool.")
    if isinstance(error, ConfigurationError):
        return Unreachable(f"The graph cannot be reached with these settings ({_brief(error)}): correct them.")
    return Unreachable(f"The graph at {where} does not answer ({_brief(error)}): start it, or correct the address.")


def vanished(error: Exception) -> bool:
    """Whether a statement met a node or a link that somebody took away while it ran: the next one will not meet it."""
    return isinstance(error, Neo4jError) and (error.code or "").endswith("Statement.EntityNotFound")


def _ran_out_of_time(error: Neo4jError) -> bool:
    code, said = error.code or "", error.message or ""
    stopped = ("TransactionTimedOut", "TransactionTimedOutClientConfiguration", "LockClientStopped")
    return code.rsplit(".", 1)[-1] in stopped or "timeout" in said.lower()


def _brief(error: Exception) -> str:
    said = getattr(error, "message", None) or str(error)
    return " ".join(said.split())[:300].rstrip(".")
