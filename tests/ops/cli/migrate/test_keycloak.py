from __future__ import annotations

from typing import Any

from ops.cli.migrate.entry import Entry, Skipped
from ops.cli.migrate.keycloak import keycloak
from tests.ops.cli.migrate.exports import keycloak_realm
from tests.support.identity_provider import key


def _entry(document: Any) -> Entry:
    found = next(iter(keycloak(document)))
    assert isinstance(found, Entry)
    return found


def test_values_mapper_and_verified_domains_of_the_organization_are_taken() -> None:
    entry = _entry(keycloak_realm())
    assert (entry.source_id, entry.name) == ("keycloak:saas:acme", "Acme Inc")
    assert entry.domains == ("acme.test",)
    assert entry.changes["identity_provider_issuer"] == "https://idp.acme.test"
    assert entry.changes["x509_certificates"] == [key("acme").base64, key("second").base64]
    assert entry.changes["attribute_mapping"]["email"][0] == "urn:mail"
    assert entry.changes["attribute_mapping"]["email"].count("urn:mail") == 1
    assert entry.changes["clock_skew_seconds"] == 300
    assert entry.changes["force_authn"] is True
    assert entry.changes["name_id_format"].endswith("persistent")  # type: ignore[union-attr]
    assert entry.remarks == ()


def test_a_list_of_providers_will_do_and_the_linked_domain_counts() -> None:
    (provider, _) = keycloak_realm(**{"kc.org.domain": "acme.test"})["identityProviders"]
    entry = _entry([provider])
    assert (entry.name, entry.domains) == ("Acme SSO", ("acme.test",))


def test_what_was_lax_there_is_reported() -> None:
    lax = {"validateSignature": "false", "wantAssertionsEncrypted": "true", "postBindingAuthnRequest": "true"}
    assert len(_entry(keycloak_realm(**lax)).remarks) == 3


def test_a_disabled_provider_stays_disabled() -> None:
    realm = keycloak_realm()
    realm["identityProviders"][0]["enabled"] = False
    assert _entry(realm).is_disabled


def test_what_cannot_be_moved_is_left_out_with_a_reason() -> None:
    realm = keycloak_realm()
    del realm["identityProviders"][0]["alias"]
    found = list(keycloak(realm))
    assert all(isinstance(one, Skipped) for one in found)
    assert [one.name for one in found] == ["Acme SSO", "github"]
