"""Auth0: `GET /api/v2/connections?strategy=samlp`, or one connection.

Field names: Auth0's Management API and its Node SDK's types `ConnectionOptionsSaml` and `ConnectionFieldsMapSaml`
(auth0.github.io/node-auth0, v5 to v7). `signingCert` is the base64 of a PEM file, `cert` the certificate itself;
`entityId` is Auth0's own, not the identity provider's, which stands in its metadata only.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from chalicelib.connections.changes import ConnectionChanges
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

_STRATEGY: Final = "samlp"
_OLD_ISSUER: Final = "Auth0 does not tell the identity provider's issuer (entity ID): copy it from its metadata."


def auth0(document: object) -> Iterator[Found]:
    """Connections of the strategy `samlp`; those of others are left out."""
    for connection in objects_in(document):
        name = first_name(text_of(connection, "display_name"), text_of(connection, "name"))
        strategy = text_of(connection, "strategy")
        source_id = text_of(connection, "id", "name")
        if strategy != _STRATEGY:
            yield Skipped(name, f"Its strategy is {strategy!r}; only {_STRATEGY} is SAML that can be moved.")
        elif source_id is None:
            yield Skipped(name, "It has no id.")
        else:
            yield _entry(connection, source_id, name)


def _entry(connection: Document, source_id: str, name: str) -> Entry:
    options = inner_of(connection, "options")
    fields = inner_of(options, "fieldsMap")
    changes: ConnectionChanges = {
        "name": name,
        "allow_idp_initiated": is_on(inner_of(options, "idpinitiated"), "enabled"),
        "sign_requests": is_on(options, "signSAMLRequest"),
        "attribute_mapping": {
            **attribute_mapping(
                email=texts_of(fields, "email"),
                first_name=texts_of(fields, "given_name"),
                last_name=texts_of(fields, "family_name"),
                groups=texts_of(fields, "groups"),
            )
        },
    }
    remarks: list[str] = []
    if xml := text_of(options, "metadataXml"):
        changes["metadata_xml"] = xml
    elif url := text_of(options, "metadataUrl"):
        changes["metadata_url"] = url
    else:
        changes["identity_provider_url"] = text_of(options, "signInEndpoint")
        certificate = text_of(options, "signingCert", "cert")
        changes["x509_certificates"] = [certificate] if certificate else None
        remarks.append(_OLD_ISSUER)
    if options.get("assertion_decryption_settings") or options.get("decryptionKey"):
        remarks.append("Assertions may be encrypted to Auth0's key: the identity provider must load our metadata.")
    domains = dict.fromkeys([*texts_of(options, "domain_aliases"), *texts_of(options, "tenant_domain")])
    return Entry(f"auth0:{source_id}", name, changes, tuple(domains), remarks=tuple(remarks))
