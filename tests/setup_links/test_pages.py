from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from chalice.app import Chalice

from chalicelib.connections.actions import ACTIONS
from chalicelib.connections.guest_form import SAVING
from chalicelib.connections.model import Connection, ConnectionStatus
from chalicelib.organizations.model import Organization, Plan
from chalicelib.users.model import Role
from tests.support.browser import Browser, sign_in
from tests.support.configuration import ISSUER, URL, pem, private_key
from tests.support.deployment import Deployment
from tests.support.metadata_site import site_of
from tests.support.setup_session import (
    BASE,
    COOKIE,
    VALUES,
    new_setup_link,
    open_setup_link,
    path_of,
    reload_connection,
)
from tests.support.wrong_imports import ONE, describe
from tests.support.wrong_imports import URL as METADATA


def test_looking_at_a_link_uses_nothing_up(new_browser: Callable[[], Browser], deployment: Deployment) -> None:
    link = new_setup_link(deployment, deployment.organization())
    for _ in range(3):
        shown = new_browser().get(path_of(link))
        assert shown.status == 200
        assert "Start setup" in shown.text
    assert not any(line.startswith(COOKIE) for line in shown.cookies)
    open_setup_link(new_browser(), link)


def test_a_guest_proposes_values_and_sees_what_was_saved(
    guest: Browser, deployment: Deployment, acme: Organization
) -> None:
    connection = reload_connection(deployment, acme)
    assert f"{BASE}/saml/{connection.id}/acs" in str(guest.last and guest.last.text)
    saved = guest.post("/setup", do="save", provider="okta", x509_certificate=pem("idp"), **VALUES)
    assert saved.location == f"{BASE}/setup?done=save"
    shown = unescape(guest.follow(saved).text)
    assert "Draft saved" in shown
    assert 'value="https://idp.acme.test/sso"' in shown
    assert "CN=idp" in shown
    assert "Test sign-in" in shown
    after = reload_connection(deployment, acme)
    assert after.status is ConnectionStatus.DRAFT
    assert after.pending is not None
    assert after.pending.are_complete


@pytest.mark.parametrize("as_file", [False, True], ids=["pasted", "as a file"])
def test_metadata_fills_a_guests_fields_and_saves_nothing(
    guest: Browser, deployment: Deployment, acme: Organization, as_file: bool
) -> None:
    text = describe(ONE)
    if as_file:
        shown = guest.upload("/setup", text.encode(), do="import", provider="okta").text
    else:
        shown = guest.post("/setup", do="import", provider="okta", import_text=text).text
    assert "Review it below, then save." in shown
    assert 'value="https://idp.test"' in shown
    assert "CN=p256-one" in shown
    assert "New (proposed when you save)" in shown
    assert reload_connection(deployment, acme).pending is None


def test_a_metadata_address_that_a_guest_gives_is_read_and_proposed(
    new_browser: Callable[[], Browser], deployment: Deployment, acme: Organization
) -> None:
    site_of(deployment).pages[METADATA] = describe(ONE).encode()
    guest = open_setup_link(new_browser(), new_setup_link(deployment, acme))
    shown = guest.post("/setup", do="import", provider="okta", import_text=METADATA).text
    added = shown.partition('name="added" value="')[2].partition('"')[0]
    fields = {"identity_provider_url": "https://idp.test/sso", "identity_provider_issuer": "https://idp.test"}
    guest.post("/setup", do="save", provider="okta", added=added, reads_metadata="yes", **fields)
    connection = reload_connection(deployment, acme)
    assert connection.pending is not None
    assert (connection.pending.metadata_url, connection.metadata_url) == (METADATA, None)
    assert f"<code>{METADATA}</code>" in guest.get("/setup").text


