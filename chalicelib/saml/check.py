"""The checks of a verification and their results."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from chalicelib.i18n.message import Message, length_of, shorten, shorten_text

MAX_TEXT_LENGTH: Final = 1_000  # maximum length of an expected or received value, in characters


Told = str | Message
"""A raw value as received or configured, or a message that is localized when it is displayed."""


class CheckName(StrEnum):
    """The checks, in the order in which they run."""

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
    """One check with its expected and received values. Both are visible only to the organization's admins.

    Both are truncated: a received value is untrusted, and a list of attempts must fit into one response.
    """

    name: CheckName
    passed: bool
    expected: Told | None = None
    received: Told | None = None

    def __post_init__(self) -> None:
        if self.expected is not None and length_of(self.expected) > MAX_TEXT_LENGTH:
            object.__setattr__(self, "expected", _truncate(self.expected))
        if self.received is not None and length_of(self.received) > MAX_TEXT_LENGTH:
            object.__setattr__(self, "received", _truncate(self.received))


def _truncate(value: Told) -> Told:
    return shorten_text(value, MAX_TEXT_LENGTH) if isinstance(value, str) else shorten(value, MAX_TEXT_LENGTH)
