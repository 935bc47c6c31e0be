from __future__ import annotations

import base64
from typing import Any

import pytest

from ops.cli.migrate.auth0 import auth0
from ops.cli.migrate.entry import Entry, Skipped
from tests.ops.cli.migrate.exports import auth0_connection, metadata
from tests.support.identity_provider import key


def _entry(**options: Any) -> Entry:
    (found,) = auth0([auth0_connection(**options)])
    assert isinstance(found, Entry)
    return found


def test_address_certificate_domains_and_mapping_are_taken() -> None:
    entry = _entry()
    assert (entry.source_id, entry.name) == ("auth0:con_1", "Acme")
    assert entry.domains == ("acme.test", "gmail.com")
    assert entry.changes["identity_provider_url"] == "https://acme.okta.com/app/x/sso/saml"
    assert entry.changes["x509_certificates"] == [base64.b64encode(key("acme").pem.encode()).decode()]
    assert entry.changes["attribute_mapping"]["email"][:2] == ("urn:mail", "mail2")
    assert entry.changes["attribute_mapping"]["first_name"][0] == "urn:first"
    assert "groups" not in entry.changes["attribute_mapping"]
    assert entry.changes["allow_idp_initiated"] is True


def test_auth0s_own_entity_id_is_never_taken_for_the_identity_providers() -> None:
    entry = _entry()
    assert "identity_provider_issuer" not in entry.changes
    assert any("issuer" in remark for remark in entry.remarks)


def test_metadata_is_preferred_since_it_says_everything() -> None:
    assert _entry(metadataXml=metadata(), metadataUrl="https://x.test").changes["metadata_xml"] == metadata()
    by_address = _entry(metadataUrl="https://x.test/metadata")
    assert by_address.changes["metadata_url"] == "https://x.test/metadata"
    assert by_address.remarks == ()


def test_encryption_to_the_old_key_is_reported() -> None:
    assert any("encrypted" in remark for remark in _entry(decryptionKey={"key": "x"}).remarks)


@pytest.mark.parametrize("wrong", [{"strategy": "google-apps"}, {"strategy": None}, {"id": None, "name": ""}])
def test_what_cannot_be_moved_is_left_out_with_a_reason(wrong: dict[str, Any]) -> None:
    (found,) = auth0({"connections": [auth0_connection() | wrong]})
    assert isinstance(found, Skipped)
    assert found.name == "Acme"
    assert found.reason


def test_a_connection_without_options_is_an_entry_with_nothing_in_it() -> None:
    (found,) = auth0([{"id": "con_1", "name": "acme", "strategy": "samlp", "options": None}])
    assert isinstance(found, Entry)
    assert found.changes["x509_certificates"] is None
