"""Cookies: read from the header, written with the attributes that each kind must have (ASVS 5.0, section 3.3)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib.settings import Settings

if TYPE_CHECKING:
    from chalicelib.sessions.remembered_account import RememberedAccount


def cookies_in(header: str | None) -> dict[str, str]:
    """Names → values of a Cookie header; of a name that comes twice the first counts (RFC 6265 section 5.4).

    Blank and tab alone are trimmed: `str.strip` would take a no-break space off a name, which a neighbouring host may
    set because to browsers it doesn't begin with `__Host-`.
    """
    found: dict[str, str] = {}
    for pair in (header or "").split(";"):
        name, equals, value = pair.strip(" \t").partition("=")
        if equals:
            found.setdefault(name, value)
    return found


def session_cookie_name(settings: Settings) -> str:
    """`__Host-` wherever there is TLS; the local run has none, and Safari keeps no Secure cookie there."""
    return "gatehouse_session" if settings.local else "__Host-gatehouse_session"


def session_cookie(value: str, expires_at: datetime, settings: Settings, now: datetime) -> str:
    """The session's cookie. Lax: it comes along with links from elsewhere, not with their forms."""
    seconds = max(0, int((expires_at - now).total_seconds()))
    return f"{session_cookie_name(settings)}={value}; Max-Age={seconds}; {_lax(settings)}"


def no_session_cookie(settings: Settings) -> str:
    """Takes the session's cookie back."""
    return f"{session_cookie_name(settings)}=; Max-Age=0; {_lax(settings)}"


def marker_cookie_name() -> str:
    """Of the cookie that tells the assertion consumer service whose session the browser has."""
    return "__Host-gatehouse_present"


def marker_cookie(value: str, expires_at: datetime, now: datetime) -> str:
    """SameSite=None, because the SAML response is a form posted from another site; it opens nothing."""
    seconds = max(0, int((expires_at - now).total_seconds()))
    return f"{marker_cookie_name()}={value}; Max-Age={seconds}; Path=/; HttpOnly; Secure; SameSite=None"


def no_marker_cookie() -> str:
    """Takes the marker back."""
    return f"{marker_cookie_name()}=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=None"


def unconfirmed_cookie_name(settings: Settings) -> str:
    """Of a sign-in that waits for the click with which it replaces another person's session."""
    return "gatehouse_unconfirmed" if settings.local else "__Host-gatehouse_unconfirmed"


def unconfirmed_cookie(value: str, settings: Settings) -> str:
    """The waiting sign-in's cookie; the store forgets the sign-in as soon."""
    from chalicelib.sessions.model import CONFIRMATION_LIFETIME

    seconds = int(CONFIRMATION_LIFETIME.total_seconds())
    return f"{unconfirmed_cookie_name(settings)}={value}; Max-Age={seconds}; {_lax(settings)}"


def no_unconfirmed_cookie(settings: Settings) -> str:
    """Takes it back."""
    return f"{unconfirmed_cookie_name(settings)}=; Max-Age=0; {_lax(settings)}"


def form_cookie_name(settings: Settings) -> str:
    """Of the secret to which the forms of a browser without a session are bound."""
    return "gatehouse_form" if settings.local else "__Host-gatehouse_form"


def form_cookie(value: str, settings: Settings) -> str:
    """The form secret's cookie; it ends with the browser."""
    return f"{form_cookie_name(settings)}={value}; {_lax(settings)}"


def setup_cookie_name(settings: Settings) -> str:
    """Of a guest who opened a setup link."""
    return "gatehouse_setup" if settings.local else "__Host-gatehouse_setup"


def setup_cookie(value: str, expires_at: datetime, settings: Settings, now: datetime) -> str:
    """The guest session's cookie; it ends with the link."""
    seconds = max(0, int((expires_at - now).total_seconds()))
    return f"{setup_cookie_name(settings)}={value}; Max-Age={seconds}; {_lax(settings)}"


def no_setup_cookie(settings: Settings) -> str:
    """Takes the guest session's cookie back."""
    return f"{setup_cookie_name(settings)}=; Max-Age=0; {_lax(settings)}"


def account_cookie_name(settings: Settings) -> str:
    """Of the account that signed in here last: what the sign-in page offers first."""
    return "gatehouse_account" if settings.local else "__Host-gatehouse_account"


def account_cookie(account: RememberedAccount, settings: Settings) -> str:
    """Remembers an account, without any secret."""
    from chalicelib.sessions.remembered_account import TTL

    seconds = int(TTL.total_seconds())
    return f"{account_cookie_name(settings)}={account.cookie()}; Max-Age={seconds}; {_lax(settings)}"


def no_account_cookie(settings: Settings) -> str:
    """Forgets it."""
    return f"{account_cookie_name(settings)}=; Max-Age=0; {_lax(settings)}"


def browser_cookie_name(settings: Settings) -> str:
    """Of a browser in which somebody signed in with their password before."""
    return "gatehouse_browser" if settings.local else "__Host-gatehouse_browser"


def browser_cookie(value: str, settings: Settings) -> str:
    """Lets the browser's password tries be counted apart from strangers'."""
    from chalicelib.sessions.known_browser import REMEMBERED_FOR

    seconds = int(REMEMBERED_FOR.total_seconds())
    return f"{browser_cookie_name(settings)}={value}; Max-Age={seconds}; {_lax(settings)}"


def _lax(settings: Settings) -> str:
    secure = "" if settings.local else "Secure; "
    return f"Path=/; HttpOnly; {secure}SameSite=Lax"
