"""The configuration form: its stored contents, the submitted input, and the resulting changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from chalicelib.connections.changes import ConnectionChanges
from chalicelib.connections.input import read_certificates
from chalicelib.connections.model import Connection, ConnectionStatus, IdentityProviderValues, Provider
from chalicelib.decimal_number import parse_decimal
from chalicelib.errors import FieldError, Invalid, invalid_field
from chalicelib.i18n.catalog import localize
from chalicelib.i18n.message import message
from chalicelib.saml.request_binding import RequestBinding

MAX_CERTIFICATE_LENGTH: Final = 100_000
_FIELDS: Final = ("identity_provider_url", "identity_provider_issuer", "x509_certificates")


@dataclass(frozen=True, slots=True)
class Entries:
    """The contents of the form.

    Attributes:
        version: version of the connection when the form was rendered.
        known: fingerprints of the certificates stored when the form was rendered.
        kept: those of them to keep.
        added: base64 of certificates parsed from pasted input, to be trusted as well.
        new_certificate: text pasted as a certificate.
        metadata_url: source of the values; `reads_metadata` if they are to be read from it again.
        sign_requests: requests to the identity provider are signed.
        metadata_binding: the request binding in the metadata; "" if the URL isn't from metadata.
    """

    version: int
    provider: Provider
    identity_provider_url: str
    identity_provider_issuer: str
    known: frozenset[str]
    kept: frozenset[str]
    added: tuple[str, ...] = ()
    new_certificate: str = field(default="", repr=False)
    metadata_url: str = ""
    reads_metadata: bool = False
    sign_requests: bool = False
    metadata_binding: str = ""

    def without_certificate(self) -> Entries:
        """Returns a copy without the pasted certificate: a private key must not be sent back to the browser."""
        return replace(self, new_certificate="")

    def on(self, latest: Connection) -> Entries:
        """Rebases the entries on values saved in the meantime; certificates added there are kept."""
        stored = frozenset(c.sha256 for c in editable_values(latest).certificates)
        return replace(self, version=latest.version, known=stored, kept=(self.kept & stored) | (stored - self.known))

    def differ_from(self, connection: Connection) -> bool:
        """True if saving would change anything."""
        stored = stored_entries(connection)
        return replace(self, version=stored.version, known=stored.known, metadata_url=stored.metadata_url) != stored


def editable_values(connection: Connection) -> IdentityProviderValues:
    """The values that the form edits: the pending ones, if any."""
    return connection.pending or connection.values


def stored_entries(connection: Connection) -> Entries:
    """The form's contents for the stored values."""
    values = editable_values(connection)
    stored = frozenset(c.sha256 for c in values.certificates)
    return Entries(
        version=connection.version,
        provider=connection.provider,
        identity_provider_url=values.url or "",
        identity_provider_issuer=values.issuer or "",
        known=stored,
        kept=stored,
        metadata_url=values.metadata_url or "",
        reads_metadata=values.metadata_url is not None,
        sign_requests=values.sign_requests,
        metadata_binding=values.metadata_binding or "",
    )


def posted_entries(form: Mapping[str, list[str]]) -> Entries:
    """Parses the submitted form, trimming spaces.

    Raises:
        Invalid: `bad_request`: the page's own form can't produce this.
    """

    def last(name: str) -> str:
        return form.get(name, [""])[-1].strip()

    version = parse_decimal(last("version"))
    if version is None or last("provider") not in set(Provider):
        raise Invalid("bad_request")
    return Entries(
        version=version,
        provider=Provider(last("provider")),
        identity_provider_url=last("identity_provider_url"),
        identity_provider_issuer=last("identity_provider_issuer"),
        known=frozenset(form.get("known", [])),
        kept=frozenset(form.get("keep", [])),
        added=tuple(form.get("added", [])),
        new_certificate=last("x509_certificate"),
        metadata_url=last("metadata_url"),
        reads_metadata=last("reads_metadata") == "yes",
        sign_requests=last("sign_requests") == "yes",
        metadata_binding=_binding_of(last("metadata_binding"), last("identity_provider_url")),
    )


