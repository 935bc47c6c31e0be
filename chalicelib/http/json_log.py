"""Formats log records as JSON lines, whose fields CloudWatch Logs Insights discovers.

Powertools' Logger isn't used: importing it costs more than this whole package (docs/audit.md).
"""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any


class JsonLines(logging.Formatter):
    """One JSON object per record: the fields of `_LOG.info("event.name %s", {…})` with level, time and message."""

    def format(self, record: logging.LogRecord) -> str:
        """Formats the record. Includes an exception's type and location, but not its message, which may contain
        secrets.
        """
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
        }
        if isinstance(record.args, Mapping):
            line |= {"message": str(record.msg).removesuffix(" %s"), **record.args}
        else:
            line["message"] = record.getMessage()
        if record.exc_info and record.exc_info[0] is not None:
            frames = traceback.extract_tb(record.exc_info[2])
            line["exception"] = record.exc_info[0].__name__
            line["where"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        return json.dumps(line, default=str, ensure_ascii=False)


def write_json_lines(log: logging.Logger) -> None:
    """Makes the logger's handlers write JSON, from level INFO."""
    log.setLevel(logging.INFO)
    for handler in log.handlers:
        handler.setFormatter(JsonLines())
