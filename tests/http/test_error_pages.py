from __future__ import annotations

from collections.abc import Callable

import pytest

from chalicelib.errors import Conflict, TooManyRequests
from chalicelib.http.framework import Chalice
from chalicelib.http.middleware import answer
from chalicelib.http.problem_types import PROBLEM_TYPES
from chalicelib.i18n.catalog import LANGUAGES, has
from chalicelib.i18n.message import message
from chalicelib.saml.refusal import RefusalCode
from tests.support.browser import Browser
from tests.support.deployment import Deployment

# Not displayed on a page: only API clients get these, or they redirect to the sign-in page.
ONLY_FOR_PROGRAMS = {
    "malformed_json",
    "precondition_required",
    "idempotency_key_reused",
    "idempotency_key_in_flight",
    "invalid_api_key",
    "deployment_key_required",
    "not_signed_in",
}


def test_every_failure_that_people_meet_has_words_for_them() -> None:
    for code in PROBLEM_TYPES.keys() - ONLY_FOR_PROGRAMS - {code.value for code in RefusalCode}:
        assert has(f"error.{code}.title"), code
        assert has(f"error.{code}.detail") or has(f"error.{code}.detail.other"), code


@pytest.fixture
def failing(deployment: Deployment) -> Callable[[Exception], Browser]:
    """A browser for an application that raises one error."""

    def browser(error: Exception) -> Browser:
        app = Chalice("failing")
        app.register_middleware(answer, "http")

        @app.route("/fails")
        def fails() -> None:
            raise error

        return Browser(app)

    return browser


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_must_wait_reads_for_how_long(failing: Callable[[Exception], Browser], language: str) -> None:
    error = TooManyRequests("too_many_requests", message("problem.too_many_requests", count=42), retry_after=42)
    shown = failing(error).get("/fails", **{"accept-language": language})
    assert shown.status == 429
    assert shown.headers["Retry-After"] == "42"
    assert {"en": "Wait 42 seconds", "de": "Warten Sie 42 Sekunden"}[language] in shown.text


def test_a_failure_without_words_of_its_own_is_reported_in_english_and_marked_as_such(
    failing: Callable[[Exception], Browser],
) -> None:
    error = Conflict("idempotency_key_in_flight", message("problem.email_taken", email="<b>Ada</b>"))
    shown = failing(error).get("/fails", **{"accept-language": "de"})
    assert '<html lang="de">' in shown.text
    assert '<span lang="en">&lt;b&gt;Ada&lt;/b&gt; belongs to another user already.</span>' in shown.text
    assert "<title>Fehler: Request still in flight" in shown.text
