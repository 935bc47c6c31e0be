"""Prefixed, time-sortable, unguessable identifiers."""

from __future__ import annotations

import re
import secrets
from datetime import UTC, datetime
from typing import Final, Literal

Prefix = Literal["org", "usr", "conn", "att", "key", "dom", "evt", "link", "req"]

_ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: no i, l, o, u
_LENGTH: Final = 32
_SHAPE: Final = re.compile(rf"(?P<prefix>[a-z]+)_[{_ALPHABET}]{{{_LENGTH}}}", re.ASCII)


def new_id(prefix: Prefix, *, now: datetime) -> str:
    """Returns `prefix_` and 32 characters: 48 bits of milliseconds and 112 random bits.

    All IDs have the same length, so none is a prefix of another: python3-saml compares the ACS URL by prefix.
    """
    return _format(prefix, now, secrets.token_bytes(14))


def first_id(prefix: Prefix, *, at: datetime) -> str:
    """The smallest ID of this millisecond: every ID that sorts before it was created earlier."""
    return _format(prefix, at, bytes(14))


def time_of(identifier: str) -> datetime:
    """The creation time of an identifier, to the millisecond.

    Raises:
        ValueError: the text isn't an identifier.
    """
    if _SHAPE.fullmatch(identifier) is None:
        raise ValueError("no identifier")
    number = 0
    for digit in identifier.partition("_")[2]:
        number = number * 32 + _ALPHABET.index(digit)
    return datetime.fromtimestamp((number >> 112) / 1000, UTC)


def _format(prefix: Prefix, at: datetime, tail: bytes) -> str:
    number = int.from_bytes(int(at.timestamp() * 1000).to_bytes(6) + tail)
    digits = []
    for _ in range(_LENGTH):
        number, digit = divmod(number, 32)
        digits.append(_ALPHABET[digit])
    return f"{prefix}_{''.join(reversed(digits))}"


def is_id(text: str, prefix: Prefix) -> bool:
    """True if `text` has the exact form of an identifier with this prefix."""
    match = _SHAPE.fullmatch(text)
    return match is not None and match["prefix"] == prefix
