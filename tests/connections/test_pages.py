from __future__ import annotations

from datetime import timedelta
from html import unescape

import pytest

from chalicelib.connections.changes import ConnectionChanges
from chalicelib.connections.model import Connection, ConnectionStatus, Provider
from chalicelib.errors import Conflict
from chalicelib.login_policy.model import Mode
from chalicelib.organizations.model import Organization
from tests.support.browser import Browser
from tests.support.configuration import ISSUER, URL, kept, pem, press_save, private_key, reload_connection, save
from tests.support.deployment import Deployment


def test_the_four_fields_of_the_vendor_page_are_there_word_for_word(admin: Browser, path: str) -> None:
    shown = admin.get(path).text
    labels = ("Single Sign-On URL", "Identity Provider URL", "Identity Provider Issuer", "Key x509 certificate")
    for label in labels:
        assert f">{label}" in shown
    assert f'readonly value="https://sso.example.test/api/saml/{path.rpartition("/")[2]}/acs"' in shown
    assert f"/saml/{path.rpartition('/')[2]}/metadata" in shown


def test_saved_values_make_the_connection_ready(
    admin: Browser, deployment: Deployment, acme: Organization, path: str
) -> None:
    assert save(admin, path, x509_certificate=pem("one")) == 303
    connection = reload_connection(deployment, acme, path)
    assert connection.status is ConnectionStatus.READY
    assert (connection.identity_provider_url, connection.identity_provider_issuer) == (URL, ISSUER)
    shown = admin.get(f"{path}?done=save").text
    assert "Saved." in shown
    assert "CN=one" in shown


def test_a_single_connection_is_opened_at_once(admin: Browser, path: str) -> None:
    assert admin.get("/admin/sso").location.endswith(path)
    assert path in admin.get("/admin/sso?all=1").text


def test_every_bad_field_is_reported_at_its_place_and_nothing_is_saved(
    admin: Browser, deployment: Deployment, acme: Organization, path: str
) -> None:
    status = save(admin, path, identity_provider_url="http://idp.acme.test", x509_certificate="not a certificate")
    assert status == 422
    assert admin.last is not None
    shown = admin.last.text
    assert "<title>Error:" in shown
    assert 'href="#identity_provider_url"' in shown
    assert 'href="#x509_certificates"' in shown
    assert 'value="http://idp.acme.test"' in shown
    assert ">not a certificate</textarea>" in shown
    assert reload_connection(deployment, acme, path).status is ConnectionStatus.DRAFT


@pytest.mark.parametrize("url", [URL, "http://not-https.test"])
def test_a_private_key_is_never_shown_again(admin: Browser, path: str, url: str) -> None:
    secret = private_key()
    assert save(admin, path, identity_provider_url=url, x509_certificate=secret) == 422
    assert admin.last is not None
    assert "private key" in admin.last.text
    assert "BEGIN PRIVATE KEY" not in admin.last.text
    assert secret.splitlines()[1] not in admin.last.text


@pytest.mark.parametrize(
    ("days", "badge"), [(-2, "Expired"), (10, "Expires in 10 days"), (50, "Expires in 50 days"), (400, "OK")]
)
def test_a_certificates_age_is_a_badge(admin: Browser, path: str, days: int, badge: str) -> None:
    save(admin, path, x509_certificate=pem("aging", days))
    assert f">{badge}</span>" in admin.get(path).text


def test_an_expired_certificate_is_taken_with_a_warning(admin: Browser, path: str) -> None:
    assert save(admin, path, x509_certificate=pem("old", -2)) == 303
    assert "Expired" in admin.get(path).text


def test_a_second_certificate_stands_beside_the_first_and_an_unticked_one_goes(
    admin: Browser, deployment: Deployment, acme: Organization, path: str
) -> None:
    save(admin, path, x509_certificate=pem("one"))
    admin.get(path)
    first = kept(admin)
    press_save(admin, path, keep=first, x509_certificate=pem("two"))
    assert [c.subject for c in reload_connection(deployment, acme, path).certificates] == ["CN=one", "CN=two"]
    second = reload_connection(deployment, acme, path).certificates[1].sha256
    save(admin, path, keep=second)
    assert [c.subject for c in reload_connection(deployment, acme, path).certificates] == ["CN=two"]


def test_saving_without_a_change_keeps_the_certificates(
    admin: Browser, deployment: Deployment, acme: Organization, path: str
) -> None:
    save(admin, path, x509_certificate=pem("one"))
    before = reload_connection(deployment, acme, path)
    admin.get(path)
    assert press_save(admin, path, keep=kept(admin)) == 303
    assert reload_connection(deployment, acme, path).certificates == before.certificates


def test_of_two_admins_who_save_the_second_keeps_what_they_typed_and_reads_what_is_stored(
    admin: Browser, deployment: Deployment, acme: Organization, path: str
) -> None:
    admin.get(path)
    seen = admin.last
    save(admin, path, identity_provider_issuer="https://theirs.test", x509_certificate=pem("theirs"))
    admin.last = seen
    assert press_save(admin, path, identity_provider_issuer="https://mine.test") == 412
    assert admin.last is not None
    shown = admin.last.text
    assert "Not saved. admin@acme.test made changes at" in shown
    assert 'value="https://mine.test"' in shown
    assert "<code>https://theirs.test</code>" in shown
    assert reload_connection(deployment, acme, path).identity_provider_issuer == "https://theirs.test"
    assert press_save(admin, path, identity_provider_issuer="https://mine.test", keep=kept(admin)) == 303
    connection = reload_connection(deployment, acme, path)
    assert connection.identity_provider_issuer == "https://mine.test"
    assert [c.subject for c in connection.certificates] == ["CN=theirs"]


