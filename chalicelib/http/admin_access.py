"""Authorization for the pages under /admin."""

from __future__ import annotations

from typing import Any, Final

from chalicelib.container import current
from chalicelib.http.browser_session import BrowserSession
from chalicelib.http.framework import Response
from chalicelib.http.rendering import page

_MAX_NAMED: Final = 10


def require_admin(visitor: BrowserSession[Any, Any], *, enterprise: bool) -> Response | None:
    """Returns the page that explains why access is denied, or None if access is allowed.

    Args:
        enterprise: the page requires the enterprise plan.

    Raises:
        NotSignedIn: there is no session.
        Unavailable: the store did not respond.
    """
    who = visitor.who
    if not who.is_admin:
        admins = current().users.admins(who.organization, limit=_MAX_NAMED)
        return page("admins_only.html", visitor, status=403, admins=admins)
    if enterprise and not who.is_enterprise:
        return page("enterprise_only.html", visitor, status=403)
    return None