def changes_in(entries: Entries, connection: Connection, texts: Mapping[str, str]) -> ConnectionChanges:
    """Returns the changes that saving the entries makes.

    Args:
        texts: maps fingerprints to the base64 of the stored certificates.

    Raises:
        Invalid: a field exceeds every plausible length.
    """
    if sum(map(len, _certificate_texts(entries))) > MAX_CERTIFICATE_LENGTH:
        raise _too_long("/x509_certificates/0", MAX_CERTIFICATE_LENGTH)
    changes = ConnectionChanges(
        provider=entries.provider,
        identity_provider_url=entries.identity_provider_url or None,
        identity_provider_issuer=entries.identity_provider_issuer or None,
        sign_requests=entries.sign_requests,
    )
    if entries.metadata_binding:
        changes["metadata_binding"] = RequestBinding(entries.metadata_binding)
    if changes_certificates(entries, connection):
        kept_texts = [texts[sha256] for sha256 in texts if sha256 in entries.kept]
        changes["x509_certificates"] = [*kept_texts, *_certificate_texts(entries)] or None
    if _changes_metadata(entries, connection):
        changes["metadata_url"] = _metadata_url(entries)
    return changes


def changes_certificates(entries: Entries, connection: Connection) -> bool:
    """True if the stored certificates must be read, because one is added or removed."""
    stored = {c.sha256 for c in editable_values(connection).certificates}
    if _changes_metadata(entries, connection) and _metadata_url(entries):
        return True  # a metadata URL is stored without fetching it only when all three values accompany it
    return bool(_certificate_texts(entries)) or stored != entries.kept


def must_wait(entries: Entries, connection: Connection) -> bool:
    """True if the entries could break a live connection and therefore must be saved as pending.

    Adding a certificate breaks nothing, and can't be tested before the identity provider starts to use it.
    """
    if connection.pending is not None:
        return True
    if connection.status is not ConnectionStatus.ACTIVE:
        return False
    trusted = {c.sha256 for c in connection.certificates}
    typed = (entries.identity_provider_url, entries.identity_provider_issuer, entries.sign_requests)
    in_force = (connection.identity_provider_url, connection.identity_provider_issuer, connection.sign_requests)
    same = (*typed, entries.metadata_binding) == (*in_force, connection.metadata_binding or "")
    return not same or not trusted <= entries.kept


def certificate_errors(entries: Entries) -> tuple[FieldError, ...]:
    """Returns the errors of the pasted certificate, so that the page reports them together with those of other
    fields.
    """
    if not entries.new_certificate:
        return ()
    try:
        read_certificates([entries.new_certificate])
    except Invalid as error:
        return error.errors
    return ()


def faults_at_fields(errors: Iterable[FieldError]) -> dict[str, str]:
    """Maps fields to error messages. Each pointer starts with a field's name; others are shown at the first field."""
    faults: dict[str, str] = {}
    for entry in errors:
        name = entry.pointer.split("/")[1] if "/" in entry.pointer else ""
        faults.setdefault(name if name in _FIELDS else _FIELDS[0], localize(entry.detail))
    return faults


def is_private_key(errors: Iterable[FieldError]) -> bool:
    """True if the pasted certificate was a private key."""
    return any(entry.code == "private_key" for entry in errors)


def _binding_of(field: str, url: str) -> str:
    """Returns the binding in the hidden field if it belongs to this URL; a typed URL has none."""
    binding, _, its_url = field.partition(" ")
    return binding if binding in set(RequestBinding) and its_url == url else ""


def _metadata_url(entries: Entries) -> str | None:
    return entries.metadata_url if entries.reads_metadata and entries.metadata_url else None


def _changes_metadata(entries: Entries, connection: Connection) -> bool:
    return _metadata_url(entries) != editable_values(connection).metadata_url


def _certificate_texts(entries: Entries) -> list[str]:
    return [*entries.added, *([entries.new_certificate] if entries.new_certificate else [])]


def _too_long(pointer: str, limit: int) -> Invalid:
    said = message("fault.field.longer", most=limit)
    return invalid_field(pointer, "too_long", said)
