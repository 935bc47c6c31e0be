from __future__ import annotations

from collections.abc import Callable
from html import unescape

import pytest

from chalicelib.i18n.catalog import LANGUAGES, set_language, t
from chalicelib.identifier import new_id
from chalicelib.login_policy.model import Reason
from chalicelib.organizations.model import Organization, Plan
from chalicelib.saml.assertion import NameID
from chalicelib.sessions.model import AuthenticationMethod
from chalicelib.sign_in.subject_store import Subject, SubjectEntry, bind_subject, subject_lookup
from chalicelib.users.model import Role, User, UserStatus
from chalicelib.users.store import note_sign_in
from tests.support.browser import Browser, sign_in
from tests.support.deployment import Deployment

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


def test_all_users_are_listed_escaped_with_a_button_to_configure_single_sign_on(admin: Browser, member: User) -> None:
    shown = admin.get("/admin/users")
    assert "admin@acme.test" in shown.text
    assert "&lt;i&gt;Lee&lt;/i&gt;" in shown.text
    assert ">Configure Single Sign-On</button>" in shown.text


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
        ("nonsense", 422, "email address like name@company.com"),
        ("", 422, "email address like name@company.com"),
        ("<b>@acme.test", 422, "email address like name@company.com"),
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
    assert f'value="{email}"' in unescape(shown.text)
    assert "<b>@" not in shown.text
    assert 'id="email-e"' in shown.text
    assert '<option value="admin" selected>' in shown.text


@pytest.mark.parametrize("role", ["owner", "", "ADMIN", "admin,owner"])
def test_an_unknown_role_is_refused_and_creates_no_user(
    admin: Browser, deployment: Deployment, acme: Organization, role: str
) -> None:
    admin.get("/admin/users")
    shown = admin.post("/admin/users", email="new@acme.test", name="", role=role)
    assert shown.status == 422
    assert "Choose member or admin" in shown.text
    assert 'id="role-e"' in shown.text
    assert deployment.container.users.page(acme.id, limit=9).values[0].email != "new@acme.test"


@pytest.mark.parametrize("name", ["x" * 201, "a\nb", "a\u202eb", "\x00", "x" * 30_000])
def test_a_name_that_cannot_be_shown_is_refused(admin: Browser, name: str) -> None:
    admin.get("/admin/users")
    shown = admin.post("/admin/users", email="new@acme.test", name=name, role="member")
    assert shown.status == 422
    assert 'id="name-e"' in shown.text
    assert "new@acme.test</span>" not in admin.get("/admin/users").text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("who=LEE", ["member@acme.test"]),
        ("who=admin%40", ["admin@acme.test"]),
        ("role=admin", ["admin@acme.test"]),
        ("status=disabled", ["gone@acme.test"]),
        ("status=active&role=member", ["member@acme.test"]),
        ("who=%3Cscript%3E", []),
    ],
)
def test_people_are_found_by_name_address_role_and_status(
    admin: Browser, deployment: Deployment, acme: Organization, member: User, query: str, found: list[str]
) -> None:
    deployment.user(acme, "gone@acme.test", status=UserStatus.DISABLED)
    shown = admin.get(f"/admin/users?{query}")
    people = shown.text.partition("<tbody>")[2]
    addresses = ("admin@acme.test", "member@acme.test", "gone@acme.test")
    assert [email for email in addresses if email in people] == found
    assert ("No people match." in shown.text) is not bool(found)
    assert "<script>" not in shown.text


@pytest.mark.parametrize("query", ["role=owner", "status=asleep"])
def test_a_search_that_cannot_be_read_is_named(admin: Browser, query: str) -> None:
    shown = admin.get(f"/admin/users?{query}")
    assert shown.status == 422
    assert "one of the options" in shown.text


@pytest.mark.parametrize("after", ["nonsense", "usr_x", "%00", "%F4%8F%BF%BF" * 400])
def test_a_position_that_cannot_be_one_is_the_beginning(admin: Browser, after: str) -> None:
    assert "admin@acme.test" in admin.get(f"/admin/users?after={after}").text.partition("<tbody>")[2]


def test_it_is_told_how_and_when_each_signed_in_last_and_who_is_bound(
    admin: Browser, deployment: Deployment, acme: Organization, member: User
) -> None:
    deployment.connection(acme)
    deployment.container.table.write(note_sign_in(member, deployment.now, with_password=False))
    people = admin.get("/admin/users").text.partition("<tbody>")[2]
    theirs = people.partition(member.id)[2].partition("</tr>")[0]
    assert '<time datetime="2026-11-23T09:00:00Z">' in theirs
    assert "by single sign-on" in theirs
    assert ">SSO required</span>" in theirs
    mine = people.partition("admin@acme.test")[2].partition("</tr>")[0]
    assert "with a password" in mine
    assert "Required" not in mine
    assert "Passwords are turned off for members" in admin.get(f"/admin/users/{member.id}").text