def test_only_a_current_guest_has_an_address_fetched(
    new_browser: Callable[[], Browser], deployment: Deployment, acme: Organization
) -> None:
    site = site_of(deployment)
    guest = open_setup_link(new_browser(), new_setup_link(deployment, acme))
    fields = {"do": "import", "provider": "okta", "version": "1", "import_text": METADATA}
    assert new_browser().post("/setup", **fields).status == 404
    for address in ("https://10.0.0.1/metadata", "http://idp.example.com/metadata", f"{BASE}/healthz"):
        assert guest.post("/setup", **(fields | {"import_text": address})).status == 422
    (link,) = deployment.container.setup_links.recent_for_admins(acme.id, deployment.now)
    deployment.container.setup_links.revoke(acme.id, link.id, deployment.now)
    assert guest.post("/setup", **fields).status == 404
    assert site.asked == []


def test_what_a_guest_pastes_wrongly_is_reported_at_the_field(guest: Browser) -> None:
    shown = guest.post("/setup", do="import", provider="okta", import_text="hello")
    assert shown.status == 422
    assert 'href="#import_text"' in shown.text
    secret = private_key()
    shown = guest.post("/setup", do="import", provider="okta", import_text=secret)
    assert "private key" in shown.text
    assert secret.splitlines()[1] not in unescape(shown.text)


def test_saving_and_testing_is_one_press(guest: Browser, deployment: Deployment, acme: Organization) -> None:
    begun = guest.post("/setup", do="save_and_test", provider="okta", x509_certificate=pem("idp"), **VALUES)
    assert begun.location.startswith(f"{BASE}/saml/{reload_connection(deployment, acme).id}/test/")
    guest.get("/setup")
    saved = guest.post("/setup", do="save_and_test", provider="okta", identity_provider_url=URL)
    assert saved.location == f"{BASE}/setup?done=save"


def test_a_guest_adds_and_leaves_out_certificates(guest: Browser, deployment: Deployment, acme: Organization) -> None:
    guest.post("/setup", do="save", provider="other", x509_certificate=pem("idp"), **VALUES)
    guest.get("/setup")
    (first,) = reload_connection(deployment, acme).pending.certificates  # type: ignore[union-attr]
    guest.post("/setup", do="save", provider="other", keep=first.sha256, x509_certificate=pem("next"), **VALUES)
    guest.get("/setup")
    pending = reload_connection(deployment, acme).pending
    assert pending is not None
    assert [c.subject for c in pending.certificates] == ["CN=idp", "CN=next"]
    guest.post("/setup", do="save", provider="other", keep=pending.certificates[1].sha256, **VALUES)
    pending = reload_connection(deployment, acme).pending
    assert pending is not None
    assert [c.subject for c in pending.certificates] == ["CN=next"]


def test_bad_values_are_reported_at_their_fields_and_kept(
    guest: Browser, deployment: Deployment, acme: Organization
) -> None:
    shown = guest.post(
        "/setup", do="save", provider="okta", identity_provider_url="http://x.test", x509_certificate="nothing"
    )
    assert shown.status == 422
    assert "<title>Error: " in shown.text
    for words in ('href="#identity_provider_url"', 'href="#x509_certificates"', 'value="http://x.test"'):
        assert words in shown.text
    assert reload_connection(deployment, acme).pending is None


def test_a_private_key_does_not_come_back(guest: Browser) -> None:
    pasted = private_key()
    shown = guest.post("/setup", do="save", provider="okta", x509_certificate=pasted, **VALUES)
    assert shown.status == 422
    assert pasted.splitlines()[1] not in unescape(shown.text)


def test_the_second_of_two_concurrent_saves_is_refused(
    guest: Browser, deployment: Deployment, acme: Organization
) -> None:
    token = guest.last.hidden if guest.last else {}
    guest.post("/setup", do="save", provider="okta", **VALUES)
    shown = guest.post("/setup", do="save", provider="okta", version=token["version"], identity_provider_issuer="mine")
    assert shown.status == 412
    assert 'value="mine"' in shown.text
    assert ISSUER in shown.text


