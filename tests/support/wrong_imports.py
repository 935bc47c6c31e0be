"""Common wrong pastes, and the error code of each."""

from __future__ import annotations

import base64
import json
import zipfile
from io import BytesIO

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from cryptography.x509.oid import NameOID

from tests.support.identity_provider.keys import Key, key
from tests.support.metadata_text import MD, PROTOCOL, endpoint, entity
from tests.support.metadata_text import key as descriptor

BASE = "https://sso.example.test/api"
URL = "https://idp.example.com/metadata"
ONE, TWO, OLD, WEAK = key("p256-one"), key("p256-two"), key("p256-expired"), key("rsa1024")
TENANT = "d3b07384-d9a0-4c9b-8f3a-000000000000"
MANY = [key(f"p256-{number}") for number in range(5)]
XHTML = '<html xmlns="http://www.w3.org/1999/xhtml"><head><title>Log in</title></head><body/></html>'
HTML = "<!DOCTYPE html><html><body>Sign in</body></html>"


def describe(*keys: Key, entity_id: str = "https://idp.test", more: str = "") -> str:
    """Metadata with these signing keys."""
    content = "".join(descriptor(k.base64) for k in keys) + endpoint()
    return entity(content, entity_id=f'entityID="{entity_id}"', more=more)


def request_of(signer: Key) -> str:
    """A certificate signing request."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "idp")])
    made = x509.CertificateSigningRequestBuilder().subject_name(name).sign(signer.private, hashes.SHA256())
    return made.public_bytes(serialization.Encoding.PEM).decode()


def key_store(signer: Key) -> bytes:
    """A PKCS #12 file."""
    private = signer.private
    return pkcs12.serialize_key_and_certificates(b"idp", private, signer.x509, None, BestAvailableEncryption(b"secret"))


