"""What a test sign-in ends with: every check, what was received, and what it means."""

from __future__ import annotations

from chalice.app import Response

from chalicelib.domain.refusal import RefusalCode
from chalicelib.routes.cookies import no_request_cookie
from chalicelib.routes.page import page
from chalicelib.routes.refusal_words import refusal_words
from chalicelib.services.connection_test_result import ConnectionTestResult


def connection_test_page(result: ConnectionTestResult) -> Response:
    """The result, for the browser that made the test."""
    attempt = result.attempt
    return page(
        "connection_test.html",
        None,
        status=200 if attempt.code is None else 403,
        cookies=[no_request_cookie(f"__Host-gh_{attempt.id.removeprefix('att_')}")],
        attempt=attempt,
        connection=result.connection,
        advice=refusal_words(RefusalCode(attempt.code), result.connection.provider) if attempt.code else None,
        assertion=result.assertion,
        email=result.email,
        by_guest=result.by_guest,
    )
