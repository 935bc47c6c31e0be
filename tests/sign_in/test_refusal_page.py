from __future__ import annotations

from datetime import UTC, datetime

import pytest

from chalicelib.connections.model import Provider
from chalicelib.connections.provider_name import PROVIDER_NAMES
from chalicelib.errors import SignInRefused
from chalicelib.http.framework import Chalice
from chalicelib.http.middleware import answer
from chalicelib.i18n.catalog import LANGUAGES, set_language, t
from chalicelib.identifier import new_id
from chalicelib.saml.assertion import Assertion
from chalicelib.saml.refusal import RefusalCode
from chalicelib.sign_in.guidance import ADVICE
from chalicelib.sign_in.refusal_texts import localize_refusal
from chalicelib.sign_in_attempts.model import Attempt, AttemptResult
from tests.support.browser import Browser
from tests.support.deployment import Deployment

CONNECTION = "conn_" + "0" * 32
MOMENT = datetime(2026, 11, 23, tzinfo=UTC)

HELD = Assertion("_a", "_r", "idp", None, None, {}, MOMENT, MOMENT, MOMENT)


@pytest.fixture
def refused(deployment: Deployment) -> Browser:
    """A browser for an application whose every sign-in is refused, for the reason in its header."""
    app = Chalice("refusing")
    app.register_middleware(answer, "http")

    @app.route("/saml/{connection_id}/acs")
    def acs(connection_id: str) -> None:
        assert app.current_request is not None
        told = app.current_request.headers
        age = float(told["x-age"]) if "x-age" in told else None
        raise SignInRefused(
            RefusalCode(told["x-reason"]),
            private="the private reason",
            age_seconds=age,
            provider=Provider(told["x-provider"]) if "x-provider" in told else None,
            email="<b>who@acme.test</b>",
            assertion=HELD if told.get("x-held", "yes") == "yes" else None,
            attempt=Attempt(
                id=new_id("att", now=deployment.now),
                organization_id="org_x",
                connection_id=connection_id,
                created_at=deployment.now,
                result=AttemptResult.REFUSED,
            ),
        )

    return Browser(app)


@pytest.mark.parametrize("code", list(RefusalCode))
def test_every_refusal_names_its_code_whose_job_it_is_and_the_attempt(refused: Browser, code: RefusalCode) -> None:
    shown = refused.get(f"/saml/{CONNECTION}/acs", **{"x-reason": code.value})
    unreadable = code in {RefusalCode.SAML_MALFORMED, RefusalCode.SAML_TOO_LARGE}
    away = code is RefusalCode.TEMPORARILY_UNAVAILABLE
    assert shown.status == (400 if unreadable else 503 if away else 403)
    assert code.value in shown.text
    assert any(f"<b>{lead}" in shown.text for lead in ("What you can do:", "For the admin", "For an admin", "Contact "))
    assert "the private reason" not in shown.text
    assert "&lt;b&gt;who@acme.test" in shown.text
    assert ("Sign in again</a>" in shown.text) is ADVICE[code].retry_helps
    assert ("/login?switch_account=1" in shown.text) is ADVICE[code].wrong_person
    assert f'href="/api/admin/sso/{CONNECTION}/attempts/att_' in shown.text
    assert not shown.cookies


def test_of_a_response_that_did_not_hold_the_address_is_reported_to_admins_only(refused: Browser) -> None:
    """A copy of an encrypted response must not be read by posting it."""
    shown = refused.get(f"/saml/{CONNECTION}/acs", **{"x-reason": "saml_no_request", "x-held": "no"})
    assert "who@acme.test" not in shown.text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("provider", list(Provider))
@pytest.mark.parametrize("code", list(RefusalCode))
def test_every_code_is_explained_for_every_provider_and_says_where_to_click(
    code: RefusalCode, provider: Provider, language: str
) -> None:
    set_language(language)
    try:
        words = localize_refusal(code, provider)
        everything = f"{words.title} {words.explanation} {words.what_to_do} {words.where_label} {words.where}"
        assert code.value not in everything
        assert "{" not in everything
        assert not words.title.endswith(".")
        assert words.explanation.endswith(".")
        assert words.what_to_do.endswith(".")
        known = provider is not Provider.OTHER and ADVICE[code].place is not None
        assert (words.where is not None) is known
        if known:
            assert PROVIDER_NAMES[provider] in f"{words.where_label} {words.where}"
    finally:
        set_language(None)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_codes_share_a_title(language: str) -> None:
    set_language(language)
    titles = {str(localize_refusal(code).title) for code in RefusalCode}
    set_language(None)
    assert len(titles) == len(RefusalCode)


@pytest.mark.parametrize("provider", list(Provider))
def test_no_advice_says_to_trust_the_certificate_of_a_failed_response(provider: Provider) -> None:
    words = localize_refusal(RefusalCode.SAML_CERTIFICATE_MISMATCH, provider)
    assert "own console, never from a message" in words.what_to_do
    assert "esponse" not in (words.where or "")


def test_the_place_in_the_console_is_that_of_the_connections_provider(refused: Browser) -> None:
    path, headers = f"/saml/{CONNECTION}/acs", {"x-reason": "saml_audience_mismatch", "x-provider": "okta"}
    shown = refused.get(path, **headers)
    assert "Where in Okta:" in shown.text
    assert "Audience URI (SP Entity ID)" in shown.text
    told = refused.get(path, accept="application/json", **headers).json
    assert told["where"].startswith("Where in Okta: Applications › your application")


@pytest.mark.parametrize(
    ("code", "age", "told"),
    [
        ("saml_not_yet_valid", "-400.2", "Its clock is 400 seconds ahead of ours."),
        ("saml_expired", "1.2", "it made the response 1 second before it arrived here."),
        ("saml_audience_mismatch", "400", ""),
    ],
)
def test_the_clock_difference_is_reported_in_seconds_where_time_is_what_failed(
    refused: Browser, code: str, age: str, told: str
) -> None:
    shown = refused.get(f"/saml/{CONNECTION}/acs", **{"x-reason": code, "x-age": age})
    assert told in shown.text
    assert ("second" in shown.text) is bool(told)


def test_machines_get_the_same_facts_as_a_problem(refused: Browser) -> None:
    path, reason = f"/saml/{CONNECTION}/acs", {"x-reason": "saml_expired"}
    told = refused.get(path, accept="application/json", **reason).json
    assert told["code"] == "saml_expired"
    assert told["retry_helps"] is True
    assert told["fixer"] == "user"
    assert told["attempt_id"].startswith("att_")
    assert told["detail"] == t("refusal.saml_expired.explanation")


def test_an_api_error_about_the_plan_names_the_contact(refused: Browser) -> None:
    path, reason = f"/saml/{CONNECTION}/acs", {"x-reason": "enterprise_plan_required"}
    detail = refused.get(path, accept="application/json", **reason).json["detail"]
    assert detail == "It comes with the enterprise plan. Passwords work. Contact your account manager."
