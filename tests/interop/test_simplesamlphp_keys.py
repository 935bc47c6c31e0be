"""Our keys at SimpleSAMLphp: it encrypts to one and demands requests signed by the other."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest
import requests
from lxml import etree

from ops.local.launch import LocalRun
from tests.interop.conftest import SimpleSamlPhp, connect
from tests.interop.test_simplesamlphp import sign_in
from tests.support.customer import call
from tests.support.visitor import Visitor

pytestmark = pytest.mark.interop

_NAMES = {"md": "urn:oasis:names:tc:SAML:2.0:metadata", "ds": "http://www.w3.org/2000/09/xmldsig#"}


def published_keys(metadata_url: str) -> list[dict[str, Any]]:
    """The keys of our metadata in SimpleSAMLphp's form."""
    metadata = etree.fromstring(requests.get(metadata_url, timeout=20).content)
    return [
        {
            "type": "X509Certificate",
            "encryption": descriptor.get("use") == "encryption",
            "signing": descriptor.get("use") == "signing",
            "X509Certificate": descriptor.findtext(".//ds:X509Certificate", namespaces=_NAMES),
        }
        for descriptor in metadata.iterfind(".//md:KeyDescriptor", _NAMES)
    ]


def encrypting(metadata_url: str) -> dict[str, Any]:
    return {"keys": published_keys(metadata_url), "assertion.encryption": True}


def encrypting_name_ids(metadata_url: str) -> dict[str, Any]:
    return {"keys": published_keys(metadata_url), "nameid.encryption": True}


def encrypting_both(metadata_url: str) -> dict[str, Any]:
    return {**encrypting(metadata_url), **encrypting_name_ids(metadata_url)}


def demanding_signatures(metadata_url: str) -> dict[str, Any]:
    return {"keys": published_keys(metadata_url), "validate.authnrequest": True}


def attempts(product: LocalRun, connection: dict[str, Any]) -> list[str | None]:
    """The codes of the connection's attempts, newest first; None for a sign-in."""
    where = f"{product.base_url}/v1/organizations/{connection['organization_id']}/connections/{connection['id']}"
    return [one["code"] for one in call(product, "GET", f"{where}/sign-in-attempts")["data"]]


def test_an_encrypted_assertion_signs_in(product: LocalRun, simplesamlphp: SimpleSamlPhp) -> None:
    person = Visitor()
    connection = connect(product, simplesamlphp, settings=encrypting)
    asked = person.open(connection["login_url"])
    answered = person.submit(asked, username="alice", password="alice-secret")
    posted = dict(answered.form(action="/acs").form_values())["SAMLResponse"]
    assert b"EncryptedAssertion" in base64.b64decode(posted)
    person.submit(answered, action="/acs")
    assert attempts(product, connection) == [None]


@pytest.mark.parametrize("settings", [encrypting_name_ids, encrypting_both])
def test_an_encrypted_name_id_signs_in(
    product: LocalRun, simplesamlphp: SimpleSamlPhp, settings: Callable[[str], dict[str, Any]]
) -> None:
    person = Visitor()
    connection = connect(product, simplesamlphp, settings=settings)
    answered = person.submit(person.open(connection["login_url"]), username="alice", password="alice-secret")
    posted = base64.b64decode(dict(answered.form(action="/acs").form_values())["SAMLResponse"])
    assert b"EncryptedAssertion" in posted if settings is encrypting_both else b"EncryptedID" in posted
    person.submit(answered, action="/acs")
    assert attempts(product, connection) == [None]


def test_a_demanded_signature_is_there_when_the_connection_signs(
    product: LocalRun, simplesamlphp: SimpleSamlPhp
) -> None:
    connection = connect(product, simplesamlphp, {"sign_requests": True}, demanding_signatures)
    sign_in(Visitor(), connection, "alice")
    assert attempts(product, connection) == [None]


def test_a_demanded_signature_is_missed_when_it_does_not(product: LocalRun, simplesamlphp: SimpleSamlPhp) -> None:
    connection = connect(product, simplesamlphp, settings=demanding_signatures)
    asked = Visitor().open(connection["login_url"])
    assert "Unhandled exception" in asked.text
    assert attempts(product, connection) == []
