"""Log records as JSON, a line each: what CloudWatch Logs Insights finds fields in.

Not Powertools' Logger: importing it costs more than everything here together (docs/audit.md).
"""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any


class JsonLines(logging.Formatter):
    """One JSON object a record: the fields of `_LOG.info("what happened %s", {…})` beside level, time and message."""

    def format(self, record: logging.LogRecord) -> str:
        """The line. Of an exception its type and where it came from; its message may hold anything."""
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
    """Let the logger's handlers write JSON, from INFO upward."""
    log.setLevel(logging.INFO)
    for handler in log.handlers:
        handler.setFormatter(JsonLines())
