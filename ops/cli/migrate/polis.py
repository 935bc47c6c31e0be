"""Ory Polis, once BoxyHQ SAML Jackson: `GET /api/v1/sso?tenant=…&product=…`, or a list of such connections.

Field names: the type `SAMLSSORecord` in npm/src/typings.ts (github.com/ory/polis, github.com/boxyhq/jackson);
`idpMetadata.publicKey` is the certificate's base64, `thumbprint` only its SHA-1.
"""

from __future__ import annotations

from collections.abc import Iterator

from chalicelib.connections.changes import ConnectionChanges
from chalicelib.connections.input import NAME_ID_FORMATS
from ops.cli.migrate.entry import Document, Entry, Found, Skipped, first_name, inner_of, is_on, objects_in, text_of


def polis(document: object) -> Iterator[Found]:
    """SAML connections; OIDC ones are left out."""
    for connection in objects_in(document):
        name = first_name(text_of(connection, "name", "label"), text_of(connection, "tenant"))
        source_id = text_of(connection, "clientID")
        if not inner_of(connection, "idpMetadata"):
            kind = "It is an OIDC connection." if "oidcProvider" in connection else "It has no idpMetadata."
            yield Skipped(name, kind)
        elif source_id is None:
            yield Skipped(name, "It has no clientID.")
        else:
            yield _entry(connection, source_id, name)


def _entry(connection: Document, source_id: str, name: str) -> Entry:
    metadata = inner_of(connection, "idpMetadata")
    redirect = text_of(inner_of(metadata, "sso"), "redirectUrl")
    certificate = text_of(metadata, "publicKey")
    changes: ConnectionChanges = {
        "name": name,
        "identity_provider_issuer": text_of(metadata, "entityID"),
        "force_authn": is_on(connection, "forceAuthn"),
    }
    if (url := text_of(connection, "metadataUrl")) is not None and certificate is None:
        changes["metadata_url"] = url
    else:
        changes["identity_provider_url"] = redirect
        changes["x509_certificates"] = [certificate] if certificate else None
    if (name_id_format := text_of(connection, "identifierFormat")) in NAME_ID_FORMATS:
        changes["name_id_format"] = name_id_format
    remarks = []
    if redirect is None and "metadata_url" not in changes:
        remarks.append("It has an HTTP-POST address only; ask the customer's IT for the HTTP-Redirect one.")
    if certificate is None and "metadata_url" not in changes:
        remarks.append("It has no certificate, only a thumbprint; ask the customer's IT for it.")
    tenant = text_of(connection, "tenant")
    return Entry(
        f"polis:{source_id}",
        first_name(tenant, name),
        changes,
        is_disabled=is_on(connection, "deactivated"),
        remarks=tuple(remarks),
    )
