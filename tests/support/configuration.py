"""The configuration page, as an admin uses it without JavaScript."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from chalicelib.connections.model import Connection, ConnectionStatus
from chalicelib.connections.store import mark_verified
from chalicelib.organizations.model import Organization, summary_of
from chalicelib.organizations.store import put_connection_summary
from tests.support.browser import Browser
from tests.support.deployment import Deployment

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
    """An unused private key."""
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return ec.generate_private_key(ec.SECP256R1()).private_bytes(*form).decode()


def reload_connection(deployment: Deployment, acme: Organization, path: str) -> Connection:
    """The connection whose page this is."""
    return deployment.container.connections.get(acme.id, path.rpartition("/")[2])


def save(admin: Browser, path: str, **fields: str | list[str]) -> int:
    """Opens the page, changes fields, clicks Save and returns the status."""
    admin.get(path)
    return press_save(admin, path, **fields)


def press_save(admin: Browser, path: str, **fields: str | list[str]) -> int:
    """Clicks Save on the last page and returns the status."""
    entries: dict[str, str | list[str]] = {"provider": "okta", "do": "save"}
    entries |= {"identity_provider_url": URL, "identity_provider_issuer": ISSUER}
    return admin.post(path, token=None, accept="text/html", **(entries | fields)).status


def kept(admin: Browser) -> str:
    """Returns the only fingerprint that is checked on the page."""
    assert admin.last is not None
    return admin.last.text.partition('name="keep" value="')[2].partition('"')[0]


def page_text(admin: Browser) -> str:
    """Returns the last page."""
    assert admin.last is not None
    return admin.last.text


def go_live(deployment: Deployment, acme: Organization, path: str) -> Connection:
    """Records a sign-in through the connection."""
    connection = reload_connection(deployment, acme, path)
    summary = replace(summary_of(connection), status=ConnectionStatus.ACTIVE)
    deployment.container.table.write(
        mark_verified(connection, deployment.now), put_connection_summary(acme.id, summary)
    )
    return reload_connection(deployment, acme, path)
