"""`export`: out into a file, an organization at a time, a page at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final, TypeVar

from chalicelib.aws.dynamodb import Range
from chalicelib.connections.model import Connection
from chalicelib.container import Container
from chalicelib.organizations.model import Organization
from chalicelib.organizations.store import organization_lookup
from chalicelib.sign_in.subject_store import bindings_of
from chalicelib.users.store import users_of
from ops.cli.command import Command, Options, argument
from ops.cli.import_export.export_file import ExportWriter
from ops.cli.import_export.records import BindingRecord, ConnectionRecord, Content, all_values, line_of
from ops.cli.output import Record, moment
from ops.cli.queries import connections_of, every_organization

_PAGE: Final = 100

T = TypeVar("T")


def export(options: Options, container: Container) -> Record:
    """Write the file."""
    header = {
        "base_url": container.settings.base_url,
        "stage": container.settings.stage,
        "created_at": moment(container.clock()),
        "has_password_hashes": options.with_password_hashes,
    }
    with ExportWriter(options.file, header) as writer:
        for content in _everything(container, with_hashes=options.with_password_hashes):
            writer.add(line_of(content))
        digest = writer.finish()
    return Record({"file": str(options.file), "sha256": digest, **{f"{k}s": n for k, n in writer.counts.items()}})


def _everything(container: Container, *, with_hashes: bool) -> Iterator[Content]:
    for listed in every_organization(container):
        (organization,) = container.table.read(organization_lookup(listed.id))  # the list may be a moment old
        if organization is not None:
            yield from _organization(container, organization, with_hashes=with_hashes)


def _organization(container: Container, organization: Organization, *, with_hashes: bool) -> Iterator[Content]:
    yield organization
    for user in _each(container, users_of(organization.id)):
        yield user if with_hashes else replace(user, password_hash=None)
    for connection in connections_of(container, organization):
        yield _with_certificates(container, connection)
    for binding in _each(container, bindings_of(organization.id)):
        yield BindingRecord(organization.id, binding)


def _with_certificates(container: Container, connection: Connection) -> ConnectionRecord:
    loaded = [
        certificate
        for values in all_values(connection)
        for certificate in container.certificates.load(connection.with_values(values))
    ]
    return ConnectionRecord(connection, {c.facts.sha256: c.der for c in loaded})


def _each(container: Container, wanted: Range[T]) -> Iterator[T]:
    after: str | None = None
    while True:
        page = container.table.page(wanted, limit=_PAGE, after=after)
        yield from page.values
        if (after := page.after) is None:
            return


EXPORT: Final = Command(
    "export",
    "export organizations, users, connections and certificates to a file",
    "export --file gatehouse.jsonl",
    export,
    (
        argument("--file", type=Path, required=True, help="a new file, readable by its owner only"),
        argument(
            "--with-password-hashes",
            action="store_true",
            help="passwords work after the import; then the file is as secret as the table",
        ),
    ),
)
