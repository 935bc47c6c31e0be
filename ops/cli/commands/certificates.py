"""Identity providers' signing certificates."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from chalicelib.connections.certificate_text import MAX_TEXT_LENGTH, CertificateRefused
from chalicelib.connections.model import Connection
from chalicelib.container import Container
from chalicelib.i18n.catalog import in_english
from chalicelib.organizations.model import Organization
from ops.cli.arguments import CONNECTION_ID, octets_of
from ops.cli.command import Command, CommandGroup, Options, argument
from ops.cli.output import Listing, Record, Values
from ops.cli.queries import connection_with_id, every_connection

_MIN_FINGERPRINT_LENGTH: Final = 8


def list_all(options: Options, container: Container) -> Listing:
    """All trusted certificates, those that end first first."""
    if options.connection:
        found: Iterable[tuple[Organization, Connection]] = [connection_with_id(container, options.connection)]
    else:
        found = every_connection(container)
    return Listing(
        ("not_after", "days_left", "age", "organization", "connection_id", "sha256"), ending_first(found, container)
    )


def ending_first(found: Iterable[tuple[Organization, Connection]], container: Container) -> list[Values]:
    """Rows of these connections' certificates, by their end."""
    now = container.clock()
    rows = [
        {
            "not_after": facts.not_after,
            "days_left": (facts.not_after - now).days,
            "age": facts.age(now).value,
            "organization_id": organization.id,
            "organization": organization.name,
            "connection_id": connection.id,
            "connection_status": connection.status.value,
            "sha256": facts.sha256,
            "subject": facts.subject,
        }
        for organization, connection in found
        for facts in connection.certificates
    ]
    return sorted(rows, key=lambda row: (row["not_after"], row["sha256"]))


def add(options: Options, container: Container) -> Record:
    """Trust one more certificate; the connection stays proven."""
    from chalicelib.connections.certificate_parsing import parse_certificates

    _, connection = connection_with_id(container, options.connection)
    try:
        added = parse_certificates(octets_of(options.file, MAX_TEXT_LENGTH))
    except CertificateRefused as refused:
        raise ValueError(f"{options.file}: {in_english(refused.message)}") from None
    trusted = container.connections.certificate_texts(connection)
    news = {c.facts.sha256: base64.b64encode(c.der).decode() for c in added}
    return _save(container, connection, trusted | news)


def expire(options: Options, container: Container) -> Record:
    """Trust a certificate no longer."""
    wanted = options.sha256.replace(":", "").lower()
    _, connection = connection_with_id(container, options.connection)
    trusted = container.connections.certificate_texts(connection)
    fitting = [sha256 for sha256 in trusted if sha256.startswith(wanted)]
    if len(wanted) < _MIN_FINGERPRINT_LENGTH or len(fitting) != 1:
        raise ValueError(
            f"{options.sha256!r} names {len(fitting)} of the connection's certificates; give the SHA-256 of one, "
            f"or its first {_MIN_FINGERPRINT_LENGTH} digits or more."
        )
    return _save(container, connection, {sha256: text for sha256, text in trusted.items() if sha256 != fitting[0]})


def _save(container: Container, connection: Connection, texts: dict[str, str]) -> Record:
    after = container.connections.change(
        connection,
        {"x509_certificates": list(texts.values()) or None},
        connection.version,
        container.clock(),
    )
    return Record(
        {
            "connection_id": after.id,
            "status_before": connection.status,
            "status": after.status,
            "certificates": [{"sha256": c.sha256, "not_after": c.not_after} for c in after.certificates],
        }
    )


_EXAMPLE_ID: Final = "conn_00fm3vsa2yz5c3w7d1e8k4n6p9q2r5t8"

CERTIFICATE: Final = CommandGroup(
    "certificate",
    "Identity providers' signing certificates",
    (
        Command(
            "list",
            "list certificates, sorted by expiry",
            "certificate list",
            list_all,
            (argument("--connection", metavar="ID", help="only certificates of this connection"),),
        ),
        Command(
            "add",
            "add a certificate to a connection, which stays active",
            f"certificate add {_EXAMPLE_ID} --file new.pem",
            add,
            (CONNECTION_ID, argument("--file", type=Path, required=True, help="PEM, base64 or DER")),
        ),
        Command(
            "expire",
            "remove a certificate; the connection then needs a new successful sign-in",
            f"certificate expire {_EXAMPLE_ID} --sha256 3f9a01c2",
            expire,
            (
                CONNECTION_ID,
                argument("--sha256", required=True, help="the fingerprint, or its first 8 digits or more"),
            ),
        ),
    ),
)