def test_a_test_leads_to_its_one_time_address(guest: Browser, deployment: Deployment, acme: Organization) -> None:
    guest.post("/setup", do="save", provider="okta", x509_certificate=pem("idp"), **VALUES)
    guest.get("/setup")
    begun = guest.post("/setup", do="test")
    connection = reload_connection(deployment, acme)
    assert begun.location.startswith(f"{BASE}/saml/{connection.id}/test/")
    assert guest.follow(begun).location.startswith(URL)


def test_untested_or_incomplete_values_cannot_be_tested(guest: Browser) -> None:
    assert "Save the URL, issuer, and certificate first" in str(guest.last and guest.last.text)
    assert guest.post("/setup", do="test").status == 403


def test_finishing_ends_the_session_and_the_link(guest: Browser) -> None:
    cookie = guest.cookies[COOKIE]
    assert "All done" in guest.post("/setup", do="finish").text
    assert COOKIE not in guest.cookies
    guest.cookies[COOKIE] = cookie
    assert guest.get("/setup").status == 404


def test_the_link_leads_back_in_the_browser_that_opened_it(
    new_browser: Callable[[], Browser], deployment: Deployment, acme: Organization
) -> None:
    link = new_setup_link(deployment, acme)
    browser = open_setup_link(new_browser(), link)
    assert browser.get(path_of(link)).location == f"{BASE}/setup"
    other = new_browser().get(path_of(link))
    assert other.status == 404
    assert "setup_link_is_void" in other.text


def test_the_cookie_cannot_be_read_by_scripts_or_sent_by_foreign_forms(
    browser: Browser, deployment: Deployment, acme: Organization
) -> None:
    link = new_setup_link(deployment, acme)
    browser.get(path_of(link))
    (line,) = [line for line in browser.post(path_of(link)).cookies if line.startswith(COOKIE)]
    for attribute in ("Max-Age=604800", "Path=/", "HttpOnly", "Secure", "SameSite=Lax"):
        assert attribute in line.split("; ")
    assert "Domain" not in line
    assert len(line.partition(";")[0]) < 200


def test_a_link_is_not_opened_by_a_form_of_another_site(
    browser: Browser, deployment: Deployment, acme: Organization
) -> None:
    link = new_setup_link(deployment, acme)
    browser.get(path_of(link))
    assert browser.post(path_of(link), token="0" * 64).status == 403
    assert COOKIE not in browser.cookies
    open_setup_link(browser, link)


@pytest.mark.parametrize("action", ["import", "enter", "save", "save_and_test", "test", "finish"])
def test_a_form_of_another_site_does_nothing(
    guest: Browser, deployment: Deployment, acme: Organization, action: str
) -> None:
    before = reload_connection(deployment, acme)
    strangers = guest.get("/login").hidden["form_token"]
    guest.get("/setup")
    for token in ("", "0" * 64, strangers):
        for refused in (
            guest.post("/setup", token=token, do=action, provider="okta", **VALUES),
            guest.upload("/setup", b"x", token=token, do=action, provider="okta", **VALUES),
        ):
            assert refused.status == 403
            assert "csrf_failed" in refused.text
    assert reload_connection(deployment, acme) == before
    assert guest.get("/setup").status == 200


FORBIDDEN = {
    "name": "Evil",
    "jit_provisioning": "",
    "default_role": "admin",
    "allow_guest_emails": "evil@evil.test",
    "allow_idp_initiated": "on",
    "attribute_mapping": '{"email": ["x"]}',
    "sha1_exception_until": "2027-01-01",
    "force_authn": "on",
    "sign_requests": "on",
    "clock_skew_seconds": "300",
    "mode": "password",
    "metadata_url": "https://evil.test",
    "connection_id": "conn_" + "0" * 32,
    "organization_id": "org_" + "0" * 32,
    "role": "admin",
    "status": "active",
    "proven": "true",
}


