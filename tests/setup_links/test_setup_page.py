from __future__ import annotations

from dataclasses import replace
from html import unescape

from chalicelib.connections.model import LastTest, Provider
from chalicelib.connections.store import change_connection, record_test
from chalicelib.identifier import new_id
from chalicelib.organizations.model import Organization
from chalicelib.saml.check import Check, CheckName
from chalicelib.sign_in_attempts.model import Attempt, AttemptResult
from chalicelib.sign_in_attempts.store import record_attempt
from tests.support.browser import Browser
from tests.support.configuration import ISSUER, pem
from tests.support.deployment import Deployment
from tests.support.identity_provider import key
from tests.support.setup_session import VALUES, new_setup_link, open_setup_link, reload_connection


def test_a_guest_gets_the_providers_own_words_and_where_to_click(guest: Browser) -> None:
    page = unescape(str(guest.last and guest.last.text))
    assert "“Identifier (Entity ID)” in Microsoft Entra" in page
    assert "<b>Enterprise applications</b>" in page
    assert page.count('type="radio" name="provider"') == len(Provider)


def test_an_unfinished_guest_is_warned_before_the_link_expires(guest: Browser) -> None:
    assert "Add the URL, issuer, and certificate first" in str(guest.last and guest.last.text)
    guest.post("/setup", do="save", provider="okta", x509_certificate=pem("idp"), **VALUES)
    assert "Test your settings first." in guest.get("/setup").text


def test_the_page_shows_the_checks_of_a_test_without_the_testers_name(
    guest: Browser, deployment: Deployment, acme: Organization
) -> None:
    guest.post("/setup", do="save", provider="okta", x509_certificate=pem("idp"), **VALUES)
    connection = reload_connection(deployment, acme)
    checks = (
        Check(CheckName.AUDIENCE, False, "ours", "<b>theirs</b>"),
        Check(CheckName.EMAIL, True, "one e-mail address", "email: admin@acme.test"),
    )
    attempt = Attempt(
        new_id("att", now=deployment.now),
        acme.id,
        connection.id,
        deployment.now,
        AttemptResult.REFUSED,
        "saml_audience_mismatch",
        email="admin@acme.test",
        is_test=True,
        checks=checks,
    )
    test = LastTest(attempt.id, deployment.now, attempt.code, connection.version, of_pending=True)
    deployment.container.table.write(record_attempt(attempt), record_test(connection, test, proves=False))
    page = guest.get("/setup").text
    assert "Audience matches" in page
    assert "&lt;b&gt;theirs&lt;/b&gt;" in page
    assert "Where in Okta" in page
    assert "admin@" not in page


def test_a_certificate_is_called_proposed_once_it_is(
    browser: Browser, deployment: Deployment, acme: Organization
) -> None:
    open_setup_link(browser, new_setup_link(deployment, acme, deployment.connection(acme)))
    assert "> Trusted</label>" in str(browser.last and browser.last.text)
    fingerprint = deployment.container.connections.list(acme.id)[0].certificates[0].sha256
    browser.post("/setup", do="save", provider="other", keep=fingerprint, identity_provider_issuer="new")
    assert "> Proposed</label>" in browser.get("/setup").text


def test_the_result_of_a_test_stands_on_the_page_until_the_values_change(
    guest: Browser, deployment: Deployment, acme: Organization
) -> None:
    guest.post("/setup", do="save", provider="okta", x509_certificate=pem("idp"), **VALUES)
    before = reload_connection(deployment, acme)
    for code, words in (("saml_audience_mismatch", "saml_audience_mismatch"), (None, "The test passed on")):
        test = LastTest("att_1", deployment.now, code, before.version, of_pending=True)
        deployment.container.table.write(record_test(before, test, proves=False))
        assert words in guest.get("/setup").text
    changed = replace(before, version=before.version + 1)
    deployment.container.table.write(change_connection(changed, before=before))
    assert "The test passed on" not in guest.get("/setup").text


def test_on_a_connection_that_was_active_the_provider_cannot_be_chosen(
    browser: Browser, deployment: Deployment, acme: Organization
) -> None:
    certificate = key("acme").certificate
    connection = deployment.connection(acme, certificates=(certificate.facts,))
    deployment.container.certificates.save(connection, [certificate], deployment.now)
    open_setup_link(browser, new_setup_link(deployment, acme, connection))
    assert 'name="provider" value="other"' in str(browser.last and browser.last.text)
    assert browser.last is not None
    assert "<select" not in browser.last.text
    assert browser.post("/setup", do="save", provider="okta", identity_provider_issuer="new").status == 303
    (after,) = deployment.container.connections.list(acme.id)
    assert (after.provider.value, after.status, after.identity_provider_issuer) == ("other", "active", ISSUER)
    assert after.pending is not None
    assert after.pending.issuer == "new"
