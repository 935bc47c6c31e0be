"""Rules for new passwords: length matters, composition does not (NIST SP 800-63B-4, section 3.1.1.2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Final

from chalicelib.i18n.message import Message, message

MIN_LENGTH: Final = 12  # characters
MAX_LENGTH: Final = 256  # characters


class PasswordFault(StrEnum):
    """Why a password is not accepted."""

    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    REPETITIVE = "repetitive"
    OWN_ADDRESS = "own_address"
    COMMON = "common"

    @property
    def message(self) -> Message:
        """How to correct it."""
        return message(f"password.{self.value}")


def password_fault(password: str, email: str, names: Iterable[str] = ()) -> PasswordFault | None:
    """Returns the reason why a password is not accepted, or None.

    Args:
        email: the user's canonical address, which must not make up most of the password.
        names: of the organization and of the product; like common words, attackers try their parts first.
    """
    if len(password) < MIN_LENGTH:
        return PasswordFault.TOO_SHORT
    if len(password) > MAX_LENGTH:
        return PasswordFault.TOO_LONG
    if len(set(password)) < MIN_LENGTH // 2:
        return PasswordFault.REPETITIVE
    plain = password.lower()
    if email in plain and len(plain) - len(email) < MIN_LENGTH // 2:
        return PasswordFault.OWN_ADDRESS
    from chalicelib.passwords.common_passwords import is_common

    return PasswordFault.COMMON if is_common(password, _parts(email, *names)) else None


def _parts(*texts: str) -> Iterator[str]:
    """Yields the words of addresses and names, and each name without spaces."""
    for text in texts:
        plain = text.lower()
        yield "".join(character for character in plain if character.isalnum())
        yield from "".join(character if character.isalnum() else " " for character in plain).split()
