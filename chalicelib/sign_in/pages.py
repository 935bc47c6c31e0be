"""The SAML routes: metadata, sign-in start, assertion consumer service."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl

from chalicelib.client_network import client_network
from chalicelib.container import Container, current
from chalicelib.errors import NotAllowed, SignInRefused
from chalicelib.http.content_negotiation import wants_page
from chalicelib.http.cookies import (
    account_cookie,
    account_cookie_name,
    cookies_in,
    marker_cookie_name,
    session_cookie_name,
)
from chalicelib.http.framework import Blueprint, Request, Response
from chalicelib.http.method_not_allowed import METHODS
from chalicelib.http.request_cookie import no_request_cookie
from chalicelib.http.requests import request_of
from chalicelib.return_path import in_location, safe_return_path
from chalicelib.saml.assertion import UnverifiedResponse
from chalicelib.saml.refusal import RefusalCode
from chalicelib.sign_in.acs import SignedInByAssertion
from chalicelib.sign_in.acs_context import AcsRequest
from chalicelib.sign_in.misdirected_page import other_content_type, other_message, other_method
from chalicelib.sign_in.present_session import present_session
from chalicelib.sign_in.sent_request_page import sent
from chalicelib.sign_in.start import AuthnRedirect, return_path_of

if TYPE_CHECKING:
    from chalicelib.connections.testing_result import ConnectionTestResult

saml = Blueprint(__name__)

FORM: Final = "application/x-www-form-urlencoded"
_OTHER_METHODS: Final = tuple(method for method in METHODS if method not in {"GET", "HEAD", "POST"})
METADATA: Final = "application/samlmetadata+xml"
_MAX_LOGIN_HINT_LENGTH: Final = 254
_MAX_FIELDS: Final = 16
_CHARACTERS_AN_ESCAPE: Final = 12
"""Base64 in lines of 76 characters has one escape per 17: two of 64 characters, and every line end."""
_MAX_OTHER_FIELDS_LENGTH: Final = 24_000  # bytes of the other fields


@saml.route("/saml/{connection_id}/metadata")
def metadata(connection_id: str) -> Response:
    """Returns the service provider metadata. Its URL is also the entity ID."""
    container = current()
    document = container.sp_metadata.document(connection_id, container.clock())
    return Response(document.decode(), headers={"Content-Type": METADATA})


@saml.route("/saml/{connection_id}/login")
def login(connection_id: str) -> Response:
    """Redirects to the identity provider.

    `switch_account=1` requests a new authentication there (ForceAuthn). Any site may link here with it: the only effect
    is that users have to authenticate again.
    """
    container, request = current(), request_of(saml)
    query: Mapping[str, str] = request.query_params or {}
    switching = query.get("switch_account") == "1"
    hint = "" if switching else query.get("login_hint", "")
    _require_top_level(request.headers)
    cookies, settings = cookies_in(request.headers.get("cookie")), container.settings
    start = container.sign_in_start.begin(
        connection_id,
        cookies,
        container.clock(),
        return_path=safe_return_path(query.get("return_to")),
        force_authn=switching,
        login_hint=hint if 0 < len(hint) <= _MAX_LOGIN_HINT_LENGTH and hint.isprintable() else None,
        signed_in=session_cookie_name(settings) in cookies,
        remembers=_is_from_own_page(request.headers) or account_cookie_name(settings) not in cookies,
    )
    return sent(start)


@saml.route("/saml/{connection_id}/test/{code}")
def test(connection_id: str, code: str) -> Response:
    """Starts a test sign-in; the link works once."""
    container, request = current(), request_of(saml)
    if request.method == "HEAD":  # link scanners must not consume the code
        return Response("", headers={"Content-Type": "text/plain"})
    _require_top_level(request.headers)
    cookies = cookies_in(request.headers.get("cookie"))
    return sent(container.connection_tests.begin(connection_id, code, cookies, container.clock()))


@saml.route("/saml/{connection_id}/acs", methods=["POST"])
def acs(connection_id: str) -> Response:
    """The assertion consumer service: processes a response that the browser posts (SAML Bindings section 3.5)."""
    container, request = current(), request_of(saml)
    form = _response_form(request, container.settings.response_bytes)
    cookies = cookies_in(request.headers.get("cookie"))
    posted = AcsRequest(
        connection_id=connection_id,
        response=UnverifiedResponse(form.get("SAMLResponse", "")),
        relay_state=form.get("RelayState"),
        cookies=cookies,
        source=client_network(str(request.context.get("identity", {}).get("sourceIp", ""))),
        navigating=_is_navigation(request.headers),
        present=present_session(
            cookies.get(session_cookie_name(container.settings)), cookies.get(marker_cookie_name())
        ),
    )
    try:
        outcome = container.assertion_consumer.consume(posted, container.clock())
    except SignInRefused as refusal:
        if posted.present is None or not wants_page(request.path, request.headers.get("accept")):
            raise
        return _handle_refusal(posted, refusal)
    if isinstance(outcome, AuthnRedirect):
        return sent(outcome)
    return (
        _complete_sign_in(posted, outcome)
        if isinstance(outcome, SignedInByAssertion)
        else _render_test_result(outcome, request)
    )


def _complete_sign_in(posted: AcsRequest, outcome: SignedInByAssertion) -> Response:
    """Redirects to the requested page with the new session. Another user's session is replaced only after a
    confirmation."""
    container, session = current(), outcome.session
    spent = [no_request_cookie(outcome.spent_cookie)] if outcome.spent_cookie else []
    if session.needs_confirmation:
        from chalicelib.sign_in.arrival_pages import to_confirmation

        return to_confirmation(posted.connection_id, session, outcome.return_path, spent)
    from chalicelib.http.new_session import session_cookies

    cookies = session_cookies(session)
    if outcome.remembers:
        cookies.append(account_cookie(session.account, container.settings))
    return _see_other(_absolute(container, outcome.return_path), [*cookies, *spent])


def _handle_refusal(posted: AcsRequest, refusal: SignInRefused) -> Response:
    """Redirects to the requested page if an old response arrives in a browser with a session.

    Raises:
        SignInRefused: any other failure.
    """
    from chalicelib.sign_in.arrival_pages import is_old_answer, to_wanted_page

    if not is_old_answer(refusal):
        raise refusal
    container = current()
    keys = container.keys.load(container.clock())
    path = return_path_of(posted.connection_id, posted.relay_state, posted.cookies, keys)
    return to_wanted_page(posted.connection_id, refusal, path)


@saml.route("/saml/{connection_id}/confirm")
def confirmation(connection_id: str) -> Response:
    """Asks whether a sign-in may replace another user's session."""
    from chalicelib.sign_in import arrival_pages as arrival

    return arrival.confirmation(request_of(saml))


