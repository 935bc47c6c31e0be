"""The form that asks who wants to sign in."""

from __future__ import annotations

from chalicelib.http.browser_session import BrowserSession
from chalicelib.http.framework import Response
from chalicelib.http.rendering import page


def address_form(
    visitor: BrowserSession, typed: str, return_to: str, *, only_sso: bool, fault: str = "", wait: int = 0
) -> Response:
    """The page.

    Args:
        typed: stands in the field.
        only_sso: it leads to an identity provider and nowhere else.
        fault: what is wrong with what was typed.
        wait: seconds, where this source has typed too many addresses.
    """
    last = visitor.remembered
    return page(
        "login.html",
        visitor,
        status=429 if wait else 422 if fault else 200,
        headers={"Retry-After": str(wait)} if wait else {},
        to_provider=True,
        typed=typed,
        return_to=return_to,
        only_sso=only_sso,
        remembered=last if last is not None and not typed and (last.by_sso or not only_sso) else None,
        fault=fault,
    )
