"""Errors of imports. Each has its own code and text."""

from __future__ import annotations

from typing import Final

from chalicelib.connections.certificate_text import CERTIFICATE_REFUSALS
from chalicelib.i18n.message import Message, message
from chalicelib.idp_metadata.address import FETCH_FAILURES

IMPORT_REFUSALS: Final = (
    # Pasted input
    "empty_import",
    "too_long",
    "own_url",
    "own_entity_id",
    "own_metadata",
    "console_page",
    "sign_in_link",
    "saml_message",
    "http_address",
    "other_scheme",
    "host_only",
    "several_addresses",
    "email_address",
    "fingerprint",
    "bare_id",
    "file_name",
    "oidc_configuration",
    "json",
    "escaped_xml",
    "archive",
    "document_file",
    "not_understood",
    "unknown_encoding",
    # Content of metadata
    "not_metadata",
    "service_provider_metadata",
    "not_saml_2",
    "several_identity_providers",
    "unknown_entity_id",
    "no_sso_endpoint",
    "no_signing_certificate",
    "encryption_certificate_only",
    "metadata_expired",
    "metadata_signature_invalid",
    "not_metadata_there",
    "removed_certificates",
)
"""Every code except those of certificates and fetches."""


def usual_message(code: str) -> Message:
    """Returns the text of a code of `IMPORT_REFUSALS`, of a refused certificate, or of a failed fetch."""
    if code in IMPORT_REFUSALS:
        return message(f"fault.import.{code}")
    if code in CERTIFICATE_REFUSALS:
        return message(f"fault.certificate.{code}")
    return message(f"fault.fetch.{code if code in FETCH_FAILURES else 'unreachable'}")
