"""The cookie that carries the state of one AuthnRequest (`sign_in/authn_state.py`)."""

from __future__ import annotations

from datetime import timedelta


def request_cookie(name: str, value: str, lifetime: timedelta) -> str:
    """The cookie of one AuthnRequest. SameSite=None, because the SAML response is a form posted from another site."""
    return f"{name}={value}; Max-Age={int(lifetime.total_seconds())}; Path=/; HttpOnly; Secure; SameSite=None"


def no_request_cookie(name: str) -> str:
    """Deletes the cookie of an AuthnRequest."""
    return f"{name}=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=None"
