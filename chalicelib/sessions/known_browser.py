"""The cookie that marks a browser in which a user signed in with a password before.

It grants no access. Password attempts from such a browser are rate-limited separately, so that attackers guessing from
many addresses can't lock the user out.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable
from datetime import timedelta
from typing import Final

REMEMBERED_FOR: Final = timedelta(days=180)

_COOKIE: Final = re.compile(r"[A-Za-z0-9_-]{22}\.[0-9a-f]{64}", re.ASCII)


def browser_cookie(key: bytes, email: str, name: str) -> str:
    """Returns the cookie value to set after a sign-in.

    Args:
        key: the deployment's cookie key.
        email: canonical; the cookie is valid for this address only.
        name: random, 22 characters of base64url.
    """
    return f"{name}.{_mac(key, email, name)}"


def known_browser(keys: Iterable[bytes], email: str, cookie: str) -> str | None:
    """Returns the browser's name from its cookie, or None if the cookie is forged or for another address."""
    if not _COOKIE.fullmatch(cookie):
        return None
    name, _, mac = cookie.partition(".")
    right = [hmac.compare_digest(_mac(key, email, name), mac) for key in keys]
    return name if any(right) else None


def _mac(key: bytes, email: str, name: str) -> str:
    return hmac.new(key, f"browser:{name}:{email}".encode(), hashlib.sha256).hexdigest()
