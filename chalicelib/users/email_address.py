"""The canonical form of an email address.

Strict ASCII (RFC 5321 section 4.1.2 dot-string, no quoted strings, no literals), lowercase, one "@", at most 254
characters. No Unicode folding and no trimming: `ADMIN@acme.example` plus a no-break space is not the admin.

A local part with "%" or "!" is refused: mail servers may read it as a route elsewhere (`eve%evil.test@acme.test`).
One with "=?" is refused too: mail software may read it as an encoded word (RFC 2047, `=?utf-8?q?eve?=@acme.test`).
"""

from __future__ import annotations

import re
from typing import Final

MAX_LENGTH: Final = 254
MAX_LOCAL_PART_LENGTH: Final = 64

_ATOM: Final = r"[a-z0-9#$&'*+/=?^_`{|}~-]+"
_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_TOP: Final = rf"(?=[0-9-]*[a-z]){_LABEL}"  # excludes IP addresses (RFC 3696 section 2)
_DOMAIN: Final = re.compile(rf"(?:{_LABEL}\.)+{_TOP}", re.ASCII)
_ADDRESS: Final = re.compile(rf"(?P<local>(?!.*=\?){_ATOM}(?:\.{_ATOM})*)@(?P<domain>(?:{_LABEL}\.)+{_TOP})", re.ASCII)


def canonical_address(text: str) -> str | None:
    """Returns the canonical form of an address, or None if it is invalid.

    Only ASCII letters change case: `str.lower` would fold the Kelvin sign to "k".
    """
    if len(text) > MAX_LENGTH or not text.isascii():
        return None
    match = _ADDRESS.fullmatch(text.lower())
    if match is None or len(match["local"]) > MAX_LOCAL_PART_LENGTH:
        return None
    return match[0]


def canonical_domain(text: str) -> str | None:
    """Returns the canonical form of an email domain (two labels or more), or None if it is invalid."""
    if len(text) > MAX_LENGTH - 2 or not text.isascii():
        return None
    match = _DOMAIN.fullmatch(text.lower())
    return match[0] if match else None


def domain_of(canonical: str) -> str:
    """Returns the domain of a canonical address."""
    return canonical.rpartition("@")[2]
