"""The policy card: enforcement, and protection against lockouts."""

from __future__ import annotations

from datetime import timedelta

from chalicelib.login_policy.model import Mode
from chalicelib.organizations.model import Organization
from chalicelib.users.model import Role
from tests.support.browser import Browser
from tests.support.configuration import page_text
from tests.support.deployment import Deployment

POLICY = "/admin/login-policy"


def policy_of(deployment: Deployment, acme: Organization) -> Organization:
    return deployment.container.organizations.get(acme.id)


def test_the_card_counts_whom_it_binds_and_names_who_keeps_a_password(
    admin: Browser, deployment: Deployment, acme: Organization, path: str
) -> None:
    for name in ("lee", "sam"):
        deployment.user(acme, f"{name}@acme.test")
    used = deployment.now - timedelta(days=3)
    deployment.user(acme, "omar@acme.test", Role.ADMIN, last_password_sign_in_at=used)
    deployment.user(acme, "nopass@acme.test", Role.ADMIN, password_hash=None)
    page = admin.get(path).text
    assert "2 members." in page
    assert "2 admins can still use a password:" in page
    assert 'omar@acme.test (used <time datetime="2026-11-20T09:00:00Z">20 November 2026</time>)' in page
    assert "nopass@acme.test (" not in page


def test_admins_are_bound_only_while_one_of_them_surely_gets_in(
    admin: Browser, deployment: Deployment, acme: Organization, path: str
) -> None:
    exempt = deployment.user(acme, "exempt@acme.test", Role.ADMIN, last_password_sign_in_at=deployment.now)
    admin.get(path)
    assert admin.post(POLICY, mode="required", required_for_admins="yes").status == 422
    page = page_text(admin)
    assert 'href="#required_for_admins"' in page
    assert "within the last 90 days" in page
    assert 'name="required_for_admins" value="yes" checked' in page
    assert not policy_of(deployment, acme).policy.required_for_admins
    assert (
        admin.post(POLICY, mode="required", required_for_admins="yes", exempt=exempt.id, shown=exempt.id).status == 303
    )
    assert policy_of(deployment, acme).policy.exempt_user_ids == (exempt.id,)


def test_exemptions_that_the_page_did_not_show_stay(
    admin: Browser, deployment: Deployment, acme: Organization, path: str
) -> None:
    one, two = (deployment.user(acme, f"{name}@acme.test") for name in ("one", "two"))
    admin.get(path)
    admin.post(POLICY, mode="required", exempt=[one.id, two.id], shown=[one.id, two.id])
    admin.get(path)
    admin.post(POLICY, mode="required", exempt=[], shown=[one.id])
    assert policy_of(deployment, acme).policy.exempt_user_ids == (two.id,)


def test_a_stranger_can_not_be_exempt(admin: Browser, deployment: Deployment, acme: Organization, path: str) -> None:
    stranger = deployment.user(deployment.organization("other.test"), "x@other.test")
    admin.get(path)
    assert admin.post(POLICY, mode="required", exempt=stranger.id).status == 422
    assert policy_of(deployment, acme).policy.exempt_user_ids == ()


def test_the_second_of_two_admins_reads_what_the_first_chose_and_keeps_their_own_choice(
    admin: Browser, deployment: Deployment, acme: Organization, path: str
) -> None:
    admin.get(path)
    seen = admin.last
    admin.post(POLICY, mode="optional")
    admin.last = seen
    assert admin.post(POLICY, mode="password").status == 412
    assert "replace theirs (Optional)" in page_text(admin)
    assert 'value="password" checked' in page_text(admin)
    assert policy_of(deployment, acme).mode is Mode.OPTIONAL
    admin.post(POLICY, mode="password")
    assert policy_of(deployment, acme).mode is Mode.PASSWORD


def test_one_click_signs_every_user_out(admin: Browser, deployment: Deployment, acme: Organization, path: str) -> None:
    admin.get(path)
    assert admin.post(POLICY, do="sign_out_all_users").location.endswith("/login")
    assert admin.get(path).status != 200
    assert policy_of(deployment, acme).signed_out_at is not None


def test_the_policy_asks_for_the_forms_token(
    admin: Browser, deployment: Deployment, acme: Organization, path: str
) -> None:
    admin.get(path)
    for fields in ({"mode": "password"}, {"do": "sign_out_all_users"}):
        admin.get(path)
        assert admin.post(POLICY, token="x" * 64, **fields).status == 403
    assert policy_of(deployment, acme).mode is Mode.REQUIRED


def test_a_form_that_is_not_ours_is_refused(admin: Browser, path: str) -> None:
    for fields in ({"mode": "never"}, {"mode": "optional", "policy_version": "x"}):
        admin.get(path)
        assert admin.post(POLICY, **fields).status == 422
    assert admin.get(POLICY).location.endswith("/admin/sso")
