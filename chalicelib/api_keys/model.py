"""Keys with which the SaaS company's servers call /v1."""

from __future__ import annotations

import hashlib
import secrets
import zlib
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

PREFIX: Final = "gh_"


class Scope(StrEnum):
    """What a key may do; the narrower ones are no part of the wider ones."""

    READ = "read"
    WRITE = "write"
    POLICY_CHECK = "policy_check"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key's record; the key itself is shown once and only its hash is kept.

    Attributes:
        organization_id: the one organization it is for; None for the whole deployment.
        expires_at: from then on it is refused; None for a key that lasts until it is revoked.
        scopes: what it may do; empty for everything.
        last_used_on: the day (UTC) of its last use, None before the first.
    """

    id: str
    name: str
    secret_sha256: str
    created_at: datetime
    organization_id: str | None = None
    expires_at: datetime | None = None
    scopes: tuple[Scope, ...] = ()
    last_used_on: date | None = None

    def has_expired(self, now: datetime) -> bool:
        """Whether its time is over."""
        return self.expires_at is not None and self.expires_at <= now

    def allows(self, scope: Scope) -> bool:
        """Whether it may do this."""
        return not self.scopes or scope in self.scopes

    def may_grant(self, scopes: tuple[Scope, ...]) -> bool:
        """Whether a key with these scopes can do nothing that this one can't."""
        return not self.scopes or (bool(scopes) and set(scopes) <= set(self.scopes))


def new_key_secret() -> str:
    """`gh_`, 43 characters of 32 random bytes, and 8 hex digits of CRC-32, by which secret scanners know a real one."""
    body = secrets.token_urlsafe(32)
    return f"{PREFIX}{body}{zlib.crc32(body.encode()):08x}"


def secret_hash(secret: str) -> str:
    """What is stored of a random secret: SHA-256, hex. Random secrets need no slow hash."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
