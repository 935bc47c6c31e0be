"""The import field of the configuration form, and how its parsed input fills the other fields."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from chalicelib.connections.form import Entries, editable_values
from chalicelib.connections.model import Connection
from chalicelib.idp_metadata.detect import InputKind, detect, text_of
from chalicelib.idp_metadata.provider_address import AddressRole, role_of
from chalicelib.saml.import_refused import ImportRefused

if TYPE_CHECKING:
    from chalicelib.idp_metadata.service import ImportResult

MAX_ECHOED: Final = 200_000  # characters; larger input (a federation's metadata) isn't sent back


def submitted_text(form: Mapping[str, list[str]], file: bytes | None) -> str | bytes:
    """Returns the uploaded file, if any, else the pasted text; "" if both are absent."""
    return file or form.get("import_text", [""])[-1].strip()


def echo_of(given: str | bytes) -> str:
    """Returns the input as text for the field, because browsers don't resubmit files."""
    try:
        text = text_of(given)
    except ImportRefused:
        return ""
    return text if len(text) <= MAX_ECHOED else ""


def find_misplaced(entries: Entries, connection: Connection) -> tuple[str, str] | None:
    """Returns the field and text of metadata, or a metadata URL, that was entered in another field.

    The page that this one is modeled on calls the metadata's URL the "Identity Provider URL".
    """
    fields = {"x509_certificates": entries.new_certificate}
    if entries.identity_provider_url != (editable_values(connection).url or ""):
        fields["identity_provider_url"] = entries.identity_provider_url
    for field, text in fields.items():
        if (content := _describe(text, field)) is not None:
            return field, content
    return None


def with_understood(entries: Entries, found: ImportResult, connection: Connection) -> Entries:
    """Returns the entries with the parsed values filled in.

    Metadata is complete, so certificates it lacks are not kept; a single certificate is added.
    """
    stored = {certificate.sha256 for certificate in editable_values(connection).certificates}
    given = {certificate.facts.sha256: base64.b64encode(certificate.der).decode() for certificate in found.certificates}
    says_everything = bool(found.url and found.issuer and given)
    known = frozenset(given) & stored
    added = tuple(text for sha256, text in given.items() if sha256 not in stored)
    return replace(
        entries,
        provider=found.provider or entries.provider,
        identity_provider_url=found.url or entries.identity_provider_url,
        identity_provider_issuer=found.issuer or entries.identity_provider_issuer,
        kept=known if says_everything else entries.kept | known,
        added=added if says_everything else tuple(dict.fromkeys((*entries.added, *added))),
        metadata_url=found.metadata_url or ("" if says_everything else entries.metadata_url),
        reads_metadata=found.metadata_url is not None or (entries.reads_metadata and not says_everything),
        sign_requests=entries.sign_requests or bool(found.sign_requests),
        metadata_binding=(found.request_binding or "") if found.url else entries.metadata_binding,
    )


def _describe(text: str, field: str) -> str | None:
    try:
        form, content = detect(text)
    except ImportRefused:  # saving reports the error
        return None
    if not isinstance(content, str):
        return None
    is_metadata = form is InputKind.XML or (form is InputKind.ADDRESS and role_of(content) is AddressRole.METADATA)
    is_certificate = form is InputKind.CERTIFICATE and field != "x509_certificates"
    return content if is_metadata or is_certificate else None
