"""One-time links for invitations and new passwords. The SaaS company emails them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from chalicelib.errors import NotFound

LINK_LIFETIME: Final = timedelta(hours=24)


class LinkPurpose(StrEnum):
    """The purpose of a link."""

    INVITATION = "invitation"
    PASSWORD = "password"  # noqa: S105


@dataclass(frozen=True, slots=True)
class Link:
    """A one-time link. Stored under the SHA-256 of its code; the code itself is only in the link.

    Attributes:
        epoch: the user's epoch when the link was made; a change of role, status or password invalidates the link.
    """

    id: str
    code_sha256: str
    purpose: LinkPurpose
    organization_id: str
    user_id: str
    epoch: int
    expires_at: datetime

    @property
    def created_at(self) -> datetime:
        """When the link was made."""
        return self.expires_at - LINK_LIFETIME

    def is_used_up(self, last_sign_in_at: datetime | None) -> bool:
        """Returns True for an invitation whose user has signed in since by another way. A link for a new password stays
        valid then."""
        if self.purpose is not LinkPurpose.INVITATION or last_sign_in_at is None:
            return False
        return last_sign_in_at > self.created_at


def link_is_void() -> NotFound:
    """Used, expired or never made: all look alike."""
    return NotFound("link_is_void")
