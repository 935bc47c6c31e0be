"""Checks of a verification."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from chalicelib.i18n.message import Message, shorten, shorten_text

MAX_TEXT_LENGTH: Final = 1_000  # characters of what a check tells


Told = str | Message
"""A raw value as it was received or is on file, or words of ours, which are rendered where they are shown."""


class CheckName(StrEnum):
    """What is looked at, in the order in which it is looked at."""

    READABLE = "readable"
    STATUS = "status"
    SIGNATURE = "signature"
    ENCRYPTION = "encryption"
    ISSUER = "issuer"
    DESTINATION = "destination"
    RECIPIENT = "recipient"
    AUDIENCE = "audience"
    TIMES = "times"
    REQUEST = "request"
    SUBJECT = "subject"
    EMAIL = "email"
    USER = "user"
    CONNECTION = "connection"
    ORGANIZATION = "organization"


@dataclass(frozen=True, slots=True)
class Check:
    """One check with what it expected and what it received; both are shown to the organization's admins only.

    Both are bounded: a received value is untrusted, and a list of attempts has to fit into one response.
    """

    name: CheckName
    passed: bool
    expected: Told | None = None
    received: Told | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "expected", _bounded(self.expected))
        object.__setattr__(self, "received", _bounded(self.received))


def _bounded(told: Told | None) -> Told | None:
    if told is None:
        return None
    return shorten_text(told, MAX_TEXT_LENGTH) if isinstance(told, str) else shorten(told, MAX_TEXT_LENGTH)
