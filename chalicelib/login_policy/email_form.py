"""The form for the user's email address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.http.framework import Response
from chalicelib.http.rendering import page

if TYPE_CHECKING:
    from chalicelib.sessions.browser import BrowserSession


def address_form(
    visitor: BrowserSession, typed: str, return_to: str, *, only_sso: bool, fault: str = "", wait: int = 0
) -> Response:
    """Renders the form.

    Args:
        typed: the initial value of the field.
        only_sso: the form leads to an identity provider only.
        fault: the error message for the submitted address.
        wait: seconds until this source may submit addresses again.
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
