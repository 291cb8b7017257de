"""The log as JSON, one object a line, never with a variable of a request."""

import logging
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import orjson

from schema.answering import Report

requests = logging.getLogger("directory.requests")


class JsonLines(logging.Formatter):
    """Writes a record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "facts", {}),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return orjson.dumps(line, default=str).decode()


def write_json(level: str) -> None:
    """Nothing; from now on the log of this process is JSON on the standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    for name in ("directory", "graph", "importers", "uvicorn"):
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.setLevel(level.upper())
        logger.propagate = False


def log_request(report: Report) -> None:
    """Nothing; the request is in the log, a failure of ours as an error."""
    level = logging.ERROR if report.status >= 500 else logging.INFO
    if requests.isEnabledFor(level):
        facts = {name: value for name, value in asdict(report).items() if value not in (None, ())}
        facts["seconds"] = round(report.seconds, 6)
        requests.log(level, "%s %s", report.kind or "request", report.status, extra={"facts": facts})
