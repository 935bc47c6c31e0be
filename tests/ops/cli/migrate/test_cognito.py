from __future__ import annotations

from ops.cli.migrate.cognito import cognito
from ops.cli.migrate.entry import Entry, Skipped
from tests.ops.cli.migrate.exports import cognito_provider, metadata


def test_metadata_mapping_and_identifiers_that_are_domains_are_taken() -> None:
    (entry,) = cognito(cognito_provider())
    assert isinstance(entry, Entry)
    assert entry.source_id == "cognito:eu-west-1_A:Acme"
    assert entry.changes["metadata_xml"] == metadata()
    assert entry.changes["attribute_mapping"]["email"][0] == "urn:mail"
    assert entry.domains == ("acme.test",)
    assert entry.changes["allow_idp_initiated"] is True
    assert any("encrypted" in remark for remark in entry.remarks)


def test_an_address_of_metadata_will_do() -> None:
    (entry,) = cognito([cognito_provider(MetadataFile="", MetadataURL="https://idp.acme.test/metadata")])
    assert isinstance(entry, Entry)
    assert entry.changes["metadata_url"] == "https://idp.acme.test/metadata"


def test_what_cannot_be_moved_is_left_out_with_a_reason() -> None:
    without = cognito_provider(MetadataFile="")
    oidc = {"IdentityProvider": {"ProviderName": "Google", "ProviderType": "Google"}}
    nameless = {"IdentityProvider": {"ProviderType": "SAML"}}
    found = list(cognito([without, oidc, nameless]))
    assert all(isinstance(one, Skipped) for one in found)
    assert [one.name for one in found] == ["Acme", "Google", "Without a name"]
