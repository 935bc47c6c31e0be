"""Amazon Cognito: `aws cognito-idp describe-identity-provider`, one answer or a list of them.

Field names: Cognito's API reference, `IdentityProviderType` and the keys of its `ProviderDetails` for SAML
(docs.aws.amazon.com/cognito-user-identity-pools). `ActiveEncryptionCertificate` is Cognito's own.
"""

from __future__ import annotations

from collections.abc import Iterator

from chalicelib.connections.changes import ConnectionChanges
from chalicelib.users.email_address import canonical_domain
from ops.cli.migrate.entry import (
    Document,
    Entry,
    Found,
    Skipped,
    attribute_mapping,
    first_name,
    inner_of,
    is_on,
    objects_in,
    text_of,
    texts_of,
)


def cognito(document: object) -> Iterator[Found]:
    """Identity providers of the type SAML; the others are left out."""
    for answer in objects_in(document, "IdentityProviders"):
        provider = inner_of(answer, "IdentityProvider") or answer
        name = text_of(provider, "ProviderName")
        kind = text_of(provider, "ProviderType")
        if kind != "SAML":
            yield Skipped(first_name(name), f"Its type is {kind!r}, not SAML.")
        elif name is None:
            yield Skipped(first_name(None), "It has no ProviderName.")
        else:
            yield _entry(provider, name)


def _entry(provider: Document, name: str) -> Found:
    details, attributes = inner_of(provider, "ProviderDetails"), inner_of(provider, "AttributeMapping")
    changes: ConnectionChanges = {
        "name": first_name(name),
        "allow_idp_initiated": is_on(details, "IDPInit"),
        "sign_requests": text_of(details, "RequestSigningAlgorithm") is not None,
        "attribute_mapping": {
            **attribute_mapping(
                email=texts_of(attributes, "email"),
                first_name=texts_of(attributes, "given_name"),
                last_name=texts_of(attributes, "family_name"),
            )
        },
    }
    if xml := text_of(details, "MetadataFile"):
        changes["metadata_xml"] = xml
    elif url := text_of(details, "MetadataURL"):
        changes["metadata_url"] = url
    else:
        return Skipped(
            first_name(name), "It has neither MetadataFile nor MetadataURL; describe-identity-provider has one."
        )
    remarks = []
    if is_on(details, "EncryptedResponses"):
        remarks.append("Assertions are encrypted to Cognito's key: the identity provider must load our metadata.")
    identifiers = texts_of(provider, "IdpIdentifiers")
    domains = tuple(one for one in identifiers if canonical_domain(one) is not None)
    pool = text_of(provider, "UserPoolId") or "pool"
    return Entry(f"cognito:{pool}:{name}", first_name(name), changes, domains, remarks=tuple(remarks))
