"""Reads and writes cookies, with the required attributes of each kind (ASVS 5.0, section 3.3)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from chalicelib.settings import Settings


class Account(Protocol):
    """An account that a browser remembers."""

    @property
    def lifetime(self) -> timedelta:
        """How long it is remembered."""

    def cookie(self) -> str:
        """Encodes the account as a cookie value."""


def cookies_in(header: str | None) -> dict[str, str]:
    """Parses a Cookie header to names and values; for a repeated name the first value counts (RFC 6265 section 5.4).

    Only space and tab are trimmed: `str.strip` would also remove a no-break space from a name, and a sibling host can
    set such a cookie because browsers don't treat it as starting with `__Host-`.
    """
    found: dict[str, str] = {}
    for pair in (header or "").split(";"):
        name, equals, value = pair.strip(" \t").partition("=")
        if equals:
            found.setdefault(name, value)
    return found


def session_cookie_name(settings: Settings) -> str:
    """`__Host-` wherever there is TLS; the local run has none, and Safari stores no Secure cookies there."""
    return "gatehouse_session" if settings.local else "__Host-gatehouse_session"


def session_cookie(value: str, expires_at: datetime, settings: Settings, now: datetime) -> str:
    """The session cookie. Lax: sent with links from other sites, but not with their forms."""
    seconds = max(0, int((expires_at - now).total_seconds()))
    return f"{session_cookie_name(settings)}={value}; Max-Age={seconds}; {_lax(settings)}"


def no_session_cookie(settings: Settings) -> str:
    """Deletes the session cookie."""
    return f"{session_cookie_name(settings)}=; Max-Age=0; {_lax(settings)}"


def marker_cookie_name() -> str:
    """The name of the cookie by which the assertion consumer service recognizes the browser's session."""
    return "__Host-gatehouse_present"


def marker_cookie(value: str, expires_at: datetime, now: datetime) -> str:
    """SameSite=None, because the SAML response is a form posted from another site. It grants no access."""
    seconds = max(0, int((expires_at - now).total_seconds()))
    return f"{marker_cookie_name()}={value}; Max-Age={seconds}; Path=/; HttpOnly; Secure; SameSite=None"


def no_marker_cookie() -> str:
    """Deletes the marker cookie."""
    return f"{marker_cookie_name()}=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=None"


def unconfirmed_cookie_name(settings: Settings) -> str:
    """The name of the cookie of a sign-in that waits for confirmation before it replaces another user's session."""
    return "gatehouse_unconfirmed" if settings.local else "__Host-gatehouse_unconfirmed"


def unconfirmed_cookie(value: str, settings: Settings, lifetime: timedelta) -> str:
    """The cookie of an unconfirmed sign-in, with the lifetime of its item."""
    seconds = int(lifetime.total_seconds())
    return f"{unconfirmed_cookie_name(settings)}={value}; Max-Age={seconds}; {_lax(settings)}"


def no_unconfirmed_cookie(settings: Settings) -> str:
    """Deletes the cookie of an unconfirmed sign-in."""
    return f"{unconfirmed_cookie_name(settings)}=; Max-Age=0; {_lax(settings)}"


def form_cookie_name(settings: Settings) -> str:
    """The name of the cookie with the CSRF secret of a browser without a session."""
    return "gatehouse_form" if settings.local else "__Host-gatehouse_form"


def form_cookie(value: str, settings: Settings) -> str:
    """The CSRF secret's cookie; it ends with the browser session."""
    return f"{form_cookie_name(settings)}={value}; {_lax(settings)}"


def setup_cookie_name(settings: Settings) -> str:
    """The name of the guest session's cookie."""
    return "gatehouse_setup" if settings.local else "__Host-gatehouse_setup"


def setup_cookie(value: str, expires_at: datetime, settings: Settings, now: datetime) -> str:
    """The guest session's cookie; it expires with the link."""
    seconds = max(0, int((expires_at - now).total_seconds()))
    return f"{setup_cookie_name(settings)}={value}; Max-Age={seconds}; {_lax(settings)}"


def no_setup_cookie(settings: Settings) -> str:
    """Deletes the guest session's cookie."""
    return f"{setup_cookie_name(settings)}=; Max-Age=0; {_lax(settings)}"


def account_cookie_name(settings: Settings) -> str:
    """The name of the cookie with the last account, which the sign-in page offers first."""
    return "gatehouse_account" if settings.local else "__Host-gatehouse_account"


def account_cookie(account: Account, settings: Settings) -> str:
    """Remembers an account. Contains no secret."""
    seconds = int(account.lifetime.total_seconds())
    return f"{account_cookie_name(settings)}={account.cookie()}; Max-Age={seconds}; {_lax(settings)}"


def no_account_cookie(settings: Settings) -> str:
    """Deletes the remembered account."""
    return f"{account_cookie_name(settings)}=; Max-Age=0; {_lax(settings)}"


def browser_cookie_name(settings: Settings) -> str:
    """The name of the cookie of a browser with an earlier successful password sign-in."""
    return "gatehouse_browser" if settings.local else "__Host-gatehouse_browser"


def browser_cookie(value: str, settings: Settings, lifetime: timedelta) -> str:
    """Lets this browser's password attempts be counted separately from those of unknown browsers."""
    seconds = int(lifetime.total_seconds())
    return f"{browser_cookie_name(settings)}={value}; Max-Age={seconds}; {_lax(settings)}"


def _lax(settings: Settings) -> str:
    secure = "" if settings.local else "Secure; "
    return f"Path=/; HttpOnly; {secure}SameSite=Lax"
