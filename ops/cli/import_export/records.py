"""The records of an export: one kind each for organizations, users, connections and the name IDs they are known by.

Left out are what follows from other records (an organization's number of admins), what opens something (passwords'
hashes unless asked for, API keys, sessions, links, our own keys), and what is kept for days only (attempts, limits).
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from chalicelib.connections.model import Connection, IdentityProviderValues
from chalicelib.identifier import is_id
from chalicelib.organizations.model import Organization
from chalicelib.saml.certificate import Certificate, CertificateFacts
from chalicelib.sign_in.subject_store import Binding
from chalicelib.users.email_address import canonical_address, canonical_domain
from chalicelib.users.model import User
from ops.cli.import_export.document import document_of, value_in

_FOLLOWS: Final = ("connections", "active_admins", "deleted_at")
_TAIL: Final = re.compile(r"(usr_[0-9a-z]{32})#(conn_[0-9a-z]{32})#[0-9a-f]{64}", re.ASCII)
_DIGEST: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class ConnectionRecord:
    """A connection with the certificates that its values, pending values and previous values trust.

    Attributes:
        connection: without versions of its secret: another deployment has others.
        certificates: SHA-256 → the certificate's DER.
    """

    connection: Connection
    certificates: Mapping[str, bytes]

    def trusted_certificates(self, values: IdentityProviderValues) -> tuple[Certificate, ...]:
        """The certificates of these values."""
        return tuple(Certificate(facts, self.certificates[facts.sha256]) for facts in values.certificates)


@dataclass(frozen=True, slots=True)
class BindingRecord:
    """A name ID of a user of this organization."""

    organization_id: str
    binding: Binding


Content = Organization | User | ConnectionRecord | BindingRecord


def line_of(content: Content) -> dict[str, Any]:
    """Returns the record as it is written to the file."""
    match content:
        case Organization():
            document = document_of(content)
            return {"record": "organization", **{name: document[name] for name in document if name not in _FOLLOWS}}
        case User():
            return {"record": "user", **document_of(content)}
        case ConnectionRecord():
            certificates = {sha256: base64.b64encode(der).decode() for sha256, der in content.certificates.items()}
            return {
                "record": "connection",
                **document_of(without_secret(content.connection)),
                "certificates_der": certificates,
            }
        case BindingRecord():
            return {
                "record": "binding",
                "organization_id": content.organization_id,
                "tail": content.binding.tail,
                "subject_digest": content.binding.subject_digest,
            }


def content_in(line: Mapping[str, Any]) -> Content:
    """The reverse of `line_of`.

    Raises:
        ValueError: it is no record that this version knows, or what it says can't be.
    """
    document = {name: value for name, value in line.items() if name != "record"}
    match line.get("record"):
        case "organization":
            return _organization(document)
        case "user":
            return _user(document)
        case "connection":
            return _connection(document)
        case "binding":
            return _binding(document)
        case unknown:
            raise ValueError(f"There is no record {unknown!r} in this version.")


def without_secret(connection: Connection) -> Connection:
    """The connection without the versions of its secret."""
    return replace(
        connection,
        secret_version=None,
        pending=replace(connection.pending, secret_version=None) if connection.pending else None,
        previous=replace(connection.previous, secret_version=None) if connection.previous else None,
    )


def all_values(connection: Connection) -> tuple[IdentityProviderValues, ...]:
    """Values in force, pending ones and previous ones, as far as they are there."""
    return tuple(v for v in (connection.values, connection.pending, connection.previous) if v is not None)


def _organization(document: dict[str, Any]) -> Organization:
    if following := sorted(document.keys() & set(_FOLLOWS)):
        raise ValueError(f"organization has {following[0]}, which follows from other records.")
    found = value_in(Organization, document)
    _require(is_id(found.id, "org"), "organization.id")
    _require(all(canonical_domain(d.domain) == d.domain for d in found.domains), "organization.domains")
    return found


def _user(document: dict[str, Any]) -> User:
    found = value_in(User, document)
    _require(is_id(found.id, "usr"), "user.id")
    _require(is_id(found.organization_id, "org"), "user.organization_id")
    _require(canonical_address(found.email) == found.email, "user.email")
    return found


def _connection(document: dict[str, Any]) -> ConnectionRecord:
    texts = document.pop("certificates_der", {})
    found = without_secret(value_in(Connection, document))
    _require(is_id(found.id, "conn"), "connection.id")
    _require(is_id(found.organization_id, "org"), "connection.organization_id")
    _require(isinstance(texts, dict), "connection.certificates_der")
    facts = {c.sha256: c for values in all_values(found) for c in values.certificates}
    return ConnectionRecord(found, {sha256: _der(one, texts.get(sha256)) for sha256, one in facts.items()})


def _der(facts: CertificateFacts, text: object) -> bytes:
    where = f"connection.certificates_der.{facts.sha256}"
    try:
        der = base64.b64decode(text, validate=True) if isinstance(text, str) else b""
    except ValueError:
        der = b""
    _require(hashlib.sha256(der).hexdigest() == facts.sha256, where)
    return der


def _binding(document: dict[str, Any]) -> BindingRecord:
    _require(document.keys() == {"organization_id", "tail", "subject_digest"}, "binding")
    organization_id, tail, digest = (str(document[name]) for name in ("organization_id", "tail", "subject_digest"))
    _require(is_id(organization_id, "org"), "binding.organization_id")
    _require(_TAIL.fullmatch(tail) is not None, "binding.tail")
    _require(_DIGEST.fullmatch(digest) is not None, "binding.subject_digest")
    return BindingRecord(organization_id, Binding(tail, digest))


def _require(holds: bool, where: str) -> None:
    if not holds:
        raise ValueError(f"{where} can't be what it says.")