def test_a_disabled_person_gets_no_link_and_it_is_said_why(
    admin: Browser, deployment: Deployment, acme: Organization
) -> None:
    gone = deployment.user(acme, "gone@acme.test", status=UserStatus.DISABLED)
    assert "New invitation link" not in admin.get(f"/admin/users/{gone.id}").text
    shown = admin.post(f"/admin/users/{gone.id}", do="invitation")
    assert shown.status == 409
    assert "Enable them first" in shown.text


def test_a_link_stands_on_the_page_that_answers_the_click_and_on_no_other(admin: Browser, member: User) -> None:
    admin.get(f"/admin/users/{member.id}")
    link = link_on(admin.post(f"/admin/users/{member.id}", do="invitation").text)
    assert link.startswith(f"{BASE}/invitation/")
    for path in ("/admin/users", f"/admin/users/{member.id}", f"/admin/users/{member.id}?done=invitation"):
        assert link.rpartition("/")[2] not in admin.get(path).text


def test_unlinking_lets_another_identity_take_its_place(
    admin: Browser, deployment: Deployment, acme: Organization, member: User
) -> None:
    subject = Subject("conn_x", "https://idp.test", NameID("S-1", "urn:persistent"))
    deployment.container.table.write(*bind_subject(subject, SubjectEntry(acme.id, member.id)))
    admin.get(f"/admin/users/{member.id}")
    assert "was unlinked" in admin.follow(admin.post(f"/admin/users/{member.id}", do="unlink")).text
    assert deployment.container.table.read(subject_lookup(subject)) == (None,)


def test_every_reason_of_the_policy_has_a_sentence() -> None:
    for language in LANGUAGES:
        set_language(language)
        for reason in Reason:
            assert t(f"users.reason.{reason.value}")
        for method in AuthenticationMethod:
            assert t(f"users.by.{method.value}")
    set_language(None)


def test_in_german_every_sentence_is_german(admin: Browser, member: User) -> None:
    german = {"accept-language": "de"}
    assert "Benutzerverwaltung" in admin.get("/admin/users", **german).text
    shown = admin.get(f"/admin/users/{member.id}?done=disable", **german).text
    assert "kann sich nicht mehr anmelden" in shown
    assert "Überall abmelden" in shown


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
    stored = deployment.reload_user(member)
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
    went = admin.post(f"/admin/users/{member.id}", do="remove")
    assert went.location == f"{BASE}/admin/users?done=remove"
    assert "Removed permanently." in admin.follow(went).text
    assert admin.get(f"/admin/users/{member.id}").status == 404


@pytest.mark.parametrize("action", ["make_member", "disable", "remove"])
def test_the_last_admin_is_kept_with_a_sentence_that_says_why(
    admin: Browser, deployment: Deployment, acme: Organization, action: str
) -> None:
    (only,) = deployment.container.users.admins(acme, limit=5)
    admin.get(f"/admin/users/{only.id}")
    shown = admin.post(f"/admin/users/{only.id}", do=action)
    assert shown.status == 409
    assert "needs at least one admin" in shown.text
    assert deployment.reload_user(only).is_active_admin


def test_the_last_admins_page_says_why_instead_of_offering_it(
    admin: Browser, deployment: Deployment, acme: Organization
) -> None:
    (only,) = deployment.container.users.admins(acme, limit=5)
    shown = admin.get(f"/admin/users/{only.id}")
    assert "This is the last active admin." in shown.text
    assert not {'value="make_member"', 'value="disable"', 'value="remove"'} & set(shown.text.split())
    deployment.container.users.create(
        organization_id=acme.id, email="second@acme.test", role=Role.ADMIN, now=deployment.now
    )
    shown = admin.get(f"/admin/users/{only.id}")
    assert "This is the last active admin." not in shown.text
    assert 'value="make_member"' in shown.text


def test_a_member_bound_to_single_sign_on_is_offered_no_password_link(
    admin: Browser, deployment: Deployment, acme: Organization, member: User
) -> None:
    deployment.connection(acme)
    assert "New password link" not in admin.get(f"/admin/users/{member.id}").text
    shown = admin.post(f"/admin/users/{member.id}", do="password")
    assert shown.status == 409
    assert "must use single sign-on" in shown.text


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
    older = next(part for part in unescape(first.text).split('"') if "after=usr_" in part)
    second = admin.get(older.removeprefix("/api"))
    assert first.text.count("/admin/users/usr_") == 50
    assert second.text.count("/admin/users/usr_") == 2
