"""What a new password must be. Length counts, composition does not (NIST SP 800-63B-4, section 3.1.1.2)."""

from __future__ import annotations

from typing import Final

SHORTEST: Final = 12  # characters
LONGEST: Final = 256  # characters


def password_fault(password: str, email: str) -> str | None:
    """A sentence that says what to change, or None if the password may be used.

    Args:
        email: the canonical address of its owner, which must not be most of the password.
    """
    if len(password) < SHORTEST:
        return f"Use at least {SHORTEST} characters. A few words in a row are easy to remember and hard to guess."
    if len(password) > LONGEST:
        return f"Use at most {LONGEST} characters."
    if len(set(password)) < SHORTEST // 2:
        return "Use more different characters: this one repeats the same few."
    plain = password.lower()
    if email in plain and len(plain) - len(email) < SHORTEST // 2:
        return "Don't use your e-mail address as the password."
    return None