def test_fields_that_are_not_on_the_form_change_nothing(
    guest: Browser, deployment: Deployment, acme: Organization
) -> None:
    before, organization = reload_connection(deployment, acme), deployment.container.organizations.get(acme.id)
    assert guest.post("/setup", do="save", provider="other", **VALUES, **FORBIDDEN).status == 303
    after = reload_connection(deployment, acme)
    unchanged = set(Connection.__dataclass_fields__) - {"pending", "version", "updated_at"}
    assert {name: getattr(after, name) for name in unchanged} == {name: getattr(before, name) for name in unchanged}
    now = deployment.container.organizations.get(acme.id)
    assert (now.policy, now.plan, now.domains, now.mode) == (
        organization.policy,
        organization.plan,
        organization.domains,
        organization.mode,
    )


@pytest.mark.parametrize("action", sorted({*ACTIONS, "policy", ""} - SAVING - {"import", "test"}))
def test_there_is_no_other_action(guest: Browser, deployment: Deployment, acme: Organization, action: str) -> None:
    before = reload_connection(deployment, acme)
    assert guest.post("/setup", do=action, provider="okta", **VALUES).status == 404
    assert reload_connection(deployment, acme) == before


def _paths(app: Chalice, acme: Organization, connection: Connection) -> list[tuple[str, str]]:
    known = {"organization_id": acme.id, "connection_id": connection.id}
    every = []
    for template, methods in app.routes.items():
        path = re.sub(r"{(\w+)}", lambda name: known.get(name[1], "x" * 8), template)
        every += [(method, path) for method in methods if not template.startswith("/setup")]
    return every


def test_the_cookie_opens_nothing_but_the_setup_page(
    app: Chalice, guest: Browser, new_browser: Callable[[], Browser], deployment: Deployment, acme: Organization
) -> None:
    """Every route there is answers a guest as it answers a stranger, whatever the cookie is called."""
    connection, secret = reload_connection(deployment, acme), guest.cookies[COOKIE]
    paths = _paths(app, acme, connection)
    assert len(paths) > 60
    for method, path in paths:
        strangers = _asked(new_browser(), method, path)
        for name in (COOKIE, "__Host-gatehouse_session", "gatehouse_session", "gatehouse_setup"):
            guests = new_browser()
            guests.cookies[name] = secret
            assert _asked(guests, method, path) == strangers, (method, path, name)
    assert reload_connection(deployment, acme) == connection


def _asked(browser: Browser, method: str, path: str) -> tuple[int, Any]:
    answer = browser._sent(method, path, {"content-type": "application/x-www-form-urlencoded"})
    if method == "POST" and answer.status == 415:
        answer = browser._sent(method, path, {"content-type": "application/json"})
    return answer.status, answer.headers.get("Location")


def test_an_api_key_in_place_of_the_cookie_is_not_a_guest(browser: Browser, deployment: Deployment) -> None:
    _, key = deployment.container.api_keys.create(name="k", now=deployment.now)
    assert browser.get("/setup", authorization=f"Bearer {key}").status == 404


def test_an_admins_session_is_not_a_guest(browser: Browser, deployment: Deployment, acme: Organization) -> None:
    deployment.user(acme, "admin@acme.test", Role.ADMIN)
    sign_in(browser, "admin@acme.test")
    assert browser.get("/setup").status == 404
    browser.cookies[COOKIE] = browser.cookies["__Host-gatehouse_session"]
    assert browser.get("/setup").status == 404


def test_after_a_downgrade_the_guests_page_names_the_contact(
    guest: Browser, deployment: Deployment, acme: Organization
) -> None:
    deployment.container.organizations.change(acme.id, {"plan": Plan.STANDARD}, deployment.now)
    shown = guest.get("/setup")
    assert shown.status == 403
    assert "your account manager" in shown.text
    assert guest.post("/setup", do="save", provider="okta", **VALUES).status == 403


def test_a_switched_off_connection_cannot_be_tested(
    browser: Browser, deployment: Deployment, acme: Organization
) -> None:
    connection = deployment.connection(acme, disabled=True)
    open_setup_link(browser, new_setup_link(deployment, acme, connection))
    assert browser.last is not None
    assert "An admin turned this connection off" in browser.last.text
    assert browser.post("/setup", do="test").status == 403
