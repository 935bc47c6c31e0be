from __future__ import annotations

import pytest

from chalicelib.users.model import Role, User
from tests.support.browser import Browser
from tests.support.deployment import Deployment

NEW = "another fine password"
BASE = "https://sso.example.test/api"


@pytest.fixture
def user(deployment: Deployment) -> User:
    return deployment.user(deployment.organization(), "new@acme.test", password_hash=None)


def invite(deployment: Deployment, user: User) -> str:
    made = deployment.container.links.invite(user.organization_id, user.id, deployment.now)
    return made.url.removeprefix(BASE)


def test_an_invited_person_sets_a_password_and_is_in(browser: Browser, deployment: Deployment, user: User) -> None:
    path = invite(deployment, user)
    assert "Welcome to Acme" in browser.get(path).text
    assert browser.post(path, new_password=NEW).location == f"{BASE}/"
    assert "new@acme.test" in browser.get("/").text


def test_a_used_link_is_refused_and_creates_no_session(browser: Browser, deployment: Deployment, user: User) -> None:
    path = invite(deployment, user)
    browser.get(path)
    browser.post(path, new_password=NEW)
    browser.cookies.clear()
    shown = browser.get(path)
    assert shown.status == 404
    assert "This link no longer works" in shown.text


def test_a_password_link_sets_a_new_one(browser: Browser, deployment: Deployment, user: User) -> None:
    url = deployment.container.links.password_link(user.organization_id, user.id, deployment.now).url
    path = url.removeprefix(BASE)
    assert "Set a new password" in browser.get(path).text
    assert browser.post(path, new_password=NEW).status == 303


def test_a_short_password_is_reported_at_the_field(browser: Browser, deployment: Deployment, user: User) -> None:
    path = invite(deployment, user)
    browser.get(path)
    shown = browser.post(path, new_password="short")
    assert shown.status == 422
    assert "Use at least 12 characters" in shown.text
    assert browser.post(path, new_password=NEW).status == 303


def test_a_member_bound_to_single_sign_on_sees_only_its_button(browser: Browser, deployment: Deployment) -> None:
    organization = deployment.organization()
    connection = deployment.connection(organization)
    user = deployment.user(organization, "new@acme.test", password_hash=None)
    path = invite(deployment, user)
    shown = browser.get(path)
    assert f"/saml/{connection.id}/login" in shown.text
    assert 'type="password"' not in shown.text
    refused = browser.post(path, new_password=NEW, token=browser.get("/login").hidden["form_token"])
    assert refused.status == 403
    assert deployment.reload_user(user).password_hash is None


def test_an_admin_may_choose_between_both(browser: Browser, deployment: Deployment) -> None:
    organization = deployment.organization()
    connection = deployment.connection(organization)
    shown = browser.get(invite(deployment, deployment.user(organization, "new@acme.test", Role.ADMIN)))
    assert f"/saml/{connection.id}/login" in shown.text
    assert 'type="password"' in shown.text


def test_a_link_is_not_used_by_a_form_of_another_site(browser: Browser, deployment: Deployment, user: User) -> None:
    path = invite(deployment, user)
    assert browser.post(path, new_password=NEW, token="0" * 64).status == 403
    assert browser.get(path).status == 200
