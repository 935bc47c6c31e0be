"""The buttons of the configuration page: what waits, what is swapped, what is approved, and who may press them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.connections.model import Connection, ConnectionStatus, LastTest
from chalicelib.connections.store import record_test
from chalicelib.identifier import new_id
from chalicelib.organizations.model import Organization
from chalicelib.saml.check import Check, CheckName
from chalicelib.sign_in_attempts.model import Attempt, AttemptResult
from chalicelib.sign_in_attempts.store import record_attempt
from chalicelib.users.model import Role
from tests.support.browser import Browser, sign_in
from tests.support.configuration import URL, go_live, kept, page_text, pem, press_save, reload_connection, save
from tests.support.deployment import Deployment
from tests.support.metadata_site import MetadataSite, site_of
from tests.support.wrong_imports import MANY, ONE, TWO, describe
from tests.support.wrong_imports import URL as METADATA

BUTTONS = ("import", "save", "save_and_test", "test", "apply", "discard", "roll_back", "activate", "look", "approve")
NEW = "https://new.test"


@pytest.fixture
def site(deployment: Deployment) -> MetadataSite:
    """The internet."""
    found = site_of(deployment)
    found.pages[METADATA] = describe(ONE).encode()
    return found


@pytest.fixture
def live(admin: Browser, deployment: Deployment, acme: Organization, site: MetadataSite, path: str) -> str:
    """The page of a connection that is in use."""
    save(admin, path, x509_certificate=pem("one"))
    go_live(deployment, acme, path)
    return path


def just_tested(deployment: Deployment, connection: Connection, *, code: str | None = None) -> Attempt:
    """A test of what is saved has just ended."""
    attempt = Attempt(
        id=new_id("att", now=deployment.now),
        organization_id=connection.organization_id,
        connection_id=connection.id,
        created_at=deployment.now,
        result=AttemptResult.REFUSED if code else AttemptResult.SUCCEEDED,
        code=code,
        is_test=True,
        checks=(Check(CheckName.AUDIENCE, code is None, "ours", "<b>theirs</b>"),),
    )
    of_pending = connection.pending is not None
    test = LastTest(attempt.id, deployment.now, code, connection.version, of_pending)
    deployment.container.table.write(record_attempt(attempt), record_test(connection, test, proves=False))
    return attempt


def propose(admin: Browser, path: str, issuer: str = NEW) -> str:
    """Save another issuer; the page then."""
    admin.get(path)
    press_save(admin, path, keep=kept(admin), identity_provider_issuer=issuer)
    return admin.get(f"{path}?done=proposed").text


def press(admin: Browser, path: str, button: str) -> int:
    """Open the page and press one of the buttons below the fields; the status."""
    admin.get(path)
    return admin.post(path, do=button).status


def test_what_may_break_a_live_connection_waits_beside_what_is_in_force(
    admin: Browser, deployment: Deployment, acme: Organization, live: str
) -> None:
    page = propose(admin, live)
    connection = reload_connection(deployment, acme, live)
    assert connection.status is ConnectionStatus.ACTIVE
    assert connection.identity_provider_issuer != NEW
    assert connection.pending is not None
    assert connection.pending.issuer == NEW
    assert "Saved as pending changes." in page
    assert ">https://idp.acme.test/metadata</td>" in page
    assert ">https://new.test</td>" in page


def test_signing_requests_of_a_live_connection_waits_and_says_so(
    admin: Browser, deployment: Deployment, acme: Organization, live: str
) -> None:
    admin.get(live)
    press_save(admin, live, keep=kept(admin), sign_requests="yes")
    connection = reload_connection(deployment, acme, live)
    assert connection.pending is not None
    assert (connection.pending.sign_requests, connection.sign_requests) == (True, False)
    page = admin.get(live).text
    assert ">not signed</td>" in page
    assert ">signed</td>" in page
    just_tested(deployment, connection)
    press(admin, live, "apply")
    admin.get(live)
    press_save(admin, live, keep=kept(admin))
    connection = reload_connection(deployment, acme, live)
    assert connection.pending is not None
    assert (connection.pending.sign_requests, connection.sign_requests) == (False, True)


def test_a_metadata_address_that_waits_stays_with_the_waiting_values(
    admin: Browser, deployment: Deployment, acme: Organization, live: str
) -> None:
    admin.get(live)
    admin.post(live, do="import", provider="okta", import_text=METADATA)
    page = page_text(admin)
    added = page.partition('name="added" value="')[2].partition('"')[0]
    fields = {"identity_provider_url": "https://idp.test/sso", "identity_provider_issuer": "https://idp.test"}
    admin.post(live, do="save", provider="okta", added=added, reads_metadata="yes", **fields)
    for _ in range(2):
        connection = reload_connection(deployment, acme, live)
        assert connection.pending is not None
        assert (connection.pending.metadata_url, connection.metadata_url) == (METADATA, None)
        assert f"<code>{METADATA}</code>" in admin.get(live).text
        admin.post(live, do="save", provider="okta", keep=kept(admin), reads_metadata="yes", **fields)


def test_one_more_certificate_of_a_live_connection_is_trusted_at_once(
    admin: Browser, deployment: Deployment, acme: Organization, live: str
) -> None:
    admin.get(live)
    press_save(admin, live, keep=kept(admin), x509_certificate=pem("two"))
    connection = reload_connection(deployment, acme, live)
    assert connection.pending is None
    assert connection.status is ConnectionStatus.ACTIVE
    assert [c.subject for c in connection.certificates] == ["CN=one", "CN=two"]


def test_waiting_values_can_not_be_applied_before_their_test_has_passed(
    admin: Browser, deployment: Deployment, acme: Organization, live: str
) -> None:
    assert 'value="apply"' not in propose(admin, live)
    assert press(admin, live, "apply") == 409
    assert "Run a successful test" in page_text(admin)
    just_tested(deployment, reload_connection(deployment, acme, live), code="saml_audience_mismatch")
    assert press(admin, live, "apply") == 409


def test_tested_values_are_applied_with_one_press_and_one_press_brings_the_old_back(
    admin: Browser, deployment: Deployment, acme: Organization, live: str
) -> None:
    propose(admin, live)
    just_tested(deployment, reload_connection(deployment, acme, live))
    assert 'value="apply"' in admin.get(live).text
    assert press(admin, live, "apply") == 303
    connection = reload_connection(deployment, acme, live)
    assert (connection.identity_provider_issuer, connection.status) == (NEW, ConnectionStatus.ACTIVE)
    assert press(admin, live, "roll_back") == 303
    assert reload_connection(deployment, acme, live).identity_provider_issuer == "https://idp.acme.test/metadata"


def test_the_old_values_can_be_had_back_for_thirty_days_only(
    admin: Browser, deployment: Deployment, acme: Organization, live: str
) -> None:
    propose(admin, live)
    just_tested(deployment, reload_connection(deployment, acme, live))
    press(admin, live, "apply")
    deployment.later(days=31)
    sign_in(admin, "admin@acme.test")
    assert 'value="roll_back"' not in admin.get(live).text
    assert admin.post(live, do="roll_back").status == 409


def test_waiting_values_can_be_dropped(admin: Browser, deployment: Deployment, acme: Organization, live: str) -> None:
    propose(admin, live)
    assert press(admin, live, "discard") == 303
    assert reload_connection(deployment, acme, live).pending is None


def test_what_a_guest_proposed_on_a_draft_is_shown_tested_and_applied(
    admin: Browser, deployment: Deployment, acme: Organization, path: str
) -> None:
    draft = reload_connection(deployment, acme, path)
    changes = {"identity_provider_url": URL, "identity_provider_issuer": NEW, "x509_certificates": [pem("guest")]}
    deployment.container.pending_values.propose(draft, changes, draft.version, deployment.now)  # type: ignore[arg-type]
    page = admin.get(path).text
    assert "and no live settings yet" in page
    assert "CN=guest" in page
    just_tested(deployment, reload_connection(deployment, acme, path))
    assert press(admin, path, "apply") == 303
    assert reload_connection(deployment, acme, path).status is ConnectionStatus.ACTIVE


def test_a_passed_test_of_a_ready_connection_switches_it_on_with_one_press(
    admin: Browser, deployment: Deployment, acme: Organization, path: str
) -> None:
    save(admin, path, x509_certificate=pem("one"))
    assert press(admin, path, "activate") == 409
    just_tested(deployment, reload_connection(deployment, acme, path))
    assert press(admin, path, "activate") == 303
    assert reload_connection(deployment, acme, path).status is ConnectionStatus.ACTIVE


@pytest.mark.parametrize("button", ["apply", "discard", "delete"])
def test_a_button_pressed_on_an_outdated_page_changes_nothing(
    admin: Browser, deployment: Deployment, acme: Organization, live: str, button: str
) -> None:
    propose(admin, live)
    admin.get(live)
    seen = admin.last
    propose(admin, live, "https://theirs.test")
    admin.last = seen
    assert admin.post(live, do=button).status == 412
    assert "Not saved. admin@acme.test made changes at" in page_text(admin)
    pending = reload_connection(deployment, acme, live).pending
    assert pending is not None
    assert pending.issuer == "https://theirs.test"


def test_the_test_button_leads_to_a_link_that_works_once(
    admin: Browser, deployment: Deployment, acme: Organization, path: str
) -> None:
    admin.get(path)
    answer = admin.post(path, do="test", provider="okta")
    assert answer.location.endswith("?done=untestable")
    save(admin, path, x509_certificate=pem("one"))
    admin.get(path)
    answer = admin.post(path, do="test", provider="okta")
    assert f"/saml/{reload_connection(deployment, acme, path).id}/test/" in answer.location
    assert admin.follow(answer).location.startswith(f"{URL}?SAMLRequest=")


def test_save_and_test_leads_to_the_identity_provider_at_once(admin: Browser, path: str) -> None:
    assert save(admin, path, do="save_and_test", x509_certificate=pem("one")) == 303


def test_the_last_tests_checks_stand_on_the_page(
    admin: Browser, deployment: Deployment, acme: Organization, path: str
) -> None:
    save(admin, path, x509_certificate=pem("one"))
    attempt = just_tested(deployment, reload_connection(deployment, acme, path), code="saml_audience_mismatch")
    page = admin.get(path).text
    assert "Audience matches" in page
    assert "&lt;b&gt;theirs&lt;/b&gt;" in page
    assert f"{path}/attempts/{attempt.id}" in page


def test_a_new_key_in_the_metadata_is_shown_and_trusted_after_one_press(
    admin: Browser, deployment: Deployment, acme: Organization, live: str, site: MetadataSite
) -> None:
    connection = reload_connection(deployment, acme, live)
    texts = list(deployment.container.connections.certificate_texts(connection).values())
    values = {
        "metadata_url": METADATA,
        "x509_certificates": texts,
        "identity_provider_url": connection.identity_provider_url,
        "identity_provider_issuer": "https://idp.test",
    }
    configurations = deployment.container.connections
    configurations.change(configurations.get(acme.id, connection.id), values, connection.version, deployment.now)  # type: ignore[arg-type]
    site.pages[METADATA] = describe(TWO).encode()
    assert press(admin, live, "look") == 303
    page = admin.get(f"{live}?done=looked").text
    assert "Metadata refreshed." in page
    assert "metadata has a new signing certificate" in page
    wanted = page.partition('name="found_key" value="')[2].partition('"')[0]
    assert admin.post(live, do="approve", found_key=[wanted, wanted]).status == 303
    subjects = [facts.subject for facts in reload_connection(deployment, acme, live).certificates]
    assert subjects == ["CN=one", "CN=p256-two"]
    assert "metadata has a new signing certificate" not in admin.get(live).text
    admin.get(live)
    assert admin.post(live, do="approve", found_key=MANY[0].certificate.facts.sha256).status == 409
    site.pages.clear()
    press(admin, live, "look")
    assert "Your settings didn't change." in admin.get(f"{live}?done=looked").text


def test_a_connection_without_a_metadata_address_has_none_to_read(admin: Browser, live: str) -> None:
    assert press(admin, live, "look") == 409


@pytest.mark.parametrize(("days", "told"), [(10, True), (50, True), (400, False)])
def test_a_certificate_that_ends_soon_is_reported_above_everything(
    admin: Browser, path: str, days: int, *, told: bool
) -> None:
    save(admin, path, x509_certificate=pem("aging", days))
    page = admin.get(path).text
    assert (f", in {days} days." in page) is told
    admin.get(path)
    press_save(admin, path, keep=kept(admin), x509_certificate=pem("next", 900))
    assert "The signing certificate expires on" not in admin.get(path).text


@pytest.mark.parametrize("button", BUTTONS)
def test_no_button_works_without_the_forms_token(
    admin: Browser, deployment: Deployment, acme: Organization, live: str, button: str
) -> None:
    before = reload_connection(deployment, acme, live)
    admin.get(live)
    assert admin.post(live, token="x" * 64, do=button).status == 403
    assert admin.upload(live, describe(ONE).encode(), token="x" * 64, do=button).status == 403
    assert reload_connection(deployment, acme, live) == before


@pytest.mark.parametrize("button", BUTTONS)
def test_no_button_works_for_a_member_a_stranger_or_another_organizations_admin(
    new_browser: Callable[[], Browser], deployment: Deployment, acme: Organization, path: str, button: str
) -> None:
    before = reload_connection(deployment, acme, path)
    deployment.user(acme, "member@acme.test")
    deployment.user(deployment.organization("other.test"), "admin@other.test", Role.ADMIN)
    for email, status in (("member@acme.test", 403), ("admin@other.test", 404)):
        browser = new_browser()
        sign_in(browser, email)
        browser.get("/")
        assert browser.post(path, do=button, version=str(before.version), provider="okta").status == status
    assert new_browser().post(path, do=button).status in {303, 401, 403}
    assert reload_connection(deployment, acme, path) == before


def test_nothing_is_known_of_other_organizations_people_and_sign_ins(
    admin: Browser, deployment: Deployment, live: str
) -> None:
    other = deployment.organization("other.test", name="Other Co")
    deployment.user(other, "someone@other.test", Role.ADMIN, last_password_sign_in_at=deployment.now)
    theirs = deployment.connection(other, identity_provider_url="https://secret.test/sso")
    just_tested(deployment, theirs)
    page = admin.get(live).text
    assert not [word for word in ("other.test", "Other Co", "secret.test") if word in page]


def test_switching_off_ends_no_configuration(
    admin: Browser, deployment: Deployment, acme: Organization, live: str
) -> None:
    before = reload_connection(deployment, acme, live)
    press(admin, live, "disable")
    after = reload_connection(deployment, acme, live)
    assert after.signed_out_at is not None
    enabled = replace(after, disabled=False, signed_out_at=before.signed_out_at)
    assert replace(enabled, version=before.version, updated_at=before.updated_at) == before
    assert after.updated_at - before.updated_at < timedelta(minutes=1)
