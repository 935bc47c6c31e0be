from __future__ import annotations

from collections.abc import Callable

import pytest

from chalicelib.login_policy.model import LoginPolicy, Mode
from chalicelib.users.model import Role
from tests.support.browser import Browser, sign_in
from tests.support.deployment import PASSWORD, Deployment

NEW = "another fine password"
SESSION = "__Host-gatehouse_session"


@pytest.fixture
def signed_in(browser: Browser, deployment: Deployment) -> Browser:
    deployment.user(deployment.organization(), "member@acme.test", name="<Lee>")
    sign_in(browser, "member@acme.test")
    return browser


def test_a_stranger_is_sent_to_sign_in(browser: Browser) -> None:
    assert browser.get("/").location == "https://sso.example.test/api/login"


def test_home_says_who_and_how(signed_in: Browser) -> None:
    shown = signed_in.get("/")
    assert "member@acme.test" in shown.text
    assert "&lt;Lee&gt;" in shown.text
    assert "Password</dd>" in shown.text
    assert "User management" not in shown.text


def test_an_admin_finds_user_management(browser: Browser, deployment: Deployment) -> None:
    deployment.user(deployment.organization(), "admin@acme.test", Role.ADMIN)
    sign_in(browser, "admin@acme.test")
    assert 'href="/api/admin/users"' in browser.get("/").text


def test_signing_out_ends_the_session_for_good(signed_in: Browser) -> None:
    signed_in.get("/")
    kept = signed_in.cookies[SESSION]
    assert signed_in.post("/logout").location == "https://sso.example.test/api/login"
    assert SESSION not in signed_in.cookies
    signed_in.cookies[SESSION] = kept
    assert signed_in.get("/").status == 303


def test_a_cross_site_form_does_not_sign_out(signed_in: Browser) -> None:
    shown = signed_in.post("/logout", token="0" * 64)
    assert shown.status == 403
    assert signed_in.get("/").status == 200


def test_signing_out_twice_is_not_an_error(browser: Browser) -> None:
    assert browser.post("/logout").status == 303


def test_a_changed_password_keeps_this_browser_and_ends_the_others(
    signed_in: Browser, new_browser: Callable[[], Browser]
) -> None:
    other = new_browser()
    sign_in(other, "member@acme.test")
    signed_in.get("/password")
    assert signed_in.post("/password", password=PASSWORD, new_password=NEW).status == 303
    assert "Password changed" in signed_in.get("/?done=password").text
    assert other.get("/").status == 303
    assert sign_in(new_browser(), "member@acme.test", NEW).status == 303


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [("wrong", NEW, "That's not your current password."), (PASSWORD, "short", "Use at least 12 characters")],
)
def test_a_refused_change_says_at_the_field_what_to_do(signed_in: Browser, old: str, new: str, told: str) -> None:
    signed_in.get("/password")
    shown = signed_in.post("/password", password=old, new_password=new)
    assert shown.status == 422
    assert "<title>Error: Change password" in shown.text
    assert shown.text.count(told) == 2
    assert 'aria-invalid="true"' in shown.text


def test_who_must_use_single_sign_on_has_no_password_to_change(signed_in: Browser, deployment: Deployment) -> None:
    user = deployment.container.sessions.find(signed_in.cookies[SESSION], deployment.now)
    deployment.connection(user.organization)
    assert "Change password" not in signed_in.get("/").text
    shown = signed_in.get("/password")
    assert shown.status == 403
    assert "sso_required" in shown.text
    deployment.container.login_policies.put(user.organization, LoginPolicy(Mode.OPTIONAL), deployment.now)
    assert signed_in.get("/password").status == 200


def test_who_is_not_signed_in_comes_back_after_signing_in(browser: Browser) -> None:
    assert browser.get("/password").location == "https://sso.example.test/api/login?return_to=%2Fpassword"
