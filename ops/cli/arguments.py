"""Arguments that several commands take, and how they are read."""

from __future__ import annotations

import argparse
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from ops.cli.command import argument

_SPANS: Final = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_SPAN: Final = re.compile(r"(\d{1,6})([mhdw])", re.ASCII)
_MAX_LIST: Final = 10_000


def moment_before(text: str, now: datetime) -> datetime:
    """`30m`, `2h`, `7d`, `1w` before now; or an RFC 3339 date or time, UTC where it says nothing else.

    Raises:
        ValueError: the text is neither.
    """
    if match := _SPAN.fullmatch(text):
        return now - timedelta(**{_SPANS[match[2]]: int(match[1])})
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is no time. Use 30m, 2h, 7d, or 2026-11-23T09:00Z.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def count(text: str) -> int:
    """A number of rows."""
    if not text.isdecimal() or not 1 <= int(text) <= _MAX_LIST:
        raise argparse.ArgumentTypeError(f"a number from 1 to {_MAX_LIST}, not {text!r}")
    return int(text)


def octets_of(path: Path, most: int) -> bytes:
    """Reads a file's content.

    Raises:
        ValueError: it can't be read, or is larger than `most` bytes.
    """
    try:
        with path.open("rb") as file:
            octets = file.read(most + 1)
    except OSError as error:
        raise ValueError(f"{path} can't be read: {error.strerror}.") from None
    if len(octets) > most:
        raise ValueError(f"{path} is larger than {most} bytes.")
    return octets


ORGANIZATION_ID: Final = argument("organization", metavar="ORGANIZATION_ID", help="org_…")
CONNECTION_ID: Final = argument("connection", metavar="CONNECTION_ID", help="conn_…")
LIMIT: Final = argument("--limit", type=count, default=100, metavar="N", help="at most so many; 100 unless told")
AFTER: Final = argument("--after", metavar="ID", help="go on after this one")