def archive() -> bytes:
    """A ZIP file."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as opened:
        opened.writestr("metadata.xml", describe(ONE))
    return made.getvalue()


def encode(text: str) -> str:
    """Base64."""
    return base64.b64encode(text.encode()).decode()


SEVERAL = f"<md:EntitiesDescriptor {MD}>{describe(ONE)}{describe(TWO, entity_id='two')}</md:EntitiesDescriptor>"
OURS = f'<md:EntityDescriptor {MD} entityID="{BASE}/saml/conn_x/metadata"><md:SPSSODescriptor {PROTOCOL}/></md:EntityDescriptor>'  # noqa: E501
PUBLIC = ONE.x509.public_key().public_bytes(
    serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
).decode()  # fmt: skip
SSH = ONE.x509.public_key().public_bytes(
    serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH
).decode()  # fmt: skip

WRONG: dict[str, tuple[str | bytes, str]] = {
    "nothing": ("", "empty_import"),
    "blanks": (" \r\n\t\u00a0\ufeff", "empty_import"),
    "a megabyte of blanks": (" " * 1_048_577, "too_long"),
    "a word": ("hello", "not_understood"),
    "a sentence": ("Please send me the metadata of your system, thank you.", "not_understood"),
    "octets that are no text": (b"\x93\xfe\x01 nonsense", "not_understood"),
    "base64 of nonsense": (base64.b64encode(b"nonsense" * 20).decode(), "not_a_certificate"),
    "a private key": (ONE.private_pem.decode(), "private_key"),
    "a certificate with its private key": (ONE.pem + ONE.private_pem.decode(), "private_key"),
    "a private key inside JSON": (json.dumps({"private_key": ONE.private_pem.decode()}), "private_key"),
    "a private key as DER": (
        ONE.private.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ),
        "private_key",
    ),
    "a key store": (key_store(ONE), "key_store"),
    "a Java key store": (b"\xfe\xed\xfe\xed\0\0\0\2", "key_store"),
    "a certificate signing request": (request_of(ONE), "certificate_request"),
    "a public key": (PUBLIC, "public_key_only"),
    "an SSH key": (SSH, "public_key_only"),
    "a PGP block": ("-----BEGIN PGP PUBLIC KEY BLOCK-----\nAAAA\n-----END PGP PUBLIC KEY BLOCK-----", "pgp"),
    "a PKCS #7 bundle": ("-----BEGIN PKCS7-----\nAAAA\n-----END PKCS7-----", "pkcs7"),
    "half a certificate": (ONE.pem[:300], "incomplete"),
    "a weak certificate": (WEAK.pem, "weak_key"),
    "five certificates": ("".join(k.pem for k in MANY), "too_many"),
    "a fingerprint": (":".join(["AB"] * 32), "fingerprint"),
    "a SHA-1 thumbprint": ("0123456789abcdef0123456789abcdef01234567", "fingerprint"),
    "a tenant's ID": ("d3b07384-d9a0-4c9b-8f3a-000000000000", "bare_id"),
    "an e-mail address": ("admin@acme.test", "email_address"),
    "a file's name": ("okta.cert.pem", "file_name"),
    "a path": (r"C:\Users\admin\metadata.xml", "file_name"),
    "a file address": ("file:///etc/passwd", "file_name"),
    "another scheme": ("ldap://idp.example.com/", "other_scheme"),
    "a script": ("javascript:alert(1)", "other_scheme"),
    "a data address": ("data:text/xml,x", "other_scheme"),
    "a host": ("acme.okta.com", "host_only"),
    "two addresses": ("https://a.test/x https://b.test/y", "several_addresses"),
    "an http address": ("http://idp.example.com/saml", "http_address"),
    "our own ACS URL": (f"{BASE}/saml/conn_x/acs", "own_url"),
    "our own entity ID": (f"{BASE}/saml/conn_x/metadata", "own_entity_id"),
    "our own metadata": (OURS, "own_metadata"),
    "metadata that claims our entity ID": (describe(ONE, entity_id=f"{BASE}/saml/conn_x/metadata"), "own_metadata"),
    "metadata with an entity ID that fills an item": (
        describe(ONE, entity_id=f"https://idp.test/{'a' * 200_000}"),
        "too_long",
    ),
    "another service provider's metadata": (OURS.replace(BASE, "https://else.test"), "service_provider_metadata"),
    "a page of the console": ("https://acme-admin.okta.com/admin/app/x/instance/1", "console_page"),
    "the link of one sign-in": ("https://idp.example.com/sso?SAMLRequest=fZBB", "sign_in_link"),
    "a response": ('<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"/>', "saml_message"),
    "a posted response": ("SAMLResponse=PHNhbWxwOlJlc3Bv", "saml_message"),
    "a response as base64": (
        encode('<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="x"/>'),
        "saml_message",
    ),
    "a web page": (HTML, "html_page"),
    "XML as a page writes it": ("&lt;EntityDescriptor", "escaped_xml"),
    "other XML": ("<rss/>", "not_metadata"),
    "half the metadata": (describe(ONE)[:-20], "not_metadata"),
    "metadata with a document type": (f"<!DOCTYPE x [<!ENTITY a 'a'>]>{describe(ONE)}", "not_metadata"),
    "metadata of SAML 1.1": (describe(ONE).replace("SAML:2.0:protocol", "SAML:1.1:protocol"), "not_saml_2"),
    "metadata that is out of date": (describe(ONE, more='validUntil="2026-11-22T00:00:00Z"'), "metadata_expired"),
    "metadata in an encoding with states": (b'<?xml version="1.0" encoding="UTF-7"?>', "unknown_encoding"),
    "metadata of another namespace": (describe(ONE).replace("SAML:2.0:metadata", "SAML:2.0:meta"), "not_metadata"),
    "a sign-in page with a declaration": (
        f'<?xml version="1.0"?>\n<!-- sign in -->\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN">{XHTML}',
        "html_page",
    ),
    "a sign-in page behind comments": (f"<!-- a --><!-- b -->\n{XHTML}", "html_page"),
    "metadata with a weak key": (describe(WEAK), "weak_key"),
    "metadata with a broken certificate": (entity(descriptor("AAAA") + endpoint()), "not_a_certificate"),
    "metadata without an endpoint": (entity(descriptor(ONE.base64)), "no_sso_endpoint"),
    "metadata that signs in over http": (
        entity(descriptor(ONE.base64) + endpoint(location="http://idp.test/sso")),
        "not_https",
    ),
    "metadata that signs in by script": (
        entity(descriptor(ONE.base64) + endpoint(location="javascript:alert(1)")),
        "not_https",
    ),
    "metadata that signs in at our own address": (
        entity(descriptor(ONE.base64) + endpoint(location=f"{BASE}/saml/conn_x/acs")),
        "own_metadata",
    ),
    "OpenID Connect's configuration": ('{"authorization_endpoint": "https://x"}', "oidc_configuration"),
    "its address": ("https://idp.example.com/.well-known/openid-configuration", "oidc_configuration"),
    "other JSON": ('{"idp": "okta"}', "json"),
    "a ZIP file": (archive(), "archive"),
    "a PDF": (b"%PDF-1.7", "document_file"),
    "a screenshot": (b"\x89PNG\r\n\x1a\n", "document_file"),
    "an address of a web page": ("https://idp.example.com/page", "web_page_not_metadata"),
    "an address of nothing": ("https://idp.example.com/gone", "nothing_there"),
    "an address of JSON": ("https://idp.example.com/json", "not_metadata_there"),
    "an address of a picture": ("https://idp.example.com/logo", "not_metadata_there"),
    "an address of a certificate": ("https://idp.example.com/cert", "not_metadata_there"),
    "an address by number": ("https://169.254.169.254/latest/meta-data/", "ip_address"),
    "an address with a name and password": ("https://admin:secret@idp.example.com/metadata", "invalid_url"),
    "an address inside": ("https://intranet.example.com/metadata", "private_address"),
}
