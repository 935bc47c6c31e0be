"""Passwords: argon2id (RFC 9106) with OWASP's smallest recommended parameters, 26 ms here."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from argon2 import PasswordHasher

# Of a random password that nobody knows: an unknown address must cost as much time as a known one.
_DUMMY: Final = "$argon2id$v=19$m=19456,t=2,p=1$eXtkA4UYbuhhBroLZxaw5w$T+cyseLJwNCschYZS/EVDzB8clqnl3Tlons13xpDSVg"


def hash_password(password: str) -> str:
    """The PHC string to store."""
    return _hasher().hash(password)


def password_matches(stored: str | None, password: str) -> bool:
    """Whether the password is the stored one. Takes as long when nothing is stored."""
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        _hasher().verify(stored or _DUMMY, password)
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def needs_rehash(stored: str) -> bool:
    """Whether it was hashed with other parameters than today's."""
    return _hasher().check_needs_rehash(stored)


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher(memory_cost=19_456, time_cost=2, parallelism=1)
