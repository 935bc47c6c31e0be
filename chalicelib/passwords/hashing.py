"""Password hashing: argon2id (RFC 9106) with OWASP's smallest recommended parameters, 26 ms per hash."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from argon2 import PasswordHasher

# The hash of an unknown random password: an unknown address must take as long as a known one.
_DUMMY: Final = "$argon2id$v=19$m=19456,t=2,p=1$eXtkA4UYbuhhBroLZxaw5w$T+cyseLJwNCschYZS/EVDzB8clqnl3Tlons13xpDSVg"


def hash_password(password: str) -> str:
    """Hashes a password to a PHC string."""
    return _hasher().hash(password)


def password_matches(stored: str | None, password: str) -> bool:
    """Returns True if the password matches the stored hash. Takes the same time if there is none."""
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        _hasher().verify(stored or _DUMMY, password)
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def needs_rehash(stored: str) -> bool:
    """Returns True if the hash has outdated parameters."""
    return _hasher().check_needs_rehash(stored)


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher(memory_cost=19_456, time_cost=2, parallelism=1)
