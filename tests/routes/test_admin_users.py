from __future__ import annotations

from collections.abc import Callable
from html import unescape

import pytest

from chalicelib.domain.identifier import new_id
from chalicelib.domain.organization import Organization, Plan
from chalicelib.domain.user import Role, User, UserStatus
from tests.deployment import Deployment
from tests.routes.browser import Browser
from tests.routes.test_home import sign_in

BASE = "https://sso.example.test/api"


@pytest.fixture
def acme(deployment: Deployment) -> Organization:
    return deployment.organization(active_admins=1)


@pytest.fixture
def admin(browser: Browser, deployment: Deployment, acme: Organization) -> Browser:
    """The browser of Acme's only admin."""
    deployment.user(acme, "admin@acme.test", Role.ADMIN, name="Dana")
    sign_in(browser, "admin@acme.test")
    return browser


@pytest.fixture
def member(deployment: Deployment, acme: Organization) -> User:
    return deployment.user(acme, "member@acme.test", name="<i>Lee</i>")


def link_on(text: str) -> str:
    return unescape(text.partition('id="link" readonly value="')[2].partition('"')[0])


def test_everybody_is_listed_escaped_with_a_button_to_configure_single_sign_on(admin: Browser, member: User) -> None:
    shown = admin.get("/admin/users")
    assert "admin@acme.test" in shown.text
    assert "&lt;i&gt;Lee&lt;/i&gt;" in shown.text
    assert 'href="/api/admin/sso">Configure Single Sign-On</a>' in shown.text


def test_people_of_other_organizations_are_not_there(admin: Browser, deployment: Deployment) -> None:
    stranger = deployment.user(deployment.organization("other.test"), "x@other.test")
    assert "x@other.test" not in admin.get("/admin/users").text
    assert admin.get(f"/admin/users/{stranger.id}").status == 404


def test_an_invited_person_can_come_in_by_the_link_that_is_shown(
    admin: Browser, new_browser: Callable[[], Browser]
) -> None:
    admin.get("/admin/users")
    link = link_on(admin.post("/admin/users", email=" New@acme.test ", name="", role="member").text)
    invited = new_browser()
    path = link.removeprefix(BASE)
    invited.get(path)
    assert invited.post(path, new_password="another fine password").status == 303
    assert "new@acme.test" in invited.get("/").text


@pytest.mark.parametrize(
    ("email", "status", "told"),
    [
        ("nonsense", 422, "an e-mail address"),
        ("member@acme.test", 409, "belongs to another user"),
        ("x@other.test", 409, "Another organization has verified other.test"),
    ],
)
def test_a_refused_invitation_says_why_and_keeps_what_was_typed(
    admin: Browser, deployment: Deployment, member: User, email: str, status: int, told: str
) -> None:
    deployment.organization("other.test")
    admin.get("/admin/users")
    shown = admin.post("/admin/users", email=email, name="Kept Name", role="admin")
    assert shown.status == status
    assert told in unescape(shown.text)
    assert "<title>Error: User management" in shown.text
    assert 'value="Kept Name"' in shown.text
    assert f'value="{email}"' in shown.text


@pytest.mark.parametrize(
    ("action", "role", "status"),
    [("make_admin", Role.ADMIN, UserStatus.ACTIVE), ("disable", Role.MEMBER, UserStatus.DISABLED)],
)
def test_a_button_changes_one_thing_and_says_so(
    admin: Browser, deployment: Deployment, member: User, action: str, role: Role, status: UserStatus
) -> None:
    path = f"/admin/users/{member.id}"
    admin.get(path)
    shown = admin.follow(admin.post(path, do=action))
    assert 'role="status"' in shown.text
    stored = deployment.stored(member)
    assert (stored.role, stored.status) == (role, status)


def test_signing_out_everywhere_ends_the_sessions(
    admin: Browser, member: User, new_browser: Callable[[], Browser]
) -> None:
    theirs = new_browser()
    sign_in(theirs, member.email)
    admin.get(f"/admin/users/{member.id}")
    admin.post(f"/admin/users/{member.id}", do="sign_out")
    assert theirs.get("/").status == 303


