"""Parses and formats instants in SAML messages (SAML Core section 1.3.3: xs:dateTime in UTC)."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final

from chalicelib.i18n.message import message
from chalicelib.saml.validation_error import malformed

_INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,12})?(?:Z|[+-]\d\d:\d\d)", re.ASCII)


def instant_of(text: str | None, name: str) -> datetime:
    """Parses an instant to UTC, truncated to microseconds. An offset is accepted; a local time without one is refused.

    Raises:
        ValidationError: the text is no such instant. `name` identifies the value in the message.
    """
    if text is None or _INSTANT.fullmatch(text) is None:
        raise malformed(message("check.readable.instant", name=name), text)
    try:
        moment = datetime.fromisoformat(text)
        return moment if text[-1] == "Z" else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise malformed(message("check.readable.instant", name=name), text) from None


def format_instant(moment: datetime) -> str:
    """Formats an instant in UTC, in whole seconds, with `Z`."""
    in_utc = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    return in_utc.isoformat(timespec="seconds")[:19] + "Z"
