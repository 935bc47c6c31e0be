"""What proves that a form was shown by us to the browser that posts it."""

from __future__ import annotations

import hashlib
import hmac


def form_token(secret: str) -> str:
    """The CSRF token of every form shown to the browser that holds this secret (ASVS 5.0, 3.5.1).

    The cookie's secret is the only key: one of ours would add nothing, since whoever could plant a cookie could fetch a
    pair that fits from the sign-in page. `__Host-` is what keeps strangers from planting one.
    """
    return hmac.new(secret.encode(), b"form", hashlib.sha256).hexdigest()


def token_by_key(key: bytes, name: str) -> str:
    """The token of a form that belongs to something whose name is no secret: our key makes it one."""
    return hmac.new(key, f"form:{name}".encode(), hashlib.sha256).hexdigest()
