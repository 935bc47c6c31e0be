"""Our own keys: always a set of current, next and previous, so that rotation is normal from day one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, Generic, TypeVar

LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class KeySet(Generic[T]):
    """Keys of one purpose. The current one makes; all that are there check.

    Attributes:
        older: those before `previous` that were stolen, or to come, and still have to check; they go with it.
        changed_at: when a rotation last took a step here; long ago in a set that was kept without it.
    """

    current: T = field(repr=False)
    next: T | None = field(default=None, repr=False)
    previous: T | None = field(default=None, repr=False)
    changed_at: datetime = LONG_AGO
    older: tuple[T, ...] = field(default=(), repr=False)

    @property
    def all(self) -> tuple[T, ...]:
        """Every key that is there, the current one first."""
        return tuple(key for key in (self.current, self.next, self.previous, *self.older) if key is not None)


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A private key (PEM, PKCS #8, unencrypted) and its self-signed certificate (DER)."""

    private_key: bytes = field(repr=False)
    certificate: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class DeploymentKeys:
    """All keys of a stage.

    Attributes:
        cookies: 32 random bytes each; MACs of cookies, form tokens and idempotency records.
        signing: signs AuthnRequests.
        decryption: identity providers encrypt assertions to its certificate.
        audit: 32 random bytes each; MACs of the audit log. `previous` has to stay as long as events do.
    """

    cookies: KeySet[bytes]
    signing: KeySet[KeyPair]
    decryption: KeySet[KeyPair]
    audit: KeySet[bytes]
