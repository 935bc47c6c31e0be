"""The published metadata is valid against the OASIS schema and describes only supported endpoints."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import onelogin.saml2
import pytest
from lxml import etree

from chalicelib.connections.model import Connection
from chalicelib.saml.key_pair import KeyPair, PublishedKeys
from chalicelib.saml.service_provider import service_provider
from chalicelib.saml.sp_metadata import service_provider_metadata
from tests.support.identity_provider import key

NOW = datetime(2026, 3, 2, tzinfo=UTC)
CONNECTION = Connection(
    id="conn_0123456789abcdefghjkmnpqrstvwxyz",
    organization_id="org_0123456789abcdefghjkmnpqrstvwxyz",
    created_at=NOW,
    updated_at=NOW,
)
PROVIDER = service_provider("https://sso.example.test/api", CONNECTION.id)
MD = {"md": "urn:oasis:names:tc:SAML:2.0:metadata", "ds": "http://www.w3.org/2000/09/xmldsig#"}


def _pair(name: str) -> KeyPair:
    return KeyPair(key(name).private_pem, key(name).der)


KEYS = PublishedKeys(
    signing=(_pair("signing"), _pair("signing-next")), decryption=(_pair("service"), _pair("service-next"))
)


def _read(octets: bytes) -> etree._Element:
    return etree.fromstring(octets)


def _published(root: etree._Element, use: str) -> list[str]:
    found = root.iterfind(f".//md:KeyDescriptor[@use='{use}']/ds:KeyInfo/ds:X509Data/ds:X509Certificate", MD)
    return [certificate.text or "" for certificate in found]


@pytest.mark.parametrize("keys", [None, KEYS])
@pytest.mark.parametrize("name_id_format", [None, "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"])
@pytest.mark.parametrize("sign_requests", [True, False])
def test_it_is_valid_against_the_oasis_schema(
    keys: PublishedKeys | None, name_id_format: str | None, sign_requests: bool
) -> None:
    connection = replace(CONNECTION, name_id_format=name_id_format, sign_requests=sign_requests)
    root = _read(service_provider_metadata(connection, PROVIDER, keys))
    schemas = Path(onelogin.saml2.__file__).parent / "schemas"
    etree.XMLSchema(etree.parse(schemas / "saml-schema-metadata-2.0.xsd")).assertValid(root)
    descriptor = root.find("md:SPSSODescriptor", MD)
    assert descriptor is not None
    assert descriptor.get("AuthnRequestsSigned") == str(sign_requests).lower()


def test_it_names_us_and_our_one_endpoint() -> None:
    root = _read(service_provider_metadata(CONNECTION, PROVIDER, KEYS))
    assert root.get("entityID") == PROVIDER.entity_id
    (endpoint,) = root.findall(".//*[@Location]")
    assert endpoint.tag == f"{{{MD['md']}}}AssertionConsumerService"
    assert endpoint.get("Location") == PROVIDER.acs_url
    assert endpoint.get("Binding") == "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"


def test_all_keys_that_are_to_be_known_are_published_in_their_order() -> None:
    root = _read(service_provider_metadata(CONNECTION, PROVIDER, KEYS))
    assert _published(root, "signing") == [key(name).base64 for name in ("signing", "signing-next")]
    assert _published(root, "encryption") == [key(name).base64 for name in ("service", "service-next")]


def test_no_private_key_is_published() -> None:
    octets = service_provider_metadata(CONNECTION, PROVIDER, KEYS)
    body = b"".join(key("service").private_pem.splitlines()[1:-1])
    assert base64.b64decode(body) not in octets
    assert body[:60] not in octets
    assert b"PRIVATE" not in octets


def test_the_same_input_gives_the_same_octets() -> None:
    first, second = (service_provider_metadata(CONNECTION, PROVIDER, KEYS) for _ in range(2))
    assert first == second
