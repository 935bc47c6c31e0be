"""What proves that a form was shown by us to the browser that posts it."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from typing import Final

MASK_LENGTH: Final = 32  # octets: as many as a token has
_MASKED_LENGTH: Final = 86  # characters


def form_token(secret: str) -> str:
    """The CSRF token of every form shown to the browser that holds this secret (ASVS 5.0, 3.5.1).

    The cookie's secret is the only key: one of ours would add nothing, since whoever could plant a cookie could fetch a
    pair that fits from the sign-in page. `__Host-` is what keeps strangers from planting one.
    """
    return hmac.new(secret.encode(), b"form", hashlib.sha256).hexdigest()


def token_by_key(key: bytes, name: str) -> str:
    """The token of a form that belongs to something whose name is no secret: our key makes it one."""
    return hmac.new(key, f"form:{name}".encode(), hashlib.sha256).hexdigest()


def masked(token: str, mask: bytes) -> str:
    """The token as it stands on one page. With another mask for each answer it never repeats, so that the size of a
    compressed page says nothing about it (BREACH).

    Args:
        token: hex digits.
        mask: random, `MASK_LENGTH` octets.
    """
    hidden = bytes(a ^ b for a, b in zip(bytes.fromhex(token), mask, strict=True))
    return base64.urlsafe_b64encode(mask + hidden).decode().rstrip("=")


def unmasked(text: str) -> str:
    """The token behind what a form sent; "" for what `masked` never made."""
    if len(text) != _MASKED_LENGTH or not text.isascii():
        return ""
    try:
        octets = base64.b64decode(text + "==", altchars=b"-_", validate=True)
    except binascii.Error:
        return ""
    return bytes(a ^ b for a, b in zip(octets[:MASK_LENGTH], octets[MASK_LENGTH:], strict=True)).hex()
