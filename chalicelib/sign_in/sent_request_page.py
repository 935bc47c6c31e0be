"""The HTTP response that sends the browser to the identity provider with an AuthnRequest."""

from __future__ import annotations

from typing import Any

from chalicelib.http.framework import Response
from chalicelib.http.request_cookie import no_request_cookie, request_cookie
from chalicelib.sign_in.authn_state import REQUEST_LIFETIME
from chalicelib.sign_in.start import AuthnRedirect


def sent(start: AuthnRedirect) -> Response:
    """Returns a redirect, or a page with a self-submitting form that has a button for browsers without JavaScript."""
    cookies = [request_cookie(start.cookie_name, start.cookie_value, REQUEST_LIFETIME)]
    cookies += [no_request_cookie(name) for name in start.dropped]
    if start.form is None:
        headers: dict[str, Any] = {"Location": start.url, "Set-Cookie": cookies, "Content-Type": "text/plain"}
        return Response("", status_code=303, headers=headers)
    from chalicelib.http.rendering import page

    return page("authn_request.html", None, form_target=start.url, cookies=cookies, action=start.url, fields=start.form)
