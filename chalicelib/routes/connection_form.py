"""The configuration form: what stands in its fields, what was typed, and what that changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from chalicelib.domain.connection import Connection, Provider
from chalicelib.errors import FieldError, Invalid
from chalicelib.services.connection_changes import ConnectionChanges
from chalicelib.services.connection_input import read_certificates

ISSUER_LONGEST: Final = 1024
CERTIFICATE_LONGEST: Final = 100_000
_FIELDS: Final = ("identity_provider_url", "identity_provider_issuer", "x509_certificates")


@dataclass(frozen=True, slots=True)
class Entries:
    """What stands in the fields.

    Attributes:
        version: of the connection, when the form was shown.
        known: fingerprints of the certificates that were stored when the form was shown.
        kept: those of them that stay.
        new_certificate: what was pasted.
    """

    version: int
    provider: Provider
    identity_provider_url: str
    identity_provider_issuer: str
    known: frozenset[str]
    kept: frozenset[str]
    new_certificate: str = field(default="", repr=False)

    def without_certificate(self) -> Entries:
        """The same, with what was pasted dropped: a private key must not travel twice."""
        return replace(self, new_certificate="")

    def on(self, latest: Connection) -> Entries:
        """The same over what somebody else saved meanwhile: certificates that they added stay."""
        stored = frozenset(c.sha256 for c in latest.certificates)
        return replace(self, version=latest.version, known=stored, kept=(self.kept & stored) | (stored - self.known))


def stored_entries(connection: Connection) -> Entries:
    """The fields as the store has them."""
    stored = frozenset(c.sha256 for c in connection.certificates)
    return Entries(
        version=connection.version,
        provider=connection.provider,
        identity_provider_url=connection.identity_provider_url or "",
        identity_provider_issuer=connection.identity_provider_issuer or "",
        known=stored,
        kept=stored,
    )


def posted_entries(form: Mapping[str, list[str]]) -> Entries:
    """The fields as they were typed, blanks at the ends dropped.

    Raises:
        Invalid: `bad_request`: no browser sends this from our form.
    """

    def last(name: str) -> str:
        return form.get(name, [""])[-1].strip()

    if not last("version").isdecimal() or last("provider") not in {p.value for p in Provider}:
        raise Invalid("bad_request", "This form can't be read. Load it again.")
    return Entries(
        version=int(last("version")),
        provider=Provider(last("provider")),
        identity_provider_url=last("identity_provider_url"),
        identity_provider_issuer=last("identity_provider_issuer"),
        known=frozenset(form.get("known", [])),
        kept=frozenset(form.get("keep", [])),
        new_certificate=last("x509_certificate"),
    )


def changes_in(entries: Entries, connection: Connection, texts: Mapping[str, str]) -> ConnectionChanges:
    """What saving the entries changes.

    Args:
        texts: fingerprint → base64 of the stored certificates.

    Raises:
        Invalid: a field is longer than anything that makes sense.
    """
    if len(entries.identity_provider_issuer) > ISSUER_LONGEST:
        raise _too_long("/identity_provider_issuer", ISSUER_LONGEST)
    if len(entries.new_certificate) > CERTIFICATE_LONGEST:
        raise _too_long("/x509_certificates/0", CERTIFICATE_LONGEST)
    changes = ConnectionChanges(
        provider=entries.provider,
        identity_provider_url=entries.identity_provider_url or None,
        identity_provider_issuer=entries.identity_provider_issuer or None,
    )
    if changes_certificates(entries, connection):
        wanted = [texts[sha256] for sha256 in texts if sha256 in entries.kept]
        wanted += [entries.new_certificate] if entries.new_certificate else []
        changes["x509_certificates"] = wanted or None
    return changes


def changes_certificates(entries: Entries, connection: Connection) -> bool:
    """Whether the stored certificates must be read: one is added, or one is not kept."""
    return bool(entries.new_certificate) or {c.sha256 for c in connection.certificates} != entries.kept


def certificate_errors(entries: Entries) -> tuple[FieldError, ...]:
    """What is wrong with what was pasted, also where another field was refused first: all faults are told at once."""
    if not entries.new_certificate:
        return ()
    try:
        read_certificates([entries.new_certificate])
    except Invalid as error:
        return error.errors
    return ()


def faults_at_fields(errors: Iterable[FieldError]) -> dict[str, str]:
    """Field → sentence. Each pointer begins with a field's name; what fits none stands at the first field."""
    faults: dict[str, str] = {}
    for entry in errors:
        name = entry.pointer.split("/")[1] if "/" in entry.pointer else ""
        faults.setdefault(name if name in _FIELDS else _FIELDS[0], entry.detail)
    return faults


def is_private_key(errors: Iterable[FieldError]) -> bool:
    """Whether somebody pasted a secret."""
    return any(entry.code == "private_key" for entry in errors)


def _too_long(pointer: str, most: int) -> Invalid:
    detail = f"This is longer than {most} characters. Paste only the value itself."
    return Invalid("invalid_request", detail, errors=(FieldError(pointer, "too_long", detail),))