@saml.route("/saml/{connection_id}/confirm", methods=["POST"], content_types=[FORM])
def confirm(connection_id: str) -> Response:
    """Handles the confirmation form."""
    from chalicelib.sign_in import arrival_pages as arrival

    return arrival.confirm(request_of(saml))


@saml.route("/saml/{connection_id}/answered")
def answered(connection_id: str) -> Response:
    """The redirect target after a used or unknown response in a browser with a session."""
    from chalicelib.sign_in import arrival_pages as arrival

    return arrival.answered(request_of(saml), connection_id)


@saml.route("/saml/{connection_id}/acs")
def acs_opened(connection_id: str) -> Response:
    """Returns 405 with an explanation and where to correct it at the identity provider."""
    raise other_method(request_of(saml))


@saml.route("/saml/{connection_id}/acs", methods=list(_OTHER_METHODS))
def acs_called(connection_id: str) -> Response:
    """Returns 405 with the same explanation."""
    raise other_method(request_of(saml))


def _response_form(request: Request, response_longest: int) -> dict[str, str]:
    """Parses the form fields of a post that may carry a Response.

    Raises:
        WrongContentType: the body is no form.
        Unreadable: it carries another SAML message.
    """
    if str(request.headers.get("content-type", "")).partition(";")[0].strip().lower() != FORM:
        raise other_content_type()
    form = _form(request, response_longest)
    if (error := other_message(form)) is not None:
        raise error
    return form


def _form(request: Request, response_longest: int) -> dict[str, str]:
    """Parses the form fields. A repeated field is omitted, because two parsers could pick different values.

    Unescaping costs a microsecond per escape. A body with more escapes than a response of the allowed size needs counts
    as too large; base64 contains few characters that are escaped.
    """
    raw, escapes_most = request.raw_body, response_longest // _CHARACTERS_AN_ESCAPE
    if len(raw) > response_longest + 2 * escapes_most + _MAX_OTHER_FIELDS_LENGTH:
        return {"SAMLResponse": raw.decode("latin-1") if isinstance(raw, bytes) else raw}
    try:
        text = raw.decode("utf-8") if isinstance(raw, bytes) else raw
        if text.count("%") > escapes_most:
            return {}
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=_MAX_FIELDS, errors="strict")
    except ValueError:
        return {}
    names = [name for name, _ in pairs]
    return {name: value for name, value in pairs if names.count(name) == 1}


def _render_test_result(result: ConnectionTestResult, request: Request) -> Response:
    """Renders the result as a page, or a failed test's refusal as problem details for clients that prefer JSON."""
    code = result.attempt.code
    if code is not None and not wants_page(request.path, request.headers.get("accept")):
        raise SignInRefused(
            RefusalCode(code),
            checks=result.attempt.checks,
            attempt=result.attempt,
            provider=result.connection.provider,
        )
    from chalicelib.sign_in.testing_page import connection_test_page

    return connection_test_page(result)


def _require_top_level(headers: Mapping[str, str]) -> None:
    """Refuses frames, images and scripts, with which other sites could fill the browser with request cookies.

    Raises:
        NotAllowed: `top_level_only`.
    """
    if headers.get("sec-fetch-dest", "document") != "document":
        raise NotAllowed("top_level_only")


def _is_from_own_page(headers: Mapping[str, str]) -> bool:
    """Returns True if the request comes from one of our own pages, so that the user chose the account there."""
    return headers.get("sec-fetch-site") == "same-origin"


def _is_navigation(headers: Mapping[str, str]) -> bool:
    if "sec-fetch-mode" in headers:
        return headers["sec-fetch-mode"] == "navigate"
    return "text/html" in headers.get("accept", "")


def _see_other(url: str, cookies: list[str]) -> Response:
    headers: dict[str, Any] = {"Location": url, "Set-Cookie": cookies, "Content-Type": "text/plain"}
    return Response("", status_code=303, headers=headers)


def _absolute(container: Container, path: str) -> str:
    return f"{container.settings.base_url}{in_location(path)}"
