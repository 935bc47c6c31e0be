"""The demo identity provider over HTTP.

GET  /           the values to copy
GET  /metadata   metadata
GET  /sso        SAMLRequest, RelayState (HTTP-Redirect): choose a user
POST /sso        the same by HTTP-POST
POST /respond    acs_url, sp_entity_id, request_id, name_id_format, RelayState, user, scenario, signs: the response,
                 in a form that posts itself
"""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Final

from werkzeug import Request, Response

from ops.local.demo_idp.authn_request import Unreadable
from ops.local.demo_idp.pages import Page
from ops.local.demo_idp.provider import Provider, problem
from ops.local.demo_idp.signing_key import SigningKey
from ops.local.web_server import ADDRESS, WebServer

_MAX_BODY_LENGTH: Final = 200_000


class IdentityProviderServer(WebServer):
    """Listens on 127.0.0.1, while the product is on localhost: two sites to a browser, as in production.

    Args:
        key_file: where its key is kept.

    Raises:
        OSError: the port is taken.
    """

    def __init__(self, port: int, key_file: Path) -> None:
        super().__init__(port, self._serve, _MAX_BODY_LENGTH)
        self.provider = Provider(f"http://{ADDRESS}:{self.port}", SigningKey.load_or_create(key_file))

    def _serve(self, request: Request) -> Response:
        if (request.method, request.path) == ("GET", "/metadata"):
            return _response(HTTPStatus.OK, "application/samlmetadata+xml", self.provider.metadata())
        try:
            page = self._page(request)
        except Unreadable as error:
            page = problem(error)
        return _response(page.status, "text/html; charset=utf-8", page.html, page.security_policy)

    def _page(self, request: Request) -> Page:
        match request.method, request.path:
            case "GET", "/":
                return self.provider.home()
            case "GET", "/sso":
                return self.provider.choose(request.args.to_dict(), posted=False)
            case "POST", "/sso":
                return self.provider.choose(request.form.to_dict(), posted=True)
            case "POST", "/respond":
                return self.provider.respond(request.form.to_dict(), datetime.now(UTC))
        return problem(Unreadable("There is nothing at this address."), HTTPStatus.NOT_FOUND)


def _response(status: HTTPStatus, kind: str, body: bytes, policy: str = "default-src 'none'") -> Response:
    headers = {
        "Content-Security-Policy": policy,
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
    }
    return Response(body, status, headers, content_type=kind)