def test_a_removed_person_is_gone(admin: Browser, member: User) -> None:
    admin.get(f"/admin/users/{member.id}")
    assert admin.post(f"/admin/users/{member.id}", do="remove").location == f"{BASE}/admin/users"
    assert admin.get(f"/admin/users/{member.id}").status == 404


@pytest.mark.parametrize("action", ["make_member", "disable", "remove"])
def test_the_last_admin_is_kept_with_a_sentence_that_says_why(
    admin: Browser, deployment: Deployment, acme: Organization, action: str
) -> None:
    (only,) = deployment.container.users.admins(acme.id, most=5)
    admin.get(f"/admin/users/{only.id}")
    shown = admin.post(f"/admin/users/{only.id}", do=action)
    assert shown.status == 409
    assert "last active admin" in unescape(shown.text)
    assert deployment.stored(only).is_active_admin


def test_a_member_bound_to_single_sign_on_is_offered_no_password_link(
    admin: Browser, deployment: Deployment, acme: Organization, member: User
) -> None:
    deployment.connection(acme)
    assert "New password link" not in admin.get(f"/admin/users/{member.id}").text
    assert admin.post(f"/admin/users/{member.id}", do="password_link").status == 409


def test_an_unknown_button_does_nothing(admin: Browser, member: User) -> None:
    admin.get(f"/admin/users/{member.id}")
    assert admin.post(f"/admin/users/{member.id}", do="make_god").status == 404


@pytest.mark.parametrize("path", ["/admin/users", "/admin/sso", "/admin/users/usr_x", "/admin/sso/conn_x"])
def test_a_member_reads_which_admins_to_ask(
    browser: Browser, deployment: Deployment, acme: Organization, member: User, path: str
) -> None:
    deployment.user(acme, "admin@acme.test", Role.ADMIN)
    deployment.user(acme, "old@acme.test", Role.ADMIN, status=UserStatus.DISABLED)
    sign_in(browser, member.email)
    shown = browser.get(path)
    assert shown.status == 403
    assert "admin@acme.test" in shown.text
    assert "old@acme.test" not in shown.text
    assert "admin_required" in shown.text


@pytest.mark.parametrize(
    "path", ["/admin/users", "/admin/users/usr_x", "/admin/sso", "/admin/sso/conn_x", "/admin/login-policy"]
)
def test_a_member_can_post_nothing(browser: Browser, member: User, path: str) -> None:
    sign_in(browser, member.email)
    browser.get("/")
    shown = browser.post(path, do="remove", email="x@acme.test", mode="password", version="1", provider="other")
    assert shown.status == 403
    assert "admin_required" in shown.text


def test_an_organization_on_another_plan_reads_whom_to_contact(browser: Browser, deployment: Deployment) -> None:
    basic = deployment.organization("basic.test", Plan.STANDARD)
    deployment.user(basic, "admin@basic.test", Role.ADMIN)
    sign_in(browser, "admin@basic.test")
    shown = browser.get("/admin/sso")
    assert shown.status == 403
    assert deployment.container.settings.support_contact in shown.text
    assert "enterprise_plan_required" in shown.text
    assert browser.get("/admin/users").status == 200


@pytest.mark.parametrize("path", ["/admin/users", "/admin/sso"])
def test_forms_of_other_sites_do_nothing(admin: Browser, path: str) -> None:
    admin.get("/admin/users")
    assert admin.post(path, token="0" * 64, email="x@acme.test", name="", role="admin").status == 403
    assert "x@acme.test" not in admin.get("/admin/users").text


def test_a_long_list_has_pages(admin: Browser, deployment: Deployment, acme: Organization) -> None:
    for number in range(51):
        deployment.user(acme, f"p{number}@acme.test", id=new_id("usr", now=deployment.now))
    first = admin.get("/admin/users")
    older = unescape(first.text.partition('class="btn" href="/api/admin/users?')[2].partition('"')[0])
    second = admin.get(f"/admin/users?{older}")
    assert first.text.count("/admin/users/usr_") == 50
    assert second.text.count("/admin/users/usr_") == 2
