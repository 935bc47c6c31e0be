"""Keys with which the SaaS company's servers call /v1."""

from __future__ import annotations

import hashlib
import secrets
import zlib
from dataclasses import dataclass
from datetime import datetime
from typing import Final

PREFIX: Final = "gh_"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key's record; the key itself is shown once and only its hash is kept.

    Attributes:
        organization_id: the one organization it is for; None for the whole deployment.
    """

    id: str
    name: str
    secret_sha256: str
    created_at: datetime
    organization_id: str | None = None


def new_key_secret() -> str:
    """`gh_`, 43 characters of 32 random bytes, and 8 hex digits of CRC-32, by which secret scanners know a real one."""
    body = secrets.token_urlsafe(32)
    return f"{PREFIX}{body}{zlib.crc32(body.encode()):08x}"


def secret_hash(secret: str) -> str:
    """What is stored of a random secret: SHA-256, hex. Random secrets need no slow hash."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
