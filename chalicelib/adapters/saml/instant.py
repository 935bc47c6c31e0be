"""Instants as SAML writes them (SAML Core section 1.3.3: xs:dateTime in UTC)."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final

from chalicelib.adapters.saml.refused import malformed

_INSTANT: Final = re.compile(r"(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,12}))?(Z|[+-]\d{2}:\d{2})", re.ASCII)


def instant_of(text: str | None, name: str) -> datetime:
    """The instant in UTC, cut to microseconds. An offset is understood; a local time without one is refused.

    Raises:
        Refused: no such instant; `name` says which one it was.
    """
    match = None if text is None else _INSTANT.fullmatch(text)
    if match is None:
        raise malformed(f"{name} as an instant with its zone", text)
    seconds, fraction, zone = match.groups()
    try:
        moment = datetime.fromisoformat(f"{seconds}.{(fraction or '0')[:6]:0<6}{zone}")
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise malformed(f"{name} as an instant with its zone", text) from None


def optional_instant(text: str | None, name: str) -> datetime | None:
    """The instant, or None if the attribute is absent."""
    return None if text is None else instant_of(text, name)


def written(moment: datetime) -> str:
    """The instant as we write it: UTC, whole seconds, `Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