def test_an_exception_for_sha1_stands_there_in_red(
    admin: Browser, deployment: Deployment, acme: Organization, path: str
) -> None:
    assert "SHA-1" not in admin.get(path).text
    connection = reload_connection(deployment, acme, path)
    until = deployment.now.date() + timedelta(days=30)
    changes = ConnectionChanges(sha1_exception_until=until)
    configurations = deployment.container.connections
    configurations.change(configurations.get(acme.id, connection.id), changes, connection.version, deployment.now)
    page = admin.get(path).text
    assert 'class="note bad' in page
    assert f'SHA-1 signatures are accepted until <time datetime="{until.isoformat()}">' in page


def test_switching_off_and_on_and_deleting(
    admin: Browser, deployment: Deployment, acme: Organization, path: str
) -> None:
    save(admin, path, x509_certificate=pem("one"))
    for action, status in (("disable", ConnectionStatus.DISABLED), ("enable", ConnectionStatus.READY)):
        admin.get(path)
        admin.post(path, do=action)
        assert reload_connection(deployment, acme, path).status is status
    admin.get(path)
    admin.post(path, do="delete")
    assert admin.get(path).status == 404


@pytest.mark.parametrize("mode", list(Mode))
def test_the_login_policy_is_chosen_on_the_same_page(
    admin: Browser, deployment: Deployment, acme: Organization, path: str, mode: Mode
) -> None:
    admin.get(path)
    shown = admin.follow(admin.post("/admin/login-policy", mode=mode.value))
    assert "Login policy saved." in shown.text
    assert f'value="{mode.value}" checked' in shown.text


def test_a_stale_policy_is_not_saved(admin: Browser, path: str) -> None:
    admin.get(path)
    seen = admin.last
    admin.post("/admin/login-policy", mode="optional")
    admin.last = seen
    assert admin.post("/admin/login-policy", mode="password").status == 412
    assert 'value="optional" checked' in admin.get(path).text


@pytest.mark.parametrize("fields", [{"version": "x"}, {"version": ""}, {"provider": "evil"}])
def test_what_no_form_of_ours_sends_is_refused(admin: Browser, path: str, fields: dict[str, str]) -> None:
    admin.get(path)
    assert admin.post(path, do="save", **({"provider": "okta"} | fields)).status == 422


def test_another_organizations_connection_is_not_there(admin: Browser, deployment: Deployment) -> None:
    theirs = deployment.connection(deployment.organization("other.test"))
    assert admin.get(f"/admin/sso/{theirs.id}").status == 404
    for action in ("save", "delete", "disable"):
        admin.get("/admin/users")
        answer = admin.post(f"/admin/sso/{theirs.id}", do=action, version="1", provider="other")
        assert answer.status == 404
    assert unescape(admin.get("/admin/sso?all=1").text).count("/admin/sso/conn_") == 0


def connections(deployment: Deployment, acme: Organization) -> list[Connection]:
    return list(deployment.container.connections.list(acme.id))


def test_looking_makes_nothing_and_shows_what_will_be_asked(
    admin: Browser, deployment: Deployment, acme: Organization
) -> None:
    page = admin.get("/admin/sso").text
    for step in (
        "Set up your identity provider",
        "Add your provider's details",
        "Test sign-in",
        "Choose who must use it",
    ):
        assert f"{step}</h2>" in page
    assert connections(deployment, acme) == []


def test_the_provider_that_was_chosen_at_the_beginning_is_kept(
    admin: Browser, deployment: Deployment, acme: Organization
) -> None:
    admin.get("/admin/sso")
    admin.post("/admin/sso", provider="okta")
    assert [c.provider for c in connections(deployment, acme)] == [Provider.OKTA]
    admin.get("/admin/sso?all=1")
    admin.post("/admin/sso", provider="nonsense")
    assert {c.provider for c in connections(deployment, acme)} == {Provider.OKTA, Provider.OTHER}


def test_one_press_in_user_management_leads_to_the_cards_and_a_second_makes_nothing_more(
    admin: Browser, deployment: Deployment, acme: Organization
) -> None:
    admin.get("/admin/users")
    first = admin.post("/admin/sso", first="yes").location
    assert "Single Sign-On URL" in admin.get(first.removeprefix("https://sso.example.test/api")).text
    assert admin.post("/admin/sso", first="yes").location.endswith("/admin/sso")
    assert len(connections(deployment, acme)) == 1
    assert 'href="/api/admin/sso">Configure Single Sign-On</a>' in admin.get("/admin/users").text


def test_of_two_first_presses_at_once_one_makes_the_draft(
    admin: Browser, deployment: Deployment, acme: Organization
) -> None:
    made = deployment.container.connections
    made.create(acme.id, now=deployment.now, is_first=True)
    with pytest.raises(Conflict) as refused:
        made.create(acme.id, now=deployment.now, is_first=True)
    assert refused.value.code == "connection_exists"
    admin.get("/admin/users")
    assert admin.post("/admin/sso", first="yes").location.endswith("/admin/sso")
    assert len(connections(deployment, acme)) == 1
