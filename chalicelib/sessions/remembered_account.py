"""The account that last signed in from a browser, which the sign-in page offers first. It grants no access and contains
no secret."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from chalicelib.identifier import is_id
from chalicelib.users.email_address import canonical_address

TTL: Final = timedelta(days=180)

_MAX_LENGTH: Final = 2048  # characters of the cookie; browsers accept 4,096 including attributes
_MAX_NAME_LENGTH: Final = 200  # characters of the organization's name


@dataclass(frozen=True, slots=True)
class RememberedAccount:
    """An account and its sign-in method.

    Attributes:
        email: canonical.
        organization: its name at that time; "" if unknown.
        by_sso: through the organization's identity provider.
        connection_id: the connection of that sign-in: it is used again for an address whose domain is not verified.
    """

    email: str
    organization: str
    by_sso: bool
    connection_id: str | None = None

    @property
    def lifetime(self) -> timedelta:
        """How long a browser remembers it."""
        return TTL

    @property
    def initials(self) -> str:
        """One or two letters of the address, shown as its avatar."""
        words = [word for word in self.email.partition("@")[0].replace("_", ".").replace("-", ".").split(".") if word]
        return "".join(word[0] for word in words[:2]).upper() or "@"

    def cookie(self) -> str:
        """Encodes the account as a cookie value (RFC 6265 section 4.1.1 permits no spaces, commas or quotes)."""
        facts = [self.email, self.organization[:_MAX_NAME_LENGTH], self.by_sso]
        facts += [self.connection_id] if self.connection_id else []
        return base64.urlsafe_b64encode(json.dumps(facts, ensure_ascii=False).encode()).decode().rstrip("=")


def parse_remembered_account(cookie: str) -> RememberedAccount | None:
    """Parses the cookie value. Returns None for anything that `cookie` would not have written."""
    if not 0 < len(cookie) <= _MAX_LENGTH or not cookie.isascii():
        return None
    try:
        found = json.loads(base64.urlsafe_b64decode(cookie + "=" * (-len(cookie) % 4)))
        email, organization, by_sso, *more = found
    except (binascii.Error, ValueError, TypeError, RecursionError):
        return None
    if not (isinstance(email, str) and isinstance(organization, str) and isinstance(by_sso, bool)):
        return None
    if canonical_address(email) != email or len(organization) > _MAX_NAME_LENGTH or not organization.isprintable():
        return None
    if len(more) > 1 or any(not isinstance(connection_id, str) for connection_id in more):
        return None
    if more and not (by_sso and is_id(more[0], "conn")):
        return None
    return RememberedAccount(email, organization, by_sso, more[0] if more else None)
