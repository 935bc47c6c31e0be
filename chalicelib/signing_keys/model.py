"""The deployment's own keys, each kind as a set of current, next and previous."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, Generic, TypeVar

from chalicelib.saml.key_pair import KeyPair

LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class KeySet(Generic[T]):
    """The keys of one purpose. The current key signs or encrypts; every key in the set verifies or decrypts.

    Attributes:
        older: keys that were compromised or about to be promoted and must still verify or decrypt; removed together
            with `previous`.
        changed_at: when the last rotation step was taken; a date in the distant past for sets stored before this field
            existed.
    """

    current: T = field(repr=False)
    next: T | None = field(default=None, repr=False)
    previous: T | None = field(default=None, repr=False)
    changed_at: datetime = LONG_AGO
    older: tuple[T, ...] = field(default=(), repr=False)

    @property
    def all(self) -> tuple[T, ...]:
        """Every key in the set, the current one first."""
        return tuple(key for key in (self.current, self.next, self.previous, *self.older) if key is not None)


@dataclass(frozen=True, slots=True)
class DeploymentKeys:
    """All keys of a stage.

    Attributes:
        cookies: 32 random bytes each; MACs of cookies, form tokens and idempotency records.
        signing: signs AuthnRequests.
        decryption: identity providers encrypt assertions to its certificate.
        audit: 32 random bytes each; MACs of the audit log. `previous` must be kept as long as the events are.
    """

    cookies: KeySet[bytes]
    signing: KeySet[KeyPair]
    decryption: KeySet[KeyPair]
    audit: KeySet[bytes]
