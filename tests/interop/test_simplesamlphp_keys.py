"""Our keys at SimpleSAMLphp: it encrypts to one and demands requests signed by the other."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest

from ops.local.launch import LocalRun
from tests.interop.conftest import SimpleSamlPhp, connect
from tests.interop.sign_in import attempts, demanding_signatures, published_keys, sign_in
from tests.support.visitor import Visitor

pytestmark = pytest.mark.interop


def encrypting(metadata_url: str) -> dict[str, Any]:
    return {"keys": published_keys(metadata_url), "assertion.encryption": True}


def encrypting_name_ids(metadata_url: str) -> dict[str, Any]:
    return {"keys": published_keys(metadata_url), "nameid.encryption": True}


def encrypting_both(metadata_url: str) -> dict[str, Any]:
    return {**encrypting(metadata_url), **encrypting_name_ids(metadata_url)}


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
