"""Replaces metadata in an admin's changes with the values it contains."""

from __future__ import annotations

import base64
from datetime import datetime
from typing import Final

from chalicelib.connections.changes import ConnectionChanges
from chalicelib.connections.model import Connection
from chalicelib.connections.removed_certificates import was_removed
from chalicelib.errors import FieldError, Invalid, invalid_field
from chalicelib.i18n.message import message
from chalicelib.idp_metadata.address import FetchFailed
from chalicelib.idp_metadata.detect import InputKind, detect
from chalicelib.idp_metadata.metered_fetch import Fetch
from chalicelib.idp_metadata.provider_address import AddressRole, is_sign_in_link, role_of
from chalicelib.idp_metadata.values import MetadataValues, MetadataWarning, metadata_values
from chalicelib.saml.import_refused import ImportRefused
from chalicelib.saml.request_binding import RequestBinding
from chalicelib.settings import Settings

_FILLED: Final = ("identity_provider_url", "identity_provider_issuer", "x509_certificates")
_ADDRESS_CLASHES: Final = ("identity_provider_url", "x509_certificates")
_DOCUMENT_CLASHES: Final = (*_ADDRESS_CLASHES, "metadata_url")


def apply_metadata(
    changes: ConnectionChanges,
    fetch: Fetch,
    settings: Settings,
    now: datetime,
    connection: Connection | None = None,
    request_binding: RequestBinding | None = None,
) -> ConnectionChanges:
    """Returns the changes with metadata replaced by its values. A metadata URL is fetched and stored.

    If metadata has several identity providers, `identity_provider_issuer` selects one. A metadata URL that comes with
    all three values is stored without fetching it again. Metadata doesn't restore a certificate that was removed from
    the connection; to trust it again, add it to `x509_certificates` or approve it.

    Args:
        connection: the connection to change; None for a new one.
        request_binding: the admin's current choice, which decides between two endpoints.

    Raises:
        Invalid: the metadata can't be fetched or used, or the changes also set fields that it fills.
    """
    changes = _read_as_metadata(changes, fetch, settings, now)
    url, text = changes.get("metadata_url"), changes.get("metadata_xml")
    if text is not None:
        pointer = "/metadata_xml"
        _require_alone(changes, _DOCUMENT_CLASHES)
    elif url is not None and not all(changes.get(name) for name in _FILLED):
        pointer = "/metadata_url"
        _require_alone(changes, _ADDRESS_CLASHES)
    else:
        return changes
    try:
        document = text if text is not None else fetch_metadata(fetch, url or "")
        prefers = changes.get("request_binding", request_binding)
        values = metadata_values(document, settings, now, changes.get("identity_provider_issuer"), prefers)
    except (ImportRefused, FetchFailed) as error:
        raise field_refusal(pointer, error) from None
    return _fill_changes(changes, values, pointer, connection)


def _fill_changes(
    changes: ConnectionChanges, values: MetadataValues, pointer: str, connection: Connection | None
) -> ConnectionChanges:
    filled = changes.copy()
    filled.pop("metadata_xml", None)
    filled["identity_provider_url"] = values.found.sso_url
    filled["metadata_binding"] = values.found.binding
    filled["identity_provider_issuer"] = values.found.entity_id
    if values.certificates:
        filled["x509_certificates"] = _texts_not_removed(pointer, values, connection)
    if values.found.wants_signed_requests:
        filled.setdefault("sign_requests", True)
    return filled


def document_remarks(changes: ConnectionChanges, settings: Settings, now: datetime) -> tuple[MetadataWarning, ...]:
    """Returns the warnings about metadata that is part of the changes, as an import of it has them."""
    text = changes.get("metadata_xml")
    if text is None:
        return ()
    return metadata_values(text, settings, now, changes.get("identity_provider_issuer")).remarks


def is_misplaced(changes: ConnectionChanges) -> bool:
    """True if the SSO URL is a metadata URL, and no other field contradicts that."""
    url, beside = changes.get("identity_provider_url"), {*_FILLED[1:], "metadata_url", "metadata_xml"}
    return bool(url) and role_of(url or "") is AddressRole.METADATA and beside.isdisjoint(changes)


def _read_as_metadata(changes: ConnectionChanges, fetch: Fetch, settings: Settings, now: datetime) -> ConnectionChanges:
    """Returns the changes with a misplaced metadata URL replaced by the metadata's values, if it leads to metadata."""
    if not is_misplaced(changes):
        return changes
    try:
        metadata_values(fetch_metadata(fetch, changes.get("identity_provider_url") or ""), settings, now)
    except (ImportRefused, FetchFailed):
        return changes
    moved = changes.copy()
    moved["metadata_url"] = moved.pop("identity_provider_url")
    return moved


def _texts_not_removed(pointer: str, values: MetadataValues, connection: Connection | None) -> tuple[str, ...]:
    kept = tuple(c for c in values.certificates if connection is None or not was_removed(connection, c.facts))
    if not kept:
        raise field_refusal(pointer, ImportRefused("removed_certificates"))
    return tuple(base64.b64encode(certificate.der).decode() for certificate in kept)


def fetch_metadata(fetch: Fetch, url: str) -> str:
    """Fetches the XML at a URL.

    Raises:
        FetchFailed: the fetch failed or returned a web page.
        ImportRefused: not_metadata_there; sign_in_link, without fetching it.
    """
    if is_sign_in_link(url):
        raise ImportRefused("sign_in_link")
    body = fetch.fetch(url)
    try:
        form, text = detect(body)
    except ImportRefused as error:
        if error.code == "html_page":
            raise FetchFailed("web_page_not_metadata") from None
        raise ImportRefused(error.code if error.code == "oidc_configuration" else "not_metadata_there") from None
    if form is not InputKind.XML or not isinstance(text, str):
        raise ImportRefused("not_metadata_there")
    return text


def field_refusal(pointer: str, error: ImportRefused | FetchFailed) -> Invalid:
    """Converts the error to one of a field."""
    return invalid_field(pointer, error.code, error.message)


def _require_alone(changes: ConnectionChanges, clashes: tuple[str, ...]) -> None:
    if beside := [name for name in clashes if name in changes]:
        detail = message("fault.field.filled_by_metadata")
        errors = tuple(FieldError(f"/{name}", "conflicting_fields", detail) for name in beside)
        raise Invalid("invalid_request", detail, errors=errors)
