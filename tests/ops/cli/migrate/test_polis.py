from __future__ import annotations

from typing import Any

import pytest

from ops.cli.migrate.entry import Entry, Skipped
from ops.cli.migrate.polis import polis
from tests.ops.cli.migrate.exports import polis_connection
from tests.support.identity_provider import key


def _entry(document: dict[str, Any]) -> Entry:
    (found,) = polis([document])
    assert isinstance(found, Entry)
    return found


def test_values_are_taken_and_the_secret_is_not() -> None:
    entry = _entry(polis_connection() | {"forceAuthn": "true", "deactivated": True})
    assert (entry.source_id, entry.name, entry.is_disabled) == ("polis:c1", "acme.test", True)
    assert entry.changes["identity_provider_url"] == "https://idp.acme.test/sso"
    assert entry.changes["identity_provider_issuer"] == "https://idp.acme.test"
    assert entry.changes["x509_certificates"] == [key("acme").base64]
    assert entry.changes["force_authn"] is True
    assert "s3cr3t" not in str(entry)


def test_a_tenants_name_does_not_prove_a_domain() -> None:
    assert _entry(polis_connection()).domains == ()


def test_what_is_missing_is_reported() -> None:
    entry = _entry(polis_connection(sso={"postUrl": "https://idp.acme.test/post"}, publicKey=""))
    assert len(entry.remarks) == 2
    assert entry.changes["identity_provider_url"] is None


def test_without_a_certificate_the_metadatas_address_is_used() -> None:
    entry = _entry(polis_connection(publicKey="") | {"metadataUrl": "https://idp.acme.test/metadata"})
    assert entry.changes["metadata_url"] == "https://idp.acme.test/metadata"
    assert entry.remarks == ()


@pytest.mark.parametrize("wrong", [{"idpMetadata": None, "oidcProvider": {}}, {"idpMetadata": {}}, {"clientID": ""}])
def test_what_cannot_be_moved_is_left_out_with_a_reason(wrong: dict[str, Any]) -> None:
    (found,) = polis(polis_connection() | wrong)
    assert isinstance(found, Skipped)
    assert found.reason
