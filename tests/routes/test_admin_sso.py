from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from html import unescape

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from chalicelib.adapters.connections import prove_connection
from chalicelib.adapters.organizations import note_connection
from chalicelib.domain.connection import Connection, ConnectionStatus
from chalicelib.domain.login_policy import Mode
from chalicelib.domain.organization import Organization, summary_of
from chalicelib.domain.user import Role
from chalicelib.services.connection_changes import ConnectionChanges
from tests.deployment import Deployment
from tests.routes.browser import Browser
from tests.routes.test_home import sign_in

URL, ISSUER = "https://idp.acme.test/sso", "https://idp.acme.test/metadata"


@cache
def pem(name: str, days: int = 1000) -> str:
    """A self-signed certificate that ends `days` from the deployment's day."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(now - timedelta(days=400))
    made = builder.not_valid_after(now + timedelta(days=days)).sign(key, hashes.SHA256())
    return made.public_bytes(serialization.Encoding.PEM).decode()


def private_key() -> str:
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return ec.generate_private_key(ec.SECP256R1()).private_bytes(*form).decode()


@pytest.fixture
def acme(deployment: Deployment) -> Organization:
    return deployment.organization(active_admins=1)


@pytest.fixture
def admin(browser: Browser, deployment: Deployment, acme: Organization) -> Browser:
    deployment.user(acme, "admin@acme.test", Role.ADMIN)
    sign_in(browser, "admin@acme.test")
    return browser


@pytest.fixture
def path(admin: Browser) -> str:
    """A draft's page, made with the button."""
    admin.get("/admin/sso")
    return admin.post("/admin/sso").location.removeprefix("https://sso.example.test/api")


def stored(deployment: Deployment, acme: Organization, path: str) -> Connection:
    return deployment.container.configurations.get(acme.id, path.rpartition("/")[2])


def save(admin: Browser, path: str, **fields: str) -> int:
    """Open the page, change some fields, press Save; the status."""
    admin.get(path)
    return press_save(admin, path, **fields)


def press_save(admin: Browser, path: str, **fields: str) -> int:
    entries = {"identity_provider_url": URL, "identity_provider_issuer": ISSUER, "provider": "okta"} | fields
    return admin.post(path, do="save", **entries).status


def kept(admin: Browser) -> str:
    """The one fingerprint that stands checked on the page."""
    assert admin.last is not None
    return admin.last.text.partition('name="keep" value="')[2].partition('"')[0]


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
    connection = stored(deployment, acme, path)
    assert connection.status is ConnectionStatus.READY
    assert (connection.identity_provider_url, connection.identity_provider_issuer) == (URL, ISSUER)
    shown = admin.get(f"{path}?done=save").text
    assert "Saved." in shown
    assert "CN=one" in shown


def test_a_single_connection_is_opened_at_once(admin: Browser, path: str) -> None:
    assert admin.get("/admin/sso").location.endswith(path)
    assert path in admin.get("/admin/sso?all=1").text


def test_every_bad_field_is_told_at_its_place_and_nothing_is_saved(
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
    assert stored(deployment, acme, path).status is ConnectionStatus.DRAFT


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
    assert "The certificate expired on" in admin.get(path).text


def test_a_second_certificate_stands_beside_the_first_and_an_unticked_one_goes(
    admin: Browser, deployment: Deployment, acme: Organization, path: str
) -> None:
    save(admin, path, x509_certificate=pem("one"))
    admin.get(path)
    first = kept(admin)
    press_save(admin, path, keep=first, x509_certificate=pem("two"))
    assert [c.subject for c in stored(deployment, acme, path).certificates] == ["CN=one", "CN=two"]
    second = stored(deployment, acme, path).certificates[1].sha256
    save(admin, path, keep=second)
    assert [c.subject for c in stored(deployment, acme, path).certificates] == ["CN=two"]


def test_saving_without_a_change_keeps_the_certificates(
    admin: Browser, deployment: Deployment, acme: Organization, path: str
) -> None:
    save(admin, path, x509_certificate=pem("one"))
    before = stored(deployment, acme, path)
    admin.get(path)
    assert press_save(admin, path, keep=kept(admin)) == 303
    assert stored(deployment, acme, path).secret_version == before.secret_version


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
    assert "another admin saved" in shown
    assert 'value="https://mine.test"' in shown
    assert "<code>https://theirs.test</code>" in shown
    assert stored(deployment, acme, path).identity_provider_issuer == "https://theirs.test"
    assert press_save(admin, path, identity_provider_issuer="https://mine.test", keep=kept(admin)) == 303
    connection = stored(deployment, acme, path)
    assert connection.identity_provider_issuer == "https://mine.test"
    assert [c.subject for c in connection.certificates] == ["CN=theirs"]


def test_a_changed_live_connection_warns_that_passwords_work_again(
    admin: Browser, deployment: Deployment, acme: Organization, path: str
) -> None:
    save(admin, path, x509_certificate=pem("one"))
    connection = stored(deployment, acme, path)
    summary = replace(summary_of(connection), status=ConnectionStatus.ACTIVE)
    deployment.container.table.write(prove_connection(connection, deployment.now), note_connection(acme.id, summary))
    admin.get(path)
    assert "Active</span>" in admin.get(path).text
    press_save(admin, path, keep=kept(admin), identity_provider_issuer="https://moved.test")
    assert "Members may use passwords until this is proven again." in admin.get(path).text


def test_an_exception_for_sha1_stands_there_in_red(
    admin: Browser, deployment: Deployment, acme: Organization, path: str
) -> None:
    assert "SHA-1" not in admin.get(path).text
    connection = stored(deployment, acme, path)
    until = deployment.now.date() + timedelta(days=30)
    changes = ConnectionChanges(sha1_exception_until=until)
    configurations = deployment.container.configurations
    configurations.change(acme.id, connection.id, changes, connection.version, deployment.now)
    page = admin.get(path).text
    assert 'class="note bad' in page
    assert f'SHA-1 are accepted until <time datetime="{until.isoformat()}">' in page


def test_switching_off_and_on_and_deleting(
    admin: Browser, deployment: Deployment, acme: Organization, path: str
) -> None:
    save(admin, path, x509_certificate=pem("one"))
    for action, status in (("disable", ConnectionStatus.DISABLED), ("enable", ConnectionStatus.READY)):
        admin.get(path)
        admin.post(path, do=action)
        assert stored(deployment, acme, path).status is status
    admin.get(path)
    admin.post(path, do="delete")
    assert admin.get(path).status == 404


@pytest.mark.parametrize("mode", list(Mode))
def test_the_login_policy_is_chosen_on_the_same_page(
    admin: Browser, deployment: Deployment, acme: Organization, path: str, mode: Mode
) -> None:
    admin.get(path)
    shown = admin.follow(admin.post("/admin/login-policy", mode=mode.value))
    assert "The login policy is saved." in shown.text
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
