"""API keys, with which the SaaS company's servers call /v1."""

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
    """Operations that a key permits. A wide scope doesn't include a narrower one."""

    READ = "read"
    WRITE = "write"
    POLICY_CHECK = "policy_check"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """The record of an API key. Only the key's hash is stored; the key itself is shown once.

    Attributes:
        organization_id: the organization it is limited to; None for the whole deployment.
        expires_at: when it stops working; None if it doesn't expire.
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
        """True if the key has expired."""
        return self.expires_at is not None and self.expires_at <= now

    def allows(self, scope: Scope) -> bool:
        """True if the key has this scope."""
        return not self.scopes or scope in self.scopes

    def may_grant(self, scopes: tuple[Scope, ...]) -> bool:
        """True if a key with these scopes could do nothing that this key can't."""
        return not self.scopes or (bool(scopes) and set(scopes) <= set(self.scopes))

    def is_outlived_by(self, expires_at: datetime | None) -> bool:
        """Returns True if a key with that expiry (None: never) would outlive this one."""
        return self.expires_at is not None and (expires_at is None or expires_at > self.expires_at)


def new_key_secret() -> str:
    """Generates `gh_`, 43 characters that encode 32 random bytes, and 8 hex digits of CRC-32, which secret scanners
    verify.
    """
    body = secrets.token_urlsafe(32)
    return f"{PREFIX}{body}{zlib.crc32(body.encode()):08x}"


def secret_hash(secret: str) -> str:
    """The stored hash of a random secret: SHA-256, hex. Random secrets need no slow hash."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
