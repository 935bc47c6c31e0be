from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest

from chalicelib.organizations.model import Organization, Plan
from chalicelib.users.model import Role
from tests.support.browser import Browser, sign_in
from tests.support.deployment import Deployment

BASE = "https://sso.example.test/api"


@pytest.fixture
def acme(deployment: Deployment) -> Organization:
    return deployment.organization(active_admins=1)


@pytest.fixture
def admin(browser: Browser, deployment: Deployment, acme: Organization) -> Browser:
    deployment.user(acme, "admin@acme.test", Role.ADMIN)
    sign_in(browser, "admin@acme.test")
    return browser


def link_of(deployment: Deployment, organization: Organization) -> tuple[str, str]:
    """A new link's ID and code."""
    made = deployment.container.setup_links.create(organization.id, created_by="key_1", now=deployment.now)
    return made.link.id, str(made.url).rpartition("/")[2]


def used(deployment: Deployment, code: str) -> None:
    guests = deployment.container.setup_sessions
    guest = guests.find(guests.open(code, "192.0.2.9", deployment.now).cookie, deployment.now)
    deployment.later(minutes=1)
    guests.propose(guest, {"identity_provider_issuer": "x"}, guest.connection.version, deployment.now)


@pytest.mark.parametrize("path", ["/admin/users", "/admin/sso?all=1", "/admin/sso"])
def test_admins_see_when_and_from_where_a_link_was_opened_and_used(
    admin: Browser, deployment: Deployment, acme: Organization, path: str
) -> None:
    assert "Changes submitted" not in admin.get(path).text
    used(deployment, link_of(deployment, acme)[1])
    shown = admin.get(path)
    text = unescape(admin.follow(shown).text if shown.status == 303 else shown.text)
    for words in ("Setup in progress", "192.0.2.9", "09:00 UTC", "Changes submitted", "09:01 UTC"):
        assert words in text


def test_an_admin_revokes_a_link(admin: Browser, deployment: Deployment, acme: Organization) -> None:
    link_id, _ = link_of(deployment, acme)
    assert "Setup link waiting" in admin.get("/admin/users").text
    assert admin.post(f"/admin/setup-links/{link_id}", do="revoke").location == f"{BASE}/admin/users"
    links = deployment.container.setup_links.page(acme.id, deployment.now, limit=1).values
    assert links[0].status(deployment.now).value == "revoked"


def test_the_page_describes_a_links_permissions_while_it_is_valid(
    admin: Browser, deployment: Deployment, acme: Organization
) -> None:
    link_id, code = link_of(deployment, acme)
    deployment.container.setup_sessions.open(code, "192.0.2.9", deployment.now)
    assert "Someone without an account can propose" in admin.get("/admin/users").text
    admin.post(f"/admin/setup-links/{link_id}", do="revoke")
    page = admin.get("/admin/users").text
    assert "Setup link revoked" in page
    assert "With it somebody" not in page


def test_an_admin_revokes_also_after_a_downgrade(admin: Browser, deployment: Deployment, acme: Organization) -> None:
    link_id, _ = link_of(deployment, acme)
    deployment.container.organizations.change(acme.id, {"plan": Plan.STANDARD}, deployment.now)
    admin.get("/admin/users")
    assert admin.post(f"/admin/setup-links/{link_id}", do="revoke").status == 303


def test_only_the_organizations_admins_revoke_it(admin: Browser, deployment: Deployment, acme: Organization) -> None:
    link_id, _ = link_of(deployment, acme)
    admin.get("/admin/users")
    assert admin.post(f"/admin/setup-links/{link_id}", token="0" * 64, do="revoke").status == 403
    token = admin.get("/admin/users").hidden["form_token"]
    assert admin.post(f"/admin/setup-links/{link_id}", token=token, do="other").status == 404
    other, _ = link_of(deployment, deployment.organization("other.test"))
    assert admin.post(f"/admin/setup-links/{other}", token=token, do="revoke").status == 404
    deployment.user(acme, "member@acme.test")
    admin.cookies.clear()
    sign_in(admin, "member@acme.test")
    token = admin.get("/").hidden["form_token"]
    assert admin.post(f"/admin/setup-links/{link_id}", token=token, do="revoke").status == 403
    admin.cookies.clear()
    assert admin.post(f"/admin/setup-links/{link_id}", do="revoke").location.startswith(f"{BASE}/login")
    assert deployment.container.setup_links.get(acme.id, link_id, deployment.now).ended_at is None


def test_sentences_about_a_link_do_not_run_together(admin: Browser, deployment: Deployment, acme: Organization) -> None:
    _, code = link_of(deployment, acme)
    deployment.container.setup_sessions.open(code, "192.0.2.1", deployment.now)
    text = " ".join(re.sub(r"<[^>]+>", "", admin.get("/admin/users").text).split())
    assert "192.0.2.1. Expires" in text
    assert "UTC. Someone" in text


@pytest.mark.parametrize("about_one", [False, True], ids=["before there is a connection", "about a connection"])
def test_an_admin_hands_the_setup_over_by_a_link_that_is_shown_once(
    admin: Browser, new_browser: Callable[[], Browser], deployment: Deployment, acme: Organization, about_one: bool
) -> None:
    connection = deployment.connection(acme, proven=False) if about_one else None
    page = admin.get(f"/admin/sso/{connection.id}" if connection else "/admin/sso").text
    assert 'form="handover"' in page
    shown = admin.post("/admin/setup-links").text
    url = unescape(shown.partition('id="link" readonly value="')[2].partition('"')[0])
    assert "shown only once" in shown
    (link,) = deployment.container.setup_links.page(acme.id, deployment.now, limit=5).values
    assert link.connection_id == (connection.id if connection else None)
    assert link.created_by.startswith("usr_")
    guest = new_browser()
    guest.get(url.removeprefix(BASE))
    assert guest.post(url.removeprefix(BASE)).location == f"{BASE}/setup"


def test_only_the_organizations_admins_hand_the_setup_over(
    admin: Browser, deployment: Deployment, acme: Organization
) -> None:
    other = deployment.connection(deployment.organization("other.test"))
    token = admin.get("/admin/users").hidden["form_token"]
    assert admin.post("/admin/setup-links", token="0" * 64).status == 403
    assert admin.post("/admin/setup-links", token=token, connection_id=other.id).status == 422
    deployment.user(acme, "member@acme.test")
    deployment.container.organizations.change(acme.id, {"plan": Plan.STANDARD}, deployment.now)
    assert admin.post("/admin/setup-links", token=token).status == 403
    deployment.container.organizations.change(acme.id, {"plan": Plan.ENTERPRISE}, deployment.now)
    admin.cookies.clear()
    sign_in(admin, "member@acme.test")
    assert admin.post("/admin/setup-links", token=admin.get("/").hidden["form_token"]).status == 403
    assert deployment.container.setup_links.page(acme.id, deployment.now, limit=5).values == ()
