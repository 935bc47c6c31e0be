"""The result page of a test sign-in: every check, the received values, and what they mean."""

from __future__ import annotations

from chalicelib.connections.model import MAPPED_FIELDS
from chalicelib.connections.testing import result_token_name
from chalicelib.connections.testing_result import ConnectionTestResult
from chalicelib.container import current
from chalicelib.http.browser_session import token_of
from chalicelib.http.framework import Response
from chalicelib.http.rendering import address, page
from chalicelib.http.request_cookie import no_request_cookie
from chalicelib.saml.assertion import Assertion
from chalicelib.saml.refusal import RefusalCode
from chalicelib.sign_in.refusal_texts import localize_refusal
from chalicelib.sign_in.user_attributes import sources_of
from chalicelib.users.email_address import canonical_address


def connection_test_page(result: ConnectionTestResult) -> Response:
    """Renders the result in the browser that made the test. A guest's page has no forms: only admins change the
    mapping.
    """
    attempt, connection, settings = result.attempt, result.connection, current().settings
    here = f"/admin/sso/{connection.id}"
    sources = sources_of(result.assertion, connection) if result.assertion else {}
    return page(
        "connection_test.html",
        None,
        status=200 if attempt.code is None else 403,
        cookies=[no_request_cookie(f"__Host-gh_{attempt.id.removeprefix('att_')}")],
        attempt=attempt,
        connection=connection,
        advice=localize_refusal(RefusalCode(attempt.code), connection.provider, attempt.checks)
        if attempt.code
        else None,
        assertion=result.assertion,
        email=result.email,
        by_guest=result.by_guest,
        sources=sources,
        suggested=_suggest_attribute(result.assertion) if result.assertion and "email" not in sources else None,
        fields=MAPPED_FIELDS,
        token="" if result.by_guest else token_of(result_token_name(connection.id, attempt.id)),
        mapping_address=address(settings, f"{here}/mapping"),
        back=address(settings, "/setup" if result.by_guest else here),
    )


def _suggest_attribute(assertion: Assertion) -> str | None:
    """Returns the attribute that may be the missing email address."""
    return next((name for name, values in assertion.attributes.items() if canonical_address("".join(values))), None)
