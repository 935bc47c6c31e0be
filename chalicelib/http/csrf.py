"""CSRF tokens, which prove that a form was rendered for the browser that submits it."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from typing import Final

MASK_LENGTH: Final = 32  # bytes, as many as a token has
_MASKED_LENGTH: Final = 86  # characters


def form_token(secret: str) -> str:
    """The CSRF token of every form rendered for the browser with this secret (ASVS 5.0, 3.5.1).

    The secret in the cookie is the only key. A server key would add nothing: an attacker who can set the cookie can
    also fetch a matching pair from the sign-in page. `__Host-` prevents attackers from setting it.
    """
    return hmac.new(secret.encode(), b"form", hashlib.sha256).hexdigest()


def token_by_key(key: bytes, name: str) -> str:
    """The CSRF token of a form that belongs to an object with a public name; derived with the server's key."""
    return hmac.new(key, f"form:{name}".encode(), hashlib.sha256).hexdigest()


def masked(token: str, mask: bytes) -> str:
    """Masks the token for one response. It differs in every response, so the size of a compressed page reveals nothing
    about it (BREACH).

    Args:
        token: hex digits.
        mask: random, `MASK_LENGTH` bytes.
    """
    hidden = bytes(a ^ b for a, b in zip(bytes.fromhex(token), mask, strict=True))
    return base64.urlsafe_b64encode(mask + hidden).decode().rstrip("=")


def unmasked(text: str) -> str:
    """Returns the token in a submitted value; "" for anything that `masked` can't have produced."""
    if len(text) != _MASKED_LENGTH or not text.isascii():
        return ""
    try:
        octets = base64.b64decode(text + "==", altchars=b"-_", validate=True)
    except binascii.Error:
        return ""
    return bytes(a ^ b for a, b in zip(octets[:MASK_LENGTH], octets[MASK_LENGTH:], strict=True)).hex()
