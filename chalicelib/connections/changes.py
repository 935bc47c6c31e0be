"""The fields of a connection that an admin may change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TypedDict

from chalicelib.connections.model import Connection, Provider
from chalicelib.saml.request_binding import RequestBinding
from chalicelib.users.model import Role


class ConnectionChanges(TypedDict, total=False):
    """Changes by an admin. An absent field stays as it is, None clears it. Limits: `connections/schemas.py`.

    `attribute_mapping` maps fields to candidate names; absent fields stay as they are. `metadata_url` and
    `metadata_xml` fill URL, issuer and certificates (`metadata_input`). `metadata_signing_certificate`: see
    `Connection`; any text that holds one certificate. `metadata_binding` accompanies a URL from metadata; a typed URL
    has none.
    """

    name: str | None
    provider: Provider
    identity_provider_url: str | None
    identity_provider_issuer: str | None
    x509_certificates: Sequence[str] | None
    metadata_url: str | None
    metadata_xml: str
    metadata_signing_certificate: str | None
    name_id_format: str | None
    allow_idp_initiated: bool
    clock_skew_seconds: int
    attribute_mapping: dict[str, Sequence[str]]
    jit_provisioning: bool
    default_role: Role
    allow_guest_emails: Sequence[str]
    force_authn: bool
    sign_requests: bool
    request_binding: RequestBinding | None
    metadata_binding: RequestBinding | None
    require_signed_response: bool
    require_signed_assertion: bool
    allow_missing_destination: bool
    sha1_exception_until: date | None


def with_proof_of_same_provider(before: Connection, after: Connection) -> Connection:
    """Resets the proof if URL or issuer changed or a certificate was removed. Adding a certificate keeps it."""
    same_url = before.identity_provider_url == after.identity_provider_url
    same_provider = same_url and before.identity_provider_issuer == after.identity_provider_issuer
    old, new = ({c.sha256 for c in connection.certificates} for connection in (before, after))
    if not before.proven or (same_provider and old <= new):
        return after
    return replace(after, proven=False, was_active=True)
