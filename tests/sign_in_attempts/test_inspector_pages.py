from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace

import pytest

from chalicelib.login_policy.model import LoginPolicy, Mode
from chalicelib.organizations.model import Plan
from chalicelib.sign_in_attempts.inspector import MAX_TEXT_LENGTH
from chalicelib.users.model import Role
from tests.support.browser import Answer, Browser, sign_in
from tests.support.deployment import Deployment
from tests.support.identity_provider import Attribute, Conditions, document, send
from tests.support.round_trip import Idp, identity_provider

HOSTILE = "<script>alert(1)</script>\"'&"


@pytest.fixture
def idp(deployment: Deployment) -> Idp:
    return identity_provider(deployment, deployment.organization(active_admins=1), proven=True)


@pytest.fixture
def admin(browser: Browser, deployment: Deployment, idp: Idp) -> Browser:
    """The browser of the organization's only admin."""
    deployment.user(idp.organization, "admin@acme.test", Role.ADMIN)
    sign_in(browser, "admin@acme.test")
    return browser


def path(idp: Idp) -> str:
    return f"/admin/sso/{idp.connection.id}/inspector"


def pasted(browser: Browser, idp: Idp, text: str) -> Answer:
    browser.get(path(idp))
    return browser.post(path(idp), text=text)


def test_a_pasted_response_is_explained(admin: Browser, idp: Idp) -> None:
    said = idp.says(
        idp.start(),
        attributes=(
            Attribute(name="email", values=("member@acme.test",)),
            Attribute(name="groups", values=("eng", "ops")),
            Attribute(name="shoe size", values=("44",)),
        ),
    )
    shown = pasted(admin, idp, send(said))
    assert shown.status == 200
    assert "doesn't match a sign-in in this browser" in shown.text
    assert "It identifies <b>member@acme.test</b>" in shown.text
    assert "&lt;samlp:Response" in shown.text
    assert "shoe size" in shown.text
    assert shown.text.count('<span class="tag plain">') == 2


def test_what_would_be_refused_says_why_and_what_to_change(admin: Browser, idp: Idp) -> None:
    wrong = replace(idp.says(None), conditions=Conditions(restrictions=(("https://other.test",),)))
    shown = pasted(admin, idp, send(wrong))
    assert "It would be rejected: The response was meant for another application" in shown.text
    assert "saml_audience_mismatch" in shown.text
    assert "https://other.test" in shown.text


def test_nothing_pasted_is_said_at_the_field(admin: Browser, idp: Idp) -> None:
    shown = pasted(admin, idp, "   ")
    assert shown.status == 422
    assert "<title>Error: SAML inspector" in shown.text
    assert 'aria-invalid="true"' in shown.text


def test_no_call_writes_anything_and_no_cookie_is_set(
    admin: Browser, deployment: Deployment, idp: Idp, caplog: pytest.LogCaptureFixture
) -> None:
    start = idp.start()
    good = idp.says(start)
    response = send(good)
    admin.get(path(idp))
    before, cookies = len(deployment.calls), dict(admin.cookies)
    with caplog.at_level(logging.DEBUG, "gatehouse"):
        shown = admin.post(path(idp), text=response)
    assert "member@acme.test" in shown.text
    assert set(deployment.calls[before:]) <= {"BatchGetItem", "GetSecretValue"}
    assert not shown.cookies
    assert admin.cookies == cookies
    assert "member@acme.test" not in caplog.text
    idp.post(good, start.relay_state)


def test_inspecting_changes_no_session(admin: Browser, idp: Idp) -> None:
    pasted(admin, idp, send(idp.says(None)))
    assert "admin@acme.test" in admin.get("/").text


@pytest.mark.parametrize("where", ["attribute", "value", "issuer", "garbage", "unsigned"])
def test_nothing_in_it_becomes_markup(admin: Browser, idp: Idp, where: str) -> None:
    said = idp.says(None)
    if where == "attribute":
        said = replace(said, attributes=(*said.attributes, Attribute(name=HOSTILE, values=("x",))))
    elif where == "value":
        said = replace(said, attributes=(*said.attributes, Attribute(name="x", values=(HOSTILE,))))
    elif where == "issuer":
        said = replace(said, assertion_issuer=HOSTILE, response_issuer=HOSTILE)
    elif where == "unsigned":
        said = replace(said, sign_assertion=None)
    text = f"</textarea></pre>{HOSTILE}" if where == "garbage" else document(said).decode()
    shown = pasted(admin, idp, text)
    assert shown.status == 200
    assert "<script>" not in shown.text
    assert "alert(1)" in shown.text or where == "unsigned"


def test_what_is_far_too_long_is_refused_and_not_sent_back(admin: Browser, idp: Idp) -> None:
    shown = pasted(admin, idp, "A" * (MAX_TEXT_LENGTH + 1))
    assert "saml_too_large" in shown.text
    assert len(shown.text) < 100_000


def test_forms_of_other_sites_are_not_read(admin: Browser, idp: Idp) -> None:
    admin.get(path(idp))
    shown = admin.post(path(idp), token="0" * 64, text=send(idp.says(None)))
    assert shown.status == 403
    assert "csrf_failed" in shown.text
    assert "member@acme.test" not in shown.text


def test_only_the_organizations_own_admins_may(
    deployment: Deployment, new_browser: Callable[[], Browser], idp: Idp
) -> None:
    response = send(idp.says(None))
    deployment.user(idp.organization, "lee@acme.test")
    deployment.container.login_policies.put(idp.organization, LoginPolicy(Mode.OPTIONAL), deployment.now)
    deployment.user(deployment.organization("other.test"), "admin@other.test", Role.ADMIN)
    deployment.user(deployment.organization("basic.test", Plan.STANDARD), "admin@basic.test", Role.ADMIN)
    for email, status in (("lee@acme.test", 403), ("admin@other.test", 404), ("admin@basic.test", 403)):
        browser = new_browser()
        sign_in(browser, email)
        assert browser.get(path(idp)).status == status
        browser.get("/")
        shown = browser.post(path(idp), text=response)
        assert (shown.status, "member@acme.test" in shown.text) == (status, False)
    assert "/login" in new_browser().get(path(idp)).location


def test_in_german_it_is_german(admin: Browser, idp: Idp) -> None:
    assert "SAML-Inspektor" in admin.get(path(idp), **{"accept-language": "de"}).text
