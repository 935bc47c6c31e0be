"""A browser in which somebody signed in with their password before.

It proves nothing but that: its tries are counted apart from those of strangers, who could else keep its owner waiting
by guessing from many places.
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
    """What the browser keeps after a sign-in.

    Args:
        key: ours.
        email: canonical; the cookie counts for this address only.
        name: random, 22 characters of base64url.
    """
    return f"{name}.{_mac(key, email, name)}"


def known_browser(keys: Iterable[bytes], email: str, cookie: str) -> str | None:
    """The name of the browser that sent this cookie; None where it isn't ours or another address's."""
    if not _COOKIE.fullmatch(cookie):
        return None
    name, _, mac = cookie.partition(".")
    right = [hmac.compare_digest(_mac(key, email, name), mac) for key in keys]
    return name if any(right) else None


def _mac(key: bytes, email: str, name: str) -> str:
    return hmac.new(key, f"browser:{name}:{email}".encode(), hashlib.sha256).hexdigest()
