"""Who may see the pages under /admin, and what the others see instead."""

from __future__ import annotations

from typing import Final

from chalice.app import Response

from chalicelib.container import current
from chalicelib.http.browser_session import BrowserSession
from chalicelib.http.rendering import page
from chalicelib.users.model import Role

_MAX_NAMED: Final = 10


def require_admin(visitor: BrowserSession, *, enterprise: bool = False) -> Response | None:
    """The page for those who may not see this one, or None for those who may.

    Args:
        enterprise: the page is about single sign-on, which comes with one plan only.

    Raises:
        NotSignedIn: nobody is signed in.
        Unavailable: the store did not answer.
    """
    who = visitor.who
    if who.user.role is not Role.ADMIN:
        admins = current().users.admins(who.organization.id, limit=_MAX_NAMED)
        return page("admins_only.html", visitor, status=403, admins=admins)
    if enterprise and not who.organization.is_enterprise:
        return page("enterprise_only.html", visitor, status=403)
    return None
